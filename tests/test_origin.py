"""`--origin`: what it may be, and that neither a set nor a verdict depends on which it is."""

from __future__ import annotations

from argparse import Namespace
from dataclasses import replace
from pathlib import Path

import pytest

from conformance.contract.exchange import Answer
from conformance.run.reading_settings import read_settings
from tests.conftest import Serve
from tests.running import DALLE3, Suite
from tests.served_set import PAGE, Asked, ServedSet

ASKED = ("--requirement=AUTH-15,AUTH-16", "--free")
ALLOWED = "access-control-allow-origin"


def origin_of(text: str) -> str | None:
    return read_settings(Namespace(origin=text), {}, Path.cwd()).origin


@pytest.mark.parametrize(
    ("text", "origin"),
    [
        ("https://chat.example.com", "https://chat.example.com"),
        ("https://chat.example.com/", "https://chat.example.com"),
        ("HTTPS://Chat.Example.com:443", "https://chat.example.com"),
        ("http://localhost:3000", "http://localhost:3000"),
        ("http://[::1]:8080", "http://[::1]:8080"),
    ],
)
def test_origin_is_written_as_a_browser_sends_it(text: str, origin: str) -> None:
    assert origin_of(text) == origin


@pytest.mark.parametrize(
    "text",
    [
        "",
        "*",
        "null",
        "chat.example.com",
        "ftp://a.example",
        "https://a.example/x",
        "https://u:p@a.example",
        "https://a b",
    ],
)
def test_what_is_no_origin_is_refused_in_one_line(text: str) -> None:
    with pytest.raises(ValueError, match=r"^--origin=.*: give an origin without a path, such as https://chat"):
        origin_of(text)


def echoing(served: ServedSet, origin: str) -> None:
    """Allow this origin alone, and only where it asks, as an ingress does that has a list."""

    def answer(asked: Asked) -> Answer | None:
        if asked.header("origin") != PAGE:
            return None
        recorded = served.recorded_answer(asked)
        others = [one for one in recorded.headers if one[0].lower() != ALLOWED]
        return replace(recorded, headers=(*others, (ALLOWED, origin)))

    served.instead = answer


def test_the_very_origin_may_be_allowed_and_is_not_recorded(suite: Suite, serve: Serve) -> None:
    served = serve()
    echoing(served, PAGE)
    recording = ["--record-mode=rewrite", "--cassettes=new"]
    run = suite.live(served, DALLE3, f"--origin={PAGE}", *ASKED, *recording)
    assert run.requirements("passed") == {"AUTH-15", "AUTH-16"}, run.output
    kept = b"".join(path.read_bytes() for path in (suite.folder / "new").rglob("*.yaml"))
    assert b"$DIAL_ORIGIN" in kept
    assert PAGE.encode() not in kept
    again = suite.replay("--origin=https://another.example.net", *ASKED, cassettes=suite.folder / "new")
    assert again.requirements("passed") == {"AUTH-15", "AUTH-16"}, again.output


def test_another_origin_is_no_permission(suite: Suite, serve: Serve) -> None:
    served = serve()
    echoing(served, "https://dial.example.com")
    run = suite.live(served, DALLE3, f"--origin={PAGE}", *ASKED)
    assert run.requirements("advisory") == {"AUTH-15", "AUTH-16"}, run.output
    assert '-H "Origin: $DIAL_ORIGIN"' in run.out


def test_origin_below_the_address_of_the_dial_is_not_hidden(suite: Suite, serve: Serve) -> None:
    served = serve()
    page = f"http://127.0.0.1:{served.port}"  # the web interface and the API behind one ingress
    run = suite.live(served, DALLE3, f"--origin={page}", *ASKED, "--record-mode=rewrite", "--cassettes=new")
    assert "no set was recorded" not in run.out, run.output


def test_nothing_is_asked_from_a_page_without_the_option(suite: Suite, serve: Serve) -> None:
    run = suite.live(serve(), DALLE3, *ASKED)
    assert run.requirements("not asked") == {"AUTH-15", "AUTH-16"}
    assert "--origin was not given" in run.junit
