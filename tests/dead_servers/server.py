"""A server that is out of order: each connection is one request, and what comes back is up to a behaviour."""

from __future__ import annotations

import contextlib
import os
import socket
import socketserver
import struct
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from io import BufferedIOBase
from typing import Final

_SECONDS: Final = 100
"""After which a client that neither speaks nor listens is left."""


@dataclass(frozen=True)
class Asked:
    """A request as it came."""

    head: bytes
    body: bytes

    @property
    def path(self) -> str:
        return self.head.split(b" ", 2)[1].decode("latin-1")

    @property
    def header_lines(self) -> list[bytes]:
        return self.head.split(b"\r\n")[1:-2]


class Connection:
    """One request to a dead server, and the way back.

    Attributes:
        before: The paths of the requests that came before.
    """

    def __init__(self, client: socket.socket, read: BufferedIOBase, paths: list[str], stopped: threading.Event) -> None:
        self.before = tuple(paths)
        self._paths = paths
        self._client = client
        self._read = read
        self._stopped = stopped

    @cached_property
    def asked(self) -> Asked:
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            line = self._read.readline(65536)
            if not line:
                raise ConnectionAbortedError("the client went away")
            head += line
        self._paths.append(head.split(b" ", 2)[1].decode("latin-1"))
        sizes = [line.split(b":")[1] for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")]
        return Asked(head, self._read.read(int(sizes[0])) if sizes else b"")

    def say(self, data: bytes) -> None:
        self._client.sendall(data)

    def reset(self) -> None:
        """Tell the client that the connection is gone (RST), not that it is complete."""
        self._client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        os.close(self._client.detach())

    def waits(self, seconds: float) -> bool:
        """Wait, and tell whether the server is still wanted."""
        return not self._stopped.wait(seconds)


Behaviour = Callable[[Connection], None]
"""Answers one request, or does not; afterwards the connection is closed."""


@contextlib.contextmanager
def serving(behaviour: Behaviour) -> Iterator[str]:
    """Serve at the URL that is given; all threads have ended when it is left."""
    stopped = threading.Event()
    paths: list[str] = []

    class Handler(socketserver.StreamRequestHandler):
        timeout = _SECONDS

        def handle(self) -> None:
            with contextlib.suppress(OSError):  # the client had enough
                behaviour(Connection(self.connection, self.rfile, paths, stopped))

    with _Server(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            stopped.set()
            server.shutdown()
            thread.join()


class _Server(socketserver.ThreadingTCPServer):
    request_queue_size = 64
