"""Images, told by their bytes."""

from __future__ import annotations

import re
import warnings
from io import BytesIO
from typing import Any, TypeGuard

import filetype
from PIL import Image, UnidentifiedImageError

_SIZE = re.compile(r"[1-9][0-9]{0,5}x[1-9][0-9]{0,5}", re.ASCII)


def is_size(value: Any) -> TypeGuard[str]:
    """Tell whether a configured size is a width and a height, such as `1024x1792`; `auto` is none."""
    return isinstance(value, str) and _SIZE.fullmatch(value) is not None


def media_type_of(body: bytes) -> str | None:
    """Tell the media type of an image by its magic number, or None if the bytes are no intact image.

    Only the structure is looked at; no pixel is decoded, so a hostile image costs nothing.
    """
    kind = filetype.guess_mime(body)
    if kind is None or not kind.startswith("image/"):
        return None
    return kind if _opened(body) is not None else None


def size_of(body: bytes) -> str | None:
    """Tell the size of an image as `1024x1792`, or None if the bytes are no image."""
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
