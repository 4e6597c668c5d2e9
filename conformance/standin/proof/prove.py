"""`dial-conformance prove`, where what the stand-in needs may not be installed."""

from __future__ import annotations

from collections.abc import Sequence

from conformance.run.command import complain
from conformance.standin.__main__ import how_to_install


def main(arguments: Sequence[str], program: str = "dial-conformance prove") -> int:
    """Prove own checks, as `proof/own.py` says.

    Args:
        arguments: The command line after the word.
        program: How it is called.

    Returns:
        The exit code; 4 if a library is missing.
    """
    try:
        from conformance.standin.proof.own import run  # noqa: PLC0415 - it needs what may not be installed
    except ImportError as error:
        return complain(how_to_install(error))
    return run(arguments, program)
