"""What own checks are written with: the whole public surface, and no other name of the suite is promised to stay.

The names of recipes and facts of the suite may be parameters, too: `dial-conformance explain ID` shows those that a
requirement takes. docs/own-checks.md is the tutorial; defects are written with `conformance.own.defects`.
"""

from conformance.contract.case import ABSENT, Case
from conformance.contract.claim import CHAT, CONFIGURATION
from conformance.contract.deployment import Deployment
from conformance.contract.exchange import Answer, Exchange, Request
from conformance.contract.profile import DALLE3, GPT_IMAGE_1
from conformance.contract.recipe import COMPLETION, FREE, THOROUGH, WRITES, facts, recipe
from conformance.contract.requirement import MUST, SHOULD, requirement
from conformance.contract.verdict import CouldNotRunError, NotClaimedError
from conformance.recipes.requests import CALLER, NOBODY, OTHER_CALLER, STRANGER, chat, get, post

__all__ = [
    "ABSENT",
    "CALLER",
    "CHAT",
    "COMPLETION",
    "CONFIGURATION",
    "DALLE3",
    "FREE",
    "GPT_IMAGE_1",
    "MUST",
    "NOBODY",
    "OTHER_CALLER",
    "SHOULD",
    "STRANGER",
    "THOROUGH",
    "WRITES",
    "Answer",
    "Case",
    "CouldNotRunError",
    "Deployment",
    "Exchange",
    "NotClaimedError",
    "Request",
    "chat",
    "facts",
    "get",
    "post",
    "recipe",
    "requirement",
]
