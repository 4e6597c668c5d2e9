"""The exchanges of a report: each is shown at one place of the page, and linked from the others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote

from conformance.reports.document import ReportedExchange
from conformance.reports.page.anchors import Anchors
from conformance.reports.page.text import Allowance, name_of, pretty, shortened
from conformance.reports.terminal import OF_THE_DIAL

MOST_HEADERS: Final = 40
_FOLDER_OF_THE_DIAL: Final = "_instance"


@dataclass(frozen=True)
class ShownExchange:
    """An exchange as the page shows it.

    Attributes:
        anchor: Its id.
        name: What the plan calls it.
        title: The same, as people read it.
        asked: Method and path.
        status: The status of the answer.
        summary: Size, time and cost.
        request_headers: As they were sent.
        request_body: Laid out.
        headers: Of the answer.
        body: Of the answer, laid out.
        curl: How to see it again.
    """

    anchor: str
    name: str
    title: str
    asked: str
    status: int
    summary: str
    request_headers: tuple[tuple[str, str], ...]
    request_body: str
    headers: tuple[tuple[str, str], ...]
    body: str
    curl: str


@dataclass(frozen=True)
class Mention:
    """An exchange that something rests on: shown here, or a link to where it is shown.

    Attributes:
        name: What the plan calls it, as people read it.
        shown: The exchange, if this is its place.
        href: Where it is shown, if that is elsewhere; empty if it is not in the page.
    """

    name: str
    shown: ShownExchange | None = None
    href: str = ""


class ShownExchanges:
    """Hands out the exchanges of a report, each once, as far as there is room."""

    def __init__(self, exchanges: Mapping[str, ReportedExchange], anchors: Anchors, room: Allowance) -> None:
        self._exchanges = exchanges
        self._anchors = anchors
        self._room = room
        self.left_out = 0

    def mention(self, name: str) -> Mention:
        """Show an exchange here if it is shown nowhere yet, and link it otherwise."""
        href = self._anchors.link("exchange", name)
        if href or name not in self._exchanges:
            return Mention(title_of(name), href=href)
        return Mention(title_of(name), self._taken(name))

    def rest(self) -> Iterator[ShownExchange]:
        """Show what is shown nowhere yet."""
        for name in self._exchanges:
            if not self._anchors.link("exchange", name):
                shown = self._taken(name)
                self.left_out += shown is None
                if shown is not None:
                    yield shown

    def _taken(self, name: str) -> ShownExchange | None:
        facts = self._exchanges[name]
        body, request_body = pretty(facts.body), pretty(facts.request_body)
        headers = (*_headers(facts.request_headers), *_headers(facts.headers))
        lines = (text for header in headers for text in header)
        if not self._room.grants(body, request_body, *lines, facts.curl, facts.path, name):
            return None
        return ShownExchange(
            anchor=self._anchors.claim("exchange", name),
            name=name_of(name.removeprefix(f"{_FOLDER_OF_THE_DIAL}/")),
            title=title_of(name),
            asked=f"{facts.method} {shortened(facts.path)}",
            status=facts.status,
            summary=", ".join(_summary(facts)),
            request_headers=_headers(facts.request_headers),
            request_body=request_body,
            headers=_headers(facts.headers),
            body=body or _without_text(facts),
            curl=facts.curl,
        )


def title_of(exchange: str) -> str:
    """Write the name of an exchange as people read it."""
    return name_of(unquote(exchange).removeprefix(f"{_FOLDER_OF_THE_DIAL}/"))


def place_of(exchange: str) -> str:
    """Return the deployment of an exchange, by its name."""
    place = exchange.rpartition("/")[0]
    return OF_THE_DIAL if place in ("", _FOLDER_OF_THE_DIAL) else unquote(place)


def _headers(headers: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    return tuple((shortened(name), shortened(value)) for name, value in headers[:MOST_HEADERS])


def _summary(facts: ReportedExchange) -> Iterator[str]:
    yield f"{facts.size:,} bytes"
    if facts.seconds:
        yield f"{facts.seconds:.3g} s"
    if facts.dollars:
        yield facts.dollars


def _without_text(facts: ReportedExchange) -> str:
    if facts.picture is not None:
        return f"({facts.picture.type}, {facts.picture.width}x{facts.picture.height})"
    return ""
