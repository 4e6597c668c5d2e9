"""The second key, DIAL_API_KEY_2: only one of another project shows what others may do."""

from __future__ import annotations

from http import HTTPStatus

from conformance.contract.exchange import Exchange


def bucket_told_by(answer: Exchange) -> str | None:
    """Return the name of a bucket that was asked for, or None if none is told."""
    name = (answer.json_object or {}).get("bucket")
    return name if answer.status == HTTPStatus.OK and isinstance(name, str) else None


def second_key_fault(own: Exchange | None, other: Exchange | None) -> str | None:
    """Tell why the second key proves nothing, or None.

    Args:
        own: The bucket of the caller; None if it was not asked.
        other: The bucket of the second key; None if it was not asked.
    """
    if other is None:
        return None
    if other.status == HTTPStatus.UNAUTHORIZED:
        return "the DIAL does not know the second key (401): check DIAL_API_KEY_2"
    name = bucket_told_by(other)
    if name is None:
        return f"FILE-13: no bucket of the second key: {other.excerpt}"
    if own is not None and name == bucket_told_by(own):
        return "DIAL_API_KEY_2 has the same bucket as DIAL_API_KEY: it must be of another project"
    return None
