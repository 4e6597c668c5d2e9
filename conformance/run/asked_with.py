"""With which options a run asks: what decides that, as a report tells it, so that two reports can be held together."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from conformance.contract.exchange import API_KEY
from conformance.contract.own_modules import own_package
from conformance.run.options import CREDENTIALS, OPTIONS, Option
from conformance.run.settings import Settings

_WITHOUT_VALUE: Final = ("origin",)
"""Fields that a report is silent about, as it names what stands for them in requests."""


def asked_with(settings: Settings) -> tuple[str, ...]:
    """Return the options that decide what is asked, as one would write them, sorted; what was not given is left out.

    Of a file or a folder only its own name is told, as its path says something of the machine. Of a credential beside
    the key the variable is told, and never its value: a key of another project adds requests.

    Args:
        settings: The settings of the run.
    """
    beside = (
        one.variable for one in CREDENTIALS if one.placeholder in settings.credentials and one.placeholder != API_KEY
    )
    written = (text for option in OPTIONS if option.asks for text in _written(option, settings))
    return (*sorted({*written}), *sorted(beside))


def _written(option: Option, settings: Settings) -> Iterator[str]:
    if option.field is None:
        if option.flag in settings.opt_ins:
            yield option.flag
        return
    value = getattr(settings, option.field)
    if value == option.default:
        return
    if option.switch or option.field in _WITHOUT_VALUE:
        yield option.flag
        return
    for one in value if option.repeatable else (value,):
        yield f"{option.flag}={_told(option, one)}"


def _told(option: Option, value: Any) -> str:
    if isinstance(value, Path):
        return value.name
    return own_package(value).name if option.field == "checks" else str(value)
