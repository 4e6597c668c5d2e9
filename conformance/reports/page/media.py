"""Pictures and streams, as exchanges tell them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from conformance.reports.document import ReportedExchange, ReportedPicture
from conformance.reports.page.anchors import Anchors
from conformance.reports.page.exchanges import place_of
from conformance.reports.page.text import Allowance, name_of
from conformance.reports.terminal import counted

MOST_PICTURES: Final = 60
MOST_STREAMS: Final = 60
WIDTH: Final = 600
"""Of a timeline, in its own units."""
HEIGHT: Final = 24
_MOST_BARS: Final = 200
_LEAST_BAR: Final = 4
_BASE64 = re.compile(r"[A-Za-z0-9+/]+={0,2}")


@dataclass(frozen=True)
class Picture:
    """A picture.

    Attributes:
        place: The deployment.
        asked: The size that was asked for, or empty.
        real: The size that it has.
        type: Its media type.
        fits: It is as large as was asked, or nothing was asked.
        thumbnail: A small PNG of it in base64, or empty.
        href: Where its exchange is, or empty.
    """

    place: str
    asked: str
    real: str
    type: str
    fits: bool
    thumbnail: str
    href: str


@dataclass(frozen=True)
class Bar:
    """A chunk in a timeline: where it is, and how high."""

    left: int
    top: int
    height: int


@dataclass(frozen=True)
class Stream:
    """A stream as a timeline.

    Attributes:
        place: The deployment.
        name: The name of the exchange.
        summary: The timeline in words.
        bars: Its chunks.
        seconds: When its last chunk came.
        href: Where its exchange is, or empty.
    """

    place: str
    name: str
    summary: str
    bars: tuple[Bar, ...]
    seconds: str
    href: str


def pictures(exchanges: Mapping[str, ReportedExchange], anchors: Anchors, room: Allowance) -> tuple[Picture, ...]:
    """Return the pictures, each file once, those of a wrong size first."""
    found: dict[str, tuple[str, ReportedPicture]] = {}
    for name, one in exchanges.items():
        known = found.get(one.path)
        if one.picture is not None and (known is None or not known[1].asked):
            found[one.path] = (name, one.picture)
    shown = sorted((_picture(name, one, anchors) for name, one in found.values()), key=lambda one: one.fits)
    return tuple(one for one in shown[:MOST_PICTURES] if room.grants(one.thumbnail))


def _picture(name: str, facts: ReportedPicture, anchors: Anchors) -> Picture:
    real = f"{facts.width}x{facts.height}"
    return Picture(
        name_of(place_of(name)),
        facts.asked,
        real,
        name_of(facts.type),
        facts.asked in ("", real),
        facts.thumbnail if _BASE64.fullmatch(facts.thumbnail) else "",
        anchors.link("exchange", name),
    )


def streams(exchanges: Mapping[str, ReportedExchange], anchors: Anchors) -> tuple[Stream, ...]:
    """Return the streams that came in chunks."""
    found = [(name, one) for name, one in exchanges.items() if one.chunks]
    return tuple(_stream(name, one, anchors) for name, one in found[:MOST_STREAMS])


def _stream(name: str, facts: ReportedExchange, anchors: Anchors) -> Stream:
    times = [at for at, _ in facts.chunks]
    pauses = [later - earlier for earlier, later in pairwise(times)]
    summary = [counted(len(times), "chunk"), f"{facts.size:,} bytes", f"first after {_time(times[0])}"]
    if pauses:
        summary += [f"last after {_time(times[-1])}", f"longest pause {_time(max(pauses))}"]
    href = anchors.link("exchange", name)
    return Stream(
        name_of(place_of(name)), name_of(name), ", ".join(summary), tuple(_bars(facts)), _time(times[-1]), href
    )


def _bars(facts: ReportedExchange) -> Iterator[Bar]:
    longest = max(at for at, _ in facts.chunks) or 1.0
    largest = max(size for _, size in facts.chunks) or 1
    for at, size in facts.chunks[:_MOST_BARS]:
        height = max(_LEAST_BAR, round(size / largest * HEIGHT))
        yield Bar(round(at / longest * (WIDTH - 3)), HEIGHT - height, height)


def _time(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms" if seconds < 1 else f"{seconds:.2f} s"
