"""What the contract leaves open is not accused: other Cores, other adapters and newer versions answer so."""

from __future__ import annotations

from dataclasses import replace

import pytest

from conformance.exchange import Answer
from tests.broken_answers.attachments import image_url
from tests.broken_answers.change import (
    DESCRIPTIONS,
    LISTINGS,
    SCHEMAS,
    Broken,
    broken,
    described,
    document,
    edited,
    field,
    header,
    status,
    text,
    without_field,
    without_header,
)
from tests.replaying import ChangedDial, accused, harness_errors, read_set, results, unbroken

COMPLETIONS = ("accepted", "with_empty_configuration")
IMAGE = "/choices/0/message/custom_content/attachments/1"


def in_capitals(answer: Answer) -> Answer:
    """Spell all names of headers in capitals."""
    return replace(answer, headers=tuple((name.upper(), value) for name, value in answer.headers))


HARMLESS = [
    broken("names of headers in capitals", in_capitals, "*"),
    broken("a charset", header("content-type", "application/json; charset=utf-8"), *LISTINGS, *SCHEMAS, *COMPLETIONS),
    broken("a media type in capitals", header("content-type", "Application/JSON"), *LISTINGS, *SCHEMAS),
    broken("one status for bad values", status(400), "refused", "wrong_root", "without_messages"),
    broken("an unprocessable key", text(400, "Bad Request"), "key_and_other_authorization"),
    broken("no reasons from Core", text(401), "no_credentials", "unknown_key", "unknown_key_for_chat"),
    broken("a wide listing", document(200, [{"id": "dall-e-3"}, {"id": "x", "kind": "toolset"}]), "all_deployments"),
    broken("no wide listing", text(404), "all_deployments"),
    broken("no such method", text(405), "chat_by_get", "configuration_by_post"),
    broken("a new flag", described("features/telepathy", value=True), *DESCRIPTIONS),
    broken("a new list", described("features/reasoning_efforts", ["low", "high"]), *DESCRIPTIONS),
    broken("a new field", described("interface_configs", {"endpoint": None}), *DESCRIPTIONS),
    broken("names in languages", described("display_name", {"en": "Images", "pt-BR": "Imagens"}), *DESCRIPTIONS),
    broken("a tree of prices", described("pricing/prompt", {"if": {"hd": "0.08"}}), *DESCRIPTIONS),
    broken("a small price", described("pricing/completion", "4E-7"), *DESCRIPTIONS),
    broken("later times", described("updated_at", 1795347256123), *DESCRIPTIONS),
    broken("new fields of a completion", field("/system_fingerprint", None), *COMPLETIONS),
    broken("content null", field("/choices/0/message/content", None), *COMPLETIONS),
    broken("a long answer", field("/choices/0/finish_reason", "length"), *COMPLETIONS),
    broken("usage left out by an application", without_field("/usage"), "accepted", deployment="echo-application"),
    broken("no attachments", field("/choices/0/message/custom_content", {}), "accepted", deployment="echo"),
    broken("a parameter of the type", field(f"{IMAGE}/type", "Image/PNG; quality=hd"), *COMPLETIONS),
    broken("url and data null", field(f"{IMAGE}/data", None), *COMPLETIONS),
    broken("a link to its origin", field(f"{IMAGE}/reference_url", "https://example.org/"), *COMPLETIONS),
    broken("an image elsewhere", image_url(lambda _: "https://images.example.org/x.png"), *COMPLETIONS),
    broken("a fresh image each time", status(200), "image_if_none_match"),
    broken(
        "a quoted image", lambda answer: header("etag", f'"{answer.header("etag")}"')(answer), "image", "image_again"
    ),
    broken("a forbidden schema", text(403), *SCHEMAS, deployment="echo"),
    broken("no schema", text(404), *SCHEMAS, deployment="echo-application"),
    broken("a declared draft", field("/$schema", "https://json-schema.org/draft/2020-12/schema"), *SCHEMAS),
    broken("draft-07", field("/$schema", "http://json-schema.org/draft-07/schema#"), *SCHEMAS, deployment="search"),
    broken(
        "a tuple of draft-07",
        field("/properties/range", {"type": "array", "items": [{"type": "integer"}, {"type": "integer"}]}),
        *SCHEMAS,
    ),
    broken("letters of all scripts", field("/properties/title", {"type": "string", "pattern": r"^\p{L}+$"}), *SCHEMAS),
    broken("a recursive schema", field("/properties/child", {"$ref": "#"}), *SCHEMAS),
    broken(
        "a schema with its own address",
        edited(
            lambda schema: schema.update(
                {
                    "$defs": {"Seed": {"$id": "https://example.org/seed", "$ref": "#/$defs/n", "$defs": {"n": {}}}},
                    "properties": {**schema["properties"], "seed": {"$ref": "https://example.org/seed"}},
                }
            )
        ),
        *SCHEMAS,
    ),
    broken("no server named", without_header("server"), "*"),
]


@pytest.mark.parametrize("row", [pytest.param(row, id=row.how) for row in HARMLESS])
def test_nobody_is_accused(row: Broken) -> None:
    dial = ChangedDial(read_set(), row.places)
    found = results(dial, row.deployment)
    assert harness_errors(found) == []
    assert dial.unchanged == []
    assert accused(found) == unbroken(row.deployment)
