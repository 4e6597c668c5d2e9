"""The ways in which a server can be dead."""

from __future__ import annotations

import random
from typing import Final

from conformance.contract.exchange import Answer
from conformance.wire.cassettes.file import read_cassette
from tests.dead_servers.server import Behaviour, Connection
from tests.running import CORE_25
from tests.served_set import KEY

JSON: Final = "application/json"
EVENTS: Final = "text/event-stream"
_KNOWN: Final = {
    "/version": "_instance/version",
    "/openai/deployments": "_instance/listing",
    "/openai/models": "_instance/models",
    "/openai/applications": "_instance/applications",
    "/openai/deployments/dall-e-3": "dall-e-3/deployment_alone",
}
"""What is asked before there is a plan."""


def response(status: int, body: bytes = b"", media_type: str = JSON, **headers: str) -> bytes:
    """A whole answer; an underscore in the name of a header is a hyphen."""
    told = {"Content-Type": media_type, "Content-Length": str(len(body)), "Connection": "close"}
    told |= {name.replace("_", "-"): value for name, value in headers.items()}
    return head(status, **told) + body


def head(status: int, **headers: str) -> bytes:
    """The beginning of an answer: its status and headers."""
    lines = [f"HTTP/1.1 {status} Told", *(f"{name.replace('_', '-')}: {value}" for name, value in headers.items())]
    return "\r\n".join([*lines, "", ""]).encode("latin-1")


def always(answer: bytes) -> Behaviour:
    """Say the same to everything."""

    def behave(connection: Connection) -> None:
        _ = connection.asked
        connection.say(answer)

    return behave


def beginning(answer: bytes) -> Behaviour:
    """Begin to answer, and say nothing more."""

    def behave(connection: Connection) -> None:
        always(answer)(connection)
        while connection.waits(1):
            pass

    return behave


def endless(start: bytes, piece: bytes, pause: float = 0) -> Behaviour:
    """Begin to answer, and find no end."""

    def behave(connection: Connection) -> None:
        always(start)(connection)
        while connection.waits(pause):
            connection.say(piece)

    return behave


def dripping(answer: bytes, pause: float = 0.02) -> Behaviour:
    """Say one byte at a time."""

    def behave(connection: Connection) -> None:
        _ = connection.asked
        for place in range(len(answer)):
            if not connection.waits(pause):
                return
            connection.say(answer[place : place + 1])

    return behave


def hanging_up(connection: Connection) -> None:
    """Close the connection without a word, when the request was read."""
    _ = connection.asked


def resetting(connection: Connection) -> None:
    """Tear the connection down in place of an answer."""
    _ = connection.asked
    connection.reset()


def echoing(connection: Connection) -> None:
    """Give back what was asked: the headers as headers, the body as the body."""
    asked = connection.asked
    lines = [line for line in asked.header_lines if not line.lower().startswith((b"content-length", b"connection"))]
    body = asked.body or asked.head
    lines += [b"Content-Length: %d" % len(body), b"Connection: close", b"", body]
    connection.say(b"\r\n".join([b"HTTP/1.1 200 OK", *lines]))


def throwing_dice(seed: int) -> Behaviour:
    """Answer each path with any status and any bytes."""

    def behave(connection: Connection) -> None:
        dice = random.Random(f"{seed} {connection.asked.path}")  # noqa: S311 - nothing is secret here
        status, media_type = dice.choice((200, 404, 500)), dice.choice((JSON, EVENTS, "text/plain"))
        connection.say(response(status, dice.randbytes(dice.randrange(2000)), media_type))

    return behave


def dying_after_control(then: Behaviour) -> Behaviour:
    """Answer the first request as a real DIAL does, and then be dead."""
    return lambda connection: (then if connection.before else _alive_or(then))(connection)


def dying_after_listings(then: Behaviour) -> Behaviour:
    """Answer all that is asked before there is a plan as a real DIAL does, and then be dead."""

    def behave(connection: Connection) -> None:
        again = connection.asked.path in connection.before
        (then if again else _alive_or(then))(connection)

    return behave


def recorded(name: str) -> Answer:
    """The answer of a real DIAL, by the name of its exchange."""
    return read_cassette(CORE_25 / f"{name}.yaml", name).answer


def as_recorded(name: str) -> bytes:
    """The same as it comes over the wire, without its chunks."""
    answer = recorded(name)
    return response(answer.status, answer.body, answer.media_type or "text/plain")


def _alive_or(then: Behaviour) -> Behaviour:
    def behave(connection: Connection) -> None:
        asked = connection.asked
        to_all = asked.path == "/version"  # the rest is answered to a key alone, as a DIAL does
        name = _KNOWN.get(asked.path) if to_all or KEY.encode() in asked.head else None
        (then if name is None else always(as_recorded(name)))(connection)

    return behave
