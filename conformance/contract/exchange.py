"""An exchange: one HTTP request with its answer, as plain data that every layer shares."""

from __future__ import annotations

import json
import re
import shlex
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple, Protocol, Self

from conformance.contract.answer_fault import AnswerFault
from conformance.contract.case import escaped

API_KEY = "$DIAL_API_KEY"
OTHER_API_KEY = "$DIAL_API_KEY_2"
BEARER_TOKEN = "$DIAL_BEARER_TOKEN"  # noqa: S105 - the name of the environment variable, not a token
ORIGIN = "$DIAL_ORIGIN"
"""What stands for the origin of `--origin`, so that a cassette does not depend on it."""

Headers = tuple[tuple[str, str], ...]
Chunks = tuple[tuple[float, int], ...]

MAX_JSON_DEPTH = 200
_EXCERPT = 240


class InvalidJsonError(ValueError):
    """A body that is not one JSON document (RFC 8259), or one nested too deep to be looked at."""


class UnreadableJsonError(InvalidJsonError):
    """A body that may be JSON, but is nested too deep, or has numbers too long, to be looked at."""


def parse_json(body: bytes) -> Any:
    """Read a body as JSON.

    Args:
        body: The bytes as they came.

    Returns:
        The document, as plain Python values.

    Raises:
        InvalidJsonError: It is not UTF-8, not JSON (NaN and Infinity are not, RFC 8259 section 6), or too deep.
    """

    def not_a_number(name: str) -> None:
        raise InvalidJsonError(f"{name} is not a JSON number")

    try:
        document = json.loads(body.decode("utf-8"), parse_constant=not_a_number)
    except InvalidJsonError:
        raise
    except RecursionError:
        raise UnreadableJsonError("nested too deep") from None
    except ValueError as error:
        if "integer string conversion" in str(error):  # Python's own bound, which has no type of its own
            raise UnreadableJsonError(str(error)) from None
        raise InvalidJsonError(str(error)) from None
    level = [document]
    for _ in range(MAX_JSON_DEPTH):
        if not level:
            return _without_half_surrogates(document) if b"\\ud" in body.lower() else document
        level = [
            child
            for value in level
            if isinstance(value, dict | list)
            for child in (value.values() if isinstance(value, dict) else value)
        ]
    raise UnreadableJsonError(f"nested deeper than {MAX_JSON_DEPTH} levels")


def _without_half_surrogates(document: Any) -> Any:
    """Write "?" for what JSON can say and UTF-8 cannot (RFC 8259 section 8.2), so that it can be shown and sent."""
    return json.loads(json.dumps(document, ensure_ascii=False).encode("utf-8", "replace"))


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked. Credentials are written as the name of their environment variable, never by value.

    Attributes:
        method: The HTTP method.
        path: The raw path and query as they go out, not normalised.
        headers: In their order and spelling.
        body: The bytes of the body, empty if there is none.
    """

    method: str
    path: str
    headers: Headers = ()
    body: bytes = b""

    def header(self, name: str) -> str | None:
        """Return the first header of that name, in any spelling, or None."""
        return _first(self.headers, name)

    @property
    def target(self) -> str:
        """The method and the path, without the query."""
        return f"{self.method} {self.path.partition('?')[0]}"

    @property
    def curl(self) -> str:
        """The request as one shell command, with `$DIAL_URL` and the credentials left to the environment."""
        words = ["curl", "-sS", "--path-as-is"]
        if re.search(r"[\[\]{}]", self.path):  # which curl would take for a range of URLs
            words.append("--globoff")
        if self.method != "GET":
            words += ["-X", self.method]
        words.append(f'"$DIAL_URL{_path_in_double_quotes(self.path)}"')
        for name, value in self.headers:
            line = f"{name}: {value}"
            words += ["-H", f'"{line}"' if "$DIAL_" in value else shlex.quote(line)]
        if self.body:
            words += ["--data-raw", shlex.quote(self.body.decode("utf-8", "replace"))]
        return " ".join(words)


@dataclass(frozen=True)
class Answer:
    """What came back, bounded in size, with its Content-Encoding already undone.

    Attributes:
        status: The HTTP status.
        reason: The reason phrase.
        headers: Sorted by name, those of one name in their order.
        body: The decoded body.
        chunks: (seconds since the request, bytes) of each piece in which the body came.
        fault: What is wrong with its framing or its coding, as far as that was seen; a cassette has neither.
    """

    status: int
    reason: str
    headers: Headers = ()
    body: bytes = b""
    chunks: Chunks = ()
    fault: AnswerFault | None = None

    def header(self, name: str) -> str | None:
        """Return the first header of that name, in any spelling, or None."""
        return _first(self.headers, name)

    @property
    def media_type(self) -> str | None:
        """The Content-Type without its parameters, in lower case (RFC 9110 section 8.3.1), or None."""
        value = self.header("content-type")
        return None if value is None else value.split(";")[0].strip().lower()

    @property
    def text(self) -> str:
        """The body as text; what is not UTF-8 is replaced."""
        return self.body.decode("utf-8", "replace")

    @cached_property
    def _document(self) -> tuple[Any, InvalidJsonError | None]:
        try:
            return parse_json(self.body), None
        except InvalidJsonError as error:
            return None, error

    @property
    def json(self) -> Any:
        """The body as JSON.

        Raises:
            InvalidJsonError: It is none.
        """
        document, error = self._document
        if error is not None:
            raise error
        return document

    @property
    def is_unreadable(self) -> bool:
        """The body may be JSON, but is too much to be looked at."""
        return isinstance(self._document[1], UnreadableJsonError)

    @property
    def json_object(self) -> dict[str, Any] | None:
        """The body if it is a JSON object, else None."""
        document, _ = self._document
        return document if isinstance(document, dict) else None


@dataclass(frozen=True)
class Exchange:
    """One HTTP request with its answer.

    Attributes:
        name: What the plan calls it, such as `dall-e-3/refused.quality=42`.
        request: What was asked.
        answer: What came back.
    """

    name: str
    request: Request
    answer: Answer = field(repr=False)

    @property
    def status(self) -> int:
        """The HTTP status of the answer."""
        return self.answer.status

    @property
    def media_type(self) -> str | None:
        """The media type of the answer, or None."""
        return self.answer.media_type

    @property
    def text(self) -> str:
        """The body of the answer as text."""
        return self.answer.text

    @property
    def json_object(self) -> dict[str, Any] | None:
        """The body of the answer if it is a JSON object, else None."""
        return self.answer.json_object

    def header(self, name: str) -> str | None:
        """Return the first header of the answer of that name, or None."""
        return self.answer.header(name)

    def because(self, expected: str, got: object = None) -> str:
        """Explain a violation: the message of a check's assertion.

        Args:
            expected: What the contract wants here, in a few words.
            got: What was there instead; the answer's status, type and first bytes if not given.
        """
        return violation(expected, self.excerpt if got is None else got, self.name)

    @property
    def excerpt(self) -> str:
        """The answer in one line: status, media type and the beginning of the body."""
        return f"{self.status} {self.answer.media_type or '(no Content-Type)'} {self._beginning}"

    @property
    def _beginning(self) -> str:
        try:
            return excerpt(self.answer.body.decode("utf-8")) or "(empty)"
        except UnicodeDecodeError:
            return f"({len(self.answer.body)} bytes)"


class Answers(Protocol):
    """What was answered so far, by name. It tells of single exchanges only: others may still be under way."""

    def named(self, name: str) -> Exchange | None:
        """Return the exchange that the plan calls so, or None."""
        ...


def violation(expected: str, got: object, exchange: str) -> str:
    """Lay out the message of a violated requirement, one fact a line."""
    wanted: object = expected  # own checks are not always typed
    return f"expected: {excerpt(_in_words(wanted))}\ngot: {excerpt(_in_words(got))}\nexchange: {exchange}"


def _in_words(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bytes | bytearray):
        return repr(bytes(value))
    return json.dumps(value, ensure_ascii=False, default=str)


def sharpened(revision: int, message: str) -> str:
    """Say of an assertion that it came with a revision of its requirement: an older contract has it not.

    It stands behind the older assertions of the check, because the first one that fails is the last that is looked at.

    Args:
        revision: That of the requirement.
        message: The message of the assertion: what `because` gives.
    """
    return f"{message}\nrevision: {revision}"


_VIOLATION = re.compile(
    r"expected: (?P<expected>.*)\n\s*got: (?P<got>.*)\n\s*exchange: (?P<exchange>\S+)"
    r"(?:\n\s*revision: (?P<revision>\d{1,4}))?"
)


class Violation(NamedTuple):
    """What the message of a violated requirement says; see `violation`.

    Attributes:
        expected: What the contract wants.
        got: What was there instead.
        exchange: The name of the exchange that shows it, or None if the message names none.
        revision: The revision of the requirement that the assertion came with; 1 if it was always there.
    """

    expected: str
    got: str
    exchange: str | None
    revision: int = 1

    @classmethod
    def read(cls, error: AssertionError) -> Self:
        """Read the message of a check's assertion."""
        message = str(error)
        found = _VIOLATION.search(message)
        if found is None:
            return cls("", " ".join(message.split()), None)
        return cls(found["expected"], found["got"], found["exchange"], int(found["revision"] or 1))


def excerpt(text: str) -> str:
    """Cut a text to one short line that any terminal can show: what is not printable is escaped."""
    shown = printable(" ".join(text[: 2 * _EXCERPT].split()))
    return shown if len(shown) <= _EXCERPT else shown[: _EXCERPT - 3] + "..."


def printable(text: str) -> str:
    """Escape what a terminal would not show but do: control sequences, line breaks, half surrogates.

    GitHub obeys `##[command]` anywhere in a line of a log (actions/runner issue 4692), and `::command::` at its
    beginning, so these are broken up too.
    """
    text = text.replace("##[", "# #[")
    if text.lstrip().startswith("::"):
        text = text.replace("::", ": :", 1)
    return escaped(text)


def _first(headers: Headers, name: str) -> str | None:
    wanted = name.lower()
    return next((value for spelled, value in headers if spelled.lower() == wanted), None)


def _path_in_double_quotes(path: str) -> str:
    """Quote all of a path but the name of the variable with the key, which a shell puts in."""
    return API_KEY.join(map(_in_double_quotes, path.split(API_KEY)))


def _in_double_quotes(text: str) -> str:
    return "".join("\\" + character if character in '"$`\\' else character for character in text)
