"""Extra headers: every request has them, none of the suite's own can be changed, and no value is shown or kept."""

from __future__ import annotations

import base64
import re
from argparse import Namespace
from pathlib import Path
from urllib.parse import quote

import pytest
import yaml

from conformance.contract.exchange import Answer
from conformance.run.extra_headers import RESERVED
from conformance.run.reading_settings import read_settings
from conformance.run.settings import Settings, SettingsError
from tests.conftest import Serve
from tests.running import CASSETTES, DALLE3, ROOT, Suite
from tests.served_set import KEY, Asked, as_json

VALUE = "canary tenant 0001"
GIVEN = {"DIAL_HEADER_X_TENANT": VALUE}


def settings(**variables: str) -> Settings | str:
    """The settings of a live run, or the line that says why there are none."""
    own = {"DIAL_URL": "https://dial.example.com", "DIAL_API_KEY": KEY}
    try:
        return read_settings(Namespace(live=True), {**own, **variables}, Path("/no/such/folder"))
    except SettingsError as error:
        return str(error)


def shown_back(asked: Asked) -> Answer | None:
    """Repeat the header, in several encodings."""
    came = asked.header("x-tenant") or ""
    if asked.path != "/openai/models":
        return None
    encoded = [came, quote(came), base64.b64encode(came.encode()).decode(), came.encode().hex()]
    return as_json({"object": "model", "data": [], "came": encoded})


def test_every_request_has_them(suite: Suite, serve: Serve) -> None:
    served = serve()
    run = suite.live(served, DALLE3, "--free", "--requirement=AUTH-01,LIST-*,CONF-01", **GIVEN)
    assert run.exit_code == 0, run.output
    assert {asked.header("x-tenant") for asked in served.asked} == {VALUE}
    assert "X-Tenant" in {name for asked in served.asked for name, _ in asked.headers}


def test_no_value_is_shown_or_kept(suite: Suite, serve: Serve) -> None:
    reports = ["--report-json=r.json", "--report-html=r.html", "--reproduce=again", "--log-requests=requests.log"]
    log = ["--log-level=DEBUG", "--log-file=debug.log", "--log-file-level=DEBUG", "--log-cli-level=DEBUG"]
    run = suite.live(serve(instead=shown_back), DALLE3, "--free", "--requirement=LIST-*", *reports, *log, **GIVEN)
    assert run.requirements("violated"), run.output
    written = b"".join(path.read_bytes() for path in sorted(suite.folder.rglob("*")) if path.is_file())
    everything = written.decode("utf-8", "replace") + run.output
    for secret in (VALUE, quote(VALUE), base64.b64encode(VALUE.encode()).decode(), VALUE.encode().hex()):
        assert secret not in everything
    assert 'a curl line needs them too: -H "X-Tenant: $DIAL_HEADER_X_TENANT"' in run.out


def test_set_with_a_value_is_not_recorded(suite: Suite, serve: Serve) -> None:
    def packed(asked: Asked) -> Answer | None:
        nested = base64.b64encode(base64.b64encode(VALUE.encode())).decode()
        return as_json({"object": "model", "data": [], "came": nested}) if asked.path == "/openai/models" else None

    run = suite.record(serve(instead=packed), suite.folder / "set", "--requirement=LIST-*")
    assert (suite.folder / "set" / "meta.yaml").is_file(), run.output
    served = serve(instead=packed)
    run = suite.live(served, "--record-mode=rewrite", "--cassettes=leaked", "--requirement=LIST-*", **GIVEN)
    assert not (suite.folder / "leaked").exists(), run.output
    assert "$DIAL_HEADER_X_TENANT" in run.out


def test_cassettes_do_not_depend_on_them(suite: Suite, serve: Serve) -> None:
    folder = suite.folder / "set"
    only = ("--requirement=LIST-01,CONF-01", DALLE3)
    run = suite.live(serve(), "--record-mode=rewrite", f"--cassettes={folder}", *only, **GIVEN)
    assert run.exit_code == 0, run.output
    assert b"enant" not in b"".join(path.read_bytes() for path in folder.rglob("*.yaml"))
    assert suite.replay(*only, cassettes=folder).exit_code == 0


def test_dotenv_has_them_too(suite: Suite, serve: Serve) -> None:
    served = serve()
    (suite.folder / ".env").write_text(f'DIAL_HEADER_X_TENANT="{VALUE}"\n')
    assert suite.live(served, "--requirement=LIST-01").exit_code == 0
    assert {asked.header("x-tenant") for asked in served.asked} == {VALUE}


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        ("DIAL_HEADER_API_KEY", VALUE, "the suite decides itself what it sends as Api-Key"),
        ("DIAL_HEADER_AUTHORIZATION", VALUE, "the suite decides itself what it sends as Authorization"),
        ("DIAL_HEADER_content_TYPE", VALUE, "the suite decides itself what it sends as Content-Type"),
        ("DIAL_HEADER_HOST", VALUE, "the suite decides itself what it sends as Host"),
        ("DIAL_HEADER_", VALUE, "names no header"),
        ("DIAL_HEADER__X", VALUE, "names no header"),
        ("DIAL_HEADER_X:Y", VALUE, "names no header"),
        ("DIAL_HEADER_Ä", VALUE, "names no header"),
        ("DIAL_HEADER_X_TENANT", "canary\r\nX-Other: 1", "a character that no header has"),
        ("DIAL_HEADER_X_TENANT", " canary-0001", "a space at an end"),
        ("DIAL_HEADER_X_TENANT", "canary-ä-0001", "a character that no header has"),
        ("DIAL_HEADER_X_TENANT", "canary", "shorter than 8 characters"),
        ("DIAL_HEADER_X_TENANT", KEY, "is the same as DIAL_API_KEY"),
    ],
)
def test_what_cannot_be_a_header_is_one_line(name: str, value: str, why: str) -> None:
    told = settings(**{name: value})
    assert isinstance(told, str)
    assert told.startswith(name)
    assert why in told
    assert told.splitlines() == [told]
    assert "canary" not in told
    assert KEY not in told


def test_two_variables_of_one_header_are_refused() -> None:
    told = settings(DIAL_HEADER_X_TENANT=VALUE, DIAL_HEADER_x_tenant="another tenant")
    assert told == "DIAL_HEADER_X_TENANT and DIAL_HEADER_x_tenant are both the header X-Tenant: set one of them"


def test_one_that_is_empty_is_not_set() -> None:
    found = settings(DIAL_HEADER_X_TENANT="")
    assert isinstance(found, Settings)
    assert found.extra_headers == ()


@pytest.mark.parametrize("name", ["DIAL_HEADERS_X_TENANT", "dial_header_x_tenant", "DIAL_HEADER"])
def test_one_that_nothing_reads_is_told(name: str) -> None:
    found = settings(**{name: VALUE})
    assert isinstance(found, Settings)
    told = f"the environment has {name}, which nothing reads; a header is DIAL_HEADER_X_TENANT"
    assert found.notes == (told,)


def test_a_bad_one_ends_a_run_with_one_line(suite: Suite, serve: Serve) -> None:
    run = suite.live(serve(), DIAL_HEADER_API_KEY=VALUE)
    assert run.exit_code == 4
    assert run.complaint.startswith("DIAL_HEADER_API_KEY cannot be set")


def test_the_suites_own_headers_are_reserved() -> None:
    recorded = {
        name.lower()
        for path in CASSETTES.glob("*/*/*.yaml")
        for interaction in yaml.load(path.read_text(), yaml.CSafeLoader)["interactions"]
        for name in interaction["request"]["headers"]
    }
    written = re.findall(r'\("((?:[A-Z][a-z]+-)*[A-Z][a-z]+)", ', "".join(read_recipes()))
    assert recorded
    assert recorded | {one.lower() for one in written if "-" in one} <= RESERVED


def read_recipes() -> list[str]:
    return [path.read_text() for path in (ROOT / "conformance" / "recipes").rglob("*.py")]
