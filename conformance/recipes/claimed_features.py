"""Requests that use what a deployment claims in the listing, one feature each, as clients of the OpenAI API do."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any, Final

from conformance.contract.case import Case
from conformance.contract.claim import CHAT
from conformance.contract.deployment import Deployment
from conformance.contract.exchange import Exchange, Request
from conformance.contract.recipe import COMPLETION, THOROUGH, WRITES, Node, facts, recipe
from conformance.contract.verdict import CouldNotRunError, NotClaimedError
from conformance.dial.attachment_sample import AttachmentSample, sample_of
from conformance.dial.every_exchange import EveryExchange
from conformance.dial.feature import claims, completion_fault, see_that_it_claims
from conformance.recipes.ordinary import let_plain_completion_speak_first
from conformance.recipes.requests import API_VERSION, CALLER, MESSAGES, PROMPT, as_json, chat, post

TOOL: Final = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "description": "Weather of a city",
        "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
    },
}
SYSTEM: Final = {"role": "system", "content": "Be brief."}
EMBEDDED: Final = ("text", "more")
TOKEN_LIMITS: Final = {"max_tokens": "max_tokens_supported", "max_completion_tokens": "max_completion_tokens_supported"}
"""How a request limits the tokens of a completion, and the flag that claims it."""

_MOST_TOKENS: Final = 5
_BOUNDARY: Final = "conformance-7f3a"


@facts
def deployment_with_tools(deployment: Deployment) -> Deployment:
    """The deployment, if it claims tools; what needs it is not even planned otherwise."""
    return see_that_it_claims(deployment, "tools")


@facts
def deployment_with_seed(deployment: Deployment) -> Deployment:
    """The deployment, if it claims a seed."""
    return see_that_it_claims(deployment, "seed")


@facts
def deployment_with_system_prompt(deployment: Deployment) -> Deployment:
    """The deployment, if it claims messages of the system."""
    return see_that_it_claims(deployment, "system_prompt")


@facts
def deployment_with_temperature(deployment: Deployment) -> Deployment:
    """The deployment, if it claims a temperature, and another one than its own."""
    features: Any = deployment.description.get("features")
    if isinstance(features, dict) and features.get("custom_temperature_supported") is False:
        raise NotClaimedError("features.custom_temperature_supported is false")
    return see_that_it_claims(deployment, "temperature")


@facts
def deployment_with_content_parts(deployment: Deployment) -> Deployment:
    """The deployment, if it claims content parts."""
    return see_that_it_claims(deployment, "content_parts")


@facts
def deployment_with_embeddings(deployment: Deployment) -> Deployment:
    """The deployment, if it claims embeddings."""
    capabilities: Any = deployment.description.get("capabilities")
    if not isinstance(capabilities, dict) or capabilities.get("embeddings") is not True:
        raise NotClaimedError("capabilities.embeddings is not true")
    return deployment


def tool_cases() -> Sequence[Case]:
    """Give both ways to answer."""
    return [Case("block", {}), Case("stream", {"stream": True})]


@recipe(cost=COMPLETION, opt_in=THOROUGH, for_each=tool_cases, after=("limits",), claims=CHAT)
def with_tools(deployment_with_tools: Deployment, valid_case: Case, case: Case) -> Request:
    """A completion that may call a tool."""
    return chat(deployment_with_tools, configuration=valid_case.value, fields={"tools": [TOOL]}, **case.value)


@recipe(cost=COMPLETION, opt_in=THOROUGH, after=("limits",), claims=CHAT)
def with_seed(deployment_with_seed: Deployment, valid_case: Case) -> Request:
    """A completion with a seed."""
    return chat(deployment_with_seed, configuration=valid_case.value, fields={"seed": 42})


@recipe(cost=COMPLETION, opt_in=THOROUGH, after=("limits",), claims=CHAT)
def with_system_message(deployment_with_system_prompt: Deployment, valid_case: Case) -> Request:
    """A completion with a message of the system before the prompt."""
    return chat(deployment_with_system_prompt, configuration=valid_case.value, messages=[SYSTEM, *MESSAGES])


@recipe(cost=COMPLETION, opt_in=THOROUGH, after=("limits",), claims=CHAT)
def with_temperature(deployment_with_temperature: Deployment, valid_case: Case) -> Request:
    """A completion with temperature 0."""
    return chat(deployment_with_temperature, configuration=valid_case.value, fields={"temperature": 0})


@recipe(cost=COMPLETION, opt_in=THOROUGH, after=("limits",), claims=CHAT)
def with_content_parts(deployment_with_content_parts: Deployment, valid_case: Case) -> Request:
    """A completion whose prompt is a list of parts."""
    messages = [{"role": "user", "content": [{"type": "text", "text": PROMPT}]}]
    return chat(deployment_with_content_parts, configuration=valid_case.value, messages=messages)


def token_limit_cases(deployment: Deployment) -> Sequence[Case]:
    """Give the ways to limit the tokens of a completion that a deployment claims."""
    claimed = [name for name, flag in TOKEN_LIMITS.items() if claims(deployment, flag)]
    if not claimed:
        raise NotClaimedError(f"neither of features.{' and features.'.join(TOKEN_LIMITS.values())} is true")
    return [Case(name, {name: _MOST_TOKENS}) for name in claimed]


@recipe(cost=COMPLETION, opt_in=THOROUGH, for_each=token_limit_cases, after=("limits",), claims=CHAT)
def with_token_limit(deployment: Deployment, valid_case: Case, case: Case) -> Request:
    """A completion of a few tokens."""
    return chat(deployment, configuration=valid_case.value, fields=case.value)


@recipe(cost=COMPLETION, opt_in=THOROUGH, after=("limits",), claims=CHAT)
def with_usage_in_stream(deployment: Deployment, valid_case: Case) -> Request:
    """A streamed completion that is to tell its usage."""
    fields = {"stream_options": {"include_usage": True}}
    return chat(deployment, configuration=valid_case.value, fields=fields, stream=True)


@recipe(cost=COMPLETION, opt_in=THOROUGH, refused=True, claims=CHAT)
def with_small_prompt(deployment: Deployment, valid_case: Case) -> Request:
    """A completion whose prompt may have one token."""
    return chat(deployment, configuration=valid_case.value, fields={"max_prompt_tokens": 1})


@facts
def attachment_sample(deployment: Deployment) -> AttachmentSample:
    """A small file of a type that the deployment lists."""
    types = deployment.description.get("input_attachment_types")
    if not types:
        but = " (features.url_attachments is true: of which types?)" if claims(deployment, "url_attachments") else ""
        raise NotClaimedError(f"there is no input_attachment_types{but}")
    if deployment.description.get("max_input_attachments") == 0:
        raise NotClaimedError("max_input_attachments is 0")
    sample = sample_of(types)
    if sample is None:
        raise NotClaimedError(f"the suite has no file of these types: {types!r:.200}")
    return sample


@facts(claims=CHAT)
def sample_path(deployment: Deployment, bucket_name: str, attachment_sample: AttachmentSample) -> str:
    """Where the small file is written: a place of its own for each deployment, which others do not delete."""
    place = hashlib.sha256(deployment.id.encode()).hexdigest()[:10]
    return f"files/{bucket_name}/conformance/{place}/{attachment_sample.name}"


@recipe(opt_in=(THOROUGH, WRITES), undo="deleted_sample")
def uploaded_sample(sample_path: str, attachment_sample: AttachmentSample) -> Request:
    """A small file of a type that the deployment lists, written."""
    head = f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="{attachment_sample.name}"\r\n'
    body = f"{head}Content-Type: {attachment_sample.type}\r\n\r\n".encode() + attachment_sample.content
    headers = (("content-type", f"multipart/form-data; boundary={_BOUNDARY}"),)
    return Request("PUT", f"/v1/{sample_path}", (*CALLER, *headers), body + f"\r\n--{_BOUNDARY}--\r\n".encode())


@recipe(cost=COMPLETION, opt_in=(THOROUGH, WRITES), after=("limits",), claims=CHAT)
def with_sample_attached(
    deployment: Deployment,
    valid_case: Case,
    sample_path: str,
    attachment_sample: AttachmentSample,
    uploaded_sample: Exchange,
) -> Request:
    """A completion with the small file as an attachment."""
    if uploaded_sample.status >= 300:  # noqa: PLR2004 - the first status that is no success
        raise CouldNotRunError(f"FILE-16: the file was not written: {uploaded_sample.excerpt}")
    attachment = {"type": attachment_sample.type, "title": attachment_sample.name, "url": sample_path}
    message = {**MESSAGES[0], "custom_content": {"attachments": [attachment]}}
    return chat(deployment, configuration=valid_case.value, messages=[message])


@recipe(opt_in=(THOROUGH, WRITES), after=("uploaded_sample", "with_sample_attached"))
def deleted_sample(deployment: Deployment, sample_path: str) -> Request:
    """The small file, deleted."""
    del deployment  # the path is its own
    return Request("DELETE", f"/v1/{sample_path}", CALLER)


@recipe(cost=COMPLETION, opt_in=THOROUGH)
def embedded(deployment_with_embeddings: Deployment) -> Request:
    """The embeddings of two texts."""
    return _embeddings(deployment_with_embeddings, {"input": list(EMBEDDED)})


@recipe(opt_in=THOROUGH, refused=True)
def embedded_nothing(deployment_with_embeddings: Deployment) -> Request:
    """Embeddings of nothing at all."""
    return _embeddings(deployment_with_embeddings, {})


def _embeddings(deployment: Deployment, body: object) -> Request:
    return post(f"/openai/deployments/{deployment.path}/embeddings?api-version={API_VERSION}", as_json(body))


@facts
def streamed_or_none(deployment: Deployment, every_exchange: EveryExchange) -> Exchange | None:
    """The plain streamed completion; None if it was not asked."""
    return every_exchange.named(Node("streamed", deployment).name)


def let_plain_answers_speak_first(plain: Exchange | None, streamed: Exchange | None = None) -> None:
    """See that the same requests without the feature were answered well, where they were asked.

    Raises:
        CouldNotRunError: CHAT-01, or a requirement about streams, speaks first.
    """
    let_plain_completion_speak_first(plain)
    fault = None if streamed is None else completion_fault(streamed)
    if fault is not None:
        raise CouldNotRunError(f"STRM-01, 02, 03, 04 or 09: the plain stream is no good either: {fault}")
