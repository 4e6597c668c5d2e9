"""The pytest item of one planned check."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import pytest

from conformance.contract.recipe import FREE
from conformance.contract.verdict import DOES_NOT_HOLD, Verdict

if TYPE_CHECKING:
    from conformance.contract.result import Result
    from conformance.run.planned_checks import PlannedCheck


class CheckItem(pytest.Item):
    """One check of one deployment and case, run by pytest's own protocol.

    Its setup decides the check, and its call tells the verdict in pytest's words: so a harness error is an error,
    as that of a fixture is, and a violation is a failure. To run it again is to judge the same exchanges again.
    """

    def __init__(self, *, check: PlannedCheck, decide: Callable[[PlannedCheck], Result], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.check = check
        self._decide = decide
        self._result: Result | None = None
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
        name = f"{name}[{check.label}]" if check.label else name
        # Since 9.2 an id has parts: path, names, and what stands in brackets. pytest computes it from the name of an
        # item as if there were no brackets in it, which makes an id that does not equal the one it reads back from its
        # cache, so that --lf and its like find nothing. An id that is given as text is taken apart as in the cache.
        item: CheckItem = cls.from_parent(
            collector, name=name, nodeid=f"{collector.nodeid}::{name}", check=check, decide=decide
        )
        return item

    def setup(self) -> None:
        """Decide the check."""
        super().setup()
        result = self._decide(self.check)
        if self._result is not None:  # it is run again
            self.user_properties = [one for one in self.user_properties if one not in self._result.properties]
        self._result = result
        self.user_properties += result.properties
        if result.verdict is Verdict.HARNESS_ERROR:
            pytest.fail(f"{result.requirement}: {result.reason}", pytrace=False)

    def runtest(self) -> None:
        """Tell the verdict: pass, fail, or end as a skip or an expected failure."""
        result = self._result
        if result is not None and result.verdict is not Verdict.PASSED:
            self._tell(result)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], *args: Any, **kwargs: Any) -> Any:
        """Show what was raised to tell a verdict by its words alone: where in the suite that was says nothing."""
        if isinstance(excinfo.value, pytest.fail.Exception):  # those of an expected failure are a kind of it
            shown = excinfo.getrepr(style="value")
            # the short summary of pytest shows the whole message where CI is set; the summary of the suite has it all
            if shown.reprcrash is not None:
                shown.reprcrash.message = str(excinfo.value).partition("\n")[0]
            return shown
        return super().repr_failure(excinfo, *args, **kwargs)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Tell pytest where the check is."""
        return self.path, self.check.requirement.check.__code__.co_firstlineno - 1, self.name

    def _tell(self, result: Result) -> NoReturn:
        option = self.config.option
        if fails(result, on_advisory=option.fail_on == "should"):
            pytest.fail(_explained(result), pytrace=False)
        does_not_hold = result.verdict in DOES_NOT_HOLD
        reason = _in_short(result) if does_not_hold else result.reason
        # --runxfail makes a failure of what was expected to fail, and nobody is to be accused of advice
        if does_not_hold and not option.runxfail:
            pytest.xfail(f"{result.requirement}: {reason}")
        # the place of a skip is that of the check, not of this line
        raise pytest.skip.Exception(f"{result.verdict}: {reason}", _use_item_location=True)


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
    fault = f"{result.fault}; " if result.fault else ""
    found = f"{fault}expected {result.expected}; got {result.got}"
    return f"known: {result.known}; {found}" if result.known else found


def _explained(result: Result) -> str:
    lines = [f"{result.requirement} ({result.level}): {result.sentence}"]
    lines += [f"  fault:    {result.fault}"] if result.fault else []
    lines += [f"  expected: {result.expected}", f"  got:      {result.got}"]
    lines += [f"  {line}" for line in (result.hint, result.curl) if line]
    return "\n".join(lines)
