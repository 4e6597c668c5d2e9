"""How often deployments were asked, how many tokens they used, and when that is enough (dial-api 7)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from conformance.standin.core.deployment import RequestLimits, ServedDeployment
from conformance.standin.core.http import Response, to_json
from conformance.standin.core.refusal import RefusedError
from conformance.standin.core.release_differences import Limiting

UNLIMITED: Final = 2**63 - 1
_DAY: Final = 24 * 60 * 60


class _Window(NamedTuple):
    seconds: int
    intervals: int
    adjective: str


_WINDOWS: Final[Mapping[str, _Window]] = {
    "minute": _Window(60, 60, "minute"),
    "hour": _Window(60 * 60, 60, "hourly"),
    "day": _Window(_DAY, 24, "daily"),
    "week": _Window(7 * _DAY, 7, "weekly"),
    "month": _Window(30 * _DAY, 30, "monthly"),
}
_REQUEST_WINDOWS: Final = ("hour", "day")


@dataclass
class _Counter:
    """What was used within a window that moves by intervals, as Core counts it."""

    window: _Window
    counts: dict[int, int] = field(default_factory=dict)

    def add(self, now: float, count: int) -> None:
        interval = self._interval(now)
        self.counts[interval] = self.counts.get(interval, 0) + count

    def total(self, now: float) -> int:
        oldest = self._interval(now) - self.window.intervals
        for interval in [one for one in self.counts if one <= oldest]:
            del self.counts[interval]
        return sum(self.counts.values())

    def retry_after(self, now: float, limit: int) -> int:
        """Return after how many seconds less than the limit will be used; 0 if it is now."""
        rest, wait = self.total(now), 0
        for interval in sorted(self.counts):
            if rest < limit:
                break
            rest -= self.counts[interval]
            wait = interval + self.window.intervals - self._interval(now)
        return wait * (self.window.seconds // self.window.intervals)

    def _interval(self, now: float) -> int:
        return int(now) // (self.window.seconds // self.window.intervals)


class _Usage(dict[str, _Counter]):
    """The counters of a project at a deployment, by the statistic without `Stats`: `hourRequest`, `minuteToken`."""

    def __missing__(self, statistic: str) -> _Counter:
        window = next(window for name, window in _WINDOWS.items() if statistic.startswith(name))
        return self.setdefault(statistic, _Counter(window))


class RateLimiter:
    """Counts for each project and model, and refuses what is too much."""

    def __init__(self, rules: Limiting, now: Callable[[], float]) -> None:
        self._rules = rules
        self._now = now
        self._used: dict[tuple[str, str], _Usage] = defaultdict(_Usage)

    def admit(self, bucket: str, deployment: ServedDeployment) -> None:
        """Count a request to a deployment. Only models have limits.

        Raises:
            RefusedError: It is one too many, or the tokens are used up.
        """
        if deployment.kind != "model":
            return
        if deployment.limits is not None:
            self._refuse(bucket, deployment, "Token", self._rules.token_windows)
            self._refuse(bucket, deployment, "Request", _REQUEST_WINDOWS)
        for window in _REQUEST_WINDOWS:
            self._used[bucket, deployment.id][f"{window}Request"].add(self._now(), 1)

    def spend(self, bucket: str, deployment: ServedDeployment, tokens: int) -> None:
        """Count tokens that a model used."""
        for window in ("minute", "day", "week", "month") if tokens else ():
            self._used[bucket, deployment.id][f"{window}Token"].add(self._now(), tokens)

    def statistics(self, bucket: str, deployment: ServedDeployment) -> dict[str, dict[str, int]]:
        """Return what the limits endpoint tells of a deployment."""
        used, totals, now = self._used[bucket, deployment.id], _totals(deployment.limits), self._now()
        names = [(name, name.removesuffix("Stats")) for name in self._rules.statistics]
        return {name: {"total": totals.get(key, UNLIMITED), "used": used[key].total(now)} for name, key in names}

    def _refuse(self, bucket: str, deployment: ServedDeployment, counted: str, windows: tuple[str, ...]) -> None:
        used, totals, now = self._used[bucket, deployment.id], _totals(deployment.limits), self._now()
        state = {window: (used[window + counted], totals.get(window + counted, UNLIMITED)) for window in windows}
        exceeded = [window for window, (counter, limit) in state.items() if counter.total(now) >= limit]
        if not exceeded:
            return
        counts = " ".join(
            f"{window.capitalize()} limit: {counter.total(now)} / {limit} {counted.lower()}s."
            for window, (counter, limit) in state.items()
        )
        error: dict[str, Any] = {"message": f"Hit {counted.lower()} rate limit. {counts}", "code": "429"}
        if self._rules.display_message:
            error["display_message"] = _for_users(counted.lower(), exceeded)
        wait = max(counter.retry_after(now, limit) for counter, limit in state.values())
        raise RefusedError(self._too_many(error, wait))

    def _too_many(self, error: Mapping[str, Any], wait: int) -> Response:
        headers = [("retry-after", str(wait))] if self._rules.retry_after else []
        if self._rules.content_type is not None:
            headers.append(("content-type", self._rules.content_type))
        return Response(429, tuple(headers), to_json({"error": error}))


def _totals(limits: RequestLimits | None) -> dict[str, int]:
    if limits is None:
        return {}
    return {
        "hourRequest": limits.requests_per_hour,
        "dayRequest": limits.requests_per_day,
        "minuteToken": limits.tokens_per_minute,
        "dayToken": limits.tokens_per_day,
    }


def _for_users(counted: str, exceeded: list[str]) -> str:
    names = [_WINDOWS[window].adjective for window in reversed(exceeded)]
    many = ", ".join(names[:-1]) + " and " + names[-1] + f" {counted} limits"
    return "You've exceeded your " + (many if len(names) > 1 else f"{names[0]} {counted} limit")
