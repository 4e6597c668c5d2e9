"""A set of as many deployments as are wanted: the cassettes of a recorded one, under other names."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from conformance.contract.exchange import Exchange
from conformance.wire.cassettes.file import read_cassette, write_cassette
from conformance.wire.cassettes.folder import META, dump_meta, read_meta
from tests.running import CORE_25

ORIGINAL: Final = "buttons"
"""A small one with a configuration, so that it has cases: 149 checks."""
_REPRESENTATIVE: Final = "dall-e-3"
_NAME = re.compile(rf'(?<!"dial:widget":"){ORIGINAL}')
_ENCODED_NAME = f"%{ord(ORIGINAL[0]):02x}{ORIGINAL[1:]}"


def copied_set(folder: Path, count: int) -> Sequence[str]:
    """Make a set with so many copies of a deployment, and return their names.

    The names are as long as that of the original, so that lengths and chunks of bodies stay what they are. What is
    asked once per DIAL is asked of the representative of the recorded set, which is not among those under test.
    """
    names = [f"{ORIGINAL[0]}{number:0{len(ORIGINAL) - 1}}" for number in range(count)]
    originals = {path.name: path.read_text() for path in (CORE_25 / ORIGINAL).glob("*.yaml")}
    for name in names:
        (folder / name).mkdir(parents=True)
        for file, text in originals.items():
            (folder / name / file).write_text(_renamed(text, name))
    for kept in ("_instance", _REPRESENTATIVE):
        shutil.copytree(CORE_25 / kept, folder / kept)
    for path in [*(folder / "_instance").glob("*.yaml")]:
        exchange = read_cassette(path, path.stem)
        if ORIGINAL in path.name:
            for name in names:
                path.with_name(path.name.replace(ORIGINAL, name)).write_text(_renamed(path.read_text(), name))
            path.unlink()
        elif f'"id":"{ORIGINAL}"'.encode() in exchange.answer.body:
            path.write_bytes(write_cassette(_listing(exchange, names)))
    meta = read_meta(CORE_25)
    missing = [one for one in meta.never_recorded if one.startswith(f"{ORIGINAL}/")]
    of_others = [one for one in meta.never_recorded if one.startswith(("_instance/", f"{_REPRESENTATIVE}/"))]
    meta = replace(
        meta,
        deployments=(_REPRESENTATIVE, *names),
        never_recorded=(*of_others, *(_renamed(one, name) for name in names for one in missing)),
    )
    (folder / META).write_bytes(dump_meta(meta))
    return names


def _renamed(text: str, name: str) -> str:
    return _NAME.sub(name, text.replace(_ENCODED_NAME, f"{_ENCODED_NAME[:3]}{name[1:]}"))


def _listing(exchange: Exchange, names: Sequence[str]) -> Exchange:
    """Replace the original in a listing by its copies."""
    document = json.loads(exchange.answer.body)
    elements: list[dict[str, Any]] = []
    for element in document["data"]:
        text = json.dumps(element)
        elements += [json.loads(_renamed(text, name)) for name in names] if element["id"] == ORIGINAL else [element]
    body = json.dumps({**document, "data": elements}, separators=(",", ":")).encode()
    headers = tuple(
        (name, str(len(body)) if name.lower() == "content-length" else value) for name, value in exchange.answer.headers
    )
    return replace(exchange, answer=replace(exchange.answer, headers=headers, body=body, chunks=((0.0, len(body)),)))
