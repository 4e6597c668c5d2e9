"""`python -m tests.readme`: put the real end of a replay into the README."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from typing import Final

from tests.running import ROOT

README: Final = ROOT / "README.md"
_SECONDS: Final = 100
_BLOCK = re.compile(r"(?<=The end of what it prints:\n\n```text\n).*?(?=\n```)", re.DOTALL)


def shown() -> str:
    """Return the summary that the README shows."""
    found = _BLOCK.search(README.read_text())
    assert found is not None
    return found[0]


def printed() -> str:
    """Return the summary that a replay prints."""
    command = [sys.executable, "-m", "pytest", "-pno:cacheprovider"]
    environment = {**os.environ, "COLUMNS": "80"}
    ended = subprocess.run(  # noqa: S603 - ourselves
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=_SECONDS, check=True
    )
    return ended.stdout[ended.stdout.index("=============================== DIAL conformance") :].rstrip()


if __name__ == "__main__":
    README.write_text(README.read_text().replace(shown(), printed()))
