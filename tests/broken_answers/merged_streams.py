"""How a deployment breaks in a stream what is right in its block answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from conformance.contract.exchange import Answer
from tests.broken_answers.change import Broken, Table, body, broken, header, html, in_turn, status, text, without_header
from tests.broken_answers.stream_change import attaching, delta_of, each_chunk, one_chunk, stream_edited, streaming
from tests.broken_answers.streams import COMPLETIONS, LAST, NOTE, STREAM, drawn, finished
from tests.replaying import Change

DOWNLOAD = "streamed_image"
WORDS = ("Found ", "3 ", "pages ", "in ", "fast ", "mode")
"""What the model that searches says without a configuration."""
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01"


def with_usage(usage: Any) -> Change:
    """Answer with another usage in the last chunk."""
    return one_chunk(LAST, lambda chunk: chunk.update(usage=usage))


def tokens(prompt: Any, completion: Any, total: Any) -> Change:
    """Answer with other counts in the last chunk."""
    return with_usage({"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": total})


def attached_by_search(how: str, attachment: dict[str, Any]) -> Broken:
    """Make a row of a model whose attachment is right in a block and wrong in a stream."""
    row = broken(how, streaming({"index": 0, **attachment}), STREAM, deployment="search")
    return row.also(attaching(NOTE), *COMPLETIONS)


def picture_at(change: Callable[[str], str]) -> Change:
    """Answer with another url of the picture in the stream."""
    return drawn(lambda found: found[1].update(url=change(found[1]["url"])))


def saying(*words: str) -> Change:
    """Answer with a stream of these pieces of text."""

    def edit(events: list[Any]) -> None:
        choices = [{"index": 0, "finish_reason": None, "delta": {"content": word}} for word in words]
        events[1:LAST] = [{**events[0], "choices": [one]} for one in choices]

    return stream_edited(edit)


def told(again: Callable[[str], list[str]]) -> Change:
    """Answer with a stream in which other pieces stand for each that has a text."""

    def edit(events: list[Any]) -> None:
        pieces = [text for one in events[:-1] for choice in one["choices"] if (text := choice["delta"].get("content"))]
        words = [word for one in pieces for word in again(one)]
        choices = [{"index": 0, "finish_reason": None, "delta": {"content": word}} for word in words]
        events[1:LAST] = [{**events[0], "choices": [one]} for one in choices]

    return stream_edited(edit)


def in_time(seconds: float) -> Change:
    """Answer in one piece after some seconds."""
    return lambda answer: replace(answer, chunks=((seconds, len(answer.body)),))


def in_times(*seconds: float) -> Change:
    """Answer in a piece of a byte at each of these times, and the rest at the last of them."""

    def change(answer: Answer) -> Answer:
        left = len(answer.body) - len(seconds) + 1
        return replace(answer, chunks=(*((one, 1) for one in seconds[:-1]), (seconds[-1], left)))

    return change


def slowly(how: str, change: Change, deployment: str = "echo") -> Broken:
    """Make a row of a stream whose block answer took three seconds."""
    return broken(how, change, STREAM, deployment=deployment).also(in_time(3.0), "accepted")


def without_text(chunk: dict[str, Any]) -> None:
    """Take the text out of a delta."""
    delta_of(chunk).pop("content", None)


def emptied(chunk: dict[str, Any]) -> None:
    """Empty the text of a delta."""
    delta_of(chunk).update(content="")


ATTEMPTS = "x-upstream-attempts"

MERGED: Table = {
    "STRM-10": [
        broken("the word of another API", finished(LAST, "end_turn"), STREAM, deployment="echo"),
        broken("in capitals", finished(LAST, "STOP"), STREAM),
        broken("a word of a framework", finished(LAST, "eos"), STREAM, deployment="buttons"),
        broken("empty", finished(LAST, ""), STREAM, deployment="search"),
        broken("a number", finished(LAST, 1), STREAM, deployment="echo-application"),
        broken("an array", finished(LAST, ["stop"]), STREAM),
        broken("false", finished(LAST, reason=False), STREAM, deployment="echo"),
    ],
    "STRM-11": [
        broken("no sum", tokens(8, 8, 0), STREAM, deployment="echo"),
        broken("no sum, of a DALL-E 3", tokens(0, 1, 2), STREAM),
        broken("texts", tokens("8", "8", "16"), STREAM, deployment="search"),
        broken("one text", tokens(8, 8, "16"), STREAM, deployment="echo"),
        broken("a text", with_usage("16 tokens"), STREAM, deployment="echo"),
        broken("a number", with_usage(16), STREAM, deployment="echo-application"),
        broken("nothing in it", with_usage({}), STREAM, deployment="buttons"),
        broken("fractions", tokens(8.5, 7.5, 16.0), STREAM, deployment="echo"),
        broken("negative", tokens(-1, 2, 1), STREAM),
        broken("no total", with_usage({"prompt_tokens": 8, "completion_tokens": 8}), STREAM, deployment="echo"),
    ],
    "STRM-12": [
        broken("no url", drawn(lambda found: found[1].pop("url")), STREAM),
        broken("url and data", drawn(lambda found: found[1].update(data="iVBORw0KGgo=")), STREAM),
        broken("url null", drawn(lambda found: found[1].update(url=None)), STREAM),
        broken("an empty prompt", drawn(lambda found: found[0].update(data="")), STREAM),
        broken("an extension", drawn(lambda found: found[1].update(type="png")), STREAM),
        broken(
            "custom content that is an array",
            one_chunk(1, lambda chunk: delta_of(chunk).update(custom_content=[])),
            STREAM,
            deployment="echo",
        ),
        broken("an empty type", drawn(lambda found: found[0].update(type="")), STREAM),
        broken("a reference's type alone", drawn(lambda found: found[1].update(reference_type="text/html")), STREAM),
        attached_by_search("neither data nor url, of a searching model", {"title": "Notes"}),
        attached_by_search("an extension, of a searching model", {**NOTE, "type": "md"}),
        broken(
            "an array of urls",
            one_chunk(1, lambda chunk: delta_of(chunk)["custom_content"].update(attachments=["files/a", "files/b"])),
            STREAM,
        ),
        broken(
            "an object",
            one_chunk(1, lambda chunk: delta_of(chunk)["custom_content"].update(attachments={"title": "Image"})),
            STREAM,
        ),
    ],
    "STRM-13": [
        broken("not found", text(404), DOWNLOAD),
        broken("forbidden", text(403, "You don't have an access to: files/x"), DOWNLOAD),
        broken("fails", text(500), DOWNLOAD),
        broken("a page to sign in", html(200), DOWNLOAD),
        broken("nothing", body(b""), DOWNLOAD),
        broken("cut", lambda answer: replace(answer, body=answer.body[: len(answer.body) // 2], chunks=()), DOWNLOAD),
        broken("of another type", body(JPEG), DOWNLOAD),
        broken("moved", in_turn(status(302), header("location", "https://example.org/")), DOWNLOAD),
        broken("a slash before its url", picture_at(lambda url: f"/{url}"), STREAM),
        broken("in the cluster", picture_at(lambda url: f"http://core:8080/v1/{url}"), STREAM),
        broken("at a private address", picture_at(lambda _: "http://10.0.0.5/x.png"), STREAM),
        broken("at the gateway", picture_at(lambda url: f"https://dial.invalid/v1/{url}"), STREAM),
    ],
    "STRM-14": [
        broken("the text left out", each_chunk(without_text), STREAM, deployment="echo"),
        broken("the text empty", each_chunk(emptied), STREAM, deployment="search"),
        broken("null", each_chunk(lambda one: delta_of(one).update(content=None)), STREAM, deployment="buttons"),
        broken("blanks", saying(" ", "\n"), STREAM, deployment="echo-application"),
        broken(
            "under another name",
            each_chunk(lambda one: delta_of(one).update(text=delta_of(one).pop("content", None))),
            STREAM,
            deployment="echo",
        ),
        broken(
            "only the end", stream_edited(lambda events: events.__delitem__(slice(1, -2))), STREAM, deployment="echo"
        ),
    ],
    "STRM-15": [
        slowly("in one piece", in_time(3.1)),
        slowly("from a cache", in_time(0.004)),
        slowly("within a moment", in_times(2.5, 2.51, 2.53)),
        slowly("in one piece, of an application", in_time(3.1), deployment="echo-application"),
    ],
    "STRM-16": [
        broken("left out", without_header(ATTEMPTS), STREAM),
        broken("none", header(ATTEMPTS, "0"), STREAM, deployment="echo"),
        broken("a word", header(ATTEMPTS, "one"), STREAM, deployment="buttons"),
        broken("empty", header(ATTEMPTS, ""), STREAM, deployment="search"),
    ],
    "STRM-17": [
        broken("a word lost", saying(*WORDS[:3], *WORDS[4:]), STREAM, deployment="search"),
        broken("the last word lost", saying(*WORDS[:-1]), STREAM, deployment="search"),
        broken("each word twice", saying(*(one for one in WORDS for _ in range(2))), STREAM, deployment="search"),
        broken("all twice", saying(*WORDS, " ", *WORDS), STREAM, deployment="search"),
        broken("each word twice, by who has no configuration", told(lambda one: [one, one]), STREAM, deployment="echo"),
        broken("twice in each delta, by an application", told(lambda one: [one * 2]), STREAM, deployment="buttons"),
        broken(
            "all that came so far in each piece",
            saying(*("".join(WORDS[: place + 1]) for place in range(len(WORDS)))),
            STREAM,
            deployment="search",
        ),
        broken("the whole at the end once more", saying(*WORDS, "".join(WORDS)), STREAM, deployment="search"),
        broken("the blanks lost", saying(*(one.strip() for one in WORDS)), STREAM, deployment="search"),
        broken("in another order", saying(*reversed(WORDS)), STREAM, deployment="search"),
        broken("another answer", saying("I cannot ", "search now"), STREAM, deployment="search"),
    ],
}
