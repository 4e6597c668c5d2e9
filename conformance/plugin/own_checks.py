"""The pytest hooks that collect own checks, which `--checks` names, beside those of the suite."""

from __future__ import annotations

import re
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
        self._modules = {path: module for one in found for path, module in one.collected.items()}
        self._chapters = {one.chapter.lower(): one.id for own in found for one in own.requirements.values()}
        self._notes: list[str] = []
        if config.args_source is not pytest.Config.ArgsSource.ARGS:
            # files, not folders: whatever names the caller's pytest collects, these have checks
            config.args += [str(path) for path in self._modules]
            return
        given = [(config.invocation_params.dir / one.partition("::")[0]).resolve() for one in config.args]
        for one in found:
            if not any(path.is_relative_to(place) for path in one.collected for place in given):
                name = one.package.name
                self._notes.append(f"own checks of {name} were not selected: paths were given, and theirs is not one")

    @pytest.hookimpl(trylast=True)
    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Tell what was not selected."""
        for note in self._notes:
            terminalreporter.line(f"NOTE: {note}", yellow=True)

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection(self) -> None:
        """Refuse a chapter whose marker is another's, now that all plugins have registered theirs.

        Raises:
            pytest.UsageError: There is one.
        """
        names = [re.split(r"[:(]", line, maxsplit=1)[0].strip() for line in self._config.getini("markers")]
        for chapter, requirement in self._chapters.items():
            if names.count(chapter) > 1:
                raise pytest.UsageError(
                    f"--checks: {requirement}: {chapter} is a marker already: choose another chapter"
                )

    @pytest.hookimpl(tryfirst=True)
    def pytest_pycollect_makemodule(self, module_path: Path, parent: pytest.Collector) -> pytest.Module | None:
        """Collect a module with own checks; outside of the root its node id begins with its folder."""
        loaded = self._modules.get(module_path)
        if loaded is None:
            return None
        nodeid = None
        if not module_path.is_relative_to(self._config.rootpath):
            nodeid = f"{module_path.parent.name}/{module_path.name}"
        module: pytest.Module = pytest.Module.from_parent(parent, path=module_path, nodeid=nodeid)
        module.obj = loaded
        marks = getattr(loaded, "pytestmark", ())
        for mark in marks if isinstance(marks, list | tuple) else (marks,):
            module.add_marker(mark)
        return module
