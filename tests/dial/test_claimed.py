"""What is read from answers to requests that use what a listing claims."""

from __future__ import annotations

import json
from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from conformance.contract.exchange import Answer, Exchange, Request
from conformance.dial.attachment_sample import SAMPLES, sample_of
from conformance.dial.embedding import embeddings_fault
from conformance.dial.interface import chat_denial, chat_disagreement, filter_fault


def embeddings(*data: Any) -> Exchange:
    answer = Answer(200, "OK", (("content-type", "application/json"),), json.dumps({"data": data}).encode())
    return Exchange("embedding/embedded", Request("POST", "/x"), answer)


def vector(index: int, *numbers: Any) -> dict[str, Any]:
    return {"object": "embedding", "index": index, "embedding": list(numbers)}


@pytest.mark.parametrize("dimensions", [None, 2, "two"])
def test_vectors_are_good(dimensions: object) -> None:
    assert embeddings_fault(embeddings(vector(0, 1, -0.5), vector(1, 0, 2e-9)), 2, dimensions) is None


@pytest.mark.parametrize(
    ("answer", "dimensions", "fault"),
    [
        (embeddings(), None, "0 vectors for 2 inputs"),
        (embeddings(vector(0, 1)), None, "1 vectors for 2 inputs"),
        (embeddings(vector(0, 1), vector(1, "0.5")), None, "data[1].embedding is ['0.5']"),
        (embeddings(vector(0, 1), {"index": 1, "embedding": "pHB9"}), None, "data[1].embedding is 'pHB9'"),
        (embeddings(vector(0), vector(1)), None, "data[0].embedding is []"),
        (embeddings(vector(0, None), vector(1, 1)), None, "data[0].embedding is [None]"),
        (embeddings(vector(0, 1), vector(0, 1)), None, "the vectors have index [0, 0]"),
        (embeddings(vector(1, 1), vector(0, 1)), None, "the vectors have index [1, 0]"),
        (embeddings(vector(0, 1), vector(1, 1, 2)), None, "vectors of 1 and 2 numbers"),
        (embeddings(vector(0, 1), vector(1, 2)), 1536, "vectors of 1 numbers"),
        (embeddings([1], [2]), None, "data[0].embedding is None"),
    ],
)
def test_fault_of_vectors(answer: Exchange, dimensions: object, fault: str) -> None:
    assert embeddings_fault(answer, 2, dimensions) == fault


@pytest.mark.parametrize(
    ("types", "chosen"),
    [
        (["*/*"], "image/png"),
        (["audio/*"], "audio/wav"),
        (["text/csv", "image/png"], "text/csv"),
        (["application/zip", "Application/PDF"], "application/pdf"),
        (["image/jpeg; quality=90"], "image/jpeg"),
        (["application/zip"], None),
        ([7, "text/*"], "text/plain"),
        ("image/png", None),
        (None, None),
    ],
)
def test_sample_is_of_the_first_listed_type_that_there_is(types: object, chosen: str | None) -> None:
    found = sample_of(types)
    assert (found and found.type) == chosen


@pytest.mark.parametrize("sample", [one for one in SAMPLES if one.type.startswith("image/")], ids=lambda one: one.type)
def test_samples_are_pictures(sample: Any) -> None:
    with Image.open(BytesIO(sample.content)) as picture:
        picture.load()
        assert f"image/{(picture.format or '').lower()}" == sample.type


@pytest.mark.parametrize(
    ("flag", "interfaces", "disagrees", "denies"),
    [
        (True, ["chat"], False, False),
        (True, ["openaiChatCompletions", "mcp"], False, False),
        (False, ["mcp"], False, True),
        (False, ["chat"], True, True),
        (True, ["mcp"], True, True),
        (None, ["mcp"], False, True),
        (False, None, False, True),
        ("no", [], False, False),
        (None, [7], False, False),
    ],
)
def test_flag_and_interfaces(flag: object, interfaces: object, disagrees: bool, denies: bool) -> None:  # noqa: FBT001 - a table
    element = {"features": {"chat_completion": flag}, "interfaces": interfaces}
    assert (chat_disagreement(element) is not None) == disagrees
    assert (chat_denial(element) is not None) == denies


def test_what_says_nothing_of_its_interfaces_may_be_anywhere() -> None:
    everything: list[dict[str, Any]] = [
        {"id": "a", "interfaces": ["chat"]},
        {"id": "b"},
        {"id": "c", "interfaces": ["embedding"]},
    ]
    assert filter_fault(everything, [{"id": "a"}], "chat") is None
    assert filter_fault(everything, everything[:2], "chat") is None
    assert filter_fault(everything, everything, "chat") == "with c"
    assert filter_fault(everything, [], "embedding") == "without c"
