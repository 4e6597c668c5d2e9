"""How a gateway gets completions wrong before any deployment is asked."""

from __future__ import annotations

from conformance.standin.core.http import Handler, IncomingRequest, Response, in_words
from conformance.standin.defect import defect
from conformance.standin.request_kinds import asks_completion


def is_json(request: IncomingRequest) -> bool:
    """Tell whether the body is sent as JSON."""
    return "application/json" in (request.header("content-type") or "")


@defect("CHAT-14")
async def any_content_type(request: IncomingRequest, serve: Handler) -> Response:
    """A completion sent as text is passed on, and refused as anything else."""
    response = await serve(request)
    return in_words(400, "Bad Request") if asks_completion(request) and response.status == 415 else response


@defect("CHAT-14")
async def text_accepted(request: IncomingRequest, serve: Handler) -> Response:
    """A completion sent as text is answered."""
    sniffed = asks_completion(request) and request.header("content-type") == "text/plain"
    return await serve(request.with_header("content-type", "application/json") if sniffed else request)


@defect("CHAT-16")
async def unknown_deployment_not_routed(request: IncomingRequest, serve: Handler) -> Response:
    """A completion of a deployment that does not exist is an error of the gateway."""
    response = await serve(request)
    return in_words(500) if asks_completion(request) and response.status == 404 else response


@defect("CHAT-16")
async def unknown_deployment_falls_back(request: IncomingRequest, serve: Handler) -> Response:
    """A deployment that does not exist is answered by another one."""
    unknown = asks_completion(request) and "/no-such-deployment-7f3a/" in request.path
    if not unknown or not is_json(request):
        return await serve(request)
    known = request.target.replace("no-such-deployment-7f3a", "echo")
    return await serve(IncomingRequest(request.method, known, request.headers, request.body))


@defect("CHAT-17")
async def invalid_json_fails(request: IncomingRequest, serve: Handler) -> Response:
    """A body that is not JSON is an error of the gateway."""
    invalid = asks_completion(request) and is_json(request) and request.body.startswith(b"{not")
    return in_words(500) if invalid and request.header("api-key") else await serve(request)


@defect("CHAT-18")
async def array_fails(request: IncomingRequest, serve: Handler) -> Response:
    """A body that is a JSON array is an error of the gateway, as of Core 0.18."""
    array = asks_completion(request) and is_json(request) and request.body.startswith(b"[")
    return in_words(500) if array and request.header("api-key") else await serve(request)


@defect("CHAT-23")
async def trace_of_the_gateway(request: IncomingRequest, serve: Handler) -> Response:
    """A 404 of the gateway carries the stack trace of its virtual machine."""
    response = await serve(request)
    if response.status != 404 or not request.path.startswith("/openai/deployments/"):
        return response
    trace = "java.lang.NullPointerException\n\tat com.epam.aidial.core.Proxy.handle(Proxy.java:42)"
    return response.with_body(trace.encode())


@defect("CHAT-26", thorough=False)
async def internal_host_in_error(request: IncomingRequest, serve: Handler) -> Response:
    """An error of the gateway names a host of the cluster."""
    response = await serve(request)
    if response.status != 404 or not asks_completion(request):
        return response
    return response.with_body(b"not found at http://core.dial.svc.cluster.local:8080")
