"""The same schema gives the same cases in every process."""

from __future__ import annotations

import os
import subprocess
import sys

from tests.running import ROOT

PRINT_CASES = """
import sys
from conformance.cases.engine import cases_of
from tests.cases.array_examples import ARRAY_EXAMPLES
from tests.cases.combined_examples import COMBINED_EXAMPLES
from tests.cases.object_examples import OBJECT_EXAMPLES
from tests.cases.real_schemas import REAL_SCHEMAS
from tests.cases.value_examples import VALUE_EXAMPLES
examples = {**ARRAY_EXAMPLES, **COMBINED_EXAMPLES, **OBJECT_EXAMPLES, **VALUE_EXAMPLES}
for schema in [*(example.schema for example in examples.values()), *REAL_SCHEMAS.values()]:
    cases = cases_of(schema)
    print([vars(case) for case in (*cases.accepted, *cases.refused)], cases.missing)
"""


def printed(seed: str) -> str:
    environment = {**os.environ, "PYTHONHASHSEED": seed}
    command = [sys.executable, "-c", PRINT_CASES]
    done = subprocess.run(  # noqa: S603 - it is this interpreter
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=100, check=True
    )
    return done.stdout


def test_order_of_sets_does_not_matter() -> None:
    first, second = printed("1"), printed("2")
    assert len(first) > 10_000
    assert first == second
