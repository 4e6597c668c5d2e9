"""docs/report.schema.json: it describes what is written, and nothing else."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from dataclasses import fields, replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from conformance.contract.result import Result
from conformance.contract.verdict import Verdict
from conformance.reports.document import (
    FORMAT,
    Report,
    ReportedClaim,
    ReportedDeployment,
    ReportedExchange,
    ReportedPicture,
    ReportedPlan,
    ReportedRequirement,
    ReportedRun,
)
from tests.conftest import Replayed, Serve
from tests.report.made_up import report
from tests.running import CORE_18, CORE_25, DALLE3, EVERYTHING, ROOT, Suite
from tests.shared_replays import IN_PROCESSES

MODEL: dict[str, Any] = {
    "run": ReportedRun,
    "plan": ReportedPlan,
    "requirement": ReportedRequirement,
    "deployment": ReportedDeployment,
    "claim": ReportedClaim,
    "result": Result,
    "exchange": ReportedExchange,
    "picture": ReportedPicture,
}
FEW = ("--requirement=CHAT-*,CONF-*,FILE-*,STRM-*,LIST-01",)


@cache
def schema() -> dict[str, Any]:
    read: dict[str, Any] = json.loads((ROOT / "docs" / "report.schema.json").read_text(encoding="utf-8"))
    return read


def wrong(document: Any) -> list[str]:
    """What of a document is not as the schema says."""
    checker = Draft202012Validator(schema(), format_checker=Draft202012Validator.FORMAT_CHECKER)
    return [f"{error.json_path}: {error.message:.200}" for error in checker.iter_errors(document)]


def written(path: Path) -> Any:
    def no_number(name: str) -> None:
        raise AssertionError(f"{name} is not JSON")

    return json.loads(path.read_text(encoding="utf-8"), parse_constant=no_number)


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(schema())
    assert schema()["$id"] == f"urn:dial-conformance:report:{FORMAT}"
    assert schema()["properties"]["format"]["const"] == FORMAT


@pytest.mark.parametrize("name", MODEL)
def test_the_schema_has_what_the_model_has(name: str) -> None:
    described = schema()["$defs"][name]
    assert set(described["properties"]) == {one.name for one in fields(MODEL[name])}
    assert described["additionalProperties"] is False


def test_the_schema_has_all_verdicts() -> None:
    assert schema()["$defs"]["result"]["properties"]["verdict"]["enum"] == list(Verdict)


def parts(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
        value = list(value.values())
    if isinstance(value, list):
        for one in value:
            yield from parts(one)


def test_everything_is_described() -> None:
    for part in parts(schema()):
        for name, property_schema in part.get("properties", {}).items():
            assert "description" in property_schema or "$ref" in property_schema, name
    assert [name for name, one in schema()["$defs"].items() if "description" not in one] == []


def test_a_made_up_report_is_described() -> None:
    text = json.dumps(report().to_plain())
    assert wrong(json.loads(text)) == []
    assert [verdict for verdict in Verdict if f'"{verdict}"' not in text] == []


@pytest.mark.shortened(1)
@pytest.mark.parametrize("options", [(), EVERYTHING], ids=["usual", "thorough"])
@pytest.mark.parametrize("cassettes", [CORE_25, CORE_18], ids=lambda path: path.name)
def test_a_replay_is_described(suite: Suite, cassettes: Path, options: tuple[str, ...]) -> None:
    run = suite.replay("--report-json=r.json", *options, cassettes=cassettes)
    found = written(suite.folder / "r.json")
    assert wrong(found) == []
    assert found["run"]["exit_code"] == run.exit_code
    assert len(found["results"]) == len(run.verdicts)
    assert json.loads(json.dumps(Report.from_plain(found).to_plain())) == found


def test_a_live_run_is_described(suite: Suite, serve: Serve) -> None:
    run = suite.live(serve(), "--report-json=r.json", DALLE3, "--dial-deployment=*", *FEW)
    found = written(suite.folder / "r.json")
    assert wrong(found) == []
    assert found["run"]["mode"] == "live"
    assert found["plan"]["requests"] == run.requests


def test_a_run_in_processes_is_described(replayed: Replayed) -> None:
    run = replayed(CORE_18, *IN_PROCESSES)
    assert run.exit_code == 1, run.output
    assert wrong(written(replayed.folder(CORE_18, *IN_PROCESSES) / "r.json")) == []


@cache
def real() -> Any:
    """A small report with everything in it that a schema can say something of."""
    picture = ReportedPicture("image/png", 1, 1)
    exchange = ReportedExchange(
        method="POST",
        path="/x",
        request_headers=(("a", "b"),),
        request_body="",
        status=200,
        headers=(("a", "b"),),
        body="",
        size=1,
        chunks=((0.1, 1),),
        picture=picture,
    )
    made = replace(report(), exchanges={"d/refused": exchange}).to_plain()
    made["results"][1] |= {"known": "x", "hint": "x", "pointer": "/a", "keywords": ["type"], "origins": "x"}
    return json.loads(json.dumps(made))


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place in a document."""
    if path:
        yield path
    if isinstance(value, dict):
        for name, one in value.items():
            yield from places(one, (*path, name))
    elif isinstance(value, list) and value:
        yield from places(value[0], (*path, 0))


PLACES = list(places(real()))
OPTIONAL = {("results", 0, name) for name in ("deployment", "case")} | {("exchanges", "d/refused")}
ANYTHING = {("deployments", 0, "schema"), ("run", "recorded")}


def at(document: Any, path: tuple[Any, ...]) -> Any:
    for one in path:
        document = document[one]
    return document


def test_the_made_up_one_is_right() -> None:
    assert wrong(real()) == []
    assert len(PLACES) > 60


@pytest.mark.parametrize(
    "path", [one for one in PLACES if isinstance(one[-1], str) and one not in OPTIONAL], ids=lambda path: f"{path}"
)
def test_what_is_required_cannot_be_left_out(path: tuple[Any, ...]) -> None:
    broken = copy.deepcopy(real())
    del at(broken, path[:-1])[path[-1]]
    assert wrong(broken) != []


@pytest.mark.parametrize("path", PLACES, ids=lambda path: f"{path}")
def test_another_type_is_refused(path: tuple[Any, ...]) -> None:
    broken = copy.deepcopy(real())
    at(broken, path[:-1])[path[-1]] = [{"another": "type"}] if not isinstance(at(broken, path), list) else "text"
    assert wrong(broken) != []


@pytest.mark.parametrize(
    "path",
    [(), *(one for one in PLACES if isinstance(at(real(), one), dict) and one[-1] not in ("features", "exchanges"))],
    ids=lambda path: f"{path}",
)
def test_what_is_not_described_is_refused(path: tuple[Any, ...]) -> None:
    broken = copy.deepcopy(real())
    at(broken, path)["new_of_1_1"] = 1
    assert wrong(broken) != []
