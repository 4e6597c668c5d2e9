"""Configurations of adapters as people write them, as data; `schemas_of` writes each as pydantic 1 and 2 would.

A model is a mapping of field names to types. A name that ends with `!` is required. A type is what one of the functions
below returns.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

Type = tuple[str, Any]
Model = dict[str, Type]
Schema = dict[str, Any]


def text(**bounds: Any) -> Type:
    return ("text", {"type": "string", **bounds})


def whole(**bounds: Any) -> Type:
    return ("whole", {"type": "integer", **bounds})


def real(**bounds: Any) -> Type:
    return ("real", {"type": "number", **bounds})


def one_of(*values: Any) -> Type:
    return ("one_of", values)


def many(item: Type, **bounds: Any) -> Type:
    return ("many", (item, bounds))


def by_name(value: Type) -> Type:
    return ("by_name", value)


def model(name: str, fields: Model) -> Type:
    return ("model", (name, fields))


def either(*types: Type) -> Type:
    return ("either", types)


def maybe(one: Type) -> Type:
    """Give a type that may also be null, in pydantic 2."""
    return ("maybe", one)


FLAG: Final[Type] = ("flag", {"type": "boolean"})
WORD: Final = text(pattern="^[a-z]+$")
SLUG: Final = text(pattern="^[a-z0-9]+(-[a-z0-9]+)*$", maxLength=24)
LANGUAGE: Final = text(pattern="^[a-z]{2}(-[A-Z]{2})?$")
COLOUR: Final = text(pattern="^#[0-9a-f]{6}$")
VERSION: Final = text(pattern="^[0-9]+\\.[0-9]+$")
POINT: Final = model("Point", {"x!": real(minimum=-180, maximum=180), "y!": real(minimum=-90, maximum=90)})

MODELS: Final[dict[str, Model]] = {
    "image": {
        "quality": one_of("standard", "hd"),
        "size": one_of("square", "wide", "tall"),
        "seed": maybe(whole(minimum=0)),
    },
    "image edit": {
        "strength": real(minimum=0, maximum=1),
        "steps": whole(minimum=1, maximum=150),
        "mask": maybe(text()),
    },
    "image variations": {"count": whole(minimum=1, maximum=10), "background": either(COLOUR, one_of("transparent"))},
    "thinking": {
        "thinking": maybe(model("Thinking", {"type!": one_of("enabled"), "budget_tokens!": whole(minimum=1024)})),
        "effort": one_of("low", "medium", "high"),
    },
    "thinking of two kinds": {
        "thinking": maybe(
            either(
                model("On", {"type!": one_of("on"), "budget!": whole(minimum=1024, maximum=65536)}),
                model("Off", {"type!": one_of("off")}),
            )
        )
    },
    "citations": {
        "enable_citations": FLAG,
        "style": one_of("inline", "footnote"),
        "most": whole(minimum=0, maximum=20),
    },
    "search": {
        "mode": one_of("fast", "exact"),
        "max_pages": whole(minimum=1, maximum=50),
        "sources": many(model("Source", {"name!": SLUG, "weight": real(exclusiveMinimum=0, maximum=1)}), maxItems=5),
    },
    "web search": {"domains": many(text(minLength=3), maxItems=10), "country": maybe(text(minLength=2, maxLength=2))},
    "documents": {
        "chunk": whole(minimum=64, maximum=4096, multipleOf=64),
        "overlap": whole(minimum=0),
        "language": LANGUAGE,
    },
    "collections": {"collections!": many(SLUG, minItems=1, maxItems=8, uniqueItems=True), "rerank": FLAG},
    "retrieval": {
        "top_k": whole(minimum=1, maximum=100),
        "threshold": maybe(real(minimum=0, maximum=1)),
        "hybrid": FLAG,
    },
    "translation": {"source": maybe(LANGUAGE), "target!": LANGUAGE, "formality": one_of("more", "less", "default")},
    "glossary": {"terms": by_name(text(minLength=1)), "case_sensitive": FLAG},
    "speech": {
        "voice!": one_of("alloy", "echo", "nova"),
        "speed": real(minimum=0.25, maximum=4),
        "format": one_of("mp3", "wav"),
    },
    "transcription": {"language": maybe(LANGUAGE), "diarize": FLAG, "speakers": maybe(whole(minimum=1, maximum=10))},
    "temperature": {"temperature": real(minimum=0, maximum=2), "top_p": real(exclusiveMinimum=0, maximum=1)},
    "penalties": {
        "frequency": real(minimum=-2, maximum=2),
        "presence": real(minimum=-2, maximum=2),
        "seed": maybe(whole()),
    },
    "stops": {"stop": maybe(either(text(minLength=1), many(text(minLength=1), minItems=1, maxItems=4)))},
    "betas": {"betas": maybe(many(text())), "version": VERSION},
    "tools": {"tools": many(model("Tool", {"name!": text(pattern="^[a-zA-Z_]{1,64}$"), "strict": FLAG}), maxItems=16)},
    "tool choice": {"choice": either(one_of("auto", "none"), model("Named", {"name!": WORD}))},
    "code": {"language!": one_of("python", "sql", "bash"), "timeout": whole(minimum=1, maximum=300), "network": FLAG},
    "sql": {
        "dialect": one_of("postgres", "mysql"),
        "rows": whole(minimum=1, maximum=1000),
        "schemas": many(WORD, uniqueItems=True),
    },
    "chart": {
        "kind!": one_of("bar", "line", "pie"),
        "width": whole(minimum=100, maximum=2000),
        "colours": many(COLOUR, maxItems=6),
    },
    "map": {"centre!": POINT, "zoom": whole(minimum=0, maximum=20), "markers": many(POINT, maxItems=50)},
    "weather": {"units": one_of("metric", "imperial"), "days": whole(minimum=1, maximum=14), "place": maybe(POINT)},
    "mail": {
        "to!": many(text(minLength=3, maxLength=80), minItems=1),
        "cc": maybe(many(text(minLength=3))),
        "urgent": FLAG,
    },
    "tickets": {
        "project!": text(pattern="^[A-Z]{2,10}$"),
        "priority": one_of(1, 2, 3),
        "labels": many(SLUG, uniqueItems=True),
    },
    "calendar": {
        "days": many(whole(minimum=1, maximum=7), uniqueItems=True, maxItems=7),
        "from_hour": whole(minimum=0, maximum=23),
    },
    "limits": {"tokens": maybe(whole(minimum=1)), "cost": maybe(real(exclusiveMinimum=0)), "hard": FLAG},
    "routing": {"routes": by_name(model("Route", {"model!": SLUG, "weight": real(minimum=0)})), "sticky": FLAG},
    "fallback": {"models!": many(SLUG, minItems=2, maxItems=4), "retries": whole(minimum=0, maximum=5)},
    "cache": {"cache": either(FLAG, model("Cache", {"seconds!": whole(minimum=1)})), "scope": one_of("user", "all")},
    "guard": {
        "rules": many(one_of("pii", "toxicity", "secrets"), uniqueItems=True),
        "threshold": real(minimum=0, maximum=1),
    },
    "persona": {
        "name": text(minLength=1, maxLength=40),
        "tone": one_of("kind", "dry"),
        "age": maybe(whole(minimum=0, maximum=150)),
    },
    "summary": {
        "words": whole(minimum=10, maximum=1000),
        "bullets": FLAG,
        "audience": maybe(one_of("child", "expert")),
    },
    "extraction": {"fields!": by_name(one_of("text", "number", "date")), "strict": FLAG},
    "grading": {"scale": either(whole(minimum=2, maximum=10), one_of("letters")), "rubric": maybe(text(maxLength=500))},
    "buttons": {"answer!": one_of(1, 2)},
    "plan": {
        "steps": many(
            model("Step", {"title!": text(minLength=1), "parts": many(WORD, maxItems=3)}), minItems=1, maxItems=4
        )
    },
    "ocr": {"pages": maybe(many(whole(minimum=1), minItems=1)), "dpi": one_of(150, 300, 600), "deskew": FLAG},
}


def schemas_of(name: str) -> dict[str, Schema]:
    """Return the schema of a model as pydantic 1 and as pydantic 2 write it; the first is open, the second closed."""
    return {
        "pydantic 1": _document(name, "definitions", _of_pydantic_1),
        "pydantic 2": _document(name, "$defs", _of_pydantic_2),
    }


Write = Callable[[Type, Schema], Schema]


def _document(name: str, place: str, write: Callable[[Type, Schema], Schema]) -> Schema:
    shared: Schema = {}
    found = _object(name.title().replace(" ", ""), MODELS[name], shared, write)
    closed = {"additionalProperties": False} if write is _of_pydantic_2 else {}
    return {**found, **closed, **({place: shared} if shared else {})}


def _object(title: str, fields: Model, shared: Schema, write: Write) -> Schema:
    required = [name[:-1] for name in fields if name.endswith("!")]
    properties = {name.rstrip("!"): write(one, shared) for name, one in fields.items()}
    found: Schema = {"title": title, "type": "object", "properties": properties}
    return {**found, "required": required} if required else found


def _inner(one: Type, shared: Schema, write: Write, place: str) -> Schema:
    kind, what = one
    if kind in {"text", "whole", "real", "flag"}:
        return dict(what)
    if kind == "many":
        item, bounds = what
        return {"type": "array", "items": write(item, shared), **bounds}
    if kind == "by_name":
        return {"type": "object", "additionalProperties": write(what, shared)}
    if kind == "either":
        return {"anyOf": [write(each, shared) for each in what]}
    name, fields = what
    shared[name] = {**_object(name, fields, shared, write), "additionalProperties": False}
    return {"$ref": f"#/{place}/{name}"}


def _type_of(values: Any) -> Schema:
    return {"type": "string" if isinstance(values[0], str) else "integer"}


def _of_pydantic_1(one: Type, shared: Schema) -> Schema:
    kind, what = one
    if kind == "maybe":
        return _of_pydantic_1(what, shared)
    if kind == "one_of":
        return {"enum": list(what), **_type_of(what)}
    return _inner(one, shared, _of_pydantic_1, "definitions")


def _of_pydantic_2(one: Type, shared: Schema) -> Schema:
    kind, what = one
    if kind == "maybe":
        inner = _of_pydantic_2(what, shared)
        return {"anyOf": [*inner.get("anyOf", [inner]), {"type": "null"}], "default": None}
    if kind == "one_of":
        return {"const": what[0], **_type_of(what)} if len(what) == 1 else {"enum": list(what), **_type_of(what)}
    return _inner(one, shared, _of_pydantic_2, "$defs")
