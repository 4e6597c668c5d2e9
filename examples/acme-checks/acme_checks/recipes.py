"""What the house rules of Acme ask, and what they read from answers."""

from __future__ import annotations

from conformance.own import NOBODY, CouldNotRunError, Exchange, Request, facts, get, recipe


@recipe
def banner() -> Request:
    """The page that says whose DIAL this is, asked without credentials."""
    return get("/acme/banner", credentials=NOBODY)


@facts
def listed_ids(listing: Exchange) -> list[str]:
    """The ids in the listing of models."""
    elements = (listing.json_object or {}).get("data")
    if not isinstance(elements, list):
        raise CouldNotRunError("LIST-01: the listing has no list of models")
    return [str(one["id"]) for one in elements if isinstance(one, dict) and "id" in one]
