"""Programs that serve, such as the stand-in, for as long as a test needs them."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from tests.running import ROOT, SECONDS


@dataclass(frozen=True)
class Started:
    """A program that serves."""

    process: subprocess.Popen[str]
    url: str
    said: str


@contextmanager
def started(*program: str, lines: int = 1) -> Iterator[Started]:
    """Start a program, and wait until it says where it answers, in its first lines."""
    process = subprocess.Popen(  # noqa: S603 - our own tests
        [sys.executable, *program], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    try:
        said = "".join(process.stdout.readline() for _ in range(lines))
        found = re.search(r"http://[^\s,]*[^\s,.]", said)
        assert found, said + process.communicate(timeout=SECONDS)[1]
        yield Started(process, found[0], said)
    finally:
        process.terminate()  # a process that is killed leaves its folder behind
        process.communicate(timeout=SECONDS)


@contextmanager
def stand_in(*options: str) -> Iterator[Started]:
    with started("-m", "conformance.standin", "--port=0", *options, lines=5) as found:
        yield found
