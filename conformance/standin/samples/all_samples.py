"""All sample deployments: those that were behind the later captures, which are those of the first ones and more."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from aidial_sdk import DIALApp

from conformance.standin.core.asgi import mounted
from conformance.standin.core.deployment import RequestLimits, ServedDeployment
from conformance.standin.core.http import Handler
from conformance.standin.core.limits import UNLIMITED
from conformance.standin.samples import gpt_image, sample_deployments
from conformance.standin.samples.claude import Claude
from conformance.standin.samples.dalle import Adapter
from conformance.standin.samples.echo import LaterEcho, LaterEchoModel
from conformance.standin.samples.embedding import Hashing
from conformance.standin.samples.gpt import gpt
from conformance.standin.samples.gpt_image import GptImage
from conformance.standin.samples.heartbeat import Slow, with_heartbeats
from conformance.standin.samples.interceptor import intercepted
from conformance.standin.samples.picture import gradient
from conformance.standin.samples.pipe import Pipe
from conformance.standin.samples.rag import LinkingRag, Rag
from conformance.standin.samples.schemas import published
from conformance.standin.samples.search import SCHEMA as SEARCH
from conformance.standin.samples.strict import Strict
from conformance.standin.samples.transcriber import Transcriber
from conformance.standin.samples.validated import guarded, validated

ORDER: Final = (
    "dall-e-3",
    "gpt-4o",
    "echo",
    "search",
    "dead",
    "limited",
    "embedding",
    "forbidden",
    "gpt-image-1",
    "claude",
    "transcriber",
    "search-noop",
    "echo-application",
    "buttons",
    "rag",
    "rag2",
    "heartbeat",
    "pipe",
)
"""The order in which the captured Cores list them."""


def custom_id(owner: str) -> str:
    """Return the id of the custom application.

    Args:
        owner: The bucket of the project that owns it.
    """
    return f"applications/{owner}/folder/my%20app__1.0"


def all_sample_deployments(core: Handler, owner: str) -> list[ServedDeployment]:
    """Build all of them.

    Args:
        core: The gateway in front of them, where those that make pictures store them.
        owner: The bucket of the project that owns the custom application.

    Returns:
        They, in the order of the listings; at last the custom application, which is in none.
    """
    sdk, late = mounted(_sdk_app()), validated(mounted(_late_sdk_app(core)))
    by_id = {one.id: one for one in sample_deployments(core)}
    by_id |= {one.id: one for one in (*_others(by_id, core, sdk), *_late(late), _gpt_image(core), _gpt())}
    return [*(by_id[name] for name in ORDER if name in by_id), _custom(by_id["search"], owner)]


def _sdk_app() -> DIALApp:
    app = DIALApp(openapi_url=None)
    app.add_chat_completion("gpt-echo", LaterEchoModel())
    app.add_chat_completion("echo", LaterEcho())
    app.add_chat_completion("search", Strict(SEARCH, _found, usage=(5, 6)))
    app.add_chat_completion("buttons", Strict(published("buttons"), _chosen, usage=(1, 2)))
    app.add_embeddings("embedding", Hashing())
    return app


def _found(configuration: Mapping[str, Any]) -> str:
    return f"Found 3 pages in {configuration.get('mode', 'fast')} mode"


def _chosen(configuration: Mapping[str, Any]) -> str:
    return f"You chose {configuration['answer']}"


def _late_sdk_app(core: Handler) -> DIALApp:
    app = DIALApp(openapi_url=None)
    app.add_chat_completion("claude", Claude(core))
    app.add_chat_completion("transcriber", Transcriber())
    app.add_chat_completion("rag", Rag())
    app.add_chat_completion("rag2", LinkingRag())
    app.add_chat_completion("heartbeat", Slow())
    app.add_chat_completion("pipe", Pipe())
    return app


def _others(by_id: dict[str, ServedDeployment], core: Handler, sdk: Handler) -> list[ServedDeployment]:
    """Change those of the first captures, and build what rests on them."""
    search = replace(by_id["search"], answers=sdk)
    return [
        replace(by_id["dall-e-3"], answers=mounted(Adapter(core, "A photorealistic rendering: ", gradient).app())),
        search,
        *(replace(by_id[name], answers=sdk) for name in ("echo", "forbidden", "echo-application", "buttons")),
        replace(by_id["limited"], answers=sdk, limits=RequestLimits(2, 10, UNLIMITED, UNLIMITED)),
        replace(by_id["embedding"], answers=sdk, completions="/openai/deployments/embedding/embeddings"),
        replace(
            search,
            id="search-noop",
            known_as="search",
            listed={**search.listed, "display_name": "Search behind a no-op interceptor"},
            interceptor=intercepted,
        ),
    ]


def _late(sdk: Handler) -> list[ServedDeployment]:
    audio: dict[str, Any] = {"input_attachment_types": ["audio/*"], "max_input_attachments": 1}
    return [
        ServedDeployment(
            id="claude",
            kind="model",
            answers=sdk,
            endpoints={"configuration": "/openai/deployments/claude/configuration"},
            features={"tools": True},
            listed={
                "display_name": "Claude",
                "input_attachment_types": ["image/png", "application/pdf"],
                "pricing": {"unit": "token", "prompt": "0.000003", "completion": "0.000015"},
            },
        ),
        ServedDeployment("transcriber", "model", sdk, listed=audio),
        ServedDeployment("rag", "application", sdk),
        ServedDeployment("rag2", "application", sdk),
        ServedDeployment("heartbeat", "application", with_heartbeats(sdk)),
        ServedDeployment("pipe", "application", sdk, {"configuration": "/openai/deployments/pipe/configuration"}),
    ]


def _gpt() -> ServedDeployment:
    return ServedDeployment(
        id="gpt-4o",
        kind="model",
        answers=guarded(gpt),
        features={"tools": True, "seed": True},
        listed={
            "display_name": "GPT-4o",
            "pricing": {"unit": "token", "prompt": "0.0000025", "completion": "0.00001"},
        },
    )


def _gpt_image(core: Handler) -> ServedDeployment:
    return ServedDeployment(
        id="gpt-image-1",
        kind="model",
        answers=guarded(GptImage(core)),
        endpoints={"configuration": f"{gpt_image.PATH}/configuration"},
        features={"system_prompt": False},
        listed={"display_name": "GPT Image 1"},
    )


def _custom(search: ServedDeployment, owner: str) -> ServedDeployment:
    return ServedDeployment(
        id=custom_id(owner),
        kind="application",
        answers=search.answers,
        endpoints=search.endpoints,
        known_as="search",
        owner=owner,
        listed={
            "display_name": "My app",
            "display_version": "1.0",
            "description": "A custom application",
            "reference": "15b0e391-8df9-49e8-8e2a-a4781d60c299",
        },
    )
