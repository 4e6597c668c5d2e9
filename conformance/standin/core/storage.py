"""Files on disk. Nothing in a request becomes a path there."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from conformance.standin.core.address import Address

LONGEST_NAME: Final = 255
"""Bytes of the name of a file or folder: the disk of the captured Cores takes no more."""


@dataclass(frozen=True)
class Stored:
    """A file that is kept.

    Attributes:
        content_type: As it was uploaded with.
        etag: The MD5 of its content (dial-api 6.3).
        length: In bytes.
        created: When there was first a file of its name, in milliseconds.
        updated: When it was last uploaded.
        author: Who uploaded it.
    """

    content_type: str
    etag: str
    length: int
    created: int
    updated: int
    author: str


class Storage:
    """Files below a folder, of which the index is in memory: a DIAL begins empty.

    Each file is named by the hash of its address, so its name is always a name, and never leads out of the folder.
    """

    def __init__(self, folder: Path, now: Callable[[], float]) -> None:
        self._folder = folder
        self._now = now
        self._index: dict[tuple[str, tuple[str, ...]], Stored] = {}

    def find(self, address: Address) -> Stored | None:
        """Return what is known of a file, or None if there is none."""
        return self._index.get((address.bucket, address.names))

    def below(self, folder: Address) -> Iterator[tuple[tuple[str, ...], Stored]]:
        """Return all files below a folder, with their names from it on, in order."""
        depth = len(folder.names)
        for bucket, names in sorted(self._index):
            if bucket == folder.bucket and names[:depth] == folder.names and len(names) > depth:
                yield names[depth:], self._index[bucket, names]

    async def read(self, address: Address) -> bytes:
        """Return the content of a file that is there."""
        return await asyncio.to_thread(self._file(address).read_bytes)

    async def write(self, address: Address, content: bytes, content_type: str, author: str) -> Stored:
        """Keep a file, in place of what is at its address."""
        before, now = self.find(address), int(self._now() * 1000)
        etag = hashlib.md5(content, usedforsecurity=False).hexdigest()
        stored = Stored(content_type, etag, len(content), before.created if before else now, now, author)
        if before is None or before.etag != etag:
            await asyncio.to_thread(self._keep, address, content)
        self._index[address.bucket, address.names] = stored
        return stored

    def remove(self, address: Address) -> None:
        """Remove a file that is there."""
        del self._index[address.bucket, address.names]
        self._file(address).unlink(missing_ok=True)

    def _keep(self, address: Address, content: bytes) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        self._file(address).write_bytes(content)

    def _file(self, address: Address) -> Path:
        return self._folder / hashlib.sha256(address.plain.encode()).hexdigest()
