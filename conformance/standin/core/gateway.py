"""The gateway: answers like DIAL Core, and passes on to deployments what is theirs."""

from __future__ import annotations

import re
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Final
from urllib.parse import unquote

from conformance.standin.core.applications import Applications
from conformance.standin.core.callers import AuthenticatedCaller, Callers, Project
from conformance.standin.core.catalog import Catalog
from conformance.standin.core.completions import Completions
from conformance.standin.core.deployment import ServedDeployment
from conformance.standin.core.features import Features
from conformance.standin.core.files import Files
from conformance.standin.core.http import ANYBODY, Headers, IncomingRequest, Response, in_json, in_words, to_json
from conformance.standin.core.limits import RateLimiter
from conformance.standin.core.listings import Listings
from conformance.standin.core.refusal import RefusedError, refused
from conformance.standin.core.release import CoreRelease
from conformance.standin.core.storage import Storage

_ALLOWED_TO_ALL: Final = (
    ("access-control-request-method", "access-control-allow-methods"),
    ("access-control-request-headers", "access-control-allow-headers"),
)
_SECONDS_OF_OPTIONS: Final = "86400"

_Answer = Callable[[IncomingRequest, AuthenticatedCaller, re.Match[str]], Awaitable[Response]]


class Gateway:
    """A DIAL Core of some version: a handler without sockets and without state outside of it.

    Args:
        release: The version.
        projects: Whose keys are known.
        storage: The folder for files, which need not exist.
        now: The clock, in seconds since the epoch.
    """

    def __init__(
        self, release: CoreRelease, projects: Sequence[Project], storage: Path, now: Callable[[], float] = time.time
    ) -> None:
        self._release = release
        self._catalog = Catalog(release.unknown)
        self._callers = Callers(projects, release.authorization)
        self._limits = RateLimiter(release.limiting, now)
        self._listings = Listings(release, self._catalog)
        self._features = Features(self._catalog, self._callers, with_key=release.key_to_feature_endpoints)
        self._completions = Completions(release.completing, self._catalog, self._callers, self._limits)
        self._files = Files(release.filing, self._callers, Storage(storage, now))
        self._applications = Applications(release, self._catalog, self._callers)
        self._routes = self._all_routes()

    def add(self, deployment: ServedDeployment) -> None:
        """Put a deployment behind the gateway."""
        self._catalog.add(deployment)
        self._listings.forget()

    async def __call__(self, request: IncomingRequest) -> Response:
        """Answer as Core does, in the order in which it looks (dial-api 0)."""
        try:
            response = self._without_caller(request)
            if response is None:
                response = await self._routed(request, self._callers.of(request))
        except RefusedError as error:
            response = error.response
        body = b"" if request.method == "HEAD" else response.body
        return Response(response.status, (*_cors(request), *response.headers), body, response.pieces)

    def _without_caller(self, request: IncomingRequest) -> Response | None:
        """Answer what is answered to everybody, or return None."""
        if request.method == "OPTIONS":
            return Response(200, (("access-control-max-age", _SECONDS_OF_OPTIONS),))
        if request.method not in self._release.methods:
            return in_words(405)
        self._check_size(request)
        if request.method == "GET" and (path := unquote(request.path)) in ("/health", "/version"):
            return in_words(200, self._release.version if path == "/version" else "")
        return None

    def _check_size(self, request: IncomingRequest) -> None:
        is_upload = (request.header("content-type") or "").startswith("multipart/form-data")
        if len(request.body) > (self._release.largest_upload if is_upload else self._release.largest_body):
            raise refused(413, "Request body is too large")

    async def _routed(self, request: IncomingRequest, caller: AuthenticatedCaller) -> Response:
        path = request.path
        for method, pattern, answer in self._routes:
            if method == request.method and (found := pattern.fullmatch(path)):
                return await answer(request, caller, found)
        raise self._release.no_route.of()

    def _all_routes(self) -> tuple[tuple[str, re.Pattern[str], _Answer], ...]:
        kinds = "|".join(("deployments", "models", "applications", *sorted(self._release.listing.empty)))
        late = [
            ("GET", r"/+v1/deployments", self._by_interface),
            ("GET", r"/+v1/deployments/(.+)", self._of_any_kind),
            ("GET", r"/+v1/deployment-names", self._names),
        ]
        routes: list[tuple[str, str, _Answer]] = [
            ("POST", r"/+openai/deployments/(.+?)/(?:completions|chat/completions|embeddings)", self._completion),
            ("GET", rf"/+openai/({kinds})", self._list),
            ("GET", rf"/+openai/({kinds})/(.+)", self._one),
            ("GET", r"/+v1/deployments/(.+?)/(configuration)", self._feature),
            ("POST", r"/+v1/deployments/(.+?)/(tokenize|truncate_prompt)", self._feature),
            ("POST", r"/+v1/(.+?)/(rate)", self._feature),
            ("GET", r"/v1/deployments/(.+?)/limits", self._limits_of),
            ("GET", r"/v1/(files/[a-zA-Z0-9]+/.*)", self._download),
            ("PUT", r"/v1/(files/[a-zA-Z0-9]+/.*)", self._upload),
            ("DELETE", r"/v1/(files/[a-zA-Z0-9]+/.*)", self._delete),
            ("GET", r"/v1/metadata/(files/[a-zA-Z0-9]+/.*)", self._metadata),
            ("GET", r"/v1/(applications/[a-zA-Z0-9]+/.*)", self._application),
            ("GET", r"/v1/metadata/(applications/[a-zA-Z0-9]+/.*)", self._application_metadata),
            ("GET", r"/v1/bucket", self._bucket),
            ("GET", r"/v1/user/info", self._user_info),
            *(late if self._release.listing.bare else ()),
        ]
        return tuple((method, re.compile(pattern, re.DOTALL), answer) for method, pattern, answer in routes)

    async def _completion(
        self, request: IncomingRequest, caller: AuthenticatedCaller, found: re.Match[str]
    ) -> Response:
        return await self._completions.answer(request, caller, unquote(found[1]))

    async def _feature(self, request: IncomingRequest, caller: AuthenticatedCaller, found: re.Match[str]) -> Response:
        return await self._features.answer(found[2], request, caller, unquote(found[1]))

    async def _list(self, _: IncomingRequest, __: AuthenticatedCaller, found: re.Match[str]) -> Response:
        return self._listings.all(found[1])

    async def _one(self, _: IncomingRequest, caller: AuthenticatedCaller, found: re.Match[str]) -> Response:
        return self._listings.one(found[1], unquote(found[2]), caller)

    async def _by_interface(self, request: IncomingRequest, _: AuthenticatedCaller, __: re.Match[str]) -> Response:
        return self._listings.of_interface(request)

    async def _of_any_kind(self, _: IncomingRequest, caller: AuthenticatedCaller, found: re.Match[str]) -> Response:
        return self._listings.any(unquote(found[1]), caller)

    async def _names(self, request: IncomingRequest, _: AuthenticatedCaller, __: re.Match[str]) -> Response:
        return self._listings.names(request)

    async def _limits_of(self, _: IncomingRequest, caller: AuthenticatedCaller, found: re.Match[str]) -> Response:
        return in_json(self._limits.statistics(caller.bucket, self._catalog.find(unquote(found[1]), caller)))

    async def _download(self, request: IncomingRequest, caller: AuthenticatedCaller, found: re.Match[str]) -> Response:
        return await self._files.download(request, caller, found[1])

    async def _upload(self, request: IncomingRequest, caller: AuthenticatedCaller, found: re.Match[str]) -> Response:
        return await self._files.upload(request, caller, found[1])

    async def _delete(self, request: IncomingRequest, caller: AuthenticatedCaller, found: re.Match[str]) -> Response:
        return await self._files.delete(request, caller, found[1])

    async def _metadata(self, request: IncomingRequest, caller: AuthenticatedCaller, found: re.Match[str]) -> Response:
        return await self._files.describe(request, caller, found[1])

    async def _application(self, _: IncomingRequest, caller: AuthenticatedCaller, found: re.Match[str]) -> Response:
        return self._applications.one(caller, found[1])

    async def _application_metadata(
        self, request: IncomingRequest, caller: AuthenticatedCaller, found: re.Match[str]
    ) -> Response:
        return self._applications.describe(request, caller, found[1])

    async def _bucket(self, _: IncomingRequest, caller: AuthenticatedCaller, __: re.Match[str]) -> Response:
        document = {"bucket": caller.bucket}
        return in_json(document if caller.appdata is None else document | {"appdata": caller.appdata})

    async def _user_info(self, _: IncomingRequest, caller: AuthenticatedCaller, __: re.Match[str]) -> Response:
        document = {"roles": ["default"], "project": caller.project.name}
        return in_words(200, to_json(document).decode())


def _cors(request: IncomingRequest) -> Headers:
    asked = ((answer, request.header(question)) for question, answer in _ALLOWED_TO_ALL)
    return (ANYBODY, *((name, value) for name, value in asked if value is not None))
