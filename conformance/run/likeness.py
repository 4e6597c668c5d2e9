"""What refused requests have in common: the classes of which all are bad, if their fault comes each time."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence

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
    if (configuration := _configuration_in(one.request)) is not None:
        yield "configuration", configuration
    case = one.node.case
    if case is None:
        return
    if case.pointer is not None:
        yield "pointer", case.pointer
    for keyword in case.keywords:
        yield "keyword", keyword
    wrong = case.value.get(case.field) if isinstance(case.value, dict) and case.field else case.value
    yield f"type in {one.recipe.name}", type(wrong).__name__


def _configuration_in(request: Request) -> str | None:
    """Return the configuration that a request has, as text."""
    try:
        fields = json.loads(request.body).get("custom_fields")
    except (ValueError, AttributeError):
        return None
    has_one = isinstance(fields, dict) and "configuration" in fields
    return json.dumps(fields["configuration"], sort_keys=True) if has_one else None


def differ(members: Sequence[Outcome]) -> bool:
    """Tell whether there are two different requests among them."""
    return len({(one.request.path, one.request.body) for one in members}) > 1
