"""Near misses and lax values are sent after the others, and none where one like it was accepted."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from conformance.contract.verdict import Verdict
from conformance.standin.core.http import Handler, IncomingRequest
from conformance.standin.defect import all_defects
from conformance.standin.dial import broken_by
from conformance.standin.request_kinds import asks_completion, configuration_of
from tests.standin.test_healthy_samples import Change, ids, results


class Listening:
    """Writes down each configuration that `search` was asked for, and the status of the answer."""

    def __init__(self, *defects: str) -> None:
        self._defects = [all_defects()[name] for name in defects]
        self.asked: list[tuple[Any, int]] = []

    @property
    def change(self) -> Change:
        """What listens to a stand-in with the defects."""

        def around(healthy: Handler) -> Handler:
            broken = broken_by(self._defects, healthy)

            async def handler(request: IncomingRequest) -> Any:
                response = await broken(request)
                if asks_completion(request) and "/search/" in request.path:
                    self.asked.append((configuration_of(request), response.status))
                return response

            return handler

        return around


def test_one_near_miss_is_accepted_at_a_property(tmp_path: Path) -> None:
    listening = Listening("case-of-an-enum-ignored")
    found = results(tmp_path, "search", change=listening.change)
    modes = [(one["mode"], status) for one, status in listening.asked if isinstance(one, dict) and "mode" in one]
    assert [mode for mode, status in modes if status == 200 and mode not in ("fast", "exact")] == ["FAST"]
    assert ids(found, Verdict.VIOLATED) == {"CHAT-05"}
    left = [one for one in found if one.requirement == "CHAT-05" and one.verdict is Verdict.COULD_NOT_RUN]
    assert {one.pointer for one in left} == {"/mode"}
    assert all("another value was accepted at /mode" in one.reason for one in left)


def test_lax_values_come_last_and_three_are_accepted(tmp_path: Path) -> None:
    listening = Listening("number-read-from-text", "boolean-read-from-words")
    found = results(tmp_path, "search", change=listening.change)
    assert ids(found, Verdict.VIOLATED) == set()
    read = [
        place
        for place, (one, status) in enumerate(listening.asked)
        if status == 200 and isinstance(one, dict) and not isinstance(one.get("citations", True), bool)
    ]
    assert len(read) == 1
    behind = [one for one, _ in listening.asked[read[0] :]]
    assert all(isinstance(one, dict) and len(one) == 1 for one in behind), "nothing but lax values follows"
    accepted = [one for one in found if (one.requirement, one.verdict) == ("CHAT-31", Verdict.ADVISORY)]
    assert {one.pointer for one in accepted} == {"/max_pages", "/citations"}
    assert len(accepted) == 2


def test_no_lax_value_follows_where_any_text_is_accepted(tmp_path: Path) -> None:
    listening = Listening("bounds-ignored")
    found = results(tmp_path, "search", change=listening.change)
    assert {one.pointer for one in found if one.verdict is Verdict.VIOLATED} == {"/max_pages"}
    lax = [one for one in found if one.requirement == "CHAT-31" and one.pointer == "/max_pages"]
    assert {one.verdict for one in lax} == {Verdict.COULD_NOT_RUN}
    assert {one.reason[:8] for one in lax} == {"CHAT-05:"}
