"""Which deployments are under test: the control request, the listings, and names that fit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus

from conformance.contract.deployment import Deployment
from conformance.contract.exchange import Exchange, printable
from conformance.contract.profile import profiles_of
from conformance.contract.recipe import Node
from conformance.contract.verdict import CouldNotRunError, UndecidedError
from conformance.dial.inference import infer_core
from conformance.dial.listing import read_listing
from conformance.dial.version import UNKNOWN, CoreVersion, version_told
from conformance.run.catalogue import Catalogue, is_glob
from conformance.run.control import DiscoveryError, control_request, not_a_dial
from conformance.run.resolver import Resolver
from conformance.run.settings import Settings
from conformance.run.shard import Shard
from conformance.wire.cassettes.folder import Meta
from conformance.wire.traffic.meta import MetaOfTraffic


@dataclass(frozen=True)
class Discovered:
    """What a run is about.

    Attributes:
        deployments: Those under test.
        representative: The one that is asked where any would do, or None.
        core: The Core's version.
        control: The control request of a live run, or None.
        note: Why there are no deployments, or only some of them; empty where all are under test.
    """

    deployments: tuple[Deployment, ...]
    representative: Deployment | None
    core: CoreVersion
    control: Exchange | None = None
    note: str = ""
    listed: frozenset[str] | None = None


def discover(
    resolver: Resolver,
    settings: Settings,
    meta: Meta | None,
    representative: str | None,
    ask_at_once: Callable[[Sequence[Node]], None],
) -> Discovered:
    """Find the deployments under test.

    Args:
        resolver: Asks.
        settings: What to look for.
        meta: What the set says of itself, in replay.
        representative: The representative of the set that is replayed or added to, if there is one.
        ask_at_once: Asks what does not depend on each other.

    Raises:
        DiscoveryError: Nothing answers like a DIAL, or a name fits no deployment.
    """
    profiles = {**(profiles_of(meta) if meta else {}), **settings.profiles}
    wanted = _wanted(settings, meta)
    control = None
    if meta is None:
        control = control_request(resolver, next((name for name in wanted if not is_glob(name)), None), settings)
    first = ("listing", "models", "applications", *_version_recipe(settings))
    ask_at_once([Node(name) for name in first])
    if control is not None:
        _refuse_one_answer_to_all(resolver, first)
    undescribed = meta.undescribed if isinstance(meta, MetaOfTraffic) else ()
    catalogue = Catalogue(resolver, profiles, meta.deployments if meta else None, frozenset(undescribed))
    deployments: dict[str, Deployment] = {}
    for name in wanted:
        for one in catalogue.find(name):
            deployments.setdefault(one.id, one)
    if deployments and all(one.forbidden for one in deployments.values()):
        raise DiscoveryError(f"the key may not use {', '.join(deployments)} (403)")
    everything = tuple(deployments.values())
    chosen: Sequence[Deployment] = everything
    if settings.shard is not None:
        of_the_whole = _representative(catalogue, everything, representative)
        chosen = settings.shard.part_of(everything, _by_id, None if of_the_whole is None else _by_id(of_the_whole))
    # each shard has its own representative: n shards that send refused requests to one deployment could suspend it. The
    # first, which decides what is the DIAL's, has that of a run without shards
    stands_for_all = _representative(catalogue, tuple(chosen) or everything, representative)
    core = _core(resolver, settings, meta, catalogue)
    note = _note(settings.shard, chosen, everything)
    return Discovered(tuple(chosen), stands_for_all, core, control, note, catalogue.names)


def _by_id(deployment: Deployment) -> str:
    return printable(deployment.id)  # as a report tells it, so that a merge can see whether shards fit together


def _note(shard: Shard | None, chosen: Sequence[Deployment], everything: Sequence[Deployment]) -> str:
    if not everything and (shard is None or shard.is_first):
        return "no deployment was named, so only the DIAL itself was checked: give --dial-deployment"
    if shard is None:
        return ""
    first = "" if shard.is_first else f"; what is the DIAL's is decided in shard {Shard(shard.count, 1)}"
    if not chosen:
        return f"shard {shard} has none of {len(everything)} deployments, so {_left(shard)} checked{first}"
    return f"shard {shard}: {len(chosen)} of {len(everything)} deployments were checked{first}"


def _left(shard: Shard) -> str:
    return "only the DIAL itself was" if shard.is_first else "nothing was"


def _version_recipe(settings: Settings) -> Sequence[str]:
    return [] if settings.core_version is not None else ["version"]


def _wanted(settings: Settings, meta: Meta | None) -> Sequence[str]:
    named = [*settings.profiles]
    named += [name for name in settings.deployments if name not in named]
    return list(meta.deployments) if meta and not named else named


def _refuse_one_answer_to_all(resolver: Resolver, recipes: Sequence[str]) -> None:
    """See that the listings and the version, which no DIAL answers alike, are not answered alike."""
    answers = [_answer(resolver, one) for one in recipes]
    if answers.count(answers[0]) < len(answers):
        return
    try:
        exchange = resolver.value(recipes[0])
    except CouldNotRunError as error:
        reason = str(error).partition(": ")[2]
        raise DiscoveryError(f"this does not answer like a DIAL: all of its listings fail: {reason}") from None
    listing = read_listing(exchange)
    if "version" not in recipes and listing is not None and not listing.elements:
        return  # a DIAL with nothing in it
    others = [resolver.value(one).request.path for one in recipes[1:]]
    raise DiscoveryError(f"{not_a_dial(exchange)}, and so did {', '.join(others)}")


def _answer(resolver: Resolver, recipe: str) -> object:
    """Return what an answer can be compared by: None if it failed; one that was not asked is like no other."""
    try:
        exchange = resolver.value(recipe)
    except CouldNotRunError:
        return None
    except UndecidedError:
        return object()
    return exchange.status, exchange.answer.body


def _representative(catalogue: Catalogue, chosen: tuple[Deployment, ...], recorded: str | None) -> Deployment | None:
    if recorded is not None:
        # it need not be under test: a run that named no deployment asked it all the same
        return catalogue.listed(recorded) or catalogue.find(recorded)[0]
    chosen = tuple(one for one in chosen if not one.forbidden)
    first_image_model = next((one for one in chosen if one.profile), None)
    # not the first that is listed: shards that see another order must come to the same
    return first_image_model or (min(chosen, key=_by_id) if chosen else catalogue.first())


def _core(resolver: Resolver, settings: Settings, meta: Meta | None, catalogue: Catalogue) -> CoreVersion:
    """Tell the Core's version: as given, else as it says, else as its listings look."""
    if settings.core_version is not None:
        return CoreVersion.exactly(settings.core_version)
    told = None
    with suppress(UndecidedError):
        exchange = resolver.value("version")
        told = version_told(exchange.text) if exchange.status == HTTPStatus.OK else None
    if told is not None:
        return CoreVersion.exactly(told)
    inferred = infer_core(catalogue.said)
    return inferred if inferred != UNKNOWN or meta is None else CoreVersion.exactly(meta.core)
