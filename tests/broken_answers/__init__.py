"""For each requirement, changes of good answers that break it and no other one."""

from __future__ import annotations

from tests.broken_answers.access import ACCESS
from tests.broken_answers.answers import ANSWERS
from tests.broken_answers.attachments import ATT
from tests.broken_answers.auth import AUTH
from tests.broken_answers.change import Table
from tests.broken_answers.chat import CHAT
from tests.broken_answers.claims import CLAIMED
from tests.broken_answers.clients import CLI
from tests.broken_answers.configuration import CONF
from tests.broken_answers.disputed import DISAGREED
from tests.broken_answers.files import FILE
from tests.broken_answers.for_everybody import FOR_EVERYBODY
from tests.broken_answers.leaks import LEAKS
from tests.broken_answers.limits import LIMITED
from tests.broken_answers.listing import LIST
from tests.broken_answers.merged_streams import MERGED
from tests.broken_answers.storage import STORAGE
from tests.broken_answers.streams import STRM

TABLES = (
    *(ACCESS, LEAKS, ATT, AUTH, CHAT, CLAIMED, CLI, DISAGREED, CONF, FILE),
    *(STORAGE, LIMITED, LIST, STRM, ANSWERS, MERGED, FOR_EVERYBODY),
)

BROKEN: Table = {
    requirement: [row for table in TABLES for row in table.get(requirement, ())]
    for requirement in dict.fromkeys(one for table in TABLES for one in table)
}
