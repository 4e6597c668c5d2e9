"""What is known of a Core's version, and what follows from it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.dial.version import UNKNOWN, CoreVersion, Version, parse_version

EXACTLY_25 = CoreVersion.exactly("0.25.0-rc")
BETWEEN = CoreVersion("0.26 to 0.28 by its listing", (0, 26), (0, 28))
LATER = CoreVersion("0.45 or later by its listing", (0, 45), None)
BEFORE = CoreVersion("0.17 or before by its listing", None, (0, 17))

HAS: dict[str, tuple[CoreVersion, str | None, str | None, bool | None]] = {
    "all, always": (UNKNOWN, None, None, True),
    "the very first": (EXACTLY_25, "0.25", None, True),
    "one later": (EXACTLY_25, "0.26", None, False),
    "gone with it": (EXACTLY_25, None, "0.25", False),
    "gone after it": (EXACTLY_25, None, "0.26", True),
    "come and gone around it": (EXACTLY_25, "0.24", "0.26", True),
    "come and gone before it": (EXACTLY_25, "0.18", "0.24", False),
    "nothing between": (EXACTLY_25, "0.25", "0.25", False),
    "since the least": (BETWEEN, "0.26", None, True),
    "since the middle": (BETWEEN, "0.27", None, None),
    "since the most": (BETWEEN, "0.28", None, None),
    "since after the most": (BETWEEN, "0.29", None, False),
    "until after the most": (BETWEEN, None, "0.29", True),
    "until the most": (BETWEEN, None, "0.28", None),
    "until the least": (BETWEEN, None, "0.26", False),
    "in the middle": (BETWEEN, "0.27", "0.28", None),
    "open above, since before": (LATER, "0.41", None, True),
    "open above, since after": (LATER, "0.49", None, None),
    "open above, until before": (LATER, None, "0.38", False),
    "open above, until after": (LATER, None, "0.60", None),
    "open below, since before": (BEFORE, "0.15", None, None),
    "open below, since after": (BEFORE, "0.18", None, False),
    "open below, until after": (BEFORE, None, "0.18", True),
    "unknown, since": (UNKNOWN, "0.18", None, None),
    "unknown, until": (UNKNOWN, None, "0.38", None),
    "unknown, until before any": (UNKNOWN, None, "0.0", False),
    "minor versions are numbers": (CoreVersion.exactly("0.100.0"), "0.49", None, True),
    "major versions come first": (CoreVersion.exactly("1.2"), "0.49", None, True),
}


def minors() -> st.SearchStrategy[Version]:
    return st.tuples(st.integers(0, 1), st.integers(0, 9))


def within(core: CoreVersion) -> list[Version]:
    """Every version of a small world that a Core may be."""
    world = [(major, minor) for major in range(2) for minor in range(10)]
    return [one for one in world if (core.least or one) <= one <= (core.most or one)]


def text(version: Version | None) -> str | None:
    return None if version is None else f"{version[0]}.{version[1]}"


@pytest.mark.parametrize(("core", "since", "until", "expected"), HAS.values(), ids=HAS)
def test_has(core: CoreVersion, since: str | None, until: str | None, expected: bool | None) -> None:  # noqa: FBT001 - a row
    assert core.has(since, until) is expected


@given(minors(), minors(), st.none() | minors(), st.none() | minors())
def test_has_is_what_each_version_within_the_bounds_has(
    one: Version, other: Version, since: Version | None, until: Version | None
) -> None:
    core = CoreVersion("", min(one, other), max(one, other))
    each = {(since or one_of) <= one_of and (until is None or one_of < until) for one_of in within(core)}
    told = core.has(text(since), text(until))
    if told is not None:
        assert each == {told}
    elif since is None or until is None or since < until:
        assert each == {True, False}


@given(st.none() | minors(), st.none() | minors(), st.none() | minors())
def test_less_knowledge_never_contradicts_more(least: Version | None, most: Version | None, at: Version | None) -> None:
    wide = CoreVersion("", least, most)
    for version in within(wide):
        told = wide.has(text(at))
        assert told in (None, CoreVersion.exactly(f"{version[0]}.{version[1]}").has(text(at)))


@pytest.mark.parametrize("wrong", ["", "late", "v0.25"])
def test_bound_that_is_no_version_is_an_error(wrong: str) -> None:
    with pytest.raises(ValueError, match="is no version"):
        EXACTLY_25.has(wrong)
    with pytest.raises(ValueError, match="is no version"):
        UNKNOWN.has(None, wrong)


@pytest.mark.parametrize(
    ("told", "shown", "version"),
    [
        ("0.25.0-rc", "0.25.0-rc", (0, 25)),
        ("0.18.0-rc\n", "0.18.0-rc", (0, 18)),
        ("development", "development", None),
        ("0", "0", None),
        ("", "unknown", None),
        (" \n", "unknown", None),
    ],
    ids=["0.25", "newline", "word", "major alone", "empty", "blank"],
)
def test_exactly(told: str, shown: str, version: Version | None) -> None:
    assert CoreVersion.exactly(told) == CoreVersion(shown, version, version)


def test_unknown_knows_nothing() -> None:
    assert (UNKNOWN.name, UNKNOWN.least, UNKNOWN.most) == ("unknown", None, None)
    assert CoreVersion.exactly("unknown") == UNKNOWN


@given(st.text())
def test_any_text_is_a_version_that_is_shown(told: str) -> None:
    core = CoreVersion.exactly(told)
    assert core.name
    assert core.least == core.most == parse_version(told)
