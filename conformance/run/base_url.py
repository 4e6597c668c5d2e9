"""The base URL of a DIAL."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urlsplit

_PATH_OF_THE_API: Final = re.compile(
    r"/+openai(/.*)?$|/+v1(/+(deployments|files|metadata|bucket|conversations|prompts|applications|ops)(/.*)?)?$"
    r"|/+deployments/.*$|/+chat/+completions$",
    re.IGNORECASE,
)
"""Where DIAL's own paths begin (dial-api 1): people copy them from an example of a request."""


def base_url(origin: str, given: str) -> str:
    """Read the base URL of a DIAL; a slash at its end does not count.

    What was given is not repeated in a message: it may be a key that got into the wrong variable.

    Args:
        origin: The option or variable that it was given in.
        given: Its value.

    Raises:
        ValueError: It is not one; the message says what to do.
    """
    if not given:
        raise ValueError(f"{origin} is empty: give a base URL such as https://dial.example.com")
    try:
        parts = urlsplit(given)
        port = parts.port
    except ValueError:
        raise ValueError(f"{origin} is not a URL: give a base URL such as https://dial.example.com") from None
    if parts.username is not None or parts.password is not None:
        raise ValueError(f"{origin} has a user name or a password in it: set DIAL_API_KEY or DIAL_BEARER_TOKEN instead")
    if re.search(r"[\s\x00-\x1f\x7f]", given) or not given.isascii():
        raise ValueError(f"{origin} has a space in it, or another character that no URL has")
    if parts.scheme not in {"http", "https"}:
        raise ValueError(f"{origin} does not begin with http:// or https://")
    if not parts.hostname or port == 0:
        raise ValueError(f"{origin} has no host: give a base URL such as https://dial.example.com")
    if not _is_host(parts.hostname):
        raise ValueError(f"{origin}={given} has a host name that cannot exist")
    if "?" in given or "#" in given:
        raise ValueError(f"{origin} has a query or a fragment: give only the base URL")
    base = given.rstrip("/")
    path = _PATH_OF_THE_API.search(parts.path.rstrip("/"))
    if path is not None:
        shorter = base[: len(base) - len(path[0])]
        raise ValueError(f"{origin} has a path of DIAL's API after the base URL: cut it to {shorter}")
    return base


def _is_host(name: str) -> bool:
    try:
        return bool(name.encode("idna"))
    except UnicodeError:
        return False
