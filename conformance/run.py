"""One run from its settings to its exchanges: live, recorded or replayed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

from conformance import __version__
from conformance.deciding import Decider
from conformance.discovery import Discovered, DiscoveryError, discover
from conformance.planning import PlannedCheck, plan_checks, plan_exchanges
from conformance.recipe import COMPLETION, Node, recipe_book
from conformance.report.terminal import Overview
from conformance.requirement import Requirement, all_requirements, matches
from conformance.resolver import Resolver
from conformance.settings import Settings, SettingsError
from conformance.wire.asking import Asker
from conformance.wire.cassette import MalformedCassetteError
from conformance.wire.cassettes import META, Meta, ReplayedDial, UnusableSetError, read_meta
from conformance.wire.recording import RecordingDial
from conformance.wire.redaction import Redaction
from conformance.wire.schedule import run_all

UNUSABLE = (SettingsError, UnusableSetError, MalformedCassetteError, DiscoveryError)
"""What is wrong before anything can be checked: one line and exit code 4."""


class Run:
    """The life of a run. Nothing is read or asked before it is needed."""

    def __init__(self, settings: Settings) -> None:
        """Get ready.

        Args:
            settings: What was asked for.

        Raises:
            ValueError: One of `UNUSABLE`.
        """
        _refuse_unknown_requirements(settings)
        self.settings = settings
        self.redaction = Redaction(settings.credentials, settings.url)
        self.book = recipe_book()
        self.replaying = not settings.live or (settings.record_mode == "once" and (settings.cassettes / META).is_file())
        self.meta: Meta | None = read_meta(settings.cassettes) if self.replaying else None
        self._old_meta = self.meta
        self._schemas_asked = False
        self._asker = self._open()
        bearer = self.meta.credentials == "token" if self.meta else settings.bearer
        self.resolver = Resolver(self.book, self._asker, self.redaction, bearer=bearer, free=settings.free)

    @cached_property
    def discovered(self) -> Discovered:
        """What the run is about; the first use asks the control request and the listings.

        Raises:
            DiscoveryError: There is nothing to check.
        """
        known = self.meta or (self._old_meta if self._adding else None)
        recorded = known.representative if known else None
        found = discover(self.resolver, self.settings, self.meta, recorded)
        self.resolver.representative = found.representative
        return found

    @property
    def recorder(self) -> RecordingDial | None:
        """What keeps the exchanges, if they are recorded."""
        return self._asker if isinstance(self._asker, RecordingDial) else None

    def unused_cassettes(self, *, whole: bool) -> list[str]:
        """Return the files of the set that no check of a whole replay used."""
        if not whole or not isinstance(self._asker, ReplayedDial) or self.meta is None:
            return []
        everything = {one.id for one in self.discovered.deployments} == set(self.meta.deployments)
        return [str(path) for path in self._asker.unused()] if everything else []

    def selected(self, requirement: Requirement) -> bool:
        """Tell whether `--requirement` wants it."""
        return not self.settings.requirements or matches(requirement.id, self.settings.requirements)

    def plan(self, requirement: Requirement) -> Sequence[PlannedCheck]:
        """Return the planned checks of a requirement. Schemas are asked here, because they give the cases."""
        recipe = self.book.case_recipe(requirement.needs)
        with_cases = [name for name in (recipe.name if recipe else None, requirement.proven_by) if name is not None]
        if "configuration" in self.book.closure(with_cases):
            self._ask_schemas()
        return list(plan_checks(requirement, self.discovered.deployments, self.book, self.resolver))

    def ask(self, checks: Sequence[PlannedCheck], *, free: bool = False) -> None:
        """Make all exchanges that checks need.

        Args:
            checks: The selected ones.
            free: Leave out what a model answers, as with `--free`.
        """
        self.resolver.free = self.resolver.free or free
        self._perform(plan_exchanges(checks, self.book, self.resolver))

    @cached_property
    def decider(self) -> Decider:
        """What comes to the verdicts."""
        return Decider(self.book, self.resolver, self.redaction, self.discovered.core)

    def finish(self, *, complete: bool, whole: bool) -> str | None:
        """Close what is open; put a recorded set in its place if the run is complete.

        Args:
            complete: All that was planned was asked.
            whole: All requirements were planned, so the old set is replaced as a whole.

        Returns:
            Why the set was not recorded, or None if it was or none was wanted.
        """
        self._asker.close()
        recorder = self.recorder
        if recorder is None:
            return None
        problem = recorder.problem if complete else "the run ended before everything was asked"
        keep = self._adding or not whole
        if problem is None and keep:
            problem = self._why_not_to_keep()
        if problem is None:
            try:
                recorder.finish(self._new_meta(keep=keep), keep=keep)
            except OSError as error:
                problem = error.strerror or str(error)
        if problem is not None:
            recorder.discard()
        return problem

    def overview(self, *, planned: int, whole: bool, recording_problem: str | None) -> Overview:
        """Tell what the run knows of itself.

        Args:
            planned: How many checks were planned.
            whole: All requirements were planned.
            recording_problem: Why the set was not recorded, or None.
        """
        found = self.discovered
        exchanges = self.resolver.exchanges
        notes = []
        if not found.deployments:
            notes.append("no deployment was named, so only the DIAL itself was checked: give --dial-deployment")
        if recording_problem is not None:
            notes.append(f"not recorded: {recording_problem}; {self._set} is as it was before")
        elif self.recorder is not None:
            notes.append(f"recorded {self.recorder.recorded} exchanges into {self._set}")
        unused = self.unused_cassettes(whole=whole)
        if unused:
            notes.append(f"{len(unused)} cassettes were not used by any check: {', '.join(unused[:3])}")
        kept = set(self.recorder.replayed) if self.recorder else set()
        return Overview(
            self._title,
            planned,
            requests=len(self.resolver.asked) - len(kept),
            completions=sum(one.name not in kept for one in exchanges.completions),
            notes=tuple(notes),
            free=self.resolver.free,
            replayed=self.replaying,
        )

    @property
    def _set(self) -> Path:
        folder, here = self.settings.cassettes, Path.cwd()
        return folder.relative_to(here) if folder.is_relative_to(here) else folder

    @property
    def _title(self) -> str:
        if self.meta is not None:
            return f"DIAL Core {self.meta.core}, replayed from {self._set} (recorded {self.meta.recorded})"
        return f"DIAL Core {self.discovered.core}, live at {self.settings.url}"

    def _ask_schemas(self) -> None:
        if self._schemas_asked:
            return
        self._schemas_asked = True
        schemas = [Node("configuration", one) for one in self.discovered.deployments if one.configurable]
        representative = self.discovered.representative
        if representative is not None and representative.configurable:
            schemas.append(Node("configuration", representative))
        self._perform({node: frozenset[Node]() for node in dict.fromkeys(schemas)})

    def _perform(self, tasks: dict[Node, frozenset[Node]]) -> None:
        settings = self.settings
        jobs = 1 if self.replaying else settings.jobs
        try:
            run_all(
                tasks, self.resolver.perform, jobs=jobs, lane=self._lane, jobs_per_lane=settings.jobs_per_deployment
            )
        except KeyboardInterrupt:
            self._asker.close()
            raise

    def _lane(self, node: Node) -> str | None:
        recipe = self.book[node.recipe]
        chat = recipe.cost is COMPLETION or recipe.refused
        return node.deployment.id if chat and node.deployment else None

    def _open(self) -> Asker:
        settings = self.settings
        if self.replaying or settings.url is None:
            return ReplayedDial(settings.cassettes)
        from conformance.wire.live import LiveDial, Timeouts  # noqa: PLC0415 - a replay has no transport at all

        live = LiveDial(
            settings.url, settings.credentials, self.redaction, Timeouts(silence=settings.timeout), settings.jobs
        )
        if not settings.recording:
            return live
        if (settings.cassettes / META).is_file():
            try:
                self._old_meta = read_meta(settings.cassettes)
            except (UnusableSetError, MalformedCassetteError):
                if settings.record_mode != "rewrite":
                    raise
        return RecordingDial(live, settings.cassettes, self.redaction, new_episodes=self._adding)

    @property
    def _adding(self) -> bool:
        return self.settings.record_mode == "new_episodes" and self._old_meta is not None

    def _why_not_to_keep(self) -> str | None:
        """Tell why what was asked cannot be put into the old set, or None."""
        if self._old_meta is None:
            return (
                "only a part was asked, and the set is of another version"
                if (self.settings.cassettes / META).exists()
                else None
            )
        found = self.discovered.representative
        if self._old_meta.representative != (found.id if found else None):
            return f"only a part was asked, and not of {self._old_meta.representative}, which stands for all in the set"
        return None

    def _new_meta(self, *, keep: bool) -> Meta:
        found, settings, old = self.discovered, self.settings, self._old_meta
        meta = Meta(
            core=found.core,
            recorded=datetime.now(UTC).isoformat(timespec="seconds"),
            suite=__version__,
            credentials="token" if settings.bearer else "key",
            other_key=len(settings.credentials) > 1,
            deployments=tuple(one.id for one in found.deployments),
            dalle3=settings.dalle3,
            representative=found.representative.id if found.representative else None,
        )
        if old is None or not keep:
            return meta
        return replace(
            meta,
            deployments=tuple(dict.fromkeys((*old.deployments, *meta.deployments))),
            dalle3=meta.dalle3 or old.dalle3,
        )


def _refuse_unknown_requirements(settings: Settings) -> None:
    for pattern in settings.requirements:
        if not any(matches(one, [pattern]) for one in all_requirements()):
            raise SettingsError(f"--requirement={pattern} fits no requirement: docs/requirements.md lists them")
