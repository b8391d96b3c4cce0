"""The queue of what the gate holds, as it stands in the register until a human has decided."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from overt.gate._outcome import Proposed, Reason
from overt.refusals import Refusal
from overt.register import Register, Store, Writer


def as_kept(bundle: Iterable[Proposed]) -> list[dict[str, Any]]:
    """A bundle as the queue keeps it."""
    return [
        {
            "table": record.table,
            "action": record.change,
            "values": dict(record.values),
            "bundle": record.bundle,
            "of_rights": record.of_rights,
        }
        for record in bundle
    ]


def waiting_records(store: Store, actor: str, records: str | None = None) -> dict[str, str]:
    """What somebody proposed that waits for a decision, as the queue has it, with the number of its hold; all of it, or
    what is the same as `records`.
    """
    query, parameters = "select records, hold_id from held where outcome is null and actor = ?", (actor,)
    rows = (
        store.rows(query, parameters)
        if records is None
        else store.rows(f"{query} and records = ?", (*parameters, records))
    )
    return {str(waiting): str(hold_id) for waiting, hold_id in rows}


def keep_held(
    writer: Writer,
    register: Register,
    bundle: Sequence[Proposed],
    reasons: tuple[Reason, ...],
    actor: str,
    *,
    queue: Mapping[str, str] | None = None,
) -> str:
    """Puts a bundle into the queue for a human, unless the same from the same person waits there; the number of the
    hold. `queue` is what `waiting_records` gave, for whoever puts in many.
    """
    causes, records = json.dumps([reason.as_json() for reason in reasons]), json.dumps(as_kept(bundle))
    if queue is None:
        queue = waiting_records(writer.store, actor, records)
    if records in queue:
        return queue[records]
    hold_id = f"H{register.entropy(8).hex()}"
    row = (hold_id, writer.moment, actor, causes, records)
    writer.store.run("insert into held (hold_id, held_at, actor, reasons, records) values (?, ?, ?, ?, ?)", row)
    if not writer.store.rows("select 1 from held where hold_id = ?", (hold_id,)):
        problem, wanted = "the held record is not there", "a database that stores what it is given"
        raise Refusal("write-not-kept", "the database, held", problem, wanted, "check the database for triggers")
    return hold_id
