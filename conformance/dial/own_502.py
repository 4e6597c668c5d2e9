"""Where a gateway answers 502 on purpose: places at which a Core has no route, and says so with that status."""

from __future__ import annotations

import re
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from conformance.contract.exchange import Request


@dataclass(frozen=True)
class Place:
    """Requests that an older Core answers with 502 `No route`, though it is well.

    Attributes:
        what: Which they are, in a few words.
        methods: Their methods; empty for any.
        path: A regular expression for the whole path, without its query.
        source: Where the contract says so.
    """

    what: str
    methods: frozenset[str]
    path: str
    source: str


PLACES_OF_502: Final = (
    Place("HEAD of a file or a folder", frozenset({"HEAD"}), r"/v1/(files|metadata)/.*", "dial-api 17.4"),
    Place(
        "completions by GET", frozenset({"GET", "HEAD"}), r"/openai/deployments/.+/chat/completions", "dial-api 17.4"
    ),
    Place("a configuration by POST", frozenset({"POST"}), r"/v1/deployments/.+/configuration", "dial-api 17.4"),
    Place("a slash at the end", frozenset(), r"/(openai|v1)/[^/].*[^/]/", "dial-api 17.4"),
    Place(
        "lists of newer Cores",
        frozenset({"GET", "HEAD"}),
        r"/v1/(deployments|deployment-names|deployments/[^/]+)|/openai/(toolsets|addons|assistants)",
        "dial-api 17.4",
    ),
)
"""The list is data: what is not in it, and no recipe says so itself, is no place for a 502."""


def written_statuses(request: Request) -> frozenset[int]:
    """Return 502 where a request is one of the places, else nothing."""
    path = request.path.partition("?")[0]
    for place in PLACES_OF_502:
        if (not place.methods or request.method in place.methods) and re.fullmatch(place.path, path):
            return frozenset({HTTPStatus.BAD_GATEWAY.value})
    return frozenset()
