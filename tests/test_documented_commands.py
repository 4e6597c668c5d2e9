"""What README.md and docs/*.md show is found, run and compared as tests/documented_commands says; .ci/run does it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.documented_commands.__main__ import read_all, tracked
from tests.documented_commands.comparing import difference
from tests.documented_commands.document import Command, ShownFile, UnclearError, read
from tests.documented_commands.exceptions import LIST, Exceptions
from tests.documented_commands.running import Outcome, Reader, unused
from tests.documented_commands.terminal import environment_of

Followed = Callable[..., list[Outcome]]
NOTHING = "not_run = []\n[instead]\n"
SERVER = """
```python
# server.py
import http.server, sys
server = http.server.HTTPServer(("127.0.0.1", 8080), http.server.SimpleHTTPRequestHandler, bind_and_activate=False)
server.server_address = ("127.0.0.1", int("port=8080".partition("=")[2]))
server.server_bind()
server.server_activate()
print("I answer at http://127.0.0.1:8080")
server.serve_forever()
```
```sh
python3 server.py
```
answers at http://127.0.0.1:8080 as soon as it can.
```text
I answer at http://127.0.0.1:8080
```
"""
ASK = "python3 -c 'import urllib.request as asked; print(asked.urlopen(\"http://127.0.0.1:8080\", timeout=9).status)'"


@pytest.fixture
def followed(tmp_path: Path) -> Followed:
    """What comes of documents, each a name and a text."""

    def follow(exceptions: Exceptions | None = None, seconds: float = 60, **texts: str) -> list[Outcome]:
        checkout = tmp_path / "checkout"
        checkout.mkdir(exist_ok=True)
        reader = Reader(
            checkout,
            tmp_path / "terminals",
            exceptions or Exceptions(NOTHING),
            environment_of(tmp_path / "machine"),
            seconds,
        )
        return list(reader.follow([read(name, text) for name, text in texts.items()]))

    return follow


def problems(outcomes: list[Outcome]) -> list[str]:
    return [one.problem for one in outcomes if one.problem]


def commands(text: str) -> list[str]:
    return [step.text for step in read("a.md", text).steps if isinstance(step, Command)]


def test_each_line_of_a_block_is_a_command_and_inline_code_that_begins_like_one() -> None:
    text = "Say `make all`, `--quiet` or `python`.\n```sh\none a\n\ntwo \\\n  b\n```\nThen `python3 -m\nthree`."
    assert commands(text) == ["make all", "one a", "two \\\n  b", "python3 -m three"]


def test_a_command_is_told_by_document_and_line() -> None:
    steps = read("a.md", "Say `make all`.\n\n```sh\none \\\n  a\ntwo\n```\n").steps
    assert [step.place for step in steps] == ["a.md:1", "a.md:4", "a.md:6"]


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("exits with 1: why", 1),
        ("The exit code\nis 10.", 10),
        ("It prints.\n```text\nout\n```\nThe exit code is 4.", 4),
        ("The exit code is 1 if something got worse.", 0),
        ("## A heading\nThe exit code is 1.", 0),
        ("or `make all`. The exit code is 1.", 0),
    ],
)
def test_the_exit_code_is_what_is_said_after_the_command(said: str, code: int) -> None:
    step = read("a.md", f"```sh\none\n```\n{said}").steps[0]
    assert isinstance(step, Command)
    assert step.exit_code == code


@pytest.mark.parametrize("text", ["```\nmake all\n```\n", "```yaml\na: b\n```\n", "```text\nout\n```\n"])
def test_a_block_that_does_not_say_what_it_is_is_refused(text: str) -> None:
    with pytest.raises(UnclearError, match=r"a\.md:1: "):
        read("a.md", text)


def test_a_file_says_its_path_and_what_it_needs() -> None:
    file = read("a.md", "```python\n# some/where.py; import that\n\n\nthat.done()\n```\n").steps[0]
    assert isinstance(file, ShownFile)
    assert (file.path, file.needed) == ("some/where.py", "import that")
    present = '"""Says."""\n\nfrom __future__ import annotations\n\nimport this\n'
    future = "from __future__ import annotations\n"
    assert file.added_to(present) == present.replace(future, f"{future}import that\n") + "\n\nthat.done()\n"


@pytest.mark.parametrize(
    ("shown", "printed"),
    [
        ("one\ntwo", "zero\none\ntwo\nthree"),
        ("one\n...\nfour", "one\ntwo\nthree\nfour"),
        ("got: 200 {...}, or not", "got: 200 {}, or not"),
        ("=== 1 passed in 0.10s ===", "====== 1 passed in 10.00s ======"),
        ("made 2026-01-01T00:00:00+00:00", "made 2027-02-03T04:05:06Z"),
        ("id chatcmpl-83b94d6a-9404-46f1-b966-f5b4f6f6e2bb", "id chatcmpl-03b94d6a-9404-46f1-b966-f5b4f6f6e2bc"),
    ],
)
def test_what_is_shown_was_printed(shown: str, printed: str) -> None:
    assert difference(shown, printed) == ""


@pytest.mark.parametrize(
    ("shown", "printed", "wrong"),
    [
        ("one\ntwo", "one\n2\ntwo", "shown:   two\nprinted: 2"),
        ("one\ntwo", "one", "shown:   two\nprinted: (the end)"),
        ("1 passed in 0.10s", "2 passed in 0.10s", "shown:   1 passed in (time)\nprinted: 2 passed in (time)"),
        ("one\n...\none", "one\ntwo", "shown:   one\nprinted: two"),
        ("one", "", "shown:   one\nprinted: (the end)"),
    ],
)
def test_what_is_shown_and_was_not_printed_is_said(shown: str, printed: str, wrong: str) -> None:
    assert difference(shown, printed) == wrong


def test_a_command_begins_where_the_one_before_it_ended(followed: Followed) -> None:
    done = "mkdir 'a b'\ncd 'a b'\nexport NAME='x y'\nprintf '%s %s' \"$NAME\" \"${PWD##*/}\""
    assert problems(followed(a=f"```sh\n{done}\n```\n```text\nx y a b\n```\n")) == []


def test_an_exit_code_that_is_not_the_one_that_is_said_is_a_failure(followed: Followed) -> None:
    outcomes = followed(a="```sh\n(exit 3)\n```\nexits with 3.\n```sh\necho seen; (exit 1)\ntrue\n```\nexits with 1.\n")
    assert problems(outcomes) == [
        "it ended with 1, and by the text with 0\nseen",
        "it ended with 0, and by the text with 1",
    ]


def test_output_that_is_not_what_is_shown_is_a_failure(followed: Followed) -> None:
    outcomes = followed(a="```sh\necho 2 passed >&2\n```\n```text\n1 passed\n```\n")
    assert problems(outcomes) == ["shown:   1 passed\nprinted: 2 passed"]


def test_a_command_that_does_not_end_is_ended(followed: Followed) -> None:
    outcomes = followed(a="```sh\necho begun; sleep 600\n```\n", seconds=1)
    assert problems(outcomes) == ["it did not end within 1 seconds\nbegun"]


def test_a_server_is_asked_until_its_document_ends(followed: Followed) -> None:
    asked = f"```sh\n{ASK}\n```\n"
    outcomes = followed(a=SERVER + asked, b=f"<!-- continues a -->\n{asked}")
    assert problems(outcomes) == []
    assert outcomes[0].exit_code is None


def test_a_server_that_is_started_again_takes_the_place_of_the_first(followed: Followed) -> None:
    assert problems(followed(a=SERVER + SERVER)) == []


def test_a_document_that_continues_no_other_has_a_terminal_of_its_own(followed: Followed) -> None:
    text = '```sh\necho "<$NAME>"\n```\n```text\n<>\n```\n'
    outcomes = followed(a=f"```sh\nexport NAME=x\n```\n{SERVER}", b=f"{text}```sh\n{ASK}\n```\n")
    assert len(problems(outcomes)) == 1
    assert "Connection refused" in problems(outcomes)[0]


def test_a_server_that_ends_at_once_is_a_failure(followed: Followed) -> None:
    outcomes = followed(a="```sh\nfalse\n```\nanswers at http://127.0.0.1:8080 for ever.\n")
    assert problems(outcomes) == ["it ended before it answered at http://127.0.0.1:8080"]


def test_what_is_listed_is_not_run_and_examples_are_replaced(followed: Followed) -> None:
    exceptions = Exceptions(
        '[[not_run]]\ncommands = ["rm *", "a.yaml"]\nreason = "it is gone then"\n[instead]\n"KEY=..." = "KEY=x"\n'
    )
    text = "```yaml\n# a.yaml\na: b\n```\n```sh\nrm a\nKEY=... && echo $KEY\n```\n```text\nx\n```\n"
    outcomes = followed(exceptions, a=text)
    assert [one.not_run for one in outcomes] == ["it is gone then", "it is gone then", ""]
    assert problems(outcomes) == []
    assert list(exceptions.unused()) == []


def test_what_is_run_once_is_run_again_when_the_project_was_changed(followed: Followed, tmp_path: Path) -> None:
    (tmp_path / "checkout").mkdir()
    (tmp_path / "checkout" / "Makefile").write_text("all:\n\ttrue\n")
    exceptions = Exceptions('not_run = []\n[once]\ncommands = ["make all"]\n[instead]\n')
    made = "Written by `make all`.\n"
    file = "```python\n# a.py\nthis()\n```\n"
    outcomes = followed(exceptions, a=file + made, b=made, c=file + made, d="```sh\nmake all\n```\n")
    assert problems(outcomes) == []
    assert [bool(one.not_run) for one in outcomes] == [False, True, False, True]
    assert outcomes[1].not_run == "it was run at a:5, and the project is the same"
    assert list(exceptions.unused()) == []


def test_what_is_added_to_a_file_of_the_project_is_added(followed: Followed, tmp_path: Path) -> None:
    (tmp_path / "checkout").mkdir()
    (tmp_path / "checkout" / "a.py").write_text("from __future__ import annotations\n")
    followed(a="```python\n# a.py; import this\nthis()\n```\n")
    assert (tmp_path / "checkout" / "a.py").read_text() == (
        "from __future__ import annotations\nimport this\n\n\nthis()\n"
    )


def test_an_entry_that_fits_nothing_is_found() -> None:
    exceptions = Exceptions('[[not_run]]\ncommands = ["rm *"]\nreason = "gone"\n[instead]\n"KEY=..." = "KEY=x"\n')
    assert unused(exceptions, [read("a.md", "```sh\ntrue\n```\n")]) == ["KEY=...", "rm *"]
    once = Exceptions('not_run = []\n[once]\ncommands = ["make all"]\n[instead]\n')
    assert unused(once, [read("a.md", "`make all` and `make more`\n")]) == []
    once = Exceptions('not_run = []\n[once]\ncommands = ["make all"]\n[instead]\n')
    assert unused(once, [read("a.md", "`make more`\n")]) == ["make all"]


def test_every_block_of_our_documents_says_what_it_is_and_the_list_fits_them() -> None:
    assert unused(Exceptions(LIST.read_text()), read_all(tracked())) == []
