"""A comparison as sections of lines, which each output writes in its own way."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from conformance.compare.change_kinds import ChangeKind
from conformance.compare.effects import Effect
from conformance.compare.model import CheckChange, Comparison
from conformance.compare.schemas import SchemaChange
from conformance.contract.exchange import excerpt
from conformance.reports.document import ReportedRun
from conformance.reports.terminal import OF_THE_DIAL, counted

MOST_ITEMS: Final = 50
_MOST_DETAILS: Final = 10
_MOST_NAMES: Final = 5
_FOUND: Final = (ChangeKind.NEWLY_VIOLATED, ChangeKind.NEWLY_ADVISORY, ChangeKind.NEWLY_KNOWN)
T = TypeVar("T")
K = TypeVar("K", bound=Hashable)


@dataclass(frozen=True)
class Item:
    """A line, and what belongs to it. Texts of strangers are among them: short and printable, but not escaped."""

    text: str
    details: tuple[str, ...] = ()


@dataclass(frozen=True)
class Section:
    """Lines under a title."""

    title: str
    items: tuple[Item, ...]


def headline(comparison: Comparison, worse: Sequence[str]) -> str:
    """Say in one sentence what came out.

    Args:
        comparison: The comparison.
        worse: What got worse.
    """
    if worse:
        return f"Something got worse: {', '.join(worse)}."
    return "Nothing differs." if comparison.is_empty else "There are differences, and nothing got worse."


def runs(comparison: Comparison) -> Iterator[str]:
    """Say which runs were compared, a line each, and why these may not be comparable."""
    names = comparison.pair or ("", "")
    for word, run, name in zip(("old", "new"), (comparison.old, comparison.new), names, strict=True):
        yield f"{word}: {f'{name} of ' if name else ''}{_run(run)}"
    old, new = comparison.old, comparison.new
    for what in ("suite", "contract", "shard", "free"):
        if getattr(old, what) != getattr(new, what):
            yield excerpt(f"not alike: {what} {getattr(old, what) or 'none'} and {getattr(new, what) or 'none'}")
    for word, options in (("old", old.options_beyond(new)), ("new", new.options_beyond(old))):
        if options:
            yield excerpt(f"not alike: only the {word} run was given {', '.join(options)}")
    for word, run in (("old", old), ("new", new)):
        if run.interrupted:
            yield f"the {word} run was interrupted"


def sections(comparison: Comparison) -> Iterator[Section]:
    """Give what differs, the worst first; what is empty is left out."""
    found = [
        _section("Deployments that are gone", _named(comparison.gone)),
        _section("Requirements that are no longer checked", _named(comparison.gone_requirements)),
        *(
            _section(_title(kind), (_findings if kind in _FOUND else _others)(comparison.checks, kind))
            for kind in ChangeKind
        ),
        _section("No longer claimed by the listing", _features(comparison, claimed=False)),
        _section("Newly claimed by the listing", _features(comparison, claimed=True)),
        _section("Schemas", _schemas(comparison)),
        _section("Other cases than before", _cases(comparison)),
        _section("New deployments", _named(comparison.come)),
        _section("Newly checked requirements", _named(comparison.come_requirements)),
        _section("What it took", _totals(comparison)),
    ]
    return (one for one in found if one.items)


def _section(title: str, items: Iterable[Item]) -> Section:
    listed = [*items]
    more = [Item(f"and {len(listed) - MOST_ITEMS} more")] if len(listed) > MOST_ITEMS else []
    return Section(title, (*listed[:MOST_ITEMS], *more))


def _item(text: str, details: Sequence[str]) -> Item:
    more = [f"and {len(details) - _MOST_DETAILS} more lines"] if len(details) > _MOST_DETAILS else []
    return Item(text, (*details[:_MOST_DETAILS], *more))


def _title(kind: ChangeKind) -> str:
    return "Otherwise different" if kind is ChangeKind.DIFFERENT else str(kind).capitalize()


def _run(run: ReportedRun) -> str:
    how = f"replayed from {run.dial} ({run.recorded})" if run.mode == "replayed" else f"{run.mode} at {run.dial}"
    contract = f" and contract {run.contract}" if run.contract else ""
    return excerpt(f"DIAL Core {run.core}, {how}, on {run.began} by suite {run.suite}{contract}")


def _named(names: Sequence[str]) -> Iterator[Item]:
    if names:
        yield Item(_listed(names, MOST_ITEMS))


def _findings(changes: Iterable[CheckChange], kind: ChangeKind) -> Iterator[Item]:
    """Tell what does not hold any more, by requirement."""
    of_kind = [one for one in changes if one.kind is kind]
    for found in _grouped(of_kind, lambda one: one.requirement).values():
        alike = _grouped(found, lambda one: (one.old, one.cases, one.expected, one.got))
        text = excerpt(f"{found[0].requirement} ({found[0].level}) {found[0].sentence}")
        yield _item(text, [line for same in alike.values() for line in _finding(same)])


def _finding(same: Sequence[CheckChange]) -> Iterator[str]:
    first = same[0]
    cases = f" ({_listed(first.cases)})" if first.cases else ""
    yield f"{_places(same)}{cases}: {_transition(first)}"
    yield f"expected: {excerpt(first.expected)}"
    yield f"got: {excerpt(first.got)}"


def _others(changes: Iterable[CheckChange], kind: ChangeKind) -> Iterator[Item]:
    """Tell what differs, by how and why: one cause has many effects."""
    of_kind = [one for one in changes if one.kind is kind]
    for found in _grouped(of_kind, lambda one: (_transition(one), one.reason)).values():
        because = f": {excerpt(found[0].reason)}" if found[0].reason else ""
        places = {name: _places(same) for name, same in _grouped(found, lambda one: one.requirement).items()}
        together = _grouped(places, places.__getitem__)
        yield _item(
            f"{_transition(found[0])}{because}",
            [f"{where}: {_listed(names, MOST_ITEMS)}" for where, names in together.items()],
        )


def _transition(change: CheckChange) -> str:
    return f"{change.old or 'not there'} -> {change.new or 'not there'}"


def _places(changes: Iterable[CheckChange]) -> str:
    return _listed([one.deployment or OF_THE_DIAL for one in changes])


def _features(comparison: Comparison, *, claimed: bool) -> Iterator[Item]:
    found = [one for one in comparison.features if one.claimed is claimed]
    for name, same in _grouped(found, lambda one: one.feature).items():
        yield Item(f"{excerpt(name)}: {_listed([one.deployment for one in same])}")


def _schemas(comparison: Comparison) -> Iterator[Item]:
    for change, same in _grouped(comparison.schemas, lambda one: one.change).items():
        where = f"{excerpt(change.pointer) or '(the schema)'} {excerpt(change.keyword)}".rstrip()
        what = f"{change.change}, {change.effect}" if change.effect is not Effect.NONE else change.change
        yield Item(f"{where}: {what}: {_listed([one.deployment for one in same])}", tuple(_values(change)))


def _values(change: SchemaChange) -> Iterator[str]:
    if change.old:
        yield f"was: {excerpt(change.old)}"
    if change.new:
        yield f"is: {excerpt(change.new)}"


def _cases(comparison: Comparison) -> Iterator[Item]:
    for deployment, found in _grouped(comparison.cases, lambda one: one.deployment).items():
        gone, come = sum(one.gone for one in found), sum(one.new for one in found)
        where = excerpt(deployment or OF_THE_DIAL)
        yield Item(f"{where}: {gone} gone, {come} new, of {counted(len(found), 'requirement')}")


def _totals(comparison: Comparison) -> Iterator[Item]:
    for one in comparison.totals:
        if one.old != one.new:
            difference = f" ({one.difference})" if one.difference else ""
            yield Item(
                f"{one.name}: {excerpt(one.old) or 'not known'} -> {excerpt(one.new) or 'not known'}{difference}"
            )


def _listed(names: Sequence[str], most: int = _MOST_NAMES) -> str:
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(map(excerpt, names[:most])) + more


def _grouped(ones: Iterable[T], key: Callable[[T], K]) -> dict[K, list[T]]:
    found: dict[K, list[T]] = {}
    for one in ones:
        found.setdefault(key(one), []).append(one)
    return found
