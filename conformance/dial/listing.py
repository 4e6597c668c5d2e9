"""What a DIAL lists: the envelope, and the fields of an element (dial-api 2.3 and 2.4).

Each `*_fault` function looks at one element and tells what is wrong with it, or None.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

from conformance.exchange import Exchange, violation

Element = dict[str, Any]
FaultOf = Callable[[Element], str | None]

OLDEST_FLAGS: Final = (
    "rate",
    "tokenize",
    "truncate_prompt",
    "configuration",
    "system_prompt",
    "tools",
    "seed",
    "url_attachments",
    "folder_attachments",
    "allow_resume",
)
"""The flags that every Core since 0.15 sends (dial-api 2.4)."""

BOOLEAN_FLAGS: Final = frozenset(OLDEST_FLAGS) | {
    "accessible_by_per_request_key",
    "content_parts",
    "temperature",
    "addons",
    "cache",
    "auto_caching",
    "parallel_tool_calls",
    "assistant_attachments_in_request",
    "mcp",
    "chat_completion",
    "responses_api",
    "max_tokens_supported",
    "max_completion_tokens_supported",
    "custom_temperature_supported",
    "skills_supported",
}
_FREE_FORM = frozenset(
    {"defaults", "responses_defaults", "application_properties", "catalog_properties", "interface_configs", "function"}
)
_INTERNALS = frozenset({"endpoint", "upstreams", "upstream", "key", "secret", "api_key", "apikey"})
_DECIMAL = re.compile(r"\d+(\.\d+)?([eE][+-]?\d+)?")
_LANGUAGE_TAG = re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*")
_UPSTREAM_URL = re.compile(r"https?://\S+/(chat/completions|embeddings|images/generations)\S*", re.IGNORECASE)
_CAPABILITIES = ("completion", "chat_completion", "embeddings", "fine_tune", "inference")


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
        return [one for one in ids if isinstance(one, str)]

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
                return Fault(f"data[{position}] has id {name!r}", self.exchange)
            if name in seen:
                return Fault(f"id {name!r} stands there twice", self.exchange)
            seen.add(name)
        return None

    def object_fault(self, allowed: frozenset[str]) -> Fault | None:
        """Tell which element's `object` is not one of those allowed."""
        for element in self.elements:
            kind = element.get("object") if isinstance(element, dict) else None
            if not isinstance(kind, str) or kind not in allowed:
                name = element.get("id") if isinstance(element, dict) else element
                return Fault(f"{name!r} has object {kind!r}", self.exchange)
        return None


def is_envelope(document: Element | None) -> bool:
    """Tell whether a document is `{"object": "list", "data": [...]}`."""
    return document is not None and document.get("object") == "list" and isinstance(document.get("data"), list)


def read_listing(exchange: Exchange) -> Listing | None:
    """Read a list of deployments, or None if the answer is not one."""
    document = exchange.json_object
    if exchange.status != HTTPStatus.OK or document is None or not isinstance(document.get("data"), list):
        return None
    return Listing(exchange, tuple(document["data"]))


def time_fault(element: Element) -> str | None:
    """created_at and updated_at are integers; which unit is not said."""
    return _first(
        f"{name} is {element.get(name)!r}" for name in ("created_at", "updated_at") if not _integer(element.get(name))
    )


def features_fault(element: Element) -> str | None:
    """`features` is an object whose known flags are booleans."""
    features = element.get("features")
    if not isinstance(features, dict):
        return f"features is {features!r}"
    known = (name for name in features if name in BOOLEAN_FLAGS)
    return _first(f"features.{name} is {features[name]!r}" for name in known if not isinstance(features[name], bool))


def missing_flag_fault(element: Element) -> str | None:
    """`features` has the ten oldest flags."""
    return _first(f"features.{name} is missing" for name in OLDEST_FLAGS if name not in element["features"])


def unknown_flag_fault(element: Element) -> str | None:
    """Flags that are not known are booleans, or arrays of strings like reasoning_efforts."""
    features = element["features"]
    unknown = (name for name in features if name not in BOOLEAN_FLAGS)
    return _first(
        f"features.{name} is {features[name]!r}"
        for name in unknown
        if not (isinstance(features[name], bool) or is_strings(features[name]))
    )


def capabilities_fault(element: Element) -> str | None:
    """`capabilities` has five booleans and an array of strings."""
    capabilities = element.get("capabilities")
    if not isinstance(capabilities, dict):
        return f"capabilities is {capabilities!r}"
    if not is_strings(capabilities.get("scale_types")):
        return f"capabilities.scale_types is {capabilities.get('scale_types')!r}"
    return _first(
        f"capabilities.{name} is {capabilities.get(name)!r}"
        for name in _CAPABILITIES
        if not isinstance(capabilities.get(name), bool)
    )


def chat_capability_fault(element: Element) -> str | None:
    """`capabilities.chat_completion` is true."""
    claimed = element["capabilities"]["chat_completion"]
    return None if claimed is True else f"capabilities.chat_completion is {claimed!r}"


def many_capabilities_fault(element: Element) -> str | None:
    """A model is at most one of completion, chat completion and embeddings."""
    claimed = [name for name in _CAPABILITIES[:3] if element["capabilities"].get(name) is True]
    return f"capabilities claims {' and '.join(claimed)}" if len(claimed) > 1 else None


def pricing_fault(element: Element) -> str | None:
    """Prices are decimal strings or, since Core 0.49, decision trees."""
    pricing = element.get("pricing", {"unit": ""})
    if not isinstance(pricing, dict):
        return f"pricing is {pricing!r}"
    if not isinstance(pricing.get("unit"), str):
        return f"pricing.unit is {pricing.get('unit')!r}"
    prices = (name for name in ("prompt", "completion") if name in pricing)
    return _first(f"pricing.{name} is {pricing[name]!r}" for name in prices if not _is_price(pricing[name]))


def limits_fault(element: Element) -> str | None:
    """`limits` are positive integers."""
    limits = element.get("limits", {})
    if not isinstance(limits, dict):
        return f"limits is {limits!r}"
    named = ("max_total_tokens", "max_prompt_tokens", "max_completion_tokens")
    return _first(
        f"limits.{name} is {limits[name]!r}"
        for name in named
        if name in limits and not (_integer(limits[name]) and limits[name] > 0)
    )


def strings_fault(element: Element) -> str | None:
    """input_attachment_types and description_keywords are arrays of strings."""
    named = ("input_attachment_types", "description_keywords")
    return _first(f"{name} is {element[name]!r}" for name in named if name in element and not is_strings(element[name]))


def text_fault(element: Element) -> str | None:
    """display_name and description are strings, or maps from a language to a string."""
    named = ("display_name", "description")
    return _first(f"{name} is {element[name]!r}" for name in named if name in element and not _is_text(element[name]))


def null_fault(element: Element) -> str | None:
    """No field is null."""
    return _first(f"{path} is null" for path, value in _fields(element, "") if value is None)


def internals_fault(element: Element) -> str | None:
    """No field tells how the DIAL reaches its upstreams."""
    for path, value in _fields(element, ""):
        name = path.rpartition(".")[2].lower()
        if name in _INTERNALS or name.startswith("x-upstream-"):
            return f"there is a field {path}"
        if isinstance(value, str) and _UPSTREAM_URL.fullmatch(value):
            return f"{path} is the address of an upstream"
    return None


def is_strings(value: object) -> bool:
    """Tell whether a value is an array of strings."""
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


def _is_price(value: object) -> bool:
    return isinstance(value, dict) or (isinstance(value, str) and _DECIMAL.fullmatch(value) is not None)


def _is_text(value: object) -> bool:
    if isinstance(value, dict):
        return all(_LANGUAGE_TAG.fullmatch(name) and isinstance(text, str) for name, text in value.items())
    return isinstance(value, str)


def _integer(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _fields(value: object, path: str) -> Iterator[tuple[str, object]]:
    if isinstance(value, dict):
        for name, child in value.items():
            inner = f"{path}.{name}" if path else name
            yield inner, child
            if name not in _FREE_FORM:
                yield from _fields(child, inner)
    elif isinstance(value, list):
        for position, child in enumerate(value):
            yield from _fields(child, f"{path}[{position}]")


def _first(faults: Iterable[str]) -> str | None:
    return next(iter(faults), None)


def own_fault(element: Element, kind: str) -> str | None:
    """What another requirement has to say of an element before it is compared, or None."""
    if element.get("object") != kind:
        return f"LIST-06: object is {element.get('object')!r}"
    fault = features_fault(element)
    if fault is not None:
        return f"LIST-09: {fault}"
    fault = missing_flag_fault(element)
    if fault is not None:
        return f"LIST-10: {fault}"
    fault = unknown_flag_fault(element)
    return None if fault is None else f"LIST-11: {fault}"


def difference(one: Element, other: Element) -> str | None:
    """Tell how two descriptions differ in id, object or features, or None."""
    for name in ("id", "object"):
        if one.get(name) != other.get(name):
            return f"{name} {one.get(name)!r} and {other.get(name)!r}"
    return features_difference(one, other)


def features_difference(one: Element, other: Element) -> str | None:
    """Tell in which flag two descriptions differ, or None."""
    left, right = one["features"], other["features"]
    return _first(
        f"features.{name} {left.get(name)!r} and {right.get(name)!r}"
        for name in {**left, **right}
        if left.get(name) != right.get(name)
    )


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
