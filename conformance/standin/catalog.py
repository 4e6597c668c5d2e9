"""The deployments of a DIAL, and whether a caller may have them."""

from __future__ import annotations

from collections.abc import Iterator

from conformance.standin.deployment import Deployment
from conformance.standin.refusal import Refusal, refused


class Catalog:
    """The deployments in the order in which they were added."""

    def __init__(self, unknown: Refusal) -> None:
        self._unknown = unknown
        self._by_id: dict[str, Deployment] = {}

    def __iter__(self) -> Iterator[Deployment]:
        return iter(self._by_id.values())

    def add(self, deployment: Deployment) -> None:
        """Take in a deployment, in place of another of that id."""
        self._by_id[deployment.id] = deployment

    def get(self, name: str) -> Deployment | None:
        """Return the deployment of that id, whether or not the caller may have it."""
        return self._by_id.get(name)

    def find(self, name: str) -> Deployment:
        """Return the deployment of that id.

        Raises:
            RefusedError: There is none, or the caller may not have it (dial-api 3).
        """
        deployment = self._by_id.get(name)
        if deployment is None:
            raise self._unknown.of(name)
        if not deployment.allowed:
            raise refused(403, f"Forbidden deployment: {name}")
        return deployment
