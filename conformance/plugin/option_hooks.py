"""The pytest hooks about the command line: markers that nobody has, and what would do nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

import pytest

from conformance.run.option_conflicts import conflicts
from conformance.run.suggestions import close_to, did_you_mean

_TEXTS = re.compile(r"""("[^"]*"|'[^']*')""")
_WORD = re.compile(r"[^\W\d]\w*")
_WORDS_OF_PYTEST = frozenset({"and", "or", "not", "True", "False", "None"})


def marker_words(expression: str, names: Iterable[str]) -> str:
    """Write the suite's markers in an expression of `-m` as they are registered, given in any letter case.

    Args:
        expression: What was given.
        names: The markers of the suite.
    """
    known = {name.casefold(): name for name in names}
    parts = _TEXTS.split(expression)
    parts[::2] = [_WORD.sub(lambda word: known.get(word[0].casefold(), word[0]), part) for part in parts[::2]]
    return "".join(parts)


class OptionHooks:
    """Refuses a marker that nobody has before anything is asked, and tells which options do nothing."""

    def __init__(self, config: pytest.Config, names: Iterable[str], deployments: Callable[[], int | None]) -> None:
        """Refuse what cannot be meant.

        Args:
            config: The session's.
            names: The markers of the suite.
            deployments: Tells how many are under test; None if nobody knows, as after an error.

        Raises:
            pytest.UsageError: An option would do nothing, and that is surely a mistake.
        """
        self._config = config
        self._names = list(names)
        self._deployments = deployments
        given = config.option.markexpr
        if given:
            config.option.markexpr = marker_words(given, self._names)
        found = list(conflicts(config.option))
        refused = [one.message for one in found if one.refused]
        if refused:
            raise pytest.UsageError(refused[0])
        self._notes = [one.message for one in found]

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection(self) -> None:
        """Refuse an unknown marker, now that all plugins have registered theirs.

        pytest does so itself, but only after the collection, which asks a DIAL.

        Raises:
            pytest.UsageError: `-m` names a marker that is not registered.
        """
        if not _strict(self._config):
            return
        registered = [re.split(r"[:(]", line, maxsplit=1)[0].strip() for line in self._config.getini("markers")]
        for word in _WORD.findall("".join(_TEXTS.split(self._config.option.markexpr or "")[::2])):
            if word not in registered and word not in _WORDS_OF_PYTEST:
                suggested = did_you_mean(close_to(word, registered)) or f"; there are {', '.join(self._names)}"
                raise pytest.UsageError(f"-m {self._config.option.markexpr}: there is no marker {word}{suggested}")

    @pytest.hookimpl(trylast=True)
    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter, exitstatus: int) -> None:
        """Tell what did nothing, and why there was nothing to do."""
        selected_nothing = exitstatus == pytest.ExitCode.NO_TESTS_COLLECTED and not terminalreporter.stats.get(
            "deselected"
        )
        if (selected_nothing or self._config.option.plan) and self._deployments() == 0:
            about = "what was selected is about deployments, and " if selected_nothing else ""
            self._notes.append(f"{about}no deployment was named: give --dial-deployment or DALLE3_DEPLOYMENT_NAME")
        for note in self._notes:
            terminalreporter.line(f"NOTE: {note}", yellow=True)


def _strict(config: pytest.Config) -> bool:
    """Tell whether pytest itself would refuse an unknown marker."""
    own = config.getini("strict_markers")
    return bool(config.getini("strict") if own is None else own)
