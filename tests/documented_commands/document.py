"""A document in Markdown, as the steps that its reader takes."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_FENCE = re.compile(r"^```(?P<language>\w*)\n(?P<content>.*?)^```$", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"`((?:[^`\n]|\n(?!\n))+)`")
_BEGINS_LIKE_A_COMMAND = re.compile(
    r"\.venv/bin/|(\.|dial-conformance|docker|export|git|helm|kubectl|make|pip|python3?)\s"
)
_HEADING = re.compile(r"^#+ ", re.MULTILINE)
_EXIT_CODE = re.compile(r"(?:exits\s+with|exit\s+code\s+is)\s+(\d+)[.,:;]")
_ANSWERS_AT = re.compile(r"answers\s+at\s+(http://127\.0\.0\.1:\d+)")
_PATH = re.compile(r"^# ([^\s:;]+\.\w+)(?:; (?P<needed>.*)|: .*)?\n")
_CONTINUES = re.compile(r"<!-- continues (\S+) -->")


class UnclearError(Exception):
    """A document does not say what a block of it is."""


@dataclass(frozen=True)
class Command:
    """A command that a document shows.

    Attributes:
        place: The document and the line, as `README.md:12`.
        text: What is typed.
        exit_code: Which one the document says that it has.
        answers_at: The address at which it answers until it is ended; empty if it ends by itself.
        shown: What the document shows as its output; empty if it shows none.
    """

    place: str
    text: str
    exit_code: int = 0
    answers_at: str = ""
    shown: str = ""


@dataclass(frozen=True)
class ShownFile:
    """A file that a document shows.

    Attributes:
        place: The document and the line.
        path: Where it belongs, as its first line says.
        content: All of it.
        needed: The import that its content needs, if it is added to a file.
    """

    place: str
    path: str
    content: str
    needed: str = ""

    def added_to(self, present: str) -> str:
        """The text of a Python file with this at its end."""
        future = "from __future__ import annotations\n"
        added = self.content.partition("\n")[2].strip("\n")
        return present.replace(future, f"{future}{self.needed}\n", 1) + f"\n\n{added}\n"


Step = Command | ShownFile


@dataclass(frozen=True)
class Document:
    """What a reader of a document does.

    Attributes:
        name: Its path in the project.
        continues: The document whose terminal its reader has; empty for a new one.
        steps: What is done, in the order of the text.
    """

    name: str
    continues: str
    steps: Sequence[Step]


def read(name: str, text: str) -> Document:
    """Read a document.

    Args:
        name: Its path in the project.
        text: Its Markdown.

    Raises:
        UnclearError: It has a block that is none of those that `tests/documented_commands/__init__.py` describes.
    """
    continues = _CONTINUES.search(text)
    steps: list[Step] = []
    for found, offset in _pieces(text):
        place = f"{name}:{text.count(chr(10), 0, offset) + 1}"
        if isinstance(found, str):
            _read_prose(found, name, text, offset, steps)
        elif found["language"] == "sh":
            steps += _commands(found["content"], name, text, found.start("content"))
        elif found["language"] == "text":
            _show(steps, place, found["content"].rstrip("\n"))
        elif found["language"] != "plain":
            steps.append(_file(found, place))
    return Document(name, continues[1] if continues else "", steps)


def _pieces(text: str) -> Iterator[tuple[re.Match[str] | str, int]]:
    """The blocks and the prose between them, each with its offset."""
    end = 0
    for block in _FENCE.finditer(text):
        yield text[end : block.start()], end
        yield block, block.start()
        end = block.end()
    yield text[end:], end


def _read_prose(prose: str, name: str, text: str, offset: int, steps: list[Step]) -> None:
    """Add the commands of the prose, and what it says of each and of the one before it."""
    inline = [one for one in _CODE.finditer(prose) if _BEGINS_LIKE_A_COMMAND.match(one[1])]
    begins = [0, *(one.end() for one in inline)]
    ends = [*(one.start() for one in inline), len(prose)]
    for index, (begin, end) in enumerate(zip(begins, ends, strict=True)):
        if index:
            found = inline[index - 1]
            line = text.count("\n", 0, offset + found.start()) + 1
            steps.append(Command(f"{name}:{line}", " ".join(found[1].split())))
        _say(steps, _HEADING.split(prose[begin:end])[0])


def _say(steps: list[Step], said: str) -> None:
    if not steps or not isinstance(steps[-1], Command):
        return
    code, address = _EXIT_CODE.search(said), _ANSWERS_AT.search(said)
    if code:
        steps[-1] = dataclasses.replace(steps[-1], exit_code=int(code[1]))
    if address:
        steps[-1] = dataclasses.replace(steps[-1], answers_at=address[1])


def _commands(content: str, name: str, text: str, offset: int) -> Iterator[Command]:
    line = text.count("\n", 0, offset) + 1
    for command in re.split(r"(?<!\\)\n", content):
        if command.strip():
            yield Command(f"{name}:{line}", command)
        line += command.count("\n") + 1


def _show(steps: list[Step], place: str, shown: str) -> None:
    if not steps or not isinstance(steps[-1], Command) or steps[-1].shown:
        raise UnclearError(f"{place}: there is no command before it that prints this")
    steps[-1] = dataclasses.replace(steps[-1], shown=shown)


def _file(block: re.Match[str], place: str) -> ShownFile:
    path = _PATH.match(block["content"])
    if not block["language"] or path is None:
        raise UnclearError(
            f"{place}: what is it? Commands are a block `sh`, what they print is a block `text`,"
            f" and the first line of a file is a comment with its path"
        )
    return ShownFile(place, path[1], block["content"], path["needed"] or "")
