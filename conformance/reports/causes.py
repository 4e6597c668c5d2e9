"""What usually breaks a requirement: the words of the defects that were made for it."""

from __future__ import annotations

from collections.abc import Sequence


def usual_causes(requirement: str) -> Sequence[str]:
    """Return what is wrong where that requirement does not hold, a sentence each, without the stop.

    Args:
        requirement: The id; of one that has no defect, as of another suite, nothing is known.
    """
    from conformance.standin.defect import all_defects  # noqa: PLC0415 - only a run that found something pays for it

    sentences = (one.sentence for one in all_defects().values() if one.requirement == requirement)
    return list(dict.fromkeys(" ".join(one.split()).rstrip(".") for one in sentences))
