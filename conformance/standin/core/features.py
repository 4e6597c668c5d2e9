"""The feature endpoints of deployments: configuration, tokenize, truncate_prompt, rate (dial-api 3 and 7)."""

from __future__ import annotations

from conformance.standin.core.callers import AuthenticatedCaller, Callers
from conformance.standin.core.catalog import Catalog
from conformance.standin.core.forwarding import forwarded
from conformance.standin.core.http import IncomingRequest, Response, in_words
from conformance.standin.core.refusal import refused
from conformance.standin.core.streamed_answer import watched

_REQUIRED = frozenset({"tokenize", "truncate_prompt"})
"""Without these endpoints it is 403; without the others it is 200 and nothing."""


class Features:
    """Passes what is asked of a feature on to the deployment."""

    def __init__(self, catalog: Catalog, callers: Callers, *, with_key: bool) -> None:
        self._catalog = catalog
        self._callers = callers
        self._with_key = with_key

    async def answer(self, feature: str, request: IncomingRequest, caller: AuthenticatedCaller, name: str) -> Response:
        """Have a deployment answer for a feature of it.

        Raises:
            RefusedError: There is no such deployment or endpoint, it is for others, or nobody listens.
        """
        deployment = self._catalog.find(name, caller)
        target = deployment.endpoints.get(feature)
        if target is None:
            if feature in _REQUIRED:
                raise refused(403, "Forbidden deployment")
            return in_words(200)
        key = self._callers.issue_key(caller, deployment.id) if self._with_key else None

        def ended(_: bytes = b"") -> None:
            if key is not None:
                self._callers.revoke_key(key)

        try:
            response = await forwarded(request, deployment, target, key)
        except ConnectionError as error:
            ended()
            raise refused(502, "connection error to origin") from error
        except BaseException:
            ended()
            raise
        return await watched(response, ended)
