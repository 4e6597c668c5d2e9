"""Makes the report of a run: looks up what its results rest on, shortens it, and draws its pictures small."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from io import BytesIO
from typing import Final

from conformance.contract.deployment import Deployment
from conformance.contract.exchange import Exchange, excerpt, printable
from conformance.contract.profile import DALLE3
from conformance.contract.result import Result
from conformance.contract.verdict import Verdict
from conformance.dial.completion import deployment_asked
from conformance.dial.price import Price, dollars
from conformance.reports.claims import claims_in, with_outcomes
from conformance.reports.document import (
    Report,
    ReportedDeployment,
    ReportedExchange,
    ReportedPicture,
    ReportedPlan,
    ReportedRequirement,
    ReportedRun,
)
from conformance.reports.undecided import never_decided, preview_of
from conformance.run.budget import spent_on
from conformance.run.contracts import Contract
from conformance.run.registry import all_requirements, own_checks

LONGEST_BODY: Final = 6_000
"""Characters of a body that are kept."""
LARGEST_SCHEMA: Final = 100_000
"""Bytes of a schema that is kept."""
MANY_RESULTS: Final = 5_000
"""From so many on, only exchanges of what does not hold are kept."""
MOST_EXCHANGES: Final = 2_000
MOST_LOCATIONS: Final = 500
"""So many locations of a schema that were never tried are named."""
MOST_PIXELS: Final = 40_000_000
THUMBNAIL: Final = (96, 96)

Lookup = Callable[[str], Exchange | None]
"""Returns the exchange that the plan calls so, or None."""

_SIZE = re.compile(r'\bsize="(\d{1,5}x\d{1,5})"')
_NOT_HOLDING = (Verdict.VIOLATED, Verdict.ADVISORY, Verdict.HARNESS_ERROR)
_OK = 200


def collect(  # noqa: PLR0913 - one for each part of a report
    run: ReportedRun,
    plan: ReportedPlan,
    results: Sequence[Result],
    deployments: Sequence[ReportedDeployment],
    exchanges: Mapping[str, ReportedExchange],
    *,
    checks: tuple[str, ...] = (),
    contract: Contract | None = None,
) -> Report:
    """Put a report together; what was not checked is not in it.

    Args:
        run: When and how the run was.
        plan: What was planned.
        results: What was decided, in order.
        deployments: What was under test.
        exchanges: What the results rest on.
        checks: Own checks, as of `all_requirements`.
        contract: The contract that the run went by; None if that is not known.
    """
    known = all_requirements(checks) if contract is None else contract.requirements(checks)
    packages = {name: own.package.name for own in own_checks(checks) for name in own.requirements}
    checked = {one.requirement: one for one in results}
    requirements = tuple(
        ReportedRequirement(
            name,
            one.level,
            one.sentence,
            known[name].source if name in known else "",
            packages.get(name, ""),
        )
        for name, one in sorted(checked.items())
    )
    named = {one.id for one in deployments} | {None}
    others = dict.fromkeys(one.deployment for one in results if one.deployment not in named)
    unknown = (ReportedDeployment(one, "model") for one in others if one is not None)
    under_test = (*with_outcomes(deployments, results), *unknown)
    return Report(
        run,
        plan,
        requirements,
        under_test,
        tuple(results),
        exchanges,
        never_decided(results),
        preview_of(contract, results),
    )


def in_order(results: Iterable[Result], deployments: Sequence[Deployment]) -> list[Result]:
    """Sort results by requirement, deployment under test (the DIAL first) and case, whichever process decided them."""
    places = {printable(one.id): place for place, one in enumerate(deployments, 1)}
    return sorted(
        results,
        key=lambda one: (one.requirement, places.get(one.deployment or "", 0), one.deployment or "", one.case or ""),
    )


def reported_deployment(
    deployment: Deployment, configuration: Exchange | None, never_tried: Sequence[str] = ()
) -> ReportedDeployment:
    """Tell what a report says of a deployment.

    Args:
        deployment: The deployment.
        configuration: The answer with its schema, or None.
        never_tried: Which locations have no accepted or no refused case.
    """
    features = deployment.description.get("features")
    small = configuration is not None and len(configuration.answer.body) <= LARGEST_SCHEMA
    return ReportedDeployment(
        printable(deployment.id),
        deployment.kind,
        deployment.profile is DALLE3,
        features if isinstance(features, dict) else {},
        configuration.json_object if configuration is not None and small and configuration.status == _OK else None,
        deployment.profile.name if deployment.profile else "",
        tuple(excerpt(line) for line in never_tried[:MOST_LOCATIONS]),
        claims_in(deployment.description),
    )


def reported_exchanges(
    results: Sequence[Result], lookup: Lookup, prices: Mapping[str, Price]
) -> dict[str, ReportedExchange]:
    """Look up the exchanges that results name.

    Args:
        results: The results.
        lookup: Gives an exchange by its name.
        prices: What a completion costs, by the path of the deployment.
    """
    found: dict[str, ReportedExchange] = {}
    for result in worth_showing(results):
        for name in result.named_exchanges:
            if name in found and not _asks_for_size(found[name], result):
                continue
            exchange = lookup(name)
            if exchange is not None and (name in found or len(found) < MOST_EXCHANGES):
                found[name] = _facts(exchange, prices, _size(result))
    return found


def worth_showing(results: Sequence[Result]) -> Iterable[Result]:
    """Give the results whose exchanges are kept, those first that do not hold."""
    wrong = [one for one in results if one.verdict in _NOT_HOLDING]
    return wrong if len(results) > MANY_RESULTS else [*wrong, *results]


def _size(result: Result) -> str:
    found = _SIZE.search(result.case or "")
    return found[1] if found else ""


def _asks_for_size(facts: ReportedExchange, result: Result) -> bool:
    return facts.picture is not None and not facts.picture.asked and bool(_size(result))


def _facts(exchange: Exchange, prices: Mapping[str, Price], size: str) -> ReportedExchange:
    request, answer = exchange.request, exchange.answer
    picture = _picture(exchange)
    price = prices.get(deployment_asked(request) or "")
    cost = Decimal(0) if price is None else spent_on(exchange, price).dollars
    return ReportedExchange(
        method=request.method,
        path=printable(request.path),
        request_headers=request.headers,
        request_body=_shortened(request.body),
        status=exchange.status,
        headers=tuple((name, printable(value)) for name, value in answer.headers),
        body="" if picture else _shortened(answer.body),
        size=len(answer.body),
        chunks=answer.chunks if (answer.media_type or "") == "text/event-stream" else (),
        seconds=answer.chunks[-1][0] if answer.chunks else None,
        dollars=dollars(cost) if cost else "",
        curl=request.curl,
        picture=replace(picture, asked=size) if picture else None,
    )


def _shortened(body: bytes) -> str:
    text = body[: 4 * LONGEST_BODY].decode("utf-8", "replace")
    return text if len(text) <= LONGEST_BODY else f"{text[:LONGEST_BODY]}\n... ({len(body)} bytes in all)"


def _picture(exchange: Exchange) -> ReportedPicture | None:
    if not (exchange.answer.media_type or "").startswith("image/") or exchange.status != _OK:
        return None
    from PIL import Image  # noqa: PLC0415 - only who wants a report pays for it

    try:
        with Image.open(BytesIO(exchange.answer.body)) as image:
            width, height = image.size
            small = "" if width * height > MOST_PIXELS else _thumbnail(image)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError, Image.DecompressionBombWarning):
        return None
    return ReportedPicture(exchange.answer.media_type or "", width, height, thumbnail=small)


def _thumbnail(image: object) -> str:
    from PIL import Image  # noqa: PLC0415 - see above

    assert isinstance(image, Image.Image)  # noqa: S101 - for mypy: Pillow is imported late
    small = image.convert("RGB")
    small.thumbnail(THUMBNAIL)
    drawn = BytesIO()
    small.save(drawn, "PNG", optimize=True)
    return base64.b64encode(drawn.getvalue()).decode()
