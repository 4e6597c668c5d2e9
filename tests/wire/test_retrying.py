"""After an outage it is asked again, within the deadline, and never where an answer would be paid twice."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from email.utils import formatdate

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from conformance.contract.exchange import Answer, Exchange, Request
from conformance.contract.outage import OUTAGES
from conformance.wire.clock import Clock, SystemClock
from conformance.wire.live.retrying import TRIES, RetryingTransport
from conformance.wire.transport import NoAnswerError, Trouble

SECONDS = 100
HOUR = 3600
TODAY = 784111777.0  # Sun, 06 Nov 1994 08:49:37 GMT, the date of RFC 9110

COMPLETION = Request("POST", "/openai/deployments/gpt/chat/completions?api-version=1", body=b"{}")
SCHEMA = Request("GET", "/v1/deployments/gpt/configuration")
SAFE = ("GET", "HEAD", "OPTIONS")
UNSAFE = ("POST", "PUT", "DELETE", "PATCH", "get")
NO_ROUTE = Answer(502, "Bad Gateway", (), b"No route")
NOT_ANSWERED = (429, 502, 503, Trouble.UNREACHABLE, Trouble.NAME)
MAYBE_ANSWERED = (504, Trouble.BROKEN, Trouble.EXCESS)
FINAL = (200, 302, 400, 404, 422, 500, 501, 599, *sorted(set(Trouble) - {*NOT_ANSWERED, *MAYBE_ANSWERED}))
Told = Answer | Trouble | int


class Time:
    """A clock that is as late as it was told to wait."""

    def __init__(self) -> None:
        self.late = 0.0
        self.waits: list[float] = []
        self.stopped = False
        self.at_wait: Callable[[], object] = lambda: None

    def now(self) -> float:
        return self.late

    def sleep(self, seconds: float) -> None:
        assert seconds >= 0
        self.waits.append(seconds)
        self.at_wait()
        self.late += seconds

    def stop(self) -> None:
        self.stopped = True


class Retried:
    """A DIAL that answers as told, the last for ever, and is asked by a retrying one after its first good answer."""

    def __init__(self, *told: Told, deadline: float = 60, slow: float = 0, control: int = 200) -> None:
        self.told = [control, *told]
        self.asked: list[tuple[str, str, frozenset[int]]] = []
        self.closed = False
        self.clock = Time()
        self.dial = RetryingTransport(self, self.clock, deadline, wall=lambda: TODAY)
        self._slow = slow
        self._lock = threading.Lock()
        self.result("control", Request("GET", "/openai/models"))
        self.asked.clear()

    def send(self, name: str, request: Request, answers: frozenset[int] = frozenset(), **_: bool) -> Exchange:
        with self._lock:
            self.asked.append((name, request.path, answers))
            self.clock.late += self._slow
            told = self.told[0] if len(self.told) == 1 else self.told.pop(0)
        if isinstance(told, Trouble):
            raise NoAnswerError(told, "as told")
        return Exchange(name, request, answer(told) if isinstance(told, int) else told)

    def close(self) -> None:
        self.closed = True

    def result(
        self, name: str = "gpt/accepted", request: Request = COMPLETION, answers: frozenset[int] = frozenset()
    ) -> int | Trouble:
        try:
            exchange = self.dial.send(name, request, answers)
        except NoAnswerError as error:
            return error.trouble
        assert exchange.name == name
        return exchange.status

    def results(self, times: int) -> list[int | Trouble]:
        return [self.result() for _ in range(times)]


def answer(status: int, retry_after: str | None = None) -> Answer:
    return Answer(status, "", () if retry_after is None else (("Retry-After", retry_after),))


@pytest.mark.parametrize("told", [*NOT_ANSWERED, *MAYBE_ANSWERED, *FINAL])
@pytest.mark.parametrize("method", [*SAFE, *UNSAFE])
def test_outage_is_asked_again_unless_it_may_have_been_answered(method: str, told: int | Trouble) -> None:
    again = told in NOT_ANSWERED or (told in MAYBE_ANSWERED and method in SAFE)
    retried = Retried(told, told, 200)
    assert retried.result(request=Request(method, COMPLETION.path)) == (200 if again else told)
    assert retried.clock.waits == ([0.5, 1] if again else [])


@pytest.mark.parametrize("status", sorted(OUTAGES))
def test_outage_that_is_an_answer_here_is_the_answer(status: int) -> None:
    retried = Retried(NO_ROUTE if status == 502 else status, 200)
    assert retried.result(request=SCHEMA, answers=frozenset({status})) == status
    assert retried.asked == [("gpt/accepted", SCHEMA.path, frozenset({status}))]


def test_502_in_the_words_of_another_gateway_is_an_outage_where_a_core_has_no_route() -> None:
    retried = Retried(502, 200)
    assert retried.result(request=SCHEMA, answers=frozenset({502})) == 200


def test_nothing_is_sent_again_where_all_outages_are_an_answer() -> None:
    assert Retried(502, 200).result(request=SCHEMA, answers=OUTAGES) == 502


@pytest.mark.parametrize(
    ("told", "times"),
    [
        pytest.param(answer(429), 2, id="429"),
        pytest.param(answer(503, "0"), 2, id="503 with a time"),
        pytest.param(NO_ROUTE, 2, id="no route"),
        pytest.param(answer(503), 1, id="503"),
        pytest.param(answer(502), 1, id="502"),
        pytest.param(answer(504), 1, id="504"),
        pytest.param(Trouble.BROKEN, 1, id="broken"),
    ],
)
def test_what_must_not_be_forwarded_twice_is_asked_again_only_if_nobody_got_it(told: Told, times: int) -> None:
    retried = Retried(told, 422)
    with contextlib.suppress(NoAnswerError):
        retried.dial.send("gpt/refused", COMPLETION, forwarded_once=True)
    assert len(retried.asked) == times


@pytest.mark.parametrize(("told", "then"), [([422], 422), ([NO_ROUTE], 502)], ids=["stray", "suspended"])
def test_no_route_that_would_accuse_is_asked_once_more(told: list[Told], then: int) -> None:
    retried = Retried(NO_ROUTE, *told, 200)
    exchange = retried.dial.send("gpt/second_refusal", COMPLETION, frozenset({502}), forwarded_once=True)
    assert (exchange.status, len(retried.asked), retried.clock.waits) == (then, 2, [])
    assert retried.dial.recovered == (("gpt/second_refusal",) if then == 422 else ())


@pytest.mark.parametrize("first", [*NOT_ANSWERED, 500, 504, 599, Trouble.BROKEN])
def test_before_the_first_good_answer_nothing_is_asked_again(first: int | Trouble) -> None:
    retried = Retried(first, 502, 503, 404, 503, 503, 200, control=503)
    assert retried.result() == first
    assert retried.result(answers=frozenset({502})) == 502
    assert (retried.results(2), retried.clock.waits) == ([503, 404], [])
    assert (retried.results(1), retried.clock.waits) == ([200], [0.5, 1])


@pytest.mark.parametrize(
    ("told", "deadline", "slow", "waits"),
    [
        (503, 40, 0, [0.5, 1, 2, 4, 8, 8, 8, 8]),  # 39.5 s
        (503, 40, 15, [0.5, 1]),  # 15 + 0.5 + 15 + 1 + 15 s
        (503, 1.5, 0, [0.5, 1]),
        (Trouble.UNREACHABLE, 1, 0, [0.5]),
        (answer(429, "0"), 40, 15, [0, 0]),
        (answer(429, "0"), 0, 0, []),
        (answer(503, "0"), HOUR, 0, [0] * 19),
        (answer(503, "0"), float("inf"), 1, [0] * (TRIES - 1)),
    ],
)
def test_back_off_grows_until_the_deadline(told: Told, deadline: float, slow: float, waits: list[float]) -> None:
    retried = Retried(told, deadline=deadline, slow=slow)
    assert retried.result() != 200
    assert retried.clock.waits == waits
    assert len(retried.asked) == len(waits) + 1


@pytest.mark.parametrize("status", sorted(OUTAGES))
@pytest.mark.parametrize(
    ("retry_after", "wait"),
    [
        ("0", 0), ("007", 7), (" 60\t", 60), ("Thu, 01 Jan 1970 00:00:00 GMT", 0), ("Sun, 06 Nov 1994 08:49:40 GMT", 3),
        ("Sunday, 06-Nov-94 08:49:40 GMT", 3), ("Sun Nov  6 08:49:40 1994", 3),
    ],
)  # fmt: skip
def test_retry_after_is_waited_for(status: int, retry_after: str, wait: float) -> None:
    retried = Retried(answer(status, retry_after), status, 200)
    assert retried.result(request=SCHEMA) == (200 if wait < 60 else status)
    assert retried.clock.waits == ([wait, 1] if wait < 60 else [wait])


@pytest.mark.parametrize("retry_after", ["61", "9" * 9, "Sun Nov  6 08:51:37 1994", "Fri, 31 Dec 9999 23:59:59 GMT"])
def test_retry_after_beyond_the_deadline_is_not_waited_for(retry_after: str) -> None:
    retried = Retried(answer(429, retry_after), 200)
    assert (retried.result(), retried.clock.waits) == (429, [])


@pytest.mark.parametrize(
    "retry_after",
    [
        "", " ", "-1", "-0", "+1", "1.5", "1e3", "NaN", "inf", "0x10", "1_0", "٣", "²", "soon", "7s", "0, 0", "5, 10",
        "7\n", "10**400", str(10**400), "9" * 300, "0" * 5000, "Thu", "1994-11-06T08:49:40Z",
        "Sun, 99 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 25:00:00 GMT", "Sun, 06 Nov 1994 :::::::: GMT",
        "Sun, 31 Feb 1994 08:49:37 GMT", "Sun, 06 Xyz 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:37 +0000",
    ],
)  # fmt: skip
def test_retry_after_that_is_none_counts_as_absent(retry_after: str) -> None:
    retried = Retried(answer(429, retry_after), 200)
    assert (retried.result(), retried.clock.waits) == (200, [0.5])


def test_each_answer_but_the_last_is_reported() -> None:
    retried = Retried(429, Trouble.UNREACHABLE, answer(503, "2"), 400, 503, deadline=7)
    assert retried.results(2) == [400, 503]
    before = [(one.name, one.status, one.header("retry-after")) for one in retried.dial.retried]
    assert before[:2] == [("gpt/accepted~1", 429, None), ("gpt/accepted~3", 503, "2")]
    assert before[2:] == [(f"gpt/accepted~{tried}", 503, None) for tried in (1, 2, 3)]
    assert {name for name, _, _ in retried.asked} == {"gpt/accepted"}


@pytest.mark.parametrize("first", NOT_ANSWERED)
@pytest.mark.parametrize("told", [504, Trouble.TIMEOUT, Trouble.BROKEN, *NOT_ANSWERED])
def test_a_dead_target_is_not_waited_for_until_it_answers(first: int | Trouble, told: int | Trouble) -> None:
    retried = Retried(first, first, told, 502, first, 500, first, 422, deadline=1)
    assert retried.results(2) == [first, told]
    assert retried.result(answers=frozenset({502})) == 502
    assert (retried.results(2), retried.clock.waits) == ([first, 500], [0.5])
    assert (retried.results(1), retried.clock.waits) == ([422], [0.5, 0.5])


@pytest.mark.parametrize(
    ("dead", "same", "other"),
    [
        ("/openai/deployments/a/chat/completions?x", "/openai/deployments/a/rate", "/openai/deployments/ab/rate"),
        ("/openai/deployments/a/chat/completions", "/openai/deployments/a?x=/y", "/v1/deployments/a/configuration"),
        ("/v1/deployments/a/configuration", "/v1/deployments/a/limits", "/v1/deployments/b/limits"),
        ("/v1/deployments", "/v1/deployments?x", "/v1/deployments/a"),
        ("/v1/deployments/applications/a/b/x", "/v1/deployments/applications/a/b", "/v1/deployments/applications/a/c"),
        ("/v1/deployments/applications", "/v1/deployments/applications?x", "/v1/deployments/applications/c/my"),
        ("/v1/files/bucket/a.png", "/v1/files/other/b.png", "/v1/bucket"),
        ("/openai", "/openai?x", "/openai/models"),
        ("*", "*", ""),
    ],
)  # fmt: skip
def test_target_is_a_deployment_or_two_segments(dead: str, same: str, other: str) -> None:
    retried = Retried(503, deadline=1)
    for path, waits in [(dead, 1), (same, 1), (other, 2)]:
        retried.result(request=Request("GET", path))
        assert retried.clock.waits == [0.5] * waits


@pytest.mark.parametrize("by", ["clock", "dial"])
def test_stopped_clock_ends_the_tries(by: str) -> None:
    retried = Retried(503, 200)
    retried.clock.at_wait = retried.clock.stop if by == "clock" else retried.dial.close
    assert (retried.result(), len(retried.asked), retried.dial.retried) == (503, 1, ())
    assert retried.clock.stopped
    assert retried.closed == (by == "dial")


def test_threads_wait_at_once_and_nobody_waits_for_them() -> None:
    waiting = threading.Barrier(3, timeout=SECONDS)
    retried = Retried(503, 503, 200, 422)
    retried.clock.at_wait = lambda: (waiting.wait(), waiting.wait())
    paths = ["/openai/deployments/a", "/openai/deployments/b"]
    with ThreadPoolExecutor(2) as pool:
        results = pool.map(lambda path: retried.result(path, Request("POST", path)), paths, timeout=SECONDS)
        waiting.wait()
        assert retried.result() == 200
        waiting.wait()
        assert list(results) == [422, 422]
    assert sorted(one.name for one in retried.dial.retried) == [f"{path}~1" for path in paths]


@pytest.mark.parametrize("seconds", [HOUR, 1e300, float("inf")])
def test_stop_ends_the_waits_of_all_threads(seconds: float) -> None:
    clock: Clock = SystemClock()
    clock.sleep(-1)
    before = clock.now()
    begun = threading.Barrier(3, timeout=SECONDS)

    def wait() -> bool:
        begun.wait()
        clock.sleep(seconds)
        return clock.stopped

    with ThreadPoolExecutor(2) as pool:
        waits = [pool.submit(wait) for _ in range(2)]
        begun.wait()
        assert not clock.stopped
        clock.stop()
        assert [wait.result(SECONDS) for wait in waits] == [True, True]
    clock.sleep(seconds)
    assert before <= clock.now() < before + SECONDS


DATES = st.from_regex(r"(Sun, 0\d[ -](Jan|Abc)[ -](\d\d){1,2} [0-9:]{8} GMT|Sun Nov [ 0-9]{2} [0-9:]{8} \d{4})\Z")
NEAR = st.floats(-HOUR, HOUR).map(lambda seconds: formatdate(TODAY + seconds, usegmt=True))
RETRY_AFTERS = st.none() | st.integers(-1, 100).map(str) | st.integers().map(str) | NEAR | DATES | st.text()
TOLD = st.sampled_from(sorted(Trouble)) | st.builds(answer, st.sampled_from([*OUTAGES, 200, 400, 500]), RETRY_AFTERS)
REQUESTS = st.builds(Request, st.sampled_from([*SAFE, *UNSAFE]), st.sampled_from([COMPLETION.path, SCHEMA.path]))


@given(
    st.lists(TOLD, min_size=1, max_size=30),
    st.lists(REQUESTS, min_size=1, max_size=4),
    st.floats(0, 300),
    st.sampled_from([0.0, 0.25, 7.0]),
    st.frozensets(st.sampled_from(sorted(OUTAGES))),
)
def test_waits_and_tries_are_bounded(
    told: list[Told], requests: list[Request], deadline: float, slow: float, answers: frozenset[int]
) -> None:
    retried = Retried(*told, deadline=deadline, slow=slow)
    for request in requests:
        start, asked, waited = retried.clock.late, len(retried.asked), len(retried.clock.waits)
        retried.result(request=request, answers=answers)
        tries = len(retried.asked) - asked
        assert 1 <= tries <= TRIES
        assert len(retried.clock.waits) - waited == tries - 1
        assert sum(retried.clock.waits[waited:]) <= deadline + 1e-6
        assert retried.clock.late - start <= deadline + slow + 1e-6


@given(st.sampled_from(UNSAFE), st.sampled_from([*MAYBE_ANSWERED, Trouble.TIMEOUT]), st.floats(0, 300), RETRY_AFTERS)
@example("POST", 504, 300, "0")
def test_what_may_have_been_answered_is_sent_once(
    method: str, told: int | Trouble, deadline: float, retry_after: str | None
) -> None:
    retried = Retried(told if isinstance(told, Trouble) else answer(told, retry_after), 200, deadline=deadline)
    assert retried.result(request=Request(method, COMPLETION.path)) == told
    assert len(retried.asked) == 1
