"""How a DIAL breaks the requirements on its listings."""

from __future__ import annotations

from typing import Any

from tests.broken_answers.change import (
    DESCRIPTIONS,
    LISTINGS,
    Table,
    broken,
    described,
    described_without,
    document,
    edited,
    field,
    header,
    html,
    status,
    text,
    without_field,
)
from tests.replaying import Change

ALL_KINDS, UNKNOWN_TYPE = "all_deployments", "deployments_of_unknown_type"
ALL_LISTED = document(200, [{"id": "dall-e-3", "object": "model"}, {"id": "buttons", "object": "application"}])
MODELS = tuple(place for place in DESCRIPTIONS if place != "applications")


def without_elements(*ids: str) -> Change:
    """List without some deployments."""

    def edit(listing: dict[str, Any]) -> None:
        listing["data"] = [one for one in listing["data"] if one["id"] not in ids]

    return edited(edit)


def with_element(element: Any) -> Change:
    """List one more."""
    return edited(lambda listing: listing["data"].append(element))


def with_all_twice() -> Change:
    """List everything twice."""
    return edited(lambda listing: listing["data"].extend(listing["data"]))


LIST: Table = {
    "LIST-01": [
        broken("bare arrays", document(200, []), *LISTINGS),
        broken("a web page", html(200), "listing"),
        broken("models as a web page", html(200), "models"),
        broken("no applications", text(404), "applications"),
        broken("sent as text", header("content-type", "text/plain"), *LISTINGS),
        broken("models sent as text", header("content-type", "text/plain"), "models"),
        broken("another envelope", field("/object", "page"), *LISTINGS),
        broken("data as an object", field("/data", {}), *LISTINGS),
        broken("no data", without_field("/data"), "models"),
        broken("an error", text(500), "listing"),
        broken("nothing", text(200, ""), *LISTINGS),
    ],
    "LIST-02": [
        broken("an element without id", with_element({"object": "model"}), *LISTINGS[:3]),
        broken("a number as id", with_element({"id": 7, "object": "model"}), "models"),
        broken("an empty id", with_element({"id": "", "object": "model"}), "listing"),
        broken("ids of merged configurations", with_all_twice(), *LISTINGS),
        broken("ids twice among applications", with_all_twice(), "applications"),
        broken("a string as element", with_element("dall-e-3"), "models"),
        broken("numbers as ids", described("id", 7), "models"),
        broken("no ids", described_without("id"), *LISTINGS),
        broken("elements null", field("/data/*", None), "models"),
        broken("empty elements", field("/data/*", {}), *LISTINGS),
    ],
    "LIST-03": [
        broken("renamed", without_elements("dall-e-3"), *LISTINGS),
        broken("an application without a role", without_elements("buttons"), "applications", deployment="buttons"),
    ],
    "LIST-04": [
        broken("id in other letters", field("/id", "DALL-E-3"), "deployment_alone"),
        broken("not found", text(404), "deployment_alone"),
        broken("a web page", html(200), "deployment_alone"),
        broken("a list", document(200, []), "deployment_alone"),
        broken("described as nothing", document(200, {}), "deployment_alone"),
    ],
    "LIST-05": [
        broken("an empty object", document(200, {}), "unknown_deployment"),
        broken("an error", text(500), "unknown_deployment"),
        broken("forbidden", text(403), "unknown_deployment"),
    ],
    "LIST-06": [
        broken("assistants everywhere", described("object", "assistant"), *DESCRIPTIONS),
        broken("deployments among models", described("object", "deployment"), "models"),
        broken("models among applications", described("object", "model"), "applications", deployment="buttons"),
        broken("no object", described_without("object"), "listing"),
    ],
    "LIST-07": [
        broken("features from a cache", described("features/tools", value=True), "home"),
        broken("features of the list from a cache", described("features/tools", value=True), "models"),
        broken("another claim alone", described("features/configuration", value=False), "home"),
        broken(
            "another claim in the list", described("features/configuration", value=True), "models", deployment="echo"
        ),
        broken("missing in its own list", without_elements("dall-e-3"), "models"),
        broken("an application alone", field("/object", "application"), "home"),
        broken("described as nothing", document(200, {}), "home"),
        broken("another id", field("/id", "dall-e-2"), "home"),
        broken("not found", text(404), "home"),
        broken("a web page", html(200), "home"),
        broken("an array", document(200, []), "home"),
    ],
    "LIST-08": [
        broken("ISO strings", described("created_at", "2024-01-01T00:00:00Z"), *DESCRIPTIONS),
        broken("ISO strings in the list only", described("updated_at", "2024-01-01T00:00:00Z"), "models"),
        broken("floats when asked alone", field("/created_at", 1672534800.5), "home"),
        broken("left out below deployments", field("/created_at", None), "deployment_alone"),
        broken("null", described("updated_at", None), *DESCRIPTIONS),
        broken("left out", described_without("updated_at"), *DESCRIPTIONS),
        broken("booleans", described("created_at", value=True), "listing"),
        broken("objects", described("created_at", {"seconds": 1672534800, "nanos": None}), *DESCRIPTIONS),
    ],
    "LIST-09": [
        broken("flags as strings", described("features/configuration", "true"), *DESCRIPTIONS),
        broken("flags as strings in the list only", described("features/configuration", "true"), "models"),
        broken("flags as strings when asked alone", described("features/tools", "false"), "home"),
        broken("flags as strings below deployments", described("features/tools", "false"), "deployment_alone"),
        broken("flags as strings in the listing of deployments", described("features/tools", "false"), "listing"),
        broken("flags as numbers", described("features/rate", 0), *DESCRIPTIONS),
        broken("flags as null", described("features/rate", None), *DESCRIPTIONS),
        broken("features as an array", described("features", ["configuration"]), *DESCRIPTIONS),
        broken("no features", described_without("features"), *DESCRIPTIONS),
        broken("features null", described("features", None), "home"),
    ],
    "LIST-10": [
        broken("only what is true", described_without("features/rate"), *DESCRIPTIONS),
        broken("a flag missing in the list", described_without("features/allow_resume"), "models"),
        broken("a flag missing when asked alone", described_without("features/seed"), "home"),
        broken("a flag missing below deployments", described_without("features/seed"), "deployment_alone"),
        broken("no word of configurations", described_without("features/configuration"), *DESCRIPTIONS),
        broken("empty features", described("features", {}), *DESCRIPTIONS),
    ],
    "LIST-11": [
        broken("null", described("features/reasoning_efforts", None), *DESCRIPTIONS),
        broken("a comma string", described("features/reasoning_efforts", "low,high"), *DESCRIPTIONS),
        broken("an array of numbers", described("features/reasoning_efforts", [1, 2]), "models"),
        broken("an object when asked alone", described("features/beta", {"on": True}), "home"),
        broken("a number below deployments", described("features/beta", 1), "deployment_alone"),
    ],
    "LIST-12": [
        broken("all false", described("capabilities/chat_completion", value=False), *MODELS),
        broken("no capabilities", described_without("capabilities"), *MODELS),
        broken("a string as flag", described("capabilities/chat_completion", "true"), *MODELS),
        broken("a flag missing", described_without("capabilities/inference"), "home"),
        broken("scale types as a string", described("capabilities/scale_types", "standard"), "models"),
        broken("null", described("capabilities", None), *MODELS),
    ],
    "LIST-13": [
        broken("embeds too", described("capabilities/embeddings", value=True), *MODELS),
        broken("completes text too", described("capabilities/completion", value=True), "home"),
    ],
    "LIST-14": [
        broken("prices as numbers", described("pricing/prompt", 0.04), *MODELS),
        broken("no unit", described_without("pricing/unit"), *MODELS),
        broken("a word as price", described("pricing/completion", "free"), "home"),
        broken("a string", described("pricing", "0.04 per token"), *MODELS),
        broken("null", described("pricing/completion", None), "models"),
    ],
    "LIST-15": [
        broken("strings", described("limits/max_total_tokens", "4096"), *MODELS, deployment="echo"),
        broken("zero", described("limits/max_prompt_tokens", 0), "home", deployment="echo"),
        broken("negative", described("limits/max_completion_tokens", -1), "models", deployment="echo"),
        broken("a number", described("limits", 4096), *MODELS, deployment="echo"),
        broken("null", described("limits/max_total_tokens", None), *MODELS, deployment="echo"),
    ],
    "LIST-16": [
        broken("a comma string", described("description_keywords", "text2image,images"), *DESCRIPTIONS),
        broken("an array of objects", described("input_attachment_types", [{"type": "image/png"}]), "home"),
        broken("null", described("input_attachment_types", None), *DESCRIPTIONS),
    ],
    "LIST-17": [
        broken("an object of another kind", described("display_name", {"plainValue": "DALL-E 3"}), *DESCRIPTIONS),
        broken("a number", described("description", 3), "home"),
        broken("null", described("description", None), *DESCRIPTIONS),
        broken("a map of maps", described("description", {"en": {"text": "Images"}}), "models"),
    ],
    "LIST-18": [
        broken("default features", described("features/configuration", value=False), "deployment_alone"),
        broken("one flag more", described("features/beta", value=True), "deployment_alone"),
        broken("an object of another kind", field("/object", "assistant"), "deployment_alone"),
    ],
    "LIST-19": [
        broken("null instead of nothing", described("icon_url", None), *DESCRIPTIONS),
        broken("null in the list only", described("display_version", None), "models"),
        broken("null in an object of an array", described("links", [{"title": None}]), "home"),
    ],
    "LIST-20": [
        broken("the endpoint", described("endpoint", "https://adapter.example.org/"), *DESCRIPTIONS),
        broken("upstreams", described("upstreams", [{"weight": 1}]), "models"),
        broken("a key", described("custom", {"Key": "3f2a"}), "home"),
        broken("a password", described("database", {"password": "3f2a"}), "home"),
        broken("a client secret", described("auth", {"clientSecret": "3f2a"}), "models"),
        broken(
            "addresses of upstreams",
            described("servers", ["http://10.0.0.5/openai/deployments/x/chat/completions"]),
            "home",
        ),
        broken(
            "a key of a route",
            described("routes", {"search": {"upstreams": [{"endpoint": "https://eu.example.org/", "key": "3f2a"}]}}),
            *DESCRIPTIONS,
            deployment="buttons",
        ),
        broken("a header", described("X-UPSTREAM-KEY", "3f2a"), "deployment_alone"),
        broken(
            "the address of an upstream",
            described("reference", "https://eu.example.org/openai/deployments/x/chat/completions?v=1"),
            *DESCRIPTIONS,
        ),
    ],
    "LIST-21": [
        broken("a replica knows less", without_elements("echo"), "listing_again"),
        broken("a replica fails", text(500), "listing_again"),
        broken("a replica lists nothing", text(200), "listing_again"),
        broken("a replica knows more", with_element({"id": "new", "object": "model"}), "listing_again"),
    ],
    "LIST-22": [
        broken("empty", document(200, []), "all_deployments"),
        broken("in an envelope", document(200, {"object": "list", "data": [{"id": "dall-e-3"}]}), "all_deployments"),
        broken("a web page", html(200), "all_deployments"),
        broken("forbidden", text(403), "all_deployments"),
        broken("an array of names", document(200, ["dall-e-3"]), "all_deployments"),
    ],
    "LIST-23": [
        broken("the parameter ignored", ALL_LISTED, ALL_KINDS, UNKNOWN_TYPE),
        broken("nothing of that type", document(200, []), UNKNOWN_TYPE).also(ALL_LISTED, ALL_KINDS),
        broken("unprocessable", text(422), UNKNOWN_TYPE).also(ALL_LISTED, ALL_KINDS),
        broken("fails", text(500, "Internal Server Error"), UNKNOWN_TYPE).also(ALL_LISTED, ALL_KINDS),
        broken("forbidden", text(403), UNKNOWN_TYPE).also(ALL_LISTED, ALL_KINDS),
        broken("not found", text(404), UNKNOWN_TYPE).also(ALL_LISTED, ALL_KINDS),
    ],
    "LIST-24": [
        broken("an echo behind the path", text(200, "GET"), "chat_by_get"),
        broken("accepted", status(202), "chat_by_get"),
    ],
    "LIST-25": [
        broken("decoded twice", text(404), "encoded_id"),
        broken("the encoded id", field("/id", "%64all-e-3"), "encoded_id"),
        broken("a web page", html(200), "encoded_id"),
    ],
}
