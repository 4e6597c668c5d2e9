"""Why nothing was found that a schema allows: at which location the search has stopped, and how."""

from __future__ import annotations

from conformance.cases.faults.fault import Path
from conformance.cases.schema.json_value import pointer_of
from conformance.cases.schema.meter import UncountableSchemaError
from conformance.cases.schema.subschema import Conjunction, Subschema
from conformance.cases.values.formats import formats_of, texts_of
from conformance.cases.values.samples import Samples
from conformance.dial.pattern import unreadable

_DEEPEST = 8


def why_nothing_is_allowed(samples: Samples) -> str:
    """Tell why no configuration was found: what is required and has no value, as deep as that can be told.

    Args:
        samples: With which it was looked for.
    """
    path, subschemas = _innermost(samples, (), (samples.validator.root,))
    where = f" for {pointer_of(path)}" if path else ""
    known = [each for each in subschemas if isinstance(each.schema, dict)]
    patterns = [one for each in known for one in (each.get("pattern"), *(each.get("patternProperties") or ()))]
    why = next((why for one in patterns if isinstance(one, str) and (why := unreadable(one)) is not None), None)
    if why is not None:
        return f"{why}{where and f' ({pointer_of(path)})'}"
    unwritten = next((text for one in known if (text := _unwritten(one)) is not None), None)
    if unwritten is not None:
        return f"{unwritten}{where}"
    if samples.validator.is_undecided(subschemas):
        return f"it could not be decided whether what was found{where} is allowed"
    return f"nothing that the schema allows was found{where}"


def _innermost(samples: Samples, path: Path, subschemas: Conjunction) -> tuple[Path, Conjunction]:
    """Follow what is required and has no value to where nothing is required inside it."""
    try:
        for alternative in samples.alternatives.of(subschemas) if len(path) < _DEEPEST else ():
            needed: dict[str | int, Conjunction] = {}
            if "object" in alternative.types:
                needed |= {name: alternative.member(name) for name in alternative.required}
            if "array" in alternative.types and samples.shortest_array(alternative):
                needed |= {0: alternative.item(0)}
            for part, inner in needed.items():
                if not samples.of(inner):
                    return _innermost(samples, (*path, part), inner)
    except UncountableSchemaError:
        pass  # it takes too much to look deeper
    return path, subschemas


def _unwritten(subschema: Subschema) -> str | None:
    """Tell of which format a schema wants texts of which none is known."""
    for name in formats_of([subschema.schema]):
        if next(texts_of(name, subschema.get("minLength") or 0, subschema.get("maxLength")), None) is None:
            return f"a text of the format {name}"
    return None
