"""The words of `dial-conformance`: a word is a command only as the first argument; all else is pytest's.

A new command is one row of `COMMANDS`: its module has `main(arguments, program)`, which returns the exit code.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from conformance.run.suggestions import close_to, did_you_mean

_LIKENESS: Final = 0.7


class Word(NamedTuple):
    """A command.

    Attributes:
        help: What it does, in a few words.
        module: Which module has its `main`; empty for a run of pytest.
        options: What it adds to the options of a run.
    """

    help: str
    module: str = ""
    options: tuple[str, ...] = ()


COMMANDS: Final[Mapping[str, Word]] = {
    "run": Word("check a DIAL; this word may be left out; run --help shows all options"),
    "plan": Word("show what a run would ask and cost", options=("--plan",)),
    "list": Word("list the requirements", "conformance.reports.requirement_list"),
    "explain": Word("explain a requirement, and how to mend what breaks it", "conformance.reports.explain"),
    "compare": Word("compare two reports, or two deployments", "conformance.compare.__main__"),
    "history": Word("make one page of many reports over time", "conformance.reports.history.__main__"),
    "merge": Word("merge the reports of shards", "conformance.merge.__main__"),
    "import": Word("put what pytest-recording recorded into a set", "conformance.run.importing"),
    "prove": Word("see that own checks find the defects made for them", "conformance.standin.proof.prove"),
    "judge": Word("decide what captured traffic shows: HAR, cassettes", "conformance.reports.judge"),
    "standin": Word("serve a local DIAL to try the suite on", "conformance.standin.__main__"),
}


def command_in(arguments: Sequence[str]) -> tuple[str, Sequence[str]]:
    """Divide a command line into the word and what is given to it; without a word it is that of a run.

    Raises:
        ValueError: The first argument is nearly a command, and no file.
    """
    first = arguments[0] if arguments else ""
    if first in COMMANDS:
        return first, arguments[1:]
    if first.isalpha() and not Path(first).exists():
        close = ["--help"] if first == "help" else close_to(first, COMMANDS, likeness=_LIKENESS)
        if close:
            raise ValueError(f"there is no command and no file {first}{did_you_mean(close)}")
    return "run", arguments


def help_page(program: str, groups: Sequence[str], documents: str) -> str:
    """Write what `--help` shows: it fits a screen.

    Args:
        program: How the command is called here.
        groups: The groups of options.
        documents: Where the documents are; empty if they are not installed.
    """
    width = max(map(len, COMMANDS))
    lines = [
        "Checks whether a DIAL keeps its contract: live, or from recorded answers.",
        f"  {program} [OPTIONS] [PATHS]",
        f"  {program} COMMAND [OPTIONS]     (COMMAND --help tells more)",
        *(f"  {name:<{width}}  {word.help}" for name, word in COMMANDS.items()),
        "Groups of options, beside those of pytest:",
        f"  {', '.join(groups)}",
        "Most used:",
        "  --live --dial-deployment NAME    ask the DIAL at DIAL_URL with DIAL_API_KEY",
        "  --budget K, --free, --plan       limit what it costs, or see it before",
        "  --requirement IDS, -k, -m        select; --report-html FILE writes a report",
        "Exit codes: 0 conforms, 1 violated, 2 interrupted, 3 harness error,",
        "  4 usage error, 5 nothing selected, 10 incomplete",
        *((f"Documents: {documents}",) if documents else ()),
    ]
    return "\n".join([*lines, ""])


def help_of_plan(program: str) -> str:
    """Write what `plan --help` shows."""
    return (
        f"usage: {program} plan [OPTIONS] [PATHS]\n\n"
        "Show what a run with the same options would ask and cost. It asks only for listings and schemas.\n"
        f"`{program} run --help` shows the options.\n"
    )
