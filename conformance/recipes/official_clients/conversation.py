"""A conversation that an official client holds: it speaks, the run asks for it, and what it understood is kept."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from threading import RLock
from typing import TYPE_CHECKING, Final, Generic, TypeVar

from conformance.contract.exchange import Exchange, Request
from conformance.contract.json_text import json_text
from conformance.contract.verdict import CouldNotRunError

if TYPE_CHECKING:  # a replay must not load what could open a connection
    from conformance.recipes.official_clients.transport import ClientTransport

T = TypeVar("T")

NOT_INSTALLED: Final = "the extra `clients` is not installed: pip install 'dial-conformance[clients]'"

LOADING: Final = RLock()
"""Held while a client is loaded and made: their modules import each other in circles, which threads must not do at
once."""

_THEIRS: Final = re.compile(r"(openai|aidial_client|pydantic)(\.|$)")


@dataclass(frozen=True)
class Heard(Generic[T]):
    """What a client made of an answer.

    Attributes:
        exchange: What it asked, and what was answered.
        value: What it understood; None if it raised an error, or the value is that there is nothing.
        error: What it raised, or None.
    """

    exchange: Exchange
    value: T | None = None
    error: Exception | None = None

    def because(self, expected: str) -> str:
        """Explain a violation that the client shows."""
        return self.exchange.because(expected, self.shown)

    @property
    def shown(self) -> str:
        """What the client's user sees, in one line."""
        if self.error is not None:
            return f"{type(self.error).__name__}: {self.error}"
        return "no error" if self.value is None else json_text(self.value)


@dataclass(frozen=True)
class ClientConversation(Generic[T]):
    """One request of a client, and what it understood of the answer (`conformance.contract.recipe.Conversation`).

    Attributes:
        speak: Has the client ask over a transport, and returns what it understood.
    """

    speak: Callable[[ClientTransport], T]

    def run(self, ask: Callable[[Request], Exchange]) -> Heard[T]:
        """Speak, with the one request asked by `ask`. Whatever the client raises is kept.

        Raises:
            UndecidedError: `ask` raised it, the client is not installed, or it asked nothing.
        """
        from conformance.recipes.official_clients.transport import ClientTransport  # noqa: PLC0415 - see above

        transport = ClientTransport(ask)
        value: T | None = None
        error: Exception | None = None
        _let_clients_warn()
        try:
            value = self.speak(transport)
        except Exception as raised:  # noqa: BLE001 - what a client raises is what is looked at
            error = raised
        if transport.fault is not None:
            raise transport.fault
        if transport.exchange is not None:
            return Heard(transport.exchange, value, error)
        if isinstance(error, ImportError):
            raise CouldNotRunError(NOT_INSTALLED)
        raise CouldNotRunError(f"the client asked nothing: {type(error).__name__}: {error}")


def _let_clients_warn() -> None:
    """Let no warning of a client become an error, as pytest may want it: a user of the client would go on.

    The filters of a pytest run end with it, and this one with them. `warnings.catch_warnings` is not for threads.
    """
    with LOADING:
        if not any(module == _THEIRS for _, _, _, module, _ in warnings.filters):
            warnings.filterwarnings("ignore", module=_THEIRS.pattern)
