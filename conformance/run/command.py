"""What the commands beside the run share: how they are called, and how they answer."""

from __future__ import annotations

import argparse
import os
import sys
from typing import NoReturn

from conformance.contract.exchange import printable
from conformance.contract.verdict import ExitCode


class Command(argparse.ArgumentParser):
    """Reads a command line; what is wrong with it is one line and the exit code that a run has for it."""

    def error(self, message: str) -> NoReturn:
        """Complain.

        Raises:
            SystemExit: Always.
        """
        sys.exit(complain(f"{message} (--help tells more)"))


def complain(message: str) -> int:
    """Say what is wrong, on one line of the standard error, and return the exit code."""
    sys.stderr.write(f"ERROR: {printable(' '.join(message.split()))}\n")
    return ExitCode.USAGE_ERROR


def answer(text: str) -> None:
    """Write to the standard output, whatever it can show."""
    try:
        sys.stdout.flush()
        sys.stdout.buffer.write(text.encode(sys.stdout.encoding, "backslashreplace"))
        sys.stdout.buffer.flush()
    except BrokenPipeError:  # the reader has seen enough, as `head` has; Python would complain at its end too
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
