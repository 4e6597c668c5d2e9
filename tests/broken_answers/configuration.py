"""How a deployment breaks the requirements on the schema of its configuration."""

from __future__ import annotations

import json

from conformance.contract.exchange import Answer
from tests.broken_answers.change import (
    DESCRIPTIONS,
    SCHEMAS,
    Table,
    behind_a_reference,
    broken,
    described,
    document,
    field,
    header,
    html,
    in_turn,
    text,
    without_field,
    without_header,
)
from tests.replaying import Change

OTHER_ADAPTER = {"type": "object", "properties": {"temperature": {"type": "number"}}}

NO_PROPERTIES = {"$ref": "#/$defs/Config", "$defs": {"Config": {"type": "object"}}}


def dalle3_property(name: str, schema: object) -> Change:
    """Publish another schema of one property."""
    return field(f"/properties/{name}", schema)


def as_array(answer: Answer) -> Answer:
    """Publish a list of the properties instead of a schema."""
    names = list(answer.json["properties"])
    return document(200, [{"name": name} for name in names])(answer)


CONF: Table = {
    "CONF-01": [
        broken("nothing", text(200), *SCHEMAS),
        broken("not found", text(404), *SCHEMAS),
        broken("forbidden", text(403, "Forbidden"), *SCHEMAS),
        broken("a web page", html(200), *SCHEMAS),
        broken("an array of parameters", as_array, *SCHEMAS),
        broken("null", document(200, None), *SCHEMAS),
        broken("a text", document(200, json.dumps(OTHER_ADAPTER)), *SCHEMAS),
        broken("an error", text(500, "Internal Server Error"), *SCHEMAS),
        broken("broken off", text(200, '{"type": "object", "prop', "application/json"), *SCHEMAS),
        broken("nothing, of a searching model", text(200), *SCHEMAS, deployment="search"),
        broken("nothing, of an application", text(200), *SCHEMAS, deployment="buttons"),
    ],
    "CONF-02": [
        broken("flag forgotten", described("features/configuration", value=False), *DESCRIPTIONS),
        broken("a schema nobody told of", document(200, OTHER_ADAPTER), *SCHEMAS, deployment="echo"),
        broken("an empty object", document(200, {}), *SCHEMAS, deployment="echo-application"),
        broken("an error", text(500), *SCHEMAS, deployment="echo"),
    ],
    "CONF-03": [
        broken("a static file", header("content-type", "text/plain"), *SCHEMAS),
        broken("no type", without_header("content-type"), *SCHEMAS),
        broken("a type of its own", header("content-type", "application/schema+json"), *SCHEMAS),
    ],
    "CONF-04": [
        broken("type str at the top", field("/type", "str"), *SCHEMAS),
        broken("type str of a property", dalle3_property("quality", {"type": "str"}), *SCHEMAS),
        broken("a type instead of a schema", dalle3_property("quality", "string"), *SCHEMAS),
        broken("null instead of a schema", dalle3_property("quality", None), *SCHEMAS),
        broken("a list of properties", field("/properties", [{"name": "quality"}]), *SCHEMAS),
        broken("properties null", field("/properties", None), *SCHEMAS),
        broken("an enum that is none", dalle3_property("style", {"enum": "vivid"}), *SCHEMAS),
        broken("required as a flag", dalle3_property("size", {"type": "string", "required": True}), *SCHEMAS),
        broken("required null", field("/required", None), *SCHEMAS),
        broken("a bound as a text", field("/properties/max_pages/maximum", "50"), *SCHEMAS, deployment="search"),
        broken("an error in a definition", field("/$defs/Source/type", "str"), *SCHEMAS, deployment="search"),
        broken("no type at all: null", field("/type", None), *SCHEMAS),
    ],
    "CONF-05": [
        broken("no type", without_field("/type"), *SCHEMAS),
        broken("an array", field("/type", "array"), *SCHEMAS),
        broken("no properties", without_field("/properties"), *SCHEMAS),
        broken("an empty schema", document(200, {}), *SCHEMAS),
        broken("a list behind a reference", behind_a_reference(type="array"), *SCHEMAS),
        broken("no properties behind a reference", document(200, NO_PROPERTIES), *SCHEMAS),
        broken("an error object", document(200, {"error": {"message": "not found"}}), *SCHEMAS),
    ],
    "CONF-06": [
        broken(
            "left over from OpenAPI",
            field("/properties/sources/items/$ref", "#/components/schemas/Source"),
            *SCHEMAS,
            deployment="search",
        ),
        broken(
            "in another document",
            field("/properties/sources/items/$ref", "https://example.com/source.json"),
            *SCHEMAS,
            deployment="search",
        ),
        broken("no definitions", without_field("/$defs"), *SCHEMAS, deployment="search"),
        broken("left over in DALL-E", dalle3_property("quality", {"$ref": "#/definitions/Quality"}), *SCHEMAS),
        broken("not a pointer", dalle3_property("quality", {"$ref": "Quality"}), *SCHEMAS),
        broken(
            "a dynamic reference",
            dalle3_property("quality", {"$dynamicRef": "#/$defs/Quality"}),
            *SCHEMAS,
        ),
        broken("to a text", dalle3_property("quality", {"$ref": "#/title"}), *SCHEMAS),
        broken("into a text", dalle3_property("quality", {"$ref": "#/type/x"}), *SCHEMAS),
        broken(
            "to what is no schema",
            in_turn(field("/x", {"type": "str"}), dalle3_property("quality", {"$ref": "#/x"})),
            *SCHEMAS,
        ),
        broken("nowhere, at the root", document(200, {"$ref": "#/$defs/Config", "$defs": {}}), *SCHEMAS),
        broken("a circle at the root", document(200, {"$ref": "#"}), *SCHEMAS),
        broken("a circle in a combination", field("/allOf", [{"$ref": "#"}]), *SCHEMAS),
        broken("a circle", dalle3_property("quality", {"$ref": "#/properties/quality"}), *SCHEMAS),
    ],
    "CONF-07": [
        broken("outside the enum", field("/properties/mode/default", "slow"), *SCHEMAS, deployment="search"),
        broken("below the minimum", field("/properties/max_pages/default", 0), *SCHEMAS, deployment="search"),
        broken("null", field("/properties/citations/default", None), *SCHEMAS, deployment="search"),
        broken(
            "inside a definition",
            field("/$defs/Source/properties/weight/default", 2),
            *SCHEMAS,
            deployment="search",
        ),
        broken("a number in DALL-E", dalle3_property("quality", {"type": "string", "default": 1}), *SCHEMAS),
    ],
    "CONF-08": [
        broken("a property renamed", field("/required", ["reply"]), *SCHEMAS, deployment="buttons"),
        broken("one too many", field("/required", ["answer", "reply"]), *SCHEMAS, deployment="buttons"),
        broken("in a definition", field("/$defs/Source/required", ["title"]), *SCHEMAS, deployment="search"),
        broken("in DALL-E", field("/required", ["prompt"]), *SCHEMAS),
        broken("behind a reference", behind_a_reference(required=["reply"]), *SCHEMAS, deployment="buttons"),
    ],
    "CONF-09": [
        broken("another adapter", document(200, OTHER_ADAPTER), *SCHEMAS),
        broken("no style", without_field("/properties/style"), *SCHEMAS),
        broken("no quality", without_field("/properties/quality"), *SCHEMAS),
        broken("sizes of another model", dalle3_property("size", {"enum": ["512x512"]}), *SCHEMAS),
    ],
    "CONF-10": [
        broken("any quality", dalle3_property("quality", {}), *SCHEMAS),
        broken("a property that may be anything", dalle3_property("quality", schema=True), *SCHEMAS),
        broken("numbers too", dalle3_property("quality", {"type": ["string", "integer"]}), *SCHEMAS),
    ],
    "CONF-11": [
        broken("one at least", field("/minProperties", 1), *SCHEMAS),
        broken("required in a combination", field("/anyOf", [{"required": ["quality"]}]), *SCHEMAS),
    ],
    "CONF-12": [
        broken("nothing for everything", text(200), "configuration_of_unknown_deployment"),
        broken("a schema for everything", document(200, OTHER_ADAPTER), "configuration_of_unknown_deployment"),
        broken("forbidden", text(403), "configuration_of_unknown_deployment"),
    ],
    "CONF-13": [
        broken("two adapters", document(200, OTHER_ADAPTER), "configuration_again"),
        broken("a replica is down", text(500), "configuration_again"),
        broken("a replica knows nothing", text(200), "configuration_again"),
    ],
    "CONF-14": [
        broken("no const", without_field("/properties/answer/oneOf/0/const"), *SCHEMAS, deployment="buttons"),
        broken("no title", without_field("/properties/answer/oneOf/1/title"), *SCHEMAS, deployment="buttons"),
        broken("enums instead", field("/properties/answer/oneOf", [{"enum": [1, 2]}]), *SCHEMAS, deployment="buttons"),
        broken("no choices", without_field("/properties/answer/oneOf"), *SCHEMAS, deployment="buttons"),
        broken("a text as switch", field("/dial:chatMessageInputDisabled", "true"), *SCHEMAS, deployment="buttons"),
    ],
    "CONF-15": [
        broken("published for POST", document(200, OTHER_ADAPTER), "configuration_by_post"),
        broken("taken as a new schema", text(204), "configuration_by_post"),
    ],
    "CONF-16": [
        broken(
            "an internal address",
            dalle3_property("quality", {"type": "string", "default": "http://10.0.0.5:8080/images"}),
            *SCHEMAS,
        ),
        broken(
            "a host of the cluster",
            dalle3_property("style", {"type": "string", "examples": ["http://adapter.dial.svc/styles"]}),
            *SCHEMAS,
        ),
        broken(
            "a key",
            dalle3_property("style", {"type": "string", "default": "sk-" + "0123456789abcdef" * 2}),
            *SCHEMAS,
        ),
    ],
}
