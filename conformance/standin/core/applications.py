"""Custom applications as resources of the project that made them: their settings, and their metadata (dial-api 2.5)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import unquote

from conformance.standin.core.address import Address
from conformance.standin.core.callers import AuthenticatedCaller, Callers
from conformance.standin.core.catalog import Catalog
from conformance.standin.core.deployment import ServedDeployment
from conformance.standin.core.http import IncomingRequest, Response, to_json
from conformance.standin.core.metadata import Metadata
from conformance.standin.core.refusal import refused
from conformance.standin.core.release import CoreRelease
from conformance.standin.core.storage import Stored

_CREATED: Final = 1672534800000
_HOST: Final = "http://127.0.0.1"
"""Where its settings say that it is served; in truth it answers in this process."""
_SETTINGS: Final = ("display_name", "display_version", "description", "reference")


class Applications:
    """Answers for custom applications, which are deployments with an owner."""

    def __init__(self, release: CoreRelease, catalog: Catalog, callers: Callers) -> None:
        self._release = release
        self._catalog = catalog
        self._callers = callers
        self._metadata = Metadata(self, authors=release.filing.authors, shares=release.filing.shares)

    def one(self, caller: AuthenticatedCaller, url: str) -> Response:
        """Return the settings of an application.

        Raises:
            RefusedError: There is none, or it is another project's.
        """
        application = self._catalog.get(self._own(caller, url).plain)
        if application is None:
            raise refused(404)
        settings = self._settings(application)
        return Response(200, (("etag", _etag(settings)), ("access-control-expose-headers", "etag")), settings)

    def describe(self, request: IncomingRequest, caller: AuthenticatedCaller, url: str) -> Response:
        """Return the metadata of an application, or of a folder with what is in it.

        Raises:
            RefusedError: There is none, or it is another project's.
        """
        return self._metadata.answer(request, caller, self._own(caller, url))

    def find(self, address: Address) -> Stored | None:
        """Return what is known of the application at an address, or None if there is none."""
        application = self._catalog.get(address.plain)
        return None if application is None else self._stored(application)

    def below(self, folder: Address) -> Iterator[tuple[tuple[str, ...], Stored]]:
        """Return all applications below a folder, with their names from it on, in order."""
        depth = len(folder.names)
        for names, application in sorted((_names(one), one) for one in self._catalog if one.owner == folder.bucket):
            if names[:depth] == folder.names and len(names) > depth:
                yield names[depth:], self._stored(application)

    def _own(self, caller: AuthenticatedCaller, url: str) -> Address:
        address = Address.of(url, self._callers.buckets)
        if address.bucket != caller.bucket:
            raise refused(403, f"You don't have an access to: {address.url}")
        return address

    def _stored(self, application: ServedDeployment) -> Stored:
        settings = self._settings(application)
        return Stored("", _etag(settings), len(settings), _CREATED, _CREATED, self._callers.name_of(application.owner))

    def _settings(self, application: ServedDeployment) -> bytes:
        settings: dict[str, Any] = {"name": application.id, "endpoint": _HOST + application.chat_path}
        settings |= {name: application.listed[name] for name in _SETTINGS if name in application.listed}
        settings["forward_auth_token"] = False
        settings["features"] = {f"{name}_endpoint": _HOST + path for name, path in application.endpoints.items()}
        settings |= {"defaults": {}, "interceptors": [], "description_keywords": []}
        return to_json(settings | ({"max_retry_attempts": 1} if self._release.listing.attempts else {}))


def _names(application: ServedDeployment) -> tuple[str, ...]:
    return tuple(unquote(application.id).split("/")[2:])


def _etag(content: bytes) -> str:
    return hashlib.md5(content, usedforsecurity=False).hexdigest()
