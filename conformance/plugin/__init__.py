"""The pytest plugin: the options, and the one object that has the hooks.

It acts only on functions that decide a requirement; other tests are none of its business. What this module imports
needs nothing but pytest and the standard library, so that it can say what is missing where that is not installed.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec
from typing import TYPE_CHECKING, Final

import pytest

from conformance.plugin.option_hooks import OptionHooks
from conformance.plugin.signal_hooks import end_by_signals, listen
from conformance.plugin.unknown_options import UnknownOptions
from conformance.run.settings import DEADLINE

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
    group = parser.getgroup("dial-conformance", "conformance of a DIAL")
    try:
        _add_options(group.addoption)
    except ValueError as error:  # argparse's own is one, too
        raise pytest.UsageError(f"another plugin has an option of the suite: {error}; give -p no:NAME of it") from None
    own = [name for option in group.options for name in option.names()]
    pluginmanager.register(UnknownOptions(own), "dial-conformance-unknown-options")


def _add_options(add: Callable[..., None]) -> None:
    add("--live", action="store_true", help="ask the DIAL of DIAL_URL; without it, cassettes are replayed")
    add("--dial-url", metavar="URL", help="the DIAL's base URL, in place of DIAL_URL")
    add("--dalle3-deployment", metavar="NAME", help="a configurable DALL-E 3, in place of DALLE3_DEPLOYMENT_NAME")
    add(
        "--dial-deployment",
        metavar="NAME",
        action="append",
        default=[],
        help="check this one, or this glob; repeatable",
    )
    add("--shard", metavar="I/N", help="check one of N parts of the deployments; conformance.merge merges reports")
    add("--cassettes", metavar="DIR", help="the cassette set to replay, or to record into")
    add("--requirement", metavar="IDS", action="append", default=[], help="only these: CHAT-05,CONF-*; repeatable")
    add("--free", action="store_true", help="ask nothing that reaches a model")
    add("--fail-on", choices=["must", "should"], default="must", help="should: an advisory fails the run too")
    add("--jobs", type=int, default=8, metavar="N", help="exchanges at once (default: 8)")
    add("--jobs-per-deployment", type=int, default=4, metavar="N", help="completions of one at once (default: 4)")
    add(
        "--exchange-timeout",
        type=float,
        default=60,
        metavar="SECONDS",
        help="of silence that end an exchange, or thrice as many in all (default: 60)",
    )
    add("--deadline", type=float, default=DEADLINE, metavar="SECONDS", help="for an exchange with its retries")
    _add_costs(add)
    _add_reports(add)


def _add_costs(add: Callable[..., None]) -> None:
    add("--plan", action="store_true", help="tell what would be asked and what it would cost, and ask only for that")
    add("--budget", type=int, metavar="K", help="at most so many completions that a model answers")
    add("--budget-usd", metavar="X", help="at most so many USD, by the prices of the listing")
    add("--thorough", action="store_true", help="ask what costs more completions than it usually tells")
    add("--allow-writes", action="store_true", help="write a file and a feedback; the file is deleted again")
    add("--clients", action="store_true", help="use the official clients too (extra `clients`); live only")
    add("--keep-going", action="store_true", help="go on after a deployment accepted what it must refuse")
    add("--allow-suspension", action="store_true", help="go on where refusals suspend a deployment, and wait for it")
    add("--core-version", metavar="VERSION", help="the version of DIAL Core, if it cannot be seen or is wrong")


def _add_reports(add: Callable[..., None]) -> None:
    add("--report-json", metavar="FILE", help="write the report as JSON; docs/report.schema.json describes it")
    add("--report-html", metavar="FILE", help="write the report as one page")
    add(
        "--badge", metavar="FILE", help="write the state as a badge: SVG, or JSON for shields.io if it is called *.json"
    )
    add("--reproduce", metavar="DIR", help="write a script for each violation that shows it again")
    add("--baseline", metavar="FILE", help="violations that are known, and do not fail the run (docs/baseline.md)")
    add("--write-baseline", action="store_true", help="add what is violated to the baseline; remove what is not")


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """Listen to signals as early as a plugin can."""
    listen(early_config)


def pytest_configure(config: pytest.Config) -> None:
    """Register the markers and the hooks; refuse what cannot work before anything is collected."""
    if config.pluginmanager.has_plugin("vcr") and config.pluginmanager.has_plugin("recording"):
        # pytest-recording says the same, in a traceback
        raise pytest.UsageError("pytest-recording cannot work beside pytest-vcr: uninstall that, or give -p no:vcr")
    from conformance.plugin.report_hooks import ReportHooks  # noqa: PLC0415 - see the module
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
    reporting = ReportHooks(config, session)
    session.traced = reporting.outputs.any
    config.pluginmanager.register(session, "dial-conformance")
    config.pluginmanager.register(reporting, "dial-conformance-reporting")
    if config.option.baseline is not None or config.option.write_baseline:
        from conformance.plugin.baseline_hooks import use_baseline  # noqa: PLC0415 - only who has one pays for it

        use_baseline(config, session)
    reporting.refuse_what_cannot_work()
    session.refuse_what_cannot_work()


def _deployments(session: ConformanceSession) -> int | None:
    """Count the deployments under test; None if the run did not get so far. A shard may well have none."""
    run = session.run if "run" in vars(session) else None
    if run is None or "discovered" not in vars(run) or run.settings.shard is not None:
        return None
    return len(run.discovered.deployments)
