"""Compares two reports, or two deployments."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from difflib import get_close_matches
from typing import Final

from conformance.compare.checks import Checks
from conformance.compare.model import Comparison, DeploymentSchemaChange, FeatureChange
from conformance.compare.schemas import schema_changes
from conformance.compare.totals import totals
from conformance.contract.exchange import printable
from conformance.contract.verdict import DECIDED
from conformance.dial.price import added
from conformance.reports.document import Report, ReportedDeployment, ReportedPlan

_SHOWN_NAMES: Final = 8
_OK: Final = 200


class UnknownDeploymentError(ValueError):
    """A report has no such deployment; the message says which it has."""


def compare(old: Report, new: Report, pair: tuple[str, str] | None = None) -> Comparison:
    """Compare two reports.

    Args:
        old: The old one.
        new: The new one; the same one, to compare two deployments of it.
        pair: Compare only this deployment of the old report with this one of the new.

    Raises:
        UnknownDeploymentError: A report has not the deployment that it should have.
    """
    if pair:
        old, new = _narrowed(old, pair[0], pair[1], "old"), _narrowed(new, pair[1], pair[1], "new")
    were, are = {one.id: one for one in old.deployments}, {one.id: one for one in new.deployments}
    checked, checks = {one.id for one in old.requirements}, {one.id for one in new.requirements}
    both = [(were[name], are[name]) for name in sorted(were.keys() & are.keys())]
    side_by_side = Checks(old, new)
    return Comparison(
        old=old.run,
        new=new.run,
        pair=pair,
        gone=tuple(sorted(were.keys() - are.keys())),
        come=tuple(sorted(are.keys() - were.keys())),
        gone_requirements=tuple(sorted(checked - checks)),
        come_requirements=tuple(sorted(checks - checked)),
        checks=tuple(side_by_side.changes()),
        features=tuple(change for was, is_now in both for change in _features(was, is_now)),
        schemas=tuple(
            DeploymentSchemaChange(is_now.id, change)
            for was, is_now in both
            for change in schema_changes(was.schema, is_now.schema)
        ),
        cases=tuple(side_by_side.case_counts()),
        totals=tuple(totals(old, new, whole=pair is None)),
    )


def _features(old: ReportedDeployment, new: ReportedDeployment) -> Iterator[FeatureChange]:
    for name in sorted({*old.features, *new.features}):
        was, is_now = old.features.get(name) is True, new.features.get(name) is True
        if was != is_now:
            yield FeatureChange(new.id, name, is_now)


def _narrowed(report: Report, name: str, called: str, which: str) -> Report:
    """Return what a report says of one deployment, under another name, so that it can be compared with that."""
    found = next((one for one in report.deployments if one.id == name), None)
    if found is None:
        raise UnknownDeploymentError(_missing(name, [one.id for one in report.deployments], which))
    results = tuple(replace(one, deployment=called) for one in report.results if one.deployment == name)
    checked = {one.requirement for one in results}
    names = dict.fromkeys(exchange for one in results for exchange in one.exchanges)
    kept = {one: report.exchanges[one] for one in names if one in report.exchanges}
    completions = [one for one in kept.values() if one.status == _OK and "/chat/completions" in one.path]
    plan = ReportedPlan(
        checks=len(results),
        decided=sum(one.verdict in DECIDED for one in results),
        requests=len(names),
        completions=len(completions),
        dollars=added(one.dollars for one in completions) if len(kept) == len(names) else "",
    )
    requirements = tuple(one for one in report.requirements if one.id in checked)
    return Report(report.run, plan, requirements, (replace(found, id=called),), results, kept)


def _missing(name: str, known: list[str], which: str) -> str:
    close = get_close_matches(name, known, n=3, cutoff=0.5)
    names = ", ".join(known[:_SHOWN_NAMES]) + (", ..." if len(known) > _SHOWN_NAMES else "")
    hint = f"did you mean {' or '.join(close)}?" if close else f"there are {names or 'none'}"
    return printable(f"the {which} report has no deployment {name}; {hint}")
