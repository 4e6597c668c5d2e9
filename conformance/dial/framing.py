"""The framing and the content coding of the answers of a run, as far as they are wrong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from conformance.contract.answer_fault import AnswerFault, FaultKind
from conformance.contract.exchange import Exchange, excerpt
from conformance.dial.every_exchange import EveryExchange
from conformance.dial.stream import read_stream


@dataclass(frozen=True)
class WrongAnswer:
    """An answer whose framing or coding is wrong.

    Attributes:
        exchange: The exchange, as far as it came.
        fault: What is wrong with it.
    """

    exchange: Exchange
    fault: AnswerFault

    def because(self, expected: str) -> str:
        """Explain a violation that this answer shows."""
        return self.exchange.because(expected, f"{self.fault}{error_told_before(self.exchange)}")


def wrongly_coded(exchanges: EveryExchange) -> WrongAnswer | None:
    """Return the first answer whose content coding is wrong, or None."""
    return next(iter(_of_kinds(exchanges, (FaultKind.CODING,))), None)


def wrongly_framed(exchanges: EveryExchange) -> WrongAnswer | None:
    """Return the first answer whose framing was wrong each time, or None."""
    found = _of_kinds(exchanges, [kind for kind in FaultKind if kind is not FaultKind.CODING])
    return next((one for one in found if one.exchange.name in exchanges.recurring), None)


def perhaps_wrongly_framed(exchanges: EveryExchange) -> WrongAnswer | None:
    """Return the first answer whose framing was wrong, and nobody knows whether it is each time; or None."""
    found = _of_kinds(exchanges, [kind for kind in FaultKind if kind is not FaultKind.CODING])
    return next((one for one in found if one.exchange.name not in exchanges.recurring), None)


def error_told_before(exchange: Exchange) -> str:
    """Say which error a stream told of before it broke off; empty if none."""
    if exchange.answer.media_type != "text/event-stream":
        return ""
    error = read_stream(exchange).error
    return "" if error is None else f"; before that it said {excerpt(str(error.get('error')))}"


def _of_kinds(exchanges: EveryExchange, kinds: Sequence[FaultKind]) -> Sequence[WrongAnswer]:
    return [
        WrongAnswer(one, one.answer.fault)
        for one in exchanges.faulty
        if one.answer.fault is not None and one.answer.fault.kind in kinds
    ]
