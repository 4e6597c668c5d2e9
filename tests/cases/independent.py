"""What another validator (jsonschema-rs) says about cases."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import jsonschema_rs

from conformance.cases.engine import Cases
from conformance.contract.case import Case

Schema = dict[str, Any]


def validator_of(document: Schema) -> jsonschema_rs.Validator:
    """Choose the draft as the engine documents it: the declared one, draft-07 where items is a list, else 2020-12."""
    declared = str(document.get("$schema", ""))
    is_draft_7 = "draft-07" in declared or (not declared and "'items': [" in str(document))
    draft = jsonschema_rs.Draft7Validator if is_draft_7 else jsonschema_rs.Draft202012Validator
    return draft(document, validate_formats=False)


def objections(document: Schema, cases: Cases) -> list[str]:
    """Tell what is wrong with cases: by their schema, as the other validator reads it, or among themselves."""
    return [*_about_accepted(document, cases), *_about_refused(document, cases), *_about_names(cases)]


def _about_accepted(document: Schema, cases: Cases) -> Iterator[str]:
    validator = validator_of(document)
    for case in cases.accepted:
        if not validator.is_valid(case.value):
            yield f"accepted, but not allowed: {case.name}"
        if not case.value or case.pointer is not None or case.keywords or case.twin is not None:
            yield f"accepted, but empty or with a fault: {case}"


def _about_refused(document: Schema, cases: Cases) -> Iterator[str]:
    validator = validator_of(document)
    twins = {"absent": {}, **{case.name: case.value for case in cases.accepted}}
    for case in cases.refused:
        paths = [list(error.instance_path) for error in validator.iter_errors(case.value)]
        pointers = {"".join(f"/{_escaped(part)}" for part in path) for path in paths}
        if pointers != {case.pointer}:
            yield f"{case.name} is refused at {sorted(pointers)} instead of {case.pointer!r}"
        if not case.keywords or list(case.keywords) != sorted(set(case.keywords)):
            yield f"{case.name} breaks {case.keywords}"
        if case.twin not in twins or not validator.is_valid(twins[case.twin]):
            yield f"{case.name} has no accepted twin: {case.twin}"
        elif not _same_elsewhere(case, twins[case.twin], paths[0] if paths else []):
            yield f"{case.name} differs from its twin {case.twin} elsewhere"


def _about_names(cases: Cases) -> Iterator[str]:
    everything = [*cases.accepted, *cases.refused]
    names = Counter(case.name for case in everything)
    labels = Counter(case.label for case in everything)
    yield from (f"{count} cases are called {name}" for name, count in names.items() if count > 1)
    yield from (f"{count} cases are labelled {label}" for label, count in labels.items() if count > 1)


def _same_elsewhere(case: Case, twin: Any, path: list[Any]) -> bool:
    """Blank out the faulty location in both; what is left must be equal."""
    return _without(case.value, path) == _without(twin, path) or not path


def _without(value: Any, path: list[Any]) -> Any:
    if not path:
        return None
    first, rest = path[0], path[1:]
    if isinstance(value, list):
        kept = [_without(value[first], rest)] if rest and first < len(value) else []
        return [*value[:first], *kept, *value[first + 1 :]]
    if isinstance(value, dict):
        kept_member = {first: _without(value[first], rest)} if rest and first in value else {}
        return {**{name: one for name, one in value.items() if name != first}, **kept_member}
    return value


def _escaped(part: object) -> str:
    return str(part).replace("~", "~0").replace("/", "~1")
