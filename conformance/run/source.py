"""Where answers come from: a live DIAL, one that is recorded, or a cassette set."""

from __future__ import annotations

import os
from collections.abc import Callable
from collections.abc import Set as AbstractSet
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from conformance.contract.exchange import Exchange, Request
from conformance.run.discovery import Discovered
from conformance.run.recorded_set import meta_of, see_age, why_not_to_keep
from conformance.run.settings import Settings, SettingsError
from conformance.wire.blocking import allowed_addresses, blocked
from conformance.wire.cassettes.file import MalformedCassetteError, read_cassette
from conformance.wire.cassettes.folder import META, Meta, ReplayTransport, UnusableSetError, read_meta
from conformance.wire.cassettes.recording import RecordingTransport
from conformance.wire.clock import Clock
from conformance.wire.redaction import Redaction
from conformance.wire.transport import NoAnswerError, Transport, Trouble

if TYPE_CHECKING:
    from conformance.wire.live.request_log import RequestLog
    from conformance.wire.live.retrying import RetryingTransport

_DEPLOYMENTS = "/openai/deployments/"
_PROXIES = ("http_proxy", "https_proxy", "all_proxy")


def over_http(settings: Settings, redaction: Redaction) -> Transport:
    """Open the way over the network; nothing is sent yet.

    Raises:
        SettingsError: The environment has proxies or certificates that cannot be used.
    """
    from conformance.wire.live.http import LiveTransport, Network  # noqa: PLC0415 - a replay has no transport at all
    from conformance.wire.live.trust import Certificates, UnusableEnvironmentError  # noqa: PLC0415 - see above

    certificates = Certificates(settings.ca, settings.client_cert, settings.client_key)
    network = replace(Network.patient(settings.timeout), certificates=certificates)
    try:
        return LiveTransport(
            settings.url or "", settings.placeholders, redaction, network, extra_headers=settings.extra_headers
        )
    except UnusableEnvironmentError as error:
        raise SettingsError(str(error)) from None


def from_set(settings: Settings, meta: Meta) -> Transport:
    """Open the set that the settings name."""
    return ReplayTransport(settings.cassettes, meta.never_recorded)


@dataclass(frozen=True)
class Connections:
    """How a run comes to its answers.

    Attributes:
        live: Opens the way to a live DIAL.
        replay: Opens the set that is replayed.
        meta: Reads what the set that is replayed says of itself.
    """

    live: Callable[[Settings, Redaction], Transport] = over_http
    replay: Callable[[Settings, Meta], Transport] = from_set
    meta: Callable[[Path], Meta] = read_meta


def replays(settings: Settings) -> bool:
    """Tell whether a run asks nobody: it is to replay a set, or to record once what there is already."""
    return not settings.live or (settings.record_mode == "once" and (settings.cassettes / META).is_file())


class Source:
    """What a run asks."""

    def __init__(
        self,
        settings: Settings,
        redaction: Redaction,
        clock: Clock,
        connections: Connections,
    ) -> None:
        """Open it; nothing is asked yet.

        Args:
            settings: What was asked for.
            redaction: What must not get into a set.
            clock: What a live DIAL is waited for with.
            connections: How the DIAL, or the set, is opened.

        Raises:
            UnusableSetError: There is no set, or none that can be written.
            MalformedCassetteError: The set's meta.yaml cannot be read.
        """
        self._settings = settings
        self.replaying = replays(settings)
        self.meta: Meta | None = connections.meta(settings.cassettes) if self.replaying else None
        if self.meta is not None and settings.max_age is not None:
            see_age(self.meta, settings.cassettes, settings.max_age)
        self._old_meta = self.meta
        self.asked_again = 0
        self._live: RetryingTransport | None = None
        self._once: Transport | None = None
        self._log: RequestLog | None = None
        self._block = ExitStack()
        self.transport = self._open(redaction, clock, connections)

    @property
    def recorder(self) -> RecordingTransport | None:
        """What keeps the exchanges, if they are recorded."""
        return self.transport if isinstance(self.transport, RecordingTransport) else None

    def was_sent(self, name: str) -> bool:
        """Tell whether an exchange was asked, and not read from the set that it is added to."""
        return self.recorder is None or name not in self.recorder.replayed

    @property
    def retries(self) -> int:
        """How often a live DIAL was asked something once more, after an outage."""
        return self._live.retries if self._live else 0

    @property
    def retried(self) -> tuple[Exchange, ...]:
        """The answers of a live DIAL after which the same was asked again."""
        return self._live.retried if self._live else ()

    @property
    def limited(self) -> frozenset[str]:
        """The deployments, by their paths, that said 429 to something before it was asked again."""
        told = self._live.limited if self._live else ()
        return frozenset(one.removeprefix(_DEPLOYMENTS) for one in told if one.startswith(_DEPLOYMENTS))

    @property
    def recovered(self) -> tuple[str, ...]:
        """The names of the exchanges of a live DIAL that were bad at first and well after a retry."""
        return self._live.recovered if self._live else ()

    def ask_once(self, request: Request) -> Exchange:
        """Ask a live DIAL once, beside what is recorded.

        Raises:
            NoAnswerError: There is no answer.
        """
        if self._live is None:
            raise NoAnswerError(Trouble.NEVER_RECORDED, "nobody is asked in a replay")
        return self._live.send_once("once more, after the run", request)

    def knock(self, request: Request) -> Exchange:
        """Ask a live DIAL that may not be there yet: neither recorded, nor counted, nor asked again.

        Raises:
            NoAnswerError: There is no answer.
        """
        if self._once is None:
            raise NoAnswerError(Trouble.NEVER_RECORDED, "nobody is asked in a replay")
        return self._once.send("until it answers", request)

    @property
    def log_problem(self) -> str | None:
        """Why the log of the requests has not all of them, or None."""
        return None if self._log is None else self._log.problem

    @property
    def representative(self) -> str | None:
        """The deployment that stands for all in the set that is replayed or added to, if there is one."""
        known = self.meta or (self._old_meta if self._adding else None)
        return known.representative if known else None

    @property
    def folder(self) -> Path:
        """The set, as a person at this place would call it."""
        folder, here = self._settings.cassettes, Path.cwd()
        return folder.relative_to(here) if folder.is_relative_to(here) else folder

    @property
    def mode(self) -> str:
        """How answers come: `live`, `recorded` (live, and kept) or `replayed`."""
        if self.replaying:
            return "replayed"
        return "recorded" if self._settings.recording else "live"

    @property
    def name(self) -> str:
        """The DIAL's address as it was given, or the set's folder."""
        return str(self.folder) if self.replaying else str(self._settings.url)

    def block_the_network(self) -> Callable[[], None]:
        """Refuse every connection of this process in a replay, and in a live run those that were not allowed.

        Returns:
            What ends it, at the latest when the session ends: it holds for the whole process.

        Raises:
            SettingsError: What is allowed does not lead to the DIAL.
        """
        if self.replaying:
            self._block.enter_context(blocked())
        elif self._settings.block_network:
            self._block.enter_context(blocked(_allowed(self._settings)))
        return self.open_the_network

    def open_the_network(self) -> None:
        """End the block of the network: nothing is asked any more, or somebody else's turn begins."""
        self._block.close()

    def replayed(self, name: str) -> Exchange | None:
        """Return an exchange of the set that is replayed; None if it has none, or nothing is replayed."""
        if not isinstance(self.transport, ReplayTransport):
            return None
        try:
            return read_cassette(self.transport.path(name), name)
        except (OSError, MalformedCassetteError):
            return None

    def ask_again(self, request: Request) -> Exchange:
        """Ask a live DIAL once more, beside what is recorded.

        Raises:
            NoAnswerError: There is no answer.
        """
        self.asked_again += 1
        transport = self._live or self.transport
        return transport.send("the control request, after the run", request)

    def unused(self, found: Discovered, not_asked: AbstractSet[str]) -> list[str]:
        """Return the files of the set that no check of a whole replay used.

        Args:
            found: What the run was about.
            not_asked: The exchanges that would be asked with more options.
        """
        everything = {one.id for one in found.deployments} == set(self.meta.deployments if self.meta else ())
        if not isinstance(self.transport, ReplayTransport) or not everything:
            return []
        known = {self.transport.path(name) for name in not_asked}
        return [str(path) for path in self.transport.unused() if path not in known]

    def finish(self, found: Discovered | None, *, complete: bool, whole: bool) -> str | None:
        """Close what is open; put a recorded set in its place if the run is complete.

        Args:
            found: What the run was about, or None if it did not get so far.
            complete: All that was planned was asked.
            whole: All requirements were planned, so the old set is replaced as a whole.

        Returns:
            Why the set was not recorded, or None if it was or none was wanted.
        """
        self.transport.close()
        self.open_the_network()
        recorder = self.recorder
        if recorder is None:
            return None
        problem = recorder.problem if complete and found else "the run ended before everything was asked"
        keep = self._adding or not whole
        if problem is None and found is not None:
            problem = why_not_to_keep(self._settings, self._old_meta, found) if keep else None
        if problem is None and found is not None:
            try:
                meta = meta_of(self._settings, found, recorder, self._old_meta if keep else None)
                recorder.finish(meta, keep=keep)
            except OSError as error:
                problem = error.strerror or str(error)
        if problem is not None:
            recorder.discard()
        return problem

    def _open(self, redaction: Redaction, clock: Clock, connections: Connections) -> Transport:
        settings = self._settings
        if self.meta is not None:
            return connections.replay(settings, self.meta)
        from conformance.wire.live.retrying import RetryingTransport  # noqa: PLC0415 - a replay has no transport at all

        self._once = self._logged(connections.live(settings, redaction), redaction)
        live = RetryingTransport(self._once, clock, settings.deadline)
        self._live = live
        if not settings.recording:
            return live
        if (settings.cassettes / META).is_file():
            try:
                self._old_meta = read_meta(settings.cassettes)
            except (UnusableSetError, MalformedCassetteError):
                if settings.record_mode != "rewrite":
                    raise
        return RecordingTransport(live, settings.cassettes, redaction, new_episodes=self._adding)

    def _logged(self, live: Transport, redaction: Redaction) -> Transport:
        """Let a line be written for each request, if that is wanted.

        Raises:
            SettingsError: The file cannot be written.
        """
        path = self._settings.log_requests
        if path is None:
            return live
        from conformance.wire.live.request_log import LoggingTransport, RequestLog  # noqa: PLC0415 - who wants it, pays

        try:
            self._log = RequestLog(path, redaction)
        except OSError as error:
            live.close()
            raise SettingsError(f"--log-requests={path} cannot be written: {error.strerror or error}") from None
        return LoggingTransport(live, self._log)

    @property
    def _adding(self) -> bool:
        return self._settings.record_mode == "new_episodes" and self._old_meta is not None


def _allowed(settings: Settings) -> list[str]:
    proxies = [value for name, value in os.environ.items() if name.lower() in _PROXIES and value]
    hosts = [host for proxy in proxies if (host := _host(proxy))]
    try:
        return allowed_addresses(settings.allowed_hosts, _host(settings.url or "") or "", hosts)
    except ValueError as error:
        given = ",".join(settings.allowed_hosts)
        raise SettingsError(f"--allowed-hosts={given} {error}, the host of the DIAL: name it, or its address") from None


def _host(url: str) -> str | None:
    try:
        return urlsplit(url if "://" in url else f"http://{url}").hostname
    except ValueError:
        return None
