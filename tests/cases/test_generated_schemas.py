"""What holds for the cases of any schema."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from conformance.cases.engine import Cases, UncountableSchemaError, cases_of
from tests.cases.generated_schemas import documents
from tests.cases.independent import objections, validator_of


def cases_or_none(document: dict[str, Any]) -> Cases | None:
    try:
        return cases_of(document)
    except UncountableSchemaError:
        return None


@pytest.mark.long
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(documents)
def test_another_validator_agrees(document: dict[str, Any]) -> None:
    cases = cases_or_none(document)
    assert cases is None or objections(document, cases) == []


@pytest.mark.long
@settings(max_examples=75, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(documents)
def test_the_same_schema_gives_the_same_cases(document: dict[str, Any]) -> None:
    first, second = cases_or_none(document), cases_or_none(document)
    if first is None or second is None:
        assert first is second
        return
    assert [vars(case) for case in first.accepted] == [vars(case) for case in second.accepted]
    assert [vars(case) for case in first.refused] == [vars(case) for case in second.refused]
    assert first.missing == second.missing


@settings(max_examples=75, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(documents)
def test_nothing_is_refused_for_nothing(document: dict[str, Any]) -> None:
    """Where the empty configuration is allowed, it is the twin of all faults of the root's own properties."""
    cases = cases_or_none(document)
    if cases is not None and validator_of(document).is_valid({}):
        alone = [case for case in cases.refused if len(case.value) == 1 and (case.pointer or "").count("/") == 1]
        assert {case.twin for case in alone} <= {"absent"}
