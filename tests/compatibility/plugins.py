"""The plugins that people have, how each is loaded alone, and what it must do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Plugin:
    """One.

    Attributes:
        package: What is installed.
        loaded: The names by which pytest loads it, and what it needs, where autoload is off.
        arguments: Its own options; FOLDER is the folder of the run.
        writes: What it must write there.
    """

    package: str
    loaded: tuple[str, ...]
    arguments: tuple[str, ...] = ()
    writes: tuple[str, ...] = ()


PLUGINS: Final = (
    Plugin("pytest-asyncio", ("asyncio",)),
    Plugin("pytest-timeout", ("timeout",), ("--timeout=100",)),
    Plugin("pytest-recording", ("recording",), ("--block-network",)),
    Plugin("pytest-rerunfailures", ("rerunfailures",), ("--reruns=2",)),
    Plugin("pytest-html", ("metadata", "html", "html_fixtures"), ("--html=FOLDER/page.html",), ("page.html",)),
    Plugin(
        "pytest-cov", ("pytest_cov",), ("--cov=conformance", "--cov-report=xml:FOLDER/coverage.xml"), ("coverage.xml",)
    ),
    # the seed is fixed, so that a run that fails fails again
    Plugin("pytest-randomly", ("randomly",), ("--randomly-seed=11",)),
    Plugin("pytest-sugar", ("sugar",), ("--force-sugar",)),
    Plugin("pytest-xdist", ("xdist", "xdist.looponfail"), ("-n2",)),
    Plugin(
        "pytest-json-report",
        ("metadata", "pytest_jsonreport"),
        ("--json-report", "--json-report-file=FOLDER/plugin.json"),
        ("plugin.json",),
    ),
    Plugin("allure-pytest", ("allure_pytest",), ("--alluredir=FOLDER/allure",), ("allure/*-result.json",)),
)
ALONE: Final = frozenset({"pytest-cov", "pytest-sugar", "pytest-xdist"})
"""Whose options are not given where all plugins are loaded together.

Coverage takes long. pytest-sugar counts a rerun as a further test, and ends with an IndexError beyond 100 %, with any
test (1.1.1, with pytest-rerunfailures 16.7). Several processes have a row of their own.
"""
