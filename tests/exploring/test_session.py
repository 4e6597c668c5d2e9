"""What is found becomes a check like every other: in the terminal, in JUnit, in the report, with its curl."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from conformance.standin.dial import KEYS, stand_in
from tests.exploring.explored import lets_pass
from tests.running import SuiteRun, credentials, run_elsewhere
from tests.standin.serving import served

pytestmark = pytest.mark.long

CASE = f"max_pages={2**53 + 1}"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("explored")


@pytest.fixture(scope="module")
def run(folder: Path) -> SuiteRun:
    broken = lets_pass(lambda one: isinstance(one.get("max_pages"), int) and one["max_pages"] > 2**53)
    storage = folder / "storage"
    storage.mkdir()

    async def ran() -> SuiteRun:
        async with served(broken(stand_in("0.25", storage))) as port:
            options = ("--dial-deployment=search", "--requirement=CHAT-05", "--explore=120", "--explore-seed=1")
            outputs = (f"--keep-cases={folder}/kept.json", f"--report-json={folder}/report.json")
            environment = {**credentials(f"http://127.0.0.1:{port}"), "DIAL_API_KEY": KEYS[0]}
            return await asyncio.to_thread(run_elsewhere, folder, "--live", *options, *outputs, **environment)

    return asyncio.run(ran())


def test_it_fails_the_run_with_its_curl(run: SuiteRun) -> None:
    assert run.exit_code == 1, run.output
    assert f"search, {CASE}" in run.out
    assert '"custom_fields":{"configuration":{"max_pages":9007199254740993}}' in run.out
    assert "--explore=120 --explore-seed=1 tries the same again" in run.out


def test_it_is_counted(run: SuiteRun) -> None:
    assert any(CASE in name for name in run.verdicts)
    assert len(run.verdicts) == run.planned


def test_it_is_in_the_report_and_kept(run: SuiteRun, folder: Path) -> None:
    report = json.loads((folder / "report.json").read_text())
    assert CASE in [one.get("case") for one in report["results"] if one["verdict"] == "violated"], run.output
    kept = json.loads((folder / "kept.json").read_text())["cases"]
    assert [one["configuration"] for one in kept] == [{"max_pages": 2**53 + 1}]
