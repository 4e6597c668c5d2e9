"""Metadata of files and folders, in camelCase (dial-api 6.2)."""

from __future__ import annotations

import re
from typing import Any, Final

from conformance.standin.address import Address
from conformance.standin.callers import Caller
from conformance.standin.http import Request, Response, to_json
from conformance.standin.refusal import refused
from conformance.standin.storage import Storage, Stored

MOST_ITEMS: Final = 1000
_DEFAULT_ITEMS: Final = 100
_COUNT: Final = re.compile(r"[0-9]{1,4}")
_JSON: Final = "application/json"
_OWN_TYPE: Final = "application/vnd.dial.metadata+json"


class Metadata:
    """Describes what is stored."""

    def __init__(self, storage: Storage, *, authors: bool, shares: bool) -> None:
        self._storage = storage
        self._authors = authors
        self._writer = ("READ", "WRITE", "SHARE") if shares else ("READ", "WRITE")

    def answer(self, request: Request, caller: Caller, address: Address) -> Response:
        """Describe a file, or a folder with what is in it.

        Raises:
            RefusedError: There is no such file or folder, or the limit is none.
        """
        query = request.query
        permissions = self._permissions(caller, address) if query.get("permissions") == "true" else None
        if address.is_folder:
            limit = _limit(query.get("limit"))
            recursive = query.get("recursive") == "true"
            document = self._folder(address, permissions, limit, query.get("token", ""), recursive=recursive)
        else:
            stored = self._storage.find(address)
            if stored is None:
                raise refused(404)
            document = self.of_file(address, stored, permissions)
        own = _OWN_TYPE in (request.header("accept") or "")
        return Response(200, (("content-type", _OWN_TYPE if own else _JSON),), to_json(document))

    def of_file(self, address: Address, stored: Stored, permissions: list[str] | None = None) -> dict[str, Any]:
        """Describe a file."""
        told = _node(address, permissions)
        told |= {"createdAt": stored.created, "updatedAt": stored.updated, "etag": stored.etag}
        if self._authors:
            told["author"] = stored.author
        return told | {"contentLength": stored.length, "contentType": stored.content_type}

    def _folder(
        self, folder: Address, permissions: list[str] | None, limit: int, token: str, *, recursive: bool
    ) -> dict[str, Any]:
        items: dict[str, dict[str, Any]] = {}
        for names, stored in self._storage.below(folder):
            address, is_file = folder.below(names[0], is_folder=len(names) > 1), len(names) == 1
            if recursive:
                address, is_file = Address(folder.bucket, (*folder.names, *names), is_folder=False), True
            if address.url not in items:
                items[address.url] = _node(address, permissions) | (_item(stored) if is_file else {"items": None})
        if not items and folder.names:
            raise refused(404)
        found = [url for url in items if url > token]
        told = _node(folder, permissions) | {"items": [items[url] for url in found[:limit]]}
        if 0 < limit < len(found):
            told["nextToken"] = found[limit - 1]
        return told

    def _permissions(self, caller: Caller, address: Address) -> list[str]:
        return list(self._writer) if caller.may_write(address.bucket, address.path) else ["READ"]


def _node(address: Address, permissions: list[str] | None) -> dict[str, Any]:
    told: dict[str, Any] = {
        "name": address.name,
        "parentPath": address.parent,
        "bucket": address.bucket,
        "url": address.url,
        "nodeType": "FOLDER" if address.is_folder else "ITEM",
        "resourceType": "FILE",
    }
    return told if permissions is None else told | {"permissions": permissions}


def _item(stored: Stored) -> dict[str, Any]:
    # as seen of both Cores: a folder does not tell how long its files are
    return {"updatedAt": stored.updated, "contentLength": 0, "contentType": stored.content_type}


def _limit(told: str | None) -> int:
    if told is None:
        return _DEFAULT_ITEMS
    if not _COUNT.fullmatch(told) or int(told) > MOST_ITEMS:
        raise refused(400, f"Limit is out of allowed range: [0, {MOST_ITEMS}]")
    return int(told)
