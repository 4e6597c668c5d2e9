"""`dial-conformance`: pytest on the installed checks, with all its options, from any folder."""

from __future__ import annotations

import shlex
import signal
import sys
import traceback
from glob import escape
from pathlib import Path

from conformance import __version__


def main() -> int:
    """Run the checks.

    Returns:
        The exit code, as of pytest.
    """
    import pytest  # noqa: PLC0415 - importing this module costs nothing

    signal.signal(signal.SIGTERM, signal.default_int_handler)  # what ends a job ends the run like Ctrl-C does
    if {"--version", "-V"} & {*sys.argv[1:]}:
        sys.stdout.write(f"dial-conformance {__version__} (pytest {pytest.__version__})\n")
        return pytest.ExitCode.OK
    package = Path(__file__).parent
    own = [f"--config-file={package / 'dial-conformance.toml'}", f"--rootdir={Path.cwd()}"]
    # what pytest collects where no path and no node id is given; it takes this for a list of globs
    checks = f"-otestpaths={shlex.quote(escape(str(package / 'checks')))}"
    try:
        return int(pytest.main([*own, checks, *sys.argv[1:]]))
    except Exception:  # noqa: BLE001 - Python would end with 1, which means that something is violated
        traceback.print_exc()
        return pytest.ExitCode.INTERNAL_ERROR


if __name__ == "__main__":
    sys.exit(main())
