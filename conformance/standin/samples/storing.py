"""How an adapter stores a picture: in the files of its caller, through the gateway, with the per-request key."""

from __future__ import annotations

from typing import Any, Final

from conformance.standin.core.http import Handler, IncomingRequest, Response
from conformance.standin.samples.picture import Picture

_BOUNDARY: Final = "picture-of-the-stand-in"


async def stored(picture: Picture, core: Handler, key: str) -> str:
    """Upload a picture.

    Args:
        picture: It and its name.
        core: The gateway.
        key: The per-request key; its bucket has an `appdata` folder for the deployment (dial-api 6.1).

    Returns:
        Its url, `files/{bucket}/appdata/{deployment}/images/{name}`.

    Raises:
        RuntimeError: The gateway does not take it.
    """
    credentials = ("api-key", key)
    bucket = await _answered(core, IncomingRequest("GET", "/v1/bucket", (credentials,)))
    upload = IncomingRequest(
        "PUT",
        f"/v1/files/{bucket['appdata']}/images/{picture.name}",
        (credentials, ("content-type", f"multipart/form-data; boundary={_BOUNDARY}")),
        _form(picture),
    )
    return str((await _answered(core, upload))["url"])


async def _answered(core: Handler, request: IncomingRequest) -> Any:
    response: Response = await (await core(request)).whole()
    if response.status != 200:
        raise RuntimeError(f"{request.method} {request.target}: {response.status} {response.body[:200]!r}")
    return response.json()


def _form(picture: Picture) -> bytes:
    head = (
        f"--{_BOUNDARY}\r\n"
        f'Content-Disposition: form-data; name="file"; filename="{picture.name}"\r\n'
        f"Content-Type: {picture.content_type}\r\n\r\n"
    )
    return head.encode() + picture.content + f"\r\n--{_BOUNDARY}--\r\n".encode()
