"""A proxy that does harm to a part of the exchanges, and passes the others through as they are."""

from __future__ import annotations

import contextlib
import hashlib
import socket
import struct
import threading
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import partial
from typing import Final, Self

from tests.chaos.message import Asked, Healthy, read_asked

SECONDS: Final = 100.0
"""After which the proxy gives up on anybody."""

_AT_ONCE: Final = 65_536
_EVERY_CONNECTION: Final = 6


class Nature(Enum):
    """What a fault is, and so what may come of it."""

    OUTAGE = "there is no answer, so nobody is accused"
    WRONG = "there is a complete answer, and it is wrong: it may be accused, and nothing else"
    HARMLESS = "any client copes with it, so nothing changes"


class Call:
    """A request, and the line on which it waits for an answer."""

    def __init__(self, line: socket.socket, asked: Asked, ask: Callable[[], Healthy]) -> None:
        self.asked = asked
        self.is_open = True
        self.taken: Healthy | None = None
        self._line = line
        self._ask = ask

    @property
    def healthy(self) -> Healthy:
        """What the DIAL answers. It is asked only if a fault needs that."""
        if self.taken is None:
            self.taken = self._ask()
        return self.taken

    def send(self, *data: bytes) -> None:
        for piece in data:
            self._line.sendall(piece)

    def hang_up(self, *data: bytes) -> None:
        """Close the connection, after some last bytes."""
        self.send(*data)
        self.is_open = False

    def half_close(self) -> None:
        """Send nothing any more, and go on listening until the client hangs up."""
        self._line.shutdown(socket.SHUT_WR)
        self.stall()

    def reset(self) -> None:
        """End the connection with RST instead of FIN, which a close does when there is nothing to linger for."""
        self._line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.is_open = False

    def stall(self) -> None:
        """Do nothing until the client hangs up."""
        self.is_open = False
        while self._line.recv(_AT_ONCE):
            pass

    def drip(self, data: bytes, pause: float, size: int = 1) -> None:
        """Send a few bytes at a time, with a pause after each, until the client hangs up."""
        for start in range(0, len(data), size):
            self.send(data[start : start + size])
            self._line.settimeout(pause)
            with contextlib.suppress(TimeoutError):
                if not self._line.recv(_AT_ONCE):
                    self.is_open = False
                    return
        self._line.settimeout(SECONDS)


Harm = Callable[[Call], None]
"""Does harm to one call."""


class DoesNotFitError(Exception):
    """This answer cannot have that fault, so it is passed through."""


@dataclass(frozen=True)
class Fault:
    """One kind of harm.

    Attributes:
        name: What it is called.
        harm: Does it.
        nature: What it is.
        why: Why it is that.
        accuses: What may be violated by it alone; None for whatever is about an exchange that was hit.
        decides: What it decides though it is an outage to all others, as it is about such an answer itself.
        every: One of how many requests is hit, so that what is slow has an end.
        bounded_by_time: Nothing but a bound of time ends it, so a run must not be patient with it.
    """

    name: str
    harm: Harm
    nature: Nature
    why: str
    accuses: frozenset[str] | None = frozenset()
    decides: frozenset[str] = frozenset()
    every: int = 5
    bounded_by_time: bool = False


@dataclass(frozen=True)
class Hit:
    """A request that was done harm to.

    Attributes:
        asked: The request.
        fault: The name of the fault.
        forever: It is each time that it is asked; otherwise only the first time.
    """

    asked: Asked
    fault: str
    forever: bool


@dataclass(frozen=True)
class Aim:
    """Which requests are hit. The choice does not depend on their order, so threads do not matter.

    Attributes:
        faults: One of them is chosen for each request that is hit, always the same.
        seed: Chooses.
        only: What is hit, forever; nothing else is.
        everything: All is hit, also the first request, without which a run does not begin.
        once: Nothing is hit twice.
    """

    faults: Sequence[Fault]
    seed: int = 0
    only: frozenset[bytes] | None = None
    everything: bool = False
    once: bool = False

    def at(self, asked: Asked) -> tuple[Fault | None, bool]:
        """Return the fault of a request, if it is to have one, and whether that is forever."""
        if self.everything:
            return self.faults[0], True
        if self.only is not None:
            return (self.faults[0] if asked.identity in self.only else None), True
        told = hashlib.sha256(b"%d %s" % (self.seed, asked.identity)).digest()
        fault = self.faults[told[0] % len(self.faults)]
        return (fault if told[1] % fault.every == 0 else None), told[2] % 2 == 0 and not self.once


class ChaosProxy:
    """Listens on a port of its own, and asks the DIAL on another one."""

    def __init__(self, port: int, aim: Aim) -> None:
        """Get ready.

        Args:
            port: Where the DIAL listens, on this machine.
            aim: Which requests are hit, and with what.
        """
        self.hits: list[Hit] = []
        self.mistakes: list[BaseException] = []
        self._dial = ("127.0.0.1", port)
        self._aim = aim
        self._lock = threading.Lock()
        self._times: Counter[bytes] = Counter()
        self._spared: bytes | None = None
        self._owed: defaultdict[bytes, list[Healthy]] = defaultdict(list)
        self._server = socket.create_server(("127.0.0.1", 0), backlog=128)
        self._thread = threading.Thread(target=self._listen, name="chaos", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown(socket.SHUT_RDWR)  # a close alone does not wake who accepts
        self._thread.join(SECONDS)
        self._server.close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.getsockname()[1]}"

    def times(self, asked: Asked) -> int:
        """How often a request was asked."""
        return self._times[asked.identity]

    def _listen(self) -> None:
        while True:
            try:
                line, _ = self._server.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(line,), daemon=True).start()

    def _serve(self, line: socket.socket) -> None:
        try:
            with line, line.makefile("rb") as stream:
                line.settimeout(SECONDS)
                line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                while (asked := read_asked(stream)) is not None and self._answer(line, asked):
                    pass
        except OSError:
            pass  # the client went away
        except Exception as error:  # noqa: BLE001 - a mistake of the test must not be lost in a thread
            self.mistakes.append(error)

    def _answer(self, line: socket.socket, asked: Asked) -> bool:
        """Answer a request, and tell whether another one may come on the same line."""
        fault, hit = self._hit(asked)
        if fault is not None and hit is not None:
            call = Call(line, asked, partial(self._ask, asked))
            with self._lock:
                self.hits.append(hit)  # before it is done: a run may end while it is
            if self._harmed(call, fault):
                return call.is_open
            with self._lock:
                self.hits.remove(hit)
        healthy = self._ask(asked)
        line.sendall(healthy.raw)
        return healthy.tells_its_end

    def _hit(self, asked: Asked) -> tuple[Fault | None, Hit | None]:
        fault, forever = self._aim.at(asked)
        with self._lock:
            self._times[asked.identity] += 1
            if self._spared is None:
                self._spared = b"" if self._aim.everything else asked.identity
            is_due = forever or self._times[asked.identity] == 1
        if fault is None or not is_due or asked.identity == self._spared:
            return None, None
        return fault, Hit(asked, fault.name, forever)

    def _harmed(self, call: Call, fault: Fault) -> bool:
        """Do harm to a call; False if it cannot have that fault."""
        fits = True
        try:
            fault.harm(call)
        except OSError:
            call.is_open = False  # the client has had enough of it
        except DoesNotFitError:
            fits = False
        # an answer that did not arrive is kept for the next time, as if the DIAL had not been asked
        if call.taken is not None and (fault.nature is Nature.OUTAGE or not fits):
            with self._lock:
                self._owed[call.asked.identity].append(call.taken)
        return fits

    def _ask(self, asked: Asked) -> Healthy:
        with self._lock:
            owed = self._owed[asked.identity]
            if owed:
                return owed.pop()
        with socket.create_connection(self._dial, timeout=SECONDS) as line:
            line.sendall(asked.closing)
            return Healthy.read(b"".join(iter(partial(line.recv, _AT_ONCE), b"")))


class HastyProxy(ChaosProxy):
    """Answers on some connections before there is a request, or while it is still being sent."""

    def __init__(self, port: int, greeting: bytes) -> None:
        """Get ready.

        Args:
            port: Where the DIAL listens, on this machine.
            greeting: What is sent at once.
        """
        super().__init__(port, Aim((), only=frozenset()))
        self._greeting = greeting
        self._connections = 0

    def _serve(self, line: socket.socket) -> None:
        with self._lock:
            self._connections += 1
            is_due = self._connections % _EVERY_CONNECTION == 0
        if not is_due:
            return super()._serve(line)
        with contextlib.suppress(OSError), line, line.makefile("rb") as stream:
            line.settimeout(SECONDS)
            line.sendall(self._greeting)
            asked = read_asked(stream)
            if asked is not None:
                self.hits.append(Hit(asked, "greeting", forever=False))
        return None
