"""A removal raises a recall for every body that has a copy, whichever way it came about.

People who were removed from the Gangs Matrix stayed on the lists of those it had been sent to. So the recalls are
written in the transaction that removes the entry, by the gate and by an erasure alike, and nobody has to remember them.
A recall is a row without entry or person. By which lines the body finds its copy stands in a table of its own, until
the notice that says so has been written.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from overt.model import COPY, DISCLOSURE, ENTRY, RECALL
from overt.register._record import version_select
from overt.register._schema import kept_columns

if TYPE_CHECKING:
    from overt.register._store import Store
    from overt.register._writer import Writer

# Four weeks to find a copy and the copies made of it; a default with a reason, not law.
RECALL_DAYS = 28
_FIXED = 7
# A review that decided to remove, or the closing of the entry, whichever is recorded first.
_REMOVED = (
    "(e.status = 'closed' or e.closed_on is not null or exists (select 1 from review_version r"
    " where r.entry_id = e.entry_id and r.closed_seq is null and r.outcome = 'remove'))"
)


def removed_entries(store: Store, entry_ids: Iterable[str]) -> list[str]:
    """Those of the entries that stand removed now."""
    query = f"select 1 from entry_version e where e.entry_id = ? and e.closed_seq is null and {_REMOVED}"
    return [entry_id for entry_id in dict.fromkeys(entry_ids) if store.rows(query, (entry_id,))]


def untold_entries(store: Store) -> list[str]:
    """Entries that stand removed and were sent to somebody, and for which no recall was raised or told.

    A recipient that was sent a correction since the entry was closed was told that way, before there were recalls.
    """
    day = "cast(later.sent_at as date)" if store.dialect == "postgres" else "substr(later.sent_at, 1, 10)"
    rows = store.rows(
        f"select distinct e.entry_id from entry_version e join disclosure_version d on d.entry_id = e.entry_id"
        f" where e.closed_seq is null and {_REMOVED} and d.corrects is null"
        " and not exists (select 1 from raised where raised.entry_id = e.entry_id)"
        " and not exists (select 1 from disclosure_version later where later.corrects = d.disclosure_id"
        f" and {day} >= e.closed_on) order by e.entry_id"
    )
    return [str(row[0]) for row in rows]


def copies_of(store: Store, entry_id: str, *, of_person: bool = True) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """Every body that an entry, in whatever version, was ever sent to or is copied at: its name, kind, and the row.

    A line of a list is about the person: `of_person` says whether those count.
    """
    for values in _values(store, "disclosure", "x.entry_id = ?", entry_id):
        yield str(values[DISCLOSURE.recipient]), str(values[DISCLOSURE.recipient_kind] or "other"), values
    if of_person:
        subjects = {str(values[ENTRY.subject_id]) for values in _values(store, "entry", "x.entry_id = ?", entry_id)}
        for subject_id in sorted(subjects):
            for values in _values(store, "copy", "x.subject_id = ?", subject_id):
                yield str(values[COPY.owner] or "the keeper of a copy"), "own", values


def found_by(values: Mapping[str, Any]) -> str:
    """The line by which a body finds what it was sent, or what it copied."""
    if values.get(DISCLOSURE.disclosure_id):
        sent = str(values[DISCLOSURE.sent_at] or "on an unknown day")[:10]
        return f"disclosure {values[DISCLOSURE.disclosure_id]} sent {sent}"
    return f"copy {values[COPY.copy_id]} at {values[COPY.location] or 'an unknown place'}"


def raise_recalls(writer: Writer, entry_ids: Iterable[str], by: str, *, erasure_id: str | None = None) -> int:
    """Raises a recall for each body that has a copy of these entries and was not told yet; how many.

    With an erasure that a request asked for, the bodies that the request told are not told again.
    """
    count = 0
    for entry_id in entry_ids:
        holders = _recipients(writer.store, entry_id, erasure_id)
        bodies: dict[str, tuple[str, dict[str, None]]] = {}
        of_person = not _has_another(writer.store, entry_id)
        for recipient, kind, values in copies_of(writer.store, entry_id, of_person=of_person):
            if recipient not in holders:
                bodies.setdefault(recipient, (kind, {}))[1][found_by(values)] = None
        number = f"V{writer.entropy(8).hex()}" if bodies else ""
        for place, (recipient, (kind, lines)) in enumerate(sorted(bodies.items()), start=1):
            recall_id, count = f"{number}-N{place}", count + 1
            due = dt.date.fromisoformat(writer.moment[:10]) + dt.timedelta(days=RECALL_DAYS)
            recall: dict[str, Any] = {
                RECALL.recall_id: recall_id,
                RECALL.recipient: recipient,
                RECALL.recipient_kind: kind,
                RECALL.asks: "delete",
            }
            values = {**dict.fromkeys(kept_columns("recall")), **recall, RECALL.due_on: str(due)}
            writer.append("recall", values, "collect", by)
            writer.store.run(
                "insert into raised (recall_id, entry_id, found_by) values (?, ?, ?)",
                (recall_id, entry_id, json.dumps(list(lines))),
            )
    return count


def untold_recalls(store: Store) -> dict[str, tuple[str, ...]]:
    """The recalls that were raised and of which no notice was written, with the lines that a notice needs."""
    rows = store.rows("select recall_id, found_by from raised where found_by is not null order by recall_id")
    return {str(recall_id): tuple(json.loads(lines)) for recall_id, lines in rows}


def recall_told(store: Store, recall_id: str) -> None:
    """The notice was written: what it says is kept no longer."""
    store.run("update raised set found_by = null where recall_id = ?", (recall_id,))
    store.run("delete from raised where recall_id = ? and entry_id is null", (recall_id,))


def forget_raised(store: Store, entry_ids: Iterable[str]) -> None:
    """Which entry a recall followed from is not kept longer than the entry."""
    for entry_id in entry_ids:
        store.run("delete from raised where entry_id = ? and found_by is null", (entry_id,))
        store.run("update raised set entry_id = null where entry_id = ?", (entry_id,))


def _recipients(store: Store, entry_id: str, erasure_id: str | None) -> set[str]:
    rows = store.rows(
        "select recipient from recall_version where closed_seq is null and recall_id in"
        " (select recall_id from raised where entry_id = ?)",
        (entry_id,),
    )
    if erasure_id is not None:
        rows += store.rows(
            "select recipient from recall_version where closed_seq is null and asks = 'delete' and request_id in"
            " (select request_id from request_step_version where closed_seq is null and erasure_id = ?)",
            (erasure_id,),
        )
    return {str(row[0]) for row in rows}


def _has_another(store: Store, entry_id: str) -> bool:
    """Whether the person is listed under another entry in use: then a line of a list may be about that one."""
    query = (
        "select 1 from entry_version o join entry_version e on o.subject_id = e.subject_id where e.entry_id = ?"
        " and e.closed_seq is null and o.entry_id <> e.entry_id and o.closed_seq is null and o.status = 'active'"
    )
    return bool(store.rows(query, (entry_id,)))


def _values(store: Store, table: str, condition: str, value: str) -> Iterator[dict[str, Any]]:
    query = f"{version_select(table)} where {condition} order by x.opened_seq"
    for row in store.rows(query, (value,)):
        yield dict(zip(kept_columns(table), row[_FIXED:], strict=True))
