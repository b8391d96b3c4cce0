"""The entries of the register's log by date, staff reference and unit, in pages and as a file."""

from __future__ import annotations

import datetime as dt
from typing import Any

from overt.pages import csv_bytes
from overt.web._answers import Page, Plain
from overt.web._forms import FormField
from overt.web.portal._action import Action, Answer, Ask, Face
from overt.web.portal._paging import PAGE_FIELDS
from overt.web.portal.oversight import _queries as queries
from overt.web.portal.oversight._access import shown_line
from overt.web.portal.oversight._queries import LogQuery
from overt.web.portal.staff._queries import units

_HERE = "/oversight/log"
_FROM = FormField("from", "From", optional=True, longest=10)
_TO = FormField("to", "To", optional=True, longest=10)
_STAFF = FormField("staff", "Staff reference", optional=True, longest=60)
_UNIT = FormField("unit", "Unit of the entry", optional=True, longest=200)
_FILTERS = (_FROM, _TO, _STAFF, _UNIT)
_USUAL_DAYS = 30
# A download is read in one go.
_MOST_DOWNLOADED = 100_000
_HEAD = ("at", "staff", "action", "entry", "unit", "reason", "removed", "out_of_hours")


def _period(ask: Ask) -> tuple[dt.date, dt.date]:
    """The first and last day that an address asks for, by the register's clocks; the last 30 days otherwise."""
    today = ask.now.astimezone(ask.config.time_zone).date()
    last = _day(ask.query.get("to", "")) or today
    return _day(ask.query.get("from", "")) or last - dt.timedelta(days=_USUAL_DAYS), last


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None


def _asked(ask: Ask) -> tuple[dt.date, dt.date, LogQuery]:
    first, last = _period(ask)
    begins, ends = (
        dt.datetime.combine(day, dt.time(), ask.config.time_zone)
        for day in (first, min(last, dt.date.max - dt.timedelta(days=2)) + dt.timedelta(days=1))
    )
    return first, last, LogQuery(begins, ends, ask.query.get("staff", ""), ask.query.get("unit", ""))


def _log(ask: Ask) -> Answer:
    first, last, asked = _asked(ask)
    with ask.desk.reading() as register:
        page = queries.log_page(register.store, asked, ask.query)
        known = units(register.store)
    filters = {"from": first.isoformat(), "to": last.isoformat(), "staff": asked.staff, "unit": asked.unit}
    data = {
        "filters": filters, "units": [(unit, unit) for unit in known], "zone": str(ask.config.time_zone),
        "lines": [shown_line(ask, line) for line in page.lines], "looked_at": page.looked_at,
        "pages": page.listed.ways(_HERE, filters), "unread": _unread(ask), "wrong_order": first > last,
    }  # fmt: skip
    return Page("oversight/log.html", data)


def _unread(ask: Ask) -> list[str]:
    """The dates of an address that are none, by their labels: they were not used."""
    return [field.label for field in (_FROM, _TO) if ask.query.get(field.name) and _day(ask.query[field.name]) is None]


def _file(ask: Ask) -> Answer:
    """The same entries as CSV. Refused if there are more than fit into one file, so that none is left out silently."""
    first, last, asked = _asked(ask)
    with ask.desk.reading() as register:
        lines = list(queries.log_lines(register, asked, _MOST_DOWNLOADED + 1))
    if len(lines) > _MOST_DOWNLOADED:
        lead = [f"The period has more than {_MOST_DOWNLOADED:,} log entries. Select a shorter one."]
        onward = {"href": _HERE, "text": "Log entries"}
        return Page("shared/said.html", {"heading": "The file would be too large", "lead": lead, "onward": onward}, 422)
    rows = [_cells(shown_line(ask, line)) for line in lines]
    name = f"access-log-{first}-to-{last}.csv"
    return Plain(csv_bytes(_HEAD, rows), "text/csv; charset=utf-8", name)


def _cells(line: dict[str, Any]) -> list[str]:
    cells = [line[name] for name in _HEAD]
    return [
        cell.isoformat() if isinstance(cell, dt.datetime) else ("yes" if cell else "no") if isinstance(cell, bool)
        else cell or ""
        for cell in cells
    ]  # fmt: skip


ACTIONS = (
    Action("oversight.log", Face.OVERSIGHT, _HERE, "Log entries by date, staff and unit", _log, nav="Log entries",
           query=(*_FILTERS, *PAGE_FIELDS)),
    Action("oversight.log-file", Face.OVERSIGHT, f"{_HERE}/file", "Download log entries", _file, query=_FILTERS),
)  # fmt: skip
