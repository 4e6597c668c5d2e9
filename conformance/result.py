"""The result of one check, as plain data that survives the way from a worker process to the summary."""

from __future__ import annotations

from dataclasses import asdict, dataclass
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

    @property
    def chapter(self) -> str:
        """The part of the id before the number."""
        return self.requirement.rpartition("-")[0]

    def to_plain(self) -> dict[str, Any]:
        """Write the result as plain values."""
        return {**asdict(self), "verdict": str(self.verdict)}

    @classmethod
    def from_plain(cls, plain: dict[str, Any]) -> Result:
        """Read a result that `to_plain` wrote."""
        return cls(**{**plain, "verdict": Verdict(plain["verdict"])})
