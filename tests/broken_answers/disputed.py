"""How a deployment breaks the requirements on configurations about which schema and server may disagree."""

from __future__ import annotations

from tests.broken_answers.change import SCHEMAS, Table, broken, document, field, in_turn, status, text, without_field
from tests.broken_answers.chat import COMPLETION, choices, completed, error
from tests.replaying import EVERYTHING, Change

SEARCH, BUTTONS = "search", "buttons"
ELSE = "something else"

UNKNOWN = "with_unknown_key"
DISPUTED = "with_disputed_value"
NULLS = "with_disputed_value.*=null"
ARRAY = "with_disputed_value.%5B%5D"
TWO = "with_two_choices"


def of_request(name: str) -> str:
    """Name the exchange whose configuration has a field of the request."""
    return f"with_request_field.{name}=*"


def saying(content: str) -> Change:
    """Answer with a completion that says this."""
    return document(200, {**COMPLETION, "choices": [{**COMPLETION["choices"][0], "message": message(content)}]})


def message(content: str) -> dict[str, str]:
    """Make a message of the assistant."""
    return {"role": "assistant", "content": content}


DISAGREED: Table = {
    "CHAT-12": [
        broken("ignored though forbidden", completed(), UNKNOWN, deployment=SEARCH),
        broken("ignored by an application", completed(), UNKNOWN, deployment=BUTTONS),
        broken("fails", text(500, "Internal Server Error"), UNKNOWN, deployment=SEARCH),
        broken("an error with 200", status(200), UNKNOWN, deployment=BUTTONS),
        broken(
            "refused though the schema says nothing of it",
            without_field("/additionalProperties"),
            *SCHEMAS,
            deployment=SEARCH,
            opt_ins=EVERYTHING,
        ),
        broken(
            "fails though allowed",
            field("/additionalProperties", value=True),
            *SCHEMAS,
            deployment=SEARCH,
            opt_ins=EVERYTHING,
        ).also(text(500), UNKNOWN),
    ],
    "CHAT-13": [
        broken("null taken", completed(), "with_disputed_value.mode=null", deployment=SEARCH),
        broken("null taken by an application", completed(), DISPUTED, deployment=BUTTONS),
        broken("null fails", text(500, "Internal Server Error"), DISPUTED, deployment=BUTTONS),
        broken("[] taken for {}", completed(), ARRAY, deployment=BUTTONS, opt_ins=EVERYTHING),
        broken("[] fails", text(500), ARRAY, deployment=BUTTONS, opt_ins=EVERYTHING),
        broken(
            "another null taken",
            completed(),
            "with_disputed_value.citations=null",
            deployment=SEARCH,
            opt_ins=EVERYTHING,
        ).also(error(422, "no object"), ARRAY),
        broken("texts refused that are allowed", error(422, "null"), NULLS, ARRAY, opt_ins=EVERYTHING),
    ],
    "CHAT-21": [
        broken("two images", in_turn(completed(), choices(2)), TWO, opt_ins=EVERYTHING),
        broken("one image", completed(), TWO, opt_ins=EVERYTHING),
        broken("fails", text(500, "Internal Server Error"), TWO, opt_ins=EVERYTHING),
        broken("an error with 200", status(200), TWO, opt_ins=EVERYTHING),
    ],
    "CHAT-28": [
        broken(
            "the prompt replaced", saying(f"Found {ELSE}"), of_request("prompt"), deployment=SEARCH, opt_ins=EVERYTHING
        ),
        broken("the messages replaced", saying(ELSE), of_request("messages"), deployment=BUTTONS, opt_ins=EVERYTHING),
        broken(
            "the model replaced",
            document(200, {**COMPLETION, "model": ELSE}),
            of_request("model"),
            deployment=SEARCH,
            opt_ins=EVERYTHING,
        ),
        broken("two choices", in_turn(completed(), choices(2)), of_request("n"), deployment=SEARCH, opt_ins=EVERYTHING),
        broken(
            "fails", text(500, "Internal Server Error"), "with_request_field", deployment=SEARCH, opt_ins=EVERYTHING
        ),
        broken("fails in an application", text(500), of_request("model"), deployment=BUTTONS, opt_ins=EVERYTHING),
    ],
}
