"""Configurations about which schemas and servers often disagree.

They are null, values outside an enum that is only advice, keys that no property declares, and keys that name a field of
the request. Which of them the schema allows, the caller tells; these functions only name candidates.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, Final

from conformance.contract.case import Case, compact

Configuration = dict[str, Any]
Accepts = Callable[[Any], bool]

UNKNOWN_KEYS: Final = ("foo", "unknown", "conformance_unknown_key")
TEXTS: Final = ("text", "unknown", "other")
SOMETHING_ELSE: Final = "something else"
REQUEST_FIELDS: Final[tuple[tuple[str, Any], ...]] = (
    ("prompt", SOMETHING_ELSE),
    ("n", 2),
    ("model", SOMETHING_ELSE),
    ("messages", SOMETHING_ELSE),
)
"""Fields of a request, or of the upstream's, that a configuration must not be able to set."""

_COMBINED: Final = ("anyOf", "oneOf", "allOf")
_MOST_SUBSCHEMAS: Final = 1000


def null_cases(document: Configuration, base: Configuration, accepts: Accepts) -> Iterator[Case]:
    """Give null as the value of each property whose schema forbids it.

    Args:
        document: The schema.
        base: An accepted configuration.
        accepts: Tells whether the schema allows a configuration.
    """
    for name in _properties(document):
        configuration = {**base, name: None}
        if not accepts(configuration):
            yield Case(f"{name}=null", configuration, _pointer(name))


def outside_enum_cases(document: Configuration, base: Configuration, accepts: Accepts) -> Iterator[Case]:
    """Give a text outside its enum for each property that documents an enum of texts and allows any text beside it."""
    for name, schema in _properties(document).items():
        documented = set(_enumerated(document, schema))
        text = next((one for one in TEXTS if one not in documented), None)
        if documented and text is not None and accepts({**base, name: text}):
            yield Case(f"{name}={compact(text)}", {**base, name: text})


def unknown_key_case(document: Configuration, base: Configuration, accepts: Accepts) -> Case | None:
    """Give an accepted configuration with one key more, which no property declares; None if there is no such key."""
    name = next((one for one in UNKNOWN_KEYS if one not in _properties(document)), None)
    if name is None:
        return None
    configuration = {**base, name: 1}
    pointer = None if accepts(configuration) else _pointer(name)
    return Case(f"{name}=1", configuration, pointer, thorough=pointer is None, free=pointer is not None)


def request_field_cases(document: Configuration, base: Configuration) -> Iterator[Case]:
    """Give an accepted configuration with one key more, which is the name of a field of the request."""
    for name, value in REQUEST_FIELDS:
        if name not in _properties(document):
            yield Case(f"{name}={compact(value)}", {**base, name: value}, thorough=True)


def all_but_the_first_thorough(cases: Iterator[Case]) -> Iterator[Case]:
    """Leave all cases but one to a thorough run."""
    for position, case in enumerate(cases):
        yield replace(case, thorough=position > 0)


def _properties(document: Configuration) -> Configuration:
    found = document.get("properties")
    return found if isinstance(found, dict) else {}


def _enumerated(document: Configuration, schema: Any) -> Iterator[str]:
    """Give the texts of the enums that a schema combines, its references into the document followed."""
    waiting, seen = [schema], 0
    while waiting and seen < _MOST_SUBSCHEMAS:
        one, seen = waiting.pop(), seen + 1
        if not isinstance(one, dict):
            continue
        values = one.get("enum")
        yield from (value for value in values if isinstance(value, str)) if isinstance(values, list) else ()
        for keyword in _COMBINED:
            alternatives = one.get(keyword)
            waiting += alternatives if isinstance(alternatives, list) else []
        reference = one.get("$ref")
        if isinstance(reference, str) and reference.startswith("#/"):
            waiting.append(_at(document, reference))


def _at(document: Any, reference: str) -> Any:
    for part in reference[2:].split("/"):
        document = document.get(part.replace("~1", "/").replace("~0", "~")) if isinstance(document, dict) else None
    return document


def _pointer(name: str) -> str:
    return "/" + name.replace("~", "~0").replace("/", "~1")
