"""A defect: one named way in which a DIAL breaks one requirement, as a function around the healthy stand-in."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import traceback
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from conformance.standin import defects
from conformance.standin.core.http import Handler, IncomingRequest, Response

DALLE3 = "dall-e-3"
GPT_IMAGE_1 = "gpt-image-1"


@dataclass(frozen=True)
class Defect:
    """One deviation.

    Attributes:
        name: What `--defect` calls it.
        requirement: The id of the requirement that it is made for.
        sentence: What is wrong, for a reader.
        deployment: The deployment at which it can be seen.
        thorough: Whether it can be seen in a thorough run; what the healthy stand-in does wrong there, as the real Core
            does, looks like a defect.
        also: Requirements that it cannot but violate too, and why.
        core: The version of Core at which it can be seen, of those that the stand-in can be.
        around: Puts it around the healthy stand-in; what it remembers between requests begins anew.
        remembers: Whether it remembers anything between requests.
    """

    name: str
    requirement: str
    sentence: str
    deployment: str
    thorough: bool
    also: Mapping[str, str]
    core: str
    around: Callable[[Handler], Handler] = field(repr=False)
    remembers: bool = False


@dataclass(frozen=True)
class SampleAnswer:
    """What the healthy stand-in answers to a request that it does not know, for own checks.

    Attributes:
        name: The name of its function.
        around: Puts it around the stand-in.
    """

    name: str
    around: Callable[[Handler], Handler] = field(repr=False)


class BrokenDefectError(Exception):
    """A defect, or a sample answer, fails by itself; the message is one line and says which, where and how."""


Deviation = Callable[..., Awaitable[Response]]
"""Answers a request with the help of the healthy stand-in: `(request, serve)`, or `(request, serve, kept)` with a
dictionary that lasts as long as the stand-in."""


def defect(
    requirement: str,
    *,
    at: str = DALLE3,
    thorough: bool = True,
    also: Mapping[str, str] | None = None,
    core: str = "0.25",
) -> Callable[[Deviation], Defect]:
    """Make a function a defect; its name and its docstring are the defect's.

    Args:
        requirement: The id of the requirement that it is made for.
        at: The deployment at which it can be seen.
        thorough: Whether it can be seen in a thorough run.
        also: Requirements that it cannot but violate too, and why.
        core: The version of Core at which it can be seen.
    """

    def decorate(deviation: Deviation) -> Defect:
        name, sentence = _named(deviation), inspect.getdoc(deviation) or ""
        others = dict(also or {})
        return Defect(
            name, requirement, sentence, at, thorough, others, core, _around(deviation), _remembers(deviation)
        )

    return decorate


def sample_answer(deviation: Deviation) -> SampleAnswer:
    """Make a function a sample answer: `(request, serve)` or `(request, serve, kept)`, as of a defect."""
    return SampleAnswer(deviation.__name__, _around(deviation))


def _remembers(deviation: Deviation) -> bool:
    return len(inspect.signature(deviation).parameters) > 2


def _around(deviation: Deviation) -> Callable[[Handler], Handler]:
    remembers = _remembers(deviation)

    def around(serve: Handler) -> Handler:
        kept: dict[str, Any] = {}

        async def changed(request: IncomingRequest) -> Response:
            given = (request, serve, kept) if remembers else (request, serve)
            try:
                response = await _awaitable(deviation, given)
            except (ConnectionError, BrokenDefectError):  # an answer that breaks off, and a defect further inside
                raise
            except Exception as error:
                raise BrokenDefectError(_how_it_fails(deviation, error)) from error
            if isinstance(response, Response):
                if (wrong := _wrong_part(response)) is not None:
                    raise BrokenDefectError(f"{_named(deviation)} ({_place(deviation)}) gives a Response whose {wrong}")
                return response
            forgotten = ""
            if inspect.iscoroutine(response):
                response.close()  # or what it was to edit would wait for a reader for ever
                forgotten = "; is an await missing?"
            what = f"gives {type(response).__name__}: it returns a Response{forgotten}"
            raise BrokenDefectError(f"{_named(deviation)} ({_place(deviation)}) {what}")

        return changed

    return around


def _wrong_part(response: Response) -> str | None:
    """Say which part of a response is of a wrong type, before it is taken for a fault of a check."""
    given: tuple[object, object] = (response.status, response.body)
    if not isinstance(given[0], int):
        return f"status is {given[0]!r:.40}: take a number"
    if not isinstance(given[1], bytes):
        return f"body is of the type {type(given[1]).__name__}: take bytes"
    if not all(map(_is_header, response.headers)):
        return "headers are no pairs of a name and a value, both texts"
    return None


def _is_header(one: object) -> bool:
    return isinstance(one, tuple | list) and [type(part) for part in one] == [str, str]


def _named(deviation: Deviation) -> str:
    return deviation.__name__.replace("_", "-")


def _awaitable(deviation: Deviation, given: tuple[object, ...]) -> Awaitable[object]:
    made: object = deviation(*given)
    if inspect.isawaitable(made):
        return made
    raise BrokenDefectError(f"{_named(deviation)} ({_place(deviation)}) is not async: write async def")


def _place(deviation: Deviation, line: int = 0) -> str:
    code = inspect.unwrap(deviation).__code__
    return f"{'/'.join(Path(code.co_filename).parts[-2:])}:{line or code.co_firstlineno}"


def _how_it_fails(deviation: Deviation, error: Exception) -> str:
    """Say what a defect raised, and at which line of its module."""
    file = inspect.unwrap(deviation).__code__.co_filename
    lines = [one.lineno or 0 for one in traceback.extract_tb(error.__traceback__) if one.filename == file]
    place = _place(deviation, lines[-1] if lines else 0)
    return f"{_named(deviation)} fails: {type(error).__name__}: {error} ({place})"


@cache
def all_defects() -> Mapping[str, Defect]:
    """Return the defects of all modules in `defects/`, by name.

    Raises:
        ValueError: Two have the same name.
    """
    found: dict[str, Defect] = {}
    for module in sorted(one.name for one in pkgutil.iter_modules(defects.__path__)):
        for one in vars(importlib.import_module(f"{defects.__name__}.{module}")).values():
            if isinstance(one, Defect) and found.setdefault(one.name, one) is not one:
                raise ValueError(f"two defects are called {one.name}")
    return found
