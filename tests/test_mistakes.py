"""The typical mistakes of somebody who writes a check: each is one clear line, with the place."""

from __future__ import annotations

import re
from pathlib import Path
from types import ModuleType

import pytest

from conformance.contract.declaration import DeclarationError
from conformance.contract.exchange import Exchange, Request
from conformance.contract.recipe import Recipe, recipe
from conformance.contract.recipe_book import RecipeBook, RecipeError
from conformance.contract.requirement import MUST, registry, requirement, requirement_of
from tests.conftest import Serve
from tests.mistakes import assertions_without_message, without_defect
from tests.running import CHECKS, CORE_25, DALLE3, Suite

CHECK = '''
from conformance.contract.exchange import Exchange
from conformance.contract.requirement import MUST, requirement

@requirement("LIST-90", MUST, source="a house rule")
def test_one(listing: Exchange) -> None:
    """The listing answers 200."""
    assert listing.status == 200, listing.because("200")
'''
MORE = '''
@requirement("LIST-90", MUST, source="a house rule")
def test_two(listing: Exchange) -> None:
    """The listing is there."""
    assert listing.status == 200, listing.because("200")
'''
OWN = {
    "a wrong recipe name": (
        CHECK.replace("listing:", "lisitng:"),
        "test_own.py:4: LIST-90 needs lisitng, which is no recipe, facts or requirement; did you mean listing?",
    ),
    "a wrong requirement": (
        CHECK.replace("MUST, source", 'MUST, requires=("LIST-1",), source'),
        r"test_own.py:4: LIST-90 needs LIST-1, which is no recipe, facts or requirement; did you mean LIST-\d+\?",
    ),
    "a wrong proof": (
        CHECK.replace("MUST, source", 'MUST, proven_by="acepted", source'),
        "test_own.py:4: LIST-90 needs acepted, which is no recipe, facts or requirement; did you mean accepted?",
    ),
    "no docstring": (
        CHECK.replace('    """The listing answers 200."""\n', ""),
        "test_own.py:4: LIST-90: test_one has no docstring, which is the requirement's sentence",
    ),
    "no source": (
        CHECK.replace(', source="a house rule"', ""),
        'test_own.py:4: LIST-90 has no source: write source="...", where the rule is written',
    ),
    "an id twice": (
        CHECK + MORE,
        "test_own.py:9: LIST-90 is used twice: test_two has the id of test_one (test_own.py:4)",
    ),
}


@pytest.mark.parametrize("mistake", OWN)
@pytest.mark.parametrize("plan", [[], ["--plan"]], ids=["run", "plan"])
def test_mistake_in_a_check_of_somebody_else(pytester: pytest.Pytester, mistake: str, plan: list[str]) -> None:
    source, expected = OWN[mistake]
    pytester.makeconftest('pytest_plugins = ["conformance.plugin"]')
    pytester.makepyprojecttoml('[tool.pytest]\nstrict = true\naddopts = ["--import-mode=importlib"]')
    pytester.makepyfile(test_own=source)
    run = pytester.runpytest_inprocess(f"--cassettes={CORE_25}", *plan)
    assert run.ret == pytest.ExitCode.INTERRUPTED, run.stdout.str()
    _, _, told = run.stdout.str().partition("ERROR collecting test_own.py")
    lines = told.partition("short test summary")[0].splitlines()[1:-1]
    pattern = expected if "\\d" in expected else re.escape(expected)
    assert len(lines) == 1, told
    assert re.fullmatch(pattern, lines[0]), lines[0]


def test_a_session_that_cannot_be_collected_costs_nothing(suite: Suite, serve: Serve) -> None:
    """pytest ends it before the first test, so a model would be asked for nothing."""
    served = serve()
    path = suite.folder / "test_own.py"
    path.write_text(OWN["no docstring"][0])
    run = suite.live(served, DALLE3, str(CHECKS / "test_chat.py"), str(path))
    assert run.exit_code == pytest.ExitCode.INTERRUPTED
    assert served.completions == 0
    assert "LIST-90: test_one has no docstring" in run.out
    assert re.search(r"^interrupted after \d+ requests; nothing was checked or recorded$", run.out, re.MULTILINE)


def test_mistake_in_a_check_of_the_suite_ends_the_run_with_one_line(
    suite: Suite, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise DeclarationError("conformance/checks/test_info:41: INFO-02 is used twice: ...")

    monkeypatch.setattr("conformance.run.registry.all_requirements", refuse)
    run = suite.replay()
    assert run.exit_code == pytest.ExitCode.USAGE_ERROR
    assert run.complaint == "conformance/checks/test_info:41: INFO-02 is used twice: ..."


def test_mistake_in_a_recipe_ends_the_run_with_one_line(suite: Suite, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise RecipeError("conformance/recipes/features:9: health needs listng, which is no recipe; ...")

    monkeypatch.setattr("conformance.run.contracts.recipe_book", refuse)
    run = suite.replay()
    assert run.exit_code == pytest.ExitCode.USAGE_ERROR
    assert run.complaint == "conformance/recipes/features:9: health needs listng, which is no recipe; ..."


def of_the_suite() -> ModuleType:
    """Checks with mistakes, where pytest does not collect them."""

    @requirement("INFO-02", MUST, source="a house rule")
    def is_told(listing: Exchange) -> None:
        """The listing is told."""
        assert listing.status, listing.because("it")

    @requirement("INFO-02", MUST, source="a house rule")
    def is_told_again(listing: Exchange) -> None:
        """The listing is told again."""
        assert listing.status, listing.because("it")

    @requirement("INFO-03", MUST, source="a house rule")
    def says_nothing(listing: Exchange) -> None:
        assert listing.status, listing.because("it")

    module = ModuleType(__name__)
    vars(module).update(is_told=is_told, is_told_again=is_told_again, says_nothing=says_nothing)
    return module


def without(name: str) -> ModuleType:
    module = of_the_suite()
    delattr(module, name)
    return module


def test_registry_of_an_id_that_is_used_twice() -> None:
    with pytest.raises(DeclarationError) as raised:
        registry([without("says_nothing")])
    place = r"tests/test_mistakes\.py:\d+"
    expected = rf"{place}: INFO-02 is used twice: is_told_again has the id of is_told \({place}\)"
    assert re.fullmatch(expected, str(raised.value))


def test_registry_of_a_check_without_docstring() -> None:
    with pytest.raises(DeclarationError, match=r"^tests/test_mistakes\.py:\d+: INFO-03: says_nothing has no docstring"):
        registry([without("is_told")])


@recipe
def listing() -> Request:
    """The listing."""
    return Request("GET", "/openai/deployments")


@recipe(after=("listng",))
def models() -> Request:
    """The models."""
    return Request("GET", "/openai/models")


@recipe(undo="removd")
def written() -> Request:
    """Something is written."""
    return Request("POST", "/v1/files")


@recipe
def removed(writen: Exchange) -> Request:
    """It is removed."""
    return Request("DELETE", writen.request.path)


@pytest.mark.parametrize(
    ("recipes", "message"),
    [
        ([listing, models], "models needs listng, which is no recipe, facts or requirement; did you mean listing?"),
        ([written, removed], "removed needs writen, which is no recipe, facts or requirement; did you mean written?"),
        ([written, listing], "written needs removd, which is no recipe, facts or requirement"),
        ([listing, listing], "listing is used twice: "),
    ],
    ids=["after", "a parameter", "undo", "twice"],
)
def test_recipes_that_do_not_fit_together(recipes: list[Recipe], message: str) -> None:
    with pytest.raises(RecipeError) as raised:
        RecipeBook(recipes)
    place, _, told = str(raised.value).partition(": ")
    assert re.fullmatch(r"tests/test_mistakes\.py:\d+", place)
    assert told.startswith(message)
    assert "\n" not in told


def test_requirement_without_a_defect() -> None:
    found = requirement_of(of_the_suite().is_told)
    assert found is not None
    assert without_defect([found], {"INFO-02"}) == []
    (line,) = without_defect([found], {"INFO-03"})
    assert re.match(r"tests/test_mistakes\.py:\d+: INFO-02 has no defect: write one in conformance/standin/", line)


def test_assertion_without_a_message(tmp_path: Path) -> None:
    path = tmp_path / "test_own.py"
    path.write_text(CHECK.replace(', listing.because("200")', ""))
    assert assertions_without_message(path) == [
        f"{path}:8: this assertion has no message: write `assert ..., exchange.because(expected)`"
    ]
