"""What the listing claims of a deployment, which requirements try it, and what came of that."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from conformance.contract.exchange import excerpt, printable
from conformance.contract.result import Result
from conformance.contract.verdict import DECIDED
from conformance.reports.document import ReportedClaim, ReportedDeployment
from conformance.reports.page.marks import SEVERITY, mark_of

MOST_CLAIMS: Final = 60
"""Of one deployment: a listing may have any number of flags."""

_TRIES: Final[Mapping[str, tuple[tuple[str, str | None], ...]]] = {
    "features.rate": (("FEAT-02", None),),
    "features.tokenize": (("FEAT-01", None),),
    "features.truncate_prompt": (("FEAT-03", None),),
    "features.configuration": (("CONF-01", None),),
    "features.system_prompt": (("FEAT-06", None),),
    "features.tools": (("FEAT-04", None),),
    "features.seed": (("FEAT-05", None),),
    "features.url_attachments": (("FEAT-10", None),),
    "features.temperature": (("FEAT-07", None),),
    "features.temperature_supported": (("FEAT-07", None),),
    "features.custom_temperature_supported": (("FEAT-07", None),),
    "features.content_parts": (("FEAT-08", None),),
    "features.content_parts_supported": (("FEAT-08", None),),
    "features.max_tokens_supported": (("FEAT-09", "max_tokens"),),
    "features.max_completion_tokens_supported": (("FEAT-09", "max_completion_tokens"),),
    "features.chat_completion": (("LIST-27", None), ("CHAT-01", None)),
    "capabilities.chat_completion": (("CHAT-01", None), ("LIST-12", None)),
    "capabilities.embeddings": (("FEAT-11", None),),
    "embedding_dimensions": (("FEAT-11", None),),
    "input_attachment_types": (("FEAT-10", None),),
    "interfaces": (("LIST-27", None),),
}
"""Which requirements try a claim; of some only one case does."""

_OTHER_API: Final = "it is about another API, which the suite does not ask"
_NOT_TRIED: Final[Mapping[str, str]] = {
    "features.folder_attachments": "the suite attaches no folder",
    "features.allow_resume": "it is about what a chat application shows, not about requests",
    "features.accessible_by_per_request_key": "only an application that calls the deployment could see it",
    "features.cache": "whether an answer came from a cache cannot be seen in it for certain",
    "features.auto_caching": "whether an answer came from a cache cannot be seen in it for certain",
    "features.parallel_tool_calls": "the model decides whether it calls several tools at once",
    "features.assistant_attachments_in_request": "the suite sends no attachments in messages of the assistant",
    "features.addons": "later Cores have no addons",
    "features.addons_supported": "later Cores have no addons",
    "features.reasoning_efforts": "a model may refuse a single effort, and each is a completion to be paid",
    "features.mcp": _OTHER_API,
    "features.responses_api": _OTHER_API,
    "features.skills_supported": _OTHER_API,
    "capabilities.completion": _OTHER_API,
    "capabilities.fine_tune": "a DIAL has no path for it",
    "capabilities.inference": "a DIAL has no path for it",
    "max_input_attachments": "the suite attaches one file",
    "limits": "the suite sends no prompt of that size",
    "pricing": "an answer does not show what is billed",
}
_UNKNOWN: Final = "the suite does not know this flag"
_FIELDS: Final = (
    "interfaces", "input_attachment_types", "max_input_attachments", "embedding_dimensions", "limits", "pricing",
)  # fmt: skip


def claims_in(description: Mapping[str, Any]) -> tuple[ReportedClaim, ...]:
    """Return what an element of a listing claims: flags that are true, lists that are not empty, and some fields.

    Args:
        description: The element. Whatever is in it comes from a stranger.
    """
    return tuple(
        ReportedClaim(printable(name), excerpt(json.dumps(value, ensure_ascii=False)))
        for _, (name, value) in zip(range(MOST_CLAIMS), _claimed(description), strict=False)
    )


def _claimed(description: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for place in ("capabilities", "features"):
        flags = description.get(place)
        for name, value in flags.items() if isinstance(flags, dict) else ():
            if value is True or (isinstance(value, list) and value and name != "scale_types"):
                yield f"{place}.{name}", value
    yield from ((name, description[name]) for name in _FIELDS if description.get(name) not in (None, [], {}, ""))


def with_outcomes(deployments: Sequence[ReportedDeployment], results: Iterable[Result]) -> list[ReportedDeployment]:
    """Return deployments whose claims say what came of them.

    Args:
        deployments: The deployments, with what is claimed of them.
        results: All results of the run.
    """
    wanted = {requirement for tries in _TRIES.values() for requirement, _ in tries}
    found: dict[tuple[str | None, str], list[Result]] = {}
    for one in results:
        if one.requirement in wanted:
            found.setdefault((one.deployment, one.requirement), []).append(one)

    def of(deployment: ReportedDeployment, claim: ReportedClaim) -> ReportedClaim:
        tries = _TRIES.get(claim.name, ())
        decided = [
            one
            for requirement, case in tries
            for one in found.get((deployment.id, requirement), ())
            if case in (None, one.case)
        ]
        return _outcome(claim, tuple(requirement for requirement, _ in tries), decided)

    return [replace(one, claims=tuple(of(one, claim) for claim in one.claims)) for one in deployments]


def _outcome(claim: ReportedClaim, requirements: tuple[str, ...], results: Sequence[Result]) -> ReportedClaim:
    if not requirements:
        return replace(claim, reason=_NOT_TRIED.get(claim.name, _UNKNOWN))
    tried = [one for one in results if one.verdict in DECIDED]
    if not (tried or results):
        return replace(claim, requirements=requirements, reason=f"{' and '.join(requirements)} not selected")
    worst = min(tried or results, key=lambda one: SEVERITY[mark_of(one)])
    reason = worst.got if tried else worst.reason
    return replace(claim, requirements=requirements, verdict=worst.verdict, reason=reason)
