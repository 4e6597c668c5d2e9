"""The deployments that a DIAL lists, and those that it only answers for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fnmatch import fnmatchcase
from http import HTTPStatus
from typing import Any, Final

from conformance.contract.deployment import APPLICATION, MODEL, Deployment
from conformance.contract.exchange import Exchange, printable
from conformance.contract.profile import Profile
from conformance.contract.verdict import UndecidedError
from conformance.dial.listing import read_listing
from conformance.run.control import DiscoveryError
from conformance.run.resolver import Resolver
from conformance.run.suggestions import close_to, did_you_mean

_SHOWN_NAMES: Final = 8


class Catalogue:
    """The deployments that the DIAL lists, and those that it only answers for.

    Attributes:
        said: The elements of all listings, as they came.
    """

    def __init__(
        self,
        resolver: Resolver,
        profiles: Mapping[str, Profile],
        recorded: Sequence[str] | None,
        undescribed: frozenset[str] = frozenset(),
    ) -> None:
        """Read the listings.

        Args:
            resolver: Asks, or has asked already.
            profiles: The deployments that were named as image models, and as which.
            recorded: The deployments of the set that is replayed, or None in a live run.
            undescribed: Those that are known to be there, though nothing may describe them: of such a one the least is
                promised, as of an application that claims nothing.
        """
        self._resolver = resolver
        self._profiles = profiles
        self._recorded = recorded
        self._undescribed = undescribed
        self._problem = ""
        self._listed: dict[str, Deployment] = {}
        self.said: list[dict[str, Any]] = []
        for recipe, kind in (("models", MODEL), ("applications", APPLICATION), ("listing", MODEL)):
            for element in self._elements(recipe):
                if isinstance(element, dict) and isinstance(element.get("id"), str) and element["id"]:
                    self.said.append(element)
                    known = self._listed.setdefault(element["id"], self._deployment(element["id"], kind, dict(element)))
                    if "interfaces" in element:  # not every listing has them
                        known.description.setdefault("interfaces", element["interfaces"])

    @property
    def names(self) -> frozenset[str] | None:
        """All that are listed, or None if a listing cannot be read."""
        return None if self._problem else frozenset(map(printable, self._listed))

    def first(self) -> Deployment | None:
        """Return the first that is listed."""
        return next(iter(self._listed.values()), None)

    def listed(self, name: str) -> Deployment | None:
        """Return the one of that name if it is listed, whether or not it was under test when a set was recorded."""
        return self._listed.get(name)

    def find(self, name: str) -> list[Deployment]:
        """Return those of a name or glob, in the order of the listings.

        Raises:
            DiscoveryError: There is none.
        """
        known = [one for one in self._listed.values() if self._recorded is None or one.id in self._recorded]
        if is_glob(name):
            found = [one for one in known if fnmatchcase(one.id, name)]
        else:
            found = [one for one in known if one.id == name] or self._unlisted(name)
        if not found:
            raise DiscoveryError(self._missing(name, [one.id for one in known]))
        return found

    def _unlisted(self, name: str) -> list[Deployment]:
        if self._recorded is not None and name not in self._recorded:
            return []
        for recipe, kind in (("deployment_alone", MODEL), ("home", APPLICATION)):
            candidate = self._deployment(name, kind, {})
            exchange = self._exchange(recipe, candidate)
            if exchange and exchange.status == HTTPStatus.FORBIDDEN:
                return [replace(candidate, listed=False, forbidden=True)]
            document = exchange.json_object if exchange and exchange.status == HTTPStatus.OK else None
            if document is not None and document.get("id") == name:
                return [Deployment(name, kind, document, candidate.profile, listed=False)]
        if name in self._undescribed:
            return [Deployment(name, APPLICATION, {}, self._profiles.get(name), listed=False)]
        return []

    def _missing(self, name: str, known: list[str]) -> str:
        if is_glob(name):
            missing = f"no deployment fits {name}"
        elif self._recorded is None:
            missing = f"there is no deployment {name} (404)"
        else:
            missing = f"the set has no deployment {name}"
        meant = did_you_mean(close_to(name, known, likeness=0.5))
        if meant:
            return f"{missing}{meant}{self._problem}"
        names = ", ".join(known[:_SHOWN_NAMES]) + (", ..." if len(known) > _SHOWN_NAMES else "")
        return f"{missing}; there are {names or 'none'}{self._problem}"

    def _deployment(self, name: str, kind: str, element: dict[str, Any]) -> Deployment:
        return Deployment(name, kind, element, self._profiles.get(name))

    def _elements(self, recipe: str) -> tuple[Any, ...]:
        exchange = self._exchange(recipe, None)
        if exchange is None:
            return ()
        listing = read_listing(exchange)
        if listing is None:
            self._problem = self._problem or f" ({exchange.request.path} is not a list: {exchange.excerpt})"
        return listing.elements if listing else ()

    def _exchange(self, recipe: str, deployment: Deployment | None) -> Exchange | None:
        try:
            exchange = self._resolver.value(recipe, deployment)
        except UndecidedError as error:
            self._problem = self._problem or f" ({error})"
            return None
        return exchange if isinstance(exchange, Exchange) else None


def is_glob(name: str) -> bool:
    """Tell whether a name is meant as a glob."""
    return any(character in name for character in "*?[")
