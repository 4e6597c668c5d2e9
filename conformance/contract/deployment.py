"""A deployment: model or application under test, and what it claims to be."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import quote

from conformance.contract.profile import Profile

MODEL: Final = "model"
APPLICATION: Final = "application"
CHAT_INTERFACES: Final = frozenset({"chat", "openaiChatCompletions"})


@dataclass(frozen=True)
class Deployment:
    """A model or an application of a DIAL.

    Attributes:
        id: As it stands in the listing.
        kind: `model` or `application`.
        description: Its element of /openai/models or /openai/applications, which tell the truth about features
            (dial-api 2.2).
        profile: The image model that it was named as, so what its notebook promises applies; or None.
        listed: It stands in one of the listings.
        forbidden: The caller may not use it (403), so nothing can be said of it.
    """

    id: str
    kind: str = MODEL
    description: dict[str, Any] = field(default_factory=dict, compare=False)
    profile: Profile | None = None
    listed: bool = field(default=True, compare=False)
    forbidden: bool = field(default=False, compare=False)

    @property
    def path(self) -> str:
        """The id as a part of a path. Ids of custom applications come percent-encoded (dial-api 2.5) and stay so."""
        return quote(self.id, safe="/%:@!$&'()*+,;=~-._")

    @property
    def encoded_path(self) -> str | None:
        """The id with its first plain letter percent-encoded, which names the same deployment (dial-api 11.6).

        None if it has no letter that would not be encoded anyway.
        """
        found = re.search(r"(?<!%)(?<!%[0-9A-Fa-f])[A-Za-z0-9]", self.path)
        if found is None:
            return None
        return f"{self.path[: found.start()]}%{ord(found[0]):02x}{self.path[found.end() :]}"

    @property
    def home(self) -> str:
        """Where the DIAL describes it truthfully: below /openai/models or /openai/applications."""
        return f"/openai/{self.kind}s/{self.path}"

    @property
    def is_private(self) -> bool:
        """A user made it, and no listing has it: a Core lists such applications only if told to (dial-api 2.1)."""
        return not self.listed and self.kind == APPLICATION and self.id.startswith("applications/")

    @property
    def configurable(self) -> bool:
        """It claims a configuration."""
        return _mapping(self.description.get("features")).get("configuration") is True

    @property
    def default_configuration(self) -> Any:
        """The configuration in `defaults` of its listing, None if there is none."""
        return _mapping(_mapping(self.description.get("defaults")).get("custom_fields")).get("configuration")

    @property
    def takes_attachments(self) -> bool:
        """It names types of attachments that a message may have."""
        return bool(self.description.get("input_attachment_types"))

    @property
    def other_interfaces(self) -> tuple[str, ...]:
        """The interfaces that it serves, if they are told and chat completions are none of them."""
        served = self.description.get("interfaces")
        if not isinstance(served, list) or not all(isinstance(one, str) for one in served):
            return ()
        return () if CHAT_INTERFACES & set(served) else tuple(served)

    @property
    def answers_chat(self) -> bool:
        """It claims chat completions: all do but models that complete text or embed only, or other interfaces.

        Later Cores tell the interfaces in their listings (dial-api 2.3): what is reached by the Responses API or by MCP
        only has the capability, and answers completions with 503.
        """
        if self.other_interfaces:
            return False
        capabilities = _mapping(self.description.get("capabilities"))
        other = capabilities.get("completion") is True or capabilities.get("embeddings") is True
        return capabilities.get("chat_completion") is True or not other


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
