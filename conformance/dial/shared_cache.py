"""What a cache between a DIAL and its callers may keep, and what it would give to the wrong one (RFC 9111)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from http import HTTPStatus
from typing import Final

from conformance.contract.exchange import Exchange
from conformance.contract.verdict import CouldNotRunError

_OPEN: Final = re.compile(r"/(?:version|health)(?:\?.*)?|/v1/files/public/.*", re.DOTALL)
"""What is answered to everybody, so that anybody may keep it."""
_DIRECTIVE: Final = re.compile(r'([^\s,;="]+)(?:\s*=\s*(?:"([^"]*)"|([^\s,;"]*)))?')
_OF_CALLERS: Final = ("api-key", "authorization")


def first_shared(exchanges: Iterable[Exchange]) -> tuple[Exchange, str] | None:
    """Return the first answer that needs a key, and that says that a shared cache may keep it for all; or None."""
    found = ((one, permission_to_share(one)) for one in exchanges)
    return next(((one, permission) for one, permission in found if permission is not None), None)


def permission_to_share(exchange: Exchange) -> str | None:
    """Return what says that a shared cache may keep an answer and give it to others, or None.

    Only what is said in so many words counts: `public`, or a lifetime in shared caches (RFC 9111, section 5.2.2). Who
    says too that the answer depends on the key, or that it is private, or not to be kept, has said the contrary.
    """
    if exchange.request.method == "OPTIONS" or _OPEN.fullmatch(exchange.request.path):
        return None
    told = ", ".join(value for name, value in exchange.answer.headers if name.lower() == "cache-control")
    directives = {name.lower(): quoted or plain for name, quoted, plain in _DIRECTIVE.findall(told)}
    if directives.keys() & {"no-store", "private"} or _depends_on_caller(exchange):
        return None
    lifetime = directives.get("s-maxage", "0")
    kept = lifetime.isascii() and lifetime.isdigit() and lifetime.strip("0") != ""
    return f"Cache-Control: {told}" if "public" in directives or kept else None


def shared_between(
    bucket: Exchange, user_info: Exchange, other_bucket: Exchange | None, other_user_info: Exchange | None
) -> tuple[Exchange, str] | None:
    """Return what one key was answered that is the other one's, or None.

    Two keys of one project have both in common. Where only one is the same, it was kept.

    Args:
        bucket: The bucket of the first key.
        user_info: Who the first is.
        other_bucket: The bucket of the second key, or None.
        other_user_info: Who the second is, or None.

    Raises:
        CouldNotRunError: Both are the same, so it is one project, or both were kept.
    """
    if other_bucket is None or other_user_info is None:
        return None
    buckets = _field(bucket, "bucket"), _field(other_bucket, "bucket")
    projects = _field(user_info, "project"), _field(other_user_info, "project")
    if None in (*buckets, *projects):
        return None
    same_bucket, same_project = buckets[0] == buckets[1], projects[0] == projects[1]
    if same_bucket and same_project:
        raise CouldNotRunError("DIAL_API_KEY_2 has bucket and project of DIAL_API_KEY: it must be of another project")
    if same_bucket and not same_project:
        return other_bucket, f"bucket {buckets[1]} of another project than {projects[1]}"
    if same_project and not same_bucket:
        return other_user_info, f"project {projects[1]} with another bucket than that project's"
    return None


def _depends_on_caller(exchange: Exchange) -> bool:
    told = ",".join(value for name, value in exchange.answer.headers if name.lower() == "vary")
    named = {one.strip().lower() for one in told.split(",")}
    sent = {name.lower() for name, _ in exchange.request.headers if name.lower() in _OF_CALLERS} or {*_OF_CALLERS}
    return "*" in named or sent <= named or (len(sent) == len(_OF_CALLERS) and "api-key" in named)


def _field(exchange: Exchange, name: str) -> str | None:
    value = (exchange.json_object or {}).get(name) if exchange.status == HTTPStatus.OK else None
    return value if isinstance(value, str) else None
