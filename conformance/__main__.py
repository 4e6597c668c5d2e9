"""`dial-conformance`: pytest on the installed checks, with all its options, from any folder; and `import`."""

from __future__ import annotations

import os
import sys

from conformance import __version__

try:
    from conformance.run.signals import EXIT_CODE, Signals
except KeyboardInterrupt:
    sys.exit(2)


def main() -> int:
    """Run the checks.

    Returns:
        The exit code, as of pytest.
    """
    signals = Signals(end=os._exit)  # the process is ours, and an import may catch every exception
    signals.listen()
    try:
        return _run()
    except KeyboardInterrupt:  # between two stages
        return EXIT_CODE
    finally:
        signals.close()


def _run() -> int:
    if sys.argv[1:2] == ["import"]:  # nowhere else is it a word: a path may be called so
        from conformance.run import importing  # noqa: PLC0415 - a run does not need it

        return importing.main(sys.argv[2:])
    import errno  # noqa: PLC0415 - signals are listened to before anything is imported
    import shlex  # noqa: PLC0415 - as above
    import traceback  # noqa: PLC0415 - as above
    from glob import escape  # noqa: PLC0415 - as above
    from pathlib import Path  # noqa: PLC0415 - as above

    import pytest  # noqa: PLC0415 - as above

    if {"--version", "-V"} & {*sys.argv[1:]}:
        sys.stdout.write(f"dial-conformance {__version__} (pytest {pytest.__version__})\n")
        return pytest.ExitCode.OK
    package = Path(__file__).parent
    own = [f"--config-file={package / 'plugin' / 'dial-conformance.toml'}", f"--rootdir={Path.cwd()}"]
    # what pytest collects where no path and no node id is given; it takes this for a list of globs
    checks = f"-otestpaths={shlex.quote(escape(str(package / 'checks')))}"
    try:
        return int(pytest.main([*own, checks, *sys.argv[1:]]))
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EPIPE, errno.EIO):
            traceback.print_exc()
            return pytest.ExitCode.INTERNAL_ERROR
        sys.stderr.write(f"ERROR: the output cannot be written: {error.strerror}\n")
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # Python would try again at its end
        return pytest.ExitCode.USAGE_ERROR
    except Exception:  # noqa: BLE001 - Python would end with 1, which means that something is violated
        traceback.print_exc()
        return pytest.ExitCode.INTERNAL_ERROR


if __name__ == "__main__":
    sys.exit(main())
