"""Makes the HAR files beside it: real traffic with the stand-in, as chromium and mitmproxy's `hardump` write it.

It needs chromium, and an environment of its own with `pip install playwright mitmproxy httpx` (both are large, so they
are no part of the project's). The stand-in runs in another terminal:

    dial-conformance standin --port 8080 --key browser-key-1234567
    python tests/traffic/record.py http://127.0.0.1:8080 browser-key-1234567

The key stays in the files, as it does in those of other people: the tests see that it does not come out again.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import httpx
from playwright.sync_api import sync_playwright

HERE = Path(__file__).parent
PROXY = 18918
DEADLINE = 60
PAGES = [
    "/openai/deployments",
    "/openai/models",
    "/openai/applications",
    "/v1/deployments/dall-e-3/configuration",
    "/v1/bucket",
]
HELLO = [{"role": "user", "content": "Hello, who is there?"}]
COMPLETIONS = [
    ("echo", {"messages": HELLO}),
    ("echo", {"messages": HELLO, "stream": True}),
    ("dall-e-3", {"messages": [{"role": "user", "content": "A cat"}]}),
    ("dall-e-3", {"messages": HELLO, "custom_fields": {"configuration": {"quality": "no such quality"}}}),
]
SCRIPT = """async ([key, pages, completions]) => {
  const headers = {'api-key': key, 'content-type': 'application/json'};
  for (const path of pages) await (await fetch(path, {headers: {'api-key': key}})).text();
  for (const [name, body] of completions) {
    const path = `/openai/deployments/${name}/chat/completions?api-version=2024-10-21`;
    await (await fetch(path, {method: 'POST', headers, body: JSON.stringify(body)})).text();
  }
}"""


def with_browser(url: str, key: str) -> None:
    """Let a page in chromium talk to the DIAL."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        context = browser.new_context(record_har_path=HERE / "chromium.har", record_har_content="embed")
        page = context.new_page()
        page.goto(f"{url}/health")
        page.evaluate(SCRIPT, [key, PAGES, COMPLETIONS])
        context.close()  # which writes the file
        browser.close()


def with_mitmproxy(url: str, key: str) -> None:
    """Let a client talk to the DIAL through mitmproxy."""
    program = Path(sys.executable).with_name("mitmdump")
    command = [str(program), "--flow-detail=0", f"--listen-port={PROXY}", "--set", f"hardump={HERE / 'mitmproxy.har'}"]
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment) as proxy:  # noqa: S603 - a command of ours
        try:
            next(line for line in proxy.stdout or () if b"listening" in line)
            through = f"http://127.0.0.1:{PROXY}"
            with httpx.Client(base_url=url, headers={"Api-Key": key}, proxy=through, timeout=DEADLINE) as client:
                for path in PAGES:
                    client.get(path)
                for name, body in COMPLETIONS:
                    client.post(f"/openai/deployments/{name}/chat/completions?api-version=2024-10-21", json=body)
        finally:
            proxy.terminate()
            proxy.wait(DEADLINE)


if __name__ == "__main__":
    with_browser(*sys.argv[1:3])
    with_mitmproxy(*sys.argv[1:3])
