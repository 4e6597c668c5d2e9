"""The ETag of a file, which is the MD5 of its bytes (dial-api 6.3)."""

from __future__ import annotations

import hashlib
import re
from typing import Final

from conformance.contract.exchange import Exchange

_MD5: Final = re.compile(r'"?([0-9a-f]{32})"?')


def md5_of(file: Exchange) -> str:
    """Return the MD5 of what was downloaded."""
    return hashlib.md5(file.answer.body, usedforsecurity=False).hexdigest()


def has_md5_of_another(file: Exchange) -> bool:
    """Tell whether the ETag is the MD5 of something else: what came is not what was stored."""
    found = _MD5.fullmatch((file.header("etag") or "").strip())
    return found is not None and found[1] != md5_of(file)
