"""The DIAL's own address is written as https://dial.invalid, and nothing else is."""

from __future__ import annotations

import base64
import gzip
import json
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.contract.exchange import Chunks
from conformance.wire.redaction import PLACEHOLDER_ADDRESS, Redaction

NAME = "https://dial.example.com:8443/base"
PORTLESS = "https://dial.example.com"
WORD = "http://dial:8080"
PORTLESS_WORD = "http://core"
LOCALHOST = "http://localhost:8091"
ADDRESS = "http://127.0.0.1:8091"
PORTLESS_ADDRESS = "http://10.0.0.1"
IPV6 = "http://[::1]:8091"
URLS = [NAME, PORTLESS, WORD, PORTLESS_WORD, LOCALHOST, ADDRESS, PORTLESS_ADDRESS, IPV6]

REPLACED = [
    (NAME, "https://dial.example.com:8443/v1/x", "https://dial.invalid/v1/x"),
    (NAME, "https://dial.example.com:8443/base/v1", "https://dial.invalid/base/v1"),
    (NAME, "http://dial.example.com/v1", "https://dial.invalid/v1"),
    (NAME, "ws://dial.example.com:8443", "https://dial.invalid"),
    (NAME, "WSS://DIAL.Example.COM:8443/", "https://dial.invalid/"),
    (NAME, r'{"url":"https:\/\/dial.example.com:8443\/v1"}', r'{"url":"https://dial.invalid\/v1"}'),
    (NAME, r'"https:\\\/\\\/dial.example.com"', '"https://dial.invalid"'),
    (NAME, r'"https\u003a\u002f\u002Fdial.example.com"', '"https://dial.invalid"'),
    (NAME, "?next=https%3A%2F%2Fdial.example.com%3A8443%2Fv1", "?next=https%3A%2F%2Fdial.invalid%2Fv1"),
    (NAME, "?next=https%253a%252f%252fdial.example.com", "?next=https%253a%252f%252fdial.invalid"),
    (NAME, "dial.example.com:8443", "dial.invalid"),
    (NAME, "Host: dial.example.com\r\n", "Host: dial.invalid\r\n"),
    (NAME, "see dial.example.com.", "see dial.invalid."),
    (NAME, "dial.example.com.:8443", "dial.invalid.:8443"),
    (NAME, "session=1; Domain=.dial.example.com; Path=/", "session=1; Domain=.dial.invalid; Path=/"),
    (NAME, "https://user:word@dial.example.com:8443/", "https://user:word@dial.invalid/"),
    (NAME, "dial.example.com:9999", "dial.invalid:9999"),
    (NAME, "http://dial.example.com:9999/", "http://dial.invalid:9999/"),
    (NAME, "dial.example.com:84431", "dial.invalid:84431"),
    (NAME, "https://files.dial.example.com/", "https://files.dial.invalid/"),
    (NAME, r'"first\ndial.example.com\nlast"', r'"first\ndial.invalid\nlast"'),
    (NAME, "a%2Fdial.example.com%2Fb", "a%2Fdial.invalid%2Fb"),
    (NAME, "a%252Fdial.example.com%252Fb", "a%252Fdial.invalid%252Fb"),
    ("https://dial.example.com./", "https://dial.example.com/", "https://dial.invalid/"),
    (NAME, "log_dial.example.com_1.txt", "log_dial.invalid_1.txt"),
    (NAME, "dial.example.com,dial.example.com", "dial.invalid,dial.invalid"),
    (PORTLESS, "https://dial.example.com:443/v1", "https://dial.invalid/v1"),
    (PORTLESS, "dial.example.com:443 dial.example.com", "dial.invalid dial.invalid"),
    (WORD, "http://dial:8080/v1", "https://dial.invalid/v1"),
    (WORD, "ws://DIAL:8080", "https://dial.invalid"),
    (WORD, r"http:\/\/dial:8080", "https://dial.invalid"),
    (WORD, "Host: dial:8080", "Host: dial.invalid"),
    (WORD, "dial%3A8080", "dial.invalid"),
    (PORTLESS_WORD, "http://core/v1 http://core:80/v1", "https://dial.invalid/v1 https://dial.invalid/v1"),
    (LOCALHOST, "http://localhost:8091, localhost:8091", "https://dial.invalid, dial.invalid"),
    (ADDRESS, "http://127.0.0.1:8091/v1", "https://dial.invalid/v1"),
    (ADDRESS, "127.0.0.1:8091", "dial.invalid"),
    (ADDRESS, "grpc://127.0.0.1:8091.", "grpc://dial.invalid."),
    (ADDRESS, r'"at\n127.0.0.1:8091"', r'"at\ndial.invalid"'),
    (PORTLESS_ADDRESS, "http://10.0.0.1/v1", "https://dial.invalid/v1"),
    (PORTLESS_ADDRESS, "http://10.0.0.1", "https://dial.invalid"),
    ("http://10.0.0.1:80", "http://10.0.0.1/v1", "https://dial.invalid/v1"),
    (PORTLESS_ADDRESS, "http://10.0.0.1:80/", "https://dial.invalid/"),
    (IPV6, "http://[::1]:8091/v1", "https://dial.invalid/v1"),
    (IPV6, "Host: [::1]:8091", "Host: dial.invalid"),
    (IPV6, "http%3A%2F%2F%5B%3A%3A1%5D%3A8091", "https%3A%2F%2Fdial.invalid"),
    ("https://dïal.example.com", f"https://{'dïal'.encode('idna').decode()}.example.com/", "https://dial.invalid/"),
]
KEPT = [
    (NAME, "mydial.example.com"),
    (NAME, "my-dial.example.com"),
    (NAME, "dial.example.company"),
    (NAME, "dial.example.com-2"),
    (NAME, "dial.example.com.au"),
    (NAME, "dial-example.com"),
    (NAME, "dialXexample.com"),
    (NAME, "https://dial.invalid/v1 dial.invalid"),
    (WORD, "dial:widget dial: 8080 the dial"),
    (WORD, '{"dial:widget": "dial", "dial:80": 1}'),
    (WORD, "dial:80801"),
    (WORD, "mydial:8080 my_dial:8080 my-dial:8080 my.dial:8080"),
    (WORD, "http://dial/ http://dial:9090/"),
    (WORD, "http://dial.example.com:8080/"),
    (PORTLESS_WORD, "core core:80 core:8080 http://core:8080 http://core.example.com http://core2 http://core-2"),
    (LOCALHOST, "localhost http://localhost:5000/ http://localhost/"),
    (ADDRESS, "127.0.0.1"),
    (ADDRESS, "http://127.0.0.1:5000/v1 127.0.0.1:5000"),
    (ADDRESS, "127.0.0.1:80912"),
    (ADDRESS, "1127.0.0.1:8091 1.127.0.0.1:8091"),
    (ADDRESS, "127.0.0.18091 127x0.0.1:8091"),
    (PORTLESS_ADDRESS, "10.0.0.1 http://10.0.0.1:5000/ http://10.0.0.12/ http://10.0.0.1.2/ 10.0.0.1:80"),
    (IPV6, "[::1]:80911 [::1] [::11]:8091 ::1"),
]


@pytest.mark.parametrize(("url", "text", "hidden"), REPLACED)
def test_own_address_is_replaced(url: str, text: str, hidden: str) -> None:
    redaction = Redaction({}, url)
    assert redaction.leak(text) == "address"
    assert redaction.hide_address_in_text(text) == hidden
    assert redaction.hide_address(text.encode()) == (hidden.encode(), ())
    assert redaction.leak(hidden) is None


@pytest.mark.parametrize(("url", "text"), KEPT)
def test_other_address_is_kept(url: str, text: str) -> None:
    redaction = Redaction({}, url)
    assert redaction.hide_address_in_text(text) == text
    assert redaction.leak(text) is None


def test_bytes_that_are_no_text_are_kept() -> None:
    body = b"\xff\x00\x80http://dial:8080\xfe\xff"
    assert Redaction({}, WORD).hide_address(body) == (b"\xff\x00\x80https://dial.invalid\xfe\xff", ())


def test_body_without_the_address_is_returned_as_it_is() -> None:
    body, chunks = b"dial:widget", ((0.1, 11),)
    assert Redaction({}, WORD).hide_address(body, chunks) == (body, chunks)


@pytest.mark.parametrize(
    "leaf",
    [
        base64.b64encode(b"at https://dial.example.com:8443/v1"),
        gzip.compress(b'{"host": "dial.example.com"}', mtime=0),
        b"at dial.example.com".hex().encode(),
        "dial.example.com".encode("utf-16"),
        quote(quote("https://dial.example.com/", safe="")),
        json.dumps(json.dumps(json.dumps("\ndial.example.com\n"))),
        "".join(f"\\u{ord(char):04x}" for char in "dial.example.com"),
        json.dumps({"content": base64.b64encode(gzip.compress(b"wss://DIAL.example.com", mtime=0)).decode()}),
    ],
)
def test_address_in_another_encoding_is_found(leaf: bytes | str) -> None:
    assert Redaction({"$KEY": "0123456789abcdef"}, NAME).leak(leaf) == "address"


def test_placeholder_address_is_clean_although_it_is_the_own_one() -> None:
    redaction = Redaction({}, PLACEHOLDER_ADDRESS)
    assert redaction.leak(PLACEHOLDER_ADDRESS) is None
    assert redaction.hide_address_in_text("https://dial.invalid:443") == "https://dial.invalid:443"


@pytest.mark.parametrize("url", ["dial.example.com", "https://", "localhost:8091", "https://dial.example.com:port"])
def test_url_without_a_host_or_port_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r"^the URL of the DIAL has no host$|^Port could not"):
        Redaction({}, url)


@pytest.mark.parametrize(
    ("sizes", "moved"),
    [
        ([24], [22]),
        ([3, 21], [3, 19]),  # a boundary where the address begins stays there
        ([4, 20], [15, 7]),
        ([17, 7], [15, 7]),
        ([18, 6], [16, 6]),
        ([5, 5, 14], [15, 0, 7]),
        ([3, 14, 0, 7], [3, 12, 0, 7]),
        ([0, 4, 10, 10], [0, 15, 0, 7]),
    ],
)
def test_chunks_move_along(sizes: list[int], moved: list[int]) -> None:
    chunks = tuple((number / 10, size) for number, size in enumerate(sizes))
    hidden = Redaction({}, ADDRESS).hide_address(b"at 127.0.0.1:8091 and on", chunks)
    assert hidden == (b"at dial.invalid and on", tuple((number / 10, size) for number, size in enumerate(moved)))


def test_chunks_move_along_with_several_addresses() -> None:
    body = b"http://dial:8080 dial:8080 http://dial:8080"
    chunks = ((0.1, 18), (0.2, 10), (0.3, 2), (0.4, 13))
    hidden, moved = Redaction({}, WORD).hide_address(body, chunks)
    assert hidden == b"https://dial.invalid dial.invalid https://dial.invalid"
    assert moved == ((0.1, 33), (0.2, 21), (0.3, 0), (0.4, 0))


texts = st.lists(
    st.text(max_size=5) | st.sampled_from([text for _, text, _ in REPLACED] + [text for _, text in KEPT]), max_size=6
).map("".join)
bodies = st.lists(st.binary(max_size=5) | st.sampled_from([text.encode() for _, text, _ in REPLACED]), max_size=6).map(
    b"".join
)


@given(url=st.sampled_from(URLS), text=texts)
def test_hidden_address_is_gone(url: str, text: str) -> None:
    redaction = Redaction({}, url)
    hidden = redaction.hide_address_in_text(text)
    assert redaction.leak(hidden) is None
    assert redaction.hide_address_in_text(hidden) == hidden


@given(url=st.sampled_from(URLS), body=bodies, data=st.data())
def test_chunks_still_make_up_the_body(url: str, body: bytes, data: st.DataObject) -> None:
    cuts = sorted(data.draw(st.lists(st.integers(0, len(body)))))
    chunks: Chunks = tuple(
        (float(start), end - start) for start, end in zip([0, *cuts], [*cuts, len(body)], strict=True)
    )
    hidden, moved = Redaction({}, url).hide_address(body, chunks)
    assert sum(size for _, size in moved) == len(hidden)
    assert [time for time, _ in moved] == [time for time, _ in chunks]
    assert all(size >= 0 for _, size in moved)
