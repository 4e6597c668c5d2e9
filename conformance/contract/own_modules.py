"""Own modules: the checks, recipes and defects of others, in a folder or in an installed package, found by its name.

It knows nothing of the suite, so that the stand-in may use it, too.
"""

from __future__ import annotations

import ast
import hashlib
import importlib
import importlib.util
import re
import sys
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from types import ModuleType
from typing import Final

GROUP: Final = "dial_conformance.checks"
"""The entry points of installed packages with own checks. None is loaded without being named."""

_IS_NAME: Final = re.compile(r"[A-Za-z0-9][\w.-]*", re.ASCII)
_MADE: Final = "own_checks_"
"""How the names of packages begin that are made of folders."""
_NOT_LOADED: Final = ("__init__", "__main__", "conftest", "setup")
_PROOF: Final = re.compile(r"defects(_\w+)?", re.ASCII)


class OwnModuleError(ValueError):
    """Own checks cannot be used; the message is one line and begins with the place."""


@dataclass(frozen=True)
class OwnPackage:
    """Where own checks are.

    Attributes:
        name: What reports call it: the name of the folder, or of the entry point.
        folder: The folder with its modules.
        module: What Python calls the package.
    """

    name: str
    folder: Path
    module: str


def own_package(given: str) -> OwnPackage:
    """Find own checks. A folder comes before an installed package of that name.

    Args:
        given: The path of a folder, or the name of an entry point in `GROUP`.

    Raises:
        OwnModuleError: There is neither.
    """
    path = Path(given)
    if given and path.is_dir():
        folder = path.resolve()
        # a name that no other package has, the same in each process of pytest-xdist
        mark = hashlib.sha256(str(folder).encode()).hexdigest()[:8]
        word = re.sub(r"\W", "_", folder.name)
        return OwnPackage(folder.name, folder, f"{_MADE}{word}_{mark}")
    found = entry_points(group=GROUP, name=given) if _IS_NAME.fullmatch(given) else ()
    for one in found:
        return OwnPackage(given, _folder_of(one), one.module)
    if given and path.is_file():
        raise OwnModuleError(f"{given:.200} is a file: name its folder, {path.parent}")
    known = sorted({one.name for one in entry_points(group=GROUP)})
    installed = f"installed are {', '.join(known)}" if known else "no installed package has checks"
    raise OwnModuleError(f"there is no folder {given!r:.200}, and no package with such checks: {installed}")


def modules_of(package: OwnPackage) -> list[ModuleType]:
    """Import the modules with checks, recipes and facts: all in the folder itself but `defects.py` and `defects_*.py`.

    Raises:
        OwnModuleError: One of them is broken.
    """
    return [_imported(package, name) for name in _names(package) if not _PROOF.fullmatch(name)]


def proof_of(package: OwnPackage) -> list[ModuleType]:
    """Import the modules with defects and sample answers: `defects.py` and `defects_*.py`.

    Raises:
        OwnModuleError: One of them is broken.
    """
    return [_imported(package, name) for name in _names(package) if _PROOF.fullmatch(name)]


def see_folders_below(package: OwnPackage, given: Collection[Path]) -> None:
    """See that no check is in a folder below, which is not read: pytest would collect it where a path is given.

    Args:
        package: The package.
        given: The folders that are read anyway.

    Raises:
        OwnModuleError: One is; the message says where.
    """
    for path in sorted(package.folder.rglob("test_*.py")):
        parents = path.relative_to(package.folder).parts[:-1]
        if not parents or path.parent in given or any(one.startswith(".") for one in parents):
            continue
        for name, line in _decorated(path, lambda words: "requirement" in words):
            where = f"{_shown(path)}:{line}: {name} is in a folder below, which is not read"
            raise OwnModuleError(f"{where}: move it, or give --checks {_shown(path.parent)}, too")


def _see_names(path: Path) -> None:
    """See that nothing that is declared takes the place of another: Python drops the first without a word.

    Raises:
        OwnModuleError: Something does.
    """
    found: dict[str, int] = {}
    for name, line in _decorated(path, lambda words: "overload" not in words):
        if name in found:
            first = f"the place of the first (line {found[name]})"
            raise OwnModuleError(f"{_shown(path)}:{line}: {name} is there a second time, and takes {first}: rename one")
        found[name] = line


def _decorated(path: Path, wanted: Callable[[set[str]], bool]) -> Iterator[tuple[str, int]]:
    """Give the functions of a module whose decorators have such words, and where they begin; none if it is broken."""
    try:
        body = ast.parse(path.read_bytes()).body
    except (OSError, SyntaxError, ValueError, RecursionError):
        return  # to import it says why
    for one in body:
        if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef) and one.decorator_list:
            trees = [tree.func if isinstance(tree, ast.Call) else tree for tree in one.decorator_list]
            words = {tree.attr if isinstance(tree, ast.Attribute) else getattr(tree, "id", "") for tree in trees}
            if wanted(words):
                yield one.name, one.decorator_list[0].lineno


def _folder_of(one: EntryPoint) -> Path:
    """Return where an installed package is; nothing of it is imported.

    Raises:
        OwnModuleError: It is no package.
    """
    try:
        spec = importlib.util.find_spec(one.module)
    except (ImportError, ValueError):
        spec = None
    for place in (spec.submodule_search_locations or ()) if spec is not None else ():
        return Path(place).resolve()
    raise OwnModuleError(f"the entry point {one.name} names {one.module}, which is no package with modules")


def _names(package: OwnPackage) -> Iterator[str]:
    for path in sorted(package.folder.glob("*.py")):
        if path.stem not in _NOT_LOADED:
            yield path.stem


def _imported(package: OwnPackage, name: str) -> ModuleType:
    _see_names(package.folder / f"{name}.py")
    try:
        _make_package(package)
        return importlib.import_module(f"{package.module}.{name}")
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # it is the code of others: SystemExit and pytest.skip come, too
        raise OwnModuleError(_told(error, package.folder, package.folder / f"{name}.py")) from error


def _make_package(package: OwnPackage) -> None:
    """Let the modules of a folder import each other (`from .recipes import ...`), wherever the folder is."""
    if package.module in sys.modules or not package.module.startswith(_MADE):
        return
    begin = package.folder / "__init__.py"
    made = ModuleType(package.module)
    made.__path__ = [str(package.folder)]
    spec = None
    if begin.is_file():
        spec = importlib.util.spec_from_file_location(
            package.module, begin, submodule_search_locations=[str(package.folder)]
        )
        made = made if spec is None else importlib.util.module_from_spec(spec)
    sys.modules[package.module] = made
    if spec is not None and spec.loader is not None:
        try:
            spec.loader.exec_module(made)
        except BaseException:
            del sys.modules[package.module]
            raise


def _told(error: BaseException, folder: Path, module: Path) -> str:
    """Say in one line what is wrong with a module, and at which line of the folder."""
    place, line, words = module, 0, str(error)
    if isinstance(error, SyntaxError) and error.filename:
        place, line, words = Path(error.filename), error.lineno or 0, error.msg
    else:
        trace = error.__traceback__
        while trace is not None:
            path = Path(trace.tb_frame.f_code.co_filename)
            if path.is_relative_to(folder):
                place, line = path, trace.tb_lineno
            trace = trace.tb_next
    where = f"{_shown(place)}:{line}" if line else str(_shown(place))
    return f"{where}: {type(error).__name__}: {' '.join(words.split())[:500]}".removesuffix(": ")


def _shown(path: Path) -> Path:
    """Name a file as a person in this folder would name it."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path
