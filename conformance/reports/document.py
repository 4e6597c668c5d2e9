"""The report: one model of what a run has to say, from which every output is made.

Its JSON is described by docs/report.schema.json. All texts in it are redacted, bounded, and from strangers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any, Final, Self, TypeVar

from conformance.contract.result import Result
from conformance.contract.verdict import Verdict

FORMAT: Final = "2.4"
"""The version of the JSON: the first number changes if an old reader cannot read it.

Until 1.x, what was never recorded had the verdict "not asked", and only its reason said which of both it was; and
`decided` of the plan was called `made`.
"""

_READ: Final = ("2", "1")
"""The first numbers of the versions that are read."""
_NEVER_RECORDED: Final = "never recorded: "


Reported = TypeVar(
    "Reported",
    "ReportedRun",
    "ReportedPlan",
    "ReportedClaim",
    "ReportedDeployment",
    "ReportedRequirement",
    "ReportedExchange",
    "ReportedPicture",
    "ReportedPreview",
    "ReportedUndecided",
)


class UnreadableReportError(ValueError):
    """A file that is no report, or one of another format; the message says what to do."""


@dataclass(frozen=True)
class ReportedRun:
    """When and how the run was, and what it was about.

    Attributes:
        began: When it began (ISO 8601, UTC).
        seconds: How long it took.
        mode: `live`, `recorded` (live, and kept) or `replayed`.
        recorded: When the replayed set was recorded, or None.
        suite: The version of the suite.
        core: The version of Core, as far as it is known.
        dial: The DIAL's address as it was given, or the folder of the set.
        exit_code: How the run ended.
        interrupted: Ctrl-C ended it.
        free: Nothing that a model answers was asked.
        shard: Which part of the deployments this was, such as `2/8`; empty for all.
        notes: What else the reader should know.
        contract: The contract that it went by; empty in reports of before 2.3.
        options: Those that decide what was asked, as one would write them; None where that is
            not known: in reports of before 2.4, and of judged traffic.
    """

    began: str
    seconds: float
    mode: str
    recorded: str | None
    suite: str
    core: str
    dial: str
    exit_code: int
    interrupted: bool = False
    free: bool = False
    shard: str = ""
    notes: tuple[str, ...] = ()
    contract: str = ""
    options: tuple[str, ...] | None = None

    def options_beyond(self, other: ReportedRun) -> tuple[str, ...]:
        """Return the options that this run had and another had not; none where that is not known of both."""
        if self.options is None or other.options is None:
            return ()
        return tuple(one for one in self.options if one not in other.options)


@dataclass(frozen=True)
class ReportedPlan:
    """What was planned, and what it came to.

    Attributes:
        checks: How many checks were planned.
        decided: How many of them were decided: passed, violated or advisory.
        requests: How many requests were made, without retries.
        completions: How many of them a model answered.
        dollars: What these cost by the prices of the listing; empty if that is not known, or nothing.
        retries: How often one of the requests was made once more, after an outage.
    """

    checks: int
    decided: int
    requests: int
    completions: int
    dollars: str = ""
    retries: int = 0


@dataclass(frozen=True)
class ReportedClaim:
    """Something that the listing claims of a deployment, and what came of it.

    Attributes:
        name: Where it stands: `features.tools`, `input_attachment_types`.
        value: What stands there, as JSON, shortened.
        requirements: The requirements that try it; none where the suite does not.
        verdict: The gravest of their verdicts, of those that were decided if any was; None if nothing tried it.
        reason: What was found instead, or why it was not tried; empty if it is true.
    """

    name: str
    value: str
    requirements: tuple[str, ...] = ()
    verdict: Verdict | None = None
    reason: str = ""


@dataclass(frozen=True)
class ReportedDeployment:
    """A deployment under test.

    Attributes:
        id: Its id.
        kind: `model` or `application`.
        dalle3: It was named as a DALL-E 3.
        profile: The image model that it was named as, or empty.
        features: Its flags, as the listing tells them.
        schema: The schema of its configuration, or None.
        never_tried: Which locations of it have no accepted or no refused case, and why, a line each.
        claims: What the listing claims of it, and what came of that.
    """

    id: str
    kind: str
    dalle3: bool = False
    features: Mapping[str, Any] = field(default_factory=dict)
    schema: Any = None
    profile: str = ""
    never_tried: tuple[str, ...] = ()
    claims: tuple[ReportedClaim, ...] = ()


@dataclass(frozen=True)
class ReportedRequirement:
    """A requirement that was checked.

    Attributes:
        id: Its id.
        level: MUST or SHOULD.
        sentence: What it requires.
        source: Where that is written.
        package: The name of the own checks that it is of; empty where it is of the suite.
    """

    id: str
    level: str
    sentence: str
    source: str
    package: str = ""


@dataclass(frozen=True)
class ReportedUndecided:
    """A requirement that was decided nowhere: for no deployment and no case.

    Attributes:
        id: Its id.
        level: MUST or SHOULD.
        verdict: What was said of it instead, the gravest of what was.
        reason: Why, of one of the checks with that verdict.
    """

    id: str
    level: str
    verdict: str
    reason: str = ""


@dataclass(frozen=True)
class ReportedPreview:
    """A requirement that a newer contract has otherwise.

    Attributes:
        contract: The newer contract; `next` for what is not frozen yet.
        id: The id of the requirement.
        change: What it does: `added`, `raised`, `lowered`, `sharpened` or `removed`.
        level: The level there.
        sentence: The sentence there.
        found: Why it would not hold, of one of the checks that this run made anyway; empty if nothing shows that.
    """

    contract: str
    id: str
    change: str
    level: str
    sentence: str
    found: str = ""


@dataclass(frozen=True)
class ReportedPicture:
    """A picture that was downloaded.

    Attributes:
        type: Its media type.
        width: In pixels.
        height: In pixels.
        asked: The size that the configuration asked for, such as `1024x1024`; empty if none.
        thumbnail: A small PNG of it, in base64.
    """

    type: str
    width: int
    height: int
    asked: str = ""
    thumbnail: str = ""


@dataclass(frozen=True)
class ReportedExchange:
    """An exchange that a result rests on, shortened.

    Attributes:
        method: The HTTP method.
        path: The raw path and query.
        request_headers: As they were sent; credentials by name.
        request_body: The beginning of the body.
        status: The HTTP status of the answer.
        headers: Those that are kept.
        body: The beginning of the body, as text; empty for a picture.
        size: Bytes of the body.
        chunks: (seconds since the request, bytes) of the pieces of a stream.
        seconds: Until the last byte, or None if that is not known.
        dollars: What it cost by the prices of the listing, or empty.
        curl: How to see it again.
        picture: What is in the body, if it is a picture.
    """

    method: str
    path: str
    request_headers: tuple[tuple[str, str], ...]
    request_body: str
    status: int
    headers: tuple[tuple[str, str], ...]
    body: str
    size: int
    chunks: tuple[tuple[float, int], ...] = ()
    seconds: float | None = None
    dollars: str = ""
    curl: str = ""
    picture: ReportedPicture | None = None


@dataclass(frozen=True)
class Report:
    """All that a run has to say.

    Attributes:
        run: When and how it was.
        plan: What was planned.
        requirements: What was checked.
        deployments: What was under test.
        results: A result for each check, in the order of the checks.
        exchanges: Those that results name, by name; where there are very many, those of what does not hold.
        never_decided: The requirements that were checked and decided nowhere.
        preview: What newer contracts have otherwise. It does not count.
    """

    run: ReportedRun
    plan: ReportedPlan
    requirements: tuple[ReportedRequirement, ...]
    deployments: tuple[ReportedDeployment, ...]
    results: tuple[Result, ...]
    exchanges: Mapping[str, ReportedExchange]
    never_decided: tuple[ReportedUndecided, ...] = ()
    preview: tuple[ReportedPreview, ...] = ()

    def to_plain(self) -> dict[str, Any]:
        """Write it as plain values, which are JSON; what is empty in a result is left out."""
        return {
            "format": FORMAT,
            "run": asdict(self.run),
            "plan": asdict(self.plan),
            "requirements": [asdict(one) for one in self.requirements],
            "deployments": [asdict(one) for one in self.deployments],
            "results": [{name: value for name, value in vars(one).items() if value} for one in self.results],
            "exchanges": {name: asdict(one) for name, one in self.exchanges.items()},
            "never_decided": [asdict(one) for one in self.never_decided],
            "preview": [asdict(one) for one in self.preview],
        }

    @classmethod
    def from_plain(cls, plain: Any) -> Self:
        """Read it back.

        Raises:
            UnreadableReportError: It is none, or of another format.
        """
        try:
            version = see_format(str(plain["format"]))
            return cls(
                run=_made(ReportedRun, plain["run"]),
                plan=_made(ReportedPlan, _plan(plain["plan"], version)),
                requirements=tuple(_made(ReportedRequirement, one) for one in plain["requirements"]),
                deployments=tuple(_deployment(one) for one in plain["deployments"]),
                results=tuple(_result(one, version) for one in plain["results"]),
                exchanges={name: _exchange(one) for name, one in plain["exchanges"].items()},
                never_decided=tuple(_made(ReportedUndecided, one) for one in plain.get("never_decided", ())),
                preview=tuple(_made(ReportedPreview, one) for one in plain.get("preview", ())),
            )
        except KeyError as error:
            raise UnreadableReportError(f"it is no report of this suite: it has no {error.args[0]}") from None
        except (TypeError, AttributeError) as error:
            raise UnreadableReportError(f"it is no report of this suite ({type(error).__name__}: {error})") from None
        except UnreadableReportError:
            raise
        except ValueError as error:
            raise UnreadableReportError(f"it is no report of this suite: {error}") from None


def see_format(found: str) -> str:
    """Return the first number of a format that can be read, or raise UnreadableReportError."""
    version = found.partition(".")[0]
    if version not in _READ:
        known = " and ".join(f"{one}.x" for one in _READ)
        raise UnreadableReportError(f"it is of format {found}, and this suite reads {known}")
    return version


def _plan(plain: Mapping[str, Any], version: str) -> Mapping[str, Any]:
    return {**plain, "decided": plain["made"]} if version == "1" else plain


def _result(plain: Mapping[str, Any], version: str) -> Result:
    """Make a result of its plain values, with the verdict that it has today."""
    result = Result.from_plain(plain)
    was_not_recorded = result.verdict is Verdict.NOT_ASKED and result.reason.startswith(_NEVER_RECORDED)
    return replace(result, verdict=Verdict.NOT_RECORDED) if version == "1" and was_not_recorded else result


def _made(kind: type[Reported], plain: Mapping[str, Any]) -> Reported:
    """Make a dataclass of its plain values; what a later version added is left out."""
    return kind(**{one.name: _frozen(plain[one.name]) for one in fields(kind) if one.name in plain})


def _deployment(plain: Mapping[str, Any]) -> ReportedDeployment:
    claims = tuple(_claim(one) for one in plain.get("claims", ()))
    return replace(_made(ReportedDeployment, {**plain, "claims": ()}), claims=claims)


def _claim(plain: Mapping[str, Any]) -> ReportedClaim:
    verdict = plain.get("verdict")
    return _made(ReportedClaim, {**plain, "verdict": None if verdict is None else Verdict(verdict)})


def _exchange(plain: Mapping[str, Any]) -> ReportedExchange:
    picture = plain.get("picture")
    return _made(ReportedExchange, {**plain, "picture": _made(ReportedPicture, picture) if picture else None})


def _frozen(value: Any) -> Any:
    return tuple(_frozen(one) for one in value) if isinstance(value, list) else value
