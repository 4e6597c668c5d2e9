"""No secret gets into a cassette or onto a screen, in any encoding."""

from __future__ import annotations

import base64
import gzip
import html
import json
import shlex
import tracemalloc
import zlib
from typing import TYPE_CHECKING
from urllib.parse import quote, quote_plus, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.wire.encodings import readings
from conformance.wire.redaction import Redaction

if TYPE_CHECKING:
    from collections.abc import Callable

PLAIN = "f3a91c7be2d84455a0cc7d1e5b60f982"
SPECIAL = "ca/na\"ry+k&y=é-7f3a\\b %41'<x>"
TOKEN = base64.urlsafe_b64encode(bytes(range(256)) * 4).decode()
SECRETS = {"$DIAL_API_KEY": PLAIN, "$DIAL_API_KEY_2": SPECIAL, "$DIAL_BEARER_TOKEN": TOKEN}
PLACEHOLDER = {value: placeholder for placeholder, value in SECRETS.items()}
REDACTION = Redaction(SECRETS, "https://dial.example.com:8443/base")

# What a screen can show. Each makes a text of a key.
DIRECT: dict[str, Callable[[str], str]] = {
    "raw": str,
    "JSON": json.dumps,
    "JSON, not ASCII": lambda key: json.dumps(key, ensure_ascii=False),
    "JSON, slashes": lambda key: json.dumps(key).replace("/", r"\/"),
    "JSON in JSON": lambda key: json.dumps(json.dumps({"key": key})),
    "URL": quote,
    "URL, all": lambda key: quote(key, safe=""),
    "URL, lower case": lambda key: "".join(c if c.isalnum() and c.isascii() else quote(c).lower() for c in key),
    "URL, twice": lambda key: quote(quote(key, safe="")),
    "URL, Latin-1": lambda key: quote(key, safe="", encoding="latin-1"),
    "plus": quote_plus,
    "HTML": html.escape,
    "repr": repr,
    "repr of bytes": lambda key: repr(key.encode()),
    "shell": lambda key: "curl -H " + shlex.quote(f"Api-Key: {key}"),
    "hex": lambda key: key.encode().hex(),
    "hex, upper case": lambda key: key.encode().hex().upper(),
    "base64": lambda key: base64.b64encode(key.encode()).decode(),
    "base64, 1 before": lambda key: base64.b64encode(b"a" + key.encode() + b"suffix").decode(),
    "base64, 2 before": lambda key: base64.b64encode(b"ab" + key.encode() + b"?").decode(),
    "base64url": lambda key: base64.urlsafe_b64encode(key.encode()).decode().rstrip("="),
    "base64 in JSON": lambda key: base64.b64encode(key.encode()).decode().replace("/", r"\/"),
    "base64 in URL": lambda key: quote(base64.b64encode(key.encode()), safe=""),
    "Basic": lambda key: "Basic " + base64.b64encode(f"user:{key}".encode()).decode(),
    "header": lambda key: f"Bearer {key}",
    "cookie": lambda key: f"session={key}; Path=/; HttpOnly",
    "query": lambda key: "https://x.invalid/?" + urlencode({"api-key": key, "x": 1}),
}
# What only a search that decodes finds. Each makes bytes of a key.
NESTED: dict[str, Callable[[str], bytes]] = {
    "JSON, all escaped": lambda key: "".join(f"\\u{ord(char):04x}" for char in key).encode(),
    "URL, all quoted": lambda key: "".join(f"%{octet:02X}" for octet in key.encode()).encode(),
    "base64 in lines": lambda key: base64.encodebytes(b"x" * 50 + key.encode() + b"y" * 70),
    "base64 in JSON in lines": lambda key: json.dumps(base64.encodebytes(b"x" * 50 + key.encode()).decode()).encode(),
    "base64 in indented lines": lambda key: base64.encodebytes(b"x" * 60 + key.encode()).replace(b"\n", b"\r\n    "),
    "base64 after letters": lambda key: b"abcdefghijklm" + base64.b64encode(key.encode()),
    "base64 twice": lambda key: base64.b64encode(base64.b64encode(key.encode())),
    "base64 in hex": lambda key: base64.b64encode(key.encode()).hex().encode(),
    "hex in lines": lambda key: key.encode().hex("\n", 8).encode(),
    "hex after a digit": lambda key: b"0" + key.encode().hex().encode(),
    "gzip": lambda key: gzip.compress(f"some text {key}".encode()),
    "gzip, cut": lambda key: gzip.compress(f"{key} {TOKEN[:40]}".encode() * 50 + bytes(range(256)) * 9)[:-300],
    "gzip, damaged at the end": lambda key: gzip.compress(key.encode() + bytes(range(256)))[:-8] + b"damaged!",
    "gzip, second member": lambda key: gzip.compress(b"nothing here") + gzip.compress(key.encode()),
    "gzip in base64": lambda key: base64.b64encode(gzip.compress(key.encode())),
    "gzip in base64url": lambda key: base64.urlsafe_b64encode(gzip.compress(key.encode())).rstrip(b"="),
    "gzip in hex": lambda key: gzip.compress(key.encode()).hex().encode(),
    "gzip in plus": lambda key: quote_plus(gzip.compress(key.encode() + b" " * 9)).encode(),
    "JSON in gzip in base64": lambda key: base64.b64encode(gzip.compress(json.dumps({"key": key}).encode())),
    "JSON in gzip in base64 in JSON": lambda key: (
        json.dumps({"data": base64.b64encode(gzip.compress(json.dumps([key]).encode())).decode()})
        .replace("/", r"\/")
        .encode()
    ),
    "zlib": lambda key: zlib.compress(key.encode()),
    "zlib after something": lambda key: b"\x89PNG\r\n\x1a\n....zTXt\0\0" + zlib.compress(key.encode()),
    "gzip in gzip": lambda key: gzip.compress(gzip.compress(key.encode())),
    "UTF-16": lambda key: key.encode("utf-16"),
    "UTF-16, big-endian": lambda key: key.encode("utf-16-be"),
    "UTF-16 in base64": lambda key: base64.b64encode(key.encode("utf-16-le")),
    "base64 in UTF-16": lambda key: base64.b64encode(key.encode()).decode().encode("utf-16"),
    "Latin-1": lambda key: key.encode("latin-1"),
    "Latin-1 header": lambda key: key.encode().decode("latin-1").encode("latin-1"),
}
keys = pytest.mark.parametrize("key", [PLAIN, SPECIAL, TOKEN], ids=["plain", "special", "token"])


@keys
@pytest.mark.parametrize("encode", DIRECT.values(), ids=DIRECT)
def test_leak_in_text_is_found(key: str, encode: Callable[[str], str]) -> None:
    assert REDACTION.leak(encode(key)) == PLACEHOLDER[key]
    assert REDACTION.leak(f"before {encode(key)}, after".encode()) == PLACEHOLDER[key]


@keys
@pytest.mark.parametrize("encode", NESTED.values(), ids=NESTED)
def test_leak_in_bytes_is_found(key: str, encode: Callable[[str], bytes]) -> None:
    assert REDACTION.leak(encode(key)) == PLACEHOLDER[key]
    assert REDACTION.leak(b"\xff\xfe{" + encode(key)) == PLACEHOLDER[key]


def test_leak_in_a_header_decoded_as_latin_1_is_found() -> None:
    assert REDACTION.leak(SPECIAL.encode().decode("latin-1")) == "$DIAL_API_KEY_2"


def test_long_secret_alone_is_found_although_shorter_when_compressed() -> None:
    assert Redaction({"$T": TOKEN}).leak(base64.b64encode(zlib.compress(TOKEN.encode(), 9))) == "$T"


def test_secret_with_spaces_only_is_found_where_they_are_plus_signs() -> None:
    assert Redaction({"$KEY": "correct horse battery"}).leak("?api-key=correct+horse+battery") == "$KEY"


def test_secret_that_looks_escaped_is_not_found_in_what_it_stands_for_if_that_is_short() -> None:
    assert Redaction({"$KEY": "%41%42%43"}).leak("ABC") is None


def test_readings_are_bounded_and_each_comes_once() -> None:
    streams = [zlib.compress(bytes([number]) * (4 << 20)) for number in range(20)]
    found = list(readings(b"".join(stream * 2 for stream in streams), 8))
    assert len(found) == len(set(found))
    assert sum(map(len, found)) <= 33 << 20


@given(
    key=st.sampled_from([PLAIN, SPECIAL, TOKEN]),
    encode=st.sampled_from(list(DIRECT.values())),
    before=st.text(),
    after=st.text(),
)
def test_leak_anywhere_in_a_text_is_found(key: str, encode: Callable[[str], str], before: str, after: str) -> None:
    # A space keeps the text around from becoming a part of the encoding, such as the "%" of "%" + "41".
    assert REDACTION.leak(f"{before} {encode(key)} {after}") == PLACEHOLDER[key]


@given(key=st.sampled_from([PLAIN, SPECIAL]), before=st.binary(), after=st.binary())
def test_leak_at_any_offset_of_base64_is_found(key: str, before: bytes, after: bytes) -> None:
    encoded = base64.b64encode(before + key.encode() + after)
    assert REDACTION.leak(encoded) == PLACEHOLDER[key]
    assert REDACTION.leak(base64.b64encode(gzip.compress(before + key.encode() + after))) == PLACEHOLDER[key]


@given(
    secret=st.text(st.characters(codec="utf-8"), min_size=8),
    wrap=st.sampled_from([zlib.compress, gzip.compress, base64.b64encode, base64.b16encode, quote, bytes]),
)
def test_any_secret_is_found(secret: str, wrap: Callable[[bytes], bytes | str]) -> None:
    assert Redaction({"$KEY": secret}).leak(wrap(secret.encode())) == "$KEY"
    assert Redaction({"$KEY": secret}).leak(json.dumps(secret)) == "$KEY"


@given(st.binary() | st.text())
def test_other_leaves_are_clean(leaf: bytes | str) -> None:
    assert REDACTION.leak(leaf) is None


@given(
    st.recursive(st.text() | st.floats() | st.none(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner))
)
def test_other_documents_are_clean(document: object) -> None:
    assert REDACTION.leak(json.dumps(document)) is None


@pytest.fixture(scope="module")
def bomb() -> bytes:
    """A key and 200 MB of zeros, in gzip."""
    packer = zlib.compressobj(1, wbits=31)
    zeros = bytes(1 << 20)
    return b"".join([packer.compress(PLAIN.encode()), *(packer.compress(zeros) for _ in range(200)), packer.flush()])


@pytest.mark.parametrize("wrap", [bytes, gzip.compress, base64.b64encode], ids=["once", "twice", "base64"])
def test_gzip_bomb_is_looked_into_with_bounded_memory(bomb: bytes, wrap: Callable[[bytes], bytes]) -> None:
    tracemalloc.start()
    try:
        assert REDACTION.leak(wrap(bomb)) == "$DIAL_API_KEY"
        assert Redaction({"$KEY": "not in there"}).leak(wrap(bomb)) is None
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 100 << 20


@pytest.mark.parametrize(
    "leaf",
    [
        b"\\" * 300_000,
        b"%41" * 100_000,
        b"x\x9c" * 100_000,
        gzip.compress(bytes(1 << 20), mtime=0) * 300,
        b"a\0" * 100_000,
    ],
    ids=["backslashes", "quoted", "zlib headers", "many bombs", "UTF-16"],
)
def test_leaf_made_to_be_slow_is_looked_into(leaf: bytes) -> None:
    assert REDACTION.leak(leaf) is None
    assert REDACTION.leak(PLAIN.encode() + leaf) == "$DIAL_API_KEY"


@keys
@pytest.mark.parametrize("encode", DIRECT.values(), ids=DIRECT)
def test_secret_is_hidden_in_text(key: str, encode: Callable[[str], str]) -> None:
    hidden = REDACTION.hide_secrets(f"before {encode(key)}, after")
    assert PLACEHOLDER[key] in hidden
    assert hidden.startswith("before ")
    assert hidden.endswith(", after")
    assert REDACTION.leak(hidden) is None


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        (f"Bearer {PLAIN}", "Bearer $DIAL_API_KEY"),
        (f'{{"key": "{PLAIN}"}}', '{"key": "$DIAL_API_KEY"}'),
        (f"{PLAIN}{PLAIN}", "$DIAL_API_KEY$DIAL_API_KEY"),
        (json.dumps(SPECIAL), '"$DIAL_API_KEY_2"'),
        (f"?api-key={quote_plus(SPECIAL)}&x=1", "?api-key=$DIAL_API_KEY_2&x=1"),
        (base64.b64encode(PLAIN.encode()).decode(), "$DIAL_API_KEY"),
        (base64.b64encode(f"a{PLAIN}".encode()).decode(), "Y$DIAL_API_KEY"),
        (f"{base64.b64encode(TOKEN.encode()).decode()}, {PLAIN[:-1]}", f"$DIAL_BEARER_TOKEN, {PLAIN[:-1]}"),
        ("nothing", "nothing"),
    ],
)
def test_only_the_secret_is_replaced(text: str, hidden: str) -> None:
    assert REDACTION.hide_secrets(text) == hidden


def test_longer_secret_is_hidden_before_the_one_it_begins_with() -> None:
    redaction = Redaction({"$A": "0123456789", "$B": "0123456789abc"})
    assert redaction.hide_secrets("0123456789abc 0123456789ab") == "$B $Aab"


@given(
    st.lists(
        st.text()
        | st.builds(
            lambda key, encode: encode(key), st.sampled_from(list(PLACEHOLDER)), st.sampled_from(list(DIRECT.values()))
        )
    )
)
def test_no_direct_encoding_stays(parts: list[str]) -> None:
    hidden = REDACTION.hide_secrets(" ".join(parts))
    for key in PLACEHOLDER:
        for name, encode in DIRECT.items():
            assert encode(key) not in hidden, name
    assert REDACTION.leak(hidden) is None


@pytest.mark.parametrize("value", ["", "abc-123"])
def test_short_secret_is_refused_without_showing_it(value: str) -> None:
    with pytest.raises(ValueError, match=r"^\$DIAL_API_KEY is shorter than 8 characters") as refused:
        Redaction({"$DIAL_API_KEY": value})
    assert not value or value not in str(refused.value)


def test_nothing_secret_is_shown_by_repr() -> None:
    assert REDACTION.leak(repr(REDACTION)) is None
    assert "$DIAL_BEARER_TOKEN" in repr(REDACTION)


def test_without_secrets_nothing_changes() -> None:
    redaction = Redaction({})
    assert redaction.hide_secrets(PLAIN) == PLAIN
    assert redaction.leak(PLAIN) is None
    assert redaction.hide_address(b"https://dial.example.com", ((0.0, 24),)) == (
        b"https://dial.example.com",
        ((0.0, 24),),
    )
