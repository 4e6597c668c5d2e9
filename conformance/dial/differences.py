"""How versions of DIAL differ (dial-api 8), from Core 0.18 to 0.49, and what a listing tells of a Core's version."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final, Literal

from conformance.dial.description import OLDEST_FLAGS
from conformance.dial.version import UNKNOWN, CoreVersion, Version


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


@dataclass(frozen=True)
class Flag:
    """A flag of `features`, or another sign, with the versions of Core that send it (dial-api 2.4).

    Attributes:
        name: As it is sent.
        after: The last version known not to send it yet, or None.
        by: The first version known to send it, or None.
        until: The first version known not to send it any more, or None.
    """

    name: str
    after: Version | None = None
    by: Version | None = None
    until: Version | None = None

    def sent_by(self, version: Version) -> bool | None:
        """Tell whether a version sends it in every `features`; None if that is not known."""
        if self.after is not None and version <= self.after:
            return False
        if self.until is not None and version >= self.until:
            return False
        return True if self.by is not None and version >= self.by else None


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
        requirements=("CONF-01", "FEAT-01"),
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
        hint="Core 0.18 suspends a deployment for 8 s after three answers of 5xx in a row (dial-api 11.1)",
    ),
)
"""Where nothing but "after 0.18" is known, a version counts as newer from 0.25 on, which was seen."""

_ALL_FLAGS: Final = (
    *(Flag(name, by=(0, 14)) for name in OLDEST_FLAGS if name != "allow_resume"),
    Flag("allow_resume", (0, 14), (0, 15)),
    Flag("accessible_by_per_request_key", (0, 17), (0, 18)),
    Flag("content_parts", (0, 18), (0, 25)),
    Flag("temperature", (0, 18), (0, 25)),
    Flag("addons", (0, 18), (0, 25), until=(0, 38)),
    *(Flag(f"{name}_supported", (0, 18), until=(0, 25)) for name in ("content_parts", "temperature", "addons")),
    Flag("cache", (0, 25), (0, 26)),
    Flag("auto_caching", (0, 25), (0, 26)),
    Flag("parallel_tool_calls", (0, 28), (0, 29)),
    Flag("assistant_attachments_in_request", (0, 35), (0, 37)),
    *(Flag(name, (0, 37), (0, 45)) for name in ("mcp", "chat_completion", "responses_api")),
    Flag("max_tokens_supported", (0, 44), (0, 45)),
    Flag("max_completion_tokens_supported", (0, 44), (0, 45)),
    Flag("custom_temperature_supported", (0, 44), (0, 45)),
    Flag("reasoning_efforts", (0, 44), (0, 45)),
    Flag("skills_supported", (0, 45)),
)
FLAGS: Final[Mapping[str, Flag]] = MappingProxyType({flag.name: flag for flag in _ALL_FLAGS})

_LISTED_KINDS = ("model", "application", "deployment")
_STUB = Flag('object "deployment"', until=(0, 25))
_RETRIES = Flag("max_retry_attempts", (0, 18), (0, 25))
_KNOWN_VERSIONS: Final[tuple[Version, ...]] = tuple((0, minor) for minor in range(14, 50))
_WRITTEN_BY_CORE: Final = ("owner", "status", "created_at", "updated_at")
"""Core sends these with every element (dial-api 2.3), and who imitates it by hand hardly does."""


def infer_core(elements: Iterable[Mapping[str, Any]]) -> CoreVersion:
    """Infer a Core's version from what it lists (dial-api 8: "fallback: presence of flags").

    Args:
        elements: Of /openai/models, /openai/applications and /openai/deployments. They may be anything.

    Returns:
        The versions that send all these flags and leave out all those that are missing. `UNKNOWN` if that is none,
        because elements contradict each other, or if it may be any.
    """
    signs = frozenset(_signs(elements))
    if any((flag, not sent) in signs for flag, sent in signs):
        return UNKNOWN
    possible = [
        version for version in _KNOWN_VERSIONS if all(flag.sent_by(version) in (sent, None) for flag, sent in signs)
    ]
    if not possible:
        return UNKNOWN
    least = possible[0] if possible[0] > _KNOWN_VERSIONS[0] else None
    most = possible[-1] if possible[-1] < _KNOWN_VERSIONS[-1] else None
    return CoreVersion(_told(least, most), least, most)


def suspends_after_refusal(core: CoreVersion) -> bool:
    """Tell whether the Core is known to suspend a deployment after each refused request (dial-api 11.1)."""
    return SUSPENSION.is_certain(core)


def explains(requirement_id: str, core: CoreVersion) -> str | None:
    """Tell in one line which known differences explain a violated requirement on this Core, or None."""
    hints = [
        one.hint for one in DIFFERENCES if one.hint and requirement_id in one.requirements and one.is_possible(core)
    ]
    return "; ".join(hints) or None


def _signs(elements: Iterable[object]) -> Iterator[tuple[Flag, bool]]:
    for element in elements:
        if not isinstance(element, Mapping) or element.get("object") not in _LISTED_KINDS:
            continue
        if element["object"] == "deployment":
            yield _STUB, True
        if type(element.get("max_retry_attempts")) is int:
            yield _RETRIES, True
        features = element.get("features")
        if isinstance(features, Mapping):
            complete = _is_complete(element, features)
            for flag in FLAGS.values():
                if _is_flag(flag, features.get(flag.name)):
                    yield flag, True
                elif complete and flag.name not in features:
                    yield flag, False


def _is_flag(flag: Flag, value: object) -> bool:
    if flag.name == "reasoning_efforts":
        return isinstance(value, list) and all(isinstance(one, str) for one in value)
    return isinstance(value, bool)


def _is_complete(element: Mapping[str, Any], features: Mapping[str, Any]) -> bool:
    """Tell whether what is missing was left out by Core, not by somebody who writes an element by hand."""
    return all(name in element for name in _WRITTEN_BY_CORE) and all(
        isinstance(features.get(name), bool) for name in OLDEST_FLAGS
    )


def _told(least: Version | None, most: Version | None) -> str:
    names = [f"{major}.{minor}" for major, minor in filter(None, (least, most))]
    if not names:
        return UNKNOWN.told
    told = " to ".join(dict.fromkeys(names))
    if len(names) == 1:
        told += " or later" if most is None else " or before"
    return f"{told} by its listing"
