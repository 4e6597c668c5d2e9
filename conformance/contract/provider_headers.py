"""Headers by which model providers, and the gateways before them, make themselves known: as data, a new one is one row.

DIAL's own begin with `x-upstream-` or `x-dial-`; what an ingress adds is on every answer, the listing too.
"""

from __future__ import annotations

import re
from typing import Final

_PREFIXES: Final = (
    "anthropic-",
    "apim-",
    "azureml-",
    "bedrock-",
    "cohere-",
    "fireworks-",
    "llm_provider-",
    "mistral-",
    "openai-",
    "x-amz-",
    "x-amzn-",
    "x-azureml-",
    "x-bedrock-",
    "x-cohere-",
    "x-goog-",
    "x-groq-",
    "x-litellm-",
    "x-mistral-",
    "x-ms-",
    "x-openai-",
    "x-vertex-",
)
_OF_LIMITS: Final = r"x-ratelimit-(?:limit|remaining|reset)-(?:requests|tokens|[a-z]+-(?:requests|tokens))"
_PROVIDERS: Final = re.compile(f"(?:{'|'.join(map(re.escape, _PREFIXES))}).+|{_OF_LIMITS}", re.IGNORECASE)


def is_of_provider(name: str) -> bool:
    """Tell whether only a model provider, or a gateway before it, sets a header of that name."""
    return _PROVIDERS.fullmatch(name) is not None
