"""How many refused requests go out at once: more with each refusal, and the same ones whoever is the faster."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.contract.case import Case
from conformance.contract.deployment import Deployment
from conformance.contract.recipe import Node
from conformance.run.refusal_window import End, RefusalWindow
from conformance.run.refusals import Refusal, spread, tried_of

AT = Deployment("x", "model", {})
WRONG = (42, 1.5, True, [1], {"key": "value"}, "text")


def case_at(place: str, value: object) -> Case:
    return Case(f"{place}={value}", {place: value}, pointer=f"/{place}", keywords=("type",))


def refusals(cases: Sequence[Case], *without_case: str) -> list[Refusal]:
    """What a deployment should refuse, in an order in which the first ones teach the most."""
    tried = tried_of(cases)
    found = [Refusal.of(Node("refused", AT, case), case, None, tried) for case in cases]
    return spread([*found, *(Refusal.of(Node(name, AT), None, None, tried) for name in without_case)])


def of_a_schema(*places: str) -> list[Refusal]:
    """What the suite sends to a deployment with such properties, all of them texts, and twice without a case."""
    return refusals([case_at(place, value) for place in places for value in WRONG[:5]], "one", "two")


DALLE3 = of_a_schema("quality", "size", "style")

orders = st.builds(
    lambda cases, names: refusals(cases, *names),
    st.lists(
        st.builds(case_at, st.sampled_from("abcd"), st.sampled_from(WRONG)), max_size=24, unique_by=lambda one: one.name
    ),
    st.lists(st.sampled_from("ABCDEF"), unique=True),
)


class Sent:
    """Sends the requests of an order, so many at once, and lets them end in an order that a chooser gives."""

    def __init__(
        self,
        order: Sequence[Refusal],
        end: Callable[[Refusal], End],
        *,
        window: RefusalWindow | None = None,
        jobs: int = 8,
        choose: Callable[[int], int] = lambda _: 0,
    ) -> None:
        self.window = window or RefusalWindow(order)
        self.sent: set[str] = set()
        self.foreseen: set[str] = set()
        self.accepted = 0
        self.rounds = [0]
        under_way: list[Refusal] = []
        waiting = list(order)
        while waiting or under_way:
            begun = 0
            for one in [*waiting]:
                name = one.node.name
                if len(under_way) < jobs and self.window.may_be_sent(name):
                    waiting.remove(one)
                    under_way.append(one)
                    self.sent.add(name)
                    begun += 1
                elif len(under_way) < jobs and self.window.is_decided(name):
                    waiting.remove(one)
                    self.window.note(name, End.NEITHER)
            self.rounds[-1] = len(under_way)
            if not under_way:
                assert not waiting, "nothing is under way, and nothing may be sent"
                break
            ended = under_way.pop(choose(len(under_way)))
            how = end(ended)
            self.accepted += how is End.ACCEPTED
            self.window.note(ended.node.name, how)
            self.rounds.append(len(under_way))

    @property
    def widest(self) -> int:
        return max(self.rounds)


def refused(_: Refusal) -> End:
    return End.REFUSED


def test_three_go_out_before_anything_is_known() -> None:
    window = RefusalWindow(DALLE3)
    assert [window.may_be_sent(one.node.name) for one in DALLE3] == [True] * 3 + [False] * (len(DALLE3) - 3)


def test_each_refusal_widens() -> None:
    window = RefusalWindow(DALLE3)
    wide: list[int] = []
    for one in DALLE3[:6]:
        window.note(one.node.name, End.REFUSED)
        wide.append(sum(window.may_be_sent(other.node.name) for other in DALLE3) - len(wide) - 1)
    assert wide == sorted(wide)
    assert wide[0] == 3, "one more is known to be refused, and three may still be accepted"
    assert wide[-1] == 8


def test_a_price_narrows() -> None:
    alike = refusals([case_at("a", number) for number in range(20)])
    wide: list[int] = []
    for priced in (False, True):
        window = RefusalWindow(alike, priced=priced)
        for one in alike[:4]:
            window.note(one.node.name, End.REFUSED)
        wide.append(sum(window.may_be_sent(one.node.name) for one in alike[4:]))
    assert wide == [7, 5]


def test_an_answer_that_is_none_narrows() -> None:
    window = RefusalWindow(DALLE3)
    for one in DALLE3[:9]:
        window.note(one.node.name, End.REFUSED)
    window.note(DALLE3[9].node.name, End.NEITHER)
    assert sum(window.may_be_sent(one.node.name) for one in DALLE3[10:]) <= 8
    later = RefusalWindow(DALLE3)
    for one in DALLE3[:10]:
        later.note(one.node.name, End.NEITHER)
    assert sum(later.may_be_sent(one.node.name) for one in DALLE3[10:]) == 3


def test_after_the_first_acceptance_it_is_as_with_three_alone() -> None:
    window = RefusalWindow(DALLE3)
    for number, one in enumerate(DALLE3[:12]):
        window.note(one.node.name, End.ACCEPTED if number == 0 else End.REFUSED)
    assert sum(window.may_be_sent(one.node.name) for one in DALLE3[12:]) == 2


def test_a_deployment_that_accepts_everything_gets_three() -> None:
    sent = Sent(DALLE3, lambda _: End.ACCEPTED)
    assert (sent.accepted, len(sent.sent)) == (3, 3)


@pytest.mark.parametrize("place", ["quality", "size", "style"])
def test_a_deployment_that_looks_at_all_properties_but_one_gets_three(place: str) -> None:
    """What was refused elsewhere does not foresee what is wrong at a property where nothing was refused."""
    sent = Sent(DALLE3, lambda one: End.ACCEPTED if place in _configuration(one) else End.REFUSED)
    assert sent.accepted == 3


@pytest.mark.parametrize("value", WRONG[:5], ids=str)
def test_a_deployment_that_accepts_one_kind_of_value_gets_three(value: object) -> None:
    sent = Sent(DALLE3, lambda one: End.ACCEPTED if value in _configuration(one).values() else End.REFUSED)
    assert sent.accepted <= 3


def test_a_deployment_that_drops_fractions_gets_three() -> None:
    """It refuses 1.5 where a text is due, which says nothing of the integers."""
    numbers = [case_at(place, value) for value in ("text", 1.5, [1], {"key": "value"}) for place in "abcdefgh"]
    texts = [case_at(place, value) for place in "xyz" for value in WRONG[:5]]

    def end(one: Refusal) -> End:
        dropped = 1.5 in _configuration(one).values() and not {*_configuration(one)} & {*"xyz"}
        return End.ACCEPTED if dropped else End.REFUSED

    assert Sent(refusals([*texts, *numbers]), end).accepted == 3


def _configuration(one: Refusal) -> dict[str, object]:
    return {} if one.node.case is None else one.node.case.value


@given(orders, st.frozensets(st.integers(0, 29)), st.tuples(st.booleans(), st.integers(1, 8)), st.data())
def test_the_same_requests_go_out_whoever_is_the_faster(
    order: list[Refusal], accepts: frozenset[int], narrow: tuple[bool, int], data: st.DataObject
) -> None:
    priced, most = narrow
    accepted = {one.node.name for place, one in enumerate(order) if place in accepts}

    def end(one: Refusal) -> End:
        return End.ACCEPTED if one.node.name in accepted else End.REFUSED

    alone_ = Sent(order, end, window=RefusalWindow(order, most=most, priced=priced), jobs=1)
    for jobs in (3, 16):
        window = RefusalWindow(order, most=most, priced=priced)
        both = Sent(order, end, window=window, jobs=jobs, choose=lambda n: data.draw(st.integers(0, n - 1)))
        assert both.sent == alone_.sent
    assert alone_.accepted <= max(3, most)
    if most <= 3:
        assert alone_.accepted <= 3


@given(orders, st.frozensets(st.integers(0, 29)), st.data())
def test_no_more_than_three_are_accepted_that_nothing_foresees(
    order: list[Refusal], accepts: frozenset[int], data: st.DataObject
) -> None:
    """Whatever a deployment accepts, as long as it refuses what it refused in kind."""
    known: set[object] = set()
    accepted: set[str] = set()
    for place, one in enumerate(order):
        if place in accepts and not one.is_foreseen(known):
            accepted.add(one.node.name)
        else:
            known |= one.teaches
    sent = Sent(
        order,
        lambda one: End.ACCEPTED if one.node.name in accepted else End.REFUSED,
        choose=lambda n: data.draw(st.integers(0, n - 1)),
    )
    assert sent.accepted <= 3


@given(orders)
def test_what_is_spread_is_what_there_was(order: list[Refusal]) -> None:
    again = spread(order)
    assert sorted(one.node.name for one in again) == sorted(one.node.name for one in order)


def test_everything_goes_out_where_all_is_refused() -> None:
    sent = Sent(DALLE3, refused)
    assert len(sent.sent) == len(DALLE3)
    assert sent.widest == 8
