"""The summary at the end of a run, for a person at a terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from tabulate import tabulate

from conformance.contract.result import Result
from conformance.contract.verdict import DECIDED, Verdict
from conformance.run.overview import Overview

OF_THE_DIAL: Final = "the DIAL"
"""The place of a result that is not about one deployment."""

_MOST_REASONS = 20
_MOST_FAULTS = 3


def summary(overview: Overview, results: Sequence[Result]) -> Iterator[str]:
    """Give the lines of the summary: counts, then each violated and advisory requirement, then what is missing.

    Args:
        overview: What the run knows of itself.
        results: Its results.
    """
    yield overview.title
    if results:
        yield ""
        yield from _counts(results).splitlines()
    for verdict, title in (
        (Verdict.VIOLATED, "Violated"),
        (Verdict.HARNESS_ERROR, "Harness errors"),
        (Verdict.ADVISORY, "Advisory"),
    ):
        yield from _explanations(title, [one for one in results if one.verdict is verdict and not one.known])
    yield from _known([one for one in results if one.known])
    unfinished = [one for one in results if one.verdict in (Verdict.COULD_NOT_RUN, Verdict.NOT_PROVEN)]
    yield from _reasons(sorted(unfinished, key=lambda one: (one.requirement, one.deployment or "")))
    yield ""
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


def counted(number: int, name: str, plural: str = "") -> str:
    """Write a number with what it counts."""
    return f"{number} {name}" if number == 1 else f"{number} {plural or f'{name}s'}"


def asked(requests: int, retries: int, how: str = "") -> str:
    """Write how many requests were made, and how many retries beside them if there were any."""
    text = f"{counted(requests, 'request')}{how}"
    return f"{text}, {counted(retries, 'retry', 'retries')}" if retries else text


def _counts(results: Iterable[Result]) -> str:
    counts: dict[tuple[str, str], Counter[Verdict]] = {}
    for result in results:
        counts.setdefault((result.deployment or OF_THE_DIAL, result.chapter), Counter())[result.verdict] += 1
    shown = [verdict for verdict in Verdict if any(count[verdict] for count in counts.values())]
    order = {place: number for number, place in enumerate(dict.fromkeys(deployment for deployment, _ in counts))}
    rows = [
        [deployment, chapter, *(count[verdict] or "" for verdict in shown)]
        for (deployment, chapter), count in sorted(
            counts.items(), key=lambda item: (item[0][0] != OF_THE_DIAL, order[item[0][0]], item[0][1])
        )
    ]
    headers = ["deployment", "chapter", *(str(verdict).replace(" ", "\n", 1) for verdict in shown)]
    return tabulate(rows, headers=headers, tablefmt="simple", disable_numparse=[0, 1])


def _explanations(title: str, results: Sequence[Result]) -> Iterator[str]:
    grouped: dict[str, list[Result]] = {}
    for result in results:
        grouped.setdefault(result.requirement, []).append(result)
    if grouped:
        yield ""
        yield f"{title}:"
    for name, group in sorted(grouped.items()):
        yield f"{name} ({group[0].level}) {group[0].sentence}"
        for (deployment, _, got), same in _by_deployment_and_fault(group).items():
            cases = [one.case for one in same if one.case]
            where = (deployment or OF_THE_DIAL) + (f", {_shortened(cases)}" if cases else "")
            yield f"  {where}"
            yield from (f"    fault:    {one}" for one in faults_of(same))
            yield f"    expected: {same[0].expected}" if same[0].expected else f"    {same[0].reason}"
            if got:
                yield f"    got:      {got}"
            yield from (f"    {line}" for line in (same[0].hint, same[0].curl) if line)


def faults_of(results: Sequence[Result]) -> list[str]:
    """Return what is wrong with the first few cases of results, and how many more there are."""
    found = list(dict.fromkeys(one.fault for one in results if one.fault))
    more = len(found) - _MOST_FAULTS
    return [*found[:_MOST_FAULTS], *([f"and {more} more"] if more > 0 else [])]


def _known(results: Iterable[Result]) -> Iterator[str]:
    grouped: dict[tuple[str, str, str], list[Result]] = {}
    for result in sorted(results, key=lambda one: (one.requirement, one.deployment or "")):
        grouped.setdefault((result.requirement, result.deployment or OF_THE_DIAL, result.known), []).append(result)
    if grouped:
        yield ""
        yield "Known to the baseline:"
    for (requirement, deployment, known), same in grouped.items():
        cases = [one.case for one in same if one.case]
        where = deployment + (f", {_shortened(cases)}" if cases else "")
        yield f"{requirement} ({same[0].verdict}) of {where}: {known}"


def _by_deployment_and_fault(results: Iterable[Result]) -> dict[tuple[str | None, str, str], list[Result]]:
    grouped: dict[tuple[str | None, str, str], list[Result]] = {}
    for result in results:
        grouped.setdefault((result.deployment, result.expected, result.got), []).append(result)
    return grouped


def _shortened(cases: Sequence[str]) -> str:
    return ", ".join(cases[:3]) + (f" and {len(cases) - 3} more" if len(cases) > 3 else "")  # noqa: PLR2004 - three


def _reasons(results: Sequence[Result]) -> Iterator[str]:
    grouped: dict[tuple[Verdict, str], list[Result]] = {}
    for result in results:
        grouped.setdefault((result.verdict, _kind(result.reason)), []).append(result)
    for number, ((verdict, _), alike) in enumerate(grouped.items()):
        if not number:
            yield ""
        if number == _MOST_REASONS:
            yield f"and {len(grouped) - number} more reasons"
            return
        labels = dict.fromkeys(f"{one.requirement} of {one.deployment or OF_THE_DIAL}" for one in alike)
        others = len({one.reason for one in alike}) - 1
        text = alike[0].reason + (f" (and {others} more like this)" if others else "")
        yield f"{verdict}: {_shortened(list(labels))}: {text}"


def _kind(reason: str) -> str:
    """The beginning of a reason, without the file or the answer that is another one for each case."""
    return ": ".join(reason.split(": ")[:2])
