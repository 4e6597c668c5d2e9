"""`python -m conformance.standin`: a local DIAL to try the suite on, and to put one's own deployment behind."""

import shlex
import sys
from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None, program: str = "python -m conformance.standin") -> int:
    """Serve until Ctrl-C.

    Args:
        arguments: The command line; that of the process by default.
        program: How it is called.

    Returns:
        0 when it was ended, 1 if it could not begin, 4 if the command line is wrong.
    """
    try:
        return _run(sys.argv[1:] if arguments is None else arguments, program)
    except KeyboardInterrupt:  # while it is still being imported
        return 0
    except BrokenPipeError:  # nobody reads what it prints
        sys.stdout = None  # or Python complains again at its end
        return 1


def _run(arguments: Sequence[str], program: str) -> int:
    try:
        from conformance.standin.command import run  # noqa: PLC0415 - it needs what may not be installed
    except ImportError as error:
        sys.stderr.write(f"ERROR: {how_to_install(error)}\n")
        return 1
    return run(arguments, program)


def how_to_install(error: ImportError) -> str:
    """Say which library the stand-in lacks, and how to install all that it needs."""
    missing = f"{error.name} is missing" if error.name else str(error)
    install = f"{shlex.quote(sys.executable)} -m pip install 'dial-conformance[standin]'"
    return f"{missing}: the stand-in needs more libraries: {install}"


if __name__ == "__main__":
    sys.exit(main())
