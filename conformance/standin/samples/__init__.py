"""The sample deployments of the stand-in: those that were behind the captured Cores."""

from __future__ import annotations

import logging

from aidial_sdk import DIALApp

from conformance.standin.core.asgi import mounted
from conformance.standin.core.deployment import RequestLimits, ServedDeployment
from conformance.standin.core.http import Handler
from conformance.standin.samples.buttons import Buttons
from conformance.standin.samples.dalle import PATH, Adapter
from conformance.standin.samples.echo import Echo, EchoModel
from conformance.standin.samples.search import Search


def sample_deployments(core: Handler) -> list[ServedDeployment]:
    """Build all of them.

    Args:
        core: The gateway in front of them, where the image adapter stores its pictures.

    Returns:
        Models, then applications, in the order in which the captured Cores list them.
    """
    # some of them fail on purpose; that is no news
    logging.getLogger("aidial_sdk").setLevel(logging.CRITICAL)
    sdk = mounted(_sdk_app())
    return [_dalle(core), *_models(sdk), *_applications(sdk)]


def _sdk_app() -> DIALApp:
    app = DIALApp(openapi_url=None)
    app.add_chat_completion("gpt-echo", EchoModel())
    app.add_chat_completion("echo", Echo())
    app.add_chat_completion("search", Search())
    app.add_chat_completion("buttons", Buttons())
    return app


def _dalle(core: Handler) -> ServedDeployment:
    return ServedDeployment(
        id="dall-e-3",
        kind="model",
        answers=mounted(Adapter(core).app()),
        endpoints={"configuration": f"{PATH}/configuration"},
        features={"system_prompt": False},
        listed={
            "display_name": "DALL-E 3",
            "icon_url": "dalle3.svg",
            "description": "Image generation",
            "description_keywords": ["text2image"],
            "pricing": {"unit": "token", "prompt": "0", "completion": "0.04"},
        },
    )


def _models(sdk: Handler) -> list[ServedDeployment]:
    return [
        ServedDeployment(
            id="echo",
            kind="model",
            answers=sdk,
            known_as="gpt-echo",
            endpoints={
                "tokenize": "/openai/deployments/gpt-echo/tokenize",
                "truncate_prompt": "/openai/deployments/gpt-echo/truncate_prompt",
            },
            listed={
                "display_name": "Echo",
                "input_attachment_types": ["*/*"],
                "max_input_attachments": 10,
                "tokenizer_model": "gpt-4",
                "limits": {"max_total_tokens": 4096},
            },
        ),
        ServedDeployment(
            id="search",
            kind="model",
            answers=sdk,
            endpoints={"configuration": "/openai/deployments/search/configuration"},
            listed={
                "display_name": "Search",
                "pricing": {"unit": "token", "prompt": "0.000001", "completion": "0.000002"},
            },
        ),
        ServedDeployment(
            id="dead",
            kind="model",
            answers=None,
            endpoints={"configuration": "/openai/deployments/dead/configuration"},
        ),
        ServedDeployment(
            id="limited",
            kind="model",
            answers=sdk,
            known_as="gpt-echo",
            limits=RequestLimits(
                requests_per_hour=2, requests_per_day=10, tokens_per_minute=1_000_000, tokens_per_day=1_000_000
            ),
        ),
        ServedDeployment(id="embedding", kind="model", answers=sdk, interface="embeddings"),
        ServedDeployment(id="forbidden", kind="model", answers=sdk, known_as="gpt-echo", allowed=False),
    ]


def _applications(sdk: Handler) -> list[ServedDeployment]:
    return [
        ServedDeployment(
            id="echo-application",
            kind="application",
            answers=sdk,
            known_as="echo",
            listed={
                "display_name": "Echo application",
                "description": "Repeats the last message",
                "input_attachment_types": ["*/*"],
            },
        ),
        ServedDeployment(
            id="buttons",
            kind="application",
            answers=sdk,
            endpoints={"configuration": "/openai/deployments/buttons/configuration"},
            listed={"display_name": "Buttons"},
        ),
    ]
