"""A set: a folder of cassettes recorded from one DIAL, replayed without any network."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from conformance.contract.exchange import Exchange, Request
from conformance.contract.profile import DALLE3, PROFILES
from conformance.wire.cassettes.file import MalformedCassetteError, load_yaml, read_cassette, same_request, serialized
from conformance.wire.transport import NeverRecordedError, NoAnswerError, Trouble

META: Final = "meta.yaml"
FORMAT: Final = 2
"""The format in which sets are written: 2 is vcrpy's own layout. 1, of which dial-conformance 0.2.0 said nothing in the
set, has the same content in another layout, so both are read, and a set may have cassettes of both."""
_LISTS: Final = ("deployments", "opt_ins", "never_recorded")


class UnusableSetError(ValueError):
    """A folder that cannot be replayed; the message says why and what to do."""


@dataclass(frozen=True)
class Meta:
    """What a set says of itself.

    Attributes:
        core: The Core's version as it said it, or "unknown".
        recorded: When, in UTC (ISO 8601).
        suite: The version of the suite that recorded it. Nothing hangs on it: each request is compared anyway.
        credentials: The kind of the caller's credentials: `key` or `token`.
        other_key: A second key was given.
        deployments: Those that were under test.
        dalle3: Which of them was named as the DALL-E 3, or None.
        gpt_image_1: Which of them was named as the GPT-Image-1, or None. Older sets do not say it.
        representative: The deployment that was asked where any would do, or None.
        opt_ins: The options that were given for what is not asked by default, such as `--thorough`.
        never_recorded: Exchanges that were asked, and of which the DIAL, one that answers from captures, has none.
        format: The format of the set.
    """

    core: str
    recorded: str
    suite: str
    credentials: str
    other_key: bool
    deployments: tuple[str, ...]
    dalle3: str | None
    representative: str | None
    gpt_image_1: str | None = None
    opt_ins: tuple[str, ...] = ()
    never_recorded: tuple[str, ...] = ()
    format: int = FORMAT


_GIVE: Final = "give --live, DIAL_URL and DIAL_API_KEY, or a set with --cassettes=DIR"


_LATER: Final = tuple(one.field for one in PROFILES if one is not DALLE3)
"""What sets say only if it is so: older ones do not know these names."""


def read_meta(folder: Path) -> Meta:
    """Read what a set says of itself.

    Raises:
        UnusableSetError: There is no set, or one of a later format.
        MalformedCassetteError: meta.yaml is not what it should be.
    """
    path = folder / META
    try:
        if not folder.is_dir():
            missing = (
                f"{folder} is a file, no cassette set" if folder.exists() else f"there is no cassette set {folder}"
            )
            raise UnusableSetError(f"{missing}: {_GIVE}")
        if not path.is_file():
            raise UnusableSetError(f"{folder} is no cassette set, it has no {META}: {_GIVE}")
        document = load_yaml(path)
    except OSError as error:
        raise UnusableSetError(f"{folder} cannot be read: {error.strerror or error}") from None
    return _meta(path, document)


def dump_meta(meta: Meta) -> bytes:
    """Write what a set says of itself as the content of its file."""
    lists = {name: list(getattr(meta, name)) for name in _LISTS}
    fields = {**asdict(meta), **lists}
    return serialized({name: one for name, one in fields.items() if name not in _LATER or one is not None})


class ReplayTransport:
    """Answers from cassettes. There is no way from here to the network."""

    def __init__(self, folder: Path, never_recorded: tuple[str, ...] = ()) -> None:
        self._folder = folder
        self._never_recorded = frozenset(never_recorded)
        self._used: set[Path] = set()

    def send(
        self,
        name: str,
        request: Request,
        answers: frozenset[int] = frozenset(),  # noqa: ARG002 - of `Transport`
        *,
        forwarded_once: bool = False,  # noqa: ARG002 - of `Transport`
    ) -> Exchange:
        """Return the recorded exchange, if it was recorded for this very request."""
        path = self.path(name)
        self._used.add(path)
        try:
            exchange = read_cassette(path, name)
        except FileNotFoundError:
            if name in self._never_recorded:
                raise NeverRecordedError(name) from None
            raise NoAnswerError(Trouble.NO_CASSETTE, f"there is no {path}") from None
        except (MalformedCassetteError, OSError) as error:
            raise NoAnswerError(Trouble.MALFORMED, str(error)) from None
        if not same_request(exchange.request, request):
            shown = f"{path} has {_shown(exchange.request)}, asked is {_shown(request)}"
            raise NoAnswerError(Trouble.OTHER_REQUEST, shown)
        return Exchange(name, request, exchange.answer)  # as it was asked: the order of its headers is not in the file

    def close(self) -> None:
        """Nothing is open."""

    def path(self, name: str) -> Path:
        """Return where the cassette of an exchange is."""
        return self._folder / f"{name}.yaml"

    def unused(self) -> list[Path]:
        """Return the cassettes that nobody asked for, sorted."""
        return sorted(set(self._folder.glob("*/*.yaml")) - self._used)


def _shown(request: Request) -> str:
    headers = ", ".join(f"{name}: {value}" for name, value in request.headers)
    body = request.body.decode("utf-8", "replace")
    return f"{request.method} {request.path} [{headers}] {body[:300]}".rstrip()


def _meta(path: Path, document: Any) -> Meta:
    if not isinstance(document, dict):
        raise MalformedCassetteError(f"{path} is not a cassette: it is no mapping")
    made_in = document.get("format", 1)
    if not isinstance(made_in, int) or made_in < 1:  # true is 1, and says as little as no number
        raise MalformedCassetteError(f"{path} is not a cassette: format is {made_in!r:.60}")
    if made_in > FORMAT:  # before anything else is looked at, which may be another thing there
        raise UnusableSetError(
            f"{path.parent} is in format {made_in}, and this dial-conformance reads the formats up to {FORMAT}:"
            " use a newer one, or record the set anew with --live --record-mode=rewrite"
        )
    later = [name for name in _LATER if name in document]
    kinds: dict[str, type | tuple[type, ...]] = {
        "core": str,
        "recorded": str,
        "suite": str,
        "credentials": str,
        "other_key": bool,
        **dict.fromkeys(_LISTS, list),
        "dalle3": (str, type(None)),
        **dict.fromkeys(later, str),
        "representative": (str, type(None)),
    }
    for name, kind in kinds.items():
        if not isinstance(document.get(name), kind) or (name not in document):
            raise MalformedCassetteError(f"{path} is not a cassette: {name} is {document.get(name)!r:.60}")
    for name in _LISTS:
        if not all(isinstance(one, str) for one in document[name]):
            raise MalformedCassetteError(f"{path} is not a cassette: {name} are not all names")
    fields = {**{name: document[name] for name in kinds}, "format": made_in}
    return Meta(**{**fields, **{name: tuple(document[name]) for name in _LISTS}})
