"""`python -m tests.standin.recorded_sets [SET ...]`: add to the recorded sets what captures have and they have not."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from functools import partial

from conformance.recipes.requests import ORIGIN
from conformance.standin.core.asgi import application
from conformance.standin.core.serving import listen, serve
from conformance.standin.dial import sample_names
from tests.running import CASSETTES, ROOT
from tests.standin.captures import KEYS, MORE, captures, of_any_installation
from tests.standin.served_captures import ServedCaptures

SETS = ("0.25", "0.18", f"0.25{MORE}", f"0.18{MORE}")
"""The sets that are recorded if none is named."""
LARGEST = 16 * 1024 * 1024
SECONDS = 300


def deployments(name: str) -> list[str]:
    """Return the deployments of a set of captures that are to be checked; the custom application has its own bucket."""
    if not name.endswith(MORE):
        return list(sample_names())
    *configured, _ = sample_names(all_samples=True)
    page = "/openai/applications/"
    pages = (one.request.path for one in captures(name) if one.response.status == 200)
    return [*configured, next(one.removeprefix(page) for one in pages if one.startswith(f"{page}applications/"))]


def record(core: str, url: str) -> None:
    """Ask the captures of a Core for what its set has not, and end the server."""
    named = [f"--dial-deployment={name}" for name in deployments(core)]
    options = [
        "--contract=next",  # also for what is in no frozen contract yet
        "--thorough",
        "--allow-writes",
        "--key-variants",
        f"--origin={ORIGIN}",
        "--record-mode=new_episodes",
        f"--cassettes={CASSETTES}/dial-core-{core}",
    ]
    environment = {**os.environ, "DIAL_URL": url, "DIAL_API_KEY": KEYS[0], "DIAL_API_KEY_2": KEYS[1]}
    image_models = ["--dalle3-deployment=dall-e-3"]
    if core.endswith(MORE):
        image_models.append("--gpt-image-1-deployment=gpt-image-1")
    command = [sys.executable, "-m", "pytest", "-q", "--live", *image_models, *named, *options]
    try:
        subprocess.run(command, cwd=ROOT, env=environment, timeout=SECONDS, check=False)  # noqa: S603 - ourselves
    finally:
        os.kill(os.getpid(), signal.SIGINT)


def _begin(core: str, url: str) -> None:
    threading.Thread(target=record, args=(core, url)).start()


def main(names: Sequence[str]) -> None:
    """Add to the sets of these captures."""
    for core in names or SETS:
        others = () if core.endswith(MORE) else of_any_installation(core)
        app = application(ServedCaptures(captures(core), others), LARGEST)
        with listen("127.0.0.1", 0) as listening:
            recording = partial(_begin, core)
            serve(app, "127.0.0.1", listening, recording)


if __name__ == "__main__":
    main(sys.argv[1:])
