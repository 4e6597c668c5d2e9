"""The pytest plugin: the options, and the one object that has the hooks.

It acts only on functions that decide a requirement; other tests are none of its business.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from conformance.reporting import Reporting
from conformance.requirement import all_requirements
from conformance.session import ConformanceSession
from conformance.settings import DEADLINE


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the suite's options."""
    add = parser.getgroup("dial-conformance", "conformance of a DIAL").addoption
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
        "--timeout",
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
def pytest_configure(config: pytest.Config) -> None:
    """Register the markers and the hooks; refuse what cannot work before anything is collected."""
    if config.pluginmanager.has_plugin("vcr") and config.pluginmanager.has_plugin("recording"):
        # pytest-recording says the same, in a traceback
        raise pytest.UsageError("pytest-recording cannot work beside pytest-vcr: uninstall that, or give -p no:vcr")
    chapters = sorted({one.chapter.lower() for one in all_requirements().values()})
    for name in ("must", "should", "free", "paid", *chapters):
        config.addinivalue_line("markers", f"{name}: a check of that level, cost or chapter")
    session = ConformanceSession(config)
    reporting = Reporting(config, session)
    session.traced = reporting.outputs.any
    config.pluginmanager.register(session, "dial-conformance")
    config.pluginmanager.register(reporting, "dial-conformance-reporting")
    if config.option.baseline is not None or config.option.write_baseline:
        from conformance.baselining import hold_to_baseline  # noqa: PLC0415 - only who has one pays for it

        hold_to_baseline(config, session)
    reporting.refuse_what_cannot_work()
    session.refuse_what_cannot_work()
