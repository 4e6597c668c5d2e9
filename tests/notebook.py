"""`python -m tests.notebook`: run docs/notebook.ipynb against the stand-in, and put what it prints into it."""

from __future__ import annotations

import ast
import asyncio
import contextlib
import inspect
import io
import json
import os
import tempfile
from collections.abc import Iterator
from typing import Any, Final

from tests.running import ROOT
from tests.standin.programs import stand_in

NOTEBOOK: Final = ROOT / "docs" / "notebook.ipynb"


def cells(notebook: dict[str, Any]) -> list[dict[str, Any]]:
    """The cells with code."""
    return [one for one in notebook["cells"] if one["cell_type"] == "code"]


def shown(cell: dict[str, Any]) -> str:
    """What a notebook says that a cell printed."""
    return "".join(line for one in cell["outputs"] for line in one["text"])


def printed(notebook: dict[str, Any]) -> list[str]:
    """Run a notebook as its kernel does, in an event loop that is running, and return what each cell prints."""
    return asyncio.run(_run([(f"cell {place}", "".join(one["source"])) for place, one in enumerate(cells(notebook))]))


async def _run(sources: list[tuple[str, str]]) -> list[str]:
    namespace: dict[str, Any] = {"__name__": "__main__"}
    outputs = []
    for name, source in sources:
        code = compile(source, name, "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
        with contextlib.redirect_stdout(io.StringIO()) as output:
            result = eval(code, namespace)  # noqa: S307 - our own notebook
            if inspect.isawaitable(result):
                await result
        outputs.append(output.getvalue())
    return outputs


@contextlib.contextmanager
def at_a_stand_in() -> Iterator[None]:
    """A folder and an environment as the notebook finds them, with a stand-in that answers."""
    before = dict(os.environ)
    with stand_in() as found, tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        os.environ["DIAL_URL"] = found.url
        os.environ.pop("DIAL_API_KEY", None)
        try:
            yield
        finally:
            os.environ.clear()
            os.environ.update(before)


def read() -> dict[str, Any]:
    """The notebook as it is."""
    notebook: dict[str, Any] = json.loads(NOTEBOOK.read_text())
    return notebook


def write() -> None:
    """Put into the notebook what it prints."""
    notebook = read()
    with at_a_stand_in():
        outputs = printed(notebook)
    for place, (cell, text) in enumerate(zip(cells(notebook), outputs, strict=True), 1):
        stream = {"name": "stdout", "output_type": "stream", "text": text.splitlines(keepends=True)}
        cell.update(execution_count=place, outputs=[stream] if text else [])
    NOTEBOOK.write_text(json.dumps(notebook, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    write()
