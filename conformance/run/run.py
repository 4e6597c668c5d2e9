"""One run from its settings to its exchanges: live, recorded or replayed."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property

from conformance.cases.engine import Cases
from conformance.contract.exchange import Exchange, excerpt
from conformance.contract.recipe import COMPLETION, Node
from conformance.contract.requirement import Requirement, matches
from conformance.contract.verdict import UndecidedError
from conformance.dial.differences import suspends_after_refusal
from conformance.dial.price import dollars, price_of
from conformance.recipes.requests import PROMPT
from conformance.run.admission import Manners, Rules
from conformance.run.caller import Caller
from conformance.run.cost import Estimate, cheapest_first, estimates, within_budget
from conformance.run.deciding import Decider
from conformance.run.discovery import Discovered, DiscoveryError, discover
from conformance.run.outage import Outage, outage_of
from conformance.run.overview import Overview
from conformance.run.planning import PlannedCheck, plan_checks, plan_exchanges
from conformance.run.progress import Progress, unseen
from conformance.run.registry import all_requirements, recipe_book
from conformance.run.resolver import Resolver
from conformance.run.schedule import Lane, run_all
from conformance.run.settings import Settings, SettingsError
from conformance.run.source import Connect, Source, over_http, replays
from conformance.run.suggestions import did_you_mean, requirements_close_to
from conformance.wire.asking import NoAnswerError
from conformance.wire.cassettes.file import MalformedCassetteError
from conformance.wire.cassettes.folder import UnusableSetError
from conformance.wire.clock import Clock, RecordedClock, SystemClock
from conformance.wire.redaction import Redaction

UNUSABLE = (SettingsError, UnusableSetError, MalformedCassetteError, DiscoveryError)
"""What is wrong before anything can be checked: one line and exit code 4."""

_MOST_MISSING = 20
_SECONDS_FOR_A_WRITE = 10.0


class Run:
    """The life of a run. Nothing is read or asked before it is needed.

    Attributes:
        traced: Results tell which exchanges they rest on.
        progress: Shows how far it is while exchanges are made.
    """

    def __init__(self, settings: Settings, connect: Connect = over_http, clock: Clock | None = None) -> None:
        """Get ready.

        Args:
            settings: What was asked for.
            connect: Opens the way to a live DIAL.
            clock: What is waited with; by default the time of this machine, and in a replay no time at all.

        Raises:
            ValueError: One of `UNUSABLE`.
        """
        _refuse_unknown_requirements(settings)
        self.settings = settings
        self.interrupted = False
        self.traced = False
        self.progress: Progress = unseen
        self.redaction = Redaction(settings.credentials, settings.url)
        self.book = recipe_book()
        self._clock: Clock = clock or (RecordedClock() if replays(settings) else SystemClock())
        self._connect = connect
        self._schemas_asked = False
        self._rules = Rules(settings.budget, settings.budget_usd, settings.keep_going, settings.allow_suspension)
        self.manners = Manners(self._rules, self._clock, {}, self._was_sent)
        self.source = self._opened()
        caller = Caller.of(settings, self.source.meta)
        self.resolver = Resolver(self.book, self.source.asker, self.redaction, self.manners, caller)

    @cached_property
    def discovered(self) -> Discovered:
        """What the run is about; the first use asks the control request and the listings.

        Raises:
            DiscoveryError: There is nothing to check.
        """
        found = discover(self.resolver, self.settings, self.source.meta, self.source.representative, self._ask_at_once)
        self.resolver.representative = found.representative
        known = [*found.deployments, *([found.representative] if found.representative else [])]
        self.manners.prices.update({one.path: price_of(one, PROMPT) for one in known})
        return found

    @property
    def replaying(self) -> bool:
        """Nobody is asked: the answers come from cassettes."""
        return self.source.replaying

    def selected(self, requirement: Requirement) -> bool:
        """Tell whether `--requirement` wants it."""
        return not self.settings.requirements or matches(requirement.id, self.settings.requirements)

    def plan(self, requirement: Requirement) -> Sequence[PlannedCheck]:
        """Return the planned checks of a requirement. Schemas are asked here, because they give the cases."""
        recipe = self.book.case_recipe(requirement.dependencies)
        with_cases = [name for name in (recipe.name if recipe else None, requirement.proven_by) if name is not None]
        if_asked = self.book.closure(requirement.dependencies) - {*self.book.exchanges(requirement.dependencies)}
        if "configuration" in self.book.closure(with_cases) | if_asked:
            self._ask_schemas()
        return list(plan_checks(requirement, self.discovered.deployments, self.book, self.resolver))

    def ask(self, checks: Sequence[PlannedCheck], *, free: bool = False) -> None:
        """Make all exchanges that checks need. Ctrl-C ends it early; what was made can still be decided.

        Args:
            checks: The selected ones.
            free: Leave out what a model answers, as with `--free`.
        """
        if free:
            self.resolver.only_free()
        try:
            plan = self._affordable(lambda: checks)
            with self.progress(len(plan), lambda: self.manners.budget.spent) as made:
                self._perform(plan, made)
            self._look_for_an_outage(checks)
        except KeyboardInterrupt:
            self._stop()

    def estimates(self, checks: Callable[[], Iterable[PlannedCheck]]) -> list[Estimate]:
        """Tell what the checks would cost, beyond what was asked already."""
        plan = self._affordable(checks)
        asked = set(self.resolver.asked)  # schemas are asked only when the checks are looked at
        return estimates([node for node in plan if node.name not in asked], self.book, self.manners.prices)

    @cached_property
    def decider(self) -> Decider:
        """What comes to the verdicts."""
        core = self.discovered.core
        seen = lambda: self.__dict__.get("outage")  # noqa: E731 - shorter than a method of its own
        return Decider(self.book, self.resolver, self.redaction, core, lambda: self.outage, seen, traced=self.traced)

    @cached_property
    def outage(self) -> Outage | None:
        """Whether the DIAL went down during a live run; the first use asks the control request once more."""
        if self.replaying or self.interrupted:
            return None
        return outage_of(self.source.ask_again, self.discovered.control)

    def finish(self, *, complete: bool, whole: bool) -> str | None:
        """Close what is open; put a recorded set in its place if the run is complete.

        Args:
            complete: All that was planned was asked.
            whole: All requirements were planned, so the old set is replaced as a whole.

        Returns:
            Why the set was not recorded, or None if it was or none was wanted.
        """
        found = self.__dict__.get("discovered")
        return self.source.finish(found, complete=complete and not self.interrupted, whole=whole)

    def exchange_named(self, name: str) -> Exchange | None:
        """Return the exchange that the plan calls so, also one that another process replayed; None if there is none."""
        return self.resolver.exchanges.named(name) or self.source.replayed(name)

    def overview(self, *, planned: int, whole: bool, recording_problem: str | None) -> Overview:
        """Tell what the run knows of itself.

        Args:
            planned: How many checks were planned.
            whole: All requirements were planned.
            recording_problem: Why the set was not recorded, or None.
        """
        exchanges, recorder = self.resolver.exchanges, self.source.recorder
        kept = set(recorder.replayed) if recorder else set()
        return Overview(
            self.title,
            planned,
            requests=len(self.resolver.asked) - len(kept) + self.source.asked_again,
            completions=sum(one.name not in kept for one in exchanges.completions),
            cost=dollars(self.manners.budget.spent.dollars) if self.manners.budget.spent.dollars else "",
            notes=tuple(self._notes(whole=whole, recording_problem=recording_problem)),
            free=self.resolver.caller.free,
            replayed=self.replaying,
            interrupted=self.interrupted,
            whole=whole,
            retries=self.source.retries,
        )

    @property
    def may_suspend(self) -> bool:
        """The Core is of a version that suspends a deployment after a refused request (dial-api 11.1)."""
        return suspends_after_refusal(self.discovered.core)

    def missing_cases(self) -> list[str]:
        """Return what could not be turned into a case, a line each."""
        lines = []
        for deployment in self.discovered.deployments:
            if self.resolver.known(Node("configuration_cases", deployment)):
                cases: Cases = self.resolver.value("configuration_cases", deployment)
                lines += [f"{deployment.id}: {excerpt(line)}" for line in cases.missing]
        more = len(lines) - _MOST_MISSING
        return lines if more <= 0 else [*lines[:_MOST_MISSING], f"and {more} more keywords without a case"]

    def _notes(self, *, whole: bool, recording_problem: str | None) -> list[str]:
        found, recorder = self.discovered, self.source.recorder
        notes = [*self.settings.notes, *self.missing_cases()]
        outage = self.__dict__.get("outage")
        if outage is not None:
            notes.append(str(outage))
        if found.note:
            notes.append(found.note)
        if recording_problem is not None:
            notes.append(f"no set was recorded: {recording_problem}; {self.source.folder} is as it was before")
        elif recorder is not None:
            notes.append(f"recorded {len(recorder.recorded)} exchanges into {self.source.folder}")
        unused = self.source.unused(found, self.resolver.not_asked) if whole else []
        if unused:
            notes.append(f"{len(unused)} cassettes were not used by any check: {', '.join(unused[:3])}")
        if self.interrupted:
            notes.append("interrupted: what was not asked by then could not run")
        return notes

    @property
    def title(self) -> str:
        """Which DIAL, how it is asked, and when."""
        meta = self.source.meta
        if meta is not None:
            return f"DIAL Core {meta.core}, replayed from {self.source.folder} (recorded {meta.recorded})"
        return f"DIAL Core {self.discovered.core.told}, live at {self.settings.url}"

    def _affordable(self, checks: Callable[[], Iterable[PlannedCheck]]) -> Mapping[Node, frozenset[Node]]:
        """Return the exchanges that checks need, cheapest first, without what does not fit into the budget."""
        prices = self.manners.prices
        plan = cheapest_first(plan_exchanges(checks(), self.book, self.resolver), self.book, prices)
        plan, left_out = within_budget(plan, self.book, prices, self._rules)
        if left_out:
            self.resolver.left_out.update(left_out)
            plan = cheapest_first(plan_exchanges(checks(), self.book, self.resolver), self.book, prices)
            plan, _ = within_budget(plan, self.book, prices, self._rules)
        return plan

    def _look_for_an_outage(self, checks: Sequence[PlannedCheck]) -> None:
        """Learn of an outage before the first verdict, so that nothing passes because of it."""
        if self.replaying:
            return
        if self.resolver.unanswered:
            _ = self.outage
        self.decider.decide_early(checks, lambda: "outage" in self.__dict__)  # a violation asks

    def _ask_schemas(self) -> None:
        if self._schemas_asked:
            return
        self._schemas_asked = True
        schemas = [Node("configuration", one) for one in self.discovered.deployments if one.configurable]
        representative = self.discovered.representative
        if representative is not None and representative.configurable:
            schemas.append(Node("configuration", representative))
        self._ask_at_once(schemas)

    def _ask_at_once(self, nodes: Sequence[Node]) -> None:
        self._perform({node: frozenset[Node]() for node in dict.fromkeys(nodes)})

    def _perform(self, tasks: Mapping[Node, frozenset[Node]], made: Callable[[], None] = lambda: None) -> None:
        def perform(node: Node) -> None:
            self.resolver.perform(node)
            made()

        run_all(tasks, perform, jobs=1 if self.replaying else self.settings.jobs, lane=self._lane)

    def _lane(self, node: Node) -> Lane | None:
        recipe, jobs = self.book[node.recipe], self.settings.jobs_per_deployment
        if node.deployment is None or not (recipe.cost is COMPLETION or recipe.refused):
            return None
        if recipe.refused:
            # the schedule works in one thread, in the order of the plan: who waits there is let out in that order,
            # so the same answers lead to the same requests, whichever thread is the faster
            jobs = min(jobs, self.manners.at_once(recipe, node.deployment.path))
        return Lane((node.deployment.id, recipe.refused), jobs)

    def _stop(self) -> None:
        """Ask nothing more but what takes back what was written."""
        self.interrupted = True
        self._clock.stop()
        self.manners.stop()
        self.resolver.stop("the run was interrupted")
        with contextlib.suppress(KeyboardInterrupt, UndecidedError, NoAnswerError):
            self.resolver.undo(_SECONDS_FOR_A_WRITE)
        self.resolver.abandon()
        self.source.asker.close()

    def _was_sent(self, name: str) -> bool:
        return self.source.was_sent(name)  # the source is made after it

    def _opened(self) -> Source:
        def met(exchange: Exchange) -> None:
            self.resolver.met(exchange)  # the resolver is made after its source

        return Source(self.settings, self.redaction, self._clock, met, self._connect)


def _refuse_unknown_requirements(settings: Settings) -> None:
    for pattern in settings.requirements:
        if not any(matches(one, [pattern]) for one in all_requirements()):
            meant = did_you_mean(requirements_close_to(pattern, all_requirements()))
            raise SettingsError(
                f"--requirement={pattern} fits no requirement{meant or ': docs/requirements.md lists them'}"
            )
