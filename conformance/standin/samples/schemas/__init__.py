"""The schemas that the captured deployments publish, where they are long: as data."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any


def published(name: str) -> dict[str, Any]:
    """Return the schema of a deployment.

    Raises:
        FileNotFoundError: There is none of that name.
    """
    schema: dict[str, Any] = json.loads(files(__name__).joinpath(f"{name}.json").read_text("utf-8"))
    return schema
