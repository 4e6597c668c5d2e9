"""A deployment that refuses more than its schema tells is not accused of a MUST; one that breaks its word is."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import pytest
from jsonschema import Draft202012Validator

from conformance.contract.result import Result
from conformance.contract.verdict import Verdict
from conformance.standin.core.http import Handler, IncomingRequest, in_json
from conformance.standin.request_kinds import asks_completion, asks_schema, body_of, configuration_of
from tests.standin.test_healthy_samples import Change, changed, ids, results

Schema = dict[str, Any]
Refusal = str | int | None
"""The message of a refusal with 400, or another status, or None where a configuration is accepted."""

ACCUSED = (Verdict.VIOLATED, Verdict.ADVISORY)


def serving(schema: Schema, refusal: Callable[[dict[str, Any]], Refusal], *, defaults: Any = None) -> Change:
    """Let an application have another schema; it validates that, and refuses what a function refuses."""
    validator = Draft202012Validator(schema)

    def refused(configuration: Any) -> Refusal:
        configuration = {} if configuration is None else configuration
        error = next(iter(validator.iter_errors(configuration)), None)
        if error is not None:
            return f"{'.'.join(map(str, error.path))}: {error.message}"
        return refusal(configuration)

    def around(healthy: Handler) -> Handler:
        async def handler(request: IncomingRequest) -> Any:
            if "/search/" in request.path and asks_schema(request) and (await healthy(request)).status == 200:
                return (await healthy(request)).with_json(schema)
            if "/search/" not in request.path or not asks_completion(request):
                return await healthy(request)
            body = body_of(request)
            plain = replace(
                request, body=json.dumps({name: body[name] for name in body if name != "custom_fields"}).encode()
            )
            answer = await healthy(plain)
            if answer.status != 200 or not isinstance(body.get("custom_fields", {}), dict):
                return answer if answer.status != 200 else await healthy(request)
            found = refused(_with_defaults(defaults, configuration_of(request)))
            if isinstance(found, int):
                return in_json({"error": {"message": "The server failed"}}, found)
            error = {"message": found, "type": "invalid_request_error", "code": "400"}
            return answer if found is None else in_json({"error": error}, 400)

        return handler

    return around


def _with_defaults(defaults: Any, configuration: Any) -> Any:
    """Merge as a late Core does (dial-api 4.4)."""
    if defaults is None:
        return configuration
    if not isinstance(defaults, dict) or not isinstance(configuration, dict):
        return configuration if type(configuration) is type(defaults) else defaults
    both = {name: _with_defaults(defaults.get(name), value) for name, value in configuration.items()}
    return {**defaults, **both}


def of(**properties: Any) -> Schema:
    """Return the schema of an object with those properties and no others."""
    return {"type": "object", "additionalProperties": False, "properties": properties}


def found_at(tmp_path: Path, schema: Schema, refusal: Callable[[dict[str, Any]], Refusal]) -> list[Result]:
    """Ask everything of an application with that schema."""
    return [one for one in results(tmp_path, "search", change=serving(schema, refusal)) if one.deployment == "search"]


RESPONSES = of(
    reasoning={
        "anyOf": [{"$ref": "#/$defs/Reasoning"}, {"type": "null"}],
        "default": None,
    }
) | {
    "$defs": {
        "Reasoning": of(
            effort={"anyOf": [{"enum": ["minimal", "low", "medium", "high"], "type": "string"}, {"type": "null"}]},
            summary={"anyOf": [{"enum": ["auto", "concise"], "type": "string"}, {"type": "null"}]},
        )
    }
}
"""As the OpenAI adapter has it for the Responses API: a schema for a family of models."""


def effort_of(configuration: dict[str, Any]) -> Any:
    """Return the effort that is asked for."""
    return (configuration.get("reasoning") or {}).get("effort")


def lacking_minimal(configuration: dict[str, Any]) -> Refusal:
    """Refuse as a model of the family that has no such effort."""
    text = "Unsupported value: 'reasoning.effort' does not support 'minimal' with this model."
    return text if effort_of(configuration) == "minimal" else None


NUMBER = {"type": "integer", "minimum": 0, "maximum": 10}
RANGE = of(low=NUMBER, high=NUMBER)


def in_order(configuration: dict[str, Any]) -> Refusal:
    """Refuse numbers that are not in order."""
    low, high = configuration.get("low"), configuration.get("high")
    is_wrong = low is not None and high is not None and low > high
    return "low must not be above high" if is_wrong else None


def required(**properties: Any) -> Schema:
    """Return the schema of an object that must have those properties."""
    return of(**properties) | {"required": list(properties)}


URL = required(url={"type": "string", "format": "uri", "minLength": 1, "maxLength": 2083})
UUID4 = required(id={"type": "string", "format": "uuid4"}, label={"type": "string", "examples": ["draft"]})
ENUMS = of(
    style={"type": "string", "enum": ["plain", "fancy"]},
    size={"type": "string", "enum": ["small", "large"]},
)


def is_url(configuration: dict[str, Any]) -> Refusal:
    """Refuse what is no address."""
    parts = urlsplit(configuration["url"])
    return None if parts.scheme in {"http", "https"} and parts.hostname else "url: not a valid URL"


def is_uuid(configuration: dict[str, Any]) -> Refusal:
    """Refuse what is no UUID of version 4, and labels that nobody documents."""
    try:
        version = UUID(configuration["id"]).version
    except ValueError:
        return "id: not a valid UUID"
    return None if version == 4 and configuration["label"] == "draft" else "label: unknown"


def large_is_plain(configuration: dict[str, Any]) -> Refusal:
    """Refuse a combination, and neither part alone."""
    return "this does not go together" if configuration.get("style") == "plain" and "size" in configuration else None


HEALTHY = {
    "Responses": (RESPONSES, lacking_minimal, {"CHAT-30"}),
    "in order": (RANGE, in_order, set()),
    "a URL": (URL, is_url, set()),
    "a UUID": (UUID4, is_uuid, {"CHAT-30"}),  # that no label may be empty
    "not together": (ENUMS, large_is_plain, {"CHAT-30"}),
    "an unknown bound": (RANGE, lambda one: "high: 9 at most" if one.get("high") == 10 else None, {"CHAT-30"}),
    "a URL of theirs": (URL, lambda _: "url: not one of ours", {"CHAT-30"}),
    "a failure at a made-up value": (RANGE, lambda one: 500 if one.get("high") == 10 else None, {"CHAT-30"}),
}
"""A schema, what is refused beyond it, and the advice."""

BROKEN = {
    "an effort refused for nothing": (RESPONSES, lambda one: "no" if effort_of(one) == "minimal" else None),
    "an effort that fails": (RESPONSES, lambda one: 500 if effort_of(one) == "minimal" else None),
    "no effort is taken": (RESPONSES, lambda one: "reasoning.effort: unsupported" if effort_of(one) else None),
    "a documented value": (ENUMS, lambda one: "no" if one.get("style") == "fancy" else None),
    "a documented value fails": (ENUMS, lambda one: 500 if one.get("style") == "fancy" else None),
    "a default": (of(size={"type": "integer", "default": 7}), lambda one: "size: 5 at most" if one else None),
    "an example": (of(size={"type": "string", "examples": ["a4"]}), lambda one: "size: unknown" if one else None),
    "a boolean": (of(fast={"type": "boolean"}), lambda one: "fast: always on" if one else None),
}


@pytest.mark.shortened(3)
@pytest.mark.parametrize("name", HEALTHY)
def test_refusal_of_more_than_the_schema_tells_is_advice_at_most(tmp_path: Path, name: str) -> None:
    schema, refusal, advice = HEALTHY[name]
    found = found_at(tmp_path, schema, refusal)
    assert ids(found, Verdict.VIOLATED, Verdict.HARNESS_ERROR) == set()
    assert ids(found, Verdict.ADVISORY) == advice
    said = [one for one in found if one.requirement == "CHAT-30" and one.verdict is Verdict.ADVISORY]
    assert len(said) == len(advice)  # once for each property


@pytest.mark.parametrize("name", [name for name in HEALTHY if name != "a URL of theirs"])
def test_refused_case_takes_nothing_else_down(tmp_path: Path, name: str) -> None:
    schema, refusal, _ = HEALTHY[name]
    found = found_at(tmp_path, schema, refusal)
    assert ids(found, Verdict.COULD_NOT_RUN, Verdict.NOT_PROVEN) == set()
    assert {"CHAT-01", "CHAT-02", "CHAT-05", "STRM-01", "STRM-02"} <= ids(found, Verdict.PASSED)


@pytest.mark.shortened(3)
@pytest.mark.parametrize("name", BROKEN)
def test_refusal_of_what_is_documented_is_a_violation(tmp_path: Path, name: str) -> None:
    schema, refusal = BROKEN[name]
    found = found_at(tmp_path, schema, refusal)
    assert ids(found, Verdict.VIOLATED) == {"CHAT-01"}
    assert "CHAT-30" not in ids(found, Verdict.ADVISORY)


def test_violation_tells_where_the_value_comes_from(tmp_path: Path) -> None:
    found = found_at(tmp_path, ENUMS, lambda one: "no" if one.get("style") == "fancy" else None)
    (violated,) = [one for one in found if one.verdict is Verdict.VIOLATED]
    assert violated.expected == "200 and one choice; the values are style: enum"
    assert '"configuration":{"style":"fancy"}' in violated.curl
    assert violated.origins == "style: enum, size: enum"


def test_refusal_that_names_nothing_is_not_decided(tmp_path: Path) -> None:
    found = found_at(tmp_path, RANGE, lambda one: "no" if one.get("high") == 10 else None)
    assert ids(found, *ACCUSED) == set()
    (undecided, _) = [one for one in found if one.verdict is Verdict.COULD_NOT_RUN]
    assert "the suite made up /high, and the refusal does not name it" in undecided.reason


def listed(defaults: Any) -> Change:
    """List the application with a default configuration."""

    def edit(body: Any) -> None:
        for one in body.get("data", [body]):
            if one.get("id") == "search":
                one["defaults"] = {"custom_fields": {"configuration": defaults}}

    return changed(lambda request: request.path.startswith("/openai/") and not asks_completion(request), edit)


def test_default_of_the_listing_hides_a_value_of_another_type(tmp_path: Path) -> None:
    defaults = {"style": "fancy"}

    def change(healthy: Handler) -> Handler:
        return listed(defaults)(serving(ENUMS, lambda _: None, defaults=defaults)(healthy))

    found = [one for one in results(tmp_path, "search", change=change) if one.deployment == "search"]
    assert ids(found, *ACCUSED) == set()
    hidden = [one for one in found if one.requirement == "CHAT-05" and one.verdict is Verdict.NOT_CLAIMED]
    assert {str(one.case).partition("=")[0] for one in hidden} == {"style"}
    assert all("have another type at /style and replace it" in one.reason for one in hidden)
    assert "CHAT-05" in ids(found, Verdict.PASSED)


def test_default_of_the_listing_that_the_schema_forbids(tmp_path: Path) -> None:
    defaults = {"size": 5}

    def change(healthy: Handler) -> Handler:
        return listed(defaults)(serving(ENUMS, lambda _: None, defaults=defaults)(healthy))

    found = [one for one in results(tmp_path, "search", change=change) if one.deployment == "search"]
    chat = {one.case: one for one in found if one.requirement == "CHAT-01"}
    assert chat["absent"].verdict is Verdict.VIOLATED
    assert {one.verdict for case, one in chat.items() if case != "absent"} == {Verdict.NOT_CLAIMED}
