"""The formats of known kinds of keys and tokens, as data: a new kind is one row.

Only what has a format of its own is here. A text of 32 hex digits may be a key, and is as often a checksum: to accuse a
healthy DIAL of that would be worse than to miss it.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple


class SecretFormat(NamedTuple):
    """What the keys of one kind look like.

    Attributes:
        kind: What it is, in words.
        pattern: A regular expression for the whole of it.
        anywhere: It may stand directly before or behind a letter, because it begins or ends with a sign of its own.
    """

    kind: str
    pattern: str
    anywhere: bool = False

    @property
    def expression(self) -> str:
        """The pattern where it stands for itself."""
        return self.pattern if self.anywhere else rf"(?<![\w-])(?:{self.pattern})(?![\w-])"


FORMATS: Final = (
    SecretFormat(
        "a key of OpenAI, or of one like it", r"sk-(?:[\w-]{0,20}[_-])?(?=[A-Za-z]{0,20}\d)[A-Za-z0-9]{16,}[\w-]*"
    ),
    SecretFormat("a key of Anthropic", r"sk-ant-[a-z0-9]{3,10}-[\w-]{20,}"),
    SecretFormat("a key of Azure OpenAI", r"[A-Za-z0-9]{52}JQQJ99[A-Za-z0-9]{26}"),
    SecretFormat("a key of an Azure storage", r"AccountKey=[A-Za-z0-9+/]{86}==", anywhere=True),
    SecretFormat("a key of Langfuse", r"sk-lf-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"),
    SecretFormat("a signature of an Azure address", r"[?&]sig=[A-Za-z0-9%+/_-]{40,}={0,2}", anywhere=True),
    SecretFormat("a client secret of Microsoft Entra", r"[\w~.-]{3}\dQ~[\w~.-]{31,34}"),
    SecretFormat("a key of AWS", r"(?:AKIA|ASIA)[A-Z0-9]{16}"),
    SecretFormat("a key of Amazon Bedrock", r"ABSK[A-Za-z0-9+/]{100,}={0,2}|bedrock-api-key-[A-Za-z0-9+/=]{40,}"),
    SecretFormat("a signature of an AWS address", r"X-Amz-Signature=[0-9a-f]{64}"),
    SecretFormat("a key of Google", r"AIza[\w-]{35}"),
    SecretFormat("a token of Google", r"ya29\.[\w-]{20,}"),
    SecretFormat("a token of Hugging Face", r"hf_[A-Za-z0-9]{34}"),
    SecretFormat("a key of Groq", r"gsk_[A-Za-z0-9]{52}"),
    SecretFormat("a key of xAI", r"xai-[A-Za-z0-9]{80}"),
    SecretFormat("a token of Replicate", r"r8_[A-Za-z0-9]{37}"),
    SecretFormat("a key of Perplexity", r"pplx-[A-Za-z0-9]{48}"),
    SecretFormat("a token of Databricks", r"dapi[0-9a-f]{32}(?:-\d)?"),
    SecretFormat("a token of GitHub", r"gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59}"),
    SecretFormat("a token of GitLab", r"glpat-[\w-]{20,}"),
    SecretFormat("a token of Slack", r"xox[abeoprs]-[A-Za-z0-9-]{20,}"),
    SecretFormat("a key of Stripe", r"[sr]k_(?:live|test)_[A-Za-z0-9]{24,}"),
    SecretFormat("a key of SendGrid", r"SG\.[\w-]{22}\.[\w-]{43}"),
    SecretFormat("a token of npm", r"npm_[A-Za-z0-9]{36}"),
    SecretFormat("a token of PyPI", r"pypi-AgE[\w-]{50,}"),
    SecretFormat("a token of Docker", r"dckr_pat_[\w-]{27}"),
    SecretFormat("a token of HashiCorp Vault", r"hvs\.[\w-]{24,}"),
    SecretFormat("a JSON Web Token", r"eyJ[\w-]{10,500}\.eyJ[\w-]{10,2000}\.[\w-]*"),
    SecretFormat("a private key", r"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY-----", anywhere=True),
    SecretFormat("a URL with a password", r"[a-z][a-z0-9+.-]{1,20}://[^/\s:@]{0,100}:[^/\s:@]{1,100}@", anywhere=True),
)
"""The kinds that are known. Each is looked for where no letter, digit, underscore or hyphen stands before or behind."""

_ANY: Final = re.compile("|".join(f"(?:{one.expression})" for one in FORMATS))
_PLACEHOLDER: Final = re.compile(
    r"example|your|xxxx|\*\*\*|<|\$\{|placeholder|dummy|changeme|password@|:pass@", re.IGNORECASE
)
"""What documents write instead of a key: AWS's own examples end with EXAMPLE."""
_FEWEST_CHARACTERS: Final = 6
LONGEST_TEXT: Final = 100_000
"""Characters of a text that are looked at: it may have been made to be slow to read."""
_BEGINNING: Final = 8


def secret_in(text: str) -> str | None:
    """Return what kind of secret a text holds, with its first characters; None if it holds none that is known.

    Args:
        text: Any text.
    """
    for found in _ANY.finditer(text[:LONGEST_TEXT]):
        secret = found[0]
        if _PLACEHOLDER.search(secret) or len(set(secret)) < _FEWEST_CHARACTERS:
            continue
        kind = next(one.kind for one in FORMATS if re.fullmatch(one.pattern, secret))
        return f"{kind}: {secret[:_BEGINNING]}..."
    return None
