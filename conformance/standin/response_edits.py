"""Changes of a healthy response, for defects."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from conformance.standin.core.http import Response, to_json

Edit = Callable[[Any], None]
"""Changes a JSON document in place."""

_OK = 200
_REFUSED = (400, 422)
_DONE = b"data: [DONE]\n\n"


async def edited(response: Response, edit: Edit) -> Response:
    """Return a good JSON answer after an edit; any other answer as it is."""
    if response.status != _OK or not _is_json(response):
        return response
    return await _edited(response, edit)


async def edited_refusal(response: Response, edit: Edit) -> Response:
    """Return a refusal (400 or 422) in JSON after an edit of it; any other answer as it is."""
    if response.status not in _REFUSED or not _is_json(response):
        return response
    return await _edited(response, edit)


async def edited_descriptions(response: Response, edit: Edit) -> Response:
    """Return a listing, or one deployment, after an edit of each deployment in it."""

    def each(document: Any) -> None:
        for one in document.get("data", [document]):
            edit(one)

    return await edited(response, each)


async def edited_attachments(response: Response, edit: Edit) -> Response:
    """Return a completion after an edit of its list of attachments, if it has one; block or streamed."""

    def each(document: Any) -> None:
        for choice in document.get("choices", ()):
            content = (choice.get("message") or choice.get("delta") or {}).get("custom_content") or {}
            if "attachments" in content:
                edit(content["attachments"])

    def each_event(events: Any) -> None:
        for one in events:
            each(one)

    return await (edited_events(response, each_event) if is_stream(response) else edited(response, each))


async def edited_picture(response: Response, edit: Edit) -> Response:
    """Return a completion after an edit of each attachment that is a picture."""

    def each(attachments: Any) -> None:
        for one in attachments:
            if str(one.get("type", "")).startswith("image/"):
                edit(one)

    return await edited_attachments(response, each)


async def edited_events(response: Response, edit: Edit, end: bytes = _DONE) -> Response:
    """Return a stream after an edit of the list of its events, as JSON documents; any other answer as it is.

    Args:
        response: The answer.
        edit: Changes the list of events in place.
        end: What comes after the last event.
    """
    if not is_stream(response):
        return response
    whole = await response.whole()
    events = [json.loads(line[6:]) for line in whole.body.splitlines() if line.startswith(b"data: {")]
    edit(events)
    return whole.with_body(b"".join(b"data: " + to_json(one) + b"\n\n" for one in events) + end)


def is_stream(response: Response) -> bool:
    """Tell whether it is a stream of events that began well."""
    return response.status == _OK and (response.header("content-type") or "").startswith("text/event-stream")


async def _edited(response: Response, edit: Edit) -> Response:
    whole = await response.whole()
    document = whole.json() if whole.body else None
    if isinstance(document, dict | list):
        edit(document)
        return whole.with_json(document)
    return whole


def _is_json(response: Response) -> bool:
    return (response.header("content-type") or "").startswith("application/json")
