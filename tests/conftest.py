"""What the suite's own tests share."""

from __future__ import annotations

import contextlib
import gc
import signal
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.running import CORE_18, CORE_25, Suite, SuiteRun, forget_the_environment
from tests.served_set import Misbehaviour, ServedSet
from tests.shared_replays import SharedReplays

pytest_plugins = ["pytester"]

HERE = Path(__file__).parent

Replayed = SharedReplays
Serve = Callable[..., ServedSet]
"""Serve a set, misbehaving or not; stopped, and checked for faults of its own, when the test is over."""


def pytest_configure(config: pytest.Config) -> None:
    """Show short tracebacks, unless others are wanted."""
    if config.option.tbstyle == "auto":
        config.option.tbstyle = "short"


@pytest.hookimpl(tryfirst=True)
def pytest_pycollect_makemodule() -> None:
    """Get ready for the first test file; pytest may load this file for others, where the packages are not there."""
    _import_what_tests_share()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Make every warning an error in the suite's own tests, and most rows of those with many a long test."""
    rows: defaultdict[str, list[pytest.Item]] = defaultdict(list)
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.filterwarnings("error"), append=False)
            rows[item.nodeid.partition("[")[0]].append(item)
    for of_a_test in rows.values():
        shortened = of_a_test[0].get_closest_marker("shortened")
        if shortened is not None:
            every = max(1, len(of_a_test) // shortened.args[0])
            for place, item in enumerate(of_a_test):
                if place % every:
                    item.add_marker("long")


def pytest_collection_finish() -> None:
    """Look seldom for garbage: the ten thousand tests are there to the end, and looking took a sixth of their time."""
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


@cache
def _import_what_tests_share() -> None:
    # pytester takes back what a run in this process imports, and these cannot be imported twice; the suite's own
    # modules are here because two copies of a class would not know each other
    import jsonschema  # noqa: F401, PLC0415 - see above
    import PIL.Image  # noqa: F401, PLC0415 - see above
    import pytest_recording.network  # noqa: F401, PLC0415 - see above
    import vcr  # noqa: F401, PLC0415 - see above
    import yaml  # noqa: F401, PLC0415 - see above
    from hypothesis import settings  # noqa: PLC0415 - see above

    import conformance.run.run  # noqa: PLC0415 - see above
    import conformance.wire.live.http  # noqa: F401, PLC0415 - see above

    # a busy machine is no fault; what one run finds, each run finds
    settings.register_profile("suite", deadline=None, print_blob=True, derandomize=True)
    settings.load_profile("suite")


@pytest.fixture(autouse=True, scope="session")
def ctrl_c_is_heard() -> None:
    """A shell may have started us in the background, where Ctrl-C is ignored, also by the processes that we start."""
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True)
def no_foreign_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    forget_the_environment(monkeypatch)


@pytest.fixture
def suite(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Suite:
    return Suite(pytester, monkeypatch)


@pytest.fixture
def serve() -> Iterator[Serve]:
    with _serving() as serve:
        yield serve


@pytest.fixture(scope="module")
def serve_for_all() -> Iterator[Serve]:
    """Serve for all tests of a module."""
    with _serving() as serve:
        yield serve


@pytest.fixture(scope="session")
def replayed(tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config) -> Replayed:
    """Replay a whole set; the same set with the same options is replayed once for all processes of xdist."""
    own = tmp_path_factory.getbasetemp()
    return SharedReplays((own.parent if hasattr(pytestconfig, "workerinput") else own) / "replays")


@pytest.fixture(scope="session")
def replay_25(replayed: Replayed) -> SuiteRun:
    return replayed(CORE_25)


@pytest.fixture(scope="session")
def replay_18(replayed: Replayed) -> SuiteRun:
    return replayed(CORE_18)


@contextlib.contextmanager
def _serving() -> Iterator[Serve]:
    with contextlib.ExitStack() as stack:
        started: list[ServedSet] = []

        def serve(folder: Path = CORE_25, instead: Misbehaviour | None = None) -> ServedSet:
            started.append(stack.enter_context(ServedSet(folder, instead)))
            return started[-1]

        yield serve
    assert [one.faults for one in started if one.faults] == [], "the server of the test is at fault"
