"""Own requirements, of a folder or an installed package: planned, recorded, reported and proven like the suite's."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

import conformance.own
from conformance.reports.explain import main as explain
from conformance.standin.proof.prove import main as prove
from tests.conftest import Serve
from tests.running import CORE_25, DALLE3, ROOT, Suite, finish_elsewhere, start_elsewhere, undisturbed
from tests.served_set import KEY

EXAMPLE = ROOT / "examples" / "acme-checks"
ACME = EXAMPLE / "acme_checks"
CHECK = '''
from conformance.own import MUST, Exchange, requirement

@requirement("HOUSE-01", MUST, source="a house rule")
def test_listing(listing: Exchange) -> None:
    """The listing answers 200."""
    assert listing.status == 200, listing.because("200")
'''
RECIPE = '''
from conformance.own import Request, get, recipe

@recipe
def banner() -> Request:
    """A page of the house."""
    return get("/version")
'''
DEFECT = '''
from conformance.own.defects import Handler, IncomingRequest, Response, defect, lists

@defect("HOUSE-01")
async def no_listing(request: IncomingRequest, serve: Handler) -> Response:
    """The listing is not served."""
    found = await serve(request)
    return Response(201, found.headers, found.body) if lists(request) and found.status == 200 else found
'''
SURFACE = {
    "ABSENT", "Answer", "CALLER", "CHAT", "COMPLETION", "CONFIGURATION", "Case", "CouldNotRunError", "DALLE3",
    "Deployment", "Exchange", "FREE", "GPT_IMAGE_1", "MUST", "NOBODY", "NotClaimedError", "OTHER_CALLER", "Request",
    "SHOULD", "STRANGER", "THOROUGH", "WRITES", "chat", "facts", "get", "post", "recipe", "requirement",
}  # fmt: skip
SURFACE_OF_DEFECTS = {
    "Handler", "IncomingRequest", "Response", "asks", "asks_block", "asks_completion", "asks_schema", "asks_stream",
    "defect", "edited", "edited_attachments", "edited_descriptions", "edited_events", "in_json", "in_words", "lists",
    "sample_answer",
}  # fmt: skip


def written(folder: Path, **modules: str) -> Path:
    folder.mkdir(parents=True)
    for name, text in modules.items():
        (folder / f"{name}.py").parent.mkdir(exist_ok=True)
        (folder / f"{name}.py").write_text(text)
    return folder


def test_public_surface_is_what_is_promised() -> None:
    """Who takes a name away breaks the checks of others: that needs a major version."""
    from conformance.own import defects  # noqa: PLC0415 - it needs the extra of the stand-in

    assert set(conformance.own.__all__) == SURFACE
    assert set(defects.__all__) == SURFACE_OF_DEFECTS
    page = (ROOT / "docs" / "own-checks.md").read_text()
    assert {name for name in SURFACE | SURFACE_OF_DEFECTS if f"`{name}`" not in page} == set()


def test_example_needs_no_other_name_of_the_suite() -> None:
    trees = [ast.parse(path.read_text()) for path in ACME.glob("*.py")]
    used = {node.module for tree in trees for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {one for one in used if one and one.startswith("conformance")} == {
        "conformance.own",
        "conformance.own.defects",
    }


def test_own_checks_are_decided_beside_those_of_the_suite(suite: Suite) -> None:
    report = suite.folder / "report.json"
    run = suite.replay(f"--checks={ACME}", str(ACME), f"--report-json={report}")
    assert run.requirements("passed") >= {"ACME-01", "ACME-03", "LIST-01"}
    assert "ACME-02" in run.requirements("could not run")
    assert "own checks of acme_checks, beside those of the suite: ACME-01, ACME-02, ACME-03" in run.out
    packages = {one["id"]: one["package"] for one in json.loads(report.read_text())["requirements"]}
    assert {name for name, package in packages.items() if package == "acme_checks"} == {"ACME-01", "ACME-02", "ACME-03"}
    assert packages["LIST-01"] == ""


def test_own_checks_can_be_selected_and_planned(suite: Suite) -> None:
    run = suite.replay(f"--checks={ACME}", str(ACME), "--requirement=ACME-01", "-macme")
    assert run.requirements("passed") == {"ACME-01"}
    assert run.completions == 0
    plan = suite.replay(f"--checks={ACME}", str(ACME), "--requirement=ACME-*", "--plan")
    assert re.search(r"^dall-e-3 +\d", plan.out, re.MULTILINE), plan.output


def test_own_exchanges_are_recorded_and_replayed(suite: Suite, serve: Serve) -> None:
    checks = written(
        suite.folder / "house", recipes=RECIPE, test_house=CHECK.replace("listing: Exchange", "banner: Exchange")
        .replace("listing.", "banner.")
    )  # fmt: skip
    given = (f"--checks={checks}", str(checks), "--requirement=HOUSE-*")
    recorded = suite.record(serve(), suite.folder / "set", DALLE3, *given)
    assert (suite.folder / "set" / "_instance" / "banner.yaml").is_file(), recorded.output
    replayed = suite.replay(*given, cassettes=suite.folder / "set")
    assert replayed.verdicts == recorded.verdicts


def test_own_checks_are_made_from_python(tmp_path: Path, serve: Serve) -> None:
    checks = written(tmp_path / "house", test_house=CHECK)
    report = conformance.check(serve().url, key=KEY, requirements="HOUSE-01", checks=str(checks))
    assert [(one["id"], one["package"]) for one in report["requirements"]] == [("HOUSE-01", "house")]
    assert report["run"]["exit_code"] == 0


def test_paths_that_leave_own_checks_out_are_told(suite: Suite) -> None:
    run = suite.replay(f"--checks={ACME}", "--requirement=LIST-01")
    assert "NOTE: own checks of acme_checks were not selected" in run.out


@pytest.mark.parametrize("processes", [[], ["-n2"]], ids=["one process", "two"])
def test_installed_command_checks_a_folder_elsewhere(tmp_path: Path, processes: list[str]) -> None:
    checks = written(tmp_path / "house", test_house=CHECK)
    (tmp_path / "here").mkdir()
    command = (f"--checks={checks}", f"--cassettes={CORE_25}", "--requirement=HOUSE-01,LIST-01", "-v", *processes)
    run = finish_elsewhere(start_elsewhere(tmp_path / "here", *command, module="conformance"), tmp_path / "no report")
    assert run.exit_code == 0, run.output
    assert "house/test_house.py::test_listing" in run.out
    assert "2 of 2 planned checks were decided" in run.out


def test_node_id_of_own_checks_elsewhere_is_taken_back(tmp_path: Path) -> None:
    checks = written(tmp_path / "house", test_house=CHECK)
    (tmp_path / "here").mkdir()
    command = (f"--checks={checks}", f"--cassettes={CORE_25}", "house/test_house.py::test_listing")
    run = finish_elsewhere(start_elsewhere(tmp_path / "here", *command, module="conformance"), tmp_path / "no report")
    assert run.exit_code == 0, run.output
    assert "1 of 1 planned checks were decided" in run.out


MISTAKES = {
    "an id of the suite": ({"test_a": CHECK.replace("HOUSE-01", "LIST-01")}, r"test_a\.py:4: LIST-01 is used twice"),
    "a chapter of the suite": (
        {"test_a": CHECK.replace("HOUSE", "LIST").replace("-01", "-90")},
        "chapter of the suite",
    ),
    "a marker of pytest": ({"test_a": CHECK.replace("HOUSE", "SKIP")}, r"test_a\.py:4: SKIP-01: skip is a marker"),
    "a marker of a plugin": ({"test_a": CHECK.replace("HOUSE", "FLAKY")}, "FLAKY-01: flaky is a marker already"),
    "an id in lower case": ({"test_a": CHECK.replace("HOUSE", "house")}, "house-01 is no id"),
    "an id twice": ({"test_a": CHECK, "test_b": CHECK}, r"test_b\.py:4: HOUSE-01 is used twice"),
    "a recipe of the suite": (
        {"test_a": CHECK, "recipes": RECIPE.replace("banner", "listing")},
        r"recipes\.py:\d: listing is used twice",
    ),
    "a name of the run": (
        {"test_a": CHECK, "recipes": RECIPE.replace("banner()", "deployment()")},
        "deployment is what the run itself gives",
    ),
    "a recipe that is not there": ({"test_a": CHECK.replace("listing:", "lisitng:")}, "did you mean listing"),
    "a cost as a text": (
        {"test_a": CHECK, "recipes": RECIPE.replace("@recipe", "@recipe(cost='paid')")},
        r"recipes\.py:4: banner: its cost is 'paid': take COMPLETION or FREE of conformance\.own",
    ),
    "an option as a text": (
        {"test_a": CHECK, "recipes": RECIPE.replace("@recipe", "@recipe(opt_in='--thorough')")},
        r"recipes\.py:4: banner: its opt_in is '--thorough': take THOROUGH or WRITES",
    ),
    "an async recipe": (
        {"test_a": CHECK, "recipes": RECIPE.replace("def banner", "async def banner")},
        r"recipes\.py:4: banner: it is async, and nobody awaits it",
    ),
    "no docstring": ({"test_a": re.sub(r'    """.*\n', "", CHECK)}, "HOUSE-01: test_listing has no docstring"),
    "a level as a text": (
        {"test_a": CHECK.replace("MUST, source", "'MUST', source")},
        r"test_a\.py:4: HOUSE-01: its level is 'MUST': take MUST or SHOULD of conformance\.own",
    ),
    "a claim as a text": (
        {"test_a": CHECK.replace('rule")', 'rule", claims="chat")')},
        r"test_a\.py:4: HOUSE-01: it claims 'chat': take CHAT or CONFIGURATION of conformance\.own",
    ),
    "a profile that is not in a tuple": (
        {"test_a": CHECK.replace('rule")', 'rule", profiles="DALLE3")')},
        r"test_a\.py:4: HOUSE-01: its profiles are 'DALLE3': take a tuple of DALLE3 and GPT_IMAGE_1",
    ),
    "a check that must be awaited": (
        {"test_a": CHECK.replace("def test_listing", "async def test_listing")},
        r"test_a\.py:4: HOUSE-01: test_listing is async, and nobody awaits a check",
    ),
    "a check that yields": (
        {"test_a": CHECK + "    yield\n"},
        r"test_a\.py:4: HOUSE-01: test_listing has a yield, so its assertions would not run",
    ),
    "a check of the name of another": (
        {"test_a": CHECK + CHECK.replace("HOUSE-01", "HOUSE-02")},
        r"test_a\.py:11: test_listing is there a second time, and takes the place of the first \(line 4\): rename one",
    ),
    "a recipe of the name of another": (
        {"test_a": CHECK, "recipes": RECIPE + RECIPE},
        r"recipes\.py:11: banner is there a second time, and takes the place of the first \(line 4\)",
    ),
    "a check in a folder below": (
        {"test_a": CHECK, "below/test_b": CHECK.replace("HOUSE-01", "HOUSE-02")},
        r"below/test_b\.py:4: test_listing is in a folder below, which is not read: move it, or give --checks .*below",
    ),
    "a version that is none": (
        {"test_a": CHECK.replace('rule")', 'rule", since="banana")')},
        r"test_a\.py:4: HOUSE-01: its since is 'banana': take a version of DIAL Core, such as '0\.25'",
    ),
    "a number for a version": (
        {"test_a": CHECK.replace('rule")', 'rule", until=0.25)')},
        r"test_a\.py:4: HOUSE-01: its until is 0\.25: take a version of DIAL Core",
    ),
    "a source that is no text": (
        {"test_a": CHECK.replace('"a house rule"', "5")},
        r"test_a\.py:4: HOUSE-01: its source is 5: take a text",
    ),
    "an id that is no text": ({"test_a": CHECK.replace('"HOUSE-01"', "5")}, r"test_a\.py:4: 5 is no id"),
    "a proof that is not there": (
        {"test_a": CHECK.replace('rule")', 'rule", proven_by="acepted")')},
        "did you mean accepted",
    ),
    "a file": ({"test_a": CHECK}, "name its folder, "),
    "a module of another name": ({"house": CHECK}, r"call it test_house\.py"),
    "a syntax error": ({"test_a": CHECK + "def ("}, r"test_a\.py:8: SyntaxError"),
    "an import that fails": ({"test_a": "import no_such_thing\n"}, r"test_a\.py:1: ModuleNotFoundError: No module"),
    "an end of the process": ({"test_a": "\nraise SystemExit(0)\n"}, r"test_a\.py:2: SystemExit: 0"),
    "a skip": ({"test_a": "import pytest\npytest.skip('no', allow_module_level=True)\n"}, r"test_a\.py:2: Skipped: no"),
    "a broken package": ({"__init__": "1 / 0", "test_a": CHECK}, r"__init__\.py:1: ZeroDivisionError"),
    "nothing": ({}, "has no requirement"),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_mistake_is_one_line(suite: Suite, mistake: str) -> None:
    modules, expected = MISTAKES[mistake]
    checks = written(suite.folder / "house", **modules)
    run = suite.replay(f"--checks={checks / 'test_a.py' if mistake == 'a file' else checks}")
    assert run.exit_code == pytest.ExitCode.USAGE_ERROR, run.output
    lines = [line for line in run.err.splitlines() if line.strip()]
    assert len(lines) == 1, run.output
    assert re.match(rf"ERROR: .*{expected}", lines[0]), lines
    assert "Traceback" not in run.output


def test_fault_of_an_own_check_is_not_reported_to_the_suite(suite: Suite) -> None:
    checks = written(suite.folder / "house", test_house=CHECK.replace("listing.status", "listing.stat"))
    run = suite.replay(f"--checks={checks}", str(checks))
    assert run.exit_code == 3, run.output
    assert "HARNESS ERROR (exit 3): a fault in an own check: HOUSE-01 (the DIAL); who wrote it can mend it" in run.out


@pytest.mark.parametrize(
    ("parameter", "said"),
    [
        ("deployment: object", "nothing: it looks at no answer"),
        ("every_exchange: object", "nothing of its own: it looks at every answer of the run"),
    ],
)
def test_check_that_asks_nothing_is_explained(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], parameter: str, said: str
) -> None:
    checks = written(tmp_path / "house", test_a=CHECK.replace("listing: Exchange", parameter))
    assert explain(["HOUSE-01", "--checks", str(checks)]) == 0
    shown = " ".join(capsys.readouterr().out.split())
    assert f"what is asked: {said}" in shown
    assert ("would see almost no answer" in shown) is ("every answer" in said)


def test_marker_that_the_project_has_is_not_taken(suite: Suite) -> None:
    checks = written(suite.folder / "house", test_house=CHECK)
    run = suite.replay(f"--checks={checks}", "-omarkers=house: of this project")
    assert run.exit_code == pytest.ExitCode.USAGE_ERROR
    assert run.complaint == "--checks: HOUSE-01: house is a marker already: choose another chapter"


def test_what_belongs_beside_the_checks_is_left_alone(suite: Suite) -> None:
    """A proof is a test, too, an overloaded function has its name twice, and a folder below may be given."""
    overloads = "from typing import overload\n@overload\ndef f(): ...\n@overload\ndef f(x: str): ...\ndef f(x=0): ..."
    below = CHECK.replace("HOUSE-01", "HOUSE-02")
    checks = written(suite.folder / "house", test_a=CHECK, values=overloads, **{"sub/test_b": below})
    (checks / "tests").mkdir()
    (checks / "tests" / "test_proof.py").write_text("def test_proof() -> None: ...\n")
    (checks / ".venv").mkdir()
    (checks / ".venv" / "test_c.py").write_text(CHECK)
    run = suite.replay(f"--checks={checks}", f"--checks={checks / 'sub'}", str(checks), "--requirement=HOUSE-*")
    for name, requirement in (("house", "HOUSE-01"), ("sub", "HOUSE-02")):
        assert f"own checks of {name}, beside those of the suite: {requirement}" in run.out, run.output


def test_folder_above_the_checks_is_told(suite: Suite) -> None:
    written(suite.folder / "project" / "house", test_house=CHECK)
    run = suite.replay(f"--checks={suite.folder / 'project'}")
    assert run.exit_code == pytest.ExitCode.USAGE_ERROR
    assert run.complaint.endswith("has no requirement: did you mean its folder house?")


def test_shards_with_own_checks_are_merged_and_compared(tmp_path: Path) -> None:
    checks = written(tmp_path / "house", test_house=CHECK)
    parts = [tmp_path / f"{number}.json" for number in (1, 2)]
    for number, report in enumerate(parts, 1):
        shard = (f"--shard={number}/2", f"--report-json={report}", "--requirement=HOUSE-01,CONF-01")
        command = (f"--checks={checks}", f"--cassettes={CORE_25}", *shard)
        run = finish_elsewhere(start_elsewhere(tmp_path, *command, module="conformance"), tmp_path / "none")
        assert run.exit_code == 0, run.output
    merged = tmp_path / "merged.json"
    merging = ("merge", *map(str, parts), f"--output={merged}")
    run = finish_elsewhere(start_elsewhere(tmp_path, *merging, module="conformance"), tmp_path / "none")
    assert run.exit_code == 0, run.output
    found = {one["id"]: one["package"] for one in json.loads(merged.read_text())["requirements"]}
    assert found == {"CONF-01": "", "HOUSE-01": "house"}
    later = json.loads(merged.read_text())
    next(one for one in later["results"] if one["requirement"] == "HOUSE-01")["verdict"] = "violated"
    (tmp_path / "later.json").write_text(json.dumps(later))
    comparing = ("compare", str(merged), str(tmp_path / "later.json"))
    run = finish_elsewhere(start_elsewhere(tmp_path, *comparing, module="conformance"), tmp_path / "none")
    assert run.exit_code == 1
    assert "HOUSE-01" in run.out


def test_unknown_checks_are_one_line(suite: Suite) -> None:
    run = suite.replay("--checks=no-such-checks")
    assert run.exit_code == pytest.ExitCode.USAGE_ERROR
    assert run.complaint.startswith("--checks: there is no folder 'no-such-checks', and no package with such checks")


def test_installed_package_is_loaded_only_when_it_is_named(tmp_path: Path) -> None:
    written(tmp_path / "site" / "house_rules", __init__="print('LOADED')\n", test_house=CHECK)
    info = written(tmp_path / "site" / "house_rules-1.dist-info")
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: house-rules\nVersion: 1\n")
    (info / "entry_points.txt").write_text("[dial_conformance.checks]\nhouse = house_rules\n")
    path = {"PYTHONPATH": f"{ROOT}:{tmp_path / 'site'}"}
    command = ("list", "--format=json")
    silent = finish_elsewhere(start_elsewhere(tmp_path, *command, module="conformance", **path), tmp_path / "none")
    assert "HOUSE-01" not in silent.out
    assert "LOADED" not in silent.out
    run = f"--cassettes={CORE_25}", "--requirement=HOUSE-01"
    named = start_elsewhere(tmp_path, "--checks=house", *run, module="conformance", **path)
    found = finish_elsewhere(named, tmp_path / "none")
    assert found.exit_code == 0, found.output
    assert "own checks of house, beside those of the suite: HOUSE-01" in found.out


@pytest.mark.long
def test_example_is_proven() -> None:
    command = [sys.executable, "-m", "pytest", "-q", "-pno:cacheprovider", str(EXAMPLE / "tests")]
    ended = subprocess.run(  # noqa: S603 - our own tests
        command, cwd=EXAMPLE, env=undisturbed(), capture_output=True, text=True, timeout=300, check=False
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr


@pytest.mark.shortened(3)
@pytest.mark.parametrize(
    ("modules", "exit_code", "said"),
    [
        ({"test_a": CHECK, "defects": DEFECT}, 0, "no-listing violates HOUSE-01 at dall-e-3"),
        ({"test_a": CHECK}, 1, "HOUSE-01 has no defect: nothing shows that it can fail"),
        (
            {"test_a": CHECK, "defects": DEFECT.replace("201", "200")},
            1,
            "no-listing does not violate HOUSE-01 at dall-e-3",
        ),
        (
            {"test_a": CHECK, "defects": DEFECT.replace("HOUSE-01", "HOUSE-02")}
            | {"test_b": CHECK.replace("HOUSE-01", "HOUSE-02").replace("listing", "bucket")},
            1,
            "no-listing does not violate HOUSE-02 at dall-e-3, but HOUSE-01, LIST-01",
        ),
        (
            {"test_a": CHECK.replace("== 200", "== 201"), "defects": DEFECT},
            1,
            "HOUSE-01 does not hold of the healthy stand-in: expected 200",
        ),
        (
            {"test_a": CHECK.replace("listing.status", "listing.stat")},
            3,
            "HOUSE-01 of the DIAL: AttributeError: 'Exchange' object has no attribute 'stat' in test_listing",
        ),
        (
            {"test_a": CHECK.replace("listing", "banner"), "recipes": RECIPE.replace("return ", "")},
            3,
            "HOUSE-01 of the DIAL: {}/recipes.py:4: banner gives NoneType: a recipe returns a Request",
        ),
        ({"test_a": CHECK, "defects": DEFECT.replace("HOUSE-01", "HOUSE-10")}, 4, "did you mean HOUSE-01?"),
        ({"test_a": CHECK, "defects": DEFECT.replace("no_listing", "dead_endpoint") + "1 / 0"}, 4, "ZeroDivisionError"),
    ],
    ids=[
        *("proven", "no defect", "not seen", "another is seen", "healthy accused", "broken check", "broken recipe"),
        *("unknown requirement", "broken defects"),
    ],
)
def test_prove(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], modules: dict[str, str], exit_code: int, said: str
) -> None:
    checks = written(tmp_path / "house", **modules)
    assert prove(["--checks", str(checks)]) == exit_code
    told = capsys.readouterr()
    assert said.format(checks) in told.out + told.err


SYNC = DEFECT.replace("async def", "def").replace("    found = await serve(request)\n", "")
BROKEN_DEFECTS = {
    "gives nothing": (DEFECT.replace("return ", ""), "no-listing (defects.py:4) gives NoneType: it returns a Response"),
    "is not awaited": (
        DEFECT.replace("Response(201, found.headers, found.body)", "in_time(found)"),
        "no-listing (defects.py:4) gives coroutine: it returns a Response; is an await missing?",
    ),
    "fails": (DEFECT.replace("found.body", "found.bodies"), "no-listing fails: AttributeError: "),
    "gives a text for the body": (
        DEFECT.replace("found.body", "found.body.decode('latin-1')"),
        "no-listing (defects.py:4) gives a Response whose body is of the type str: take bytes",
    ),
    "gives a text for the status": (
        DEFECT.replace("Response(201", "Response('201'"),
        "no-listing (defects.py:4) gives a Response whose status is '201': take a number",
    ),
    "gives headers as a mapping": (
        DEFECT.replace("found.headers", "dict(found.headers)"),
        "no-listing (defects.py:4) gives a Response whose headers are no pairs of a name and a value, both texts",
    ),
    "gives a header that is a number": (
        DEFECT.replace("found.headers", "[('x', 1)]"),
        "no-listing (defects.py:4) gives a Response whose headers are no pairs of a name and a value, both texts",
    ),
    "is not async": (
        re.sub(r"return .*", "return Response(201)", SYNC),
        "no-listing (defects.py:4) is not async: write async def",
    ),
}


@pytest.mark.parametrize("how", BROKEN_DEFECTS)
def test_defect_that_is_broken_itself_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str], how: str) -> None:
    """A new user forgets the await; `prove` hung then, or showed a traceback of ours."""
    text, said = BROKEN_DEFECTS[how]
    text += "\n\nasync def in_time(found: Response) -> Response:\n    return found\n"
    checks = written(tmp_path / "house", test_a=CHECK, defects=text)
    assert prove(["--checks", str(checks)]) in (3, 4)
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1, lines
    assert lines[0].startswith("ERROR: ")
    assert said in lines[0].replace("house/", "")
