"""The command line of the stand-in."""

from __future__ import annotations

import argparse
import math
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final, Literal
from urllib.parse import urlsplit

from conformance.standin.asgi import application
from conformance.standin.defect import DALLE3, Defect, all_defects
from conformance.standin.deployment import Deployment
from conformance.standin.dial import KEYS, broken_by, late_by, sample_names, stand_in
from conformance.standin.profile import PROFILES
from conformance.standin.remote import Remote
from conformance.standin.serving import serve

_ENDPOINT: Final = "/openai/deployments/{name}/configuration"
"""Where an app of the aidial-sdk tells its schema."""
_COMPLETIONS: Final = "/chat/completions"
_SHORTEST_KEY: Final = 8
_HIGHEST_PORT: Final = 65535


def run(arguments: Sequence[str]) -> int:
    """Do what the command line says.

    Returns:
        0 when it was ended, 1 if it could not begin.
    """
    options = _parser().parse_args(arguments)
    if options.list_defects:
        sys.stdout.writelines(f"{line}\n" for line in _listed())
        return 0
    try:
        with tempfile.TemporaryDirectory(prefix="dial-standin-") as folder:
            _serve(options, Path(folder))
    except OSError as error:
        sys.stderr.write(f"ERROR: --port={options.port}: {error.strerror or error}: give another one, or 0 for any\n")
        return 1
    return 0


def _serve(options: argparse.Namespace, folder: Path) -> None:
    keys = tuple(options.key) or KEYS
    deployments = [_placed(one, options.configuration_endpoint, options.kind) for one in options.deployment]
    gateway = stand_in(options.profile, folder, keys, deployments)
    handler = broken_by(options.defect, gateway)
    if options.latency:
        handler = late_by(options.latency, handler)
    largest = PROFILES[options.profile].largest_upload
    names = [one.id for one in deployments] or sample_names()

    def ready(url: str) -> None:
        own = tuple(options.key)
        sys.stdout.writelines(f"{line}\n" for line in _greeting(url, options, names, own))
        sys.stdout.flush()

    serve(application(handler, largest), options.host, options.port, ready)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m conformance.standin",
        description="A local DIAL that answers like the real Core, with sample deployments behind it.",
        allow_abbrev=False,
    )
    add = parser.add_argument
    add("--port", type=_port, default=8080, help="0 for any that is free; 8080 by default")
    add("--host", default="127.0.0.1", help="where it listens; only on this machine by default")
    add("--profile", choices=PROFILES, default="0.25", help="which Core it answers like; 0.25 by default")
    add("--key", type=_key, action="append", default=[], help="the key of its project; a second one is another project")
    add(
        "--deployment",
        type=_deployment,
        action="append",
        default=[],
        metavar="NAME=URL",
        help="your own deployment, where it is served; repeatable. A sample of that name is replaced",
    )
    add(
        "--configuration-endpoint",
        nargs="?",
        const=_ENDPOINT,
        metavar="PATH",
        help=f"these deployments tell a schema, at that path of theirs; {_ENDPOINT} if none is given",
    )
    add(
        "--kind",
        choices=("application", "model"),
        default="application",
        help="what these deployments are listed as; application by default",
    )
    add(
        "--defect",
        type=_defect,
        action="append",
        default=[],
        metavar="NAME",
        help="break one requirement in that way; repeatable",
    )
    add("--list-defects", action="store_true", help="print all defects, with the requirement that each is made for")
    add("--latency", type=_seconds, default=0.0, metavar="SECONDS", help="wait that long before each answer")
    return parser


def _listed() -> Iterator[str]:
    defects = sorted(all_defects().values(), key=lambda one: (one.requirement, one.name))
    width = max(len(one.name) for one in defects)
    for one in defects:
        yield f"{one.requirement:<8} {one.name:<{width}}  {one.sentence}"


def _greeting(url: str, options: argparse.Namespace, names: Sequence[str], keys: Sequence[str]) -> Iterator[str]:
    version = PROFILES[options.profile].version
    defects = f", broken by {', '.join(one.name for one in options.defect)}" if options.defect else ""
    yield f"A stand-in for DIAL Core {version} answers at {url}{defects}. Ctrl-C ends it."
    yield f"Deployments: {', '.join(names)}"
    yield "To check it, in another terminal:"
    # keys that were given are not repeated: they may be real ones
    shown = [f"<key {number}>" for number, _ in enumerate(keys, 1)] or list(KEYS)
    variables = [f"DIAL_URL={url}", f"DIAL_API_KEY={shown[0]}"]
    variables += [f"DIAL_API_KEY_2={shown[1]}"] if len(shown) > 1 else []
    asked = [f"--{'dalle3' if name == DALLE3 else 'dial'}-deployment {name}" for name in names]
    yield f"  export {' '.join(variables)}"
    yield f"  dial-conformance --live {' '.join(asked)}"


def _placed(named: tuple[str, str], endpoint: str | None, kind: str) -> Deployment:
    name, url = named
    path = urlsplit(url).path
    chat_path = None
    if path.endswith(_COMPLETIONS):
        url, chat_path = url[: -len(path)], path
    endpoints = {"configuration": _path(endpoint, name)} if endpoint else {}
    listed: Literal["model", "application"] = "model" if kind == "model" else "application"
    return Deployment(name, listed, Remote(url), endpoints, completions=chat_path)


def _path(endpoint: str, name: str) -> str:
    """Return the path of an endpoint that may be given as a URL, as in the configuration of Core."""
    path = urlsplit(endpoint).path
    return path.replace("{name}", name)


def _port(value: str) -> int:
    if not value.isdecimal() or int(value) > _HIGHEST_PORT:
        raise argparse.ArgumentTypeError(f"{value} is no port: give a number up to {_HIGHEST_PORT}, or 0 for any")
    return int(value)


def _key(value: str) -> str:
    if len(value) < _SHORTEST_KEY or not value.isascii() or not value.isprintable() or " " in value:
        raise argparse.ArgumentTypeError(f"a key has at least {_SHORTEST_KEY} printable characters, and no space")
    return value


def _deployment(value: str) -> tuple[str, str]:
    name, _, url = value.partition("=")
    parts = urlsplit(url)
    if not name or "/" in name or parts.scheme not in {"http", "https"} or not parts.hostname:
        raise argparse.ArgumentTypeError(f"{value} is not NAME=URL: give one such as my-app=http://127.0.0.1:5000")
    return name, url


def _defect(value: str) -> Defect:
    if value not in all_defects():
        raise argparse.ArgumentTypeError(f"{value} is no defect: --list-defects prints them")
    return all_defects()[value]


def _seconds(value: str) -> float:
    try:
        seconds = float(value)
    except ValueError:
        seconds = math.nan
    if not 0 <= seconds < math.inf:
        raise argparse.ArgumentTypeError(f"{value} is no number of seconds")
    return seconds
