"""What the commands beside the run share: how they are called, and how they answer."""

from __future__ import annotations

import argparse
import os
import re
import shlex
import shutil
import sys
from pathlib import Path
from typing import Final, NoReturn

from conformance.contract.exchange import printable
from conformance.contract.verdict import ExitCode
from conformance.run.suggestions import close_to, did_you_mean

_LIKENESS: Final = 0.75


class Command(argparse.ArgumentParser):
    """Reads a command line; what is wrong with it is one line and the exit code that a run has for it."""

    def __init__(self, *, prog: str, description: str) -> None:
        """Begin with no options.

        Args:
            prog: How it is called.
            description: What it does.
        """
        super().__init__(prog=prog, description=description, allow_abbrev=False)

    def error(self, message: str) -> NoReturn:
        """Complain, and say which option was probably meant.

        Raises:
            SystemExit: Always.
        """
        unknown = re.match(r"unrecognized arguments: (--[\w-]+)", message)
        meant = did_you_mean(close_to(unknown[1], self._option_string_actions, likeness=_LIKENESS)) if unknown else ""
        sys.exit(complain(f"{message}{meant} (--help tells more)"))


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


def program_here() -> str:
    """Tell how the suite of this environment is called from this folder: only an activated one has it on the path."""
    command = Path(sys.executable).with_name("dial-conformance")
    if not command.is_file():
        return f"{shlex.quote(shown_path(Path(sys.executable)))} -m conformance"
    found = shutil.which(command.name)
    return command.name if found is not None and Path(found).samefile(command) else shlex.quote(shown_path(command))


def shown_path(path: Path) -> str:
    """Write a path as one would type it in this folder."""
    folder = Path.cwd()
    return str(path.relative_to(folder) if path.is_relative_to(folder) else path)
