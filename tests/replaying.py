"""A whole run of the suite in this process: the recorded answers of a set, some of them changed, and its verdicts."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path

from conformance.contract.exchange import Answer, Exchange, Request
from conformance.contract.frozen_contract import NEXT
from conformance.contract.recipe import KEY_VARIANTS, THOROUGH, WRITES
from conformance.contract.recipe_book import RecipeBook
from conformance.contract.result import Result
from conformance.contract.verdict import Verdict
from conformance.recipes.requests import ORIGIN
from conformance.run.caller import Caller
from conformance.run.registry import all_requirements, recipe_book
from conformance.run.run import Run
from conformance.run.settings import Settings
from conformance.run.source import Connections
from conformance.standin.proof.affected import looking_at
from conformance.wire.cassettes.file import read_cassette
from conformance.wire.cassettes.folder import read_meta
from conformance.wire.transport import NoAnswerError, Trouble

SET = Path(__file__).parents[1] / "cassettes" / "dial-core-0.25"

UNBROKEN = {"dall-e-3": frozenset({"CHAT-10", "CHAT-13", "STRM-05"})}
"""What the recorded answers break as they are: this adapter answers a text as custom_fields with 500, takes a null that
its schema forbids, and streams attachments without an index."""

UNBROKEN_IF_THOROUGH = {
    "dall-e-3": UNBROKEN["dall-e-3"] | {"CHAT-12", "CHAT-26", "CHAT-28"},
    "search": frozenset({"CHAT-13"}),
}
"""What they break in a thorough run: the adapter refuses keys that its schema allows, passes on its upstream's headers,
and lets the configuration replace the prompt; `search` takes `[]` for an empty configuration."""

EVERYTHING = frozenset({str(THOROUGH), str(WRITES), str(KEY_VARIANTS)})
"""The options with which everything is asked that a set can have."""

OF_CLIENTS = {
    "openai_completion": "accepted",
    "openai_stream": "streamed",
    "openai_refusal": "refused",
    "dial_completion": "accepted",
}
"""Which recipe asks the same as an official client: clients are for live runs, so the set has no answers to them."""

NEVER_CAPTURED = {
    "ordinary": "accepted",
    "with_tools.block": "accepted",
    "with_tools.stream": "streamed",
    "with_usage_in_stream": "streamed",
    **dict.fromkeys(
        (
            "with_seed",
            "with_system_message",
            "with_temperature",
            "with_content_parts",
            "with_token_limit",
            "with_small_prompt",
            "with_sample_attached",
        ),
        "accepted",
    ),
    "deployments_of_interface": "all_deployments",
    "uploaded_sample": "uploaded",
    "deleted_sample": "deleted",
}
"""What a set may have no answer to, because nobody captured it, and which recipe of the set is answered alike: a
deployment that does not know a field ignores it."""

DECIDES_THE_PLAN = frozenset(
    {"deployment_alone", "home", "listing", "models", "applications", "version", "configuration", "limits"}
)
"""What is asked before there is a plan, or decides with what it goes on."""

Change = Callable[[Answer], Answer]
Recorded = Mapping[str, Exchange]


@dataclass(frozen=True)
class Place:
    """Where answers are changed.

    Attributes:
        change: How.
        exchanges: Names of recipes (all their cases), or globs of `recipe.case`.
    """

    change: Change
    exchanges: tuple[str, ...]

    def has(self, name: str) -> bool:
        """Tell whether the exchange of that name is changed."""
        asked = name.partition("/")[2]
        recipe = asked.partition(".")[0]
        return any(one == recipe or fnmatchcase(asked, one) for one in self.exchanges)


class ChangedDial:
    """Answers as recorded, but for what was changed.

    It goes by the name of an exchange: a request that looks different because of a change (the image of another url)
    is answered like the recorded one.
    """

    def __init__(self, recorded: Recorded, places: Sequence[Place] = ()) -> None:
        self._recorded = recorded
        self._places = places
        self._changed: set[int] = set()

    @property
    def unchanged(self) -> list[tuple[str, ...]]:
        """The places where nothing was asked, so that nothing was changed."""
        return [one.exchanges for position, one in enumerate(self._places) if position not in self._changed]

    def send(
        self,
        name: str,
        request: Request,
        answers: frozenset[int] = frozenset(),  # noqa: ARG002 - of `Transport`
        **_: bool,
    ) -> Exchange:
        """Return the recorded answer, changed where it is to be."""
        source = self._source(name, request)
        if source not in self._recorded:
            raise NoAnswerError(Trouble.NO_CASSETTE, name)
        answer = self._recorded[source].answer
        for position, place in enumerate(self._places):
            if place.has(name) or place.has(source):
                answer = place.change(answer)
                self._changed.add(position)
        return Exchange(name, request, answer)

    def close(self) -> None:
        """Nothing is open."""

    def changed_recipes(self, book: RecipeBook) -> frozenset[str]:
        """The recipes whose answers are changed, and those that are answered like these."""
        globs = [one.partition(".")[0] for place in self._places for one in place.exchanges]
        found = {name for name in book if any(fnmatchcase(name, one) for one in globs)}
        alike = {**OF_CLIENTS, **NEVER_CAPTURED, "accepted_alone": "accepted"}
        return frozenset(found | {name.partition(".")[0] for name, source in alike.items() if source in found})

    def _source(self, name: str, request: Request) -> str:
        """Return under which name the set has the answer: a client's request is answered like the same plain one.

        The parts of a combination, which are asked only if it is refused, are answered like a request without any.
        """
        folder, _, recipe = name.partition("/")
        if recipe.startswith("accepted_alone."):
            return f"{folder}/accepted.absent"
        if name not in self._recorded and (found := self._like(folder, recipe, request)) is not None:
            return found
        if recipe not in OF_CLIENTS:
            return name
        alike = [one for one in self._recorded if one.startswith(f"{folder}/{OF_CLIENTS[recipe]}")]
        return next((one for one in alike if _body(self._recorded[one].request) == _body(request)), name)

    def _like(self, folder: str, recipe: str, request: Request) -> str | None:
        """Return the answer to a request that is answered like one that the set has, or None."""
        alike = NEVER_CAPTURED.get(recipe) or NEVER_CAPTURED.get(recipe.partition(".")[0])
        if alike is None:
            return None
        asked = _configuration(request)
        same = (one for one in self._recorded if one.startswith(f"{folder}/{alike}.") and asked is not None)
        if (
            one := next((one for one in same if _configuration(self._recorded[one].request) == asked), None)
        ) is not None:
            return one
        places = (folder, "_instance")
        candidates = [f"{folder}/accepted.absent", *(f"{place}/{alike}" for place in places)]
        found = next((one for one in candidates if alike in one and one in self._recorded), None)
        return found or next((one for one in self._recorded if one.startswith(f"{folder}/{alike}.")), None)


def _body(request: Request) -> object:
    return {"stream": False} | json.loads(request.body)  # aidial-client says that it wants no stream


def _configuration(request: Request) -> object:
    """Return the configuration that a completion asks with, None without one."""
    try:
        return (json.loads(request.body).get("custom_fields") or {}).get("configuration")
    except (AttributeError, ValueError):
        return None


@cache
def read_set(folder: Path = SET) -> Recorded:
    """Read all exchanges of a set by name, once."""
    found: dict[str, Exchange] = {}
    for path in sorted(folder.glob("*/*.yaml")):
        name = path.relative_to(folder).with_suffix("").as_posix()
        found[name] = read_cassette(path, name)
    return found


def results(
    dial: ChangedDial,
    deployment: str,
    requirements: Sequence[str] = (),
    folder: Path = SET,
    opt_ins: frozenset[str] = frozenset(),
) -> list[Result]:
    """Decide all requirements (or some) for one deployment and for the DIAL."""
    settings = Settings(
        cassettes=folder,
        deployments=(deployment,),
        requirements=tuple(requirements),
        opt_ins=opt_ins,
        origin=ORIGIN if KEY_VARIANTS in opt_ins else None,
        contract=NEXT,
    )
    # clients are answered too, see `OF_CLIENTS`
    caller = replace(Caller.of(settings, read_meta(folder)), replays=False)
    run = Run(settings, Connections(replay=lambda _settings, _meta: dial), caller=caller)
    wanted = [one for one in all_requirements().values() if run.selected(one)]
    planned = [check for one in wanted for check in run.checks_of(one)]
    run.ask(planned)
    return [run.decider.decide(check) for check in planned]


def results_of_change(dial: ChangedDial, deployment: str, opt_ins: frozenset[str] = frozenset()) -> list[Result]:
    """Decide what looks at a changed answer, or at every answer; what is left out looks at recorded answers alone.

    All is decided where the plan itself may change. Some changes are decided in whole runs, too, by
    `test_a_change_is_seen_by_who_looks_at_it_alone`.
    """
    changed = dial.changed_recipes(recipe_book())
    wanted = () if changed & DECIDES_THE_PLAN else looking_at(changed, recipe_book())
    return results(dial, deployment, wanted, opt_ins=opt_ins)


def accused(found: Sequence[Result]) -> set[str]:
    """Return the ids of the requirements that do not hold, MUST and SHOULD alike."""
    return {one.requirement for one in found if one.verdict in (Verdict.VIOLATED, Verdict.ADVISORY)}


def unbroken(deployment: str, opt_ins: frozenset[str] = frozenset()) -> frozenset[str]:
    """Return the ids of the requirements that do not hold in the recorded answers as they are."""
    return (UNBROKEN_IF_THOROUGH if THOROUGH in opt_ins else UNBROKEN).get(deployment, frozenset())


def harness_errors(found: Sequence[Result]) -> list[str]:
    """Return what went wrong in the suite itself."""
    return [
        f"{one.requirement} {one.case or ''}: {one.reason}" for one in found if one.verdict is Verdict.HARNESS_ERROR
    ]
