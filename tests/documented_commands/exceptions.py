"""What is not run, and what stands for the examples of the documents, as `exceptions.toml` says."""

from __future__ import annotations

import re
import socket
import tomllib
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Final

from tests.documented_commands.document import Command, Step

LIST: Final = Path(__file__).with_name("exceptions.toml")
_PORT = re.compile(r"(127\.0\.0\.1:|\bport=|--port )(\d{4,5})\b")


class Exceptions:
    """The list; it knows which of its entries are used."""

    def __init__(self, text: str) -> None:
        told = tomllib.loads(text)
        self._reasons: Mapping[str, str] = {name: one["reason"] for one in told["not_run"] for name in one["commands"]}
        self._instead: Mapping[str, str] = told["instead"]
        self._once: frozenset[str] = frozenset(told.get("once", {}).get("commands", ()))
        self._unused = {*self._reasons, *self._instead, *self._once}

    def why_not(self, step: Step) -> str:
        """Why a command is not run, or a file is not written; empty if it is."""
        name = " ".join(step.text.split()) if isinstance(step, Command) else step.path
        fitting = [one for one in self._reasons if fnmatchcase(name, one)]
        self._unused -= set(fitting)
        return self._reasons[fitting[0]] if fitting else ""

    def is_run_once(self, command: Command) -> bool:
        """Tell whether a command is run once as long as the project is the same, however many documents name it."""
        self._unused.discard(command.text)
        return command.text in self._once

    def replaced(self, text: str) -> str:
        """The text with what stands for its examples."""
        for example, real in self._instead.items():
            # a name that goes on is another one: `-m conformance.standin` is no part of `-m conformance.standin.proof`
            text, count = re.subn(rf"{re.escape(example)}(?!\.?\w)", real.replace("\\", r"\\"), text)
            if count:
                self._unused.discard(example)
        return text

    def unused(self) -> Iterator[str]:
        """The entries that fit nothing."""
        yield from sorted(self._unused)


class Ports:
    """A free port for each that the documents name, so that nothing else on the machine is in the way."""

    def __init__(self, known: Mapping[str, str] | None = None) -> None:
        self._taken = dict(known or {})

    def continued(self) -> Ports:
        """The same ones, for a document that continues another."""
        return Ports(self._taken)

    def to_free(self, text: str) -> str:
        """The text with free ports in it."""
        return _PORT.sub(lambda found: found[1] + self._for(found[2]), text)

    def to_shown(self, text: str) -> str:
        """The text with the ports that the document names."""
        shown = {free: name for name, free in self._taken.items()}
        return _PORT.sub(lambda found: found[1] + shown.get(found[2], found[2]), text)

    def _for(self, shown: str) -> str:
        if shown not in self._taken:
            self._taken[shown] = _free()
        return self._taken[shown]


def _free() -> str:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return str(listening.getsockname()[1])
