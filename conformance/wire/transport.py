"""What all ways to an answer have in common: `Transport`, and why there may be no answer.

* `LiveTransport` (live/http.py) sends over HTTP.
* `RetryingTransport` (live/retrying.py) stands around a live one, and sends again after an outage.
* `RecordingTransport` (cassettes/recording.py) stands around both, and keeps what comes back.
* `ReplayTransport` (cassettes/folder.py) answers from a set.
* `ImportTransport` (cassettes/interactions.py) answers from cassettes of pytest-recording.
* `TrafficTransport` (traffic/transport.py) answers from what was captured elsewhere.

Recipes and checks do not know which of them answers.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Protocol

from conformance.contract.exchange import Exchange, Request


class Trouble(StrEnum):
    """Why there is no answer."""

    UNREACHABLE = "nobody answers there"
    NAME = "the host name cannot be resolved"
    TLS = "the TLS handshake failed"
    UNTRUSTED = "its certificate is signed by nobody who is trusted"
    TIMEOUT = "it took too long"
    BROKEN = "the answer broke off"
    EXCESS = "the answer goes on after its end"
    CODING = "the answer cannot be decoded"
    TOO_LARGE = "the answer is too large"
    NO_CASSETTE = "the cassette is missing"
    OTHER_REQUEST = "recorded for another request"
    MALFORMED = "the cassette is malformed"
    NEVER_RECORDED = "never recorded"


class NoAnswerError(Exception):
    """A request that has no answer.

    Attributes:
        trouble: Of which kind.
        broken: The exchange as far as it came, with the fault of its answer (status 0 where not even that came); None
            where nothing was sent, or what is missing is not the answer's fault.
    """

    def __init__(self, trouble: Trouble, detail: str = "", broken: Exchange | None = None) -> None:
        super().__init__(f"{trouble}: {detail}" if detail else str(trouble))
        self.trouble = trouble
        self.broken = broken


class NeverRecordedError(NoAnswerError):
    """Who answers does so from captures, and there never was one of this request: nobody is to blame for that.

    Attributes:
        for_good: A set that is recorded from the captures says so too. Otherwise it may still be recorded elsewhere.
    """

    def __init__(self, name: str, *, for_good: bool = True) -> None:
        super().__init__(Trouble.NEVER_RECORDED, f"the DIAL answers from captures, and has none of {name}")
        self.for_good = for_good


class Transport(Protocol):
    """Gives the answer to a request: from a live DIAL, or from a cassette."""

    def send(
        self, name: str, request: Request, answers: frozenset[int] = frozenset(), *, forwarded_once: bool = False
    ) -> Exchange:
        """Send a request, and wait for the answer.

        Args:
            name: What the plan calls the exchange.
            request: The request.
            answers: Statuses among `OUTAGES` that are an answer here, so that nothing is sent again for them;
                all of them where nothing is to be sent again whatever comes.
            forwarded_once: It must not get to a deployment twice, so it is sent again only where the gateway says
                itself that it was not forwarded.

        Raises:
            NoAnswerError: There is no answer.
        """
        ...

    def close(self) -> None:
        """Close what is open. A request that is under way ends with NoAnswerError."""
        ...
