"""The table of options: what comes from it is whole, and one row is enough."""

from __future__ import annotations

from argparse import Namespace
from dataclasses import fields
from pathlib import Path

import pytest

from conformance.contract.recipe import OptIn
from conformance.reports.options import options_page
from conformance.run.option_conflicts import conflicts
from conformance.run.options import OPTIONS, Group, Option
from conformance.run.reading_settings import read_settings
from conformance.run.settings import Settings
from tests.running import ROOT, Suite

NOWHERE = Path("/no/such/folder")
OF_NO_OPTION = {"credentials", "record_mode", "allowed_hosts", "block_network", "notes", "opt_ins"}
"""From the environment, from pytest-recording's options, or from several switches."""

each = pytest.mark.parametrize("option", OPTIONS, ids=lambda one: one.flag)


def test_every_setting_has_one_option() -> None:
    named = [one.field for one in OPTIONS if one.field is not None]
    assert len(named) == len(set(named))
    assert set(named) == {one.name for one in fields(Settings)} - OF_NO_OPTION


def test_opt_ins_are_those_of_recipes() -> None:
    assert {one.flag for one in OPTIONS if one.opt_in} == set(OptIn)


def test_nothing_given_is_the_default() -> None:
    assert read_settings(Namespace(), {}, Path.cwd()) == Settings()


@pytest.mark.parametrize("option", [one for one in OPTIONS if one.variable], ids=lambda one: one.flag)
def test_variable_says_what_the_option_says(option: Option) -> None:
    value = option.needed or "dall-e-3"
    environment = {"DIAL_URL": "https://dial.example.com", "DIAL_API_KEY": "canary-key-0001"}
    said = read_settings(Namespace(live=True), {**environment, str(option.variable): value}, NOWHERE)
    assert said == read_settings(Namespace(live=True, **{option.name: value}), environment, NOWHERE)


@each
def test_help_is_a_sentence_without_its_end(option: Option) -> None:
    assert option.help[0].islower()
    assert not option.help.endswith(".")
    assert "%" not in option.full_help, "argparse would take it for a place to fill in"


@each
def test_default_as_it_is_written_is_the_default(option: Option) -> None:
    if option.written_default:
        assert option.value(Namespace(**{option.name: option.written_default})) == option.default


@each
def test_options_do_something_alone(option: Option) -> None:
    nothing = dict.fromkeys([one.name for one in OPTIONS]) | {"collectonly": False}
    assert list(conflicts(Namespace(**nothing))) == []
    assert option.value(Namespace(**nothing)) is None


def test_help_shows_all_options_in_their_groups(suite: Suite) -> None:
    shown = suite.run("--help").out
    titles = [line for line in shown.splitlines() if line.startswith("DIAL conformance: ")]
    assert titles == [f"DIAL conformance: {group}:" for group in Group]
    assert [one.flag for one in OPTIONS if f"\n  {one.flag}" not in shown] == []


def test_page_is_current() -> None:
    assert (ROOT / "docs/options.md").read_text() == options_page(), "make docs"
