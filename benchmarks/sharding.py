"""A thousand deployments in eight shards: how long they take, and that they come to what one run comes to."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import httpx

from benchmarks.figure import Figure
from benchmarks.many_deployments import COUNTED
from benchmarks.sessions import session
from conformance.contract.verdict import ExitCode
from conformance.reports.document import Report
from conformance.reports.reading import read_report
from conformance.standin.dial import KEYS
from tests.running import CHECKS, ROOT

_DEPLOYMENTS: Final = 1000
_SHARDS: Final = 8
_SELECTED: Final = "AUTH-*,CONF-0*,LIST-0*,LIM-01,INFO-*,HTTP-*,CHAT-01,CHAT-23,CHAT-25"
"""Some of what is the DIAL's, of what is a deployment's, and of what is about every answer."""

_COMPLETIONS: Final = 2 * _DEPLOYMENTS
"""What models answer: each deployment is asked two configurations."""

_BOUND_OF_SHARDS: Final = 1.5
"""Eight processes start, on the same two cores: that the shards together take no longer is not to be had there."""

_BOUND_OF_REQUESTS: Final = 1.1
_BOUND_OF_MERGE: Final = 20
_LONGEST_WAIT: Final = 300
_OF_ITS_OWN: Final = ("began", "seconds", "notes", "shard", "dial")
"""What a run says of itself that no other run says: its times, its shard, and where the DIAL was."""


class UnlikeError(RuntimeError):
    """Shards do not come to what one run comes to."""


def shards_of_many() -> list[Figure]:
    """Check a thousand deployments in one run, then in eight shards at the same time, and merge their reports.

    The stand-in answers after 10 ms, to a completion after 50 ms. The budget is what one run needs, so each shard can
    spend its share to the last completion and no other. A merge without one of the shards must not succeed.

    Raises:
        UnlikeError: The merged report is not that of the one run.
    """
    with tempfile.TemporaryDirectory() as name, _standin() as url:
        folder = Path(name)
        options = [str(CHECKS), "--live", "--dial-deployment=buttons-*", f"--requirement={_SELECTED}", "--jobs=16"]
        options.append(f"--budget={_COMPLETIONS}")
        variables = {"DIAL_URL": url, "DIAL_API_KEY": KEYS[0], "DIAL_API_KEY_2": KEYS[1]}
        whole = session(*options, f"--report-json={folder / 'whole.json'}", **variables)
        of_one_run = _counted(url)

        def check(number: int) -> None:
            shard = f"--shard={number}/{_SHARDS}"
            session(*options, shard, f"--report-json={folder / f'{number}.json'}", **variables)

        began = time.perf_counter()
        with ThreadPoolExecutor(_SHARDS) as pool:
            list(pool.map(check, range(1, _SHARDS + 1)))
        seconds = time.perf_counter() - began
        of_both = _counted(url)
        parts = [str(folder / f"{number}.json") for number in range(1, _SHARDS + 1)]
        began = time.perf_counter()
        _see(_merge(*parts, f"--output={folder / 'merged.json'}"), (ExitCode.PASSED, ""))
        of_merge = time.perf_counter() - began
        _see_that_a_lost_shard_is_told(parts)
        one, merged = (read_report(folder / f"{kind}.json") for kind in ("whole", "merged"))
    _see_that_they_are_alike(one, merged)
    spent = (of_one_run["completions"], of_both["completions"] - of_one_run["completions"])
    _see(spent, (_COMPLETIONS, _COMPLETIONS))
    asked = (of_one_run["requests"], of_both["requests"] - of_one_run["requests"])
    many = f"{_DEPLOYMENTS:,} deployments of the stand-in"
    return [
        Figure(
            f"{many} in {_SHARDS} shards at once / in one run",
            seconds / whole.process,
            _BOUND_OF_SHARDS,
            detail=f"{seconds:.0f} s / {whole.process:.0f} s; the same {len(one.results):,} results",
        ),
        Figure(
            "requests of the shards / of one run",
            asked[1] / asked[0],
            _BOUND_OF_REQUESTS,
            detail=f"{asked[1]} / {asked[0]}",
        ),
        Figure(f"merge of these {_SHARDS} reports (s)", of_merge, _BOUND_OF_MERGE),
    ]


@contextmanager
def _standin() -> Iterator[str]:
    """Start a stand-in in another process, and give its address."""
    command = [sys.executable, "-m", "benchmarks.many_deployments", str(_DEPLOYMENTS)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None  # noqa: S101 - for mypy: it is a pipe
            yield process.stdout.readline().strip()
        finally:
            process.terminate()


def _counted(url: str) -> Mapping[str, int]:
    found: Mapping[str, int] = httpx.get(f"{url}{COUNTED}", timeout=_LONGEST_WAIT).json()
    return found


def _see(found: tuple[object, ...], expected: tuple[object, ...]) -> None:
    if found != expected:
        raise UnlikeError(f"{found}, and not {expected}")


def _merge(*arguments: str) -> tuple[int, str]:
    """Merge in a process of its own, and return the exit code and what was complained of."""
    command = [sys.executable, "-m", "conformance.merge", *arguments]
    done = subprocess.run(command, check=False, capture_output=True, text=True, cwd=ROOT, timeout=_LONGEST_WAIT)
    return done.returncode, done.stderr.strip()


def _see_that_a_lost_shard_is_told(parts: Sequence[str]) -> None:
    code, told = _merge(*parts[:2], *parts[3:])
    _see((code, told.partition(" (")[0]), (ExitCode.USAGE_ERROR, f"ERROR: 3/{_SHARDS} is missing"))


def _see_that_they_are_alike(one: Report, merged: Report) -> None:
    for what, told in _plain(one).items():
        if told != _plain(merged)[what]:
            raise UnlikeError(f"{what} of the merged report are not those of one run")


def _plain(report: Report) -> Mapping[str, Any]:
    """Return a report without what each run has of its own: times, ids, shard, and what each asked for itself."""
    plain = report.to_plain()
    return {
        "facts of the run": {name: value for name, value in plain["run"].items() if name not in _OF_ITS_OWN},
        "checks": [plain["plan"][name] for name in ("checks", "decided", "completions", "dollars")],
        "requirements": plain["requirements"],
        "deployments": plain["deployments"],
        "results": [json.dumps(one, sort_keys=True) for one in plain["results"]],
        "exchanges": [*plain["exchanges"]],
        "never decided": plain["never_decided"],
        "preview": plain["preview"],
    }
