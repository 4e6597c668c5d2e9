"""A live DIAL over HTTP. The only module that opens a connection.

Each exchange has a client and a connection of its own, and one thread that uses them, from the first byte to the
last:

    the thread of the exchange                        the main thread, at the end of the run or at Ctrl-C
    count + 1                                         (close)
    make a client
    connect ───────── ended? ──► NoAnswerError        set "ended"
    send the request                                  wait, at most 1 s, until the count is 0
    read, at most 0.2 s ◄──┐                          go on: threads that still connect or resolve a name are left
      ended? ──► NoAnswerError                        behind, and end by their own timeouts
      too late? ──► NoAnswerError
      more? ───────────────┘
    close its own socket, and its client
    count - 1, wake the main thread

Why there is no pool that all exchanges share, though httpx has one and it would save the handshakes:

* *An answer would be taken for the next one.* What a server sends after the end of an answer waits in the connection,
  and is the beginning of the answer to the next request there. That accuses a DIAL of what it did not do, and
  httpcore cannot see it.
* *A pool lends a connection as soon as it is idle*, which is before the thread that used it has closed its response.
  Closing it then closes the socket of somebody else.
* *Cookies would get from one exchange into the next.*

Why the main thread does not close the sockets, which looks simpler: a thread that blocks in `recv` is not woken by
another one that closes its socket. The number of the file descriptor is free from then on; the next socket that is
opened, anywhere in the process, gets it, and the blocked thread reads the bytes of somebody else. So nobody closes
what is not his own, and who reads looks for himself whether the run has ended (connection.py).

Why not asyncio, where a task is cancelled at once: recipes, checks and the official clients are plain functions, and
would all have to be coroutines for it.
"""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import quote, urlsplit

import httpx

from conformance import __version__
from conformance.contract.answer_fault import AnswerFault
from conformance.contract.exchange import ORIGIN, Answer, Exchange, Headers, Request, excerpt
from conformance.wire.headers import kept
from conformance.wire.live.arriving import Arrived, acknowledge, fault_behind, fault_of, still_silent, what_follows
from conformance.wire.live.connection import ExchangeLimits
from conformance.wire.live.framing import excess
from conformance.wire.live.trust import OF_THE_ENVIRONMENT, Certificates, check_proxies, trust_of
from conformance.wire.live.unpacking import PackingError
from conformance.wire.redaction import Redaction
from conformance.wire.transport import NeverRecordedError, NoAnswerError, Trouble

_SECONDS_TO_HANG_UP: Final = 1.0
"""How long a run that ends waits for the threads of its exchanges."""

_NO_ISSUER: Final = frozenset({2, 18, 19, 20, 21})
"""What OpenSSL says of a certificate whose issuer is not among those that are trusted (X509_STORE_CTX_get_error)."""

_NOT_IMPLEMENTED: Final = 501
_NO_CAPTURE: Final = b"no capture"
"""What a server that stands in with captures says of a request it has none of, with 501."""

_TROUBLES: Final = (
    (PackingError, Trouble.CODING),
    (httpx.TimeoutException, Trouble.TIMEOUT),
    (httpx.ConnectError, Trouble.UNREACHABLE),
)

_OWN_HEADERS: Final = {
    "User-Agent": f"dial-conformance/{__version__}",
    "Accept": "*/*",
    "Accept-Encoding": "identity",
}


@dataclass(frozen=True)
class Network:
    """The way to a DIAL, and its bounds.

    Attributes:
        connect: Seconds to connect.
        silence: Seconds between two bytes.
        total: Seconds for an exchange as a whole.
        http_transport: What stands in for the network, or None.
        now: The clock by which an exchange is timed, in seconds; that of what stands in for the network is its own.
        certificates: Whom to trust, and what to show.
    """

    connect: float = 10
    silence: float = 60
    total: float = 180
    http_transport: httpx.BaseTransport | None = None
    now: Callable[[], float] = time.monotonic
    certificates: Certificates = OF_THE_ENVIRONMENT

    @classmethod
    def patient(cls, silence: float) -> Network:
        """Derive the other bounds from the silence that is borne."""
        return cls(connect=min(cls.connect, silence), silence=silence, total=3 * silence)


class LiveTransport:
    """A DIAL that answers over HTTP. Threads may send at once: each exchange has a client of its own."""

    def __init__(
        self,
        url: str,
        placeholders: Mapping[str, str],
        redaction: Redaction,
        network: Network,
        extra_headers: Headers = (),
    ) -> None:
        """Get ready; nothing is sent yet.

        Args:
            url: The base URL, without a slash at its end.
            placeholders: The values of the placeholders in requests: credentials, and the origin of a browser.
            redaction: Takes the DIAL's own address out of what it answers.
            network: The way there.
            extra_headers: What every request has beside its own headers, with placeholders for the values.

        Raises:
            UnusableEnvironmentError: The proxies or the certificates of the environment cannot be used.
        """
        self._url = url
        self._prefix = urlsplit(url).path
        self._placeholders = dict(placeholders)
        self._redaction = redaction
        self._network = network
        self._extra_headers = extra_headers
        self._ended = threading.Event()
        self._under_way = 0
        self._under_way_changed = threading.Condition()
        self._trust = trust_of(url, network.certificates)  # 25 ms: read once, and shared; httpx only reads it
        # what stands in for the network has no sockets, so one client is enough
        self._in_process = None if network.http_transport is None else self._new_client(network.http_transport)
        if self._in_process is None:
            check_proxies(self._new_client)

    def send(
        self,
        name: str,
        request: Request,
        answers: frozenset[int] = frozenset(),  # noqa: ARG002 - of `Transport`
        *,
        forwarded_once: bool = False,  # noqa: ARG002 - of `Transport`
    ) -> Exchange:
        """Send the request as it is, path and header spelling included, and read the answer within bounds."""
        limits, arrived = ExchangeLimits(self._network.total, self._ended, self._network.now), Arrived()
        try:
            with self._counted(), self._client() as client:
                outgoing = self._outgoing(client, request, limits)
                arrived.response = client.send(outgoing, stream=True)
                with contextlib.closing(arrived.response):
                    acknowledge(arrived.response)
                    arrived.read(limits)
                    later = what_follows(arrived.response)
        except NoAnswerError as error:
            fault = still_silent() if error.trouble is Trouble.TIMEOUT else None
            raise self._with_what_came(error, fault, name, request, arrived) from None
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, OSError, RuntimeError, PackingError) as error:
            late = isinstance(error, httpx.TimeoutException) and limits.is_late
            missing = limits.too_late() if late else self._no_answer(error)
            fault = fault_behind(error, self._detail_of(error))
            raise self._with_what_came(missing, fault, name, request, arrived) from None
        if arrived.status == _NOT_IMPLEMENTED and _says_no_capture(request, arrived):
            raise NeverRecordedError(name)
        if (wrong := excess(request.method, limits.received, later)) is not None:
            wrong = replace(wrong, what=self._redaction.hide_secrets(wrong.what))
            missing = NoAnswerError(Trouble.EXCESS, str(wrong))
            raise self._with_what_came(missing, wrong, name, request, arrived)
        return self._exchange(name, request, arrived, fault_of(arrived.headers, outgoing))

    def close(self) -> None:
        """Send nothing any more. Exchanges under way end with `NoAnswerError`; it waits a moment for their threads."""
        self._ended.set()
        with self._under_way_changed:
            self._under_way_changed.wait_for(lambda: not self._under_way, timeout=_SECONDS_TO_HANG_UP)
        if self._in_process is not None:
            self._in_process.close()

    @contextmanager
    def _counted(self) -> Iterator[None]:
        with self._under_way_changed:
            self._under_way += 1
        try:
            yield
        finally:
            with self._under_way_changed:
                self._under_way -= 1
                self._under_way_changed.notify_all()

    def _client(self) -> AbstractContextManager[httpx.Client]:
        """Give the client of one exchange. It takes 0.2 ms to make: whom to trust was read before."""
        return self._new_client() if self._in_process is None else nullcontext(self._in_process)

    def _new_client(self, transport: httpx.BaseTransport | None = None) -> httpx.Client:
        return httpx.Client(
            verify=self._trust,
            headers=_OWN_HEADERS,
            timeout=httpx.Timeout(self._network.silence, connect=self._network.connect),
            follow_redirects=False,
            transport=transport,
        )

    def _outgoing(self, client: httpx.Client, request: Request, limits: ExchangeLimits) -> httpx.Request:
        url = self._url + request.path
        outgoing = client.build_request(
            request.method,
            url,
            headers=[(name, self._filled(value)) for name, value in (*request.headers, *self._extra_headers)],
            content=request.body or None,
            extensions={"trace": limits.on_trace},
        )
        # what a client logs is the URL with the placeholder; only what goes out has the key
        path = self._filled(request.path, _as_parameter)
        outgoing.url = _ExactUrl(url, f"{self._prefix}{path}".encode("ascii"))
        return outgoing

    def _filled(self, text: str, written: Callable[[str], str] = str) -> str:
        # the longest name first: $DIAL_API_KEY is the beginning of $DIAL_API_KEY_2
        for placeholder in sorted(self._placeholders, key=len, reverse=True):
            text = text.replace(placeholder, written(self._placeholders[placeholder]))
        return text

    def _exchange(self, name: str, request: Request, arrived: Arrived, fault: AnswerFault | None) -> Exchange:
        body, chunks = self._redaction.hide_address(arrived.body, tuple(arrived.chunks))
        headers = kept(_with_origin_named(arrived.headers, self._placeholders), request, self._redaction)
        return Exchange(name, request, Answer(arrived.status, arrived.reason, headers, body, chunks, fault))

    def _with_what_came(
        self, missing: NoAnswerError, fault: AnswerFault | None, name: str, request: Request, arrived: Arrived
    ) -> NoAnswerError:
        if fault is not None and not self._ended.is_set():
            missing.broken = self._exchange(name, request, arrived, fault)
        return missing

    def _no_answer(self, error: Exception) -> NoAnswerError:
        return NoAnswerError(_trouble_of(error), self._detail_of(error) or type(error).__name__)

    def _detail_of(self, error: Exception) -> str:
        """Tell what was raised. h11 quotes what it could not read, and a server may repeat a key in that."""
        detail = "" if isinstance(error, httpx.TimeoutException) else str(error)
        return excerpt(self._redaction.hide_secrets(detail))


def _says_no_capture(request: Request, arrived: Arrived) -> bool:
    """Tell whether a server that stands in with captures has none; of an answer to HEAD only the length is there."""
    if request.method == "HEAD":
        return ("content-length", str(len(_NO_CAPTURE))) in [(name.lower(), value) for name, value in arrived.headers]
    return arrived.body.startswith(_NO_CAPTURE)


def _as_parameter(value: str) -> str:
    return quote(value, safe="")


def _with_origin_named(headers: Headers, placeholders: Mapping[str, str]) -> Headers:
    """Write the placeholder where an answer allows the very origin that asked, as it is in the request."""
    origin = placeholders.get(ORIGIN)
    return tuple((name, ORIGIN if value == origin else value) for name, value in headers)


class _ExactUrl(httpx.URL):
    """A URL whose path goes out as it was given, where httpx would normalise it.

    httpcore has the extension `target` for that, but puts it into what a proxy is asked, too: `CONNECT /v1/bucket`.
    """

    def __init__(self, url: str, target: bytes) -> None:
        super().__init__(url)
        self._target = target

    @property
    def raw_path(self) -> bytes:
        """The path and the query."""
        return self._target


def _trouble_of(error: Exception) -> Trouble:
    causes: list[BaseException] = [error]
    while (cause := causes[-1].__cause__ or causes[-1].__context__) is not None and cause not in causes:
        causes.append(cause)
    if any(isinstance(cause, ssl.SSLCertVerificationError) and cause.verify_code in _NO_ISSUER for cause in causes):
        return Trouble.UNTRUSTED
    if any(isinstance(cause, ssl.SSLError) for cause in causes):
        return Trouble.TLS
    if any(isinstance(cause, socket.gaierror) for cause in causes):
        return Trouble.NAME
    return next((trouble for kind, trouble in _TROUBLES if isinstance(error, kind)), Trouble.BROKEN)
