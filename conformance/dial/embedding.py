"""Embeddings (OpenAI API, create embeddings): a vector for each input."""

from __future__ import annotations

import math
from http import HTTPStatus
from typing import Any

from conformance.contract.exchange import Exchange
from conformance.dial.integer import is_integer


def embeddings_fault(exchange: Exchange, inputs: int, dimensions: object) -> str | None:
    """Tell what is wrong with the answer to a request for embeddings, or None.

    Args:
        exchange: The exchange.
        inputs: How many texts were sent.
        dimensions: What the listing says of the length of a vector; None if it does not.
    """
    data = (exchange.json_object or {}).get("data")
    if exchange.status != HTTPStatus.OK or not isinstance(data, list):
        return exchange.excerpt
    if len(data) != inputs:
        return f"{len(data)} vectors for {inputs} inputs"
    vectors = [one.get("embedding") if isinstance(one, dict) else None for one in data]
    wrong = next((position for position, one in enumerate(vectors) if not _is_vector(one)), None)
    if wrong is not None:
        return f"data[{wrong}].embedding is {vectors[wrong]!r:.80}"
    places = [one.get("index") for one in data]
    if places != list(range(inputs)):
        return f"the vectors have index {places}"
    lengths = [len(one) for one in vectors if isinstance(one, list)]
    if len(set(lengths)) > 1:
        return f"vectors of {' and '.join(map(str, lengths))} numbers"
    return f"vectors of {lengths[0]} numbers" if is_integer(dimensions) and lengths[0] != dimensions else None


def _is_vector(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(_is_number(one) for one in value)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
