"""The meta-schemas that schemas are validated against."""

from __future__ import annotations

from functools import cache
from typing import Any

from jsonschema.protocols import Validator
from jsonschema_specifications import REGISTRY  # type: ignore[import-untyped]  # it has no py.typed


@cache
def meta_schema_of(draft: type[Validator]) -> dict[str, Any]:
    """Return the meta-schema of a draft in one piece.

    That of 2020-12 consists of a document for each vocabulary, and each of these refers dynamically to the whole of
    them (2020-12 core, section 8.1). Nothing but the whole is ever used here, so it is the same as one document that
    refers to itself, but a validator takes six times as long with the pieces.

    Args:
        draft: 2020-12 or draft-07.
    """
    whole: Any = draft.META_SCHEMA
    pieces = [REGISTRY.resolver(whole["$id"]).lookup(one["$ref"]).contents for one in whole.get("allOf", ())]
    joined = {keyword: value for keyword, value in whole.items() if keyword not in {"allOf", "$dynamicAnchor"}}
    for keyword in ("properties", "$defs"):
        found = {name: one for piece in (*pieces, whole) for name, one in piece.get(keyword, {}).items()}
        joined |= {keyword: found} if found else {}
    own: dict[str, Any] = _with_own_references(joined)
    return own


def _with_own_references(schema: Any) -> Any:
    if isinstance(schema, list):
        return [_with_own_references(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    if schema.get("$dynamicRef") == "#meta":
        return {"$ref": "#"}
    return {keyword: _with_own_references(value) for keyword, value in schema.items()}
