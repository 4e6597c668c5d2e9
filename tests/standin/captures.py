"""The exchanges captured from real DIAL Cores, as they are kept in tests/wire."""

from __future__ import annotations

import base64
import json
import lzma
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from conformance.standin.core.http import IncomingRequest, Response

KEYS = ("ground-truth-key-1", "ground-truth-key-2")
"""With which the captures were made; they open nothing."""
UNKNOWN_KEY = "wrong-key-000"
"""The one with which refusals were captured."""

MORE = "-more"
"""Ends the name of a set that was captured of another installation, with more deployments behind the same Core."""
SETS = ("0.25", "0.18", "0.25-more", "0.18-more")
"""The sets of captures, each of one installation of the Core it is named by."""

WIRE = Path(__file__).parents[1] / "wire"
LARGEST = 64 * 1024 * 1024

_DEPLOYMENT = re.compile(
    r"/(?:openai|v1)/(?:deployments|models|applications)/(.+?)"
    r"(?:/(?:chat/completions|embeddings|configuration|limits|tokenize|truncate_prompt))?"
)


@dataclass(frozen=True)
class Capture:
    """What a real Core answered to a request.

    Attributes:
        name: What it is called.
        request: What was asked.
        response: What was answered.
        chunks: (seconds since the request, bytes) of a body that came in pieces.
    """

    name: str
    request: IncomingRequest
    response: Response
    chunks: tuple[tuple[float, int], ...] = ()

    @property
    def group(self) -> str:
        """What it was captured for: the first word of its name."""
        return self.name.partition("-")[0]

    @property
    def deployment(self) -> str:
        """The deployment that it asks for, as the path has it; empty if it asks for none."""
        found = _DEPLOYMENT.fullmatch(self.request.path)
        return found[1] if found else ""


@cache
def captures(core: str) -> tuple[Capture, ...]:
    """Read one of `SETS`: what that Core answered, in the order in which it was asked."""
    with lzma.open(WIRE / f"dial-core-{core}.jsonl.xz") as file:
        return tuple(_capture(json.loads(line)) for line in file.read(LARGEST).splitlines())


def of_any_installation(core: str) -> tuple[Capture, ...]:
    """Return those captures of the other installation of a Core that say nothing of it.

    That is what Core refuses because it does not know the caller, and what it answers to a preflight: the same words
    whatever the path, the deployments and the buckets are (dial-api 1.1, 1.3).
    """
    others = captures(core + MORE)
    return tuple(one for one in others if one.response.status == 401 or one.request.method == "OPTIONS")


def _capture(line: Any) -> Capture:
    asked, told = line["request"], line["response"]
    request = IncomingRequest(asked["method"], asked["path"], tuple(asked["headers"].items()), _body_of(asked))
    headers = tuple((name, value) for name, value in told["headers"])
    body = base64.b64decode(told["base64"]) if told.get("base64") else told.get("text", "").encode()
    chunks = tuple((seconds, size) for seconds, size in told.get("chunks") or ())
    return Capture(line["name"], request, Response(told["status"], headers, body), chunks)


def _body_of(asked: Any) -> bytes:
    if "json" in asked:
        return json.dumps(asked["json"]).encode()
    return str(asked.get("text") or "").encode()
