"""How each request of a run ended: with an answer, or with a fault that may come back or not."""

from __future__ import annotations

import re
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from conformance.contract.answer_fault import FaultKind
from conformance.contract.exchange import API_KEY, BEARER_TOKEN, Exchange, Request
from conformance.contract.recipe import COMPLETION, WRITES, Node, Recipe
from conformance.dial.completion import deployment_asked
from conformance.dial.error import has_message
from conformance.dial.suspension import is_refusal

THE_DIAL: Final = ""
"""The place of what the DIAL itself answers."""

SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
AWAY: Final = frozenset({HTTPStatus.BAD_GATEWAY, HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.GATEWAY_TIMEOUT})
FRAMES: Final = frozenset({FaultKind.CUT, FaultKind.UNREADABLE, FaultKind.EXCESS, FaultKind.TWO_LENGTHS})
"""Faults of a frame that a network, or a server, may be the reason of."""

_OF_A_DEPLOYMENT: Final = re.compile(
    r"/(?:openai|v1)/deployments/(?P<deployment>.+?)/(?:chat/completions|embeddings|configuration|tokenize|truncate_prompt|rate)"
)
_KINDS: Final = (
    ("file", re.compile(r"/v1/(files|metadata)/")),
    ("configuration", re.compile(r"/v1/deployments/.+/configuration")),
)
Fault = FaultKind | int
"""A kind of a broken answer, or a status. Two faults are the same if they are equal."""


@dataclass(frozen=True, eq=False)
class Outcome:
    """How one request ended.

    Attributes:
        node: Which exchange it is.
        recipe: How it was asked for.
        request: What was asked.
        exchange: The exchange, of a broken answer as far as it came; None where there was no connection.
        fault: What is wrong with it, None if it is well. Where nothing came at all, it is `NO_CONNECTION`.
    """

    node: Node
    recipe: Recipe
    request: Request
    exchange: Exchange | None
    fault: Fault | None

    @property
    def is_free(self) -> bool:
        """It may be asked again: it changes nothing, no deployment gets it, and no write changes its answer."""
        return (self.request.method in SAFE or self.recipe.refused_by_core) and WRITES not in self.recipe.opt_in

    @property
    def is_well(self) -> bool:
        """It was answered, and not with 5xx, which some recipes take for an answer."""
        return (
            self.fault is None and self.exchange is not None and self.exchange.status < HTTPStatus.INTERNAL_SERVER_ERROR
        )

    @property
    def should_be_accepted(self) -> bool:
        """It is a completion that its deployment should accept, and that may be billed."""
        return self.recipe.cost is COMPLETION and not self.recipe.refused

    @property
    def is_stream(self) -> bool:
        """It asks for a stream."""
        return b'"stream":true' in self.request.body.replace(b" ", b"")

    @property
    def is_plain(self) -> bool:
        """It is asked by the caller, and has no header but that."""
        return self.request.headers in ((("Api-Key", API_KEY),), (("Authorization", f"Bearer {BEARER_TOKEN}"),))

    @property
    def place(self) -> str:
        """The path of the deployment that answers, or `THE_DIAL`."""
        found = None if self.recipe.refused_by_core else _OF_A_DEPLOYMENT.match(self.request.path)
        return found["deployment"] if found and self.node.deployment is not None else self._asked_of_any

    @property
    def kind(self) -> tuple[str, str]:
        """What must be alike of a neighbour: the part of the gateway that answers, and who asks."""
        part = next((name for name, path in _KINDS if path.match(self.request.path)), "gateway")
        return "completion" if deployment_asked(self.request) else part, _credentials(self.request)

    @property
    def is_alive(self) -> bool:
        """It is a completion that its deployment answered itself: with 200, or with a refusal in its own words."""
        if self.fault is not None or self.exchange is None or deployment_asked(self.request) is None:
            return False
        if self.recipe.refused_by_core:
            return False
        own_words = is_refusal(self.exchange) and has_message(self.exchange)
        return self.exchange.status == HTTPStatus.OK or own_words

    @property
    def is_accepted(self) -> bool:
        """It is a completion that was answered with 200."""
        return self.is_alive and self.exchange is not None and self.exchange.status == HTTPStatus.OK

    @property
    def _asked_of_any(self) -> str:
        if self.recipe.refused or self.should_be_accepted:
            return deployment_asked(self.request) or THE_DIAL
        return THE_DIAL


NO_CONNECTION: Final[Fault] = 0
"""The fault of a request that got to nobody."""


def _credentials(request: Request) -> str:
    sent = [value for name, value in request.headers if name.lower() in ("api-key", "authorization")]
    if not sent:
        return "nobody"
    return "caller" if all(value in (API_KEY, f"Bearer {BEARER_TOKEN}") for value in sent) else "somebody"
