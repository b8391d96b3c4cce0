"""The queries of the oversight pages that read more than one record, each by an index (`overt.register`, `_LISTED`).

Nothing here selects or compares anything of a person: the log is read by date, staff reference and unit.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from overt.model import ACCESS, DECISION, Kind
from overt.register import (
    OBSERVATION_COLUMNS,
    Observation,
    ObservationState,
    Register,
    Store,
    moment_text,
    observation_of,
)
from overt.web.portal._paging import Listed, Listing, count_rows, read_page, read_selected

# How many log entries, or attempts, are counted for one table: a page takes no longer, whatever is there.
MOST_ENTRIES = 20_000
MOST_ATTEMPTS = 5_000
_COLUMNS = (
    "a.occurred_at", "a.actor", "a.action", "a.entry_id", "a.reason", "e.entry_id", "e.closed_on", "e.unit",
)  # fmt: skip
_SOURCE = "access_version a left join entry_version e on e.entry_id = a.entry_id and e.closed_seq is null"
_HELD = ("hold_id", "held_at", "actor", "reasons", "outcome")


@dataclass(frozen=True)
class LogQuery:
    """Which entries of the register's log: from a moment to before another, of a member of staff, of a unit's entry."""

    since: dt.datetime
    until: dt.datetime
    staff: str = ""
    unit: str = ""


@dataclass(frozen=True)
class AccessLine:
    """One entry of the register's log. `removed`: the entry was closed at the time, or no longer exists."""

    at: dt.datetime
    staff: str
    action: str
    entry: str | None
    reason: str
    removed: bool
    unit: str = ""

    @property
    def looks(self) -> bool:
        """Whether an entry was viewed or combined with another."""
        return self.action in ("consult", "combine")


def _line(row: tuple[Any, ...]) -> AccessLine:
    at, actor, action, entry, reason, there, closed_on, unit = row
    when = at if isinstance(at, dt.datetime) else dt.datetime.fromisoformat(str(at))
    gone = entry is not None and there is None
    closed = closed_on is not None and when.date() > dt.date.fromisoformat(str(closed_on)[:10])
    removed = gone or closed
    return AccessLine(
        when.replace(tzinfo=dt.UTC), str(actor), str(action), entry, str(reason or ""), removed, unit or ""
    )


def _listing(asked: LogQuery) -> Listing:
    condition, parameters = "a.closed_seq is null", [moment_text(asked.since), moment_text(asked.until)]
    condition += " and a.occurred_at >= ? and a.occurred_at < ?"
    if asked.staff:
        condition, parameters = f"{condition} and a.actor = ?", [*parameters, asked.staff]
    by, key = f"a.{ACCESS.occurred_at}", f"a.{ACCESS.access_id}"
    return Listing(_COLUMNS, _SOURCE, condition, parameters, by, key, descending=True, kind=Kind.TIMESTAMP)


@dataclass(frozen=True)
class LogPage:
    """A page of the log. `looked_at` is how many entries were looked at for it, if its last page was not reached."""

    lines: list[AccessLine]
    listed: Listed
    looked_at: int = 0


def log_page(store: Store, asked: LogQuery, query: Mapping[str, str]) -> LogPage:
    """A page of the register's log, newest first; with a unit, of what is found within `MOST_LOOKED_AT` entries."""
    if not asked.unit:
        page = read_page(store, _listing(asked), query)
        return LogPage(list(map(_line, page.rows)), page)
    page, looked_at = read_selected(store, _listing(asked), query, lambda row: row[-1] == asked.unit)
    return LogPage(list(map(_line, page.rows)), page, looked_at)


def log_lines(register: Register, asked: LogQuery, most: int) -> Iterator[AccessLine]:
    """The newest entries of the register's log, at most so many, before those of other units are left out."""
    listing = _listing(asked)
    rows = register.store.stream(
        f"select {', '.join(_COLUMNS)} from {_SOURCE} where {listing.condition}"
        f" order by {listing.by} desc, {listing.key} desc limit {most}",
        [str(value) for value in listing.parameters],
    )
    return (line for line in map(_line, rows) if not asked.unit or line.unit == asked.unit)


@dataclass(frozen=True)
class HeldRecord:
    """A record that the gate held: why, and what was decided. Its content is not here."""

    hold: str
    held_at: str
    actor: str
    reasons: dict[str, str]
    outcome: str | None
    decided_on: str | None = None
    decided_by: str | None = None
    why: str | None = None


@dataclass(frozen=True)
class HeldQuery:
    """Which held records: those that wait, were decided one way, or all; with a reason, if `code` is given."""

    state: str = ""
    code: str = ""


def held_page(store: Store, asked: HeldQuery, query: Mapping[str, str]) -> tuple[list[HeldRecord], Listed, int]:
    """A page of held records, newest first, and how many were looked at if the last of them was not reached."""
    condition, parameters = "1 = 1", []
    if asked.state == "waiting":
        condition = "outcome is null"
    elif asked.state:
        condition, parameters = "outcome = ?", [asked.state]
    listing = Listing(_HELD, "held", condition, parameters, "held_at", "hold_id", descending=True, kind=Kind.TIMESTAMP)
    if asked.code:
        page, looked_at = read_selected(store, listing, query, lambda row: asked.code in _held(row).reasons)
        return _decided(store, list(map(_held, page.rows))), page, looked_at
    page = read_page(store, listing, query)
    return _decided(store, [_held(row) for row in page.rows]), page, 0


def _held(row: tuple[Any, ...]) -> HeldRecord:
    hold, held_at, actor, reasons, outcome = row
    says = {str(reason["code"]): str(reason.get("says", "")) for reason in json.loads(reasons)}
    return HeldRecord(str(hold), str(held_at), str(actor), says, outcome)


def _decided(store: Store, held: list[HeldRecord]) -> list[HeldRecord]:
    """The records with the decisions on them."""
    numbers = [record.hold for record in held]
    if not numbers:
        return []
    marks = ", ".join("?" * len(numbers))
    columns = (DECISION.decision_id, DECISION.decided_on, DECISION.decided_by, DECISION.reason)
    rows = store.rows(
        f"select {', '.join(columns)} from decision_version where closed_seq is null and decision_id in ({marks})",
        numbers,
    )
    decisions = {str(number): (str(on), str(by), str(why or "")) for number, on, by, why in rows}
    return [
        replace(record, decided_on=on, decided_by=by, why=why)
        for record in held
        for on, by, why in (decisions.get(record.hold, (None, None, None)),)
    ]


def count_waiting(store: Store) -> int:
    """How many held records nobody has decided, at most `MOST_COUNTED` and one."""
    return count_rows(store, "held", "outcome is null")


def count_erased(store: Store) -> int:
    """How many ledger entries have no record any more, at most `MOST_COUNTED` and one."""
    return count_rows(store, "erased")


def tally_by_code(store: Store) -> list[tuple[str, str, int, str]]:
    """Decisions of the gate by reason and outcome: how many, and the last day. "" is every decision."""
    rows = store.rows("select code, outcome, sum(count), max(on_date) from tally group by code, outcome")
    return [(str(code), str(outcome), int(count), str(last)) for code, outcome, count, last in rows]


def note_of(store: Store, code: str) -> str:
    """What a note with this code says; "" if there is none."""
    rows = store.rows("select what from noted where code = ? order by seq limit 1", (code,))
    return str(rows[0][0]) if rows else ""


def tally_by_quarter(store: Store) -> list[tuple[str, str, int]]:
    """Decisions of the gate by quarter and outcome."""
    day = "cast(on_date as text)"
    quarter = f"substr({day}, 1, 4) || ', quarter ' || cast((cast(substr({day}, 6, 2) as integer) + 2) / 3 as text)"
    rows = store.rows(
        f"select {quarter} as quarter, outcome, sum(count) from tally where code = '' group by quarter, outcome"
    )
    return [(str(quarter), str(outcome), int(count)) for quarter, outcome, count in rows]


def observations_page(
    store: Store, state: ObservationState, query: Mapping[str, str]
) -> tuple[list[Observation], Listed]:
    """A page of observations in a state, by the day on which the unit's answer is due."""
    listing = Listing(OBSERVATION_COLUMNS, "observation", "state = ?", (state.value,), "due_on", "observation_id")
    page = read_page(store, listing, query)
    return [observation_of(row) for row in page.rows], page
