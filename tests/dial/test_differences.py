"""How versions differ, what a listing tells of a version, and what a version explains."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.dial.description import BOOLEAN_FLAGS, OLDEST_FLAGS
from conformance.dial.differences import DIFFERENCES, SUSPENSION, Difference, explains, suspends_after_refusal
from conformance.dial.inference import FLAGS, Flag, infer_core
from conformance.dial.version import UNKNOWN, CoreVersion, Version
from conformance.wire.cassettes.file import read_cassette
from tests.running import CORE_18, CORE_25

LISTINGS = ("models", "applications", "listing")
RELEASES = [(0, minor) for minor in range(14, 50)]
WHOLE = {"owner": "organization-owner", "status": "succeeded", "created_at": 1672534800, "updated_at": 1672534800}
OF_18 = (*OLDEST_FLAGS, "accessible_by_per_request_key")
OF_25 = (*OF_18, "content_parts", "temperature", "addons")
OF_26 = (*OF_25, "cache", "auto_caching")
OF_38 = (*OF_18, "content_parts", "temperature", "cache", "auto_caching", "parallel_tool_calls")
OF_45 = (
    *(set(FLAGS) - {name for name in FLAGS if name.endswith("s_supported")} - {"temperature_supported", "addons"}),
)

Elements = list[dict[str, Any]]


def element(*flags: str, kind: str = "model", **others: Any) -> dict[str, Any]:
    """An element as Core sends it, with certain flags."""
    features: dict[str, Any] = {name: [] if name == "reasoning_efforts" else False for name in flags}
    return {"id": "x", "object": kind, **WHOLE, "features": features, **others}


def listed_by(version: Version) -> Elements:
    """What a version lists, as far as that is known."""
    return [element(*(name for name, flag in FLAGS.items() if flag.sent_by(version)))]


def recorded(folder: Path, *names: str) -> Elements:
    answers = [read_cassette(folder / "_instance" / f"{name}.yaml", name).answer for name in names]
    return [one for answer in answers for one in answer.json["data"]]


INFERRED: dict[str, tuple[Elements, str]] = {
    "nothing": ([], "unknown"),
    "the oldest flags by hand": ([{"object": "model", "features": dict.fromkeys(OLDEST_FLAGS, True)}], "0.15 or later"),
    "the oldest flags": ([element(*OLDEST_FLAGS)], "0.15 to 0.17"),
    "those of 0.18": ([element(*OF_18)], "0.18 to 0.24"),
    "those of 0.18 with retries": ([element(*OF_18, max_retry_attempts=5)], "0.19 to 0.24"),
    "those of an interim build": ([element(*OF_18, "temperature_supported")], "0.19 to 0.24"),
    "those of 0.25": ([element(*OF_25)], "0.19 to 0.25"),
    "the notebook's": ([element(*OF_26)], "0.26 to 0.28"),
    "the notebook's, of an application": ([element(*OF_26, kind="application")], "0.26 to 0.28"),
    "those of 0.29": ([element(*OF_26, "parallel_tool_calls")], "0.29 to 0.36"),
    "those of 0.37": ([element(*OF_26, "parallel_tool_calls", "assistant_attachments_in_request")], "0.36 to 0.37"),
    "no addons any more": ([element(*OF_38, "assistant_attachments_in_request")], "0.38 to 0.44"),
    "with mcp": ([element(*OF_38, "assistant_attachments_in_request", "mcp")], "0.38 to 0.44"),
    "those of 0.45": ([element("max_tokens_supported", "reasoning_efforts")], "0.45 or later"),
    "one flag by hand": ([{"object": "model", "features": {"cache": True}}], "0.26 or later"),
    "addons by hand": ([{"object": "model", "features": {"addons": True}}], "0.19 to 0.37"),
    "a stub": ([{"object": "deployment"}], "0.24 or before"),
    "a stub of 0.18": ([element(*OF_18, kind="deployment")], "0.18 to 0.24"),
    "retries alone": ([{"object": "model", "max_retry_attempts": 5}], "0.19 or later"),
    "another flag of the caller's own": ([element(*OF_26, "shiny")], "0.26 to 0.28"),
    "flag that is no boolean": ([{"object": "model", "features": {"cache": "true", "mcp": 1}}], "unknown"),
    "efforts that are no array": ([{"object": "model", "features": {"reasoning_efforts": True}}], "unknown"),
    "efforts that are no strings": ([{"object": "model", "features": {"reasoning_efforts": [1]}}], "unknown"),
    "retries that are no number": ([{"object": "model", "max_retry_attempts": True}], "unknown"),
    "another kind": ([{"object": "toolset", "features": {"cache": True}}], "unknown"),
    "no kind": ([{"features": {"cache": True}}], "unknown"),
    "addons and cache of different elements": ([element(*OF_25), element(*OF_26)], "unknown"),
    "late without early": ([element(*OF_18, "cache")], "unknown"),
    "addons after their end": ([element(*OF_25, "max_tokens_supported")], "unknown"),
    "a stub of a late Core": ([element(*OF_26, kind="deployment")], "unknown"),
}

EXPLAINED: dict[str, tuple[str, CoreVersion, list[str]]] = {
    "no key for a schema": ("CONF-01", CoreVersion.exactly("0.18.0-rc"), ["11.5", "10.30"]),
    "no endpoint for a schema": ("CONF-01", CoreVersion.exactly("0.25.0-rc"), ["10.30"]),
    "no endpoint in 0.40": ("CONF-01", CoreVersion.exactly("0.40"), ["10.30"]),
    "schema of 0.41": ("CONF-01", CoreVersion.exactly("0.41"), []),
    "schema of the notebook's Core": ("CONF-01", infer_core([element(*OF_26)]), ["10.30"]),
    "array in 0.18": ("CHAT-18", CoreVersion.exactly("0.18.0-rc"), ["8.13"]),
    "array in 0.25": ("CHAT-18", CoreVersion.exactly("0.25.0-rc"), []),
    "array in a Core like 0.18": ("CHAT-18", infer_core([element(*OF_18)]), ["8.13"]),
    "array in a Core like 0.25": ("CHAT-18", infer_core([element(*OF_25)]), []),
    "stubs": ("LIST-18", CoreVersion.exactly("0.18.0-rc"), ["8.1"]),
    "suspended by 0.25": ("CHAT-27", CoreVersion.exactly("0.25.0-rc"), ["30 s"]),
    "suspended by 0.24": ("CHAT-27", CoreVersion.exactly("0.24.1"), ["30 s", "8 s"]),
    "suspended by a Core like 0.25": ("CHAT-27", infer_core([element(*OF_25)]), ["30 s"]),
    "suspended by 0.18": ("CHAT-27", CoreVersion.exactly("0.18.0-rc"), ["8 s"]),
    "suspended by 0.26": ("CHAT-27", CoreVersion.exactly("0.26"), []),
    "nothing to explain": ("FILE-12", CoreVersion.exactly("0.18.0-rc"), []),
    "a fault of an adapter": ("STRM-05", CoreVersion.exactly("0.18.0-rc"), []),
    "no such requirement": ("CHAT-99", CoreVersion.exactly("0.18.0-rc"), []),
    "a late Core": ("CHAT-18", infer_core([element("max_tokens_supported")]), []),
}

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
FEATURES = st.dictionaries(st.sampled_from(sorted(FLAGS)), st.booleans() | JSON)
HOSTILE = st.fixed_dictionaries(
    {},
    optional={
        **dict.fromkeys((*WHOLE, "max_retry_attempts"), JSON),
        "object": st.sampled_from(["model", "application", "deployment"]) | JSON,
        "features": FEATURES | JSON,
    },
)


@pytest.mark.parametrize(("elements", "told"), INFERRED.values(), ids=INFERRED)
def test_version_is_inferred(elements: Elements, told: str) -> None:
    core = infer_core(elements)
    assert core.name == (told if told == "unknown" else f"{told} by its listing")
    assert (core == UNKNOWN) == (told == "unknown")


@pytest.mark.parametrize("names", [*((name,) for name in LISTINGS), LISTINGS], ids="+".join)
@pytest.mark.parametrize(("folder", "version"), [(CORE_18, (0, 18)), (CORE_25, (0, 25))], ids=["0.18", "0.25"])
def test_recorded_core_is_within_what_is_inferred(folder: Path, version: Version, names: tuple[str, ...]) -> None:
    core = infer_core(recorded(folder, *names))
    assert core.least is not None
    assert core.most is not None
    assert core.least <= version <= core.most


def test_recorded_cores_are_told_apart() -> None:
    old, new = (infer_core(recorded(folder, *LISTINGS)) for folder in (CORE_18, CORE_25))
    assert (old.name, old.has("0.25")) == ("0.18 to 0.24 by its listing", False)
    assert (new.name, new.has("0.19"), new.has("0.26")) == ("0.19 to 0.25 by its listing", True, False)
    assert infer_core(recorded(CORE_18, *LISTINGS) + recorded(CORE_25, *LISTINGS)) == UNKNOWN


@pytest.mark.parametrize("version", RELEASES, ids=str)
def test_every_version_is_within_what_its_listing_tells(version: Version) -> None:
    core = infer_core(listed_by(version))
    assert (core.least or version) <= version <= (core.most or version)


@pytest.mark.parametrize("name", [*WHOLE, *OLDEST_FLAGS])
def test_what_is_left_out_by_hand_is_no_sign_of_age(name: str) -> None:
    one = element(*OF_26, "max_tokens_supported")
    assert infer_core([one]) == UNKNOWN
    one.pop(name, None)
    one["features"].pop(name, None)
    del one["features"]["addons"]
    assert infer_core([one]).least == (0, 45)


@given(st.lists(HOSTILE | JSON, max_size=4))
def test_no_listing_is_too_strange(elements: list[Any]) -> None:
    core = infer_core(elements)
    assert (core.name == "unknown") == (core.least is None and core.most is None)
    if core.least is not None and core.most is not None:
        assert core.least <= core.most


@given(st.lists(HOSTILE, max_size=3), HOSTILE)
def test_more_elements_never_widen_the_bounds(elements: Elements, other: dict[str, Any]) -> None:
    few, more = infer_core(elements), infer_core([*elements, other])
    if more != UNKNOWN:
        assert few.least is None or (more.least is not None and more.least >= few.least)
        assert few.most is None or (more.most is not None and more.most <= few.most)


def test_flags_are_those_that_are_known() -> None:
    interim = {"content_parts_supported", "temperature_supported", "addons_supported"}
    assert set(FLAGS) - interim == BOOLEAN_FLAGS | {"reasoning_efforts"}
    assert all(name == flag.name for name, flag in FLAGS.items())


@pytest.mark.parametrize("flag", FLAGS.values(), ids=FLAGS)
def test_versions_of_a_flag_are_in_order(flag: Flag) -> None:
    known = [version for version in (flag.after, flag.by, flag.until) if version is not None]
    assert known == sorted(set(known))
    assert [flag.sent_by(version) for version in known] == [
        sent for version, sent in ((flag.after, False), (flag.by, True), (flag.until, False)) if version is not None
    ]


def test_all_differences_of_the_contract_are_there() -> None:
    rows = {one.source for one in DIFFERENCES}
    assert rows == {f"dial-api 8.{row}" for row in range(1, 30)} | {"dial-api 11.1"}


@pytest.mark.parametrize("one", DIFFERENCES, ids=lambda one: one.what[:40])
def test_difference_is_well_formed(one: Difference) -> None:
    assert one.what
    assert one.older != one.newer
    known = [version for version in (one.began, one.after, one.by) if version is not None]
    assert known == sorted(known)
    assert all(re.fullmatch(r"[A-Z]+-\d\d", requirement) for requirement in one.requirements)
    assert "\n" not in one.hint
    if one.hint:
        assert one.requirements
        assert one.after
        assert re.search(r"\(dial-api [\d., ]+\)$", one.hint)
    assert one.of == "core" or not known


@pytest.mark.parametrize(("requirement", "core", "said"), EXPLAINED.values(), ids=EXPLAINED)
def test_explanation(requirement: str, core: CoreVersion, said: list[str]) -> None:
    hint = explains(requirement, core)
    assert (hint is None) == (not said)
    hints = (hint or "").split("; ")
    assert len(hints) == max(1, len(said))
    for part, word in zip(hints, said, strict=False):
        assert word in part


@pytest.mark.parametrize(
    ("requirement", "status", "word"),
    [
        ("CONF-01", 400, "sends no key"),
        ("CONF-01", 404, "X-UPSTREAM-ENDPOINT"),
        ("CONF-01", 500, None),
        ("CONF-01", 200, None),
        ("FEAT-01", 400, "sends no key"),
        ("FEAT-01", 500, None),
        ("CHAT-18", 500, "no object"),
        ("CHAT-18", 404, None),
    ],
)
def test_explanation_fits_the_status(requirement: str, status: int, word: str | None) -> None:
    hint = explains(requirement, CoreVersion.exactly("0.18.0"), status)
    assert (word is None) == (hint is None)
    assert word is None or (word in (hint or "") and "; " not in (hint or ""))


@pytest.mark.parametrize("one", DIFFERENCES, ids=lambda one: one.what[:40])
def test_nothing_is_explained_by_an_unknown_version(one: Difference) -> None:
    assert not one.is_certain(UNKNOWN)
    assert not one.is_possible(UNKNOWN)
    assert all(explains(requirement, UNKNOWN) is None for requirement in one.requirements)


@given(st.sampled_from(DIFFERENCES), st.sampled_from(RELEASES), st.sampled_from(RELEASES))
def test_what_is_certain_is_so_for_each_version(difference: Difference, one: Version, other: Version) -> None:
    core = CoreVersion("", min(one, other), max(one, other))
    each = [CoreVersion("", version, version) for version in RELEASES if min(one, other) <= version <= max(one, other)]
    assert difference.is_certain(core) == all(difference.is_certain(single) for single in each)
    assert difference.is_possible(core) or not difference.is_certain(core)
    if difference.is_possible(core):
        assert any(difference.is_possible(single) for single in each)


@pytest.mark.parametrize(
    ("core", "suspends"),
    [
        (CoreVersion.exactly("0.25.0-rc"), True),
        (CoreVersion.exactly("0.24.2"), True),
        (CoreVersion("", (0, 24), (0, 25)), True),
        (CoreVersion.exactly("0.23"), False),
        (CoreVersion.exactly("0.26.0"), False),
        (CoreVersion.exactly("0.18.0-rc"), False),
        (infer_core([element(*OF_25)]), False),
        (CoreVersion("", None, (0, 25)), False),
        (UNKNOWN, False),
    ],
    ids=lambda one: one.name or f"{one.least} to {one.most}" if isinstance(one, CoreVersion) else "",
)
def test_suspension_is_known(core: CoreVersion, suspends: bool) -> None:  # noqa: FBT001 - a row
    assert suspends_after_refusal(core) is suspends
    assert SUSPENSION in DIFFERENCES
