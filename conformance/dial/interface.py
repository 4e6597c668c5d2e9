"""The interfaces that a deployment serves, as late Cores list them (dial-api 2.1, 2.3, 16.9)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any, Final

from conformance.contract.deployment import CHAT_INTERFACES
from conformance.contract.exchange import Exchange
from conformance.dial.description import Element

NAMES: Final[Mapping[str, frozenset[str]]] = {
    "chat": CHAT_INTERFACES,
    "embedding": frozenset({"embedding", "openaiEmbeddings"}),
}
"""What `interface_type` is called, and how `interfaces` name the same."""


def serves(element: Element, interface: str) -> bool | None:
    """Tell whether a description says that an interface is served; None if it does not say."""
    listed = element.get("interfaces")
    if not isinstance(listed, list) or not listed or not all(isinstance(one, str) for one in listed):
        return None
    return bool(NAMES[interface] & set(listed))


def flag_of_chat(element: Element) -> bool | None:
    """Return `features.chat_completion` of a description; None if it has none."""
    features: Any = element.get("features")
    flag = features.get("chat_completion") if isinstance(features, dict) else None
    return flag if isinstance(flag, bool) else None


def chat_disagreement(element: Element) -> str | None:
    """Tell how `features.chat_completion` and `interfaces` of one description differ, or None."""
    flag, served = flag_of_chat(element), serves(element, "chat")
    if flag is None or served is None or flag is served:
        return None
    return f"features.chat_completion is {flag} and interfaces is {element['interfaces']}"


def chat_denial(element: Element) -> str | None:
    """Tell how a description denies chat completions, or None."""
    if flag_of_chat(element) is False:
        return "features.chat_completion is False"
    return f"interfaces is {element['interfaces']}" if serves(element, "chat") is False else None


def bare_elements(exchange: Exchange) -> list[Element] | None:
    """Return the objects of an array without an envelope, or None if the answer is none."""
    try:
        document: Any = exchange.answer.json
    except ValueError:
        return None
    if exchange.status != HTTPStatus.OK or not isinstance(document, list):
        return None
    return [one for one in document if isinstance(one, dict)]


def filter_fault(everything: Iterable[Element], found: Iterable[Element], interface: str) -> str | None:
    """Tell what a listing of one interface lacks of the listing of all, or has too much, or None."""
    found = list(found)
    ids = {one.get("id") for one in found}
    missing = [one.get("id") for one in everything if serves(one, interface) and one.get("id") not in ids]
    if missing:
        return f"without {', '.join(map(str, missing))}"
    others = [one.get("id") for one in found if serves(one, interface) is False]
    return f"with {', '.join(map(str, others))}" if others else None
