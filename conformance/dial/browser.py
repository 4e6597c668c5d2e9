"""What a browser makes of an answer to a page of another origin (Fetch standard, sections 3.3 and 4.8 to 4.10)."""

from __future__ import annotations

from conformance.contract.exchange import Exchange

_ANY = "*"
_SUCCESS = 2


def readable_fault(exchange: Exchange, origin: str) -> str | None:
    """Tell why a page of an origin may not read an answer, or None (the CORS check, without credentials of a browser).

    Args:
        exchange: The answer.
        origin: The origin, as it was sent.
    """
    allowed = _values(exchange, "access-control-allow-origin")
    if not allowed:
        return "no Access-Control-Allow-Origin"
    # several are read as one with commas in it, which is no origin
    told = ", ".join(allowed)
    return None if told in (_ANY, origin) else f"Access-Control-Allow-Origin: {told}"


def preflight_fault(exchange: Exchange, origin: str, headers: tuple[str, ...]) -> str | None:
    """Tell why a browser does not send a POST with these headers after a preflight, or None.

    POST needs no permission: it is one of the methods that are safe for CORS.

    Args:
        exchange: The answer to the preflight.
        origin: The origin, as it was sent.
        headers: Names of the headers, in lower case.
    """
    if exchange.status // 100 != _SUCCESS:
        return exchange.excerpt
    fault = readable_fault(exchange, origin)
    if fault is not None:
        return fault
    told = ",".join(_values(exchange, "access-control-allow-headers"))
    allowed = {one.strip().lower() for one in told.split(",")}
    missing = [] if _ANY in allowed else [one for one in headers if one not in allowed]
    return f"Access-Control-Allow-Headers: {told or '(none)'}, without {' and '.join(missing)}" if missing else None


def _values(exchange: Exchange, name: str) -> list[str]:
    return [value.strip() for spelled, value in exchange.answer.headers if spelled.lower() == name]
