"""What captured traffic says of itself, in place of the meta.yaml of a set."""

from __future__ import annotations

from dataclasses import dataclass

from conformance.wire.cassettes.folder import Meta


@dataclass(frozen=True)
class MetaOfTraffic(Meta):
    """What captured traffic says of itself.

    Attributes:
        undescribed: Deployments that were asked; the traffic need not show how the DIAL describes them.
    """

    undescribed: tuple[str, ...] = ()
