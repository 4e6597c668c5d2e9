"""The end of a run, for a person at a terminal: the counts, the advice, what is violated, and the verdict, last."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from conformance.contract.result import Result
from conformance.contract.verdict import DECIDED, Verdict
from conformance.reports.causes import usual_causes
from conformance.reports.deployments_table import table
from conformance.reports.findings import Finding, findings_of
from conformance.reports.terminal import OF_THE_DIAL, Line, asked, counted
from conformance.reports.verdict_line import verdict_line
from conformance.run.command import program_here
from conformance.run.overview import Overview

_MOST_REASONS: Final = 20
_MOST_CASES: Final = 3
_MOST_FINDINGS: Final = 10
_MOST_CAUSES: Final = 2


def summary(
    overview: Overview, results: Sequence[Result], exit_code: int, *, fail_on_advisory: bool = False, width: int = 80
) -> Iterator[Line]:
    """Give the lines of the summary: what matters most comes last, where it does not scroll away.

    Args:
        overview: What the run knows of itself.
        results: Its results.
        exit_code: That of the process.
        fail_on_advisory: `--fail-on=should`: a SHOULD that does not hold is shown as what is violated is.
        width: How many characters a line of the terminal has.
    """
    yield Line(overview.title)
    if results:
        yield Line()
        yield from table(results, width)
    unfinished = [one for one in results if one.verdict in (Verdict.COULD_NOT_RUN, Verdict.NOT_PROVEN)]
    yield from _reasons(sorted(unfinished, key=lambda one: (one.requirement, one.deployment or "")))
    yield Line()
    yield from map(Line, _figures(overview, results))
    yield from _preview([one for one in results if one.preview])
    yield from _known([one for one in results if one.known])
    new = [one for one in results if not one.known]
    advice = _by_requirement(one for one in new if one.verdict is Verdict.ADVISORY)
    if not fail_on_advisory:
        yield from _advisory(advice)
    yield from _violated("Harness errors", _by_requirement(one for one in new if one.verdict is Verdict.HARNESS_ERROR))
    wrong = (Verdict.VIOLATED, Verdict.ADVISORY) if fail_on_advisory else (Verdict.VIOLATED,)
    yield from _violated("Violated", _by_requirement(one for one in new if one.verdict in wrong))
    yield Line()
    yield verdict_line(overview, results, exit_code, fail_on_advisory=fail_on_advisory)


def _figures(overview: Overview, results: Sequence[Result]) -> Iterator[str]:
    yield from overview.notes
    if overview.cost:
        yield f"the completions cost {overview.cost}, by the prices of the listing"
    decided = sum(one.verdict in DECIDED for one in results)
    yield (
        f"{decided} of {overview.planned} planned checks were decided"
        f"{'' if len(results) == overview.planned else f', {overview.planned - len(results)} were not reached'};"
        f" {asked(overview.requests, overview.retries, ' replayed' if overview.replayed else '')},"
        f" {counted(overview.completions, 'completion')} among them"
    )


def _by_requirement(results: Iterable[Result]) -> Sequence[Sequence[Result]]:
    grouped: dict[str, list[Result]] = {}
    for one in results:
        grouped.setdefault(one.requirement, []).append(one)
    return [group for _, group in sorted(grouped.items())]


def _advisory(groups: Sequence[Sequence[Result]]) -> Iterator[Line]:
    """Give few cases of each SHOULD, and one request that shows it."""
    if groups:
        yield Line()
        yield Line("Advisory:", "yellow")
    for group in groups:
        yield Line(_heading(group))
        left = _MOST_CASES
        for finding in findings_of(group):
            if left <= 0:
                break
            yield Line(f"  {_place(finding, left)}")
            yield from _facts(finding)
            left -= max(1, len(finding.cases))
        yield from (Line(f"    {line}") for line in (group[0].curl,) if line)
        more = len(group) - _MOST_CASES
        if more > 0:
            yield Line(f"  {more} more: --report-html")


def _violated(title: str, groups: Sequence[Sequence[Result]]) -> Iterator[Line]:
    """Give what does not hold, with what shows it again and what usually causes it."""
    if groups:
        yield Line()
        yield Line(f"{title}:", "red", bold=True)
    for group in groups:
        yield Line(_heading(group), "red")
        findings = findings_of(group)
        for finding in findings[:_MOST_FINDINGS]:
            yield Line(f"  {_place(finding, _MOST_CASES)}", "red")
            yield from _facts(finding)
            yield from (Line(f"    {line}") for line in (finding.first.curl,) if line)
        if len(findings) > _MOST_FINDINGS:
            yield Line(f"  {len(findings) - _MOST_FINDINGS} more: --report-html")
        yield from _usually(group[0])


def _heading(group: Sequence[Result]) -> str:
    return f"{group[0].requirement} ({group[0].level}) {group[0].sentence}"


def _place(finding: Finding, most: int) -> str:
    return finding.place + (f", {_shortened(finding.cases, most)}" if finding.cases else "")


def _facts(finding: Finding) -> Iterator[Line]:
    for name, text in finding.texts:
        yield Line(f"    {f'{name}:':<10}{text}")


def _usually(one: Result) -> Iterator[Line]:
    """Say what usually breaks a requirement; of a fault of this suite there is nothing to say."""
    causes = usual_causes(one.requirement, one.got) if one.verdict is not Verdict.HARNESS_ERROR else ()
    if causes:
        others = len(causes) - _MOST_CAUSES
        more = f"; or {counted(others, 'other cause')}" if others > 0 else ""
        yield Line(f"  usually: {'; or: '.join(causes[:_MOST_CAUSES])}{more}")
        yield Line(f"  to mend it: {program_here()} explain {one.requirement}")


def _preview(results: Sequence[Result]) -> Iterator[Line]:
    """Say what holds by the contract of the run, and would not by a newer one."""
    places: dict[str, list[Result]] = {}
    for one in results:
        places.setdefault(one.requirement, []).append(one)
    for name, same in list(places.items())[:_MOST_REASONS]:
        others = f" and {len(same) - 1} more" if len(same) > 1 else ""
        where = f"{same[0].deployment or OF_THE_DIAL}{others}"
        yield Line(f"preview: {name} of {where} would not hold by a newer contract: {same[0].preview}")


def _known(results: Iterable[Result]) -> Iterator[Line]:
    grouped: dict[tuple[str, str, str], list[Result]] = {}
    for result in sorted(results, key=lambda one: (one.requirement, one.deployment or "")):
        grouped.setdefault((result.requirement, result.deployment or OF_THE_DIAL, result.known), []).append(result)
    if grouped:
        yield Line()
        yield Line("Known already:", "yellow")
    for (requirement, deployment, known), same in grouped.items():
        cases = [one.case for one in same if one.case]
        where = deployment + (f", {_shortened(cases, _MOST_CASES)}" if cases else "")
        yield Line(f"{requirement} ({same[0].verdict}) of {where}: {known}")


def _shortened(cases: Sequence[str], most: int) -> str:
    return ", ".join(cases[:most]) + (f" and {len(cases) - most} more" if len(cases) > most else "")


def _reasons(results: Sequence[Result]) -> Iterator[Line]:
    grouped: dict[tuple[Verdict, str], list[Result]] = {}
    for result in results:
        grouped.setdefault((result.verdict, _kind(result.reason)), []).append(result)
    for number, ((verdict, _), alike) in enumerate(grouped.items()):
        if not number:
            yield Line()
        if number == _MOST_REASONS:
            yield Line(f"and {len(grouped) - number} more reasons")
            return
        labels = dict.fromkeys(f"{one.requirement} of {one.deployment or OF_THE_DIAL}" for one in alike)
        others = len({one.reason for one in alike}) - 1
        text = alike[0].reason + (f" (and {others} more like this)" if others else "")
        yield Line(f"{verdict}: {_shortened(list(labels), _MOST_CASES)}: {text}", "yellow")


def _kind(reason: str) -> str:
    """The beginning of a reason, without the file or the answer that is another one for each case."""
    return ": ".join(reason.split(": ")[:2])
