"""Applications that cite: files that everybody may read, a page of the company's own wiki, a host without dots."""

from __future__ import annotations

from aidial_sdk.chat_completion import ChatCompletion, Request, Response
from aidial_sdk.exceptions import RequestValidationError


class Rag(ChatCompletion):
    """Cites a file of the public bucket, and a wiki page as the reference of a chunk; shows a stage."""

    async def chat_completion(self, request: Request, response: Response) -> None:
        """Answer with two citations.

        Raises:
            RequestValidationError: There is no message.
        """
        _check(request)
        with response.create_single_choice() as choice:
            with choice.create_stage("Retrieval") as stage:
                stage.add_attachment(
                    type="text/markdown",
                    title="[1] Handbook",
                    data="chunk",
                    reference_url="files/public/kb/handbook.pdf",
                    reference_type="application/pdf",
                )
            choice.append_content("See [1], [2].")
            choice.add_attachment(
                type="application/pdf",
                title="[1] Handbook",
                url="files/public/kb/hand%20book.pdf",
                reference_url="files/public/kb/hand%20book.pdf",
                reference_type="application/pdf",
            )
            choice.add_attachment(
                type="text/markdown",
                title="[2] Wiki",
                data="chunk two",
                reference_url="https://wiki.corp.local/display/X",
            )
        response.set_usage(prompt_tokens=1, completion_tokens=1)


class LinkingRag(ChatCompletion):
    """Attaches the pages themselves."""

    async def chat_completion(self, request: Request, response: Response) -> None:
        """Answer with two links.

        Raises:
            RequestValidationError: There is no message.
        """
        _check(request)
        with response.create_single_choice() as choice:
            choice.append_content("See [1].")
            choice.add_attachment(type="text/html", title="[1] Wiki page", url="https://wiki.corp.local/display/X")
            choice.add_attachment(type="text/html", title="[2] SharePoint", url="http://sharepoint/sites/x/doc.aspx")
        response.set_usage(prompt_tokens=1, completion_tokens=1)


def _check(request: Request) -> None:
    if not request.messages:
        raise RequestValidationError("messages must not be empty")
