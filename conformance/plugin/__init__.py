"""The pytest plugin: the options, and the objects that have the hooks.

It acts only on functions that decide a requirement; other tests are none of its business. What this module imports
needs nothing but pytest and the standard library, so that it can say what is missing where that is not installed.
"""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Final

import pytest

from conformance.plugin.option_hooks import OptionHooks
from conformance.plugin.signal_hooks import end_by_signals, listen
from conformance.plugin.unknown_options import UnknownOptions
from conformance.run.options import OPTIONS, Option
from conformance.run.reading_settings import check_values

if TYPE_CHECKING:
    from conformance.plugin.session import ConformanceSession

NEEDED: Final = (
    "PIL", "dotenv", "filetype", "httpcore", "httpx", "jinja2", "jsonschema", "markupsafe", "pytest_recording",
    "referencing", "regex", "sseclient", "tabulate", "tqdm", "vcr", "yaml",
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
    except ValueError as error:  # argparse's own is one, too
        raise pytest.UsageError(f"another plugin has an option of the suite: {error}; give -p no:NAME of it") from None
    pluginmanager.register(UnknownOptions([one.flag for one in OPTIONS]), "dial-conformance-unknown-options")


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


def pytest_configure(config: pytest.Config) -> None:
    """Register the markers and the hooks; refuse what cannot work before anything is collected."""
    try:
        check_values(config.option)
    except ValueError as error:
        raise pytest.UsageError(str(error)) from None
    from conformance.plugin.report_hooks import Reporting  # noqa: PLC0415 - see the module
    from conformance.plugin.session import ConformanceSession  # noqa: PLC0415 - as above
    from conformance.run.registry import all_requirements  # noqa: PLC0415 - as above

    session = ConformanceSession(config)
    end_by_signals(config, lambda: "run" in vars(session) and session.run.interrupted)
    chapters = sorted({one.chapter.lower() for one in all_requirements().values()})
    markers = ("must", "should", "free", "paid", *chapters)
    for name in markers:
        config.addinivalue_line("markers", f"{name}: a check of that level, cost or chapter")
    config.pluginmanager.register(
        OptionHooks(config, markers, lambda: _deployments(session)), "dial-conformance-options"
    )
    reporting = Reporting(config, session)
    session.traced = reporting.outputs.any
    config.pluginmanager.register(session, "dial-conformance")
    config.pluginmanager.register(reporting, "dial-conformance-reporting")
    if config.option.baseline is not None or config.option.write_baseline:
        from conformance.plugin.baseline_hooks import hold_to_baseline  # noqa: PLC0415 - only who has one pays for it

        hold_to_baseline(config, session)
    reporting.refuse_what_cannot_work()
    session.refuse_what_cannot_work()


def _deployments(session: ConformanceSession) -> int | None:
    """Count the deployments under test; None if the run did not get so far. A shard may well have none."""
    run = session.run if "run" in vars(session) else None
    if run is None or "discovered" not in vars(run) or run.settings.shard is not None:
        return None
    return len(run.discovered.deployments)
