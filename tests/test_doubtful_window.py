"""Near misses and lax values: which may be under way together, and that the order alone decides what is sent."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.contract.case import Case
from conformance.contract.recipe import Node
from conformance.run.doubtful_window import DoubtfulWindow


def nodes(properties: Sequence[str]) -> list[Node]:
    """Return a near miss at each of these properties."""
    return [
        Node("refused", None, Case(f"{number}", {name: number}, pointer=f"/{name}", near=True))
        for number, name in enumerate(properties)
    ]


def send_all(
    order: Sequence[Node], accepts: Callable[[Node], bool], first_to_end: Callable[[list[Node]], Node], jobs: int
) -> tuple[set[Node], int]:
    """Send what may be sent, and return what was sent, and how many were under way at most."""
    window, sent, under_way, most = DoubtfulWindow(order), set[Node](), list[Node](), 0
    left = list(order)
    while left or under_way:
        for node in list(left):
            if len(under_way) < jobs and window.may_be_sent(node.name):
                left.remove(node)
                sent.add(node)
                under_way.append(node)
            elif window.is_decided(node.name):  # never
                left.remove(node)
                window.note(node.name, accepted=False)
        most = max(most, len(under_way))
        if under_way:
            node = first_to_end(under_way)
            under_way.remove(node)
            window.note(node.name, accepted=accepts(node))
    return sent, most


def test_one_at_each_property_and_three_in_all() -> None:
    order = nodes(["size", "size", "style", "pages", "mode"])
    window = DoubtfulWindow(order)
    assert [window.may_be_sent(node.name) for node in order] == [True, False, True, True, False]
    window.note(order[2].name, accepted=False)
    assert [window.may_be_sent(node.name) for node in order[3:]] == [True, True]
    window.note(order[0].name, accepted=False)
    assert window.may_be_sent(order[1].name)


def test_what_was_accepted_elsewhere_counts() -> None:
    order = nodes(["size", "style"])
    window = DoubtfulWindow(order)
    assert window.may_be_sent(order[0].name, 2)
    assert not window.may_be_sent(order[1].name, 2)
    assert not window.may_be_sent(order[0].name, 3)


def test_none_follows_at_a_property() -> None:
    order = nodes(["size", "size", "style"])
    window = DoubtfulWindow(order)
    window.note(order[0].name, accepted=True)
    assert window.is_decided(order[1].name)
    assert [window.may_be_sent(node.name) for node in order] == [True, False, True]


@pytest.mark.parametrize("jobs", [3, 8])
def test_a_healthy_deployment_is_asked_three_at_a_time(jobs: int) -> None:
    order = nodes(["a", "b", "c", "d", "a", "b", "c", "d"])
    sent, most = send_all(order, lambda _: False, lambda under_way: under_way[0], jobs)
    assert sent == set(order)
    assert most == 3


@given(
    properties=st.lists(st.sampled_from("abcdef"), max_size=12),
    accepted=st.sets(st.integers(0, 11)),
    jobs=st.integers(1, 8),
    data=st.data(),
)
def test_the_same_is_sent_whichever_ends_first(
    properties: list[str], accepted: set[int], jobs: int, data: st.DataObject
) -> None:
    order = nodes(properties)
    accepting = {node for number, node in enumerate(order) if number in accepted}
    one_by_one, _ = send_all(order, accepting.__contains__, lambda under_way: under_way[0], 1)
    some, _ = send_all(order, accepting.__contains__, lambda under_way: data.draw(st.sampled_from(under_way)), jobs)
    assert some == one_by_one
    paid = [node.case.faulty_property for node in some & accepting if node.case is not None]
    assert len(paid) <= 3
    assert len(paid) == len(set(paid))
