"""`python -m tests.readme`: put what is really printed, and the figures of the proof, into the README."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from typing import Final

from tests.running import ROOT

README: Final = ROOT / "README.md"
KILL_MATRIX: Final = ROOT / "docs" / "kill-matrix.md"
_SECONDS: Final = 100
_ENDED: Final = (0, 10)
"""Exit codes of a replay: 10 if a new exchange is not recorded yet."""


@dataclass(frozen=True)
class Shown:
    """What a command prints, as the README shows it.

    Attributes:
        after: The line before the block.
        options: What pytest is run with.
        begins: With what the part that is shown begins.
    """

    after: str
    options: tuple[str, ...]
    begins: str

    @property
    def _block(self) -> re.Pattern[str]:
        return re.compile(rf"(?<={re.escape(self.after)}\n\n```text\n).*?(?=\n```)", re.DOTALL)

    @property
    def text(self) -> str:
        """What the README shows."""
        found = self._block.search(README.read_text())
        assert found is not None
        return found[0]

    def printed(self) -> str:
        """Return what is printed now."""
        command = [sys.executable, "-m", "pytest", "-pno:cacheprovider", *self.options]
        ended = subprocess.run(  # noqa: S603 - ourselves
            command,
            cwd=ROOT,
            env={**os.environ, "COLUMNS": "80"},
            capture_output=True,
            text=True,
            timeout=_SECONDS,
            check=False,
        )
        if ended.returncode not in _ENDED:
            raise SystemExit(f"{' '.join(command)} ended with {ended.returncode}:\n{ended.stdout}{ended.stderr}")
        return ended.stdout[ended.stdout.index(self.begins) :].rstrip()


SUMMARY: Final = Shown("The end of what it prints:", (), "=============================== DIAL conformance")
PLAN: Final = Shown(
    "`.venv/bin/pytest --plan --dial-deployment dall-e-3` plans for the recorded DIAL:",
    ("--plan", "--dial-deployment=dall-e-3"),
    "========================== DIAL conformance: the plan",
)
BLOCKS: Final = (SUMMARY, PLAN)


def with_figures(text: str) -> str:
    """Return the README with the figures of the kill matrix, and the completions of the plan."""
    matrix = KILL_MATRIX.read_text()
    requirements = re.findall(r"^\* (\d+) requirements, (\d+) of", matrix, re.MULTILINE)[0]
    defects = re.findall(r"^\* (\d+) defects, (\d+) of", matrix, re.MULTILINE)[0]
    pairs = re.findall(r"^\* (\d+) pairs", matrix, re.MULTILINE)[0]
    completions = re.findall(r"^dall-e-3 +\d+ +(\d+) +\$", text, re.MULTILINE)[0]
    for pattern, figure in (
        (
            r"(?<=^\| requirements that a defect made for them violates \| )[^|]+?(?= \|)",
            " of ".join(requirements[::-1]),
        ),
        (r"(?<=^\| defects that are found, by the right requirement \| )[^|]+?(?= \|)", " of ".join(defects[::-1])),
        (r"(?<=another requirement that it violates \| )\d+", pairs),
        (r"(?<=a DALL-E 3 deployment answers )\d+", completions),
    ):
        text, count = re.subn(pattern, figure, text, flags=re.MULTILINE)
        assert count == 1, pattern
    return text


if __name__ == "__main__":
    readme = README.read_text()
    for one in BLOCKS:
        readme = readme.replace(one.text, one.printed())
    README.write_text(with_figures(readme))
