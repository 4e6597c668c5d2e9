"""What a completion may cost is known before it is spent, or it is told why not."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from conformance.contract.deployment import Deployment
from conformance.contract.profile import DALLE3, PROFILES, Profile
from conformance.dial.price import (
    CHAT_FORMAT_TOKENS,
    DEPENDS,
    NO_LIMIT,
    NO_PRICE,
    UNREADABLE,
    Price,
    dollars,
    price_of,
)
from conformance.wire.cassettes.file import read_cassette
from tests.running import CORE_25

PROMPT = "A small red cube on a white table"
LIMITS = {"max_total_tokens": 4096, "max_completion_tokens": 1000}
DECISION = {"test": "prompt_tokens > 200000", "ifTrue": "0.2", "ifFalse": "0.1"}
CHARACTERS = "char_without_whitespace"

WRONG_PRICES: tuple[Any, ...] = (
    *("", "free", "-1", "NaN", "sNaN", "Infinity", "1e999999", "1e99", "0,04", "$1", " 1", "1_0", "٣"),
    *("1000001", "9" * 5000, 0.04, 1, True, []),
)
UNKNOWN_PRICES: dict[str, tuple[Any, str]] = {
    "null": (None, NO_PRICE),
    "nothing in it": ({}, NO_PRICE),
    "no completion": ({"unit": "token", "prompt": "0"}, NO_PRICE),
    "no prompt": ({"unit": "token", "completion": "0"}, NO_PRICE),
    "prompt depends": ({"unit": "token", "prompt": DECISION, "completion": "0"}, DEPENDS),
    "completion depends": ({"unit": "token", "prompt": "0", "completion": DECISION}, DEPENDS),
    "text": ("0.04", UNREADABLE),
    "list": (["0.04"], UNREADABLE),
    "no unit": ({"prompt": "0", "completion": "0"}, UNREADABLE),
    "unknown unit": ({"unit": "image", "prompt": "0", "completion": "0"}, UNREADABLE),
    "unit that is no text": ({"unit": ["token"], "prompt": "0", "completion": "0"}, UNREADABLE),
    **{
        f"completion {wrong!r:.20}": ({"unit": "token", "prompt": "0", "completion": wrong}, UNREADABLE)
        for wrong in WRONG_PRICES
    },
}

KNOWN_PRICES: dict[str, tuple[dict[str, Any], dict[str, Any], str]] = {
    "one token each": ({"unit": "token", "prompt": "0", "completion": "0.04"}, {"max_completion_tokens": 1}, "0.04"),
    "tokens of a completion": ({"unit": "token", "prompt": "0", "completion": "0.001"}, LIMITS, "1"),
    "tokens of both": ({"unit": "token", "prompt": "0", "completion": "1E-3"}, {"max_total_tokens": 4096}, "4.096"),
    "wrong limit beside": (
        {"unit": "token", "prompt": "0", "completion": "1"},
        {"max_completion_tokens": "9", "max_total_tokens": 8},
        "8",
    ),
    "free, without limits": ({"unit": "token", "prompt": "0", "completion": "0.00"}, {}, "0"),
    "free characters": ({"unit": CHARACTERS, "prompt": "0", "completion": "0"}, {}, "0"),
    "only the prompt": ({"unit": "token", "prompt": "1", "completion": "0"}, {}, str(len(PROMPT) + CHAT_FORMAT_TOKENS)),
    "its characters": (
        {"unit": CHARACTERS, "prompt": "1", "completion": "0"},
        {},
        str(len(PROMPT) + CHAT_FORMAT_TOKENS),
    ),
}

UNLIMITED: dict[str, dict[str, Any]] = {
    "no limits": {},
    "null": {"limits": None},
    "list": {"limits": [1000]},
    "only the prompt": {"limits": {"max_prompt_tokens": 1000}},
    "zero": {"limits": {"max_total_tokens": 0}},
    "negative": {"limits": {"max_total_tokens": -1}},
    "true": {"limits": {"max_completion_tokens": True}},
    "text": {"limits": {"max_completion_tokens": "1000"}},
    "beyond reason": {"limits": {"max_completion_tokens": 10**4000}},
}

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(["1e999999", "-0", "token"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
PRICINGS = st.fixed_dictionaries(
    {"unit": st.just("token") | JSON, "prompt": st.just("0.1") | JSON, "completion": st.just("0.2") | JSON}
)
LIMITED = st.dictionaries(st.sampled_from(["max_completion_tokens", "max_total_tokens"]), JSON)
AMOUNTS = st.decimals(0, 1_000_000, places=9) | st.sampled_from([Decimal("1e-30"), Decimal("0E+99"), Decimal("1E+20")])


def described(**description: Any) -> Deployment:
    return Deployment("x", description=description)


def of_the_listing(name: str, *, dalle3: bool = False) -> Deployment:
    listing = read_cassette(CORE_25 / "_instance" / "models.yaml", "models").answer.json
    element = next(one for one in listing["data"] if one["id"] == name)
    return Deployment(name, description=element, profile=DALLE3 if dalle3 else None)


def test_image_of_a_dalle3_costs_what_the_notebook_says() -> None:
    price = price_of(of_the_listing("dall-e-3", dalle3=True), PROMPT)
    assert price == Price(Decimal("0.04"), "", Decimal(0), Decimal("0.04"))
    assert price.of({"prompt_tokens": 0, "completion_tokens": 1, "total_tokens": 1}) == price.at_most


@pytest.mark.parametrize(
    ("name", "why"), [("dall-e-3", NO_LIMIT), ("search", NO_LIMIT), ("echo", NO_PRICE)], ids=lambda one: str(one)[:10]
)
def test_real_listing_that_does_not_tell(name: str, why: str) -> None:
    assert (price_of(of_the_listing(name), PROMPT).at_most, price_of(of_the_listing(name), PROMPT).why) == (None, why)


@pytest.mark.parametrize(("pricing", "why"), UNKNOWN_PRICES.values(), ids=UNKNOWN_PRICES)
def test_price_that_is_not_known(pricing: object, why: str) -> None:
    price = price_of(described(pricing=pricing, limits=LIMITS), PROMPT)
    assert price == Price(None, why)
    assert price.of({"prompt_tokens": 1, "completion_tokens": 1}) is None


def test_no_pricing_at_all() -> None:
    assert price_of(described(), PROMPT) == Price(None, NO_PRICE)


@pytest.mark.parametrize(("pricing", "limits", "expected"), KNOWN_PRICES.values(), ids=KNOWN_PRICES)
def test_price_that_is_known(pricing: dict[str, Any], limits: dict[str, Any], expected: str) -> None:
    price = price_of(described(pricing=pricing, limits=limits), PROMPT)
    assert (price.at_most, price.why) == (Decimal(expected), "")


@pytest.mark.parametrize("description", UNLIMITED.values(), ids=UNLIMITED)
def test_price_without_a_limit_is_not_known_before_but_after(description: dict[str, Any]) -> None:
    price = price_of(described(pricing={"unit": "token", "prompt": "0.1", "completion": "0.2"}, **description), PROMPT)
    assert (price.at_most, price.why) == (None, NO_LIMIT)
    assert price.of({"prompt_tokens": 3, "completion_tokens": 2}) == Decimal("0.7")


def test_tokens_do_not_limit_characters() -> None:
    pricing = {"unit": CHARACTERS, "prompt": "0", "completion": "0.001"}
    for profile in (None, DALLE3):
        described = {"pricing": pricing, "limits": LIMITS}
        price = price_of(Deployment("x", description=described, profile=profile), PROMPT)
        assert (price.at_most, price.why) == (None, NO_LIMIT)
        assert price.of({"prompt_tokens": 1, "completion_tokens": 1}) is None


def test_letters_may_be_more_tokens_than_one() -> None:
    pricing = {"unit": "token", "prompt": "1", "completion": "0"}
    price = price_of(described(pricing=pricing), "куб")
    assert price.at_most == 6 + CHAT_FORMAT_TOKENS


def test_half_a_letter_is_a_prompt_too() -> None:
    pricing = {"unit": "token", "prompt": "1000000", "completion": "0"}
    assert price_of(described(pricing=pricing), "\ud83d").at_most == 1_000_000 * (3 + CHAT_FORMAT_TOKENS)


def test_what_is_free_by_the_character_is_free_by_the_token() -> None:
    price = price_of(described(pricing={"unit": CHARACTERS, "prompt": "0", "completion": "0.0"}), PROMPT)
    assert price.of({"prompt_tokens": 7, "completion_tokens": 9}) == 0


@pytest.mark.parametrize(
    "usage",
    [
        None,
        [],
        "1",
        {},
        {"prompt_tokens": 1},
        {"completion_tokens": 1},
        {"prompt_tokens": 1, "completion_tokens": True},
        {"prompt_tokens": "1", "completion_tokens": 1},
        {"prompt_tokens": 1.5, "completion_tokens": 1},
        {"prompt_tokens": -1, "completion_tokens": 1},
        {"prompt_tokens": 1, "completion_tokens": 10**15 + 1},
    ],
    ids=lambda one: str(one)[:60],
)
def test_usage_that_does_not_tell(usage: object) -> None:
    assert Price(None, "", Decimal(1), Decimal(1)).of(usage) is None


def test_cost_is_exact() -> None:
    price = Price(None, "", Decimal("1e-40"), Decimal("999999.9999999999"))
    cost = price.of({"prompt_tokens": 1, "completion_tokens": 10**15})
    assert str(cost) == "999999999999999900000.0000000000000000000000000000000000000001"


@given(JSON | PRICINGS, JSON | LIMITED, st.text(), st.sampled_from((None, *PROFILES)))
def test_any_listing_has_a_price_or_a_reason(pricing: Any, limits: Any, prompt: str, profile: Profile | None) -> None:
    described = {"pricing": pricing, "limits": limits}
    price = price_of(Deployment("x", description=described, profile=profile), prompt)
    assert (price.at_most is None) == bool(price.why)
    assert price.why in ("", NO_PRICE, DEPENDS, NO_LIMIT, UNREADABLE)
    if price.at_most is not None:
        assert price.at_most.is_finite()
        assert price.at_most >= 0


@given(JSON | st.fixed_dictionaries({"prompt_tokens": JSON, "completion_tokens": JSON}))
def test_any_usage_has_a_cost_or_none(usage: Any) -> None:
    cost = Price(None, "", Decimal("0.1"), Decimal("0.2")).of(usage)
    assert cost is None or (cost.is_finite() and cost >= 0)


@given(
    unit=st.sampled_from(["token", CHARACTERS]),
    prices=st.tuples(AMOUNTS, AMOUNTS),
    limits=st.fixed_dictionaries(
        {}, optional={"max_completion_tokens": st.integers(0, 50), "max_total_tokens": st.integers(0, 99)}
    ),
    prompt=st.text(max_size=30),
    tokens=st.tuples(st.integers(0, 100), st.integers(0, 99)),
)
def test_no_completion_within_the_limits_costs_more(
    unit: str, prices: tuple[Decimal, Decimal], limits: dict[str, int], prompt: str, tokens: tuple[int, int]
) -> None:
    pricing = {"unit": unit, "prompt": str(prices[0]), "completion": str(prices[1])}
    price = price_of(described(pricing=pricing, limits=limits), prompt)
    most = limits.get("max_completion_tokens") or limits.get("max_total_tokens") or 99
    assume(tokens[0] <= len(prompt.encode()) and tokens[1] <= most)
    cost = price.of({"prompt_tokens": tokens[0], "completion_tokens": tokens[1]})
    if price.at_most is not None and cost is not None:
        assert cost <= price.at_most


@pytest.mark.parametrize(
    ("amount", "shown"),
    [
        ("0", "$0.00"),
        ("0E+99", "$0.00"),
        ("0E-99", "$0.00"),
        ("0.32", "$0.32"),
        ("0.3", "$0.30"),
        ("0.320", "$0.32"),
        ("4", "$4.00"),
        ("1E+2", "$100.00"),
        ("5.2E-5", "$0.000052"),
        ("0.125", "$0.125"),
        ("1.234567", "$1.23457"),
        ("1.2345601", "$1.23457"),
        ("12345.678", "$12345.70"),
        ("999999.9", "$1000000.00"),
    ],
)
def test_dollars(amount: str, shown: str) -> None:
    assert dollars(Decimal(amount)) == shown


@given(AMOUNTS)
def test_dollars_are_read_back_and_never_too_little(amount: Decimal) -> None:
    shown = dollars(amount)
    assert shown.startswith("$")
    assert "E" not in shown
    assert len(shown.partition(".")[2]) >= 2
    back = Decimal(shown[1:])
    assert len(back.normalize().as_tuple().digits) <= 6
    assert amount <= back <= amount * Decimal("1.00001")
