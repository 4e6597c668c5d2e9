"""Whom a run trusts over TLS, what it shows of itself, and through which proxies it asks: looked at once."""

from __future__ import annotations

import os
import ssl
from collections.abc import Callable
from pathlib import Path
from typing import Final, NamedTuple
from urllib.parse import urlsplit

import httpx

from conformance.contract.exchange import printable

_FILE: Final = "SSL_CERT_FILE"
_FOLDER: Final = "SSL_CERT_DIR"
_CA_FILE: Final = "a PEM file with the certificates of your CA"
_HASHED: Final = "a folder that `openssl rehash` has made ready"


class UnusableEnvironmentError(ValueError):
    """What says how to get to the DIAL, a variable or a file, cannot be used; the message names it."""


class Certificates(NamedTuple):
    """Files with certificates that options name.

    Attributes:
        ca: Of those who are trusted, in place of what the environment says; or None.
        client: What the run shows when it is asked who it is (mutual TLS), or None.
        client_key: The key of that certificate; None if it is in the same file.
    """

    ca: Path | None = None
    client: Path | None = None
    client_key: Path | None = None


OF_THE_ENVIRONMENT: Final = Certificates()
"""No option names any: the environment says whom to trust, and nothing is shown."""


def trust_of(url: str, certificates: Certificates = OF_THE_ENVIRONMENT) -> ssl.SSLContext:
    """Return whom to trust at a URL, and what to show there. It takes 25 ms to make, so a run makes one.

    Args:
        url: Where the DIAL is. For http nothing is read: what would be trusted does not matter there.
        certificates: What options name.

    Raises:
        UnusableEnvironmentError: A file or a variable cannot be used.
    """
    if urlsplit(url).scheme != "https":
        return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # trusts nobody
    context = _trusting(certificates.ca)
    if certificates.client is not None:
        _show(context, certificates.client, certificates.client_key)
    return context


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


def _trusting(ca: Path | None) -> ssl.SSLContext:
    if ca is not None:
        return _read("--ca", str(ca), _CA_FILE, lambda: ssl.create_default_context(cafile=ca), "leave it out")
    # httpx reads the first that is not empty, and falls back on certifi
    if file := os.environ.get(_FILE):
        return _read(_FILE, file, _CA_FILE)
    if folders := os.environ.get(_FOLDER):
        # OpenSSL says nothing of a folder that is not there
        if not any(Path(folder).is_dir() for folder in folders.split(os.pathsep)):
            raise _unusable(_FOLDER, folders, "it is no folder", _HASHED)
        return _read(_FOLDER, folders, _HASHED)
    return httpx.create_ssl_context()


def _show(context: ssl.SSLContext, certificate: Path, key: Path | None) -> None:
    """Show a certificate to whom asks for one.

    Raises:
        UnusableEnvironmentError: It cannot be used with its key.
    """
    for option, file in (("--client-cert", certificate), ("--client-key", key)):
        try:
            if file is not None:
                file.read_bytes()  # OpenSSL does not say which of the two it cannot read
        except OSError as error:
            wanted = "a PEM file that can be read"
            raise _unusable(option, str(file), error.strerror or str(error), wanted, "leave it out") from None
    try:
        context.load_cert_chain(certificate, key, password=_no_password)
    except UnusableEnvironmentError:
        raise
    except (ssl.SSLError, ValueError, OSError):
        where = f"--client-key={printable(str(key))}" if key else "the same file, or in that of --client-key"
        wanted = f"a PEM file with a certificate whose key is in {where}"
        raise _unusable(
            "--client-cert", str(certificate), "it is no certificate with its key", wanted, "leave it out"
        ) from None


def _no_password() -> str:
    """Say that nobody is asked for a password: OpenSSL would read it from the terminal, and a pipeline has none."""
    raise UnusableEnvironmentError(
        "the key of --client-cert is encrypted: name a file with the plain key, which only you can read"
    )


def _read(
    variable: str,
    value: str,
    wanted: str,
    made: Callable[[], ssl.SSLContext] = httpx.create_ssl_context,
    otherwise: str = "unset it",
) -> ssl.SSLContext:
    try:
        return made()
    except ssl.SSLError:
        raise _unusable(variable, value, "it holds no certificate", wanted, otherwise) from None
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise _unusable(variable, value, why, wanted, otherwise) from None


def _unusable(
    variable: str, value: str, why: str, wanted: str, otherwise: str = "unset it"
) -> UnusableEnvironmentError:
    return UnusableEnvironmentError(
        f"{variable}={printable(value)} cannot be used ({why}): name {wanted}, or {otherwise}"
    )
