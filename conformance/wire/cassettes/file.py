"""One exchange as a file: a cassette of vcrpy with one interaction, and the chunks of the body beside it.

vcrpy's serializer reads and writes it; vcrpy's own `vcr.serialize` would drop the chunks. A cassette may come from
anywhere: what is larger or deeper than a cassette can be is refused before it is built, and what is no plain value
after it.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final, TypeVar

import yaml

from conformance.contract.exchange import Answer, Chunks, Exchange, Headers, InvalidJsonError, Request, parse_json
from conformance.wire.redaction import PLACEHOLDER_ADDRESS

LARGEST_FILE: Final = 64 * 1024 * 1024
_DEEPEST = 32
_FEW_BRACKETS = 2000
_SLOW = 1.0  # seconds; the time of every answer would make cassettes differ that are the same
_EVENT_STREAM = "text/event-stream"
_YAML_NAMES = {int: "a number", str: "a text", list: "a list"}

T = TypeVar("T")

_Loader: type[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_Dumper: type[Any] = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
_PLAIN: Final = (str, bytes, int, float, type(None))  # bool is an int


class MalformedCassetteError(ValueError):
    """A file that is no cassette; the message names the file."""


class UnreadableYamlError(ValueError):
    """A text that is not YAML.

    Attributes:
        line: Where, from 1 on.
    """

    def __init__(self, problem: str, line: int) -> None:
        super().__init__(problem)
        self.line = line


def write_cassette(exchange: Exchange) -> bytes:
    """Write an exchange as the content of its file."""
    return serialized(_document(exchange))


def read_cassette(path: Path, name: str) -> Exchange:
    """Read the exchange of a file.

    Args:
        path: The file.
        name: What the plan calls the exchange.

    Raises:
        MalformedCassetteError: The file is no cassette.
        OSError: It cannot be read.
    """
    document = load_yaml(path)
    try:
        interaction = _field(_interactions(document)[0], "interaction")
        request, response = (
            _field(interaction.get("request"), "request"),
            _field(interaction.get("response"), "response"),
        )
        status = _field(response.get("status"), "response.status")
        body = _bytes(_field(response.get("body"), "response.body").get("string"))
        answer = Answer(
            status=_typed(status.get("code"), int),
            reason=_typed(status.get("message"), str),
            headers=_headers(response.get("headers")),
            body=body,
            chunks=_chunks(interaction.get("chunks"), len(body)),
        )
        asked = Request(
            _typed(request.get("method"), str),
            _path(request.get("uri")),
            _headers(request.get("headers")),
            _bytes(request.get("body")),
        )
    except ValueError as error:
        raise MalformedCassetteError(f"{path} is not a cassette: {_what(error)}") from None
    return Exchange(name, asked, answer)


def load_yaml(path: Path) -> Any:
    """Load a YAML file of bounded size and depth, with plain values only.

    Raises:
        MalformedCassetteError: It is not YAML, or exceeds the bounds.
        OSError: It cannot be read.
    """
    if path.stat().st_size > LARGEST_FILE:  # before it is in memory
        raise _too_large(path)
    return parse_yaml(path, path.read_bytes())


def parse_yaml(path: Path, content: bytes) -> Any:
    """Read the content of a YAML file of bounded size and depth, with plain values only.

    Args:
        path: Where it stands, or will.
        content: The content.

    Raises:
        MalformedCassetteError: It is not YAML, or exceeds the bounds.
    """
    if len(content) > LARGEST_FILE:
        raise _too_large(path)
    from vcr.serializers import yamlserializer  # noqa: PLC0415 - vcr imports every client that is there: 0.25 s

    try:
        if sum(content.count(opener) for opener in (b"[", b"{", b"- ", b"? ")) > _FEW_BRACKETS:
            _check_depth(content)
        document = yamlserializer.deserialize(content)
        _check_plain(document)
    except Exception as error:  # noqa: BLE001 - `!!bool x` is a KeyError, and there are many more of the kind
        raise MalformedCassetteError(f"{path} is not a cassette: {_what(error)}") from None
    return document


def serialized(document: object) -> bytes:
    """Write plain values as vcrpy writes its cassettes."""
    from vcr.serializers import yamlserializer  # noqa: PLC0415 - like in `load_yaml`

    return str(yamlserializer.serialize(document)).encode()


def compose_yaml(text: str) -> Any:
    """Return the node of a YAML text of bounded depth, whose marks tell the lines; None if it has none.

    Raises:
        UnreadableYamlError: It is not YAML, or exceeds the bound.
    """
    try:
        _check_depth(text)
        return yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise UnreadableYamlError(" ".join(str(error.problem).split()), line) from None
    except yaml.reader.ReaderError as error:
        line = text.encode()[: error.position].count(b"\n") + 1
        raise UnreadableYamlError("a character that YAML does not have", line) from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise UnreadableYamlError(_what(error), 1) from None


def dump_yaml(document: object) -> bytes:
    """Write plain values as YAML, keys in their order, one line for each text."""
    text = yaml.dump(document, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=2**20)
    return str(text).encode()


def same_request(recorded: Request, asked: Request) -> bool:
    """Tell whether two requests are the same: method, raw path, headers, and body with its JSON types."""
    if (recorded.method, recorded.path) != (asked.method, asked.path):
        return False
    if sorted(recorded.headers) != sorted(asked.headers):
        return False
    return recorded.body == asked.body or _canonical(recorded.body) == _canonical(asked.body)


def _too_large(path: Path) -> MalformedCassetteError:
    return MalformedCassetteError(f"{path} is larger than {LARGEST_FILE} bytes")


def _canonical(body: bytes) -> str | bytes:
    try:
        return json.dumps(parse_json(body), sort_keys=True)  # 1, 1.0 and true are written differently
    except InvalidJsonError:
        return body


def _check_depth(content: bytes | str) -> None:
    depth = 0
    for event in yaml.parse(content, Loader=_Loader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > _DEEPEST:
                raise ValueError(f"nested deeper than {_DEEPEST} levels")
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1


def _check_plain(document: object) -> None:
    """Refuse what a tag made of something else than text and numbers: vcrpy builds tuple, BytesIO and iter.

    The tag itself cannot be looked for in the file: YAML has many ways to write one. A part that stands in two places
    by an alias is refused too, because who goes through all of it would go through a few lines a million times.
    """
    seen: set[int] = set()
    left = [document]
    while left:
        value = left.pop()
        if isinstance(value, _PLAIN):
            continue
        if not isinstance(value, dict | list):
            raise ValueError(f"{type(value).__name__} is neither text nor a number")  # noqa: TRY004 - the file's fault
        if id(value) in seen:
            raise ValueError("a part of it stands in two places, by an alias")
        seen.add(id(value))
        left.extend((*value, *value.values()) if isinstance(value, dict) else value)


def _document(exchange: Exchange) -> dict[str, Any]:
    request, answer = exchange.request, exchange.answer
    interaction: dict[str, Any] = {
        "request": {
            "method": request.method,
            "uri": PLACEHOLDER_ADDRESS + request.path,
            "headers": _lists(request.headers),
            "body": _text(request.body),
        },
        "response": {
            "status": {"code": answer.status, "message": answer.reason},
            "headers": _lists(answer.headers),
            "body": {"string": _text(answer.body)},
        },
    }
    if len(answer.chunks) > 1 or answer.media_type == _EVENT_STREAM or _is_slow(answer):
        interaction["chunks"] = [[seconds, size] for seconds, size in answer.chunks]
    return {"version": 1, "interactions": [interaction]}


def _is_slow(answer: Answer) -> bool:
    """Tell whether an answer took so long that a stream of the same is compared with it."""
    return bool(answer.chunks) and answer.chunks[-1][0] >= _SLOW


def _lists(headers: Headers) -> dict[str, list[str]]:
    grouped: dict[str, list[str]] = {}
    for name, value in headers:
        grouped.setdefault(name, []).append(value)
    return grouped


def _text(body: bytes) -> str | bytes:
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        return body
    from vcr.serializers import yamlserializer  # noqa: PLC0415 - like in `load_yaml`

    loaded = yamlserializer.deserialize(yamlserializer.serialize(text))
    return text if loaded == text else body


def _interactions(document: Any) -> list[Any]:
    found = _typed(_field(document, "the file").get("interactions"), list)
    if len(found) != 1:
        raise ValueError(f"it has {len(found)} interactions instead of one")
    return found


def _field(value: object, name: str) -> dict[Any, Any]:
    if not isinstance(value, dict):
        raise ValueError(f"{name} is no mapping")  # noqa: TRY004 - it is the file's fault, not the caller's
    return value


def _typed(value: object, kind: type[T]) -> T:
    if not isinstance(value, kind) or isinstance(value, bool):
        raise ValueError(f"{value!r:.60} stands where {_YAML_NAMES[kind]} should be")  # noqa: TRY004 - it is the file's fault
    return value


def _path(uri: object) -> str:
    path = _typed(uri, str).removeprefix(PLACEHOLDER_ADDRESS)
    if not path.startswith("/"):
        raise ValueError(f"the uri does not begin with {PLACEHOLDER_ADDRESS}/")
    return path


def _bytes(value: object) -> bytes:
    if isinstance(value, bytes):
        return value
    return _typed(value, str).encode("utf-8")


def _headers(value: object) -> Headers:
    pairs = ((name, one) for name, values in _field(value, "headers").items() for one in _typed(values, list))
    return tuple((_typed(name, str), _typed(one, str)) for name, one in pairs)


def _chunks(value: object, size: int) -> Chunks:
    if value is None:
        return ((0.0, size),) if size else ()
    pairs = [_typed(pair, list) for pair in _typed(value, list)]
    if not all(len(pair) == 2 and isinstance(pair[0], int | float) for pair in pairs):  # noqa: PLR2004 - a pair
        raise ValueError("the chunks are not pairs of seconds and bytes")
    chunks = tuple((float(seconds), _typed(length, int)) for seconds, length in pairs)
    if sum(length for _, length in chunks) != size or any(length < 0 for _, length in chunks):
        raise ValueError("the chunks are not those of the body")
    return chunks


def _what(error: Exception) -> str:
    return " ".join(str(error).split())[:200]
