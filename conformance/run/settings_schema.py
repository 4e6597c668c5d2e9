"""The JSON Schema of a file of settings: `python -m conformance.run.settings_schema docs/settings.schema.json`."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from conformance.contract.profile import PROFILES
from conformance.run import option_values
from conformance.run.options import OPTIONS, Option

DEPLOYMENTS: Final = "deployments"
ENVIRONMENTS: Final = "environments"
ANY: Final = "any"
"""What a deployment is that is checked for what it claims."""

ONLY_GIVEN: Final = frozenset(
    {"--live", "--plan", "--write-baseline", "--settings", "--environment", "--dial-deployment"}
    | {one.flag for one in PROFILES}
)
"""Options that no file has: those that say what kind of run it is, and those for which `deployments` stands."""

_TYPES: Final[Mapping[Callable[[str, str], Any], Mapping[str, Any]]] = {
    option_values.count_from_one: {"type": "integer", "minimum": 1},
    option_values.count_from_zero: {"type": "integer", "minimum": 0},
    option_values.seconds_above_zero: {"type": "number", "exclusiveMinimum": 0},
    option_values.seconds_from_zero: {"type": "number", "minimum": 0},
    option_values.dollars: {"type": "number", "minimum": 0},
}


def key_of(option: Option) -> str:
    """Return what an option is called in the file: `budget-usd`."""
    return option.flag.removeprefix("--")


def in_file() -> dict[str, Option]:
    """Return the options that a file may have, by their keys."""
    return {key_of(one): one for one in OPTIONS if one.flag not in ONLY_GIVEN}


def schema() -> dict[str, Any]:
    """Return the JSON Schema of the file."""
    environment = {
        "type": "object",
        "description": "what holds in this environment; it comes before what stands outside",
        "additionalProperties": False,
        "properties": _properties(),
    }
    environments = {
        "type": "object",
        "description": "settings of single environments, by name; --environment chooses one",
        "additionalProperties": environment,
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "dial-conformance.toml",
        "description": "What dial-conformance.toml has, or the table tool.dial-conformance of pyproject.toml.",
        "type": "object",
        "additionalProperties": False,
        "properties": {**_properties(), ENVIRONMENTS: environments},
    }


def _properties() -> dict[str, Any]:
    kinds = [ANY, *(one.name for one in PROFILES)]
    deployments = {
        "type": "object",
        "description": "the deployments to check, by name or glob, each with what it is",
        "additionalProperties": {"enum": kinds},
    }
    options = {key: {"description": one.help, **_type(one)} for key, one in in_file().items()}
    return {DEPLOYMENTS: deployments, **options}


def _type(option: Option) -> dict[str, Any]:
    if option.switch:
        return {"type": "boolean"}
    if option.choices:
        return {"enum": list(option.choices)}
    if option.repeatable:
        return {"type": "array", "items": {"type": "string", "minLength": 1}}
    return dict(_TYPES.get(option.read, {"type": "string", "minLength": 1}))


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(json.dumps(schema(), indent=2) + "\n", encoding="utf-8")
