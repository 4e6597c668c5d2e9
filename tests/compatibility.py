"""`python -m tests.compatibility`: the suite beside other plugins, on the oldest and newest pytest and Python.

It makes environments from the package index, replays a recorded set in each and beside each plugin, and compares exit
code and results. The exit code is 1 if something differs. It takes some minutes, so it is no part of `make test`.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.running import CORE_18, ROOT, undisturbed

PLUGINS: Final = {
    "pytest-asyncio": ["-pasyncio"],
    "pytest-cov": ["-ppytest_cov", "--cov=tests", "--cov-report="],
    "pytest-html": ["-pmetadata", "-phtml", "--html=page.html"],
    "pytest-json-report": ["-pmetadata", "-ppytest_jsonreport", "--json-report", "--json-report-file=plugin.json"],
    "pytest-randomly": ["-prandomly"],
    "pytest-recording": ["-precording"],
    "pytest-rerunfailures": ["-prerunfailures", "--reruns=2"],
    "pytest-sugar": ["-psugar"],
    "pytest-timeout": ["-ptimeout", "--timeout=60"],
    "pytest-xdist": ["-pxdist", "-n2"],
    "allure-pytest": ["-pallure_pytest", "--alluredir=allure"],
}
"""The plugins, and how each is loaded and used when none is loaded by itself."""
PYTHONS: Final = [f"python3.{minor}" for minor in range(11, 16)]
_PIP: Final = 600
_RUN: Final = 120


class DifferenceError(Exception):
    """An environment could not be made, or the suite ends differently in it."""


@dataclass(frozen=True)
class Outcome:
    """How a run ended: its exit code, and its results in an order that the plugins do not change."""

    exit_code: int
    results: tuple[str, ...]


def environment(place: Path, python: str, *wanted: str) -> Path:
    """Make an environment with the suite in it, and return its Python."""
    _ended([python, "-m", "venv", str(place)], _PIP)
    made = place / "bin" / "python"
    pip = [str(made), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    _ended([*pip, "--editable", str(ROOT), *wanted], _PIP)
    return made


def lowest() -> list[str]:
    """The lowest version of each dependency that pyproject.toml allows."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    found = (re.fullmatch(r"([\w.-]+)>=([\w.]+).*", one) for one in project["dependencies"])
    return [f"{one[1]}=={one[2] if '.' in one[2] else f'{one[2]}.0'}.*" for one in found if one is not None]


def outcome(python: Path, folder: Path, *options: str) -> Outcome:
    """Replay a recorded set in an environment."""
    report = folder / "report.json"
    report.unlink(missing_ok=True)
    own = [f"--cassettes={CORE_18}", f"--report-json={report}", "-pno:cacheprovider", f"--rootdir={ROOT}", "-q"]
    command = [str(python), "-m", "pytest", f"--config-file={ROOT / 'pyproject.toml'}", *own, *options]
    ended = subprocess.run(  # noqa: S603 - our own program
        [*command, str(ROOT / "conformance" / "checks")],
        cwd=folder,
        env=undisturbed(PYTEST_DISABLE_PLUGIN_AUTOLOAD="1"),
        capture_output=True,
        text=True,
        timeout=_RUN,
        check=False,
    )
    if not report.is_file():
        raise DifferenceError(
            f"ended with {ended.returncode}, without a report: {(ended.stdout + ended.stderr)[-2000:]}"
        )
    results = json.loads(report.read_text())["results"]
    return Outcome(ended.returncode, tuple(sorted(json.dumps(one, sort_keys=True) for one in results)))


def pythons() -> Sequence[str]:
    """The oldest and the newest Python of this machine that the suite is for."""
    found = [one for name in PYTHONS if (one := shutil.which(name)) is not None and _works(one)]
    return list(dict.fromkeys([found[0], found[-1]])) if found else [sys.executable]


def compared(folder: Path) -> Iterator[tuple[str, str]]:
    """Give what was tried, and how it differs from a run without any of it; empty if it does not."""
    first: Outcome | None = None
    oldest, *newest = pythons()
    places = [(f"newest dependencies, {oldest}", oldest, ["pytest"]), ("pytest 9.0", oldest, ["pytest==9.0.*"])]
    places += [("lowest dependencies", oldest, lowest())]
    places += [(f"newest dependencies, {one}", one, ["pytest"]) for one in newest]
    for number, (name, python, wanted) in enumerate(places):
        plugins = PLUGINS if number < 2 else {}  # those of the newest and the oldest pytest
        try:
            made = environment(folder / str(number), python, *wanted, *plugins)
            alone = outcome(made, folder)
        except DifferenceError as error:
            yield name, str(error)
            continue
        first = first or alone
        yield name, _difference(first, alone)
        for plugin, options in plugins.items():
            try:
                yield f"{name}: {plugin}", _difference(first, outcome(made, folder, *options))
            except DifferenceError as error:
                yield f"{name}: {plugin}", str(error)


def main() -> int:
    """Try everything, and tell it line by line."""
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        for name, difference in compared(Path(folder)):
            failed += bool(difference)
            sys.stdout.write(f"{name}: {difference or 'the same'}\n")
            sys.stdout.flush()
    return 1 if failed else 0


def _difference(one: Outcome, other: Outcome) -> str:
    if one.exit_code != other.exit_code:
        return f"exit code {other.exit_code} instead of {one.exit_code}"
    differs = len({*one.results} ^ {*other.results})
    return f"{differs} results are different" if differs or len(one.results) != len(other.results) else ""


def _ended(command: Sequence[str], seconds: float) -> None:
    ended = subprocess.run(  # noqa: S603 - our own program
        command, capture_output=True, text=True, timeout=seconds, check=False, env=dict(os.environ)
    )
    if ended.returncode != 0:
        raise DifferenceError(f"{' '.join(command[:4])} ended with {ended.returncode}: {ended.stderr[-1000:]}")


def _works(python: str) -> bool:
    """A shim may be on the path for a Python that is not there."""
    return subprocess.run([python, "-c", ""], capture_output=True, timeout=_RUN, check=False).returncode == 0  # noqa: S603 - as above


if __name__ == "__main__":
    raise SystemExit(main())
