"""A completion as ordinary clients of the OpenAI API ask for it, all that they do at once, and its parts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from conformance.contract.case import ABSENT, Case
from conformance.contract.claim import CHAT
from conformance.contract.deployment import Deployment
from conformance.contract.exchange import Exchange, Request
from conformance.contract.recipe import COMPLETION, Node, facts, recipe
from conformance.contract.verdict import CouldNotRunError, NotClaimedError
from conformance.dial.completion import is_completed
from conformance.dial.every_exchange import EveryExchange
from conformance.recipes.requests import MESSAGES, chat

NOT_ASCII: Final = "Ein roter Würfel, кубик, 立方体 🎲"
_BEFORE: Final = ({"role": "user", "content": "What is on the table?"}, {"role": "assistant", "content": "A cube."})

TOGETHER: Final = Case(
    "all of it", {"model": ABSENT, "stream": False, "messages": [*_BEFORE, {**MESSAGES[0], "content": NOT_ASCII}]}
)
PARTS: Final = (
    Case("no model", {"model": ABSENT}, thorough=True),
    Case("stream is false", {"stream": False}, thorough=True),
    Case("a history", {"messages": [*_BEFORE, *MESSAGES]}, thorough=True),
    Case("no ASCII", {"messages": [{**MESSAGES[0], "content": NOT_ASCII}]}, thorough=True),
)
"""Each part alone, to name the one for which all together is not accepted."""


def ordinary_cases() -> Sequence[Case]:
    """Give all parts together, and for a thorough run each of them alone."""
    return (TOGETHER, *PARTS)


@recipe(cost=COMPLETION, for_each=ordinary_cases, after=("limits", "ordinary", "accepted"), claims=CHAT)
def ordinary(deployment: Deployment, accepted_case: Case, case: Case, every_exchange: EveryExchange) -> Request:
    """A completion as ordinary clients ask for it; a part of that only where all together was not accepted."""
    together = every_exchange.named(Node("ordinary", deployment, TOGETHER).name)
    if case.thorough and together is not None and is_completed(together):
        raise NotClaimedError("all of it together was accepted")
    how: Mapping[str, Any] = case.value
    return chat(deployment, configuration=accepted_case.value, **how)


@facts
def refused_ordinary(deployment: Deployment, every_exchange: EveryExchange) -> Exchange | None:
    """The answer to a completion as ordinary clients ask for it, if it was asked and not accepted; or None."""
    found = every_exchange.named(Node("ordinary", deployment, TOGETHER).name)
    return None if found is None or is_completed(found) else found


def parts_refused(deployment: Deployment, every_exchange: EveryExchange) -> str:
    """Return the names of the parts that were asked alone and not accepted; empty if there are none."""
    asked = {one.name: every_exchange.named(Node("ordinary", deployment, one).name) for one in PARTS}
    return " and ".join(name for name, found in asked.items() if found is not None and not is_completed(found))


def let_plain_completion_speak_first(plain: Exchange | None) -> None:
    """See that the same request without anything of interest was accepted, if it was asked.

    Raises:
        CouldNotRunError: CHAT-01 speaks first.
    """
    if plain is not None and not is_completed(plain):
        raise CouldNotRunError(f"CHAT-01: the plain request was not accepted either: {plain.excerpt}")
