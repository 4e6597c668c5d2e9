"""A run without pytest: what `conformance.check` does, for a notebook, a script or a test."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from conformance.contract.exchange import API_KEY, BEARER_TOKEN, OTHER_API_KEY, printable
from conformance.contract.recipe import THOROUGH, WRITES
from conformance.contract.verdict import exit_code
from conformance.reports.of_run import report_of
from conformance.reports.writing import json_of
from conformance.run.extra_headers import PREFIX, extra_headers
from conformance.run.options import OPTIONS
from conformance.run.overview import overview_of
from conformance.run.planned_checks import PlannedCheck
from conformance.run.reading_settings import secret
from conformance.run.registry import all_requirements
from conformance.run.run import Run
from conformance.run.settings import Settings

_SECRETS: Final = {"key": API_KEY, "token": BEARER_TOKEN, "other_key": OTHER_API_KEY}
"""What stands for each of them in requests."""
_OPT_INS: Final = {"thorough": str(THOROUGH), "allow_writes": str(WRITES)}


def check(url: str, **arguments: Any) -> dict[str, Any]:
    """Check a DIAL, as `conformance.check` says.

    Args:
        url: The base URL of the DIAL.
        arguments: Those of `conformance.check`.

    Raises:
        ValueError: Nothing can be checked; one line says what is wrong and what to give.
        KeyboardInterrupt: Somebody interrupted it. What was written to the DIAL was taken back.
    """
    began = time.time()
    run = Run(_settings(url, arguments), traced=True)
    complete = False
    try:
        planned = _planned(run)
        run.ask(planned)
        complete = not run.interrupted
    finally:
        run.finish(complete=complete, whole=False)
    if run.interrupted:
        raise KeyboardInterrupt
    results = [run.decider.decide(one) for one in planned]
    code = exit_code(
        {one.verdict for one in results}, free=run.resolver.caller.free, complete=True, fail_on_advisory=False
    )
    overview = overview_of(run, planned=len(planned), whole=not run.settings.requirements, recording_problem=None)
    plain: dict[str, Any] = json.loads(json_of(report_of(run, results, overview, began=began, exit_code=code)))
    return plain


def _planned(run: Run) -> Sequence[PlannedCheck]:
    wanted = [one for one in all_requirements().values() if run.selected(one)]
    planned = [one for requirement in wanted for one in run.checks_of(requirement)]
    if not planned:
        raise ValueError("nothing to check: what was selected is about deployments; give the names of some")
    return planned


def _settings(url: str, arguments: Mapping[str, Any]) -> Settings:
    """Put the settings together from the arguments alone: neither the environment nor `.env` has a part in them."""
    given = {name: value for name, value in arguments.items() if value is not None}
    values: dict[str, Any] = {"free": bool(given.get("free"))}
    for option in OPTIONS:
        name = option.field
        if name == "url":
            values[name] = option.read(name, url)
        elif name in given and not option.switch:
            texts = _texts(given[name]) if option.repeatable else [str(given[name])]
            read = [option.read(name, text) for text in texts]
            values[name] = tuple(one for part in read for one in part) if option.repeatable else read[0]
    if "dalle3" in values and values["dalle3"] == values.get("gpt_image_1"):
        raise ValueError(f"dalle3 and gpt_image_1 both name {printable(values['dalle3'])}: name it as one of them")
    values["opt_ins"] = frozenset(flag for name, flag in _OPT_INS.items() if given.get(name))
    return Settings(live=True, credentials=_credentials(given), **values)


def _texts(value: str | Iterable[str]) -> list[str]:
    """Give what may be a single name as a list: a text would be read letter by letter."""
    return [value] if isinstance(value, str) else [str(one) for one in value]


def _credentials(given: Mapping[str, Any]) -> dict[str, str]:
    # a header is named as its variable is, of which messages and requests speak: $DIAL_HEADER_X_TENANT
    if "key" in given and "token" in given:
        raise ValueError("key and token are both given: give one of them")
    if "key" not in given and "token" not in given:
        raise ValueError("there is no key: give key=..., or token=...")
    if "other_key" in given and given["other_key"] in (given.get("key"), given.get("token")):
        raise ValueError("other_key is the same as the caller's: give the key of another project, or none")
    known = {placeholder: secret(name, str(given[name])) for name, placeholder in _SECRETS.items() if name in given}
    headers = {f"{PREFIX}{name.replace('-', '_').upper()}": value for name, value in given.get("headers", {}).items()}
    return {**known, **extra_headers(headers, known)}
