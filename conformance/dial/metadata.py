"""The metadata of files and folders, in camelCase (dial-api 6.2)."""

from __future__ import annotations

from http import HTTPStatus

from conformance.contract.exchange import Exchange


def folder_fault(exchange: Exchange) -> str | None:
    """Tell why an answer does not describe a folder with what is in it, or None."""
    document = exchange.json_object if exchange.status == HTTPStatus.OK else None
    if document is None:
        return exchange.excerpt
    if document.get("nodeType") != "FOLDER":
        return f"nodeType is {document.get('nodeType')!r}"
    items = document.get("items")
    if not isinstance(items, list) or not all(isinstance(one, dict) for one in items):
        return f"items is {items!r}"
    return None
