"""The pytest hook that prints the end of a run, after all that pytest and other plugins print."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import Final

import pytest

from conformance.contract.result import Result
from conformance.contract.verdict import Verdict
from conformance.plugin.session import ConformanceSession
from conformance.reports.plan import plan_of_run
from conformance.reports.summary import summary
from conformance.reports.terminal import Line, counted
from conformance.reports.verdict_line import nothing_selected

_TOLD: Final = (Verdict.VIOLATED, Verdict.ADVISORY, Verdict.HARNESS_ERROR)


class TerminalHooks:
    """Prints what a run has to say."""

    def __init__(self, config: pytest.Config, session: ConformanceSession) -> None:
        self._config = config
        self._run = session
        self._session: pytest.Session | None = None

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionstart(self, session: pytest.Session) -> None:
        """Remember the session: the exit code that the hook of the summary gets is that of before."""
        self._session = session

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter, exitstatus: int) -> Generator[None]:
        """Print the summary last, so that the verdict is what a reader sees first.

        pytest would show each violation before, with all that the summary says. Where nothing but checks failed it is
        silent, as with `--tb=no`, if no other style was asked for.
        """
        option, style = self._config.option, self._config.option.tbstyle
        if style == "auto" and not self._asks_for_tracebacks and _only_checks_failed(terminalreporter):
            option.tbstyle = "no"
        try:
            yield
        finally:
            option.tbstyle = style
        self._print(terminalreporter, exitstatus)

    @property
    def _asks_for_tracebacks(self) -> bool:
        return any(str(one).startswith("--tb") for one in self._config.invocation_params.args)

    def _print(self, terminal: pytest.TerminalReporter, exitstatus: int) -> None:
        run, ended = self._run.run_so_far, self._run.ended
        if exitstatus == pytest.ExitCode.INTERRUPTED and ended.problem is None and self._run.overview is None and run:
            asked = 0 if run.replaying else len(run.resolver.exchanges.asked)
            if asked or not terminal.stats.get("error"):  # else the error of the collection says it all
                terminal.line(f"interrupted after {counted(asked, 'request')}; nothing was checked or recorded")
        if ended.problem_of_a_worker is not None:
            terminal.line(f"ERROR: {ended.problem_of_a_worker}", red=True)
        if ended.estimates is not None:
            terminal.section("DIAL conformance: the plan")
            for text in plan_of_run(self._run.run, ended.estimates):
                terminal.line(text)
        elif self._run.overview is not None:
            terminal.section("DIAL conformance")
            for line in self._summary():
                terminal.line(line.text, **line.markup)
        elif ended.collected and exitstatus == pytest.ExitCode.NO_TESTS_COLLECTED:
            line = nothing_selected()
            terminal.line(line.text, **line.markup)

    def _summary(self) -> Iterator[Line]:
        assert self._run.overview is not None  # noqa: S101 - for mypy: looked at before
        assert self._session is not None  # noqa: S101 - for mypy: a summary is that of a session
        return summary(
            self._run.overview,
            self._run.results,
            int(self._session.exitstatus),
            fail_on_advisory=self._config.option.fail_on == "should",
            width=self._config.get_terminal_writer().fullwidth,
        )


def _only_checks_failed(terminal: pytest.TerminalReporter) -> bool:
    """Tell whether all that failed is a check, for its verdict: the summary says more of it than pytest."""
    failed = [*terminal.stats.get("failed", ()), *terminal.stats.get("error", ())]
    results = [Result.from_properties(getattr(one, "user_properties", ())) for one in failed]
    return all(one is not None and one.verdict in _TOLD for one in results)
