"""What a lax validator accepts although the schema forbids it."""

from __future__ import annotations

from conformance.contract.exchange import Exchange
from conformance.contract.requirement import SHOULD, requirement
from conformance.dial.suspension import is_refusal


@requirement(
    "CHAT-31",
    SHOULD,
    source="DIAL-4.3-14; JSON Schema 2020-12 validation, section 6.1.1",
    proven_by="accepted",
    unless_like=("CHAT-05", "without_lax_reading"),
)
def test_value_that_only_a_lax_validator_reads_is_refused(with_lax_value: Exchange) -> None:
    """A value that the schema forbids and a lax validator reads, such as "42" for a number, is refused with 4xx."""
    refused = is_refusal(with_lax_value)
    assert refused, with_lax_value.because("4xx, because the schema forbids it; strict validators do not read it")
