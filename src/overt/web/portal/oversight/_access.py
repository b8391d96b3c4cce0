"""The access log: the register's own log with its patterns, attempts in the portal, and access by oversight.

It is about staff, by reference, and cannot be used to find a person's entry. A pattern is a count, not a conclusion:
there may be a good reason for access at night, and the log entry shows the reason that was given.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from overt.register import LoggedAttempt
from overt.web._answers import Page
from overt.web._forms import FormField, Input
from overt.web.portal._action import Action, Answer, Ask, Face
from overt.web.portal._paging import AFTER, PAGE_FIELDS, PAGE_SIZE, Listed
from overt.web.portal._roles import title_of
from overt.web.portal.oversight import _queries as queries
from overt.web.portal.oversight._queries import AccessLine, LogQuery

BEGINS, ENDS = 7, 19
_SATURDAY = 5
_DAYS = FormField(
    "days", "Period", Input.CHOICE, optional=True,
    choices=(("30", "30 days"), ("92", "3 months"), ("365", "a year"), ("1461", "four years")),
)  # fmt: skip
_USUAL = "92"
_OWN = "/oversight/own-visits"
_MOST_LISTS = 200
_ACTIONS = {
    "collect": "Recorded", "alter": "Changed", "consult": "Viewed", "disclose": "Shared", "combine": "Compared a list",
    "erase": "Erased",
}  # fmt: skip


def is_out_of_hours(at: dt.datetime, zone: dt.tzinfo) -> bool:
    """Whether a moment was at night or at a weekend, by the clocks of a time zone."""
    wall = at.astimezone(zone)
    return wall.weekday() >= _SATURDAY or not BEGINS <= wall.hour < ENDS


@dataclass
class AccessPattern:
    """How often a person looked, at how many entries, at removed ones, and out of hours."""

    zone: dt.tzinfo
    acts: int = 0
    looks: int = 0
    removed: int = 0
    out_of_hours: int = 0
    entries: Counter[str] = field(default_factory=Counter)

    def add(self, line: AccessLine) -> None:
        """Counts an entry of the log."""
        self.acts += 1
        self.out_of_hours += is_out_of_hours(line.at, self.zone)
        self.removed += line.removed
        if line.looks:
            self.looks += 1
            self.entries[line.entry or ""] += 1

    def as_row(self, staff: str) -> dict[str, Any]:
        """The counts of a member of staff."""
        return {
            "staff": staff,
            "acts": self.acts,
            "looks": self.looks,
            "entries": len(self.entries),
            "most_at_one": max(self.entries.values(), default=0),
            "removed": self.removed,
            "out_of_hours": self.out_of_hours,
        }


def counted(ask: Ask, lines: Iterable[AccessLine]) -> AccessPattern:
    """The pattern of entries of the log."""
    pattern = AccessPattern(ask.config.time_zone)
    for line in lines:
        pattern.add(line)
    return pattern


def shown_line(ask: Ask, line: AccessLine) -> dict[str, Any]:
    """An entry of the log as a page lists it."""
    return {
        "at": line.at, "staff": line.staff, "action": line.action, "what": _ACTIONS.get(line.action, line.action),
        "entry": line.entry, "unit": line.unit, "reason": line.reason, "removed": line.removed,
        "out_of_hours": is_out_of_hours(line.at, ask.config.time_zone),
    }  # fmt: skip


def _since(ask: Ask) -> tuple[str, LogQuery]:
    days = ask.query.get("days", _USUAL)
    return days, LogQuery(ask.now - dt.timedelta(days=int(days)), ask.now + dt.timedelta(days=1))


def _access(ask: Ask) -> Answer:
    days, period = _since(ask)
    patterns: dict[str, AccessPattern] = defaultdict(lambda: AccessPattern(ask.config.time_zone))
    lists: list[dict[str, Any]] = []
    seen, oldest = 0, period.since
    with ask.desk.reading() as register:
        for line in queries.log_lines(register, period, queries.MOST_ENTRIES):
            seen, oldest = seen + 1, line.at
            patterns[line.staff].add(line)
            if line.action == "combine":
                lists.append({"at": line.at, "staff": line.staff, "reason": line.reason})
    rows = [pattern.as_row(staff) for staff, pattern in patterns.items()]
    rows.sort(key=lambda row: (-row["looks"], -row["acts"], row["staff"]))
    tried: dict[str, Counter[str]] = defaultdict(Counter)
    forbidden: Counter[tuple[str, str]] = Counter()
    attempts = 0
    for attempt in _attempts(ask, period.since):
        attempts += 1
        tried[attempt.who][attempt.outcome] += 1
        if attempt.outcome == "forbidden":
            forbidden[attempt.who, attempt.action] += 1
    data = {
        "days": days,
        "fields": (_DAYS,),
        "since": period.since.date(),
        "hours": [BEGINS, ENDS],
        "zone": str(ask.config.time_zone),
        "staff": rows,
        "counted": seen,
        "counted_since": oldest if seen >= queries.MOST_ENTRIES else None,
        "lists": lists[:_MOST_LISTS],
        "tried": [
            {"who": who, **{name: counts[name] for name in ("allowed", "refused", "forbidden")}}
            for who, counts in sorted(tried.items(), key=lambda pair: (-pair[1]["forbidden"], pair[0]))
        ],
        "most_attempts": queries.MOST_ATTEMPTS if attempts >= queries.MOST_ATTEMPTS else 0,
        "forbidden": [
            {"who": who, "action": action, "title": title_of(action), "times": times}
            for (who, action), times in forbidden.most_common(50)
        ],
    }
    return Page("oversight/access.html", data)


def _attempts(ask: Ask, since: dt.datetime) -> Iterator[LoggedAttempt]:
    """The newest attempts on pages that need sign-in; the public pages do not know who asks."""
    first = since.isoformat(timespec="seconds")
    for face in Face:
        if face is not Face.PUBLIC:
            yield from ask.journal.newest(face.value, queries.MOST_ATTEMPTS, first)


def _access_of(ask: Ask) -> Answer:
    staff, (days, period) = ask.path["staff"], _since(ask)
    asked = LogQuery(period.since, period.until, staff)
    with ask.desk.reading() as register:
        pattern = counted(ask, queries.log_lines(register, asked, queries.MOST_ENTRIES))
        page = queries.log_page(register.store, asked, ask.query)
    if not pattern.acts:
        return Page("shared/said.html", {"heading": "There are no log entries for this reference in that period"}, 404)
    often = [{"entry": entry, "times": times} for entry, times in pattern.entries.most_common(5) if times > 1]
    data = {
        "days": days, "since": period.since.date(), "often": often, **pattern.as_row(staff),
        "lines": [shown_line(ask, line) for line in page.lines],
        "most_counted": queries.MOST_ENTRIES if pattern.acts >= queries.MOST_ENTRIES else 0,
        "pages": page.listed.ways(f"/oversight/access/{staff}", ask.query),
    }  # fmt: skip
    return Page("oversight/access-of.html", data)


def _own(ask: Ask) -> Answer:
    """The pages viewed by oversight, for the controller and for oversight itself."""
    return Page("oversight/own.html", own_visits(ask))


def own_visits(ask: Ask) -> dict[str, Any]:
    """Oversight's visits: how often each page by whom, of the newest of them, and a page of them, newest first."""
    after = ask.query.get(AFTER.name, "")
    page = ask.journal.page(int(after) if after.isdecimal() else None, PAGE_SIZE, face=Face.OVERSIGHT.value)
    newest = ask.journal.newest(Face.OVERSIGHT.value, queries.MOST_ATTEMPTS)
    counts = Counter((attempt.who, attempt.action) for attempt in newest)
    return {
        "visits": [
            {"who": who, "action": action, "title": title_of(action), "times": times}
            for (who, action), times in sorted(counts.items())
        ],
        "last": [
            {
                "at": attempt.at, "who": attempt.who, "action": attempt.action, "title": title_of(attempt.action),
                "outcome": attempt.outcome,
            }
            for _, attempt in page
        ],
        "most_attempts": queries.MOST_ATTEMPTS if counts.total() >= queries.MOST_ATTEMPTS else 0,
        "pages": Listed([], after=str(page[-1][0]) if len(page) == PAGE_SIZE else "").ways(_OWN),
    }  # fmt: skip


ACTIONS = (
    Action(
        "oversight.access", Face.OVERSIGHT, "/oversight/access", "The access log", _access,
        nav="Access log", query=(_DAYS,),
    ),
    Action(
        "oversight.access-of", Face.OVERSIGHT, "/oversight/access/{staff}", "Activity of a member of staff", _access_of,
        query=(_DAYS, *PAGE_FIELDS),
    ),
    Action("oversight.own", Face.OVERSIGHT, _OWN, "Pages viewed by oversight", _own, nav="Oversight access",
           query=(AFTER,)),
)  # fmt: skip
