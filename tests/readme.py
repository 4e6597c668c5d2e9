"""`python -m tests.readme`: put what is really printed, and the figures of the proof, into the README and the docs."""

from __future__ import annotations

import importlib.metadata
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.chaos.faults import ALL
from tests.chaos.proxy import Nature
from tests.dead_servers import dead_servers
from tests.running import ROOT
from tests.standin.captures import captures
from tests.standin.programs import stand_in
from tests.standin.test_parity import DIFFERENT

README: Final = ROOT / "README.md"
USAGE: Final = ROOT / "docs" / "usage.md"
PROOF: Final = ROOT / "docs" / "proof.md"
KILL_MATRIX: Final = ROOT / "docs" / "kill-matrix.md"
_SECONDS: Final = 100


@dataclass(frozen=True)
class Shown:
    """What a command prints, as a document shows it.

    Attributes:
        document: Which one.
        after: The line before the block.
        options: What pytest is run with.
        begins: With what the part that is shown begins.
        ends: The exit codes that the command may have.
        defect: How the stand-in is broken that is asked; nothing is asked if it is empty.
    """

    document: Path
    after: str
    options: tuple[str, ...]
    begins: str
    ends: tuple[int, ...] = (0, 10)  # 10 if a new exchange is not recorded yet
    defect: str = ""

    @property
    def _block(self) -> re.Pattern[str]:
        return re.compile(rf"(?<={re.escape(self.after)}\n\n```text\n).*?(?=```)", re.DOTALL)

    @property
    def text(self) -> str:
        """What the document shows."""
        found = self._block.search(self.document.read_text())
        assert found is not None, self.after
        return found[0].rstrip()

    def printed(self) -> str:
        """Return what is printed now."""
        if not self.defect:
            return self._printed({})
        with stand_in(f"--defect={self.defect}") as found:
            return self._printed({"DIAL_URL": found.url, "DIAL_API_KEY": "standin-key-1"})

    def put(self) -> None:
        """Write what is printed now into the document."""
        shown = self.printed()
        text, count = self._block.subn(lambda _: f"{shown}\n", self.document.read_text(), count=1)
        assert count == 1, self.after
        self.document.write_text(text)

    def _printed(self, environment: dict[str, str]) -> str:
        command = [sys.executable, "-m", "pytest", "-pno:cacheprovider", *self.options]
        ended = subprocess.run(  # noqa: S603 - ourselves
            command,
            cwd=ROOT,
            env={**os.environ, "COLUMNS": "80", **environment},
            capture_output=True,
            text=True,
            timeout=_SECONDS,
            check=False,
        )
        if ended.returncode not in self.ends:
            raise SystemExit(f"{' '.join(command)} ended with {ended.returncode}:\n{ended.stdout}{ended.stderr}")
        return ended.stdout[ended.stdout.index(self.begins) :].rstrip()


FIRST: Final = Shown(README, "It ends with:", (), "CONFORMS (exit 0)")
FAULT: Final = Shown(
    README,
    "is the page of the picture above.",
    ("--live", "--dalle3-deployment=dall-e-3"),
    "FAILED (exit 1)",
    ends=(1,),
    defect="number-taken-as-text",
)
SUMMARY: Final = Shown(
    USAGE, "All that it prints below its progress:", (), "=============================== DIAL conformance"
)
PLAN: Final = Shown(
    USAGE,
    "`.venv/bin/pytest --plan --dial-deployment dall-e-3` plans for the recorded DIAL:",
    ("--plan", "--dial-deployment=dall-e-3"),
    "========================== DIAL conformance: the plan",
)
BLOCKS: Final = {"first": FIRST, "fault": FAULT, "summary": SUMMARY, "plan": PLAN}


def size_of_installation() -> int:
    """The size of what `make conformance` installs, and pip, in MB (10^6 bytes)."""
    found: set[str] = set()
    wanted = ["dial-conformance", "pip"]
    while wanted:
        name = re.split(r"[\s\[><=!~;(]", wanted.pop(), maxsplit=1)[0].lower().replace("_", "-")
        if name in found:
            continue
        try:
            needs = importlib.metadata.requires(name) or []
        except importlib.metadata.PackageNotFoundError:  # for another Python
            continue
        found.add(name)
        wanted += [one for one in needs if "extra ==" not in one]
    files = [path for name in found for path in importlib.metadata.files(name) or ()]
    return sum(size for path in files if (size := _size(path))) // 1_000_000


def _size(path: importlib.metadata.PackagePath) -> int:
    located = Path(str(path.locate()))
    return located.stat().st_size if located.is_file() else 0


def figures() -> list[tuple[Path, str, str]]:
    """Of each figure that is computed: the document, the expression that finds it, and what it is."""
    matrix = KILL_MATRIX.read_text()
    requirements = re.findall(r"^\* (\d+) requirements, (\d+) of", matrix, re.MULTILINE)[0]
    defects = re.findall(r"^\* (\d+) defects, (\d+) of", matrix, re.MULTILINE)[0]
    pairs = re.findall(r"^\* (\d+) pairs", matrix, re.MULTILINE)[0]
    completions = re.findall(r"^dall-e-3 +\d+ +(\d+) +\$", USAGE.read_text(), re.MULTILINE)[0]
    return [
        (
            PROOF,
            r"(?<=^\| requirements that a defect made for them violates \| )[^|]+?(?= \|)",
            " of ".join(requirements[::-1]),
        ),
        (
            PROOF,
            r"(?<=^\| defects that are found, by the right requirement \| )[^|]+?(?= \|)",
            " of ".join(defects[::-1]),
        ),
        (PROOF, r"(?<=another requirement that it violates \| )\d+", pairs),
        (PROOF, r"(?<= as the real Core did \| )[^|]+?(?= \|)", f"{_of_captures('0.25')}, {_of_captures('0.18')}"),
        (PROOF, r"(?<=0 for )\d+(?= servers)", str(len(dead_servers()))),
        (PROOF, r"(?<=0 for )\d+(?= kinds)", str(sum(one.nature is not Nature.WRONG for one in ALL.values()))),
        (USAGE, r"(?<=a DALL-E 3 deployment answers )\d+", completions),
    ]


def alike(name: str) -> str:
    """How many captures of an installation the stand-in answers alike."""
    of = len(captures(name))
    return f"{of - len(DIFFERENT[name]):,} of {of:,}"


def _of_captures(core: str) -> str:
    return f"{alike(core)} and {alike(f'{core}-more')} ({core})"


def with_figures(document: Path) -> str:
    """Return a document with the figures of the kill matrix, and the completions of the plan."""
    text = document.read_text()
    for where, pattern, figure in figures():
        if where == document:
            text, count = re.subn(pattern, figure, text, flags=re.MULTILINE)
            assert count == 1, pattern
    return text


def with_size(text: str) -> str:
    """Return the README with the size of the installation, in tens of MB."""
    text, count = re.subn(r"(?<= and )\d+(?= MB)", str(round(size_of_installation(), -1)), text)
    assert count == 1
    return text


if __name__ == "__main__":
    for block in BLOCKS.values():
        block.put()
    README.write_text(with_size(README.read_text()))
    for one in (USAGE, PROOF):
        one.write_text(with_figures(one))
