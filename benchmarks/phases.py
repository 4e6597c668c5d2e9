"""A pytest plugin that writes down how long the phases of a session took, and how many tests it had."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Generator
from pathlib import Path

import pytest

OUTPUT = "CONFORMANCE_BENCHMARK_OUTPUT"

_begun: dict[str, float] = {}


@pytest.hookimpl(tryfirst=True)
def pytest_collection() -> None:
    """Note when the start-up was over: until here the suite has only been imported."""
    _begun["startup"] = time.process_time()
    _begun["collection"] = time.monotonic()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> Generator[None, object, object]:
    """Measure the test phase, in seconds of this process: a busy machine makes no difference."""
    start = time.process_time()
    result = yield
    measured = {
        "tests": len(session.items),
        "phase": time.process_time() - start,
        "startup": _begun["startup"],
        "wall": time.monotonic() - _begun["collection"],
    }
    Path(os.environ[OUTPUT]).write_text(json.dumps(measured))
    return result
