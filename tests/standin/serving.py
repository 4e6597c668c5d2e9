"""A handler over real HTTP, in the event loop of the test."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvicorn

from conformance.standin.core.asgi import application
from conformance.standin.core.http import Handler

LARGEST = 1000


@asynccontextmanager
async def served(handler: Handler) -> AsyncIterator[int]:
    """Serve it on a port of this machine."""
    config = uvicorn.Config(
        application(handler, LARGEST), log_config=None, server_header=False, date_header=False, http="h11"
    )
    server = uvicorn.Server(config)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        serving = asyncio.create_task(server.serve(sockets=[listening]))
        try:
            yield listening.getsockname()[1]
        finally:
            server.should_exit = True
            await serving


async def sent(port: int, request: bytes) -> bytes:
    """Send bytes, and read to the end of the connection."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(request)
        await writer.drain()
        async with asyncio.timeout(100):
            return await reader.read()
    finally:
        writer.close()
