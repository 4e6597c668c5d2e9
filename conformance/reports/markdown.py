"""The summary of a run in GitHub's Markdown.

What the DIAL says stands in code only, where Markdown means nothing: see `in_code` and `_block`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from conformance.contract.exchange import printable
from conformance.contract.result import Result
from conformance.contract.verdict import DOES_NOT_HOLD, Verdict
from conformance.reports.document import Report
from conformance.reports.findings import KNOWN, Finding, counts, findings_of
from conformance.reports.page.outcome import outcome_of
from conformance.reports.terminal import OF_THE_DIAL, asked

MOST_FINDINGS: Final = 40
MOST_REASONS: Final = 20
MOST_PLACES: Final = 50
_MOST_NAMES: Final = 5
_MOST_NOTES: Final = 30
_MOST_ROWS: Final = 200
_LONGEST: Final = 2_000

_MEANS_SOMETHING = re.compile(r"""[^\w .,;=+?%/()"'-]|_|(?<=www)\.""", re.IGNORECASE)
_MISSING = (Verdict.COULD_NOT_RUN, Verdict.OVER_BUDGET, Verdict.NOT_PROVEN)


def step_summary(report: Report) -> str:
    """Write the summary: how the run ended, what does not hold, what is missing, and the counts.

    It stays far below the 1 MiB that GitHub shows of a step.
    """
    results = report.results
    doubtful = [one for one in results if not one.known]
    notes = _block("\n".join(_line(one) for one in report.run.notes[:_MOST_NOTES]))
    parts = [
        *_head(report),
        *([notes] if report.run.exit_code else []),  # they may be why
        *_findings("Violated", [one for one in doubtful if one.verdict is Verdict.VIOLATED]),
        *_findings("Harness errors", [one for one in doubtful if one.verdict is Verdict.HARNESS_ERROR]),
        *_folded("Known already", _findings("", [one for one in results if one.known])),
        *_folded("Advisory", _findings("", [one for one in doubtful if one.verdict is Verdict.ADVISORY])),
        *_folded("Could not be decided", _reasons([one for one in results if one.verdict in _MISSING])),
        *_folded(f"Never decided ({len(report.never_decided)})", _never_decided(report)),
        *_folded("Preview of newer contracts, which does not count", _preview(report)),
        *_folded("Claims of the listing", _claims(report)),
        *_counts(results),
        *([] if report.run.exit_code else _folded("Notes", [notes])),
    ]
    return "\n\n".join(part for part in parts if part) + "\n\n"


def _head(report: Report) -> Iterator[str]:
    run, plan = report.run, report.plan
    ended = outcome_of(report)
    yield f"## DIAL conformance: {ended.word.lower()}"
    yield f"**{escaped(ended.sentence)}** {escaped(' '.join((*ended.more, ended.exit_code)))}"
    recorded = f" (recorded {in_code(run.recorded)})" if run.recorded else ""
    shard = f", shard {in_code(run.shard)}" if run.shard else ""
    contract = f", contract {in_code(run.contract)}" if run.contract else ""
    cost = f" for {in_code(plan.dollars)}" if plan.dollars else ""
    yield (
        f"Core {in_code(run.core)}, {run.mode} {'from' if run.mode == 'replayed' else 'at'} {in_code(run.dial)}"
        f"{recorded}{shard}{contract}; suite {in_code(run.suite)}, {in_code(run.began)}, {run.seconds:.0f} s,"
        f" {asked(plan.requests, plan.retries)}, {plan.completions} completions{cost}"
    )


def _findings(title: str, results: Sequence[Result]) -> Iterator[str]:
    found = findings_of(results)
    if found and title:
        yield f"### {title}"
    for finding in found[:MOST_FINDINGS]:
        yield from _finding(finding)
    if len(found) > MOST_FINDINGS:
        yield f"and {len(found) - MOST_FINDINGS} more, in the report"


def _finding(finding: Finding) -> Iterator[str]:
    one = finding.first
    cases = f", {_names(finding.cases)}" if finding.cases else ""
    verdict = f"({one.level}, {one.verdict})"
    yield f"{in_code(one.requirement)} {verdict} {escaped(one.sentence)}<br>{in_code(finding.place)}{cases}"
    lines = [f"{f'{name}:':<10}{_line(text)}" for name, text in finding.texts]
    yield _block("\n".join([*lines, *([_line(one.curl)] if one.curl else [])]))


def _reasons(results: Sequence[Result]) -> Iterator[str]:
    grouped: dict[tuple[Verdict, str], list[Result]] = {}
    for one in sorted(results, key=lambda one: _MISSING.index(one.verdict)):
        grouped.setdefault((one.verdict, ": ".join(one.reason.split(": ")[:2])), []).append(one)
    for (verdict, _), alike in list(grouped.items())[:MOST_REASONS]:
        labels = dict.fromkeys(f"{one.requirement} of {one.deployment or OF_THE_DIAL}" for one in alike)
        others = len({one.reason for one in alike}) - 1
        yield f"{len(alike)} {verdict}: {_names(list(labels))}"
        yield _block(_line(alike[0].reason or "no reason was given") + (f"\nand {others} like it" if others else ""))
    if len(grouped) > MOST_REASONS:
        yield f"and {len(grouped) - MOST_REASONS} more reasons, in the report"


def _counts(results: Sequence[Result]) -> Iterator[str]:
    places: dict[str, list[Result]] = {}
    for one in results:
        places.setdefault(one.deployment or OF_THE_DIAL, []).append(one)
    if not places:
        return
    shown = list(counts(results))
    tables = {place: counts(found) for place, found in places.items()}
    worst = sorted(tables, key=lambda place: (place != OF_THE_DIAL, *(-tables[place].get(one, 0) for one in _WORST)))
    rows = [["", *map(str, shown)], ["---", *("--:" for _ in shown)]]
    rows += [[in_code(place), *(str(tables[place].get(one, "")) for one in shown)] for place in worst[:MOST_PLACES]]
    more = [f"and {len(worst) - MOST_PLACES} more deployments"] if len(worst) > MOST_PLACES else []
    yield "### Counts"
    yield "\n".join("| " + " | ".join(row) + " |" for row in rows)
    yield from more


def _claims(report: Report) -> Iterator[str]:
    """Count the claims of each deployment: true, not true (these by name), not tried."""
    claiming = [one for one in report.deployments if one.claims]
    if not claiming:
        return
    rows = [["", "claimed", "true", "not true", "not tried"], ["---", "--:", "--:", "---", "--:"]]
    for one in claiming[:MOST_PLACES]:
        wrong = [claim.name for claim in one.claims if claim.verdict in DOES_NOT_HOLD]
        true = sum(claim.verdict is Verdict.PASSED for claim in one.claims)
        counted = (len(one.claims), true, _names(wrong), len(one.claims) - true - len(wrong))
        rows.append([in_code(one.id), *map(str, counted)])
    yield "\n".join("| " + " | ".join(row) + " |" for row in rows)
    if len(claiming) > MOST_PLACES:
        yield f"and {len(claiming) - MOST_PLACES} more deployments"


def _never_decided(report: Report) -> Iterator[str]:
    """List the requirements that were decided nowhere, with the reason."""
    rows = [
        f"| {in_code(one.id)} | {escaped(one.level)} | {escaped(one.verdict)} | {escaped(one.reason)} |"
        for one in report.never_decided[:_MOST_ROWS]
    ]
    if rows:
        yield "\n".join(["| requirement | level | verdict | reason |", "| --- | --- | --- | --- |", *rows])
    if len(report.never_decided) > _MOST_ROWS:
        yield f"and {len(report.never_decided) - _MOST_ROWS} more, in the report"


def _preview(report: Report) -> Iterator[str]:
    """List what newer contracts have otherwise."""
    for one in report.preview[:_MOST_ROWS]:
        found = f" Here: {escaped(one.found)}" if one.found else ""
        what = f"{escaped(one.change)} in {in_code(one.contract)}"
        yield f"{in_code(one.id)} ({escaped(one.level)}) {what}: {escaped(one.sentence)}{found}"
    if len(report.preview) > _MOST_ROWS:
        yield f"and {len(report.preview) - _MOST_ROWS} more, in the report"


_WORST = (Verdict.VIOLATED, Verdict.HARNESS_ERROR, KNOWN, Verdict.COULD_NOT_RUN, Verdict.NOT_PROVEN, Verdict.ADVISORY)


def _folded(title: str, parts: Iterable[str]) -> Iterator[str]:
    inner = [part for part in parts if part]
    if inner:
        yield "\n\n".join([f"<details><summary>{title}</summary>", *inner, "</details>"])


def _names(names: Sequence[str]) -> str:
    more = f" and {len(names) - _MOST_NAMES} more" if len(names) > _MOST_NAMES else ""
    return ", ".join(map(in_code, names[:_MOST_NAMES])) + more


def in_code(text: str) -> str:
    """Write a name of a stranger within a line, also of a table.

    As entities of HTML nothing means anything to Markdown (CommonMark 2.5), and in `<code>` GitHub makes no mentions.
    """
    return f"<code>{escaped(text)}</code>"


def escaped(text: str) -> str:
    """Write a text of a stranger within a line, so that it means nothing to Markdown; what is too long is cut."""
    return _MEANS_SOMETHING.sub(lambda found: f"&#{ord(found[0])};", _line(text))


def _block(text: str) -> str:
    """Write lines of a stranger as they are: behind a fence that is longer than any in them (CommonMark 4.5)."""
    if not text:
        return ""
    longest = max((len(found) for found in re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}text\n{text}\n{fence}"


def _line(text: str) -> str:
    shown = printable(text)
    return shown if len(shown) <= _LONGEST else f"{shown[:_LONGEST]}..."
