"""A network that fails accuses nobody: faults of many kinds in a part of the exchanges with a healthy DIAL."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from functools import partial

import pytest

import conformance.run

from tests.chaos.faults import ALL
from tests.chaos.laboratory import HastyClock, HealthyDial, Laboratory, Trial, light_set
from tests.chaos.proxy import Aim, Fault, Hit, Nature
from tests.replaying import UNBROKEN
from tests.running import CORE_25, Suite

UNDECIDED = {"could not run", "not proven"}
PATIENT = ("--timeout=10", "--deadline=10")
IMPATIENT = ("--timeout=0.5", "--deadline=2")
STORMS = range(6)
OUTAGES = [one for one in ALL.values() if one.nature is Nature.OUTAGE]
WRONG = [one for one in ALL.values() if one.nature is Nature.WRONG]
HARMLESS = [one for one in ALL.values() if one.nature is Nature.HARMLESS]

named = partial(pytest.mark.parametrize, "fault", ids=lambda fault: fault.name)


@pytest.fixture(scope="module")
def dial(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HealthyDial]:
    with HealthyDial(light_set(tmp_path_factory.mktemp("set"), CORE_25)) as dial:
        yield dial
    assert dial.faults == [], "the server of the test is at fault"


@pytest.fixture(scope="module")
def known() -> dict[object, Trial]:
    return {}


@pytest.fixture
def laboratory(
    suite: Suite, dial: HealthyDial, known: dict[object, Trial], monkeypatch: pytest.MonkeyPatch
) -> Laboratory:
    monkeypatch.setattr(conformance.run, "SystemClock", HastyClock)
    return Laboratory(suite, dial, known)


@named(argvalues=OUTAGES)
def test_outage_accuses_nobody(laboratory: Laboratory, fault: Fault) -> None:
    trial = laboratory.tried(Aim([fault], seed(fault)), *IMPATIENT)
    assert trial.hits, "nothing was hit"
    assert accusations(trial) == {}, trial.run.output
    assert_each_outage_shows(laboratory, trial)


@named(argvalues=WRONG)
def test_wrong_answer_is_held_against_itself_only(laboratory: Laboratory, fault: Fault) -> None:
    trial = laboratory.tried(Aim([fault], seed(fault)), *IMPATIENT)
    assert trial.hits, "nothing was hit"
    for said in accusations(trial).values():
        if fault.accuses is None:
            assert any(is_about(said["curl"], hit) for hit in trial.hits), said
        else:
            assert said["requirement"] in fault.accuses, said


@named(argvalues=HARMLESS)
def test_harmless_fault_changes_nothing(laboratory: Laboratory, fault: Fault) -> None:
    trial = laboratory.tried(Aim([fault], seed(fault)), *PATIENT)
    assert trial.hits, "nothing was hit"
    healthy = laboratory.remembered(Aim([fault], only=frozenset()), *PATIENT)
    assert trial.run.verdicts == healthy.run.verdicts
    assert trial.run.exit_code == 0, trial.run.output


@pytest.mark.parametrize("storm", STORMS)
def test_storm_accuses_nobody(laboratory: Laboratory, storm: int) -> None:
    trial = laboratory.tried(Aim(OUTAGES + HARMLESS, 100 + storm), *IMPATIENT, "--thorough", "--allow-writes", "--clients")
    assert len({hit.fault for hit in trial.hits}) > 5
    print(accusations(trial))


def seed(fault: Fault) -> int:
    return len(fault.name) % 2


def accusations(trial: Trial) -> dict[str, dict[str, str]]:
    """What is said of the checks that hold for the healthy DIAL, and did not."""
    return {
        name: dict(said)
        for name, said in trial.accused.items()
        if said["requirement"] not in UNBROKEN["dall-e-3"]
    }


def is_about(curl: str, hit: Hit) -> bool:
    """Tell whether a violation is about a request that was hit, by the command that shows it."""
    body = hit.asked.body.decode()
    return f'"$DIAL_URL{hit.asked.target}"' in curl and (not body or shlex.quote(body) in curl)


def assert_each_outage_shows(laboratory: Laboratory, trial: Trial) -> None:
    """What never had an answer passed nothing: not more passes than if the server had hung up each time."""
    forever = frozenset(hit.asked.identity for hit in trial.hits if hit.forever)
    silent = laboratory.remembered(Aim([ALL["closed without a word"]], only=forever), "--timeout=10", "--deadline=0")
    assert trial.passed <= silent.passed
    if forever:
        assert trial.run.exit_code == 10, trial.run.output
