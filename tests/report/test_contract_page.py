"""The contract can be traced: from each sentence to what tests it, and back."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from conformance.reports.contract_page import contract_page, defects_by_requirement, main, untraced
from conformance.reports.sentences import named_in, not_tested, sentences_of
from conformance.run.registry import all_requirements
from tests.running import ROOT

CONTRACT = ROOT / "docs" / "dial-api.md"
TEXT = CONTRACT.read_text(encoding="utf-8")
SMALL = """
Before it. [DIAL-1-1] One binds (`a. B`). This one does not. [DIAL-1-2] Another does;
[DIAL-1-3] and one more

| request | answer |
|---|---|
| [DIAL-1.1-1] neither | 401 | |
| unknown | [DIAL-1.1-2] 401 |

| sentence | not tested, because |
|---|---|
| DIAL-1-2, DIAL-1-3 | nobody sees it |
"""


def test_sentences_are_read_from_the_document() -> None:
    assert {name: one.text for name, one in sentences_of(SMALL).items()} == {
        "DIAL-1-1": "One binds (`a. B`).",
        "DIAL-1-2": "Another does",
        "DIAL-1-3": "and one more",
        "DIAL-1.1-1": "neither: 401",
        "DIAL-1.1-2": "unknown: 401",
    }
    assert not_tested(SMALL) == {"DIAL-1-2": "nobody sees it", "DIAL-1-3": "nobody sees it"}


def test_an_id_names_one_sentence() -> None:
    with pytest.raises(ValueError, match="has DIAL-1-1 twice"):
        sentences_of("[DIAL-1-1] One.\n\n[DIAL-1-1] Another.")


def test_every_sentence_is_tested_or_says_why_not_and_every_requirement_cites_one() -> None:
    assert list(untraced(TEXT, all_requirements().values())) == []


def test_every_tested_sentence_is_proven_by_a_defect() -> None:
    proven = defects_by_requirement()
    bare = [name for one in all_requirements().values() if one.id not in proven for name in named_in(one.source)]
    assert bare == []


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("[DIAL-4.2-1] ", "", "CHAT-14: its source is DIAL-4.2-1, which docs/dial-api.md does not have"),
        (
            "## 5. The answer",
            "[DIAL-4.4-99] This binds, too.\n\n## 5. The answer",
            ": DIAL-4.4-99: no requirement has it as its source, and section 19 does not say why",
        ),
        (
            "| DIAL-1-8 |",
            "| DIAL-1-1 |",
            "DIAL-1-1: section 19 says that it is not tested, and a requirement cites it",
        ),
        (
            "| DIAL-1-8 |",
            "| DIAL-1-88 |",
            "DIAL-1-88: section 19 says why it is not tested, and there is no such sentence",
        ),
    ],
)
def test_what_is_not_traced_is_told_in_one_line(before: str, after: str, told: str) -> None:
    assert before in TEXT
    lines = list(untraced(TEXT.replace(before, after, 1), all_requirements().values()))
    assert any(told in line for line in lines), lines


def test_a_requirement_without_a_sentence_is_told_with_its_place() -> None:
    one = replace(all_requirements()["CHAT-14"], source="good practice")
    (line,) = [line for line in untraced(TEXT, [one]) if "CHAT-14" in line]
    assert line.startswith("conformance/checks/test_chat.py:")
    assert line.endswith("its source is no sentence of docs/dial-api.md, such as DIAL-4.2-3")


def test_what_is_wrong_in_the_contract_is_told_with_its_line() -> None:
    text = "# Title\n\nText [DIAL-1-1] One.\n\n## 19. Not tested\n\n| id | because |\n|---|---|\n| DIAL-1-2 | why |\n"
    assert list(untraced(text, [])) == [
        "docs/dial-api.md:3: DIAL-1-1: no requirement has it as its source, and section 19 does not say why",
        "docs/dial-api.md:9: DIAL-1-2: section 19 says why it is not tested, and there is no such sentence",
    ]
    text = text.replace("| DIAL-1-2 |", "| DIAL-1-1 |")
    one = replace(all_requirements()["CHAT-14"], source="DIAL-1-1, DIAL-1-3, DIAL-2-1")
    missing, other, row = untraced(text, [one])
    assert missing.endswith("DIAL-1-3, which docs/dial-api.md does not have; the last one of its section is DIAL-1-1")
    assert other.endswith("DIAL-2-1, which docs/dial-api.md does not have")
    assert row.startswith("docs/dial-api.md:9: DIAL-1-1: section 19 says that it is not tested, and a requirement")


def test_each_section_has_its_title_and_leads_to_it() -> None:
    """A number alone says nothing, and a sentence that was a row of a table is read beside its heads."""
    text = "### 4.2 Who refuses what, and `why`\n\n[DIAL-4.2-1] One.\n\n[DIAL-5-1] Another, without a heading.\n"
    text += "\n## 10. Seen\n\n| [DIAL-10.14-1] a row | with a number of its own |\n"
    page = contract_page(text, {}, {}).splitlines()
    assert "## [4.2 Who refuses what, and `why`](dial-api.md#42-who-refuses-what-and-why)" in page
    assert "## Section 5" in page
    assert "## [Section 10.14](dial-api.md#10-seen)" in page
    assert any("columns" in line for line in page)


def test_the_page_is_current() -> None:
    page = contract_page(TEXT, all_requirements(), defects_by_requirement())
    assert page == (ROOT / "docs" / "contract.md").read_text(encoding="utf-8"), "run: make docs"


def test_nothing_is_written_of_a_contract_that_cannot_be_traced(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "dial-api.md").write_text(TEXT.replace("[DIAL-4.2-1] ", "", 1), encoding="utf-8")
    assert main(tmp_path / "contract.md") == 4
    assert "CHAT-14: its source is DIAL-4.2-1" in capsys.readouterr().err
    assert not (tmp_path / "contract.md").exists()
