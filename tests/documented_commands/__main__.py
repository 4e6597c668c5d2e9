"""Run the commands of README.md, CONTRIBUTING.md and docs/*.md in a copy of the project; see the package."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from tests.documented_commands.document import Document, UnclearError, read
from tests.documented_commands.exceptions import LIST, Exceptions
from tests.documented_commands.running import Reader
from tests.documented_commands.terminal import environment_of

ROOT: Final = Path(__file__).parents[2]
SECONDS: Final = 300
"""The timeout of each command; the longest installs what the project needs."""


def main() -> int:
    """Follow the documents.

    Returns:
        0, 1 if a command does not do what its document says, 2 if it was interrupted, 4 if nothing could be run.
    """
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # or the servers of the documents would stay
    try:
        names = tracked()
        documents = read_all(names)
    except (OSError, subprocess.SubprocessError, UnclearError) as error:
        sys.stderr.write(f"ERROR: {error}\n")
        return 4
    try:
        with tempfile.TemporaryDirectory(prefix="documented-commands-", ignore_cleanup_errors=True) as name:
            failed = _follow(documents, names, Path(name).resolve())
    except KeyboardInterrupt:
        sys.stderr.write("ERROR: interrupted\n")
        return 2
    return 1 if failed else 0


def read_all(names: Sequence[str]) -> list[Document]:
    """Read the README and, in the order of their names, the documents among these files.

    The README makes the environment. A document that another one continues comes before it. CONTRIBUTING.md comes last:
    it adds a check, and others show how many there are.

    Raises:
        UnclearError: A block of one of them is not clear.
    """
    documents = sorted(one for one in names if one.startswith("docs/") and one.endswith(".md"))
    read_so_far = [read(name, (ROOT / name).read_text()) for name in ("README.md", *documents, "CONTRIBUTING.md")]
    continued = {document.continues for document in read_so_far}
    # the sort keeps the order of what is alike
    return sorted(read_so_far, key=lambda document: document.name != "README.md" and document.name not in continued)


def tracked() -> list[str]:
    """The files of the project that git tracks.

    Raises:
        OSError: There is no git.
        subprocess.SubprocessError: It does not tell them.
    """
    command = ["git", "-C", str(ROOT), "ls-files", "-z"]
    listed = subprocess.run(  # noqa: S603 - our own arguments
        command, stdout=subprocess.PIPE, text=True, timeout=60, check=True
    )
    return [name for name in listed.stdout.split("\0") if (ROOT / name).is_file()]


def _follow(documents: Sequence[Document], names: Sequence[str], place: Path) -> int:
    """Copy the project, run everything, print what came of it, and return the number of failures."""
    checkout, machine = place / "dial-conformance", place / "machine"
    for name in names:
        (checkout / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, checkout / name)
    # the documents install with `pip`, too: not into the Python of who runs this
    venv.create(machine, with_pip=True, symlinks=True)
    exceptions = Exceptions(LIST.read_text())
    begun = time.monotonic()
    passed = failed = 0
    reader = Reader(checkout, place / "terminals", exceptions, environment_of(machine), SECONDS)
    for outcome in reader.follow(documents):
        _print(*outcome.lines())
        passed += not outcome.problem and not outcome.not_run
        failed += bool(outcome.problem)
    for entry in exceptions.unused():
        _print(f"FAILED  {LIST.name}: {entry!r} fits no command of the documents: remove it")
        failed += 1
    _print(f"the documented commands took {time.monotonic() - begun:.0f} s", f"{passed} passed, {failed} failed")
    return failed


def _print(*lines: str) -> None:
    sys.stdout.writelines(f"{line}\n" for line in lines)
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
