"""An application that is configured by buttons (dial-api 3.1): it takes one of two answers, and needs one."""

from __future__ import annotations

from typing import Any, Final

from aidial_sdk.chat_completion import ChatCompletion, Request, Response
from aidial_sdk.deployment.configuration import ConfigurationRequest
from aidial_sdk.exceptions import RequestValidationError

SCHEMA: Final[dict[str, Any]] = {
    "type": "object",
    "title": "Choice",
    "dial:chatMessageInputDisabled": True,
    "additionalProperties": False,
    "required": ["answer"],
    "properties": {
        "answer": {
            "type": "number",
            "description": "Pick one",
            "dial:widget": "buttons",
            "oneOf": [
                {
                    "const": 1,
                    "title": "Yes",
                    "dial:widgetOptions": {"confirmationMessage": None, "populateText": "Yes", "submit": True},
                },
                {
                    "const": 2,
                    "title": "No",
                    "dial:widgetOptions": {"confirmationMessage": "Sure?", "populateText": "No", "submit": False},
                },
            ],
        }
    },
}
"""What its configuration endpoint says."""

_WHERE: Final = "custom_fields.configuration"


class Buttons(ChatCompletion):
    """Says which button was pressed."""

    async def configuration(self, request: ConfigurationRequest) -> dict[str, Any]:  # noqa: ARG002 - of the SDK
        """Return the schema of its configuration."""
        return SCHEMA

    async def chat_completion(self, request: Request, response: Response) -> None:
        """Say which button was pressed.

        Raises:
            RequestValidationError: None was, or another one.
        """
        configuration = request.custom_fields.configuration if request.custom_fields else None
        answer = _answer(configuration)
        with response.create_single_choice() as choice:
            choice.append_content(f"You chose {answer}")
        response.set_usage(prompt_tokens=1, completion_tokens=2)


def _answer(configuration: dict[str, Any] | None) -> float:
    if configuration is None:
        raise RequestValidationError(f"The configuration at path '{_WHERE}' is missing.")
    unknown = next((name for name in configuration if name != "answer"), None)
    if unknown is not None:
        raise _refused(unknown, "extra fields not permitted")
    if "answer" not in configuration:
        raise _refused("answer", "field required")
    answer = configuration["answer"]
    if isinstance(answer, bool) or answer not in (1, 2):
        raise _refused("answer", "not one of the buttons")
    return float(answer) if isinstance(answer, float) else int(answer)


def _refused(name: str, error: str) -> RequestValidationError:
    return RequestValidationError(f"Invalid request. Path: '{_WHERE}.{name}', error: {error}")
