"""The pytest item of one planned check."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from conformance.recipe import FREE
from conformance.verdict import Verdict

if TYPE_CHECKING:
    from conformance.deciding import Decider
    from conformance.planning import PlannedCheck
    from conformance.result import Result


class HarnessError(Exception):
    """A fault of the suite itself."""


class ViolationError(AssertionError):
    """A requirement does not hold."""


class CheckItem(pytest.Item):
    """One check of one deployment and case. It is decided in its setup, and tells the verdict when it runs."""

    def __init__(self, *, check: PlannedCheck, decider: Decider, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.check = check
        self.result: Result | None = None
        self._decider = decider
        requirement = check.requirement
        for name in (requirement.level.lower(), "free" if check.cost is FREE else "paid", requirement.chapter.lower()):
            self.add_marker(name)
        self.extra_keyword_matches.update({requirement.id, requirement.id.lower()})

    @classmethod
    def planned(cls, collector: pytest.Collector, check: PlannedCheck, decider: Decider) -> CheckItem:
        """Make the item of a planned check, named as pytest names a parametrised test."""
        name = check.requirement.check.__name__
        item: CheckItem = cls.from_parent(
            collector, name=f"{name}[{check.label}]" if check.label else name, check=check, decider=decider
        )
        return item

    @property
    def told_when(self) -> str:
        """In which phase the verdict is told: a fault of the suite is an error of the setup."""
        return "setup" if self.result is not None and self.result.verdict is Verdict.HARNESS_ERROR else "call"

    def setup(self) -> None:
        """Decide.

        Raises:
            HarnessError: The check, or a recipe, is faulty.
        """
        self.result = result = self._decider.decide(self.check)
        self.user_properties += [
            ("requirement", result.requirement),
            ("level", result.level),
            ("verdict", str(result.verdict)),
        ]
        if result.verdict is Verdict.HARNESS_ERROR:
            raise HarnessError(result.reason)

    def runtest(self) -> None:
        """Tell the verdict in pytest's words.

        Raises:
            ViolationError: The requirement does not hold.
            pytest.skip.Exception: It was neither held nor broken.
            pytest.xfail.Exception: A SHOULD does not hold.
        """
        result = self.result
        if result is None:
            raise HarnessError("the check was not decided")
        if result.verdict is Verdict.PASSED:
            return
        failing = result.verdict is Verdict.VIOLATED or (
            result.verdict is Verdict.ADVISORY and self.config.option.fail_on == "should"
        )
        if failing:
            raise ViolationError(self._explained(result))
        if result.verdict is Verdict.ADVISORY:
            raise pytest.xfail.Exception(f"{result.requirement}: expected {result.expected}; got {result.got}")
        raise pytest.skip.Exception(f"{result.verdict}: {result.reason}")

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> str:  # noqa: ARG002 - pytest's signature
        """Return the explanation alone: a traceback would show the suite, not the DIAL."""
        if isinstance(excinfo.value, ViolationError | HarnessError):
            return str(excinfo.value)
        return f"{excinfo.typename}: {self._decider.redaction.hide_secrets(str(excinfo.value))}"

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Tell pytest where the check is."""
        code = self.check.requirement.check.__code__
        return Path(code.co_filename), code.co_firstlineno - 1, self.name

    @staticmethod
    def _explained(result: Result) -> str:
        lines = [f"{result.requirement} ({result.level}): {result.sentence}"]
        lines += [f"  expected: {result.expected}", f"  got:      {result.got}"]
        return "\n".join([*lines, f"  {result.curl}"] if result.curl else lines)
