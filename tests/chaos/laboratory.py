"""Runs of the suite through the proxy."""

from __future__ import annotations

import base64
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from conformance.wire.clock import SystemClock
from tests.chaos.proxy import Aim, ChaosProxy, Hit
from tests.running import DALLE3, Suite, SuiteRun, credentials
from tests.served_set import KEY, OTHER_KEY, ServedSet

LONGEST = 300
"""Seconds: a run that takes longer hangs. It takes one or two, on a machine that is not busy."""

_HASTE = 10
_BUSY = (DALLE3, "--jobs=16", "--jobs-per-deployment=8")


class HastyClock(SystemClock):
    """Ten seconds pass in one, so that nobody waits long for another try."""

    def now(self) -> float:
        return super().now() * _HASTE

    def sleep(self, seconds: float) -> None:
        super().sleep(seconds / _HASTE)


class HealthyDial(ServedSet):
    """A DIAL that forgets what it was asked, so that one serves many runs."""

    def forget(self) -> None:
        """Answer each request as if it came for the first time."""
        with self._lock:
            self._counts.clear()


@dataclass(frozen=True)
class Trial:
    """A run through the proxy.

    Attributes:
        run: What it said.
        proxy: What was done to it.
    """

    run: SuiteRun
    proxy: ChaosProxy

    @property
    def hits(self) -> list[Hit]:
        return self.proxy.hits

    @property
    def passed(self) -> set[str]:
        """The checks that passed."""
        return {name for name, verdict in self.run.verdicts.items() if verdict == "passed"}

    @property
    def accused(self) -> dict[str, Mapping[str, str]]:
        """What is said of the checks that did not hold."""
        verdicts = self.run.verdicts
        return {
            name: self.run.properties[name] for name, verdict in verdicts.items() if verdict in ("violated", "advisory")
        }


@dataclass
class Laboratory:
    """Where runs are tried: with one DIAL, which stays healthy."""

    suite: Suite
    dial: HealthyDial
    known: dict[object, Trial] = field(default_factory=dict)

    def tried(self, aim: Aim, *options: str) -> Trial:
        """Run the suite through a proxy, and hold what must hold of every run."""
        return self.through(ChaosProxy(self.dial.port, aim), *options)

    def through(self, proxy: ChaosProxy, *options: str) -> Trial:
        """Run the suite through that proxy, and hold what must hold of every run."""
        self.dial.forget()
        start = time.monotonic()
        with proxy:
            run = self.suite.run("--live", *_BUSY, *options, **credentials(proxy.url))
        assert time.monotonic() - start < LONGEST, run.output
        assert proxy.mistakes == []
        for trace in ("Traceback", "INTERNALERROR", "harness error", "Exception in thread", "Warning"):
            assert trace not in run.output + run.junit, run.output
        assert leaked(run.output + run.junit) == []
        return Trial(run, proxy)

    def remembered(self, aim: Aim, *options: str) -> Trial:
        """Try something once for all tests."""
        key = (tuple(one.name for one in aim.faults), aim.only, options)
        if key not in self.known:
            self.known[key] = self.tried(aim, *options)
        return self.known[key]


def leaked(text: str) -> list[str]:
    """Return the spellings of a key that a text holds."""
    return [spelling for key in (KEY, OTHER_KEY) for spelling in _spellings(key) if spelling.lower() in text.lower()]


def _spellings(key: str) -> list[str]:
    octets = key.encode()
    packed = base64.b64encode(octets).decode()
    percented = "".join(f"%{one:02X}" for one in octets)
    return [key, packed.rstrip("="), octets.hex(), quote(key, safe=""), percented, quote(packed, safe="")]


def light_set(place: Path, whole: Path) -> Path:
    """Make a set of one deployment of another set."""
    for name in ("meta.yaml", "_instance", "dall-e-3"):
        place.joinpath(name).symlink_to(whole / name)
    return place
