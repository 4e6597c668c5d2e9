"""A path on which not even the caller gets a good answer: what it answers to others says nothing of credentials."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus

from conformance.contract.exchange import Exchange, InvalidJsonError
from conformance.contract.verdict import CouldNotRunError

_FIRST_ERROR = 400


def is_in_vain(exchange: Exchange) -> bool:
    """Tell whether an answer that should be JSON is an error, or anything else."""
    if exchange.status >= _FIRST_ERROR:
        return True
    try:
        exchange.answer.json  # noqa: B018 - whether it can be read
    except InvalidJsonError:
        return True
    return False


@dataclass(frozen=True)
class CallersFailure:
    """What the caller got.

    Attributes:
        exchange: It.
        requirement: The id of the requirement that is about it.
    """

    exchange: Exchange
    requirement: str

    def let_it_speak(self, to_others: Exchange) -> None:
        """See that somebody else is not answered alike.

        Raises:
            CouldNotRunError: They are: what is wrong there is wrong for everybody.
        """
        alike = to_others.status == self.exchange.status
        if alike and (to_others.status >= _FIRST_ERROR or to_others.answer.body == self.exchange.answer.body):
            raise CouldNotRunError(f"{self.requirement}: the caller gets the same: {self.exchange.excerpt}")


def let_the_listing_speak(requirement: str, listing: Exchange | None, other: Exchange) -> None:
    """See that somebody who is no caller is not refused as wrongly as where they ask for the listing.

    Args:
        requirement: The id of the requirement about the listing.
        listing: What they got for it; None if it was not asked.
        other: What they got now.

    Raises:
        CouldNotRunError: The listing is refused wrongly, and this just so.
    """
    if listing is not None and listing.status != HTTPStatus.UNAUTHORIZED and listing.status == other.status:
        raise CouldNotRunError(f"{requirement}: the listing is answered alike: {listing.excerpt}")
