"""The figures of the README are those that are computed."""

from __future__ import annotations

import re

import pytest

from conformance.requirement import all_requirements
from tests.chaos.faults import ALL
from tests.chaos.proxy import Nature
from tests.dead_servers import dead_servers
from tests.readme import printed, shown
from tests.running import ROOT
from tests.standin.captures import captures
from tests.standin.test_kill_matrix import documented
from tests.standin.test_parity import DIFFERENT

PROOF = (ROOT / "README.md").read_text().partition("## The proof")[2].partition("\n## ")[0]


def of_captures(core: str) -> str:
    of = len(captures(core))
    return f"{of - len(DIFFERENT[core]):,} of {of:,} ({core})"


@pytest.mark.parametrize(
    "figure",
    [
        f"{len({one.requirement for one in documented()})} of {len(all_requirements())}",
        f"{len(documented())} of {len(documented())}",
        f"another requirement that it violates | {sum(len(one.unexpected) for one in documented())} |",
        of_captures("0.25"),
        of_captures("0.18"),
        f"0 for {len(dead_servers())} servers",
        f"0 for {sum(one.nature is not Nature.WRONG for one in ALL.values())} kinds of fault",
    ],
)
def test_the_figures_of_the_proof_are_true(figure: str) -> None:
    assert figure in PROOF


def test_the_summary_is_what_a_replay_prints() -> None:
    without_time = [re.sub(r" in \d+\.\d+s =*", "", one) for one in (shown(), printed())]
    assert without_time[0] == without_time[1], "make docs"
