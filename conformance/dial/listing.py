"""What a DIAL lists: the envelope, the elements, and what several answers say of one deployment (dial-api 2.3)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from conformance.contract.exchange import Exchange, violation
from conformance.contract.json_text import json_text
from conformance.dial.description import Element

FaultOf = Callable[[Element], str | None]


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong with an element, and the exchange that showed it."""

    got: str
    exchange: Exchange

    def because(self, expected: str) -> str:
        """Explain the violation."""
        return violation(expected, self.got, self.exchange.name)


@dataclass(frozen=True)
class Description:
    """What one answer says of a deployment."""

    place: str
    element: Element
    exchange: Exchange


class Descriptions(tuple[Description, ...]):
    """All that the DIAL says of one deployment, in its listings and in the answers about it alone."""

    __slots__ = ()

    def fault(self, fault_of: FaultOf) -> Fault | None:
        """Return the first fault that a rule finds, or None."""
        for one in self:
            wrong = fault_of(one.element)
            if wrong is not None:
                return Fault(f"{one.place}: {wrong}", one.exchange)
        return None

    def any_have(self, field: str) -> bool:
        """Tell whether any of them has the field."""
        return any(field in one.element for one in self)


@dataclass(frozen=True)
class Listing:
    """A list of deployments, as one of the /openai endpoints gave it."""

    exchange: Exchange
    elements: tuple[Any, ...]

    @property
    def ids(self) -> list[str]:
        """The ids, in their order; elements without one are left out."""
        ids = (element.get("id") for element in self.elements if isinstance(element, dict))
        return [one for one in ids if isinstance(one, str) and one]

    def element(self, deployment_id: str) -> Element | None:
        """Return the element with that id, or None."""
        found = (one for one in self.elements if isinstance(one, dict) and one.get("id") == deployment_id)
        return next(found, None)

    def id_fault(self) -> Fault | None:
        """Tell which element has no string id, or an id that another has too."""
        seen: set[str] = set()
        for position, element in enumerate(self.elements):
            name = element.get("id") if isinstance(element, dict) else None
            if not isinstance(name, str) or not name:
                return Fault(f"data[{position}] has id {json_text(name)}", self.exchange)
            if name in seen:
                return Fault(f"id {json_text(name)} stands there twice", self.exchange)
            seen.add(name)
        return None

    def object_fault(self, allowed: frozenset[str]) -> Fault | None:
        """Tell which element's `object` is not one of those allowed; one without id is another requirement's."""
        for name in self.ids:
            kind = (self.element(name) or {}).get("object")
            if not isinstance(kind, str) or kind not in allowed:
                return Fault(f"{json_text(name)} has object {json_text(kind)}", self.exchange)
        return None


def is_listing(exchange: Exchange) -> bool:
    """Tell whether an answer is what a listing must be: 200 with JSON, `{"object": "list", "data": [...]}`."""
    listing = read_listing(exchange)
    if listing is None or exchange.answer.media_type != "application/json":
        return False
    return (exchange.json_object or {}).get("object") == "list"


def read_listing(exchange: Exchange) -> Listing | None:
    """Read a list of deployments, or None if the answer is not one."""
    document = exchange.json_object
    if exchange.status != HTTPStatus.OK or document is None or not isinstance(document.get("data"), list):
        return None
    return Listing(exchange, tuple(document["data"]))


def bare_ids(exchange: Exchange) -> set[str] | None:
    """Return the ids of an array without an envelope, or None if the answer is none."""
    try:
        document: Any = exchange.answer.json
    except ValueError:
        return None
    if exchange.status != HTTPStatus.OK or not isinstance(document, list):
        return None
    ids = (element.get("id") for element in document if isinstance(element, dict))
    return {one for one in ids if isinstance(one, str)}
