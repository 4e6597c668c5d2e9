"""The history as plain values, which are JSON: all of it, without bounds."""

from __future__ import annotations

from typing import Any, Final

from conformance.reports.history.model import DialSeen, History, RunSeen
from conformance.reports.history.outcome import OUTCOMES
from conformance.reports.history.timeline import FLAPS, deployments_of, findings_of

FORMAT: Final = "1.1"
"""The version of the JSON: the first number changes if an old reader cannot read it."""


def plain(history: History) -> dict[str, Any]:
    """Write a history as plain values."""
    return {
        "format": FORMAT,
        "outcomes": OUTCOMES,
        "notes": list(history.notes),
        "requirements": {name: vars(one) for name, one in history.requirements.items()},
        "dials": [_dial(one) for one in history.dials],
    }


def _dial(dial: DialSeen) -> dict[str, Any]:
    return {
        "dial": dial.name,
        "runs": [_run(one) for one in dial.runs],
        "deployments": [
            {
                "deployment": one.name,
                "outcomes": one.letters,
                "first_seen": one.first,
                "last_seen": one.last,
                "open": one.open,
                "flaps": one.flaps >= FLAPS,
            }
            for one in deployments_of(dial)
        ],
        "findings": [
            {
                **one.place._asdict(),
                "open": one.open,
                "first_seen": one.first,
                "last_seen": one.last,
                "broken": one.broken,
                "decided": one.decided,
                "flaps": one.flaps >= FLAPS,
            }
            for one in findings_of(dial)
        ],
        "places": [{**place._asdict(), "outcomes": letters} for place, letters in dial.places.items()],
    }


def _run(run: RunSeen) -> dict[str, Any]:
    took = {name: one._asdict() for name, one in run.took.items()}
    return {**vars(run), "when": run.when.isoformat(), "deployments": list(run.deployments), "took": took}
