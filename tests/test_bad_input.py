"""What a person gets wrong: one clear line, the right exit code, nothing asked that need not be, and never the key."""

from __future__ import annotations

import socket
from collections.abc import Mapping
from typing import Any

import pytest
import yaml

from conformance.contract.exchange import Answer
from tests.conftest import Serve
from tests.running import DALLE3, Suite, small_set
from tests.served_set import HANG_UP, KEY, TOKEN, Asked, Held, Misbehaviour, as_html, as_json, everything

URL = "https://dial.example.com"
LISTINGS = {"/openai/deployments", "/openai/models", "/openai/applications", "/version"}
GOOD = {"DIAL_URL": URL, "DIAL_API_KEY": KEY}

SETTINGS: dict[str, tuple[Mapping[str, str], str]] = {
    "no URL": ({"DIAL_API_KEY": KEY}, "DIAL_URL is missing"),
    "empty URL": ({**GOOD, "DIAL_URL": ""}, "DIAL_URL is empty"),
    "misspelt URL": ({"DIAL_API_KEY": KEY, "DIAL_ULR": URL}, "DIAL_ULR, which nothing reads; did you mean DIAL_URL?"),
    "misspelt key": ({"DIAL_URL": URL, "DIAL_APIKEY": KEY}, "nothing reads; did you mean DIAL_API_KEY?"),
    "URL of a deployment": ({**GOOD, "DIAL_URL": f"{URL}/openai/deployments/x"}, f"cut it to {URL}"),
    "URL of a completion": (
        {**GOOD, "DIAL_URL": f"{URL}/dial/openai/deployments/x/chat/completions"},
        f"cut it to {URL}/dial",
    ),
    "URL of OpenAI": ({**GOOD, "DIAL_URL": f"{URL}/openai/"}, f"cut it to {URL}"),
    "URL of files": ({**GOOD, "DIAL_URL": f"{URL}/v1/files/x/y"}, f"cut it to {URL}"),
    "URL of a version": ({**GOOD, "DIAL_URL": f"{URL}/v1"}, f"cut it to {URL}"),
    "no scheme": ({**GOOD, "DIAL_URL": "dial.example.com"}, "does not begin with http:// or https://"),
    "other scheme": ({**GOOD, "DIAL_URL": "ftp://dial.example.com"}, "does not begin with http:// or https://"),
    "scheme alone": ({**GOOD, "DIAL_URL": "https://"}, "DIAL_URL has no host"),
    "port that is none": ({**GOOD, "DIAL_URL": "https://dial:port"}, "DIAL_URL is not a URL"),
    "port too high": ({**GOOD, "DIAL_URL": "https://dial:65536"}, "DIAL_URL is not a URL"),
    "half a bracket": ({**GOOD, "DIAL_URL": "http://[::1"}, "DIAL_URL is not a URL"),
    "space in the URL": ({**GOOD, "DIAL_URL": "https://dial.example.com /x"}, "DIAL_URL has a space in it"),
    "key in the URL": (
        {**GOOD, "DIAL_URL": f"https://me:{KEY}@dial.example.com"},
        "DIAL_URL has a user name or a password",
    ),
    "key alone in the URL": (
        {**GOOD, "DIAL_URL": f"https://{KEY}@dial.example.com"},
        "DIAL_URL has a user name or a password",
    ),
    "key in the query": ({**GOOD, "DIAL_URL": f"{URL}?key={KEY}"}, "has a query or a fragment"),
    "key as URL": ({**GOOD, "DIAL_URL": KEY}, "does not begin with http:// or https://"),
    "key before a host without a scheme": ({**GOOD, "DIAL_URL": f"me:{KEY}@dial.example.com"}, "DIAL_URL"),
    "fragment": ({**GOOD, "DIAL_URL": f"{URL}#top"}, "has a query or a fragment"),
    "host with an empty label": ({**GOOD, "DIAL_URL": "https://dial..example.com"}, "https://dial..example.com"),
    "host with a long label": ({**GOOD, "DIAL_URL": f"https://{'d' * 64}.example.com"}, "d.example.com"),
    "no key": ({"DIAL_URL": URL}, "DIAL_API_KEY is missing"),
    "empty key": ({**GOOD, "DIAL_API_KEY": ""}, "DIAL_API_KEY is empty"),
    "newline in the key": ({**GOOD, "DIAL_API_KEY": f"{KEY}\n"}, "DIAL_API_KEY has a line break in it"),
    "header in the key": ({**GOOD, "DIAL_API_KEY": f"{KEY}\r\nX: y"}, "DIAL_API_KEY has a line break in it"),
    "space in the key": ({**GOOD, "DIAL_API_KEY": f" {KEY}"}, "DIAL_API_KEY has a character that no key has"),
    "letter of no key": ({**GOOD, "DIAL_API_KEY": f"{KEY}é"}, "DIAL_API_KEY has a character that no key has"),
    "short key": ({**GOOD, "DIAL_API_KEY": "1234567"}, "DIAL_API_KEY is shorter than 8 characters"),
    "short token": ({"DIAL_URL": URL, "DIAL_BEARER_TOKEN": "1234567"}, "DIAL_BEARER_TOKEN is shorter than 8"),
    "short second key": ({**GOOD, "DIAL_API_KEY_2": "1234567"}, "DIAL_API_KEY_2 is shorter than 8 characters"),
    "key and token": ({**GOOD, "DIAL_BEARER_TOKEN": TOKEN}, "DIAL_API_KEY and DIAL_BEARER_TOKEN are both set"),
    "the same key twice": ({**GOOD, "DIAL_API_KEY_2": KEY}, "DIAL_API_KEY_2 is the same as DIAL_API_KEY"),
    "name with a space": ({**GOOD, "DALLE3_DEPLOYMENT_NAME": "dall e 3"}, "is no name of a deployment"),
}

OPTIONS = {
    "no jobs": (["--live", "--jobs=0"], "--jobs=0: give a whole number above 0"),
    "no jobs per deployment": (
        ["--live", "--jobs-per-deployment=-1"],
        "--jobs-per-deployment=-1: give a whole number above 0",
    ),
    "no time": (["--live", "--exchange-timeout=0"], "--exchange-timeout=0: give a number of seconds above 0"),
    "time that is none": (["--exchange-timeout=nan"], "--exchange-timeout=nan: give a number of seconds above 0"),
    "time without end": (["--live", "--exchange-timeout=inf"], "--exchange-timeout=inf: give a number of seconds"),
    "time in words": (["--deadline=soon"], "--deadline=soon: give 0 or a number of seconds above it"),
    "jobs in words": (["--jobs=many"], "--jobs=many: give a whole number above 0"),
    "half a completion": (["--budget=1.5"], "--budget=1.5: give 0 or a whole number above it"),
    "line break": (["--jobs=1\n2"], r"--jobs=1\n2: give a whole number above 0"),
    "another level": (["--fail-on=may"], "--fail-on=may: give must or should"),
    "no folder": (["--cassettes="], "--cassettes is empty: give a folder"),
    "record without live": (
        ["--record-mode=rewrite", "--cassettes=x"],
        "--record-mode=rewrite asks a DIAL: give --live too",
    ),
    "record into nothing": (["--live", "--record-mode=once"], "say where with --cassettes=DIR"),
    "deployment with a space": (["--live", "--dial-deployment=dall e"], "is no name of a deployment"),
    "deployment that is no text": (["--live", "--dial-deployment=a\udcff"], "is no name of a deployment"),
    "DALL-E that is no text": (["--live", "--dalle3-deployment=a\udcff"], "is no name of a deployment"),
}


def _lacking(asked: Asked) -> Answer | None:
    """Answer as Core does for a deployment that it does not have."""
    return None if asked.path in LISTINGS else as_json({"error": {"message": "Deployment is not found"}}, 404)


SERVERS: dict[str, tuple[Misbehaviour | None, list[str], str]] = {
    "wrong key": (everything(as_json({}, 401)), [DALLE3], "refuses the key (401): check DIAL_API_KEY"),
    "wrong key for the listing": (everything(as_json({}, 401)), [], "refuses the key (401): check DIAL_API_KEY"),
    "HTML": (everything(as_html("<h1>Welcome</h1>")), [DALLE3], "this does not answer like a DIAL: GET /openai/"),
    "HTML as listing": (everything(as_html("<h1>Welcome</h1>")), [], "this does not answer like a DIAL: GET /openai/"),
    "empty object": (everything(as_json({})), [DALLE3], "this does not answer like a DIAL: GET /openai/"),
    "other JSON": (everything(as_json([1])), [], "this does not answer like a DIAL: GET /openai/deployments gave 200"),
    "another id": (everything(as_json({"id": "x"})), [DALLE3], "this does not answer like a DIAL: GET /openai/"),
    "forbidden": (everything(as_json({}, 403)), [DALLE3], "this does not answer like a DIAL: GET /openai/"),
    "crash": (everything(as_json({}, 500)), [DALLE3], "this does not answer like a DIAL: GET /openai/"),
    "outage": (everything(as_html("Bad Gateway", 502)), [DALLE3], "an outage, not an answer: 502 text/html Bad Gatew"),
    "redirect": (everything(as_html("", 302)), [DALLE3], "this does not answer like a DIAL: GET /openai/"),
    "hang up": (everything(HANG_UP), [DALLE3], "the answer broke off"),
    "unknown DALL-E": (_lacking, ["--dalle3-deployment=dall-e3"], "no deployment dall-e3 (404); did you mean dall-e-3"),
    "unknown name": (_lacking, ["--dial-deployment=nope"], "no deployment nope (404); there are dall-e-3, echo,"),
    "name with a slash": (_lacking, ["--dial-deployment=../echo"], "no deployment ../echo (404); did you mean echo"),
    "glob that fits nothing": (None, ["--dial-deployment=gpt-*"], "no deployment fits gpt-*; there are dall-e-3,"),
    "glob that nearly fits": (None, ["--dial-deployment=dalle*"], "no deployment fits dalle*; did you mean dall-e-3?"),
    "glob in capitals": (None, ["--dial-deployment=ECHO*"], "no deployment fits ECHO*; did you mean echo"),
    "name in capitals": (_lacking, ["--dial-deployment=DALL-E-3"], "no deployment DALL-E-3 (404); did you mean dall-"),
}  # fmt: skip

METAS: dict[str, tuple[Any, str]] = {
    "later format": ({"format": 3}, "is in format 3, and this dial-conformance reads the formats up to 2"),
    "later format of another kind": ({"format": 3, "core": None}, "is in format 3, and this dial-conformance reads"),
    "format that is no number": ({"format": "2"}, "meta.yaml is not a cassette: format is '2'"),
    "format below the first": ({"format": 0}, "meta.yaml is not a cassette: format is 0"),
    "no version": ({"suite": None}, "meta.yaml is not a cassette: suite is None"),
    "deployments that are none": (
        {"deployments": "dall-e-3"},
        "meta.yaml is not a cassette: deployments is 'dall-e-3'",
    ),
    "deployments that are numbers": ({"deployments": [1]}, "meta.yaml is not a cassette: deployments"),
    "deployment that is not there": ({"deployments": ["nope"]}, "nope"),
    "DALL-E that is a list": ({"dalle3": ["dall-e-3"]}, "meta.yaml is not a cassette: dalle3 is ['dall-e-3']"),
    "representative that is not there": ({"representative": "nope"}, "nope"),
    "no mapping": ([1, 2], "meta.yaml is not a cassette: it is no mapping"),
}


@pytest.mark.parametrize("case", SETTINGS)
def test_settings(suite: Suite, case: str, monkeypatch: pytest.MonkeyPatch) -> None:
    environment, said = SETTINGS[case]
    _forbid_the_network(monkeypatch)
    run = suite.run("--live", "--requirement=LIST-01", **environment)
    assert run.exit_code == 4
    assert said in run.complaint
    assert KEY not in run.output


@pytest.mark.parametrize("case", OPTIONS)
def test_options(suite: Suite, case: str, monkeypatch: pytest.MonkeyPatch) -> None:
    options, said = OPTIONS[case]
    _forbid_the_network(monkeypatch)
    run = suite.run(*options, **GOOD)
    assert run.exit_code == 4
    assert said in run.complaint
    assert list(suite.folder.glob("x*")) == []


@pytest.mark.parametrize("case", SERVERS)
def test_server(suite: Suite, serve: Serve, case: str) -> None:
    misbehaviour, options, said = SERVERS[case]
    served = serve(instead=misbehaviour)
    run = suite.live(served, "--requirement=LIST-01", *options)
    assert run.exit_code == 4
    assert said in run.complaint
    assert KEY not in run.output
    assert "were decided" not in run.out, "the complaint is all that there is to say"
    assert not any(asked.is_chat for asked in served.asked)


def test_refused_token_is_named(suite: Suite, serve: Serve) -> None:
    served = serve(instead=everything(as_json({}, 401)))
    run = suite.run("--live", DALLE3, DIAL_URL=served.url, DIAL_BEARER_TOKEN=TOKEN)
    assert run.exit_code == 4
    assert run.complaint == f"{served.url} refuses the key (401): check DIAL_BEARER_TOKEN"


def test_echoed_key_is_not_shown(suite: Suite, serve: Serve) -> None:
    run = suite.live(serve(instead=everything(as_html(f"who is {KEY}?", 403))), DALLE3)
    assert run.exit_code == 4
    assert "who is $DIAL_API_KEY?" in run.complaint
    assert KEY not in run.output


def test_closed_port(suite: Suite) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    run = suite.run("--live", DIAL_URL=f"http://127.0.0.1:{port}", DIAL_API_KEY=KEY)
    assert run.exit_code == 4
    assert run.complaint.startswith(f"http://127.0.0.1:{port} cannot be checked: nobody answers there")


def test_name_that_does_not_resolve(suite: Suite, monkeypatch: pytest.MonkeyPatch) -> None:
    _forbid_the_network(monkeypatch)
    run = suite.run("--live", DIAL_URL="http://no-such-host.invalid", DIAL_API_KEY=KEY)
    assert run.exit_code == 4
    assert "the host name cannot be resolved" in run.complaint
    assert "check the host in DIAL_URL" in run.complaint


def test_tls_to_a_plain_port(suite: Suite, serve: Serve) -> None:
    url = serve().url.replace("http:", "https:")
    run = suite.run("--live", "--exchange-timeout=100", DIAL_URL=url, DIAL_API_KEY=KEY)
    assert run.exit_code == 4
    assert run.complaint.startswith(f"{url} cannot be checked: the TLS handshake failed")


def test_silence(suite: Suite, serve: Serve) -> None:
    held = Held("/openai/")
    run = suite.live(serve(instead=held), DALLE3, "--exchange-timeout=0.2")
    held.released.set()
    assert run.exit_code == 4
    assert "it took too long" in run.complaint
    assert "--exchange-timeout" in run.complaint


@pytest.mark.parametrize("kind", ["no folder", "empty folder", "file", "folder of other things"])
def test_no_set(suite: Suite, kind: str) -> None:
    place = suite.folder / "set"
    if kind == "file":
        place.write_text("mine")
    elif kind != "no folder":
        place.mkdir()
    if kind == "folder of other things":
        (place / "notes.txt").write_text("mine")
    run = suite.replay(cassettes=place)
    assert run.exit_code == 4
    assert "cassette set" in run.complaint
    assert "give --live, DIAL_URL and DIAL_API_KEY, or a set with --cassettes=DIR" in run.complaint


@pytest.mark.parametrize("case", METAS)
def test_set_that_says_nonsense_of_itself(suite: Suite, case: str) -> None:
    changes, said = METAS[case]
    place = small_set(suite.folder / "set")
    meta = yaml.safe_load((place / "meta.yaml").read_text())
    (place / "meta.yaml").write_text(yaml.safe_dump({**meta, **changes} if isinstance(changes, dict) else changes))
    run = suite.replay(cassettes=place)
    assert run.exit_code == 4
    assert said in run.complaint


def _forbid_the_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Resolve no name, as a machine without a network."""

    def fail(host: str | bytes, *_: object, **__: object) -> None:
        str(host if isinstance(host, str) else host.decode()).encode("idna")  # as the real one does first
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", fail)
