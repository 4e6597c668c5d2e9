"""Tests of somebody who uses pytest-recording and knows nothing of the suite."""

RECORDING = """
import os

import httpx
import pytest

URL = os.environ["DIAL_URL"]
KEY = os.environ["DIAL_API_KEY"]
MESSAGES = [{"role": "user", "content": "A small red cube on a white table"}]


@pytest.fixture(scope="module")
def vcr_config():
    return {"filter_headers": FILTERED}


@pytest.mark.vcr
def test_dial():
    with httpx.Client(base_url=URL, headers={"Api-Key": KEY}) as dial:
        for listing in ("deployments", "models", "applications"):
            assert dial.get(f"/openai/{listing}").status_code == 200
        assert dial.get("/openai/deployments/dall-e-3").status_code == 200
        assert dial.get("/v1/deployments/dall-e-3/configuration").status_code == 200
        answer = dial.post(
            "/openai/deployments/dall-e-3/chat/completions?api-version=2023-12-01-preview",
            json={"model": "dall-e-3", "messages": MESSAGES},
        )
        assert answer.status_code == 200
        dial.get("/v1/bucket")
        dial.get("/v1/zzz")
        dial.get("/v1/something/of/ours")
    httpx.get(f"{URL}/openai/deployments")
    httpx.get(f"{URL}/version")
"""
REPLAYING = """
import httpx
import pytest


@pytest.mark.vcr("CASSETTE")
@pytest.mark.block_network
def test_bucket():
    answer = httpx.get("https://dial.invalid/v1/bucket")
    assert answer.status_code == 200
    assert answer.json() == {"bucket": "ArE1WEp4gTZXE5NYLp5xetgyKMSzjDkQq5F5znsSZR9P"}
    assert answer.headers["content-type"] == "application/json"
"""
