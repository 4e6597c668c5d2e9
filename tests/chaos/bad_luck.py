"""Runs in this process against a stand-in that has bad luck, and against twins, of which one kind of request is bad.

`python -m tests.chaos.bad_luck --runs 200` makes so many runs of each, with the seeds 0, 1, 2 and so on, and prints who
was accused wrongly.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import cache, partial
from pathlib import Path
from typing import Final

from conformance.run.control import DiscoveryError
from conformance.standin.core.http import Handler, IncomingRequest, Response, in_words, to_json
from conformance.standin.defects.framing import coded, longer_by, raw
from conformance.standin.dial import KEYS, stand_in
from conformance.standin.proof.in_process import Accusation, accused, check
from conformance.standin.request_kinds import (
    asks_block,
    asks_completion,
    asks_file,
    asks_metadata,
    asks_picture,
    asks_schema,
    asks_stream,
    configuration_of,
    describes,
)

ALONE: Final = ("dall-e-3",)
"""The deployments that are checked: an image model that stores files."""
WITH_ANOTHER: Final = (*ALONE, "search")

DIE: Final = range(10, 120)
"""The requests between which a storage dies and comes back."""

Luck = Callable[[Handler, random.Random], Handler]


@dataclass(frozen=True)
class Twin:
    """One kind of request that is bad for good.

    Attributes:
        requirement: Who is to be accused.
        is_meant: Tells whether a request, by its healthy answer, is of the kind.
        statuses: It has one of them, or, if there are none, a broken frame.
        breaks: Breaks the frame.
        names: The deployments that are checked. A plan has one stream of each, and two must be broken alike.
    """

    requirement: str
    is_meant: Callable[[IncomingRequest, Response], bool]
    statuses: Sequence[int] = ()
    breaks: Sequence[Callable[[Response], Response]] = ()
    names: tuple[str, ...] = ALONE


def cut(response: Response) -> Response:
    """Break off after the half of the body."""
    return longer_by(response.with_body(response.body[: len(response.body) // 2]), len(response.body))


def garbage(response: Response) -> Response:
    """Send chunks whose sizes are no numbers."""
    return raw(response, ("Transfer-Encoding", "chunked"), body=b"gone\r\n" + response.body)


def silent(response: Response) -> Response:
    """Hang up without a word."""
    return replace(response, raw=b"")


def limited(response: Response) -> Response:
    """Say that a limit was hit."""
    body = to_json({"error": {"message": "Hit request rate limit", "code": "429"}})
    return Response(429, (*response.headers[:0], ("content-type", "application/json"), ("retry-after", "1")), body)


def away(status: int, text: str = "") -> Callable[[Response], Response]:
    """Answer with that status in place of all."""
    return lambda _: in_words(status, text)


FAULTS: Final = (
    away(502, "Bad Gateway"), away(502, "No route"), away(503), away(504, "upstream request timeout"), limited,
    cut, garbage, silent, partial(longer_by, more=-3),
)  # fmt: skip
FRAMES: Final = (cut, garbage, silent, partial(longer_by, more=-3))


def at_random(share: float) -> Luck:
    """Let that share of all answers be bad."""

    def luck(serve: Handler, seeded: random.Random) -> Handler:
        async def unlucky(request: IncomingRequest) -> Response:
            bad, fault = seeded.random() < share, seeded.choice(FAULTS)
            response = await serve(request)
            return fault(await response.whole()) if bad else response

        return unlucky

    return luck


def image_quota(serve: Handler, seeded: random.Random) -> Handler:
    """Let two of three images through."""
    said = seeded.choice((away(503), away(502, "No route"), away(502, "Bad Gateway"), limited))
    count = seeded.randrange(3)

    async def limiting(request: IncomingRequest) -> Response:
        nonlocal count
        response = await serve(request)
        if not asks_completion(request) or "/dall-e-3/" not in request.path or response.status != 200:
            return response
        count += 1
        return response if count % 3 else said(response)

    return limiting


def dying_storage(serve: Handler, seeded: random.Random) -> Handler:
    """Let the storage be away for a while: files fail, and what needs it."""
    first, last = sorted(seeded.sample(DIE, 2))
    said = seeded.choice((away(500), away(502, "Bad Gateway"), away(503), cut, silent))
    count = 0

    async def dying(request: IncomingRequest) -> Response:
        nonlocal count
        count += 1
        response = await serve(request)
        stored = asks_file(request) or asks_metadata(request) or request.path == "/v1/bucket"
        needs_it = stored or (asks_block(request) and "/dall-e-3/" in request.path and response.status == 200)
        if not (first <= count < last and needs_it):
            return response
        return said(await response.whole()) if stored else in_words(503)

    return dying


def bad_for_good(twin: Twin) -> Luck:
    """Let one kind of request be bad each time."""

    def luck(serve: Handler, seeded: random.Random) -> Handler:
        fault = seeded.choice([away(one, "gone") for one in twin.statuses] or list(twin.breaks))

        async def bad(request: IncomingRequest) -> Response:
            response = await serve(request)
            return fault(await response.whole()) if twin.is_meant(request, response) else response

        return bad

    return luck


def _has_wrong_type(request: IncomingRequest, response: Response) -> bool:
    configuration = configuration_of(request)
    values = configuration.values() if isinstance(configuration, dict) else ()
    of_dalle = asks_completion(request) and "/dall-e-3/" in request.path
    return of_dalle and response.status != 200 and any(isinstance(one, int | float) for one in values)


_AWAY: Final = (502, 503, 504)
TWINS: Final[Mapping[str, Twin]] = {
    "unknown deployment": Twin("CHAT-16", lambda asked, told: asks_completion(asked) and told.status == 404, _AWAY),
    "unknown page": Twin("LIST-05", lambda asked, told: describes(asked) and told.status == 404, _AWAY),
    "unknown schema": Twin("CONF-12", lambda asked, told: asks_schema(asked) and told.status == 404, _AWAY),
    "missing file": Twin("FILE-06", lambda asked, told: asks_file(asked) and told.status == 404, _AWAY),
    "broken JSON": Twin("CHAT-17", lambda asked, _: asked.body == b"{not json", _AWAY),
    "wrong types": Twin("CHAT-05", _has_wrong_type, (502, 504)),
    "blocks": Twin("HTTP-01", lambda asked, told: asks_block(asked) and told.status == 200, breaks=FRAMES),
    "images": Twin("HTTP-01", lambda asked, told: asks_picture(asked) and told.status == 200, breaks=FRAMES),
    "streams": Twin(
        "HTTP-01", lambda asked, told: asks_stream(asked) and told.status == 200, (), FRAMES[:3], WITH_ANOTHER
    ),
    "codings": Twin(
        "HTTP-02",
        lambda asked, told: asks_schema(asked) and told.status == 200,
        breaks=(partial(coded, coding="gzip"), partial(coded, coding="zstd")),
    ),
}
LUCKS: Final[Mapping[str, Luck]] = {
    "2 %": at_random(0.02),
    "10 %": at_random(0.1),
    "50 %": at_random(0.5),
    "image quota": image_quota,
    "dying storage": dying_storage,
    **{f"twin: {name}": bad_for_good(twin) for name, twin in TWINS.items()},
}


@cache
def healthy(names: tuple[str, ...] = ALONE) -> frozenset[Accusation]:
    """Return what is said of the stand-in without bad luck."""
    return _accused(lambda serve: serve, names)


def tried(name: str, seed: int) -> frozenset[Accusation]:
    """Run the suite once, and return who is accused because of the bad luck; nobody where the run cannot begin."""
    twin = TWINS.get(name.removeprefix("twin: "))
    names = ALONE if twin is None else twin.names
    try:
        found = _accused(lambda serve: LUCKS[name](serve, random.Random(seed)), names)  # noqa: S311 - no secret
        return found - healthy(names)
    except DiscoveryError:
        return frozenset()


def wrong_of(name: str, seed: int) -> str | None:
    """Tell what is wrong with the accusations of one run, or None."""
    found = {requirement for requirement, _, _ in tried(name, seed)}
    twin = TWINS.get(name.removeprefix("twin: "))
    expected = set() if twin is None else {twin.requirement}
    return None if found == expected else f"{name}, seed {seed}: {sorted(found) or 'nobody'}"


def _accused(luck: Callable[[Handler], Handler], names: tuple[str, ...]) -> frozenset[Accusation]:
    with tempfile.TemporaryDirectory() as folder:
        return accused(check(luck(stand_in("0.25", Path(folder))), KEYS, names, frozenset()))


def main(arguments: Sequence[str]) -> int:
    """Make the runs, and print what is wrong.

    Returns:
        0, or 1 if anybody was accused wrongly, or a twin not rightly.
    """
    parser = argparse.ArgumentParser(prog="python -m tests.chaos.bad_luck")
    parser.add_argument("--runs", type=int, default=200, help="of each kind of bad luck (200)")
    parser.add_argument("--only", action="append", choices=LUCKS, help="of all by default")
    options = parser.parse_args(arguments)
    wrong = 0
    with ProcessPoolExecutor() as pool:
        for name in options.only or LUCKS:
            found: Iterable[str | None] = pool.map(partial(wrong_of, name), range(options.runs), chunksize=4)
            said = [one for one in found if one is not None]
            wrong += len(said)
            sys.stdout.writelines(f"{line}\n" for line in (*said, f"{name}: {len(said)} wrong of {options.runs} runs"))
            sys.stdout.flush()
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
