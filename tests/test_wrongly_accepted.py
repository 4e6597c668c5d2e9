"""What is sent after a deployment accepted what it must refuse, and what a plan says of it before."""

from __future__ import annotations

import pytest

from conformance.cases.choosing.by_default import with_few_by_default
from conformance.contract.case import Case
from conformance.contract.recipe import Node
from conformance.contract.verdict import CouldNotRunError, NotAskedError
from conformance.reports.plan import plan_lines
from conformance.run.cost import Estimate, estimates
from conformance.run.registry import recipe_book
from conformance.run.wrongly_accepted import WronglyAccepted

AT = "/openai/deployments/x"
PLAIN = Case("pages=0", {"pages": 0}, pointer="/pages")
NEAR = Case("pages=0.5", {"pages": 0.5}, pointer="/pages", near=True)
LAX = Case('pages="1"', {"pages": "1"}, pointer="/pages", lax=True)


def elsewhere(name: str, *, near: bool = False, lax: bool = False) -> Case:
    return Case(f"{name}=1", {name: 1}, pointer=f"/{name}", near=near, lax=lax)


def accepted(*cases: Case, keep_going: bool = False) -> WronglyAccepted:
    found = WronglyAccepted(keep_going=keep_going)
    for case in cases:
        found.note(AT, case)
    return found


@pytest.mark.parametrize("first", [PLAIN, NEAR], ids=["a plain one", "a near miss"])
def test_no_near_miss_follows_at_a_property(first: Case) -> None:
    found = accepted(first)
    assert "accepted at /pages" in str(found.why_no_more(AT, NEAR))
    assert found.why_no_more(AT, PLAIN) is None
    assert found.why_no_more(AT, elsewhere("mode", near=True)) is None
    assert found.why_no_more("/openai/deployments/y", NEAR) is None


def test_near_misses_are_counted_with_the_others() -> None:
    found = accepted(PLAIN, elsewhere("mode", near=True), elsewhere("size"))
    assert found.left(AT) == 0
    assert isinstance(found.why_no_more(AT, elsewhere("style")), CouldNotRunError)
    assert isinstance(found.why_no_more(AT, LAX), CouldNotRunError)


def test_lax_values_are_counted_apart() -> None:
    found = accepted(LAX, elsewhere("mode", lax=True))
    assert found.left(AT) == 3
    assert isinstance(found.why_no_more(AT, LAX), NotAskedError)
    assert found.why_no_more(AT, NEAR) is None
    assert found.why_no_more(AT, elsewhere("size", lax=True)) is None
    found.note(AT, elsewhere("size", lax=True))
    assert "accepted 3 times" in str(found.why_no_more(AT, elsewhere("style", lax=True)))


@pytest.mark.parametrize("keep_going", [False, True])
def test_no_lax_value_follows_a_forbidden_one(keep_going: bool) -> None:  # noqa: FBT001 - a parameter of the test
    found = accepted(PLAIN, keep_going=keep_going)
    assert isinstance(found.why_no_more(AT, LAX), CouldNotRunError)


def test_no_second_unknown_key_follows() -> None:
    found = WronglyAccepted(keep_going=False)
    found.note_disputed(AT, elsewhere("foo"))
    found.note_disputed(AT, Case("foo=2"))
    assert found.left(AT) == 3
    assert str(found.why_no_more(AT, elsewhere("foo", near=True))).startswith("CHAT-12: another value was accepted")
    assert found.why_no_more(AT, NEAR) is None


def test_who_pays_gets_more() -> None:
    found = accepted(PLAIN, NEAR, elsewhere("mode"), elsewhere("size", lax=True), keep_going=True)
    for case in (PLAIN, NEAR, elsewhere("size", lax=True)):
        assert found.why_no_more(AT, case) is None


def test_items_of_an_array_are_one_property() -> None:
    first, second = (Case(f"a/{index}=1", pointer=f"/a/{index}", place=f"/a/{index}/b") for index in (0, 1))
    assert first.faulty_property == second.faulty_property == "/a/*/b"
    assert Case("absent").faulty_property is None


def test_a_run_has_some_of_each_place_by_default() -> None:
    cases = [elsewhere(name) for name in ("a", "a", "a", "b", "c")]
    named = [Case(f"{case.name}.{index}", case.value, pointer=case.pointer) for index, case in enumerate(cases)]
    found = with_few_by_default(named, 4)
    assert [case.name for case in found] == [case.name for case in named]
    assert [case.thorough for case in found] == [False, False, True, False, False]


def test_a_plan_says_what_is_paid_if_accepted() -> None:
    nodes = [Node("refused", None, PLAIN), Node("refused", None, NEAR), Node("with_lax_value", None, LAX)]
    (found,) = estimates(nodes, recipe_book(), {})
    assert (found.requests, found.completions, found.if_accepted) == (3, 0, 2)
    lines = "\n".join(plan_lines("", [found], 0, [], warning=False))
    assert "paid" in lines.splitlines()[2]
    assert "2 of them are paid if accepted" in lines
    assert "if accepted" not in "\n".join(plan_lines("", [Estimate("x", 3, 1, None)], 0, [], warning=False))
