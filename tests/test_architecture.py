"""The house: imports go down only, files stay small, and what is silenced says why."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.running import ROOT

LONGEST = 300
FOLDERS = ("conformance", "tests", "benchmarks")
FILES = sorted(path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py"))
MODULES = sorted((ROOT / "conformance").rglob("*.py"))

MAY_IMPORT: dict[str, set[str]] = {
    "exchange": set(),
    "verdict": set(),
    "dial": {"exchange"},
    "cases": {"exchange", "dial"},
    "wire": {"exchange", "version"},
    "every_exchange": {"exchange", "dial"},
    "recipe": {"exchange", "dial", "cases", "recipes"},  # it collects them
    "clients": {"exchange", "verdict", "dial"},
    "recipes": {"exchange", "verdict", "dial", "cases", "every_exchange", "recipe", "clients"},
    "requirement": {"checks"},  # it collects them
    "checks": {"exchange", "verdict", "dial", "cases", "every_exchange", "clients", "recipes", "requirement"},
    "settings": {"exchange", "dial", "base_url", "environment", "recording_options"},
    "base_url": set(),
    "combinations": set(),
    "environment": {"suggestions"},
    "signals": set(),
    "suggestions": set(),
    "outputs": set(),
    "recording_options": set(),
    "result": {"verdict"},
    "report": {"exchange", "wire", "verdict", "result", "requirement", "recipe", "costing", "dial"},
    "shard": set(),
    "installed": set(),
    "unknown_options": set(),
    "baseline": {"exchange", "verdict", "result", "wire"},
    "progress": {"dial", "wire"},
    "command": {"exchange", "verdict"},
    "compare": {"exchange", "verdict", "command", "cases", "dial", "result", "report"},
    "merge": {"baseline", "exchange", "verdict", "command", "dial", "result", "report", "shard"},
    "standin": set(),  # it must not get wrong what the suite gets wrong
}
UPWARDS = [
    "settings",
    "caller",
    "manners",
    "costing",
    "outage",
    "resolver",
    "discovery",
    "source",
    "planning",
    "deciding",
    "run",
    "importing",
    "item",
    "session",
    "reporting",
    "baselining",
    "option_hooks",
    "signal_hooks",
    "plugin",
    "proof",
    "__main__",
]
"""What puts the run together; each may import those before it."""

ONLY_IN: dict[str, set[str]] = {
    "pytest": {
        f"{name}.py"
        for name in (
            "item",
            "session",
            "reporting",
            "baselining",
            "option_hooks",
            "signal_hooks",
            "plugin",
            "installed",
            "unknown_options",
            "__main__",
        )
    },
    "_pytest": set(),
    "httpx": {"wire/live.py", "wire/trust.py", "clients/transport.py", "standin/remote.py", "proof/in_process.py"},
    "socket": {"wire/live.py", "wire/blocking.py", "standin/serving.py"},
    "ssl": {"wire/live.py", "wire/trust.py"},
    "httpcore": {"wire/connection.py"},
    "requests": set(),
    "urllib.request": set(),
    "http.client": set(),
    "yaml": {"wire/cassette.py"},
    "vcr": {"wire/cassette.py"},
    "pytest_recording": {"wire/blocking.py"},
    "random": set(),
    "hypothesis": set(),
    "openai": {"clients/openai_client.py"},
    "aidial_client": {"clients/dial_client.py"},
    "tqdm": {"progress.py"},
    "jinja2": {"report/html.py"},
    "aidial_sdk": {f"standin/samples/{path.name}" for path in (ROOT / "conformance/standin/samples").glob("*.py")},
}


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


def imported(path: Path) -> Iterator[str]:
    """The modules that a file imports, wherever in it."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{named(path)}: a relative import"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def house(module: str) -> str:
    """The part of the house to which a module or a name in it belongs."""
    part = module.split(".")[1]
    return "version" if part == "__version__" else part


def part_of(path: Path) -> str:
    return path.relative_to(ROOT / "conformance").with_suffix("").parts[0]


def used_by(path: Path) -> set[str]:
    """The other parts of the house that a file imports."""
    own = {house(name) for name in imported(path) if name.startswith("conformance.")}
    return own - {part_of(path)}


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_imports_go_down_only(path: Path) -> None:
    part = part_of(path)
    if part == "__init__":
        assert used_by(path) == set()
    elif part in UPWARDS:
        assert used_by(path) & set(UPWARDS[UPWARDS.index(part) :]) == set()
        assert part == "run" or used_by(path) & {"checks", "recipes"} == set()
    else:
        assert part in MAY_IMPORT, f"{part} has no place in the house yet"
        assert used_by(path) <= MAY_IMPORT[part]


@pytest.mark.parametrize("library", ONLY_IN)
def test_library_is_used_in_its_place_alone(library: str) -> None:
    users = {
        str(path.relative_to(ROOT / "conformance"))
        for path in MODULES
        if any(f"{name}.".startswith(f"{library}.") for name in imported(path))
    }
    assert users <= ONLY_IN[library]


@pytest.mark.parametrize("path", FILES, ids=named)
def test_file_is_short(path: Path) -> None:
    lines = len(path.read_text().splitlines())
    assert lines <= LONGEST


@pytest.mark.parametrize("path", sorted((ROOT / "conformance" / "checks").glob("*.py")), ids=named)
def test_every_assertion_of_a_check_says_why(path: Path) -> None:
    silent = [node.lineno for node in ast.walk(tree(path)) if isinstance(node, ast.Assert) and node.msg is None]
    assert silent == []


@pytest.mark.parametrize("path", FILES, ids=named)
def test_what_is_silenced_says_why(path: Path) -> None:
    comments = [
        token.string
        for token in tokenize.generate_tokens(io.StringIO(path.read_text()).readline)
        if token.type == tokenize.COMMENT and re.search(r"#\s*(noqa|type:\s*ignore)", token.string)
    ]
    reason = re.compile(r"# (noqa: [A-Z]+\d+(, [A-Z]+\d+)*|type: ignore\[[a-z, -]+\]) +(-|#) \S+")
    assert [comment for comment in comments if not reason.match(comment)] == []
