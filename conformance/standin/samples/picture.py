"""The pictures that the sample adapter is given by its upstream."""

from __future__ import annotations

import io
from base64 import b64encode
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from typing import Final

from PIL import Image, ImageOps

SIZES: Final = {"1024x1024": (1024, 1024), "1792x1024": (1792, 1024), "1024x1792": (1024, 1792)}
"""The sizes that DALL-E 3 knows, as they are written in a request."""

_BLUE: Final = (64, 128, 255)
_SHADES: Final = 64


@dataclass(frozen=True)
class Picture:
    """A picture as the upstream sends it, and the name under which an adapter stores it (dial-api 5.3)."""

    png: bytes
    base64: str
    name: str


@cache
def picture(size: str) -> Picture:
    """Draw a gradient, always the same for a size: byte by byte that of the captures, if zlib is the same.

    Args:
        size: One of `SIZES`.

    Raises:
        KeyError: It is none.
    """
    width, height = SIZES[size]
    column = ImageOps.colorize(Image.linear_gradient("L").resize((1, height)), "black", _BLUE).quantize(_SHADES)
    file = io.BytesIO()
    column.resize((width, height)).save(file, "PNG", optimize=True)
    encoded = b64encode(file.getvalue())
    return Picture(file.getvalue(), encoded.decode(), f"{sha256(encoded).hexdigest()}.png")
