"""Reads what stands behind an option. Each reader takes where the text was given, and the text.

A reader raises a ValueError with one line: what is wrong, where, and what to give instead.
"""

from __future__ import annotations

import math
import re
from decimal import Decimal
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from conformance.contract.exchange import printable
from conformance.contract.frozen_contract import NEXT, frozen_names
from conformance.contract.own_modules import OwnModuleError, own_package
from conformance.dial.version import parse_version
from conformance.run.shard import Shard

_WHOLE: Final = re.compile(r"\d{1,12}", re.ASCII)
_DOLLARS: Final = re.compile(r"\d{1,12}(\.\d{1,12})?", re.ASCII)
_HOST: Final = re.compile(r"[a-z0-9._:-]+", re.ASCII)
_USUAL_PORTS: Final = {"http": 80, "https": 443}
_IN_NO_NAME: Final = re.compile(r"[\s\x00-\x1f\x7f\ud800-\udfff]")


def as_given(origin: str, text: str) -> str:
    """Return the text itself."""
    del origin
    return text


def folder(origin: str, text: str) -> Path:
    """Read the path of a folder, which need not be there yet."""
    if not text:
        raise ValueError(f"{origin} is empty: give a folder, or leave it out")
    return Path(text)


def file(origin: str, text: str) -> Path:
    """Read the path of a file, which need not be there yet."""
    if not text:
        raise ValueError(f"{origin} is empty: give a file, or leave it out")
    return Path(text)


def count_from_one(origin: str, text: str) -> int:
    """Read a whole number above 0."""
    number = int(text) if _WHOLE.fullmatch(text) else 0
    if number < 1:
        raise _wrong(origin, text, "give a whole number above 0")
    return number


def count_from_zero(origin: str, text: str) -> int:
    """Read 0 or a whole number above it."""
    if not _WHOLE.fullmatch(text):
        raise _wrong(origin, text, "give 0 or a whole number above it")
    return int(text)


def seconds_above_zero(origin: str, text: str) -> float:
    """Read a number of seconds above 0."""
    seconds = _number(text)
    if not 0 < seconds < math.inf:
        raise _wrong(origin, text, "give a number of seconds above 0")
    return seconds


def seconds_from_zero(origin: str, text: str) -> float:
    """Read 0 or a number of seconds above it."""
    seconds = _number(text)
    if not 0 <= seconds < math.inf:
        raise _wrong(origin, text, "give 0 or a number of seconds above it")
    return seconds


def dollars(origin: str, text: str) -> Decimal:
    """Read an amount in USD."""
    if not _DOLLARS.fullmatch(text):
        raise _wrong(origin, text, "give an amount in USD, such as 0.50")
    return Decimal(text)


def core_version(origin: str, text: str) -> str:
    """Read a version of DIAL Core."""
    if parse_version(text) is None:
        raise _wrong(origin, text, "give a version of DIAL Core, such as 0.25")
    return text


def is_contract_file(text: str) -> bool:
    """Tell whether the path of a contract is meant, and not a name."""
    return text.endswith(".json") or "/" in text


def contract(origin: str, text: str) -> str:
    """Read the name of a frozen contract, or the path of a file with one, which is read later."""
    if text == NEXT or text in frozen_names():
        return text
    if is_contract_file(text):
        return text
    known = ", ".join(reversed(frozen_names()))
    raise _wrong(origin, text, f"there is no such contract: give {known} or {NEXT}, or the path of a file (.json)")


def shard(origin: str, text: str) -> Shard:
    """Read which part of how many."""
    try:
        return Shard.read(text)
    except ValueError as error:
        raise _wrong(origin, text, str(error)) from None


def web_origin(origin: str, text: str) -> str:
    """Read the origin of a web page as a browser sends it: scheme and host, and the port if it is not the usual one."""
    advice = "give an origin without a path, such as https://chat.example.com"
    try:
        parts = urlsplit(text)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise _wrong(origin, text, advice) from None
    scheme = parts.scheme.lower()
    if scheme not in _USUAL_PORTS or not host or not _HOST.fullmatch(host) or "@" in parts.netloc:
        raise _wrong(origin, text, advice)
    if parts.path not in ("", "/") or parts.query or parts.fragment:
        raise _wrong(origin, text, advice)
    literal = f"[{host}]" if ":" in host else host
    return f"{scheme}://{literal}" + (f":{port}" if port not in (None, _USUAL_PORTS[scheme]) else "")


def checks(origin: str, text: str) -> tuple[str, ...]:
    """Read where own checks are: a folder, or the name of an installed package with such."""
    try:
        package = own_package(text)
    except OwnModuleError as error:
        raise ValueError(f"{origin}: {error}") from None
    return (str(package.folder) if Path(text).is_dir() else package.name,)


def requirement_ids(origin: str, text: str) -> tuple[str, ...]:
    """Read ids of requirements and globs of them, with commas between; which there are is known only to a run."""
    del origin
    return tuple(filter(None, text.split(","))) or (text,)


def deployment_name(origin: str, text: str) -> str:
    """Read the name of a deployment."""
    if not text:
        raise ValueError(f"{origin} is empty: give the name of a deployment, or leave it out")
    if _IN_NO_NAME.search(text):
        raise ValueError(f"{origin}={text!r} is no name of a deployment: a name has no space and no control character")
    return text


def deployment_names(origin: str, text: str) -> tuple[str, ...]:
    """Read the name of a deployment, or a glob, for an option that may be given again."""
    return (deployment_name(origin, text),)


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return math.nan


def _wrong(origin: str, text: str, advice: str) -> ValueError:
    return ValueError(f"{origin}={printable(text)}: {advice}")
