"""The command line of the stand-in."""

from __future__ import annotations

import argparse
import math
import re
import shlex
import shutil
import sys
import tempfile
from argparse import SUPPRESS
from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Final, NoReturn

from conformance.standin.core.asgi import application
from conformance.standin.core.deployment import ServedDeployment
from conformance.standin.core.own_deployments import (
    BESIDE_COMPLETIONS,
    deployment_at,
    is_name,
    why_not_a_url,
    with_faults_reported,
)
from conformance.standin.core.release import CORE_RELEASES
from conformance.standin.core.serving import Listening, ended_by_signals, listen, serve
from conformance.standin.defect import DALLE3, Defect, SampleAnswer, all_defects
from conformance.standin.dial import KEYS, UNWELL, broken_by, late_by, sample_names, stand_in
from conformance.standin.own_proof import own_proof

_SHORTEST_KEY: Final = 8
_HIGHEST_PORT: Final = 65535
_USAGE_ERROR: Final = 4


def run(arguments: Sequence[str], program: str = "python -m conformance.standin") -> int:
    """Do what the command line says.

    Args:
        arguments: The command line.
        program: How it is called.

    Returns:
        0 when it was ended, 1 if it could not begin. A wrong option ends it with 4.
    """
    parser = _parser(program)
    options = parser.parse_args(arguments)
    try:
        own = own_proof(options.checks)
        known = {**all_defects(), **own.defects}
        if options.list_defects:
            sys.stdout.writelines(f"{line}\n" for line in _listed(known.values()))
            return 0
        options.defect = [_defect(name, known) for name in options.defect]
        deployments = _deployments(options)
    except ValueError as error:
        parser.error(str(error))
    try:
        listening = listen(options.host, options.port)
    except OSError as error:
        where = f"--host={options.host} --port={options.port}"
        sys.stderr.write(f"ERROR: {where}: {error.strerror or error}: give another port, or 0 for any that is free\n")
        return 1
    with listening, ended_by_signals(), tempfile.TemporaryDirectory(prefix="dial-standin-") as folder:
        _serve(options, own.samples, deployments, listening, Path(folder))
    return 0


def _serve(
    options: argparse.Namespace,
    samples: Sequence[SampleAnswer],
    deployments: Sequence[ServedDeployment],
    listening: Listening,
    folder: Path,
) -> None:
    keys = tuple(options.key) or KEYS
    gateway = stand_in(options.core, folder, keys, deployments, all_samples=options.all_samples)
    handler = with_faults_reported(broken_by([*samples, *options.defect], gateway))
    if options.latency:
        handler = late_by(options.latency, handler)

    def ready(url: str) -> None:
        sys.stdout.writelines(f"{line}\n" for line in _greeting(url, options))
        sys.stdout.flush()

    serve(application(handler, CORE_RELEASES[options.core].largest_upload), options.host, listening, ready)


class _Parser(argparse.ArgumentParser):
    """Reads the command line; what is wrong with it is one line and the exit code 4, as of the suite's commands."""

    def error(self, message: str) -> NoReturn:
        """Complain, and say which option was probably meant.

        Raises:
            SystemExit: Always.
        """
        unknown = re.match(r"unrecognized arguments: (--[\w-]+)", message)
        meant = _meant(unknown[1], self._option_string_actions) if unknown else ""
        sys.stderr.write(f"ERROR: {' '.join(message.split())}{meant} (--help tells more)\n")
        sys.exit(_USAGE_ERROR)


class _FormerName(argparse.Action):
    """An option that was called otherwise in the last release: it works, and a line names the new one."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,  # noqa: ARG002 - of argparse
        namespace: argparse.Namespace,
        values: object,
        option_string: str | None = None,
    ) -> None:
        sys.stderr.write(f"{option_string} is now called --{self.dest}; the old name goes with the next release\n")
        setattr(namespace, self.dest, values)


def _parser(program: str) -> argparse.ArgumentParser:
    parser = _Parser(
        prog=program,
        description="A local DIAL that answers like the real Core, with sample deployments behind it.",
        allow_abbrev=False,
    )
    add = parser.add_argument
    add("--port", type=_port, default=8080, help="listen on this port, 8080 by default; 0 takes any that is free")
    add("--host", default="127.0.0.1", help="listen at this address, by default for this machine only")
    add("--core", choices=CORE_RELEASES, default="0.25", help="answer like this Core, by default 0.25")
    add("--profile", dest="core", choices=CORE_RELEASES, action=_FormerName, default=SUPPRESS, help=SUPPRESS)
    add(
        "--key", type=_key, action="append", default=[], help="let this key in; a second one is that of another project"
    )
    add(
        "--all-samples",
        action="store_true",
        help="serve more sample deployments: a GPT, Claude, image, audio and citing ones, an interceptor",
    )
    add(
        "--deployment",
        type=_deployment,
        action="append",
        default=[],
        metavar="NAME=URL",
        help="serve your own deployment, in place of a sample of that name; may be given again",
    )
    add(
        "--configuration-endpoint",
        nargs="?",
        const=BESIDE_COMPLETIONS,
        metavar="PATH",
        help="ask your deployments for their schema at this path, by default beside their completions, as in the SDK",
    )
    add(
        "--kind",
        choices=("application", "model"),
        help="list your deployments as this, by default as application",
    )
    add(
        "--defect",
        action="append",
        default=[],
        metavar="NAME",
        help="break one requirement in this way; may be given again",
    )
    add(
        "--checks",
        action="append",
        default=[],
        metavar="DIR",
        help="answer as the own checks in this folder, or in the installed package of that name, say; and take their"
        " defects",
    )
    add("--list-defects", action="store_true", help="print all defects, with the requirement that each is made for")
    add("--latency", type=_seconds, default=0.0, metavar="SECONDS", help="wait that long before each answer")
    return parser


def _listed(known: Iterable[Defect]) -> Iterator[str]:
    defects = sorted(known, key=lambda one: (one.requirement, one.name))
    width = max(len(one.name) for one in defects)
    for one in defects:
        place = "" if one.deployment == DALLE3 else f" Seen at {one.deployment}."
        yield f"{one.requirement:<8} {one.name:<{width}}  {one.sentence}{place}"


def _greeting(url: str, options: argparse.Namespace) -> Iterator[str]:
    own = [name for name, _ in options.deployment]
    at = [one.deployment for one in options.defect]  # elsewhere a defect may not be seen
    names = list(dict.fromkeys([*own, *at])) if own else list(sample_names(all_samples=options.all_samples))
    defects = f", broken by {', '.join(one.name for one in options.defect)}" if options.defect else ""
    version = CORE_RELEASES[options.core].version
    yield f"A stand-in for DIAL Core {version} answers at {url}{defects}. Ctrl-C ends it."
    others = "" if own else f". Beside them {', '.join(UNWELL)}, which show how a DIAL answers for such"
    yield f"Deployments: {', '.join(names)}{others}"
    yield "To check it, in another terminal:"
    # keys that were given are not repeated: they may be real ones
    shown = [f"<key {number}>" for number, _ in enumerate(options.key, 1)] or list(KEYS)
    variables = [f"DIAL_URL={url}", f"DIAL_API_KEY={shown[0]}"]
    variables += [f"DIAL_API_KEY_2={shown[1]}"] if len(shown) > 1 else []
    asked = [f"--{'dalle3' if name == DALLE3 else 'dial'}-deployment {name}" for name in names]
    yield f"  export {' '.join(variables)}"
    yield f"  {_suite()} --live {' '.join(asked)}"


def _suite() -> str:
    """Tell how the suite of this environment is called from this folder: only an activated one has it on the path."""
    command = Path(sys.executable).with_name("dial-conformance")
    if not command.is_file():
        return f"{_shown(Path(sys.executable))} -m conformance"
    found = shutil.which(command.name)
    return command.name if found is not None and Path(found).samefile(command) else _shown(command)


def _shown(program: Path) -> str:
    folder = Path.cwd()
    return shlex.quote(str(program.relative_to(folder) if program.is_relative_to(folder) else program))


def _deployments(options: argparse.Namespace) -> list[ServedDeployment]:
    """Make the deployments that were given.

    Raises:
        ValueError: The options do not fit together.
    """
    names = [name for name, _ in options.deployment]
    for name in names:
        if names.count(name) > 1:
            raise ValueError(f"--deployment {name} is given twice")
    if not names and (options.configuration_endpoint is not None or options.kind is not None):
        raise ValueError("--configuration-endpoint and --kind are about a --deployment NAME=URL: give one")
    if len(options.key) > len(KEYS) or len(set(options.key)) < len(options.key):
        raise ValueError("--key: give one for each of two projects at most, and another for each")
    return [deployment_at(name, url, options.configuration_endpoint, options.kind) for name, url in options.deployment]


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
    problem = "no name" if not is_name(name) else why_not_a_url(url)
    if problem:
        raise argparse.ArgumentTypeError(f"{value} is not NAME=URL ({problem}): such as my-app=http://127.0.0.1:5000")
    return name, url


def _defect(value: str, known: Mapping[str, Defect]) -> Defect:
    if value not in known:
        raise ValueError(f"argument --defect: {value} is no defect: --list-defects prints them{_meant(value, known)}")
    return known[value]


def _meant(given: str, known: Iterable[str]) -> str:
    close = get_close_matches(given, known, n=1)
    return f"; did you mean {close[0]}?" if close else ""


def _seconds(value: str) -> float:
    try:
        seconds = float(value)
    except ValueError:
        seconds = math.nan
    if not 0 <= seconds < math.inf:
        raise argparse.ArgumentTypeError(f"{value} is no number of seconds")
    return seconds
