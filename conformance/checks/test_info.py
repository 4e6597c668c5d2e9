"""Who the caller is."""

from __future__ import annotations

from conformance.contract.exchange import Exchange
from conformance.contract.requirement import SHOULD, requirement


@requirement("INFO-01", SHOULD, source="DIAL-10.35-1")
def test_caller_is_told(api_key: str, user_info: Exchange) -> None:
    """/v1/user/info tells the holder of a key their roles, an array of strings, and their project, a string."""
    del api_key  # who has a token has no project
    assert user_info.status == 200, user_info.because("200")
    caller = user_info.json_object or {}
    roles = caller.get("roles")
    assert isinstance(roles, list), user_info.because("an array roles", roles)
    assert all(isinstance(one, str) for one in roles), user_info.because("roles that are strings", roles)
    assert isinstance(caller.get("project"), str), user_info.because("a string project", caller.get("project"))
