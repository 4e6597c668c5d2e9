"""What a recorded set says of itself, and whether a part of a recording may be put into an old set."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from conformance import __version__
from conformance.contract.exchange import OTHER_API_KEY
from conformance.run.discovery import Discovered
from conformance.run.settings import Settings
from conformance.wire.cassettes.folder import META, Meta, UnusableSetError
from conformance.wire.cassettes.recording import RecordingTransport

_DAYS_OF_OTHER_CLOCKS: Final = 1


def see_age(meta: Meta, folder: Path, most: int, now: datetime | None = None) -> None:
    """See that a set is not too old to say something about the DIAL of today.

    Args:
        meta: What it says of itself.
        folder: Where it is.
        most: How many days it may be old.
        now: The time; by default that of this machine.

    Raises:
        UnusableSetError: It is older, or does not say rightly when it was recorded.
    """
    advice = "record it again, with --live --record-mode=rewrite"
    try:
        recorded = datetime.fromisoformat(meta.recorded)
    except ValueError:
        raise UnusableSetError(
            f"{folder} does not say when it was recorded, so --max-age cannot be kept: {advice}"
        ) from None
    if recorded.tzinfo is None:
        recorded = recorded.replace(tzinfo=UTC)
    age = ((now or datetime.now(UTC)) - recorded) / timedelta(days=1)
    if age > most:
        raise UnusableSetError(f"{folder} was recorded {age:.1f} days ago, and --max-age={most} allows less: {advice}")
    if age < -_DAYS_OF_OTHER_CLOCKS:
        raise UnusableSetError(
            f"{folder} says it was recorded {-age:.1f} days from now: set the clock right, or {advice}"
        )


def why_not_to_keep(settings: Settings, old: Meta | None, found: Discovered) -> str | None:
    """Return why what was asked cannot be put into the old set, or None.

    Args:
        settings: Where the set is.
        old: What it says of itself; None if there is none, or it cannot be read.
        found: What the run was about.
    """
    if old is None:
        is_there = (settings.cassettes / META).exists()
        return "only a part was asked, and the set there cannot be read" if is_there else None
    known = found.representative
    if old.representative != (known.id if known else None):
        return f"only a part was asked, and not of {old.representative}, which stands for all in the set"
    return None


def meta_of(settings: Settings, found: Discovered, recorder: RecordingTransport, old: Meta | None) -> Meta:
    """Return what a recorded set says of itself.

    Args:
        settings: Who asked, and with which options.
        found: What the run was about.
        recorder: What was recorded.
        old: What the set says of itself that is added to, or None for a new one.
    """
    meta = Meta(
        core=found.core.name,
        recorded=datetime.now(UTC).isoformat(timespec="seconds"),
        suite=__version__,
        credentials="token" if settings.bearer else "key",
        other_key=OTHER_API_KEY in settings.credentials,
        deployments=tuple(one.id for one in found.deployments),
        dalle3=settings.dalle3,
        gpt_image_1=settings.gpt_image_1,
        representative=found.representative.id if found.representative else None,
        opt_ins=tuple(sorted(settings.opt_ins)),
        never_recorded=recorder.never_recorded,
    )
    if old is None:
        return meta
    missing = {*old.never_recorded, *meta.never_recorded} - {*recorder.recorded}
    return replace(
        meta,
        recorded=old.recorded,  # what is added does not make the rest younger
        deployments=tuple(dict.fromkeys((*old.deployments, *meta.deployments))),
        dalle3=meta.dalle3 or old.dalle3,
        gpt_image_1=meta.gpt_image_1 or old.gpt_image_1,
        opt_ins=tuple(sorted({*old.opt_ins, *meta.opt_ins})),
        never_recorded=tuple(sorted(missing)),
    )
