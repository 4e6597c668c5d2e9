"""What differs between two reports, as plain data."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass
from typing import Any, Final

from conformance.compare.change_kinds import ADVICE, WORSE, ChangeKind
from conformance.compare.effects import Effect
from conformance.compare.schemas import SchemaChange
from conformance.reports.document import ReportedRun
from conformance.reports.terminal import counted

FORMAT: Final = "2.0"
"""The version of the JSON: the first number changes if an old reader cannot read it."""


@dataclass(frozen=True)
class CheckChange:
    """Checks of one requirement and deployment that differ in the same way.

    Attributes:
        requirement: The id.
        level: MUST or SHOULD.
        sentence: The requirement's sentence.
        deployment: The deployment, as the new report calls it; None for the DIAL.
        kind: How they differ.
        old: The verdict that was; empty if there was none.
        new: The verdict that is.
        cases: The names of the cases, if there are cases.
        expected: What the contract wants, where it is broken now.
        got: What is there instead.
        reason: Why there is neither pass nor violation now.
    """

    requirement: str
    level: str
    sentence: str
    deployment: str | None
    kind: ChangeKind
    old: str
    new: str
    cases: tuple[str, ...] = ()
    expected: str = ""
    got: str = ""
    reason: str = ""


@dataclass(frozen=True)
class FeatureChange:
    """A feature that a deployment claims now, or claims no more."""

    deployment: str
    feature: str
    claimed: bool


@dataclass(frozen=True)
class DeploymentSchemaChange:
    """A change in the schema of a deployment's configuration."""

    deployment: str
    change: SchemaChange


@dataclass(frozen=True)
class CaseCount:
    """How many cases of a requirement there are in one report only."""

    requirement: str
    deployment: str | None
    gone: int
    new: int


@dataclass(frozen=True)
class Total:
    """What a run took.

    Attributes:
        name: Of what.
        old: How much it was; empty if that is not known.
        new: How much it is.
        difference: How much more, such as `+12.5 %`; empty if that is not known.
    """

    name: str
    old: str
    new: str
    difference: str


@dataclass(frozen=True)
class Comparison:
    """What differs between an old report and a new one.

    Attributes:
        old: The run of the old report.
        new: The run of the new one.
        pair: The deployments that were compared, if it was only these.
        gone: Deployments that only the old report has.
        come: Deployments that only the new report has.
        gone_requirements: Requirements that only the old one checks.
        come_requirements: Requirements that only the new one checks.
        checks: Checks that differ.
        features: Features that are newly claimed, or no longer.
        schemas: What changed in schemas.
        cases: Where there are other cases, because the schema changed.
        totals: What it took.
    """

    old: ReportedRun
    new: ReportedRun
    pair: tuple[str, str] | None
    gone: tuple[str, ...]
    come: tuple[str, ...]
    gone_requirements: tuple[str, ...]
    come_requirements: tuple[str, ...]
    checks: tuple[CheckChange, ...]
    features: tuple[FeatureChange, ...]
    schemas: tuple[DeploymentSchemaChange, ...]
    cases: tuple[CaseCount, ...]
    totals: tuple[Total, ...]

    @property
    def is_empty(self) -> bool:
        """Nothing differs but perhaps what it took."""
        return not any(
            (
                *(self.gone, self.come, self.gone_requirements, self.come_requirements),
                *(self.checks, self.features, self.schemas, self.cases),
            )
        )

    def worse(self, *, advisory: bool = False, schema: bool = False) -> tuple[str, ...]:
        """Tell what got worse, such as `2 newly violated`; empty if nothing did.

        Args:
            advisory: A SHOULD that holds no more is worse too.
            schema: So is a schema that allows less, or may.
        """
        kinds = Counter(one.kind for one in self.checks if one.kind in WORSE or (advisory and one.kind in ADVICE))
        lost = sum(not one.claimed for one in self.features)
        effects = sum(one.change.effect in (Effect.TIGHTENED, Effect.UNCLEAR) for one in self.schemas) if schema else 0
        found = [
            (len(self.gone), f"{counted(len(self.gone), 'deployment')} gone"),
            (len(self.gone_requirements), f"{counted(len(self.gone_requirements), 'requirement')} no longer checked"),
            *((kinds[kind], f"{kinds[kind]} {kind}") for kind in ChangeKind),
            (lost, f"{counted(lost, 'feature')} no longer claimed"),
            (effects, f"{counted(effects, 'schema change')} that may allow less"),
        ]
        return tuple(text for number, text in found if number)

    def to_plain(self) -> dict[str, Any]:
        """Write it as plain values, which are JSON."""
        return {"format": FORMAT, **asdict(self)}
