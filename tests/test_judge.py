"""`dial-conformance judge`: what captured traffic shows, and what it does not show, of HAR files of real programs."""

from __future__ import annotations

import base64
import copy
import gzip
import html
import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from conformance.reports.judge import main
from tests.running import CASSETTES, CORE_25, DALLE3, ROOT, SuiteRun

TRAFFIC = ROOT / "tests" / "traffic"
CHROMIUM = TRAFFIC / "chromium.har"
MITMPROXY = TRAFFIC / "mitmproxy.har"
KEY = "browser-key-1234567"
"""Whose the recorded files are."""

Judge = Callable[..., SuiteRun]
Har = dict[str, Any]


@pytest.fixture
def judge(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Judge:
    """Judge in this process, in a folder of its own."""

    def call(*arguments: object) -> SuiteRun:
        monkeypatch.chdir(tmp_path)
        try:
            code = main(list(map(str, arguments)))
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 1
        out, err = capfd.readouterr()
        return SuiteRun(code, out, err)

    return call


@pytest.fixture
def decided(judge: Judge, tmp_path: Path) -> Callable[..., dict[tuple[str, str | None], set[str]]]:
    """Judge, and return the verdicts of each requirement and deployment."""

    def call(*arguments: object) -> dict[tuple[str, str | None], set[str]]:
        run = judge(*arguments, "--report-json=report.json")
        assert (tmp_path / "report.json").is_file(), run.output
        found: dict[tuple[str, str | None], set[str]] = {}
        for one in json.loads((tmp_path / "report.json").read_text())["results"]:
            found.setdefault((one["requirement"], one.get("deployment")), set()).add(one["verdict"])
        return found

    return call


def base64_of(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def har(path: Path = MITMPROXY) -> Har:
    document: Har = json.loads(path.read_text())
    return document


def written(folder: Path, document: object, name: str = "traffic.har") -> Path:
    path = folder / name
    path.write_text(json.dumps(document))
    return path


def entry(document: Har, path: str, *, stream: bool = False) -> Har:
    """Return the first exchange with a path, of completions the one that streams or not."""
    for one in document["log"]["entries"]:
        streams = '"stream"' in (one["request"].get("postData") or {}).get("text", "")
        if path in one["request"]["url"] and streams is stream:
            found: Har = one
            return found
    raise AssertionError(f"no exchange with {path}")


def with_body(document: Har, path: str, change: Callable[[Har], object]) -> None:
    """Change the JSON body of an answer, and its size with it."""
    content = entry(document, path)["response"]["content"]
    body = json.loads(content["text"])
    change(body)
    content["text"] = json.dumps(body)
    content["size"] = len(content["text"].encode())
    for one in entry(document, path)["response"]["headers"]:
        if one["name"].lower() == "content-length":
            one["value"] = str(content["size"])


@pytest.mark.parametrize("path", [CHROMIUM, MITMPROXY], ids=["chromium", "mitmproxy"])
def test_har_of_a_healthy_dial_decides_much_and_violates_nothing(path: Path, decided: Callable[..., Any]) -> None:
    found = decided(path)
    assert not any("violated" in verdicts for verdicts in found.values())
    for requirement, deployment in (
        ("LIST-01", None),
        ("CONF-01", "dall-e-3"),
        ("CHAT-02", "echo"),
        ("CHAT-02", "dall-e-3"),
        ("CHAT-04", "echo"),
        ("STRM-02", "echo"),
        ("STRM-04", "echo"),
        ("ATT-02", "dall-e-3"),
        ("CHAT-25", None),
        ("HTTP-03", None),
    ):
        assert found[requirement, deployment] == {"passed"}, (requirement, deployment)
    # nobody asked without a key, a HAR file has no framing, and the request was not the suite's
    for requirement, deployment in (("AUTH-01", None), ("HTTP-01", None), ("CHAT-05", "dall-e-3")):
        assert found[requirement, deployment] == {"not recorded"}, requirement


@pytest.mark.parametrize("path", [CHROMIUM, MITMPROXY], ids=["chromium", "mitmproxy"])
def test_no_output_has_the_key(path: Path, judge: Judge, tmp_path: Path) -> None:
    assert KEY in path.read_text(), "the file has it, as those of other people do"
    document = har(path)
    # an answer that repeats the key, and a cookie and a query parameter that are secrets too
    page = entry(document, "/openai/deployments/echo")
    page["response"]["content"] = {
        "size": 100,
        "mimeType": "text/plain",
        "text": f"no: {KEY} {base64_of(KEY)}".ljust(100),
    }
    page["response"]["status"] = 500
    page["request"]["headers"].append({"name": "Cookie", "value": "session=secret-of-a-cookie"})
    page["request"]["url"] += "&token=secret-in-a-query"
    run = judge(written(tmp_path, document), "--report-json=r.json", "--report-html=r.html")
    assert run.exit_code in (0, 1), run.output
    for text in (run.output, (tmp_path / "r.json").read_text(), (tmp_path / "r.html").read_text()):
        for secret in (KEY, base64_of(KEY), "secret-of-a-cookie", "secret-in-a-query"):
            assert secret not in text, secret
        assert "DIAL_API_KEY" in text or text is run.output


@pytest.mark.parametrize(
    "written_as",
    [
        str,
        base64_of,
        lambda key: key.encode().hex(),
        lambda key: "".join(f"%{octet:02X}" for octet in key.encode()),
        lambda key: json.dumps(f'"{key}"'),
    ],
    ids=["raw", "base64", "hex", "quoted", "JSON in JSON"],
)
@pytest.mark.parametrize("key", [KEY, 'Key/with+signs=="and\\more'])
def test_no_output_has_a_key_that_a_good_answer_repeats(
    written_as: Callable[[str], str], key: str, judge: Judge, tmp_path: Path
) -> None:
    """What a completion, a stream, a listing and its deployments say is evidence: the report has all of it."""
    document = json.loads(MITMPROXY.read_text().replace(KEY, json.dumps(key)[1:-1]))
    repeated = f"before {written_as(key)} after"
    with_body(document, "echo/chat", lambda body: body["choices"][0]["message"].update(content=repeated))
    with_body(document, "/openai/models", lambda body: body["data"][0].update(id=repeated, description=repeated))
    stream = entry(document, "echo/chat", stream=True)["response"]
    stream["content"]["text"] = stream["content"]["text"].replace('"Hello', f'"{json.dumps(repeated)[1:-1]}', 1)
    stream["content"]["size"] = len(stream["content"]["text"].encode())
    assert json.dumps(repeated)[1:-1] in stream["content"]["text"]
    stream["headers"] = [one for one in stream["headers"] if one["name"].lower() != "content-length"]
    run = judge(written(tmp_path, document), "--report-json=r.json", "--report-html=r.html")
    assert run.exit_code in (0, 1), run.output
    spelled = (key, written_as(key), json.dumps(key)[1:-1], html.escape(key), html.escape(json.dumps(key)[1:-1]))
    for text in (run.output, (tmp_path / "r.json").read_text(), (tmp_path / "r.html").read_text()):
        assert not [one for one in spelled if one in text]
    report = (tmp_path / "r.json").read_text()
    assert "before " in report, "the answers are in it"
    assert "$DIAL_API_KEY" in report


@pytest.mark.parametrize(
    "written_as",
    [
        lambda key: base64_of(base64_of(f"the key is {key}")),
        lambda key: base64.b64encode(gzip.compress(f"the key is {key}".encode())).decode(),
        lambda key: base64_of(key.encode().hex()),
    ],
    ids=["base64 twice", "gzip", "hex in base64"],
)
def test_answer_that_has_the_key_where_it_cannot_be_replaced_is_not_seen(
    written_as: Callable[[str], str], judge: Judge, tmp_path: Path
) -> None:
    document = har()
    with_body(document, "echo/chat", lambda body: body["choices"][0]["message"].update(content=written_as(KEY)))
    asked = entry(document, "dall-e-3/chat")["request"]["postData"]
    asked["text"] = json.dumps({**json.loads(asked["text"]), "user": written_as(KEY)})
    run = judge(written(tmp_path, document), "--report-json=r.json", "--report-html=r.html")
    for text in (run.output, (tmp_path / "r.json").read_text(), (tmp_path / "r.html").read_text()):
        assert written_as(KEY) not in text
    for what, path in (("answer", "echo"), ("request", "dall-e-3")):
        told = (
            rf"not seen: .*{path}/chat/completions: its {what} has \$DIAL_API_KEY in an encoding in which it cannot be"
        )
        assert re.search(told, run.out), run.out


@pytest.mark.parametrize(
    ("path", "change", "requirement"),
    [
        ("echo/chat", lambda body: body.pop("id"), "CHAT-02"),
        ("echo/chat", lambda body: body["choices"][0].update(finish_reason="done"), "CHAT-03"),
        ("echo/chat", lambda body: body["usage"].update(total_tokens=99), "CHAT-04"),
        ("dall-e-3/configuration", lambda body: body.update(type="no such type"), "CONF-04"),
    ],
)
def test_what_is_wrong_in_the_traffic_is_violated(
    path: str,
    change: Callable[[Har], object],
    requirement: str,
    judge: Judge,
    tmp_path: Path,
) -> None:
    document = har()
    with_body(document, path, change)
    run = judge(written(tmp_path, document))
    assert run.exit_code == 1, run.output
    assert f"FAILED: {requirement} violated (exit code 1)" in run.out, run.output


def with_stream(document: Har, old: str, new: str) -> None:
    """Change the text of a stream, and its size with it."""
    content = entry(document, "echo/chat", stream=True)["response"]["content"]
    assert old in content["text"], content["text"]
    content["text"] = content["text"].replace(old, new)
    content["size"] = len(content["text"])


def test_stream_that_has_no_end_may_have_been_left_by_its_client(
    decided: Callable[..., Any], judge: Judge, tmp_path: Path
) -> None:
    document = har()
    with_stream(document, "data: [DONE]\n\n", "")
    traffic = written(tmp_path, document)
    assert "it has no [DONE]" in judge(traffic).out
    assert decided(traffic)["STRM-02", "echo"] == {"not recorded"}


@pytest.mark.parametrize("name", ["_error", "_failureText"])
def test_answer_that_broke_off_is_not_seen(
    name: str, judge: Judge, decided: Callable[..., Any], tmp_path: Path
) -> None:
    document = har()
    entry(document, "/openai/models")["response"][name] = "net::ERR_ABORTED"
    with_body(document, "/openai/models", lambda body: body.pop("data"))
    traffic = written(tmp_path, document)
    assert "entry 2: GET /openai/models: it broke off" in judge(traffic).out
    assert not any("violated" in verdicts for verdicts in decided(traffic).values())


def test_body_that_is_shorter_than_its_content_length_is_not_seen(judge: Judge, tmp_path: Path) -> None:
    document = har()
    response = entry(document, "/openai/models")["response"]
    response["headers"] = [one for one in response["headers"] if one["name"].lower() != "content-length"]
    response["headers"].append({"name": "Content-Length", "value": "4000000"})
    assert "GET /openai/models: its body is cut" in judge(written(tmp_path, document)).out


def test_chunk_that_is_wrong_is_violated_and_its_place_told(judge: Judge, tmp_path: Path) -> None:
    document = har()
    with_stream(document, "chat.completion.chunk", "chunk")
    run = judge(written(tmp_path, document))
    assert run.exit_code == 1, run.output
    assert "FAILED: STRM-03 violated" in run.out, run.output
    assert "traffic.har, entry 7" in run.out, "it tells where the answer stands"


def without_text(content: Har) -> None:
    del content["text"]


def cut(content: Har) -> None:
    content["text"] = content["text"][:100]


def no_base64(content: Har) -> None:
    content["encoding"] = "base64"


def no_text(content: Har) -> None:
    content["text"] = content["text"].replace("Hello", "Hell\ufffd")


@pytest.mark.parametrize("change", [without_text, cut, no_base64, no_text])
def test_body_that_is_missing_or_cut_is_not_seen(
    change: Callable[[Har], None], judge: Judge, decided: Callable[..., Any], tmp_path: Path
) -> None:
    document = har()
    change(entry(document, "echo/chat")["response"]["content"])
    traffic = written(tmp_path, document)
    run = judge(traffic)
    assert run.exit_code == 0, run.output
    assert "not seen: " in run.out
    assert "entry 6: POST /openai/deployments/echo/chat/completions: its body is" in run.out
    found = decided(traffic)
    assert found["CHAT-02", "echo"] == {"not recorded"}
    assert found["STRM-02", "echo"] == {"passed"}, "of the others something can be said"


def test_base64_is_undone(decided: Callable[..., Any], tmp_path: Path) -> None:
    document = har()
    content = entry(document, "echo/chat")["response"]["content"]
    content["text"], content["encoding"] = base64_of(content["text"]), "base64"
    assert decided(written(tmp_path, document))["CHAT-02", "echo"] == {"passed"}


def test_request_without_its_credentials_accuses_nobody(decided: Callable[..., Any], tmp_path: Path) -> None:
    """Browsers leave Authorization and cookies out of what they export: then AUTH-01 would be violated."""
    document = har()
    listing = copy.deepcopy(entry(document, "/openai/deployments"))
    listing["request"]["headers"] = [one for one in listing["request"]["headers"] if one["name"] != "Api-Key"]
    document["log"]["entries"].append(listing)
    found = decided(written(tmp_path, document))
    assert found["AUTH-01", None] == {"not recorded"}


def test_key_that_was_refused_accuses_nobody(judge: Judge, tmp_path: Path) -> None:
    document = har()
    for one in document["log"]["entries"]:
        one["response"].update(status=401, statusText="Unauthorized")
        one["response"]["content"] = {"size": 15, "mimeType": "text/plain", "text": "Unknown api key"}
        one["response"]["headers"] = [{"name": "content-type", "value": "text/plain"}]
    run = judge(written(tmp_path, document))
    assert run.exit_code in (0, 10), run.output
    assert "Violated" not in run.out


def test_deployment_that_nothing_describes_is_judged_by_its_completions(
    decided: Callable[..., Any], tmp_path: Path
) -> None:
    document = har()
    document["log"]["entries"] = [one for one in document["log"]["entries"] if "echo/chat" in one["request"]["url"]]
    found = decided(written(tmp_path, document))
    assert found["CHAT-02", "echo"] == {"passed"}
    assert found["LIST-01", None] == {"not recorded"}
    assert not any({"violated", "could not run"} & verdicts for verdicts in found.values())


def test_version_that_was_asked_with_a_key_is_taken(judge: Judge, tmp_path: Path) -> None:
    """The suite asks it without one, because it is open to all; a client sends its key with every request."""
    document = har()
    asked = copy.deepcopy(entry(document, "/v1/bucket"))
    asked["request"]["url"] = asked["request"]["url"].replace("/v1/bucket", "/version")
    asked["response"]["content"] = {"size": 6, "mimeType": "text/plain", "text": "0.25.1"}
    asked["response"]["headers"] = [{"name": "content-type", "value": "text/plain"}]
    document["log"]["entries"].append(asked)
    path = written(tmp_path, document)
    assert judge(path).out.startswith("DIAL Core 0.25.1, judged from"), judge(path).output
    assert judge(path, "--core-version=0.24").out.startswith("DIAL Core 0.24, judged from")
    asked["response"]["content"]["text"] = "soon  "
    assert "Core 0.19 to 0.25 by its listing" in judge(written(tmp_path, document)).out


def test_set_of_ours_gives_what_its_replay_gives(decided: Callable[..., Any]) -> None:
    found = decided(CORE_25, DALLE3, "--core-version=0.25")
    assert not any("violated" in verdicts for verdicts in found.values())
    assert found["AUTH-02", None] == {"passed"}
    assert found["CHAT-05", "dall-e-3"] == {"passed"}
    assert sum("passed" in verdicts for verdicts in found.values()) > 300


def test_cassettes_of_vcrpy_are_read_and_their_key_is_hidden(
    decided: Callable[..., Any], judge: Judge, tmp_path: Path
) -> None:
    paths: list[Path] = []
    for name in ("_instance/listing", "_instance/models", "_instance/applications", "dall-e-3/configuration"):
        paths.append(tmp_path / f"{len(paths)}.yaml")
        text = (CORE_25 / f"{name}.yaml").read_text()
        assert "$DIAL_API_KEY" in text
        paths[-1].write_text(text.replace("$DIAL_API_KEY", KEY))
    found = decided(*paths)
    assert found["LIST-01", None] == {"passed"}
    assert found["CONF-01", "dall-e-3"] == {"passed"}
    assert KEY not in (tmp_path / "report.json").read_text()
    assert KEY not in judge(*paths).output


def test_schema_that_was_not_seen_is_no_fault(judge: Judge, tmp_path: Path) -> None:
    document = har()
    document["log"]["entries"] = [
        one for one in document["log"]["entries"] if "configuration" not in one["request"]["url"]
    ]
    run = judge(written(tmp_path, document))
    assert run.exit_code == 0, run.output
    assert "could not run" not in run.out


def test_other_hosts_are_left_out(judge: Judge, tmp_path: Path) -> None:
    document = har()
    foreign = copy.deepcopy(document["log"]["entries"][0])
    foreign["request"]["url"] = "https://user:word@other.example.com/pixel?id=1"
    document["log"]["entries"].append(foreign)
    run = judge(written(tmp_path, document))
    assert run.exit_code == 0, run.output
    assert "GET https://other.example.com/pixel: no path of the DIAL's API" in run.out.replace("//user:word@", "//")
    assert "word@" not in run.out

    foreign["request"]["url"] = "https://other.example.com/openai/models"
    ended = judge(written(tmp_path, document))
    assert ended.exit_code == 4
    assert "several hosts have paths of a DIAL" in ended.complaint
    base = document["log"]["entries"][0]["request"]["url"].removesuffix("/openai/deployments")
    assert judge(written(tmp_path, document), f"--url={base}").exit_code == 0


BAD: Mapping[str, tuple[str, str]] = {
    "empty": ("", "is no HAR file: it is not JSON"),
    "no JSON": ("{", "is no HAR file: it is not JSON"),
    "no log": ("{}", "is no HAR file: it has no log.entries"),
    "deep": ('{"log":' + "[" * 100_000, "is no HAR file: it is nested deeper than 40 levels"),
    "quotes": ('{"log": "' + '\\"' * 100_000, "is no HAR file: it is not JSON"),
    "no entry": ('{"log": {"entries": [5]}}', "entry 1 is not as HAR 1.2 has it"),
    "no url": (
        '{"log": {"entries": [{"request": {"method": "GET"}, "response": {"status": 200}}]}}',
        "entry 1 is not as HAR 1.2 has it: request.url is no text",
    ),
    "no entries": ('{"log": {"entries": []}}', "no exchange is with a path of a DIAL: name its base URL with --url"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_file_is_one_line(name: str, judge: Judge, tmp_path: Path) -> None:
    text, complaint = BAD[name]
    path = tmp_path / "bad.har"
    path.write_text(text)
    run = judge(path)
    assert run.exit_code == 4, run.output
    assert run.complaint.startswith("nothing was judged: ")
    assert complaint in run.complaint


def test_what_is_no_traffic_is_one_line(judge: Judge, tmp_path: Path) -> None:
    (tmp_path / "text.yaml").write_text("just: text\n")
    for arguments, complaint in (
        (["missing.har"], "missing.har cannot be read: No such file"),
        (["text.yaml"], "is not a cassette: it has no interactions"),
        ([CASSETTES], "is no cassette set, it has no meta.yaml"),
        ([MITMPROXY, "--url=nonsense"], "--url is no base URL"),
        ([MITMPROXY, "--url=https://elsewhere.example.com"], "exchanges went to the API of https://elsewhere"),
        ([MITMPROXY, "--report-json=no/such/folder.json"], "there is no folder no/such"),
        ([MITMPROXY, "--core-version=banana"], "--core-version=banana: give a version of DIAL Core, such as 0.25"),
        ([MITMPROXY, "--dalle3-deployment=nobody"], "the set has no deployment nobody"),
    ):
        run = judge(*arguments)
        assert run.exit_code == 4, run.output
        assert complaint in run.complaint
