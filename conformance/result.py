"""The result of one check, as plain data that survives the way from a worker process to the summary."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Any

from conformance.verdict import Verdict


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

    @property
    def chapter(self) -> str:
        """The part of the id before the number."""
        return self.requirement.rpartition("-")[0]

    @property
    def properties(self) -> list[tuple[str, str]]:
        """The result as the properties of a test report; what is empty is left out."""
        return [(name, str(value)) for name, value in vars(self).items() if value]

    @classmethod
    def from_properties(cls, properties: Iterable[tuple[str, Any]]) -> Result | None:
        """Read the result back from the properties of a test report; None if they are those of another test."""
        given = dict(properties)
        if not given.keys() >= {"requirement", "level", "sentence", "verdict"}:
            return None
        texts: dict[str, Any] = {one.name: given.get(one.name, "") for one in fields(cls)}
        texts["verdict"] = Verdict(texts["verdict"])
        return cls(**{**texts, "deployment": texts["deployment"] or None, "case": texts["case"] or None})
