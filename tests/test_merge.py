"""Merging: the reports of shards become the report that one run would have written, or it is told why not."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.compare.comparison import compare
from conformance.contract.verdict import Verdict
from conformance.dial.price import dollars, read_dollars
from conformance.merge.__main__ import main
from conformance.merge.merging import merge
from conformance.reports.document import Report
from conformance.reports.reading import read_report
from tests.conftest import Replayed, Serve
from tests.report.generated import sharded
from tests.report.made_up import report, result
from tests.running import CORE_18, CORE_25, Suite, deployments_of
from tests.served_set import KEY, OTHER_KEY

OF_EVERY_SHARD = ("suite", "core", "dial", "mode", "exit_code", "shard", "free", "options")
HINT = " (--allow-partial merges what there is)"


def named(reports: Sequence[Report]) -> Mapping[str, Report]:
    return {f"{number}.json": one for number, one in enumerate(reports)}


def shards_of_the_dial(count: int = 2, **run: Any) -> list[Report]:
    """Shards without a deployment, which all say the same of the DIAL."""
    said = [result(deployment=None)]
    return [report(said, shard=f"{number}/{count}", **run) for number in range(1, count + 1)]


def of_the_dial(*verdicts: Verdict, exit_code: int = 0, **said: Any) -> list[Report]:
    """Shards that come to these verdicts on one requirement of the DIAL."""
    return [
        report([result(verdict, deployment=None, **said)], shard=f"{number}/{len(verdicts)}", exit_code=exit_code)
        for number, verdict in enumerate(verdicts, 1)
    ]


def verdicts(report: Report) -> dict[tuple[str, str | None, str | None], Verdict]:
    return {(one.requirement, one.deployment, one.case): one.verdict for one in report.results}


def without_run(report: Report) -> dict[str, Any]:
    """A report but for what each run has of its own: the time, and the listings that each asks for."""
    plain = report.to_plain()
    for deployment in plain["deployments"]:
        deployment.pop("schema")  # large, and compared below
    return {
        **plain,
        "run": {name: plain["run"][name] for name in OF_EVERY_SHARD},
        "plan": {name: value for name, value in plain["plan"].items() if name != "requests"},
        "deployments": sorted(plain["deployments"], key=lambda one: str(one["id"])),
        "results": sorted(plain["results"], key=lambda one: json.dumps(one, sort_keys=True)),
    }


@pytest.mark.shortened(1)
@pytest.mark.parametrize("cassettes", [CORE_25, CORE_18], ids=lambda path: path.name)
@pytest.mark.parametrize("count", [2, 7])
def test_merged_shards_are_the_whole_run(
    suite: Suite, replayed: Replayed, tmp_path: Path, cassettes: Path, count: int
) -> None:
    options = ["--thorough", "--allow-writes"]
    whole = replayed(cassettes, "--report-json=r.json", *options)
    for number in range(1, count + 1):
        suite.replay(
            f"--report-json={tmp_path / str(number)}", f"--shard={number}/{count}", *options, cassettes=cassettes
        )
    merged_into = tmp_path / "merged"
    parts = [str(tmp_path / str(number)) for number in range(count, 0, -1)]
    assert main([*parts, f"--output={merged_into}"]) == whole.exit_code
    written = replayed.folder(cassettes, "--report-json=r.json", *options) / "r.json"
    one, other = read_report(written), read_report(merged_into)
    merged = without_run(other)
    amount = read_dollars(merged["plan"]["dollars"])
    assert amount is not None
    merged["plan"]["dollars"] = dollars(amount)  # a whole run writes few digits, a merge adds up exactly
    assert merged == without_run(one)
    assert compare(one, other).is_empty
    assert compare(other, one).is_empty


def test_merged_live_shards_are_the_whole_run(
    suite: Suite, serve: Serve, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    everything = [*deployments_of(CORE_25), "--requirement=CHAT-0*,CONF-*,AUTH-*,FILE-0*"]
    files = {name: str(tmp_path / name) for name in ("whole", "1", "2", "merged", "page.html", "badge.svg")}
    served = serve()
    whole = suite.live(served, f"--report-json={files['whole']}", *everything)
    for number in ("1", "2"):
        suite.live(served, f"--report-json={files[number]}", f"--shard={number}/2", *everything)
    written = [f"--output={files['merged']}", f"--report-html={files['page.html']}", f"--badge={files['badge.svg']}"]
    capsys.readouterr()
    assert main([files["2"], files["1"], *written]) == whole.exit_code == 0
    one, other = read_report(Path(files["whole"])), read_report(Path(files["merged"]))
    assert verdicts(other) == verdicts(one)
    assert (other.plan.dollars, other.plan.completions) == (one.plan.dollars, one.plan.completions)
    assert not any(key in Path(path).read_text() for path in files.values() for key in (KEY, OTHER_KEY))
    assert f"the report is in {files['merged']}" in capsys.readouterr().out
    assert main([files["2"], files["1"]]) == 0
    out, err = capsys.readouterr()
    assert json.loads(out) == json.loads(Path(files["merged"]).read_text())
    assert "merged from 2 of 2 shards" in err


@given(sharded())
def test_merge_keeps_what_shards_say_of_deployments(both: tuple[Report, list[Report]]) -> None:
    whole, shards = both
    merged = merge(named(shards))
    told = [one for one in whole.results if one.deployment is not None]
    assert [one for one in merged.results if one.deployment is not None] == told
    assert merged.deployments == whole.deployments
    assert merged.requirements == whole.requirements
    assert merged.plan.checks == len(merged.results)
    assert merged.run.shard == ""
    assert {name for one in merged.results for name in one.exchanges} == merged.exchanges.keys()
    assert all(merged.exchanges[name].body == one.verdict for one in merged.results for name in one.exchanges)


@given(sharded(), st.randoms(use_true_random=False))
def test_order_does_not_matter(both: tuple[Report, list[Report]], chance: Any) -> None:
    _, shards = both
    merged = merge(named(shards))
    chance.shuffle(shards)
    assert merge(named(shards)) == merged


@given(sharded(), st.integers(1, 3))
def test_what_is_merged_in_steps_is_merged_at_once(both: tuple[Report, list[Report]], first: int) -> None:
    _, shards = both
    at_once = merge(named(shards))
    step = merge(named(shards[:first]), allow_partial=True)
    in_steps = merge(named([step, *shards[first:]])) if len(shards) > first else step
    # only the notes tell which way it went
    assert replace(in_steps, run=replace(in_steps.run, notes=())) == replace(
        at_once, run=replace(at_once.run, notes=())
    )


@given(sharded())
def test_what_was_merged_is_written_and_read(both: tuple[Report, list[Report]]) -> None:
    merged = merge(named(both[1]))
    assert Report.from_plain(json.loads(json.dumps(merged.to_plain()))) == merged


@pytest.mark.parametrize("order", [*permutations((Verdict.VIOLATED, Verdict.NOT_PROVEN, Verdict.PASSED))])
def test_worst_verdict_on_the_dial_wins_and_says_so(order: tuple[Verdict, ...]) -> None:
    merged = merge(named(of_the_dial(*order, exit_code=1)))
    assert [one.verdict for one in merged.results] == [Verdict.VIOLATED]
    assert (merged.plan.checks, merged.plan.decided) == (1, 1)
    told = [f"{verdict} in {number}/3" for number, verdict in enumerate(order, 1)]
    assert f"the shards differ: CHAT-05 of the DIAL is {', '.join(told)}; the worst counts" in merged.run.notes


@pytest.mark.parametrize(
    ("verdicts", "kept"),
    [
        ((Verdict.NOT_CLAIMED, Verdict.PASSED), Verdict.PASSED),
        ((Verdict.PASSED, Verdict.NOT_ASKED), Verdict.PASSED),
        ((Verdict.NOT_ASKED, Verdict.NOT_CLAIMED), Verdict.NOT_ASKED),
        ((Verdict.NOT_RECORDED, Verdict.PASSED), Verdict.PASSED),
        ((Verdict.ADVISORY, Verdict.PASSED), Verdict.ADVISORY),
        ((Verdict.COULD_NOT_RUN, Verdict.ADVISORY), Verdict.COULD_NOT_RUN),
        ((Verdict.COULD_NOT_RUN, Verdict.HARNESS_ERROR), Verdict.HARNESS_ERROR),
        ((Verdict.HARNESS_ERROR, Verdict.VIOLATED), Verdict.VIOLATED),
    ],
    ids=str,
)
def test_who_looked_outweighs_who_did_not(verdicts: tuple[Verdict, ...], kept: Verdict) -> None:
    assert [one.verdict for one in merge(named(of_the_dial(*verdicts))).results] == [kept]


def test_known_violation_is_none_but_is_kept() -> None:
    shards = [*of_the_dial(Verdict.VIOLATED, Verdict.PASSED, known="a ticket")]
    assert [one.known for one in merge(named(shards)).results] == ["a ticket"]
    shards[1] = replace(shards[1], results=(result(Verdict.COULD_NOT_RUN, deployment=None),))
    assert [one.verdict for one in merge(named(shards)).results] == [Verdict.COULD_NOT_RUN]


@pytest.mark.parametrize(
    ("codes", "worst"),
    [((0, 0), 0), ((0, 10), 10), ((10, 1), 1), ((3, 10), 3), ((1, 3), 1), ((1, 2), 2), ((0, 77), 77)],
)
def test_worst_exit_code_counts(codes: tuple[int, int], worst: int) -> None:
    both = zip(shards_of_the_dial(), codes, strict=True)
    shards = [replace(one, run=replace(one.run, exit_code=code)) for one, code in both]
    assert merge(named(shards)).run.exit_code == worst


def test_run_is_as_long_as_its_slowest_shard() -> None:
    one, other = shards_of_the_dial(began="2026-11-22T12:00:00+00:00", seconds=7.0)
    other = replace(other, run=replace(other.run, began="2026-11-22T11:00:00+00:00", seconds=9.0, interrupted=True))
    merged = merge(named([one, other])).run
    assert (merged.began, merged.seconds, merged.interrupted) == ("2026-11-22T11:00:00+00:00", 9.0, True)


@pytest.mark.parametrize(
    ("costs", "added"),
    [
        (("", ""), ""),
        (("$0.10", ""), "$0.10"),
        (("$0.1", "$0.2"), "$0.30"),
        (("$1234567.00", "$0.000052"), "$1234567.000052"),
    ],
)
def test_costs_are_added_up_exactly(costs: tuple[str, str], added: str) -> None:
    both = zip(shards_of_the_dial(), costs, strict=True)
    shards = [replace(one, plan=replace(one.plan, dollars=cost)) for one, cost in both]
    assert merge(named(shards)).plan.dollars == added


def test_notes_are_told_once_each_and_not_all() -> None:
    notes = tuple(f"note {number}" for number in range(300))
    merged = merge(named(shards_of_the_dial(notes=(*notes, "shard 1/2: 5 of 10 deployments were checked")))).run.notes
    assert merged[:2] == ("merged from 2 of 2 shards", "note 0")
    assert len(merged) < 110
    assert merged[-1].endswith("more notes")


def test_one_whole_report_stays_as_it_is() -> None:
    one = report()
    assert merge({"a.json": one}) is one


@pytest.mark.parametrize(
    ("reports", "told"),
    [
        (shards_of_the_dial(4)[1:], "1/4 is missing, and the first decides what is the DIAL's" + HINT),
        (shards_of_the_dial(9)[:1], "2/9, 3/9, 4/9, 5/9, 6/9 and 3 more are missing" + HINT),
        ([*shards_of_the_dial(), *shards_of_the_dial()[1:]], "2/2 is given twice: 1.json and 2.json"),
        ([*shards_of_the_dial()[:1], report()], "1.json is no shard: it was made without --shard"),
        ([*shards_of_the_dial()[:1], report(shard="2 of 2")], "1.json is no shard: it says it is 2 of 2"),
        (
            [*shards_of_the_dial()[:1], *shards_of_the_dial(3)[1:2]],
            "0.json is 1/2, and 1.json is 2/3: merge shards of one run",
        ),
        (
            [*shards_of_the_dial()[:1], *shards_of_the_dial(dial="https://other")[1:]],
            (
                "0.json and 1.json are not of one run: the DIAL is https://dial.example.com in the first, and"
                " https://other in the second"
            ),
        ),
        (
            [*shards_of_the_dial()[:1], *shards_of_the_dial(suite="9")[1:]],
            "0.json and 1.json are not of one run: the suite is 0.2.0 in the first, and 9 in the second",
        ),
        (
            [*shards_of_the_dial()[:1], *shards_of_the_dial(free=True)[1:]],
            (
                "0.json and 1.json are not of one run: the option --free is not given in the first, and given in the"
                " second"
            ),
        ),
        (
            [
                *shards_of_the_dial(options=("--budget=9", "--free"))[:1],
                *shards_of_the_dial(options=("--budget=8", "--free", "--thorough"))[1:],
            ],
            (
                "0.json and 1.json are not of one run: only the first was given --budget=9, and only the second was"
                " given --budget=8, --thorough: give all shards the same options"
            ),
        ),
        (
            [
                *shards_of_the_dial(3)[:1],
                *shards_of_the_dial(3, options=())[1:2],
                *shards_of_the_dial(3, options=("--thorough",))[2:],
            ],
            (
                "1.json and 2.json are not of one run: only the second was given --thorough: give all shards the same"
                " options"
            ),
        ),
        (
            [
                report([result(deployment=name) for name in names], shard=f"{number}/2")
                for number, names in enumerate((("a", "b"), ("c",)), 1)
            ],
            "the deployments changed while the shards were checked, or the shards were given others: see b and 0.json"
            + HINT,
        ),
        (
            [
                report([result(deployment="a"), result(deployment="a", requirement="CHAT-06")], shard="1/2"),
                report([result(deployment="b")], shard="2/2"),
            ],
            "0.json has CHAT-06, and 1.json has not: give all shards the same options",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_merged_is_one_line(
    reports: list[Report],
    told: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, one in named(reports).items():
        Path(name).write_text(json.dumps(one.to_plain()))
    assert main([*named(reports), "--output=merged.json"]) == 4
    out, err = capsys.readouterr()
    assert (out, err) == ("", f"ERROR: {told}\n")
    assert not Path("merged.json").exists()


def test_a_report_that_does_not_tell_its_options_is_merged_with_others() -> None:
    old, new = shards_of_the_dial()[0], shards_of_the_dial(options=("--thorough",))[1]
    assert merge(named([old, new])).run.exit_code == 1


def test_a_shard_that_was_interrupted_need_not_have_every_requirement() -> None:
    first = report([result(deployment="a"), result(deployment="a", requirement="CHAT-06")], shard="1/2")
    cut = report([result(deployment="b")], shard="2/2", interrupted=True, exit_code=2)
    assert merge(named([first, cut])).run.exit_code == 2
    stopped = report([result(deployment="b")], shard="2/2")  # as -x does: more was planned
    stopped = replace(stopped, plan=replace(stopped.plan, checks=2))
    assert merge(named([first, stopped])).plan.checks == 4


def test_partial_merge_is_marked_and_not_green(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for number in (1, 3):
        one = report([result(Verdict.PASSED, deployment=None)], shard=f"{number}/3", exit_code=0)
        (tmp_path / f"{number}.json").write_text(json.dumps(one.to_plain()))
    reports = [str(tmp_path / "1.json"), str(tmp_path / "3.json")]
    assert main([*reports, "--allow-partial", f"--output={tmp_path / 'm.json'}"]) == 10
    merged = read_report(tmp_path / "m.json")
    assert (merged.run.exit_code, merged.run.shard) == (10, "1/3, 3/3")
    assert "merged from 2 of 3 shards; incomplete: 2/3 is missing" in capsys.readouterr().out
