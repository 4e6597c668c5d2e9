"""Replay the recorded sets in environments made from nothing; see the package."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

from tests.compatibility.trial import Trial
from tests.documented_commands.__main__ import tracked

ROOT: Final = Path(__file__).parents[2]


def main() -> int:
    """Try everything.

    Returns:
        0, 1 if something is not as it should be, 2 if it was interrupted, 4 if nothing could be tried.
    """
    begun = time.monotonic()
    try:
        names = tracked()
        with tempfile.TemporaryDirectory(prefix="compatibility-", ignore_cleanup_errors=True) as name:
            place = Path(name).resolve()
            for one in names:
                (place / "checkout" / one).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(ROOT / one, place / "checkout" / one)
            passed, failed = _try_all(place)
    except (OSError, subprocess.SubprocessError) as error:
        sys.stderr.write(f"ERROR: {error}\n")
        return 4
    except KeyboardInterrupt:
        sys.stderr.write("ERROR: interrupted\n")
        return 2
    _print(f"compatibility took {time.monotonic() - begun:.0f} s")
    _print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


def _try_all(place: Path) -> tuple[int, int]:
    """Print what came of each row, and return how many passed and failed."""
    passed = failed = 0
    for one in Trial(place).lines():
        if isinstance(one, str):
            _print(one)
        else:
            for line in one.lines():
                _print(line)
            failed += bool(one.problem)
            passed += not one.problem
    return passed, failed


def _print(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
