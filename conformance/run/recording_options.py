"""What pytest-recording's own options mean for a run of the suite."""

from __future__ import annotations

import re
from argparse import Namespace
from dataclasses import dataclass
from typing import Final, Self

RECORD_MODES: Final = ("none", "once", "new_episodes", "rewrite", "all")
"""pytest-recording's words. `all` is `rewrite` here: for vcr it adds to a file, which here has one exchange only."""


@dataclass(frozen=True)
class RecordingOptions:
    """pytest-recording's options, as they were given.

    Attributes:
        record_mode: `--record-mode`, or None.
        disable_recording: `--disable-recording`.
        block_network: `--block-network`.
        allowed_hosts: `--allowed-hosts`: regular expressions for hosts.
    """

    record_mode: str | None = None
    disable_recording: bool = False
    block_network: bool = False
    allowed_hosts: tuple[str, ...] = ()

    @classmethod
    def of(cls, options: Namespace) -> Self:
        """Take them from all options of the command line; they are not there where `-p no:recording` comes first."""
        hosts = getattr(options, "allowed_hosts", None) or ""
        return cls(
            getattr(options, "record_mode", None),
            getattr(options, "disable_recording", False),
            getattr(options, "block_network", False),
            tuple(filter(None, hosts.split(","))),
        )

    @property
    def mode(self) -> str:
        """What is recorded: `none`, `once`, `new_episodes` or `rewrite`."""
        mode = "none" if self.disable_recording else self.record_mode or "none"
        return "rewrite" if mode == "all" else mode

    def check(self, given: Namespace) -> None:
        """Refuse what cannot work.

        Args:
            given: The options of the suite.

        Raises:
            ValueError: It cannot work; the message says what to do.
        """
        live, cassettes = (getattr(given, name, None) for name in ("live", "cassettes"))
        if self.disable_recording and not live:
            raise ValueError(
                "--disable-recording disables the replay too: give --live, or leave out --disable-recording"
            )
        if self.record_mode not in (None, "none"):
            self._check_mode(given)
        if live and cassettes and self.record_mode is None and not self.disable_recording:
            raise ValueError(
                f"--live --cassettes={cassettes} neither replays nor records:"
                " give --record-mode=rewrite to record, or leave out --live to replay"
            )
        if live and self.block_network:
            self._check_hosts()

    def _check_mode(self, given: Namespace) -> None:
        mode = f"--record-mode={self.record_mode}"
        if self.record_mode not in RECORD_MODES:
            raise ValueError(f"{mode}: give one of {', '.join(RECORD_MODES)}")
        if not getattr(given, "live", False):
            raise ValueError(f"{mode} asks a DIAL: give --live too")
        if not getattr(given, "cassettes", None):
            raise ValueError(f"{mode} writes a cassette set: say where with --cassettes=DIR")
        if getattr(given, "explore", None) not in (None, "0"):
            raise ValueError(
                f"--explore is not recorded: leave out {mode}, keep what it finds with --keep-cases=FILE,"
                " and record with that file"
            )
        for name in ("plan", "shard"):
            if getattr(given, name, None) not in (None, False):
                raise ValueError(f"--{name} asks too little for a cassette set: leave out --record-mode")

    def _check_hosts(self) -> None:
        if not self.allowed_hosts:
            raise ValueError(
                "--live --block-network blocks the DIAL too: name its host with --allowed-hosts,"
                " or leave out --block-network"
            )
        for pattern in self.allowed_hosts:
            try:
                re.compile(pattern)
            except (re.error, RecursionError, OverflowError):
                raise ValueError(f"--allowed-hosts={pattern} is not a regular expression") from None
