"""Image models that have a notebook in the DIAL cookbook, named by --dalle3-deployment and its like."""

from __future__ import annotations

from conformance.contract.case import Case
from conformance.contract.exchange import Exchange
from conformance.contract.profile import PROFILES, Profile
from conformance.contract.requirement import MUST, SHOULD, requirement
from conformance.contract.verdict import NotClaimedError
from conformance.dial.attachment import Attachment, Attachments
from conformance.dial.image import has_alpha_channel
from conformance.recipes.image_models import asked_type


@requirement(
    "ATT-12",
    MUST,
    source="DIAL-14.3-1",
    profiles=PROFILES,
    requires=["ATT-05"],
    unless_like=("CHAT-05", "with_a_forbidden_value"),
)
def test_picture_is_of_the_configured_type(profile: Profile, case: Case, attachments: Attachments) -> None:
    """The type of a picture is the one that the configuration asks for: `image/{output_format}`."""
    asked = asked_type(profile, case)
    if asked is None:
        raise NotClaimedError("the configuration asks for no type of image")
    found = attachments.images[0].type
    assert found == asked, attachments.because(f"type {asked}", f"type {found}")


@requirement("ATT-13", SHOULD, source="DIAL-14.3-1", profiles=PROFILES, requires=["FILE-02"])
def test_name_of_a_picture_fits_its_type(stored_image: Attachment, attachments: Attachments) -> None:
    """The name of a stored picture ends as its type says, such as `.png`, or has no end."""
    assert stored_image.has_fitting_name, attachments.because(f"a name for {stored_image.type}", stored_image.url)


@requirement(
    "FILE-22",
    SHOULD,
    source="DIAL-14.3-2",
    profiles=PROFILES,
    unless_like=("CHAT-05", "with_a_forbidden_value"),
)
def test_transparent_picture_has_an_alpha_channel(transparent_picture: Exchange) -> None:
    """A picture that was asked for with a transparent background has an alpha channel."""
    assert transparent_picture.status == 200, transparent_picture.because("200")
    found = has_alpha_channel(transparent_picture.answer.body)
    assert found, transparent_picture.because("an image with an alpha channel", "none")
