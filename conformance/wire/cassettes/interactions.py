"""What vcrpy recorded of a DIAL: cassettes of any number of interactions, with everything that a client sent."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from conformance.contract.exchange import Answer, Exchange, Headers, Request
from conformance.wire.cassettes.file import MalformedCassetteError, load_yaml, same_request
from conformance.wire.headers import kept
from conformance.wire.live.unpacking import PackingError, unpacked
from conformance.wire.redaction import PLACEHOLDER_ADDRESS, Redaction
from conformance.wire.transport import NeverRecordedError

LARGEST: Final = 256 * 1024 * 1024
"""Bytes of all cassettes together that are read at most."""
_LARGEST_BODY: Final = 32 * 1024 * 1024
_CREDENTIALS: Final = ("api-key", "authorization")
_USUAL: Final = {"api-key": "Api-Key", "authorization": "Authorization"}
"""How recipes spell what clients spell in many ways."""
_OF_THE_CLIENT: Final = frozenset(
    {"accept-encoding", "connection", "content-length", "host", "transfer-encoding", "user-agent"}
)
"""Headers that each client adds for itself."""


@dataclass
class Interaction:
    """One request with its answer, as vcrpy keeps them.

    Attributes:
        place: The file, and which of its interactions it is.
        request: What was sent, with placeholders for credentials; its path is that below the DIAL's base URL.
        status: The status of the answer.
        reason: Its reason phrase.
        headers: Its headers.
        body: Its body as it came.
        signed: Some request of the file has credentials, so that they were not filtered out of this one. A request
            that only looks like one without credentials would accuse the DIAL that answered it.
        used: It answers a planned exchange.
        problem: Why it cannot be used, though it would answer one.
    """

    place: str
    request: Request
    status: int
    reason: str
    headers: Headers
    body: bytes = field(repr=False)
    signed: bool = False
    used: bool = False
    problem: str | None = None

    @property
    def content(self) -> bytes | None:
        """The body without its content coding; None if it cannot be undone, which `problem` tells then."""
        coding = {name.lower(): value for name, value in self.headers}.get("content-encoding", "")
        try:
            return _bounded(unpacked([self.body], coding))
        except PackingError as error:
            self.problem = str(error)
            return None

    def answers(self, planned: Request) -> bool:
        """Tell whether this was recorded for that very request, but for what each client adds for itself.

        A wrong "yes" accuses a DIAL of an answer that it gave to another request, a wrong "no" only leaves a
        requirement undecided. So whatever is in doubt is a "no": headers are paired one to one, each planned one with
        one that was sent, by value and name; a file in which no request has credentials answers nothing, for they may
        have been filtered out.
        """
        sent = self.request
        headers = [one for one in sent.headers if not is_of_the_client(one)]
        if len(headers) != len(planned.headers) or self.problem is not None or not self.signed:
            return False
        left = list(planned.headers)
        for name, value in headers:
            found = next((one for one in left if value == one[1] and _same_name(name, one[0])), None)
            if found is None:
                return False
            left.remove(found)
        return same_request(Request(sent.method, sent.path, planned.headers, sent.body), planned)


def read_interactions(
    paths: Sequence[Path], urls: Sequence[str], credentials: Mapping[str, str]
) -> tuple[list[Interaction], list[str]]:
    """Read cassettes of vcrpy.

    Args:
        paths: The files.
        urls: The base URLs of the DIAL.
        credentials: The values of the placeholders.

    Returns:
        The interactions with the DIAL, in their order, and in one line each what was left out.

    Raises:
        MalformedCassetteError: A file is no cassette, or all together are too large.
        OSError: A file cannot be read.
    """
    if sum(path.stat().st_size for path in paths) > LARGEST:
        raise MalformedCassetteError(f"the cassettes are larger than {LARGEST} bytes together: import them one by one")
    found: list[Interaction] = []
    left_out: list[str] = []
    for path in paths:
        ours = []
        for place, raw in _raw_interactions(path):
            try:
                one = _interaction(place, raw, (*urls, PLACEHOLDER_ADDRESS), credentials)
            except ValueError as error:
                raise MalformedCassetteError(f"{place} is not what vcrpy writes: {error}") from None
            if one is None:
                left_out.append(f"{place}: it was not sent to the DIAL")
            else:
                ours.append(one)
        signed = any(map(_is_credential, (header for one in ours for header in one.request.headers)))
        for one in ours:
            one.signed = signed
        found += ours
    return found, left_out


class ImportTransport:
    """Answers with interactions, each once, in their order. There is no way from here to the network.

    Attributes:
        missing: What was asked, and no interaction answers.
    """

    def __init__(
        self, interactions: Iterable[Interaction], redaction: Redaction, is_known: Callable[[str], bool]
    ) -> None:
        """Get ready.

        Args:
            interactions: Those with the DIAL.
            redaction: Takes the DIAL's own address out.
            is_known: Whether the set, by the name of an exchange, is about its deployment already: an interaction
                that is missing for it may have been left out for any reason.
        """
        self._waiting: dict[tuple[str, str], list[Interaction]] = {}
        for one in interactions:
            self._waiting.setdefault((one.request.method, one.request.path), []).append(one)
        self._redaction = redaction
        self._is_known = is_known
        self.missing: list[Request] = []

    def send(
        self,
        name: str,
        request: Request,
        answers: frozenset[int] = frozenset(),  # noqa: ARG002 - of `Transport`
        *,
        forwarded_once: bool = False,  # noqa: ARG002 - of `Transport`
    ) -> Exchange:
        """Return the answer of the first interaction with this very request that was not used yet."""
        waiting = self._waiting.get((request.method, request.path), ())
        found = next((one for one in waiting if not one.used and one.answers(request)), None)
        body = found.content if found is not None else None
        if found is None or body is None:
            self.missing.append(request)
            raise NeverRecordedError(name, for_good=not self._is_known(name))
        found.used = True
        body, chunks = self._redaction.hide_address(body, ((0.0, len(body)),) if body else ())
        headers = kept(found.headers, request, self._redaction)
        return Exchange(name, request, Answer(found.status, found.reason, headers, body, chunks))

    def close(self) -> None:
        """Nothing is open."""


def _bounded(pieces: Iterator[bytes]) -> bytes:
    body = bytearray()
    for piece in pieces:
        body += piece
        if len(body) > _LARGEST_BODY:
            raise PackingError(f"more than {_LARGEST_BODY} bytes")
    return bytes(body)


def _raw_interactions(path: Path) -> Iterator[tuple[str, Any]]:
    document = load_yaml(path)
    listed = document.get("interactions") if isinstance(document, dict) else None
    if not isinstance(listed, list):
        raise MalformedCassetteError(f"{path} is not a cassette: it has no interactions")
    return ((f"{path}, interaction {number}", raw) for number, raw in enumerate(listed, 1))


def read_file(path: Path) -> list[Interaction]:
    """Read all interactions of one cassette, whoever they were with; the path of each request is its whole URL.

    Raises:
        MalformedCassetteError: The file is no cassette.
        OSError: It cannot be read.
    """
    found = []
    for place, raw in _raw_interactions(path):
        try:
            found.append(_as_recorded(place, raw))
        except ValueError as error:
            raise MalformedCassetteError(f"{place} is not what vcrpy writes: {error}") from None
    return found


def _interaction(place: str, raw: Any, urls: Sequence[str], credentials: Mapping[str, str]) -> Interaction | None:
    found = _as_recorded(place, raw)
    uri = found.request.path
    url = next((one for one in urls if uri == one or uri.startswith((f"{one}/", f"{one}?"))), None)
    if url is None:
        return None
    headers = tuple((name, _hidden(value, credentials)) for name, value in found.request.headers)
    found.request = replace(found.request, path=uri.removeprefix(url) or "/", headers=headers)
    return found


def _as_recorded(place: str, raw: Any) -> Interaction:
    request, response = _mapping(_mapping(raw), "request"), _mapping(_mapping(raw), "response")
    uri = _text(request.get("uri"), "uri")
    status = _mapping(response, "status")
    code = status.get("code")
    if not isinstance(code, int) or not 100 <= code <= 999:  # noqa: PLR2004 - what HTTP has
        raise ValueError("the status is no number of HTTP")
    body = _bytes(request.get("body"), "body")
    asked = Request(_text(request.get("method"), "method"), uri, _headers(request), body)
    answered = _bytes(_mapping(response, "body").get("string"), "string")
    reason = _text(status.get("message") or "", "message")
    return Interaction(place, asked, code, reason, _headers(response), answered)


def _hidden(value: str, credentials: Mapping[str, str]) -> str:
    for placeholder, secret in sorted(credentials.items(), key=lambda one: -len(one[1])):
        value = value.replace(secret, placeholder)
    return value


def _headers(message: Mapping[str, Any]) -> Headers:
    found: list[tuple[str, str]] = []
    for name, values in _mapping(message, "headers").items():
        for value in values if isinstance(values, list) else [values]:
            text = value.decode("latin-1") if isinstance(value, bytes) else value
            found.append((_text(name, "a header's name"), _text(text, "a header's value")))
    return tuple(found)


def _mapping(value: Any, name: str | None = None) -> dict[Any, Any]:
    if name is not None:
        value = value.get(name)
    if not isinstance(value, dict):
        raise ValueError(f"{name or 'it'} is no mapping")  # noqa: TRY004 - it is the file's fault
    return value


def _text(value: object, name: str) -> str:
    if not isinstance(value, str):
        raise ValueError(f"{name} is no text")  # noqa: TRY004 - it is the file's fault
    return value


def _bytes(value: object, name: str) -> bytes:
    if value is None or isinstance(value, bytes):
        return value or b""
    return _text(value, name).encode("utf-8", "surrogatepass")


def is_of_the_client(header: tuple[str, str]) -> bool:
    """Tell whether each client adds a header for itself, so that it says nothing of what was asked."""
    name = header[0].lower()
    return name in _OF_THE_CLIENT or (name == "accept" and header[1] == "*/*")


def _is_credential(header: tuple[str, str]) -> bool:
    return header[0].lower() in _CREDENTIALS


def _same_name(recorded: str, planned: str) -> bool:
    """Compare names of headers. Many clients write all of them in lower case, and so tell no spelling."""
    lower = recorded.lower()
    if lower != planned.lower():
        return False
    return planned == _USUAL.get(lower, planned) or (planned == recorded and recorded != lower)
