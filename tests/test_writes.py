"""What a run writes: only if it may, and it is taken back, also by a run that is interrupted."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import Serve
from tests.running import (
    DALLE3,
    Suite,
    arguments_of,
    credentials,
    finish_elsewhere,
    press_ctrl_c,
    start_elsewhere,
    write_project,
)
from tests.served_set import Asked, Held, ServedSet, as_json

WRITING = ["--allow-writes", "--requirement=FILE-16"]


def methods(served: ServedSet) -> list[str]:
    """The requests about the one file that is written."""
    return [asked.method for asked in served.asked if asked.path.endswith("/conformance/a%20b.txt")]


def test_nothing_is_written_without_being_allowed(suite: Suite, serve: Serve) -> None:
    served = serve()
    run = suite.live(served, DALLE3)
    assert {asked.method for asked in served.asked} <= {"GET", "HEAD", "POST", "OPTIONS"}
    assert not any(asked.path.endswith("/rate") for asked in served.asked)
    assert {"FILE-16", "FEAT-02"} <= run.requirements("not asked")
    assert "--allow-writes was not given" in run.junit


def test_file_is_written_read_and_deleted(suite: Suite, serve: Serve) -> None:
    served = serve()
    run = suite.live(served, DALLE3, *WRITING)
    assert run.counts == {"passed": 1}, run.output
    assert methods(served) == ["PUT", "GET", "DELETE", "GET"]


@pytest.mark.parametrize("status", [403, 413, 500])
def test_file_that_could_not_be_written_is_deleted_all_the_same(suite: Suite, serve: Serve, status: int) -> None:
    def refuse(asked: Asked) -> object:
        return as_json({}, status) if asked.method == "PUT" else None

    served = serve(instead=refuse)
    run = suite.live(served, DALLE3, *WRITING)
    assert run.counts == {"advisory": 1}, run.output
    assert "DELETE" in methods(served)


@pytest.mark.parametrize("method", ["PUT", "GET"], ids=["while it is written", "when it is there"])
def test_ctrl_c_takes_back_what_was_written(serve: Serve, tmp_path: Path, method: str) -> None:
    held = Held("/conformance/a%20b.txt")

    def hold(asked: Asked) -> object:
        return held(asked) if asked.method == method else None

    served = serve(instead=hold)
    write_project(tmp_path)
    process = start_elsewhere(tmp_path, *arguments_of(tmp_path, "--live", DALLE3, *WRITING), **credentials(served.url))
    try:
        press_ctrl_c(process, held, tmp_path / "junit.xml")
        held.released.set()
        run = finish_elsewhere(process, tmp_path / "junit.xml", seconds=20)
    finally:
        held.released.set()
        process.kill()
    assert run.exit_code == 2, run.output
    assert methods(served)[0] == "PUT"
    assert "DELETE" in methods(served)
    assert "interrupted: what was not asked by then could not run" in run.out
    assert "Traceback" not in run.output
