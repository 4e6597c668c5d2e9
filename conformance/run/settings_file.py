"""The settings that stand in `dial-conformance.toml`, or in the table `tool.dial-conformance` of `pyproject.toml`.

What it says is filled into the options that were not given, so that all of the suite sees one set of options, and the
processes of pytest-xdist too. An option comes first, then a variable of the environment, then the file.
"""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from conformance.contract.exchange import printable
from conformance.contract.profile import PROFILES
from conformance.run import option_values
from conformance.run.environment import read_variables
from conformance.run.option_conflicts import is_run
from conformance.run.options import OPTIONS, Group, Idle, In, Option
from conformance.run.settings_schema import ANY, DEPLOYMENTS, ENVIRONMENTS, in_file, schema
from conformance.run.suggestions import close_to, did_you_mean

if TYPE_CHECKING:
    from jsonschema import ValidationError

NAME: Final = "dial-conformance.toml"
VARIABLE: Final = "DIAL_ENVIRONMENT"

_PROJECT: Final = "pyproject.toml"
_TABLE: Final = "dial-conformance"
_PATHS: Final = ("FILE", "DIR")
_WILDCARDS: Final = frozenset("*?[")
_SECRET: Final = ("key", "token", "secret", "password", "header")


def fill_in(given: Namespace, environment: Mapping[str, str], folder: Path) -> None:
    """Fill into the options what the file says and nobody else does.

    Args:
        given: All options of the session, each as it stood on the command line. They are changed. `settings_from` is
            then what a reader should know of it, or None if there is no file.
        environment: The environment. A replay takes nothing from it.
        folder: Where the file is looked for, if no option names it.

    Raises:
        ValueError: The file cannot be used; one line says what is wrong, where and what to do.
    """
    given.settings_from = None
    found = _file(given, folder)
    variables = dict(read_variables(environment, folder / ".env").values) if given.live else {}
    name = given.dial_environment or variables.get(VARIABLE)
    if found is None:
        if name:
            by = "--dial-environment" if given.dial_environment else VARIABLE
            raise ValueError(f"{by}={printable(name)} fits nothing: there is no {NAME} in {printable(str(folder))}")
        return
    place, document = found
    _check(place, document)
    values = _of_environment(place, document, name)
    texts = {key: _texts(place, key, values) for key in values if key != DEPLOYMENTS}
    named = _deployments(place, values.get(DEPLOYMENTS, {}))
    given.settings_from = f"settings of {place}" + (f", environment {name}" if name else "")
    for key, option in in_file().items():
        if texts.get(key) and not _is_given(given, option, variables) and not _does_nothing(option, given):
            setattr(given, option.name, _as_given(option, texts[key], _folder(given, folder)))
    if given.live:
        _name_deployments(given, variables, named)


def _file(given: Namespace, folder: Path) -> tuple[str, dict[str, Any]] | None:
    """Return how the file is called, and what it has."""
    if given.settings is not None:
        if not given.settings:
            raise ValueError("--settings is empty: give a file, or leave it out")
        path = Path(given.settings)
        document = _read(path)
        return (str(path), document) if path.name != _PROJECT else (str(path), _table(document) or {})
    own = _read(folder / NAME) if (folder / NAME).exists() else None
    project = folder / _PROJECT
    of_project = _table(_read(project)) if project.is_file() and _TABLE in _text(project) else None
    if own is not None and of_project is not None:
        raise ValueError(f"both {NAME} and [tool.{_TABLE}] of {_PROJECT} have settings: keep one of them")
    if own is not None:
        return NAME, own
    return None if of_project is None else (f"[tool.{_TABLE}] of {_PROJECT}", of_project)


def _folder(given: Namespace, folder: Path) -> Path:
    return folder if given.settings is None else Path(given.settings).parent


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "it is no text in UTF-8"
        raise ValueError(f"{printable(str(path))} cannot be read: {why}") from None


def _read(path: Path) -> dict[str, Any]:
    import tomllib  # noqa: PLC0415 - only who has a file pays for it

    try:
        return tomllib.loads(_text(path))
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        why = printable(str(error)) if isinstance(error, ValueError) else "nested too deep"
        raise ValueError(f"{printable(str(path))} is no TOML: {why}") from None


def _table(document: Mapping[str, Any]) -> dict[str, Any] | None:
    tools = document.get("tool")
    found = tools.get(_TABLE) if isinstance(tools, dict) else None
    if found is not None and not isinstance(found, dict):
        raise ValueError(f"{_PROJECT}: tool.{_TABLE} is no table: write [tool.{_TABLE}] and the settings below it")
    return found


def _check(place: str, document: dict[str, Any]) -> None:
    """See that the file is as its JSON Schema says.

    Raises:
        ValueError: It is not; the first thing that is wrong.
    """
    from jsonschema import Draft202012Validator  # noqa: PLC0415 - only who has a file pays for it

    for error in Draft202012Validator(schema()).iter_errors(document):
        raise ValueError(f"{place}: {_told(error)}")


def _told(error: ValidationError) -> str:
    at = [str(one) for one in error.absolute_path]
    wanted: dict[str, Any] = error.schema if isinstance(error.schema, dict) else {}
    if error.validator == "additionalProperties":
        present: Any = error.instance
        known = [*wanted["properties"]]
        unknown = next(str(one) for one in present if one not in known)
        shown = printable(".".join([*at, unknown]))
        meant = close_to(unknown, known)
        if not meant and any(one in unknown.lower() for one in _SECRET):
            return f"{shown} is not known: keys, tokens and headers come from variables of the environment only"
        return f"{shown} is not known{did_you_mean(meant)}"
    shown = printable(".".join(at)) or "the file"
    if DEPLOYMENTS in at[:-1] and isinstance(error.instance, dict):
        return f"{shown} is a table: a name with a dot goes in quotes"
    return f"{shown}: give {_wanted(wanted)}"


def _wanted(wanted: Mapping[str, Any]) -> str:
    if "enum" in wanted:
        return " or ".join(f'"{one}"' for one in wanted["enum"])
    least = wanted.get("minimum")
    return {
        "boolean": "true or false",
        "integer": f"a whole number from {least} on",
        "number": "a number above 0" if least is None else f"a number from {least} on",
        "array": "a list of texts",
        "object": "a table",
    }.get(str(wanted.get("type")), "a text in quotes that is not empty")


def _of_environment(place: str, document: Mapping[str, Any], name: str | None) -> dict[str, Any]:
    """Return the settings that hold in an environment; None for those that stand outside of all."""
    values = {key: value for key, value in document.items() if key != ENVIRONMENTS}
    if not name:
        return values
    known = document.get(ENVIRONMENTS, {})
    if name not in known:
        meant = did_you_mean(close_to(name, known)) or f": it has {', '.join(map(printable, known)) or 'none'}"
        raise ValueError(f"{place} has no environment {printable(name)}{meant}")
    return {**values, **known[name]}


def _texts(place: str, key: str, values: Mapping[str, Any]) -> list[str]:
    """Write a value as on a command line, once it was seen that it can be one; nothing for a switch that is off.

    Raises:
        ValueError: It cannot.
    """
    option, value = in_file()[key], values[key]
    if option.switch:
        return [key] if value else []
    texts = [str(one) for one in (value if isinstance(value, list) else [value])]
    for one in texts:
        option.read(f"{place}: {key}", one)
    return texts


def _as_given(option: Option, texts: list[str], folder: Path) -> Any:
    if option.switch:
        return True
    is_path = option.metavar in _PATHS or (option.field == "contract" and option_values.is_contract_file(texts[0]))
    if is_path and folder.resolve() != Path.cwd():
        texts = [str(folder / one) for one in texts]  # as in other files of settings: relative to the file
    return texts if option.repeatable else texts[0]


def _is_given(given: Namespace, option: Option, variables: Mapping[str, str]) -> bool:
    value = getattr(given, option.name, None)
    return value not in (None, False, []) or (option.variable is not None and option.variable in variables)


def _does_nothing(option: Option, given: Namespace) -> bool:
    """Tell whether an option is about another kind of run: the same file is for all of them."""
    if is_run(In.REPLAY, given) and option.group in (Group.ASKING, Group.COST):
        return True
    if given.live and option.group is Group.RECORDING and getattr(given, "record_mode", None) in (None, "none"):
        return True
    idle: tuple[Idle, ...] = option.idle
    return any(is_run(one.where, given) for one in idle)


def _deployments(place: str, named: Mapping[str, str]) -> dict[str, str]:
    """Return what each deployment is, once it was seen that they can be that.

    Raises:
        ValueError: They cannot.
    """
    taken: dict[str, str] = {}
    reader = next(one.read for one in OPTIONS if one.flag == "--dial-deployment")
    for name, kind in named.items():
        reader(f"{place}: {DEPLOYMENTS}", name)
        if kind == ANY:
            continue
        if _WILDCARDS & {*name}:
            raise ValueError(f"{place}: {DEPLOYMENTS}: {printable(name)} is a glob: only one deployment is {kind}")
        if kind in taken:
            both = f"{printable(taken[kind])} and {printable(name)}"
            raise ValueError(f"{place}: {DEPLOYMENTS}: {both} are both {kind}: a run checks one; name one of them any")
        taken[kind] = name
    return dict(named)


def _name_deployments(given: Namespace, variables: Mapping[str, str], named: Mapping[str, str]) -> None:
    """Name the deployments of the file, if nobody else names any; else only say what those are that were named."""
    profiles = {one.name: one for one in PROFILES}
    options = {one.flag: one for one in OPTIONS if one.flag in {profile.flag for profile in PROFILES}}
    chosen = [*(given.dial_deployment or [])]
    by_others = bool(chosen) or any(_is_given(given, one, variables) for one in options.values())
    others = []
    for name, kind in named.items():
        if by_others and name not in chosen:
            continue
        option = options[profiles[kind].flag] if kind in profiles else None
        if option is None:
            others.append(name)
        elif not _is_given(given, option, variables):
            setattr(given, option.name, name)
    if not by_others and others:
        given.dial_deployment = others
