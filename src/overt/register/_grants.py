"""What an account on PostgreSQL may do that keeps a register and can neither change nor delete its history.

It adds leaves, rows and holds, and closes the version that a later one replaces. Changing the tables and erasing are
for the account that owns them: `overt register erase`, `overt rights erase` and updates of Overt run under that one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from overt.model import KEPT_TABLES
from overt.refusals import Refusal
from overt.register._schema import (
    BULK,
    ERASED,
    HELD,
    INBOX,
    LEAF,
    NOTED,
    OBSERVATION,
    OBSERVATION_NOTE,
    OUTCOME_OF_KEY,
    RAISED,
    TALLY,
    VOUCHED,
)
from overt.register._shared import ATTEMPT, LIMIT, ONCE, SECRET, SESSION

_ROLE = re.compile(r"[a-z_][a-z0-9_]{0,62}")
# What may be done to each table beside those of versions. No leaf and no version may be deleted or altered.
_RIGHTS = {
    LEAF.name: "select, insert",
    ERASED.name: "select",
    HELD.name: "select, insert, update (records, outcome)",
    OUTCOME_OF_KEY.name: "select, insert",
    TALLY.name: "select, insert, update (count)",
    NOTED.name: "select, insert",
    VOUCHED.name: "select, insert, delete",
    BULK.name: "select, insert, update (done)",
    RAISED.name: "select, insert, update, delete",
    INBOX.name: "select, insert, update (words, name, address)",
    OBSERVATION.name: "select, insert, update (state, due_on)",
    OBSERVATION_NOTE.name: "select, insert",
    "alembic_version": "select",
    ATTEMPT.name: "select, insert",
    **{table.name: "select, insert, update, delete" for table in (SESSION, LIMIT, ONCE, SECRET)},
}
_OF_VERSIONS = "select, insert, update (closed_seq, closed_at)"


def grants(role: str, schema: str = "public") -> str:
    """The statements that give these rights to a role, for the owner of the tables to run; refuses an odd name."""
    for name in (role, schema):
        if not _ROLE.fullmatch(name):
            raise Refusal("database-role", "--role, --schema", name, "a name in lower-case letters, digits and _")
    return "\n".join([f"{statement};" for statement in _statements(role, schema)])


def _statements(role: str, schema: str) -> Iterator[str]:
    yield f"grant usage on schema {schema} to {role}"
    for table, rights in _RIGHTS.items():
        yield f"grant {rights} on {schema}.{table} to {role}"
    for name in KEPT_TABLES:
        yield f'grant {_OF_VERSIONS} on {schema}."{name}_version" to {role}'
        yield f'grant select on {schema}."{name}" to {role}'
