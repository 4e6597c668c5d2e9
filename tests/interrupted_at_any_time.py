"""Interrupt replays after every delay, and tell which ends are not one line and exit code 2. Takes minutes.

    python -m tests.interrupted_at_any_time [MILLISECONDS BETWEEN THE DELAYS]

What it finds depends on the machine, so it is no test. Until Python has started no code of ours can hear a signal: a
traceback of that time has no line of ours, and is told apart.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence

from tests.running import CORE_25, ROOT

LAST_MILLISECOND = 2_000
COMMANDS: dict[str, Sequence[str]] = {
    "python -m conformance": ("-m", "conformance", f"--cassettes={CORE_25}"),
    "pytest": ("-m", "pytest", "-pconformance.plugin", f"--cassettes={CORE_25}"),
}


def ended(command: Sequence[str], number: signal.Signals, milliseconds: int) -> str:
    """How a run ends that gets a signal after a delay."""
    process = subprocess.Popen(  # noqa: S603 - our own tests
        [sys.executable, *command],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "COLUMNS": "100"},
        preexec_fn=lambda: signal.signal(number, signal.SIG_DFL) and None,  # noqa: PLW1509 - one thread
    )
    time.sleep(milliseconds / 1000)
    process.send_signal(number)
    out, err = process.communicate(timeout=60)
    if process.returncode in (-signal.SIGINT, -signal.SIGTERM, -signal.SIGHUP) and not err:
        return "killed before Python listened"
    if "Traceback" in out + err or "INTERNALERROR" in out + err:
        ours = "/conformance/" in err.replace("/conformance/__init__", "")  # no code of ours can be heard before that
        return f"TRACEBACK {' '.join((out + err).split())[-200:]}" if ours else "traceback of Python's start"
    marked = next((line.strip("! ") for line in out.splitlines() if "!!" in line), out.strip()[-60:])
    told = err.splitlines()[-1] if err else marked
    return f"exit code {process.returncode}, {len(err.splitlines())} lines of errors: {told}"


def main() -> None:
    """Try all."""
    step = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    for name, command in COMMANDS.items():
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            delays = range(0, LAST_MILLISECOND, step)
            found = Counter[str]()
            for one in delays:
                how = ended(command, number, one)
                found[how] += 1
                if "TRACEBACK" in how:
                    print(f"{name}: {number.name} after {one} ms: {how}", flush=True)  # noqa: T201 - a script
            print(name, number.name, os.linesep.join(f"\n  {count:4} {how}" for how, count in found.items()))  # noqa: T201 - as above


if __name__ == "__main__":
    main()
