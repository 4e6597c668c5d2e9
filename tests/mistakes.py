"""What a check needs besides itself, and what is missing, in one line with the place."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable
from pathlib import Path

from conformance.contract.declaration import place_of
from conformance.contract.requirement import Requirement
from tests.running import ROOT


def assertions_without_message(path: Path) -> list[str]:
    """The assertions of checks that do not say what the contract expects."""
    shown = path.relative_to(ROOT) if path.is_relative_to(ROOT) else path
    return [
        f"{shown}:{node.lineno}: this assertion has no message: write `assert ..., exchange.because(expected)`"
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Assert) and node.msg is None
    ]


def without_defect(requirements: Iterable[Requirement], broken: Collection[str]) -> list[str]:
    """The requirements that no defect breaks, so that nobody knows whether their checks can fail.

    Args:
        requirements: All.
        broken: The ids of those that a defect is made for.
    """
    return [
        f"{place_of(one.check)}: {one.id} has no defect: write one in conformance/standin/defects/"
        " (docs/writing-a-check.md, 3)"
        for one in requirements
        if one.id not in broken
    ]
