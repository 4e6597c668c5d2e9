"""The script of the page: it searches, and the page works without it."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from markupsafe import Markup


@dataclass(frozen=True)
class Script:
    """A script, and the hash by which the page's Content-Security-Policy allows it and no other."""

    text: Markup
    hash: str


@cache
def script() -> Script:
    """Return the script of the page."""
    text = files("conformance.reports.page").joinpath("page.js").read_text("utf-8")
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return Script(Markup(text), f"sha256-{digest}")  # noqa: S704 - a file of the suite
