"""Frozen contracts: a pinned run checks what its contract binds, whatever a newer one adds, raises or sharpens."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import conformance
from conformance.compare.__main__ import main as compare
from conformance.contract.case import REVISION
from conformance.contract.declaration import place_of
from conformance.contract.exchange import Exchange, Violation, sharpened
from conformance.contract.frozen_contract import (
    FOLDER,
    FrozenContract,
    FrozenContractError,
    FrozenRequirement,
    contract_in,
    frozen_contract,
    frozen_names,
    withdrawn,
)
from conformance.contract.requirement import MUST, SHOULD, Requirement
from conformance.contract.result import Result
from conformance.contract.verdict import Verdict
from conformance.merge.__main__ import main as merge
from conformance.reports import contract_page, freeze, requirement_list
from conformance.reports.explain import main as explain
from conformance.reports.history.__main__ import main as history
from conformance.reports.judge import main as judge
from conformance.reports.sentences import sentences
from conformance.reports.undecided import preview_of
from conformance.run import registry
from conformance.run.contracts import Change, contract_given, next_contract
from conformance.run.run import Run
from conformance.run.settings import Settings
from tests.conftest import Serve
from tests.report.made_up import report, result
from tests.running import CORE_18, CORE_25, Suite

NEWEST = frozen_names()[-1]


@pytest.fixture
def older(tmp_path: Path) -> Callable[..., Path]:
    """Write a contract as an older one could be: that of today, with some requirements otherwise."""

    def write(*, name: str = "2025.01", without: str = "", lowered: str = "", **others: Any) -> Path:
        plain = frozen_contract(NEWEST).to_plain()
        requirements = {key: one for key, one in plain["requirements"].items() if key not in without.split()}
        for key in lowered.split():
            requirements[key] = {**requirements[key], "level": "SHOULD", "sentence": f"Once: {key}."}
        path = tmp_path / "older.json"
        path.write_text(json.dumps({**plain, "contract": name, "requirements": requirements, **others}))
        return path

    return write


# the files


def test_a_frozen_contract_is_never_changed() -> None:
    """Whoever wants another contract freezes a new one."""
    lines = [line.split("  ") for line in (FOLDER / "SHA256SUMS").read_text().splitlines()]
    told = {name: digest for digest, name in lines}
    found = {
        f"{name}.json": hashlib.sha256((FOLDER / f"{name}.json").read_bytes()).hexdigest() for name in frozen_names()
    }
    assert told == found


@pytest.mark.parametrize("name", frozen_names())
def test_what_is_frozen_is_there_or_told(name: str) -> None:
    frozen = frozen_contract(name)
    assert frozen.requirements.keys() <= registry.all_requirements().keys() | withdrawn().keys()
    assert frozen.sentences.keys() <= sentences().keys(), "an id of a sentence stays, and names the same"
    assert contract_given(name).frozen == frozen


def test_what_binds_more_deployments_is_a_new_requirement_or_a_new_revision() -> None:
    """A pinned run takes level, sentence and versions from its contract; what it is about, it cannot."""
    frozen, today = frozen_contract(NEWEST).requirements, next_contract().requirements
    changed = [
        name
        for name, one in frozen.items()
        if name in today and today[name].about != one.about and today[name].revision == one.revision
    ]
    assert changed == []


def test_a_check_that_changed_is_stricter_or_somebody_says_that_it_is_not() -> None:
    """A stricter check has a new revision and says what is new in it; docs/writing-a-check.md, section 4."""
    said = json.loads((FOLDER / "not_stricter.json").read_text(encoding="utf-8"))
    changed = set(freeze.changed_checks(frozen_contract(NEWEST)))
    told = [
        f"{place_of(registry.all_requirements()[name].check)}: {name} changed since {NEWEST} was frozen: give it a new"
        ' revision if it is stricter; if not, say so in conformance/contract/frozen/not_stricter.json: {"'
        f'{name}": "why"}}'
        for name in changed - said.keys()
    ]
    assert told == []
    assert said.keys() - changed == set(), "it did not change since: remove it from not_stricter.json"


def _one(listing: Exchange) -> None:
    """The listing is there."""
    assert listing.status == 200, listing.because("200")


def _said_otherwise(listing: Exchange) -> None:
    """GET gives a listing."""
    assert listing.status == 200, listing.because("200")


def _another(listing: Exchange) -> None:
    """The listing is there."""
    assert listing.status == 201, listing.because("200")


def test_what_a_check_does_is_told_apart_from_what_it_says() -> None:
    assert freeze.digest_of(_one) == freeze.digest_of(_said_otherwise) != freeze.digest_of(_another)


def test_nothing_is_frozen_twice(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert freeze.main([NEWEST]) == 4
    assert f"{NEWEST} is frozen already, and is never changed" in capsys.readouterr().err
    assert freeze.main(["2020.01"]) == 4
    assert f"2020.01 is older than {NEWEST}" in capsys.readouterr().err
    assert freeze.main(["may"]) == 4
    assert "may is no name of a contract: give year and month, such as 2026.12" in capsys.readouterr().err
    assert freeze.main(["house 1", "--output", str(tmp_path / "house.txt")]) == 4
    assert "house.txt: call it *.json, or no run takes it for the file of a contract" in capsys.readouterr().err
    assert not (tmp_path / "house.txt").exists()
    with pytest.raises(SystemExit) as ended:
        freeze.main([])
    assert ended.value.code == 4
    assert capsys.readouterr().err.startswith("ERROR: the following arguments are required: NAME")
    assert freeze.main(["house 1", "--output", str(tmp_path / "no" / "house.json")]) == 4
    assert "cannot be written" in capsys.readouterr().err


def test_a_contract_that_was_edited_is_not_written_over(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "house.json"
    path.write_text("edited")
    assert freeze.main(["house 1", "--output", str(path)]) == 4
    assert f"{path} cannot be written: File exists" in capsys.readouterr().err
    assert path.read_text() == "edited"


def test_who_froze_it_can_use_it(suite: Suite) -> None:
    path = suite.folder / "house.json"
    assert freeze.main(["house 1", "--output", str(path)]) == 0
    digest = hashlib.sha256(path.read_bytes()).hexdigest()[:12]
    run = suite.replay("--requirement=AUTH-01", f"--contract={path}")
    assert f"; contract house 1 (sha256 {digest})\n" in run.out
    assert "preview" not in run.out, "nothing is newer"


# a run


def test_without_a_pin_it_is_the_newest_and_the_verdict_says_how_to_pin_it(suite: Suite) -> None:
    run = suite.replay("--requirement=AUTH-01")
    assert f"CONFORMS (exit 0): 1 MUST holds; contract {NEWEST} (pin it: --contract={NEWEST})\n" in run.out


@pytest.mark.long
def test_a_pinned_run_is_the_same_but_for_that(suite: Suite) -> None:
    pinned, not_pinned = suite.replay(f"--contract={NEWEST}"), suite.replay()
    assert f"; contract {NEWEST}\n" in pinned.out
    assert pinned.verdicts == not_pinned.verdicts


def test_a_requirement_that_the_contract_has_not_is_only_a_preview(suite: Suite, older: Callable[..., Path]) -> None:
    assert suite.replay("--requirement=CONF-0*", cassettes=CORE_18).exit_code == 1
    run = suite.replay(f"--contract={older(without='CONF-01')}", "--requirement=CONF-0*", cassettes=CORE_18)
    assert not any("CONF-01" in one["requirement"] for one in run.properties.values())
    assert run.exit_code != 1
    assert f"preview of contract {NEWEST}, which does not count: added CONF-01 (--contract={NEWEST})" in run.out


def test_what_came_later_stands_in_nobodys_way(suite: Suite, older: Callable[..., Path]) -> None:
    """LIST-01 comes before AUTH-05: where it does not bind, AUTH-05 is decided all the same."""
    run = suite.replay(f"--contract={older(without='LIST-01')}", "--requirement=AUTH-05")
    assert run.exit_code == 0
    assert set(run.verdicts.values()) == {"passed"}


def test_a_level_that_was_raised_later_stays(suite: Suite, older: Callable[..., Path], tmp_path: Path) -> None:
    path, written = older(lowered="CONF-01"), tmp_path / "report.json"
    arguments = (f"--contract={path}", "--requirement=CONF-01", f"--report-json={written}")
    run = suite.replay(*arguments, cassettes=CORE_18)
    assert run.exit_code == 0, "advice fails no run"
    assert run.requirements("advisory") == {"CONF-01"}
    assert {one["sentence"] for one in run.properties.values()} == {"Once: CONF-01."}
    assert "raised CONF-01" in run.out
    plain = json.loads(written.read_text())
    assert plain["run"]["contract"].startswith("2025.01 (sha256 ")
    assert [one["level"] for one in plain["requirements"]] == ["SHOULD"]
    (one,) = plain["preview"]
    assert (one["contract"], one["id"], one["change"], one["level"]) == (NEWEST, "CONF-01", "raised", "MUST")
    assert one["found"], "the run shows that it does not hold"


def test_a_requirement_of_a_newer_contract_is_not_selected_silently(suite: Suite, older: Callable[..., Path]) -> None:
    run = suite.replay(f"--contract={older(without='CONF-01')}", "--requirement=CONF-01")
    assert run.exit_code == 4
    assert run.complaint == (
        f"--requirement=CONF-01: contract 2025.01 has no such requirement, and {NEWEST} has: give --contract={NEWEST}"
    )


def test_the_plan_names_the_contract(suite: Suite, older: Callable[..., Path]) -> None:
    run = suite.replay("--plan", f"--contract={older(without='CONF-01', name='house 1')}")
    assert "\ncontract house 1 (sha256 " in run.out
    assert "added CONF-01" in run.out
    assert f"\ncontract {NEWEST} (pin it: --contract={NEWEST})\n" in suite.replay("--plan").out


def test_a_contract_is_pinned_in_a_file(suite: Suite) -> None:
    (suite.folder / "dial-conformance.toml").write_text(f'contract = "{NEWEST}"\n')
    run = suite.replay("--requirement=AUTH-01")
    assert f"; contract {NEWEST}\n" in run.out


def test_a_contract_in_a_file_of_settings_is_relative_to_it(suite: Suite, older: Callable[..., Path]) -> None:
    below = suite.folder / "below"
    below.mkdir()
    older(without="CONF-01").rename(below / "ours.json")
    (below / "my.toml").write_text('contract = "ours.json"\n')
    run = suite.replay("--requirement=AUTH-01", f"--settings={below / 'my.toml'}")
    assert run.exit_code == 0
    assert "; contract 2025.01 (sha256 " in run.out


def test_nothing_is_asked_for_a_preview(suite: Suite, serve: Serve, older: Callable[..., Path]) -> None:
    served, contract = serve(), f"--contract={older(without='AUTH-04')}"
    run = suite.live(served, "--requirement=AUTH-01,AUTH-02,AUTH-04")
    pinned = suite.live(served, contract, "--requirement=AUTH-0[124]")
    assert (run.exit_code, pinned.exit_code) == (0, 0)
    assert run.requests == pinned.requests + 1
    assert "added AUTH-04" in pinned.out


def test_what_is_recorded_by_an_older_contract_is_replayed_by_it(
    suite: Suite, serve: Serve, older: Callable[..., Path]
) -> None:
    folder, contract = suite.folder / "set", f"--contract={older(without='AUTH-04')}"
    recorded = suite.record(serve(), folder, contract, "--requirement=AUTH-01,AUTH-02")
    assert "; contract 2025.01 (sha256 " in recorded.out
    replayed = suite.replay(contract, "--requirement=AUTH-0*", cassettes=folder)
    assert "AUTH-04" not in {one["requirement"] for one in replayed.properties.values()}
    assert "not used by any check" not in replayed.out


def test_next_is_all_that_there_is(suite: Suite) -> None:
    run = suite.replay("--contract=next", "--requirement=AUTH-01")
    assert "; contract next\n" in run.out


# what cannot be


@pytest.mark.parametrize("name", ["2019.01", "newest", ""])
def test_an_unknown_contract_is_one_line_with_those_that_there_are(suite: Suite, name: str) -> None:
    run = suite.replay(f"--contract={name}")
    assert run.exit_code == 4
    assert run.complaint == (
        f"--contract={name}: there is no such contract: give {', '.join(reversed(frozen_names()))} or next, or the path"
        " of a file (.json)"
    )


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("{", "is no frozen contract: it is no JSON (line 1, column 2)"),
        ("[" * 100_000, "is no frozen contract (RecursionError"),
        ("[]", "is no frozen contract (TypeError"),
        ("{}", "is no frozen contract: 'requirements' is missing in it"),
        ('{"contract": "x", "requirements": {}}', "is no frozen contract: cases, sentences or requirements are wrong"),
        ('{"contract": "x", "requirements": {"CHAT-01": {}}}', "is no frozen contract: 'level' is missing in CHAT-01"),
        (
            '{"contract": "x", "requirements": {"CHAT-01": {"level": "MAY", "sentence": "", "source": ""}}}',
            "is no frozen contract: CHAT-01: its level is 'MAY': give MUST or SHOULD",
        ),
        (
            '{"contract": "x", "requirements": {"CHAT-01": {"level": "MUST", "sentence": 5, "source": ""}}}',
            "is no frozen contract (CHAT-01: TypeError: 5 is no text)",
        ),
        (
            '{"contract": "\\u001b", "requirements": {"A-1": {"level": "MUST", "sentence": "", "source": ""}}}',
            "its name (contract) must be a short text",
        ),
        (
            '{"contract": "x", "requirements": {"CHAT-1": {"level": "MUST", "sentence": "", "source": ""}}}',
            "has CHAT-1, which this release of the suite does not have; did you mean CHAT-",
        ),
        (
            '{"contract": "x", "requirements": {"CHAT-01": {"level":"MUST","sentence":"","source":"","revision":7}}}',
            "has revision 7 of CHAT-01, and this release of the suite has revision 1: use the release that it is of",
        ),
    ],
)
def test_a_file_that_is_no_contract_is_one_line(suite: Suite, content: str, told: str) -> None:
    path = suite.folder / "wrong.json"
    path.write_text(content)
    run = suite.replay(f"--contract={path}")
    assert run.exit_code == 4
    assert told in run.err
    assert len(run.err.strip().splitlines()) == 1


def test_a_file_that_is_not_there_is_one_line(suite: Suite) -> None:
    run = suite.replay("--contract=no/such.json")
    assert run.exit_code == 4
    assert run.complaint == (
        "--contract=no/such.json: the file cannot be read: No such file or directory (contracts of this release:"
        f" {', '.join(reversed(frozen_names()))}, next)"
    )


def test_a_file_without_an_end_is_not_read() -> None:
    with pytest.raises(FrozenContractError, match="is larger than"):
        contract_in(Path("/dev/zero"))


def test_what_is_withdrawn_is_told(monkeypatch: pytest.MonkeyPatch, older: Callable[..., Path]) -> None:
    monkeypatch.setattr("conformance.contract.frozen_contract.withdrawn", lambda: {"OLD-01": "it accused caches"})
    monkeypatch.setattr("conformance.run.contracts.withdrawn", lambda: {"OLD-01": "it accused caches"})
    gone = {"OLD-01": {"level": "MUST", "sentence": "Gone.", "source": "DIAL-1-1"}}
    path = older(requirements={**frozen_contract(NEWEST).to_plain()["requirements"], **gone})
    found = contract_given(str(path))
    assert found.retired == {"OLD-01": "it accused caches"}
    assert [(one.requirement, one.change) for one in found.preview] == [("OLD-01", Change.REMOVED)]


# a check that became stricter


def _stricter(listing: Exchange) -> None:
    """The listings answer 200, and with a header that no DIAL has."""
    assert listing.status == 200, listing.because("200")
    assert listing.header("x-new"), sharpened(2, listing.because("a header x-new", "none"))


@pytest.fixture
def sharper(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let LIST-01 have a second revision, as a newer release could bring it, which no recorded DIAL follows."""
    today = dict(registry.all_requirements())
    changed = {**today, "LIST-01": replace(today["LIST-01"], revision=2, check=_stricter)}
    caches = (registry.all_requirements, registry.recipe_book)
    monkeypatch.setattr(registry, "_of_the_suite", lambda: changed)
    for one in caches:
        one.cache_clear()
    yield
    for one in caches:
        one.cache_clear()


def decided(contract: str, *names: str) -> list[Result]:
    run = Run(Settings(cassettes=CORE_25, contract=contract))
    planned = [check for name in names for check in run.checks_of(registry.all_requirements()[name])]
    run.ask(planned)
    return [run.decider.decide(one) for one in planned]


@pytest.mark.usefixtures("sharper")
def test_what_was_sharpened_later_is_only_a_preview() -> None:
    (pinned,) = decided(NEWEST, "LIST-01")
    assert pinned.verdict is Verdict.PASSED
    assert pinned.preview == "revision 2: expected: a header x-new; got: none"
    (newer,) = decided("next", "LIST-01")
    assert newer.verdict is Verdict.VIOLATED
    assert not newer.preview
    found = contract_given(NEWEST)
    (told,) = preview_of(found, [pinned])
    assert (told.contract, told.id, told.change, told.found) == ("next", "LIST-01", "sharpened", pinned.preview)


@pytest.mark.usefixtures("sharper")
def test_what_was_sharpened_later_stands_in_nobodys_way() -> None:
    assert {one.verdict for one in decided(NEWEST, "AUTH-05")} == {Verdict.PASSED}
    assert {one.verdict for one in decided("next", "AUTH-05")} == {Verdict.COULD_NOT_RUN}


def test_a_stranger_cannot_make_a_violation_newer() -> None:
    hostile = "200\nrevision: 9\nexchange: x\nrevision: 9"
    one = Violation.read(
        AssertionError(f"expected: 400\ngot: {json.dumps(hostile)}\nexchange: d/refused\nassert 1 == 2")
    )
    assert one.revision == 1
    assert Violation.read(AssertionError("assert 'a' == 'b\nrevision: 9'")).revision == 1


def test_cases_of_a_newer_revision_are_none_of_a_pinned_run(older: Callable[..., Path]) -> None:
    assert len(decided(NEWEST, "CHAT-05")) > 5
    none = decided(str(older(cases=REVISION - 1)), "CHAT-05")
    assert {one.verdict for one in none} == {Verdict.NOT_CLAIMED}


# what newer contracts do


def frozen(name: str, **levels: Any) -> FrozenContract:
    return FrozenContract(name, {f"A-{key}": FrozenRequirement(one, "s", "DIAL-1-1") for key, one in levels.items()})


def test_the_preview_goes_step_by_step(monkeypatch: pytest.MonkeyPatch) -> None:
    every = {
        "2026.12": frozen("2026.12", a=SHOULD, b=MUST, c=MUST),
        "2027.03": frozen("2027.03", a=MUST, b=SHOULD, c=MUST),
    }
    monkeypatch.setattr("conformance.run.contracts.frozen_names", lambda: tuple(every))
    monkeypatch.setattr("conformance.run.contracts.frozen_contract", every.__getitem__)
    monkeypatch.setattr("conformance.run.contracts.see_known", lambda *_: None)
    monkeypatch.setattr("conformance.run.contracts.next_contract", lambda: frozen("next", a=MUST, b=SHOULD, d=MUST))
    told = [(one.contract, one.requirement, str(one.change)) for one in contract_given("2026.12").preview]
    assert told == [
        ("2027.03", "A-a", "raised"),
        ("2027.03", "A-b", "lowered"),
        ("next", "A-d", "added"),
        ("next", "A-c", "removed"),
    ]
    newest = contract_given(None)
    assert (newest.title, newest.pinned) == ("2027.03", False)
    assert [one.contract for one in newest.preview] == ["next", "next"]


# the commands and the report


def test_the_list_shows_what_newer_contracts_do(older: Callable[..., Path], capsys: pytest.CaptureFixture[str]) -> None:
    path = str(older(without="CONF-02", lowered="CONF-01"))
    assert requirement_list.main(["CONF-01", "CONF-02", "CONF-03", "--contract", path]) == 0
    one, two, three = capsys.readouterr().out.splitlines()
    assert one.startswith("CONF-01  SHOULD  free  Once: CONF-01. [preview: raised to MUST in ")
    assert two.endswith(f"[preview: added in {NEWEST}]")
    assert "preview" not in three
    assert requirement_list.main(["CONF-02", "--contract", path, "--format=json"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["preview"] == f"added in {NEWEST}"
    assert requirement_list.main(["--contract", "2019.01"]) == 4
    assert "there is no such contract" in capsys.readouterr().err


def test_explain_says_which_contracts_have_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert explain(["CHAT-14"]) == 0
    out = capsys.readouterr().out
    assert f"contracts:\n  {NEWEST}: MUST\n" in out
    assert "DIAL-4.2-1: Content-Type without `application/json`" in out


def test_shards_of_different_contracts_are_not_merged(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for number, name in enumerate(("2026.12", "2027.03"), 1):
        part = report([result(Verdict.PASSED)], exit_code=0, shard=f"{number}/2", contract=name)
        (tmp_path / f"{number}.json").write_text(json.dumps(part.to_plain()))
    assert merge([str(tmp_path / "1.json"), str(tmp_path / "2.json")]) == 4
    (line,) = capsys.readouterr().err.splitlines()
    assert line.endswith("are not of one run: the contract is 2026.12 in the first, and 2027.03 in the second")


def test_what_is_never_decided_is_listed_with_the_reason(
    suite: Suite, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    written, page = tmp_path / "report.json", tmp_path / "report.html"
    run = suite.replay("--dial-deployment=echo", f"--report-json={written}", f"--report-html={page}")
    plain = json.loads(written.read_text())
    told = {one["id"]: one for one in plain["never_decided"]}
    decided = {"passed", "violated", "advisory"}
    ever = {one["requirement"] for one in run.properties.values() if one["verdict"] in decided}
    assert told.keys() == {one["requirement"] for one in run.properties.values()} - ever
    assert (told["AUTH-12"]["verdict"], told["AUTH-12"]["reason"]) == ("not asked", "--key-variants was not given")
    assert all(one["reason"] for one in told.values())
    assert 'id="never-decided"' in page.read_text()
    capsys.readouterr()
    assert requirement_list.main(["--never-decided", str(written)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert {line.split()[0] for line in lines} == told.keys()
    assert "AUTH-12  SHOULD  not asked: --key-variants was not given" in lines


def test_what_a_set_never_decides_is_listed(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert requirement_list.main(["AUTH-*", "--never-decided", str(CORE_25), "--format=json"]) == 0
    found = {one["id"]: one["never_decided"] for one in json.loads(capsys.readouterr().out)}
    assert found["AUTH-12"] == {"verdict": "not asked", "reason": "--key-variants was not given"}
    assert "AUTH-01" not in found
    assert requirement_list.main(["AUTH-01", "--never-decided", str(CORE_25)]) == 4
    assert "every requirement that fits all of that was decided" in capsys.readouterr().err
    assert requirement_list.main(["--never-decided", str(tmp_path)]) == 4
    told = f"ERROR: {tmp_path} is no recorded set, it has no meta.yaml, and no report: name one of them\n"
    assert capsys.readouterr().err == told


def test_own_requirements_bind_whatever_the_contract_is(older: Callable[..., Path]) -> None:
    """They are of no contract."""
    own = replace(registry.all_requirements()["CHAT-14"], id="ACME-01")
    assert contract_given(str(older(without="CHAT-14"))).bound(own) is own


def test_a_bound_requirement_is_as_the_contract_has_it() -> None:
    one: Requirement = registry.all_requirements()["CHAT-05"]
    old = FrozenRequirement(SHOULD, "It was so.", "DIAL-9-1", since="0.20")
    bound = FrozenContract("old", {"CHAT-05": old}).bound(one)
    assert bound is not None
    assert (bound.level, bound.sentence, bound.source, bound.since) == (SHOULD, "It was so.", "DIAL-9-1", "0.20")
    assert bound.requires == ()


def test_the_contract_can_be_traced() -> None:
    assert contract_page.defects_by_requirement().keys() >= registry.all_requirements().keys()


def test_who_compares_reads_where_the_contract_changed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name, day, one in (("old", 1, "2026.12"), ("new", 2, "2027.03")):
        made = report([result(Verdict.PASSED)], contract=one, began=f"2027-03-0{day}T00:00:00+00:00")
        (tmp_path / f"{name}.json").write_text(json.dumps(made.to_plain()))
    compare([str(tmp_path / "old.json"), str(tmp_path / "new.json")])
    assert "not alike: contract 2026.12 and 2027.03" in capsys.readouterr().out
    history([str(tmp_path), "--format=markdown"])
    out = capsys.readouterr().out
    assert "contract <code>2026&#46;12</code>" in out or "contract <code>2026.12</code>" in out


def test_a_wrong_contract_is_one_line_everywhere(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ValueError, match=r"contract=2019\.01: there is no such contract: give "):
        conformance.check("http://127.0.0.1:9", key="a-key-of-nobody", contract="2019.01")
    (tmp_path / "a.har").write_text("{}")
    assert judge([str(tmp_path / "a.har"), "--contract=2019.01"]) == 4
    assert "--contract=2019.01: there is no such contract" in capsys.readouterr().err
