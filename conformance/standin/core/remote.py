"""A deployment on another host, as whoever answers behind the stand-in's gateway."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterable
from typing import Final

import httpx

from conformance.standin.core.http import Headers, IncomingRequest, Response

_OF_ONE_CONNECTION: Final = frozenset(
    {
        "connection",
        "content-length",
        "host",
        "keep-alive",
        "proxy-authenticate",
        "proxy-authorization",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    }
)
"""Headers that end here (RFC 9110 7.6.1); length and host are those of the next connection."""


class Remote:
    """Forwards requests to a deployment over HTTP, and its answers unbuffered, neither decoded nor redirected."""

    def __init__(
        self, url: str, connect: float = 10, silence: float = 60, transport: httpx.AsyncBaseTransport | None = None
    ) -> None:
        """Get ready; nothing is sent yet.

        Args:
            url: Where the deployment is served. What is in its path comes before the path of each request.
            connect: Seconds in which a connection must be there.
            silence: Seconds between two bytes.
            transport: What stands in for the network, or None.

        Raises:
            ValueError: That is no http or https URL.
        """
        self._url = _base(url)
        self._timeout = httpx.Timeout(silence, connect=connect)
        self._client = httpx.AsyncClient(
            transport=transport,
            follow_redirects=False,
            limits=httpx.Limits(max_connections=None),  # the gateway has no queue
            trust_env=False,  # the host that was named is meant, not a proxy
        )

    async def __call__(self, request: IncomingRequest) -> Response:
        """Ask the deployment.

        Raises:
            ConnectionError: It does not answer, or not in time, or not in HTTP.
        """
        try:
            response = await self._client.send(self._outgoing(request), stream=True)
        except (httpx.TransportError, httpx.StreamError) as error:
            raise _no_answer(error) from error
        headers = _forwarded((name.decode("latin-1"), value.decode("latin-1")) for name, value in response.headers.raw)
        pieces = _pieces(response)
        await anext(pieces)  # only a generator that has begun is closed when it is dropped
        return Response(response.status_code, headers, pieces=pieces)

    async def aclose(self) -> None:
        """Close all connections."""
        await self._client.aclose()

    def _outgoing(self, request: IncomingRequest) -> httpx.Request:
        prefix = self._url.raw_path.rstrip(b"/")
        return httpx.Request(  # made by the client, it would have the client's own headers too
            request.method,
            self._url,
            headers=[(name.encode("latin-1"), value.encode("latin-1")) for name, value in _forwarded(request.headers)],
            content=request.body or None,
            extensions={
                "target": prefix + request.target.encode("latin-1"),  # httpx would normalise the path
                "timeout": self._timeout.as_dict(),
            },
        )


def _base(url: str) -> httpx.URL:
    try:
        base = httpx.URL(url)
    except httpx.InvalidURL as error:
        raise ValueError(f"{url!r} is no URL: {error}") from None
    if base.scheme not in {"http", "https"} or not base.host:
        raise ValueError(f"{url!r} is no http or https URL")
    return base.copy_with(query=None, fragment=None)


async def _pieces(response: httpx.Response) -> AsyncGenerator[bytes, None]:
    try:
        yield b""
        async for piece in response.aiter_raw():
            yield piece
    except (httpx.TransportError, httpx.StreamError) as error:
        raise _no_answer(error) from error
    finally:
        await response.aclose()


def _forwarded(headers: Iterable[tuple[str, str]]) -> Headers:
    return tuple((name, value) for name, value in headers if name.lower() not in _OF_ONE_CONNECTION)


def _no_answer(error: Exception) -> ConnectionError:
    return ConnectionError(f"{type(error).__name__}: {error}")
