"""Puts captured traffic together: which of it went to the DIAL, and with placeholders for every credential in it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from http import HTTPStatus
from pathlib import Path
from typing import Final
from urllib.parse import parse_qsl, urlsplit

from conformance.contract.exchange import API_KEY, BEARER_TOKEN, Answer, Exchange, Request
from conformance.wire.cassettes.file import read_cassette
from conformance.wire.cassettes.folder import META
from conformance.wire.cassettes.interactions import LARGEST, Interaction, is_of_the_client, read_file
from conformance.wire.headers import HIDDEN, kept
from conformance.wire.redaction import PLACEHOLDER_ADDRESS, Redaction, without_secrets
from conformance.wire.traffic.har import read_har

_SHORTEST_SECRET: Final = 8
_MOST_SECRETS: Final = 200
_ACCEPTED: Final = 1_000_000
"""What an accepted request weighs when it is told whose key the caller's is: more than any number of refused ones."""
_SECRET_HEADERS: Final = frozenset({"api-key", "authorization", "cookie", "proxy-authorization", "x-api-key"})
_SECRET_PARAMETERS: Final = frozenset(
    {"access_token", "api-key", "api_key", "apikey", "code", "key", "sig", "signature", "token"}
)
_OF_THE_API: Final = r"/(?:openai/(?:deployments|models|applications)|v1/(?:bucket|deployments|files|metadata|user))"
_BASE: Final = re.compile(rf"(?P<base>https?://[^/?#]+(?:/[^?#]*?)?){_OF_THE_API}(?=[/?#]|$)", re.IGNORECASE)
_PATHS: Final = re.compile(r"/(?:openai/|v1/|health(?=[?]|$)|version(?=[?]|$))")


class UnusableTrafficError(ValueError):
    """Traffic of which nothing can be decided; the message says why and what to do."""


@dataclass(frozen=True)
class Traffic:
    """What was captured of one DIAL.

    Attributes:
        interactions: The exchanges with it, in their order, with placeholders for credentials; where nothing can be
            said of one, its `problem` says why.
        left_out: What is not of the DIAL's API, a line each.
        redaction: Knows the credentials that were found, and the DIAL's address.
        bearer: Who asked had a token, and no key.
    """

    interactions: tuple[Interaction, ...]
    left_out: tuple[str, ...]
    redaction: Redaction
    bearer: bool = False

    def exchange(self, name: str, one: Interaction) -> Exchange | None:
        """Return an interaction as the exchange of that name; None if nothing can be said of it.

        Neither its request nor its answer has a secret of the traffic: a run knows only those of its own environment.
        """
        body = one.content if one.problem is None else None
        if body is None:
            return None
        body, chunks = self.redaction.hide_address(body, ((0.0, len(body)),) if body else ())
        headers = kept(one.headers, one.request, self.redaction)
        answer = Answer(one.status, one.reason, headers, body, chunks)
        exchange = without_secrets(Exchange(name, one.request, answer), self.redaction)
        one.problem = _what_is_left("answer", [exchange.answer.body], self.redaction)
        return exchange if one.problem is None else None


def read_traffic(paths: Sequence[Path], url: str | None = None) -> Traffic:
    """Read what was captured of a DIAL. No credential of it is in what is returned.

    Args:
        paths: HAR files, cassettes of vcrpy, and sets (folders).
        url: The base URL of the DIAL; by default the one whose paths look like a DIAL's.

    Raises:
        ValueError: One is nothing of the kind, or it cannot be told which of several is the DIAL.
        OSError: One cannot be read.
    """
    sets = [one for path in paths if path.is_dir() for one in _of_set(path)]
    found = [*sets, *(one for path in paths if not path.is_dir() for one in _read(path))]
    base = url.rstrip("/") if url is not None else _base_of(found)
    ours = [one for one in found if (path := _path_below(base, one.request.path)) and _PATHS.match(path)]
    if not ours:
        raise UnusableTrafficError(f"none of {len(found)} exchanges went to the API of {base}")
    chosen = {id(one) for one in ours}
    left_out = [
        f"{one.place}: {one.request.method} {_shown(one.request.path)}: no path of the DIAL's API"
        for one in found
        if id(one) not in chosen
    ]
    redacted = {id(one) for one in sets}
    foreign = [one for one in ours if id(one) not in redacted]  # what a set of ours has is no secret: a made-up key
    secrets = _secrets(foreign)
    if len(secrets) > _MOST_SECRETS:
        raise UnusableTrafficError(f"there are more than {_MOST_SECRETS} credentials in it: export a part of it")
    known = {name: value for value, name in secrets.items() if len(value) >= _SHORTEST_SECRET}
    redaction = Redaction(known, None if base == PLACEHOLDER_ADDRESS else base)
    for one in ours:
        path = _path_below(base, one.request.path) or "/"
        one.request = replace(one.request, path=path)
    for one in foreign:
        one.request = _without_secrets(one.request, secrets, redaction)
        one.problem = one.problem or _what_is_left("request", [one.request.path, one.request.body], redaction)
        if one.status == HTTPStatus.UNAUTHORIZED and _is_of_the_caller(one.request):
            one.problem = one.problem or "the key was refused (401), and the traffic does not tell whether it was good"
    signed = [value for one in ours for name, value in one.request.headers if name.lower() in _SECRET_HEADERS]
    bearer = API_KEY not in signed and any(BEARER_TOKEN in value for value in signed)
    return Traffic(tuple(ours), tuple(left_out), redaction, bearer)


def _read(path: Path) -> Iterator[Interaction]:
    with path.open("rb") as opened:
        beginning = opened.read(4096).removeprefix(b"\xef\xbb\xbf").lstrip()
    if path.suffix.lower() == ".har" or beginning.startswith(b"{"):
        yield from read_har(path)
        return
    if path.stat().st_size > LARGEST:
        raise UnusableTrafficError(f"{path} is larger than {LARGEST:,} bytes")
    interactions = read_file(path)
    signed = any(name.lower() in _SECRET_HEADERS for one in interactions for name, _ in one.request.headers)
    for one in interactions:
        one.signed = signed
        yield one


def _of_set(folder: Path) -> Iterator[Interaction]:
    if not (folder / META).is_file():
        raise UnusableTrafficError(f"{folder} is no cassette set, it has no {META}: name the files themselves")
    for path in sorted(folder.glob("*/*.yaml")):
        exchange = read_cassette(path, str(path.relative_to(folder)))
        request, answer = exchange.request, exchange.answer
        asked = replace(request, path=PLACEHOLDER_ADDRESS + request.path)
        headers = tuple(one for one in answer.headers if one[0].lower() != "content-encoding")  # undone already
        yield Interaction(str(path), asked, answer.status, answer.reason, headers, answer.body, signed=True)


def _secrets(found: Sequence[Interaction]) -> Mapping[str, str]:
    """Return the placeholder of each credential by its value: the caller's is the one that was accepted most often.

    A key that was never accepted is nobody's: what was refused because of it accuses no DIAL.
    """
    named: dict[str, str] = {}
    for kind, placeholder in (("key", API_KEY), ("token", BEARER_TOKEN), ("other", "")):
        weights: Counter[str] = Counter()
        for one in found:
            accepted = _ACCEPTED if one.status < HTTPStatus.BAD_REQUEST else 1
            for value in _credentials_of(one)[kind]:
                weights[value] += accepted
        is_given = any(placeholder in value for value in weights) if placeholder else True
        for value, weight in weights.most_common():
            is_callers = weight >= _ACCEPTED and not is_given
            if value and not _is_placeholder(value) and value not in named:
                named[value] = placeholder if is_callers else f"$OTHER_CREDENTIAL_{len(named)}"
                is_given = is_given or is_callers
    return named


def _credentials_of(one: Interaction) -> Mapping[str, Sequence[str]]:
    """Return the keys, the tokens and all other credentials of a request, and the cookies of its answer."""
    found: dict[str, list[str]] = {"key": [], "token": [], "other": [*_in_query(one.request.path)]}
    for name, value in one.request.headers:
        lower, (scheme, _, token) = name.lower(), value.partition(" ")
        if lower == "api-key":
            found["key"].append(value)
        elif lower == "authorization" and scheme.lower() == "bearer":
            found["token"].append(token.strip())
        elif lower in _SECRET_HEADERS:
            found["other"] += [value, *(part.partition("=")[2].strip() for part in value.split(";"))]
    cookies = [value.partition(";")[0] for name, value in one.headers if name.lower() == "set-cookie"]
    found["other"] += [cookie.partition("=")[2].strip() for cookie in cookies]
    return found


def _is_of_the_caller(request: Request) -> bool:
    return any(placeholder in value for _, value in request.headers for placeholder in (API_KEY, BEARER_TOKEN))


def _is_placeholder(value: str) -> bool:
    return value.startswith("$DIAL_") or value == HIDDEN


def _in_query(url: str) -> Iterator[str]:
    query = url.partition("#")[0].partition("?")[2]
    yield from (value for name, value in parse_qsl(query) if name.lower() in _SECRET_PARAMETERS)


def _without_secrets(request: Request, secrets: Mapping[str, str], hidden: Redaction) -> Request:
    headers: list[tuple[str, str]] = []
    for name, value in request.headers:
        lower, (scheme, _, token) = name.lower(), value.partition(" ")
        if lower == "authorization" and scheme.lower() == "bearer" and token:
            token = secrets.get(token.strip(), token)
            headers.append((name, f"{scheme} {token}"))
        elif lower in _SECRET_HEADERS:
            headers.append((name, value if _is_placeholder(value) else secrets.get(value, HIDDEN)))
        elif not is_of_the_client((name, value)):
            headers.append((name, hidden.hide_address_in_text(hidden.hide_secrets(value))))
    return Request(request.method, hidden.hide_secrets(request.path), tuple(headers), _hidden_body(request, hidden))


def _what_is_left(what: str, leaves: Iterable[str | bytes], hidden: Redaction) -> str | None:
    """Tell that a credential is still there: in one encoding inside another it is found, and cannot be replaced."""
    found = next((name for one in leaves if (name := hidden.secret(one)) is not None), None)
    return None if found is None else f"its {what} has {found} in an encoding in which it cannot be replaced"


def _hidden_body(request: Request, hidden: Redaction) -> bytes:
    try:
        return hidden.hide_secrets(request.body.decode("utf-8")).encode("utf-8")
    except UnicodeError:
        return hidden.hide_secrets(request.body.decode("latin-1")).encode("latin-1", "replace")


def _base_of(found: Iterable[Interaction]) -> str:
    bases = Counter(one["base"] for each in found if (one := _BASE.match(each.request.path)) is not None)
    if not bases:
        raise UnusableTrafficError("no exchange is with a path of a DIAL: name its base URL with --url")
    if len(bases) > 1:
        shown = ", ".join(sorted(bases)[:4])
        raise UnusableTrafficError(f"several hosts have paths of a DIAL ({shown}): name one with --url")
    return next(iter(bases))


def _path_below(base: str, url: str) -> str | None:
    url = url.partition("#")[0]
    if not url.startswith((f"{base}/", f"{base}?")):
        return None
    return url.removeprefix(base)


def _shown(url: str) -> str:
    return re.sub(r"//[^/]*@", "//", url.partition("?")[0].partition("#")[0])


def see_url(url: str) -> None:
    """See that a base URL can be one.

    Raises:
        UnusableTrafficError: It cannot.
    """
    try:
        parts = urlsplit(url)
        good = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        good = False
    if not good:
        raise UnusableTrafficError("--url is no base URL, such as https://dial.example.com")
