"""How versions of DIAL differ (dial-api 8), from Core 0.18 to 0.49, and what that explains."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from conformance.dial.version import CoreVersion, Version


@dataclass(frozen=True)
class Difference:
    """Something that versions of DIAL answer in two ways.

    Attributes:
        what: What they answer differently.
        older: What the older ones answer.
        newer: What the newer ones answer.
        source: Where the contract says so.
        after: The last version known to behave in the older way, or None.
        by: The first version known to behave in the newer way, or None.
        requirements: The requirements that it bears on.
        hint: What to say of a violation that the older way explains; empty if it explains none.
        began: The first version of the older way, if a still older one is known not to behave so.
        statuses: The statuses of answers that the hint is about; empty if it is about all.
        of: Whose versions these are. Those of adapters and of the SDK cannot be seen, so they have no bounds here.
    """

    what: str
    older: str
    newer: str
    source: str
    after: Version | None = None
    by: Version | None = None
    requirements: tuple[str, ...] = ()
    hint: str = ""
    began: Version | None = None
    statuses: tuple[int, ...] = ()
    of: Literal["core", "adapter", "sdk"] = "core"

    def is_certain(self, core: CoreVersion) -> bool:
        """Tell whether every version that the Core may be is known to behave in the older way."""
        begun = self.began is None or (core.least is not None and core.least >= self.began)
        return begun and self.after is not None and core.most is not None and core.most <= self.after

    def is_possible(self, core: CoreVersion) -> bool:
        """Tell whether the Core, of which something is known, may behave in the older way for all that is known."""
        if core.most is None or (self.began is not None and core.most < self.began):
            return False
        return core.most < self.by if self.by is not None else self.is_certain(core)


SUSPENSION: Final = Difference(
    "a refused request suspends the deployment",
    "for 30 s, after any answer that is not 200",
    "never",
    "dial-api 11.1",
    after=(0, 25),
    by=(0, 26),
    requirements=("CHAT-27",),
    hint="Core 0.24 and 0.25 suspend a deployment for 30 s after each refused request (dial-api 11.1)",
    began=(0, 24),
    statuses=(502,),
)

DIFFERENCES: Final[tuple[Difference, ...]] = (
    Difference(
        "elements of /openai/deployments",
        'stubs: object "deployment", flags are defaults only',
        'full models, object "model"',
        "dial-api 8.1",
        after=(0, 18),
        by=(0, 25),
        requirements=("LIST-18",),
        hint="Core 0.18 has stubs in /openai/deployments, whose flags are defaults only (dial-api 2.2, 8.1)",
    ),
    Difference(
        "flags of features", "11", "14, later up to 25", "dial-api 8.2", (0, 18), (0, 25), ("LIST-10", "LIST-11")
    ),
    Difference("display_name", "optional text", "always; text or map", "dial-api 8.3", (0, 25), None, ("LIST-17",)),
    Difference("prices", "decimal strings", "or decision trees", "dial-api 8.4", (0, 48), (0, 49), ("LIST-14",)),
    Difference("max_retry_attempts and other new fields", "absent", "present", "dial-api 8.5", (0, 18), (0, 25)),
    Difference("no route", "502 `No route`", "404 `Route is not found`", "dial-api 8.6", (0, 25), None, ("CONF-15",)),
    Difference(
        "text for an unknown deployment", "`Unknown application: X`", "`Unknown deployment: X`", "dial-api 8.7", (0, 25)
    ),
    Difference("/openai/addons and /openai/assistants", "200", "gone, 404", "dial-api 8.8", (0, 25)),
    Difference("/v1/deployments", "502", "a bare array", "dial-api 8.9", (0, 25), None, ("LIST-22", "LIST-23")),
    Difference(
        "key and another Bearer token",
        "400 `... not both`",
        "400, another text",
        "dial-api 8.10",
        (0, 25),
        None,
        ("AUTH-06",),
    ),
    Difference("key as Bearer token", "401", "accepted", "dial-api 8.11", (0, 25)),
    Difference("x-api-key", "401", "accepted if alone", "dial-api 8.12", (0, 25)),
    Difference(
        "JSON body that is no object",
        "500, empty",
        "400, empty",
        "dial-api 8.13",
        after=(0, 18),
        by=(0, 25),
        requirements=("CHAT-18",),
        statuses=(500,),
        hint="Core 0.18 answers 500 for JSON that is no object (dial-api 8.13)",
    ),
    Difference(
        "429", "application/json", "Retry-After, no Content-Type", "dial-api 8.14", (0, 18), (0, 25), ("LIM-03",)
    ),
    Difference("all upstreams busy or dead", "502 text", "503, 502 or 504", "dial-api 8.15", (0, 25)),
    Difference("limits", "4 stats", "6, later 10 and resetsAt", "dial-api 8.16", (0, 18), (0, 25), ("LIM-01",)),
    Difference("If-None-Match for a file", "200", "304", "dial-api 8.17", (0, 18), (0, 25), ("FILE-12",)),
    Difference("DELETE of a missing file", "200", "404", "dial-api 8.18", (0, 18), (0, 25)),
    Difference(
        "key for the configuration's endpoint",
        "none",
        "a per-request key",
        "dial-api 8.19",
        after=(0, 18),
        by=(0, 25),
        requirements=("CONF-01", "FEAT-01", "FEAT-03"),
        statuses=(400,),
        hint="Core 0.18 sends no key for a schema or for tokens: SDK applications answer 400 (dial-api 8.19, 11.5)",
    ),
    Difference(
        "X-UPSTREAM-ENDPOINT for the configuration's endpoint",
        "not sent",
        "sent",
        "dial-api 8.19",
        after=(0, 40),
        by=(0, 41),
        requirements=("CONF-01",),
        statuses=(404,),
        hint="Core before 0.41 sends no X-UPSTREAM-ENDPOINT for a schema: newer adapters answer 404 (dial-api 10.30)",
    ),
    Difference("PATCH", "405", "passes the filter of methods", "dial-api 8.20", (0, 25)),
    Difference(
        "refused configuration", "400, or ignored", "422", "dial-api 8.21", requirements=("CHAT-05",), of="adapter"
    ),
    Difference("DALL-E without messages", "422", "500", "dial-api 8.22", requirements=("CHAT-19",), of="adapter"),
    Difference("DALL-E, n > 1", "422", "passed on", "dial-api 8.23", requirements=("CHAT-21",), of="adapter"),
    Difference(
        "DALL-E, streamed attachments", "no index", "index", "dial-api 8.24", requirements=("STRM-05",), of="adapter"
    ),
    Difference("model in an answer of DALL-E", "absent", "present", "dial-api 8.25", of="adapter"),
    Difference("dialect of schemas", "pydantic v1", "pydantic v2", "dial-api 8.26", of="adapter"),
    Difference("traceparent, X-DIAL-TRACE-ID, X-DIAL-SPAN-ID", "absent", "present", "dial-api 8.27", (0, 48), (0, 49)),
    Difference(
        "revised prompt", "always", "if the upstream has one", "dial-api 8.28", requirements=("ATT-06",), of="adapter"
    ),
    Difference("bounds of n and temperature", "enforced", "not in pydantic v1 mode", "dial-api 8.29", of="sdk"),
    SUSPENSION,
    Difference(
        "three answers of 5xx in a row",
        "suspend the deployment for 8 s",
        "do not",
        "dial-api 11.1",
        after=(0, 18),
        by=(0, 25),
        requirements=("CHAT-27",),
        statuses=(502,),
        hint="Core 0.18 suspends a deployment for 8 s after three answers of 5xx in a row (dial-api 11.1)",
    ),
)
"""Where nothing but "after 0.18" is known, a version counts as newer from 0.25 on, which was seen."""


def suspends_after_refusal(core: CoreVersion) -> bool:
    """Tell whether the Core is known to suspend a deployment after each refused request (dial-api 11.1)."""
    return SUSPENSION.is_certain(core)


def explains(requirement_id: str, core: CoreVersion, status: int | None = None) -> str | None:
    """Tell in one line which known differences explain a violated requirement on this Core, or None.

    Args:
        requirement_id: The requirement.
        core: The Core's version.
        status: The status of the answer that shows the violation, if there is one answer.
    """
    hints = [
        one.hint
        for one in DIFFERENCES
        if one.hint
        and requirement_id in one.requirements
        and one.is_possible(core)
        and (status is None or not one.statuses or status in one.statuses)
    ]
    return "; ".join(hints) or None
