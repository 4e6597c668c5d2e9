"""What the bytes of an image tell."""

from __future__ import annotations

import time
from io import BytesIO

import pytest
from PIL import Image

from conformance.dial.image import is_of_type, media_type_of

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"><rect width="10" height="10"/></svg>'


def drawn(kind: str) -> bytes:
    """Draw a small picture of a format of Pillow."""
    file = BytesIO()
    Image.new("RGB", (8, 8)).save(file, kind)
    return file.getvalue()


@pytest.mark.parametrize(
    "body",
    [
        SVG,
        b"\xef\xbb\xbf" + SVG,
        b'<?xml version="1.0" encoding="UTF-8"?>\n<!-- drawn by hand -->\n' + SVG,
        b'<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "x.dtd" [<!ENTITY a "b">]>\n' + SVG,
        SVG.replace(b"svg ", b"s:svg ").replace(b"/svg", b"/s:svg"),
    ],
)
def test_svg_is_told_by_its_root(body: bytes) -> None:
    assert media_type_of(body) == "image/svg+xml"


@pytest.mark.parametrize("body", [b"<html><body>" + SVG, b"svg", b"<!-- " + SVG, b"<svgs/>", b""])
def test_what_begins_otherwise_is_no_svg(body: bytes) -> None:
    assert media_type_of(body) is None
    assert is_of_type(body, "image/svg+xml") is False


@pytest.mark.parametrize(
    "part", [b"<!-- a -->", b"<?a b?>", b" ", b"<!DOCTYPE a>", b"<!DOCTYPE a []>", b"<!--", b"<!DOCTYPE a ["]
)
def test_hostile_beginning_takes_no_time(part: bytes) -> None:
    began = time.process_time()
    assert media_type_of(part * (1_000_000 // len(part))) is None
    assert time.process_time() - began < 2


@pytest.mark.parametrize(
    ("kind", "media_type"),
    [
        ("JPEG", "image/jpg"),
        ("JPEG", "image/pjpeg"),
        ("PNG", "image/apng"),
        ("ICO", "image/vnd.microsoft.icon"),
        ("ICO", "image/x-icon"),
        ("BMP", "image/x-ms-bmp"),
        ("JPEG2000", "image/jp2"),
    ],
)
def test_usual_names_of_one_type(kind: str, media_type: str) -> None:
    assert is_of_type(drawn(kind), media_type) is True
    assert is_of_type(drawn("GIF"), media_type) is False


def test_type_that_nobody_here_reads() -> None:
    assert is_of_type(b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic", "image/heic") is None
    assert is_of_type(drawn("PNG"), "image/heic") is False
