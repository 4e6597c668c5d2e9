"""Reads HAR files (HTTP Archive 1.2), as browsers export them and mitmproxy's `hardump` writes them."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final

from conformance.contract.exchange import Headers, InvalidJsonError, Request, excerpt, parse_json
from conformance.wire.cassettes.interactions import Interaction

LARGEST: Final = 128 * 1024 * 1024
"""Bytes of a file that are read at most."""
_DEEPEST: Final = 40
"""The format itself needs about ten levels; bodies are texts, and add none."""
_MOST_ENTRIES: Final = 50_000
_OF_A_BROWSER: Final = frozenset(
    {
        "accept-language", "cache-control", "dnt", "origin", "pragma", "priority", "referer", "sec-gpc", "te",
        "upgrade-insecure-requests", "x-requested-with",
    }
)  # fmt: skip
"""Headers that a browser adds by itself, beside those that begin with `sec-` or are HTTP/2's own (`:path`)."""
_UNDONE: Final = frozenset({"content-encoding", "transfer-encoding"})
"""The text of a HAR file is the body without its codings, so these say nothing of it any more."""
_BROKE_OFF: Final = ("_error", "_failureText")
"""Where Chromium, and Playwright, tell why an answer did not come to its end."""
_LONGEST_NUMBER: Final = 16
_NO_BODY: Final = frozenset({HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED})
_TOKEN: Final = re.compile(rb'"(?:[^"\\]+|\\.)*"?|[\[{]|[\]}]', re.DOTALL)


class MalformedHarError(ValueError):
    """A file that is no HAR file, or too much to be looked at; the message says why."""


def read_har(path: Path) -> list[Interaction]:
    """Read all exchanges of a file, whoever they were with; the path of each request is its whole URL.

    What is missing, or cut, is the `problem` of the exchange: of such an answer nothing can be said. A HAR file may
    leave credentials out (browsers do so by themselves), so a request without any is not known to be one without.

    Raises:
        MalformedHarError: It is no HAR file.
        OSError: It cannot be read.
    """
    document = _document(path)
    log = document.get("log") if isinstance(document, dict) else None
    entries = log.get("entries") if isinstance(log, dict) else None
    if not isinstance(log, dict) or not isinstance(entries, list):
        raise MalformedHarError(f"{path} is no HAR file: it has no log.entries")
    if len(entries) > _MOST_ENTRIES:
        raise MalformedHarError(f"{path} has more than {_MOST_ENTRIES:,} entries: export a part of it")
    creator = log.get("creator")
    tells_wire_size = isinstance(creator, dict) and "mitmproxy" in str(creator.get("name", "")).lower()
    found = []
    for number, entry in enumerate(entries, 1):
        place = f"{path}, entry {number}"
        try:
            found.append(_exchange(place, entry, tells_wire_size=tells_wire_size))
        except ValueError as error:
            raise MalformedHarError(f"{place} is not as HAR 1.2 has it: {error}") from None
    return found


def _document(path: Path) -> Any:
    if path.stat().st_size > LARGEST:
        raise MalformedHarError(f"{path} is larger than {LARGEST:,} bytes: export a part of it")
    text = path.read_bytes().removeprefix(b"\xef\xbb\xbf")
    depth = 0
    for token in _TOKEN.finditer(text):
        first = text[token.start()]
        depth += (first in b"[{") - (first in b"]}")
        if depth > _DEEPEST:
            raise MalformedHarError(f"{path} is no HAR file: it is nested deeper than {_DEEPEST} levels")
    try:
        return parse_json(text)
    except InvalidJsonError as error:
        raise MalformedHarError(f"{path} is no HAR file: it is not JSON: {excerpt(str(error))}") from None


def _exchange(place: str, entry: Any, *, tells_wire_size: bool) -> Interaction:
    request, response = _mapping(_mapping(entry, ""), "request"), _mapping(_mapping(entry, ""), "response")
    method, url = _text(request.get("method"), "request.method"), _text(request.get("url"), "request.url")
    headers = tuple(one for one in _headers(request, "request") if not _is_of_the_browser(one[0]))
    asked, problem = _sent_body(request.get("postData"))
    status = response.get("status")
    if isinstance(status, bool) or not isinstance(status, int):
        raise ValueError("response.status is no number")  # noqa: TRY004 - it is the file's fault
    answered = tuple(one for one in _headers(response, "response") if one[0].lower() not in _UNDONE)
    reason = response.get("statusText")
    found = Interaction(
        place,
        Request(method, url, headers, asked),
        status,
        reason if isinstance(reason, str) else "",
        answered,
        b"",
        signed=_has_credentials(headers) or method == "OPTIONS",
        problem=problem,
    )
    if not 100 <= status <= 999:  # noqa: PLR2004 - what HTTP has
        found.problem = "it has no answer"
    elif entry.get("_fromCache") or response.get("_fetchedViaServiceWorker"):
        found.problem = "the browser answered it from its cache"
    elif any(place.get(name) for place in (entry, response) for name in _BROKE_OFF):
        found.problem = "it broke off"
    if found.problem is None:
        found.body, found.problem = _answered_body(found, response.get("content"), tells_wire_size=tells_wire_size)
        found.problem = found.problem or _why_cut(found, response)
    return found


def _sent_body(posted: Any) -> tuple[bytes, str | None]:
    if posted is None:
        return b"", None
    text = _mapping(posted, "").get("text")
    if not isinstance(text, str):
        return b"", "the body of the request is missing" if posted.get("params") else None
    if posted.get("encoding") == "base64":
        try:
            return base64.b64decode(text, validate=True), None
        except (binascii.Error, ValueError):
            return b"", "the body of the request is no base64"
    return text.encode("utf-8", "surrogatepass"), None


def _answered_body(found: Interaction, content: Any, *, tells_wire_size: bool) -> tuple[bytes, str | None]:
    """Return the body of an answer, and why nothing can be said of it, or None.

    `size` is the length of the body that `text` has, by HAR 1.2; mitmproxy writes that on the wire, and `compression`
    beside it, which is the difference.
    """
    content = content if isinstance(content, dict) else {}
    size, text, saved = content.get("size"), content.get("text"), content.get("compression")
    length = size if isinstance(size, int) and not isinstance(size, bool) and size >= 0 else None
    if length is not None and tells_wire_size and isinstance(saved, int):
        length += saved
    if not isinstance(text, str) or (not text and length != 0):
        return (b"", None) if _is_known_to_be_empty(found, length) else (b"", "its body is missing")
    if content.get("encoding") == "base64":
        try:
            body = base64.b64decode(text, validate=True)
        except (binascii.Error, ValueError):
            return b"", "its body is no base64"
    elif "\ufffd" in text:
        return b"", "its body is not as it came: a part of it was no text"
    else:
        body = text.encode("utf-8", "surrogatepass")
    if not body and not _is_known_to_be_empty(found, length):
        return b"", "its body is missing"
    if length is not None and len(body) < length:
        return b"", f"its body is cut: {len(body)} of {length} bytes"
    return body, None


def _why_cut(found: Interaction, response: Mapping[str, Any]) -> str | None:
    """Return why an answer may not be whole though its size is that of its text, or None.

    Whoever leaves in the middle of an answer, such as a person who has read enough of a stream, has what came until
    then. Not every program says so, so the end of a stream must be there, or nothing is said of it.
    """
    named = {name.lower(): value for name, value in _headers(response, "response")}
    told = named.get("content-length", "")
    has_body = found.request.method != "HEAD" and found.status not in _NO_BODY and "content-encoding" not in named
    is_number = told.isascii() and told.isdigit() and len(told) < _LONGEST_NUMBER
    if has_body and is_number and len(found.body) < int(told):
        return f"its body is cut: {len(found.body)} of {told} bytes"
    streams = named.get("content-type", "").lower().startswith("text/event-stream")
    if streams and found.status == HTTPStatus.OK and b"[DONE]" not in found.body:
        return "its body is cut, or the stream has no end: it has no [DONE]"
    return None


def _is_known_to_be_empty(found: Interaction, length: int | None) -> bool:
    """Tell whether there was no body. A size of 0 alone does not say so: browsers write it also where they lost it."""
    if found.status in _NO_BODY or found.request.method == "HEAD":
        return True
    told = next((value for name, value in found.headers if name.lower() == "content-length"), None)
    return told is not None and told.strip() == "0" and length in (0, None)


def _headers(message: Mapping[str, Any], name: str) -> Headers:
    listed = message.get("headers", [])
    if not isinstance(listed, list):
        raise ValueError(f"{name}.headers is no array")  # noqa: TRY004 - it is the file's fault
    found = []
    for one in listed:
        pair = _mapping(one, "")
        header, value = _text(pair.get("name"), "a header's name"), _text(pair.get("value"), "a header's value")
        found += [(header, part) for part in value.split("\n")]  # as chromium writes several of one name
    return tuple(found)


def _is_of_the_browser(name: str) -> bool:
    lower = name.lower()
    return lower in _OF_A_BROWSER or lower.startswith((":", "sec-"))


def _has_credentials(headers: Headers) -> bool:
    return any(name.lower() in ("api-key", "authorization") for name, _ in headers)


def _mapping(value: Any, name: str) -> dict[str, Any]:
    if name:
        value = value.get(name)
    if not isinstance(value, dict):
        raise ValueError(f"{name or 'it'} is no object")  # noqa: TRY004 - it is the file's fault
    return value


def _text(value: object, name: str) -> str:
    if not isinstance(value, str):
        raise ValueError(f"{name} is no text")  # noqa: TRY004 - it is the file's fault
    return value
