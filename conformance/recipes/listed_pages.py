"""The own page of each deployment that is listed, and the listings of one interface."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from http import HTTPStatus
from typing import Final

from conformance.contract.case import Case
from conformance.contract.deployment import APPLICATION, MODEL, Deployment
from conformance.contract.exchange import Exchange, Request
from conformance.contract.recipe import Node, facts, recipe
from conformance.contract.verdict import NotClaimedError
from conformance.dial.every_exchange import EveryExchange
from conformance.dial.interface import NAMES, flag_of_chat, serves
from conformance.dial.listing import Descriptions, Listing
from conformance.recipes.listing import NO_ROUTE
from conformance.recipes.requests import get

MOST_PAGES: Final = 50
"""Of more deployments, only the pages of a sample are asked, in each run the same."""


@facts
def listed_deployments(listed_models: Listing, listed_applications: Listing) -> tuple[Deployment, ...]:
    """All deployments that are listed, models first, each once."""
    found = [Deployment(one, MODEL) for one in listed_models.ids]
    found += [Deployment(one, APPLICATION) for one in listed_applications.ids]
    return tuple(dict.fromkeys(found))


def listed_page_cases(listed_deployments: tuple[Deployment, ...]) -> Sequence[Case]:
    """Give each listed deployment, or a sample of them."""
    if not listed_deployments:
        raise NotClaimedError("nothing is listed")
    by_hash = sorted(listed_deployments, key=lambda one: hashlib.sha256(one.home.encode()).hexdigest())
    chosen = frozenset(by_hash[:MOST_PAGES])
    return [Case(f"{one.kind} {one.id}", one) for one in listed_deployments if one in chosen]


@recipe(for_each=listed_page_cases)
def listed_page(case: Case) -> Request:
    """The own page of a deployment that is listed."""
    listed: Deployment = case.value
    return get(listed.home)


@facts
def page_of_listed(listed_page: Exchange, case: Case, every_exchange: EveryExchange) -> Exchange:
    """The own page of a deployment that is listed, unless LIST-07 says what is wrong with it, or with all of them."""
    home = every_exchange.named(Node("home", case.value).name)
    if home is not None and not is_page_of(home, case.value):
        raise NotClaimedError("it is under test, and LIST-07 speaks of this page")
    if _all_are_wrong(case.value, every_exchange):
        raise NotClaimedError(f"no page of a {case.value.kind} is one, and LIST-07 speaks of those under test")
    return listed_page


def is_page_of(exchange: Exchange, deployment: Deployment) -> bool:
    """Tell whether an answer describes a deployment: 200 with its id."""
    return exchange.status == HTTPStatus.OK and (exchange.json_object or {}).get("id") == deployment.id


def _all_are_wrong(listed: Deployment, every_exchange: EveryExchange) -> bool:
    """Tell whether no page of that kind of deployment is one; those under test too, of the same kind or of another."""
    folder = "/".join(listed.home.split("/")[:3])
    homes, others = every_exchange.of_recipes("home"), every_exchange.of_recipes("listed_page")
    of_kind = [[one for one in those if one.request.path.startswith(f"{folder}/")] for those in (homes, others)]
    under_test = of_kind[0] or homes
    return bool(under_test) and not any(map(_is_page, (*under_test, *of_kind[1])))


def _is_page(exchange: Exchange) -> bool:
    return exchange.status == HTTPStatus.OK and isinstance((exchange.json_object or {}).get("id"), str)


@facts
def descriptions_of_interfaces(
    descriptions: Descriptions, listed: Listing, listed_models: Listing, listed_applications: Listing
) -> Descriptions:
    """What says of the deployment whether it answers chat completions, if this Core says it of any."""
    saying = Descriptions(
        one for one in descriptions if flag_of_chat(one.element) is not None or serves(one.element, "chat") is not None
    )
    if not saying:
        raise NotClaimedError("there is neither features.chat_completion nor interfaces")
    elements = (*listed.elements, *listed_models.elements, *listed_applications.elements)
    if any(flag_of_chat(one) for one in elements if isinstance(one, dict)):
        return saying
    of_interfaces = Descriptions(one for one in saying if flag_of_chat(one.element) is None)
    if not of_interfaces:
        raise NotClaimedError(
            "features.chat_completion is false for everything that is listed: this build of Core does not fill it"
            " (dial-api 16.9), so it denies nothing"
        )
    return of_interfaces


def interface_cases() -> Sequence[Case]:
    """Give the interfaces that a model or an application can have."""
    return [Case(name, name) for name in NAMES]


@recipe(for_each=interface_cases, answers=NO_ROUTE)
def deployments_of_interface(case: Case) -> Request:
    """Deployments of all kinds that serve an interface, in newer Cores."""
    return get(f"/v1/deployments?interface_type={case.value}")
