"""One exchange as a file: whatever came over the wire comes back from the disk."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from vcr.serialize import deserialize
from vcr.serializers import yamlserializer

from conformance.contract.exchange import Answer, Chunks, Exchange, Headers, Request
from conformance.wire.cassettes.file import MalformedCassetteError, read_cassette, same_request, write_cassette

LATIN = st.text(st.characters(max_codepoint=255), max_size=200)  # longer than what vcrpy writes on one line
NAMES = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=10)
TIMES = st.floats(0, 1000, allow_nan=False).map(lambda seconds: round(seconds, 3))
BODIES = st.one_of(
    st.binary(max_size=60),
    st.text(max_size=60).map(lambda text: text.encode("utf-8", "surrogatepass")),
    st.sampled_from(
        [b"~", b"null", b"1", b"yes", b"\xef\xbb\xbf{}", b"\r\n", b" \t", b"\x85", b"a: b", b"--- x", b"#"]
    ),
)
PATHS = st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=20).map("/".__add__)


@st.composite
def headers(draw: st.DrawFn) -> Headers:
    """Headers, sorted by name, those of one name side by side, as they are kept."""
    grouped = draw(st.dictionaries(NAMES, st.lists(LATIN, min_size=1, max_size=3), max_size=4))
    return tuple((name, value) for name in sorted(grouped) for value in grouped[name])


@st.composite
def exchanges(draw: st.DrawFn) -> Exchange:
    """Any exchange, its body in any number of pieces."""
    body = draw(BODIES)
    cuts = sorted(draw(st.sets(st.integers(1, max(1, len(body) - 1)), max_size=4))) if len(body) > 1 else []
    sizes = [end - start for start, end in zip([0, *cuts], [*cuts, len(body)], strict=True)] if body else []
    chunks: Chunks = tuple((draw(TIMES) if len(sizes) > 1 else 0.0, size) for size in sizes)
    request = Request(draw(st.sampled_from(["GET", "POST", "OPTIONS"])), draw(PATHS), draw(headers()), draw(BODIES))
    answer = Answer(draw(st.integers(100, 599)), draw(LATIN), draw(headers()), body, chunks)
    return Exchange("dall-e-3/accepted", request, answer)


@pytest.fixture(scope="module")
def cassette(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where one cassette after the other is written."""
    return tmp_path_factory.mktemp("set") / "cassette.yaml"


@settings(max_examples=300)
@given(exchange=exchanges())
def test_what_is_written_is_read(cassette: Path, exchange: Exchange) -> None:
    cassette.write_bytes(write_cassette(exchange))
    assert read_cassette(cassette, exchange.name) == exchange


@given(exchange=exchanges())
def test_vcr_reads_it(exchange: Exchange) -> None:
    (request,), (response,) = deserialize(write_cassette(exchange).decode(), yamlserializer)
    assert (request.method, request.uri) == (exchange.request.method, f"https://dial.invalid{exchange.request.path}")
    assert (request.body or b"") == exchange.request.body
    assert response["status"] == {"code": exchange.answer.status, "message": exchange.answer.reason}
    assert (response["body"]["string"] or b"") == exchange.answer.body
    assert [(name, value) for name, values in response["headers"].items() for value in values] == list(
        exchange.answer.headers
    )


def test_chunks_of_a_stream_keep_their_times(cassette: Path) -> None:
    events = [b"data: {}\n\n", b"data: [DONE]\n\n"]
    chunks = ((0.25, len(events[0])), (1.5, len(events[1])))
    stream = Answer(200, "OK", (("content-type", "text/event-stream"),), b"".join(events), chunks)
    cassette.write_bytes(write_cassette(Exchange("one", Request("GET", "/"), stream)))
    assert read_cassette(cassette, "one").answer == stream


@pytest.mark.parametrize("chunks", [((1.5, 4),), ()], ids=["one piece", "no piece"])
def test_stream_of_one_piece_keeps_its_time(cassette: Path, chunks: Chunks) -> None:
    body = b"data" if chunks else b""
    stream = Answer(200, "OK", (("content-type", "text/event-stream; charset=utf-8"),), body, chunks)
    cassette.write_bytes(write_cassette(Exchange("one", Request("GET", "/"), stream)))
    assert read_cassette(cassette, "one").answer == stream


@pytest.mark.parametrize(("seconds", "kept"), [(2.5, ((2.5, 2),)), (0.2, ((0.0, 2),))])
def test_slow_answer_keeps_its_time(cassette: Path, seconds: float, kept: Chunks) -> None:
    """A stream of the same is compared with it, in a replay, too."""
    block = Answer(200, "OK", (("content-type", "application/json"),), b"{}", ((seconds, 2),))
    cassette.write_bytes(write_cassette(Exchange("one", Request("POST", "/"), block)))
    assert read_cassette(cassette, "one").answer.chunks == kept


@pytest.mark.parametrize(
    "chunks",
    [[[0.1, 3]], [[0.1, 5], [0.2, -1]], [[0.1, 4, 1]], [["x", 4]], [0.1, 4], {"0.1": 4}, [[0.1, "4"]], [[0.1, 4.0]]],
    ids=str,
)
def test_chunks_that_are_not_those_of_the_body_are_refused(cassette: Path, chunks: object) -> None:
    one = Exchange("one", Request("GET", "/"), Answer(200, "OK", (), b"body"))
    cassette.write_text(f"{write_cassette(one).decode()}  chunks: {json.dumps(chunks)}\n")
    with pytest.raises(MalformedCassetteError, match=r"cassette\.yaml is not a cassette: "):
        read_cassette(cassette, "one")


VALUES = [42, 42.0, "42", True, 1, 1.0, None, 0, False, 0.0, -0.0, "", [], {}, [1], [1.0], {"a": 1}, {"a": True}]


@pytest.mark.parametrize("asked", VALUES, ids=repr)
def test_requests_are_the_same_only_if_json_types_are(asked: object) -> None:
    def request(value: object) -> Request:
        return Request("POST", "/", (), json.dumps({"quality": value}).encode())

    alike = [value for value in VALUES if same_request(request(value), request(asked))]
    assert list(map(repr, alike)) == [repr(asked)]


def test_members_may_come_in_another_order() -> None:
    one, other = Request("POST", "/", (), b'{"a": 1, "b": [1, 2]}'), Request("POST", "/", (), b'{"b":[1,2],"a":1}')
    assert same_request(one, other)
    assert not same_request(one, Request("POST", "/", (), b'{"a": 1, "b": [2, 1]}'))


def test_bodies_that_are_no_json_are_compared_byte_for_byte() -> None:
    assert same_request(Request("POST", "/", (), b"{not json"), Request("POST", "/", (), b"{not json"))
    assert not same_request(Request("POST", "/", (), b"{not json"), Request("POST", "/", (), b"{not  json"))


TAGS = {
    "tuple": "!!python/tuple [a]",
    "tuple by its whole name": "!<tag:yaml.org,2002:python/tuple> [a]",
    "tuple, escaped": "!!pyth%6Fn/tuple [a]",
    "BytesIO": "!!python/object/new:_io.BytesIO {state: [!!binary YQ==]}",
    "iter": "!!python/object/apply:builtins.iter {args: [[a]]}",
    "iter over a number": "!!python/object/apply:builtins.iter {args: 5}",
    "command": "!!python/object/apply:os.system [touch here]",
    "name": "!!python/name:os.system",
    "set": "!!set {a}",
    "time": "2026-01-01",
    "truth that is none": "!!bool x",
    "number that is none": "!!int ''",
    "time that is none": "!!timestamp x",
}


@pytest.mark.parametrize("place", ["the body", "another key", "a key"])
@pytest.mark.parametrize("tag", TAGS)
def test_what_is_neither_text_nor_number_is_refused(cassette: Path, tag: str, place: str) -> None:
    content = write_cassette(Exchange("one", Request("GET", "/"), Answer(200, "OK", (), b"body"))).decode()
    body = f"string: {TAGS[tag]}" if place == "the body" else "string: body"
    more = {"another key": f"more: {TAGS[tag]}\n", "a key": f"? {TAGS[tag]}\n: 1\n", "the body": ""}[place]
    assert "string: body" in content
    cassette.write_text(content.replace("string: body", body) + more)
    with pytest.raises(MalformedCassetteError, match=r"^\S*cassette\.yaml is not a cassette: [^\n]+$"):
        read_cassette(cassette, "one")
    assert not Path("here").exists()


@pytest.mark.parametrize(
    "content",
    ["a: &a [x]\nb: [" + "*a, " * 9 + "*a]", "&a [*a]", "&a {b: *a}"],
    ids=["many aliases", "list in itself", "mapping in itself"],
)
def test_aliases_are_refused(cassette: Path, content: str) -> None:
    cassette.write_text(content)
    with pytest.raises(MalformedCassetteError, match="by an alias"):
        read_cassette(cassette, "one")


def test_layout_of_the_first_format_is_read(cassette: Path) -> None:
    cassette.write_text(
        """version: 1
interactions:
- request:
    method: GET
    uri: https://dial.invalid/v1/bucket
    headers:
      b: ['1', '2']
      Api-Key:
      - $DIAL_API_KEY
    body: ''
  response:
    status: {code: 200, message: OK}
    headers:
      content-type:
      - text/plain
    body:
      string: é
"""
    )
    headers = (("b", "1"), ("b", "2"), ("Api-Key", "$DIAL_API_KEY"))
    answer = Answer(200, "OK", (("content-type", "text/plain"),), "é".encode(), ((0.0, 2),))
    assert read_cassette(cassette, "one") == Exchange("one", Request("GET", "/v1/bucket", headers), answer)
