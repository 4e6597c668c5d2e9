"""What is tried in an environment, and what must come of it."""

from __future__ import annotations

import contextlib
import json
import shlex
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tests.compatibility.environments import Ended, Environment

NO_AUTOLOAD: Final = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
VIOLATED: Final = "CONF-01"
"""The requirement that the recorded Core 0.18 violates."""

_OF_A_RUN: Final = ("began", "seconds")
"""What the report says of its run alone."""

Report = Mapping[str, Any]


@dataclass(frozen=True)
class Set:
    """A recorded set, and what its replay must come to.

    Attributes:
        name: Its folder.
        exit_code: Of a replay.
        violated: The requirements that are violated.
    """

    name: str
    exit_code: int
    violated: frozenset[str]


GOOD: Final = Set("dial-core-0.25", 0, frozenset())
BAD: Final = Set("dial-core-0.18", 1, frozenset({VIOLATED}))


@dataclass(frozen=True)
class Outcome:
    """What came of a row.

    Attributes:
        row: What was tried.
        seconds: How long it took.
        problem: What is wrong, or empty.
    """

    row: str
    seconds: float
    problem: str = ""

    def lines(self) -> Iterator[str]:
        """What is said of it."""
        yield f"{'FAILED' if self.problem else 'passed'}  {self.seconds:6.1f} s  {self.row}"
        yield from (f"        {line}" for line in self.problem.splitlines())


@dataclass(frozen=True)
class Replay:
    """A replay, and what else it must do.

    Attributes:
        name: What is said of it, such as the plugin.
        program: `pytest` in the copy of the project, or `conformance` in another folder.
        cassettes: The set.
        arguments: Of the program.
        variables: Of its environment.
        writes: The files that it must write, below its own folder, with the name of a check in them.
    """

    name: str
    program: str
    cassettes: Set
    arguments: Sequence[str] = ()
    variables: Mapping[str, str] | None = None
    writes: Sequence[str] = ()

    @property
    def row(self) -> str:
        """The line that names it."""
        shown = "pytest" if self.program == "pytest" else "python -m conformance"
        return f"{self.name}: {shown}, {self.cassettes.name}"


class Rows:
    """Tries rows in a copy of the project, each in a folder of its own."""

    def __init__(self, checkout: Path, place: Path) -> None:
        """Begin.

        Args:
            checkout: The copy of the project that is installed.
            place: A folder for what is written.
        """
        self._checkout = checkout
        self._place = place
        self._first: dict[str, Report] = {}

    def replay(self, environment: Environment, replay: Replay) -> Outcome:
        """Replay a set, and compare its report with the first one of that set."""
        folder = self._folder(replay.row)
        begun = time.monotonic()
        report = folder / "report.json"
        given = [one.replace("FOLDER", str(folder)) for one in replay.arguments]
        ended = self._run(environment, replay, folder, [f"--report-json={report}", *given])
        problem = self._difference(replay, ended, report) or _not_written(folder, replay.writes)
        if problem:
            problem = "\n".join([problem, *ended.last_lines(20)])
        return Outcome(replay.row, time.monotonic() - begun, problem)

    def refusal(self, environment: Environment, replay: Replay, said: str) -> Outcome:
        """Begin a replay that must end in one line, with exit code 4.

        Args:
            environment: Where.
            replay: What is begun.
            said: What the line must say.
        """
        begun = time.monotonic()
        ended = self._run(environment, replay, self._folder(replay.row), replay.arguments)
        printed = [line for line in (ended.out + ended.err).splitlines() if line.strip()]
        refused = ended.exit_code == 4 and len(printed) == 1 and printed[0].startswith("ERROR: ") and said in printed[0]
        problem = "" if refused else "\n".join([f"it ended with {ended.exit_code}", *ended.last_lines(20)])
        return Outcome(f"{replay.row}: one line, exit code 4", time.monotonic() - begun, problem)

    def _folder(self, row: str) -> Path:
        name = "".join(letter if letter.isalnum() else "-" for letter in row)
        folder = self._place / name
        (folder / "elsewhere").mkdir(parents=True)
        return folder

    def _run(self, environment: Environment, replay: Replay, folder: Path, arguments: Sequence[str]) -> Ended:
        own = [f"--cassettes={self._checkout / 'cassettes' / replay.cassettes.name}", f"-ocache_dir={folder / 'cache'}"]
        variables = {"COVERAGE_FILE": str(folder / "coverage"), **(replay.variables or {})}
        where = self._checkout if replay.program == "pytest" else folder / "elsewhere"
        return environment.run(replay.program, [*own, *arguments], where, variables)

    def _difference(self, replay: Replay, ended: Ended, path: Path) -> str:
        expected = replay.cassettes
        if ended.exit_code != expected.exit_code:
            return f"it ended with {ended.exit_code}, and should with {expected.exit_code}"
        try:
            report = json.loads(path.read_text())
        except (OSError, ValueError) as error:
            return f"its report cannot be read: {error}"
        violated = {one["requirement"] for one in report["results"] if one["verdict"] == "violated"}
        if violated != expected.violated:
            return f"violated are {sorted(violated)}, and should be {sorted(expected.violated)}"
        return difference(self._first.setdefault(expected.name, report), report)


def difference(first: Report, other: Report) -> str:
    """Where two reports differ, times of the run apart; empty if they do not."""
    return next(_differences("", _compared(first), _compared(other)), "")


def _compared(report: Report) -> Report:
    """The report without the times of the run, its folder, and the order of headers, which is not in a cassette.

    With pytest-xdist the process that writes the report reads the cassettes and did not ask (RFC 9110 section 5.3: the
    order of headers of different names means nothing).
    """
    run = {name: value for name, value in report["run"].items() if name not in _OF_A_RUN}
    # a set is named as it is seen from the folder of the run
    return {
        **report,
        "run": {**run, "dial": Path(run["dial"]).name},
        "exchanges": {name: _in_one_order(exchange) for name, exchange in report["exchanges"].items()},
    }


def _in_one_order(exchange: Report) -> Report:
    headers, curl = sorted(exchange["request_headers"]), sorted(shlex.split(exchange["curl"]))
    return {**exchange, "request_headers": headers, "curl": curl}


def _differences(place: str, first: object, other: object) -> Iterator[str]:
    if isinstance(first, dict) and isinstance(other, dict):
        if list(first) != list(other):
            yield f"the report differs in the names below {place or 'its top'}, or in their order"
        for name in first:
            yield from _differences(f"{place}/{name}", first[name], other.get(name))
    elif isinstance(first, list) and isinstance(other, list):
        if len(first) != len(other):
            yield f"the report has {len(other)} at {place}, and the first one {len(first)}"
        for number, (one, another) in enumerate(zip(first, other, strict=False)):
            yield from _differences(f"{place}/{number}", one, another)
    elif first != other:
        yield f"the report has at {place}\n  {str(other)[:200]}\nand the first one\n  {str(first)[:200]}"


def _not_written(folder: Path, names: Sequence[str]) -> str:
    for name in names:
        files = [path for path in folder.glob(name) if path.is_file()]
        texts = []
        for path in files:
            with contextlib.suppress(OSError, UnicodeDecodeError):
                texts.append(path.read_text())
        if not any("test_info" in text for text in texts):
            return f"no {name} was written that names the checks of test_info.py"
    return ""
