"""The pytest hooks that write the report of a run."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Generator, Iterator
from dataclasses import replace
from functools import partial
from traceback import walk_tb
from typing import TYPE_CHECKING

import pytest

from conformance.contract.verdict import ExitCode
from conformance.plugin.session import ConformanceSession
from conformance.reports.outputs import OutputError, Outputs, read_outputs

if TYPE_CHECKING:
    from pathlib import Path

    from conformance.contract.exchange import Exchange
    from conformance.reports.document import Report


def outputs_wanted(config: pytest.Config) -> Outputs:
    """Tell which files are wanted.

    Raises:
        pytest.UsageError: The options cannot work.
    """
    try:
        return read_outputs(config.option, os.environ)
    except OutputError as error:
        raise pytest.UsageError(str(error)) from None


class ReportHooks:
    """Writes the files that were asked for, when all is decided."""

    def __init__(self, config: pytest.Config, session: ConformanceSession, outputs: Outputs) -> None:
        self._config = config
        self._session = session
        self._began = time.time()
        self._lines: list[str] = []
        self._annotations: list[str] = []
        self.outputs = outputs

    def refuse_what_cannot_work(self) -> None:
        """See that the files can be written before anything is asked.

        Raises:
            pytest.UsageError: One cannot.
        """
        try:
            self.outputs.check()
        except OutputError as error:
            raise pytest.UsageError(str(error)) from None

    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> Generator[None, None, None]:
        """Write all outputs when the exit code is known, also if another plugin cannot write its own.

        trylast: before the terminal prints the summary, which such an error would cost too.
        """
        try:
            yield
        except OSError as error:
            self._could_not_write(_whose_file(error, self._config), error)
            _not_written(session)
        self._write(session)

    def _could_not_write(self, what: str, error: OSError) -> None:
        self._lines.append(f"ERROR: {what} could not be written: {_why(error)}")
        self._session.add_problem(f"{what} could not be written")

    def _write(self, session: pytest.Session) -> None:
        nothing_decided = self._session.overview is None or self._config.option.plan
        if not self.outputs.any or hasattr(self._config, "workeroutput") or nothing_decided:
            return
        report = self._report(int(session.exitstatus))
        if self.outputs.annotations:
            from conformance.reports.annotations import workflow_commands  # noqa: PLC0415 - only who wants it pays for it

            self._annotations = list(workflow_commands(report))
        for write, path in self._writers():
            try:
                self._lines.append(write(report, path))
            except OSError as error:
                self._could_not_write(str(path), error)
                if path is not self.outputs.step_summary:  # asked for by an option
                    _not_written(session)

    @pytest.hookimpl(trylast=True)
    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Tell what was written, or could not be."""
        for line in self._lines:
            terminalreporter.line(line, red=line.startswith("ERROR"))
        for line in self._annotations:
            terminalreporter.line(line)

    def _writers(self) -> Iterator[tuple[Callable[[Report, Path], str], Path]]:
        from conformance.reports import writing  # noqa: PLC0415 - only who wants a report pays for it

        chosen = self.outputs
        advisory = self._config.option.fail_on == "should"
        reproduction = partial(writing.write_reproduction, lookup=self._without_leak, advisory=advisory)
        for write, path in (
            (writing.write_json, chosen.report_json),
            (writing.write_html, chosen.report_html),
            (writing.write_badge, chosen.badge),
            (reproduction, chosen.reproduce),
            (writing.write_step_summary, chosen.step_summary),
        ):
            if path is not None:
                yield write, path

    def _report(self, exit_code: int) -> Report:
        from conformance.reports.of_run import report_of  # noqa: PLC0415 - as above

        overview = self._session.overview
        assert overview is not None  # noqa: S101 - for mypy: looked at before
        selecting = {"-k": self._config.option.keyword, "-m": self._config.option.markexpr}
        return report_of(
            self._session.run,
            self._session.results,
            overview,
            began=self._began,
            exit_code=exit_code,
            selected_with=[f"{flag} {text}" for flag, text in selecting.items() if text],
        )

    def _exchange(self, name: str) -> Exchange | None:
        return self._session.run.exchange_named(name)

    def _without_leak(self, name: str) -> Exchange | None:
        """Return the exchange of that name if it can be given away as a whole, as a recording would keep it."""
        exchange, redaction = self._exchange(name), self._session.run.redaction
        if exchange is None:
            return None
        request, answer = exchange.request, exchange.answer
        headers = (value for _, value in (*request.headers, *answer.headers))
        leaves: tuple[str | bytes, ...] = (request.path, request.body, answer.body, *headers)
        if any(redaction.leak(one) for one in leaves):
            return None
        return replace(exchange, answer=replace(answer, reason=redaction.hide_secrets(answer.reason)))


def _not_written(session: pytest.Session) -> None:
    if session.exitstatus in (pytest.ExitCode.OK, ExitCode.INCOMPLETE):
        session.exitstatus = pytest.ExitCode.USAGE_ERROR


def _why(error: OSError) -> str:
    return error.strerror or str(error)


def _whose_file(error: OSError, config: pytest.Config) -> str:
    """Name the file that another plugin could not write, by what the error tells and by whose code raised it."""
    modules = [str(frame.f_globals.get("__name__", "")) for frame, _ in walk_tb(error.__traceback__)]
    if "_pytest.junitxml" in modules:
        return f"--junitxml={config.option.xmlpath}"
    if error.filename is not None:
        return str(error.filename)
    others = [one for one in modules if one.partition(".")[0] not in ("", "pluggy", "_pytest", "conformance")]
    return f"the file of the plugin {others[0]}" if others else "a file of pytest"
