"""The pytest plugin of `dial-conformance`: the checks have the same node ids in every folder, and are found by them.

The installed checks are seldom below the folder in which the command is started, and for files elsewhere pytest prints
node ids that it does not take back: they depend on which paths were given. Here they are always those of a checkout, as
`conformance/checks/test_info.py::test_caller_is_told`.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import pytest

CHECKS: Final = Path(__file__).parents[1] / "checks"
_ABOVE: Final = CHECKS.parents[1]


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config, args: list[str]) -> None:
    """Take the paths and node ids of checks that are given for those of the installed ones."""
    given: list[str] = early_config.known_args_namespace.file_or_dir
    here = early_config.invocation_params.dir
    own = [(here / one).resolve() for one in early_config.known_args_namespace.checks or () if (here / one).is_dir()]
    for strings in (args, given):  # before conftest.py files are looked for, and for the last parsing
        known = set(given)
        strings[:] = [found(one, here, own) if one in known else one for one in strings]


def pytest_pycollect_makemodule(module_path: Path, parent: pytest.Collector) -> pytest.Module | None:
    """Collect a file of the installed checks under its name in the package."""
    if module_path.parent != CHECKS:
        return None
    module: pytest.Module = pytest.Module.from_parent(
        parent, path=module_path, nodeid=module_path.relative_to(_ABOVE).as_posix()
    )
    return module


def found(given: str, folder: Path, own: Sequence[Path] = ()) -> str:
    """Return a path or node id that pytest finds.

    Args:
        given: What stands on the command line: `conformance/checks/test_chat.py::test_it`, `test_chat.py`, or any path.
        folder: Where the command was started; what there is comes first.
        own: The folders with own checks; their node ids begin with the names of these where they are elsewhere.
    """
    path, *rest = given.split("::", 1)
    if path and not (folder / path).exists():
        for place in (_ABOVE, CHECKS.parent, CHECKS):
            if (place / path).is_relative_to(CHECKS) and (place / path).exists():
                return "::".join([str(place / path), *rest])
        for place in own:
            if (place.parent / path).is_relative_to(place) and (place.parent / path).exists():
                return "::".join([str(place.parent / path), *rest])
    return given
