"""HTTP: what every answer must be before anybody reads what it says."""

from __future__ import annotations

from conformance.contract.requirement import MUST, SHOULD, requirement
from conformance.contract.verdict import CouldNotRunError, NotRecordedError
from conformance.dial.every_exchange import EveryExchange
from conformance.dial.framing import perhaps_wrongly_framed, wrongly_coded, wrongly_framed
from conformance.dial.repeated_names import first_repeated_name

NOT_IN_A_SET = "a recorded set has the bodies of the answers, and not how they came"


@requirement("HTTP-01", MUST, source="DIAL-17.1-1; RFC 9112 section 6")
def test_answer_ends_as_its_framing_says(every_exchange: EveryExchange) -> None:
    """Every answer is as long as its headers say, and ends as its framing says; that to HEAD, 204 and 304 have no body."""  # noqa: E501 - one sentence
    if not every_exchange.has_framing:
        raise NotRecordedError(NOT_IN_A_SET)
    wrong = wrongly_framed(every_exchange)
    assert wrong is None, wrong.because("an answer that ends as its framing says")
    doubtful = perhaps_wrongly_framed(every_exchange)
    if doubtful is not None:
        raise CouldNotRunError(
            f"{doubtful.exchange.name}: {doubtful.fault}, and it is not known whether that comes back"
        )


@requirement("HTTP-02", MUST, source="DIAL-17.2-1; RFC 9110 sections 8.4 and 12.5.3")
def test_coding_was_offered_and_can_be_undone(every_exchange: EveryExchange) -> None:
    """The Content-Encoding of every answer was offered in Accept-Encoding, and can be undone."""
    if not every_exchange.has_framing:
        raise NotRecordedError(NOT_IN_A_SET)
    wrong = wrongly_coded(every_exchange)
    assert wrong is None, wrong.because("no coding, because the request offers none but identity")


@requirement("HTTP-03", SHOULD, source="DIAL-17.3-1; RFC 8259 section 4")
def test_json_has_no_name_twice(every_exchange: EveryExchange) -> None:
    """No object in a JSON body has the same name twice."""
    found = first_repeated_name(every_exchange)
    assert found is None, found[0].because("each name once", f"the name {found[1]} twice")
