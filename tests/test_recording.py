"""Recording a set: what is in it is what was received, and replaying it says what the live run said."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
import yaml

from conformance.contract.exchange import Answer, Exchange
from conformance.wire.cassettes.file import read_cassette
from conformance.wire.cassettes.folder import FORMAT
from conformance.wire.live.http import LiveTransport
from tests.conftest import Replayed, Serve
from tests.running import (
    CORE_18,
    CORE_25,
    DALLE3,
    EVERYTHING,
    OF_A_CONNECTION,
    Suite,
    SuiteRun,
    content_of,
    credentials,
    deployments_of,
    run_elsewhere,
    small_set,
)
from tests.served_set import KEY, OTHER_KEY, ServedSet, below

FEW = "--requirement=AUTH-01,AUTH-05,CONF-01,CONF-13"
MANY = "--requirement=CHAT-01,FILE-0*,CONF-*,LIST-0*"
PIECES = [b'{"type": "object", "pro', b"p", b'erties": {"a": {"title": "\xc3', b"\xa9\\u00e9 ", b"\\\\ '\"}}}\r\n"]


@pytest.fixture
def old_set(tmp_path: Path) -> Path:
    """A set that was recorded before."""
    return small_set(tmp_path / "sets" / "old")


class Whole:
    """A whole set, recorded in another process."""

    def __init__(self, served: ServedSet, folder: Path) -> None:
        self.served = served
        self.set = folder / "sets" / "new"
        options = ["--live", "--record-mode=rewrite", f"--cassettes={self.set}", *EVERYTHING, *deployments_of(CORE_25)]
        self.run: SuiteRun = run_elsewhere(folder, *options, **credentials(served.url))


@pytest.fixture(scope="module")
def whole(serve_for_all: Serve, tmp_path_factory: pytest.TempPathFactory) -> Whole:
    return Whole(serve_for_all(), tmp_path_factory.mktemp("record"))


def test_whole_recording_says_what_the_replay_says(whole: Whole, replayed: Replayed, suite: Suite) -> None:
    replay = replayed(CORE_25, *EVERYTHING)
    assert whole.run.exit_code == 0, whole.run.output
    assert whole.run.recordable == replay.recordable
    again = suite.replay(*EVERYTHING, cassettes=whole.set)
    assert again.exit_code == 0, again.output
    assert again.verdicts == replay.verdicts
    assert (again.made + len(OF_A_CONNECTION), *again.figures[1:]) == whole.run.figures


def test_whole_recording_asks_once_and_holds_all(whole: Whole) -> None:
    assert whole.served.asked_too_often == {}
    recorded = len(list(whole.set.glob("*/*.yaml")))
    assert whole.run.requests == len(whole.served.asked) == recorded + len(whole.served.not_in_the_set)
    assert re.search(rf"^recorded {recorded} exchanges into \S*sets/new$", whole.run.out, re.MULTILINE)


def test_whole_recording_holds_what_was_served(whole: Whole) -> None:
    assert content_of(whole.set).keys() == content_of(CORE_25).keys()
    assert Counter(map(_essence, _exchanges(whole.set))) == Counter(map(_essence, _exchanges(CORE_25)))


def test_whole_recording_holds_no_secret_and_no_address(whole: Whole) -> None:
    for path, content in content_of(whole.set).items():
        for hidden in (KEY, OTHER_KEY, f"127.0.0.1:{whole.served.port}", "localhost"):
            assert hidden.encode() not in content, path
    assert KEY not in whole.run.output
    assert OTHER_KEY not in whole.run.output


def test_whole_recording_describes_itself(whole: Whole) -> None:
    told = yaml.safe_load((whole.set / "meta.yaml").read_text())
    committed = yaml.safe_load((CORE_25 / "meta.yaml").read_text())
    assert told.keys() == committed.keys()
    assert {**told, "recorded": None} == {**committed, "recorded": None}


def test_whole_recording_leaves_nothing_beside_the_set(whole: Whole) -> None:
    assert [path.name for path in whole.set.parent.iterdir()] == ["new"]
    assert {path.suffix for path in whole.set.rglob("*") if path.is_file()} == {".yaml"}


def test_recorded_is_what_was_received(
    suite: Suite, serve: Serve, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    received: list[Exchange] = []
    ask = LiveTransport.send

    def listening(live: LiveTransport, *arguments: object) -> Exchange:
        received.append(ask(live, *arguments))  # type: ignore[arg-type]  # whatever it is called with
        return received[-1]

    monkeypatch.setattr(LiveTransport, "send", listening)
    chunked = (("Content-Type", "application/json"), ("transfer-encoding", "chunked"))
    pieces = tuple((0.0, len(piece)) for piece in PIECES)
    schema = Answer(200, "Quite OK", chunked, b"".join(PIECES), pieces)
    served = serve(instead=below("/v1/deployments/dall-e-3/configuration", schema))
    suite.record(served, tmp_path / "set", MANY, DALLE3)

    received = [one for one in received if "/" in one.name]  # the control request at the end is not recorded
    recorded = {one.name: one for one in _exchanges(tmp_path / "set")}
    assert recorded.keys() == {one.name for one in received}
    for one in received:
        assert _all_but_times(recorded[one.name]) == _all_but_times(one)
    streamed = recorded["dall-e-3/configuration"].answer
    assert (streamed.status, streamed.reason, streamed.body) == (200, "Quite OK", b"".join(PIECES))
    assert [size for _, size in streamed.chunks] == [len(piece) for piece in PIECES]
    assert streamed.chunks == next(one.answer.chunks for one in received if one.name == "dall-e-3/configuration")


def test_once_asks_nothing_of_a_set_that_is_there(suite: Suite, serve: Serve, old_set: Path) -> None:
    before, served = content_of(old_set), serve()
    run = suite.record(served, old_set, FEW, mode="once")
    assert run.exit_code == 0, run.output
    assert served.asked == []
    assert content_of(old_set) == before
    assert run.verdicts == suite.replay(FEW).verdicts


def test_once_records_a_set_that_is_not_there(suite: Suite, serve: Serve, tmp_path: Path) -> None:
    served = serve()
    run = suite.record(served, tmp_path / "a" / "new", FEW, DALLE3, mode="once")
    assert run.exit_code == 0, run.output
    assert len(_exchanges(tmp_path / "a" / "new")) == len(served.asked) > 0
    assert suite.replay(FEW, cassettes=tmp_path / "a" / "new").verdicts == run.verdicts


@pytest.mark.parametrize("mode", ["rewrite", "new_episodes"])
def test_first_recording_makes_the_set(suite: Suite, serve: Serve, tmp_path: Path, mode: str) -> None:
    (tmp_path / "set").mkdir()
    run = suite.record(serve(), tmp_path / "set", FEW, DALLE3, mode=mode)
    assert run.exit_code == 0, run.output
    assert run.requests == len(_exchanges(tmp_path / "set"))


def test_new_episodes_asks_only_what_is_missing(suite: Suite, serve: Serve, old_set: Path) -> None:
    before, served = content_of(old_set), serve()
    missing = ["_instance/no_credentials.yaml", "dall-e-3/configuration_again.yaml"]
    for name in missing:
        (old_set / name).unlink()
    run = suite.record(served, old_set, FEW, *deployments_of(CORE_25), mode="new_episodes")
    assert run.exit_code == 0, run.output
    assert {asked.path for asked in served.asked} == {"/openai/deployments", "/v1/deployments/dall-e-3/configuration"}
    assert len(served.asked) == len(missing)
    after = content_of(old_set)
    assert after.keys() == before.keys()
    assert {name for name in after if after[name] != before[name]} <= {*missing, "meta.yaml"}


def test_new_episodes_counts_only_what_it_asked(suite: Suite, serve: Serve, old_set: Path) -> None:
    (old_set / "_instance" / "no_credentials.yaml").unlink()
    run = suite.record(serve(), old_set, FEW, *deployments_of(CORE_25), mode="new_episodes")
    assert re.search(r"^recorded 1 exchanges? into \S*sets/old$", run.out, re.MULTILINE), run.output
    assert run.requests == 1


def test_new_episodes_asks_again_what_was_another_request(suite: Suite, serve: Serve, old_set: Path) -> None:
    served, cassette = serve(), old_set / "_instance" / "unknown_key.yaml"
    original = read_cassette(cassette, "one")
    cassette.write_text(cassette.read_text().replace("wrong-key-000", "wrong-key-111"))
    run = suite.record(served, old_set, "--requirement=AUTH-02", DALLE3, mode="new_episodes")
    assert run.exit_code == 0, run.output
    assert [asked.header("api-key") for asked in served.asked] == ["wrong-key-000"]
    assert read_cassette(cassette, "one") == original


@pytest.mark.parametrize("narrowed", ["--requirement=AUTH-01", "-kAUTH-01", "-mauth and must"])
def test_rewrite_of_a_part_keeps_the_rest(suite: Suite, serve: Serve, old_set: Path, narrowed: str) -> None:
    before, served = content_of(old_set), serve()
    (old_set / "_instance" / "no_credentials.yaml").write_text("out of date")
    run = suite.record(served, old_set, narrowed, *deployments_of(CORE_25))
    assert run.exit_code == 0, run.output
    assert len(served.asked) == run.requests < 60
    assert {name: content for name, content in content_of(old_set).items() if name != "meta.yaml"} == {
        name: content for name, content in before.items() if name != "meta.yaml"
    }
    meta = yaml.safe_load((old_set / "meta.yaml").read_text())
    assert meta["deployments"] == ["dall-e-3", "echo", "buttons", "echo-application", "search"]


@pytest.mark.parametrize("mode", ["rewrite", "new_episodes", "all"])
def test_set_of_an_older_suite_is_added_to(suite: Suite, serve: Serve, old_set: Path, mode: str) -> None:
    """What dial-conformance 0.2.0 recorded has no format number; a patch release costs nobody a paid recording."""
    meta = old_set / "meta.yaml"
    described = yaml.safe_load(meta.read_text())
    del described["format"]
    meta.write_text(yaml.safe_dump({**described, "suite": "0.0.9"}, sort_keys=False))
    replay = suite.replay(FEW, cassettes=old_set)
    assert replay.exit_code == 0, replay.output
    run = suite.record(serve(), old_set, FEW, *deployments_of(CORE_25), mode=mode)
    assert run.exit_code == 0, run.output
    assert yaml.safe_load(meta.read_text())["format"] == FORMAT
    assert suite.replay(FEW, cassettes=old_set).verdicts == replay.verdicts == run.verdicts


def test_rewrite_replaces_a_set_of_a_later_format(suite: Suite, serve: Serve, old_set: Path) -> None:
    meta = old_set / "meta.yaml"
    meta.write_text(meta.read_text().replace(f"format: {FORMAT}", f"format: {FORMAT + 1}"))
    run = suite.record(serve(), old_set, *deployments_of(CORE_25))
    assert run.exit_code == 0, run.output
    assert suite.replay(FEW, cassettes=old_set).exit_code == 0


def test_violations_are_recorded_too(suite: Suite, serve: Serve, tmp_path: Path) -> None:
    options = [DALLE3, "--dial-deployment=buttons", "--requirement=CONF-01"]
    run = suite.record(serve(CORE_18), tmp_path / "set", *options)
    assert run.exit_code == 1, run.output
    again = suite.replay("--requirement=CONF-01", cassettes=tmp_path / "set")
    assert again.exit_code == 1, again.output
    assert again.verdicts == run.verdicts


def test_live_run_that_records_nothing_writes_nothing(suite: Suite, serve: Serve, tmp_path: Path) -> None:
    served = serve()
    run = suite.record(served, tmp_path / "set", FEW, DALLE3, mode="none")
    assert run.exit_code == 0, run.output
    assert len(served.asked) == run.requests > 0
    assert not (tmp_path / "set").exists()
    assert "recorded" not in run.out.partition("DIAL conformance")[2]


def _exchanges(folder: Path) -> list[Exchange]:
    return [
        read_cassette(path, str(path.relative_to(folder).with_suffix(""))) for path in sorted(folder.glob("*/*.yaml"))
    ]


def _essence(exchange: Exchange) -> object:
    """What is the same whenever the same DIAL is asked: all but names (which of two twins came first) and chunks."""
    answer = exchange.answer
    return exchange.request, answer.status, answer.reason, answer.headers, answer.body


def _all_but_times(exchange: Exchange) -> object:
    return exchange.name, *_essence(exchange), [size for _, size in exchange.answer.chunks]  # type: ignore[misc]  # a tuple, told as an object


def test_set_of_a_run_that_named_no_deployment_can_be_replayed(suite: Suite, serve: Serve) -> None:
    folder = suite.folder / "set"
    recorded = suite.record(serve(), folder, "--requirement=AUTH-*,LIST-*")
    replayed = suite.replay("--requirement=AUTH-*,LIST-*", cassettes=folder)
    assert "no deployment was named" in replayed.out, replayed.output
    assert replayed.recordable == recorded.recordable
