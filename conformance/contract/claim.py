"""What makes a deployment one that a requirement is about: what it claims, and what the operator named it as."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from conformance.contract.deployment import Deployment
from conformance.contract.profile import Profile


class Claim(StrEnum):
    """What a deployment may claim in the listing (dial-api 2.3, 2.4)."""

    CHAT = "chat_completion"
    CONFIGURATION = "configuration"


CHAT: Final = Claim.CHAT
CONFIGURATION: Final = Claim.CONFIGURATION

NOT_CONFIGURABLE: Final = "features.configuration is not true"


def wrong_condition(claims: object, profiles: object) -> str | None:
    """Return what is wrong with what stands behind `claims=` and `profiles=`, or None; nothing is about a text."""
    if claims is not None and not isinstance(claims, Claim):
        return f"it claims {claims!r:.40}: take CHAT or CONFIGURATION of conformance.own"
    if not (isinstance(profiles, tuple) and all(isinstance(one, Profile) for one in profiles)):
        return f"its profiles are {profiles!r:.40}: take a tuple of DALLE3 and GPT_IMAGE_1 of conformance.own"
    return None


def why_not_about(deployment: Deployment, claims: Claim | None, profiles: tuple[Profile, ...]) -> str | None:
    """Return why something is not about a deployment, or None if it is.

    Args:
        deployment: The deployment.
        claims: What it must claim, or None.
        profiles: What it must have been named as: one of these; whatever it is if there are none.
    """
    if profiles and deployment.profile not in profiles:
        return f"not named as {' or '.join(one.name for one in profiles)}"
    if claims is CHAT and not deployment.answers_chat:
        others = ", ".join(deployment.other_interfaces)
        return f"interfaces has only {others}" if others else "capabilities.chat_completion is false"
    if claims is CONFIGURATION and not deployment.configurable:
        return NOT_CONFIGURABLE
    return None
