"""Settings: whatever stands in the environment, there is a setting or one clear line."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from conformance.run.reading_settings import read_settings
from conformance.run.settings import Settings, SettingsError

KEY = "canary-key-0001"
NOWHERE = Path("/no/such/folder")
LIVE = Namespace(live=True)
URLS = st.one_of(
    st.text(max_size=40),
    st.builds(
        "{}://{}{}".format, st.sampled_from(["http", "https", "HTTP", "ws", ""]), st.text(max_size=20), st.text()
    ),
    st.from_regex(r"https?://[a-z0-9.:\[\]@%-]{0,20}(/[a-z?#]{0,5})?", fullmatch=True),
)

MARKED = st.one_of(st.text(max_size=20), st.from_regex(r"[!-~]{5,11}", fullmatch=True)).map("~{}".format)
"""Credentials that no message has by accident: none has a tilde."""


def told(environment: Mapping[str, str | None], folder: Path = NOWHERE) -> Settings | str:
    """The settings of a live run, or the line that says why there are none."""
    try:
        return read_settings(LIVE, {name: value for name, value in environment.items() if value is not None}, folder)
    except SettingsError as error:
        line = str(error)
    assert line.splitlines() == [line], "more than a line"
    return line


@settings(max_examples=500)
@given(URLS)
@example("http://[::1]:8080/dial")
@example("http://[fe80::1%25eth0]")
@example("http://a]b")
@example("https://dial.example.com:")
@example("https://dial.example.com?")
@example("https://dial.example.com/#")
def test_any_url_gives_a_setting_or_one_line(url: str) -> None:
    found = told({"DIAL_URL": url, "DIAL_API_KEY": KEY})
    if isinstance(found, str):
        assert "DIAL_URL" in found
        return
    assert found.url is not None
    parts = urlsplit(found.url)
    assert parts.scheme in {"http", "https"}
    assert parts.hostname
    assert found.url.isascii()
    assert not found.url.endswith("/")
    assert "?" not in found.url


@settings(max_examples=300)
@given(*[st.one_of(st.none(), st.just(""), MARKED)] * 3)
@example(None, KEY, KEY)
def test_any_credentials_give_a_setting_or_one_line(key: str | None, token: str | None, other: str | None) -> None:
    credentials = {"DIAL_API_KEY": key, "DIAL_BEARER_TOKEN": token, "DIAL_API_KEY_2": other}
    environment = {"DIAL_URL": "https://dial.example.com", **credentials}
    found = told(environment)
    if isinstance(found, str):
        assert found.startswith("DIAL_")
        assert not any(value and len(value) >= 8 and value in found for value in (key, token, other))
        return
    assert found.credentials
    assert all(len(value) >= 8 and value.isascii() and value.isprintable() for value in found.credentials.values())
    assert len(set(found.credentials.values())) == len(found.credentials)
    assert not any(value in repr(found) for value in found.credentials.values())


@given(st.text(max_size=20))
def test_any_deployment_gives_a_setting_or_one_line(name: str) -> None:
    found = told({"DIAL_URL": "https://dial.example.com", "DIAL_API_KEY": KEY, "DALLE3_DEPLOYMENT_NAME": name})
    if isinstance(found, str):
        assert "DALLE3_DEPLOYMENT_NAME" in found
        return
    assert found.dalle3 == (name or None)


def test_one_deployment_is_named_as_one_image_model() -> None:
    given = {"DIAL_URL": "https://dial.example.com", "DIAL_API_KEY": KEY, "DALLE3_DEPLOYMENT_NAME": "pictures"}
    found = told({**given, "GPT_IMAGE_1_DEPLOYMENT_NAME": "pictures"})
    assert found == "--dalle3-deployment and --gpt-image-1-deployment both name pictures: name it as one of them"
    named = told({**given, "GPT_IMAGE_1_DEPLOYMENT_NAME": "others"})
    assert isinstance(named, Settings)
    assert {name: one.name for name, one in named.profiles.items()} == {"pictures": "DALL-E 3", "others": "GPT-Image-1"}


@given(st.text(max_size=20))
def test_replay_takes_nothing_from_the_environment(text: str) -> None:
    environment = dict.fromkeys(["DIAL_URL", "DIAL_API_KEY", "DIAL_BEARER_TOKEN", "DALLE3_DEPLOYMENT_NAME"], text)
    found = read_settings(Namespace(), environment, NOWHERE)
    assert (found.url, dict(found.credentials), found.dalle3, found.live) == (None, {}, None, False)


@pytest.mark.parametrize(
    ("url", "base"),
    [
        ("https://dial.example.com", "https://dial.example.com"),
        ("https://dial.example.com///", "https://dial.example.com"),
        ("http://127.0.0.1:8080/dial/core/", "http://127.0.0.1:8080/dial/core"),
        ("http://[::1]:8080/", "http://[::1]:8080"),
    ],
)
def test_base_url_has_no_slash_at_its_end(url: str, base: str) -> None:
    assert read_settings(LIVE, {"DIAL_URL": url, "DIAL_API_KEY": KEY}, NOWHERE).url == base


def test_dotenv_is_taken_as_it_is_written(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(
        f"# ours\nexport DIAL_URL='https://dial.example.com'\nDIAL_API_KEY=\"{KEY}$HOME\"\nDIAL_API_KEY_2\n"
    )
    found = read_settings(LIVE, {}, tmp_path)
    assert found.url == "https://dial.example.com"
    assert list(found.credentials.values()) == [f"{KEY}$HOME"]


@pytest.mark.parametrize("content", [b"\xff\xfe", b"DIAL_API_KEY='open", b"=\n=="], ids=["no UTF-8", "open", "no name"])
def test_dotenv_that_cannot_be_read_is_one_line(tmp_path: Path, content: bytes) -> None:
    (tmp_path / ".env").write_bytes(content)
    assert isinstance(told({}, tmp_path), str)


def test_default_set_is_that_of_the_folder() -> None:
    assert read_settings(Namespace(), {}, NOWHERE).cassettes == NOWHERE / "cassettes/dial-core-0.25"
    assert read_settings(Namespace(cassettes="here"), {}, NOWHERE).cassettes == Path("here")
