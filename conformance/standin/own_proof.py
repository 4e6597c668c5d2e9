"""The defects and sample answers of own checks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from conformance.contract.own_modules import OwnModuleError, own_package, proof_of
from conformance.standin.defect import Defect, SampleAnswer, all_defects


class OwnProof(NamedTuple):
    """What shows that own checks can fail.

    Attributes:
        defects: By name.
        samples: What the healthy stand-in answers beside what it knows.
    """

    defects: Mapping[str, Defect]
    samples: tuple[SampleAnswer, ...]


def own_proof(checks: Iterable[str]) -> OwnProof:
    """Load the defects and sample answers of own checks.

    Args:
        checks: Folders, and names of installed packages.

    Raises:
        ValueError: They cannot be used; one line says why.
    """
    known = {**all_defects()}
    defects: dict[str, Defect] = {}
    samples: dict[int, SampleAnswer] = {}
    for given in checks:
        try:
            modules = proof_of(own_package(given))
        except OwnModuleError as error:
            raise ValueError(f"--checks: {error}") from None
        for module in modules:
            for one in vars(module).values():
                if isinstance(one, SampleAnswer):
                    samples[id(one)] = one
                elif isinstance(one, Defect) and known.setdefault(one.name, one) is not one:
                    raise ValueError(f"--checks: {module.__file__}: there is a defect {one.name} already: rename it")
                elif isinstance(one, Defect):
                    defects[one.name] = one
    return OwnProof(defects, tuple(samples.values()))
