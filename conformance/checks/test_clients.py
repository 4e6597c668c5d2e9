"""Official clients: the cookbook notebook, as its reader runs it."""

from __future__ import annotations

from conformance.contract.deployment import Deployment
from conformance.contract.exchange import Exchange
from conformance.contract.profile import PROFILES
from conformance.contract.requirement import MUST, requirement
from conformance.contract.verdict import CouldNotRunError
from conformance.dial.attachment import Attachments
from conformance.dial.completion import Completion
from conformance.recipes.official_clients.conversation import Heard
from conformance.recipes.official_clients.reading import ErrorReading, Reading, StreamReading


@requirement("CLI-01", MUST, source="DIAL-18.8-1, DIAL-NOTEBOOK-6; openai-python")
def test_openai_client_reads_a_completion(openai_reading: Heard[Reading]) -> None:
    """openai.AzureOpenAI reads a completion: one choice, whose message is the assistant's."""
    assert openai_reading.value is not None, openai_reading.because("a completion")
    assert openai_reading.value.is_answer, openai_reading.because("one choice, of the assistant")


@requirement("CLI-02", MUST, source="DIAL-18.8-1, DIAL-NOTEBOOK-8", profiles=PROFILES, requires=["CLI-01"])
def test_openai_client_reaches_the_attachments(openai_reading: Heard[Reading]) -> None:
    """The user of openai.AzureOpenAI finds the attachments of an image model in `message.custom_content`."""
    reading = openai_reading.value
    assert reading is not None, openai_reading.because("a completion")
    assert reading.attachments, openai_reading.because("attachments in message.custom_content")


@requirement("CLI-03", MUST, source="DIAL-18.8-1, DIAL-5.2-4; openai-python, streaming responses")
def test_openai_client_reads_a_stream_to_its_end(openai_chunks: Heard[StreamReading]) -> None:
    """openai.AzureOpenAI reads a stream to its end, and one of the chunks has a finish_reason."""
    assert openai_chunks.value is not None, openai_chunks.because("a stream")
    assert len(openai_chunks.value.finish_reasons) == 1, openai_chunks.because("one finish_reason")


@requirement("CLI-04", MUST, source="DIAL-18.8-1, DIAL-NOTEBOOK-7; openai-python, handling errors")
def test_openai_client_raises_its_error(openai_error: Heard[ErrorReading | None]) -> None:
    """openai.AzureOpenAI raises BadRequestError or UnprocessableEntityError for a configuration that the schema forbids, with the message of the refusal."""  # noqa: E501 - one sentence
    assert openai_error.value is not None, openai_error.because("BadRequestError or UnprocessableEntityError")
    assert openai_error.value.status in (400, 422), openai_error.because("status_code 400 or 422")
    assert openai_error.value.message, openai_error.because("an error with a message in its body")


@requirement("CLI-05", MUST, source="DIAL-18.8-1, DIAL-NOTEBOOK-6; aidial-client, chat completions")
def test_dial_client_reads_a_completion(
    deployment: Deployment,
    dial_reading: Heard[Reading],
    refused_ordinary: Exchange | None,
    same_as_block: Completion | None,
) -> None:
    """aidial-client reads a completion: one choice, whose message is the assistant's, with the attachments of an image model."""  # noqa: E501 - one sentence
    reading = dial_reading.value
    if reading is None and refused_ordinary is not None:  # the client writes `"stream": false`, too
        raise CouldNotRunError(f"CHAT-36: {refused_ordinary.excerpt}")
    if reading is None and same_as_block is not None and Attachments.of(same_as_block).are_none:
        raise CouldNotRunError(f"ATT-01: {same_as_block.exchange.excerpt}")
    assert reading is not None, dial_reading.because("a completion")
    assert reading.is_answer, dial_reading.because("one choice, of the assistant")
    assert reading.attachments or not deployment.profile, dial_reading.because("attachments in message.custom_content")


@requirement("CLI-06", MUST, source="DIAL-18.9-1, DIAL-NOTEBOOK-8; Pillow", requires=["FILE-02"])
def test_pillow_decodes_the_image(pillow_image: Heard[str]) -> None:
    """Pillow decodes all pixels of the image."""
    assert pillow_image.error is None, pillow_image.because("an image that Pillow decodes")
