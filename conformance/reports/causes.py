"""What usually breaks a requirement: the words of the defects that were made for it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

_STATUS: Final = re.compile(r"\b[1-5][0-9]{2}\b")


def usual_causes(requirement: str, got: str = "") -> Sequence[str]:
    """Return what is wrong where that requirement does not hold, a sentence each, without the stop.

    Args:
        requirement: The id; of one that has no defect, as of another suite, nothing is known.
        got: What came, if that is known: a cause that answers with that status is the first to look for, and one that
            answers with another status the last.
    """
    from conformance.standin.defect import all_defects  # noqa: PLC0415 - only a run that found something pays for it

    sentences = (one.sentence for one in all_defects().values() if one.requirement == requirement)
    causes = dict.fromkeys(" ".join(one.split()).rstrip(".") for one in sentences)
    status = _STATUS.match(got)

    def unlikeliness(cause: str) -> int:
        named = _STATUS.findall(cause)
        return 1 if status is None or not named else 0 if status[0] in named else 2

    return sorted(causes, key=unlikeliness)
