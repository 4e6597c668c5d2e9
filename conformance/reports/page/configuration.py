"""What deployments did with faulty configurations: where the fault was, by the keyword that it breaks."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from conformance.contract.result import Result
from conformance.contract.verdict import Verdict
from conformance.reports.document import Report, ReportedExchange
from conformance.reports.page.anchors import Anchors
from conformance.reports.page.marks import SEVERITY, Mark, mark_of
from conformance.reports.page.matrix import FOUND
from conformance.reports.page.text import Allowance, name_of, shortened

MOST_TABLES: Final = 40
LONGEST_SCHEMA: Final = 20_000
_MOST_ROWS: Final = 400
_STATUS = re.compile(r"(\d{3})\b")
_REFUSED = (400, 422)
_SERVER_ERROR = 5


@dataclass(frozen=True)
class Behaviour:
    """What a deployment did with some configurations.

    Attributes:
        mark: Whether that is right.
        word: `refused`, `accepted`, `5xx`, `not proven`, another status, or why there is none.
        count: How many configurations.
        href: Where the details are, or empty.
    """

    mark: Mark
    word: str
    count: int
    href: str


@dataclass(frozen=True)
class Table:
    """The configurations of deployments that have the same schema and did the same.

    Attributes:
        places: The deployments.
        columns: The keywords, and the requirements of configurations that break none, with where they lead to.
        rows: The JSON pointers, each with what was done for each column.
        schema: The schema, laid out; empty if there is none, or no room for it.
        left_out: Rows that are left out.
    """

    places: tuple[str, ...]
    columns: tuple[tuple[str, str], ...]
    rows: tuple[tuple[str, tuple[tuple[Behaviour, ...], ...]], ...]
    schema: str
    left_out: int


def tables_of(report: Report, anchors: Anchors, room: Allowance) -> tuple[tuple[Table, ...], int]:
    """Return a table for each deployment with a configuration, and how many are left out.

    Deployments with the same schema that did the same share a table; those with a fault are first.
    """
    cases = _cases(report.results)
    schemas = {one.id: _written(one.schema) for one in report.deployments}
    alike: dict[tuple[object, ...], list[str]] = {}
    for place, found in cases.items():
        behaviours = tuple(sorted((one.case or "", _word(one, report.exchanges), mark_of(one).word) for one in found))
        alike.setdefault((schemas.get(place, ""), behaviours), []).append(place)
    groups = sorted(alike.values(), key=lambda places: min(SEVERITY[mark_of(one)] for one in cases[places[0]]))
    tables: list[Table] = []
    for places in groups[:MOST_TABLES]:
        schema = shortened(schemas.get(places[0], ""), LONGEST_SCHEMA)
        table = _table(places, cases[places[0]], report.exchanges, anchors, schema if room.grants(schema) else "")
        if not room.grants(*(pointer * 2 for pointer, _ in table.rows)):
            break
        tables.append(table)
    return tuple(tables), len(groups) - len(tables)


def _cases(results: Iterable[Result]) -> Mapping[str, list[Result]]:
    """Find for each deployment and configuration with a fault the first requirement that is about it."""
    first: dict[tuple[str, str], Result] = {}
    for one in results:
        if one.deployment is None or not (one.pointer or one.keywords):
            continue
        key = one.deployment, one.case or ""
        if key not in first or one.requirement < first[key].requirement:
            first[key] = one
    cases: dict[str, list[Result]] = {}
    for (place, _), one in first.items():
        cases.setdefault(place, []).append(one)
    return cases


def _table(
    places: Sequence[str],
    cases: Sequence[Result],
    exchanges: Mapping[str, ReportedExchange],
    anchors: Anchors,
    schema: str,
) -> Table:
    columns = sorted(dict.fromkeys(name for one in cases for name in _columns(one)), key=_is_requirement)
    cells: dict[str, dict[str, list[Result]]] = {}
    for one in cases:
        row = cells.setdefault(one.pointer, {})
        for name in _columns(one):
            row.setdefault(name, []).append(one)
    rows = tuple(
        (pointer, tuple(tuple(_done(row.get(name, ()), exchanges, anchors)) for name in columns))
        for pointer, row in sorted(cells.items())[:_MOST_ROWS]
    )
    return Table(
        tuple(map(name_of, places)),
        tuple((name_of(name), anchors.link(name) if _is_requirement(name) else "") for name in columns),
        tuple((shortened(pointer or "(the whole)", 200), row) for pointer, row in rows),
        schema,
        len(cells) - len(rows),
    )


def _columns(result: Result) -> tuple[str, ...]:
    return result.keywords or (result.requirement,)


def _is_requirement(column: str) -> bool:
    """Requirements come after keywords."""
    return "-" in column


def _done(cases: Sequence[Result], exchanges: Mapping[str, ReportedExchange], anchors: Anchors) -> Iterator[Behaviour]:
    counts = Counter((mark_of(one), _word(one, exchanges)) for one in cases)
    found = {(mark_of(one), _word(one, exchanges)): one for one in cases}
    for (mark, word), count in sorted(counts.items(), key=lambda item: SEVERITY[item[0][0]]):
        one = found[mark, word]
        href = anchors.link(one.requirement, one.deployment or "") or anchors.link(one.requirement)
        yield Behaviour(mark, word, count, href if mark in FOUND else "")


def _word(result: Result, exchanges: Mapping[str, ReportedExchange]) -> str:
    """Tell what the deployment did with a configuration, by the answer, or by what is said of it."""
    if result.verdict is Verdict.NOT_PROVEN:
        return str(Verdict.NOT_PROVEN)
    exchange = next((exchanges[name] for name in result.exchanges if name in exchanges), None)
    got = _STATUS.match(result.got)
    status = exchange.status if exchange is not None else int(got[1]) if got else None
    if status is None:
        return "refused" if result.verdict is Verdict.PASSED and result.keywords else str(result.verdict)
    if status in _REFUSED:
        return "refused"
    return "5xx" if status // 100 == _SERVER_ERROR else "accepted" if status // 100 == 2 else str(status)  # noqa: PLR2004 - 2xx


def _written(schema: object) -> str:
    return "" if schema is None else json.dumps(schema, indent=2, ensure_ascii=False)
