"""A recording that does not come to its end: the old set is as it was, and nothing else is left."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from conformance.wire.cassettes.folder import FORMAT
from tests.conftest import Serve
from tests.running import (
    DALLE3,
    Suite,
    SuiteRun,
    arguments_of,
    content_of,
    credentials,
    finish_elsewhere,
    press_ctrl_c,
    small_set,
    start_elsewhere,
    write_project,
)
from tests.served_set import HANG_UP, KEY, Held, Misbehaviour, as_html, as_json, below

Fault = Callable[[pytest.MonkeyPatch], None]
FEW = "--requirement=AUTH-01,CONF-01,CHAT-01"


class Sets:
    """A folder of sets, in which one was recorded before; none may be touched."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.old = small_set(folder / "old")
        self.remember()

    def remember(self) -> None:
        """Take what is there now for what must stay."""
        self._before = content_of(self.folder)

    def assert_untouched(self) -> None:
        assert content_of(self.folder) == self._before
        assert [path.name for path in self.folder.iterdir()] == ["old"]


@pytest.fixture
def sets(tmp_path: Path) -> Sets:
    return Sets(tmp_path / "sets")


def leaking(encode: Callable[[str], str]) -> Misbehaviour:
    """List no application, and tell the key in passing."""
    return below("/openai/applications", as_json({"object": "list", "data": [], "next": encode(KEY)}))


FAULTS = {
    "no answer": (below("/openai/applications", HANG_UP), "had no answer (the answer broke off)"),
    "key in a body": (leaking(str), "holds $DIAL_API_KEY"),
    "key in hex": (leaking(lambda key: key.encode().hex()), "holds $DIAL_API_KEY"),
}


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("mode", ["rewrite", "new_episodes"])
def test_fault_under_way(suite: Suite, serve: Serve, sets: Sets, fault: str, mode: str) -> None:
    misbehaviour, said = FAULTS[fault]
    if mode == "new_episodes":
        (sets.old / "_instance" / "applications.yaml").unlink()
        sets.remember()
    run = suite.record(serve(instead=misbehaviour), sets.old, FEW, DALLE3, mode=mode)
    assert run.exit_code == 10, run.output
    assert set(run.counts) == {"passed"}, "what could be checked was checked"
    told = [line for line in run.out.splitlines() if line.startswith("no set was recorded: ")]
    assert len(told) == 1, run.output
    assert told[0].startswith(f"no set was recorded: _instance/applications {said}; ")
    assert told[0].endswith("old is as it was before")
    assert KEY not in run.output + run.junit
    sets.assert_untouched()


@pytest.mark.shortened(1)
@pytest.mark.parametrize(
    "part",
    ["/openai/deployments/dall-e-3", "/v1/deployments/dall-e-3/configuration", "/chat/completions"],
    ids=["control request", "schema", "completion"],
)
def test_ctrl_c(serve: Serve, sets: Sets, tmp_path: Path, part: str) -> None:
    held = Held(part)
    run = interrupted(tmp_path, serve(instead=held).url, sets.old, held)
    assert run.exit_code == 2, run.output
    assert "INTERNALERROR" not in run.output
    assert "Traceback" not in run.output
    assert KEY not in run.output
    sets.assert_untouched()


def test_ctrl_c_is_told_in_one_line(serve: Serve, sets: Sets, tmp_path: Path) -> None:
    held = Held("/chat/completions")
    run = interrupted(tmp_path, serve(instead=held).url, sets.old, held)
    told = [line for line in run.out.splitlines() if line.startswith("no set was recorded: ")]
    assert len(told) == 1, run.output
    assert told[0].startswith("no set was recorded: the run ended before everything was asked; ")
    assert told[0].endswith("old is as it was before")


def full_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have no space for any cassette."""

    def write(path: Path, content: bytes) -> int:  # noqa: ARG001 - the signature of pathlib
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", write)


def busy_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nothing be put into the place of the set."""
    rename = Path.rename

    def refuse(path: Path, target: Path) -> Path:
        if path.is_dir() and target.name == "old" and "recording" in path.name:
            raise OSError(16, "Device or resource busy")
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", refuse)


@pytest.mark.parametrize(
    ("fault", "said"),
    [(full_disk, "No space left on device"), (busy_folder, "Device or resource busy")],
    ids=["no space", "set that cannot be replaced"],
)
def test_fault_of_the_disk(suite: Suite, serve: Serve, sets: Sets, fault: Fault, said: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        fault(patch)
        run = suite.record(serve(), sets.old, FEW, DALLE3)
    assert run.exit_code == 10, run.output
    told = [line for line in run.out.splitlines() if line.startswith("no set was recorded: ")]
    assert len(told) == 1, run.output
    assert said in told[0]
    sets.assert_untouched()


@pytest.mark.parametrize("below_what", ["file", "file/deeper"])
def test_unwritable_place(suite: Suite, serve: Serve, tmp_path: Path, below_what: str) -> None:
    (tmp_path / "file").write_text("mine")
    served = serve()
    run = suite.record(served, tmp_path / below_what / "set", FEW, DALLE3)
    assert run.exit_code == 4
    assert "cannot be written" in run.complaint
    assert served.asked == []
    assert (tmp_path / "file").read_text() == "mine"


@pytest.mark.parametrize("mode", ["rewrite", "new_episodes", "once"])
def test_folder_of_something_else(suite: Suite, serve: Serve, tmp_path: Path, mode: str) -> None:
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "cat.png").write_bytes(b"meow")
    served = serve()
    run = suite.record(served, tmp_path / "photos", FEW, DALLE3, mode=mode)
    assert run.exit_code == 4
    assert "is something else than a cassette set" in run.complaint
    assert served.asked == []
    assert content_of(tmp_path / "photos") == {"cat.png": b"meow"}


@pytest.mark.parametrize("mode", ["new_episodes", "once"])
def test_set_of_a_later_format_is_not_added_to(suite: Suite, serve: Serve, sets: Sets, mode: str) -> None:
    meta = sets.old / "meta.yaml"
    meta.write_text(meta.read_text().replace(f"format: {FORMAT}", f"format: {FORMAT + 1}"))
    sets.remember()
    served = serve()
    run = suite.record(served, sets.old, FEW, DALLE3, mode=mode)
    assert run.exit_code == 4
    assert f"is in format {FORMAT + 1}, and this dial-conformance reads the formats up to {FORMAT}" in run.complaint
    assert "record the set anew with --live --record-mode=rewrite" in run.complaint
    assert served.asked == []
    sets.assert_untouched()


@pytest.mark.parametrize(
    "misbehaviour",
    [below("/", as_html("<h1>Welcome</h1>")), below("/", as_json({}, 401)), below("/", HANG_UP)],
    ids=["HTML", "refused key", "hang up"],
)
def test_nothing_is_recorded_of_what_is_no_dial(
    suite: Suite, serve: Serve, sets: Sets, misbehaviour: Misbehaviour
) -> None:
    run = suite.record(serve(instead=misbehaviour), sets.old, FEW, DALLE3)
    assert run.exit_code == 4
    assert run.complaint
    sets.assert_untouched()


def test_part_of_a_set_with_another_representative_is_refused(suite: Suite, serve: Serve, sets: Sets) -> None:
    run = suite.record(serve(), sets.old, "--requirement=AUTH-01", "--dial-deployment=echo")
    assert run.exit_code == 10, run.output
    assert "no set was recorded: only a part was asked, and not of dall-e-3" in run.out
    sets.assert_untouched()


def interrupted(folder: Path, url: str, recorded: Path, held: Held) -> SuiteRun:
    """Record, press Ctrl-C when an answer is held back, and let it go only when the run is over."""
    write_project(folder)
    options = ["--live", "--record-mode=rewrite", f"--cassettes={recorded}", DALLE3]
    process = start_elsewhere(folder, *arguments_of(folder, *options), **credentials(url))
    try:
        press_ctrl_c(process, held, folder / "junit.xml")
        return finish_elsewhere(process, folder / "junit.xml", seconds=20)
    finally:
        held.released.set()
        process.kill()
