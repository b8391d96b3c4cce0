"""The access log: the register's own log with its patterns, attempts in the portal, and access by oversight.

It is about staff, by reference, and cannot be used to find a person's entry. A pattern is a count, not a conclusion:
there may be a good reason for access at night, and the log entry shows the reason that was given.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from overt.register import LoggedAttempt, Register
from overt.web._answers import Page
from overt.web._forms import FormField, Input
from overt.web.portal._action import Action, Answer, Ask, Face

# Log entries are in UTC; working hours are by local time.
WALL = ZoneInfo("Europe/London")
BEGINS, ENDS = 7, 19
_SATURDAY = 5
_DAYS = FormField(
    "days", "Period", Input.CHOICE, optional=True,
    choices=(("30", "30 days"), ("92", "3 months"), ("365", "a year"), ("1461", "four years")),
)  # fmt: skip
_USUAL = "92"
_OWN = "/oversight/own-visits"
_MOST_LINES = 200
_PUBLIC = Face.PUBLIC.value


@dataclass(frozen=True)
class AccessLine:
    """One entry of the register's log. `removed`: the entry was closed at the time, or no longer exists."""

    at: dt.datetime
    staff: str
    action: str
    entry: str | None
    reason: str
    removed: bool

    @property
    def out_of_hours(self) -> bool:
        """Whether it was at night or at a weekend, by local time."""
        wall = self.at.replace(tzinfo=dt.UTC).astimezone(WALL)
        return wall.weekday() >= _SATURDAY or not BEGINS <= wall.hour < ENDS

    @property
    def looks(self) -> bool:
        """Whether an entry was viewed or combined with another."""
        return self.action in ("consult", "combine")


@dataclass
class _Pattern:
    acts: int = 0
    looks: int = 0
    removed: int = 0
    out_of_hours: int = 0
    entries: Counter[str] = field(default_factory=Counter)

    def add(self, line: AccessLine) -> None:
        self.acts += 1
        self.out_of_hours += line.out_of_hours
        self.removed += line.removed
        if line.looks:
            self.looks += 1
            self.entries[line.entry or ""] += 1

    def as_row(self, staff: str) -> dict[str, Any]:
        return {
            "staff": staff,
            "acts": self.acts,
            "looks": self.looks,
            "entries": len(self.entries),
            "most_at_one": max(self.entries.values(), default=0),
            "removed": self.removed,
            "out_of_hours": self.out_of_hours,
        }


_LINES = (
    "select a.occurred_at, a.actor, a.action, a.entry_id, a.reason, e.entry_id, e.closed_on"
    " from access_version a left join entry_version e on e.entry_id = a.entry_id and e.closed_seq is null"
    " where a.closed_seq is null and a.occurred_at >= ? and {which} order by a.occurred_at desc"
)


def lines(register: Register, since: dt.datetime, staff: str = "") -> Iterator[AccessLine]:
    """The entries of the register's log since a moment, newest first; of one member of staff, if given."""
    which, more = ("a.actor = ?", [staff]) if staff else ("1 = 1", [])
    moment = since.replace(tzinfo=None).isoformat(sep=" ")
    for at, actor, action, entry, reason, there, closed_on in register.store.stream(
        _LINES.format(which=which), [moment, *more]
    ):
        when = at if isinstance(at, dt.datetime) else dt.datetime.fromisoformat(str(at))
        gone = entry is not None and there is None
        closed = closed_on is not None and when.date() > dt.date.fromisoformat(str(closed_on)[:10])
        yield AccessLine(when, str(actor), str(action), entry, str(reason or ""), gone or closed)


def _since(ask: Ask) -> tuple[str, dt.datetime]:
    days = ask.query.get("days", _USUAL)
    return days, ask.now - dt.timedelta(days=int(days))


def _access(ask: Ask) -> Answer:
    days, since = _since(ask)
    patterns: dict[str, _Pattern] = defaultdict(_Pattern)
    lists: list[dict[str, Any]] = []
    with ask.desk.reading() as register:
        for line in lines(register, since):
            patterns[line.staff].add(line)
            if line.action == "combine":
                lists.append({"at": line.at, "staff": line.staff, "reason": line.reason})
    rows = [pattern.as_row(staff) for staff, pattern in patterns.items()]
    rows.sort(key=lambda row: (-row["looks"], -row["acts"], row["staff"]))
    tried: dict[str, Counter[str]] = defaultdict(Counter)
    forbidden: Counter[tuple[str, str]] = Counter()
    for attempt in _attempts(ask, since):
        tried[attempt.who][attempt.outcome] += 1
        if attempt.outcome == "forbidden":
            forbidden[attempt.who, attempt.action] += 1
    data = {
        "days": days,
        "fields": (_DAYS,),
        "since": since.date(),
        "hours": [BEGINS, ENDS],
        "staff": rows,
        "lists": lists[:_MOST_LINES],
        "tried": [
            {"who": who, **{name: counts[name] for name in ("allowed", "refused", "forbidden")}}
            for who, counts in sorted(tried.items(), key=lambda pair: (-pair[1]["forbidden"], pair[0]))
        ],
        "forbidden": [
            {"who": who, "action": action, "times": times} for (who, action), times in forbidden.most_common(50)
        ],
    }
    return Page("oversight/access.html", data)


def _attempts(ask: Ask, since: dt.datetime) -> Iterator[LoggedAttempt]:
    """Attempts on pages that need sign-in; the public pages do not know who asks."""
    first = since.isoformat(timespec="seconds")
    yield from ask.journal.read(lambda attempt: attempt.face != _PUBLIC, since=first)


def _access_of(ask: Ask) -> Answer:
    staff, (days, since) = ask.path["staff"], _since(ask)
    pattern = _Pattern()
    shown: list[AccessLine] = []
    with ask.desk.reading() as register:
        for line in lines(register, since, staff):
            pattern.add(line)
            if len(shown) < _MOST_LINES:
                shown.append(line)
    if not shown:
        return Page("shared/said.html", {"heading": "There are no log entries for this reference in that period"}, 404)
    rows = [
        {
            "at": line.at, "action": line.action, "entry": line.entry, "reason": line.reason,
            "removed": line.removed, "out_of_hours": line.out_of_hours,
        }
        for line in shown
    ]  # fmt: skip
    often = [{"entry": entry, "times": times} for entry, times in pattern.entries.most_common(5) if times > 1]
    data = {"days": days, "since": since.date(), "lines": rows, "often": often, **pattern.as_row(staff)}
    return Page("oversight/access-of.html", data)


def _own(ask: Ask) -> Answer:
    """The pages viewed by oversight, for the controller and for oversight itself."""
    return Page("oversight/own.html", own_visits(ask))


def own_visits(ask: Ask) -> dict[str, Any]:
    """Oversight's visits: how often each page by whom, and the last of them."""
    counts: Counter[tuple[str, str]] = Counter()
    last: list[LoggedAttempt] = []
    for attempt in ask.journal.read(face=Face.OVERSIGHT.value):
        counts[attempt.who, attempt.action] += 1
        last = [*last[-99:], attempt]
    return {
        "visits": [{"who": who, "action": action, "times": times} for (who, action), times in sorted(counts.items())],
        "last": [
            {"at": attempt.at, "who": attempt.who, "action": attempt.action, "outcome": attempt.outcome}
            for attempt in reversed(last)
        ],
    }


ACTIONS = (
    Action(
        "oversight.access", Face.OVERSIGHT, "/oversight/access", "The access log", _access,
        nav="Access log", query=(_DAYS,),
    ),
    Action(
        "oversight.access-of", Face.OVERSIGHT, "/oversight/access/{staff}", "Activity of a member of staff", _access_of,
        query=(_DAYS,),
    ),
    Action("oversight.own", Face.OVERSIGHT, _OWN, "Pages viewed by oversight", _own, nav="Oversight access"),
)  # fmt: skip
