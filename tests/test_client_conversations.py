"""What a client does on the way between the run and what it understood."""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from conformance.contract.exchange import API_KEY, Answer, Exchange, Request
from conformance.contract.verdict import CouldNotRunError
from conformance.recipes.official_clients.conversation import ClientConversation
from conformance.recipes.official_clients.pillow import decode
from conformance.recipes.official_clients.transport import BASE_URL, ClientTransport, SecondRequestError
from tests.broken_answers.files import picture


def held(speak: Callable[[ClientTransport], Any], ask: Callable[[Request], Exchange] | None = None) -> Any:
    def answer(request: Request) -> Exchange:
        return Exchange("dall-e-3/x", request, Answer(200, "OK", (("content-encoding", "gzip"),), b"{}"))

    return ClientConversation(speak).run(ask or answer)


def get(transport: ClientTransport) -> httpx.Response:
    return transport.client().get(f"{BASE_URL}/v1/a%2fb?c=d", headers={"api-key": API_KEY, "X-Stainless-OS": "x"})


def test_request_of_a_client_is_plain_data() -> None:
    heard = held(get)
    headers = (("Accept", "*/*"), ("User-Agent", f"python-httpx/{httpx.__version__}"), ("Api-Key", API_KEY))
    assert heard.exchange.request == Request("GET", "/v1/a%2fb?c=d", headers)
    assert (heard.value.status_code, heard.value.json(), heard.error) == (200, {}, None)


def test_second_request_is_a_fault_of_the_suite() -> None:
    with pytest.raises(SecondRequestError, match="asks a second time: GET /v1/a/b"):
        held(lambda transport: [get(transport), get(transport)])


def wrap(transport: ClientTransport) -> None:
    """Do as most clients do with what their transport raises."""
    try:
        get(transport)
    except CouldNotRunError as error:
        raise ConnectionError from error


def swallow(transport: ClientTransport) -> str:
    """Go on as if there had been an answer."""
    with contextlib.suppress(CouldNotRunError):
        get(transport)
    return "an answer"


def try_again(transport: ClientTransport) -> httpx.Response:
    """Ask again after what looks like a broken connection."""
    swallow(transport)
    return get(transport)


@pytest.mark.parametrize("speak", [get, wrap, swallow, try_again])
def test_reason_of_the_run_passes_through(speak: Callable[[ClientTransport], Any]) -> None:
    def ask(_: Request) -> Exchange:
        raise CouldNotRunError("an outage")

    with pytest.raises(CouldNotRunError, match="an outage"):
        held(speak, ask)


def warn(transport: ClientTransport) -> str:
    """Ask, and complain of the answer as pydantic does."""
    get(transport)
    warnings.warn_explicit("Pydantic serializer warnings", UserWarning, "main.py", 1, module="pydantic.main")
    return "an answer"


def test_warning_of_a_client_is_no_error() -> None:
    heard = held(warn)
    assert (heard.value, heard.error) == ("an answer", None)


def test_error_of_a_client_is_kept() -> None:
    heard = held(lambda transport: get(transport).json()["choices"])
    assert heard.value is None
    assert heard.because("a completion").splitlines()[1] == "got: KeyError: 'choices'"


def test_client_that_asks_nothing_accuses_nobody() -> None:
    with pytest.raises(CouldNotRunError, match="the client asked nothing: ValueError: invalid literal for int"):
        held(lambda _: int("none"))


def test_image_too_large_to_decode_accuses_nobody() -> None:
    image = Exchange("dall-e-3/image", Request("GET", "/"), Answer(200, "OK", body=picture("PNG", (6000, 6000))))
    with pytest.raises(CouldNotRunError, match="the image has 6000x6000 pixels, more than are decoded here"):
        decode(image)
