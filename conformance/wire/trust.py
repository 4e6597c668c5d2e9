"""Whom a run trusts over TLS, and through which proxies it asks: what the environment says, looked at once."""

from __future__ import annotations

import os
import ssl
from collections.abc import Callable
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import httpx

_FILE: Final = "SSL_CERT_FILE"
_FOLDER: Final = "SSL_CERT_DIR"


class UnusableEnvironmentError(ValueError):
    """A variable of the environment that says how to get to the DIAL cannot be used; the message names it."""


def trust_of(url: str) -> ssl.SSLContext:
    """Return whom to trust at a URL. It takes 25 ms to make, so a run makes one.

    Args:
        url: Where the DIAL is. For http nothing is read: what would be trusted does not matter there.

    Raises:
        UnusableEnvironmentError: `SSL_CERT_FILE` or `SSL_CERT_DIR` cannot be used.
    """
    if urlsplit(url).scheme != "https":
        return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # trusts nobody
    # httpx reads the first that is not empty, and falls back on certifi
    if told := os.environ.get(_FILE):
        return _read(_FILE, told, "PEM certificates")
    if told := os.environ.get(_FOLDER):
        # OpenSSL says nothing of a folder that is not there
        if not any(Path(part).is_dir() for part in told.split(os.pathsep)):
            raise UnusableEnvironmentError(f"{_FOLDER}={told} is no folder: name one that c_rehash has made, or unset it")
        return _read(_FOLDER, told, "certificates")
    return httpx.create_ssl_context()


def see_that_proxies_can_be_used(made: Callable[[], httpx.Client]) -> None:
    """Make a client, which reads the proxies of the environment, and close it again.

    Raises:
        UnusableEnvironmentError: They cannot be used.
    """
    try:
        made().close()
    except (ImportError, ValueError, httpx.InvalidURL) as error:
        named = "HTTP_PROXY, HTTPS_PROXY, ALL_PROXY or NO_PROXY"
        raise UnusableEnvironmentError(f"{named} cannot be used: {error}") from None


def _read(variable: str, told: str, what: str) -> ssl.SSLContext:
    try:
        return httpx.create_ssl_context()
    except ssl.SSLError:
        raise UnusableEnvironmentError(f"{variable}={told} holds no {what}: name a file that does, or unset it") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise UnusableEnvironmentError(f"{variable}={told} cannot be read ({reason}): name a file of {what}, or unset it") from None
