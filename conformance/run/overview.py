"""The figures and notes of a run that is over, for the summary and the report."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

from conformance.contract.exchange import excerpt
from conformance.contract.frozen_contract import NEXT
from conformance.contract.recipe import THOROUGH, Node
from conformance.contract.verdict import UndecidedError
from conformance.dial.differences import suspends_after_refusal
from conformance.dial.pattern import SlowPatternError
from conformance.dial.price import dollars
from conformance.recipes.listed_pages import MOST_PAGES
from conformance.run.contracts import Change, Contract
from conformance.run.exploration import left_out
from conformance.run.registry import own_checks

if TYPE_CHECKING:
    from conformance.cases.engine import Cases
    from conformance.contract.exchange import Exchange
    from conformance.contract.profile import Profile
    from conformance.dial.schema import Schema
    from conformance.run.run import Run

_MOST_MISSING: Final = 20
_MOST_NAMED: Final = 5


@dataclass(frozen=True)
class Overview:
    """What a run knows of itself.

    Attributes:
        title: Which DIAL, how it was asked, and when.
        planned: How many checks were planned.
        requests: How many requests were made, without retries; cassettes read, in replay.
        completions: How many of them a model answered.
        cost: What these cost by the prices of the listing, or empty.
        notes: What else the reader should know, a line each.
        replayed: Nobody was asked; the requests were answered from cassettes.
        interrupted: Ctrl-C ended the run before everything was asked.
        free: Nothing that a model answers was asked, so what only that proves is not missing.
        whole: Every requirement was planned, for every case.
        retries: How often one of the requests was made once more, after an outage.
        deployments: How many deployments were under test.
        problems: What fails the run, or leaves it incomplete, beside the results.
        contract: The contract that the run went by; empty if that is not known.
        pin: What pins the next run to the same contract; empty if this one was pinned.
        own: The ids of own requirements, which are no part of the suite.
    """

    title: str
    planned: int
    requests: int
    completions: int
    cost: str = ""
    notes: tuple[str, ...] = ()
    free: bool = False
    replayed: bool = False
    interrupted: bool = False
    whole: bool = False
    retries: int = 0
    deployments: int | None = None
    problems: tuple[str, ...] = ()
    contract: str = ""
    pin: str = ""
    own: tuple[str, ...] = ()

    def to_plain(self) -> dict[str, Any]:
        """Write it as plain values."""
        lists = {"notes": list(self.notes), "problems": list(self.problems), "own": list(self.own)}
        return {**asdict(self), **lists}


def overview_of(run: Run, *, planned: int, whole: bool, recording_problem: str | None) -> Overview:
    """Tell what a run knows of itself.

    Args:
        run: The run, which is over.
        planned: How many checks were planned.
        whole: All requirements were planned.
        recording_problem: Why the set was not recorded, or None.
    """
    exchanges, recorder, spent = run.resolver.exchanges, run.source.recorder, run.admission.budget.spent
    kept = set(recorder.replayed) if recorder else set()
    return Overview(
        title_of(run),
        planned,
        requests=len(exchanges.asked) - len(kept) + run.source.asked_again,
        completions=sum(one.name not in kept for one in exchanges.answered.completions),
        cost=dollars(spent.dollars) if spent.dollars else "",
        notes=tuple(_notes(run, whole=whole, recording_problem=recording_problem)),
        free=run.resolver.caller.free,
        replayed=run.replaying,
        interrupted=run.interrupted,
        whole=whole,
        retries=run.source.retries,
        deployments=len(run.discovered.deployments),
        problems=() if recording_problem is None else ("no set was recorded",),
        contract=run.contract.title,
        pin=run.contract.pin,
        own=tuple(name for one in own_checks(run.settings.checks) for name in one.requirements),
    )


def title_of(run: Run) -> str:
    """Tell which DIAL, how it is asked, and when."""
    meta = run.source.meta
    if meta is not None:
        return f"DIAL Core {meta.core}, replayed from {run.source.folder} (recorded {meta.recorded})"
    return f"DIAL Core {run.discovered.core.name}, live at {run.settings.url}"


def may_suspend(run: Run) -> bool:
    """Tell whether the Core is of a version that suspends a deployment after a refused request (dial-api 11.1)."""
    return suspends_after_refusal(run.discovered.core)


def missing_cases(run: Run) -> list[str]:
    """Return what could not be turned into a case, a line each."""
    lines = []
    for deployment in run.discovered.deployments:
        if run.resolver.known(Node("configuration_cases", deployment)):
            cases: Cases = run.resolver.value("configuration_cases", deployment)
            lines += [f"{deployment.id}: {excerpt(line)}" for line in cases.missing]
    more = len(lines) - _MOST_MISSING
    return lines if more <= 0 else [*lines[:_MOST_MISSING], f"and {more} more keywords without a case"]


def never_tried(configuration: Exchange | None, profile: Profile | None = None) -> tuple[str, ...]:
    """Return which locations of a schema have no accepted or no refused case, and why, a line each.

    Args:
        configuration: The answer that brought the schema, read here as well where another process computed its cases.
        profile: As which image model the deployment was named, or None.
    """
    from conformance.recipes import configuration as recipes  # noqa: PLC0415 - only who wants a report pays for it

    if configuration is None:
        return ()
    try:
        schema: Schema = recipes.schema.function(configuration)
        recipes.let_schema_speak_first(schema)
        cases: Cases = recipes.cases_of_schema(recipes.validating_schema.function(schema), profile)
    except (UndecidedError, SlowPatternError):
        return ()
    return cases.untried


def _notes(run: Run, *, whole: bool, recording_problem: str | None) -> list[str]:
    found, source = run.discovered, run.source
    notes = [*run.settings.notes, *filter(None, (run.settings.share, run.waited)), *missing_cases(run)]
    notes += [*left_out(run.resolver, found.deployments), *_about_requests(run)]
    notes += about_contract(run.contract)
    for own in own_checks(run.settings.checks):
        selected = [name for name, one in own.requirements.items() if run.selected(one)]
        if selected:
            notes.append(f"own checks of {own.package.name}, beside those of the suite: {', '.join(selected)}")
    if run.outage.found is not None:
        notes.append(str(run.outage.found))
    if found.note:
        notes.append(found.note)
    if run.explored is not None:
        notes += run.explored.notes
    notes += _sample_of_pages(run)
    if recording_problem is not None:
        notes.append(f"no set was recorded: {recording_problem}; {source.folder} is as it was before")
    elif source.recorder is not None:
        notes.append(f"recorded {len(source.recorder.recorded)} exchanges into {source.folder}")
    unused = source.unused(found, run.not_asked | _only_in_a_thorough_run(run)) if whole else []
    if unused:
        notes.append(f"{len(unused)} cassettes were not used by any check: {', '.join(unused[:3])}")
    if run.interrupted:
        notes.append("interrupted: what was not asked by then could not run")
    return notes


def about_contract(contract: Contract) -> list[str]:
    """Say what newer contracts do otherwise, and what this one has that is checked no more."""
    notes = [
        f"contract {contract.frozen.name} has {name}, which is checked no more: {why}"
        for name, why in contract.retired.items()
    ]
    if contract.preview:
        newest = contract.preview[-1].contract
        told = [
            f"{change} {', '.join(named[:_MOST_NAMED])}"
            + (f" and {len(named) - _MOST_NAMED} more" if len(named) > _MOST_NAMED else "")
            for change in Change
            if (named := list(dict.fromkeys(one.requirement for one in contract.preview if one.change is change)))
        ]
        where = "what is not frozen yet" if newest == NEXT else f"contract {newest}"
        notes.append(f"preview of {where}, which does not count: {'; '.join(told)} (--contract={newest})")
    return notes


def _about_requests(run: Run) -> list[str]:
    """Say what a reader of the requests must know: what each had besides, and that the log of them is not whole."""
    notes = []
    if (extra := run.settings.extra_headers) and not run.replaying:
        shown = " ".join(f'-H "{name}: {placeholder}"' for name, placeholder in extra)
        notes.append(f"each request had extra headers; a curl line needs them too: {shown}")
    if (problem := run.source.log_problem) is not None:
        notes.append(f"--log-requests={run.settings.log_requests} has not all requests: {problem}")
    return notes


def _sample_of_pages(run: Run) -> list[str]:
    """Say so where only the pages of some listed deployments were asked."""
    listed = Node("listed_deployments")
    if not run.resolver.known(listed):
        return []
    count = len(run.resolver.value(listed.recipe))
    return [f"LIST-26: the pages of {MOST_PAGES} of {count:,} listed deployments"] if count > MOST_PAGES else []


def _only_in_a_thorough_run(run: Run) -> frozenset[str]:
    """Return the names of the exchanges that are no cases of this run, and may be in a set that a thorough one made."""
    if run.source.meta is None or THOROUGH in run.settings.opt_ins:
        return frozenset()
    cases_of = {one.name: run.book.case_recipe([one.name]) for one in run.book.values() if one.asks}
    alike = [name for name, one in cases_of.items() if one is not None and one.name == "accepted"]
    found: list[str] = []
    for one in run.discovered.deployments:
        with suppress(UndecidedError):
            cases = run.resolver.value("configuration_cases", one)
            found += [Node(recipe, one, case).name for case in cases.thorough for recipe in alike]
    return frozenset(found)
