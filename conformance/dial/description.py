"""What a DIAL says of one deployment: the fields of an element of its listings (dial-api 2.3 and 2.4).

Each `*_fault` function looks at one element and tells what is wrong with it, or None.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, Final

from conformance.contract.json_text import json_text
from conformance.dial.description_texts import secret_fault
from conformance.dial.integer import is_count, is_integer

Element = dict[str, Any]

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
_INTERNALS = frozenset(
    {
        *("endpoint", "upstreams", "upstream", "key", "secret", "api_key", "apikey"),
        *("upstream_key", "upstreamkey", "upstream_endpoint", "upstreamendpoint"),
        *("client_secret", "clientsecret", "password", "access_token", "accesstoken", "private_key", "privatekey"),
    }
)
_OF_ROUTES = frozenset({"endpoint", "upstreams", "upstream"})
"""What the owner of an application is shown of its routes, by design (dial-api 2.3)."""
_DECIMAL = re.compile(r"\d+(\.\d+)?([eE][+-]?\d+)?", re.ASCII)
_LANGUAGE_TAG = re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*")
_UPSTREAM_URL = re.compile(r"https?://\S+/(chat/completions|embeddings|images/generations)\S*", re.IGNORECASE)
_CAPABILITIES = ("completion", "chat_completion", "embeddings", "fine_tune", "inference")


def time_fault(element: Element) -> str | None:
    """created_at and updated_at are integers; which unit is not said."""
    return _first(
        f"{name} is {json_text(element.get(name))}"
        for name in ("created_at", "updated_at")
        if not is_integer(element.get(name))
    )


def features_fault(element: Element) -> str | None:
    """`features` is an object whose known flags are booleans."""
    features = element.get("features")
    if not isinstance(features, dict):
        return f"features is {json_text(features)}"
    known = (name for name in features if name in BOOLEAN_FLAGS)
    return _first(
        f"features.{name} is {json_text(features[name])}" for name in known if not isinstance(features[name], bool)
    )


def missing_flag_fault(element: Element) -> str | None:
    """`features` has the ten oldest flags."""
    return _first(f"features.{name} is missing" for name in OLDEST_FLAGS if name not in element["features"])


def unknown_flag_fault(element: Element) -> str | None:
    """Flags that are not known are booleans, or arrays of strings like reasoning_efforts."""
    features = element["features"]
    unknown = (name for name in features if name not in BOOLEAN_FLAGS)
    return _first(
        f"features.{name} is {json_text(features[name])}"
        for name in unknown
        if not (isinstance(features[name], bool) or _is_strings(features[name]))
    )


def capabilities_fault(element: Element) -> str | None:
    """`capabilities` has five booleans and an array of strings."""
    capabilities = element.get("capabilities")
    if not isinstance(capabilities, dict):
        return f"capabilities is {json_text(capabilities)}"
    if not _is_strings(capabilities.get("scale_types")):
        return f"capabilities.scale_types is {json_text(capabilities.get('scale_types'))}"
    return _first(
        f"capabilities.{name} is {json_text(capabilities.get(name))}"
        for name in _CAPABILITIES
        if not isinstance(capabilities.get(name), bool)
    )


def chat_capability_fault(element: Element) -> str | None:
    """`capabilities.chat_completion` is true."""
    claimed = element["capabilities"]["chat_completion"]
    return None if claimed is True else f"capabilities.chat_completion is {json_text(claimed)}"


def many_capabilities_fault(element: Element) -> str | None:
    """A model is at most one of completion, chat completion and embeddings."""
    claimed = [name for name in _CAPABILITIES[:3] if element["capabilities"].get(name) is True]
    return f"capabilities claims {' and '.join(claimed)}" if len(claimed) > 1 else None


def pricing_fault(element: Element) -> str | None:
    """Prices are decimal strings or, since Core 0.49, decision trees."""
    pricing = element.get("pricing", {"unit": ""})
    if not isinstance(pricing, dict):
        return f"pricing is {json_text(pricing)}"
    if not isinstance(pricing.get("unit"), str):
        return f"pricing.unit is {json_text(pricing.get('unit'))}"
    prices = (name for name in ("prompt", "completion") if name in pricing)
    return _first(f"pricing.{name} is {json_text(pricing[name])}" for name in prices if not _is_price(pricing[name]))


def limits_fault(element: Element) -> str | None:
    """`limits` are positive integers."""
    limits = element.get("limits", {})
    if not isinstance(limits, dict):
        return f"limits is {json_text(limits)}"
    named = ("max_total_tokens", "max_prompt_tokens", "max_completion_tokens")
    return _first(
        f"limits.{name} is {json_text(limits[name])}"
        for name in named
        if name in limits and not (is_count(limits[name]) and limits[name] > 0)
    )


def strings_fault(element: Element) -> str | None:
    """input_attachment_types and description_keywords are arrays of strings."""
    named = ("input_attachment_types", "description_keywords")
    return _first(
        f"{name} is {json_text(element[name])}" for name in named if name in element and not _is_strings(element[name])
    )


def text_fault(element: Element) -> str | None:
    """display_name and description are strings, or maps from a language to a string."""
    named = ("display_name", "description")
    return _first(
        f"{name} is {json_text(element[name])}" for name in named if name in element and not _is_text(element[name])
    )


def null_fault(element: Element) -> str | None:
    """No field is null, but in the routes of an application."""
    return _first(f"{path} is null" for path in _nulls(element) if not _is_of_routes(path))


def internals_fault(element: Element) -> str | None:
    """No field tells how the DIAL reaches its upstreams; the owner of an application sees where its routes lead."""
    for path, value in _fields(element, ""):
        name = path.rpartition(".")[2].lower()
        if _is_of_routes(path) and name in _OF_ROUTES:
            continue
        if name in _INTERNALS or name.startswith("x-upstream-"):
            return f"there is a field {path}"
        if isinstance(value, str) and _UPSTREAM_URL.fullmatch(value):
            return f"{path} is the address of an upstream"
    return secret_fault(element)


def own_fault(element: Element, kind: str) -> str | None:
    """What another requirement has to say of an element of a listing before it is compared, with its id."""
    if element.get("object") != kind:
        return f"LIST-06: object is {json_text(element.get('object'))}"
    return flags_fault(element)


def flags_fault(element: Element) -> str | None:
    """What another requirement has to say of the flags before they are compared, with its id."""
    for owner, fault_of in (
        ("LIST-09", features_fault),
        ("LIST-10", missing_flag_fault),
        ("LIST-11", unknown_flag_fault),
    ):
        fault = fault_of(element)
        if fault is not None:
            return f"{owner}: {fault}"
    return None


def configuration_flag_fault(element: Element) -> str | None:
    """What another requirement has to say of `features.configuration`, with its id."""
    features = element.get("features")
    if not isinstance(features, dict):
        return f"LIST-09: features is {json_text(features)}"
    if "configuration" not in features:
        return "LIST-10: features.configuration is missing"
    flag = features["configuration"]
    return None if isinstance(flag, bool) else f"LIST-09: features.configuration is {json_text(flag)}"


def difference(one: Element, other: Element) -> str | None:
    """Tell how two descriptions differ in id, object or features, or None."""
    for name in ("id", "object"):
        if one.get(name) != other.get(name):
            return f"{name} {json_text(one.get(name))} and {json_text(other.get(name))}"
    left, right = one["features"], other["features"]
    return _first(
        f"features.{name} {json_text(left.get(name))} and {json_text(right.get(name))}"
        for name in {**left, **right}
        if left.get(name) != right.get(name)
    )


def _is_strings(value: object) -> bool:
    """Tell whether a value is an array of strings."""
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


def _is_price(value: object) -> bool:
    return isinstance(value, dict) or (isinstance(value, str) and _DECIMAL.fullmatch(value) is not None)


def _is_text(value: object) -> bool:
    if isinstance(value, dict):
        return all(_LANGUAGE_TAG.fullmatch(name) and isinstance(text, str) for name, text in value.items())
    return isinstance(value, str)


def _fields(value: object, path: str) -> Iterator[tuple[str, object]]:
    if isinstance(value, dict):
        for name, child in value.items():
            inner = f"{path}.{name}" if path else name
            yield inner, child
            if name not in _FREE_FORM:
                yield from _fields(child, inner)
    elif isinstance(value, list):
        for position, child in enumerate(value):
            yield f"{path}[{position}]", child
            yield from _fields(child, f"{path}[{position}]")


def _is_of_routes(path: str) -> bool:
    return re.match(r"routes\b", path) is not None


def _first(faults: Iterable[str]) -> str | None:
    return next(iter(faults), None)


def _nulls(element: Element) -> Iterator[str]:
    return (path for path, value in _fields(element, "") if value is None and not path.endswith("]"))
