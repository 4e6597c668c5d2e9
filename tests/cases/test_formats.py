"""Texts of formats are such that validators of others take them, or there are none."""

from __future__ import annotations

from typing import Any

import pytest
from jsonschema import Draft202012Validator
from pydantic import BaseModel, TypeAdapter
from pydantic.networks import AnyUrl, HttpUrl, IPvAnyAddress
from pydantic.types import UUID4, Base64Str

from conformance.cases.engine import Cases, cases_of
from conformance.cases.values.formats import formats_of, is_of, of_length, texts_of
from tests.cases.example import of_x

NAMES = (
    "base64", "base64url", "byte", "color", "date", "date-time", "duration", "email", "hostname", "idn-email",
    "idn-hostname", "ip", "ipv4", "ipv4interface", "ipv4network", "ipv6", "ipv6interface", "ipv6network",
    "ipvanyaddress", "iri", "iri-reference", "json-pointer", "json-string", "regex", "relative-json-pointer", "time",
    "uri", "uri-reference", "uri-template", "uuid", "uuid1", "uuid4", "uuid5", "uuid7", "zoneinfo",
)  # fmt: skip


class Model(BaseModel):
    """Some types that pydantic knows."""

    url: HttpUrl
    any_url: AnyUrl
    id: UUID4
    address: IPvAnyAddress
    data: Base64Str


def cases_of_text(**keywords: Any) -> Cases:
    """Return the cases of an optional text."""
    return cases_of(of_x({"type": "string", **keywords}))


def values_of(cases: Cases) -> list[Any]:
    """Return the accepted values of the property."""
    return [case.value["x"] for case in cases.accepted]


@pytest.mark.parametrize("name", NAMES)
def test_each_format_has_several_texts(name: str) -> None:
    (usual,) = formats_of([{"format": name}])
    found = list(texts_of(usual, 0, None))
    assert len(set(found)) == len(found) > 3
    validator = Draft202012Validator({"format": name}, format_checker=Draft202012Validator.FORMAT_CHECKER)
    assert [text for text in found if not validator.is_valid(text)] == []


@pytest.mark.parametrize("length", [1, 7, 12, 24, 40, 100, 250, 1000])
@pytest.mark.parametrize("name", NAMES)
def test_text_of_a_length_is_of_the_format(name: str, length: int) -> None:
    (usual,) = formats_of([{"format": name}])
    text = of_length(usual, length)
    assert text is None or (len(text) == length and is_of(usual, text))


def test_pydantic_takes_what_its_own_schema_allows() -> None:
    schema = TypeAdapter(Model).json_schema()
    (case, *_) = cases_of(schema).accepted
    Model.model_validate(case.value)
    for case in cases_of(schema).accepted:
        Model.model_validate(case.value)


def test_length_that_a_format_never_has_is_said() -> None:
    cases = cases_of_text(format="uri", minLength=1, maxLength=30)
    assert values_of(cases) == ["https://example.org/", "https://example.org/aaaaaaaaaa"]
    assert "no case for /x: a text of the format uri and the length 1" in cases.missing


def test_pattern_and_format_together() -> None:
    assert values_of(cases_of_text(format="uri", pattern="^s3://[a-z0-9.-]+(/[^/]+)*/?$")) == ["s3://a"]
    assert values_of(cases_of_text(format="date", pattern="^[a-z]+$")) == []


@pytest.mark.parametrize("name", ["file-path", "dial-file-encoded"])
def test_what_nobody_can_know_is_not_made_up(name: str) -> None:
    cases = cases_of({**of_x({"type": "string", "format": name}), "required": ["x"]})
    assert cases.accepted == ()
    assert cases.missing == (f"no case for the configuration: a text of the format {name} for /x",)


def test_a_file_of_dial_that_is_documented_is_taken() -> None:
    file = {"type": "string", "format": "dial-file-encoded", "dial:file": True, "examples": ["files/abc/a.pdf"]}
    cases = cases_of({**of_x({"type": "array", "items": file, "minItems": 1}), "required": ["x"]})
    assert {item for case in cases.accepted for item in case.value["x"]} == {"files/abc/a.pdf"}


def test_unknown_format_is_any_text() -> None:
    assert values_of(cases_of_text(format="password", minLength=3)) == ["text", "aaa"]
