"""The pytest hooks of `--against`: a run fails only on what a former report has not."""

from __future__ import annotations

from pathlib import Path

import pytest

from conformance.contract.verdict import ExitCode
from conformance.plugin.session import ConformanceSession
from conformance.reports.baseline.former import Checked, FormerReport, read_former
from conformance.reports.document import UnreadableReportError
from conformance.reports.terminal import OF_THE_DIAL, counted

_ENDED = (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED)
_REPLAYED = "replayed"
_MOST_NAMED = 20


def former_given(given: str) -> FormerReport:
    """Read the former report that was given, before anything is asked.

    Raises:
        pytest.UsageError: It cannot be used.
    """
    if not given:
        raise pytest.UsageError("--against is empty: give --against=REPORT.json")
    try:
        return read_former(Path(given))
    except UnreadableReportError as error:
        raise pytest.UsageError(f"--against: {error}") from None


class AgainstHooks:
    """Refuses the report of another DIAL, and says what is gone since."""

    def __init__(self, config: pytest.Config, session: ConformanceSession, former: FormerReport) -> None:
        self._config = config
        self._session = session
        self._former = former

    def refuse_what_cannot_work(self) -> None:
        """Refuse the report of another DIAL, before anything is asked: what is wrong there must not be known here.

        Raises:
            pytest.UsageError: It is one.
        """
        if not self._config.option.live or self._former.run.mode == _REPLAYED:
            return
        source = self._session.run.source
        if not source.replaying and source.name != self._former.run.dial:
            raise pytest.UsageError(
                f"--against={self._former.path} is of {self._former.run.dial}, and this run asks {source.name}: give"
                " a report of that DIAL, or compare the two with `compare`"
            )

    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        """Say what came of what the former report has; between the session's own hook and the report."""
        overview = self._session.overview
        if overview is None or hasattr(self._config, "workeroutput") or self._config.option.plan:
            return
        if overview.interrupted or exitstatus not in _ENDED:
            return
        former, results = self._former, self._session.results
        still = sum(one.known == self._session.run.redaction.hide_secrets(former.note) for one in results)
        mended = former.no_longer(results)
        there = f"{counted(still, 'finding')} of it still there, {len(mended)} gone"
        notes = [
            f"against {former.path} ({former.run.began[:10]}, Core {former.run.core}): {there}",
            *(f"gone since {former.path}: {_name(one)}" for one in mended[:_MOST_NAMED]),
        ]
        lost = self._lost()
        notes += [f"{name}: {former.path} has it, and the DIAL lists it no more" for name in lost[:_MOST_NAMED]]
        if lost:
            self._session.add_problem(f"{counted(len(lost), 'deployment')} gone since {former.path}")
            session.exitstatus = ExitCode.VIOLATED
        self._session.add_notes(map(self._session.run.redaction.hide_secrets, notes))

    def _lost(self) -> list[str]:
        """Return the deployments that no listing has any more; where that is not known, none."""
        run = self._session.run
        listed = run.discovered.listed
        if listed is None or self._session.settings.shard is not None:
            return []
        tested = {one.deployment for one in self._session.results}
        return [name for name in self._former.deployments if name not in listed and name not in tested]


def _name(checked: Checked) -> str:
    requirement, place = checked
    case = f", case {place.case}" if place.case else ""
    return f"{requirement} of {place.deployment or OF_THE_DIAL}{case}"
