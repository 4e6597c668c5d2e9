"""What the suite does in a pytest session: the hooks, from the planned checks to the exit code."""

from __future__ import annotations

import gc
import os
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from conformance.contract.declaration import DeclarationError
from conformance.contract.recipe import FREE
from conformance.contract.requirement import (
    DuplicateRequirementError,
    Requirement,
    requirement_of,
    see_declaration,
)
from conformance.contract.result import Result
from conformance.contract.verdict import exit_code
from conformance.plugin.item import CheckItem, fails
from conformance.reports.baseline.consequences import that_count
from conformance.reports.progress import MANY, progress_at
from conformance.run.overview import Overview, overview_of
from conformance.run.reading_settings import read_settings
from conformance.run.registry import all_requirements
from conformance.run.settings import Settings

if TYPE_CHECKING:
    from conformance.reports.baseline.former import Marks
    from conformance.run.cost import Estimate
    from conformance.run.planned_checks import PlannedCheck
    from conformance.run.run import Run

_ENDED = (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED, pytest.ExitCode.NO_TESTS_COLLECTED)
_OUTPUT = "conformance"
_MANY = 500
_OBJECTS_BETWEEN_LOOKS = 50_000


class Ended(NamedTuple):
    """How a session ended.

    Attributes:
        problem: Why nothing could be checked, or None.
        problem_of_a_worker: The same of a worker of pytest-xdist, or None.
        estimates: The plan, if that was wanted.
        collected: There were checks to select from.
    """

    problem: str | None
    problem_of_a_worker: str | None
    estimates: Sequence[Estimate] | None
    collected: bool


class ConformanceSession:
    """The suite's part of a pytest session. In an xdist run there is one in each worker, and one that collects.

    Attributes:
        overview: What the run knows of itself, when it is over.
    """

    def __init__(self, config: pytest.Config, *, traced: bool = False, known: Sequence[Marks] = ()) -> None:
        """Get ready; nothing is read or asked yet.

        Args:
            config: The session's.
            traced: Results tell which exchanges they rest on.
            known: Say which results are known not to hold; the first one that knows it gives the reason.
        """
        self._config = config
        self._traced = traced
        self._known = known
        self._run: Run | None = None
        self._checks: dict[str, Requirement] = {}
        self._items: list[CheckItem] = []
        self._collectors: dict[str, pytest.Collector] = {}
        self._problem: str | None = None
        self._problem_of_a_worker: str | None = None
        self._asked = False
        self._selected = False
        self._to_plan: list[Requirement] = []
        self._estimates: list[Estimate] | None = None
        self._made = 0
        self._results: dict[str, Result] = {}
        self.overview: Overview | None = None

    @property
    def results(self) -> list[Result]:
        """What came out so far, in the order of the checks."""
        return list(self._results.values())

    @cached_property
    def settings(self) -> Settings:
        """The settings of the run.

        Raises:
            SettingsError: Something is missing or malformed.
        """
        return read_settings(self._config.option, os.environ, self._config.rootpath)

    @property
    def run(self) -> Run:
        """The run; what it needs is imported only now, so that other sessions do not pay for it."""
        if self._run is None:
            from conformance.run.run import Run  # noqa: PLC0415 - see above

            run = Run(self.settings, traced=self._traced)
            run.tell = self._tell
            self._config.add_cleanup(run.source.block_the_network())
            self._look_seldom_for_garbage()
            self._run = run
        return self._run

    def _tell(self, line: str) -> None:
        """Show a line at once, where pytest collects."""
        reporter: pytest.TerminalReporter | None = self._config.pluginmanager.get_plugin("terminalreporter")
        if reporter is not None:
            reporter.ensure_newline()
            reporter.write_line(line)

    def _look_seldom_for_garbage(self) -> None:
        """Look for garbage seldom: what a run makes lives until its end, and looking takes a fifth of its time."""
        before = gc.get_threshold()
        self._config.add_cleanup(lambda: gc.set_threshold(*before))
        gc.set_threshold(_OBJECTS_BETWEEN_LOOKS, *before[1:])

    @property
    def run_so_far(self) -> Run | None:
        """The run, or None if nobody needed it yet."""
        return self._run

    def refuse_what_cannot_work(self) -> None:
        """Look at the options of a run that asks a DIAL before anything is collected.

        Raises:
            pytest.UsageError: They cannot work.
        """
        option = self._config.option
        processes = getattr(option, "numprocesses", None)
        if option.plan and processes:
            raise pytest.UsageError("--plan is made in one process: leave out -n")
        if not option.live:
            return
        if processes:
            raise pytest.UsageError("-n is for replays: a live run asks in threads, so give --jobs instead")
        try:
            _ = self.run
        except ValueError as error:
            raise pytest.UsageError(str(error)) from None

    def pytest_pycollect_makeitem(self, collector: pytest.Collector, obj: object) -> list[pytest.Item] | None:
        """Make the check of a requirement into one item for each deployment and case."""
        requirement = requirement_of(obj)
        if requirement is None:
            return None
        if self._problem is not None:
            return []
        try:
            run = self.run
        except ValueError as error:
            self._problem = _unusable(error)
            return []
        try:
            see_declaration(requirement)
            other = self._checks.setdefault(requirement.id, requirement)
            if other.check is not requirement.check:
                raise DuplicateRequirementError(other, requirement)
            bound = run.bound(requirement)
            if bound is not None:
                run.book.see_names_of(bound)
            planned = self._planned(run, requirement) if run.selected(requirement) else []
        except DeclarationError as error:
            raise collector.CollectError(str(error)) from None
        except ValueError as error:
            self._problem = _unusable(error)
            return []
        self._made += len(planned)
        self._collectors[requirement.id] = collector
        return [CheckItem.planned(collector, one, self._decide) for one in planned]

    def _planned(self, run: Run, requirement: Requirement) -> Sequence[PlannedCheck]:
        if self._plans_everything:
            self._to_plan.append(requirement)
            return ()
        return run.checks_of(requirement)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_collection_modifyitems(self) -> Iterator[None]:
        """Note that the selection came through: pytest calls pytest_collection_finish also where it raised."""
        yield
        self._selected = True

    @pytest.hookimpl(trylast=True)
    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Make all exchanges that the selected checks need."""
        if self._problem is not None and not hasattr(self._config, "workeroutput"):
            raise pytest.UsageError(self._problem)
        if session.testsfailed and not self._config.option.continue_on_collection_errors:
            return  # pytest ends such a session before the first test: nothing is to be paid for it
        if not self._selected:
            return  # an expression of -k that is none, say: what is in the session was not meant
        self._items = [item for item in session.items if isinstance(item, CheckItem)]
        if self._config.option.collectonly:
            return
        if self._config.option.plan:
            session.items[:] = [item for item in session.items if not isinstance(item, CheckItem)]
            self._estimates = self._estimated()
        elif self._items:
            least = MANY if self.run.replaying else 0
            progress = progress_at(sys.stderr, os.environ, self._config.get_verbosity(), least=least)
            self.run.ask([item.check for item in self._items], free=self._only_free, progress=progress)
            self._asked = True
            self._add_what_was_explored(session)
        if len(self._items) > _MANY or self._plans_everything:
            gc.freeze()  # what is there lives until the end: to look at it again and again takes a third of a large run

    def _add_what_was_explored(self, session: pytest.Session) -> None:
        """Make items of what was found beyond the plan: their cases were not known when the others were collected."""
        found = [] if self.run.explored is None else self.run.explored.checks
        for one in found:
            item = CheckItem.planned(self._collectors[one.requirement.id], one, self._decide)
            self._items.append(item)
            session.items.append(item)
        self._made += len(found)
        session.testscollected += len(found)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """Let somebody else's test have the network; what a replay reads was read before the first test."""
        if not isinstance(item, CheckItem) and self._run is not None:
            self._run.source.open_the_network()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Collect the result of a check, from the report that tells its verdict; the last one, if it is run again."""
        if report.when == "call" or (report.when == "setup" and report.failed):
            result = Result.from_properties(report.user_properties)
            if result is not None:
                self._results[report.nodeid] = result

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Take from a worker what it knows of the run."""
        plain = getattr(node, "workeroutput", {}).get(_OUTPUT)
        if isinstance(plain, str):
            self._problem_of_a_worker = plain
        elif plain is not None:
            self.overview = Overview(**plain)

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        """Put a recorded set in its place, and tell the exit code."""
        recorded = self._finish_run()
        if self._estimates is not None and exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED):
            session.exitstatus = pytest.ExitCode.OK
            return
        if hasattr(self._config, "workeroutput"):
            plain = self._problem if self.overview is None else self.overview.to_plain()
            self._config.workeroutput[_OUTPUT] = plain
            return
        if self._problem_of_a_worker is not None:
            session.exitstatus = pytest.ExitCode.USAGE_ERROR
        if self.overview is None or exitstatus not in _ENDED:
            return
        if self.overview.interrupted:
            session.exitstatus = pytest.ExitCode.INTERRUPTED
            return
        fail_on_advisory = self._config.option.fail_on == "should"
        if session.testsfailed > sum(fails(result, on_advisory=fail_on_advisory) for result in self.results):
            return
        verdicts = {result.verdict for result in that_count(self.results)}
        complete = recorded and len(self.results) == self.overview.planned
        session.exitstatus = exit_code(
            verdicts, free=self.overview.free, complete=complete, fail_on_advisory=fail_on_advisory
        )

    @property
    def ended(self) -> Ended:
        """How the session ended, for its summary."""
        return Ended(self._problem, self._problem_of_a_worker, self._estimates, collected=bool(self._checks))

    def add_notes(self, notes: Iterable[str]) -> None:
        """Add lines to what the run says of itself, if it is over."""
        if self.overview is not None:
            self.overview = replace(self.overview, notes=(*self.overview.notes, *notes))

    def add_problem(self, problem: str) -> None:
        """Add to what fails the run beside its results, if it is over."""
        if self.overview is not None:
            self.overview = replace(self.overview, problems=(*self.overview.problems, problem))

    def requirement_named(self, name: str) -> Requirement | None:
        """Return a requirement of the suite, or of another check that this process collected; None if there is none."""
        return all_requirements(self.settings.checks).get(name) or self._checks.get(name)

    def refuse(self, problem: str) -> None:
        """End the session before anything is asked but what was needed to collect it."""
        self._problem = self._problem or problem

    def _decide(self, check: PlannedCheck) -> Result:
        result = self.run.decider.decide(check)
        marked = (one.marked(result, self.run.redaction.hide_secrets) for one in self._known)
        return next((one for one in marked if one.known), result)

    def _estimated(self) -> list[Estimate]:
        from conformance.run.run import UNUSABLE  # noqa: PLC0415 - like the run itself

        try:
            if not self._plans_everything:
                free = self._only_free and bool(self._items)
                return self.run.estimates(lambda: (item.check for item in self._items), free=free)
            # of a thousand deployments there are too many checks to keep
            return self.run.estimates(lambda: (check for one in self._to_plan for check in self.run.checks_of(one)))
        except UNUSABLE as error:
            self._problem = " ".join(str(error).split())
            raise pytest.UsageError(self._problem) from None

    @property
    def _plans_everything(self) -> bool:
        """Only a plan is wanted, of all that is selected by requirement: pytest needs no items for that."""
        option = self._config.option
        by_item = ("keyword", "markexpr", "deselect", "lf", "stepwise", "collectonly")
        if not option.plan or any(getattr(option, name, None) for name in by_item):
            return False
        return not any("::" in one for one in self._config.args)

    @property
    def _only_free(self) -> bool:
        """What is free was selected by its marker: who does so does not want to pay for the proof of a refusal."""
        named = re.search(r"\b(free|paid)\b", self._config.option.markexpr or "")
        return named is not None and all(item.check.cost is FREE for item in self._items)

    @property
    def _whole(self) -> bool:
        """Every requirement was planned, for every case."""
        # node ids, -k, --lf and other plugins leave out checks, and not all of them say so
        every = all_requirements(self.settings.checks).keys()
        narrowed = self._made != len(self._items) or self.settings.requirements or self.settings.free
        return not narrowed and self._checks.keys() >= every and self.run.requirements.keys() >= every

    @property
    def _has_nothing_to_do(self) -> bool:
        """All of it is another shard's: that is no mistake, and the merge needs a report of each."""
        found = None if self._run is None else self._run.discovered_so_far
        if self._run is None or self.settings.shard is None or found is None:
            return False
        return not found.deployments or self._run.left_to_the_first

    def _finish_run(self) -> bool:
        """Close the run, and tell whether what was to be recorded is in its place."""
        run = self._run
        if run is None:
            return True
        problem = run.finish(complete=self._asked, whole=self._whole)
        if (self._items or self._has_nothing_to_do) and not self._config.option.collectonly:
            planned = len({item.nodeid for item in self._items})  # with --keep-duplicates one may be there twice
            self.overview = overview_of(run, planned=planned, whole=self._whole, recording_problem=problem)
        return problem is None


def _unusable(error: ValueError) -> str:
    """Return in one line what is wrong before anything can be checked.

    Raises:
        ValueError: It is none of these errors.
    """
    from conformance.run.run import UNUSABLE  # noqa: PLC0415 - like the run itself

    if not isinstance(error, (*UNUSABLE, DeclarationError)):
        raise error
    return " ".join(str(error).split())
