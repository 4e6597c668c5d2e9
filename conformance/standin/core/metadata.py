"""Metadata of files and folders, in camelCase (dial-api 6.2)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Any, Final, Protocol

from conformance.standin.core.address import Address
from conformance.standin.core.callers import PUBLIC, AuthenticatedCaller
from conformance.standin.core.http import IncomingRequest, Response, to_json
from conformance.standin.core.refusal import refused
from conformance.standin.core.storage import Stored

_RESOURCES: Final = {"files": "FILE", "applications": "APPLICATION"}
MOST_ITEMS: Final = 1000
_DEFAULT_ITEMS: Final = 100
_NUMBER: Final = re.compile(r"[+-]?[0-9]{1,9}")
_JSON: Final = "application/json"
_OWN_TYPE: Final = "application/vnd.dial.metadata+json"


class Resources(Protocol):
    """Where things are kept by their addresses."""

    def find(self, address: Address) -> Stored | None:
        """Return what is known of a thing, or None if there is none."""

    def below(self, folder: Address) -> Iterable[tuple[tuple[str, ...], Stored]]:
        """Return all things below a folder, with their names from it on, in order."""


class Metadata:
    """Describes what is stored."""

    def __init__(self, storage: Resources, *, authors: bool, shares: bool) -> None:
        self._storage = storage
        self._authors = authors
        self._writer = ("READ", "WRITE", "SHARE") if shares else ("READ", "WRITE")

    def answer(self, request: IncomingRequest, caller: AuthenticatedCaller, address: Address) -> Response:
        """Describe a file, or a folder with what is in it.

        Raises:
            RefusedError: There is no such file or folder, or the limit is none.
        """
        query = request.query
        permissions = self._permissions(caller, address) if query.get("permissions") == "true" else None
        if address.is_folder:
            limit = _limit(query.get("limit"))
            recursive = query.get("recursive") == "true"
            items = self._items(address, permissions, _root(caller, address), recursive=recursive)
            document = _page(address, permissions, items, limit, query.get("token", ""))
        else:
            stored = self._storage.find(address)
            if stored is None:
                raise refused(404)
            document = self.of_file(address, stored, permissions)
        own = _OWN_TYPE in (request.header("accept") or "")
        return Response(200, (("content-type", _OWN_TYPE if own else _JSON),), to_json(document))

    def of_file(self, address: Address, stored: Stored, permissions: list[str] | None = None) -> dict[str, Any]:
        """Describe a file."""
        document = _node(address, permissions)
        document |= {"createdAt": stored.created, "updatedAt": stored.updated, "etag": stored.etag}
        if self._authors:
            document["author"] = stored.author
        of_content = {"contentLength": stored.length, "contentType": stored.content_type}
        return document | (of_content if address.kind == "files" else {})

    def _items(
        self, folder: Address, permissions: list[str] | None, root: str, *, recursive: bool
    ) -> dict[str, dict[str, Any]]:
        """Describe what is in a folder, by its place in the storage, which is what a page of a listing ends with."""
        items: dict[str, dict[str, Any]] = {}
        for names, stored in self._storage.below(folder):
            address, is_file = folder.below(names[0], is_folder=len(names) > 1), len(names) == 1
            if recursive:
                address, is_file = replace(folder, names=(*folder.names, *names), is_folder=False), True
            place = f"{root}/{address.path}{'/' if address.is_folder else ''}"
            if place not in items:
                items[place] = _node(address, permissions) | (_item(address, stored) if is_file else {"items": None})
        return items

    def _permissions(self, caller: AuthenticatedCaller, address: Address) -> list[str]:
        return list(self._writer) if caller.may_write(address.bucket, address.path) else ["READ"]


def _node(address: Address, permissions: list[str] | None) -> dict[str, Any]:
    document: dict[str, Any] = {
        "name": address.name,
        "parentPath": address.parent,
        "bucket": address.bucket,
        "url": address.url,
        "nodeType": "FOLDER" if address.is_folder else "ITEM",
        "resourceType": _RESOURCES[address.kind],
    }
    return document if permissions is None else document | {"permissions": permissions}


def _root(caller: AuthenticatedCaller, address: Address) -> str:
    owner = PUBLIC if address.bucket == PUBLIC else f"Keys/{caller.project.name}"
    return f"{owner}/{address.kind}"


def _page(
    folder: Address, permissions: list[str] | None, items: dict[str, dict[str, Any]], limit: int, token: str
) -> dict[str, Any]:
    found = [place for place in items if place > token]
    if not found[:limit] and folder.names:  # what is empty is taken for a folder that is not there
        raise refused(404)
    document = _node(folder, permissions) | {"items": [items[place] for place in found[:limit]]}
    return document | {"nextToken": found[limit - 1]} if 0 < limit < len(found) else document


def _item(address: Address, stored: Stored) -> dict[str, Any]:
    # as seen of both Cores: a folder does not tell how long its files are
    of_content = {"contentLength": 0, "contentType": stored.content_type}
    return {"updatedAt": stored.updated} | (of_content if address.kind == "files" else {})


def _limit(given: str | None) -> int:
    if given is None:
        return _DEFAULT_ITEMS
    if not _NUMBER.fullmatch(given):
        raise refused(500)
    if not 0 <= int(given) <= MOST_ITEMS:
        raise refused(400, f"Limit is out of allowed range: [0, {MOST_ITEMS}]")
    return int(given)
