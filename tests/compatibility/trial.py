"""All rows, in the order in which they are tried."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Final, NamedTuple

from tests.compatibility.environments import Environment, InstallationError, lowest
from tests.compatibility.plugins import ALONE, PLUGINS, Plugin
from tests.compatibility.pythons import OLDEST, Python, found
from tests.compatibility.rows import BAD, GOOD, NO_AUTOLOAD, Outcome, Replay, Rows

AT_ONCE: Final = 2
"""How many runs there are at a time."""
HAS_BUDGET: Final = "def pytest_addoption(parser):\n    parser.addoption('--budget', help='of somebody else')\n"

Line = Outcome | str
Step = Callable[[], Outcome]


class Made(NamedTuple):
    """An environment.

    Attributes:
        environment: It, or None if it could not be made.
        outcome: What came of making it.
        said: What it is called.
    """

    environment: Environment | None
    outcome: Outcome
    said: str = ""


class Trial:
    """Makes the environments, and tries the rows of each."""

    def __init__(self, place: Path) -> None:
        """Begin.

        Args:
            place: A folder with the copy of the project in `checkout`.
        """
        self._place = place
        self._checkout = place / "checkout"
        self._rows = Rows(self._checkout, place / "rows")

    def lines(self) -> Iterator[Line]:
        """Try everything, and say what came of it and what is not to be had."""
        pythons = found()
        if not pythons:
            yield f"not to be had: a Python from 3.{OLDEST} on that can make an environment"
            return
        oldest, newest = pythons[min(pythons)], pythons[max(pythons)]
        yield from _said_of(pythons.values())
        wanted = [
            partial(self._made, "newest of all", newest),
            partial(self._made, "pytest 9.0", newest, "pytest==9.0.*"),
            *([partial(self._made, "newest of all", oldest)] if oldest is not newest else []),
            partial(self._made_with_lowest, oldest),
        ]
        # one is made while what is tried in the one before it runs: pip mostly waits for the network and the disk
        with ThreadPoolExecutor(1) as executor:
            made = [executor.submit(one) for one in wanted]
            try:
                for number, one in enumerate(made):
                    yield from self._tried(one.result(), self._plugins if number == 0 else lambda _: ())
            finally:
                for one in made:
                    one.cancel()

    def _made_with_lowest(self, python: Python) -> Made:
        try:
            bounds = lowest(self._checkout)
        except InstallationError as error:
            return Made(None, Outcome("lowest allowed versions", 0, str(error)))
        return self._made("lowest allowed versions", python, *bounds)

    def _made(self, name: str, python: Python, *packages: str) -> Made:
        """Make an environment."""
        begun = time.monotonic()
        said = f"Python {python.version}, {name}"
        try:
            environment = Environment(self._place / "environments" / said.replace(" ", "-"), python)
            environment.install("--editable", str(self._checkout), *packages)
        except InstallationError as error:
            return Made(None, Outcome(f"{said}: make the environment", time.monotonic() - begun, str(error)))
        said = f"{said}, pytest {environment.versions()['pytest']}"
        return Made(environment, Outcome(f"{said}: make the environment", time.monotonic() - begun), said)

    def _tried(self, made: Made, further: Callable[[Environment], Iterable[Line]]) -> Iterator[Line]:
        """Try in an environment what is tried in each."""
        yield made.outcome
        if made.environment is not None:
            yield from _at_once([*self._everywhere(made.environment, made.said)])
            yield from further(made.environment)

    def _everywhere(self, environment: Environment, said: str) -> Iterator[Step]:
        for cassettes in (GOOD, BAD):
            for program in ("pytest", "conformance"):
                yield partial(self._rows.replay, environment, Replay(said, program, cassettes))
        plugin = self._place / "of-others" / "has_budget.py"
        plugin.parent.mkdir(exist_ok=True)
        plugin.write_text(HAS_BUDGET)
        variables = {"PYTHONPATH": str(plugin.parent)}
        for program in ("pytest", "conformance"):
            refused = Replay(f"{said}, a plugin with --budget", program, GOOD, ["-phas_budget"], variables)
            yield partial(self._rows.refusal, environment, refused, "--budget")

    def _plugins(self, environment: Environment) -> Iterator[Line]:
        begun = time.monotonic()
        before = environment.versions()["pytest"]
        missing: list[str] = []
        plugins = list(_installed(environment, f"pytest=={before}", missing))
        yield from missing
        yield Outcome(f"{len(plugins)} plugins: install them", time.monotonic() - begun)
        versions = environment.versions()
        steps = [
            partial(self._rows.replay, environment, replay)
            for plugin in plugins
            for replay in _alone(plugin, versions[plugin.package])
        ]
        together = [partial(self._rows.replay, environment, replay) for replay in _together(plugins)]
        yield from _at_once([*steps, *together])
        yield from self._beside_pytest_vcr(environment)

    def _beside_pytest_vcr(self, environment: Environment) -> Iterator[Line]:
        try:
            environment.install("pytest-vcr")
        except InstallationError as error:
            yield f"not to be had: pytest-vcr: {error}"
            return
        for program in ("pytest", "conformance"):
            refused = Replay("pytest-vcr beside pytest-recording", program, GOOD)
            yield self._rows.refusal(environment, refused, "pytest-recording cannot work beside pytest-vcr")


def _said_of(pythons: Iterable[Python]) -> Iterator[str]:
    """What there is, what is not to be had, and what is not tried."""
    by_minor = {one.minor: one for one in pythons}
    yield f"Pythons of this machine: {', '.join(one.version for one in by_minor.values())}"
    missing = [f"3.{minor}" for minor in range(OLDEST, max(by_minor) + 2) if minor not in by_minor]
    yield f"not to be had: Python {', '.join(missing)} or newer"
    between = [one.version for minor, one in by_minor.items() if min(by_minor) < minor < max(by_minor)]
    if between:
        yield f"not tried: Python {', '.join(between)}, which is between the oldest and the newest"


def _installed(environment: Environment, pinned: str, missing: list[str]) -> Iterator[Plugin]:
    """Install the plugins; if not all can be had, those that can, and say which cannot."""
    try:
        environment.install(pinned, *(plugin.package for plugin in PLUGINS))
    except InstallationError:
        pass
    else:
        yield from PLUGINS
        return
    for plugin in PLUGINS:
        try:
            environment.install(pinned, plugin.package)
        except InstallationError as error:
            missing.append(f"not to be had: {plugin.package}: {error}")
        else:
            yield plugin


def _alone(plugin: Plugin, version: str) -> Iterator[Replay]:
    name = " ".join([plugin.package, version, *plugin.arguments])
    arguments = [*(f"-p{one}" for one in plugin.loaded), *plugin.arguments]
    for program, cassettes in (("pytest", GOOD), ("conformance", BAD)):
        yield Replay(name, program, cassettes, arguments, NO_AUTOLOAD, plugin.writes)


def _together(plugins: Sequence[Plugin]) -> Iterator[Replay]:
    chosen = [plugin for plugin in plugins if plugin.package not in ALONE]
    arguments = [one for plugin in chosen for one in plugin.arguments]
    writes = [one for plugin in chosen for one in plugin.writes]
    for program, cassettes in (("pytest", GOOD), ("conformance", GOOD), ("conformance", BAD)):
        yield Replay("all of these plugins", program, cassettes, arguments, None, writes)
    if any(plugin.package == "pytest-xdist" for plugin in plugins):
        yield Replay("all of these plugins, -n 2", "pytest", BAD, [*arguments, "-n2"], None, writes)


def _at_once(steps: Sequence[Step]) -> Iterator[Outcome]:
    """Take steps, a few at a time; their outcomes come in their order."""
    with ThreadPoolExecutor(AT_ONCE) as executor:
        begun = [executor.submit(step) for step in steps]
        try:
            for one in begun:
                yield one.result()
        finally:
            for one in begun:
                one.cancel()
