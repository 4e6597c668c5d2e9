"""What refused requests have in common: the classes of which all are bad, if their fault comes each time."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from conformance.contract.case import ABSENT
from conformance.contract.exchange import Request
from conformance.run.outcomes import Outcome


def classes_of(refused: Iterable[Outcome]) -> Iterator[Sequence[Outcome]]:
    """Give the refused requests by what they have in common."""
    found: dict[tuple[str, object], list[Outcome]] = {}
    for one in refused:
        for common in _in_common(one):
            found.setdefault(common, []).append(one)
    yield from found.values()


def _in_common(one: Outcome) -> Iterator[tuple[str, object]]:
    yield "recipe", one.recipe.name
    if one.is_stream:
        yield "stream", True
    configuration = _configuration_in(one.request)
    yield "configuration", "absent" if configuration is ABSENT else json.dumps(configuration, sort_keys=True)
    if isinstance(configuration, dict):
        for value in configuration.values():
            yield "type of a property", type(value).__name__
    case = one.node.case
    if case is not None and case.pointer is not None:
        yield "pointer", case.pointer
        for keyword in case.keywords:
            yield "keyword", keyword


def _configuration_in(request: Request) -> Any:
    """Return the configuration that a request has, or `ABSENT`."""
    try:
        fields = json.loads(request.body).get("custom_fields")
    except (ValueError, AttributeError):
        return ABSENT
    return fields.get("configuration", ABSENT) if isinstance(fields, dict) else ABSENT


def differ(members: Sequence[Outcome]) -> bool:
    """Tell whether there are two different requests among them."""
    return len({(one.request.path, one.request.body) for one in members}) > 1
