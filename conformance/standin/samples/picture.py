"""The pictures that the sample adapter is given by its upstream."""

from __future__ import annotations

import io
from base64 import b64encode
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from typing import Any, Final

from PIL import Image, ImageOps

SIZES: Final = {"1024x1024": (1024, 1024), "1792x1024": (1792, 1024), "1024x1792": (1024, 1792)}
"""The sizes that DALL-E 3 knows, as they are written in a request."""

EXTENSIONS: Final = {"png": "png", "jpeg": "jpg", "webp": "webp"}
"""The formats, and the ends of their files' names."""

_BLUE: Final = (64, 128, 255)
_SHADES: Final = 64


@dataclass(frozen=True)
class Picture:
    """A picture as the upstream sends it, and the name under which an adapter stores it (dial-api 5.3)."""

    content: bytes
    content_type: str
    base64: str
    name: str


@cache
def picture(size: str) -> Picture:
    """Draw a blue gradient, always the same for a size: byte by byte that of the first captures, if zlib is the same.

    Args:
        size: One of `SIZES`.

    Raises:
        KeyError: It is none.
    """
    width, height = SIZES[size]
    column = ImageOps.colorize(Image.linear_gradient("L").resize((1, height)), "black", _BLUE).quantize(_SHADES)
    return _encoded(column.resize((width, height)), "png", optimize=True)


@cache
def gradient(size: str, kind: str = "png", *, transparent: bool = False) -> Picture:
    """Draw a grey gradient, as the upstream of the later captures did.

    Args:
        size: The width and height, such as 1024x1024.
        kind: One of `EXTENSIONS`.
        transparent: Whether it has an alpha channel; the upstream of the captures never drew one, the real one does.

    Raises:
        ValueError: That is no size.
        KeyError: It is no such format.
    """
    width, height = map(int, size.split("x"))
    return _encoded(Image.linear_gradient("L").resize((width, height)).convert("RGBA" if transparent else "RGB"), kind)


def _encoded(drawn: Image.Image, kind: str, **options: Any) -> Picture:
    file = io.BytesIO()
    drawn.save(file, kind, **options)
    encoded = b64encode(file.getvalue())
    name = f"{sha256(encoded).hexdigest()}.{EXTENSIONS[kind]}"
    return Picture(file.getvalue(), f"image/{kind}", encoded.decode(), name)
