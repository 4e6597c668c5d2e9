"""`dial-conformance import`, and the other way: pytest-recording and the suite read each other's cassettes."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from conformance.run.importing import main
from conformance.wire.cassettes.file import read_cassette
from tests.conftest import Serve
from tests.plain_tests import RECORDING, REPLAYING
from tests.running import CORE_25, ROOT, Suite, SuiteRun, content_of, credentials, small_set
from tests.served_set import KEY, OTHER_KEY, ServedSet

SECONDS = 60


class Aliasless(yaml.SafeDumper):
    """Writes what stands in two places twice, as vcrpy does."""

    def ignore_aliases(self, data: object) -> bool:
        del data
        return True


Recorded = Callable[..., Path]
Import = Callable[..., SuiteRun]


@pytest.fixture(scope="module")
def served(serve_for_all: Serve) -> ServedSet:
    return serve_for_all()


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory, served: ServedSet) -> Recorded:
    """Record a plain test with pytest-recording, and return the cassette."""

    @cache
    def record(filtered: str = "[]") -> Path:
        folder = tmp_path_factory.mktemp("plain")
        (folder / "test_plain.py").write_text(RECORDING.replace("FILTERED", filtered))
        (folder / "pytest.ini").write_text("[pytest]\n")
        ended = run_in(folder, "-m", "pytest", "--record-mode=rewrite", "-q", **credentials(served.url))
        assert ended.exit_code == 0, ended.output
        return folder / "cassettes" / "test_plain" / "test_dial.yaml"

    return record


@pytest.fixture
def imported(
    tmp_path: Path, served: ServedSet, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Import:
    """Import in this process, in a folder of its own."""

    def call(*arguments: object, **environment: str) -> SuiteRun:
        for name, value in {**credentials(served.url), **environment}.items():
            monkeypatch.setenv(name, value)
        monkeypatch.chdir(tmp_path)
        try:
            code = main(list(map(str, arguments)))
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 1
        out, err = capfd.readouterr()
        return SuiteRun(code, out, err)

    return call


def run_in(folder: Path, *arguments: str, **environment: str) -> SuiteRun:
    ended = subprocess.run(  # noqa: S603 - our own tests
        [sys.executable, *arguments],
        cwd=folder,
        env={"PYTHONPATH": str(ROOT), "PATH": os.environ["PATH"], "HOME": str(folder), **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    return SuiteRun(ended.returncode, ended.stdout, ended.stderr)


def test_plain_test_replays_a_cassette_of_a_set(tmp_path: Path) -> None:
    cassette = CORE_25 / "_instance" / "bucket.yaml"
    (tmp_path / "test_plain.py").write_text(REPLAYING.replace("CASSETTE", str(cassette)))
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    ended = run_in(tmp_path, "-m", "pytest", "-q")
    assert ended.exit_code == 0, ended.output
    assert "1 passed" in ended.out


def test_what_pytest_recording_recorded_becomes_a_set(
    tmp_path: Path, suite: Suite, served: ServedSet, recorded: Recorded, imported: Import
) -> None:
    cassette = recorded()
    assert KEY in cassette.read_text(), "it keeps the key where nobody tells it not to"
    place = tmp_path / "set"
    ended = imported(cassette, f"--cassettes={place}")
    assert ended.exit_code == 0, ended.output
    assert ended.out.startswith(f"imported 9 of 11 interactions into {place}\n"), ended.output
    assert "interaction 9: GET /v1/something/of/ours: the suite does not ask that" in ended.out
    for path, content in content_of(place).items():
        assert KEY.encode() not in content, path
        assert f"127.0.0.1:{served.port}".encode() not in content, path
    name = "_instance/bucket"
    assert read_cassette(place / f"{name}.yaml", name) == read_cassette(CORE_25 / f"{name}.yaml", name)
    assert (place / "_instance" / "no_credentials.yaml").is_file()

    run = suite.replay(cassettes=place)
    assert run.exit_code == 0, run.output
    assert run.counts["passed"] > 20
    assert set(run.counts) <= {
        "passed",
        "advisory",
        "not claimed",
        "not asked",
        "not recorded",
        "not proven",
        "could not run",
    }
    assert "AUTH-01" in run.requirements("passed")


@pytest.mark.parametrize("filtered", ['["api-key"]', '[("api-key", None)]'])
def test_request_whose_key_was_filtered_is_none_without_credentials(
    tmp_path: Path, recorded: Recorded, filtered: str, imported: Import
) -> None:
    """It would accuse the DIAL of answering everybody."""
    place = small_set(tmp_path / "set")
    (place / "_instance" / "no_credentials.yaml").unlink()
    before = content_of(place)
    ended = imported(recorded(filtered), f"--cassettes={place}")
    assert ended.exit_code == 4, ended.output
    assert ended.complaint == "nothing was imported: none of 11 interactions is what the suite asks"
    assert content_of(place) == before


def test_placeholder_stands_for_the_key(tmp_path: Path, recorded: Recorded, imported: Import) -> None:
    cassette = recorded('[("api-key", "$DIAL_API_KEY")]')
    assert KEY not in cassette.read_text()
    ended = imported(cassette, f"--cassettes={tmp_path / 'set'}")
    assert ended.exit_code == 0, ended.output
    assert ended.out.startswith("imported 9 of 11 "), ended.output


def test_what_a_set_lacks_is_added(tmp_path: Path, suite: Suite, recorded: Recorded, imported: Import) -> None:
    place = small_set(tmp_path / "set")
    (place / "_instance" / "bucket.yaml").unlink()
    before = content_of(place)
    ended = imported(recorded(), f"--cassettes={place}")
    assert ended.exit_code == 0, ended.output
    assert ended.out.startswith("imported 1 of 11 "), ended.output
    assert "GET /openai/models: the set has an answer to it" in ended.out
    after = content_of(place)
    assert after.keys() - before.keys() == {"_instance/bucket.yaml"}
    unchanged = "what the cassettes lack may still be recorded, and the set is as old as its oldest answer"
    assert {name for name in before if before[name] != after[name]} == set(), unchanged
    assert suite.replay("--requirement=AUTH-01,CONF-01", cassettes=place).exit_code == 0


def test_without_listing_there_is_no_set(tmp_path: Path, recorded: Recorded, imported: Import) -> None:
    cassette = changed(tmp_path, recorded(), lambda all_of_it: all_of_it[3:])
    ended = imported(cassette, f"--cassettes={tmp_path / 'set'}")
    assert ended.exit_code == 4
    assert ended.complaint == "nothing was imported: no cassette has GET /openai/deployments: record that too"
    assert not (tmp_path / "set").exists()


def test_key_in_an_answer_keeps_all_out(tmp_path: Path, recorded: Recorded, imported: Import) -> None:
    def echo(interactions: list[Any]) -> list[Any]:
        interactions[6]["response"]["body"]["string"] = f'{{"bucket": "{OTHER_KEY}"}}'
        return interactions

    place = small_set(tmp_path / "sets" / "set")
    (place / "_instance" / "bucket.yaml").unlink()
    before = content_of(place)
    ended = imported(changed(tmp_path, recorded(), echo), f"--cassettes={place}")
    assert ended.exit_code == 4
    assert "_instance/bucket holds $DIAL_API_KEY_2" in ended.complaint
    assert OTHER_KEY not in ended.output
    assert content_of(place) == before
    assert [one.name for one in place.parent.iterdir()] == ["set"]


def test_other_hosts_bodies_that_are_broken_and_floods_are_said(
    tmp_path: Path, recorded: Recorded, imported: Import
) -> None:
    def change(interactions: list[Any]) -> list[Any]:
        interactions[6]["response"]["headers"]["content-encoding"] = ["gzip"]
        elsewhere = {**interactions[0]["request"], "uri": "https://elsewhere.example.com/v1/bucket"}
        return [*interactions, *({**interactions[0], "request": elsewhere} for _ in range(50))]

    ended = imported(changed(tmp_path, recorded(), change), f"--cassettes={tmp_path / 'set'}")
    assert ended.exit_code == 0, ended.output
    assert "interaction 7: GET /v1/bucket: the Content-Encoding cannot be undone" in ended.out
    assert "interaction 12: it was not sent to the DIAL" in ended.out
    assert "more\n" in ended.out
    assert len(ended.out.splitlines()) < 30


BROKEN: Mapping[str, str] = {
    "no YAML": "a: [",
    "another thing": "interactions: 5",
    "list": "- 1",
    "interaction that is none": "interactions: [5]",
    "no response": "interactions: [{request: {}}]",
    "uri that is none": "interactions: [{request: {uri: 5}, response: {}}]",
    "status that is none": "interactions: [{request: {uri: URL/x}, response: {status: {code: x}}}]",
    "header that is none": (
        "interactions: [{request: {uri: URL/x, method: GET, headers: {a: [[]]}}, response: {status: {code: 200}}}]"
    ),
    "command": "interactions: [!!python/object/apply:os.system [touch here]]",
    "tuple": "interactions: !!python/tuple [a]",
    "depth": "interactions: " + "[" * 3000 + "]" * 3000,
}


@pytest.mark.parametrize("kind", BROKEN)
def test_what_is_no_cassette_is_one_line(tmp_path: Path, kind: str, served: ServedSet, imported: Import) -> None:
    cassette = tmp_path / "cassette.yaml"
    cassette.write_text(BROKEN[kind].replace("URL", served.url))
    ended = imported(cassette, f"--cassettes={tmp_path / 'set'}")
    assert ended.exit_code == 4
    assert ended.complaint.startswith(f"nothing was imported: {cassette}"), ended.complaint
    assert not (tmp_path / "here").exists()
    assert not (tmp_path / "set").exists()


@pytest.mark.parametrize(
    ("arguments", "environment", "said"),
    [
        (["nope.yaml", "--cassettes=set"], {}, "nope.yaml cannot be read: No such file or directory"),
        ([".", "--cassettes=set"], {}, ". cannot be read: Is a directory"),
        (["nope.yaml"], {}, "--cassettes"),
        (["--cassettes=set"], {}, "CASSETTE"),
        (["nope.yaml", "--cassettes=set"], {"DIAL_API_KEY": ""}, "DIAL_API_KEY is empty"),
        (["nope.yaml", "--cassettes=set"], {"DIAL_URL": "dial"}, "DIAL_URL does not begin with http:// or https://"),
    ],
)
def test_wrong_call_is_one_line(
    tmp_path: Path, arguments: list[str], environment: Mapping[str, str], said: str, imported: Import
) -> None:
    ended = imported(*arguments, **environment)
    assert ended.exit_code == 4
    assert said in ended.complaint
    assert not (tmp_path / "set").exists()


def test_installed_command_imports(tmp_path: Path, served: ServedSet, recorded: Recorded) -> None:
    command = ["-m", "conformance", "import", str(recorded()), "--cassettes=set"]
    ended = run_in(tmp_path, *command, **credentials(served.url))
    assert ended.exit_code == 0, ended.output
    assert ended.out.startswith("imported 9 of 11 interactions into set\n"), ended.output
    assert (tmp_path / "set" / "meta.yaml").is_file()


def test_import_is_a_word_in_the_first_place_only(tmp_path: Path) -> None:
    ended = run_in(tmp_path, "-m", "conformance", "-k", "import", "--collect-only", "-q", f"--cassettes={CORE_25}")
    assert ended.exit_code == 5, ended.output
    assert "deselected" in ended.out


def changed(folder: Path, cassette: Path, change: Callable[[list[Any]], list[Any]]) -> Path:
    """A copy of a cassette with other interactions."""
    document = yaml.safe_load(cassette.read_text())
    document["interactions"] = change(document["interactions"])
    copy = folder / "changed.yaml"
    copy.write_text(yaml.dump(document, Dumper=Aliasless))
    return copy
