"""Which requirements a reason names as those that must hold first: `CONF-01, 04, 05 or 06: there is no schema`."""

from __future__ import annotations

import re
from collections.abc import Iterator

_NAMED = re.compile(
    r"(?:refused, but (?:nothing valid was (?:accepted|tried)|so was what is valid) \()?"
    r"(?P<chapter>[A-Z]+)-(?P<first>\d{2,})(?P<others>(?:(?:, | or )\d{2,})*): "
)
"""The beginning of such a reason. Only the first id is written with its chapter."""
_REFUSES_ALL = re.compile(r"refused, but so was what is valid \(")
_ACCEPTS = "CHAT-01"


def prerequisites_in(reason: str) -> list[str]:
    """Return the ids of the requirements that a reason waits for; none if it names none.

    Args:
        reason: Why a check "could not run", or is "not proven".
    """
    found = [requirement for _, requirement in parts_of(reason) if requirement]
    return found or ([_ACCEPTS] if _REFUSES_ALL.match(reason) else [])


def parts_of(reason: str) -> Iterator[tuple[str, str]]:
    """Divide a reason into texts, each with the id of the requirement that it names, or with an empty one.

    Args:
        reason: The reason; together the texts are the whole of it.
    """
    found = _NAMED.match(reason)
    if found is None:
        yield reason, ""
        return
    chapter, at = found["chapter"], found.start("chapter")
    if at:
        yield reason[:at], ""
    yield f"{chapter}-{found['first']}", f"{chapter}-{found['first']}"
    for text in re.split(r"(\d+)", found["others"]):
        if text:
            yield text, f"{chapter}-{text}" if text.isdigit() else ""
    yield reason[found.end("others") :], ""
