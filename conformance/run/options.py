"""The table of options: the command line, the environment, the settings, the help and docs/options.md come from it.

To add an option, write one row in `OPTIONS`. If a run must know its value, add one field to `Settings`, which has the
default too, and name it in the row. Then `make docs`.

What this module imports needs nothing but pytest and the standard library, as in conformance/plugin.
"""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any, Final, NamedTuple

from conformance.contract.exchange import API_KEY, BEARER_TOKEN, OTHER_API_KEY, printable
from conformance.contract.profile import PROFILES
from conformance.run import option_values
from conformance.run.base_url import base_url
from conformance.run.settings import Settings


class Group(StrEnum):
    """What an option is about: the groups of `--help` and of docs/options.md, in this order."""

    CHECKED = "what to check"
    ASKING = "how to ask"
    COST = "cost"
    RECORDING = "recording"
    REPORTS = "reports"
    BASELINE = "baseline"


class In(StrEnum):
    """A kind of run in which some options do nothing."""

    REPLAY = "in a replay"
    PLAN = "with --plan"
    LISTING = "with --collect-only"


class Idle(NamedTuple):
    """Where an option does nothing.

    Attributes:
        where: In which kind of run.
        why: The reason.
        instead: What to do instead, or empty.
        refused: It is surely a mistake: exit code 4, and nothing is asked. Otherwise the run says so at its end,
            because people give the same options to all their runs.
    """

    where: In
    why: str
    instead: str = ""
    refused: bool = False


@dataclass(frozen=True, kw_only=True)
class Option:
    """An option of the suite.

    Attributes:
        flag: How it is written: `--jobs`.
        group: Where the help shows it.
        help: What it does: the verb first, no stop at the end.
        field: The field of `Settings` that takes its value; None if only the plugin uses it.
        opt_in: A switch that adds requests. The field `opt_ins` has the flags of those that were given.
        variable: The environment variable that says the same; the option comes first. It counts in live runs only.
        needed: What an example of it is, if a live run cannot do without it.
        metavar: What stands for its value in the help. Without it, and without choices, the option is a switch.
        choices: The values that it may have. The first holds if the option is not given.
        read: Makes the value of what was given, as in option_values.py.
        repeatable: It may be given again. Its reader returns tuples, which are put together.
        idle: Where it does nothing.
        asks: It decides what is asked: a report names it (asked_with.py), and all shards of a run must have the same.
    """

    flag: str
    group: Group
    help: str
    field: str | None = None
    opt_in: bool = False
    variable: str | None = None
    needed: str | None = None
    metavar: str | None = None
    choices: tuple[str, ...] = ()
    read: Callable[[str, str], Any] = option_values.as_given
    repeatable: bool = False
    idle: tuple[Idle, ...] = ()
    asks: bool = False

    @property
    def name(self) -> str:
        """Its name in a namespace of values: `jobs_per_deployment`."""
        return self.flag.removeprefix("--").replace("-", "_")

    @property
    def switch(self) -> bool:
        """It takes no value."""
        return self.metavar is None and not self.choices

    @property
    def default(self) -> Any:
        """The value that holds if it is not given; None if there is none."""
        if self.choices:
            return self.choices[0]
        return None if self.field is None else _DEFAULTS[self.field]

    @property
    def written_default(self) -> str:
        """The default as one would write it; empty if there is none."""
        if self.switch or self.default in (None, ()):
            return ""
        return f"{self.default:g}" if isinstance(self.default, float) else str(self.default)

    @property
    def full_help(self) -> str:
        """What it does, with what else there is to know before one gives it."""
        notes = [
            "may be given again" if self.repeatable else "",
            f"default: {self.written_default}" if self.written_default else "",
            f"variable: {self.variable}" if self.variable else "",
        ]
        more = "; ".join(filter(None, notes))
        return f"{self.help} ({more})" if more else self.help

    def value(self, given: Namespace) -> Any:
        """Return its value in a namespace, or None if it was not given.

        Args:
            given: The options, each as it stood on the command line: a text, a list of texts, or True.

        Raises:
            ValueError: The value is wrong; one line says what, where and what to give.
        """
        found = getattr(given, self.name, None)
        if found is None or found is False or found == []:
            return None
        if self.repeatable:
            return tuple(one for text in found for one in self._read(text))
        return found if self.switch else self._read(found)

    def _read(self, text: str) -> Any:
        if self.choices and text not in self.choices:
            raise ValueError(f"{self.flag}={printable(text)}: give {' or '.join(self.choices)}")
        return self.read(self.flag, text)


class Credential(NamedTuple):
    """A variable of the environment with a secret. No option has one: a process list would show it.

    Attributes:
        variable: Its name.
        placeholder: What stands for its value in requests and cassettes.
        help: What it is.
    """

    variable: str
    placeholder: str
    help: str


_DEFAULTS: Final = {one.name: one.default for one in fields(Settings)}

_NOTHING_IS_ASKED: Final = Idle(In.REPLAY, "nobody is asked")
_NO_VERDICT: Final = Idle(In.PLAN, "a plan decides nothing")
_OUTPUT: Final = (
    Idle(In.PLAN, "a plan decides nothing", refused=True),
    Idle(In.LISTING, "no check is made"),
)

OPTIONS: Final = (
    Option(
        flag="--settings",
        group=Group.CHECKED,
        help="read the settings from this TOML file, in place of dial-conformance.toml or pyproject.toml",
        metavar="FILE",
    ),
    Option(
        flag="--dial-environment",
        group=Group.CHECKED,
        help="use also the settings that the file has for this environment",
        variable="DIAL_ENVIRONMENT",
        metavar="NAME",
    ),
    Option(
        flag="--dial-deployment",
        group=Group.CHECKED,
        help="check this deployment, or those that fit a glob such as 'gpt-*'",
        field="deployments",
        metavar="NAME",
        read=option_values.deployment_names,
        repeatable=True,
        asks=True,
    ),
    *(
        Option(
            flag=profile.flag,
            group=Group.CHECKED,
            help=f"check this deployment as a configurable {profile.name}: what the DIAL cookbook promises of it",
            field=profile.field,
            variable=profile.variable,
            metavar="NAME",
            read=option_values.deployment_name,
            asks=True,
        )
        for profile in PROFILES
    ),
    Option(
        flag="--requirement",
        group=Group.CHECKED,
        help="check only these requirements: ids and globs, with commas between, such as CHAT-05,CONF-*",
        field="requirements",
        metavar="IDS",
        read=option_values.requirement_ids,
        repeatable=True,
        asks=True,
    ),
    Option(
        flag="--checks",
        group=Group.CHECKED,
        help="check the own requirements in this folder too, or in the installed package of that name",
        field="checks",
        metavar="DIR",
        read=option_values.checks,
        repeatable=True,
        asks=True,
    ),
    Option(
        flag="--shard",
        group=Group.CHECKED,
        help="check one of N parts of the deployments, such as 2/8; `dial-conformance merge` puts the reports together",
        field="shard",
        metavar="I/N",
        read=option_values.shard,
    ),
    Option(
        flag="--explore",
        group=Group.CHECKED,
        help="try up to N configurations more of each deployment, beyond the fixed cases; what a model answers only"
        " within --budget",
        field="explore",
        metavar="N",
        read=option_values.count_from_zero,
        idle=(
            Idle(In.REPLAY, "what is new was never recorded", "give --live"),
            Idle(In.PLAN, "what it asks is decided by the answers; it is at most N requests for each deployment"),
        ),
        asks=True,
    ),
    Option(
        flag="--explore-seed",
        group=Group.CHECKED,
        help="explore the same configurations as the run that printed this number",
        field="explore_seed",
        metavar="S",
        read=option_values.count_from_zero,
        idle=(Idle(In.REPLAY, "nothing is explored", "give --live"),),
        asks=True,
    ),
    Option(
        flag="--keep-cases",
        group=Group.CHECKED,
        help="check the cases of this file, too; --explore adds those that it finds",
        field="keep_cases",
        metavar="FILE",
        read=option_values.file,
        asks=True,
    ),
    Option(
        flag="--allow-writes",
        group=Group.CHECKED,
        help="write to the DIAL: a file, which is deleted again, and feedback about an answer that does not exist",
        opt_in=True,
        asks=True,
    ),
    Option(
        flag="--clients",
        group=Group.CHECKED,
        help="send requests through the official clients too; install the extra `clients` first",
        opt_in=True,
        idle=(Idle(In.REPLAY, "the official clients ask a DIAL", "give --live"),),
        asks=True,
    ),
    Option(
        flag="--key-variants",
        group=Group.CHECKED,
        help="send copies of the key that must open nothing: altered, and as a query parameter; use a disposable key",
        opt_in=True,
        asks=True,
    ),
    Option(
        flag="--origin",
        group=Group.CHECKED,
        help="see that a web page of this origin may use the DIAL from a browser, such as https://chat.example.com",
        field="origin",
        metavar="URL",
        read=option_values.web_origin,
        asks=True,
    ),
    Option(
        flag="--contract",
        group=Group.CHECKED,
        help="check what this contract binds, whatever a newer one adds: its name, such as 2026.12, a file, or next for"
        " what is not frozen yet; without it, the newest",
        field="contract",
        metavar="NAME",
        read=option_values.contract,
    ),
    Option(
        flag="--core-version",
        group=Group.CHECKED,
        help="set the version of DIAL Core, if the DIAL does not say it, or says a wrong one",
        field="core_version",
        metavar="VERSION",
        read=option_values.core_version,
    ),
    Option(
        flag="--fail-on",
        group=Group.CHECKED,
        help="fail the run only if a MUST does not hold (must), or also if a SHOULD does not hold (should)",
        choices=("must", "should"),
        idle=(_NO_VERDICT,),
    ),
    Option(
        flag="--live",
        group=Group.ASKING,
        help="ask a DIAL; without it, recorded answers are replayed, and no network is needed",
        field="live",
    ),
    Option(
        flag="--dial-url",
        group=Group.ASKING,
        help="ask the DIAL at this base URL",
        field="url",
        variable="DIAL_URL",
        needed="https://dial.example.com",
        metavar="URL",
        read=base_url,
        idle=(Idle(In.REPLAY, "a replay asks no DIAL", "give --live too", refused=True),),
    ),
    Option(
        flag="--jobs",
        group=Group.ASKING,
        help="send up to N requests at once",
        field="jobs",
        metavar="N",
        read=option_values.count_from_one,
        idle=(Idle(In.REPLAY, "files are read one after the other", "give -n 2 to replay in two processes"),),
    ),
    Option(
        flag="--jobs-per-deployment",
        group=Group.ASKING,
        help="send up to N completions to one deployment at once",
        field="jobs_per_deployment",
        metavar="N",
        read=option_values.count_from_one,
        idle=(Idle(In.REPLAY, "files are read one after the other"),),
    ),
    Option(
        flag="--wait",
        group=Group.ASKING,
        help="wait up to so many seconds until the DIAL answers, if it is just being started",
        field="wait",
        metavar="SECONDS",
        read=option_values.seconds_from_zero,
        idle=(_NOTHING_IS_ASKED,),
    ),
    Option(
        flag="--ca",
        group=Group.ASKING,
        help="trust the CA whose certificates are in this PEM file, in place of SSL_CERT_FILE and the public ones",
        field="ca",
        metavar="FILE",
        read=option_values.file,
        idle=(_NOTHING_IS_ASKED,),
    ),
    Option(
        flag="--client-cert",
        group=Group.ASKING,
        help="show the certificate in this PEM file to a DIAL that asks for one (mutual TLS)",
        field="client_cert",
        metavar="FILE",
        read=option_values.file,
        idle=(_NOTHING_IS_ASKED,),
    ),
    Option(
        flag="--client-key",
        group=Group.ASKING,
        help="read the key of --client-cert from this PEM file, if it is not in the same one",
        field="client_key",
        metavar="FILE",
        read=option_values.file,
        idle=(_NOTHING_IS_ASKED,),
    ),
    Option(
        flag="--log-requests",
        group=Group.ASKING,
        help="add a line of JSON to this file for each request and retry, without secrets, to lay beside Core's logs",
        field="log_requests",
        metavar="FILE",
        read=option_values.file,
        idle=(_NOTHING_IS_ASKED,),
    ),
    Option(
        flag="--exchange-timeout",
        group=Group.ASKING,
        help="end an exchange after so many seconds without a byte, and after three times as many in all",
        field="timeout",
        metavar="SECONDS",
        read=option_values.seconds_above_zero,
        idle=(_NOTHING_IS_ASKED,),
    ),
    Option(
        flag="--deadline",
        group=Group.ASKING,
        help="retry a request after an outage, until it took so many seconds in all; 0 means no retry",
        field="deadline",
        metavar="SECONDS",
        read=option_values.seconds_from_zero,
        idle=(_NOTHING_IS_ASKED,),
    ),
    Option(
        flag="--keep-going",
        group=Group.ASKING,
        help="go on if a deployment accepts what it must refuse; else it gets no more such requests after three",
        field="keep_going",
        asks=True,
    ),
    Option(
        flag="--allow-suspension",
        group=Group.ASKING,
        help="wait and go on if Core suspends a deployment after a refused request; else no more are sent",
        field="allow_suspension",
        asks=True,
    ),
    Option(
        flag="--plan",
        group=Group.COST,
        help="show what a run would ask and what it would cost; ask only for listings and schemas",
        idle=(Idle(In.LISTING, "that lists the checks"),),
    ),
    Option(
        flag="--budget",
        group=Group.COST,
        help="allow at most K completions that a model answers",
        field="budget",
        metavar="K",
        read=option_values.count_from_zero,
        asks=True,
    ),
    Option(
        flag="--budget-usd",
        group=Group.COST,
        help="allow completions for at most X USD, by the prices of the listing",
        field="budget_usd",
        metavar="X",
        read=option_values.dollars,
        asks=True,
    ),
    Option(
        flag="--free",
        group=Group.COST,
        help="send nothing that a model answers",
        field="free",
        asks=True,
    ),
    Option(
        flag="--thorough",
        group=Group.COST,
        help="send also what costs many completions and seldom finds a violation",
        opt_in=True,
        asks=True,
    ),
    Option(
        flag="--cassettes",
        group=Group.RECORDING,
        help="replay this folder of recorded answers; with --live and --record-mode, record into it",
        field="cassettes",
        metavar="DIR",
        read=option_values.folder,
    ),
    Option(
        flag="--max-age",
        group=Group.RECORDING,
        help="refuse to replay a set that was recorded more than so many days ago",
        field="max_age",
        metavar="DAYS",
        read=option_values.count_from_zero,
    ),
    Option(
        flag="--report-json",
        group=Group.REPORTS,
        help="write the report as JSON, as docs/report.schema.json describes it",
        metavar="FILE",
        idle=_OUTPUT,
    ),
    Option(
        flag="--report-html",
        group=Group.REPORTS,
        help="write the report as one HTML page",
        metavar="FILE",
        idle=_OUTPUT,
    ),
    Option(
        flag="--badge",
        group=Group.REPORTS,
        help="write the outcome as a badge: an SVG, or JSON for shields.io if the name ends with .json",
        metavar="FILE",
        idle=_OUTPUT,
    ),
    Option(
        flag="--reproduce",
        group=Group.REPORTS,
        help="write scripts that show each violation again",
        metavar="DIR",
        idle=_OUTPUT,
    ),
    Option(
        flag="--baseline",
        group=Group.BASELINE,
        help="do not fail for known violations: those that this file lists (docs/baseline.md)",
        metavar="FILE",
        idle=(_NO_VERDICT,),
    ),
    Option(
        flag="--against",
        group=Group.BASELINE,
        help="fail only for what is new: what this former report (--report-json) has is known",
        metavar="REPORT",
        idle=(_NO_VERDICT,),
    ),
    Option(
        flag="--write-baseline",
        group=Group.BASELINE,
        help="update the file of --baseline: add what is violated, remove what is not",
        idle=(
            Idle(In.PLAN, "a plan decides nothing", refused=True),
            Idle(In.LISTING, "no check is made", refused=True),
        ),
    ),
)

CREDENTIALS: Final = (
    Credential("DIAL_API_KEY", API_KEY, "the API key of the caller"),
    Credential("DIAL_BEARER_TOKEN", BEARER_TOKEN, "the caller's token, in place of DIAL_API_KEY"),
    Credential("DIAL_API_KEY_2", OTHER_API_KEY, "a key of another project: what one project must not see of another"),
)

VARIABLES: Final = (
    *(one.variable for one in OPTIONS if one.variable is not None),
    *(one.variable for one in CREDENTIALS),
)
"""The variables that the suite reads, from the environment or from `.env`."""
