"""The deployments of a DIAL, and whether a caller may have them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from urllib.parse import unquote

from conformance.standin.core.address import encoded
from conformance.standin.core.callers import AuthenticatedCaller
from conformance.standin.core.deployment import ServedDeployment
from conformance.standin.core.refusal import Refusal, refused

_CUSTOM: Final = "applications/"
"""With what the ids of custom applications begin."""


class Catalog:
    """The deployments in the order in which they were added."""

    def __init__(self, unknown: Refusal) -> None:
        self._unknown = unknown
        self._by_id: dict[str, ServedDeployment] = {}

    def __iter__(self) -> Iterator[ServedDeployment]:
        return iter(self._by_id.values())

    def add(self, deployment: ServedDeployment) -> None:
        """Take in a deployment, in place of another of that id."""
        self._by_id[unquote(deployment.id)] = deployment

    def get(self, name: str) -> ServedDeployment | None:
        """Return the deployment of that decoded id, whether or not the caller may have it."""
        return self._by_id.get(name)

    def find(self, name: str, caller: AuthenticatedCaller) -> ServedDeployment:
        """Return the deployment of that decoded id.

        Raises:
            RefusedError: There is none, or the caller may not have it (dial-api 3).
        """
        deployment = self._by_id.get(name)
        if deployment is None:
            if name.startswith(_CUSTOM):
                raise refused(404, f"Application is not found: {encoded(name.split('/'))}")
            raise self._unknown.of(name)
        if deployment.owner not in (None, caller.bucket):
            raise refused(403)
        if not deployment.allowed:
            raise refused(403, f"Forbidden deployment: {name}")
        return deployment
