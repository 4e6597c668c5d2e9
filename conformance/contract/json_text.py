"""A value of a JSON document as a reader of reports knows it: `null`, and not the `None` of Python."""

from __future__ import annotations

import json


def json_text(value: object) -> str:
    """Write a value as JSON, as it came over the wire."""
    return json.dumps(value, ensure_ascii=False, default=str)
