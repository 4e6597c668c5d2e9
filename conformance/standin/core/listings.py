"""The listings, and what they say of each deployment (dial-api 2)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final

from conformance.standin.core.callers import AuthenticatedCaller
from conformance.standin.core.catalog import Catalog
from conformance.standin.core.deployment import ServedDeployment
from conformance.standin.core.http import IncomingRequest, Response, in_json
from conformance.standin.core.refusal import refused
from conformance.standin.core.release import CoreRelease

CREATED: Final = 1672534800
"""When everything was created that has no date of its own."""

_OF_ONE_DEPLOYMENT: Final = ("rate", "tokenize", "truncate_prompt", "configuration")
_ORDER: Final = (
    "id",
    "model",
    "application",
    "display_name",
    "display_version",
    "icon_url",
    "description",
    "reference",
    "owner",
    "object",
    "status",
    "created_at",
    "updated_at",
    "features",
    "input_attachment_types",
    "max_input_attachments",
    "defaults",
    "description_keywords",
    "max_retry_attempts",
    "lifecycle_status",
    "capabilities",
    "tokenizer_model",
    "limits",
    "pricing",
)
_SHORT_NAMES: Final = {"chat_completion": "chat", "embeddings": "embedding"}
_INTERFACES: Final = frozenset({"chat", "embedding", "mcp", "custom_ui", "all"})
_KINDS: Final = {"deployments": "model", "models": "model", "applications": "application"}
_TYPES: Final = frozenset({"model", "application", "toolset"})


class Listings:
    """Answers for what can be listed. What was answered once is kept."""

    def __init__(self, release: CoreRelease, catalog: Catalog) -> None:
        self._release = release
        self._rules = release.listing
        self._catalog = catalog
        self._kept: dict[str, Response] = {}

    def forget(self) -> None:
        """Compute all listings anew, because the deployments are others."""
        self._kept.clear()

    def all(self, kind: str) -> Response:
        """List what /openai/{kind} has: models, applications, or what there is none of."""
        listed = _KINDS.get(kind)
        return self._keeping(
            kind, lambda: {"data": [self._listed(kind, one) for one in self._of_kind(listed)], "object": "list"}
        )

    def one(self, kind: str, name: str, caller: AuthenticatedCaller) -> Response:
        """Describe one of /openai/{kind}.

        Raises:
            RefusedError: There is none, or it is for others.
        """
        deployment = self._catalog.get(name)
        if kind == "applications":
            deployment = self._catalog.find(name, caller)
            if deployment.kind != "application":
                raise refused(404, f"Application is not found: {name}")
        elif deployment is None or deployment.kind != _KINDS.get(kind):
            raise refused(404)
        elif not deployment.allowed:
            raise refused(403)
        return self._keeping(f"{kind}/{name}", lambda: self._described(kind, deployment))

    def of_interface(self, request: IncomingRequest) -> Response:
        """List deployments of all kinds by their interfaces, without an envelope.

        Raises:
            RefusedError: There is no such interface.
        """
        wanted = request.query.get("interface_type", "all").split(",")
        for interface in wanted:
            if interface not in _INTERFACES:
                raise refused(400, f"Unsupported deployment interface is provided: {interface}")
        found = [one for one in self._of_kind() if "all" in wanted or _SHORT_NAMES[one.interface] in wanted]
        return in_json([self._listed("models", one) for one in found])

    def any(self, name: str, caller: AuthenticatedCaller) -> Response:
        """Describe a deployment of any kind.

        Raises:
            RefusedError: There is none, or it is for others.
        """
        return in_json(self._full(self._catalog.find(name, caller)))

    def names(self, request: IncomingRequest) -> Response:
        """List ids alone.

        Raises:
            RefusedError: There is no such type.
        """
        wanted = request.query.get("type", "model,application").split(",")
        for kind in wanted:
            if kind not in _TYPES:
                raise refused(400, f"Unsupported deployment type is provided: {kind}")
        return in_json([{"id": one.id, "object": one.kind} for one in self._of_kind() if one.kind in wanted])

    def _keeping(self, what: str, document: Callable[[], Any]) -> Response:
        if what not in self._kept:
            self._kept[what] = in_json(document())
        return self._kept[what]

    def _of_kind(self, *kinds: str | None) -> Iterable[ServedDeployment]:
        listed = (one for one in self._catalog if one.allowed and one.owner is None)
        return [one for one in listed if not kinds or one.kind in kinds]

    def _listed(self, kind: str, deployment: ServedDeployment) -> dict[str, Any]:
        described = self._described(kind, deployment)
        return described | {"interfaces": [_SHORT_NAMES[deployment.interface]]} if self._rules.interfaces else described

    def _described(self, kind: str, deployment: ServedDeployment) -> dict[str, Any]:
        return self._stub(deployment) if self._rules.stubs and kind == "deployments" else self._full(deployment)

    def _stub(self, deployment: ServedDeployment) -> dict[str, Any]:
        return {
            "id": deployment.id,
            "model": deployment.id,
            **_constants("deployment"),
            "scale_settings": {"scale_type": "standard"},
            "features": dict(self._rules.flags),
        }

    def _full(self, deployment: ServedDeployment) -> dict[str, Any]:
        described: dict[str, Any] = {
            "id": deployment.id,
            deployment.kind: deployment.id,
            "reference": deployment.id,
            **_constants(deployment.kind),
            "features": self._features(deployment),
            "defaults": {},
            "description_keywords": [],
        }
        if self._rules.named:
            described["display_name"] = deployment.id
        if deployment.kind == "model":
            described |= {"lifecycle_status": "generally-available", "capabilities": _capabilities(deployment)}
        described["max_retry_attempts"] = 5 if deployment.kind == "model" else 1
        described |= deployment.listed
        if not self._rules.attempts:
            del described["max_retry_attempts"]
        return {name: described[name] for name in _ORDER if name in described} | described

    def _features(self, deployment: ServedDeployment) -> dict[str, Any]:
        flags = {name: name in deployment.endpoints for name in _OF_ONE_DEPLOYMENT} | dict(deployment.features)
        return {name: flags.get(name, default) for name, default in self._rules.flags.items()}


def _constants(kind: str) -> dict[str, Any]:
    return {
        "owner": "organization-owner",
        "object": kind,
        "status": "succeeded",
        "created_at": CREATED,
        "updated_at": CREATED,
    }


def _capabilities(deployment: ServedDeployment) -> dict[str, Any]:
    return {
        "scale_types": ["standard"],
        "completion": False,
        "chat_completion": deployment.interface == "chat_completion",
        "embeddings": deployment.interface == "embeddings",
        "fine_tune": False,
        "inference": False,
    }
