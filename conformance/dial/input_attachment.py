"""Deployments that answer nothing without an attachment, such as a transcriber (dial-api 4.2)."""

from __future__ import annotations

from http import HTTPStatus

from conformance.contract.deployment import Deployment
from conformance.contract.exchange import Exchange
from conformance.contract.verdict import NotClaimedError
from conformance.dial.error import message_of


def see_that_no_attachment_is_missing(deployment: Deployment, exchange: Exchange) -> None:
    """See that a completion without an attachment was not refused for that.

    Args:
        deployment: Who was asked.
        exchange: A completion that was asked without an attachment.

    Raises:
        NotClaimedError: The deployment takes attachments, and its refusal speaks of one.
    """
    if needs_an_attachment(deployment, exchange):
        raise NotClaimedError(f"it needs an attachment, and the suite sends none: {exchange.excerpt}")


def needs_an_attachment(deployment: Deployment, exchange: Exchange) -> bool:
    """Tell whether a completion was refused because it has no attachment: its refusal speaks of one."""
    refused = HTTPStatus.BAD_REQUEST <= exchange.status < HTTPStatus.INTERNAL_SERVER_ERROR
    return refused and deployment.takes_attachments and "attachment" in message_of(exchange).lower()
