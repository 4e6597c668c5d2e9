"""From a JSON Schema to cases: accepted configurations, then refused ones with one fault each.

How: schema/ reads the schema; values/ builds values that it allows; choosing/accepted.py chooses among these what is
documented; choosing/locations.py and faults/ say what can be broken where, and with which values; choosing/refused.py
keeps what the validator refuses there and nowhere else; choosing/twins.py sees to it that few accepted cases prove many
refused ones. schema/meter.py bounds it all.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import chain, count
from typing import Any, Final

from jsonschema.exceptions import SchemaError
from referencing.exceptions import Unresolvable

from conformance.cases.choosing.accepted import Documented
from conformance.cases.choosing.nothing_allowed import why_nothing_is_allowed
from conformance.cases.choosing.pairs import KeepsApart
from conformance.cases.choosing.parts import taken_apart
from conformance.cases.choosing.refused import Refused
from conformance.cases.choosing.thorough import ThoroughValues
from conformance.cases.choosing.twins import with_accepted_twin, with_few_twins
from conformance.cases.choosing.untried import place_of, shown, untried_of
from conformance.cases.faults.fault import Fault, Path
from conformance.cases.schema.alternatives import Alternatives
from conformance.cases.schema.json_value import identity, pointer_of
from conformance.cases.schema.meter import MOST_STEPS, OutOfStepsError, UncountableSchemaError, current_meter, metering
from conformance.cases.schema.validator import SchemaValidator, all_schemas
from conformance.cases.values.samples import Samples
from conformance.contract.case import Case, compact, escaped, named
from conformance.dial.dialect import draft_of

__all__ = ["Cases", "UncountableSchemaError", "cases_of"]

_MOST_LINES: Final = 200

_FEW_BRANCHES: Final = 8
_FEW_VALUES: Final = 3
_STEPS_FOR_SMALLEST: Final = 25_000
_STEPS_FOR_DOCUMENTED: Final = 10_000
_STEPS_FOR_TYPES: Final = 15_000
_STEPS_FOR_TWINS: Final = 15_000
_STEPS_FOR_NEAR: Final = 10_000
_STEPS_FOR_ONE: Final = 2_000
"""Where all cases take too many steps: for one location, or one property's documented values."""


@dataclass(frozen=True)
class Cases:
    """The cases of a schema.

    Attributes:
        accepted: A smallest set of configurations in which all that is documented occurs, and the twins of the refused.
        refused: Configurations with one faulty location each.
        missing: What could not be turned into a case: `no case for /x: pattern`.
        near: Values that a careless validator takes for valid ones; they are apart, because it may take them.
        untried: What is in no accepted case, or in no refused one: `not tried at /x: null`, with the reason.
        alone: The parts of the accepted cases that are no accepted cases themselves.
        thorough: What else the schema allows, for a thorough run: each is a completion that is paid. Some of them are
            parts of the accepted cases, too.
    """

    accepted: tuple[Case, ...]
    refused: tuple[Case, ...]
    missing: tuple[str, ...]
    near: tuple[Case, ...] = ()
    untried: tuple[str, ...] = ()
    alone: tuple[Case, ...] = ()
    thorough: tuple[Case, ...] = ()

    @property
    def allowed(self) -> tuple[Case, ...]:
        """The accepted cases, and those of a thorough run."""
        return (*self.accepted, *self.thorough)


def cases_of(document: dict[str, Any], keeps_apart: KeepsApart | None = None) -> Cases:
    """Compute the cases of a configuration's schema (JSON Schema 2020-12, draft-07, or both).

    The same schema gives the same cases in the same order everywhere.

    Args:
        document: A schema that its meta-schema accepts.
        keeps_apart: Tells of which documented values it is known that they are not taken together: no pair is made of
            these. Without it, none are.

    Returns:
        The cases. Absent, null and `{}` are not among the accepted ones.

    Raises:
        UncountableSchemaError: The schema breaks a bound of the computation, or leads out of the document.
    """
    try:
        return _all_or_fewer(document, keeps_apart or _keeps_nothing_apart)
    except Unresolvable as error:
        raise UncountableSchemaError(f"a reference does not resolve: {shown(repr(str(error)))}") from error
    except RecursionError as error:
        raise UncountableSchemaError("it is nested too deeply, or refers to itself without end") from error
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        if isinstance(error, UncountableSchemaError) or _is_valid(document):
            raise
        raise UncountableSchemaError("its meta-schema does not allow it") from error


def _all_or_fewer(document: dict[str, Any], keeps_apart: KeepsApart) -> Cases:
    """Compute all cases, or those that come first if all take too many steps."""
    validator = SchemaValidator(document)
    try:
        with metering(validator.meter):
            return _all_cases(validator, keeps_apart)
    except OutOfStepsError:
        validator = SchemaValidator(document)
    with metering(validator.meter):
        return _fewer_cases(validator, keeps_apart)


def _keeps_nothing_apart(configuration: dict[str, Any]) -> bool:
    del configuration
    return False


def _all_cases(validator: SchemaValidator, keeps_apart: KeepsApart) -> Cases:
    samples = Samples(validator, Alternatives())
    documented, refused = Documented(samples), Refused(samples)
    base = _smallest(samples.of((validator.root,)))
    if base is None:
        return _no_cases(samples)
    refused.look(base)
    rows = [one.value for one in documented.of((validator.root,)) if isinstance(one.value, dict)]
    faults = with_few_twins(refused.faults, base, rows, validator)
    lost = [(path, f"the documented {text}") for path, text in documented.lost((validator.root,))]
    missing = _missing([*lost, *refused.missing(), *_undescribed(samples)])
    return _named(rows or [base], faults, missing, refused, ThoroughValues(samples, documented, keeps_apart))


def _fewer_cases(validator: SchemaValidator, keeps_apart: KeepsApart) -> Cases:
    """Compute the smallest configuration, wrong types at its properties, what is documented, then more until it ends.

    Raises:
        OutOfStepsError: Not even the smallest configuration was found.
    """
    samples = Samples(validator, Alternatives(_FEW_BRANCHES), usual=_FEW_VALUES)
    with validator.meter.share(_STEPS_FOR_SMALLEST):
        base = _smallest(samples.of((validator.root,), 1) or samples.of((validator.root,)))
    if base is None:
        return _no_cases(samples)
    documented, refused = Documented(samples, share=_STEPS_FOR_ONE), Refused(samples)
    rows: list[dict[str, Any]] = []
    with suppress(UncountableSchemaError), validator.meter.share(_STEPS_FOR_DOCUMENTED):
        rows = [one.value for one in documented.of((validator.root,)) if isinstance(one.value, dict)]
    refused.look_shallow_first(base, types=_STEPS_FOR_TYPES, each=_STEPS_FOR_ONE)
    validator.meter.allow(_STEPS_FOR_TWINS)
    faults = with_few_twins(refused.faults, base, rows, validator, partly=True)
    left = [((), f"what takes more than {MOST_STEPS} steps"), *documented.left, *refused.missing()]
    missing = _cut(_missing([*left, *_undescribed(samples)]))
    return _named(rows or [base], faults, missing, refused, ThoroughValues(samples, documented, keeps_apart))


def _smallest(values: Iterable[Any]) -> dict[str, Any] | None:
    return min((value for value in values if isinstance(value, dict)), key=_size, default=None)


def _undescribed(samples: Samples) -> list[tuple[Path, str]]:
    return [((), f"what requires {name!r}, which nothing describes") for name in samples.undescribed]


def _no_cases(samples: Samples) -> Cases:
    return Cases((), (), _missing(_undescribed(samples) or [((), why_nothing_is_allowed(samples))]))


def _named(
    rows: list[dict[str, Any]],
    faults: list[Fault],
    missing: tuple[str, ...],
    refused: Refused,
    values: ThoroughValues,
) -> Cases:
    names = _Names()
    for configuration in [*rows, *(fault.twin for fault in faults)]:
        names.add(configuration)
    current_meter().allow(_STEPS_FOR_NEAR)
    named = tuple(names.of(refused.marked(fault)) for fault in faults)
    base = rows[0] if not faults else faults[0].twin
    near = tuple(names.of(refused.marked(fault)) for fault in _near(refused, base, names))
    accepted, alone = taken_apart(names.accepted, values.origins, names.unique)
    thorough, alone = _thorough(accepted, alone, values, refused, names)
    tried = [case.value for case in thorough]
    broken = {path for fault in faults for path in (fault.path, fault.place)}
    untried = untried_of(refused, names.configurations, tried, broken)
    return Cases(accepted, named, missing, near, untried, alone, thorough)


def _thorough(
    accepted: tuple[Case, ...], alone: tuple[Case, ...], values: ThoroughValues, refused: Refused, names: _Names
) -> tuple[tuple[Case, ...], tuple[Case, ...]]:
    """Return the cases of a thorough run, and the parts of all cases."""
    single = {identity(case.value): case for case in alone if not case.made_up}
    found = values.few(refused.looked_at, names.configurations, [case.value for case in single.values()])
    new = [Case(names.unique(named(one), one), one) for one in found if identity(one) not in single]
    whole, parts = taken_apart(new, values.origins, names.unique, (*accepted, *alone))
    chosen = {identity(one) for one in found}
    singles = (case for key, case in single.items() if key in chosen)
    thorough = tuple(replace(case, thorough=True) for case in (*singles, *whole))
    return thorough, (*alone, *(replace(case, thorough=True) for case in parts))


def _near(refused: Refused, base: dict[str, Any], names: _Names) -> Iterator[Fault]:
    """Give the near misses, which need no further accepted case, until their own steps are used up."""
    current_meter().allow(_STEPS_FOR_NEAR)
    with suppress(UncountableSchemaError), current_meter().share(_STEPS_FOR_NEAR):
        for fault in refused.near(names.configurations):
            yield with_accepted_twin(fault, base, names.configurations)


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

    @property
    def configurations(self) -> list[dict[str, Any]]:
        return [case.value for case in self._accepted.values()]

    def add(self, configuration: dict[str, Any]) -> None:
        """Name an accepted configuration, once, unless it is empty."""
        key = identity(configuration)
        if configuration and key not in self._accepted:
            self._accepted[key] = Case(self.unique(named(configuration), configuration), configuration)

    def of(self, fault: Fault) -> Case:
        """Name a faulty configuration by the location and what stands there."""
        value: Any = fault.configuration
        for part in fault.path:
            value = value[part]
        pointer = pointer_of(fault.path)
        name = f"{pointer[1:]}={compact(value)}" if fault.path else compact(value)
        twin = self._accepted[identity(fault.twin)].name if fault.twin else "absent"
        unique = name if name == "{}" else self.unique(name, fault.configuration)
        place = pointer_of(fault.place)
        return Case(unique, fault.configuration, pointer, fault.keywords, twin, place=place, lax=fault.lax)

    def unique(self, name: str, configuration: dict[str, Any]) -> str:
        """Make a name printable, and unique: by the whole configuration, and if that is not enough by a mark."""
        for one in chain([name], (compact(configuration) + "'" * times for times in count())):
            unique = escaped(one)  # a schema can have line breaks and half of a surrogate pair in its names
            if unique not in self._taken:
                break
        self._taken.add(unique)
        return unique


def _size(configuration: dict[str, Any]) -> int:
    return len(compact(configuration))


def _missing(found: Iterable[tuple[tuple[str | int, ...], str]]) -> tuple[str, ...]:
    lines = (f"no case for {place_of(path)}: {shown(what)}" for path, what in found)
    return tuple(dict.fromkeys(lines))


def _cut(lines: tuple[str, ...]) -> tuple[str, ...]:
    more = len(lines) - _MOST_LINES
    return lines if more <= 0 else (*lines[:_MOST_LINES], f"no case for {more} more locations and keywords")
