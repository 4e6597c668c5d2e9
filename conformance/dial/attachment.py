"""Attachments of a completion: the image, the revised prompt of a DALL-E 3, where they may be stored (dial-api 5.3)."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any, Final, Self
from urllib.parse import urlsplit

from conformance.dial.completion import Completion
from conformance.dial.image_types import usual_name

PUBLIC_BUCKET: Final = "public"
"""Everybody's (dial-api 6)."""
REVISED_PROMPT: Final = "Revised prompt"
GATEWAY: Final = "dial.invalid"
"""What stands for the DIAL's own host in all that the suite looks at."""
_MEDIA_TYPE = re.compile(r"[A-Za-z0-9!#$&^_.+-]+/[A-Za-z0-9!#$&^_.+*-]+(\s*;.*)?")
_TYPE_OF_END: Final = {
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "webp": "image/webp",
    "gif": "image/gif",
}
_STORED = re.compile(r"files/([A-Za-z0-9]+)/[!-~]+")


@dataclass(frozen=True)
class Attachment:
    """One attachment, as it came."""

    fields: dict[str, Any]

    @property
    def type(self) -> str | None:
        """The media type without parameters, in lower case, or None if it has none (which means text/markdown)."""
        value = self.fields.get("type")
        return value.split(";")[0].strip().lower() if isinstance(value, str) else None

    @property
    def is_image(self) -> bool:
        """It says that it is an image, in a type that is one."""
        return (self.type or "").startswith("image/") and is_media_type(self.fields.get("type"))

    @property
    def url(self) -> str | None:
        """The url, or None."""
        value = self.fields.get("url")
        return value if isinstance(value, str) else None

    @property
    def is_stored(self) -> bool:
        """It is somewhere else, and not itself in the attachment, as data or as a data url."""
        return self.url is not None and not self.url.startswith("data:")

    @property
    def data(self) -> str | None:
        """The data, or None."""
        value = self.fields.get("data")
        return value if isinstance(value, str) else None

    @property
    def bucket(self) -> str | None:
        """The bucket of a file stored in DIAL, or None if the url is not one of a stored file."""
        found = _STORED.fullmatch(self.url or "")
        return found[1] if found else None

    @property
    def has_fitting_name(self) -> bool:
        """The name of the file has no end, or one that is usual for its type."""
        end = (self.url or "").rpartition("/")[2].rpartition(".")[2].lower()
        return end not in _TYPE_OF_END or _TYPE_OF_END[end] == usual_name(self.type)


@dataclass(frozen=True)
class Attachments:
    """The attachments of one completion.

    Attributes:
        completion: The completion.
        items: They.
        are_none: What stands in their place is no array of objects.
    """

    completion: Completion
    items: tuple[Attachment, ...]
    are_none: bool = False

    @classmethod
    def of(cls, completion: Completion) -> Self:
        """Read those of a completion, none of which may be one."""
        found = read_attachments(completion)
        return cls(completion, found or (), are_none=found is None)

    def because(self, expected: str, got: object = None) -> str:
        """Explain a violation that these attachments show."""
        return self.completion.because(expected, [one.fields for one in self.items] if got is None else got)

    @property
    def images(self) -> tuple[Attachment, ...]:
        """Those that say they are an image."""
        return tuple(one for one in self.items if one.is_image)

    @property
    def revised_prompts(self) -> tuple[Attachment, ...]:
        """Those titled "Revised prompt" with something in them."""
        return tuple(
            one for one in self.items if one.fields.get("title") == REVISED_PROMPT and (one.data or "").strip()
        )

    @property
    def with_url(self) -> tuple[Attachment, ...]:
        """Those that have a url."""
        return tuple(one for one in self.items if one.url is not None)

    @property
    def buckets(self) -> set[str]:
        """The buckets of the files that are stored in the DIAL."""
        return {one.bucket for one in self.items if one.bucket is not None}

    @property
    def with_reference(self) -> tuple[Attachment, ...]:
        """Those that name a reference."""
        named = ("reference_type", "reference_url")
        return tuple(one for one in self.items if any(one.fields.get(name) is not None for name in named))

    @property
    def shape_fault(self) -> tuple[str, Any] | None:
        """What attachments have in a block and in a stream, with the first that has not; or None."""
        found = (
            ("an array of objects", self._in_their_place if self.are_none else None),
            ("either data or url", self.wrong_content()),
            ("type/subtype", self.wrong_type()),
            ("a reference_url", self.lone_reference_type()),
        )
        return next(((expected, wrong) for expected, wrong in found if wrong is not None), None)

    @property
    def _in_their_place(self) -> Any:
        """What stands where an array of them should, or where the object around it should."""
        found = self.completion.attachments
        return self.completion.message.get("custom_content") if found is None else found

    def wrong_content(self) -> dict[str, Any] | None:
        """Return the first attachment that has not exactly one of data and url, both strings with something in them."""
        return next((one.fields for one in self.items if not _has_one_content(one.fields)), None)

    def wrong_type(self) -> dict[str, Any] | None:
        """Return the first attachment whose type is there and is not type/subtype (RFC 9110 section 8.3.1)."""
        return next((one.fields for one in self.items if not is_media_type(one.fields.get("type"))), None)

    def lone_reference_type(self) -> dict[str, Any] | None:
        """Return the first attachment that has a reference_type and no reference_url."""
        lone = (one.fields for one in self.with_reference if not one.fields.get("reference_url"))
        return next((one for one in lone if one.get("reference_type")), None)

    def pictures(self, *, drawn: bool) -> tuple[Attachment, ...]:
        """Return the images that were asked for: those of a deployment that draws, or of a completion without a text.

        Args:
            drawn: Whether the deployment is known to draw.
        """
        says_something = str(self.completion.message.get("content") or "").strip() != ""
        return self.images if drawn or not says_something else ()

    def misplaced_url(self, pictures: Collection[Attachment]) -> str | None:
        """Return the first url that leads nowhere: of pictures, and of links that were not given on purpose.

        Args:
            pictures: The images that were asked for. What else is attached may be a link to anywhere, such as a page
                of the company's own wiki, but not to the gateway.
        """
        for one in self.with_url:
            url = one.url or ""
            if is_of_the_gateway(url) or (one in pictures and not is_well_placed(url)):
                return url
        return None

    def foreign_buckets(self, own: str, pictures: Collection[Attachment]) -> list[str]:
        """Return the buckets of stored files that are not the caller's; only pictures may not be in everybody's."""
        stored = ((one, one.bucket) for one in self.items if one.bucket is not None)
        return sorted({name for one, name in stored if name != own and (name != PUBLIC_BUCKET or one in pictures)})

    def image_elsewhere(self) -> str | None:
        """Tell where the first image is that is not stored in the DIAL, or None. A signature in its url is not told."""
        for one in self.images:
            if one.bucket is not None and "?" in (one.url or ""):
                return f"url {(one.url or '').partition('?')[0]} with a query behind it"
            if one.bucket is None:
                return f"url {(one.url or '').partition('?')[0]}" if one.is_stored else "data in the attachment itself"
        return None

    def image_twice(self) -> str | None:
        """Tell which image is there more than once, by its url or its data, or None."""
        seen: set[str] = set()
        for one in self.images:
            content = one.url or one.data or ""
            if content in seen:
                return f"twice {content}"
            seen.add(content)
        return None

    def indexed(self) -> dict[str, Any] | None:
        """Return the first attachment that has an index."""
        return next((one.fields for one in self.items if "index" in one.fields), None)


def read_attachments(completion: Completion) -> tuple[Attachment, ...] | None:
    """Read the attachments of a completion; None if they are no array of objects."""
    found = [] if completion.attachments is None else completion.attachments
    if not isinstance(completion.message.get("custom_content"), dict | None):
        return None
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        return None
    return tuple(Attachment(one) for one in found)


def is_well_placed(url: str) -> bool:
    """Tell whether a url is `files/{bucket}/...`, or public, or a data url."""
    if _STORED.fullmatch(url) or url.startswith("data:"):
        return True
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return False
    if parts.scheme not in {"http", "https"} or not host:
        return False
    return is_public(host)


def is_of_the_gateway(url: str) -> bool:
    """Tell whether a url is a path, or leads to a file of the gateway by the gateway's own or an inner address."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return False
    if host == GATEWAY or (not parts.scheme and url.startswith("/")):
        return True
    return parts.path.startswith("/v1/files/") and not is_public(host)


def is_public(host: str) -> bool:
    """Tell whether a host is a public IP address or a name with a dot that no private network uses."""
    try:
        return ip_address(host).is_global
    except ValueError:
        return "." in host and not host.endswith((".local", ".internal", ".localhost", ".svc", ".invalid"))


def _has_one_content(fields: dict[str, Any]) -> bool:
    given = [fields[name] for name in ("data", "url") if fields.get(name) is not None]
    return len(given) == 1 and isinstance(given[0], str) and given[0] != ""


def is_media_type(value: object) -> bool:
    """Tell whether a type is absent, or type/subtype."""
    return value is None or (isinstance(value, str) and _MEDIA_TYPE.fullmatch(value) is not None)


def kinds_of_attachments(completion: Completion) -> list[tuple[Any, str | None]]:
    """Return title and type of each attachment, which a stream and a block answer have in common."""
    return [(one.fields.get("title"), one.type) for one in read_attachments(completion) or ()]
