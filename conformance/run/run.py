"""One run from its settings to its exchanges: live, recorded or replayed."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from conformance.contract.exchange import Exchange
from conformance.contract.frozen_contract import FrozenContractError
from conformance.contract.recipe import Node
from conformance.contract.requirement import Requirement, matches
from conformance.contract.result import Result
from conformance.contract.verdict import UndecidedError
from conformance.dial.price import Price, price_of
from conformance.recipes.requests import LARGEST_PROMPT
from conformance.run.admission import Admission
from conformance.run.caller import Caller
from conformance.run.command import program_here
from conformance.run.contracts import Contract, contract_given
from conformance.run.control import DiscoveryError
from conformance.run.cost import Estimate, estimates
from conformance.run.deciding import Decider
from conformance.run.discovery import Discovered, discover
from conformance.run.exchanges import Exchanges
from conformance.run.exploration import Exploration
from conformance.run.kept_cases import KeptCases
from conformance.run.nodes import Nodes
from conformance.run.outage import OutageWatch
from conformance.run.performing import Performing
from conformance.run.plan import Plan, plan_exchanges
from conformance.run.planned_checks import PlannedCheck, needed_by, plan_checks
from conformance.run.progress import Progress, unseen
from conformance.run.recurrence import Rounds, recurring, second_looks
from conformance.run.resolver import Resolver
from conformance.run.settings import Settings, SettingsError
from conformance.run.source import Connections, Source, replays
from conformance.run.suggestions import meant_or_own
from conformance.run.waiting import wait_for_answer
from conformance.wire.cassettes.file import MalformedCassetteError
from conformance.wire.cassettes.folder import UnusableSetError
from conformance.wire.clock import Clock, RecordedClock, SystemClock
from conformance.wire.redaction import Redaction
from conformance.wire.transport import NoAnswerError

UNUSABLE = (SettingsError, FrozenContractError, UnusableSetError, MalformedCassetteError, DiscoveryError)
"""What is wrong before anything can be checked: one line and exit code 4."""

_SECONDS_FOR_A_WRITE = 10.0


class Run:
    """The life of a run. Nothing is read or asked before it is needed.

    ```plain
       made ----> discovered ----> schemas asked ----> planned ----> asked ----> finished
              control request,     `checks_of`         `ask`         `ask`
              listings             gives the checks
    ```

    What a phase learns is kept here as a value that the next phases get: the discovery, the plan, the early results,
    and the resolver that knows all of it. Nothing else keeps state for a run but what is shared by its threads: the
    exchanges, the memory, the admission, the source.

    Attributes:
        settings: What was asked for.
        source: What answers.
        admission: Decides when a request may be sent.
        redaction: Keeps secrets out of what is said.
        contract: Which requirements bind, and how.
        requirements: Those that bind, by id, with those of own checks.
        book: The recipes.
        interrupted: Ctrl-C ended it before everything was asked.
        explored: What was tried beyond the plan, or None.
        tell: Shows a line at once; who makes the run may set it.
        waited: How long the DIAL was waited for, or None.
        left_to_the_first: The first shard decides something that was selected here, too.
    """

    def __init__(
        self,
        settings: Settings,
        connections: Connections | None = None,
        clock: Clock | None = None,
        *,
        caller: Caller | None = None,
        traced: bool = False,
    ) -> None:
        """Get ready.

        Args:
            settings: What was asked for.
            connections: How the DIAL, or the set, is opened.
            clock: What is waited with; by default the time of this machine, and in a replay no time at all.
            caller: Who asks; by default who the settings, or the set that is replayed, say.
            traced: Results tell which exchanges they rest on.

        Raises:
            ValueError: One of `UNUSABLE`.
        """
        self.contract = contract_given(settings.contract)
        self.requirements = self.contract.requirements(settings.checks)
        _refuse_unknown_requirements(settings, self.contract, self.requirements)
        self.settings = settings
        self.interrupted = False
        self.redaction = Redaction(settings.credentials, settings.url)
        self.book = self.contract.book(settings.checks)
        self._traced = traced
        self.tell: Callable[[str], None] = _to_nobody
        self.waited: str | None = None
        self.left_to_the_first = False
        self._clock: Clock = clock or (RecordedClock() if replays(settings) else SystemClock())
        self.source = Source(settings, self.redaction, self._clock, connections or Connections())
        self.admission = Admission(settings, self._clock, self.source.was_sent)
        caller = caller or Caller.of(settings, self.source.meta)
        exchanges = Exchanges(
            self.source.transport,
            self.redaction,
            self.admission,
            bearer=caller.bearer,
            retried=None if self.replaying else lambda: self.source.retried,
        )
        self._resolver = Resolver(
            Nodes(self.book),
            exchanges,
            caller,
            kept=KeptCases.read(settings.keep_cases),
            cases_revision=self.contract.frozen.cases,
        )
        jobs = 1 if self.replaying else settings.jobs
        self._performing = Performing(self.admission, jobs, lambda: self.source.limited)
        self._discovery: tuple[Discovered, OutageWatch] | None = None
        self._schemas_asked = False
        self._plan: Plan | None = None
        self._early: Mapping[PlannedCheck, Result] = {}
        self.explored: Exploration | None = None

    @property
    def resolver(self) -> Resolver:
        """What gives checks what they name, with all that the run knows by now."""
        return self._resolver

    @property
    def replaying(self) -> bool:
        """Nobody is asked: the answers come from cassettes."""
        return self.source.replaying

    @property
    def discovered(self) -> Discovered:
        """What the run is about; the first use asks the control request and the listings.

        Raises:
            DiscoveryError: There is nothing to check.
        """
        return self._discover()[0]

    @property
    def discovered_so_far(self) -> Discovered | None:
        """What the run is about, or None if nobody wanted to know yet, or there is nothing to check."""
        return None if self._discovery is None else self._discovery[0]

    @property
    def outage(self) -> OutageWatch:
        """Whether the DIAL went down during the run."""
        return self._discover()[1]

    @property
    def prices(self) -> Mapping[str, Price]:
        """What a completion costs, by the deployment's path."""
        return self._resolver.prices

    @property
    def not_asked(self) -> frozenset[str]:
        """The names of the exchanges that would be asked with other options."""
        return frozenset() if self._plan is None else self._plan.not_asked

    def selected(self, requirement: Requirement) -> bool:
        """Tell whether it binds, and `--requirement` wants it."""
        wanted = not self.settings.requirements or matches(requirement.id, self.settings.requirements)
        return wanted and self.bound(requirement) is not None

    def bound(self, requirement: Requirement) -> Requirement | None:
        """Return a requirement as the contract of the run has it; None if it does not bind."""
        return self.requirements.get(requirement.id) or self.contract.bound(requirement)

    def checks_of(self, requirement: Requirement) -> Sequence[PlannedCheck]:
        """Return the planned checks of a requirement; none if it does not bind.

        Schemas are asked here, because they give the cases.
        """
        bound = self.bound(requirement)
        return [] if bound is None else self._checks_of(bound)

    def _checks_of(self, requirement: Requirement) -> Sequence[PlannedCheck]:
        recipe = self.book.case_recipe(requirement.dependencies)
        with_cases = [name for name in (recipe.name if recipe else None, requirement.proven_by) if name is not None]
        if_asked = self.book.closure(requirement.dependencies) - {*self.book.exchanges(requirement.dependencies)}
        if "configuration" in self.book.closure(with_cases) | if_asked:
            self._ask_schemas()
        deployments = self.discovered.deployments
        if self._is_of_another_shard(requirement):
            self.left_to_the_first = True
            return []
        return list(plan_checks(requirement, deployments, self._resolver))

    def _is_of_another_shard(self, requirement: Requirement) -> bool:
        """Tell whether the first shard decides a requirement: it is the DIAL's, and not about whatever was asked."""
        shard = self.settings.shard
        if shard is None or shard.is_first or self.book.of_a_deployment(requirement.dependencies):
            return False
        return not self.discovered.deployments or "every_exchange" not in requirement.dependencies

    def plan(self, checks: Callable[[], Iterable[PlannedCheck]]) -> Plan:
        """Return which exchanges checks need, in which order, and what does not fit into the budget.

        Args:
            checks: Gives the selected ones; it may well ask for schemas while it does.
        """
        self._discover()
        needed = needed_by(checks(), self._resolver)
        return plan_exchanges(needed, self._resolver.nodes, self.prices, self.settings)

    def estimates(self, checks: Callable[[], Iterable[PlannedCheck]], *, free: bool = False) -> list[Estimate]:
        """Tell what the checks would cost, beyond what was asked already.

        Args:
            checks: Gives the selected ones.
            free: Leave out what a model answers, as with `--free`.
        """
        if free:
            self._resolver = self._resolver.only_free()
        plan = self.plan(checks)
        asked = set(self._resolver.exchanges.asked)  # schemas are asked only when the checks are looked at
        return estimates([node for node in plan.exchanges if node.name not in asked], self.book, self.prices)

    def ask(self, checks: Sequence[PlannedCheck], *, free: bool = False, progress: Progress = unseen) -> None:
        """Make all exchanges that checks need. Ctrl-C ends it early; what was made can still be decided.

        Args:
            checks: The selected ones.
            free: Leave out what a model answers, as with `--free`.
            progress: Shows how far it is.
        """
        if free:
            self._resolver = self._resolver.only_free()
        try:
            self._plan = self.plan(lambda: checks)
            self._resolver = replace(self._resolver, left_out=self._plan.left_out)
            with progress(len(self._plan.exchanges), lambda: self.admission.budget.spent) as made:
                self._performing.perform(self._plan.exchanges, self._resolver, made)
            self._judge_what_comes_back()
            if self.settings.explore and not self.replaying:
                self.explored = Exploration(self.settings, self.admission.suspends)
                self.explored.perform(self._resolver, self.discovered.deployments, {one.requirement for one in checks})
            found = () if self.explored is None else self.explored.checks
            self._early = self._decided_early([*checks, *found])
        except KeyboardInterrupt:
            self._stop()

    @property
    def decider(self) -> Decider:
        """What comes to the verdicts, by what was asked until now."""
        found, outage = self._discover()
        return Decider(self._resolver, self.redaction, found.core, outage, self._traced, self._early)

    def finish(self, *, complete: bool, whole: bool) -> str | None:
        """Close what is open; put a recorded set in its place if the run is complete.

        Args:
            complete: All that was planned was asked.
            whole: All requirements were planned, so the old set is replaced as a whole.

        Returns:
            Why the set was not recorded, or None if it was or none was wanted.
        """
        return self.source.finish(self.discovered_so_far, complete=complete and not self.interrupted, whole=whole)

    def exchange_named(self, name: str) -> Exchange | None:
        """Return the exchange that the plan calls so, also one that another process replayed; None if there is none."""
        return self._resolver.exchanges.answered.named(name) or self.source.replayed(name)

    def _discover(self) -> tuple[Discovered, OutageWatch]:
        if self._discovery is None:
            representative = self.source.representative
            if self.settings.wait and not self.replaying:
                self.waited = wait_for_answer(self.settings, self.source.knock, self._clock, self.tell)
            found = discover(self._resolver, self.settings, self.source.meta, representative, self._ask_at_once)
            known = [*found.deployments, *([found.representative] if found.representative else [])]
            prices = {one.path: price_of(one, " " * LARGEST_PROMPT) for one in known}
            self._resolver = replace(self._resolver, representative=found.representative, prices=prices)
            self._discovery = (found, OutageWatch(self.source.ask_again, found.control))
        return self._discovery

    def _judge_what_comes_back(self) -> None:
        """Learn which faults are answers, and let what rests on them be read anew (see `recurrence.py`)."""
        exchanges = self._resolver.exchanges
        if self.replaying or not self.settings.deadline or not any(one.fault for one in exchanges.outcomes):
            return
        self._ask_at_once(second_looks(exchanges.outcomes, self.book))
        rounds = Rounds(self.source.ask_once, self._clock)
        found = recurring(exchanges.outcomes, self.source.recovered, self.discovered.core, rounds)
        exchanges.judge(found)
        self._resolver.read_anew({one.node for one in found.judged})

    def _decided_early(self, checks: Sequence[PlannedCheck]) -> Mapping[PlannedCheck, Result]:
        """Learn of an outage before the first verdict, so that nothing passes because of it (see `deciding.py`)."""
        if self.replaying:
            return {}
        if self._resolver.exchanges.unanswered:
            self.outage.ask()
        return self.decider.decided_early(checks)

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
        self._performing.perform(dict.fromkeys(nodes, frozenset[Node]()), self._resolver)

    def _stop(self) -> None:
        """Ask nothing more but what takes back what was written."""
        self.interrupted = True
        self._clock.stop()
        self.admission.stop()
        if self._discovery is not None:
            self._discovery[1].stop()
        self._resolver.exchanges.stop("the run was interrupted")
        with contextlib.suppress(KeyboardInterrupt, UndecidedError, NoAnswerError):
            self._resolver.undo(_SECONDS_FOR_A_WRITE)
        self._resolver.abandon()
        self.source.transport.close()


def _to_nobody(line: str) -> None:
    del line


def _refuse_unknown_requirements(settings: Settings, contract: Contract, bound: Mapping[str, Requirement]) -> None:
    for pattern in settings.requirements:
        if any(matches(one, [pattern]) for one in bound):
            continue
        newer = [one for one in contract.preview if matches(one.requirement, [pattern])]
        if newer:
            told = f"contract {contract.frozen.name} has no such requirement, and {newer[0].contract} has"
            raise SettingsError(f"--requirement={pattern}: {told}: give --contract={newer[0].contract}")
        meant = meant_or_own(pattern, bound, settings.checks, f": `{program_here()} list` shows all")
        raise SettingsError(f"--requirement={pattern} fits no requirement{meant}")
