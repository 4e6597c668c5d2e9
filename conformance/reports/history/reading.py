"""Reads many reports, one at a time, and keeps of each what a history needs."""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any, Final

from conformance.contract.exchange import excerpt
from conformance.dial.price import added
from conformance.reports.document import ReportedRun, UnreadableReportError
from conformance.reports.history.model import DialSeen, History, Place, RequirementSeen, RunSeen, Took
from conformance.reports.history.outcome import ABSENT, COULD_NOT_RUN, KNOWN, LETTERS, RANKS, VIOLATED, WAITS
from conformance.reports.prerequisites import prerequisites_in
from conformance.reports.reading import Outline, read_outline
from conformance.reports.terminal import counted

MOST_LETTERS: Final = 200_000_000
"""Places times runs: a thousand reports of a thousand deployments fit."""
LONGEST_NAME: Final = 300
LONGEST_SENTENCE: Final = 1_000
_LONGEST_ANSWER: Final = 1_000_000
_MOST_NAMED: Final = 5
_MALFORMED: Final = (KeyError, TypeError, AttributeError, ValueError, OverflowError)


class HistoryError(ValueError):
    """There is no history of what was given; the message is one line that says what to do."""


def read_history(given: Sequence[Path]) -> History:
    """Read reports.

    A file that was named must be a report. In a folder may be other files too: a note says which were left out.

    Args:
        given: Files and folders; in a folder, all that ends with `.json`, however deep.

    Raises:
        UnreadableReportError: A file that was named is no report that can be read.
        HistoryError: There is no report, or there are too many.
    """
    collected = _Collected()
    with _without_looking_for_garbage():
        left_out = _read(given, collected)
    if not collected.dials:
        why = f": {left_out[0]}" if left_out else ""
        raise HistoryError(f"there is no report in {', '.join(map(str, given))}{why}")
    return History(
        tuple(one.in_order_of_time(name) for name, one in sorted(collected.dials.items())),
        dict(sorted(collected.requirements.items())),
        tuple(_notes(left_out, collected)),
    )


def _read(given: Sequence[Path], collected: _Collected) -> list[str]:
    """Read all reports, and return why files of folders were left out."""
    left_out: list[str] = []
    for one in given:
        inside = one.is_dir()
        for path in sorted(one.rglob("*.json")) if inside else [one]:
            try:
                collected.add(path, read_outline(path))
            except UnreadableReportError as error:
                if not inside:
                    raise
                left_out.append(str(error))
    return left_out


@contextmanager
def _without_looking_for_garbage() -> Iterator[None]:
    """Reports have no circles, so each is freed at once; to look for some takes half the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _notes(left_out: Sequence[str], collected: _Collected) -> Iterator[str]:
    yield from (f"left out: {one}" for one in left_out[:_MOST_NAMED])
    if len(left_out) > _MOST_NAMED:
        yield f"left out: {len(left_out) - _MOST_NAMED} more that are no reports"
    if collected.twice:
        yield f"{counted(collected.twice, 'report')} of a run that another report is of too: each run counts once"
    shards = sum(bool(run.shard) for dial in collected.dials.values() for run in dial.runs)
    if shards:
        yield f"{counted(shards, 'report')} of shards, each taken for a run: give what `merge` made of them instead"


class _Collected:
    def __init__(self) -> None:
        self.dials: dict[str, _Dial] = {}
        self.requirements: dict[str, RequirementSeen] = {}
        self.twice = 0
        self._runs: set[tuple[object, ...]] = set()

    def add(self, path: Path, outline: Outline) -> None:
        """Add a report.

        Raises:
            UnreadableReportError: It is none.
            HistoryError: There are too many.
        """
        run, plan = outline.report.run, outline.report.plan
        key = (run.dial, run.began, run.seconds, run.shard, run.suite, run.exit_code, len(outline.results))
        if key in self._runs:
            self.twice += 1
            return
        try:
            when = _when(run)
            letters = _letters(outline.results)
            took = dict(_took(outline))
        except _MALFORMED as error:
            said = excerpt(f"{type(error).__name__}: {error}")
            raise UnreadableReportError(f"{path}: it is no report of this suite ({said})") from None
        self._runs.add(key)
        for one in outline.report.requirements:
            seen = RequirementSeen(one.level[:LONGEST_NAME], one.sentence[:LONGEST_SENTENCE])
            self.requirements[one.id[:LONGEST_NAME]] = seen
        dial = self.dials.setdefault(run.dial[:LONGEST_NAME], _Dial())
        dial.add(
            RunSeen(
                path.name[:LONGEST_NAME],
                when,
                run.began[:LONGEST_NAME],
                run.mode,
                run.suite[:LONGEST_NAME],
                run.core[:LONGEST_NAME],
                run.exit_code,
                run.shard[:LONGEST_NAME],
                run.seconds,
                plan.requests,
                plan.completions,
                plan.dollars[:LONGEST_NAME],
                tuple(one.id[:LONGEST_NAME] for one in outline.report.deployments),
                took,
                Counter(letters.values()),
                run.contract[:LONGEST_NAME],
            ),
            letters,
        )


class _Dial:
    """The runs of a DIAL in the order in which they were read: a byte of each place for each run."""

    def __init__(self) -> None:
        self.runs: list[RunSeen] = []
        self._places: dict[Place, bytearray] = {}

    def add(self, run: RunSeen, letters: Mapping[Place, str]) -> None:
        """Add a run.

        Raises:
            HistoryError: There are too many.
        """
        number = len(self.runs)
        self.runs.append(run)
        for place, letter in letters.items():
            row = self._places.get(place)
            if row is None:
                row = self._places[place] = bytearray()
            if len(row) < number:
                row.extend(ABSENT.encode() * (number - len(row)))
            row.append(ord(letter))
        if len(self._places) * len(self.runs) > MOST_LETTERS:
            raise HistoryError(
                f"there are more than {MOST_LETTERS:,} results to keep: give fewer reports, or those of one DIAL"
            )

    def in_order_of_time(self, name: str) -> DialSeen:
        """Return the DIAL with its runs in order."""
        order = sorted(range(len(self.runs)), key=lambda one: _order(self.runs[one]))
        places: dict[Place, str] = {}
        for place in sorted(self._places, key=lambda one: (one.requirement, one.deployment or "")):
            row = self._places.pop(place).decode("ascii").ljust(len(order), ABSENT)
            places[place] = "".join([row[one] for one in order])
        return DialSeen(name, tuple(self.runs[one] for one in order), places)


def _order(run: RunSeen) -> tuple[datetime, str, str]:
    return run.when, run.began, run.file


def _when(run: ReportedRun) -> datetime:
    """Tell when the DIAL answered.

    Raises:
        ValueError: It is no time.
    """
    written = run.recorded if run.mode == "replayed" and run.recorded else run.began
    found = datetime.fromisoformat(written)
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def _letters(results: Iterable[Any]) -> dict[Place, str]:
    """Return the worst letter of each place."""
    found: dict[Place, str] = {}
    results = list(results)
    here = {one["requirement"] for one in results}
    for one in results:
        letter = LETTERS[one["verdict"]]
        if letter == COULD_NOT_RUN and not here.isdisjoint(prerequisites_in(one.get("reason", ""))):
            letter = WAITS
        if letter == VIOLATED and one.get("known"):
            letter = KNOWN
        deployment = one.get("deployment")
        place = Place(_name(one["requirement"]), _name(deployment) if deployment else None)
        before = found.get(place)
        if before is None or RANKS[letter] < RANKS[before]:
            found[place] = letter
    return found


def _name(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("a name in it is no text")
    return value[:LONGEST_NAME]


def _took(outline: Outline) -> Iterator[tuple[str, Took]]:
    """Give what the answers of each deployment took: those that results rest on, and that the report has."""
    names: dict[str, set[str]] = {}
    for one in outline.results:
        deployment = one.get("deployment")
        if deployment:
            used = names.get(deployment)
            if used is None:
                used = names[_name(deployment)] = set()
            used.update(one.get("exchanges", ()))
    for deployment, used in names.items():
        if not used <= outline.exchanges.keys():  # of a large run only those of findings are kept, and they say nothing
            continue
        exchanges = [outline.exchanges[name] for name in used]
        times = [one.get("seconds") for one in exchanges]
        seconds = [one for one in times if isinstance(one, (int, float)) and 0 <= one <= _LONGEST_ANSWER]
        dollars = [one["dollars"] for one in exchanges if isinstance(one.get("dollars"), str) and one["dollars"]]
        if seconds or dollars:
            yield deployment, Took(round(median(seconds), 3) if seconds else None, added(dollars))
