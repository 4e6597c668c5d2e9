"""Makes the report of a run that is over."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from conformance import __version__
from conformance.contract.exchange import printable
from conformance.contract.result import Result
from conformance.contract.verdict import DECIDED, ExitCode
from conformance.reports.collecting import collect, in_order, reported_deployment, reported_exchanges
from conformance.reports.document import Report, ReportedPlan, ReportedRun
from conformance.run.asked_with import asked_with
from conformance.run.overview import Overview, never_tried

if TYPE_CHECKING:
    from conformance.run.run import Run


def report_of(  # noqa: PLR0913 - what a run has, and what only its end tells
    run: Run,
    results: Sequence[Result],
    overview: Overview,
    *,
    began: float,
    exit_code: int,
    selected_with: Sequence[str] = (),
) -> Report:
    """Put together all that a run has to say.

    Args:
        run: The run, which is over.
        results: What was decided, in any order.
        overview: What the run knows of itself.
        began: When it began, in seconds since 1970.
        exit_code: How it ended.
        selected_with: Options of pytest that left out checks, as one would write them.
    """
    deployments = run.discovered.deployments
    ordered = in_order(results, deployments)
    schemas = {one: run.exchange_named(f"{one.path}/configuration") for one in deployments if one.configurable}
    untried = {one: never_tried(schema, one.profile) for one, schema in schemas.items()}
    facts = [reported_deployment(one, schemas.get(one), untried.get(one, ())) for one in deployments]
    return collect(
        _run_facts(run, overview, began, exit_code, selected_with),
        _plan_facts(results, overview),
        ordered,
        facts,
        reported_exchanges(ordered, run.exchange_named, run.prices),
        checks=run.settings.checks,
        contract=run.contract,
    )


def _run_facts(run: Run, overview: Overview, began: float, exit_code: int, selected_with: Sequence[str]) -> ReportedRun:
    options = (*asked_with(run.settings), *selected_with)
    return ReportedRun(
        began=datetime.fromtimestamp(began, UTC).isoformat(timespec="seconds"),
        seconds=round(time.time() - began, 3),
        mode=run.source.mode,
        recorded=run.source.meta.recorded if run.source.meta else None,
        suite=__version__,
        core=run.discovered.core.name,
        dial=run.source.name,
        exit_code=exit_code,
        interrupted=overview.interrupted or exit_code == ExitCode.INTERRUPTED,
        free=overview.free,
        shard=str(run.settings.shard or ""),
        notes=tuple(overview.notes),
        contract=run.contract.title,
        options=tuple(printable(run.redaction.hide_secrets(one)) for one in options),
    )


def _plan_facts(results: Sequence[Result], overview: Overview) -> ReportedPlan:
    decided = sum(one.verdict in DECIDED for one in results)
    return ReportedPlan(
        overview.planned, decided, overview.requests, overview.completions, overview.cost, overview.retries
    )
