"""The pytest plugin: the options, and the objects that have the hooks.

It acts only on functions that decide a requirement; other tests are none of its business. What this module imports
needs nothing but pytest and the standard library, so that it can say what is missing where that is not installed.
"""

from __future__ import annotations

import os
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Final

import pytest

from conformance.plugin.option_hooks import OptionHooks, OptionsOfTwo, conflict_in
from conformance.plugin.signal_hooks import end_by_signals, listen
from conformance.plugin.unknown_options import UnknownOptions
from conformance.run.options import OPTIONS, Option
from conformance.run.reading_settings import check_values
from conformance.run.settings_file import fill_in

if TYPE_CHECKING:
    from conformance.plugin.session import ConformanceSession
    from conformance.reports.baseline.entry import Baseline
    from conformance.reports.baseline.former import FormerReport

NEEDED: Final = (
    "PIL", "dotenv", "filetype", "httpcore", "httpx", "jinja2", "jsonschema", "jsonschema_specifications",
    "markdown_it", "markupsafe", "pytest_recording", "referencing", "regex", "sseclient", "tabulate", "tqdm", "vcr",
    "yaml",
)  # fmt: skip
"""What the dependencies of the suite are imported as."""


def pytest_addoption(parser: pytest.Parser, pluginmanager: pytest.PytestPluginManager) -> None:
    """Add the suite's options.

    Raises:
        pytest.UsageError: What the suite needs is not installed, or another plugin has one of the options.
    """
    missing = [name for name in NEEDED if find_spec(name) is None]
    if missing:
        raise pytest.UsageError(
            f"{missing[0]} is missing: what the suite needs is not installed beside this pytest;"
            " run `make conformance`, then .venv/bin/pytest"
        )
    try:
        for option in OPTIONS:
            group = parser.getgroup(f"dial-conformance: {option.group}", f"DIAL conformance: {option.group}")
            group.addoption(option.flag, help=option.full_help, **_kind(option))
        conflict: Exception | None = conflict_in(parser)
    except ValueError as error:
        conflict = error
    if conflict is not None:
        raise pytest.UsageError(f"another plugin has an option of the suite: {conflict}; give -p no:NAME of it")
    own = [one.flag for one in OPTIONS]
    pluginmanager.register(OptionsOfTwo(parser, pluginmanager, own), "dial-conformance-options-of-two")
    pluginmanager.register(UnknownOptions(own), "dial-conformance-unknown-options")


def _kind(option: Option) -> dict[str, Any]:
    """Tell argparse what an option takes. Values stay texts: xdist hands them on to its workers."""
    if option.switch:
        return {"action": "store_true"}
    metavar = option.metavar or f"{{{','.join(option.choices)}}}"
    return {"metavar": metavar, "action": "append" if option.repeatable else "store"}


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """Listen to signals as early as a plugin can, and refuse what pytest-recording would refuse in a traceback.

    Raises:
        pytest.UsageError: pytest-vcr is loaded too.
    """
    loaded = early_config.pluginmanager.has_plugin
    if loaded("vcr") and loaded(
        "recording"
    ):  # in pytest_configure it would be too late: pytest-recording's comes first
        raise pytest.UsageError("pytest-recording cannot work beside pytest-vcr: uninstall that, or give -p no:vcr")
    listen(early_config)


@pytest.hookimpl(tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> None:
    """Refuse what pytest-recording refuses in a traceback when it is configured, which may be before the suite."""
    if config.pluginmanager.has_plugin("vcr") and config.pluginmanager.has_plugin("recording"):
        raise pytest.UsageError("pytest-recording cannot work beside pytest-vcr: uninstall that, or give -p no:vcr")


def pytest_configure(config: pytest.Config) -> None:
    """Register the markers and the hooks; refuse what cannot work before anything is collected."""
    try:
        fill_in(config.option, os.environ, config.rootpath)
        check_values(config.option)
    except ValueError as error:
        raise pytest.UsageError(str(error)) from None
    from conformance.contract.declaration import DeclarationError  # noqa: PLC0415 - see the module
    from conformance.plugin.own_checks import OwnChecksHooks  # noqa: PLC0415 - see the module
    from conformance.plugin.report_hooks import ReportHooks, outputs_wanted  # noqa: PLC0415 - see the module
    from conformance.plugin.session import ConformanceSession  # noqa: PLC0415 - as above
    from conformance.plugin.terminal_hooks import TerminalHooks  # noqa: PLC0415 - as above
    from conformance.run.registry import all_requirements  # noqa: PLC0415 - as above

    outputs, baseline, former = outputs_wanted(config), _baseline(config), _former(config)
    known = [one for one in (baseline, former) if one is not None]
    session = ConformanceSession(config, traced=outputs.any, known=known)
    end_by_signals(config, lambda: session.run_so_far is not None and session.run_so_far.interrupted)
    checks = next(one.value(config.option) for one in OPTIONS if one.field == "checks") or ()
    try:
        chapters = sorted({one.chapter.lower() for one in all_requirements(checks).values()})
        own = OwnChecksHooks(config, checks) if checks else None
    except DeclarationError as error:
        raise pytest.UsageError(str(error)) from None
    markers = ("must", "should", "free", "paid", *chapters)
    for name in markers:
        config.addinivalue_line("markers", f"{name}: a check of that level, cost or chapter")
    config.pluginmanager.register(
        OptionHooks(config, markers, lambda: _deployments(session)), "dial-conformance-options"
    )
    if own is not None:
        config.pluginmanager.register(own, "dial-conformance-own-checks")
    reporting = ReportHooks(config, session, outputs)
    config.pluginmanager.register(session, "dial-conformance")
    config.pluginmanager.register(reporting, "dial-conformance-reporting")
    config.pluginmanager.register(TerminalHooks(config, session), "dial-conformance-terminal")
    if baseline is not None:
        from conformance.plugin.baseline_hooks import BaselineHooks  # noqa: PLC0415 - only who has one pays for it

        config.pluginmanager.register(BaselineHooks(config, session, baseline), "dial-conformance-baseline")
    reporting.refuse_what_cannot_work()
    session.refuse_what_cannot_work()
    if former is not None:
        from conformance.plugin.against_hooks import AgainstHooks  # noqa: PLC0415 - only who has one pays for it

        against = AgainstHooks(config, session, former)
        config.pluginmanager.register(against, "dial-conformance-against")
        against.refuse_what_cannot_work()


def _baseline(config: pytest.Config) -> Baseline | None:
    if config.option.baseline is None and not config.option.write_baseline:
        return None
    from conformance.plugin.baseline_hooks import baseline_given  # noqa: PLC0415 - only who has one pays for it

    return baseline_given(config)


def _former(config: pytest.Config) -> FormerReport | None:
    if config.option.against is None:
        return None
    from conformance.plugin.against_hooks import former_given  # noqa: PLC0415 - only who has one pays for it

    return former_given(config.option.against)


def _deployments(session: ConformanceSession) -> int | None:
    """Count the deployments under test; None if the run did not get so far. A shard may well have none."""
    found = None if session.run_so_far is None else session.run_so_far.discovered_so_far
    return None if found is None or session.settings.shard is not None else len(found.deployments)
