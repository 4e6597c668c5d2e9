"""What is asked of image models that have a notebook, and what that notebook promises of them."""

from __future__ import annotations

from typing import Any

from conformance.cases.engine import Cases
from conformance.contract.case import Case
from conformance.contract.claim import CHAT
from conformance.contract.deployment import Deployment
from conformance.contract.exchange import Exchange, Request
from conformance.contract.profile import PROFILES, Profile
from conformance.contract.recipe import COMPLETION, THOROUGH, Node, facts, recipe
from conformance.contract.verdict import CouldNotRunError, NotClaimedError
from conformance.dial.attachment import Attachment, Attachments, read_attachments
from conformance.dial.completion import Completion, choices_of, is_completed
from conformance.dial.every_exchange import EveryExchange
from conformance.recipes.requests import chat, get


@facts(profiles=PROFILES)
def profile(deployment: Deployment) -> Profile:
    """What the notebook promises of the image model that the deployment was named as."""
    if deployment.profile is None:
        raise NotClaimedError("not named as an image model that has a notebook")
    return deployment.profile


@facts
def transparent_configuration(profile: Profile) -> dict[str, Any]:
    """The configuration with which the notebook asks for a transparent background."""
    if profile.transparent is None:
        raise NotClaimedError(f"the notebook of {profile.name} has no transparent background")
    return dict(profile.transparent)


@recipe(cost=COMPLETION, opt_in=THOROUGH, claims=CHAT, after=("limits",))
def transparent(deployment: Deployment, transparent_configuration: dict[str, Any]) -> Request:
    """A completion with a transparent background."""
    return chat(deployment, configuration=transparent_configuration)


@facts
def transparent_attachment(transparent: Exchange) -> Attachment:
    """The picture with a transparent background, a file of the DIAL."""
    if not is_completed(transparent):
        raise CouldNotRunError(f"CHAT-01: no completion: {transparent.excerpt}")
    completion = Completion(transparent, transparent.json_object or {}, choices_of(transparent)[0])
    pictures = Attachments(completion, read_attachments(completion) or ()).images
    if not pictures or pictures[0].bucket is None:
        raise CouldNotRunError("ATT-05 or 07: the completion has no stored picture")
    return pictures[0]


@recipe(opt_in=THOROUGH, spared=True)
def transparent_picture(transparent_attachment: Attachment) -> Request:
    """The picture with a transparent background."""
    return get(f"/v1/{transparent_attachment.url}")


def asked_type(profile: Profile, case: Case) -> str | None:
    """Return the media type of the picture that a configuration asks for; None if it asks for none."""
    if profile.type_key is None or not isinstance(case.value, dict):
        return None
    value = case.value.get(profile.type_key)
    documented = profile.documented[profile.type_key]
    return f"image/{value}" if value in documented else None


@facts
def misnamed_picture(
    deployment: Deployment, every_exchange: EveryExchange, configuration_cases: Cases | None = None
) -> Exchange | None:
    """A completion whose picture is called another type than its configuration asks for; None if there is none."""
    if deployment.profile is None or configuration_cases is None:
        return None
    for case in configuration_cases.accepted:
        asked = asked_type(deployment.profile, case)
        found = every_exchange.named(Node("accepted", deployment, case).name)
        if asked is None or found is None or not is_completed(found):
            continue
        completion = Completion(found, found.json_object or {}, choices_of(found)[0])
        if any(one.type != asked for one in Attachments.of(completion).images[:1]):
            return found
    return None
