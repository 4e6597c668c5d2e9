"""A CA and a client certificate that options name: used where they can be, one line where they cannot."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)

from tests.conftest import Serve
from tests.running import Suite, SuiteRun, credentials
from tests.test_tls import HTTPS, ONE, TlsInFront


class Files:
    """Certificates on disk."""

    def __init__(self, authority: trustme.CA, folder: Path) -> None:
        own = authority.issue_cert("pipeline.example.com")
        key, chain = own.private_key_pem.bytes(), own.cert_chain_pems[0].bytes()
        loaded = load_pem_private_key(key, None)
        locked = loaded.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"canary"))
        self.ca = folder / "ca.pem"
        self.both = folder / "both.pem"
        self.certificate = folder / "certificate.pem"
        self.key = folder / "key.pem"
        self.locked = folder / "locked.pem"
        self.words = folder / "words.pem"
        self.other_key = folder / "other-key.pem"
        self.ca.write_bytes(authority.cert_pem.bytes())
        self.both.write_bytes(key + chain)
        self.certificate.write_bytes(chain)
        self.key.write_bytes(key)
        self.locked.write_bytes(locked)
        self.words.write_text("my certificate")
        self.other_key.write_bytes(authority.issue_cert("other.example.com").private_key_pem.bytes())


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def files(authority: trustme.CA, tmp_path: Path) -> Files:
    return Files(authority, tmp_path)


@pytest.fixture
def asking(serve: Serve, authority: trustme.CA) -> Iterator[str]:
    in_front = TlsInFront(serve().port, authority, asks=True)
    yield in_front.url
    in_front.stop()


def check(suite: Suite, url: str, *options: str, **environment: str) -> SuiteRun:
    return suite.run("--live", ONE, *options, **credentials(url), **environment)


def test_certificate_with_its_key_in_one_file(suite: Suite, asking: str, files: Files) -> None:
    run = check(suite, asking, f"--ca={files.ca}", f"--client-cert={files.both}")
    assert run.exit_code == 0, run.output
    assert run.requirements("passed") == {"LIST-01"}


def test_certificate_and_key_in_two_files(suite: Suite, asking: str, files: Files) -> None:
    given = (f"--client-cert={files.certificate}", f"--client-key={files.key}")
    run = check(suite, asking, *given, SSL_CERT_FILE=str(files.ca))
    assert run.exit_code == 0, run.output


def test_option_beats_the_environment(suite: Suite, asking: str, files: Files) -> None:
    given = (f"--ca={files.ca}", f"--client-cert={files.both}")
    assert check(suite, asking, *given, SSL_CERT_FILE=str(files.words)).exit_code == 0


def test_no_certificate_is_told_with_what_helps(suite: Suite, asking: str, files: Files) -> None:
    run = check(suite, asking, f"--ca={files.ca}", "--deadline=0")
    assert run.exit_code == 4
    assert run.complaint.startswith(f"{asking} cannot be checked: ")


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--ca={words}"], "--ca={words} cannot be used (it holds no certificate): name a PEM file"),
        (["--ca=missing"], "--ca=missing cannot be used (No such file or directory): name a PEM file"),
        (["--ca="], "--ca is empty: give a file, or leave it out"),
        (["--client-cert=missing"], "--client-cert=missing cannot be used (No such file or directory)"),
        (["--client-cert=."], "--client-cert=. cannot be used (Is a directory)"),
        (["--client-cert={words}"], "--client-cert={words} cannot be used (it is no certificate with its key)"),
        (["--client-cert={certificate}"], "--client-cert={certificate} cannot be used (it is no certificate with"),
        (
            ["--client-cert={certificate}", "--client-key={other_key}"],
            "--client-cert={certificate} cannot be used (it is no certificate with its key): name a PEM file",
        ),
        (["--client-cert={certificate}", "--client-key=missing"], "--client-key=missing cannot be used"),
        (["--client-cert={certificate}", "--client-key={locked}"], "the key of --client-cert is encrypted"),
        (["--client-key={key}"], "--client-key does nothing alone: name the certificate with --client-cert"),
    ],
)
def test_what_cannot_be_used_is_one_line(suite: Suite, files: Files, options: list[str], told: str) -> None:
    run = check(suite, HTTPS, *(one.format(**vars(files)) for one in options))
    assert run.exit_code == 4
    assert run.complaint.startswith(told.format(**vars(files)))
    assert "BEGIN" not in run.output


def test_they_do_not_matter_without_tls(suite: Suite, serve: Serve) -> None:
    run = suite.live(serve(), ONE, "--ca=missing", "--client-cert=missing")
    assert run.exit_code == 0, run.output
    assert "--ca and --client-cert do nothing: the DIAL is asked without TLS (http)" in run.out


def test_they_do_nothing_in_a_replay(suite: Suite, files: Files) -> None:
    run = suite.replay(ONE, f"--ca={files.ca}", f"--client-cert={files.both}")
    assert run.exit_code == 0
    assert "--ca and --client-cert do nothing in a replay" in run.out
