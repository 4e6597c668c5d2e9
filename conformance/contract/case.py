"""A case: one configuration tried on a deployment, with the name it has everywhere."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final
from urllib.parse import quote

_LONGEST_FILE_NAME: Final = 120

MADE_UP: Final = "made up"
"""The origin of a value that the schema allows, but does not document."""


REVISION: Final = 1
"""How many revisions of the cases there are: one more when a kind of cases came that an older contract must not get."""


class Absent:
    """The type of `ABSENT`."""

    def __repr__(self) -> str:
        return "absent"


ABSENT: Final = Absent()
"""The configuration of a request that has no `custom_fields` at all."""


@dataclass(frozen=True)
class Case:
    """One configuration.

    Attributes:
        name: Compact JSON (`quality=42`), unique among the cases of a deployment.
        value: The configuration, or `ABSENT`.
        pointer: Where its one fault is (RFC 6901), None if it has none.
        keywords: The JSON Schema keywords that it breaks there.
        twin: The name of the accepted case that differs from this one only at the fault.
        thorough: It is tried only in a thorough run, because it costs more than it tells.
        free: It should be refused, so it costs nothing, though other cases of the same recipe do.
        place: Where the faulty value stands (RFC 6901): at the fault, or inside, where alternatives hide it.
        near: A careless deployment accepts it, so no more like it are sent after one was accepted at the same place.
        lax: As near, and no loss: it is read as what the schema allows, so it is sent last, and counted apart.
        other_key: It is asked with the key of another project, so only if there is one.
        spared: As `spared` of a recipe, of one case alone.
        origins: The JSON pointers of the values of an accepted case, each with where the value comes from.
        parts: The names of the smaller cases of which an accepted case is a combination; empty if it is none.
        revision: In which revision of the cases its kind came: a contract that was frozen before has it not.
    """

    name: str
    value: Any = field(default=ABSENT, compare=False)
    pointer: str | None = field(default=None, compare=False)
    keywords: tuple[str, ...] = field(default=(), compare=False)
    twin: str | None = field(default=None, compare=False)
    thorough: bool = field(default=False, compare=False)
    free: bool = field(default=False, compare=False)
    place: str | None = field(default=None, compare=False)
    near: bool = field(default=False, compare=False)
    lax: bool = field(default=False, compare=False)
    other_key: bool = field(default=False, compare=False)
    spared: bool = field(default=False, compare=False)
    origins: tuple[tuple[str, str], ...] = field(default=(), compare=False)
    parts: tuple[str, ...] = field(default=(), compare=False)
    revision: int = field(default=1, compare=False)

    @property
    def made_up(self) -> tuple[str, ...]:
        """The JSON pointers of its values that no schema documents: the suite made them up."""
        return tuple(pointer for pointer, origin in self.origins if origin == MADE_UP)

    @property
    def told_origins(self) -> str:
        """Where its values come from, in words: `quality: enum, low: made up`; empty if there is no value."""
        each = ((re.sub(r"/\d+(?=/|$)", "/*", pointer)[1:] or "all", origin) for pointer, origin in self.origins)
        return ", ".join(dict.fromkeys(f"{place}: {origin}" for place, origin in each))

    @property
    def label(self) -> str:
        """The name as it stands in test ids and file names: safe characters only, long ones cut with a hash."""
        return file_label(self.name)

    @property
    def is_allowed(self) -> bool:
        """It has no fault: the schema allows it."""
        return self.pointer is None

    @property
    def faulty_property(self) -> str | None:
        """The place of the fault, whichever the item of an array: /sources/*/weight."""
        parts = (self.place or self.pointer or "").split("/")
        return None if self.pointer is None else "/".join("*" if part.isdigit() else part for part in parts)

    @property
    def field(self) -> str | None:
        """The property that is wrong, as an error message would name it: the last name of the pointer."""
        names = [part for part in (self.pointer or "").split("/") if part and not part.isdigit()]
        return names[-1].replace("~1", "/").replace("~0", "~") if names else None


ABSENT_CASE: Final = Case("absent", ABSENT)
"""No configuration at all."""


@lru_cache(maxsize=10_000)
def file_label(name: str) -> str:
    """Percent-encode a name for test ids and file names, and cut a long one with a hash of the whole."""
    label = quote(name, safe="=", errors="replace").replace("~", "%7E")
    if label in {".", ".."}:
        label = label.replace(".", "%2E")
    if len(label) <= _LONGEST_FILE_NAME:
        return label
    digest = hashlib.sha256(name.encode("utf-8", "replace")).hexdigest()[:10]
    return f"{label[: _LONGEST_FILE_NAME - 11]}-{digest}"


def escaped(text: str) -> str:
    """Escape what a terminal would not show but do: control characters, line breaks, half surrogates."""
    if text.isprintable():
        return text
    return "".join(one if one.isprintable() else one.encode("unicode_escape").decode("ascii") for one in text)


def compact(value: object) -> str:
    """Write a JSON value in its shortest form."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def named(configuration: dict[str, Any]) -> str:
    """Name a configuration by its properties: `quality="hd",size="1024x1024"`, or `{}`."""
    return escaped(",".join(f"{key}={compact(value)}" for key, value in configuration.items())) or "{}"
