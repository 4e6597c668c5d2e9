"""The commands of `dial-conformance`: words, their help, and what is meant by what is misspelt."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from conformance import __version__
from conformance.reports import explain, requirement_list
from conformance.reports.causes import usual_causes
from conformance.reports.examples import example_of
from conformance.reports.sources import links_of
from conformance.run.registry import all_requirements
from conformance.run.words import COMMANDS
from tests.running import CORE_18, CORE_25, ROOT, SECONDS, SuiteRun, undisturbed


def suite(folder: Path, *arguments: str) -> SuiteRun:
    """Run the command in a folder."""
    ended = subprocess.run(  # noqa: S603 - our own tests
        [sys.executable, "-m", "conformance", *arguments],
        cwd=folder,
        env=undisturbed(COLUMNS="80", PYTEST_DISABLE_PLUGIN_AUTOLOAD="1"),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    return SuiteRun(ended.returncode, ended.stdout, ended.stderr)


@pytest.mark.parametrize("option", ["--help", "-h"])
def test_the_help_fits_a_screen_and_names_commands_and_groups(tmp_path: Path, option: str) -> None:
    run = suite(tmp_path, option)
    assert run.exit_code == 0, run.output
    lines = run.out.splitlines()
    assert len(lines) <= 24
    # the program and the place of the documents are as long as their folders
    assert max(len(line) for line in lines if str(ROOT) not in line and sys.executable not in line) <= 80
    for name in COMMANDS:
        assert re.search(rf"^  {name} ", run.out, re.MULTILINE)
    assert "what to check, how to ask, cost, recording, reports, baseline" in run.out


def test_each_word_has_a_short_help(tmp_path: Path) -> None:
    for name in set(COMMANDS) - {"run"}:
        run = suite(tmp_path, name, "--help")
        assert run.exit_code == 0, run.output
        assert run.out.startswith("usage: "), name
        assert f"conformance {name} " in run.out.splitlines()[0], name
        assert len(run.out.splitlines()) < 60, name


def test_the_help_of_run_has_all_options(tmp_path: Path) -> None:
    run = suite(tmp_path, "run", "--help")
    assert run.exit_code == 0, run.output
    for option in ("--dial-deployment=NAME", "--budget=K", "--maxfail", "--record-mode"):
        assert option in run.out


@pytest.mark.parametrize("word", [(), ("run",)], ids=["without a word", "run"])
def test_the_version_is_ours(tmp_path: Path, word: tuple[str, ...]) -> None:
    run = suite(tmp_path, *word, "--version")
    assert (run.exit_code, run.out.split(" (")[0]) == (0, f"dial-conformance {__version__}")


@pytest.mark.parametrize("word", [(), ("run",)], ids=["without a word", "run"])
def test_a_run_needs_no_word(tmp_path: Path, word: tuple[str, ...]) -> None:
    run = suite(tmp_path, *word, f"--cassettes={CORE_25}", "--requirement=INFO-01")
    assert run.exit_code == 0, run.output
    assert "1 passed" in run.out


def test_plan_is_the_plan_of_a_run(tmp_path: Path) -> None:
    run = suite(tmp_path, "plan", f"--cassettes={CORE_25}", "--dial-deployment=echo")
    assert run.exit_code == 0, run.output
    assert "DIAL conformance: the plan" in run.out


def test_a_word_is_one_in_the_first_place_only(tmp_path: Path) -> None:
    (tmp_path / "plan").mkdir()
    (tmp_path / "plan" / "test_own.py").write_text("def test_own(): pass\n")
    for given in (["./plan"], ["-q", "plan"], ["run", "plan"]):
        run = suite(tmp_path, *given)
        assert run.exit_code == 0, run.output
        assert "1 passed" in run.out


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["help"], "there is no command and no file help; did you mean --help?"),
        (["plna"], "there is no command and no file plna; did you mean plan?"),
        (["explain", "CHAT-5"], "there is no requirement CHAT-5; did you mean CHAT-05?"),
        (["explain", "CHTA-05"], "there is no requirement CHTA-05; did you mean CHAT-05?"),
        (["list", "CHTA-*"], "no requirement is CHTA-*; did you mean CHAT-*?"),
        (["list", "--chapter=strmm"], "there is no chapter strmm; did you mean STRM?"),
        (["list", "--chapter=42"], "there is no chapter 42: there are ATT, AUTH, CHAT,"),
        (["list", "--formt=json"], "unrecognized arguments: --formt=json; did you mean --format?"),
        (["list", "INFO-01", "--cost=paid"], "no requirement fits all of that"),
        (["compare", "a.json", "b.json", "--fail-no=must"], "did you mean --fail-on"),
        (["--bugdet=8"], "there is no option --bugdet; did you mean --budget?"),
    ],
    ids=lambda given: " ".join(given) if isinstance(given, list) else "",
)
def test_what_is_misspelt_is_one_line_with_what_was_meant(tmp_path: Path, given: list[str], said: str) -> None:
    run = suite(tmp_path, *given)
    assert run.exit_code == 4
    assert said in run.complaint


def test_a_defect_that_is_misspelt(tmp_path: Path) -> None:
    run = suite(tmp_path, "standin", "--defect=no-tmie")
    assert run.exit_code == 4
    assert "did you mean no-time?" in run.err


def test_what_is_printed_as_a_command_works(tmp_path: Path) -> None:
    run = suite(tmp_path, f"--cassettes={CORE_18}", "--requirement=CONF-01")
    assert run.exit_code == 1
    (command,) = re.findall(r"to mend it: (.*)", run.out)
    ended = subprocess.run(  # noqa: S602 - as a reader pastes it
        command,
        shell=True,
        cwd=tmp_path,
        env=undisturbed(),
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.startswith("CONF-01 (MUST) ")


def listed(capsysbinary: pytest.CaptureFixture[bytes], *arguments: str) -> str:
    assert requirement_list.main(arguments) == 0
    return capsysbinary.readouterr().out.decode()


def test_list_has_every_requirement_once(capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    lines = listed(capsysbinary).splitlines()
    assert [line.split()[0] for line in lines] == list(all_requirements())
    assert "CHAT-05  MUST    free  A configuration that the deployment's schema forbids is refused" in "\n".join(lines)


@pytest.mark.parametrize(
    ("given", "fits"),
    [
        (["--chapter=chat"], lambda one: one["id"].startswith("CHAT-")),
        (["--level=SHOULD"], lambda one: one["level"] == "SHOULD"),
        (["--cost=paid"], lambda one: one["cost"] == "paid"),
        (["conf-*", "CHAT-05"], lambda one: one["id"].startswith("CONF-") or one["id"] == "CHAT-05"),
        (
            ["--chapter=CHAT", "--level=must", "--cost=free"],
            lambda one: (one["level"], one["cost"]) == ("MUST", "free"),
        ),
    ],
    ids=lambda given: " ".join(given) if isinstance(given, list) else "",
)
def test_list_selects(capsysbinary: pytest.CaptureFixture[bytes], given: list[str], fits: object) -> None:
    assert callable(fits)
    found = json.loads(listed(capsysbinary, "--format=json", *given))
    assert found
    assert all(fits(one) for one in found)
    assert all(all_requirements()[one["id"]].sentence == one["sentence"] for one in found)


@pytest.mark.parametrize("name", all_requirements())
def test_every_requirement_is_explained(capsysbinary: pytest.CaptureFixture[bytes], name: str) -> None:
    assert explain.main([name.lower()]) == 0
    text = capsysbinary.readouterr().out.decode()
    for title in ("source", "in force", "about", "what is asked", "what it costs", "what usually breaks it"):
        assert f"\n\n{title}:\n  " in text, title
    assert "\n\nhow to mend it:\n  " in text
    assert f"--requirement {name}" in text or "(all of it: alone, it would see almost no answer)" in text
    assert all(" ".join(text.split()).count(cause) for cause in map(_plain, usual_causes(name)))


def test_several_are_explained_in_the_order_of_the_list(capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    assert explain.main(["STRM-05", "auth-0[12]"]) == 0
    text = capsysbinary.readouterr().out.decode()
    assert re.findall(r"^([A-Z]+-\d+) \((?:MUST|SHOULD)\)", text, re.MULTILINE) == ["AUTH-01", "AUTH-02", "STRM-05"]


def _plain(text: str) -> str:
    return " ".join(text.split())


def test_examples_are_of_requirements_that_there_are() -> None:
    """`make docs` writes the file; a requirement that is newer has no example yet."""
    told = json.loads((ROOT / "conformance" / "reports" / "examples.json").read_text())
    assert set(told) <= set(all_requirements())
    example = example_of("CHAT-05")
    assert example is not None
    assert example.kept is not None
    assert example.kept.answer.startswith(("400", "422"))
    assert not example.broken.answer.startswith(("400", "422"))
    assert example.expected == "400 or 422"


def test_what_mends_is_of_requirements_that_there_are() -> None:
    told = tomllib.loads((ROOT / "conformance" / "reports" / "mending.toml").read_text())
    assert set(told) <= set(all_requirements())
    assert list(told) == sorted(told)
    assert all(text.endswith(".") for text in told.values())


def test_sources_are_links() -> None:
    found = list(links_of("DIAL-4.2-3, DIAL-4.2-1, DIAL-NOTEBOOK-6; RFC 9110 section 8.3.1; good practice"))
    assert [one.partition("#")[2] for one in found] == ["42-who-refuses-what", "", "section-8.3.1"]


def test_sources_of_former_releases_are_links() -> None:
    found = list(links_of("dial-api 4.2, 8.13; RFC 9110 section 8.3.1; good practice"))
    assert [one.partition("#")[2] for one in found] == [
        "42-who-refuses-what",
        "8-differences-between-versions",
        "section-8.3.1",
    ]
    assert found[-1] == "https://www.rfc-editor.org/rfc/rfc9110#section-8.3.1"


def test_cause_that_answers_with_another_status_is_not_the_first() -> None:
    """Who got a 200 read first of an adapter that crashes with 502."""
    crash = "An adapter crashes on a number or a boolean where a text is wanted, and its gateway answers 502"
    assert crash in usual_causes("CHAT-05")
    assert crash not in usual_causes("CHAT-05", "200 application/json {}")[:5]
    assert usual_causes("CHAT-05", "502 text/plain")[0] == crash
    assert sorted(usual_causes("CHAT-05", "200")) == sorted(usual_causes("CHAT-05"))
