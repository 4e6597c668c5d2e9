"""The layers: imports go down only, and what is silenced says why."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Sequence
from fnmatch import fnmatchcase
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from tests.mistakes import assertions_without_message
from tests.running import ROOT

FOLDERS = ("conformance", "tests", "benchmarks")
FILES = sorted(path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py"))
MODULES = sorted((ROOT / "conformance").rglob("*.py"))
MOST_FOLDERS = 13

LAYERS: dict[str, set[str]] = {
    "contract/own_modules": set(),  # it finds the modules of others, and knows nothing of what is in them
    "contract": set(),
    "dial": {"contract"},
    "cases": {"contract", "dial"},
    "wire": {"contract"},
    "recipes": {"contract", "dial", "cases"},
    "checks": {"contract", "dial", "recipes"},
    "run": {"contract", "contract/own_modules", "dial", "cases", "wire", "recipes", "checks"},
    "reports": {"contract", "dial", "wire", "run", "standin"},
    "compare": {"contract", "dial", "cases", "run", "reports"},
    "merge": {"contract", "dial", "run", "reports"},
    "plugin": {"contract", "run", "reports"},
    "standin": {"contract/own_modules"},  # it must not get wrong what the suite gets wrong
    "standin/proof": {"contract", "wire", "run", "plugin", "standin"},
    "own": {"contract", "recipes", "standin"},
    "__main__": {"run", "reports"},
}
"""What each folder may import; docs/architecture.md draws it."""

ONLY_IN: dict[str, set[str]] = {
    "pytest": {"plugin/*.py", "__main__.py"},
    "_pytest": set(),
    "httpx": {
        "wire/live/arriving.py",
        "wire/live/http.py",
        "wire/live/trust.py",
        "recipes/official_clients/transport.py",
        "standin/core/remote.py",
        "standin/proof/in_process.py",
    },
    "socket": {"wire/live/http.py", "wire/live/arriving.py", "wire/blocking.py", "standin/core/serving.py"},
    "ssl": {"wire/live/http.py", "wire/live/arriving.py", "wire/live/trust.py"},
    "httpcore": {"wire/live/connection.py", "standin/proof/in_process.py"},
    "requests": set(),
    "urllib.request": set(),
    "http.client": set(),
    "yaml": {"wire/cassettes/file.py"},
    "vcr": {"wire/cassettes/file.py"},
    "pytest_recording": {"wire/blocking.py"},
    "random": set(),
    "hypothesis": {"cases/exploring/*.py"},
    "openai": {"recipes/official_clients/openai_client.py"},
    "aidial_client": {"recipes/official_clients/dial_client.py"},
    "tqdm": {"reports/progress.py"},
    "jinja2": {"reports/html.py"},
    "aidial_sdk": {"standin/samples/*.py"},
}


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


@cache
def imported(path: Path) -> Sequence[str]:
    """The modules that a file imports, wherever in it."""
    found: list[str] = []
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{named(path)}: a relative import"
            found += [f"{node.module}.{alias.name}" for alias in node.names]
    return found


def layer(parts: tuple[str, ...]) -> str:
    """The layer of a module, by the parts of its name or path below the package."""
    return "/".join(parts[:2]) if "/".join(parts[:2]) in LAYERS else parts[0]


def layers_used_by(path: Path) -> set[str]:
    """The other layers that a file imports."""
    names = (name.split(".")[1:] for name in imported(path) if name.startswith("conformance."))
    return {layer(tuple(parts)) for parts in names if parts != ["__version__"]} - {layer_of(path)}


def layer_of(path: Path) -> str:
    return layer(path.relative_to(ROOT / "conformance").with_suffix("").parts)


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_imports_go_down_only(path: Path) -> None:
    own = layer_of(path)
    if own == "__init__":
        assert layers_used_by(path) == {
            "reports"
        }  # in a function; tests/test_in_python.py sees that it is not at import
        return
    assert own in LAYERS, f"{own} is no layer yet"
    assert layers_used_by(path) <= LAYERS[own]


def test_layers_are_no_circle() -> None:
    assert list(TopologicalSorter(LAYERS).static_order())


def test_the_package_shows_few_folders() -> None:
    shown = {path.name for path in (ROOT / "conformance").iterdir()} - {"__init__.py", "py.typed", "__pycache__"}
    files = {name for name in shown if (ROOT / "conformance" / name).is_file()}
    assert files == {"__main__.py"}
    assert len(shown - files) <= MOST_FOLDERS


@pytest.mark.parametrize("library", ONLY_IN)
def test_library_is_used_in_its_place_alone(library: str) -> None:
    users = {
        str(path.relative_to(ROOT / "conformance"))
        for path in MODULES
        if any(f"{name}.".startswith(f"{library}.") for name in imported(path))
    }
    assert {user for user in users if not any(fnmatchcase(user, allowed) for allowed in ONLY_IN[library])} == set()


@pytest.mark.parametrize("path", sorted((ROOT / "conformance" / "checks").glob("*.py")), ids=named)
def test_every_assertion_of_a_check_says_why(path: Path) -> None:
    silent = assertions_without_message(path)
    if silent:
        pytest.fail("\n".join(silent), pytrace=False)


@pytest.mark.parametrize("path", FILES, ids=named)
def test_what_is_silenced_says_why(path: Path) -> None:
    comments = [
        token.string
        for token in tokenize.generate_tokens(io.StringIO(path.read_text()).readline)
        if token.type == tokenize.COMMENT and re.search(r"#\s*(noqa|type:\s*ignore)", token.string)
    ]
    reason = re.compile(r"# (noqa: [A-Z]+\d+(, [A-Z]+\d+)*|type: ignore\[[a-z, -]+\]) +(-|#) \S+")
    assert [comment for comment in comments if not reason.match(comment)] == []
