"""What docs/for-adapter-developers.md says of pydantic's modes is true, and what the suite says of such apps."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import datetime
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any, Final, Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError
from pydantic import v1 as pydantic_v1

from conformance.contract.result import Result
from conformance.contract.verdict import Verdict
from conformance.standin.core.http import Handler, IncomingRequest, in_json
from conformance.standin.defects.refusals import without_configuration
from conformance.standin.request_kinds import asks_completion, asks_schema, configuration_of
from tests.running import ROOT
from tests.standin.test_healthy_samples import ids, results

DOCUMENT: Final = ROOT / "docs" / "for-adapter-developers.md"
TYPES: Final[dict[str, Any]] = {
    "int": int,
    "float": float,
    "bool": bool,
    "str": str,
    "datetime": datetime,
    "IPv4Address": IPv4Address,
    "set[str]": set[str],
    'Literal["fast", "exact"]': Literal["fast", "exact"],
}
ROW: Final = re.compile(r"^\| `([^|]+)` \| `([^|]+)` \| (taken|refused) \| (taken|refused) \|$", re.MULTILINE)


class Lax(BaseModel):
    """A configuration in pydantic's default mode."""

    model_config = ConfigDict(extra="forbid")
    max_pages: int = Field(10, ge=1, le=50)
    weight: float = Field(0.5, gt=0, le=1)
    citations: bool = True
    mode: Literal["fast", "exact"] = "fast"
    title: str = Field("a", max_length=20)
    since: datetime = datetime(2026, 1, 1)  # noqa: DTZ001 - the schema does not say a zone either


class StrictModel(Lax):
    """The same, but strict."""

    model_config = ConfigDict(extra="forbid", strict=True)


def rows() -> list[tuple[str, str, str, str]]:
    """Return the table of the document: type, value, lax, strict."""
    return [(kind, value, lax, strict) for kind, value, lax, strict in ROW.findall(DOCUMENT.read_text("utf-8"))]


def taken(kind: Any, value: str, *, strict: bool) -> str:
    """Tell whether pydantic takes a value that is written as JSON."""
    try:
        TypeAdapter(kind).validate_json(value, strict=strict)
    except ValidationError:
        return "refused"
    return "taken"


def test_the_table_has_rows() -> None:
    assert len(rows()) >= 12
    assert {kind for kind, *_ in rows()} == TYPES.keys()


@pytest.mark.parametrize(("kind", "value", "lax", "strict"), rows())
def test_the_table_says_what_pydantic_does(kind: str, value: str, lax: str, strict: str) -> None:
    assert taken(TYPES[kind], value, strict=False) == lax
    assert taken(TYPES[kind], value, strict=True) == strict


def test_what_is_said_of_pydantic_1() -> None:
    model = pydantic_v1.create_model("Old", number=(int, 1), text=(str, ""))
    strict = pydantic_v1.create_model("New", number=(pydantic_v1.StrictInt, 1), text=(pydantic_v1.StrictStr, ""))
    assert model(number=1.5, text=42).dict() == {"number": 1, "text": "42"}
    for wrong in ({"number": 1.5}, {"number": "1"}, {"text": 42}):
        with pytest.raises(pydantic_v1.ValidationError):
            strict(**wrong)


def instead_of_search(model: type[BaseModel], read: Callable[[Any], object]) -> Callable[[Handler], Handler]:
    """Return what gives `search` another configuration, which a model validates."""

    def around(healthy: Handler) -> Handler:
        async def handler(request: IncomingRequest) -> Any:
            response = await healthy(request)
            if "/search/" not in request.path or response.status in (401, 403, 415):
                return response
            if asks_schema(request):
                return in_json(model.model_json_schema())
            configuration = configuration_of(request)
            if not asks_completion(request) or not isinstance(configuration, dict):
                return response
            try:
                read(configuration)
            except ValidationError as error:
                where = ".".join(map(str, error.errors()[0]["loc"]))
                refusal = {"message": f"{where}: refused", "type": "invalid_request_error", "code": "422"}
                return in_json({"error": refusal}, 422).with_header("x-upstream-attempts", "1")
            return await healthy(without_configuration(request))

        return handler

    return around


def of_configuration(found: list[Result]) -> set[str]:
    """Return what is violated, or advised, about configurations; the SDK's `[]` is not the model's (CHAT-13)."""
    wrong = [one for one in found if one.verdict in (Verdict.VIOLATED, Verdict.ADVISORY) and one.case != "[]"]
    return {one.requirement for one in wrong if one.requirement.startswith(("CHAT-", "CONF-"))}


def test_a_lax_app_gets_advice_and_no_more(tmp_path: Path) -> None:
    found = results(tmp_path, "search", change=instead_of_search(Lax, Lax.model_validate))
    assert of_configuration(found) == {"CHAT-31"}
    assert "CHAT-05" in ids(found, Verdict.PASSED)
    advised = [one for one in found if (one.requirement, one.verdict) == ("CHAT-31", Verdict.ADVISORY)]
    assert [one.pointer for one in advised] == ["/max_pages", "/weight", "/since"], "three, one at each property"
    assert all("(schema: #/properties/" in one.fault for one in advised)


def test_a_strict_app_gets_none(tmp_path: Path) -> None:
    read = instead_of_search(StrictModel, lambda value: StrictModel.model_validate_json(json.dumps(value)))
    found = results(tmp_path, "search", change=read)
    assert of_configuration(found) == set()
    assert "CHAT-31" in ids(found, Verdict.PASSED)
