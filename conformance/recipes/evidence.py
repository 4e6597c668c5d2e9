"""What a refused configuration is evidence of.

What a deployment promises is what it documents. A value that the suite made up, and a combination of values, may be
refused by what is behind the deployment, which knows more than a schema can say (dial-api 4.4). So a refused
combination is taken apart before anybody is accused: each of its values is asked alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from conformance.cases.choosing.parts import is_part
from conformance.cases.engine import Cases
from conformance.cases.schema.json_value import at_pointer
from conformance.contract.case import ABSENT_CASE, MADE_UP, Case
from conformance.contract.claim import CHAT
from conformance.contract.deployment import Deployment
from conformance.contract.exchange import Answers, Exchange, Request
from conformance.contract.recipe import COMPLETION, Node, facts, recipe
from conformance.contract.verdict import NotClaimedError
from conformance.dial.completion import is_completed
from conformance.dial.error import error_object, message_of
from conformance.dial.input_attachment import see_that_no_attachment_is_missing
from conformance.dial.suspension import is_refusal
from conformance.recipes.requests import chat

_TOGETHER: Final = "together"
_FIRST_SERVER_ERROR: Final = 500


@dataclass(frozen=True)
class Evidence:
    """What the answer to a configuration that the schema allows shows; nothing is set if it was accepted.

    Attributes:
        broken: The answer to something that the deployment promises to accept.
        case: What was asked there.
        advice: The answer that the schema does not tell of.
        about: What that is about: the JSON pointer of a property, or several values together.
        undecided: Why nothing can be said.
    """

    broken: Exchange | None = None
    case: Case | None = None
    advice: Exchange | None = None
    about: str = ""
    undecided: str | None = None

    def because_broken(self) -> str:
        """Explain why the deployment does not accept what it promises."""
        return self.broken.because(f"200 and one choice{self._of_case()}") if self.broken else ""

    def because_not_told(self) -> str:
        """Explain what the schema does not tell."""
        expected = f"200, or a schema that tells what {self.about} must be{self._of_case()}"
        if self.about.startswith(_TOGETHER):
            expected = f"200, or a schema that forbids {self.about}, as each alone is accepted"
        return self.advice.because(expected) if self.advice else ""

    def _of_case(self) -> str:
        told = self.case.told_origins if self.case else ""
        return f"; the values are {told}" if told else ""


def alone_cases(configuration_cases: Cases) -> Sequence[Case]:
    """Give the parts of the accepted cases."""
    return configuration_cases.alone


@recipe(cost=COMPLETION, for_each=alone_cases, after=("accepted",), claims=CHAT, only_in_doubt=True)
def accepted_alone(deployment: Deployment, case: Case, configuration_cases: Cases, answered: Answers) -> Request:
    """A completion with a part of a configuration that was refused."""
    asked = _Asked(deployment, configuration_cases, answered)
    if not any(asked.leaves_in_doubt(one, case) for one in configuration_cases.allowed if case.name in one.parts):
        raise NotClaimedError("no combination with it was refused")
    return chat(deployment, configuration=case.value)


@facts
def evidence(
    deployment: Deployment, accepted: Exchange, case: Case, answered: Answers, configuration_cases: Cases | None = None
) -> Evidence:
    """What the answer to an accepted case shows."""
    profile = deployment.profile
    if profile is not None and profile.keeps_apart(case.value) and is_refusal(accepted):
        raise NotClaimedError(f"no {profile.name} takes these values together")
    return _Asked(deployment, configuration_cases, answered).evidence(case, accepted)


@facts
def said_elsewhere(
    deployment: Deployment, evidence: Evidence, case: Case, answered: Answers, configuration_cases: Cases | None = None
) -> str | None:
    """Where the same is said that the answer to a case shows, None if it is nowhere.

    What a case of a thorough run shows to be broken is said once, too.
    """
    asked = _Asked(deployment, configuration_cases, answered)
    is_known = evidence.advice is not None or (evidence.broken is not None and case.thorough)
    return asked.said_elsewhere(case, evidence) if is_known else None


class _Asked:
    """The accepted cases of a deployment, and what it answered to them and to their parts."""

    def __init__(self, deployment: Deployment, cases: Cases | None, answered: Answers) -> None:
        self._deployment: Final = deployment
        self._cases: Final = cases or Cases((), (), ())
        self._answered: Final = answered

    def answer_to(self, case: Case) -> Exchange | None:
        """Return the answer to an accepted case or a part, None if there is none that tells anything."""
        names = (Node(recipe, self._deployment, case).name for recipe in ("accepted", "accepted_alone"))
        return next((one for name in names if (one := self._answered.named(name)) is not None), None)

    def leaves_in_doubt(self, case: Case, part: Case) -> bool:
        """Tell whether the answer to a case leaves it open whether one of its parts is accepted."""
        exchange = self.answer_to(case)
        if exchange is None or is_completed(exchange) or self._is_for_certain(case, exchange):
            return False
        if self._deployment.profile and self._deployment.profile.keeps_apart(case.value):
            return False
        see_that_no_attachment_is_missing(self._deployment, exchange)
        if self._refused_without_any() is not None:
            return False
        if part.made_up and named_in(exchange, part.made_up):
            return False
        return not self._is_accepted_elsewhere(part)

    def evidence(self, case: Case, exchange: Exchange) -> Evidence:
        """Return what an answer shows."""
        if is_completed(exchange):
            return Evidence()
        if self._is_for_certain(case, exchange):
            return Evidence(exchange, case)
        absent = self._refused_without_any()
        if absent is not None:
            return Evidence(undecided=f"CHAT-01: without a configuration: {absent.excerpt}")
        if not case.parts:
            return self._of_one(case, exchange)
        found = [self._of_part(case, exchange, part) for part in self._parts_of(case)]
        broken = next((one for one in found if one.broken is not None), None)
        named = named_in(exchange, case.made_up)
        if broken is None and named is not None:
            return Evidence(None, case, exchange, named)
        advice = next((one for one in found if one.advice is not None), None)
        undecided = next((one for one in found if one.undecided is not None), None)
        together = f"{_TOGETHER} {' and '.join(case.parts)}"
        return broken or advice or undecided or Evidence(None, case, exchange, together)

    def said_elsewhere(self, case: Case, evidence: Evidence) -> str | None:
        """Return which other case says the same as the advice of this one, None if there is none before it."""
        answers = [(one, answer) for one in self._cases.allowed if (answer := self.answer_to(one)) is not None]
        found = [(one, self.evidence(one, answer)) for one, answer in answers if not is_completed(answer)]
        if len(found) == len(answers):  # no configuration is accepted: that is one fault
            broken = next((one.name for one, other in found if other.broken is not None), None)
            if broken is not None and broken != case.name:
                return f"CHAT-01 speaks of {broken}"
        names = [one.name for one, _ in found]
        before = found[: names.index(case.name)] if case.name in names else found  # what was explored is none of these
        is_same = _is_said_by if case.thorough else _is_advised_by
        first = next((one.name for one, other in before if is_same(case, evidence, one, other)), None)
        return None if first is None else f"it is said of {first}"

    def _refused_without_any(self) -> Exchange | None:
        """Return the answer to no configuration at all, if that is none that it should be: then nothing else counts."""
        found = self.answer_to(ABSENT_CASE)
        return None if found is None or is_completed(found) else found

    def _is_for_certain(self, case: Case, exchange: Exchange) -> bool:
        """Tell whether an answer is wrong in any case: no refusal, or one of nothing at all, or of the notebook's."""
        profile = self._deployment.profile
        is_of_notebook = profile is not None and case.value == profile.configuration
        if exchange.status < HTTPStatus.BAD_REQUEST or not case.origins or is_of_notebook:
            return True
        return exchange.status >= _FIRST_SERVER_ERROR and not case.made_up

    def _of_part(self, case: Case, exchange: Exchange, part: Case) -> Evidence:
        answer = self.answer_to(part)
        if answer is not None and not is_completed(answer):
            return self._of_one(part, answer)
        is_known = part.made_up and named_in(exchange, case.made_up)
        if answer is not None or is_known or self._is_accepted_elsewhere(part):
            return Evidence()
        return Evidence(undecided=f"refused, and its parts were not all asked alone: {part.name}; {exchange.excerpt}")

    def _of_one(self, case: Case, exchange: Exchange) -> Evidence:
        """Return what the refusal of a case shows that is no combination."""
        if not case.made_up:
            lacks = self._what_the_model_lacks(case, exchange)
            return Evidence(None, case, exchange, lacks) if lacks else Evidence(exchange, case)
        named = named_in(exchange, case.made_up)
        if named is not None or exchange.status >= _FIRST_SERVER_ERROR:
            return Evidence(None, case, exchange, named or case.made_up[0])
        wrong = ", ".join(case.made_up)
        return Evidence(undecided=f"the suite made up {wrong}, and the refusal does not name it: {exchange.excerpt}")

    def _what_the_model_lacks(self, case: Case, exchange: Exchange) -> str:
        """Return the property of which a model lacks one documented value, and has another; empty if it is not so.

        A schema is often that of a family of models. What the notebook promises has no such way out.
        """
        if self._deployment.profile or not is_refusal(exchange):
            return ""
        named = named_in(exchange, [pointer for pointer, origin in case.origins if origin != "default"])
        return named if named and any(True for _ in self._other_values(case, named)) else ""

    def _other_values(self, case: Case, pointer: str) -> Iterator[object]:
        """Give other documented values of a property that were accepted."""
        for one in (*self._cases.allowed, *self._cases.alone):
            is_documented = dict(one.origins).get(pointer, MADE_UP) != MADE_UP
            value = at_pointer(one.value, pointer) if is_documented else None
            if value is not None and value != at_pointer(case.value, pointer):  # null is mostly as good as nothing
                exchange = self.answer_to(one)
                if exchange is not None and is_completed(exchange):
                    yield value

    def _parts_of(self, case: Case) -> Iterator[Case]:
        return (one for one in (*self._cases.allowed, *self._cases.alone) if one.name in case.parts)

    def _is_accepted_elsewhere(self, part: Case) -> bool:
        for one in self._cases.allowed:
            exchange = self.answer_to(one)
            if exchange is not None and is_completed(exchange) and is_part(part.value, one.value):
                return True
        return False


def _is_advised_by(case: Case, evidence: Evidence, other: Case, known: Evidence) -> bool:
    """Tell whether another case advises the same."""
    del case, other
    return known.about == evidence.about


def _is_said_by(case: Case, evidence: Evidence, other: Case, known: Evidence) -> bool:
    """Tell whether another case says what a case of a thorough run does: of the same values, or the same properties."""
    if evidence.case is not None and known.broken is not None and known.case is not None:
        return is_part(known.case.value, case.value) or is_part(evidence.case.value, known.case.value)
    if not evidence.about.startswith(_TOGETHER) or not known.about.startswith(_TOGETHER):
        return evidence.advice is not None and known.about == evidence.about
    return _properties_of(other) <= _properties_of(case)


def _properties_of(case: Case) -> set[str]:
    return {re.sub(r"/\d+(?=/|$)", "/*", pointer) for pointer, _ in case.origins}


def named_in(exchange: Exchange, pointers: Sequence[str]) -> str | None:
    """Return the first of some properties that a refusal names, by its own name before those of what it stands in.

    Args:
        exchange: The answer, which may be none.
        pointers: The JSON pointers of the properties.
    """
    if not is_refusal(exchange):
        return None
    text = f"{message_of(exchange)} {(error_object(exchange) or {}).get('param') or ''}"
    names = [(pointer, [part for part in pointer.split("/") if part and not part.isdigit()]) for pointer in pointers]
    last = ((pointer, found[-1:]) for pointer, found in names)
    for pointer, found in (*last, *names):
        if any(_has_word(text, name.replace("~1", "/").replace("~0", "~")) for name in found):
            return pointer
    return None


def _has_word(text: str, word: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text) is not None
