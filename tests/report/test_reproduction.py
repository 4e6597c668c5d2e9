"""Scripts that show violations again: which there are, where they are written, and that they do."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.contract.exchange import Exchange
from conformance.contract.verdict import Verdict
from conformance.reports.document import Report
from conformance.reports.reproduction import CASSETTE, MOST_FOLDERS, PYTHON, SHELL, reproductions
from conformance.reports.writing import INDEX, write_reproduction
from conformance.wire.cassettes.file import read_cassette
from tests.conftest import Serve
from tests.report.made_up import exchange, report, result
from tests.report.test_scripts import SH, run_quietly
from tests.running import CORE_18, Suite, content_of, credentials
from tests.served_set import KEY, as_json, below

pytestmark = pytest.mark.skipif(SH is None, reason="there is no shell")


def files_of(made_up: Report, *known: Exchange, advisory: bool = False) -> dict[str, bytes]:
    by_name = {one.name: one for one in known}
    return dict(reproductions(made_up, by_name.get, advisory=advisory))


def test_violations_of_one_exchange_share_a_folder() -> None:
    found = files_of(report([result(), result(requirement="CHAT-06")]), exchange())
    assert sorted(found) == [*(f"CHAT-05.d/{name}" for name in (CASSETTE, PYTHON, SHELL)), INDEX]
    script = found[f"CHAT-05.d/{SHELL}"].decode()
    assert "# CHAT-05 (MUST) A forbidden value is refused. [x]\n#   violated: d\n#   expected: 400\n" in script
    assert "# CHAT-06 (MUST)" in script
    assert found[INDEX].decode().splitlines()[2:] == ["CHAT-05.d  CHAT-05: d", "CHAT-05.d  CHAT-06: d"]


def test_only_what_fails_the_run_is_shown() -> None:
    results = [result(known="T-1"), result(Verdict.ADVISORY, requirement="CHAT-10"), result(Verdict.NOT_PROVEN)]
    assert list(files_of(report(results), exchange())) == [INDEX]
    assert "CHAT-10.d/cassette.yaml" in files_of(report(results), exchange(), advisory=True)


def test_all_verdicts_are_counted_in_the_index() -> None:
    first = files_of(report())[INDEX].decode().splitlines()[0]
    assert [verdict for verdict in Verdict if f"1 {verdict}" not in first] == []


def test_what_no_exchange_shows_is_told() -> None:
    found = files_of(report([result(exchanges=()), result(exchanges=("d/gone",))]))
    assert found[INDEX].decode().count("(no exchange shows it)  CHAT-05: d") == 2
    assert list(found) == [INDEX]


def test_very_many_are_bounded() -> None:
    results = [result(deployment=f"d{one}", exchanges=(f"{one}",)) for one in range(MOST_FOLDERS + 7)]
    found = dict(reproductions(report(results), lambda _: exchange()))
    assert len(found) == 3 * MOST_FOLDERS + 1
    assert found[INDEX].decode().count("(not among the first 1000)") == 7


NAMES_OF_DEPLOYMENTS = ["../../etc/passwd", "/", "..", "a/b", "A" * 300, "a b\n", "é", "C:\\x", "x\0", "d", "D", "-rf"]


def test_folders_are_named_safely_and_apart() -> None:
    results = [result(deployment=one, exchanges=(f"{one}/x",)) for one in NAMES_OF_DEPLOYMENTS]
    found = files_of(report(results), *(exchange(f"{one}/x") for one in NAMES_OF_DEPLOYMENTS))
    folders = {name.partition("/")[0].casefold() for name in found if "/" in name}
    assert len(folders) == len(NAMES_OF_DEPLOYMENTS)
    allowed = set("abcdefghijklmnopqrstuvwxyz0123456789._=-")
    assert [one for one in folders if not (set(one) <= allowed and one.startswith("chat-05") and len(one) < 120)] == []
    assert [name for name in found if name.count("/") > 1] == []


@given(st.text(max_size=30), st.text(max_size=30))
def test_any_name_is_a_name_of_a_folder(deployment: str, case: str) -> None:
    found = files_of(report([result(deployment=deployment, case=case)]), exchange())
    folder = next(name for name in found if "/" in name).partition("/")[0]
    assert folder.isascii()
    assert folder.startswith("CHAT-05")
    assert "/" not in folder


def test_old_scripts_go_and_what_is_not_ours_stays(tmp_path: Path) -> None:
    notes, foreign = tmp_path / "CHAT-05.d" / "notes.txt", tmp_path / "mine" / SHELL
    write_reproduction(report([result()]), tmp_path, lambda _: exchange())
    notes.write_text("do not lose me")
    foreign.parent.mkdir()
    foreign.write_text("#!/bin/sh\necho mine\n")
    (foreign.parent / PYTHON).write_text("print()")
    write_reproduction(report([result(deployment="e"), result(deployment="f")]), tmp_path, lambda _: exchange())
    assert sorted(content_of(tmp_path)) == [
        *("CHAT-05.d/notes.txt", f"CHAT-05.e/{CASSETTE}", f"CHAT-05.e/{PYTHON}", f"CHAT-05.e/{SHELL}"),
        *(INDEX, f"mine/{PYTHON}", f"mine/{SHELL}"),
    ]
    told = write_reproduction(report([]), tmp_path, lambda _: None)
    assert told == f"0 scripts to reproduce what is violated: see {tmp_path / INDEX}"
    assert not (tmp_path / "CHAT-05.e").exists()
    assert notes.read_text() == "do not lose me"


def test_the_cassette_is_one(tmp_path: Path) -> None:
    shown = exchange(body=b"\xff\0")
    write_reproduction(report([result()]), tmp_path, lambda _: shown)
    assert read_cassette(tmp_path / "CHAT-05.d" / CASSETTE, shown.name) == shown
    assert os.access(tmp_path / "CHAT-05.d" / SHELL, os.X_OK)


@pytest.mark.skipif(shutil.which("curl") is None, reason="there is no curl")
def test_both_scripts_show_a_violation_again(suite: Suite, serve: Serve) -> None:
    served = serve(instead=below("/v1/bucket", as_json({"bucket": 7})))
    run = suite.live(served, "--requirement=FILE-*", "--free", "--reproduce=again", "--dial-deployment=echo")
    assert run.exit_code == 1, run.output
    folders = sorted((suite.folder / "again").glob("*/"))
    assert folders
    assert f"{2 * len(folders)} scripts to reproduce" in run.out
    script = folders[0]
    shown = read_cassette(script / CASSETTE, "any")
    for command in ([str(SH), str(script / SHELL)], [sys.executable, str(script / PYTHON)]):
        before = len(served.asked)
        done = run_quietly(command, {**os.environ, **credentials(served.url)})
        assert (done.returncode, done.stderr) == (0, b"")
        assert done.stdout.startswith(f"HTTP/1.1 {shown.status}".encode())
        assert shown.answer.body in done.stdout
        (asked,) = served.asked[before:]
        assert (asked.method, asked.path, asked.body) == (shown.request.method, shown.request.path, shown.request.body)
        assert asked.header("api-key") == KEY


def test_advice_that_fails_the_run_is_reproduced_too(suite: Suite) -> None:
    options = ("--requirement=CHAT-10", "--dial-deployment=dall-e-3")
    assert suite.replay(*options, "--reproduce=must").exit_code == 0
    assert suite.replay(*options, "--reproduce=should", "--fail-on=should").exit_code == 1
    assert sorted(content_of(suite.folder / "must")) == [INDEX]
    assert len(content_of(suite.folder / "should")) > 1


def test_a_recorded_violation_is_reproduced(suite: Suite) -> None:
    options = ("--requirement=CONF-01", "--dial-deployment=buttons", "--reproduce=again")
    assert suite.replay(*options, cassettes=CORE_18).exit_code == 1
    folder = suite.folder / "again" / "CONF-01.buttons"
    assert sorted(one.name for one in folder.iterdir()) == [CASSETTE, PYTHON, SHELL]
