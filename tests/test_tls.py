"""A DIAL behind TLS, and what the environment says of the way there: one line if it cannot be used."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest
import trustme

from tests.conftest import Serve
from tests.running import CORE_25, Suite, credentials
from tests.served_set import KEY

HTTPS = "https://dial.example.com"
SECONDS = 20
ONE = "--requirement=LIST-01"


class TlsInFront:
    """Ends TLS in front of a server of this machine, as an ingress does."""

    def __init__(self, port: int, authority: trustme.CA, *, asks: bool = False) -> None:
        self._behind = ("127.0.0.1", port)
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert("127.0.0.1").configure_cert(self._context)
        if asks:  # who asks (mutual TLS)
            authority.configure_trust(self._context)
            self._context.verify_mode = ssl.CERT_REQUIRED
        self._server = socket.create_server(("127.0.0.1", 0), backlog=64)
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        return f"https://127.0.0.1:{self._server.getsockname()[1]}"

    def stop(self) -> None:
        self._server.shutdown(socket.SHUT_RDWR)
        self._thread.join(SECONDS)
        self._server.close()

    def _listen(self) -> None:
        while True:
            try:
                line, _ = self._server.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(line,), daemon=True).start()

    def _serve(self, line: socket.socket) -> None:
        """Pass one request and its answer through."""
        line.settimeout(SECONDS)
        try:
            with self._context.wrap_socket(line, server_side=True) as outside:
                asked = outside.recv(65_536)
                with socket.create_connection(self._behind, timeout=SECONDS) as inside:
                    inside.sendall(asked.replace(b"Connection: keep-alive", b"Connection: close"))
                    while piece := inside.recv(65_536):
                        outside.sendall(piece)
        except OSError:
            pass  # whoever does not trust us hangs up


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def https(serve: Serve, authority: trustme.CA) -> Iterator[str]:
    in_front = TlsInFront(serve().port, authority)
    yield in_front.url
    in_front.stop()


@pytest.fixture
def pem(authority: trustme.CA, tmp_path: Path) -> Path:
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    return tmp_path / "ca.pem"


def test_private_ca_is_trusted_if_the_environment_says_so(suite: Suite, https: str, pem: Path) -> None:
    run = suite.run("--live", ONE, **credentials(https), SSL_CERT_FILE=str(pem))
    assert run.exit_code == 0, run.output
    assert run.requirements("passed") == {"LIST-01"}


def test_private_ca_that_is_not_trusted_is_told_with_what_helps(suite: Suite, https: str) -> None:
    run = suite.run("--live", ONE, **credentials(https))
    assert run.exit_code == 4
    assert run.complaint.startswith(f"{https} cannot be checked: its certificate is signed by nobody who is trusted")
    assert "SSL_CERT_FILE" in run.complaint


def test_certificate_of_another_host_is_no_matter_of_trust(suite: Suite, https: str, pem: Path) -> None:
    run = suite.run("--live", ONE, **credentials(https.replace("127.0.0.1", "localhost")), SSL_CERT_FILE=str(pem))
    assert run.exit_code == 4
    assert "the TLS handshake failed" in run.complaint
    assert "SSL_CERT_FILE" not in run.complaint


@pytest.mark.parametrize(
    ("variable", "kind"),
    [
        *product(["SSL_CERT_FILE", "SSL_CERT_DIR"], ["missing", "words", "bytes", "empty", "a key", "\x1b[2J"]),
        ("SSL_CERT_FILE", "folder"),
    ],
)
def test_certificates_that_cannot_be_used(
    suite: Suite, authority: trustme.CA, tmp_path: Path, variable: str, kind: str
) -> None:
    place = tmp_path / kind
    contents = {
        "words": b"my certificate",
        "bytes": bytes(range(256)),
        "empty": b"",
        "a key": authority.private_key_pem.bytes(),
    }
    if kind in contents:
        place.write_bytes(contents[kind])
    elif kind == "folder":
        place.mkdir()
    run = suite.run("--live", ONE, DIAL_URL=HTTPS, DIAL_API_KEY=KEY, **{variable: str(place)})
    assert run.exit_code == 4
    assert run.complaint.startswith(f"{variable}={tmp_path}")
    assert "or unset it" in run.complaint
    assert run.output.isascii()
    assert "\x1b" not in run.output


@pytest.mark.parametrize("variable", ["SSL_CERT_FILE", "SSL_CERT_DIR"])
def test_certificates_do_not_matter_without_tls(suite: Suite, serve: Serve, variable: str, tmp_path: Path) -> None:
    run = suite.live(serve(), ONE, **{variable: str(tmp_path / "missing")})
    assert run.exit_code == 0, run.output


def test_certificates_do_not_matter_in_a_replay(suite: Suite, tmp_path: Path) -> None:
    run = suite.run(ONE, f"--cassettes={CORE_25}", SSL_CERT_FILE=str(tmp_path / "missing"))
    assert run.exit_code == 0, run.output


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("HTTP_PROXY", "ftp://proxy.example.com"),
        ("HTTPS_PROXY", "http://proxy:port"),
        ("ALL_PROXY", "socks5://proxy:65536"),
        ("NO_PROXY", "x:y:z"),
        ("NO_PROXY", "localhost,http://a:port"),
        ("NO_PROXY", "a\x7fb"),
        ("no_proxy", "[::1"),
    ],
)
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_proxies_that_cannot_be_used(suite: Suite, variable: str, value: str, scheme: str) -> None:
    environment = {"DIAL_URL": f"{scheme}://dial.example.com", "DIAL_API_KEY": KEY, variable: value}
    run = suite.run("--live", ONE, **environment)
    assert run.exit_code == 4
    assert run.complaint.startswith("HTTP_PROXY, HTTPS_PROXY, ALL_PROXY or NO_PROXY cannot be used: ")
