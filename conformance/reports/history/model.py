"""What many reports say together, as plain data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple


class Place(NamedTuple):
    """Where a requirement is checked: at a deployment, or of the DIAL (None)."""

    requirement: str
    deployment: str | None


class Took(NamedTuple):
    """What the answers of a deployment took in a run.

    Attributes:
        seconds: Of the answer in the middle, by time; None if no time is known.
        dollars: What they cost by the prices of the listing; empty if that is not known, or nothing.
    """

    seconds: float | None
    dollars: str


@dataclass(frozen=True)
class RunSeen:
    """A run, by its report.

    Attributes:
        file: The name of the report.
        when: When the DIAL answered (UTC).
        began: When the run began, as the report writes it: of a replay, that is later.
        mode: `live`, `recorded` or `replayed`.
        suite: The version of the suite.
        core: The version of Core, as far as it is known.
        exit_code: How the run ended.
        shard: Which part of the deployments it was; empty for all.
        seconds: How long it took.
        requests: How many requests were made.
        completions: How many of them a model answered.
        dollars: What these cost; empty if that is not known, or nothing.
        deployments: What was under test.
        took: What the answers of each deployment took.
        counts: At how many places it came to each letter.
        contract: The contract that it went by; empty in older reports.
    """

    file: str
    when: datetime
    began: str
    mode: str
    suite: str
    core: str
    exit_code: int
    shard: str
    seconds: float
    requests: int
    completions: int
    dollars: str
    deployments: tuple[str, ...] = ()
    took: Mapping[str, Took] = field(default_factory=dict)
    counts: Mapping[str, int] = field(default_factory=dict)
    contract: str = ""


@dataclass(frozen=True)
class RequirementSeen:
    """A requirement, as the last report that was read has it."""

    level: str
    sentence: str


@dataclass(frozen=True)
class DialSeen:
    """A DIAL over time.

    Attributes:
        name: Its address, or the folder of a set.
        runs: Its runs, in the order of time.
        places: A letter for each run, by place.
    """

    name: str
    runs: tuple[RunSeen, ...]
    places: Mapping[Place, str]


@dataclass(frozen=True)
class History:
    """What many reports say together.

    Attributes:
        dials: The DIALs, by their names.
        requirements: What was checked.
        notes: What the reader should know.
    """

    dials: tuple[DialSeen, ...]
    requirements: Mapping[str, RequirementSeen]
    notes: tuple[str, ...] = ()
