"""Where a file is: its URL, its bucket, and its path there (dial-api 6.4)."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable
from dataclasses import dataclass
from typing import Final, Literal, Self, cast
from urllib.parse import quote, unquote

from conformance.standin.core.refusal import refused

LONGEST: Final = 900
"""How many bytes a path may have."""

_URL: Final = re.compile(r"(?:metadata/)?(files|applications)/([A-Za-z0-9]+)/(.*)", re.DOTALL)
_NO_ESCAPE: Final = re.compile(r"%(?![0-9A-Fa-f]{2})")
_NOT_IN_A_NAME: Final = re.compile(r"[/{}\x00-\x1f\x7f]")
_UNQUOTED: Final = "!$&'()*+,;=:@"


def encoded(names: Iterable[str]) -> str:
    """Return names as a path, encoded as Core does it."""
    return "/".join(quote(name, safe=_UNQUOTED) for name in names)


@dataclass(frozen=True)
class Address:
    """The address of a file or folder, or of an application.

    Attributes:
        bucket: The bucket.
        names: The decoded names from the bucket's root on; empty for the root.
        is_folder: Whether it ends with a slash.
        kind: What is there.
    """

    bucket: str
    names: tuple[str, ...]
    is_folder: bool
    kind: Literal["files", "applications"] = "files"

    @classmethod
    def of(cls, url: str, buckets: Container[str]) -> Self:
        """Read a URL such as `files/{bucket}/a%20b.png`, which is decoded once.

        Args:
            url: The URL, relative to /v1/.
            buckets: Those that are somebody's.

        Raises:
            RefusedError: It is no such URL, the bucket is nobody's, or a name cannot be one.
        """
        found = _URL.fullmatch(url)
        if found is None or found[2] not in buckets:
            raise refused(400, f"Url has invalid bucket: {url}")
        bucket, path = found[2], found[3]
        if _NO_ESCAPE.search(path):
            raise refused(500)
        names = tuple(unquote(name) for name in path.rstrip("/").split("/")) if path.rstrip("/") else ()
        if any(not name or _NOT_IN_A_NAME.search(name) for name in names):
            raise refused(400, f"Invalid path provided {path}")
        kind = cast("Literal['files', 'applications']", found[1])
        address = cls(bucket, names, not path or path.endswith("/"), kind)
        if len(f"{bucket}/{address.path}".encode()) > LONGEST:
            raise refused(400, f"Resource path exceeds max allowed size: {LONGEST}")
        return address

    @property
    def path(self) -> str:
        """The decoded path within the bucket, without a slash at either end."""
        return "/".join(self.names)

    @property
    def plain(self) -> str:
        """The URL, not encoded."""
        return f"{self.kind}/{self.bucket}/{self.path}{'/' if self.is_folder and self.names else ''}"

    @property
    def url(self) -> str:
        """The URL, encoded anew."""
        return encoded((self.kind, self.bucket, *self.names, *([""] if self.is_folder else [])))

    @property
    def name(self) -> str | None:
        """The last name, or None for the root."""
        return self.names[-1] if self.names else None

    @property
    def parent(self) -> str | None:
        """The path of the folder around it, or None if that is the root."""
        return "/".join(self.names[:-1]) or None

    def below(self, name: str, *, is_folder: bool) -> Address:
        """Return the address of what is in this folder."""
        return Address(self.bucket, (*self.names, name), is_folder, self.kind)
