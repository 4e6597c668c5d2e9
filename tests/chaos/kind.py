"""How a fault is declared: a function under its own name, with its nature and the reason for that."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from http.client import NOT_IMPLEMENTED

from tests.chaos.message import Healthy
from tests.chaos.proxy import Call, DoesNotFitError, Fault, Harm, Nature

Declared = Callable[[Harm], Fault]


def outage(
    why: str,
    *,
    accuses: frozenset[str] = frozenset(),
    decides: frozenset[str] = frozenset(),
    every: int = 5,
    bounded_by_time: bool = False,
) -> Declared:
    """Declare a fault after which there is no answer; its name is that of the function."""

    def declare(harm: Harm) -> Fault:
        return Fault(_name(harm), harm, Nature.OUTAGE, why, accuses, decides, every, bounded_by_time)

    return declare


def wrong(why: str, *, accuses: frozenset[str] | None = None, every: int = 5) -> Declared:
    """Declare a fault of a complete answer, which may be held against the DIAL."""
    return lambda harm: Fault(_name(harm), harm, Nature.WRONG, why, accuses, every=every)


def harmless(why: str) -> Declared:
    """Declare what any client copes with."""

    def declare(harm: Harm) -> Fault:
        def harm_what_was_captured(call: Call) -> None:
            # the length of an answer to HEAD is all that says that nobody captured it
            if call.asked.method == "HEAD" and call.healthy.status == NOT_IMPLEMENTED:
                raise DoesNotFitError
            harm(call)

        return Fault(_name(harm), harm_what_was_captured, Nature.HARMLESS, why, every=3)

    return declare


def _name(harm: Harm) -> str:
    return getattr(harm, "__name__", "").replace("_", " ")


def with_body(call: Call) -> Healthy:
    """Return the answer of the DIAL if it has a body of some length, which can be cut."""
    healthy = call.healthy
    if len(healthy.body) < 4:
        raise DoesNotFitError
    return healthy


def with_document(call: Call) -> Healthy:
    """Return the answer of the DIAL if it is a JSON object with something in it."""
    healthy = call.healthy
    if healthy.media_type != b"application/json" or not healthy.body.startswith(b'{"'):
        raise DoesNotFitError
    return healthy


def with_events(call: Call) -> Healthy:
    """Return the answer of the DIAL if it is a stream of events."""
    healthy = call.healthy
    if healthy.media_type != b"text/event-stream":
        raise DoesNotFitError
    return healthy


def spelled_key(call: Call) -> bytes:
    """Write the key of the request in the ways in which a server in trouble may repeat it."""
    key = call.asked.key
    quoted = b"".join(b"%%%02X" % one for one in key)
    return b" ".join([key, b64encode(key), key.hex().encode(), quoted])
