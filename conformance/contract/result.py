"""The result of one check, as plain data that survives the way from a worker process to the summary."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any

from conformance.contract.verdict import Verdict


@dataclass(frozen=True)
class Result:
    """What a run says of one requirement for one deployment and case.

    Attributes:
        requirement: The id.
        level: MUST or SHOULD.
        sentence: The requirement's sentence.
        deployment: The deployment's id, or None for the DIAL.
        case: The case's name, or None.
        verdict: The verdict.
        reason: Why there is neither pass nor violation, or empty.
        expected: What the contract wants, for a violation or an advisory.
        got: What was there instead.
        curl: How to see it again.
        hint: What is known of this version of Core that explains it, or empty.
        known: Why the baseline lets it be, or empty.
        pointer: Where the one fault of the case's configuration is (RFC 6901), or empty.
        keywords: The JSON Schema keywords that the case breaks there.
        origins: Where the values of an accepted case come from: `quality: enum, low: made up`.
        exchanges: The names of the exchanges that it rests on.
        fault: What is wrong with the case's configuration, where, and by which rule of the schema, or empty.
        twin: The name of an exchange that is like the one that shows a violation, and was accepted, or empty.
        preview: Why a newer contract would say that it does not hold, though it holds by that of the run; or empty.
    """

    requirement: str
    level: str
    sentence: str
    deployment: str | None
    case: str | None
    verdict: Verdict
    reason: str = ""
    expected: str = ""
    got: str = ""
    curl: str = ""
    hint: str = ""
    known: str = ""
    pointer: str = ""
    keywords: tuple[str, ...] = ()
    origins: str = ""
    exchanges: tuple[str, ...] = ()
    fault: str = ""
    twin: str = ""
    preview: str = ""

    @property
    def named_exchanges(self) -> tuple[str, ...]:
        """The names of all exchanges that it speaks of."""
        return (*self.exchanges, self.twin) if self.twin else self.exchanges

    @property
    def chapter(self) -> str:
        """The part of the id before the number."""
        return self.requirement.rpartition("-")[0]

    @property
    def properties(self) -> list[tuple[str, str]]:
        """The result as the properties of a test report; what is empty is left out."""
        return [
            (name, " ".join(value) if isinstance(value, tuple) else str(value))
            for name, value in vars(self).items()
            if value
        ]

    @classmethod
    def from_properties(cls, properties: Iterable[tuple[str, Any]]) -> Result | None:
        """Read the result back from the properties of a test report; None if they are those of another test."""
        given = dict(properties)
        if not given.keys() >= _OF_EACH:
            return None
        lists = {name: given[name].split() for name in _LISTS if name in given}
        return cls.from_plain({**given, **lists})

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> Result:
        """Read the result back from plain values; what is left out is empty.

        Raises:
            KeyError: It is no result.
            ValueError: There is no such verdict.
        """
        missing = _OF_EACH - plain.keys()
        if missing:
            raise KeyError(min(missing))
        texts = {name: str(plain.get(name, "")) for name in _TEXTS}
        lists = {name: tuple(map(str, plain.get(name, ()))) for name in _LISTS}
        values: dict[str, Any] = {**texts, **lists, "verdict": Verdict(texts["verdict"])}
        return cls(**{**values, "deployment": texts["deployment"] or None, "case": texts["case"] or None})


_OF_EACH = frozenset({"requirement", "level", "sentence", "verdict"})
_LISTS = ("keywords", "exchanges")
_TEXTS = tuple(one.name for one in fields(Result) if one.name not in _LISTS)
