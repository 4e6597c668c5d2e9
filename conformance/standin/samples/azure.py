"""The upstream of the sample GPT: it checks requests for completions, and answers, as Azure does with its filter."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final
from uuid import uuid4

from aidial_sdk.exceptions import HTTPException

WORDS: Final = ("A", " red", " cube", ".")
"""What it says, token by token."""
SAFE: Final[Mapping[str, Any]] = {
    kind: {"filtered": False, "severity": "safe"} for kind in ("hate", "self_harm", "sexual", "violence")
}
PROMPT_IS_SAFE: Final = [{"prompt_index": 0, "content_filter_results": SAFE}]
"""What its content filter says of every prompt that it lets through."""

_KNOWN: Final = frozenset(
    {
        "messages",
        "model",
        "stream",
        "stream_options",
        "tools",
        "tool_choice",
        "parallel_tool_calls",
        "functions",
        "function_call",
        "temperature",
        "top_p",
        "n",
        "stop",
        "max_tokens",
        "max_completion_tokens",
        "presence_penalty",
        "frequency_penalty",
        "logit_bias",
        "user",
        "seed",
        "logprobs",
        "top_logprobs",
        "response_format",
    }
)
_ROLES: Final = ("system", "assistant", "user", "function", "tool", "developer")
_PARTS: Final = ("text", "image_url", "input_audio", "refusal", "audio", "file")
_LEAST: Final = {"n": 1, "max_tokens": 1, "max_completion_tokens": 1}
_MOST: Final = {"temperature": 2, "top_p": 1}
_TYPES: Final = {bool: "a boolean", int: "an integer", float: "a decimal", str: "a string", list: "an array"}
_FILTERED: Final = (
    "The response was filtered due to the prompt triggering Azure OpenAI's content management policy. Please modify"
    " your prompt and retry. To learn more about our content filtering policies please read our documentation:"
    " https://go.microsoft.com/fwlink/?linkid=2198766"
)
_TOO_LONG: Final = (
    "This model's maximum context length is 128000 tokens. However, your messages resulted in 130012 tokens."
    " Please reduce the length of the messages."
)


def check(asked: Mapping[str, Any]) -> None:
    """Refuse what the upstream refuses.

    Args:
        asked: The body of the request.

    Raises:
        HTTPException: As the adapter passes it on, with the headers of the upstream.
    """
    for name in asked:
        if name not in _KNOWN:
            raise _refused(f"Unrecognized request argument supplied: {name}")
    _check_options(asked)
    _check_messages(asked["messages"])
    if "tool_choice" in asked and "tools" not in asked:
        only = "'tool_choice' is only allowed when 'tools' are specified."
        raise _refused(f"Invalid value for 'tool_choice': {only}", "tool_choice")
    _check_prompt(text_of(asked["messages"][-1]))


def text_of(message: Mapping[str, Any]) -> str:
    """Return the text of a message, of all its parts."""
    content = message.get("content")
    if isinstance(content, list):
        return " ".join(str(part.get("text", "")) for part in content)
    return str(content or "")


def finish_reason(asked: Mapping[str, Any]) -> str:
    """Return why an answer ends."""
    if asked.get("tool_choice") == "required":
        return "tool_calls"
    is_filtered = text_of(asked["messages"][-1]).endswith("content-filter-output-please")
    return "content_filter" if is_filtered else "stop"


def called(asked: Mapping[str, Any]) -> str | None:
    """Return the name of the function that it must call, or None: it calls only what it must."""
    choice = asked.get("tool_choice")
    if choice == "required":
        return str(asked["tools"][0]["function"]["name"])
    return str(choice["function"]["name"]) if isinstance(choice, dict) else None


def tokens(asked: Mapping[str, Any]) -> int:
    """Count the tokens of a prompt: words, nearly."""
    words = sum(len(re.findall(r"-?\w+|[^\w\s-]", text_of(one))) for one in asked["messages"])
    return words + 4 * len(asked["messages"]) + 3


def _check_options(asked: Mapping[str, Any]) -> None:
    for name, wanted in (("stream", bool), ("temperature", float), ("top_p", float), ("n", int), ("max_tokens", int)):
        value = asked.get(name)
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if not (value is None or isinstance(value, wanted) or (wanted is float and is_number)):
            raise _mistyped(name, _TYPES[wanted], value)
    for name, least in _LEAST.items():
        if (value := asked.get(name)) is not None and value < least:
            expected = f"Expected a value >= {least}, but got {value} instead."
            message = f"Invalid '{name}': integer below minimum value. {expected}"
            raise _refused(message, name, "integer_below_min_value")
    for name, most in _MOST.items():
        if (value := asked.get(name)) is not None and value > most:
            expected = f"Expected a value <= {most}, but got {value} instead."
            message = f"Invalid '{name}': decimal above maximum value. {expected}"
            raise _refused(message, name, "decimal_above_max_value")


def _check_messages(messages: list[dict[str, Any]]) -> None:
    if not messages:
        expected = "Expected an array with minimum length 1, but got an empty array instead."
        raise _refused(f"Invalid 'messages': empty array. {expected}", "messages", "empty_array")
    for position, message in enumerate(messages):
        if not isinstance(message, dict):
            raise _mistyped(f"messages[{position}]", "an object", message)
        if message.get("role") not in _ROLES:
            _refuse_value(message.get("role"), _ROLES, f"messages[{position}].role")
        content = message.get("content")
        if content is None and message["role"] == "user":
            place = f"messages.[{position}].content"
            raise _refused("Invalid value for 'content': expected a string, got null.", place)
        if not isinstance(content, str | list | None):
            place = f"messages[{position}].content"
            raise _mistyped(place, "one of a string or array of objects", content)
        for number, part in enumerate(content if isinstance(content, list) else ()):
            if not isinstance(part, dict):
                raise _mistyped(f"messages[{position}].content[{number}]", "an object", part)
            if part.get("type") not in _PARTS:
                _refuse_value(part.get("type"), _PARTS, f"messages[{position}].content[{number}].type")


def _mistyped(where: str, wanted: str, value: Any) -> HTTPException:
    got = "null" if value is None else _TYPES.get(type(value), "an object")
    return _refused(f"Invalid type for '{where}': expected {wanted}, but got {got} instead.", where, "invalid_type")


def _refuse_value(value: Any, permitted: tuple[str, ...], where: str) -> None:
    *others, last = (f"'{one}'" for one in permitted)
    supported = f"{', '.join(others)}, and {last}."
    raise _refused(f"Invalid value: '{value}'. Supported values are: {supported}", where, "invalid_value")


def _check_prompt(prompt: str) -> None:
    if prompt.endswith("rate-limit-please"):
        message = "Requests have exceeded the call rate limit of your current pricing tier."
        raise HTTPException(message, status_code=429, code="429", headers={"retry-after": "2"})
    if prompt.endswith("content-filter-please"):
        raise HTTPException(
            _FILTERED, status_code=400, type=None, param="prompt", code="content_filter", headers=_headers()
        )
    if prompt.endswith("too-long-please"):
        raise _refused(_TOO_LONG, "messages", "context_length_exceeded")


def _refused(message: str, param: str | None = None, code: str = "400") -> HTTPException:
    return HTTPException(
        message, status_code=400, type="invalid_request_error", param=param, code=code, headers=_headers()
    )


def _headers() -> dict[str, str]:
    return {"x-ms-region": "Sweden Central", "apim-request-id": str(uuid4())}


def deltas(asked: Mapping[str, Any]) -> Iterator[tuple[dict[str, Any], Mapping[str, Any]]]:
    """Return what it says piece by piece, each with what the content filter says of it."""
    name = called(asked)
    if name is None:
        yield {"content": "", "role": "assistant", "refusal": None}, {}
        yield from (({"content": word}, SAFE) for word in WORDS)
        return
    call = {"index": 0, "id": call_id(), "function": {"arguments": "", "name": name}, "type": "function"}
    yield {"content": None, "role": "assistant", "tool_calls": [call], "refusal": None}, {}
    for piece in ('{"ci', 'ty":', '"Paris"}'):
        yield {"tool_calls": [{"index": 0, "function": {"arguments": piece}}]}, {}


def call_id() -> str:
    """Return a new id of a call."""
    return f"call_{uuid4().hex[:24]}"
