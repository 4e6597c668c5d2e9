"""The notebook runs against the stand-in, in an event loop as in its kernel, and shows what it prints."""

from __future__ import annotations

import pytest

from tests.notebook import at_a_stand_in, cells, printed, read, shown


def test_the_notebook_shows_what_it_prints() -> None:
    notebook = read()
    with at_a_stand_in():
        outputs = printed(notebook)
    assert [shown(one) for one in cells(notebook)] == outputs, "make docs"


def test_a_cell_that_fails_fails_here() -> None:
    cell = {"cell_type": "code", "source": ["await __import__('asyncio').sleep(0)\n", "raise SystemExit(1)"]}
    with pytest.raises(SystemExit):
        printed({"cells": [cell]})
