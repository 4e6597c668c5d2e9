"""How a DIAL tells its callers what is not meant for them, or gives a picture that is not theirs to keep."""

from __future__ import annotations

import copy
from typing import Any

from tests.broken_answers.attachments import COMPLETIONS, image_url
from tests.broken_answers.change import DESCRIPTIONS, SCHEMAS, Table, body, broken, described, edited, header
from tests.broken_answers.chat import error, with_message
from tests.broken_answers.configuration import dalle3_property
from tests.replaying import Change

SIGNED = "https://dalleprod.blob.core.windows.net/private/cube.png?se=2026-11-23&sig=mZ3uGk%2B8x4q0T7bYc1vJ2w"
SECRETS = {
    "a key of OpenAI": "sk-" + "proj-4fT9qLm2Xw7Zr1Kc8Vb3Nd6Hs5Jg0Pa",
    "a key of Anthropic": "sk-" + "ant-api03-" + "Zq8" * 20,
    "a key of Azure OpenAI": "8fGh2Kd9" * 6 + "8fGh" + "JQQJ99" + "BKACYeBjFXJ3w3AAABACOGq7Ky",
    "a key of AWS": "AKIA" + "Q3XJ7TZK5LWM2NVB",
    "a key of Google": "AIza" + "SyD4fT9qLm2Xw7Zr1Kc8Vb3Nd6Hs5Jg0PaQ",
    "a token of GitHub": "ghp_" + "4fT9qLm2Xw7Zr1Kc8Vb3Nd6Hs5Jg0PaQw1Z9",
    "a token of Hugging Face": "hf_" + "fTqLmXwZrKcVbNdHsJgPaQwEtYuIoPlKjH",
    "a token of Slack": "xoxb-" + "123456789012-abcdefGHIJKL",
    "a JSON Web Token": "eyJhbGciOiJIUzI1NiJ9." + "eyJzdWIiOiJhIiwiaWF0IjoxfQ." + "c2lnbmF0dXJlMTIz",
    "a key of Langfuse": "sk-lf-" + "4f19a02c-7d1e-4b83-9c56-0a1b2c3d4e5f",
    "a private key": "-----BEGIN RSA " + "PRIVATE KEY-----",
    "a URL with a password": "redis://default:" + "h7Gt2pLq9@cache.example.org:6379/0",
    "a signed address": "https://acme.example.net/a.png?sig=" + "mZ3uGk%2B8x4q0T7bYc1vJ2wQe5RtYuIoPaSdFgHjKl%3D",
}
"""Made up, and in no file in one piece."""


def doubled(completion: Any) -> None:
    """Put the image into the attachments once more."""
    attachments = completion["choices"][0]["message"]["custom_content"]["attachments"]
    attachments.append(copy.deepcopy(attachments[1]))


def all_doubled(completion: Any) -> None:
    """Put all attachments into the attachments once more."""
    content = completion["choices"][0]["message"]["custom_content"]
    content["attachments"] = content["attachments"] * 2


def noted(value: object) -> Change:
    """Describe deployments with a free object."""
    return described("defaults", {"custom_fields": {"configuration": {"note": [value]}}})


LEAKS: Table = {
    "ATT-07": [broken("at the provider, for two hours", image_url(lambda _: SIGNED), *COMPLETIONS)],
    "ATT-11": [
        broken("all of them once more", edited(all_doubled), "accepted.quality*"),
        broken("once more, if configured", edited(doubled), "accepted.quality*"),
    ],
    "LIST-20": [
        *(
            broken(f"{kind} in the description", described("description", f"Ask: {one}."), "home")
            for kind, one in SECRETS.items()
        ),
        broken("a key in the defaults", noted(SECRETS["a key of AWS"]), *DESCRIPTIONS),
        broken("a key as a name", described("defaults", {SECRETS["a key of OpenAI"]: 1}), "models"),
        broken("a key in a keyword", described("description_keywords", [SECRETS["a token of GitHub"]]), "listing"),
        broken("a key in French", described("description", {"fr": SECRETS["a key of Google"]}), "home"),
    ],
    "LIST-29": [
        broken("a host of the cluster", described("description", "at http://adapter.dial.svc:5000/"), *DESCRIPTIONS),
        broken("a private address", described("description", "at https://192.168.1.7/dalle"), "home"),
        broken("a host without a dot", described("description", "see http://wiki/dalle."), "models"),
        broken("a host and a port", described("display_version", "3 (10.1.2.3:8080)"), "home"),
        broken("the machine itself", described("display_name", "DALL-E at localhost:5000"), "home"),
        broken("in a language", described("description", {"en": "redis://cache:6379/0"}), "deployment_alone"),
        broken("in the defaults", noted("http://styles.dial.svc.cluster.local"), "home"),
    ],
    "CHAT-26": [
        broken("Bedrock's latency", header("X-Amzn-Bedrock-Invocation-Latency", "(hidden)"), "accepted"),
        broken("Google's trace", header("x-goog-request-id", "(hidden)"), "streamed"),
        broken("limits of the provider", header("x-ratelimit-remaining-tokens", "(hidden)"), "accepted.absent"),
        broken("a header of a gateway", header("x-litellm-model-id", "(hidden)"), "refused.quality=42"),
        broken("a key of the upstream", with_message(f" (key {SECRETS['a key of OpenAI']})"), "refused"),
        broken(
            "an error of botocore",
            with_message(" An error occurred (AccessDeniedException) when calling the InvokeModel operation: no"),
            "refused",
        ),
        broken("a class of httpx", body(b"httpx.ConnectError: [Errno 111]"), "unknown_deployment"),
        broken(
            "a class of the JVM",
            body(b"io.vertx.core.VertxException"),
            "no_credentials_for.limits",
        ),
        broken("pydantic's help", with_message(" see https://errors.pydantic.dev/2.9/v/int_type"), "refused"),
        broken("a class of litellm", with_message(" litellm.exceptions.BadRequestError: x"), "refused"),
    ],
    "CONF-16": [
        broken(how, dalle3_property("style", {"type": "string", "description": one}), *SCHEMAS)
        for how, one in {
            "a token in a description": SECRETS["a token of Slack"],
            "an inner address in a description": "Ask http://10.0.0.5:8080 for styles",
            "a private key in a description": SECRETS["a private key"],
        }.items()
    ],
}
HARMLESS = [
    broken("documents of keys", described("description", "Set OPENAI_API_KEY=sk-your-key-goes-here-0001"), "home"),
    broken("the example of AWS", described("description", "Such as AKIAIOSFODNN7EXAMPLE"), "home"),
    broken("a library with sk", described("description", "Made with sk-learn-contrib-lightning-2"), "home"),
    broken("a checksum", described("description", "sha 9e107d9d372bb6826bd81d3542a419d6e4d909c2"), "home"),
    broken("an id", described("reference", "3f2a7c1e-5b6d-4a8f-9c0e-1d2f3a4b5c6d"), "home"),
    broken("a version that looks like an address", described("display_version", "10.2.0.1"), *DESCRIPTIONS),
    broken("the DIAL itself", described("description", "See https://dial.invalid/docs"), *DESCRIPTIONS),
    broken("a public page", described("description", "See https://platform.openai.com/docs/guides/images"), "home"),
    broken("an icon inside", described("icon_url", "http://themes.dial.svc.cluster.local/dalle.svg"), *DESCRIPTIONS),
    broken("a time", described("description", "From 10:30 to 17:45, at noon:8080 users"), "home"),
    broken("a trace of DIAL", header("X-DIAL-TRACE-ID", "7f"), "accepted"),
    broken("a limit of the ingress", header("x-ratelimit-limit", "100"), "accepted"),
    broken("a class in words", error(422, "quality: use openai.com's values, no ValueError"), "refused.quality*"),
]
"""What a healthy DIAL may say there too."""
