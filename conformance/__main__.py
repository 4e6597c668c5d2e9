"""`dial-conformance`: pytest on the installed checks, with all its options, from any folder; and `import`."""

from __future__ import annotations

import signal
import sys
import traceback
from pathlib import Path


def main() -> int:
    """Run the checks.

    Returns:
        The exit code, as of pytest.
    """
    if sys.argv[1:2] == ["import"]:  # nowhere else is it a word: a path may be called so
        from conformance import importing  # noqa: PLC0415 - a run does not need it

        return importing.main(sys.argv[2:])
    import pytest  # noqa: PLC0415 - importing this module costs nothing

    signal.signal(signal.SIGTERM, signal.default_int_handler)  # what ends a job ends the run like Ctrl-C does
    package = Path(__file__).parent
    own = ["-pconformance.plugin", f"--config-file={package / 'pytest.toml'}", f"--rootdir={Path.cwd()}"]
    try:
        return int(pytest.main([*own, str(package / "checks"), *sys.argv[1:]]))
    except Exception:  # noqa: BLE001 - Python would end with 1, which means that something is violated
        traceback.print_exc()
        return pytest.ExitCode.INTERNAL_ERROR


if __name__ == "__main__":
    sys.exit(main())
