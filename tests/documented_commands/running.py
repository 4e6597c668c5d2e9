"""The steps of the documents, one after the other, and what came of each."""

from __future__ import annotations

import contextlib
import dataclasses
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.documented_commands.comparing import difference
from tests.documented_commands.document import Command, Document, ShownFile
from tests.documented_commands.exceptions import Exceptions, Ports
from tests.documented_commands.terminal import Ended, Terminal

_LINES_OF_A_FAILURE: Final = 30


@dataclass(frozen=True)
class Outcome:
    """What came of a command.

    Attributes:
        command: What the document shows.
        seconds: How long it took.
        exit_code: How it ended; none if it did not, or still runs.
        not_run: Why it was not run, or empty.
        problem: What is wrong, or empty.
    """

    command: Command
    seconds: float = 0.0
    exit_code: int | None = None
    not_run: str = ""
    problem: str = ""

    def lines(self) -> Iterator[str]:
        """What is said of it."""
        text = " ".join(self.command.text.split())
        if self.not_run:
            yield f"not run                     {self.command.place}  {text}: {self.not_run}"
            return
        code = "runs   " if self.exit_code is None else f"exit {self.exit_code:<2}"
        yield f"{'FAILED' if self.problem else 'passed'}  {self.seconds:6.1f} s  {code:7}  {self.command.place}  {text}"
        yield from (f"        {line}" for line in self.problem.splitlines())


class Reader:
    """Does what the documents say."""

    def __init__(
        self, checkout: Path, place: Path, exceptions: Exceptions, environment: Mapping[str, str], seconds: float
    ) -> None:
        """Begin.

        Args:
            checkout: The copy of the project in which its reader is.
            place: A folder for what is remembered between commands.
            exceptions: What is not run, and what stands for the examples.
            environment: The variables of the machine.
            seconds: The timeout of each command.
        """
        self._checkout = checkout
        self._place = place
        self._exceptions = exceptions
        self._environment = environment
        self._seconds = seconds
        self._project = {path for path in checkout.rglob("*") if path.is_file()}
        self._terminals: dict[str, tuple[Terminal, Ports]] = {}
        self._run_at: dict[str, str] = {}  # since the project was changed

    def follow(self, documents: Sequence[Document]) -> Iterator[Outcome]:
        """Take the steps of the documents; what was started is ended at the end of its document.

        A document that another one continues is ended with the last of all.
        """
        continued = {document.continues for document in documents}
        with contextlib.ExitStack() as all_ends:
            for document in documents:
                terminal, ports = self._opened(document)
                with contextlib.ExitStack() as ends:
                    (all_ends if document.name in continued else ends).callback(terminal.close)
                    yield from self._steps(document, terminal, ports)

    def _opened(self, document: Document) -> tuple[Terminal, Ports]:
        place = self._place / document.name.replace("/", "-")
        if document.continues:
            terminal, ports = self._terminals[document.continues]
            opened = terminal.continued(place), ports.continued()
        else:
            opened = Terminal(place, self._checkout, self._environment), Ports()
        self._terminals[document.name] = opened
        return opened

    def _steps(self, document: Document, terminal: Terminal, ports: Ports) -> Iterator[Outcome]:
        for step in document.steps:
            why_not = self._exceptions.why_not(step)
            if isinstance(step, ShownFile):
                if why_not:
                    yield Outcome(Command(step.place, step.path), not_run=why_not)
                else:
                    self._write(step, terminal.folder, ports)
            elif why_not:
                yield Outcome(step, not_run=why_not)
            elif self._exceptions.is_run_once(step) and step.text in self._run_at:
                yield Outcome(step, not_run=f"it was run at {self._run_at[step.text]}, and the project is the same")
            else:
                self._run_at[step.text] = step.place
                yield self._run(step, terminal, ports)

    def _write(self, file: ShownFile, folder: Path, ports: Ports) -> None:
        path = folder / file.path
        if path in self._project or (path.suffix == ".py" and path.resolve().is_relative_to(self._checkout)):
            self._run_at.clear()
        path.parent.mkdir(parents=True, exist_ok=True)
        if path in self._project:
            path.write_text(file.added_to(path.read_text()))
        else:
            path.write_text(ports.to_free(file.content))

    def _run(self, command: Command, terminal: Terminal, ports: Ports) -> Outcome:
        text = ports.to_free(self._exceptions.replaced(command.text))

        def printed_all(printed: str) -> bool:
            return not difference(command.shown, ports.to_shown(printed))

        begun = time.monotonic()
        if command.answers_at:
            ended = terminal.serve(text, ports.to_free(command.answers_at), self._seconds, printed_all)
        else:
            ended = terminal.run(text, self._seconds)
        seen = dataclasses.replace(ended, printed=ports.to_shown(ended.printed), problem=ports.to_shown(ended.problem))
        return Outcome(command, time.monotonic() - begun, seen.exit_code, problem=_problem(command, seen))


def unused(exceptions: Exceptions, documents: Collection[Document]) -> list[str]:
    """The entries of the list that fit nothing in the documents, without running anything."""
    for document in documents:
        for step in document.steps:
            if not exceptions.why_not(step) and isinstance(step, Command):
                exceptions.is_run_once(step)
                exceptions.replaced(step.text)
    return list(exceptions.unused())


def _problem(command: Command, ended: Ended) -> str:
    """What is wrong with how a command ended, and the end of what it printed."""
    expected = None if command.answers_at else command.exit_code
    problem = ended.problem
    if not problem and ended.exit_code != expected:
        problem = f"it ended with {ended.exit_code}, and by the text with {expected}"
    if problem:
        return "\n".join([problem, *ended.printed.splitlines()[-_LINES_OF_A_FAILURE:]])
    return difference(command.shown, ended.printed)
