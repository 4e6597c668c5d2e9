"""The pytest hooks that hold a run to its baseline, and write it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from conformance.contract.exchange import printable
from conformance.contract.verdict import ExitCode, Verdict
from conformance.plugin.session import ConformanceSession
from conformance.reports.baseline.consequences import consequences_of_known
from conformance.reports.baseline.entry import Baseline, Place
from conformance.reports.baseline.judging import EntryProblem, Seen, problems_of
from conformance.reports.baseline.reading import BaselineError, read_baseline
from conformance.reports.baseline.writing import change_of, refuse_to_write, write_baseline
from conformance.reports.terminal import counted
from conformance.run.command import program_here
from conformance.run.overview import Overview

if TYPE_CHECKING:
    from conformance.contract.requirement import Requirement

_ENDED = (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED)


def baseline_given(config: pytest.Config) -> Baseline:
    """Read the baseline that was given, before anything is asked.

    Raises:
        pytest.UsageError: It cannot be used.
    """
    given, writes = config.option.baseline, config.option.write_baseline
    if not given:
        missing = "--write-baseline writes the file of --baseline" if writes else "--baseline is empty"
        raise pytest.UsageError(f"{missing}: give --baseline=FILE")
    path = Path(given)
    try:
        if writes:
            refuse_to_write(path)
        return read_baseline(path, datetime.now(UTC).date(), may_be_missing=writes)
    except BaselineError as error:
        raise pytest.UsageError(str(error)) from None


class BaselineHooks:
    """Fails a run whose baseline is out of date, and writes the baseline if that is wanted."""

    def __init__(self, config: pytest.Config, session: ConformanceSession, baseline: Baseline) -> None:
        self._config = config
        self._session = session
        self._baseline = baseline

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Refuse a requirement that there is not; those of other checks are known only now."""
        for entry in self._baseline.entries:
            if self._session.requirement_named(entry.requirement) is None:
                self._session.refuse(
                    f"{self._baseline.path}:{entry.line}: there is no requirement {entry.requirement:.40}:"
                    f" `{program_here()} list` shows all"
                )
                items.clear()
                return

    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        """Judge the entries by what came out; between the session's own hook and the report."""
        overview = self._session.overview
        if overview is None or hasattr(self._config, "workeroutput") or self._config.option.plan:
            return
        if overview.interrupted or exitstatus not in _ENDED:
            return
        found = list(problems_of(self._baseline, self._seen(overview)))
        waiting = len(list(consequences_of_known(self._session.results)))
        notes = [f"{counted(waiting, 'check')} could not be made because of what is known"] if waiting else []
        notes += [f"{self._baseline.path}:{one.entry.line}: {one.entry.name}: {one.problem}" for one in found]
        if found:
            session.exitstatus = ExitCode.VIOLATED
            self._session.add_problem(f"{self._baseline.path} is out of date: {counted(len(found), 'line')} above")
        if self._config.option.write_baseline:
            try:
                notes.append(self._written(found))
            except (BaselineError, OSError) as error:
                why = getattr(error, "strerror", None) or error
                notes.append(f"ERROR: {self._baseline.path} could not be written: {why}")
                session.exitstatus = ExitCode.USAGE_ERROR
        self._session.add_notes(map(self._session.run.redaction.hide_secrets, notes))

    def _written(self, found: Sequence[EntryProblem]) -> str:
        fails = {Verdict.VIOLATED} | ({Verdict.ADVISORY} if self._config.option.fail_on == "should" else set())
        change = change_of(self._baseline, found, self._session.results, fails)
        write_baseline(self._baseline, change)
        done = f"{counted(len(change.new), 'violation')} added to {self._baseline.path}"
        return f"{done}, {len(change.gone)} removed; the lines above are those of before" if change.gone else done

    def _seen(self, overview: Overview) -> Seen:
        run = self._session.run
        return Seen(
            self._session.results,
            self._planned,
            run.discovered.listed,
            sharded=self._session.settings.shard is not None,
            whole=overview.whole,
            compares=self._compares,
        )

    def _planned(self, name: str) -> Sequence[Place] | None:
        requirement = self._session.requirement_named(name)
        if requirement is None:  # of a check that only other processes have collected
            return None
        return [
            Place(
                printable(one.deployment.id) if one.deployment else None, printable(one.case.name) if one.case else None
            )
            for one in self._session.run.checks_of(requirement)
        ]

    def _compares(self, name: str) -> bool:
        requirement: Requirement | None = self._session.requirement_named(name)
        return requirement is not None and self._session.run.book.sees_every_exchange(requirement.dependencies)
