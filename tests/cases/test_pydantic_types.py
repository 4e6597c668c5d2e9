"""What pydantic's own schemas allow, pydantic takes; and what they forbid, it refuses, or a lax reading is known."""

from __future__ import annotations

import datetime as dt
import decimal
import ipaddress
import json
import pathlib
import re
import uuid
from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum, IntEnum
from typing import Annotated, Any, Final, Generic, Literal, NamedTuple, TypeVar, Union

import pydantic
import pytest
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, create_model

from conformance.cases.engine import Cases, cases_of

Item = TypeVar("Item")


class Color(Enum):
    """Texts and numbers."""

    RED = "red"
    ONE = 1


class Level(IntEnum):
    """Numbers."""

    LOW = 1
    HIGH = 2


class Cat(BaseModel):
    """One kind of two."""

    kind: Literal["cat"]
    lives: int = Field(ge=1, le=9)


class Dog(BaseModel):
    """The other kind."""

    kind: Literal["dog"]
    friend: Cat | None = None


class Page(BaseModel, Generic[Item]):
    """What holds items of a type."""

    items: list[Item]
    number: pydantic.PositiveInt


class Pair(NamedTuple):
    """A tuple with names."""

    first: int
    second: str = "b"


@dataclass
class Plain:
    """A dataclass."""

    number: int
    texts: list[str] = field(default_factory=list)


TYPES: Final[dict[str, Any]] = {
    "IPv4Address": ipaddress.IPv4Address, "IPv4Interface": ipaddress.IPv4Interface,
    "IPv4Network": ipaddress.IPv4Network, "IPv6Address": ipaddress.IPv6Address,
    "IPv6Interface": ipaddress.IPv6Interface, "IPv6Network": ipaddress.IPv6Network,
    "IPvAnyAddress": pydantic.IPvAnyAddress, "IPvAnyInterface": pydantic.IPvAnyInterface,
    "IPvAnyNetwork": pydantic.IPvAnyNetwork,
    "UUID": uuid.UUID, "UUID1": pydantic.UUID1, "UUID3": pydantic.UUID3, "UUID4": pydantic.UUID4,
    "UUID5": pydantic.UUID5, "UUID6": pydantic.UUID6, "UUID7": pydantic.UUID7, "UUID8": pydantic.UUID8,
    "date": dt.date, "datetime": dt.datetime, "time": dt.time, "timedelta": dt.timedelta,
    "AwareDatetime": pydantic.AwareDatetime, "PastDate": pydantic.PastDate, "PastDatetime": pydantic.PastDatetime,
    "Path": pathlib.Path, "bytes": bytes, "Base64Bytes": pydantic.Base64Bytes, "Base64Str": pydantic.Base64Str,
    "Base64UrlStr": pydantic.Base64UrlStr, "ByteSize": pydantic.ByteSize, "SecretStr": pydantic.SecretStr,
    "SecretBytes": pydantic.SecretBytes, "AnyUrl": pydantic.AnyUrl, "HttpUrl": pydantic.HttpUrl,
    "Pattern": re.Pattern, "Json": pydantic.Json,
    "text with constraints": Annotated[str, StringConstraints(min_length=2, pattern="^[a-z]+$")],
    "text of a length": Annotated[str, StringConstraints(min_length=3, max_length=3)],
    "Enum": Color, "IntEnum": Level, "Literal": Literal["a", 1, True], "Literal of true": Literal[True],
    "dict by UUID": dict[uuid.UUID, int], "dict by Literal": dict[Literal["x", "y"], int],
    "dict by Enum": dict[Color, int], "dict by date": dict[dt.date, int],
    "dict by a pattern": dict[Annotated[str, Field(pattern="^a+$", max_length=4)], int],
    "dict by an address": dict[ipaddress.IPv4Address, int], "dict by an URL": dict[pydantic.HttpUrl, int],
    "dict by a long text": dict[Annotated[str, Field(min_length=5)], int],
    "dict of two": Annotated[dict[str, int], Field(min_length=2)],
    "tuple": tuple[int, str], "tuple of any size": tuple[int, ...], "empty tuple": tuple[()], "NamedTuple": Pair,
    "set": set[int], "frozenset": frozenset[Literal["a", "b"]], "deque": deque, "Sequence": Sequence[int],
    "set of two booleans": Annotated[set[bool], Field(min_length=2)], "dataclass": Plain,
    "discriminated union": Annotated[Union[Cat, Dog], Field(discriminator="kind")],  # noqa: UP007 - it has that name
    "generic model": Page[Cat], "union": int | str | None, "Counter": Counter[str], "Any": Any, "object": object,
    "int between": Annotated[int, Field(gt=1, lt=3)], "small float": Annotated[float, Field(gt=0, lt=1e-3)],
    "FiniteFloat": pydantic.FiniteFloat, "multiple": Annotated[int, Field(multiple_of=7, gt=10)],
    "StrictInt": pydantic.StrictInt, "StrictBool": pydantic.StrictBool, "JsonValue": pydantic.JsonValue,
}  # fmt: skip

NOBODY_CAN_WRITE: Final = {
    "FilePath": pydantic.FilePath,
    "DirectoryPath": pydantic.DirectoryPath,
    "PostgresDsn": pydantic.PostgresDsn,
    "MongoDsn": pydantic.MongoDsn,
    "Json of a type": pydantic.Json[list[int]],
}
"""Their schema says that not every text will do, and not which one will."""

SAYS_TOO_LITTLE: Final = {
    "Decimal": decimal.Decimal,
    "dict by int": dict[int, str],
    "FutureDate": pydantic.FutureDate,
    "NaiveDatetime": pydantic.NaiveDatetime,
    "WebsocketUrl": pydantic.WebsocketUrl,
    "ImportString": pydantic.ImportString,
}
"""Their schema allows more than they take: to say so is what CHAT-30 is for."""


def model_of(type_: Any, *, is_required: bool) -> type[BaseModel]:
    """Return a model with one field of a type."""
    definition: Any = (type_, ...) if is_required else (type_ | None, None)
    return create_model("Model", __config__=ConfigDict(extra="forbid"), x=definition)


def takes(model: type[BaseModel], value: Any) -> bool:
    """Tell whether a model takes a configuration as a request brings it."""
    try:
        model.model_validate_json(json.dumps(value))
    except ValidationError:
        return False
    return True


def cases_of_model(model: type[BaseModel]) -> Cases:
    """Return the cases of a model's own schema."""
    return cases_of(model.model_json_schema())


@pytest.mark.parametrize("is_required", [True, False], ids=["required", "optional"])
@pytest.mark.parametrize("name", TYPES)
def test_pydantic_agrees_with_its_schema(name: str, is_required: bool) -> None:  # noqa: FBT001 - it is a parameter of the test
    model = model_of(TYPES[name], is_required=is_required)
    cases = cases_of_model(model)
    assert [case.name for case in cases.allowed if not takes(model, case.value)] == []
    assert [case.name for case in (*cases.refused, *cases.near) if not case.lax and takes(model, case.value)] == []
    assert cases.accepted or not is_required


@pytest.mark.parametrize("name", NOBODY_CAN_WRITE)
def test_what_nobody_can_write_is_not_made_up(name: str) -> None:
    cases = cases_of_model(model_of(NOBODY_CAN_WRITE[name], is_required=True))
    assert cases.allowed == ()
    assert cases.missing[0].startswith("no case for the configuration: a text of the format ")


@pytest.mark.parametrize("name", SAYS_TOO_LITTLE)
def test_what_a_schema_does_not_say_is_made_up_and_no_promise(name: str) -> None:
    model = model_of(SAYS_TOO_LITTLE[name], is_required=True)
    cases = cases_of_model(model)
    assert all(case.made_up for case in cases.allowed if not takes(model, case.value))
