"""Images, told by their bytes."""

from __future__ import annotations

import re
import warnings
from io import BytesIO
from typing import Any, TypeGuard

import filetype
from PIL import Image, UnidentifiedImageError

from conformance.contract.exchange import Exchange
from conformance.dial.image_types import SVG, is_told_by_bytes, usual_name

_SVG = re.compile(
    rb"(?>\xef\xbb\xbf)?+\s*+(?:(?:<\?(?>.*?\?>)|<!--(?>.*?-->)|<!DOCTYPE[^>\[]*+(?:\[(?>.*?\]))?[^>]*+>)\s*+)*+<(?:\w+:)?svg[\s/>]",
    re.DOTALL,
)
"""The beginning of an SVG: a declaration, comments, a document type, and the root. Nothing is tried twice (`++`)."""
_LONGEST_BEGINNING = 100_000
_SIZE = re.compile(r"[1-9][0-9]{0,5}x[1-9][0-9]{0,5}", re.ASCII)


def is_size(value: Any) -> TypeGuard[str]:
    """Tell whether a configured size is a width and a height, such as `1024x1792`; `auto` is none."""
    return isinstance(value, str) and _SIZE.fullmatch(value) is not None


def is_web_page(file: Exchange) -> bool:
    """Tell whether what came in place of an image is a page for people."""
    return file.answer.media_type == "text/html" and media_type_of(file.answer.body) is None


def media_type_of(body: bytes) -> str | None:
    """Tell the media type of an image by its magic number, or None if the bytes are no intact image.

    Only the structure is looked at; no pixel is decoded, so a hostile image costs nothing. An SVG is told by its root.
    """
    if _SVG.match(body[:_LONGEST_BEGINNING]):
        return SVG
    kind = filetype.guess_mime(body)
    if kind is None or not kind.startswith("image/"):
        return None
    return kind if _opened(body) is not None else None


def is_of_type(body: bytes, media_type: str | None) -> bool | None:
    """Tell whether bytes are an image of a type, by any of its names; None if nobody here can tell for that type."""
    found = media_type_of(body)
    if found is None and not is_told_by_bytes(media_type):
        return None
    return found is not None and found == usual_name(media_type)


def size_of(body: bytes) -> str | None:
    """Tell the size of an image as `1024x1792`, or None if the bytes are no image, or one without pixels (SVG)."""
    image = _opened(body)
    return None if image is None else f"{image.width}x{image.height}"


def has_alpha_channel(body: bytes) -> bool:
    """Tell whether the pixels of an image say how transparent they are; none is decoded."""
    image = _opened(body)
    return image is not None and image.has_transparency_data


def _opened(body: bytes) -> Image.Image | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # no pixel is decoded
            with Image.open(BytesIO(body)) as image:
                image.verify()
                return image
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None
