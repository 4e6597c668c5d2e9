"""Decides what captured traffic shows, without asking anybody: the checks of a run, on exchanges of somebody else.

Two looks at the same traffic, because most of it is not what the suite asks:

* **What equals a request of the suite** (method, path, body, and headers but for those that each client adds) answers
  it, as a cassette does in a replay. All requirements are planned; all else is "not seen". Requirements about every
  answer look at all exchanges with the DIAL, whoever asked for what.
* **Any other completion that was answered with 200**, as a block or as a stream, is judged by itself: by the
  requirements whose sentence speaks of that one answer, whatever the prompt was (`OF_A_BLOCK`, `OF_A_STREAM`). A
  sentence about the request (CHAT-01: it is accepted), about two answers, or about the configuration is not among
  them: other requests may well be answered otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from http import HTTPStatus
from typing import Any, Final, NamedTuple
from urllib.parse import unquote

from conformance.contract.case import ABSENT_CASE, Case, file_label
from conformance.contract.deployment import Deployment
from conformance.contract.exchange import Exchange, InvalidJsonError, parse_json, printable
from conformance.contract.recipe import Node
from conformance.contract.result import Result
from conformance.contract.verdict import Verdict
from conformance.dial.completion import deployment_asked
from conformance.dial.version import version_told
from conformance.run.exchanges import Exchanges
from conformance.run.memory import Memory
from conformance.run.planned_checks import PlannedCheck
from conformance.run.registry import all_requirements
from conformance.run.run import Run
from conformance.run.settings import Settings
from conformance.run.source import Connections
from conformance.wire.cassettes.interactions import Interaction
from conformance.wire.traffic.meta import MetaOfTraffic
from conformance.wire.traffic.reading import Traffic
from conformance.wire.traffic.transport import NothingTransport, TrafficTransport

OF_A_BLOCK: Final = (
    *("ATT-01", "ATT-02", "ATT-03", "ATT-04", "ATT-05", "ATT-06", "ATT-07", "ATT-08", "ATT-10", "ATT-11", "ATT-13"),
    *("CHAT-02", "CHAT-03", "CHAT-04", "CHAT-32", "CHAT-34", "CHAT-37"),
)
"""What is decided by one completion as a block, whatever was asked."""
OF_A_STREAM: Final = (
    *("STRM-01", "STRM-02", "STRM-03", "STRM-04", "STRM-05", "STRM-09", "STRM-10", "STRM-11", "STRM-12", "STRM-18"),
)
"""What is decided by one stream, whatever was asked. STRM-07 is not: ordinary clients do not ask for the usage."""
MOST_COMPLETIONS: Final = 500
"""So many completions are looked at by themselves."""
_MOST_LISTED: Final = 50
_LISTINGS: Final = ("/openai/deployments", "/openai/models", "/openai/applications")
_OF_A_DEPLOYMENT: Final = re.compile(
    r"/(?:openai/(?:deployments|models|applications)|v1/deployments)/(?P<id>[^?]+?)"
    r"(?:/chat/.*|/configuration|/limits|/tokenize|/truncate_prompt)?(?:\?.*)?$"
)


class Judged(NamedTuple):
    """What came out.

    Attributes:
        run: The run, which is over.
        results: The results; of what was not seen, one for each requirement and deployment.
        seen: How many exchanges with the DIAL an answer is known of.
        unreadable: Exchanges of which nothing can be said, a line each.
        notes: What else the reader should know.
        completions: How many completions were looked at by themselves.
    """

    run: Run
    results: Sequence[Result]
    seen: int
    unreadable: Sequence[str]
    notes: Sequence[str]
    completions: int


def judge(
    traffic: Traffic,
    *,
    core_version: str | None = None,
    contract: str | None = None,
    profiles: Mapping[str, str | None] | None = None,
) -> Judged:
    """Decide what traffic shows.

    Args:
        traffic: The exchanges.
        core_version: The Core's version, whatever the traffic says; or None.
        contract: The contract that is gone by: a name or a file; None for the newest that is frozen.
        profiles: The deployments that are image models, by the field of the profile.

    Raises:
        ValueError: One of `UNUSABLE` (run.py): a deployment that is named as an image model is not in it.
    """
    named = {name: one for name, one in (profiles or {}).items() if one is not None}
    meta = _meta(traffic, named)
    transport = TrafficTransport(traffic)
    core_version = core_version or _version_seen(traffic)
    given: dict[str, Any] = {
        "core_version": core_version,
        "contract": contract,
        "keep_going": True,
        "allow_suspension": True,
        **named,
    }
    settings = Settings(opt_ins=frozenset({"--thorough"}), deployments=meta.deployments, **given)
    connections = Connections(replay=lambda _settings, _meta: transport, meta=lambda _folder: meta)
    run = Run(settings, connections, traced=True)
    planned = [one for requirement in all_requirements().values() for one in run.checks_of(requirement)]
    run.ask(planned)
    matched = set(range(len(traffic.interactions))) - set(transport.unused)
    unreadable, others = [], []
    for number in transport.unused:
        one = traffic.interactions[number]
        exchange = traffic.exchange(_name(number, one), one)
        if exchange is None:
            unreadable.append(f"{one.place}: {one.request.target}: {one.problem}")
        else:
            run.resolver.exchanges.see(exchange)
            others.append((one.place, exchange))
    results = [run.decider.decide(one) for one in planned]
    completions = [(place, one) for place, one in others if _is_answered_completion(one)]
    for place, exchange in completions[:MOST_COMPLETIONS]:
        results += _of_one_completion(run, traffic, place, exchange)
    notes = []
    if len(completions) > MOST_COMPLETIONS:
        notes.append(f"{len(completions) - MOST_COMPLETIONS} more completions were not looked at by themselves")
    run.finish(complete=True, whole=False)
    looked_at = min(len(completions), MOST_COMPLETIONS)
    return Judged(
        run,
        list(_without_repetition(results, _without_schema(run), _without_description(run))),
        len(matched) + len(others),
        unreadable,
        notes,
        looked_at,
    )


def _meta(traffic: Traffic, named: dict[str, str]) -> MetaOfTraffic:
    asked = dict.fromkeys(path for one in traffic.interactions if (path := _deployment_of(one)) is not None)
    listed = {Deployment(one).path: one for one in dict.fromkeys(_listed(traffic))}
    completed = dict.fromkeys(
        path
        for one in traffic.interactions
        if one.status == HTTPStatus.OK and (path := deployment_asked(one.request)) is not None
    )
    names = [listed.get(path, path) for path in asked if path in listed or path in completed]
    if not names:
        names = list(listed.values())[:_MOST_LISTED]
    names += [one for one in named.values() if one not in names]
    return MetaOfTraffic(
        core="unknown",
        recorded="",
        suite="",
        credentials="token" if traffic.bearer else "key",
        other_key=False,
        deployments=tuple(names),
        dalle3=named.get("dalle3"),
        gpt_image_1=named.get("gpt_image_1"),
        representative=None,
        undescribed=tuple(one for one in names if Deployment(one).path in completed),
    )


def _version_seen(traffic: Traffic) -> str | None:
    """Return what `GET /version` was answered with, whoever asked: it is open to all, and clients send their key."""
    for number, one in enumerate(traffic.interactions):
        if (one.request.method, one.request.path, one.status) == ("GET", "/version", HTTPStatus.OK):
            exchange = traffic.exchange(_name(number, one), one)
            told = None if exchange is None else version_told(exchange.text)
            if told is not None:
                return told
    return None


def _deployment_of(one: Interaction) -> str | None:
    asked = deployment_asked(one.request)
    if asked is not None:
        return asked
    found = _OF_A_DEPLOYMENT.match(one.request.path)
    return found["id"] if found and one.status == HTTPStatus.OK else None


def _listed(traffic: Traffic) -> Iterator[str]:
    for number, one in enumerate(traffic.interactions):
        if one.request.path not in _LISTINGS or one.status != HTTPStatus.OK:
            continue
        exchange = traffic.exchange(_name(number, one), one)
        try:
            document = parse_json(exchange.answer.body if exchange is not None else b"")
        except InvalidJsonError:
            continue
        elements = document.get("data") if isinstance(document, dict) else None
        for element in elements if isinstance(elements, list) else ():
            if isinstance(element, dict) and isinstance(element.get("id"), str) and element["id"]:
                yield element["id"]


def _name(number: int, one: Interaction) -> str:
    """Name an exchange that nobody planned: in the folder of its deployment, as all of these are."""
    asked = deployment_asked(one.request)
    folder = "_instance" if asked is None else file_label(unquote(asked))
    return f"{folder}/seen.{number + 1}"


def _is_answered_completion(exchange: Exchange) -> bool:
    """Tell whether a completion was asked as clients usually do, for one choice, and answered with 200."""
    sent = _sent(exchange)
    wanted = sent is not None and sent.get("n") in (None, 1) and isinstance(sent.get("messages"), list)
    return wanted and exchange.status == HTTPStatus.OK and deployment_asked(exchange.request) is not None


def _sent(exchange: Exchange) -> dict[str, Any] | None:
    try:
        document = parse_json(exchange.request.body)
    except InvalidJsonError:
        return None
    return document if isinstance(document, dict) else None


def _of_one_completion(run: Run, traffic: Traffic, place: str, exchange: Exchange) -> Iterator[Result]:
    """Judge one completion as if the suite had asked for it; nothing else is known there but the schema."""
    path = deployment_asked(exchange.request)
    deployment = next((one for one in run.discovered.deployments if one.path == path), None)
    sent = _sent(exchange)
    if deployment is None or sent is None:
        return
    streamed = sent.get("stream") is True
    case: Case | None = None if streamed else ABSENT_CASE
    exchanges = Exchanges(NothingTransport(), traffic.redaction, run.admission, bearer=traffic.bearer)
    resolver = replace(run.resolver, exchanges=exchanges, memory=Memory(), left_out={})
    node = resolver.nodes.node("streamed" if streamed else "accepted", deployment, case)
    exchanges.see(replace(exchange, name=node.name))
    answered = exchanges.answered.named(node.name)
    resolver.memory.once(node, lambda: answered)
    configuration = Node("configuration", deployment)
    if run.resolver.known(configuration):
        known = run.resolver.value("configuration", deployment)
        resolver.memory.once(configuration, lambda: known)
    decider = replace(run.decider, resolver=resolver, early={})
    for name in OF_A_STREAM if streamed else OF_A_BLOCK:
        requirement = run.bound(all_requirements()[name])
        if requirement is None:
            continue
        result = decider.decide(PlannedCheck(requirement, deployment, case, run.book.cost(requirement.dependencies)))
        names = tuple(exchange.name if one == node.name else one for one in result.exchanges)
        yield replace(result, case=place, exchanges=names)


def _without_description(run: Run) -> frozenset[str]:
    """Return the deployments that no listing in the traffic has; what is read from a listing is not seen there."""
    return frozenset(printable(one.id) for one in run.discovered.deployments if not one.listed)


def _without_schema(run: Run) -> frozenset[str]:
    """Return the deployments that claim a schema which the traffic does not have; no case is made without it."""
    claiming = (one for one in run.discovered.deployments if one.configurable)
    return frozenset(printable(one.id) for one in claiming if not run.resolver.known(Node("configuration", one)))


def _without_repetition(
    results: Iterable[Result], without_schema: frozenset[str], without_description: frozenset[str]
) -> Iterator[Result]:
    """Leave out what says nothing: of what was not decided, one of each requirement and deployment is enough."""
    results = list(results)
    decided = {(one.requirement, one.deployment) for one in results if one.verdict in _SAYS_SOMETHING}
    told = set()
    for one in results:
        place = (one.requirement, one.deployment)
        if one.verdict in _SAYS_SOMETHING:
            yield one
        elif place not in decided and place not in told:
            told.add(place)
            yield _as_not_seen(one, without_schema, without_description)


_SAYS_SOMETHING: Final = (Verdict.PASSED, Verdict.VIOLATED, Verdict.ADVISORY, Verdict.HARNESS_ERROR)


def _as_not_seen(result: Result, without_schema: frozenset[str], without_description: frozenset[str]) -> Result:
    """Call what rests on an answer that the traffic does not have "not recorded", as in a replay."""
    because = result.reason if result.verdict is Verdict.COULD_NOT_RUN else ""
    if (
        result.verdict in (Verdict.NOT_RECORDED, Verdict.NOT_ASKED)
        or "not seen" in result.reason
        or (because.startswith("CONF-01:") and result.deployment in without_schema)
        or (because.startswith("LIST-") and result.deployment in without_description)
    ):
        return replace(result, verdict=Verdict.NOT_RECORDED, reason="not seen", exchanges=())
    return result
