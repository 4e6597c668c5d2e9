"""Whom a run trusts over TLS, and through which proxies it asks: what the environment says, looked at once."""

from __future__ import annotations

import os
import ssl
from collections.abc import Callable
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import httpx

from conformance.contract.exchange import printable

_FILE: Final = "SSL_CERT_FILE"
_FOLDER: Final = "SSL_CERT_DIR"
_HASHED: Final = "a folder that `openssl rehash` has made ready"


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
    if file := os.environ.get(_FILE):
        return _read(_FILE, file, "a PEM file with the certificates of your CA")
    if folders := os.environ.get(_FOLDER):
        # OpenSSL says nothing of a folder that is not there
        if not any(Path(folder).is_dir() for folder in folders.split(os.pathsep)):
            raise _unusable(_FOLDER, folders, "it is no folder", _HASHED)
        return _read(_FOLDER, folders, _HASHED)
    return httpx.create_ssl_context()


def check_proxies(made: Callable[[], httpx.Client]) -> None:
    """Make a client, which reads the proxies of the environment, and close it again.

    Raises:
        UnusableEnvironmentError: They cannot be used.
    """
    try:
        made().close()
    except (ImportError, ValueError, httpx.InvalidURL) as error:
        named = "HTTP_PROXY, HTTPS_PROXY, ALL_PROXY or NO_PROXY"
        raise UnusableEnvironmentError(f"{named} cannot be used: {error}") from None


def _read(variable: str, value: str, wanted: str) -> ssl.SSLContext:
    try:
        return httpx.create_ssl_context()
    except ssl.SSLError:
        raise _unusable(variable, value, "it holds no certificate", wanted) from None
    except (OSError, ValueError) as error:
        raise _unusable(variable, value, getattr(error, "strerror", None) or str(error), wanted) from None


def _unusable(variable: str, value: str, why: str, wanted: str) -> UnusableEnvironmentError:
    return UnusableEnvironmentError(f"{variable}={printable(value)} cannot be used ({why}): name {wanted}, or unset it")
