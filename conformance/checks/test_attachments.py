"""Attachments of completions."""

from __future__ import annotations

from conformance.contract.deployment import Deployment
from conformance.contract.json_text import json_text
from conformance.contract.profile import PROFILES, Profile
from conformance.contract.requirement import MUST, SHOULD, requirement
from conformance.contract.verdict import NotClaimedError
from conformance.dial.attachment import Attachments, read_attachments
from conformance.dial.completion import Completion


@requirement("ATT-01", MUST, source="DIAL-5.1-9, DIAL-NOTEBOOK-6")
def test_attachments_are_an_array(deployment: Deployment, completion_with_message: Completion) -> None:
    """`custom_content.attachments` are an array of objects, and that of an image model is not empty."""
    custom = completion_with_message.message.get("custom_content")
    assert isinstance(custom, dict | None), completion_with_message.because(
        "custom_content that is an object", f"custom_content {json_text(custom)}"
    )
    if completion_with_message.attachments is None and not deployment.profile:
        raise NotClaimedError("the completion has no attachments")
    found = read_attachments(completion_with_message)
    shown = f"attachments {json_text(completion_with_message.attachments)}"
    assert found is not None, completion_with_message.because("an array of objects", shown)
    assert found or not deployment.profile, completion_with_message.because("an attachment", shown)


@requirement("ATT-02", MUST, source="DIAL-5.3-1; OpenAPI document of DIAL Core")
def test_attachment_has_data_or_url(attachments: Attachments) -> None:
    """Each attachment has exactly one of data and url."""
    wrong = attachments.wrong_content()
    assert wrong is None, attachments.because("either data or url", wrong)


@requirement("ATT-03", MUST, source="DIAL-5.3-2; OpenAPI document of DIAL Core; RFC 9110 section 8.3.1")
def test_attachment_type_is_a_media_type(attachments: Attachments) -> None:
    """The type of an attachment is absent, which means text/markdown, or type/subtype."""
    wrong = attachments.wrong_type()
    assert wrong is None, attachments.because("type/subtype", wrong)


@requirement("ATT-04", MUST, source="DIAL-5.3-3; OpenAPI document of DIAL Core")
def test_reference_type_has_a_reference(attachments: Attachments) -> None:
    """An attachment has a reference_type only together with a reference_url."""
    if not attachments.with_reference:
        raise NotClaimedError("no attachment has a reference")
    wrong = attachments.lone_reference_type()
    assert wrong is None, attachments.because("a reference_url", wrong)


@requirement(
    "ATT-05", MUST, source="DIAL-5.3-9, DIAL-14.2-1, DIAL-NOTEBOOK-6", profiles=PROFILES, requires=["ATT-02", "ATT-03"]
)
def test_image_model_sends_an_image(attachments: Attachments) -> None:
    """One attachment of an image model is of a type image/*."""
    assert attachments.images, attachments.because("an attachment with a type image/*")


@requirement(
    "ATT-06", SHOULD, source="DIAL-5.3-9, DIAL-NOTEBOOK-6, DIAL-NOTEBOOK-8", profiles=PROFILES, requires=["ATT-02"]
)
def test_revised_prompt_is_sent(profile: Profile, attachments: Attachments) -> None:
    """One attachment of a DALL-E 3 is titled "Revised prompt" and has data."""
    if not profile.revises_prompt:
        raise NotClaimedError(f"the notebook of {profile.name} promises no revised prompt")
    assert attachments.revised_prompts, attachments.because('an attachment "Revised prompt" with data')


@requirement("ATT-07", SHOULD, source="DIAL-5.3-7, DIAL-NOTEBOOK-8", profiles=PROFILES, requires=["ATT-05", "ATT-08"])
def test_image_model_stores_the_image(attachments: Attachments) -> None:
    """The image of an image model is stored in the DIAL: its url is `files/{bucket}/...`, not data, nor an address of the provider, which expires."""  # noqa: E501 - one sentence
    elsewhere = attachments.image_elsewhere()
    assert elsewhere is None, attachments.because("files/{bucket}/...", elsewhere)


@requirement("ATT-08", MUST, source="DIAL-5.3-5, DIAL-5.3-6, DIAL-5.3-8; good practice", requires=["ATT-02"])
def test_url_of_a_stored_file_is_relative(deployment: Deployment, attachments: Attachments) -> None:
    """The url of a file stored in the DIAL is `files/{bucket}/...`, no url leads to the gateway itself, and that of a picture to no private host."""  # noqa: E501 - one sentence
    if not attachments.with_url:
        raise NotClaimedError("no attachment has a url")
    wrong = attachments.misplaced_url(attachments.pictures(drawn=deployment.profile is not None))
    assert wrong is None, attachments.because("files/{bucket}/..., or a public url", wrong)


@requirement("ATT-09", SHOULD, source="DIAL-5.3-7, DIAL-5.3-8", requires=["ATT-08", "FILE-13", "FILE-01"])
def test_image_is_in_the_own_bucket(deployment: Deployment, attachments: Attachments, bucket_name: str) -> None:
    """A file stored in the DIAL is in the caller's bucket, or in everybody's if it is no picture."""
    if not attachments.buckets:
        raise NotClaimedError("no attachment is stored in the DIAL")
    foreign = attachments.foreign_buckets(bucket_name, attachments.pictures(drawn=deployment.profile is not None))
    assert not foreign, attachments.because(f"bucket {bucket_name}", f"bucket {', '.join(foreign)}")


@requirement("ATT-10", SHOULD, source="DIAL-5.3-4; OpenAPI document of DIAL Core")
def test_attachment_has_no_index(attachments: Attachments) -> None:
    """Outside of a stream, an attachment has no index."""
    wrong = attachments.indexed()
    assert wrong is None, attachments.because("no index", wrong)


@requirement(
    "ATT-11",
    SHOULD,
    source="DIAL-18.4-1; good practice: adapters that retry",
    profiles=PROFILES,
    requires=["ATT-02", "ATT-03"],
)
def test_no_image_comes_twice(attachments: Attachments) -> None:
    """Within one choice, a DALL-E 3 gives no image twice."""
    twice = attachments.image_twice()
    assert twice is None, attachments.because("each image once", twice)
