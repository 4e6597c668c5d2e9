"""Whatever a DIAL answers, the checks do not break: every answer is distorted, and none may give a harness error."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import pytest

from conformance.contract.exchange import Answer, InvalidJsonError
from conformance.run.control import DiscoveryError
from tests.replaying import Change, ChangedDial, Place, harness_errors, read_set, results_of_change

pytestmark = pytest.mark.long

DEPLOYMENTS = ("dall-e-3", "search", "buttons", "echo-application")
STRIDE = 79
"""Every one of so many distortions of a value is tried. It is prime, so that each kind gets its turn."""

PARTS = 5
"""So many tests share the distortions of a deployment, and may be made by several processes."""

VALUES: tuple[Any, ...] = (None, True, 42, -1, 1.5, "x", [], {}, ["x"], [None], {"x": None})
BODIES = (b"", b"null", b"42", b'"x"', b"[]", b"{}", b"[null]", b"NaN", b"\xff\xfe", b"[" * 5000, b"<html></html>")


@dataclass(frozen=True)
class Distortion:
    """One change of all exchanges of a recipe, in the run of one deployment."""

    deployment: str
    recipe: str
    how: str
    change: Change

    def __str__(self) -> str:
        return f"{self.deployment}, {self.recipe}: {self.how}"


def first_answers(deployment: str) -> dict[str, Answer]:
    """Return one answer for each recipe of a deployment; with the first, also for those of the DIAL."""
    found: dict[str, Answer] = {}
    for name, exchange in read_set().items():
        folder, _, asked = name.partition("/")
        if folder == deployment or (folder == "_instance" and deployment == DEPLOYMENTS[0]):
            found.setdefault(asked.partition(".")[0], exchange.answer)
    return found


def pointers(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Give the places in a document, without what only repeats in an array."""
    yield path
    if isinstance(value, dict | list):
        for key, child in value.items() if isinstance(value, dict) else enumerate(value[:2]):
            yield from pointers(child, (*path, key))


def with_value(path: tuple[Any, ...], value: Any) -> Change:
    """Put a value in a place of the document, where there is that place."""

    def change(answer: Answer) -> Answer:
        holder = {"document": copy.deepcopy(answer.json)}
        parent: Any = holder
        try:
            for key in ("document", *path)[:-1]:
                parent = parent[key]
            parent[("document", *path)[-1]] = value
        except (KeyError, IndexError, TypeError):
            return answer
        return replace(answer, body=json.dumps(holder["document"]).encode(), chunks=())

    return change


def values_of(deployment: str) -> Iterator[Distortion]:
    for recipe, answer in first_answers(deployment).items():
        try:
            document = answer.json
        except InvalidJsonError:
            continue
        for path in pointers(document):
            for value in VALUES:
                how = f"{'/'.join(map(str, path))} = {json.dumps(value)}"
                yield Distortion(deployment, recipe, how, with_value(path, value))


def bodies_of(deployment: str) -> Iterator[Distortion]:
    for position, (recipe, answer) in enumerate(first_answers(deployment).items()):
        half = answer.body[: len(answer.body) // 2]
        for turn in range(2):
            content = (*BODIES, half)[(position * 5 + turn * 7) % (len(BODIES) + 1)]
            yield Distortion(deployment, recipe, f"body {content[:20]!r}", bare(content))


def bare(content: bytes) -> Change:
    """Answer with a body alone: no headers that tell what it is."""
    return lambda answer: replace(answer, headers=(), body=content, chunks=())


@cache
def sample_of(deployment: str) -> tuple[Distortion, ...]:
    every = list(values_of(deployment))
    return (*every[DEPLOYMENTS.index(deployment) :: STRIDE], *bodies_of(deployment))


@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("deployment", DEPLOYMENTS)
def test_no_distorted_answer_breaks_a_check(deployment: str, part: int) -> None:
    broken: dict[str, list[str]] = {}
    for one in sample_of(deployment)[part::PARTS]:
        try:
            found = results_of_change(ChangedDial(read_set(), [Place(one.change, (one.recipe,))]), deployment)
        except DiscoveryError:
            continue  # there is nothing left that could be checked, which is said in one line
        if errors := harness_errors(found):
            broken[str(one)] = errors
    assert broken == {}
