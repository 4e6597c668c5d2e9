"""What the gateway answers instead of what was asked for."""

from __future__ import annotations

from typing import NamedTuple

from conformance.standin.core.http import Response, in_words


class Refusal(NamedTuple):
    """A refusal in Core's own words: plain text or nothing, without Content-Type (dial-api 0)."""

    status: int
    text: str = ""

    def of(self, name: str = "") -> RefusedError:
        """Return the error that answers so, with `{}` in the text replaced by what the request named."""
        return RefusedError(in_words(self.status, self.text.replace("{}", name)))


class RefusedError(Exception):
    """Ends the handling of a request with an answer."""

    def __init__(self, response: Response) -> None:
        super().__init__(response.status)
        self.response = response


def refused(status: int, text: str = "") -> RefusedError:
    """Return the error that answers with that status and text."""
    return RefusedError(in_words(status, text))
