"""Names of image types: which of them mean the same, and for which the bytes of an image can be told."""

from __future__ import annotations

from typing import Final

_USUAL_NAMES: Final = {
    "image/apng": "image/png",  # its bytes begin as those of any PNG
    "image/avif-sequence": "image/avif",
    "image/ico": "image/x-icon",
    "image/jp2": "image/jpx",
    "image/jpg": "image/jpeg",
    "image/pjpeg": "image/jpeg",
    "image/vnd.microsoft.icon": "image/x-icon",
    "image/vnd.mozilla.apng": "image/png",
    "image/x-bmp": "image/bmp",
    "image/x-ms-bmp": "image/bmp",
    "image/x-png": "image/png",
}
"""Other names, registered or in wide use, by the name that `media_type_of` tells for the same bytes."""

SVG: Final = "image/svg+xml"

_TOLD_BY_BYTES: Final = frozenset(
    {
        "image/avif",
        "image/bmp",
        "image/gif",
        "image/jpeg",
        "image/jpx",
        "image/png",
        "image/tiff",
        "image/webp",
        "image/x-icon",
        SVG,
    }
)


def usual_name(media_type: str | None) -> str | None:
    """Return the name that an image type is compared by: `image/jpg` is `image/jpeg`; any other type as it is."""
    return None if media_type is None else _USUAL_NAMES.get(media_type, media_type)


def is_told_by_bytes(media_type: str | None) -> bool:
    """Tell whether an image of that type is known by its bytes; those of others, such as HEIC, nobody here reads."""
    return usual_name(media_type) in _TOLD_BY_BYTES
