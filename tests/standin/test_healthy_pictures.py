"""Pictures of applications: of any type that a browser shows, by any name in use. None of them is accused."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from conformance.contract.result import Result
from conformance.contract.verdict import Verdict
from conformance.standin.core.http import Handler, IncomingRequest, Response
from conformance.standin.dial import KEYS, stand_in
from conformance.standin.proof.in_process import decided
from conformance.standin.request_kinds import asks_block, asks_stream
from conformance.standin.response_edits import edited, edited_events

SVG = b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"></svg>'
HEIC = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + b"\x00" * 64
PAGE = b"<!DOCTYPE html><html><body>The storage is full</body></html>"


def drawn(kind: str) -> bytes:
    """Draw a small picture of a format of Pillow."""
    file = BytesIO()
    Image.new("RGB", (16, 16)).save(file, kind)
    return file.getvalue()


async def put(core: Handler, content: bytes, media_type: str, name: str) -> str:
    """Store a file in the caller's bucket, as an application does, and return its url."""
    key = ("api-key", KEYS[0])
    bucket = (await core(IncomingRequest("GET", "/v1/bucket", (key,)))).json()["bucket"]
    head = (
        f'--b\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\nContent-Type: {media_type}\r\n\r\n'
    )
    form = ("content-type", "multipart/form-data; boundary=b")
    body = head.encode() + content + b"\r\n--b--\r\n"
    stored = await core(IncomingRequest("PUT", f"/v1/files/{bucket}/charts/{name}", (key, form), body))
    return str((await stored.whole()).json()["url"])


def charting(core: Handler, content: bytes, media_type: str, name: str) -> Handler:
    """Let the application that searches attach a chart to each answer."""

    async def handler(request: IncomingRequest) -> Response:
        response = await core(request)
        if "/search/" not in request.path:
            return response
        if asks_stream(request):
            chart = {"title": "Chart", "type": media_type, "url": await put(core, content, media_type, name)}
            return await edited_events(response, lambda events: insert(events, {"index": 0, **chart}))
        if asks_block(request):
            chart = {"title": "Chart", "type": media_type, "url": await put(core, content, media_type, name)}
            return await edited(response, lambda body: attach(body["choices"][0]["message"], chart))
        return response

    return handler


def attach(message: Any, attachment: Any) -> None:
    """Put an attachment into a message or a delta."""
    message["custom_content"] = {"attachments": [attachment]}


def insert(events: Any, attachment: Any) -> None:
    """Send an attachment behind the first chunk."""
    choice = {"index": 0, "finish_reason": None, "delta": {"custom_content": {"attachments": [attachment]}}}
    events.insert(1, {**events[0], "choices": [choice]})


OF_PICTURES = ("ATT-*", "FILE-*", "STRM-06", "STRM-13", "CLI-06")


def results(folder: Path, content: bytes, media_type: str, name: str) -> list[Result]:
    """Ask by default of the pictures of the application with that chart, and let Pillow open it."""
    dial = charting(stand_in("0.25", folder), content, media_type, name)
    with decided(dial, KEYS, ["search"], frozenset({"--clients"}), OF_PICTURES) as (_, found):
        return found


def accused(found: list[Result]) -> set[str]:
    """Return the ids of what does not hold."""
    return {one.requirement for one in found if one.verdict in (Verdict.VIOLATED, Verdict.ADVISORY)}


@pytest.mark.parametrize(
    ("content", "media_type", "name"),
    [
        (SVG, "image/svg+xml", "chart.svg"),
        (drawn("JPEG"), "image/jpg", "chart.jpg"),
        (drawn("ICO"), "image/vnd.microsoft.icon", "chart.ico"),
        (drawn("PNG"), "image/apng", "chart.png"),
        (drawn("BMP"), "image/x-ms-bmp", "chart.bmp"),
        (drawn("JPEG2000"), "image/jp2", "chart.jp2"),
        (HEIC, "image/heic", "photo.heic"),
    ],
    ids=["SVG", "JPEG", "icon", "APNG", "BMP", "JPEG 2000", "HEIC"],
)
def test_picture_of_an_application(tmp_path: Path, content: bytes, media_type: str, name: str) -> None:
    found = results(tmp_path, content, media_type, name)
    assert accused(found) == set()
    assert Verdict.COULD_NOT_RUN not in {one.verdict for one in found if one.requirement.startswith(("FILE", "STRM"))}


@pytest.mark.parametrize(
    ("content", "media_type"),
    [(PAGE, "image/svg+xml"), (b"", "image/heic"), (drawn("PNG"), "image/jpg"), (drawn("PNG"), "image/heic")],
    ids=["a page", "nothing", "a PNG as JPEG", "a PNG as HEIC"],
)
def test_picture_that_is_none(tmp_path: Path, content: bytes, media_type: str) -> None:
    assert accused(results(tmp_path, content, media_type, "chart")) == {"FILE-02"}
