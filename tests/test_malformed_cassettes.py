"""Cassettes that are none, or of another request: one clear line that names the file, and nothing of it is executed."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.running import CORE_25, Suite, SuiteRun

REFUSED = "dall-e-3/refused.quality=42.yaml"
LISTINGS = ["_instance/listing.yaml", "_instance/models.yaml", "_instance/applications.yaml"]
MARK = "executed"
OF_PYTHON = ["object is not", "indices must be", "values to unpack", "has no attribute", "unhashable"]
"""Words that tell the reader of the suite, and not of the file, what is wrong."""


def truncated(text: str) -> str:
    return text[: len(text) // 3]


def with_status(status: str) -> Callable[[str], str]:
    return lambda text: text.replace("      code: 422", f"      code: {status}")


def with_quality(value: str) -> Callable[[str], str]:
    return lambda text: text.replace('"quality":42', f'"quality":{value}')


def without(line: str) -> Callable[[str], str]:
    return lambda text: "\n".join(one for one in text.splitlines() if one.strip() != line)


def constantly(text: str) -> Callable[[str], str]:
    return lambda _: text


MALFORMED = {
    "empty": constantly(""),
    "truncated": truncated,
    "binary": constantly("\0\1\2"),
    "tab": constantly("version:\t1\n\t- x: ["),
    "list": constantly("- 1\n- 2\n"),
    "text": constantly("not recorded yet"),
    "no interaction": constantly("version: 1\ninteractions: []\n"),
    "two interactions": constantly("version: 1\ninteractions: [{}, {}]\n"),
    "interaction that is text": constantly("version: 1\ninteractions: [x]\n"),
    "no request": without("method: POST"),
    "status as text": with_status("'422'"),
    "status that is true": with_status("true"),
    "status that is a list": with_status("[422]"),
    "100,000 brackets": constantly("[" * 100_000),
    "100,000 closed brackets": constantly("[" * 100_000 + "]" * 100_000),
    "100,000 braces": constantly("{" * 100_000),
    "100,000 levels of lists": constantly("- " * 100_000),
    "an alias of itself": constantly("interactions: &a [*a]\n"),
    "a billion laughs": constantly(
        "a0: &a0 [x]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 30))
    ),
    "a call": constantly(f"!!python/object/apply:os.system ['touch {MARK}']\n"),
    "a call inside": with_status(f"!!python/object/apply:os.system ['touch {MARK}']"),
    "a new object": constantly(f"!!python/object/new:subprocess.Popen [['touch', '{MARK}']]\n"),
    "a module": constantly("!!python/module:antigravity x\n"),
    "an anchor that is not there": constantly("interactions: *nowhere\n"),
    "two documents": constantly("a: 1\n---\nb: 2\n"),
}

OTHERS = {
    "text for a number": with_quality('"42"'),
    "decimal for a number": with_quality("42.0"),
    "another number": with_quality("43"),
    "another deployment": lambda text: text.replace('"model":"dall-e-3"', '"model":"dall-e-2"'),
    "another method": lambda text: text.replace("method: POST", "method: PUT"),
    "another path": lambda text: text.replace("/chat/completions?", "/chat/completion?"),
    "another query": lambda text: text.replace("2023-12-01-preview", "2024-12-01-preview"),
    "normalised path": lambda text: text.replace("/chat/completions", "/./chat/completions"),
    "no key": lambda text: text.replace("      Api-Key:\n      - $DIAL_API_KEY\n", ""),
    "second key": lambda text: text.replace("$DIAL_API_KEY", "$DIAL_API_KEY_2"),
    "other spelling of the header": lambda text: text.replace("Api-Key:", "API-KEY:"),
    "other content type": lambda text: text.replace("application/json\n    method", "text/plain\n    method"),
}


class BrokenSet:
    """A set of which some cassettes are something else, until they are restored."""

    def __init__(self, folder: Path, suite: Suite) -> None:
        self.folder = folder
        self._suite = suite
        self._before: dict[Path, bytes] = {}
        self._added: list[Path] = []

    def change(self, name: str, change: Callable[[str], str]) -> Path:
        cassette = self.remove(name)
        before = self._before[cassette].decode()
        cassette.write_text(change(before))
        assert cassette.read_text() != before, "the test changes nothing"
        return cassette

    def remove(self, name: str) -> Path:
        cassette = self.folder / name
        self._before.setdefault(cassette, cassette.read_bytes())
        cassette.unlink()
        return cassette

    def add(self, name: str) -> None:
        self._added.append(self.folder / name)
        self._added[-1].write_text("nobody needs it")

    def restore(self) -> None:
        for cassette in self._added:
            cassette.unlink()
        for cassette, content in self._before.items():
            if cassette.is_dir():
                cassette.rmdir()
            cassette.write_bytes(content)

    def replay(self, *arguments: str) -> SuiteRun:
        run = self._suite.replay("--dial-deployment=dall-e-3", *arguments, cassettes=self.folder)
        assert "Traceback" not in run.output
        assert "INTERNALERROR" not in run.output
        assert not list(self._suite.folder.rglob(MARK)), "a cassette was executed"
        return run


@pytest.fixture(scope="module")
def whole_set(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of a set."""
    return Path(shutil.copytree(CORE_25, tmp_path_factory.mktemp("sets") / "set"))


@pytest.fixture
def broken(suite: Suite, whole_set: Path) -> Iterator[BrokenSet]:
    broken = BrokenSet(whole_set, suite)
    yield broken
    broken.restore()


@pytest.mark.parametrize("case", MALFORMED)
def test_malformed(broken: BrokenSet, case: str) -> None:
    cassette = broken.change(REFUSED, MALFORMED[case])
    run = broken.replay("--requirement=CHAT-05", "-kquality")
    assert run.exit_code == 10, run.output
    (line,) = told(run, cassette)
    assert 'exchange "refused": the cassette is malformed: ' in line
    assert not any(words in line for words in OF_PYTHON), line
    assert run.verdicts["test_chat::test_invalid_value_is_refused[dall-e-3-quality=42]"] == "could not run"
    assert set(run.counts) == {"passed", "could not run"}
    assert run.counts["could not run"] == 1


@pytest.mark.parametrize("case", OTHERS)
def test_other_request(broken: BrokenSet, case: str) -> None:
    cassette = broken.change(REFUSED, OTHERS[case])
    run = broken.replay("--requirement=CHAT-05", "-kquality")
    assert run.exit_code == 10, run.output
    assert run.counts["could not run"] == 1
    (line,) = told(run, cassette)
    assert "recorded for another request: " in line
    assert line.count("/openai/deployments/dall-e-3/") >= 1
    assert " has " in line
    assert ", asked is POST /openai/deployments/dall-e-3/chat/completions?api-version=2023-12-01-preview" in line


@pytest.mark.parametrize(
    ("asked", "recorded"),
    [("true", "1"), ("1.5", "1"), ("%5B1%5D", "true")],
    ids=["1 for true", "1 for 1.5", "true for a list"],
)
def test_json_types_differ(broken: BrokenSet, asked: str, recorded: str) -> None:
    name = f"dall-e-3/refused.quality={asked}.yaml"
    value = asked.replace("%5B", "[").replace("%5D", "]")
    cassette = broken.change(name, lambda text: text.replace(f'"quality":{value}', f'"quality":{recorded}'))
    run = broken.replay("--requirement=CHAT-05", "-kquality")
    assert run.exit_code == 10, run.output
    assert "recorded for another request" in told(run, cassette)[0]


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace('"quality":42', '"quality": 42'),
        lambda text: text.replace("version: 1", "version: 1\nnote: copied by hand"),
        lambda text: text.replace("- $DIAL_API_KEY", '- "$DIAL_API_KEY"'),
    ],
    ids=["white space", "one more field", "quotes"],
)
def test_same_request_in_another_writing_is_taken(broken: BrokenSet, change: Callable[[str], str]) -> None:
    broken.change(REFUSED, change)
    assert broken.replay("--requirement=CHAT-05", "-kquality").exit_code == 0


def test_missing(broken: BrokenSet) -> None:
    cassette = broken.remove(REFUSED)
    run = broken.replay("--requirement=CHAT-05", "-kquality")
    assert run.exit_code == 10, run.output
    assert run.counts["could not run"] == 1
    assert 'exchange "refused": the cassette is missing: there is no ' in told(run, cassette)[0]


def test_folder_in_place_of_a_cassette(broken: BrokenSet) -> None:
    cassette = broken.remove(REFUSED)
    cassette.mkdir()
    run = broken.replay("--requirement=CHAT-05", "-kquality")
    assert run.exit_code == 10, run.output
    assert len(told(run, cassette)) == 1


@pytest.mark.parametrize("case", ["empty", "truncated", "100,000 brackets", "a call"])
def test_malformed_listings(broken: BrokenSet, case: str) -> None:
    for name in LISTINGS:
        broken.change(name, MALFORMED[case])
    run = broken.replay("--requirement=LIST-01,LIST-07,CONF-01")
    assert run.exit_code == 10, run.output
    assert run.requirements("could not run") == {"LIST-01", "LIST-07"}
    assert len(told(run, broken.folder / LISTINGS[0])) == 1


def test_nothing_that_tells_of_a_deployment_can_be_read(broken: BrokenSet) -> None:
    for name in (*LISTINGS, "dall-e-3/deployment_alone.yaml", "dall-e-3/home.yaml"):
        broken.change(name, MALFORMED["truncated"])
    run = broken.replay("--requirement=CONF-01")
    assert run.exit_code == 4, run.output
    assert "dall-e-3" in run.complaint
    assert "the cassette is malformed" in run.complaint
    assert str(broken.folder / "_instance") in run.complaint


@pytest.mark.parametrize("case", ["empty", "truncated", "100,000 brackets", "a call", "a billion laughs"])
def test_malformed_meta(broken: BrokenSet, case: str) -> None:
    meta = broken.change("meta.yaml", MALFORMED[case])
    run = broken.replay()
    assert run.exit_code == 4, run.output
    assert str(meta) in run.complaint


def test_cassette_that_nothing_needs_is_told(suite: Suite, broken: BrokenSet) -> None:
    broken.add("dall-e-3/refused.quality=43.yaml")
    run = suite.replay(cassettes=broken.folder)
    assert run.exit_code == 0, run.output
    assert "refused.quality=43.yaml" in run.out
    assert "not used" in run.out


def told(run: SuiteRun, cassette: Path) -> list[str]:
    """The lines of the summary that name a cassette."""
    summary = run.out.partition("DIAL conformance")[2]
    lines = [line for line in summary.splitlines() if str(cassette) in line]
    assert lines, run.output
    return lines
