"""A thousand deployments in eight shards: how long they take, and that they come to what one run comes to."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from benchmarks.copies import ORIGINAL
from benchmarks.figure import Figure
from benchmarks.sessions import session
from conformance.contract.exchange import Answer
from conformance.contract.verdict import ExitCode
from conformance.reports.document import Report
from conformance.reports.reading import read_report
from tests.running import CHECKS, CORE_25, ROOT, credentials
from tests.served_set import Asked, ServedSet, as_json

_DEPLOYMENTS: Final = 1000
_SHARDS: Final = 8
_SECONDS_OF_A_COMPLETION: Final = 0.05
_SECONDS: Final = 0.01
_SELECTED: Final = "AUTH-*,CONF-0*,LIST-0*,LIM-01,INFO-*,HTTP-*,CHAT-01,CHAT-23,CHAT-25"
"""Some of what is the DIAL's, of what is a deployment's, and of what is about every answer."""

_COMPLETIONS: Final = 2 * _DEPLOYMENTS
"""What models answer: each deployment is asked two configurations."""

_BOUND_OF_SHARDS: Final = 1.5
"""Eight processes start, on the same two cores: that the shards together take no longer is not to be had there."""

_BOUND_OF_MERGE: Final = 20
_LONGEST_WAIT: Final = 300
_COPY: Final = re.compile(rf"{ORIGINAL[0]}\d{{{len(ORIGINAL) - 1}}}")
_OF_ITS_OWN: Final = ("began", "seconds", "notes", "shard", "dial")
"""What a run says of itself that no other run says: its times, its shard, and where the DIAL was."""


class UnlikeError(RuntimeError):
    """Shards do not come to what one run comes to."""


def shards_of_many() -> list[Figure]:
    """Check a thousand deployments in one run, then in eight shards at the same time, and merge their reports.

    Each answers after 10 ms, a completion after 50 ms. The budget is what one run needs, so each shard can spend its
    share to the last completion and no other. A merge without one of the shards must not succeed.

    Raises:
        UnlikeError: The merged report is not that of the one run.
    """
    with tempfile.TemporaryDirectory() as name, ServedSet(CORE_25, copies := _Copies()) as served:
        copies.served, folder = served, Path(name)
        options = [str(CHECKS), "--live", "--dial-deployment=b*", f"--requirement={_SELECTED}", "--jobs=16"]
        options.append(f"--budget={_COMPLETIONS}")
        variables = credentials(served.url)
        whole = session(*options, f"--report-json={folder / 'whole.json'}", **variables)
        of_one_run, completions = len(served.asked), served.completions

        def check(number: int) -> None:
            shard = f"--shard={number}/{_SHARDS}"
            session(*options, shard, f"--report-json={folder / f'{number}.json'}", **variables)

        began = time.perf_counter()
        with ThreadPoolExecutor(_SHARDS) as pool:
            list(pool.map(check, range(1, _SHARDS + 1)))
        seconds = time.perf_counter() - began
        of_shards, spent = len(served.asked) - of_one_run, served.completions - completions
        parts = [str(folder / f"{number}.json") for number in range(1, _SHARDS + 1)]
        began = time.perf_counter()
        _see(_merge(*parts, f"--output={folder / 'merged.json'}"), (ExitCode.PASSED, ""))
        of_merge = time.perf_counter() - began
        _see_that_a_lost_shard_is_told(parts)
        one, merged = (read_report(folder / f"{kind}.json") for kind in ("whole", "merged"))
    _see_that_they_are_alike(one, merged)
    _see((completions, spent), (_COMPLETIONS, _COMPLETIONS))
    name = f"{_DEPLOYMENTS:,} deployments"
    detail = f"{seconds:.0f} s / {whole.process:.0f} s; the same {len(one.results):,} results"
    return [
        Figure(
            f"{name} in {_SHARDS} shards at once / in one run", seconds / whole.process, _BOUND_OF_SHARDS, detail=detail
        ),
        Figure(
            "requests of the shards / of one run", of_shards / of_one_run, 1.1, detail=f"{of_shards} / {of_one_run}"
        ),
        Figure(f"merge of these {_SHARDS} reports (s)", of_merge, _BOUND_OF_MERGE),
    ]


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
    }


class _Copies:
    """Answers as a recorded deployment does, under a thousand other names, and takes its time."""

    def __init__(self) -> None:
        self.served: ServedSet | None = None
        self._names = [f"{ORIGINAL[0]}{number:0{len(ORIGINAL) - 1}}" for number in range(_DEPLOYMENTS)]
        self._listings: dict[str, Answer] = {}

    def __call__(self, asked: Asked) -> Answer | None:
        time.sleep(_SECONDS_OF_A_COMPLETION if asked.is_chat else _SECONDS)
        if self.served is None:
            return None
        name = next(iter(_COPY.findall(asked.path)), None)
        if name is None:
            return self._listing(asked)
        body = asked.body.replace(name.encode(), ORIGINAL.encode())
        original = replace(asked, path=asked.path.replace(name, ORIGINAL), body=body)
        answer = self.served.recorded_answer(original)
        return replace(answer, body=_renamed(answer.body, name))

    def _listing(self, asked: Asked) -> Answer | None:
        """List the copies where the original is listed, which is known by its path and who asks."""
        if self.served is None:
            return None
        answer = self.served.recorded_answer(asked)
        if f'"id":"{ORIGINAL}"'.encode() not in answer.body.replace(b" ", b"") or b'"data"' not in answer.body:
            return None
        if asked.path not in self._listings:
            document = json.loads(answer.body)
            elements: list[Any] = []
            for element in document["data"]:
                text = json.dumps(element)
                copied = [json.loads(_renamed(text.encode(), name)) for name in self._names]
                elements += copied if element["id"] == ORIGINAL else [element]
            self._listings[asked.path] = as_json({**document, "data": elements})
        return self._listings[asked.path]


def _renamed(body: bytes, name: str) -> bytes:
    return re.sub(rb'(?<!"dial:widget":")' + ORIGINAL.encode(), name.encode(), body)
