"""What a report of a thousand deployments takes."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from benchmarks.figure import Figure
from conformance.contract.exchange import Answer, Exchange, Request
from conformance.contract.result import Result
from conformance.contract.verdict import Verdict
from conformance.reports.collecting import collect, reported_exchanges
from conformance.reports.document import Report, ReportedDeployment, ReportedPlan, ReportedRequirement, ReportedRun
from conformance.reports.writing import write_html, write_json
from conformance.run.registry import all_requirements

_DEPLOYMENTS: Final = 1000
_REQUIREMENTS: Final = 120
_ONE_IN: Final = 20
"""Of so many results, one is a violation or an advice."""
_WRONG: Final = {"MUST": Verdict.VIOLATED, "SHOULD": Verdict.ADVISORY}
_SECONDS: Final = 20
_MEGABYTES: Final = 1000
_MEGABYTES_OF_HTML: Final = 15
_LONGEST_WAIT: Final = 300


def report_of_many() -> list[Figure]:
    """Measure a process that makes the report of many deployments, and writes it as JSON and as a page.

    What is in it is made up before the time begins: of twenty results one does not hold, and has its exchange.
    """
    command = [sys.executable, "-m", "benchmarks.reporting"]
    done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=_LONGEST_WAIT)
    measured = json.loads(done.stdout)
    name = f"report of {_DEPLOYMENTS:,} deployments x {_REQUIREMENTS} requirements"
    return [
        Figure(f"{name} (s)", measured["seconds"], _SECONDS),
        Figure("its memory, with the results (MB)", measured["memory"], _MEGABYTES),
        Figure("its page (MB)", measured["page"], _MEGABYTES_OF_HTML),
    ]


def _measure(folder: Path) -> dict[str, float]:
    results = list(_results())
    started = time.perf_counter()
    report = _report(results)
    write_json(report, folder / "report.json")
    write_html(report, folder / "report.html")
    seconds = time.perf_counter() - started
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    return {"seconds": seconds, "memory": memory, "page": (folder / "report.html").stat().st_size / 1e6}


def _report(results: list[Result]) -> Report:
    run = ReportedRun("2026-01-01T00:00:00+00:00", 1.0, "live", None, "0", "0.25.0", "https://dial.example.com", 1)
    plan = ReportedPlan(len(results), len(results), len(results), 0)
    deployments = [ReportedDeployment(f"deployment-{number}", "model") for number in range(_DEPLOYMENTS)]
    return collect(run, plan, results, deployments, reported_exchanges(results, _exchange, {}))


def _results() -> Iterator[Result]:
    for number in range(_DEPLOYMENTS):
        for place, requirement in enumerate(_requirements()):
            wrong = (number + place) % _ONE_IN == 0
            deployment = f"deployment-{number}"
            name = f"{deployment}/asked-for-{requirement.id}"
            yield Result(
                requirement.id,
                requirement.level,
                requirement.sentence,
                deployment,
                None,
                _WRONG[requirement.level] if wrong else Verdict.PASSED,
                expected="400 or 422" if wrong else "",
                got=_exchange(name).excerpt if wrong else "",
                curl=_exchange(name).request.curl if wrong else "",
                exchanges=(name,),
            )


def _requirements() -> list[ReportedRequirement]:
    known = list(all_requirements().values())[:_REQUIREMENTS]
    return [ReportedRequirement(one.id, str(one.level), one.sentence, one.source) for one in known]


def _exchange(name: str) -> Exchange:
    place = name.partition("/")[0]
    body = json.dumps({"model": place, "messages": [{"role": "user", "content": "A cube"}]}).encode()
    answer = json.dumps({"id": name, "choices": [{"message": {"role": "assistant", "content": "x" * 400}}]}).encode()
    request = Request("POST", f"/openai/deployments/{place}/chat/completions", (("Api-Key", "$DIAL_API_KEY"),), body)
    return Exchange(name, request, Answer(200, "OK", (("content-type", "application/json"),), answer))


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as temporary:
        print(json.dumps(_measure(Path(temporary))))
