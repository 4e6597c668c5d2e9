"""A real browser, without a network: Chromium as Debian has it, or another one of its kind."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal

import pytest
from playwright.sync_api import Browser, Dialog, Page, Request, sync_playwright

Scheme = Literal["light", "dark"]

WIDE: Final = 1400
NARROW: Final = 390
"""Widths of a window, in pixels: a desk and a phone."""
HEIGHT: Final = 1420

_NAMES: Final = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
_REQUIRED: Final = "BROWSER_TESTS"
_MISSING: Final = f"no browser: none of {', '.join(_NAMES)} is on the PATH; `make browser` installs Debian's chromium"
_MILLISECONDS: Final = 60_000


@dataclass
class Seen:
    """What a page did beside being shown.

    Attributes:
        requests: The addresses that it asked, but for its own and what it brings along as `data:`.
        errors: What its console says, and mistakes of its script.
        dialogs: What it asked or told in a window of its own.
    """

    requests: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    dialogs: list[str] = field(default_factory=list)

    @property
    def nothing(self) -> bool:
        return not (self.requests or self.errors or self.dialogs)


@dataclass(frozen=True)
class Opened:
    """A page in a window."""

    page: Page
    seen: Seen


@contextmanager
def started() -> Iterator[Browser]:
    """Start a browser; without one the tests are skipped, or fail where BROWSER_TESTS is `required`."""
    found = next(filter(None, map(shutil.which, _NAMES)), None)
    if found is None:
        if os.environ.get(_REQUIRED) == "required":
            pytest.fail(_MISSING)
        pytest.skip(_MISSING)
    with sync_playwright() as playwright:
        # a sandbox cannot be made by root, and in many containers
        browser = playwright.chromium.launch(
            executable_path=found, args=["--no-sandbox", "--disable-dev-shm-usage"], timeout=_MILLISECONDS
        )
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def opened(
    browser: Browser, file: Path, width: int = WIDE, scheme: Scheme = "light", *, scripts: bool = True
) -> Iterator[Opened]:
    """Open a file in a window of its own, which has no network."""
    window = browser.new_context(
        viewport={"width": width, "height": HEIGHT}, color_scheme=scheme, java_script_enabled=scripts, offline=True
    )
    window.set_default_timeout(_MILLISECONDS)
    seen, address = Seen(), file.as_uri()

    def asked(request: Request) -> None:
        if request.url != address and not request.url.startswith("data:"):
            seen.requests.append(request.url)

    def answered(dialog: Dialog) -> None:
        seen.dialogs.append(dialog.message)
        dialog.dismiss()

    page = window.new_page()
    page.on("request", asked)
    page.on("console", lambda one: seen.errors.append(one.text))
    page.on("pageerror", lambda one: seen.errors.append(str(one)))
    page.on("dialog", answered)
    try:
        page.goto(address)
        yield Opened(page, seen)
    finally:
        window.close()
