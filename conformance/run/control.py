"""The control request, which begins a run: is there a DIAL, and does it know the key?"""

from __future__ import annotations

from http import HTTPStatus

from conformance.contract.answer_fault import FaultKind
from conformance.contract.deployment import Deployment
from conformance.contract.exchange import Exchange
from conformance.contract.verdict import UndecidedError
from conformance.dial.listing import read_listing
from conformance.run.resolver import Resolver
from conformance.run.settings import Settings
from conformance.wire.transport import Trouble

_HINTS = {
    Trouble.UNREACHABLE: "check DIAL_URL, that the DIAL runs, and the proxies of the environment",
    Trouble.NAME: "check the host in DIAL_URL, and the proxies of the environment",
    Trouble.TLS: "check that DIAL_URL is https where it should be, and the certificate; a DIAL that asks for one needs"
    " --client-cert",
    Trouble.UNTRUSTED: "if its CA is a private one, name the file with that CA's certificate (PEM) in SSL_CERT_FILE or"
    " with --ca",
    Trouble.TIMEOUT: "check DIAL_URL, or give it more time with --exchange-timeout",
}


class DiscoveryError(ValueError):
    """There is nothing to check, or nothing that answers like a DIAL; the message says what to do."""


def control_request(resolver: Resolver, name: str | None, settings: Settings) -> Exchange:
    """Ask one thing that every DIAL answers, so that an outage or a wrong address is not taken for violations.

    The page of one deployment does not tell a DIAL from none: it may be wrong, forbidden, or answered with 502 or a
    broken frame. The listing then does.

    Args:
        resolver: Asks.
        name: A deployment under test, or None.
        settings: Where the DIAL is.

    Raises:
        DiscoveryError: Nothing answers like a DIAL, or it does not know the key.
    """
    if name is None:
        exchange = _asked(resolver, "listing", None, settings)
        if read_listing(exchange) is None:
            raise DiscoveryError(not_a_dial(exchange))
        return exchange
    deployment = Deployment(name, profile=settings.profiles.get(name))
    try:
        exchange = _asked(resolver, "deployment_alone", deployment, settings)
    except DiscoveryError:
        if not _somebody_answered(resolver):
            raise
        return control_request(resolver, None, settings)
    if exchange.status == HTTPStatus.NOT_FOUND or (exchange.json_object or {}).get("id") == name:
        return exchange
    listing = _asked(resolver, "listing", None, settings)
    if read_listing(listing) is None:
        raise DiscoveryError(not_a_dial(exchange))
    return listing


def _somebody_answered(resolver: Resolver) -> bool:
    """Tell whether the last request got an answer, though a bad one: then the next may be well."""
    last = resolver.exchanges.outcomes[-1:]
    return any(one.exchange is not None and one.fault is not None and one.fault != FaultKind.SILENT for one in last)


def _asked(resolver: Resolver, recipe: str, deployment: Deployment | None, settings: Settings) -> Exchange:
    try:
        exchange: Exchange = resolver.value(recipe, deployment)
    except UndecidedError as error:
        hint = next(
            (hint for trouble, hint in _HINTS.items() if str(trouble) in str(error)), "is it a DIAL, and is it well?"
        )
        raise DiscoveryError(f"{settings.url} cannot be checked: {str(error).partition(': ')[2]} ({hint})") from None
    if exchange.status == HTTPStatus.UNAUTHORIZED:
        kind = "DIAL_BEARER_TOKEN" if settings.bearer else "DIAL_API_KEY"
        raise DiscoveryError(f"{settings.url} refuses the key (401): check {kind}")
    return exchange


def not_a_dial(exchange: Exchange) -> str:
    """Say what was answered by something that is no DIAL."""
    return (
        f"this does not answer like a DIAL: {exchange.request.method} {exchange.request.path} gave {exchange.excerpt}"
    )
