"""What the chunks of a stream come to, beside the completion that was not streamed."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from conformance.contract.case import ABSENT_CASE, Case
from conformance.contract.claim import CHAT
from conformance.contract.deployment import Deployment
from conformance.contract.exchange import Exchange
from conformance.contract.json_text import json_text
from conformance.contract.recipe import AskFor, Node, facts, recipe
from conformance.contract.verdict import CouldNotRunError, NotClaimedError
from conformance.dial.arrival import LONG, SEVERAL, pieces_of_text, seconds_of
from conformance.dial.attachment import Attachment, Attachments
from conformance.dial.chunk_merging import UnmergeableStreamError
from conformance.dial.completion import Completion, choices_of, is_completed
from conformance.dial.every_exchange import EveryExchange
from conformance.dial.image import is_of_type, media_type_of
from conformance.dial.stream import Stream
from conformance.dial.told_twice import is_told_twice
from conformance.recipes.requests import get
from conformance.recipes.stream import let_stream_speak_first

_LONG_TEXT: Final = 20
"""Characters of a text that are the same three times by no chance."""
_WITHOUT_TEXT: Final = ("content_filter", "tool_calls", "function_call")
"""Why a stream may end without a text, though another time there was one."""


@facts(requires=["STRM-04"])
def streamed_completion(stream: Stream) -> Completion:
    """The completion that the chunks of a stream are parts of."""
    try:
        return stream.completion
    except UnmergeableStreamError as error:
        raise CouldNotRunError(f"STRM-06: {error}") from None


@facts
def same_as_block(deployment: Deployment, valid_case: Case, every_exchange: EveryExchange) -> Completion | None:
    """The same completion as a block, if it was asked and answered."""
    found = every_exchange.named(Node("accepted", deployment, valid_case).name)
    if found is None or not is_completed(found):
        return None
    return Completion(found, found.json_object or {}, choices_of(found)[0])


@facts
def finished_stream(streamed_completion: Completion, same_as_block: Completion | None) -> Completion:
    """A stream whose finish_reason is its own, and not the mistake of the block answer."""
    if same_as_block is not None and not same_as_block.finish_reason_is_known:
        found = json_text(same_as_block.finish_reason)
        raise CouldNotRunError(f"CHAT-03: finish_reason is {found} without a stream, too")
    return streamed_completion


@facts
def counted_stream(streamed_completion: Completion, same_as_block: Completion | None) -> Completion:
    """A stream that tells its usage, if that is right in the block answer."""
    if streamed_completion.usage is None:
        raise NotClaimedError("the stream tells no usage")
    if same_as_block is not None and same_as_block.usage is not None and same_as_block.usage_fault is not None:
        raise CouldNotRunError(f"CHAT-04: without a stream, {same_as_block.usage_fault}")
    return streamed_completion


@facts(requires=["STRM-04"])
def streamed_attachments(stream: Stream, same_as_block: Completion | None) -> Attachments:
    """The attachments of a stream, if they are as many as those of the block answer, and those are right."""
    try:
        completion = stream.completion
    except UnmergeableStreamError as error:
        raise NotClaimedError(f"STRM-06 says that {error}") from None
    found = Attachments.of(completion)
    if not completion.attachments and not found.are_none:
        raise NotClaimedError("the stream has no attachments")
    if same_as_block is None or not same_as_block.message:
        return found
    block = Attachments.of(same_as_block)
    if (fault := found.shape_fault) is not None and (same := block.shape_fault) is not None and same[0] == fault[0]:
        raise CouldNotRunError(f"ATT-01 to 04: the block answer has {json_text(same[1])}, too")
    if len(found.items) != len(block.items) and not found.are_none:
        raise NotClaimedError(f"STRM-06 says that there are {len(found.items)} attachments, not {len(block.items)}")
    return found


@dataclass(frozen=True)
class Download:
    """The picture of a stream.

    Attributes:
        picture: The attachment.
        exchange: Its download; None if its url leads nowhere, so that it was not asked.
    """

    picture: Attachment
    exchange: Exchange | None = None

    def run(self, ask: AskFor) -> Download:
        """Download it, if it can be."""
        if self.picture.bucket is None:
            return self
        return Download(self.picture, ask(get(f"/v1/{self.picture.url}")))

    @property
    def fault(self) -> str | None:
        """Why it is no picture of the type that its attachment tells, or None."""
        if self.exchange is None:
            return f"the url is {self.picture.url}"
        if self.exchange.status != HTTPStatus.OK:
            return self.exchange.excerpt
        body = self.exchange.answer.body
        if is_of_type(body, self.picture.type) is not False and body:
            return None
        return f"{media_type_of(body) or 'no image'}: {self.exchange.excerpt}"


@facts
def streamed_picture(deployment: Deployment, streamed: Exchange, stream: Stream) -> Attachment:
    """The picture of a stream, if it is not in the stream itself, nor somewhere in the world."""
    let_stream_speak_first(deployment, streamed)
    try:
        attachments = Attachments.of(stream.completion)
    except UnmergeableStreamError as error:
        raise CouldNotRunError(f"STRM-06: {error}") from None
    if not attachments.images:
        raise NotClaimedError("the stream has no image")
    picture = attachments.images[0]
    asked_for = attachments.pictures(drawn=deployment.profile is not None)
    if not picture.is_stored or (picture.bucket is None and attachments.misplaced_url(asked_for) != picture.url):
        raise NotClaimedError("the image of the stream is not stored in the DIAL")
    return picture


@recipe(claims=CHAT, spared=True)
def streamed_image(streamed_picture: Attachment) -> Download:
    """The picture of a stream."""
    return Download(streamed_picture)


@facts
def downloaded(
    deployment: Deployment,
    valid_case: Case,
    streamed_image: Download,
    same_as_block: Completion | None,
    every_exchange: EveryExchange,
) -> Download:
    """The download of a stream's picture, if that of the block answer can be downloaded, and is a picture."""
    if streamed_image.exchange is None and same_as_block is not None:
        attachments = Attachments.of(same_as_block)
        wrong = attachments.misplaced_url(attachments.pictures(drawn=deployment.profile is not None))
        if wrong is not None:
            raise CouldNotRunError(f"ATT-08: without a stream, the url is {wrong}")
    block = every_exchange.named(Node("image", deployment, valid_case).name)
    if block is not None and (fault := Download(streamed_image.picture, block).fault) is not None:
        raise CouldNotRunError(f"FILE-01 or 02: without a stream, {fault}")
    return streamed_image


@facts(requires=["STRM-04"])
def text_of_stream(streamed_completion: Completion) -> str:
    """The text of a stream that ended by itself."""
    if streamed_completion.finish_reason in _WITHOUT_TEXT:
        raise NotClaimedError(f"the stream ended with {streamed_completion.finish_reason}")
    return streamed_completion.text.strip()


@facts
def text_of_block(deployment: Deployment, same_as_block: Completion | None) -> str:
    """The text of the block answer; empty if it has none, or was not asked, or draws, so that a text says nothing."""
    return "" if same_as_block is None or deployment.profile else same_as_block.text.strip()


@facts
def repeated_text(
    deployment: Deployment, stream: Stream, valid_case: Case, text_of_block: str, every_exchange: EveryExchange
) -> str:
    """The text of three block answers, without a configuration, with null and with `{}`, if it is always the same.

    That of one is enough where the stream is that text and tells all of it twice.
    """
    if is_told_twice(pieces_of_text(stream), text_of_block):
        return text_of_block
    if len(text_of_block) < _LONG_TEXT:
        raise NotClaimedError(f"the text of the block answer has less than {_LONG_TEXT} characters")
    if valid_case != ABSENT_CASE:
        raise NotClaimedError("the schema requires a property")
    nodes = [Node("accepted", deployment, ABSENT_CASE)]
    nodes += [Node("with_empty_configuration", deployment, Case(name)) for name in ("null", "{}")]
    found = [one for node in nodes if (one := every_exchange.named(node.name)) is not None and is_completed(one)]
    texts = [Completion(one, one.json_object or {}, choices_of(one)[0]).text.strip() for one in found]
    if len(texts) < len(nodes):
        raise NotClaimedError("not all of the three block answers are there: CHAT-11 asks two of them")
    if len(set(texts)) > 1:
        raise NotClaimedError("the three block answers have other texts each time")
    return text_of_block


@facts
def long_stream(deployment: Deployment, stream: Stream, same_as_block: Completion | None) -> Stream:
    """A stream of a text in several pieces, whose block answer took so long that one should see it come."""
    taken = None if same_as_block is None else seconds_of(same_as_block.exchange)
    if deployment.profile or (same_as_block is not None and same_as_block.attachments and not same_as_block.text):
        raise NotClaimedError("it draws: all is there before the first event")
    if taken is None or taken <= LONG:
        raise NotClaimedError(f"the block answer is not known to have taken over {LONG:g} s")
    if len(pieces_of_text(stream)) < SEVERAL:
        raise NotClaimedError(f"the text comes in less than {SEVERAL} pieces")
    return stream


@facts
def attempts_of_block(same_as_block: Completion | None) -> str:
    """How often the Core tried to get the block answer, as it says itself."""
    found = None if same_as_block is None else same_as_block.attempts
    if found is None:
        raise NotClaimedError("the block answer has no X-UPSTREAM-ATTEMPTS, or was not asked")
    return found
