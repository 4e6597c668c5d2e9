"""The pytest hooks about the command line: options that two have, markers that nobody has, what would do nothing."""

from __future__ import annotations

import argparse
import contextlib
import re
from collections.abc import Callable, Collection, Generator, Iterable
from typing import TYPE_CHECKING, Any

import pytest

from conformance.run.option_conflicts import conflicts
from conformance.run.suggestions import close_to, did_you_mean

if TYPE_CHECKING:
    from pluggy import Result

_OPTION = re.compile(r"--[\w-]+")
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


def conflict_in(parser: pytest.Parser) -> argparse.ArgumentError | None:
    """Look for an option that two plugins have.

    pytest 9.0 finds it when it parses the next time, where nobody can catch it; later ones when it is added.
    """
    try:
        # what options say of an empty command line is not asked here
        with contextlib.suppress(pytest.UsageError):
            parser.parse_known_and_unknown_args([])
    except argparse.ArgumentError as error:
        return error
    return None


class OptionsOfTwo:
    """Refuses a plugin or a conftest that comes later and has an option of the suite.

    pytest would end in a traceback and with 1, which means that something is violated.
    """

    def __init__(self, parser: pytest.Parser, manager: pytest.PytestPluginManager, own: Collection[str]) -> None:
        """Look at each plugin that adds options from now on.

        Args:
            parser: Where the options are added.
            manager: Of the session's plugins.
            own: The suite's options, as `--live`.
        """
        self._parser = parser
        self._own = own
        # one that is loaded later has its hook called while it is registered, and no other hook is called then
        self._stop = manager.add_hookcall_monitoring(lambda *_: None, self._added)

    def _added(self, outcome: Result[Any], hook: str, implementations: Collection[Any], _: object) -> None:
        if hook != "pytest_addoption":
            return
        problem = outcome.exception or conflict_in(self._parser)
        if not isinstance(problem, ValueError | argparse.ArgumentError):
            return
        shared = [name for name in _OPTION.findall(str(problem)) if name in self._own]
        if shared:
            whose = ", ".join(str(one.plugin_name) for one in implementations)
            outcome.force_exception(
                pytest.UsageError(
                    f"{shared[0]} is an option of the suite, and of {whose} too: remove it, or give -p no:NAME"
                )
            )

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_load_initial_conftests(self) -> Generator[None, None, None]:
        """Stop looking when all that can have options is loaded; it costs a little for each call of a hook."""
        try:
            yield
        finally:
            self._stop()


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
