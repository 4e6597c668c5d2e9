"""What makes a deployment one that a requirement is about: what it claims, and what the operator named it as."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from conformance.contract.deployment import Deployment


class Claim(StrEnum):
    """What a deployment may claim in the listing (dial-api 2.3, 2.4)."""

    CHAT = "chat_completion"
    CONFIGURATION = "configuration"


class Profile(StrEnum):
    """What the operator may name a deployment as; a notebook of the DIAL cookbook then applies to it."""

    DALLE3 = "DALL-E 3"


CHAT: Final = Claim.CHAT
CONFIGURATION: Final = Claim.CONFIGURATION
DALLE3: Final = Profile.DALLE3

NOT_CONFIGURABLE: Final = "features.configuration is not true"


def why_not_about(deployment: Deployment, claims: Claim | None, profile: Profile | None) -> str | None:
    """Return why something is not about a deployment, or None if it is.

    Args:
        deployment: The deployment.
        claims: What it must claim, or None.
        profile: What it must have been named as, or None.
    """
    if profile is DALLE3 and not deployment.dalle3:
        return "not the DALL-E 3 deployment"
    if claims is CHAT and not deployment.answers_chat:
        others = ", ".join(deployment.other_interfaces)
        return f"interfaces has only {others}" if others else "capabilities.chat_completion is false"
    if claims is CONFIGURATION and not deployment.configurable:
        return NOT_CONFIGURABLE
    return None
