"""Chat completions and embeddings, up to where the deployment takes over (dial-api 4.2 and 7)."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any, Final

from conformance.standin.core.address import Address
from conformance.standin.core.callers import AuthenticatedCaller, Callers
from conformance.standin.core.catalog import Catalog
from conformance.standin.core.deployment import ServedDeployment
from conformance.standin.core.forwarding import forwarded
from conformance.standin.core.http import ANYBODY, IncomingRequest, Response, in_words, to_json
from conformance.standin.core.limits import RateLimiter
from conformance.standin.core.refusal import RefusedError, refused
from conformance.standin.core.release_differences import Completing
from conformance.standin.core.streamed_answer import dismissed, tokens_used, watched

RETRIABLE: Final = frozenset({429, 502, 503, 504})
"""What a deployment answers so is not passed on: another upstream is tried, and there is no other."""

_ABSOLUTE: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_TOO_MANY: Final = 429
_OK: Final = 200


class Completions:
    """Passes what is asked of a model or application on to it."""

    def __init__(self, rules: Completing, catalog: Catalog, callers: Callers, limits: RateLimiter) -> None:
        self._rules = rules
        self._catalog = catalog
        self._callers = callers
        self._limits = limits

    async def answer(self, request: IncomingRequest, caller: AuthenticatedCaller, name: str) -> Response:
        """Have a deployment answer.

        Raises:
            RefusedError: Core itself refuses, or nobody answers.
        """
        if "application/json" not in (request.header("content-type") or "").lower():
            raise refused(415, "Only application/json is supported")
        deployment = self._catalog.find(name, caller)
        self._limits.admit(caller.bucket, deployment)
        files = self._files(self._object(request.body), caller)
        key = self._callers.issue_key(caller, deployment.id, files)
        try:
            response = await self._forwarded(request, deployment, key)
        except BaseException:
            self._callers.revoke_key(key)
            raise

        def ended(body: bytes) -> None:
            self._callers.revoke_key(key)
            if deployment.kind == "model" and response.status == _OK:
                self._limits.spend(caller.bucket, deployment, tokens_used(response, body))

        return await watched(response, ended)

    async def _forwarded(self, request: IncomingRequest, deployment: ServedDeployment, key: str) -> Response:
        # Core knows one endpoint of a deployment, whichever operation the caller names
        _, question, query = request.target.partition("?")
        if deployment.interceptor is None:
            return await self._of_deployment(request, deployment, deployment.chat_path + question + query, key)

        async def behind(request: IncomingRequest) -> Response:
            # the interceptor asks Core, whose answers have this header
            try:
                response = await self._of_deployment(request, deployment, request.target, key)
            except RefusedError as error:
                response = error.response
            return response.with_header(*ANYBODY)

        in_front = replace(deployment, answers=deployment.interceptor(behind))
        return await forwarded(request, in_front, deployment.chat_path + question + query, key)

    async def _of_deployment(
        self, request: IncomingRequest, deployment: ServedDeployment, target: str, key: str
    ) -> Response:
        try:
            response = await forwarded(request, deployment, target, key)
        except ConnectionError as error:
            raise self._unreachable() from error
        if response.status in RETRIABLE:
            await dismissed(response)
            raise self._given_up(response)
        attempts = ("X-UPSTREAM-ATTEMPTS", "1")
        return Response(response.status, (*response.headers, attempts), response.body, response.pieces)

    def _given_up(self, last: Response) -> RefusedError:
        if last.status != _TOO_MANY:
            return self._rules.failing.of()
        busy, until = self._rules.busy.of(), last.header("retry-after")
        if until is None or not self._rules.busy_until:
            return busy
        return RefusedError(busy.response.with_header("retry-after", until))

    def _unreachable(self) -> RefusedError:
        code, (status, text) = self._rules.unreachable_code, self._rules.unreachable
        if code is None:
            return refused(status, text)
        document = {"error": {"message": text, "code": code, "display_message": text}}
        return RefusedError(in_words(status, to_json(document).decode()))

    def _object(self, body: bytes) -> dict[str, Any]:
        try:
            document = json.loads(body or b"null", parse_constant=_no_number)
        except (ValueError, RecursionError) as error:
            raise refused(400) from error
        if not isinstance(document, dict):
            raise self._rules.no_object.of()
        return document

    def _files(self, document: dict[str, Any], caller: AuthenticatedCaller) -> frozenset[str]:
        """Return the files that a request hands to the deployment.

        Raises:
            RefusedError: One cannot be an address, or the caller may not read it itself.
        """
        messages = document.get("messages", [])
        if not isinstance(messages, list):
            raise refused(400)
        return frozenset(
            self._readable(url, caller).plain
            for message in messages
            for attachment in _attachments(message)
            if isinstance(url := attachment.get("url"), str) and not _ABSOLUTE.match(url)
        )

    def _readable(self, url: str, caller: AuthenticatedCaller) -> Address:
        try:
            address = Address.of(url, self._callers.buckets)
        except (RefusedError, UnicodeEncodeError) as error:
            raise refused(400) from error
        if address.kind != "files":
            raise refused(400)
        if not caller.may_read(address.bucket, address.path):
            raise refused(403, f"Access denied to the file {url}")
        return address


def _attachments(message: Any) -> list[dict[str, Any]]:
    content = message.get("custom_content") if isinstance(message, dict) else None
    attachments = content.get("attachments") if isinstance(content, dict) else None
    if not isinstance(attachments, list | None):
        raise refused(400)
    return [one for one in attachments or () if isinstance(one, dict)]


def _no_number(constant: str) -> None:
    raise ValueError(f"{constant} is not JSON")
