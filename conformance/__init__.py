"""Tells whether a DIAL deployment keeps the DIAL contract."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

__version__ = "0.2.0"


def check(  # noqa: PLR0913 - one for each thing that a caller may want; all but the first are given by name
    url: str,
    *,
    key: str | None = None,
    token: str | None = None,
    other_key: str | None = None,
    headers: Mapping[str, str] | None = None,
    deployments: str | Iterable[str] = (),
    dalle3: str | None = None,
    gpt_image_1: str | None = None,
    requirements: str | Iterable[str] = (),
    checks: str | Iterable[str] = (),
    contract: str | None = None,
    free: bool = False,
    budget: int | None = None,
    budget_usd: float | str | None = None,
    thorough: bool = False,
    allow_writes: bool = False,
    wait: float | None = None,
    timeout: float | None = None,
    deadline: float | None = None,
    ca: str | None = None,
    client_cert: str | None = None,
    client_key: str | None = None,
) -> dict[str, Any]:
    """Check a DIAL from Python: what `dial-conformance --live` checks, without pytest.

    It takes what it needs from its arguments alone, but for proxies and `SSL_CERT_FILE`. It returns when all is asked
    and decided. It may be called again, in a test, in a notebook and in a thread.

    Args:
        url: The base URL of the DIAL.
        key: The API key of the caller.
        token: The caller's token, in place of the key.
        other_key: A key of another project: one project must not see the files of another.
        headers: Headers that each request has beside its own, such as those that a proxy in front wants.
        deployments: Names and globs of deployments to check.
        dalle3: The name of a deployment that is a configurable DALL-E 3.
        gpt_image_1: The name of a deployment that is a configurable GPT-Image-1.
        requirements: Ids and globs of requirements, such as `CHAT-05` and `CONF-*`; all if there is none.
        checks: Own checks beside those of the suite: folders, or names of installed packages.
        contract: The contract that binds, such as `2026.12`, whatever a newer one adds; by default the newest.
        free: Send nothing that a model answers.
        budget: How many completions a model may answer at most.
        budget_usd: What these may cost at most, in USD, by the prices of the listing.
        thorough: Send also what costs many completions and seldom finds a violation.
        allow_writes: Write a file to the DIAL, which is deleted again.
        wait: Seconds that the DIAL may take until its first answer.
        timeout: Seconds without a byte that end an exchange.
        deadline: Seconds that an exchange may take with all its retries.
        ca: A PEM file with the certificates of those who are trusted; by default what `SSL_CERT_FILE` says.
        client_cert: A PEM file with the certificate that is shown to a DIAL that asks for one.
        client_key: A PEM file with its key, if that is not in the same.

    Returns:
        The report as plain data, which is what `--report-json` writes: docs/report.schema.json describes it.
        `report["run"]["exit_code"]` is that of the command: 0 if every MUST holds, 1 if one is violated, 10 if some
        checks could not run.

    Raises:
        ValueError: Nothing can be checked: an argument is wrong, or nothing at the URL answers like a DIAL.
        KeyboardInterrupt: Somebody interrupted it. What was written to the DIAL was taken back.
    """
    from conformance.reports import in_python  # noqa: PLC0415 - `import conformance` does no work

    return in_python.check(
        url,
        key=key,
        token=token,
        other_key=other_key,
        headers=headers,
        deployments=deployments,
        dalle3=dalle3,
        gpt_image_1=gpt_image_1,
        requirements=requirements,
        checks=checks,
        contract=contract,
        free=free,
        budget=budget,
        budget_usd=budget_usd,
        thorough=thorough,
        allow_writes=allow_writes,
        wait=wait,
        timeout=timeout,
        deadline=deadline,
        ca=ca,
        client_cert=client_cert,
        client_key=client_key,
    )
