"""`python -m tests.dead_servers`: run the suite against each dead server, and tell what passed: nothing should."""

from __future__ import annotations

import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Final

from tabulate import tabulate

from tests.dead_servers import WAYS, DeadServer, dead_servers
from tests.dead_servers.outcome import must_passed, told
from tests.dead_servers.server import serving
from tests.running import credentials, run_elsewhere

_JOBS: Final = 2
_SHOWN: Final = 110


@dataclass(frozen=True)
class Row:
    """How one run ended."""

    server: str
    way: str
    exit_code: int
    passed: int
    line: str

    @property
    def cells(self) -> tuple[object, ...]:
        line = self.line if len(self.line) <= _SHOWN else self.line[: _SHOWN - 3] + "..."
        return self.server, self.way, self.exit_code, self.passed, line


def main() -> int:
    """Print the table and the score; 1 if anything passed, or a run ended well."""
    servers = dead_servers()
    with ThreadPoolExecutor(_JOBS) as threads:
        rows = list(threads.map(_run, *zip(*product(servers, WAYS), strict=True)))
    headers = ["server", "deployment", "exit code", "MUST passed", "what the run says of it"]
    print(tabulate([row.cells for row in rows], headers=headers, disable_numparse=True))  # noqa: T201 - its purpose
    passed = sum(row.passed for row in rows)
    print(f"{len(servers)} dead servers: {passed} MUST requirements passed")  # noqa: T201 - its purpose
    return 0 if passed == 0 and all(row.exit_code for row in rows) else 1


def _run(server: DeadServer, way: str) -> Row:
    with tempfile.TemporaryDirectory() as folder, serving(server.behaviour()) as url:
        run = run_elsewhere(Path(folder), "--live", *WAYS[way], *server.options, **credentials(url))
    return Row(server.name, way, run.exit_code, len(must_passed(run, died=server.died)), told(run))


if __name__ == "__main__":
    sys.exit(main())
