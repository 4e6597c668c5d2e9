"""A network that fails accuses nobody: faults of many kinds in a part of the exchanges with a healthy DIAL."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping
from typing import Final

import pytest

import conformance.run.run
from tests.chaos.faults import ALL
from tests.chaos.laboratory import HastyClock, HealthyDial, Laboratory, Trial, light_set
from tests.chaos.proxy import Aim, Fault, HastyProxy, Hit, Nature
from tests.running import CORE_25, EVERYTHING, Suite

pytestmark = pytest.mark.long

PATIENT: Final = ("--exchange-timeout=100", "--deadline=1000")
IMPATIENT: Final = ("--exchange-timeout=0.5", "--deadline=2")
NOT_FOR_LONG: Final = ("--exchange-timeout=100", "--deadline=2")
UNTOUCHED: Final[Aim] = Aim((), only=frozenset())
STORMS: Final = range(100, 103)

ABOUT_ANOTHER_EXCHANGE_TOO: Final = {"FILE-15": "/images/"}
"""Requirements that compare what they show with another answer, and the path of that."""

EARLY: Final = {
    "an answer": b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}",
    "413": b"HTTP/1.1 413 Content Too Large\r\nContent-Length: 9\r\nConnection: close\r\n\r\ntoo large",
    "408": b"HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
}
"""Complete answers that do not wait for the request; who gets one cannot tell when it was sent."""

AT_ONCE: Final = (
    "bad gateway", "body of 100 mb", "closed in the headers", "dripping headers", "gzip bomb in gzip",
    "header without a colon", "header with a nul", "headers without end", "http 0 9", "http 2", "reset in the body",
    "stall in the body", "status line is garbage", "switched protocols", "too many requests",
    "unknown coding",
    "unavailable in 3 billion years",
)  # fmt: skip
"""What a run meets at its very first request, some with the key in it."""


def of(nature: Nature) -> pytest.MarkDecorator:
    found = [one for one in ALL.values() if one.nature is nature]
    return pytest.mark.parametrize("fault", found, ids=[one.name for one in found])


@pytest.fixture(scope="module")
def dial(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HealthyDial]:
    with HealthyDial(light_set(tmp_path_factory.mktemp("set"), CORE_25)) as dial:
        yield dial
    assert dial.faults == [], "the server of the test is at fault"


@pytest.fixture(scope="module")
def known() -> dict[object, Trial]:
    """Trials that several tests compare with."""
    return {}


@pytest.fixture
def laboratory(
    suite: Suite, dial: HealthyDial, known: dict[object, Trial], monkeypatch: pytest.MonkeyPatch
) -> Laboratory:
    monkeypatch.setattr(conformance.run.run, "SystemClock", HastyClock)
    return Laboratory(suite, dial, known)


@of(Nature.OUTAGE)
def test_outage_accuses_nobody(laboratory: Laboratory, fault: Fault) -> None:
    trial = laboratory.tried(Aim([fault], seed(fault)), *bounds(fault))
    assert trial.hits, "nothing was hit"
    assert fault.accuses is not None
    assert {said["requirement"] for said in accusations(laboratory, trial).values()} <= fault.accuses
    assert_what_had_no_answer_passed_nothing(laboratory, trial, fault.decides)


@of(Nature.WRONG)
def test_wrong_answer_is_held_against_itself_only(laboratory: Laboratory, fault: Fault) -> None:
    trial = laboratory.tried(Aim([fault], seed(fault)), *bounds(fault))
    assert trial.hits, "nothing was hit"
    for said in accusations(laboratory, trial).values():
        if fault.accuses is None:
            assert any(is_about(said, hit) for hit in trial.hits), said
        else:
            assert said["requirement"] in fault.accuses, said


@of(Nature.HARMLESS)
def test_harmless_fault_changes_nothing(laboratory: Laboratory, fault: Fault) -> None:
    trial = laboratory.tried(Aim([fault], seed(fault)), *PATIENT)
    assert trial.hits, "nothing was hit"
    assert trial.run.verdicts == laboratory.remembered(UNTOUCHED, *PATIENT).run.verdicts
    assert trial.run.exit_code == 0


@pytest.mark.parametrize("greeting", EARLY.values(), ids=EARLY)
def test_answer_before_the_request_is_held_against_itself_only(laboratory: Laboratory, greeting: bytes) -> None:
    trial = laboratory.through(HastyProxy(laboratory.dial.port, greeting), *PATIENT)
    assert trial.hits, "nothing was hit"
    for said in accusations(laboratory, trial).values():
        assert any(is_about(said, hit) for hit in trial.hits), said


@pytest.mark.parametrize("storm", STORMS)
def test_storm_accuses_nobody(laboratory: Laboratory, storm: int) -> None:
    faults = [one for one in ALL.values() if one.nature is not Nature.WRONG]
    trial = laboratory.tried(Aim(faults, storm), *IMPATIENT, *EVERYTHING)
    assert len({hit.fault for hit in trial.hits}) > 9
    accused = {said["requirement"] for said in accusations(laboratory, trial, *EVERYTHING).values()}
    assert accused <= frozenset().union(*(one.accuses or () for one in faults))
    assert trial.run.exit_code == 10


@pytest.mark.parametrize("name", AT_ONCE)
def test_run_that_cannot_begin_says_so_in_one_line(laboratory: Laboratory, name: str) -> None:
    trial = laboratory.tried(Aim([ALL[name]], everything=True), *IMPATIENT)
    assert trial.run.exit_code == 4
    assert trial.run.complaint
    assert len(trial.hits) <= 2, "who never answered well is not waited for: only the page and the listing are asked"


def test_short_fault_is_got_over(laboratory: Laboratory) -> None:
    """What fails once is asked again, and then all is as if nothing had been."""
    trial = laboratory.tried(Aim([ALL["unavailable in 0 seconds"]], once=True), *PATIENT)
    assert len(trial.hits) > 10
    assert trial.run.verdicts == laboratory.remembered(UNTOUCHED, *PATIENT).run.verdicts
    assert all(trial.proxy.times(hit.asked) > 1 for hit in trial.hits)


def bounds(fault: Fault) -> tuple[str, ...]:
    """Be impatient only where nothing else ends a fault: what is healthy may be slow on a busy machine."""
    return IMPATIENT if fault.bounded_by_time else NOT_FOR_LONG


def seed(fault: Fault) -> int:
    """Choose one of two sets of requests, so that the trials to compare with are few."""
    return len(fault.name) % 2


def accusations(laboratory: Laboratory, trial: Trial, *options: str) -> dict[str, Mapping[str, str]]:
    """What is said of the checks that did not hold, though they hold, or are not decided, without a fault."""
    healthy = laboratory.remembered(UNTOUCHED, *PATIENT, *options).accused
    unbroken = {said["requirement"] for said in healthy.values()}
    return {name: said for name, said in trial.accused.items() if said["requirement"] not in unbroken}


def is_about(said: Mapping[str, str], hit: Hit) -> bool:
    """Tell whether a violation is about a request that was hit, by the command that shows it."""
    other = ABOUT_ANOTHER_EXCHANGE_TOO.get(said["requirement"])
    if other is not None and other in hit.asked.target:
        return True
    body = hit.asked.body.decode()
    return f'"$DIAL_URL{hit.asked.target}"' in said["curl"] and (not body or shlex.quote(body) in said["curl"])


def assert_what_had_no_answer_passed_nothing(laboratory: Laboratory, trial: Trial, decided: frozenset[str]) -> None:
    """It passed no more than if the server had hung up without a word, which nobody can take for an answer."""
    forever = any(hit.forever for hit in trial.hits)
    # A completion is not asked twice, as it may be billed: hit once, it had no answer, and what is asked after it is
    # asked with another configuration. So the same must go without an answer, or the two runs ask different things.
    unanswered = frozenset(hit.asked.identity for hit in trial.hits if hit.forever or trial.proxy.times(hit.asked) == 1)
    silent = laboratory.remembered(
        Aim([ALL["closed without a word"]], only=unanswered), "--exchange-timeout=100", "--deadline=0"
    )
    more = trial.passed - silent.passed
    assert {trial.run.properties[name]["requirement"] for name in more} <= decided
    assert trial.run.exit_code == 10 or not forever
