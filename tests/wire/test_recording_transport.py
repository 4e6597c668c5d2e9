"""What is kept of an exchange: no secret gets onto the disk, not for a moment, nor what cannot be read again."""

from __future__ import annotations

import base64
from collections.abc import Callable
from pathlib import Path

import pytest

from conformance.contract.exchange import API_KEY, Answer, Exchange, Request
from conformance.wire.cassettes import file
from conformance.wire.cassettes.recording import RecordingTransport
from conformance.wire.redaction import Redaction

KEY = "the-key-of-nobody"
NAME = "_instance/models"


class Answering:
    """A DIAL that always answers alike."""

    def __init__(self, body: bytes) -> None:
        self._answer = Answer(200, "OK", (), body, ((0.0, len(body)),))

    def send(
        self,
        name: str,
        request: Request,
        answers: frozenset[int] = frozenset(),  # noqa: ARG002 - of `Transport`
        **_: bool,
    ) -> Exchange:
        return Exchange(name, request, self._answer)

    def close(self) -> None:
        """Nothing is open."""


def recording(folder: Path, body: bytes) -> RecordingTransport:
    """A recording of one answer."""
    transport = RecordingTransport(Answering(body), folder / "set", Redaction({API_KEY: KEY}), new_episodes=False)
    transport.send(NAME, Request("GET", "/openai/models"))
    return transport


def test_what_holds_no_secret_is_kept(tmp_path: Path) -> None:
    transport = recording(tmp_path, b"{}")
    assert (transport.problem, transport.recorded) == (None, (NAME,))


@pytest.mark.parametrize("written", [bytes, base64.b64encode, lambda key: key.hex().encode()])
def test_a_secret_is_never_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, written: Callable[[bytes], bytes]
) -> None:
    contents: list[bytes] = []
    monkeypatch.setattr(Path, "write_bytes", lambda _, content: contents.append(content))
    transport = recording(tmp_path, written(KEY.encode()))
    assert transport.problem == f"{NAME} holds {API_KEY}"
    assert contents == []


def test_what_could_not_be_read_again_is_a_problem(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file, "LARGEST_FILE", 1000)
    transport = recording(tmp_path, b"." * 1000)
    assert transport.problem is not None
    assert transport.problem.startswith(f"{NAME}.yaml is larger than 1000 bytes")
    assert transport.recorded == ()
