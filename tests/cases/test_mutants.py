"""Cases tell a careless validator from a careful one: what nearly reads a schema right is seen in some case."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any, Final

import jsonschema_rs
import pytest

from conformance.cases.choosing.disputed import unknown_key_case
from conformance.cases.engine import cases_of
from tests.cases.adapter_models import MODELS, schemas_of
from tests.cases.schema_mutants import Mutant, Schema, mutants_of

STYLES: Final = ("pydantic 1", "pydantic 2")
WRONG_ROOTS: Final = ("text", 42, True, [1])
"""CHAT-09 asks these of any deployment."""

EQUIVALENT: Final = {
    "type not looked at": "an enum or const beside it has values of that type only",
    "minimum looser by one": "no number between the two bounds is a multiple",
    "maximum looser by one": "no number between the two bounds is a multiple",
    "maxItems not looked at": "the items differ, and there are no more different ones",
    "maxItems looser by one": "the items differ, and there are no more different ones",
}
"""Mutants that allow what the original allows, by kind, and why."""

HARSH: Final = {
    "a value of an enum refused",
    "null refused though allowed",
    "the empty text refused",
    "a property refused",
    "a branch of a union refused",
    "a second item refused",
}
"""Mutants that refuse more than the original: some of them are seen only in a thorough run, which pays for it."""


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("name", MODELS)
def test_a_validator_that_takes_too_much_or_too_little_is_seen(name: str, style: str) -> None:
    document = schemas_of(name)[style]
    left = [(one.kind, one.place) for one in _not_seen(name, style) if not _is_equivalent(one, document)]
    assert left == []


def test_the_table_has_all_kinds_of_mutants() -> None:
    found = [one for name, style, document in _all_documents() for one in mutants_of(document)]
    assert len(MODELS) >= 40
    assert len(found) > 2000
    assert EQUIVALENT.keys() | HARSH <= {one.kind for one in found}
    seen = len(found) - sum(len(_not_seen(name, style)) for name, style, _ in _all_documents())
    assert seen / len(found) > 0.9


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("name", MODELS)
def test_another_validator_agrees_with_each_case(name: str, style: str) -> None:
    document = schemas_of(name)[style]
    validator, cases = _validator(document), cases_of(document)
    assert [one.name for one in (*cases.allowed, *cases.alone) if not validator.is_valid(one.value)] == []
    assert [one.name for one in (*cases.refused, *cases.near) if validator.is_valid(one.value)] == []


def _all_documents() -> Iterator[tuple[str, str, Schema]]:
    for name in MODELS:
        for style, document in schemas_of(name).items():
            yield name, style, document


def _validator(document: Schema) -> jsonschema_rs.Validator:
    return jsonschema_rs.Draft202012Validator(document)


@cache
def _not_seen(name: str, style: str) -> tuple[Mutant, ...]:
    """Return the mutants that read all cases as the original does."""
    document = schemas_of(name)[style]
    original, cases = _validator(document), cases_of(document)
    accepted = [one.value for one in cases.allowed] + ([{}] if original.is_valid({}) else [])
    base: Any = {} if original.is_valid({}) else accepted[0]
    unknown = unknown_key_case(document, base, original.is_valid)
    refused = [one.value for one in (*cases.refused, *cases.near)] + list(WRONG_ROOTS)
    refused += [] if unknown is None or unknown.is_allowed else [unknown.value]
    return tuple(one for one in mutants_of(document) if not _is_seen(one, accepted, refused))


def _is_seen(mutant: Mutant, accepted: list[Any], refused: list[Any]) -> bool:
    validator = _validator(mutant.schema)
    return any(map(validator.is_valid, refused)) or not all(map(validator.is_valid, accepted))


def _is_equivalent(mutant: Mutant, document: Schema) -> bool:
    if mutant.kind not in EQUIVALENT:
        return False
    schema: Any = document
    for part in mutant.place:
        schema = schema[part]
    if mutant.kind == "type not looked at":
        return bool({"enum", "const"} & schema.keys())
    if mutant.kind.startswith("maxItems"):
        item = schema["items"]
        return bool(schema.get("uniqueItems")) and item["maximum"] - item["minimum"] < schema["maxItems"]
    return "multipleOf" in schema
