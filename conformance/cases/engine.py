"""Cases from any JSON Schema: accepted configurations, and refused ones with one fault each.

How: `subschema`, `branch` and `branches` read the schema; `samples` builds values that it allows, from `scalars` and
`regular`; `accepted` chooses among these what is documented; `sites`, `aims` and `faulty_*` say what can be broken
where, and with which values; `refused` keeps what the `oracle`, the validator, refuses there and nowhere else; `twins`
sees to it that few accepted cases prove many refused ones. The `meter` bounds it all.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from itertools import chain, count
from typing import Any, Final

from jsonschema.exceptions import SchemaError
from referencing.exceptions import Unresolvable

from conformance.cases.choosing.accepted import Documented
from conformance.cases.choosing.refused import Refused
from conformance.cases.choosing.twins import with_few_twins
from conformance.cases.faults.fault import Fault
from conformance.cases.schema.alternatives import Branches
from conformance.cases.schema.json_value import identity, pointer_of
from conformance.cases.schema.meter import UncountableSchemaError, metering
from conformance.cases.schema.validator import Oracle, all_schemas, draft_of
from conformance.cases.values.samples import Samples
from conformance.contract.case import Case, compact, named

__all__ = ["Cases", "UncountableSchemaError", "cases_of"]

_LONGEST_SHOWN: Final = 100
_WHOLE: Final = "the configuration"


@dataclass(frozen=True)
class Cases:
    """The cases of a schema.

    Attributes:
        accepted: A smallest set of configurations in which all that is documented occurs, and the twins of the refused.
        refused: Configurations with one faulty location each.
        missing: What could not be turned into a case: `no case for /x: pattern`.
    """

    accepted: tuple[Case, ...]
    refused: tuple[Case, ...]
    missing: tuple[str, ...]


def cases_of(document: dict[str, Any]) -> Cases:
    """Compute the cases of a configuration's schema (JSON Schema 2020-12 or draft-07).

    The same schema gives the same cases in the same order everywhere.

    Args:
        document: A schema that its meta-schema accepts.

    Returns:
        The cases. Absent, null and `{}` are not among the accepted ones.

    Raises:
        UncountableSchemaError: The schema breaks a bound of the computation, or leads out of the document.
    """
    try:
        oracle = Oracle(document)
        with metering(oracle.meter):
            return _cases(oracle)
    except Unresolvable as error:
        raise UncountableSchemaError(f"a reference does not resolve: {_shown(repr(str(error)))}") from error
    except RecursionError as error:
        raise UncountableSchemaError("it is nested too deeply, or refers to itself without end") from error
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        if isinstance(error, UncountableSchemaError) or _is_valid(document):
            raise
        raise UncountableSchemaError("its meta-schema does not allow it") from error


def _cases(oracle: Oracle) -> Cases:
    samples = Samples(oracle, Branches())
    documented, refused = Documented(samples), Refused(samples)
    base = min((value for value in samples.of((oracle.root,)) if isinstance(value, dict)), key=_size, default=None)
    if base is None:
        return Cases((), (), (f"no case for {_WHOLE}: nothing that the schema allows was found",))
    refused.look(base)
    rows = [one.value for one in documented.of((oracle.root,)) if isinstance(one.value, dict)]
    names = _Names()
    faults = with_few_twins(refused.faults, base, rows, oracle)
    for configuration in [*(rows or [base]), *(fault.twin for fault in faults)]:
        names.add(configuration)
    lost = ((path, f"the documented {text}") for path, text in documented.lost((oracle.root,)))
    return Cases(names.accepted, tuple(names.of(fault) for fault in faults), _missing([*lost, *refused.missing()]))


def _is_valid(document: dict[str, Any]) -> bool:
    try:
        draft_of(document, all_schemas(document)).check_schema(document)
    except (SchemaError, RecursionError):
        return False
    return True


class _Names:
    """Gives each case a name of its own."""

    def __init__(self) -> None:
        self._taken = {"{}", "absent", "null"}
        self._accepted: dict[Hashable, Case] = {}

    @property
    def accepted(self) -> tuple[Case, ...]:
        return tuple(self._accepted.values())

    def add(self, configuration: dict[str, Any]) -> None:
        """Name an accepted configuration, once, unless it is empty."""
        key = identity(configuration)
        if configuration and key not in self._accepted:
            self._accepted[key] = Case(self._unique(named(configuration), configuration), configuration)

    def of(self, fault: Fault) -> Case:
        """Name a faulty configuration by the location and what stands there."""
        value: Any = fault.configuration
        for part in fault.path:
            value = value[part]
        pointer = pointer_of(fault.path)
        name = f"{pointer[1:]}={compact(value)}" if fault.path else compact(value)
        twin = self._accepted[identity(fault.twin)].name if fault.twin else "absent"
        unique = name if name == "{}" else self._unique(name, fault.configuration)
        return Case(unique, fault.configuration, pointer, fault.keywords, twin)

    def _unique(self, name: str, configuration: dict[str, Any]) -> str:
        """Make a name printable, and unique: by the whole configuration, and if that is not enough by a mark."""
        for one in chain([name], (compact(configuration) + "'" * times for times in count())):
            unique = one.encode(errors="backslashreplace").decode()  # a schema can have half of a surrogate pair
            if unique not in self._taken:
                break
        self._taken.add(unique)
        return unique


def _size(configuration: dict[str, Any]) -> int:
    return len(compact(configuration))


def _missing(found: Iterable[tuple[tuple[str | int, ...], str]]) -> tuple[str, ...]:
    lines = (f"no case for {_shown(pointer_of(path)) or _WHOLE}: {_shown(what)}" for path, what in found)
    return tuple(dict.fromkeys(lines))


def _shown(text: str) -> str:
    return text if len(text) <= _LONGEST_SHOWN else f"{text[: _LONGEST_SHOWN - 3]}..."
