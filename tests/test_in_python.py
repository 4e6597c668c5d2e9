"""`conformance.check`: a run from Python, which ends as the command does."""

from __future__ import annotations

import asyncio
import json
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

import conformance
from tests.conftest import Serve
from tests.running import CORE_25, DALLE3, ROOT, Suite, undisturbed
from tests.served_set import KEY, OTHER_KEY, Asked, ServedSet, answering_ordinary, as_json

FEW = ("AUTH-*", "LIST-*", "CHAT-0*")


@pytest.fixture(scope="module")
def served(serve_for_all: Serve) -> ServedSet:
    """The recorded DIAL."""
    return serve_for_all(CORE_25)


def checked(served: ServedSet, **arguments: Any) -> dict[str, Any]:
    return conformance.check(served.url, **{"key": KEY, "requirements": FEW, **arguments})


def outcome(report: dict[str, Any]) -> dict[tuple[str, str | None, str | None], str]:
    return {(one["requirement"], one.get("deployment"), one.get("case")): one["verdict"] for one in report["results"]}


def test_says_what_the_command_says(suite: Suite, serve: Serve) -> None:
    served, again = (serve(instead=answering_ordinary(CORE_25)) for _ in range(2))  # each counts its completions
    run = suite.live(again, DALLE3, "--dial-deployment=e*", "--report-json=r.json")
    written = json.loads((suite.folder / "r.json").read_text())
    report = conformance.check(served.url, key=KEY, other_key=OTHER_KEY, deployments="e*", dalle3="dall-e-3")
    assert outcome(report) == outcome(written)
    assert report["run"]["exit_code"] == run.exit_code
    assert {name: report[name] for name in ("format", "plan", "requirements", "deployments")} == {
        name: written[name] for name in ("format", "plan", "requirements", "deployments")
    }
    assert report["exchanges"].keys() == written["exchanges"].keys()


def test_is_plain_data(served: ServedSet) -> None:
    report = checked(served, dalle3="dall-e-3")
    assert json.loads(json.dumps(report)) == report
    assert report["run"]["mode"] == "live"
    assert KEY not in json.dumps(report)


def test_can_be_called_again_in_an_event_loop_and_in_threads(served: ServedSet) -> None:
    async def in_a_notebook() -> dict[str, Any]:
        return checked(served, dalle3="dall-e-3")

    first = outcome(asyncio.run(in_a_notebook()))
    found: list[dict[tuple[str, str | None, str | None], str]] = []
    threads = [
        threading.Thread(target=lambda: found.append(outcome(checked(served, dalle3="dall-e-3")))) for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(100)
    assert found == [first, first]


def test_takes_nothing_from_the_environment(served: ServedSet, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_text("DALLE3_DEPLOYMENT_NAME=echo\n")
    monkeypatch.setenv("DIAL_API_KEY", "another-key")
    monkeypatch.setenv("DIAL_URL", "http://127.0.0.1:9")
    report = checked(served)
    assert report["run"]["dial"] == served.url
    assert report["deployments"] == []


def test_each_request_has_the_headers_and_the_report_has_not(serve: Serve) -> None:
    seen: list[str | None] = []

    def look(asked: Asked) -> None:
        seen.append(asked.header("X-Tenant"))

    report = checked(serve(instead=look), dalle3="dall-e-3", headers={"X-Tenant": "tenant-number-one"})
    assert set(seen) == {"tenant-number-one"}
    assert "tenant-number-one" not in json.dumps(report)


def test_a_violation_is_in_the_report(serve: Serve) -> None:
    def lists_nothing_right(asked: Asked) -> Any:
        return as_json({"data": 5}) if asked.path == "/openai/applications" else None

    report = checked(serve(instead=lists_nothing_right))
    assert report["run"]["exit_code"] == 1
    assert "violated" in outcome(report).values()


def test_what_is_free_is_all_that_is_asked(serve: Serve) -> None:
    served = serve()
    report = checked(served, dalle3="dall-e-3", free=True)
    assert served.completions == report["plan"]["completions"] == 0


def test_an_interruption_is_raised_when_all_is_in_order(serve: Serve) -> None:
    interrupted: list[str] = []

    def interrupt(asked: Asked) -> None:
        if asked.is_chat and not interrupted:
            interrupted.append(asked.path)
            signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)

    with pytest.raises(KeyboardInterrupt):
        checked(serve(instead=interrupt), dalle3="dall-e-3")
    assert interrupted


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"key": None}, "there is no key: give key=..., or token=..."),
        ({"token": "another-token"}, "key and token are both given: give one of them"),
        ({"other_key": KEY}, "other_key is the same as the caller's"),
        ({"key": "short"}, "key is shorter than 8 characters"),
        ({"key": "a key\n of two lines"}, "key has a line break in it"),
        ({"headers": {"Api-Key": "another-key"}}, "DIAL_HEADER_API_KEY cannot be set"),
        ({"budget": -1}, "budget=-1: give 0 or a whole number above it"),
        ({"budget_usd": "much"}, "budget_usd=much: "),
        ({"timeout": 0}, "timeout=0: "),
        ({"deployments": ["no-such"]}, "cannot be checked: "),
        ({"requirements": "CHAT-99"}, "fits no requirement"),
        ({"requirements": "CHAT-05"}, "nothing to check: "),
        ({"dalle3": "echo", "gpt_image_1": "echo"}, "dalle3 and gpt_image_1 both name echo"),
    ],
)
def test_an_argument_that_cannot_be_is_one_line(served: ServedSet, arguments: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=r"^[^\n]+$") as raised:
        checked(served, **arguments)
    assert said in str(raised.value)
    assert KEY not in str(raised.value)


def test_a_certificate_that_cannot_be_read_is_one_line() -> None:
    with pytest.raises(ValueError, match=r"^--ca=no-such\.pem cannot be used[^\n]+$"):
        conformance.check("https://127.0.0.1:9", key=KEY, ca="no-such.pem")


def test_nobody_there_is_an_error() -> None:
    with pytest.raises(ValueError, match="127"):
        conformance.check("http://127.0.0.1:9", key=KEY, deadline=0, wait=0.1)


def test_import_does_no_work() -> None:
    code = "import sys; import conformance; print(sorted(one for one in sys.modules if one.startswith('conformance')))"
    ended = subprocess.run(  # noqa: S603 - our own tests
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=undisturbed(),
        capture_output=True,
        text=True,
        timeout=100,
        check=True,
    )
    assert ended.stdout == "['conformance']\n"
