"""What the treatment of the largest schemas takes, from the answer that brings one to its cases."""

from __future__ import annotations

import json
import time
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any, Final

from benchmarks.figure import Figure
from conformance.cases.engine import UncountableSchemaError, cases_of
from tests.cases.hostile_schemas import HOSTILE
from tests.cases.real_schemas import REAL_SCHEMAS
from tests.cases.treated import treated

_SECONDS: Final = 2
_MEGABYTES: Final = 300
_LARGEST: Final = 20
_TOOLS: Final = (8, 32, 128, 154)
"""With more, there are more schemas in it than the suite looks at."""

Schema = dict[str, Any]


def cases_of_the_largest() -> list[Figure]:
    """Measure the processor time, and in a second round the memory, of the twenty schemas that take the most time."""
    taken = sorted(((_seconds(build), name, build) for name, build in _schemas()), key=lambda one: -one[0])
    slowest = taken[:_LARGEST]
    memory = max((_megabytes(build), name) for _, name, build in slowest)
    seconds = sum(one[0] for one in slowest)
    return [
        Figure(f"cases of one of {len(taken)} schemas, the slowest (s)", taken[0][0], _SECONDS, detail=taken[0][1]),
        Figure(f"the same, the {_LARGEST} slowest together (s)", seconds, _LARGEST * _SECONDS),
        Figure(f"memory for one of these {_LARGEST} (MB)", memory[0], _MEGABYTES, detail=memory[1]),
    ]


def _schemas() -> Iterator[tuple[str, Callable[[], Schema]]]:
    """Give those that real deployments have, large ones like them, and those that are made to take long."""
    yield from ((name, lambda schema=schema: schema) for name, schema in REAL_SCHEMAS.items())
    yield from ((f"an application with {size} tools", lambda size=size: application(size)) for size in _TOOLS)
    yield from HOSTILE.items()


def application(tools: int) -> Schema:
    """Return a schema as of an application with many kinds of tools, each with settings of its own."""
    kinds = [
        {
            "type": "object",
            "properties": {
                "kind": {"const": f"tool{number}"},
                **{f"setting{one}": {"type": ["string", "integer", "null"], "default": None} for one in range(12)},
                "headers": {"type": "object", "additionalProperties": {"type": "string"}},
            },
            "required": ["kind"],
            "additionalProperties": False,
        }
        for number in range(tools)
    ]
    properties: Schema = {f"option{number}": {"enum": ["a", "b", number]} for number in range(40)}
    properties |= {"tools": {"type": "array", "items": {"oneOf": kinds}}, "main": {"anyOf": kinds}}
    return {"type": "object", "properties": properties, "required": ["main"]}


def _treat(schema: Schema) -> None:
    """Treat a schema from its answer on; one that is too deep to be written as JSON comes in no answer."""
    try:
        json.dumps(schema)
    except RecursionError:
        with suppress(UncountableSchemaError):
            cases_of(schema)
    else:
        treated(schema)


def _seconds(build: Callable[[], Schema]) -> float:
    schema, begun = build(), time.process_time()
    _treat(schema)
    return time.process_time() - begun


def _megabytes(build: Callable[[], Schema]) -> float:
    schema = build()
    tracemalloc.start()
    try:
        _treat(schema)
        return tracemalloc.get_traced_memory()[1] / 2**20
    finally:
        tracemalloc.stop()
