"""Files: upload, download, deletion (dial-api 6)."""

from __future__ import annotations

from typing import Final

from conformance.standin.core.address import Address
from conformance.standin.core.callers import AuthenticatedCaller, Callers
from conformance.standin.core.http import IncomingRequest, Response, in_json, in_words
from conformance.standin.core.metadata import Metadata
from conformance.standin.core.multipart import uploaded
from conformance.standin.core.refusal import RefusedError, refused
from conformance.standin.core.release_differences import Filing
from conformance.standin.core.storage import LONGEST_NAME, Storage, Stored

_EXPOSED: Final = ("access-control-expose-headers", "etag")
_NOT_MODIFIED: Final = 304
_NO_ACCESS: Final = "You don't have an access to: "


class Files:
    """Answers for files and folders."""

    def __init__(self, rules: Filing, callers: Callers, storage: Storage) -> None:
        self._rules = rules
        self._callers = callers
        self._storage = storage
        self._metadata = Metadata(storage, authors=rules.authors, shares=rules.shares)

    async def download(self, request: IncomingRequest, caller: AuthenticatedCaller, url: str) -> Response:
        """Return a file's content.

        Raises:
            RefusedError: It is a folder, missing, for others, or another version than wanted.
        """
        address = self._readable(url, caller)
        if address.is_folder:
            raise refused(400, "Can't download a folder")
        stored = self._storage.find(address)
        if stored is None:
            raise refused(404)
        if self._rules.conditional_get:
            self._check_match(request, stored)
            if request.header("if-none-match") in ("*", stored.etag, f'"{stored.etag}"'):  # neither weak nor a list
                return Response(_NOT_MODIFIED, (("etag", stored.etag),))
        headers = (("content-type", stored.content_type), ("etag", stored.etag), _EXPOSED)
        return Response(200, headers, await self._storage.read(address))

    async def upload(self, request: IncomingRequest, caller: AuthenticatedCaller, url: str) -> Response:
        """Keep a file.

        Raises:
            RefusedError: It may not be there, the request has no file, or there is another version than wanted.
        """
        address = self._writable(url, caller)
        if address.is_folder:
            raise refused(400, "File name is missing")
        if any(name.endswith(".") for name in address.names):
            raise refused(400, "Resource name and/or parent folders must not end with .(dot)")
        self._check_upload(request, self._storage.find(address))
        file = uploaded(request.header("content-type") or "", request.body)
        if file is None:
            raise self._rules.no_multipart.of(address.url)
        if any(len(name.encode()) > LONGEST_NAME for name in address.names):
            raise refused(500, f"Failed to upload file: {address.url}")
        stored = await self._storage.write(address, file.content, file.content_type, caller.project.name)
        metadata = in_json(self._metadata.of_file(address, stored))
        return Response(200, (("etag", stored.etag), _EXPOSED, *metadata.headers), metadata.body)

    async def delete(self, request: IncomingRequest, caller: AuthenticatedCaller, url: str) -> Response:
        """Remove a file.

        Raises:
            RefusedError: It is a folder, missing, for others, or another version than wanted.
        """
        address = self._writable(url, caller)
        if address.is_folder:
            raise self._rules.no_folder.of(address.url)
        stored = self._storage.find(address)
        if stored is None and self._rules.missing is not None:
            raise self._rules.missing.of(address.url)
        if stored is not None:
            self._check_match(request, stored)
            self._storage.remove(address)
        return in_words(200)

    async def describe(self, request: IncomingRequest, caller: AuthenticatedCaller, url: str) -> Response:
        """Return the metadata of a file, or of a folder with what is in it.

        Raises:
            RefusedError: It is missing or for others, or the limit is none.
        """
        return self._metadata.answer(request, caller, self._readable(url, caller))

    def _readable(self, url: str, caller: AuthenticatedCaller) -> Address:
        address = Address.of(url, self._callers.buckets)
        if not caller.may_read(address.bucket, address.path):
            raise refused(403, _NO_ACCESS + address.url)
        return address

    def _writable(self, url: str, caller: AuthenticatedCaller) -> Address:
        address = Address.of(url, self._callers.buckets)
        if not caller.may_write(address.bucket, address.path):
            raise refused(403, _NO_ACCESS + address.url)
        return address

    def _check_upload(self, request: IncomingRequest, stored: Stored | None) -> None:
        unwanted = _etags(request, "if-none-match")
        if unwanted - {"*"} and not self._rules.any_none_match:
            raise refused(400, "only header if-none-match=* is supported")
        if stored is None:
            return
        if "*" in unwanted:
            raise refused(412, "Resource already exists")
        if stored.etag in unwanted:
            raise refused(412, f"If-none-match condition is failed for etag: {stored.etag}")
        self._check_match(request, stored)

    def _check_match(self, request: IncomingRequest, stored: Stored) -> None:
        wanted = _etags(request, "if-match")
        if wanted and not wanted & {"*", stored.etag}:
            raise self._another_version(request, stored)

    def _another_version(self, request: IncomingRequest, stored: Stored) -> RefusedError:
        asked = request.header("if-match") or ""
        return self._rules.no_match.of(asked if self._rules.no_match_quotes_request else stored.etag)


def _etags(request: IncomingRequest, header: str) -> frozenset[str]:
    """Return the ETags in a header, which may be quoted or not (dial-api 6.3)."""
    tags = (request.header(header) or "").split(",")
    return frozenset(one.strip().removeprefix("W/").strip('"') for one in tags if one.strip())
