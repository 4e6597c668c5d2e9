"""Freeze the contract: `python -m conformance.reports.freeze 2026.12`. docs/architecture.md says when."""

from __future__ import annotations

import ast
import hashlib
import inspect
import json
import sys
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from conformance.contract.declaration import DeclarationError
from conformance.contract.frozen_contract import FOLDER, FrozenContract, FrozenContractError, frozen_names, is_name
from conformance.contract.requirement import Check
from conformance.contract.verdict import ExitCode
from conformance.reports.sentences import sentences
from conformance.run.command import Command, complain
from conformance.run.contracts import next_contract
from conformance.run.registry import all_requirements

DIGESTS: Final = FOLDER / "SHA256SUMS"


def main(arguments: Sequence[str], program: str = "python -m conformance.reports.freeze") -> int:
    """Freeze what is in the suite.

    Args:
        arguments: The command line.
        program: How it is called.

    Returns:
        0, or 4 if it cannot be frozen.
    """
    command = Command(prog=program, description="Freeze the contract as it is in this suite.")
    command.add_argument("name", metavar="NAME", help="its name: year and month of the release, such as 2026.12")
    command.add_argument(
        "--output", type=Path, metavar="FILE", help="write it there, with any name, for runs with --contract FILE"
    )
    given = command.parse_args(arguments)
    try:
        if given.output is None:
            _see_new(given.name)
        else:
            _see_file(given.output)
        content = frozen_now(given.name)
        path: Path = given.output or FOLDER / f"{given.name}.json"
        with path.open("xb") as file:  # who gave it may have edited the one that is there
            file.write(content)
        if given.output is None:
            with DIGESTS.open("a", encoding="ascii") as digests:
                digests.write(f"{hashlib.sha256(content).hexdigest()}  {path.name}\n")
    except (DeclarationError, FrozenContractError) as error:
        return complain(str(error))
    except OSError as error:
        return complain(f"{error.filename} cannot be written: {error.strerror}")
    sys.stdout.write(f"wrote {path}\n")
    return ExitCode.PASSED


def frozen_now(name: str) -> bytes:
    """Return the file of a contract that is frozen now.

    Args:
        name: How it is called.

    Raises:
        FrozenContractError: A contract cannot be called so.
    """
    said = {one.id: one.text for one in sentences().values()}
    checks = {one.id: digest_of(one.check) for one in all_requirements().values()}
    now = next_contract()
    requirements = {key: replace(one, check=checks[key]) for key, one in now.requirements.items()}
    frozen = replace(now, name=name, requirements=requirements, sentences=said)
    text = json.dumps(frozen.to_plain(), indent=1, ensure_ascii=False)
    FrozenContract.read(text, name)
    return f"{text}\n".encode()


def digest_of(check: Check) -> str:
    """Return a digest of what a check does: of what it takes, and of its code without its docstring.

    Args:
        check: A check of the suite.
    """
    lines = textwrap.dedent(inspect.getsource(check)).splitlines()
    function = ast.parse("\n".join(lines)).body[0]
    assert isinstance(function, ast.FunctionDef)  # noqa: S101 - for mypy: a check is one
    code = [*inspect.signature(check).parameters, *lines[function.body[0].end_lineno :]]
    return hashlib.sha256(" ".join(" ".join(code).split()).encode()).hexdigest()[:12]


def changed_checks(frozen: FrozenContract) -> Iterator[str]:
    """Give the ids of the requirements whose checks changed since they were frozen, without a new revision.

    Args:
        frozen: The contract.
    """
    for name, one in all_requirements().items():
        then = frozen.requirements.get(name)
        if then is not None and then.revision == one.revision and then.check != digest_of(one.check):
            yield name


def _see_file(path: Path) -> None:
    if path.suffix != ".json":
        raise FrozenContractError(f"--output={path}: call it *.json, or no run takes it for the file of a contract")


def _see_new(name: str) -> None:
    if not is_name(name):
        raise FrozenContractError(f"{name} is no name of a contract: give year and month, such as 2026.12")
    if name in frozen_names():
        raise FrozenContractError(f"{name} is frozen already, and is never changed: give the name of this release")
    if frozen_names() and [*map(int, name.split("."))] < [*map(int, frozen_names()[-1].split("."))]:
        raise FrozenContractError(f"{name} is older than {frozen_names()[-1]}: give the name of this release")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
