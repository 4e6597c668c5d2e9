"""docs/options.md, written from the table of options: `python -m conformance.reports.options docs/options.md`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from conformance.run.extra_headers import PREFIX
from conformance.run.options import CREDENTIALS, OPTIONS, Group, Option


def options_page() -> str:
    """Write the page."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield "# Options"
    yield ""
    yield "Written by `make docs` from conformance/run/options.py; a test holds it current. `--help` shows the same."
    yield ""
    yield "An option comes first, then a variable of the environment, then a line of `.env`, then a line of"
    yield "`dial-conformance.toml` ([settings.md](settings.md)). A variable that is empty is not set. A replay takes"
    yield "nothing from the environment."
    for group in Group:
        yield ""
        yield f"## {group.capitalize()}"
        yield ""
        yield "| option | what it does | default | variable |"
        yield "|---|---|---|---|"
        for option in OPTIONS:
            if option.group is group:
                yield _row(
                    _code(_written(option)), _what(option), _code(option.written_default), _code(option.variable)
                )
        if group is Group.RECORDING:
            yield ""
            yield "`--record-mode`, `--disable-recording`, `--block-network` and `--allowed-hosts` are options of"
            yield "pytest-recording; [usage.md](usage.md#record-a-dial) says what they mean here."
    yield ""
    yield "## Credentials"
    yield ""
    yield "They have no option, because others on the machine can see the options of a process."
    yield ""
    yield "| variable | what it is |"
    yield "|---|---|"
    for one in CREDENTIALS:
        yield _row(_code(one.variable), one.help)
    yield _row(
        _code(f"{PREFIX}X_TENANT"),
        "a header `X-Tenant` of each request, for any name; [ci.md](ci.md#headers-for-a-gateway)",
    )
    yield ""
    yield "## Options that do nothing in some runs"
    yield ""
    yield "The run says so at its end. Where it is surely a mistake, it is refused: exit code 4, and nothing is asked."
    yield ""
    yield "| option | does nothing | because | is refused |"
    yield "|---|---|---|---|"
    for option in OPTIONS:
        for idle in option.idle:
            why = "; ".join(filter(None, [idle.why, idle.instead]))
            yield _row(_code(option.flag), idle.where, why, "yes" if idle.refused else "")
    yield _row("`--jobs-per-deployment`", "above `--jobs`", "no more requests are sent at once; give more --jobs", "")


def _written(option: Option) -> str:
    value = option.metavar or "|".join(option.choices)
    return f"{option.flag} {value}" if value else option.flag


def _what(option: Option) -> str:
    return f"{option.help}; may be given again" if option.repeatable else option.help


def _code(text: str | None) -> str:
    return f"`{text}`" if text else ""


def _row(*cells: str) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(options_page(), encoding="utf-8")
