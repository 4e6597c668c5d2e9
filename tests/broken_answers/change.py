"""Changes of an answer, and rows that say where they are made."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from conformance.contract.exchange import Answer
from tests.replaying import Change, Place

DALLE3 = "dall-e-3"

HTML = "<!DOCTYPE html><html><head><title>Sign in</title></head><body>Please sign in.</body></html>"

LISTINGS = ("listing", "listing_again", "models", "applications")
DESCRIPTIONS = (*LISTINGS, "home", "deployment_alone", "encoded_id")
"""Where a DIAL describes deployments."""

SCHEMAS = ("configuration", "configuration_again")


@dataclass(frozen=True)
class Broken:
    """One way in which a DIAL breaks one requirement, and no other.

    Attributes:
        how: The deviation, in a few words.
        places: What is changed, and where.
        deployment: In which deployment's run.
        opt_ins: The options of that run, where the exchanges are not asked by default.
    """

    how: str
    places: tuple[Place, ...]
    deployment: str = DALLE3
    opt_ins: frozenset[str] = frozenset()

    def also(self, change: Change, *exchanges: str) -> Broken:
        """Return the same with one more change, for what a DIAL with this deviation answers elsewhere."""
        return replace(self, places=(*self.places, Place(change, exchanges)))


Edit = Callable[[Any, Any], None]
"""Changes a JSON object or array at a key or index."""

Table = dict[str, list[Broken]]
"""For each requirement, the ways in which it is broken."""


def broken(
    how: str, change: Change, *exchanges: str, deployment: str = DALLE3, opt_ins: frozenset[str] = frozenset()
) -> Broken:
    """Make a row of the table: which change, at which exchanges."""
    return Broken(how, (Place(change, exchanges),), deployment, opt_ins)


def status(code: int) -> Change:
    """Answer with another status, the rest as before."""
    return lambda answer: replace(answer, status=code)


def header(name: str, value: str) -> Change:
    """Answer with a header of that value, instead of the one that was there."""
    return lambda answer: replace(answer, headers=(*_others(answer, name), (name, value)))


def without_header(name: str) -> Change:
    """Answer without a header."""
    return lambda answer: replace(answer, headers=_others(answer, name))


def body(content: bytes) -> Change:
    """Answer with another body, the rest as before."""
    return lambda answer: replace(answer, body=content, chunks=())


def in_turn(*changes: Change) -> Change:
    """Make several changes."""

    def change(answer: Answer) -> Answer:
        for one in changes:
            answer = one(answer)
        return answer

    return change


def text(code: int, content: str = "", media_type: str = "text/plain") -> Change:
    """Answer with a status and a text, as Core does."""
    return in_turn(status(code), body(content.encode()), header("content-type", media_type))


def html(code: int) -> Change:
    """Answer with a web page."""
    return text(code, HTML, "text/html")


def document(code: int, value: Any) -> Change:
    """Answer with a status and a JSON document."""
    return text(code, json.dumps(value), "application/json")


def edited(edit: Callable[[Any], None]) -> Change:
    """Answer with the same JSON document after an edit."""

    def change(answer: Answer) -> Answer:
        value = copy.deepcopy(answer.json)
        edit(value)
        return replace(answer, body=json.dumps(value).encode(), chunks=())

    return change


def field(pointer: str, value: Any) -> Change:
    """Answer with another value at a JSON pointer, in which `*` stands for every element of an array."""
    return edited(lambda document: _each(document, pointer, _put(value)))


def without_field(pointer: str) -> Change:
    """Answer without what is at a JSON pointer."""
    return edited(lambda document: _each(document, pointer, _drop))


def behind_a_reference(**others: Any) -> Change:
    """Publish the same schema behind a `$ref` at its root, as pydantic does for recursion; fields may be others."""

    def change(answer: Answer) -> Answer:
        schema = {**answer.json, **others}
        definitions = schema.pop("$defs", {})
        return document(200, {"$defs": {**definitions, "Config": schema}, "$ref": "#/$defs/Config"})(answer)

    return change


def described(pointer: str, value: Any) -> Change:
    """Describe deployments with another value, in listings and alone; those without the field's parent stay."""
    return edited(lambda document: _each_described(document, pointer, _put(value)))


def described_without(pointer: str) -> Change:
    """Describe deployments without a field, in listings and alone."""
    return edited(lambda document: _each_described(document, pointer, _drop))


def _put(value: Any) -> Edit:
    def edit(parent: Any, key: Any) -> None:
        parent[key] = value

    return edit


def _drop(parent: Any, key: Any) -> None:
    if isinstance(parent, list) or key in parent:
        del parent[key]


def _others(answer: Answer, name: str) -> tuple[tuple[str, str], ...]:
    return tuple(one for one in answer.headers if one[0].lower() != name.lower())


def _each(document: Any, pointer: str, edit: Edit) -> None:
    *path, last = pointer.strip("/").split("/")
    parents = [document]
    for part in path:
        parents = [child for parent in parents for child in _children(parent, part)]
    if not parents:
        raise LookupError(f"there is no {pointer}")  # the row would change nothing
    for parent in parents:
        for key in _keys(parent, last):
            edit(parent, key)


def _each_described(document: Any, pointer: str, edit: Edit) -> None:
    for element in document.get("data", [document]):
        try:
            _each(element, pointer, edit)
        except LookupError:
            continue


def _children(parent: Any, part: str) -> Iterator[Any]:
    for key in _keys(parent, part):
        if isinstance(parent, list) or key in parent:
            yield parent[key]


def _keys(parent: Any, part: str) -> list[Any]:
    if isinstance(parent, list):
        return list(range(len(parent))) if part == "*" else [int(part)]
    return [part]
