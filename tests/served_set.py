"""A DIAL for the suite's own tests: it answers over real HTTP with the exchanges of a recorded set, and counts."""

from __future__ import annotations

import json
import sys
import threading
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self

from conformance.contract.exchange import (
    API_KEY,
    ORIGIN,
    OTHER_API_KEY,
    Answer,
    Exchange,
    Headers,
    InvalidJsonError,
    parse_json,
)
from conformance.contract.key_variants import with_key_variants
from conformance.wire.cassettes.file import read_cassette

KEY = "conformance-key-1"
OTHER_KEY = "conformance-key-2"
TOKEN = "conformance-token-1"
PAGE = "https://chat.example.com"
"""The origin of a web page that asks."""

HANG_UP = Answer(0, "")
"""Close the connection without a word."""

_SECRETS = with_key_variants({API_KEY: KEY, OTHER_API_KEY: OTHER_KEY})
"""What stands in a set for each key, and for each copy of it."""

_TELLING = (
    "api-key",
    "authorization",
    "content-type",
    "if-none-match",
    "origin",
    "access-control-request-method",
    "access-control-request-headers",
)
_NO_CAPTURE = Answer(501, "", (("content-length", "10"),), b"no capture", ((0.0, 10),))
_SECONDS = 100

Key = tuple[str, str, Headers, bytes]


@dataclass(frozen=True)
class Asked:
    """A request as it came, headers in their spelling."""

    method: str
    path: str
    headers: Headers = ()
    body: bytes = b""

    def header(self, name: str) -> str | None:
        return next((value for spelled, value in self.headers if spelled.lower() == name.lower()), None)

    @property
    def is_chat(self) -> bool:
        return self.method == "POST" and "/chat/completions" in self.path


Misbehaviour = Callable[[Asked], Answer | None]
"""What to answer in place of the set, or None. It may block, which delays the answer."""


class ServedSet:
    """Answers with the exchanges of a set: the n-th time that a request is asked, the n-th exchange recorded of it."""

    def __init__(self, folder: Path, instead: Misbehaviour | None = None) -> None:
        self.instead = instead
        self.asked: list[Asked] = []
        self.answered: list[tuple[Asked, int]] = []
        self.not_in_the_set: list[Asked] = []
        self.completions = 0
        self.faults: list[BaseException] = []
        self._lock = threading.Lock()
        self._counts: Counter[Key] = Counter()
        self._exchanges: defaultdict[Key, list[Exchange]] = defaultdict(list)
        for path in sorted(folder.glob("*/*.yaml")):
            name = path.relative_to(folder).with_suffix("").as_posix()
            key, exchange = _exchange_in(path, name, path.stat().st_mtime_ns)
            self._exchanges[key].append(exchange)
        self._server = _Server(("127.0.0.1", 0), _handler_of(self))
        self._server.told = self.faults.append
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join(_SECONDS)
        self._server.server_close()

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def size(self) -> int:
        """How many exchanges the set has."""
        return sum(map(len, self._exchanges.values()))

    @property
    def asked_too_often(self) -> dict[str, int]:
        """Requests that came more often than there are exchanges of them, and how often."""
        known = {key: count for key, count in self._counts.items() if key in self._exchanges}
        return {f"{key[0]} {key[1]}": count for key, count in known.items() if count > len(self._exchanges[key])}

    @property
    def never_asked(self) -> list[str]:
        """Exchanges of the set that nobody asked for."""
        return [one.name for key, found in self._exchanges.items() for one in found[self._counts[key] :]]

    def recorded_answer(self, asked: Asked) -> Answer:
        """The first answer to a request, as recorded."""
        found = self._exchanges.get(_key(asked))
        return found[0].answer if found else _NO_CAPTURE

    def recorded_status(self, asked: Asked) -> int:
        """The status with which a request is answered as recorded."""
        return self.recorded_answer(asked).status

    def recorded(self, name: str) -> Answer:
        """The answer of the exchange of that name."""
        return next(one.answer for found in self._exchanges.values() for one in found if one.name == name)

    def answer(self, asked: Asked) -> Answer:
        """Choose the answer to a request, and count the request."""
        key = _key(asked)
        with self._lock:
            self.asked.append(asked)
            number, self._counts[key] = self._counts[key], self._counts[key] + 1
        found = self._exchanges.get(key)
        answer = self.instead(asked) if self.instead else None
        if answer is None:
            answer = found[min(number, len(found) - 1)].answer if found else _NO_CAPTURE
        with self._lock:
            if answer is _NO_CAPTURE:
                self.not_in_the_set.append(asked)
            self.answered.append((asked, answer.status))
            self.completions += asked.is_chat and answer.status == 200
        return answer


def everything(answer: Answer) -> Misbehaviour:
    """Answer everything alike."""
    return lambda _: answer


def answering_ordinary(folder: Path, name: str = "dall-e-3/accepted.absent") -> Misbehaviour:
    """Answer the request of ordinary clients (CHAT-36), which nobody has captured, like the plain one of a set."""
    answer = read_cassette(folder / f"{name}.yaml", name).answer
    return lambda asked: answer if asked.is_chat and b'"stream":false' in asked.body else None


def below(path: str, answer: Answer) -> Misbehaviour:
    """Answer a path, and what is below it, alike."""
    return lambda asked: answer if asked.path.startswith(path) else None


def as_json(document: Any, status: int = 200) -> Answer:
    """An answer of JSON."""
    return _typed("application/json", json.dumps(document).encode(), status)


def as_html(text: str, status: int = 200) -> Answer:
    """An answer of HTML."""
    return _typed("text/html", text.encode(), status)


class Held:
    """Delays the answers to the paths that contain a text, until it is released."""

    def __init__(self, part: str) -> None:
        self.arrived = threading.Event()
        self.released = threading.Event()
        self._part = part

    def __call__(self, asked: Asked) -> Answer | None:
        if self._part in asked.path:
            self.arrived.set()
            self.released.wait(_SECONDS)
        return None


class Gate:
    """Lets the first requests to the paths that contain a text through only when so many are there."""

    def __init__(self, part: str, parties: int) -> None:
        self.barrier = threading.Barrier(parties, timeout=_SECONDS)
        self.passed = threading.Event()
        self._part = part

    def __call__(self, asked: Asked) -> Answer | None:
        if self._part in asked.path and not self.passed.is_set():
            self.barrier.wait()
            self.passed.set()
        return None


def _typed(media_type: str, body: bytes, status: int) -> Answer:
    headers = (("content-type", media_type), ("content-length", str(len(body))))
    return Answer(status, "", headers, body, ((0.0, len(body)),))


@lru_cache(maxsize=2000)
def _exchange_in(path: Path, name: str, _changed: int) -> tuple[Key, Exchange]:
    """Read an exchange and what its request is known by, once for all servers, unless the file changes."""
    exchange = read_cassette(path, name)
    one = exchange.request
    return _key(Asked(one.method, one.path, one.headers, one.body)), exchange


def _key(asked: Asked) -> Key:
    path_is_open = asked.path == "/version" or asked.method == "OPTIONS"
    told = sorted(
        (name.lower(), value)
        for name, value in asked.headers
        if name.lower() in _TELLING and not (path_is_open and name.lower() in {"api-key", "authorization"})
    )
    path = asked.path.replace(f"api-key={KEY}", f"api-key={API_KEY}")
    return asked.method, path, tuple(map(_by_kind, told)), _canonical(asked.body)


def _by_kind(header: tuple[str, str]) -> tuple[str, str]:
    """Write a credential as the set does; a token is as good as the key."""
    name, value = header
    if (name, value) == ("authorization", f"Bearer {TOKEN}"):
        return "api-key", API_KEY
    if name == "origin":
        return name, value.replace(PAGE, ORIGIN)
    for placeholder, secret in _SECRETS.items():
        if value in (secret, f"Bearer {secret}"):
            return name, value.replace(secret, placeholder)
    return name, value


def _canonical(body: bytes) -> bytes:
    try:
        return json.dumps(parse_json(body), sort_keys=True).encode()
    except InvalidJsonError:
        return body


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 64
    told: Callable[[BaseException], None]

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ARG002 - the signature of socketserver
        error = sys.exception()
        if error is not None and not isinstance(error, OSError):  # a client that went away is no fault
            self.told(error)


def _handler_of(served: ServedSet) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = _SECONDS
        disable_nagle_algorithm = True
        wbufsize = -1

        def serve(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            answer = served.answer(Asked(self.command, self.path, tuple(self.headers.items()), body))
            if answer is HANG_UP:
                self.close_connection = True
                return
            self.send_response_only(answer.status, answer.reason)
            for name, value in answer.headers:
                self.send_header(name, value)
            self.end_headers()
            chunked = answer.header("transfer-encoding") == "chunked"
            start = 0
            for _, size in answer.chunks:
                piece = answer.body[start : start + size]
                self.wfile.write(b"%x\r\n%s\r\n" % (size, piece) if chunked else piece)
                self.wfile.flush()
                start += size
            self.wfile.write(b"0\r\n\r\n" if chunked else b"")

        def log_message(self, *_: object) -> None:
            """Say nothing: what was asked is counted."""

    for method in ("GET", "POST", "PUT", "DELETE", "OPTIONS", "HEAD"):
        setattr(Handler, f"do_{method}", Handler.serve)
    return Handler
