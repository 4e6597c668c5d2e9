"""The figures of the README are those that are computed."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
import yaml

from conformance import __version__
from conformance.contract.verdict import ExitCode, Verdict
from conformance.dial.suspension import SUSPENSION_SECONDS
from conformance.run.registry import all_requirements
from conformance.run.settings import DEADLINE
from conformance.run.wrongly_accepted import MOST_WRONGLY_ACCEPTED
from conformance.standin.core.release import CORE_RELEASES
from conformance.standin.dial import UNWELL, sample_names
from conformance.wire.cassettes.file import read_cassette
from tests.readme import BLOCKS, PROOF, README, USAGE, Shown, alike, size_of_installation, with_figures
from tests.running import CASSETTES, CORE_25, ROOT, SuiteRun
from tests.standin.captures import captures
from tests.standin.test_kill_matrix import documented
from tests.standin.test_parity import DIFFERENT

MOST_LINES = 150
COST = (ROOT / "docs" / "cost.md").read_text()
ARCHITECTURE = " ".join((ROOT / "docs" / "architecture.md").read_text().split())
CI = (ROOT / "docs" / "ci.md").read_text()

WRITING = (ROOT / "docs" / "writing-a-check.md").read_text()
SETS = sorted(path.parent.name for path in CASSETTES.glob("*/meta.yaml"))

IN_WORDS = dict(enumerate(("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")))
OLDEST_PYTHON = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["requires-python"].removeprefix(">=")


def number_of(kind: str) -> int:
    """How many deployments of a kind the recorded set of Core 0.25 has the checks of."""
    names = yaml.safe_load((CORE_25 / "meta.yaml").read_text())["deployments"]
    listing = read_cassette(CORE_25 / "_instance" / f"{kind}.yaml", kind).json_object or {}
    return sum(one["id"] in names for one in listing["data"])


def table(document: str, heading: str) -> list[str]:
    """The first column of a table."""
    rows = document.partition(f"| {heading} |")[2].partition("\n\n")[0]
    return re.findall(r"^\| ([^|]+) \|", rows, re.MULTILINE)


@pytest.mark.parametrize(
    "figure",
    [
        f"{len({one.requirement for one in documented()})} of {len(all_requirements())}",
        f"{len(documented())} of {len(documented())}",
        f"another requirement that it violates | {sum(len(one.unexpected) for one in documented())} |",
        f"requests of {IN_WORDS[len(DIFFERENT)]} installations that it answers as the real Core did",
    ],
)
def test_the_figures_of_the_proof_are_true(figure: str) -> None:
    assert figure in PROOF.read_text()


@pytest.mark.parametrize("core", DIFFERENT)
def test_the_architecture_says_how_many_captures_are_answered_alike(core: str) -> None:
    assert alike(core) in ARCHITECTURE


def test_the_architecture_says_how_many_captures_there_are() -> None:
    assert f"{sum(len(captures(one)) for one in DIFFERENT):,} exchanges" in ARCHITECTURE


def test_the_completions_of_a_dall_e_3_are_those_of_the_plan() -> None:
    planned = re.search(r"^dall-e-3 +\d+ +(\d+) +\$", USAGE.read_text(), re.MULTILINE)  # .ci/run plans, and compares it
    assert planned is not None
    assert f"a DALL-E 3 deployment answers {planned[1]} of them in a run" in USAGE.read_text()
    assert f"answers by default: {planned[1]} completions\n" in COST
    assert sum(map(int, re.findall(r"^\| (\d+) \|", COST, re.MULTILINE))) == int(planned[1])


@pytest.mark.parametrize(
    "said",
    [
        f"`--deadline {DEADLINE:.0f}` seconds",
        f"dial_conformance-{__version__}-py3",
        f"Python {OLDEST_PYTHON} or newer",
        f"violations of the healthy stand-in, as each of its {IN_WORDS[len(CORE_RELEASES)]} Cores",
        f"with {IN_WORDS[len(sample_names())]} deployments behind it",
        f"(and {IN_WORDS[len(UNWELL)]} that are dead, limited, forbidden, or no chat)",
        f"for {IN_WORDS[number_of('models')]} models (one is a DALL-E 3) and",
        f"and {IN_WORDS[number_of('applications')]} applications. All that it prints",
        f"answered for {IN_WORDS[number_of('models') + number_of('applications')]} deployments",
        f"{IN_WORDS[len(SETS)].capitalize()} sets come with the project",
        f"all {IN_WORDS[len(SETS)]} recorded sets",
        f"suspend a deployment for {SUSPENSION_SECONDS} seconds",
        f"accepts {IN_WORDS[MOST_WRONGLY_ACCEPTED]} requests that it must refuse",
    ],
)
def test_what_is_typed_by_hand_is_true(said: str) -> None:
    assert said in " ".join(f"{README.read_text()} {USAGE.read_text()} {PROOF.read_text()} {WRITING}".split())


def test_the_advice_about_the_recorded_dall_e_3_is_named(replay_25: SuiteRun) -> None:
    *others, last = sorted(replay_25.requirements("advisory"))
    said = f"always has {IN_WORDS[len(others) + 1]}, as the real adapter: {', '.join(others)} and {last}."
    assert said in " ".join(README.read_text().split())


def test_the_tables_have_all_verdicts_and_exit_codes() -> None:
    codes = sorted(str(int(one)) for one in {*ExitCode, pytest.ExitCode.NO_TESTS_COLLECTED})
    assert table(USAGE.read_text(), "verdict") == list(Verdict)
    assert sorted(table(USAGE.read_text(), "exit code")) == codes
    assert sorted(table(CI, "code")) == codes


@pytest.mark.shortened(1)
@pytest.mark.parametrize("block", BLOCKS.values(), ids=BLOCKS)
def test_what_is_shown_is_what_is_printed(block: Shown) -> None:
    without_time = [re.sub(r"=*( [^=\n]+) in \d+\.\d+s =*", r"\1", one) for one in (block.text, block.printed())]
    assert without_time[0] == without_time[1], "make docs"


@pytest.mark.parametrize("document", [USAGE, PROOF], ids=lambda path: path.name)
def test_the_figures_are_those_of_the_kill_matrix_and_of_the_plan(document: Path) -> None:
    assert with_figures(document) == document.read_text(), "make docs"


def test_the_readme_is_short_and_says_the_size_of_the_installation() -> None:
    readme = README.read_text()
    assert len(readme.splitlines()) < MOST_LINES
    said = re.search(r"about half a minute and (\d+) MB", readme)
    assert said is not None
    # versions of the dependencies differ, and so does what Python has compiled of them
    assert size_of_installation() / 1.5 < int(said[1]) < size_of_installation() * 1.5
