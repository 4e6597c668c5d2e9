"""What the contract leaves open is not accused: other Cores, other adapters and newer versions answer so."""

from __future__ import annotations

from dataclasses import replace

import pytest

from conformance.contract.exchange import Answer
from conformance.contract.verdict import NotClaimedError, Verdict
from conformance.dial.attachment import Attachment
from conformance.recipes.storage import image_with_other_key
from tests.broken_answers.access import HARMLESS as ACCESS
from tests.broken_answers.attachments import cited_by_echo
from tests.broken_answers.change import (
    DESCRIPTIONS,
    HTML,
    LISTINGS,
    SCHEMAS,
    Broken,
    behind_a_reference,
    broken,
    described,
    document,
    edited,
    field,
    header,
    in_turn,
    status,
    text,
    without_field,
    without_header,
)
from tests.broken_answers.chat import COMPLETION, error
from tests.broken_answers.claims import HARMLESS_CLAIMS
from tests.broken_answers.harmless_shapes import SHAPES
from tests.broken_answers.harmless_streams import STREAMS
from tests.broken_answers.leaks import HARMLESS as LEAKS
from tests.replaying import (
    EVERYTHING,
    Change,
    ChangedDial,
    accused,
    harness_errors,
    read_set,
    results,
    results_of_change,
    unbroken,
)

COMPLETIONS = ("accepted", "with_empty_configuration")
STREAM = "streamed"
LIMITS = ("limits", "limits_after")
UNREADABLE = "with_attachment_in_no_bucket"
IMAGE = "/choices/0/message/custom_content/attachments/1"


def in_capitals(answer: Answer) -> Answer:
    """Spell all names of headers in capitals."""
    return replace(answer, headers=tuple((name.upper(), value) for name, value in answer.headers))


def saying(content: str) -> Change:
    """Answer with another text."""
    return field("/choices/0/message/content", content)


HARMLESS = [
    broken("names of headers in capitals", in_capitals, "*"),
    broken("a charset", header("content-type", "application/json; charset=utf-8"), *LISTINGS, *SCHEMAS, *COMPLETIONS),
    broken("a media type in capitals", header("content-type", "Application/JSON"), *LISTINGS, *SCHEMAS),
    broken("one status for bad values", status(400), "refused", "refused_stream", "wrong_root", "without_messages"),
    broken("an unprocessable key", text(400, "Bad Request"), "key_and_other_authorization"),
    broken("no reasons from Core", text(401), "no_credentials", "unknown_key", "unknown_key_for"),
    broken("a wide listing", document(200, [{"id": "dall-e-3"}, {"id": "x", "kind": "toolset"}]), "all_deployments"),
    broken("no wide listing", text(404), "all_deployments"),
    broken("no such method", text(405), "chat_by_get", "configuration_by_post"),
    broken("preflights answered by an ingress", status(204), "preflight"),
    broken("a new flag", described("features/telepathy", value=True), *DESCRIPTIONS),
    broken("a new list", described("features/reasoning_efforts", ["low", "high"]), *DESCRIPTIONS),
    broken(
        "routes shown to their owner",
        described(
            "routes", {"search": {"paths": None, "upstreams": [{"endpoint": "http://10.0.0.5/chat/completions"}]}}
        ),
        *DESCRIPTIONS,
        deployment="buttons",
    ),
    broken("interfaces", described("interfaces", ["chat", "openaiResponses"]), *LISTINGS),
    broken("interfaces by their later names", described("interfaces", ["openaiChatCompletions"]), *LISTINGS),
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
    cited_by_echo("a page of the company's wiki", "https://wiki.corp.local/display/X"),
    cited_by_echo("a host without dots", "http://sharepoint/sites/x/doc.aspx"),
    cited_by_echo("a file that all may read", "files/public/kb/hand%20book.pdf"),
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
    broken("a reference at the root", behind_a_reference(), *SCHEMAS),
    broken("a reference at the root, of an application", behind_a_reference(), *SCHEMAS, deployment="buttons"),
    broken(
        "a reference at the root, of draft-07",
        behind_a_reference(**{"$schema": "http://json-schema.org/draft-07/schema#"}),
        *SCHEMAS,
        deployment="search",
    ),
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

LISTED = document(200, [{"id": "dall-e-3"}, {"id": "echo"}])
HIT = {"error": {"message": "Hit request rate limit. Hour limit: 2 / 2 requests.", "code": "429"}}
COSTS = {"total": 1000.5, "used": 0.04, "resetsAt": "2026-12-01T00:00:00Z"}
MONTH = {"total": 9223372036854775807, "used": 12, "resetsAt": "2026-12-01T00:00:00Z"}

OTHERS = [
    broken("costs among the limits", edited(lambda told: told.update(monthCostStats=COSTS)), *LIMITS),
    broken("windows that begin anew", edited(lambda told: told.update(weekTokenStats=MONTH)), *LIMITS),
    broken("only newer statistics", document(200, {"monthTokenStats": MONTH, "monthCostStats": COSTS}), *LIMITS),
    broken("costs that are null", edited(lambda told: told.update(dayCostStats=None)), *LIMITS, deployment="echo"),
    broken("limits of another kind", edited(lambda told: told.update(limitsOf="key")), *LIMITS),
    broken("no limits", text(404), *LIMITS),
    broken("no limits of an application", text(404), *LIMITS, deployment="buttons"),
    broken("a new hour", field("/hourRequestStats/used", 0), "limits_after"),
    broken("a limit hit", in_turn(document(429, HIT), header("retry-after", "3600")), "user_info"),
    broken("a limit hit, to be tried at once", in_turn(document(429, HIT), header("Retry-After", "0")), "limits"),
    broken(
        "a limit hit, of Core",
        in_turn(document(429, HIT), header("retry-after", "3600"), without_header("content-type")),
        "accepted.quality*",
    ),
    broken(
        "a limit hit in a stream", in_turn(document(429, HIT), header("retry-after", "7")), STREAM, deployment="echo"
    ),
    broken("paths refused", text(400, "Invalid path provided"), "traversal"),
    broken("paths forbidden", text(403, "Forbidden"), "traversal"),
    broken("paths that are none", text(404, "Route is not found"), "traversal"),
    broken("paths without a route", text(502, "No route"), "traversal"),
    broken("paths not taken by an ingress", text(414, HTML, "text/html"), "traversal"),
    broken("somebody's bucket", text(403, "You don't have an access to: files/abc/x.png"), "foreign_file"),
    broken("a folder without a word", text(400), "folder"),
    broken("too many files without a word", text(400), "too_long_listing"),
    broken("an image that others do not see", text(404), "image_with_other_key"),
    broken("an attachment forbidden", text(403, "Access denied to the file files/abc/x.png"), UNREADABLE),
    broken("a bucket with a word more", field("/userId", "7f3a"), "bucket", "bucket_again"),
    broken("tokens not counted", text(404), "tokenized"),
    broken("tokens not counted by an application", document(404, {"detail": "x"}), "tokenized", deployment="buttons"),
    broken("more of the caller", edited(lambda told: told.update(userId="7f3a", userDisplayName=None)), "user_info"),
    broken("a caller without roles", field("/roles", []), "user_info"),
    broken("a caller as JSON", header("content-type", "application/json"), "user_info"),
    broken("addresses in a text", saying("ask http://10.0.0.5 or a.openai.azure.com"), "accepted", deployment="echo"),
    broken("a bucket of others in a text", saying("see https://x.s3.amazonaws.com/a.png"), *COMPLETIONS),
    broken(
        "a link to the provider's help", error(422, "quality: see https://platform.openai.com/docs"), "refused.quality*"
    ),
    broken("trace headers", in_turn(header("traceparent", "00-7f-3a-01"), header("x-dial-trace-id", "7f")), "*"),
    broken("a refusal of another kind", error(400, "no object"), "second_refusal"),
    broken("an upstream that is down for a moment", text(502, "connection error to origin"), "second_refusal"),
    broken(
        "an unknown type refused",
        text(400, "Unsupported deployment interface is provided: zzz"),
        "deployments_of_unknown_type",
    ).also(LISTED, "all_deployments"),
    broken("all types everywhere missing", text(404), "all_deployments", "deployments_of_unknown_type"),
]

THOROUGH = [
    broken(
        "one status for what is disputed",
        error(400, "wrong"),
        "with_unknown_key",
        "with_request_field",
        "with_disputed_value.*=null",
        deployment="search",
        opt_ins=EVERYTHING,
    ),
    broken("two choices refused by the upstream", error(400, "only n=1"), "with_two_choices", opt_ins=EVERYTHING),
    broken(
        "a field of the request without effect",
        document(200, COMPLETION),
        "with_request_field",
        deployment="buttons",
        opt_ins=EVERYTHING,
    ),
    broken(
        "unknown keys ignored", document(200, COMPLETION), "with_unknown_key", deployment="search", opt_ins=EVERYTHING
    ).also(without_field("/additionalProperties"), *SCHEMAS),
    broken(
        "a file replaced",
        header("etag", '"5eb63bbbe01eeed093cb22bb8f5acdc3"'),
        "uploaded",
        "read_back",
        deployment="echo",
        opt_ins=EVERYTHING,
    ),
    broken(
        "a file not seen by a type",
        header("content-type", "application/octet-stream"),
        "read_back",
        deployment="echo",
        opt_ins=EVERYTHING,
    ),
    broken("opinions taken with a line", text(200, "\n"), "rated", deployment="echo", opt_ins=EVERYTHING),
]

OWN_BUCKET = read_set()["_instance/bucket"].answer.json["bucket"]

OTHER_KEY = [
    broken("expired", text(401, "Unknown api key"), "bucket_with_other_key", "image_with_other_key"),
    broken("of the same project", field("/bucket", OWN_BUCKET), "bucket_with_other_key").also(
        status(200), "image_with_other_key"
    ),
    broken("without a bucket", text(403), "bucket_with_other_key").also(status(200), "image_with_other_key"),
]


@pytest.mark.parametrize("row", [pytest.param(row, id=row.how) for row in OTHER_KEY])
def test_second_key_that_proves_nothing_accuses_nobody(row: Broken) -> None:
    found = results(ChangedDial(read_set(), row.places), row.deployment)
    assert accused(found) == unbroken(row.deployment)
    reasons = {one.reason for one in found if one.requirement == "FILE-18"}
    assert len(reasons) == 1
    assert {one.verdict for one in found if one.requirement == "FILE-18"} == {Verdict.COULD_NOT_RUN}


def test_image_that_all_may_read_is_read_by_others() -> None:
    public = Attachment({"type": "image/png", "url": "files/public/kb/chart.png"})
    with pytest.raises(NotClaimedError):
        image_with_other_key.function(public, "key", "bucket")
    own = Attachment({"type": "image/png", "url": f"files/{OWN_BUCKET}/chart.png"})
    assert image_with_other_key.function(own, "key", "bucket").path == f"/v1/files/{OWN_BUCKET}/chart.png"


def test_refusal_of_others_proves_nothing_where_the_owner_is_refused() -> None:
    row = broken("forbidden", text(403), "image", "image_again")
    found = results(ChangedDial(read_set(), row.places), row.deployment)
    verdicts = {one.verdict for one in found if one.requirement in ("FILE-05", "FILE-18")}
    assert verdicts == {Verdict.COULD_NOT_RUN}


ROWS = (*HARMLESS, *STREAMS, *SHAPES, *OTHERS, *THOROUGH, *ACCESS, *LEAKS, *HARMLESS_CLAIMS)


@pytest.mark.shortened(70)
@pytest.mark.parametrize("row", [pytest.param(row, id=row.how) for row in ROWS])
def test_nobody_is_accused(row: Broken) -> None:
    dial = ChangedDial(read_set(), row.places)
    found = results_of_change(dial, row.deployment, row.opt_ins)
    assert harness_errors(found) == []
    assert dial.unchanged == []
    assert accused(found) == unbroken(row.deployment, row.opt_ins) & {one.requirement for one in found}
