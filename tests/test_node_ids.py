"""Paths and node ids, as a person gives them to pytest, an IDE does, and pytest prints them."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import pytest

from tests.running import CHECKS, CORE_18, CORE_25, ROOT, SECONDS, SuiteRun, read_if_there, undisturbed

VIOLATED: Final = "conformance/checks/test_configuration.py::test_claimed_configuration_has_a_schema"
FAILED: Final = {f"{VIOLATED}[buttons]", f"{VIOLATED}[search]"}
"""What the recorded Core 0.18 violates."""

Started = Callable[..., SuiteRun]


class Program:
    """pytest in a checkout, or the installed command elsewhere, with a cache of its own."""

    def __init__(self, module: str, place: Path, folder: Path) -> None:
        self.module = module
        self.place = place
        self.folder = folder

    def __call__(self, *arguments: str, folder: Path | None = None, cassettes: Path = CORE_18) -> SuiteRun:
        report = self.place / "junit.xml"
        report.unlink(missing_ok=True)
        own = [f"--cassettes={cassettes}", f"--junitxml={report}", f"-ocache_dir={self.place / 'cache'}"]
        ended = subprocess.run(  # noqa: S603 - our own tests
            [sys.executable, "-m", self.module, *own, *arguments],
            cwd=folder or self.folder,
            env=undisturbed(PYTEST_DISABLE_PLUGIN_AUTOLOAD="1"),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
        return SuiteRun(ended.returncode, ended.stdout, ended.stderr, read_if_there(report))


@pytest.fixture(params=["pytest", "conformance"])
def program(request: pytest.FixtureRequest, tmp_path: Path) -> Program:
    """`pytest` in the checkout, and `dial-conformance` in a folder of somebody else."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "conftest.py").write_text("raise RuntimeError('nobody asked for this')\n")
    return Program(request.param, tmp_path, ROOT if request.param == "pytest" else elsewhere)


def printed(run: SuiteRun) -> list[str]:
    """The node ids of the lines that tell what failed."""
    return re.findall(r"^FAILED (\S+::\S+)", run.out, re.MULTILINE)


def names(run: SuiteRun) -> set[str]:
    return {name.rpartition("::")[2] for name in run.verdicts}


@pytest.mark.shortened(1)
def test_each_printed_line_runs_that_check_alone(program: Program, tmp_path: Path) -> None:
    whole = program()
    assert whole.exit_code == 1, whole.output
    assert set(printed(whole)) == FAILED
    other = tmp_path / "another folder"
    other.mkdir()
    for node_id in printed(whole):
        # the ids of pytest are paths, and hold in the folder where they were printed
        one = program(node_id, folder=None if program.module == "pytest" else other)
        assert (one.exit_code, printed(one)) == (1, [node_id]), one.output
        assert names(one) == {node_id.rpartition("::")[2]}
        assert "1 of 1 planned checks were decided" in one.out


@pytest.mark.shortened(3)
@pytest.mark.parametrize(
    "path", ["conformance/checks/test_info.py", "conformance/checks/test_info.py::", "conformance"]
)
def test_a_path(program: Program, path: str) -> None:
    given = path.removesuffix("::") + ("::test_caller_is_told" if path.endswith("::") else "")
    run = program(given, "--requirement=INFO-01", cassettes=CORE_25)
    if path == "conformance" and program.module != "pytest":
        assert run.exit_code == 4, "only what has checks is taken for a path of the suite"
        return
    assert run.exit_code == 0, run.output
    assert names(run) == {"test_caller_is_told"}


@pytest.mark.shortened(2)
@pytest.mark.parametrize("narrowed", [["-kCONF-01 and buttons"], ["-mconf", "-kbuttons and CONF-01"], ["-x"], ["--lf"]])
def test_narrowed_beside_a_file(program: Program, narrowed: Sequence[str]) -> None:
    file = "conformance/checks/test_configuration.py"
    if narrowed == ["--lf"]:
        assert program(file, "-kbuttons").exit_code == 1
    run = program(file, *narrowed)
    assert run.exit_code == 1, run.output
    assert printed(run) == [f"{VIOLATED}[buttons]"]
    assert (names(run) == {"test_claimed_configuration_has_a_schema[buttons]"}) == (narrowed != ["-x"])


@pytest.mark.shortened(2)
@pytest.mark.parametrize("option", ["--lf", "--ff", "--sw", "--nf"])
def test_the_cache_of_pytest_knows_the_checks(program: Program, option: str) -> None:
    narrowed = "--requirement=CONF-01,AUTH-01,INFO-01"
    first = program(narrowed, *(["--sw"] if option == "--sw" else ["-kAUTH-01"] if option == "--nf" else []))
    again = program(narrowed, option, "-v")
    order = re.findall(r"^(\S+::\S+) (?:PASSED|FAILED|SKIPPED)", again.out, re.MULTILINE)
    assert order, again.output
    if option == "--nf":  # AUTH-01 was there before
        assert first.exit_code == 0
        assert "test_auth.py" in order[-1]
    else:
        assert first.exit_code in (1, 2)
        assert order[0] in FAILED
    if option == "--lf":
        assert set(order) == FAILED
        assert "2 of 2 planned checks were decided" in again.out


@pytest.mark.shortened(1)
@pytest.mark.parametrize("folder", ["conformance", "conformance/checks"])
def test_plain_pytest_inside_the_package(folder: str, tmp_path: Path) -> None:
    run = Program("pytest", tmp_path, ROOT / folder)("--requirement=CONF-01")
    assert run.exit_code == 1, run.output
    assert len(printed(run)) == len(FAILED)
    inside = Program("pytest", tmp_path, ROOT / folder)(printed(run)[0])
    assert names(inside) == {printed(run)[0].rpartition("::")[2]}


def test_the_default_set_is_that_of_the_checkout() -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "pytest", "--requirement=INFO-01", "-pno:cacheprovider"],
        cwd=CHECKS,
        env=undisturbed(PYTEST_DISABLE_PLUGIN_AUTOLOAD="1"),
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "1 of 1 planned checks were decided" in ended.stdout


def test_a_plan_of_one_node_id_is_of_that_one(program: Program) -> None:
    one = "conformance/checks/test_chat.py::test_invalid_value_is_refused[search-sources=42]"
    run = program(one, "--plan", cassettes=CORE_25)
    assert run.exit_code == 0, run.output
    assert "4 requests at most, 1 completion of them" in run.out


def test_what_is_in_the_folder_comes_before_the_checks(tmp_path: Path) -> None:
    (tmp_path / "test_info.py").write_text("def test_mine(): pass\n")
    run = Program("conformance", tmp_path, tmp_path)("test_info.py", cassettes=CORE_25)
    assert run.exit_code == 0, run.output
    assert names(run) == {"test_mine"}


@pytest.mark.parametrize("place", ["/proc/no-such-folder", "a-file/below"])
def test_a_folder_that_cannot_be_written_changes_nothing(place: str, tmp_path: Path) -> None:
    (tmp_path / "a-file").write_text("")
    cache = place if place.startswith("/") else str(tmp_path / place)
    for narrowed, code in (("CONF-01", 1), ("AUTH-01", 0)):
        run = Program("pytest", tmp_path, ROOT)(f"-ocache_dir={cache}", f"--requirement={narrowed}")
        assert run.exit_code == code, run.output
        assert "Traceback" not in run.output
        assert "INTERNALERROR" not in run.output
