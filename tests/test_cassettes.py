"""The committed sets: readable, and free of what is nobody's business."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from conformance.contract.deployment import Deployment
from conformance.contract.recipe import Node
from conformance.wire.cassettes.file import load_yaml, read_cassette, write_cassette
from conformance.wire.cassettes.folder import read_meta
from conformance.wire.redaction import Redaction
from tests.running import CASSETTES

KEYS = {"$DIAL_API_KEY": "ground-truth-key-1", "$DIAL_API_KEY_2": "ground-truth-key-2"}
ADDRESSES = ("http://127.0.0.1:8091", "http://127.0.0.1:8092", "http://localhost:8091", "http://localhost:8092")
SETS = sorted(path.parent for path in CASSETTES.glob("*/meta.yaml"))
HIDDEN = re.compile(rb"ground-truth-key|127\.0\.0\.1|localhost|(?i:\bhost:)|/(?:home|root|Users)/")


def leaves(document: Any) -> Iterator[str | bytes]:
    """Every text of a document, names of fields too."""
    if isinstance(document, dict):
        for name, value in document.items():
            yield from leaves(name)
            yield from leaves(value)
    elif isinstance(document, list):
        for value in document:
            yield from leaves(value)
    elif isinstance(document, str | bytes):
        yield document


@pytest.mark.parametrize("folder", SETS, ids=lambda folder: folder.name)
def test_no_secret_in_any_encoding(folder: Path) -> None:
    searches = [Redaction(KEYS, url) for url in ADDRESSES]
    places: dict[str | bytes, Path] = {}  # of 37,000 leaves 2,000 differ: most cassettes have the same headers
    for path in sorted(folder.rglob("*.yaml")):
        for leaf in leaves(load_yaml(path)):
            places.setdefault(leaf, path.relative_to(folder))
    found = {
        f"{path} holds {leak}"
        for leaf, path in places.items()
        for search in searches
        if (leak := search.leak(leaf)) is not None
    }
    assert found == set()


@pytest.mark.parametrize("folder", SETS, ids=lambda folder: folder.name)
def test_no_secret_in_plain_sight(folder: Path) -> None:
    found = {
        (str(path.relative_to(folder)), hit[0]) for path in _files(folder) if (hit := HIDDEN.search(path.read_bytes()))
    }
    assert found == set()


@pytest.mark.parametrize("folder", SETS, ids=lambda folder: folder.name)
def test_set_holds_cassettes_and_nothing_else(folder: Path) -> None:
    meta = read_meta(folder)
    folders = {Node("accepted", Deployment(name)).name.partition("/")[0] for name in meta.deployments}
    assert {path.suffix for path in _files(folder)} == {".yaml"}
    assert {path.name for path in folder.iterdir() if path.is_dir()} == {"_instance", *folders}
    assert meta.dalle3 in meta.deployments
    assert meta.core.startswith(folder.name.removeprefix("dial-core-").removesuffix("-more"))
    assert meta.other_key


@pytest.mark.parametrize("folder", SETS, ids=lambda folder: folder.name)
def test_cassette_is_written_as_the_suite_writes_it(folder: Path) -> None:
    for path in sorted(folder.glob("*/*.yaml")):
        name = str(path.relative_to(folder).with_suffix(""))
        assert path.read_bytes() == write_cassette(read_cassette(path, name)), name


def test_no_model_answered_no_capture() -> None:
    asked = [path for folder in SETS for path in sorted(folder.glob("dall-e-3/*.yaml"))]
    assert asked
    assert [path.name for path in asked if b"no capture" in path.read_bytes()] == []


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())
