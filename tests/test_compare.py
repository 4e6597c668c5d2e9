"""Comparing: what differs, what of it is worse, and that every output tells it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.compare.__main__ import main
from conformance.compare.change_kinds import WORSE, ChangeKind, State, change_kind_of
from conformance.compare.comparison import compare
from conformance.compare.model import Comparison
from conformance.contract.result import Result
from conformance.contract.verdict import Verdict
from conformance.reports.document import Report, ReportedDeployment
from tests.report.generated import reports
from tests.report.made_up import HOSTILE, report, result

FORMATS = ("terminal", "markdown", "json")
PASSED, VIOLATED, ADVISORY = Verdict.PASSED, Verdict.VIOLATED, Verdict.ADVISORY
NOT_CLAIMED, NOT_ASKED, COULD_NOT_RUN = Verdict.NOT_CLAIMED, Verdict.NOT_ASKED, Verdict.COULD_NOT_RUN


class Files:
    """Reports in files, and what the command says of them."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self._folder = folder
        self._capsys = capsys

    def write(self, name: str, one: Report) -> str:
        path = self._folder / name
        path.write_text(json.dumps(one.to_plain()))
        return str(path)

    def compare(self, old: Report, new: Report, *options: str) -> tuple[int, str]:
        code = main([self.write("old.json", old), self.write("new.json", new), *options])
        out, err = self._capsys.readouterr()
        assert err == ""
        return code, out


@pytest.fixture
def files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Files:
    return Files(tmp_path, capsys)


def changed(old: Sequence[Result], new: Sequence[Result]) -> Comparison:
    return compare(report(old), report(new))


def kinds(comparison: Comparison) -> list[ChangeKind]:
    return [one.kind for one in comparison.checks]


@given(reports())
def test_report_differs_in_nothing_from_itself(one: Report) -> None:
    found = compare(one, one)
    assert found.is_empty
    assert found.worse(advisory=True, schema=True) == ()
    assert {figure.difference for figure in found.totals} == {""}


@given(reports(), reports())
def test_swapping_the_reports_swaps_what_differs(one: Report, other: Report) -> None:
    there, back = compare(one, other), compare(other, one)
    assert (there.gone, there.gone_requirements) == (back.come, back.come_requirements)
    assert {(c.deployment, c.feature, c.claimed) for c in there.features} == {
        (c.deployment, c.feature, not c.claimed) for c in back.features
    }
    assert {
        (c.deployment, c.change.pointer, c.change.effect.opposite, c.change.old, c.change.new) for c in there.schemas
    } == {(c.deployment, c.change.pointer, c.change.effect, c.change.new, c.change.old) for c in back.schemas}
    assert {(c.requirement, c.deployment, c.gone, c.new) for c in there.cases} == {
        (c.requirement, c.deployment, c.new, c.gone) for c in back.cases
    }
    assert there.is_empty == back.is_empty


@given(reports(["a", "b"]), reports(["a", "b"]))
def test_every_check_of_both_that_differs_is_told(one: Report, other: Report) -> None:
    now = {(r.requirement, r.deployment, r.case): r for r in other.results}
    told = {
        (c.requirement, c.deployment, case, c.old, c.new)
        for c in compare(one, other).checks
        for case in [*c.cases, None]
    }
    for was in one.results:
        is_now = now.get((was.requirement, was.deployment, was.case))
        if is_now is not None and is_now.verdict is not was.verdict:
            assert (was.requirement, was.deployment, was.case, was.verdict, is_now.verdict) in told


@given(st.sampled_from(State), st.sampled_from(State))
def test_nothing_is_worse_both_ways(old: State, new: State) -> None:
    if State.ABSENT not in (old, new) and old is not new:  # a violation is worse when it comes, and when nobody looks
        assert not (change_kind_of(old, new) in WORSE and change_kind_of(new, old) in WORSE)


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        (PASSED, VIOLATED, ChangeKind.NEWLY_VIOLATED),
        (COULD_NOT_RUN, VIOLATED, ChangeKind.NEWLY_VIOLATED),
        (ADVISORY, VIOLATED, ChangeKind.NEWLY_VIOLATED),
        (PASSED, COULD_NOT_RUN, ChangeKind.NO_LONGER_PROVEN),
        (PASSED, Verdict.NOT_PROVEN, ChangeKind.NO_LONGER_PROVEN),
        (PASSED, Verdict.OVER_BUDGET, ChangeKind.NO_LONGER_PROVEN),
        (PASSED, Verdict.HARNESS_ERROR, ChangeKind.NO_LONGER_PROVEN),
        (PASSED, NOT_CLAIMED, ChangeKind.NO_LONGER_CLAIMED),
        (PASSED, ADVISORY, ChangeKind.NEWLY_ADVISORY),
        (VIOLATED, PASSED, ChangeKind.NEWLY_PASSED),
        (ADVISORY, PASSED, ChangeKind.NEWLY_PASSED),
        (NOT_CLAIMED, PASSED, ChangeKind.NEWLY_CLAIMED),
        (PASSED, NOT_ASKED, ChangeKind.DIFFERENT),
        (PASSED, Verdict.NOT_RECORDED, ChangeKind.DIFFERENT),
        (VIOLATED, COULD_NOT_RUN, ChangeKind.DIFFERENT),
        (VIOLATED, ADVISORY, ChangeKind.DIFFERENT),
        (NOT_CLAIMED, COULD_NOT_RUN, ChangeKind.DIFFERENT),
    ],
)  # fmt: skip
def test_each_change_is_of_a_kind(files: Files, old: Verdict, new: Verdict, kind: ChangeKind) -> None:
    was, is_now = report([result(old)]), report([result(new)])
    assert kinds(compare(was, is_now)) == [kind]
    code, out = files.compare(was, is_now)
    assert code == (1 if kind in WORSE else 0)
    assert "CHAT-05" in out
    assert f"{old} -> {new}" in out


def test_advisory_is_worse_for_who_asks(files: Files) -> None:
    was, is_now = report([result(PASSED)]), report([result(ADVISORY)])
    assert files.compare(was, is_now)[0] == 0
    assert files.compare(was, is_now, "--fail-on=should")[0] == 1


def test_violation_that_the_baseline_knows_is_not_worse() -> None:
    known, unknown, passed = [result(known="a ticket")], [result()], [result(PASSED)]
    assert kinds(changed(passed, known)) == [ChangeKind.NEWLY_KNOWN]
    assert changed(passed, known).worse() == ()
    assert kinds(changed(unknown, known)) == [ChangeKind.DIFFERENT]
    assert kinds(changed(known, unknown)) == [ChangeKind.NEWLY_VIOLATED]


def test_what_vanished_is_worse_and_told_by_name(files: Files) -> None:
    both = report([result(PASSED), result(PASSED, deployment="other"), result(PASSED, requirement="CHAT-06")])
    found = compare(both, report([result(PASSED)]))
    assert (found.gone, found.gone_requirements, found.checks) == (("other",), ("CHAT-06",), ())
    assert found.worse() == ("1 deployment gone", "1 requirement no longer checked")
    code, out = files.compare(report([result(PASSED)]), both)
    assert code == 0
    assert "New deployments:\n  other" in out
    assert "Newly checked requirements:\n  CHAT-06" in out


def test_what_is_new_and_violated_is_worse() -> None:
    found = changed([result(PASSED)], [result(PASSED), result(deployment="other"), result(PASSED, deployment="third")])
    assert [(one.deployment, one.kind) for one in found.checks] == [("other", ChangeKind.NEWLY_VIOLATED)]


def test_options_that_only_one_run_had_are_told(files: Files) -> None:
    """What went away may be what was not asked for any more, and a reader must see that."""
    held = result(Verdict.PASSED)
    old = report([held], options=("--budget=9", "--thorough"))
    new = report([replace(held, verdict=Verdict.NOT_ASKED)], options=("--budget=9", "--free"))
    _, told = files.compare(old, new)
    assert "not alike: only the old run was given --thorough" in told
    assert "not alike: only the new run was given --free" in told
    assert "and nothing got worse" in told
    _, silent = files.compare(old, replace(new, run=replace(new.run, options=None)))
    assert "not alike" not in silent, "a report of before 2.4 does not tell its options"


def test_check_that_is_no_longer_made_is_worse() -> None:
    both = [result(PASSED, deployment=name, requirement=one) for name in "ab" for one in ("CHAT-05", "CHAT-06")]
    assert kinds(changed(both, both[:-1])) == [ChangeKind.NO_LONGER_CHECKED]
    assert kinds(changed(both[:-1], both)) == [ChangeKind.NEWLY_PASSED]


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ([PASSED], [PASSED], []),
        ([VIOLATED], [VIOLATED], []),
        ([PASSED, VIOLATED], [VIOLATED, NOT_ASKED], []),
        ([PASSED, NOT_ASKED], [VIOLATED, PASSED], [ChangeKind.NEWLY_VIOLATED]),
        ([PASSED, PASSED], [NOT_CLAIMED], [ChangeKind.NO_LONGER_CLAIMED]),
        ([VIOLATED], [PASSED, PASSED], [ChangeKind.NEWLY_PASSED]),
        ([PASSED], [COULD_NOT_RUN], [ChangeKind.NO_LONGER_PROVEN]),
    ],
)
def test_other_cases_are_compared_by_the_worst(old: list[Verdict], new: list[Verdict], found: list[ChangeKind]) -> None:
    was = [result(one, case=f"old={number}") for number, one in enumerate(old)]
    is_now = [result(one, case=f"new={number}") for number, one in enumerate(new)]
    comparison = changed(was, is_now)
    assert kinds(comparison) == found
    assert [(one.gone, one.new) for one in comparison.cases] == [(len(old), len(new))]


def test_case_that_is_new_and_violated_beside_others_is_worse() -> None:
    common = result(PASSED, case="a=1")
    assert kinds(changed([common], [common, result(case="a=2")])) == [ChangeKind.NEWLY_VIOLATED]
    assert kinds(changed([common], [common, result(PASSED, case="a=2")])) == []
    assert kinds(changed([common, result(PASSED, case="a=2")], [common])) == []


def test_features_are_told_by_the_listing(files: Files) -> None:
    claiming = replace(
        report([result(PASSED)]), deployments=(ReportedDeployment("d", "model", features={"seed": True}),)
    )
    not_claiming = replace(
        claiming, deployments=(ReportedDeployment("d", "model", features={"tools": True, "seed": 1}),)
    )
    found = compare(claiming, not_claiming)
    assert [(one.feature, one.claimed) for one in found.features] == [("seed", False), ("tools", True)]
    code, out = files.compare(claiming, not_claiming)
    assert code == 1
    assert "No longer claimed by the listing:\n  seed: d\n\nNewly claimed by the listing:\n  tools: d\n" in out


def test_schema_is_worse_only_for_who_asks(files: Files) -> None:
    def having(maximum: int) -> Report:
        schema = {"properties": {"n": {"maximum": maximum}}}
        return replace(report([result(PASSED)]), deployments=(ReportedDeployment("d", "model", schema=schema),))

    code, out = files.compare(having(9), having(5))
    assert code == 0
    assert "  /properties/n maximum: changed, tightened: d\n    was: 9\n    is: 5\n" in out
    assert files.compare(having(9), having(5), "--fail-on-schema")[0] == 1
    assert files.compare(having(5), having(9), "--fail-on-schema")[0] == 0


def test_cost_is_told_and_never_worse(files: Files) -> None:
    one = report([result(PASSED)])
    code, out = files.compare(one, replace(one, plan=replace(one.plan, dollars="$0.15")))
    assert code == 0
    assert "cost: $0.12 -> $0.15 (+25.0 %)" in out
    assert "cost: $0.12 -> not known" in files.compare(one, replace(one, plan=replace(one.plan, dollars="")))[1]


def test_two_deployments_are_compared(files: Files, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    one = report([result(PASSED), result(deployment="next"), result(PASSED, deployment=None, requirement="AUTH-01")])
    path = files.write("one.json", one)
    assert main([path, "--deployment", "d", "next"]) == 1
    assert "d of DIAL Core" in (out := capsys.readouterr().out)
    assert "next: passed -> violated" in out
    assert main([path, "--deployment", "next", "d"]) == 0
    assert main([path, path, "--deployment", "d", "d", f"--output={tmp_path / 'said'}"]) == 0
    assert (tmp_path / "said").read_text().startswith("Nothing differs.")


def hostile(verdict: Verdict, number: int) -> Report:
    """A report in which all is said by strangers."""
    said: dict[str, Any] = {"requirement": f"CHAT-0{number}", "deployment": HOSTILE[number], "case": HOSTILE[-number]}
    texts = {"expected": HOSTILE[number], "got": HOSTILE[number], "reason": HOSTILE[number]}
    one = report([result(verdict, **said, **texts)], dial=HOSTILE[number], core=HOSTILE[number])
    schema = {HOSTILE[number]: HOSTILE[number], "properties": {text: {"enum": [text, verdict]} for text in HOSTILE}}
    facts = ReportedDeployment(HOSTILE[number], "model", features={HOSTILE[number]: verdict is PASSED}, schema=schema)
    return replace(one, deployments=(facts,))


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("number", range(1, 10))
def test_strangers_say_nothing_but_text(files: Files, form: str, number: int) -> None:
    _, out = files.compare(hostile(PASSED, number), hostile(VIOLATED, number), f"--format={form}")
    assert all(one.isprintable() or one == "\n" for one in out)
    if form == "markdown":
        assert not any(one in out for one in ("<script", "](", "```", "@everybody", "www.", "|"))
        assert all(line.startswith(("#", "* ", "  * ")) or not line for line in out.splitlines())
    if form == "json":
        assert json.loads(out)["checks"]


def test_much_is_shortened(files: Files) -> None:
    many = [result(PASSED, deployment=f"d{one}", case=f"c={case}") for one in range(300) for case in range(10)]
    worse = [replace(one, verdict=VIOLATED, expected="x" * 9_000, got=one.deployment or "") for one in many]
    for form in ("terminal", "markdown"):
        assert len(files.compare(report(many), report(worse), f"--format={form}")[1]) < 20_000
