"""Every query of the staff pages that reads more than one record. Each is by an index (`overt.register`, `_LISTED`).

Nothing here selects or compares anything of a person: lists are by staff, unit, status and date.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from overt.model import AUTHORITY, ENTRY, ITEM, PLATFORM_REQUEST, RECALL, REQUEST, Kind
from overt.register import Store
from overt.web.portal._paging import Listed, Listing, count_rows, read_page, read_selected

_STANDS = "closed_seq is null"
_ENTRY_COLUMNS = (
    ENTRY.entry_id, ENTRY.unit, ENTRY.status, ENTRY.opened_on, ENTRY.opened_by, ENTRY.review_due_on,
    ENTRY.delete_due_on,
)  # fmt: skip
_AUTHORITY_COLUMNS = (
    AUTHORITY.authority_id, AUTHORITY.kind, AUTHORITY.granted_on, AUTHORITY.expires_on, AUTHORITY.cancelled_on,
    AUTHORITY.renews,
)  # fmt: skip
_HELD_COLUMNS = ("hold_id", "held_at", "actor", "reasons", "records", "outcome")


@dataclass(frozen=True)
class EntryQuery:
    """Which entries: of a unit or a member of staff (`of` is a column and its value), in use or closed, sorted by `by`.

    `until` and `since` bound `by`.
    """

    by: str
    of: tuple[str, str] | None = None
    status: str = "active"
    until: dt.date | None = None
    since: dt.date | None = None
    descending: bool = False


def entries(store: Store, asked: EntryQuery, query: Mapping[str, str]) -> tuple[list[dict[str, Any]], Listed]:
    """A page of entries by the date in `by`."""
    condition, parameters = _entry_condition(asked)
    for bound, sign in ((asked.until, "<="), (asked.since, ">=")):
        if bound is not None:
            condition, parameters = f"{condition} and {asked.by} {sign} ?", [*parameters, str(bound)]
    listing = Listing(
        _ENTRY_COLUMNS, "entry_version", condition, parameters, asked.by, ENTRY.entry_id, asked.descending
    )
    return _page(store, listing, query)


def undated(store: Store, asked: EntryQuery) -> int:
    """How many of these entries have no date to be sorted by, at most `MOST_COUNTED` and one."""
    condition, parameters = _entry_condition(asked)
    return count_rows(store, "entry_version", f"{condition} and {asked.by} is null", parameters)


def _entry_condition(asked: EntryQuery) -> tuple[str, list[str]]:
    condition, parameters = f"{_STANDS} and status = ?", [asked.status]
    if asked.of is not None:
        column, value = asked.of
        condition, parameters = f"{condition} and {column} = ?", [*parameters, value]
    return condition, parameters


def units(store: Store) -> list[str]:
    """The units that entries have, each found by one look into the index."""
    rows = store.rows(
        "with recursive known(unit) as ("
        " select min(unit) from entry_version where closed_seq is null"
        " union all select (select min(later.unit) from entry_version later where later.closed_seq is null"
        " and later.unit > known.unit) from known where known.unit is not null)"
        " select unit from known where unit is not null"
    )
    return [str(unit) for (unit,) in rows]


def holds(store: Store, query: Mapping[str, str]) -> tuple[list[dict[str, Any]], Listed]:
    """A page of the held records that nobody has decided, oldest first."""
    return _holds(store, "outcome is null", (), query, descending=False)


def own_proposals(store: Store, actor: str, query: Mapping[str, str]) -> tuple[list[dict[str, Any]], Listed]:
    """A page of what a member of staff proposed and the gate held, newest first."""
    return _holds(store, "actor = ?", (actor,), query, descending=True)


def _holds(
    store: Store, condition: str, parameters: Sequence[object], query: Mapping[str, str], *, descending: bool
) -> tuple[list[dict[str, Any]], Listed]:
    listing = Listing(_HELD_COLUMNS, "held", condition, parameters, "held_at", "hold_id", descending, Kind.TIMESTAMP)
    return _page(store, listing, query)


def hold(store: Store, hold_id: str) -> dict[str, Any] | None:
    """One held record, decided or not; `None` if there is none with this number."""
    rows = store.rows(f"select {', '.join(_HELD_COLUMNS)} from held where hold_id = ?", (hold_id,))
    return dict(zip(_HELD_COLUMNS, rows[0], strict=True)) if rows else None


def decisions(store: Store, hold_ids: Sequence[str]) -> dict[str, tuple[str, str, str, str]]:
    """The decision on each of these held records: its day, by whom, the outcome and why."""
    if not hold_ids:
        return {}
    marks = ", ".join("?" * len(hold_ids))
    rows = store.rows(
        "select decision_id, decided_on, decided_by, outcome, reason from decision_version"
        f" where {_STANDS} and decision_id in ({marks})",
        tuple(hold_ids),
    )
    return {str(number): (str(on), str(by), str(outcome), str(why or "")) for number, on, by, outcome, why in rows}


def waiting_counts(store: Store, actor: str) -> tuple[int, int]:
    """How many held records wait for a decision, at most `MOST_COUNTED` and one: others' and this person's own."""
    own = count_rows(store, "held", "outcome is null and actor = ?", [actor])
    return count_rows(store, "held", "outcome is null", []) - own, own


def decided_since(store: Store, actor: str, since: dt.date, held_since: dt.date) -> dict[str, int]:
    """How many of a person's proposals were decided since a day, by outcome, of those held since another day."""
    rows = store.rows(
        "select d.outcome, count(*) from held h join decision_version d on d.decision_id = h.hold_id"
        " and d.closed_seq is null where h.actor = ? and h.held_at >= ? and d.decided_on >= ? group by d.outcome",
        (actor, f"{held_since} 00:00:00", str(since)),
    )
    return {str(outcome): int(count) for outcome, count in rows}


def requests(store: Store, query: Mapping[str, str]) -> tuple[list[dict[str, Any]], Listed]:
    """A page of the open requests, by due date."""
    columns = (REQUEST.request_id, REQUEST.kind, REQUEST.received_on, REQUEST.due_on)
    condition = f"{_STANDS} and answered_on is null"
    return _page(store, Listing(columns, "request_version", condition, (), REQUEST.due_on, REQUEST.request_id), query)


def unconfirmed_recalls(store: Store, query: Mapping[str, str]) -> tuple[list[str], Listed]:
    """A page of the numbers of recalls that nobody has confirmed, by due date."""
    condition = f"{_STANDS} and confirmed_on is null"
    listing = Listing((RECALL.recall_id,), "recall_version", condition, (), RECALL.due_on, RECALL.recall_id)
    page = read_page(store, listing, query)
    return [str(number) for (number,) in page.rows], page


def count_unwritten_notices(store: Store) -> int:
    """How many recalls were raised whose notice was not written yet, at most `MOST_COUNTED` and one."""
    return count_rows(store, "recall_version", f"{_STANDS} and confirmed_on is null and sent_on is null")


def requests_of_kind(store: Store, kind: str, query: Mapping[str, str], *, closed: bool) -> tuple[list[str], Listed]:
    """A page of the numbers of requests of a kind: open ones, first received first, or closed ones, last first."""
    listing = _of_kind(kind, closed=closed)
    page = read_page(store, listing, query)
    return [str(row[0]) for row in page.rows], page


def unacknowledged(store: Store, query: Mapping[str, str]) -> tuple[list[str], Listed, int]:
    """A page of open complaints that nobody acknowledged, and how many were looked at, as `read_selected` has it."""
    acknowledged = (
        "(select max(s.done_on) from request_step_version s where s.closed_seq is null"
        " and s.request_id = request_version.request_id and s.kind = 'acknowledged')"
    )
    listing = replace(_of_kind("complaint", closed=False), columns=(REQUEST.request_id, acknowledged))
    page, looked_at = read_selected(store, listing, query, lambda row: row[1] is None)
    return [str(row[0]) for row in page.rows], page, looked_at


def _of_kind(kind: str, *, closed: bool) -> Listing:
    condition = f"{_STANDS} and kind = ? and answered_on is {'not ' if closed else ''}null"
    by = REQUEST.answered_on if closed else REQUEST.received_on
    return Listing((REQUEST.request_id,), "request_version", condition, (kind,), by, REQUEST.request_id, closed)


def steps_of(store: Store, request_ids: Sequence[str]) -> dict[str, list[str]]:
    """The steps recorded with each of these requests, in the order in which they were done."""
    found: dict[str, list[str]] = {}
    if not request_ids:
        return found
    marks = ", ".join("?" * len(request_ids))
    rows = store.rows(
        f"select request_id, kind from request_step_version where {_STANDS} and request_id in ({marks})"
        " order by done_on, opened_seq",
        tuple(request_ids),
    )
    for request_id, kind in rows:
        found.setdefault(str(request_id), []).append(str(kind))
    return found


def platform_requests(store: Store, query: Mapping[str, str]) -> tuple[list[dict[str, Any]], Listed]:
    """A page of the requests to platforms, newest first."""
    columns = (
        PLATFORM_REQUEST.request_id, PLATFORM_REQUEST.platform, PLATFORM_REQUEST.sent_on, PLATFORM_REQUEST.outcome,
        PLATFORM_REQUEST.user_told_on,
    )  # fmt: skip
    by, key = PLATFORM_REQUEST.sent_on, PLATFORM_REQUEST.request_id
    return _page(store, Listing(columns, "platform_request_version", _STANDS, (), by, key, descending=True), query)


@dataclass(frozen=True)
class AuthorityQuery:
    """Which authorisations: in force, ended or cancelled on a day; `until` bounds the day on which they end."""

    state: str
    today: dt.date
    until: dt.date | None = None


def authorities(store: Store, asked: AuthorityQuery, query: Mapping[str, str]) -> tuple[list[dict[str, Any]], Listed]:
    """A page of authorisations: those in force by the day on which they end, others by the last day first."""
    condition, parameters = f"{_STANDS} and cancelled_on is null", [str(asked.today)]
    by, descending = AUTHORITY.expires_on, True
    if asked.state == "cancelled":
        condition, parameters, by = _STANDS, [], AUTHORITY.cancelled_on
    elif asked.state == "ended":
        condition = f"{condition} and expires_on < ?"
    else:
        condition, descending = f"{condition} and expires_on >= ?", False
        if asked.until is not None:
            condition, parameters = f"{condition} and expires_on <= ?", [*parameters, str(asked.until)]
    key = AUTHORITY.authority_id
    listing = Listing(_AUTHORITY_COLUMNS, "authority_version", condition, parameters, by, key, descending)
    return _page(store, listing, query)


def count_due(store: Store, by: str, since: dt.date | None, until: dt.date) -> int:
    """How many entries in use have a date in a span, at most `MOST_COUNTED` and one."""
    bounds = [] if since is None else [str(since)]
    begins = f" and {by} >= ?" if bounds else ""
    condition = f"{_STANDS} and status = 'active' and {by} <= ?{begins}"
    return count_rows(store, "entry_version", condition, [str(until), *bounds])


def count_requests(store: Store, due_before: dt.date | None = None) -> int:
    """How many requests are open, or open past a day, at most `MOST_COUNTED` and one."""
    late = "" if due_before is None else " and due_on < ?"
    parameters = [] if due_before is None else [str(due_before)]
    return count_rows(store, "request_version", f"{_STANDS} and answered_on is null{late}", parameters)


def count_pending_platforms(store: Store) -> int:
    """How many requests to platforms have no outcome yet, at most `MOST_COUNTED` and one."""
    is_open = "(outcome is null or outcome = 'pending')"
    return count_rows(store, "platform_request_version", f"{_STANDS} and {is_open}", [])


def count_ending(store: Store, since: dt.date, until: dt.date) -> int:
    """How many authorisations in force end in a span, at most `MOST_COUNTED` and one."""
    condition = f"{_STANDS} and cancelled_on is null and expires_on >= ? and expires_on <= ?"
    return count_rows(store, "authority_version", condition, [str(since), str(until)])


def endless_authorities(store: Store) -> int:
    """How many authorisations have no day on which they end, at most `MOST_COUNTED` and one."""
    return count_rows(store, "authority_version", f"{_STANDS} and expires_on is null and cancelled_on is null", [])


def renewals(store: Store, authority_id: str) -> list[str]:
    """The numbers of the authorisations that renew one."""
    rows = store.rows(
        f"select authority_id from authority_version where {_STANDS} and renews = ? order by authority_id limit 50",
        (authority_id,),
    )
    return [str(number) for (number,) in rows]


def authority_reviews(store: Store, authority_id: str) -> list[str]:
    """The last 50 days on which an authorisation was reviewed, newest first."""
    rows = store.rows(
        f"select done_on from authority_review_version where {_STANDS} and authority_id = ?"
        " order by done_on desc limit 50",
        (authority_id,),
    )
    return [str(day)[:10] for (day,) in rows]


def resting_items(store: Store, authority_id: str, query: Mapping[str, str]) -> tuple[list[dict[str, Any]], Listed]:
    """A page of the items that rest on an authorisation, by the day on which they were collected."""
    columns = (ITEM.item_id, ITEM.entry_id, ITEM.collected_on)
    condition = f"{_STANDS} and authority_id = ?"
    listing = Listing(columns, "item_version", condition, (authority_id,), ITEM.collected_on, ITEM.item_id)
    return _page(store, listing, query)


def count_undated_items(store: Store, authority_id: str) -> int:
    """How many items rest on an authorisation and have no day, at most `MOST_COUNTED` and one."""
    return count_rows(store, "item_version", f"{_STANDS} and authority_id = ? and collected_on is null", [authority_id])


def recalls_of(store: Store, entry_id: str) -> list[dict[str, Any]]:
    """The recalls that the removal of an entry raised, as far as the register still knows which they are."""
    names = (RECALL.recall_id, RECALL.recipient, RECALL.asks, RECALL.sent_on, RECALL.due_on, RECALL.confirmed_on)
    rows = store.rows(
        f"select {', '.join(f'r.{name}' for name in names)} from raised join recall_version r"
        " on r.recall_id = raised.recall_id and r.closed_seq is null where raised.entry_id = ?"
        " order by r.recall_id limit 200",
        (entry_id,),
    )
    return [dict(zip(names, map(_plain, row), strict=True)) for row in rows]


def count_recalls_of(store: Store, entry_id: str) -> int:
    """How many recalls the removal of an entry raised, at most `MOST_COUNTED` and one."""
    return count_rows(store, "raised", "entry_id = ?", [entry_id])


def _page(store: Store, listing: Listing, query: Mapping[str, str]) -> tuple[list[dict[str, Any]], Listed]:
    """A page of a list, with its rows by the names of their columns."""
    page = read_page(store, listing, query)
    rows = [dict(zip(map(str, listing.columns), map(_plain, row), strict=True)) for row in page.rows]
    return rows, page


def _plain(value: Any) -> Any:
    """A cell as pages take it: dates and moments as text."""
    return value if value is None or isinstance(value, str | int) else str(value)
