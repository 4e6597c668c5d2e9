"""A deployment as the stand-in's gateway knows it: what its listing says, and who answers for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from conformance.standin.core.http import Handler


@dataclass(frozen=True)
class RequestLimits:
    """How often a deployment may be asked, and how many tokens it may use (dial-api 7)."""

    requests_per_hour: int
    requests_per_day: int
    tokens_per_minute: int
    tokens_per_day: int


@dataclass(frozen=True)
class ServedDeployment:
    """A deployment behind the gateway.

    Attributes:
        id: Its id in the listings.
        kind: Whether it is listed as a model or as an application.
        answers: Who answers for it: gets what the gateway passes on. None if nobody listens there.
        endpoints: Paths at `answers` of its feature endpoints, by the name of the feature: `configuration`, `tokenize`,
            `truncate_prompt`, `rate`. A feature without one is false in the listing (dial-api 2.4).
        features: Flags that differ from their defaults and do not follow from an endpoint.
        listed: Further fields of its listing object, such as `display_name`; for `capabilities` see `interface`.
        interface: What kind of model it is: the one true flag among its capabilities.
        allowed: Whether the callers may use it.
        limits: How often it may be asked, or None if without limit.
        known_as: Its name at `answers`, if that is not its id.
        completions: Where `answers` takes its chat completions, if not at the path of the SDK.
        owner: The bucket of the project that made it, if it is a custom application: it is in no listing, and nobody
            else may use it.
        interceptor: Puts an interceptor before its completions, given who answers behind it; None if there is none.
    """

    id: str
    kind: Literal["model", "application"]
    answers: Handler | None
    endpoints: Mapping[str, str] = field(default_factory=dict)
    features: Mapping[str, bool] = field(default_factory=dict)
    listed: Mapping[str, Any] = field(default_factory=dict)
    interface: Literal["chat_completion", "embeddings"] = "chat_completion"
    allowed: bool = True
    limits: RequestLimits | None = None
    known_as: str | None = None
    completions: str | None = None
    owner: str | None = None
    interceptor: Callable[[Handler], Handler] | None = None

    @property
    def chat_path(self) -> str:
        """Where `answers` takes its chat completions."""
        return self.completions or f"/openai/deployments/{self.known_as or self.id}/chat/completions"
