"""`dial-conformance list`: the requirements, or those that a report or a set does not decide."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from conformance.contract.recipe_book import RecipeBook
from conformance.contract.requirement import Requirement, matches
from conformance.contract.result import Result
from conformance.contract.verdict import ExitCode
from conformance.reports.document import ReportedUndecided
from conformance.reports.explanation import cost_of
from conformance.reports.reading import read_report
from conformance.reports.undecided import never_decided
from conformance.run import option_values
from conformance.run.command import Command, answer, complain
from conformance.run.contracts import Contract, contract_given
from conformance.run.registry import all_requirements, checks_given, recipe_book
from conformance.run.settings import Settings
from conformance.run.suggestions import close_to, did_you_mean, meant_or_own
from conformance.wire.cassettes.folder import META


def main(arguments: Sequence[str], program: str = "dial-conformance list") -> int:
    """List requirements.

    Args:
        arguments: The command line after the word.
        program: How it is called.

    Returns:
        0, or 4 if nothing fits what was given.
    """
    given = _command(program).parse_args(arguments)
    try:
        checks = checks_given(given.checks)
        book, known = recipe_book(checks), all_requirements(checks)
        name = None if given.contract is None else option_values.contract("--contract", given.contract)
        contract = contract_given(name)
        known = {**known, **contract.requirements(checks)}
        undecided = _undecided(given.never_decided, checks, name)
    except ValueError as error:  # whatever cannot be read is one, with one line
        return complain(str(error))
    chapters = sorted({one.chapter for one in known.values()})
    if given.chapter and given.chapter.upper() not in chapters:
        meant = did_you_mean(close_to(given.chapter, chapters)) or f": there are {', '.join(chapters)}"
        return complain(f"there is no chapter {given.chapter}{meant}")
    for pattern in given.ids:
        if not any(matches(name, [pattern]) for name in known):
            return complain(f"no requirement is {pattern}{meant_or_own(pattern, known, checks)}")
    found = [
        one
        for one in known.values()
        if (not given.ids or matches(one.id, given.ids))
        and given.chapter in (None, one.chapter, one.chapter.lower())
        and given.level in (None, one.level.lower())
        and given.cost in (None, cost_of(one, book))
        and (undecided is None or one.id in undecided)
    ]
    if not found:
        return complain(
            "every requirement that fits all of that was decided" if undecided else "no requirement fits all of that"
        )
    listed = _Listed(found, book, _previewed(contract), undecided or {})
    if given.format == "json":
        answer(json.dumps([*map(listed.plain, found)], indent=1, ensure_ascii=False) + "\n")
    else:
        answer("".join(f"{line}\n" for line in listed.lines()))
    return ExitCode.PASSED


def _command(program: str) -> Command:
    command = Command(prog=program, description="List the requirements: id, level, cost and sentence.")
    add = command.add_argument
    add("ids", nargs="*", metavar="ID", help="only these: ids and globs, such as CHAT-05 'CONF-*'")
    add("--chapter", metavar="CHAPTER", help="only those of one chapter, such as CHAT")
    add("--level", type=str.lower, choices=["must", "should"], help="only those of one level")
    add("--cost", type=str.lower, choices=["free", "paid"], help="only those that cost nothing, or a completion")
    add("--checks", action="append", default=[], metavar="DIR", help="also those of own checks, as in a run")
    add("--contract", metavar="NAME", help="as this contract has them, as in a run; without it, as the newest")
    add(
        "--never-decided",
        type=Path,
        metavar="PATH",
        help="only those that this report (--report-json), or a replay of this recorded set, decides nowhere, and why",
    )
    add("--format", choices=["text", "json"], default="text", help="how to write them")
    return command


class _Listed:
    """What is said of the requirements that are listed."""

    def __init__(
        self,
        found: Sequence[Requirement],
        book: RecipeBook,
        previewed: Mapping[str, str],
        undecided: Mapping[str, ReportedUndecided],
    ) -> None:
        self._found, self._book, self._previewed, self._undecided = found, book, previewed, undecided

    def lines(self) -> Iterator[str]:
        width = max(len(one.id) for one in self._found)
        for one in self._found:
            if one.id in self._undecided:
                said = self._undecided[one.id]
                yield f"{one.id:<{width}}  {one.level:<6}  {said.verdict}: {said.reason or 'no reason was given'}"
            else:
                preview = f" [preview: {self._previewed[one.id]}]" if one.id in self._previewed else ""
                yield f"{one.id:<{width}}  {one.level:<6}  {cost_of(one, self._book)}  {one.sentence}{preview}"

    def plain(self, one: Requirement) -> dict[str, Any]:
        """Write a requirement as plain values; `preview` is empty if newer contracts have it just so."""
        said = self._undecided.get(one.id)
        return {
            "id": one.id,
            "level": str(one.level),
            "sentence": one.sentence,
            "source": one.source,
            "cost": cost_of(one, self._book),
            "about": "deployment" if self._book.of_a_deployment(one.dependencies) else "dial",
            "since": one.since,
            "until": one.until,
            "requires": list(one.requires),
            "preview": self._previewed.get(one.id, ""),
            **({"never_decided": {"verdict": said.verdict, "reason": said.reason}} if said else {}),
        }


def _previewed(contract: Contract) -> Mapping[str, str]:
    """Return what newer contracts do with requirements, in words, by their ids."""
    found: dict[str, list[str]] = {}
    for one in contract.preview:
        level = f" to {one.level}" if one.change in ("raised", "lowered") else ""
        found.setdefault(one.requirement, []).append(f"{one.change}{level} in {one.contract}")
    return {name: ", ".join(told) for name, told in found.items()}


def _undecided(
    path: Path | None, checks: tuple[str, ...], contract: str | None
) -> Mapping[str, ReportedUndecided] | None:
    """Return what a report or a set decides nowhere, by id; None if none was named.

    Raises:
        ValueError: The report cannot be read, or the set cannot be replayed.
    """
    if path is None:
        return None
    if path.is_dir() and not (path / META).is_file():
        raise ValueError(f"{path} is no recorded set, it has no {META}, and no report: name one of them")
    results = _replayed(path, checks, contract) if path.is_dir() else read_report(path).results
    return {one.id: one for one in never_decided(results)}


def _replayed(folder: Path, checks: tuple[str, ...], contract: str | None) -> Sequence[Result]:
    """Replay a recorded set.

    Raises:
        ValueError: It cannot be replayed.
    """
    from conformance.run.run import Run  # noqa: PLC0415 - only who wants a replay pays for it
    from conformance.wire.blocking import blocked  # noqa: PLC0415 - as above

    with blocked():
        run = Run(Settings(cassettes=folder, checks=checks, contract=contract))
        planned = [check for one in run.requirements.values() for check in run.checks_of(one)]
        run.ask(planned)
        results = [run.decider.decide(one) for one in planned]
        run.finish(complete=True, whole=False)
    return results
