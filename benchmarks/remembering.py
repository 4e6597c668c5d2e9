"""What the history of a thousand reports takes."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from benchmarks.figure import Figure
from conformance.contract.verdict import Verdict
from conformance.run.registry import all_requirements

_REPORTS: Final = 1000
_DEPLOYMENTS: Final = 20
_CASES: Final = 1
_ONE_IN: Final = 40
_BODY: Final = 200
_CORES: Final = 10
_SECONDS: Final = 60
_MEGABYTES: Final = 1000
_LONGEST_WAIT: Final = 600


def history_of_many() -> list[Figure]:
    """Measure the command that makes a page of many reports of many deployments, with its start.

    The reports are made up before the time begins, and each is a file of its own.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        size = sum(_write(folder / f"{number}.json", number) for number in range(_REPORTS)) / _REPORTS / 1e6
        code = (
            "import resource, sys; from conformance.history.__main__ import main; code = main(sys.argv[1:]);"
            " print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000); sys.exit(code)"
        )
        command = [sys.executable, "-c", code, str(folder), f"--output={folder / 'history.html'}"]
        started = time.perf_counter()
        done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=_LONGEST_WAIT)  # noqa: S603 - ours
        seconds = time.perf_counter() - started
        page = (folder / "history.html").stat().st_size / 1e6
    name = f"history of {_REPORTS:,} reports of {_DEPLOYMENTS} deployments"
    return [
        Figure(f"{name} (s)", seconds, _SECONDS, detail=f"{size:.1f} MB each"),
        Figure("its memory (MB)", float(done.stdout.split()[-1]), _MEGABYTES),
        Figure("its page (MB)", page, 15),
    ]


def _write(path: Path, number: int) -> int:
    """Write a report, and return how many bytes it has."""
    return path.write_text(json.dumps(_report(number), indent=1), encoding="utf-8")


def _report(number: int) -> dict[str, Any]:
    began = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=number)
    requirements = [
        {"id": one.id, "level": str(one.level), "sentence": one.sentence, "source": one.source}
        for one in all_requirements().values()
    ]
    results, exchanges = [], {}
    for place in range(_DEPLOYMENTS):
        for count, one in enumerate(requirements):
            exchange = f"d{place}/{one['id']}"
            exchanges[exchange] = _exchange(number, place)
            for case in range(_CASES):
                wrong = (number // 7 + place + count + case) % _ONE_IN == 0
                verdict = Verdict.VIOLATED if one["level"] == "MUST" else Verdict.ADVISORY
                results.append(
                    {
                        "requirement": one["id"],
                        "level": one["level"],
                        "sentence": one["sentence"],
                        "deployment": f"d{place}",
                        "case": f"c={case}",
                        "verdict": str(verdict if wrong else Verdict.PASSED),
                        "exchanges": [exchange],
                    }
                )
    return {
        "format": "2.1",
        "run": {
            "began": began.isoformat(),
            "seconds": 100 + number % 9,
            "mode": "live",
            "recorded": None,
            "suite": "0.2.0",
            "core": f"0.{20 + number * _CORES // _REPORTS}.0",
            "dial": "https://dial.example.com",
            "exit_code": 1,
        },
        "plan": {
            "checks": len(results),
            "decided": len(results),
            "requests": len(exchanges),
            "completions": 180,
            "dollars": "$1.20",
        },
        "requirements": requirements,
        "deployments": [{"id": f"d{place}", "kind": "model", "schema": {}} for place in range(_DEPLOYMENTS)],
        "results": results,
        "exchanges": exchanges,
    }


def _exchange(number: int, place: int) -> dict[str, Any]:
    return {
        "method": "POST",
        "path": f"/openai/deployments/d{place}/chat/completions",
        "request_headers": [["Api-Key", "$DIAL_API_KEY"]],
        "request_body": "{}",
        "status": 200,
        "headers": [["content-type", "application/json"]],
        "body": "x" * _BODY,
        "size": _BODY,
        "seconds": 0.2 + (number + place) % 5 / 10,
        "dollars": "$0.04",
    }
