"""Copies of the key: each is a secret like the key itself, and none gets into anything that is written or shown."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from urllib.parse import quote

import pytest

from conformance.contract.exchange import API_KEY, BEARER_TOKEN, OTHER_API_KEY, Answer, Request
from conformance.contract.key_variants import CHANGED, CUT, OTHER_CASE, with_key_variants
from conformance.reports.scripts import python_script, shell_script
from conformance.wire.redaction import Redaction
from tests.conftest import Serve
from tests.running import DALLE3, Suite
from tests.served_set import KEY, OTHER_KEY, Asked, as_json

VARIANTS = [f"{KEY[:-1]}0", KEY.swapcase(), KEY[:-1]]
ASKED = ("--key-variants", "--requirement=AUTH-*", "--free")


def shown_back(asked: Asked) -> Answer | None:
    """Accept what is no key, and repeat what came, in several encodings."""
    came = asked.header("api-key") or ""
    if came not in VARIANTS and "api-key=" not in asked.path:
        return None
    came = came or asked.path
    encoded = [came, quote(came, safe=""), base64.b64encode(came.encode()).decode(), came.encode().hex()]
    return as_json({"object": "list", "data": [], "came": encoded})


def all_of(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


def test_copies_differ_from_every_known_key() -> None:
    made = with_key_variants({API_KEY: "project-key-1", OTHER_API_KEY: "project-key-0"})
    assert made[CHANGED] == "project-key-a"
    assert made[OTHER_CASE] == "PROJECT-KEY-1"
    assert made[CUT] == "project-key-"
    assert len(set(made.values())) == len(made)


def test_key_without_letters_has_no_other_case() -> None:
    assert OTHER_CASE not in with_key_variants({API_KEY: "123456789"})


def test_token_has_no_copies() -> None:
    assert with_key_variants({BEARER_TOKEN: "some-token-1"}) == {BEARER_TOKEN: "some-token-1"}


def test_key_too_short_to_be_cut_is_told_in_one_line(suite: Suite, serve: Serve) -> None:
    run = suite.live(serve(), "--key-variants", DIAL_API_KEY="12345678")
    assert run.exit_code == 4
    assert "--key-variants" in run.complaint
    assert "12345678" not in run.output


def test_nothing_is_sent_without_the_option(suite: Suite, serve: Serve) -> None:
    served = serve()
    run = suite.live(served, DALLE3, "--requirement=AUTH-*", "--free")
    assert {"AUTH-12", "AUTH-13"} <= run.requirements("not asked")
    assert [asked.path for asked in served.asked if "api-key=" in asked.path] == []
    assert {asked.header("api-key") for asked in served.asked} & {*VARIANTS, ""} == set()


def test_copies_are_refused(suite: Suite, serve: Serve) -> None:
    served = serve()
    run = suite.live(served, DALLE3, *ASKED)
    assert {"AUTH-12", "AUTH-13"} <= run.requirements("passed"), run.output
    assert {*VARIANTS, ""} <= {asked.header("api-key") for asked in served.asked}


def test_no_copy_is_kept_or_shown(suite: Suite, serve: Serve) -> None:
    reports = ["--report-json=r.json", "--report-html=r.html", "--reproduce=again", "--fail-on=should"]
    log = ["--log-level=DEBUG", "--log-file=debug.log", "--log-file-level=DEBUG", "--log-cli-level=DEBUG"]
    run = suite.live(serve(instead=shown_back), DALLE3, *ASKED, *reports, *log)
    assert {"AUTH-13"} <= run.requirements("violated"), run.output
    assert {"AUTH-12"} <= run.requirements("advisory"), run.output
    written = all_of(suite.folder) + run.output.encode() + run.junit.encode()
    for secret in (*VARIANTS[:2], KEY):
        for spelled in (secret, secret.encode().hex(), base64.b64encode(secret.encode()).decode().rstrip("=")):
            assert spelled.encode() not in written, spelled
    cut = written.replace(OTHER_KEY.encode(), b"")
    assert VARIANTS[2].encode() not in cut
    assert '?api-key=$DIAL_API_KEY"' in run.out
    assert '"Api-Key: $DIAL_API_KEY_CUT"' in run.out


def test_recording_with_an_echo_is_refused(suite: Suite, serve: Serve) -> None:
    options = ["--record-mode=rewrite", "--cassettes=new"]
    run = suite.live(serve(instead=shown_back), DALLE3, *ASKED, *options)
    assert "no set was recorded" in run.out
    assert not (suite.folder / "new").exists()


def test_recording_has_placeholders(suite: Suite, serve: Serve) -> None:
    run = suite.live(serve(), DALLE3, *ASKED, "--record-mode=rewrite", "--cassettes=new")
    assert run.exit_code == 0, run.output
    kept = all_of(suite.folder / "new")
    assert b"$DIAL_API_KEY_CUT" in kept
    assert b"?api-key=$DIAL_API_KEY" in kept
    assert [one for one in (*VARIANTS, KEY) if one.encode() in kept] == []


def test_each_copy_is_hidden_and_found() -> None:
    credentials = with_key_variants({API_KEY: KEY, OTHER_API_KEY: OTHER_KEY})
    redaction = Redaction(credentials)
    for placeholder, secret in credentials.items():
        assert redaction.hide_secrets(json.dumps({"came": secret})) == json.dumps({"came": placeholder})
        assert redaction.leak(base64.b64encode(secret.encode())) is not None


@pytest.mark.parametrize("placeholder", [API_KEY, CHANGED, OTHER_CASE, CUT])
def test_scripts_take_copies_from_the_environment(placeholder: str) -> None:
    asked = Request("GET", f"/v1/bucket?api-key={API_KEY}", (("Api-Key", placeholder),))
    name = placeholder.removeprefix("$")
    shell, python = shell_script(asked, []), python_script(asked, [])
    assert f': "${{{name}:?is missing:' in shell
    assert f'"Api-Key: ${{{name}}}"' in shell
    assert '/v1/bucket?api-key=\'"${DIAL_API_KEY}"' in shell
    assert f"os.environ[{name!r}].encode()" in python
    assert "$DIAL_API_KEY" not in python
