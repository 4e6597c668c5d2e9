"""`--max-age`: a set that is too old is not replayed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from conformance.run.recorded_set import see_age
from conformance.wire.cassettes.folder import UnusableSetError, read_meta
from tests.conftest import Serve
from tests.running import CORE_25, Suite

META = replace(read_meta(CORE_25), recorded="2026-11-22T12:00:00+00:00")
SET = Path("my-set")


def test_age_is_counted_in_days() -> None:
    see_age(META, SET, 7, datetime(2026, 11, 29, 12, tzinfo=UTC))
    with pytest.raises(UnusableSetError) as found:
        see_age(META, SET, 7, datetime(2026, 11, 30, tzinfo=UTC))
    assert str(found.value) == (
        "my-set was recorded 7.5 days ago, and --max-age=7 allows less:"
        " record it again, with --live --record-mode=rewrite"
    )


@pytest.mark.parametrize("recorded", ["2026-11-22", "2026-11-22T12:00:00", "2026-11-22T12:00:00Z"])
def test_time_without_a_zone_is_utc(recorded: str) -> None:
    see_age(replace(META, recorded=recorded), SET, 8, datetime(2026, 11, 29, 12, tzinfo=UTC))


@pytest.mark.parametrize("recorded", ["", "yesterday", "2026-13-01"])
def test_set_that_does_not_say_its_age_is_refused(recorded: str) -> None:
    with pytest.raises(UnusableSetError, match="does not say when it was recorded"):
        see_age(replace(META, recorded=recorded), SET, 10_000)


def test_set_from_the_future_is_refused() -> None:
    see_age(META, SET, 1, datetime(2026, 11, 22, tzinfo=UTC))  # the clocks of two machines
    with pytest.raises(UnusableSetError, match=r"says it was recorded 10\.0 days from now"):
        see_age(META, SET, 1, datetime(2026, 11, 12, 12, tzinfo=UTC))


def test_old_set_is_one_line(suite: Suite) -> None:
    run = suite.replay("--max-age=0", "--requirement=LIST-01")
    assert run.exit_code == 4
    assert "days ago, and --max-age=0 allows less" in run.complaint


def test_young_set_is_replayed(suite: Suite) -> None:
    assert suite.replay("--max-age=100000", "--requirement=LIST-01").exit_code == 0


def test_it_holds_for_a_set_that_is_recorded_only_once(suite: Suite) -> None:
    run = suite.run(
        "--live", "--record-mode=once", f"--cassettes={CORE_25}", "--max-age=0", "--requirement=LIST-01",
        DIAL_URL="http://127.0.0.1:9", DIAL_API_KEY="conformance-key-1",
    )  # fmt: skip
    assert run.exit_code == 4
    assert "--max-age=0" in run.complaint


def test_it_does_nothing_in_a_live_run(suite: Suite, serve: Serve) -> None:
    run = suite.live(serve(), "--max-age=0", "--requirement=LIST-01")
    assert run.exit_code == 0, run.output
    assert "--max-age does nothing in a live run" in run.out


@pytest.mark.parametrize("value", ["", "old", "-1", "1.5"])
def test_bad_value_is_one_line(suite: Suite, value: str) -> None:
    run = suite.run(f"--max-age={value}")
    assert run.exit_code == 4
    assert run.complaint == f"--max-age={value}: give 0 or a whole number above it"
