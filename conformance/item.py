"""The pytest item of one planned check."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import pytest

from conformance.recipe import FREE
from conformance.verdict import DOES_NOT_HOLD, Verdict

if TYPE_CHECKING:
    from conformance.planning import PlannedCheck
    from conformance.result import Result


class Told(NamedTuple):
    """A verdict in pytest's words."""

    when: Literal["setup", "call", "teardown"]
    outcome: Literal["passed", "failed", "skipped"]
    text: tuple[str, int, str] | str | None


class CheckItem(pytest.Item):
    """One check of one deployment and case.

    A check has no fixtures, prints nothing and leaves nothing behind, so the item has a test protocol of its own: it is
    decided, and its verdict is told in pytest's words. That takes a fraction of pytest's three phases.
    """

    def __init__(self, *, check: PlannedCheck, decide: Callable[[PlannedCheck], Result], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.check = check
        self._decide = decide
        requirement = check.requirement
        for name in (requirement.level.lower(), "free" if check.cost is FREE else "paid", requirement.chapter.lower()):
            self.add_marker(name)
        self.extra_keyword_matches.update({requirement.id, requirement.id.lower()})

    @classmethod
    def planned(
        cls, collector: pytest.Collector, check: PlannedCheck, decide: Callable[[PlannedCheck], Result]
    ) -> CheckItem:
        """Make the item of a planned check, named as pytest names a parametrised test."""
        name = check.requirement.check.__name__
        item: CheckItem = cls.from_parent(
            collector, name=f"{name}[{check.label}]" if check.label else name, check=check, decide=decide
        )
        return item

    def run_protocol(self) -> None:
        """Decide, and tell all who listen (pytest_runtest_protocol)."""
        hook = self.ihook
        hook.pytest_runtest_logstart(nodeid=self.nodeid, location=self.location)
        for report in self._reports():
            hook.pytest_runtest_logreport(report=report)
        hook.pytest_runtest_logfinish(nodeid=self.nodeid, location=self.location)

    def runtest(self) -> None:
        """Nothing: the item has its own protocol."""

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Tell pytest where the check is."""
        return self.path, self.check.requirement.check.__code__.co_firstlineno - 1, self.name

    def _reports(self) -> Iterator[pytest.TestReport]:
        start = time.time()
        result = self._decide(self.check)
        stop = time.time()
        yield self._report(self._told(result), result, (start, stop))
        yield self._report(Told("teardown", "passed", None), result, (stop, stop))

    def _told(self, result: Result) -> Told:
        verdict = result.verdict
        if verdict is Verdict.PASSED:
            return Told("call", "passed", None)
        if verdict is Verdict.HARNESS_ERROR:  # pytest calls a failed setup an error
            return Told("setup", "failed", f"{result.requirement}: {result.reason}")
        if fails(result, on_advisory=self.config.option.fail_on == "should"):
            return Told("call", "failed", _explained(result))
        path, line, _ = self.reportinfo()
        reason = _in_short(result) if verdict in DOES_NOT_HOLD else result.reason
        return Told("call", "skipped", (str(path), (line or 0) + 1, f"Skipped: {verdict}: {reason}"))

    def _report(self, told: Told, result: Result, times: tuple[float, float]) -> pytest.TestReport:
        report = pytest.TestReport(
            nodeid=self.nodeid,
            location=self.location,
            keywords=dict.fromkeys(self.keywords, 1),
            outcome=told.outcome,
            longrepr=told.text,
            when=told.when,
            duration=times[1] - times[0],
            start=times[0],
            stop=times[1],
            user_properties=result.properties,
        )
        if told.outcome == "skipped" and result.verdict in DOES_NOT_HOLD:
            report.wasxfail = f"{result.requirement}: {_in_short(result)}"
        return report


def fails(result: Result, *, on_advisory: bool) -> bool:
    """Tell whether a result fails the run: something is violated, or the suite is at fault.

    Args:
        result: The result.
        on_advisory: `--fail-on=should`.
    """
    if result.verdict is Verdict.HARNESS_ERROR:
        return True
    wrong = result.verdict is Verdict.VIOLATED or (on_advisory and result.verdict is Verdict.ADVISORY)
    return wrong and not result.known


def _in_short(result: Result) -> str:
    told = f"expected {result.expected}; got {result.got}"
    return f"known: {result.known}; {told}" if result.known else told


def _explained(result: Result) -> str:
    lines = [f"{result.requirement} ({result.level}): {result.sentence}"]
    lines += [f"  expected: {result.expected}", f"  got:      {result.got}"]
    lines += [f"  {line}" for line in (result.hint, result.curl) if line]
    return "\n".join(lines)
