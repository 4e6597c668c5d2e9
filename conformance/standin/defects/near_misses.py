"""How an app takes values that are nearly what its schema allows."""

from __future__ import annotations

import re
from typing import Any

from conformance.standin.core.http import Handler, IncomingRequest, Response
from conformance.standin.defect import defect
from conformance.standin.defects.disputed import KNOWN, OF_REQUEST, without_keys
from conformance.standin.defects.lax_validators import read_at
from conformance.standin.request_kinds import asks_completion, configuration_of

MOST = 2**32


@defect("CHAT-05", at="search")
async def only_the_first_item_validated(request: IncomingRequest, serve: Handler) -> Response:
    """Of an array only the first item is looked at."""
    return await read_at(request, serve, "sources", lambda value: value[:1] if isinstance(value, list) else value)


@defect("CHAT-05", at="search")
async def case_of_an_enum_ignored(request: IncomingRequest, serve: Handler) -> Response:
    """The values of an enum are compared in lower case, and without the spaces around them."""
    return await read_at(
        request, serve, "mode", lambda value: value.strip().lower() if isinstance(value, str) else value
    )


@defect("CHAT-05", at="search")
async def beginning_of_an_enum_taken(request: IncomingRequest, serve: Handler) -> Response:
    """The beginning of a value of an enum is enough."""

    def read(value: Any) -> Any:
        words = [word for word in ("fast", "exact") if isinstance(value, str) and value and word.startswith(value)]
        return words[0] if words else value

    return await read_at(request, serve, "mode", read)


@defect("CHAT-05", at="search")
async def pattern_searched(request: IncomingRequest, serve: Handler) -> Response:
    """A pattern is found anywhere in a text: `re.match` in place of `re.fullmatch`."""

    def read(value: Any) -> Any:
        for one in value if isinstance(value, list) else ():
            name = one.get("name") if isinstance(one, dict) else None
            if isinstance(name, str) and len(name) > 1 and (found := re.search("[a-z][a-z0-9-]*", name)):
                one["name"] = found[0]
        return value

    return await read_at(request, serve, "sources", read)


@defect("CHAT-05", at="search")
async def thirty_two_bits_kept(request: IncomingRequest, serve: Handler) -> Response:
    """Of a large integer only the lower 32 bits are kept, and the bounds are held against those."""
    return await read_at(request, serve, "max_pages", lambda value: value % MOST if type(value) is int else value)


@defect("CHAT-05", at="search")
async def fraction_dropped(request: IncomingRequest, serve: Handler) -> Response:
    """A number is cut to an integer, and loses what it had behind the point."""
    return await read_at(request, serve, "max_pages", lambda value: int(value) if isinstance(value, float) else value)


@defect("CHAT-12", at="search")
async def unknown_key_ignored_beside_others(request: IncomingRequest, serve: Handler) -> Response:
    """A key that the schema forbids is refused if it stands alone, and dropped beside what is known."""
    configuration = configuration_of(request)
    if not asks_completion(request) or "/search/" not in request.path or not isinstance(configuration, dict):
        return await serve(request)
    names = {*configuration} - KNOWN - OF_REQUEST
    if not names or not {*configuration} & KNOWN:
        return await serve(request)
    return await without_keys(request, serve, names)
