"""What the history of a thousand reports takes."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from datetime import datetime, timedelta
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
_ALIKE: Final = 20
"""So many reports are different; the others have other times and another Core."""
_BEGAN: Final = "2026-01-01T00:00:00+00:00"
_SECONDS: Final = 60
_MEGABYTES: Final = 1000
_LONGEST_WAIT: Final = 600


def history_of_many() -> list[Figure]:
    """Measure the command that makes a page of many reports of many deployments, with its start.

    The reports are made up before the time begins, and each is a file of its own.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        size = _write_all(folder) / _REPORTS / 1e6
        code = (
            "import os, resource, sys; from conformance.reports.history.__main__ import main;"
            " code = main(sys.argv[1:]);"
            " print(sum(os.times()[:2]), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000); sys.exit(code)"
        )
        command = [sys.executable, "-c", code, str(folder), f"--output={folder / 'history.html'}"]
        started = time.perf_counter()
        done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=_LONGEST_WAIT)
        seconds = time.perf_counter() - started
        page = (folder / "history.html").stat().st_size / 1e6
    processor, memory = map(float, done.stdout.split()[-2:])
    name = f"history of {_REPORTS:,} reports of {_DEPLOYMENTS} deployments"
    return [
        Figure(f"{name} (s)", seconds, _SECONDS, detail=f"{size:.1f} MB each; {processor:.0f} s of processor time"),
        Figure("its memory (MB)", memory, _MEGABYTES),
        Figure("its page (MB)", page, 15),
    ]


def _write_all(folder: Path) -> int:
    """Write the reports, and return how many bytes they have."""
    texts = [json.dumps(_report(number), indent=1) for number in range(_ALIKE)]
    size = 0
    for number in range(_REPORTS):
        began = datetime.fromisoformat(_BEGAN) + timedelta(hours=number)
        text = texts[number % _ALIKE].replace(_BEGAN, began.isoformat(), 1)
        text = text.replace('"core": "0.20.0"', f'"core": "0.{20 + number * _CORES // _REPORTS}.0"', 1)
        size += (folder / f"{number}.json").write_text(text, encoding="utf-8")
    return size


def _report(number: int) -> dict[str, Any]:
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
                wrong = (number // 5 + place + count + case) % _ONE_IN == 0
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
            "began": _BEGAN,
            "seconds": 100 + number % 9,
            "mode": "live",
            "recorded": None,
            "suite": "0.2.0",
            "core": "0.20.0",
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
