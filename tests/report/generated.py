"""Reports by Hypothesis: small, and of all that a report can be."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from conformance.contract.result import Result
from conformance.contract.verdict import DECIDED, Verdict, exit_code
from conformance.reports.document import Report, ReportedDeployment, ReportedExchange, ReportedPlan, ReportedRequirement
from conformance.run.shard import Shard
from tests.report.generated_schemas import schemas
from tests.report.made_up import RUN

OF_THE_DIAL = ("AUTH-01", "LIST-01")
OF_A_DEPLOYMENT = ("CHAT-05", "CONF-01")
NAMES = ("a", "b", "c/d", "e")
CASES = (None, "x=1", "x=2")


@st.composite
def results(draw: st.DrawFn, deployment: str | None, requirements: Sequence[str]) -> list[Result]:
    """Results of a deployment or of the DIAL, for each requirement at least one."""
    found = []
    for requirement in requirements:
        for case in draw(st.lists(st.sampled_from(CASES), min_size=1, max_size=2, unique=True)):
            verdict = draw(st.sampled_from(Verdict))
            known = draw(st.sampled_from(["", "a ticket"])) if verdict is Verdict.VIOLATED else ""
            exchange = f"{deployment or '_instance'}/{requirement}.{case}"
            found.append(
                Result(
                    requirement, "MUST", f"Sentence of {requirement}.", deployment, case, verdict,
                    known=known, exchanges=(exchange,),
                )
            )  # fmt: skip
    return found


@st.composite
def reports(draw: st.DrawFn, names: Iterable[str] | None = None) -> Report:
    """A report of the DIAL and of some deployments, the same for each name."""
    chosen = draw(st.lists(st.sampled_from(NAMES), unique=True)) if names is None else names
    found = draw(results(None, OF_THE_DIAL))
    for name in chosen:
        found += draw(results(name, OF_A_DEPLOYMENT))
    deployments = [
        ReportedDeployment(
            name,
            "model",
            features=draw(st.dictionaries(st.sampled_from(["seed", "tools"]), st.sampled_from([True, False, None]))),
            schema=draw(st.one_of(st.none(), schemas())),
        )
        for name in sorted(chosen)
    ]
    cost = draw(st.sampled_from(["", "$0.12", "$3.00", "$0.000001"]))
    return assembled(found, deployments, dollars=cost, seconds=draw(st.sampled_from([1.0, 2.5])))


def assembled(
    found: Sequence[Result], deployments: Sequence[ReportedDeployment], dollars: str = "", **run: Any
) -> Report:
    """The report that a run would write."""
    places: dict[str | None, int] = {None: -1}
    places |= {one.id: place for place, one in enumerate(deployments)}
    found = sorted(found, key=lambda one: (one.requirement, places[one.deployment], one.case or ""))
    requirements = sorted({one.requirement for one in found})
    verdicts = {one.verdict for one in found if not one.known}
    code = exit_code(verdicts, free=False, complete=True, fail_on_advisory=False)
    exchanges = {name: _exchange(str(one.verdict)) for one in found for name in one.exchanges}
    return Report(
        replace(RUN, **{"exit_code": int(code), **run}),
        ReportedPlan(len(found), sum(one.verdict in DECIDED for one in found), len(exchanges), 1, dollars),
        tuple(ReportedRequirement(one, "MUST", f"Sentence of {one}.", "x") for one in requirements),
        tuple(deployments),
        tuple(found),
        exchanges,
    )


@st.composite
def sharded(draw: st.DrawFn) -> tuple[Report, list[Report]]:
    """A whole report, and those of its shards; these do not always agree on the DIAL itself."""
    whole = draw(reports())
    count = draw(st.integers(1, 4))
    first = draw(st.sampled_from([None, *(one.id for one in whole.deployments)]))
    shards = []
    for number in range(1, count + 1):
        shard = Shard(count, number)
        part = shard.part_of(whole.deployments, lambda one: one.id, first)
        named = {None, *(one.id for one in part)}
        found = [one for one in whole.results if one.deployment in named]
        if draw(st.booleans()):
            found = [replace(one, verdict=Verdict.PASSED, known="") if not one.deployment else one for one in found]
        shards.append(assembled(found, part, draw(st.sampled_from(["", "$0.1"])), shard=str(shard)))
    return whole, shards


def _exchange(said: str) -> ReportedExchange:
    return ReportedExchange("GET", "/v1/x", (), "", 200, (), said, len(said))
