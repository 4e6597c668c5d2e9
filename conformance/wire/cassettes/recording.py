"""Recording a set: into a temporary folder, which takes the set's place only when it is complete.

An exchange is kept in three steps, so that there is never half a cassette, nor a secret, under its name:

    make the content of its file, read that as who opens the file reads it, and look for the secrets in every leaf
                                                                             found ──► write nothing, remember a problem
    write it to  .NAME.recording-PID/deployment/recipe.partial
    rename that to recipe.yaml

The content is read back because it is what counts: YAML has escapes of its own. A problem, whether a
secret, an exchange without an answer, or a full disk, does not end the run, whose verdicts are wanted all the same;
but at the end the recording is discarded instead of finished, for a set with holes would say "could not run" for
ever.

At the end the new set takes the place of the old one (`finish`), with two renames:

    step                         NAME    .NAME.recording-PID    .NAME.old-PID
    0  everything is recorded    old     new, without meta
    1  write meta.yaml           old     new
    2  rename NAME away          -       new                    old
    3  rename the new one        new     -                      old
    4  delete the old one        new     -                      -

One rename is not enough: it replaces a file, but no folder that has something in it. What fails in step 1 or 2 leaves
the old set where it is; what fails in step 3 puts it back. A process that is killed between 2 and 3 leaves both sets,
each whole, under their temporary names. A set under the name NAME is always whole: either the old or the new one.

The temporary folder lies beside the set, and not in /tmp: a rename does not get from one file system to another. Its
name has the number of the process, so that two recordings do not write into one.

Threads record at once. Each writes files of its own, and appends to lists, which CPython does in one step; `problem`
is guarded, because the first one is to be kept.
"""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from conformance.contract.exchange import Exchange, Request
from conformance.wire.cassettes.file import MalformedCassetteError, parse_yaml, write_cassette
from conformance.wire.cassettes.folder import META, Meta, ReplayTransport, UnusableSetError, dump_meta
from conformance.wire.redaction import Redaction
from conformance.wire.transport import NeverRecordedError, NoAnswerError, Transport


class RecordingTransport:
    """Sends to a live DIAL and keeps what it answers.

    Attributes:
        problem: Why the recording cannot take the set's place: the first reason, or None.
    """

    def __init__(self, live: Transport, folder: Path, redaction: Redaction, *, new_episodes: bool) -> None:
        """Make the temporary folder.

        Args:
            live: The DIAL.
            folder: The set.
            redaction: What must not get in.
            new_episodes: What the set has already is not sent again.

        Raises:
            UnusableSetError: The folder cannot be written, or is something else than a set.
        """
        self._live = live
        self._folder = folder
        self._redaction = redaction
        self._old = ReplayTransport(folder) if new_episodes else None
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

    def send(
        self, name: str, request: Request, answers: frozenset[int] = frozenset(), *, forwarded_once: bool = False
    ) -> Exchange:
        """Send, and keep the exchange unless something secret is in it; what the set has already is replayed."""
        replayed = self._replay(name, request)
        if replayed is not None:
            return replayed
        try:
            exchange = self._live.send(name, request, answers, forwarded_once=forwarded_once)
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
        """Put the new set in the place of the old one, which is drawn at the top of this module.

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
            self._temporary.rename(self._folder)  # here, and only here, the set is not at its place
        except OSError:
            if old.exists():
                old.rename(self._folder)
            raise
        shutil.rmtree(old, ignore_errors=True)

    def discard(self) -> None:
        """Forget what was recorded; the old set stays as it was."""
        shutil.rmtree(self._temporary, ignore_errors=True)

    def _replay(self, name: str, request: Request) -> Exchange | None:
        if self._old is None:
            return None
        try:
            exchange = self._old.send(name, request)
        except NoAnswerError:
            return None  # not recorded, or for another request: it is a new episode
        self._replayed.append(name)
        return exchange

    def _take_over(self) -> None:
        """Copy what the old set has and the new one has not: the old one stays whole until the swap."""
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
            leaves = _leaves(parse_yaml(Path(f"{exchange.name}.yaml"), content))
            found = next((hit for leaf in leaves if (hit := self._redaction.leak(leaf))), None)
            if found is not None:
                self._stop(f"{exchange.name} holds {found}")
                return
            path.parent.mkdir(parents=True, exist_ok=True)
            partial.write_bytes(content)
            partial.rename(path)
            self._recorded.append(exchange.name)
        except MalformedCassetteError as error:  # too large, above all: it could be written, but never be read again
            self._stop(str(error))
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
