"""The house rules of Acme are proven: each is violated by a defect, and holds of the healthy stand-in."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

CHECKS = Path(__file__).parents[1] / "acme_checks"


def test_every_rule_is_proven() -> None:
    command = [sys.executable, "-m", "conformance", "prove", "--checks", str(CHECKS)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
