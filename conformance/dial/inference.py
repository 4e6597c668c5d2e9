"""What a listing tells of a Core's version: by the flags and fields that it sends (dial-api 2.4, 8)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from conformance.dial.description import OLDEST_FLAGS
from conformance.dial.version import UNKNOWN, CoreVersion, Version


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
    return CoreVersion(_named(least, most), least, most)


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


def _named(least: Version | None, most: Version | None) -> str:
    names = [f"{major}.{minor}" for major, minor in filter(None, (least, most))]
    if not names:
        return UNKNOWN.name
    name = " to ".join(dict.fromkeys(names))
    if len(names) == 1:
        name += " or later" if most is None else " or before"
    return f"{name} by its listing"
