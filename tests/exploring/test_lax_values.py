"""What a lax validator reads without loss is no find of exploring: it is CHAT-31's."""

from __future__ import annotations

from typing import Any

import pytest

from conformance.dial.schema import Schema
from conformance.run.exploring import may_be_read_without_loss
from tests.cases.example import of_x
from tests.cases.treated import answer_with

READ: list[tuple[Any, Any]] = [
    ({"type": "string", "format": "date-time"}, 42),
    ({"anyOf": [{"type": "string", "format": "date"}, {"type": "null"}]}, 42),
    ({"type": "string", "format": "ipv4"}, 42),
    ({"anyOf": [{"type": "string", "format": "ipv6network"}, {"type": "null"}]}, True),
    ({"type": "integer"}, "42"),
    ({"type": "array", "uniqueItems": True}, [1, 1]),
    ({"type": "integer", "maximum": 2**53}, 2**53 + 1),
]
LOST: list[tuple[Any, Any]] = [
    ({"type": "string"}, 42),
    ({"type": "string", "format": "ipv4"}, 1.5),
    ({"type": "string", "format": "uri"}, 42),
    ({"type": "string", "format": "date-time"}, [1]),
    ({"type": "integer", "maximum": 1000}, 2**53 + 1),
]


def is_read(schema: Any, value: Any) -> bool:
    document = of_x(schema)
    return may_be_read_without_loss(Schema(answer_with(document), document), {"x": value})


@pytest.mark.parametrize(("schema", "value"), READ, ids=str)
def test_what_a_lax_validator_reads_is_no_find(schema: Any, value: Any) -> None:
    assert is_read(schema, value)


@pytest.mark.parametrize(("schema", "value"), LOST, ids=str)
def test_what_nobody_reads_is_a_find(schema: Any, value: Any) -> None:
    assert not is_read(schema, value)
