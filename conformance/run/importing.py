"""`dial-conformance import`: put what pytest-recording recorded of a DIAL into a set, without asking anybody."""

from __future__ import annotations

import os
import re
from argparse import Namespace
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from glob import escape
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from conformance.contract.exchange import API_KEY, InvalidJsonError, excerpt, parse_json
from conformance.contract.profile import PROFILES
from conformance.contract.verdict import ExitCode
from conformance.dial.every_exchange import EveryExchange
from conformance.run.command import Command, answer, complain
from conformance.run.control import DiscoveryError
from conformance.run.reading_settings import read_settings
from conformance.run.registry import all_requirements
from conformance.run.run import UNUSABLE, Run
from conformance.run.settings import Settings
from conformance.run.source import Connections
from conformance.wire.blocking import blocked
from conformance.wire.cassettes.file import MalformedCassetteError, read_cassette
from conformance.wire.cassettes.folder import META, Meta, read_meta
from conformance.wire.cassettes.interactions import ImportTransport, Interaction, read_interactions
from conformance.wire.clock import SystemClock
from conformance.wire.redaction import Redaction
from conformance.wire.transport import Transport

_SHOWN = 20
_LISTINGS = ("/openai/deployments", "/openai/models", "/openai/applications")
_DEPLOYMENT = (*(f"{one}/" for one in _LISTINGS), "/v1/deployments/")


class NothingImportedError(ValueError):
    """The set is as it was before; the message says why."""


class _Recorded(SystemClock):
    """Nobody waits: what comes next was recorded long ago."""

    def sleep(self, seconds: float) -> None:
        """Go on at once."""


def main(arguments: Sequence[str], program: str = "dial-conformance import") -> int:
    """Import cassettes.

    Args:
        arguments: The command line after `import`.
        program: How it is called.

    Returns:
        0 if something was imported, 4 if not.
    """
    given = _command(program).parse_args(arguments)
    try:
        settings = read_settings(_options(given), os.environ, Path.cwd())
        old = read_meta(settings.cassettes) if (settings.cassettes / META).is_file() else None
        interactions, left_out = read_interactions(given.cassettes, [settings.url or ""], settings.credentials)
        with blocked():
            lines = [*_imported(settings, old, interactions), *(f"not imported: {one}" for one in left_out)]
    except (NothingImportedError, *UNUSABLE) as error:
        return complain(f"nothing was imported: {error}")
    except OSError as error:
        return complain(f"nothing was imported: {error.filename} cannot be read: {error.strerror or error}")
    except KeyboardInterrupt:
        complain("interrupted: nothing was imported")
        return ExitCode.INTERRUPTED
    redaction = Redaction(settings.credentials, settings.url)
    more = len(lines) - 1 - _SHOWN
    if more > 0:
        lines[1 + _SHOWN :] = [f"not imported: {more} more"]
    answer("".join(f"{excerpt(redaction.hide_secrets(line))}\n" for line in lines))
    return ExitCode.PASSED


def _command(program: str) -> Command:
    command = Command(
        prog=program,
        description="Put what pytest-recording recorded of a DIAL into a cassette set. DIAL_URL and DIAL_API_KEY tell"
        " which DIAL that was, and which key must not get into the set. Nobody is asked.",
    )
    command.add_argument(
        "cassettes", nargs="+", type=Path, metavar="CASSETTE", help="read this file of vcrpy or pytest-recording"
    )
    command.add_argument(
        "--cassettes", dest="set", required=True, metavar="DIR", help="put the answers into this set; it may be new"
    )
    command.add_argument(
        "--checks", action="append", metavar="DIR", help="also what own checks ask: a folder, or an installed package"
    )
    for profile in PROFILES:
        command.add_argument(
            profile.flag,
            metavar="NAME",
            help=f"say which deployment is a configurable {profile.name} (variable: {profile.variable})",
        )
    return command


def _options(given: Namespace) -> Namespace:
    named = [one.flag.removeprefix("--").replace("-", "_") for one in PROFILES]
    return Namespace(
        **{name: getattr(given, name) for name in named},
        live=True,
        checks=given.checks,
        cassettes=given.set,
        record_mode="new_episodes",
        jobs="1",
        deadline="0",  # what was an outage then is not asked again
        thorough=True,
        keep_going=True,
        allow_suspension=True,
    )


def _imported(settings: Settings, old: Meta | None, interactions: Sequence[Interaction]) -> Iterator[str]:
    """Make a run of which each answer comes from the interactions, and tell what came of it.

    Raises:
        ValueError: One of `UNUSABLE`, or nothing was imported; the set is as it was.
    """
    dials: list[ImportTransport] = []
    known = {"_instance", *old.deployments} if old else set()

    def connect(settings: Settings, redaction: Redaction) -> Transport:
        del settings  # they tell where a DIAL is that is asked
        dials.append(ImportTransport(interactions, redaction, lambda name: unquote(name.partition("/")[0]) in known))
        return dials[0]

    run = Run(replace(settings, **_about(settings, old, interactions)), Connections(live=connect), _Recorded())
    complete = False
    try:
        planned = [
            one for requirement in all_requirements(settings.checks).values() for one in run.checks_of(requirement)
        ]
        run.ask(planned)
        complete = any(one.used for one in interactions)
    except DiscoveryError as error:
        missing = [f"{one.method} {one.path}" for one in dials[0].missing[:1]]
        raise NothingImportedError(
            f"no cassette has {missing[0]}: record that too" if missing else str(error)
        ) from None
    finally:
        problem = run.finish(complete=complete, whole=False)
    used = sum(one.used for one in interactions)
    if not used:
        raise NothingImportedError(f"none of {len(interactions)} interactions is what the suite asks")
    if problem is not None:
        raise NothingImportedError(f"{problem}; {settings.cassettes} is as it was before")
    yield f"imported {used} of {len(interactions)} interactions into {settings.cassettes}"
    asked = run.resolver.exchanges.answered
    for one in interactions:
        if not one.used:
            yield f"not imported: {one.place}: {one.request.method} {one.request.path}: {_why_not(one, asked)}"


def _why_not(one: Interaction, asked: EveryExchange) -> str:
    if one.problem is not None:
        return one.problem
    if not one.signed:
        return f'no request of the file has credentials: record it with filter_headers=[("api-key", "{API_KEY}")]'
    if any(one.answers(exchange.request) for exchange in asked.exchanges if exchange.request.path == one.request.path):
        return "the set has an answer to it"
    return "the suite does not ask that"


def _about(settings: Settings, old: Meta | None, interactions: Sequence[Interaction]) -> dict[str, Any]:
    """Tell which deployments the run is about: those that are listed and were asked."""
    asked = {
        unquote(re.split(r"[/?]", one.request.path.removeprefix(prefix))[0])
        for one in interactions
        for prefix in _DEPLOYMENT
        if one.request.path.startswith(prefix)
    }
    bodies = [one.content or b"" for one in interactions if one.request.path in _LISTINGS]
    if old is not None:
        for name in ("listing", "models", "applications"):
            with suppress(OSError, MalformedCassetteError):
                bodies.append(read_cassette(settings.cassettes / "_instance" / f"{name}.yaml", name).answer.body)
    names = [name for name in dict.fromkeys(_listed(bodies)) if name in asked]
    # as globs, so that the run begins with the listing, and not with one of the deployments
    globs = tuple(f"[{name[0]}]{escape(name[1:])}" for name in names)
    fields = [one.field for one in PROFILES]
    named = {name: getattr(settings, name) or (getattr(old, name) if old else None) for name in fields}
    return {"deployments": globs, **named}


def _listed(bodies: Iterable[bytes]) -> Iterator[str]:
    for body in bodies:
        with suppress(InvalidJsonError):
            document = parse_json(body)
            elements = document.get("data") if isinstance(document, dict) else None
            for one in elements if isinstance(elements, list) else ():
                if isinstance(one, dict) and isinstance(one.get("id"), str) and one["id"]:
                    yield one["id"]
