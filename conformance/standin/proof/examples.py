"""For each requirement an exchange that keeps it and one that breaks it.

`python -m conformance.standin.proof.examples conformance/reports/examples.json cassettes/dial-core-0.25` writes what
`dial-conformance explain` shows. What keeps a requirement was recorded of a real DIAL Core where the set has that
exchange; what breaks it comes from the stand-in with a defect.
"""

from __future__ import annotations

import json
import re
import sys
import tempfile
from collections.abc import Iterable, Mapping
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any, Final

from conformance.contract.exchange import Exchange, excerpt
from conformance.contract.result import Result
from conformance.contract.verdict import DOES_NOT_HOLD, Verdict
from conformance.run.control import DiscoveryError
from conformance.run.registry import all_requirements
from conformance.run.run import Run
from conformance.standin.defect import DALLE3, Defect, all_defects
from conformance.standin.dial import KEYS, broken_by, sample_names, stand_in
from conformance.standin.proof.in_process import EVERYTHING, decided
from conformance.standin.proof.kept_answers import kept_answers
from conformance.standin.proof.row import CORE
from conformance.wire.cassettes.file import read_cassette

_LONGEST: Final = 400
_CHANGING: Final = (
    (re.compile(r"\b[0-9a-f]{8}-([0-9a-f]{1,4}-?){1,3}([0-9a-f]{1,12})?"), "83b94d6a-9404-46f1-b966-f5b4f6f6e2bb"),
    (re.compile(r"\b1[7-9]\d{8}\b"), "1795347256"),
)
"""Ids of completions, also cut ones, and times in seconds."""

Example = Mapping[str, Any]
"""`kept` (or None, if nothing healthy is asked that) and `broken`, each an exchange in words; `defect`, and what was
`expected` and `got`."""


def main(document: Path, cassettes: Path) -> int:
    """Write the examples of all requirements.

    Args:
        document: The file.
        cassettes: The recorded set with exchanges of a real Core.
    """
    ids = list(all_requirements())
    with ProcessPoolExecutor() as processes:
        found = dict(zip(ids, processes.map(partial(example_of, cassettes=cassettes), ids), strict=True))
    text = json.dumps({name: one for name, one in found.items() if one}, indent=1, ensure_ascii=False)
    document.write_text(f"{text}\n", encoding="utf-8")
    missing = [name for name, one in found.items() if not one]
    sys.stdout.write(f"{len(found) - len(missing)} examples; none of {', '.join(missing) or 'no requirement'}\n")
    return 0


def example_of(requirement: str, cassettes: Path) -> Example | None:
    """Make the example of a requirement, from the first of its defects that shows one; None if no defect does.

    A defect that shows an answer of the deployment comes before one that shows a failure on the way.
    """
    defects = [one for one in all_defects().values() if one.requirement == requirement]
    failed: Example | None = None
    for defect in defects:
        example = _shown_by(defect, cassettes, whole=False)
        if example is not None and not example["broken"]["answer"].startswith("5"):
            return example
        failed = failed or example
    if failed is not None:
        return failed
    # what is about all answers of a run is seen in a whole run only, which takes long
    return next((_shown_by(one, cassettes, whole=True) for one in defects[:1]), None)


def _shown_by(defect: Defect, cassettes: Path, *, whole: bool) -> Example | None:
    try:
        broken_run, broken = _decided((defect,), defect, whole=whole)
    except DiscoveryError:  # not even a DIAL is found then
        return None
    wrong = next(
        (
            one
            for one in broken
            if one.requirement == defect.requirement and one.verdict in DOES_NOT_HOLD and one.exchanges
        ),
        None,
    )
    if wrong is None:
        return None
    shown = broken_run.exchange_named(wrong.exchanges[0])
    kept = _kept(defect, wrong.exchanges[0], cassettes, whole=whole)
    if shown is None:
        return None
    return {
        "kept": None if kept is None else _in_words(kept),
        "broken": _in_words(shown),
        "defect": defect.name,
        "expected": _lasting(wrong.expected),
        "got": _lasting(wrong.got),
    }


def _decided(defects: Iterable[Defect], of: Defect, *, whole: bool) -> tuple[Run, list[Result]]:
    deployments = tuple(dict.fromkeys((of.deployment, DALLE3)))
    requirements = [] if whole else [of.requirement]
    opt_ins = EVERYTHING if of.thorough else frozenset[str]()
    with tempfile.TemporaryDirectory() as folder:
        has_all_samples = of.deployment not in sample_names()
        answering = kept_answers(CORE, has_all_samples=has_all_samples).behind
        gateway = stand_in(CORE, Path(folder), KEYS, all_samples=has_all_samples, answering=answering)
        standin = broken_by(list(defects), gateway)
        with decided(standin, KEYS, deployments, opt_ins, requirements) as (run, results):
            return run, results


def _kept(defect: Defect, name: str, cassettes: Path, *, whole: bool) -> Exchange | None:
    path = cassettes / f"{name}.yaml"
    if path.is_file():
        return read_cassette(path, name)
    run, results = _decided((), defect, whole=whole)
    of_requirement = (one for one in results if one.requirement == defect.requirement)
    holds = next((one.exchanges[0] for one in of_requirement if one.verdict is Verdict.PASSED and one.exchanges), name)
    return run.exchange_named(name) or run.exchange_named(holds)


def _in_words(exchange: Exchange) -> Mapping[str, str]:
    request, answer = exchange.request, exchange.answer
    return {
        "request": f"{request.method} {request.path}",
        "body": _body(request.body),
        "answer": f"{answer.status} {answer.media_type or '(no Content-Type)'}",
        "text": _body(answer.body),
    }


def _body(body: bytes) -> str:
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return f"({len(body)} bytes)"
    return excerpt(_lasting(text[:_LONGEST]))


def _lasting(text: str) -> str:
    """Write what is another one in each run as it would be in one of them, so that the file changes seldom."""
    for pattern, instead in _CHANGING:
        text = pattern.sub(partial(_as_long, instead), text)
    return text


def _as_long(instead: str, found: re.Match[str]) -> str:
    return instead[: len(found[0])]


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
