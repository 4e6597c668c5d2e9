"""A request as a program that sends it again: for a shell with curl, and for Python with httpx.

Each is one file that needs no other and holds no credential: these come from the environment. Both send what the suite
sent: the raw path, the headers in their spelling, the body byte by byte, over HTTP/1.1, and follow no redirect.
"""

from __future__ import annotations

import re
import shlex
import string
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from conformance.contract.exchange import API_KEY, BEARER_TOKEN, ORIGIN, OTHER_API_KEY, Request, printable
from conformance.contract.key_variants import VARIANTS

MARK: Final = "# Written by `dial-conformance --reproduce`, and replaced by the next."
"""The second line of each script, by which an old one is known as ours."""

SECONDS: Final = 180
_MEANINGS: Final = {
    API_KEY: "a key",
    OTHER_API_KEY: "the key of another project",
    BEARER_TOKEN: "a token",
    **{placeholder: meaning for placeholder, (_, meaning) in VARIANTS.items()},
    ORIGIN: "the origin of a web page, such as https://chat.example.com",
}
_PLACEHOLDERS = sorted(_MEANINGS, key=len, reverse=True)  # the longest first, where one begins with another
_PLACEHOLDER = re.compile(f"({'|'.join(map(re.escape, _PLACEHOLDERS))})")
_WAITS_FOR_CONTINUE = 1024
_ALPHANUMERIC = frozenset(string.ascii_letters + string.digits)


def shell_script(request: Request, comments: Iterable[str]) -> str:
    """Write a script for any POSIX shell.

    Args:
        request: What to ask.
        comments: Lines that say why.
    """
    lines = ["#!/bin/sh", MARK, "#", *_comments(comments), "set -eu"]
    lines += [f': "${{{name}:?is missing: {meaning}}}"' for name, meaning in _needed(request)]
    lines += ["", *_sending(request.body)]
    lines.append(" \\\n    ".join(["curl -sS -i --globoff --path-as-is --http1.1", *_arguments(request)]))
    return "\n".join(lines) + "\n"


def python_script(request: Request, comments: Iterable[str]) -> str:
    """Write a script for Python.

    Args:
        request: What to ask.
        comments: Lines that say why.
    """
    headers = "".join(f"    ({_literal(name)}, {_expression(value)}),\n" for name, value in request.headers)
    return _PYTHON.format(
        mark=MARK,
        comments="\n".join(_comments(comments)),
        needed="".join(f"    {name!r}: {meaning!r},\n" for name, meaning in _needed(request)),
        seconds=SECONDS,
        method=request.method,
        path=_expression(request.path),
        headers=f"[\n{headers}]" if headers else "[]",
        body=_literal_of_bytes(request.body),
    )


_PYTHON: Final = """\
#!/usr/bin/env python3
{mark}
#
{comments}
#
# /// script
# requires-python = ">=3.11"
# dependencies = ["httpx>=0.28,<1"]
# ///
import os
import sys
from urllib.parse import urlsplit

import httpx

NEEDED = {{
{needed}}}
for name, meaning in NEEDED.items():
    if not os.environ.get(name):
        sys.exit(f"{{name}} is missing: {{meaning}}")

METHOD = {method!r}
PATH = {path}
HEADERS = {headers}
BODY = {body}

url = os.environ["DIAL_URL"].rstrip("/")
target = urlsplit(url).path.encode() + PATH  # httpx would normalise a path
with httpx.Client(timeout={seconds}, follow_redirects=False, headers={{"Accept-Encoding": "identity"}}) as client:
    request = client.build_request(METHOD, url, headers=HEADERS, content=BODY or None, extensions={{"target": target}})
    try:
        answer = client.send(request)
    except httpx.HTTPError as error:
        sys.exit(f"no answer: {{error!r}}")
head = [f"{{answer.http_version}} {{answer.status_code}} {{answer.reason_phrase}}".encode()]
head += [name + b": " + value for name, value in answer.headers.raw]
sys.stdout.buffer.write(b"\\n".join(head) + b"\\n\\n" + answer.content + b"\\n")
"""


def _needed(request: Request) -> Iterator[tuple[str, str]]:
    """Tell which variables of the environment a request takes, and what they are."""
    yield "DIAL_URL", "give the address of the DIAL, such as https://dial.example.com"
    texts = (request.path, *(value for _, value in request.headers))
    taken = {found for text in texts for found in _PLACEHOLDER.findall(text)}
    yield from ((name.removeprefix("$"), f"give {meaning}") for name, meaning in _MEANINGS.items() if name in taken)


def _comments(comments: Iterable[str]) -> Iterator[str]:
    yield from (f"# {printable(line)}".rstrip() for line in comments)


def _sending(body: bytes) -> Iterator[str]:
    """Write the body to the standard input of curl: an argument can hold neither a zero nor very much."""
    if not body:
        return
    text = _readable(body)
    if text is None:
        octets = "".join(chr(one) if chr(one) in _ALPHANUMERIC else f"\\{one:03o}" for one in body)
        yield f"printf '{octets}' |"
    else:
        yield f"printf '%s' {shlex.quote(text)} |"


def _arguments(request: Request) -> Iterator[str]:
    yield f"--max-time {SECONDS}"
    yield "--head" if request.method == "HEAD" else f"-X {shlex.quote(request.method)}"
    yield f'"${{DIAL_URL%/}}"{_quoted_path(request.path)}'
    yield from (f"-H {_quoted_header(name, value)}" for name, value in request.headers)
    if request.header("accept-encoding") is None:
        yield "-H 'Accept-Encoding: identity'"
    if request.body:
        # curl would add these of its own
        yield from (["-H 'Content-Type:'"] if request.header("content-type") is None else [])
        yield from (["-H 'Expect:'"] if len(request.body) > _WAITS_FOR_CONTINUE else [])
        yield "--data-binary @-"


def _quoted_path(path: str) -> str:
    pieces = _pieces(path)
    return "".join(f'"${{{one[1:]}}}"' if one in _PLACEHOLDERS else shlex.quote(one) for one in pieces)


def _quoted_header(name: str, value: str) -> str:
    pieces = _pieces(f"{name}: {value}" if value else f"{name};")
    quoted = (f"${{{one[1:]}}}" if one in _PLACEHOLDERS else _in_double_quotes(one) for one in pieces)
    return f'"{"".join(quoted)}"'


def _in_double_quotes(text: str) -> str:
    return re.sub(r'(["$`\\])', r"\\\1", text)


def _expression(value: str) -> str:
    """Write a header's value as an expression of Python."""
    pieces = _pieces(value)
    return (
        " + ".join(
            f"os.environ[{one.removeprefix('$')!r}].encode()" if one in _PLACEHOLDERS else _literal(one)
            for one in pieces
        )
        or "b''"
    )


def _pieces(text: str) -> Sequence[str]:
    return [one for one in _PLACEHOLDER.split(text) if one]


def _literal(text: str) -> str:
    return repr(text.encode())


def _literal_of_bytes(body: bytes) -> str:
    text = _readable(body)
    return repr(body) if text is None or text.isascii() else f"{text!r}.encode()"


def _readable(body: bytes) -> str | None:
    """Return a body as text if a script can show it as it is: with no control sequence, and nothing that turns text."""
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return text if text.replace("\n", "").replace("\t", "").isprintable() else None
