"""The smallest files of some types, to see whether a deployment takes what it lists as input_attachment_types."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import Final

_PNG: Final = "iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAIAAABLbSncAAAAFElEQVR4nGM8ISfHgA0wYRUdtBIA0MoBFD5jqJkAAAAASUVORK5CYII="
_GIF: Final = "R0lGODdhCAAIAIEAAMgeHgAAAAAAAAAAACwAAAAACAAIAAAIDwABCBxIsKDBgwgTKkwYEAA7"
_WEBP: Final = "UklGRjoAAABXRUJQVlA4IC4AAACwAQCdASoIAAgAAUAmJaACdLoABDAAAP7x3I/4DdfFtMv/vYL/3YL/3YL/WwAA"
_JPEG: Final = (
    "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDABsSFBcUERsXFhceHBsgKEIrKCUlKFE6PTBCYFVlZF9VXVtqeJmBanGQc1tdhbWGkJ6jq62rZ4C8ybqmx5mo"
    "q6T/2wBDARweHigjKE4rK06kbl1upKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKT/wAARCAAIAAgDASIAAhEB"
    "AxEB/8QAFQABAQAAAAAAAAAAAAAAAAAAAAT/xAAUEAEAAAAAAAAAAAAAAAAAAAAA/8QAFQEBAQAAAAAAAAAAAAAAAAAABAX/xAAUEQEAAAAAAAAAAAAA"
    "AAAAAAAA/9oADAMBAAIRAxEAPwCEAdYf/9k="
)
_PDF: Final = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 72 72]>>endobj\n"
    b"trailer<</Size 4/Root 1 0 R>>\n%%EOF\n"
)
_WAV: Final = (
    b"RIFF" + (36 + 1600).to_bytes(4, "little") + b"WAVEfmt \x10\x00\x00\x00\x01\x00\x01\x00"
    b"\x40\x1f\x00\x00\x40\x1f\x00\x00\x01\x00\x08\x00data" + (1600).to_bytes(4, "little") + b"\x80" * 1600
)
"""A fifth of a second of silence."""
_TEXT: Final = b"A small red cube on a white table\n"


@dataclass(frozen=True)
class AttachmentSample:
    """A small file.

    Attributes:
        type: Its media type.
        name: Its name.
        content: Its bytes.
    """

    type: str
    name: str
    content: bytes


SAMPLES: Final = (
    AttachmentSample("image/png", "sample.png", base64.b64decode(_PNG)),
    AttachmentSample("image/jpeg", "sample.jpg", base64.b64decode(_JPEG)),
    AttachmentSample("image/webp", "sample.webp", base64.b64decode(_WEBP)),
    AttachmentSample("image/gif", "sample.gif", base64.b64decode(_GIF)),
    AttachmentSample("text/plain", "sample.txt", _TEXT),
    AttachmentSample("text/markdown", "sample.md", _TEXT),
    AttachmentSample("text/csv", "sample.csv", b"thing,colour\ncube,red\n"),
    AttachmentSample("text/html", "sample.html", b"<!DOCTYPE html><title>Cube</title><p>A small red cube</p>\n"),
    AttachmentSample("application/json", "sample.json", b'{"cube":"red"}\n'),
    AttachmentSample("application/pdf", "sample.pdf", _PDF),
    AttachmentSample("audio/wav", "sample.wav", _WAV),
    AttachmentSample("audio/x-wav", "sample.wav", _WAV),
)


def sample_of(types: object) -> AttachmentSample | None:
    """Return a small file of the first listed type of which there is one, or None.

    Args:
        types: What a listing has as input_attachment_types: media types, in which `*` stands for any part.
    """
    listed = [one.strip().lower() for one in types if isinstance(one, str)] if isinstance(types, list) else []
    return next((sample for one in listed for sample in SAMPLES if _is_of(sample.type, one)), None)


def _is_of(media_type: str, listed: str) -> bool:
    if listed in ("*/*", "*"):
        return True
    family, _, rest = listed.partition("/")
    return media_type == listed.partition(";")[0] or (rest == "*" and media_type.startswith(f"{family}/"))
