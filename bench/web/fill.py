"""Puts a million invented entries into a demonstration's register, past the gate: what is measured is the portal.

Every entry has a person, two items, a review and a line of the access log, and each of these a ledger entry. The rows
say what the demonstration's own rows say, with other numbers and dates.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from overt.register import Register, kept_columns

LAST_DAY = "2024-09-03"
_UNITS = "'OCU ' || (n % 5 + 1)"
_PERSON = "printf('%064x', n + 4096)"
_ENTRY = "printf('E%08d', n)"
_DAY = f"date('{LAST_DAY}', '-' || (n * 7919 % 3000) || ' days')"
# Of a year before the last day and a year after it: one in twelve active entries is overdue.
_DUE = f"date('{LAST_DAY}', (n * 104729 % 400 - 33) || ' days')"
_MOMENT = f"{_DAY} || ' 10:00:00'"
_TABLES: dict[str, dict[str, str]] = {
    "subject": {"subject_id": _PERSON},
    "entry": {
        "entry_id": _ENTRY, "subject_id": _PERSON, "unit": _UNITS, "opened_on": _DAY,
        "opened_by": "'P' || (1001 + n % 50)", "status": "case when n % 10 < 7 then 'active' else 'closed' end",
        "review_due_on": _DUE, "delete_due_on": f"date('{LAST_DAY}', (n * 15485863 % 2000) || ' days')",
    },
    "item": {"item_id": "printf('I%08d', n)", "entry_id": _ENTRY, "collected_on": _DAY, "source_ref": "'S' || n"},
    "review": {"review_id": "printf('R%08d', n)", "entry_id": _ENTRY, "done_at": _MOMENT},
    "access": {
        "access_id": "printf('A%08d', n)", "entry_id": _ENTRY, "occurred_at": _MOMENT,
        "actor": "'P' || (1001 + n % 50)",
    },
}  # fmt: skip
_AT_ONCE = 50_000


def fill(folder: Path, entries: int) -> None:
    """Adds so many entries to the register in a folder, with what belongs to each."""
    with Register.open(folder) as register:
        connection: Any = register.store.connection  # type: ignore[attr-defined]
        moment = register.store.rows("select max(recorded_at) from leaf")[0][0]
        templates = {table: _like(register, table) for table in _TABLES}
        for start in range(0, entries, _AT_ONCE):
            many = min(_AT_ONCE, entries - start)
            with register.store.transaction():
                for table, overridden in _TABLES.items():
                    seq = register.size()
                    numbers = f"with recursive n(n) as (select {start} union all select n + 1 from n limit {many})"
                    connection.execute(
                        f"insert into leaf (seq, recorded_at, kind, bytes) {numbers}"
                        f" select {seq} + n - {start}, ?, 'record', randomblob(49) from n",
                        (moment,),
                    )
                    columns = kept_columns(table)
                    cells = [overridden.get(name, "?") for name in columns]
                    given = [templates[table].get(name) for name in columns if name not in overridden]
                    connection.execute(
                        f"insert into {table}_version (opened_seq, change, proposed_by, salt, recorded_at,"
                        f" {', '.join(columns)}) {numbers} select {seq} + n - {start}, 'collect', 'P1001',"
                        f" randomblob(32), ?, {', '.join(cells)} from n",
                        (moment, *given),
                    )
            print(f"{start + many:,} entries", file=sys.stderr)
        connection.execute("pragma wal_checkpoint(truncate)")


def _like(register: Register, table: str) -> dict[str, Any]:
    """A row of the demonstration's, for what every row of its kind says."""
    columns = kept_columns(table)
    rows = register.store.rows(f"select {', '.join(columns)} from {table}_version where closed_seq is null limit 1")
    return dict(zip(columns, rows[0], strict=True)) if rows else {}
