"""Recording a set: into a temporary folder, which takes the set's place only when it is complete."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from conformance.contract.exchange import Exchange, Request
from conformance.wire.cassettes.file import load_yaml, write_cassette
from conformance.wire.cassettes.folder import META, Meta, ReplayTransport, UnusableSetError, dump_meta
from conformance.wire.redaction import Redaction
from conformance.wire.transport import NeverRecordedError, NoAnswerError, Transport


class RecordingTransport:
    """Asks a live DIAL and keeps what it answers."""

    def __init__(self, live: Transport, folder: Path, redaction: Redaction, *, new_episodes: bool) -> None:
        """Make the temporary folder.

        Args:
            live: The DIAL.
            folder: The set.
            redaction: What must not get in.
            new_episodes: What the set has already is not asked again.

        Raises:
            UnusableSetError: The folder cannot be written, or is something else than a set.
        """
        self._live = live
        self._folder = folder
        self._redaction = redaction
        self._kept = ReplayTransport(folder) if new_episodes else None
        self._lock = threading.Lock()
        self._recorded: list[str] = []
        self._replayed: list[str] = []
        self._never_recorded: list[str] = []
        self._temporary = folder.parent / f".{folder.name}.recording-{os.getpid()}"
        self.problem: str | None = None
        if folder.exists() and not (folder.is_dir() and ((folder / META).is_file() or not any(folder.iterdir()))):
            raise UnusableSetError(
                f"{folder} is something else than a cassette set: choose another folder to record into"
            )
        try:
            folder.parent.mkdir(parents=True, exist_ok=True)
            self._temporary.mkdir()
            if folder.is_dir() and not os.access(folder, os.W_OK):
                raise PermissionError(13, "Permission denied")
        except OSError as error:
            shutil.rmtree(self._temporary, ignore_errors=True)
            raise UnusableSetError(f"{folder} cannot be written: {error.strerror or error}") from None

    def send(self, name: str, request: Request, answers: frozenset[int] = frozenset()) -> Exchange:
        """Ask, and keep the exchange unless something secret is in it."""
        kept = self._replay(name, request)
        if kept is not None:
            return kept
        try:
            exchange = self._live.send(name, request, answers)
        except NeverRecordedError as error:
            if error.for_good:
                self._never_recorded.append(name)
            raise
        except NoAnswerError as error:
            self._stop(f"{name} had no answer ({error.trouble})")
            raise
        self._keep(exchange)
        return exchange

    @property
    def recorded(self) -> tuple[str, ...]:
        """The exchanges that were recorded."""
        return tuple(self._recorded)

    @property
    def never_recorded(self) -> tuple[str, ...]:
        """The exchanges of which the DIAL, one that answers from captures, has none."""
        return tuple(sorted(self._never_recorded))

    @property
    def replayed(self) -> tuple[str, ...]:
        """The exchanges that the set had already, so that they were not asked."""
        return tuple(self._replayed)

    def close(self) -> None:
        """Close the live DIAL."""
        self._live.close()

    def finish(self, meta: Meta, *, keep: bool) -> None:
        """Put the new set in the place of the old one.

        Args:
            meta: What the set says of itself.
            keep: Only a part was asked, so what else the old set has stays in it.

        Raises:
            OSError: It could not be put there; the old one is where it was.
        """
        if keep:
            self._take_over()
        (self._temporary / META).write_bytes(dump_meta(meta))
        old = self._folder.parent / f".{self._folder.name}.old-{os.getpid()}"
        if self._folder.exists():
            self._folder.rename(old)
        try:
            self._temporary.rename(self._folder)
        except OSError:
            if old.exists():
                old.rename(self._folder)
            raise
        shutil.rmtree(old, ignore_errors=True)

    def discard(self) -> None:
        """Forget what was recorded; the old set stays as it was."""
        shutil.rmtree(self._temporary, ignore_errors=True)

    def _replay(self, name: str, request: Request) -> Exchange | None:
        if self._kept is None:
            return None
        try:
            exchange = self._kept.send(name, request)
        except NoAnswerError:
            return None  # not recorded, or for another request: it is a new episode
        self._replayed.append(name)
        return exchange

    def _take_over(self) -> None:
        for cassette in self._folder.glob("*/*.yaml"):
            place = self._temporary / cassette.relative_to(self._folder)
            if not place.exists():
                place.parent.mkdir(exist_ok=True)
                shutil.copy2(cassette, place)

    def _keep(self, exchange: Exchange) -> None:
        content = write_cassette(exchange)
        path = self._temporary / f"{exchange.name}.yaml"
        partial = path.with_suffix(".partial")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            partial.write_bytes(content)
            found = next((hit for leaf in _leaves(load_yaml(partial)) if (hit := self._redaction.leak(leaf))), None)
            if found is not None:
                partial.unlink()
                self._stop(f"{exchange.name} holds {found}")
                return
            partial.rename(path)
            self._recorded.append(exchange.name)
        except OSError as error:
            self._stop(f"{path} cannot be written: {error.strerror or error}")

    def _stop(self, problem: str) -> None:
        with self._lock:
            self.problem = self.problem or problem


def _leaves(document: Any) -> Iterator[str | bytes]:
    if isinstance(document, str | bytes):
        yield document
    elif isinstance(document, dict):
        for key, value in document.items():
            yield from _leaves(key)
            yield from _leaves(value)
    elif isinstance(document, list):
        for value in document:
            yield from _leaves(value)
