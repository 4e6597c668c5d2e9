"""Decides one planned check: resolves its arguments, calls it, and tells the verdict.

How an assertion becomes a verdict
----------------------------------

A check says what it sees, and only that. Whether it may be said is decided here, and in this order:

```plain
   check passes ----> the DIAL went down, and that explains an answer it rests on? ---> could not run
        |             it is about a refusal, and nothing valid was accepted? ---------> not proven
        +-----------> passed

   check fails -----> the DIAL went down, and that explains the answer? --------------> could not run
        |             there was an outage, and it is 502, 503 or 504? -----------------> could not run
        |             the answer is too deep to be looked at? ------------------------> could not run
        |             the same without what it is about was answered alike? ----------> could not run
        |             whatever is valid is answered so, too? -------------------------> not proven
        +-----------> violated (a MUST that this Core is known to have), else advisory
```

A pass is looked at as hard as a violation: green cannot lie.

Early decisions
---------------

The outage is known only when somebody asked (`outage.py`), and who asks is the first violation that it could explain.
By then checks before it have passed, perhaps because of the same outage, and pytest has shown them. So in a live run
the checks are decided in their order *before* the first test, until there is nothing left to ask or all are decided:

    check 1   check 2   check 3   check 4 ...
    passed    passed    violated -> asks        an outage: forget 1 to 3; pytest decides all of them anew, and
                                                    1 and 2 may be "could not run" now
                                                none: keep 1 to 3, as they would come out the same

What is kept is handed out when pytest comes to the check, so each is decided once and not twice. It is kept by the
check itself, which is compared by its requirement, deployment and case: pytest may run a check twice
(`--keep-duplicates`, a plugin that runs failures again), and both times it is the same exchanges that are judged. Why
not ask at once in every run? Then a green run would have one request more than exchanges, and `--budget` and counting
proxies show that. Why not decide everything early? A violation that is decided early *is* the reason to ask.
In a replay nobody is asked, so nothing is decided early.
"""

from __future__ import annotations

import traceback
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from conformance.contract.declaration import DeclarationError
from conformance.contract.exchange import Exchange, Violation, printable
from conformance.contract.requirement import MUST, Requirement
from conformance.contract.result import Result
from conformance.contract.verdict import (
    CouldNotRunError,
    NotAskedError,
    NotClaimedError,
    NotProvenError,
    NotRecordedError,
    OverBudgetError,
    UndecidedError,
    Verdict,
)
from conformance.dial.broken_rule import broken_rule
from conformance.dial.completion import is_completed
from conformance.dial.differences import explains
from conformance.dial.pattern import SlowPatternError
from conformance.dial.schema import Schema
from conformance.dial.version import CoreVersion
from conformance.run.outage import OutageWatch, looks_like_trouble
from conformance.run.planned_checks import PlannedCheck, accepted_twin, is_accepted, proofs_of
from conformance.run.resolver import Resolver
from conformance.wire.redaction import Redaction


@dataclass(frozen=True)
class Decider:
    """Comes to a verdict on planned checks.

    Attributes:
        resolver: Gives checks what they name.
        redaction: Keeps secrets out of what is said.
        core: The Core's version.
        outage: Whether the DIAL went down during the run.
        traced: Results tell which exchanges they rest on.
        early: What was decided already, see `decided_early`.
    """

    resolver: Resolver
    redaction: Redaction
    core: CoreVersion
    outage: OutageWatch
    traced: bool = False
    early: Mapping[PlannedCheck, Result] = field(default_factory=dict, repr=False)

    def decide(self, check: PlannedCheck) -> Result:
        """Return the result of a check; whatever happens in it becomes a verdict."""
        early = self.early.get(check)
        return self._decided(check) if early is None else early

    def decided_early(self, checks: Iterable[PlannedCheck]) -> Mapping[PlannedCheck, Result]:
        """Decide checks in their order until it is known whether the DIAL went down.

        Returns:
            The results that hold; none if it went down.
        """
        found: dict[PlannedCheck, Result] = {}
        for check in checks:
            if self.outage.settled:
                break
            found[check] = self._decided(check)  # a violation asks
        return found if self.outage.found is None else {}

    def _decided(self, check: PlannedCheck) -> Result:
        try:
            newer = self._run(check)
        except UndecidedError as error:
            return self._result(check, error.verdict, reason=" ".join(str(error).split()))
        except SlowPatternError as error:
            return self._result(check, Verdict.COULD_NOT_RUN, reason=f"{error.owner}: {error}")
        except AssertionError as error:
            doubt = self._doubt_about_version(check.requirement)
            if doubt is not None:
                return self._result(check, Verdict.NOT_CLAIMED, reason=doubt)
            return self._violation(check, Violation.read(error))
        except Exception as error:  # noqa: BLE001 - a fault of the suite is a verdict too
            return self._result(check, Verdict.HARNESS_ERROR, reason=_where(error))
        return self._result(check, Verdict.PASSED, preview=newer)

    def _run(self, check: PlannedCheck) -> str:
        """Run a check that may pass.

        Returns:
            What a newer revision of the requirement would say of it; empty if it says the same.
        """
        if check.undecided is not None:
            raise check.undecided
        requirement = check.requirement
        if self.core.has(requirement.since, requirement.until) is False:
            raise NotClaimedError(f"{_versions(requirement)}, and this is {self.core.name}")
        self.resolver.see_prerequisites(requirement, check.deployment, check.case)
        arguments = self.resolver.arguments(requirement.needs, requirement.optional, check.deployment, check.case)
        newer = ""
        try:
            requirement.check(**arguments)
        except AssertionError as error:
            found = Violation.read(error)
            if found.revision <= requirement.revision:
                raise
            newer = f"revision {found.revision}: expected: {found.expected}; got: {found.got}"
        self._see_that_it_was_up(check)
        self._prove(check)
        return newer

    def _see_that_it_was_up(self, check: PlannedCheck) -> None:
        """See that what passed did not pass because the DIAL went down: a dead one refuses everything."""
        outage = self.outage.found
        if outage is None:
            return
        needs = check.requirement.dependencies
        if self.resolver.book.sees_every_exchange(needs):
            raise CouldNotRunError(str(outage))
        for node in self.resolver.nodes.exchanges(needs, check.deployment, check.case):
            exchange = self.resolver.exchanges.answered.named(node.name)
            if exchange is not None and outage.explains(exchange):
                raise CouldNotRunError(f"{outage}; it was {exchange.excerpt}")

    def _prove(self, check: PlannedCheck) -> None:
        """See that something valid was accepted where a refusal passed, the twin or another one."""
        try:
            proofs = proofs_of(check, self.resolver)
            if proofs is None or any(is_accepted(node, self.resolver) for node in proofs):
                return
            if not proofs:
                raise NotProvenError("refused, but the schema gives nothing valid to compare with")
            twin = self.resolver.value(proofs[0].recipe, proofs[0].deployment, proofs[0].case)
        except (NotAskedError, NotRecordedError, OverBudgetError) as error:
            raise NotProvenError(f"refused, but nothing valid was tried ({error})") from None
        except CouldNotRunError as error:
            raise NotProvenError(f"refused, but nothing valid was accepted ({error})") from None
        raise NotProvenError(f"refused, but so was what is valid ({twin.name}: {twin.excerpt})")

    def _violation(self, check: PlannedCheck, found: Violation) -> Result:
        verdict = self._verdict_of_a_violation(check.requirement)
        if found.exchange is None:
            return self._result(check, verdict, expected=check.requirement.sentence, got=found.got)
        exchange = self.resolver.exchanges.answered.as_it_came(found.exchange)
        if exchange is not None and self._is_of_the_outage(exchange, verdict):
            reason = f"{self.outage.found}; it was {exchange.excerpt}"
            return self._result(check, Verdict.COULD_NOT_RUN, reason=reason)
        if exchange is not None and (untold := self._why_not_told(check, exchange)) is not None:
            return self._result(check, Verdict.COULD_NOT_RUN, reason=untold)
        if exchange is not None and self._fails_always(check, exchange):
            reason = f"CHAT-01: what is valid is answered with {exchange.status} too"
            return self._result(check, Verdict.NOT_PROVEN, reason=reason)
        texts = {"expected": found.expected, "got": found.got, "curl": exchange.request.curl if exchange else ""}
        status = exchange.status if exchange else None
        texts["hint"] = explains(check.requirement.id, self.core, status) or ""
        texts["fault"] = self._fault_of(check)
        texts["twin"] = accepted_twin(check, self.resolver) if self.traced else ""
        return self._result(check, verdict, first=found.exchange, **texts)

    def _fault_of(self, check: PlannedCheck) -> str:
        """Tell which rule of the schema a faulty case breaks, and where; empty if that cannot be told."""
        case = check.case
        if case is None or case.is_allowed or "validating_schema" not in self.resolver.book:
            return ""
        try:
            schema: Schema = self.resolver.value("validating_schema", check.deployment, case)
            return broken_rule(schema, case.value, case.place or case.pointer)
        except (UndecidedError, SlowPatternError, RecursionError):
            return ""

    def _is_of_the_outage(self, exchange: Exchange, verdict: Verdict) -> bool:
        """Tell whether the DIAL went down, and gave such answers then; it is asked only where that may well be so."""
        exchanges = self.resolver.exchanges.answered
        if verdict is not Verdict.VIOLATED and not looks_like_trouble(exchange, exchanges):
            return False
        asked = self.resolver.exchanges
        outage = self.outage.ask(exchange, again=asked.is_free(exchange.name) and not asked.is_judged(exchange.name))
        return outage is not None and outage.explains(exchange)

    def _verdict_of_a_violation(self, requirement: Requirement) -> Verdict:
        """A MUST binds only Cores that are known to have it."""
        known = self.core.has(requirement.since, requirement.until) is True
        return Verdict.VIOLATED if requirement.level is MUST and known else Verdict.ADVISORY

    def _why_not_told(self, check: PlannedCheck, exchange: Exchange) -> str | None:
        """Return why nothing is said of an answer that shows a violation, or None."""
        if self.resolver.exchanges.was_away(exchange.name):
            return f"an outage, which went away, and not an answer: {exchange.excerpt}"
        if exchange.answer.is_unreadable:
            return f"the answer is too deep, or has numbers too long, to be looked at: {exchange.excerpt}"
        return self._is_like_its_twin(check, exchange)

    def _doubt_about_version(self, requirement: Requirement) -> str | None:
        """Return why a SHOULD of some versions is no advice for this Core, or None: it may be one without it."""
        if requirement.level is MUST or self.core.has(requirement.since, requirement.until) is True:
            return None
        return f"{_versions(requirement)}, and the version of this Core is {self.core.name}"

    def _is_like_its_twin(self, check: PlannedCheck, exchange: Exchange) -> str | None:
        """Return why another requirement speaks: without what this one is about, the answer was the same."""
        if check.requirement.unless_like is None:
            return None
        owner, name = check.requirement.unless_like
        try:
            twin: Exchange | None = self.resolver.value(name, check.deployment, check.case)
        except UndecidedError:
            return None
        alike = twin is not None and twin.status == exchange.status
        return f"{owner}: {name.replace('_', ' ')}, the same was {twin.excerpt}" if twin and alike else None

    def _fails_always(self, check: PlannedCheck, exchange: Exchange) -> bool:
        """Tell whether all that is valid fails just so: that is one fault, and it is not the refusal's."""
        if check.requirement.proven_by is None or is_completed(exchange):
            return False
        deployment = check.deployment or self.resolver.representative
        try:
            cases = self.resolver.cases(self.resolver.book[check.requirement.proven_by], deployment)
        except UndecidedError:
            return False
        nodes = (self.resolver.nodes.node(check.requirement.proven_by, deployment, case) for case in cases)
        answers = [one for node in nodes if (one := self.resolver.exchanges.answered.named(node.name)) is not None]
        return bool(answers) and all(one.status == exchange.status and not is_completed(one) for one in answers)

    def _result(self, check: PlannedCheck, verdict: Verdict, first: str = "", **texts: str) -> Result:
        requirement, case = check.requirement, check.case
        return Result(
            requirement=requirement.id,
            level=str(requirement.level),
            sentence=requirement.sentence,
            deployment=printable(check.deployment.id) if check.deployment else None,
            case=printable(case.name) if case else None,
            verdict=verdict,
            pointer=printable(case.pointer or "") if case else "",
            keywords=tuple(map(printable, case.keywords)) if case else (),
            origins=printable(case.told_origins) if case and requirement.taken_apart_by else "",
            exchanges=self._exchanges(check, first) if self.traced else (),
            **{name: printable(self.redaction.hide_secrets(text)) for name, text in texts.items()},
        )

    def _exchanges(self, check: PlannedCheck, first: str) -> tuple[str, ...]:
        """Return the names of the exchanges that a check rests on, the one that shows a violation first."""
        needs = check.requirement.dependencies
        nodes = [] if check.undecided else self.resolver.nodes.exchanges(needs, check.deployment, check.case)
        answered = (
            node.name for node in reversed(nodes) if self.resolver.exchanges.answered.named(node.name) is not None
        )
        return tuple(dict.fromkeys([*([first] if first else []), *answered]))


def _versions(requirement: Requirement) -> str:
    spans = [f"since Core {requirement.since}"] if requirement.since else []
    spans += [f"until Core {requirement.until}"] if requirement.until else []
    return " and ".join(spans)


def _where(error: Exception) -> str:
    if isinstance(error, DeclarationError):
        return str(error)
    frames = traceback.extract_tb(error.__traceback__)
    if not frames:
        return f"{type(error).__name__}: {error}"
    last = frames[-1]
    path, here = Path(last.filename), Path.cwd()
    # from here, or as much as one needs to find it, and nothing of the machine
    place = str(path.relative_to(here)) if path.is_relative_to(here) else "/".join(path.parts[-2:])
    return f"{type(error).__name__}: {error} in {last.name}, {place}:{last.lineno}"
