"""The pytest hook that ends a run at an option that nobody has, in one line that says what to do."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import Final

import pytest

from conformance.run.suggestions import close_to, did_you_mean

_LIKENESS: Final = 0.75

OPTION_OF: Final = {
    "-n": "pytest-xdist",
    "--numprocesses": "pytest-xdist",
    "--dist": "pytest-xdist",
    "--reruns": "pytest-rerunfailures",
    "--html": "pytest-html",
    "--cov": "pytest-cov",
    "--json-report": "pytest-json-report",
    "--alluredir": "allure-pytest",
}
"""Options that are much used, and the plugin that has them."""


OF_PYTEST: Final = (
    "--collect-only", "--durations", "--exitfirst", "--failed-first", "--ignore", "--junitxml", "--last-failed",
    "--markers", "--maxfail", "--new-first", "--quiet", "--stepwise", "--verbose", "--version",
)  # fmt: skip
"""Options of pytest that are often misspelt; it has no public list of all."""


class UnknownOptions:
    """Refuses an option that no plugin and no conftest has."""

    def __init__(self, own: Sequence[str]) -> None:
        """Remember the suite's options.

        Args:
            own: Their names, as `--live`.
        """
        self._own = own

    @pytest.hookimpl(wrapper=True)
    def pytest_load_initial_conftests(self, parser: pytest.Parser, args: list[str]) -> Generator[None, None, None]:
        """Look at the options when all that could have them is loaded, and before pytest does."""
        yield
        _, unknown = parser.parse_known_and_unknown_args(args)
        for one in unknown:
            # what comes after an unknown option may be its value, so it is no path that is missing
            if one.startswith("-") and one.strip("-"):
                raise pytest.UsageError(f"there is no option {self._described(one)}")

    def _described(self, given: str) -> str:
        name = given.partition("=")[0] if given.startswith("--") else given[:2]
        if name == "--timeout":
            return f"{name}: the suite's is --exchange-timeout; pytest-timeout, whose it is, is not loaded"
        if name in OPTION_OF:
            return f"{name}: it is of {OPTION_OF[name]}, which is not installed or not loaded"
        suggested = did_you_mean(close_to(name, (*self._own, *OF_PYTEST), likeness=_LIKENESS))
        return f"{name}{suggested}" if suggested else f"{name}: --help lists those that there are"
