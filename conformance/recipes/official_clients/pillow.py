"""Pillow, with which the cookbook notebook opens the image (step 8)."""

from __future__ import annotations

from io import BytesIO
from typing import Final

from PIL import Image

from conformance.contract.exchange import Exchange
from conformance.contract.verdict import CouldNotRunError, NotClaimedError
from conformance.dial.image import size_of
from conformance.recipes.official_clients.conversation import Heard

MOST_PIXELS: Final = 2**25
"""Pixels that are decoded at most: an image of 128 MiB in memory. Pillow itself warns from 2.7 times as many on."""


def decode(image: Exchange) -> Heard[str]:
    """Open an image and decode all its pixels, to its size.

    Raises:
        NotClaimedError: Pillow does not read images of this type, such as SVG.
        CouldNotRunError: It is larger than anything that is decoded here, so that a hostile one costs nothing.
    """
    body = image.answer.body
    size = size_of(body)
    if size is None:  # FILE-02 says whether it is an image
        raise NotClaimedError("Pillow reads no image of this type")
    width, height = (int(side) for side in size.split("x"))
    if width * height > MOST_PIXELS:
        raise CouldNotRunError(f"the image has {size} pixels, more than are decoded here")
    try:
        with Image.open(BytesIO(body)) as opened:
            opened.load()
    except Exception as error:  # noqa: BLE001 - each format raises errors of its own
        return Heard(image, error=error)
    return Heard(image, size)
