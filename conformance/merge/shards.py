"""What is merged: reports of the shards of one run, all of them, each once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Self

from conformance.contract.exchange import excerpt
from conformance.reports.document import Report
from conformance.run.shard import Shard

_ALIKE: Final = {
    "suite": "suite",
    "dial": "DIAL",
    "core": "Core",
    "mode": "mode",
    "recorded": "recording",
    "free": "option --free",
    "contract": "contract",
}
"""What all shards of a run have in common."""

_MOST_NAMED: Final = 5


class MergeError(ValueError):
    """These reports cannot be merged; the message is one line."""


@dataclass(frozen=True)
class Part:
    """A report that is merged with others.

    Attributes:
        name: What it is called.
        report: The report.
        shards: Which shards it has: several, if it was merged already.
    """

    name: str
    report: Report
    shards: tuple[Shard, ...]

    @classmethod
    def of(cls, name: str, report: Report) -> Self:
        """Make it.

        Raises:
            MergeError: The report is not of a shard.
        """
        if not report.run.shard:
            raise MergeError(f"{name} is no shard: it was made without --shard")
        try:
            shards = tuple(sorted(Shard.read(one) for one in report.run.shard.split(", ")))
        except ValueError:
            raise MergeError(f"{name} is no shard: it says it is {excerpt(report.run.shard)}") from None
        return cls(name, report, shards)


def _said(value: object) -> str:
    if isinstance(value, bool):
        return "given" if value else "not given"
    return excerpt(str(value))


def refuse_others(parts: Sequence[Part]) -> None:
    """See that all are of one run, each once."""
    first = parts[0]
    owners: dict[Shard, str] = {}
    for part in parts:
        for name, called in _ALIKE.items():
            one, other = getattr(first.report.run, name), getattr(part.report.run, name)
            if one != other:
                difference = f"the {called} is {_said(one)} in the first, and {_said(other)} in the second"
                raise MergeError(f"{first.name} and {part.name} are not of one run: {difference}")
        for shard in part.shards:
            if shard.count != first.shards[0].count:
                raise MergeError(
                    f"{first.name} is {first.shards[0]}, and {part.name} is {shard}: merge shards of one run"
                )
            if shard in owners:
                raise MergeError(f"{shard} is given twice: {owners[shard]} and {part.name}")
            owners[shard] = part.name
    _refuse_other_options(parts)
    _refuse_other_requirements(parts)


def _refuse_other_options(parts: Sequence[Part]) -> None:
    """See that all were asked with the same options, as far as they tell: reports of before 2.4 do not."""
    telling = [part for part in parts if part.report.run.options is not None]
    for part in telling[1:]:
        one, other = telling[0].report.run, part.report.run
        alone = {"first": one.options_beyond(other), "second": other.options_beyond(one)}
        told = [f"only the {word} was given {excerpt(', '.join(given))}" for word, given in alone.items() if given]
        if told:
            raise MergeError(
                f"{telling[0].name} and {part.name} are not of one run: {', and '.join(told)}:"
                " give all shards the same options"
            )


def _refuse_other_requirements(parts: Sequence[Part]) -> None:
    """See that all were asked for the same requirements.

    A run plans each requirement of a deployment for every one of its deployments, whatever becomes of it. So what one
    shard has and another has not was left out by an option there: --requirement, -m, -k.
    """
    planned = [(part, _of_deployments(part)) for part in parts if _is_complete(part) and part.report.deployments]
    for part, requirements in planned[1:]:
        first, wanted = planned[0]
        if wanted != requirements:
            alone = min(wanted ^ requirements)
            has, lacks = (first, part) if alone in wanted else (part, first)
            raise MergeError(f"{has.name} has {alone}, and {lacks.name} has not: give all shards the same options")


def _of_deployments(part: Part) -> set[str]:
    return {one.requirement for one in part.report.results if one.deployment is not None}


def _is_complete(part: Part) -> bool:
    """Tell whether a shard decided all that it planned: Ctrl-C and pytest's -x leave something out."""
    return not part.report.run.interrupted and len(part.report.results) == part.report.plan.checks


def missing(parts: Sequence[Part]) -> str:
    """Tell which shards are missing; empty if none is."""
    count, given = parts[0].shards[0].count, {one for part in parts for one in part.shards}
    if len(given) == count:
        return ""
    few = [
        one
        for number in range(1, min(count, len(given) + _MOST_NAMED) + 1)
        if (one := Shard(count, number)) not in given
    ]
    told = f"{listed(few, count - len(given))} {'is' if count - len(given) == 1 else 'are'} missing"
    return f"{told}, and the first decides what is the DIAL's" if Shard(count, 1) in few else told


def misfit(parts: Sequence[Part]) -> str:
    """Tell that the DIAL's deployments changed while its shards were checked, by the places that these have."""
    everything = sorted({one.id for part in parts for one in part.report.deployments})
    wrong = {first: _misplaced(parts, everything, first) for first in _perhaps_first(parts, everything)}
    if not all(wrong.values()):
        return ""
    name, part = next(iter(wrong.values()))[0]
    return (
        f"the deployments changed while the shards were checked, or the shards were given others: see {name} and {part}"
    )


def _perhaps_first(parts: Sequence[Part], everything: Sequence[str]) -> list[int]:
    """Return how many deployments may stand before one of the first part: one part with deployments tells.

    Every n-th deployment is in the same part, and the one that stands for all is in the first (`Shard.part_of`).
    """
    part = next((one for one in parts if one.report.deployments), None)
    if part is None:
        return [0]
    place = everything.index(min(one.id for one in part.report.deployments))
    return [*dict.fromkeys((place - shard.number + 1) % shard.count for shard in part.shards)]


def _misplaced(parts: Sequence[Part], everything: Sequence[str], first: int) -> list[tuple[str, str]]:
    """Return which deployments are not in the part to which they belong, each with the name of its report."""
    found = []
    for part in parts:
        own = {one for shard in part.shards for one in everything[shard.offset(first) :: shard.count]}
        wrong = own ^ {one.id for one in part.report.deployments}
        found += [(min(wrong), part.name)] if wrong else []
    return found


def listed(shards: Sequence[Shard], count: int | None = None) -> str:
    """Name some shards: the first few, and how many more there are."""
    more = (count or len(shards)) - _MOST_NAMED
    return ", ".join(map(str, shards[:_MOST_NAMED])) + (f" and {more} more" if more > 0 else "")
