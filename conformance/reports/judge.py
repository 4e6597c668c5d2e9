"""`dial-conformance judge`: decide what can be decided of exchanges that were captured elsewhere. Nobody is asked."""

from __future__ import annotations

import re
import time
from argparse import Namespace
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from conformance import __version__
from conformance.contract.exchange import Exchange, excerpt, printable
from conformance.contract.profile import PROFILES
from conformance.contract.verdict import DECIDED, ExitCode, Verdict
from conformance.reports.collecting import collect, in_order, reported_deployment, reported_exchanges
from conformance.reports.document import Report, ReportedPlan, ReportedRun
from conformance.reports.outputs import OutputError, Outputs
from conformance.reports.summary import summary
from conformance.reports.terminal import counted
from conformance.reports.writing import write_html, write_json
from conformance.run import option_values
from conformance.run.command import Command, answer, complain
from conformance.run.judging import Judged, judge
from conformance.run.overview import Overview, about_contract
from conformance.run.run import UNUSABLE
from conformance.run.settings import SettingsError
from conformance.wire.blocking import blocked
from conformance.wire.cassettes.file import MalformedCassetteError
from conformance.wire.traffic.har import MalformedHarError
from conformance.wire.traffic.reading import Traffic, UnusableTrafficError, read_traffic, see_url

_SHOWN: Final = 20
_UNREADABLE: Final = (*UNUSABLE, MalformedHarError, MalformedCassetteError, UnusableTrafficError)


def main(arguments: Sequence[str], program: str = "dial-conformance judge") -> int:
    """Judge traffic.

    Args:
        arguments: The command line after `judge`.
        program: How it is called.

    Returns:
        0 if nothing that was seen violates a MUST, 1 if something does, 3 after a fault of the suite, 4 if the
        traffic cannot be read, 10 if it decides nothing.
    """
    given = _command(program).parse_args(arguments)
    began = time.time()
    try:
        Outputs(report_json=given.report_json, report_html=given.report_html).check()
        contract, core_version = _values(given)
        if given.url is not None:
            see_url(given.url)
        with blocked():
            traffic = read_traffic(given.traffic, given.url)
            profiles = {one.field: getattr(given, one.field) for one in PROFILES}
            judged = judge(traffic, core_version=core_version, contract=contract, profiles=profiles)
    except (OutputError, *_UNREADABLE) as error:
        return complain(f"nothing was judged: {error}")
    except OSError as error:
        return complain(f"nothing was judged: {error.filename} cannot be read: {error.strerror or error}")
    except KeyboardInterrupt:
        complain("interrupted: nothing was judged")
        return ExitCode.INTERRUPTED
    code = _exit_code(judged)
    report = _report(judged, given, code, began)
    told = [*_told(judged, traffic, report, code), *_written(report, given)]
    answer("".join(f"{printable(traffic.redaction.hide_secrets(line))}\n" for line in told))
    return code


def _command(program: str) -> Command:
    command = Command(
        prog=program,
        description="Decide what can be decided of exchanges with a DIAL that were captured elsewhere. Nobody is"
        " asked; what the traffic does not show is not seen. Credentials in it become placeholders before anything"
        " else is done.",
    )
    command.add_argument(
        "traffic",
        nargs="+",
        type=Path,
        metavar="TRAFFIC",
        help="read this HAR file, this cassette of vcrpy or pytest-recording, or this recorded set (a folder)",
    )
    command.add_argument("--url", metavar="URL", help="say which is the DIAL, if the traffic has several hosts")
    command.add_argument("--contract", metavar="NAME", help="go by this contract, as in a run; without it, the newest")
    command.add_argument("--core-version", metavar="VERSION", help="say which Core it was, if the traffic does not")
    for profile in PROFILES:
        command.add_argument(
            profile.flag, dest=profile.field, metavar="NAME", help=f"say which deployment is a {profile.name}"
        )
    command.add_argument("--report-json", type=Path, metavar="FILE", help="write the report as JSON")
    command.add_argument("--report-html", type=Path, metavar="FILE", help="write the report as a page")
    return command


def _values(given: Namespace) -> tuple[str | None, str | None]:
    """Read which contract and which version of Core were named, as a run does.

    Raises:
        SettingsError: There is no such thing.
    """
    contract, version = given.contract, given.core_version
    try:
        return (
            None if contract is None else option_values.contract("--contract", contract),
            None if version is None else option_values.core_version("--core-version", version),
        )
    except ValueError as error:
        raise SettingsError(str(error)) from None


def _exit_code(judged: Judged) -> ExitCode:
    verdicts = {one.verdict for one in judged.results}
    if Verdict.VIOLATED in verdicts:
        return ExitCode.VIOLATED
    if Verdict.HARNESS_ERROR in verdicts:
        return ExitCode.HARNESS_ERROR
    return ExitCode.PASSED if verdicts & DECIDED else ExitCode.INCOMPLETE


def _report(judged: Judged, given: Namespace, code: int, began: float) -> Report:
    run = judged.run
    deployments = run.discovered.deployments
    results = in_order(judged.results, deployments)
    decided = sum(one.verdict in DECIDED for one in results)
    facts = ReportedRun(
        began=datetime.fromtimestamp(began, UTC).isoformat(timespec="seconds"),
        seconds=round(time.time() - began, 3),
        mode="replayed",
        recorded=None,
        suite=__version__,
        core=run.discovered.core.name,
        dial=", ".join(map(str, given.traffic)),
        exit_code=code,
        notes=tuple(_notes(judged)),
        contract=run.contract.title,
    )
    completions = len(run.resolver.exchanges.answered.completions)
    plan = ReportedPlan(len(results), decided, judged.seen, completions)

    def configuration(path: str) -> Exchange | None:
        return run.exchange_named(path)

    described = [reported_deployment(one, configuration(f"{one.path}/configuration")) for one in deployments]
    exchanges = reported_exchanges(results, run.exchange_named, run.prices)
    return collect(facts, plan, results, described, exchanges, contract=run.contract)


def _notes(judged: Judged) -> Iterator[str]:
    yield "judged from captured traffic: nobody was asked, and what is not recorded was not seen"
    yield from about_contract(judged.run.contract)
    yield from judged.notes
    if judged.unreadable:
        yield f"nothing can be said of {counted(len(judged.unreadable), 'exchange')}: missing, cut or cached answers"


def _told(judged: Judged, traffic: Traffic, report: Report, code: int) -> Iterator[str]:
    for label, lines in (("left out", traffic.left_out), ("not seen", judged.unreadable)):
        yield from (excerpt(f"{label}: {one}") for one in lines[:_SHOWN])
        if len(lines) > _SHOWN:
            yield f"{label}: {len(lines) - _SHOWN} more"
    overview = Overview(
        f"DIAL Core {report.run.core}, judged from {report.run.dial}",
        report.plan.checks,
        report.plan.requests,
        report.plan.completions,
        notes=report.run.notes[1:],
        replayed=True,
        deployments=len(report.deployments),
    )
    lines = [one.text for one in summary(overview, report.results, code)][:-1]
    yield from map(_in_words_of_traffic, lines)
    yield _verdict(report, code)


def _in_words_of_traffic(line: str) -> str:
    """Say "not seen" for "not recorded", in the head of the table, too."""
    if line.startswith("deployment "):
        return re.sub(r"\brecorded\b", "seen".rjust(len("recorded")), line)
    return line.replace("not recorded", "not seen")


def _verdict(report: Report, code: int) -> str:
    decided = {one.requirement for one in report.results if one.verdict in DECIDED}
    wrong = {one.requirement for one in report.results if one.verdict is Verdict.VIOLATED}
    beginning = {
        ExitCode.PASSED: "NOTHING SEEN IS VIOLATED",
        ExitCode.VIOLATED: f"FAILED: {', '.join(sorted(wrong))} violated",
        ExitCode.HARNESS_ERROR: "HARNESS ERROR",
    }.get(ExitCode(code), "NOTHING WAS DECIDED")
    count = counted(len(decided), "requirement was", "requirements were")
    return (
        f"{beginning} (exit code {int(code)}): {count} decided, the others not seen or not claimed;"
        f" contract {report.run.contract}"
    )


def _written(report: Report, given: Namespace) -> Iterator[str]:
    for write, path in ((write_json, given.report_json), (write_html, given.report_html)):
        if path is not None:
            yield write(report, path)
