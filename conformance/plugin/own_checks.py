"""The pytest hooks that collect own checks, which `--checks` names, beside those of the suite."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from conformance.run.registry import own_checks, recipe_book


class OwnChecksHooks:
    """Collects the modules with own checks as the registry has them: a second import would make other requirements."""

    def __init__(self, config: pytest.Config, checks: Sequence[str]) -> None:
        """Load them, and let pytest collect them where it was given no paths, which would select.

        Args:
            config: The session's.
            checks: As `--checks` has them.

        Raises:
            DeclarationError: They cannot be used.
        """
        self._config = config
        found = own_checks(tuple(checks))
        recipe_book(tuple(checks))
        self._modules = {path: module for one in found for path, module in one.modules.items()}
        self._chapters = {one.chapter.lower(): one.id for own in found for one in own.requirements.values()}
        if config.args_source is not pytest.Config.ArgsSource.ARGS:
            # files, not folders: whatever names the caller's pytest collects, these have checks
            config.args += [str(path) for path in self._modules]

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection(self) -> None:
        """Refuse a chapter whose marker is another's, now that all plugins have registered theirs.

        Raises:
            pytest.UsageError: There is one.
        """
        names = [re.split(r"[:(]", line, maxsplit=1)[0].strip() for line in self._config.getini("markers")]
        for chapter, requirement in self._chapters.items():
            if names.count(chapter) > 1:
                raise pytest.UsageError(f"--checks: {requirement}: {chapter} is a marker already: choose another chapter")

    @pytest.hookimpl(tryfirst=True)
    def pytest_pycollect_makemodule(self, module_path: Path, parent: pytest.Collector) -> pytest.Module | None:
        """Collect a module with own checks; one that is outside of the root has a node id that begins with its folder."""
        name = self._modules.get(module_path)
        if name is None:
            return None
        inside = module_path.is_relative_to(self._config.rootpath)
        nodeid = {} if inside else {"nodeid": f"{module_path.parent.name}/{module_path.name}"}
        module: pytest.Module = pytest.Module.from_parent(parent, path=module_path, **nodeid)
        module.obj = sys.modules[name]
        marks = getattr(module.obj, "pytestmark", ())
        for one in marks if isinstance(marks, list | tuple) else (marks,):
            module.add_marker(one)
        return module
