"""`--log-requests`: a line for each request and retry, without secrets, whatever is answered."""

from __future__ import annotations

import json
import re
from collections import Counter
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from conformance.contract.exchange import Answer
from conformance.wire.live.request_log import RequestLog
from conformance.wire.redaction import Redaction
from tests.conftest import Serve
from tests.running import DALLE3, Suite
from tests.served_set import HANG_UP, KEY, Asked, as_html, as_json

LOG = "--log-requests=requests.log"


def lines(suite: Suite) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (suite.folder / "requests.log").read_text().splitlines()]


def test_each_request_has_a_line(suite: Suite, serve: Serve) -> None:
    served = serve()
    run = suite.live(served, DALLE3, "--free", LOG)
    assert run.exit_code == 0, run.output
    written = lines(suite)
    assert Counter((one["method"], one["path"]) for one in written) == Counter(
        (one.method, one.path) for one in served.asked
    )
    assert {one["status"] for one in written} >= {200, 400, 401}
    for one in (one for one in written if one["status"] is not None):  # of some the set has no answer
        assert list(one) == ["time", "method", "path", "status", "seconds", "request_id", "exchange"]
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", one["time"])
        assert datetime.fromisoformat(one["time"]).tzinfo is not None
        assert one["seconds"] >= 0


def test_each_retry_has_a_line(suite: Suite, serve: Serve) -> None:
    requests = count()

    def limited(asked: Asked) -> Answer | None:
        if asked.path != "/openai/models" or next(requests) > 0:
            return None
        return Answer(429, "", (("Retry-After", "0"), ("Content-Length", "0")))

    run = suite.live(serve(instead=limited), "--requirement=LIST-*", LOG)
    assert [one["status"] for one in lines(suite) if one["path"] == "/openai/models"][:2] == [429, 200], run.output


def test_request_without_an_answer_has_a_line(suite: Suite, serve: Serve) -> None:
    hung_up = serve(instead=lambda asked: HANG_UP if asked.path == "/openai/models" else None)
    suite.live(hung_up, "--requirement=LIST-*", "--deadline=0", LOG)
    found = [one for one in lines(suite) if one["path"] == "/openai/models"]
    assert found
    assert {one["status"] for one in found} == {None}
    assert all(one["trouble"].startswith("the answer broke off") for one in found)


def test_id_of_the_answer_is_there(suite: Suite, serve: Serve) -> None:
    def traced(asked: Asked) -> Answer | None:
        if asked.path != "/openai/models":
            return None
        return Answer(200, "", (("X-DIAL-TRACE-ID", "4bf92f3577b34da6"), ("Content-Length", "2")), b"{}", ((0.0, 2),))

    suite.live(serve(instead=traced), "--requirement=LIST-*", LOG)
    assert {one["request_id"] for one in lines(suite) if one["path"] == "/openai/models"} == {"4bf92f3577b34da6"}


def test_no_secret_and_no_control_sequence_is_written(suite: Suite, serve: Serve) -> None:
    def repeating(asked: Asked) -> Answer | None:
        came = asked.header("api-key") or asked.path
        if asked.path == "/openai/models":
            return Answer(200, "", (("X-DIAL-TRACE-ID", came), ("Content-Length", "2")), b"{}", ((0.0, 2),))
        return as_json({"came": came}) if "api-key=" in asked.path else None

    suite.live(serve(instead=repeating), DALLE3, "--free", "--key-variants", "--requirement=AUTH-*,LIST-*", LOG)
    text = (suite.folder / "requests.log").read_text()
    assert "api-key=$DIAL_API_KEY" in text
    for secret in (KEY, KEY.swapcase(), KEY[:-1]):
        assert secret not in text
    assert text.isascii()
    assert "\x1b" not in text


def test_lines_are_added(suite: Suite, serve: Serve) -> None:
    (suite.folder / "requests.log").write_text('{"old": true}\n')
    suite.live(serve(), "--requirement=LIST-01", LOG)
    assert lines(suite)[0] == {"old": True}
    assert len(lines(suite)) > 1


@pytest.mark.parametrize(
    ("name", "why"), [("no/such/folder/log", "No such file or directory"), (".", "Is a directory")]
)
def test_file_that_cannot_be_written_is_told_before_anything_is_asked(
    suite: Suite, serve: Serve, name: str, why: str
) -> None:
    served = serve()
    run = suite.live(served, f"--log-requests={name}")
    assert run.exit_code == 4
    assert run.complaint == f"--log-requests={name} cannot be written: {why}"
    assert served.asked == []


def test_full_disk_is_told_and_ends_nothing(suite: Suite, serve: Serve) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("this system has no /dev/full")
    run = suite.live(serve(), "--requirement=LIST-01", "--log-requests=/dev/full")
    assert run.exit_code == 0, run.output
    assert "--log-requests=/dev/full has not all requests: No space left on device" in run.out


def test_nothing_is_written_in_a_replay(suite: Suite) -> None:
    run = suite.replay("--requirement=LIST-01", LOG)
    assert run.exit_code == 0
    assert "--log-requests does nothing in a replay" in run.out
    assert not (suite.folder / "requests.log").exists()


def test_text_that_is_hostile_is_bounded_and_escaped(tmp_path: Path) -> None:
    log = RequestLog(tmp_path / "log", Redaction({}))
    log.add({"path": "\x1b[2J\ud800\n" + "x" * 100_000})
    log.close()
    log.add({"path": "too late"})
    (line,) = (tmp_path / "log").read_text().splitlines()
    assert len(line) < 3_000
    assert line.isascii()
    assert "\\u001b" not in line


def test_waiting_is_written_too(suite: Suite, serve: Serve) -> None:
    requests = count()
    served = serve(instead=lambda _: as_html("starting", 503) if next(requests) < 1 else None)
    suite.live(served, "--wait=60", "--requirement=LIST-01", LOG)
    assert [one["status"] for one in lines(suite) if one["exchange"] == "until it answers"] == [503, 200]
