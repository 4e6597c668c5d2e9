"""`dial-conformance`: pytest on the installed checks, with all its options, from any folder; and other commands."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from conformance import __version__

try:
    from conformance.run.signals import EXIT_CODE, Signals
except KeyboardInterrupt:
    sys.exit(2)


def main() -> int:
    """Run the checks, or the command whose word is the first argument.

    Returns:
        The exit code, as of pytest.
    """
    if sys.argv[1:2] == ["standin"]:  # a server has its own end
        return _command("standin", sys.argv[2:])
    signals = Signals(end=os._exit)  # the process is ours, and an import may catch every exception
    signals.listen()
    try:
        return _run()
    except KeyboardInterrupt:  # between two stages
        return EXIT_CODE
    finally:
        signals.close()


def _run() -> int:
    from conformance.run.command import answer, complain, program_here  # noqa: PLC0415 - signals are listened to first
    from conformance.run.words import COMMANDS, command_in, help_of_plan  # noqa: PLC0415 - as above

    given = sys.argv[1:]
    try:
        word, rest = command_in(given)
    except ValueError as error:
        return complain(str(error))
    if given[:1] in (["--help"], ["-h"]):
        return _help()
    if word == "plan" and {"--help", "-h"} & {*rest}:
        answer(help_of_plan(program_here()))
        return 0
    if COMMANDS[word].module:
        return _command(word, rest)
    return _pytest([*COMMANDS[word].options, *rest])


def _command(word: str, arguments: Sequence[str]) -> int:
    import importlib  # noqa: PLC0415 - signals are listened to first

    from conformance.run.words import COMMANDS  # noqa: PLC0415 - as above

    return int(importlib.import_module(COMMANDS[word].module).main(arguments, f"dial-conformance {word}"))


def _help() -> int:
    from conformance.reports.sources import document  # noqa: PLC0415 - a run does not need it
    from conformance.run.command import answer, program_here  # noqa: PLC0415 - as above
    from conformance.run.options import Group  # noqa: PLC0415 - as above
    from conformance.run.words import help_page  # noqa: PLC0415 - as above

    glossary = document("glossary.md")
    answer(help_page(program_here(), [str(one) for one in Group], str(glossary.parent) if glossary else ""))
    return 0


def _pytest(arguments: Sequence[str]) -> int:
    import errno  # noqa: PLC0415 - signals are listened to before anything is imported
    import shlex  # noqa: PLC0415 - as above
    import traceback  # noqa: PLC0415 - as above
    from glob import escape  # noqa: PLC0415 - as above
    from pathlib import Path  # noqa: PLC0415 - as above

    import pytest  # noqa: PLC0415 - as above

    if {"--version", "-V"} & {*arguments}:
        sys.stdout.write(f"dial-conformance {__version__} (pytest {pytest.__version__})\n")
        return pytest.ExitCode.OK
    package = Path(__file__).parent
    own = [f"--config-file={package / 'plugin' / 'pytest-of-the-command.toml'}", f"--rootdir={Path.cwd()}"]
    # what pytest collects where no path and no node id is given; it takes this for a list of globs
    checks = f"-otestpaths={shlex.quote(escape(str(package / 'checks')))}"
    try:
        return int(pytest.main([*own, checks, *arguments]))
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
