"""The user's own deployments behind the stand-in (`--deployment`), and what is reported of them at the terminal."""

from __future__ import annotations

import re
import sys
from typing import Final, Literal
from urllib.parse import urlsplit

from conformance.standin.core.deployment import ServedDeployment
from conformance.standin.core.http import Handler, IncomingRequest, Response
from conformance.standin.core.remote import Remote

BESIDE_COMPLETIONS: Final = "configuration"
"""The path of a schema that is where the SDK has it: beside the chat completions."""

_COMPLETIONS: Final = "/chat/completions"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._~-]*", re.ASCII)
_FAILED: Final = (("content-type", "text/plain"),)


def is_name(name: str) -> bool:
    """Tell whether a deployment can be called so: what needs no encoding in a path."""
    return _NAME.fullmatch(name) is not None


def why_not_a_url(url: str) -> str:
    """Tell why a deployment cannot be there; empty if it can."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        return str(error)
    if parts.scheme not in {"http", "https"} or not parts.hostname or port == 0:
        return "no http or https URL"
    return "a query or a fragment" if parts.query or parts.fragment else ""


def deployment_at(
    name: str, url: str, endpoint: str | None, kind: Literal["application", "model"] | None
) -> ServedDeployment:
    """Put a deployment that is served elsewhere behind the stand-in.

    Args:
        name: What it is called.
        url: Where it is served; or where its chat completions are, as in the configuration of Core.
        endpoint: The path of its schema, `BESIDE_COMPLETIONS`, or None if it has none.
        kind: What it is listed as; an application by default.

    Raises:
        ValueError: The endpoint is none.
    """
    path = urlsplit(url).path.rstrip("/")
    own = path if path.endswith(_COMPLETIONS) else None
    base = url.rstrip("/").removesuffix(own) if own else url
    completions = own or f"/openai/deployments/{name}{_COMPLETIONS}"
    answers = with_silence_reported(name, base, Remote(base))
    endpoints = {} if endpoint is None else {"configuration": _endpoint(endpoint, base, completions)}
    return ServedDeployment(name, kind or "application", answers, endpoints, completions=completions)


def _endpoint(given: str, base: str, completions: str) -> str:
    if given == BESIDE_COMPLETIONS:
        return f"{completions.removesuffix(_COMPLETIONS)}/configuration"
    path = given.removeprefix(base.rstrip("/"))
    if not path.startswith("/") or "?" in path or "#" in path:
        raise ValueError(
            f"--configuration-endpoint {given}: give a path at {base}, such as {completions}/../configuration"
        )
    return path


def with_silence_reported(name: str, url: str, answers: Handler) -> Handler:
    """Tell at the terminal when a deployment does not answer: all that its caller sees is 502."""
    said: set[str] = set()

    async def answer(request: IncomingRequest) -> Response:
        try:
            return await answers(request)
        except ConnectionError as error:
            line = f"{name}: nothing answers at {url}: {error}\n"
            if line not in said:
                said.add(line)
                sys.stderr.write(line)
            raise

    return answer


def with_faults_reported(answers: Handler) -> Handler:
    """Tell at the terminal of a fault of the stand-in itself, which answers 500 then."""

    async def answer(request: IncomingRequest) -> Response:
        try:
            return await answers(request)
        except Exception as error:  # noqa: BLE001 - whatever it is, it must not be silent
            sys.stderr.write(f"a fault of the stand-in at {request.method} {request.path!r}: {error!r}\n")
            return Response(500, _FAILED, b"Internal Server Error")

    return answer
