"""What own defects and sample answers are written with, in `defects.py` of own checks. It needs the extra `standin`."""

from conformance.standin.core.http import Handler, IncomingRequest, Response, in_json, in_words
from conformance.standin.defect import defect, sample_answer
from conformance.standin.request_kinds import asks, asks_block, asks_completion, asks_schema, asks_stream, lists
from conformance.standin.response_edits import edited, edited_attachments, edited_descriptions, edited_events

__all__ = [
    "Handler",
    "IncomingRequest",
    "Response",
    "asks",
    "asks_block",
    "asks_completion",
    "asks_schema",
    "asks_stream",
    "defect",
    "edited",
    "edited_attachments",
    "edited_descriptions",
    "edited_events",
    "in_json",
    "in_words",
    "lists",
    "sample_answer",
]
