"""What stands in for the network below an official client: its request becomes one exchange of the run."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import httpx

from conformance.contract.exchange import API_KEY, Answer, Exchange, Request
from conformance.contract.verdict import CouldNotRunError

BASE_URL: Final = "https://dial.invalid"
"""Where a client believes the DIAL to be. Paths below it are those below the DIAL's own base URL."""

_SENT: Final = {"accept": "Accept", "api-key": "Api-Key", "content-type": "content-type", "user-agent": "User-Agent"}
"""Headers that are sent on, and how they are spelled. What else a client sends is about the connection, or about the
machine it runs on: telemetry, and what `OPENAI_ORG_ID` or `OPENAI_CUSTOM_HEADERS` put in, which may be a secret."""

_OF_THE_CONNECTION: Final = frozenset({"connection", "content-encoding", "content-length", "transfer-encoding"})
"""Headers of an answer that are no longer true: its body is decoded and complete."""


class SecondRequestError(RuntimeError):
    """A client asked again, though it was told not to."""


class ClientTransport(httpx.BaseTransport):
    """Asks one request of a client through the run.

    Attributes:
        exchange: What was asked and answered; None before.
        fault: Why there is no answer, whatever the client makes of it; None if there is one.
    """

    def __init__(self, ask: Callable[[Request], Exchange]) -> None:
        """Get ready.

        Args:
            ask: Asks a request through the run.
        """
        self.exchange: Exchange | None = None
        self.fault: Exception | None = None
        self._ask = ask

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Ask, and answer with what came (httpx.BaseTransport)."""
        try:
            return _response(self._asked(request))
        except Exception as error:
            self.fault = self.fault or error  # clients wrap what is raised here, and ask again
            raise

    def client(self) -> httpx.Client:
        """Return what an official client takes for its way to the network."""
        return httpx.Client(transport=self, trust_env=False)

    def _asked(self, request: httpx.Request) -> Answer:
        if self.exchange is not None or self.fault is not None:
            raise SecondRequestError(f"the client asks a second time: {request.method} {request.url.path}")
        self.exchange = self._ask(_plain(request))
        return self.exchange.answer


def _plain(request: httpx.Request) -> Request:
    headers = tuple(
        (_SENT[name.lower()], value) for name, value in request.headers.multi_items() if name.lower() in _SENT
    )
    if ("Api-Key", API_KEY) not in headers:
        raise CouldNotRunError("the environment gives the client other credentials: unset AZURE_OPENAI_AD_TOKEN")
    return Request(request.method, request.url.raw_path.decode("ascii"), headers, request.read())


def _response(answer: Answer) -> httpx.Response:
    headers = [
        (name.encode("latin-1", "replace"), value.encode("latin-1", "replace"))
        for name, value in answer.headers
        if name.lower() not in _OF_THE_CONNECTION
    ]
    return httpx.Response(answer.status, headers=headers, content=answer.body)
