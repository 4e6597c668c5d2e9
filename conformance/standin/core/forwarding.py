"""What goes from a caller to a deployment and back (dial-api 1)."""

from __future__ import annotations

from typing import Final

from conformance.standin.core.deployment import ServedDeployment
from conformance.standin.core.http import IncomingRequest, Response

HOP_BY_HOP: Final = frozenset(
    {
        "connection",
        "content-length",
        "keep-alive",
        "proxy-authenticate",
        "proxy-authorization",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    }
)
"""What is said to the next in line alone (RFC 9110 section 7.6.1)."""

_NOT_FOR_DEPLOYMENTS: Final = HOP_BY_HOP | {"accept-encoding", "api-key", "authorization", "host", "x-api-key"}
_NOT_FOR_CALLERS: Final = HOP_BY_HOP | {"x-upstream-endpoint", "x-upstream-key"}


async def forwarded(request: IncomingRequest, deployment: ServedDeployment, target: str, key: str | None) -> Response:
    """Have a deployment answer a request.

    Args:
        request: As the caller sent it.
        deployment: Who answers.
        target: The path, and query, at the deployment.
        key: The per-request key that it gets instead of the caller's credentials, or None.

    Returns:
        The answer without the headers that are not for the caller. Pieces still come as they are sent.

    Raises:
        ConnectionError: Nobody listens.
    """
    if deployment.answers is None:
        raise ConnectionError(f"nobody listens for {deployment.id}")
    headers = tuple(header for header in request.headers if header[0].lower() not in _NOT_FOR_DEPLOYMENTS)
    if key is not None:
        headers = (*headers, ("Api-Key", key))
    response = await deployment.answers(IncomingRequest(request.method, target, headers, request.body))
    kept = tuple(header for header in response.headers if header[0].lower() not in _NOT_FOR_CALLERS)
    return Response(response.status, kept, response.body, response.pieces)
