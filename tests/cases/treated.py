"""The whole treatment of a schema, from the answer that brings it to its cases."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

from conformance.contract.exchange import Answer, Exchange, Request
from conformance.contract.verdict import CouldNotRunError
from conformance.dial.pattern import SlowPatternError
from conformance.recipes import configuration as recipes

Schema = dict[str, Any]


def answer_with(document: Schema) -> Exchange:
    """Return the answer that brings a schema."""
    body = json.dumps(document).encode()
    headers = (("Content-Type", "application/json"),)
    return Exchange(
        "a/configuration", Request("GET", "/v1/deployments/a/configuration"), Answer(200, "OK", headers, body)
    )


def treated(document: Schema) -> dict[str, Any]:
    """Tell what becomes of a schema: its cases, or one line that says why there are none."""
    found: Any = answer_with(document)
    try:
        found = recipes.schema.function(found)
        recipes.let_schema_speak_first(found)
        found.internal_value()
        found.unknown_required()
        followed = recipes.validating_schema.function(found)
        _judged(followed)
        cases = recipes.cases_of_schema(followed, None)
    except CouldNotRunError as error:
        return {"reason": str(error)}
    return {"accepted": len(cases.accepted), "refused": len(cases.refused), "missing": cases.missing}


def _judged(schema: Any) -> None:
    """Let the schema judge values, as the checks do; each by itself may take too long."""
    for judge in (schema.wrong_default, lambda: schema.accepts({}), lambda: schema.accepts({"x": "a" * 60 + "!"})):
        with suppress(SlowPatternError):
            judge()
