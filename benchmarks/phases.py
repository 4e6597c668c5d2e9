"""A pytest plugin that writes down how long the test phase of a session took, and how many tests it had."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Generator
from pathlib import Path

import pytest

OUTPUT = "CONFORMANCE_BENCHMARK_OUTPUT"


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> Generator[None, object, object]:
    """Measure the test phase, in seconds of this process: a busy machine makes no difference."""
    start = time.process_time()
    result = yield
    seconds = time.process_time() - start
    Path(os.environ[OUTPUT]).write_text(json.dumps({"seconds": seconds, "tests": len(session.items)}))
    return result
