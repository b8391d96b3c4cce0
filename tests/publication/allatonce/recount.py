"""Counts everything that is said of a register again, in plain SQL over the register's own SQLite file.

Written apart from what it checks: it imports nothing of Overt, and knows the published model (docs/model.md), the
published rules of a release, and that each table of the model is kept in versions: `<table>_version` has a row for each
version, with `recorded_at` and `closed_at`, the moment from which another stands in its place.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

# A figure by table, attribute, group and column. None: it is not asked for.
Key = tuple[str, str, str, str]
Told = list[tuple[str, str, list[str]]]
ATTRIBUTES = ("role", "age", "sex", "ethnicity", "observed")
ROLES = ("suspect", "convicted", "victim", "witness", "associate", "other")
COLUMNS = ("listed", "added", "removed", "listed before", "recorded late", "erased")
PARTS_OF = {
    "listed": ("stayed", "moved in", "added", "late"),
    "added": ("added",),
    "removed": ("removed",),
    "listed before": ("stayed", "moved out", "removed", "erased"),
    "recorded late": ("late",),
    "erased": ("erased",),
}
# For each table of what happened: the model's table, the day that counts, its column, and what divides it.
FLOWS = {
    "sources": ("item", "coalesce(collected_on, date(recorded_at))", "items", ("visibility", "origin")),
    "authorities": ("authority", "coalesce(granted_on, date(recorded_at))", "authorities", ("kind",)),
    "reviews": ("review", "date(coalesce(done_at, recorded_at))", "reviews", ("outcome",)),
    "disclosures": (
        "disclosure", "date(coalesce(sent_at, recorded_at))", "disclosures", ("recipient_kind as recipient",),
    ),
    "platform-requests": (
        "platform_request", "coalesce(sent_on, date(recorded_at))", "requests", ("outcome", "genre"),
    ),
}  # fmt: skip
VERDICTS = ("met", "breached", "cannot be shown", "not applicable", "failed")


@dataclass
class Recount:
    """One evening of the register: its file, the day, the moment, and the evening of the release before if any."""

    path: Path
    day: str
    moment: str
    before: Recount | None = None
    told: Told = field(default_factory=list)

    @cached_property
    def db(self) -> sqlite3.Connection:
        """The file, read-only, with a view of each table as it was known at the moment."""
        made = sqlite3.connect(f"file:{self.path}?mode=ro", uri=True)
        self.views(made, "", self.moment)
        if self.before:
            self.views(made, "then_", self.before.moment)
        return made

    @staticmethod
    def views(db: sqlite3.Connection, prefix: str, moment: str) -> None:
        """The tables as they were known at a moment, of what is left of them."""
        names = [name for (name,) in db.execute("select name from sqlite_master where name like '%_version'")]
        for name in names:
            table = name.removesuffix("_version")
            db.execute(
                f"create temp view {prefix}{table} as select * from main.{name}"
                f" where recorded_at <= '{moment}' and (closed_at is null or closed_at > '{moment}')"
            )

    def rows(self, sql: str, **values: Any) -> list[tuple[Any, ...]]:
        """Rows of a statement."""
        return self.db.execute(sql, {"day": self.day, "since": self.since, **values}).fetchall()

    def one(self, sql: str, **values: Any) -> int:
        """The number that a statement gives."""
        return int(self.rows(sql, **values)[0][0] or 0)

    @property
    def since(self) -> str | None:
        """The day of the release before."""
        return self.before.day if self.before else None

    # --- people -----------------------------------------------------------------------------------------------------

    def people(self, prefix: str = "", day: str = "") -> dict[str, tuple[str, ...]]:
        """Whoever is listed on a day, with their group of each attribute."""
        found = self.db.execute(
            f"""
            with open_entry as (
                select * from {prefix}entry where coalesce(opened_on, '0001-01-01') <= :on
                and case when closed_on is null then coalesce(status, '') <> 'closed' else closed_on > :on end
            ),
            held as (
                select subject_id, count(distinct role) as roles, min(role) as role from open_entry group by subject_id
            )
            select held.subject_id,
                   case roles when 0 then 'not recorded' when 1 then held.role else 'more than one' end,
                   strftime('%Y', :on) - strftime('%Y', birth_date)
                       - (strftime('%m-%d', :on) < strftime('%m-%d', birth_date)),
                   coalesce(sex, 'not recorded'), substr(ethnicity_self, 1, 1),
                   coalesce(ethnicity_observed, 'not recorded')
            from held left join {prefix}subject as s on s.subject_id = held.subject_id
            """,
            {"on": day or self.day},
        )
        words = {"W": "White", "M": "Mixed", "A": "Asian", "B": "Black", "O": "Other"}
        return {
            person: (role, _age(age), sex, words.get(letter or "", "not recorded"), observed)
            for person, role, age, sex, letter, observed in found
        }

    @cached_property
    def parts(self) -> dict[tuple[str, str], Counter[str]]:
        """How many of each group stayed, moved, came, went; by the published meaning of each word."""
        now = self.people()
        counts: dict[tuple[str, str], Counter[str]] = {}

        def count(place: int, group: str, part: str) -> None:
            counts.setdefault((ATTRIBUTES[place], group), Counter())[part] += 1

        if self.before is None:
            for groups in now.values():
                for place, group in enumerate(groups):
                    count(place, group, "stayed")
            return counts
        then, whole = self.before.people(), self.people("then_", self.before.day)
        known = {entry for (entry,) in self.rows("select entry_id from then_entry")}
        earlier = {
            person
            for entry, person in self.rows(
                "select entry_id, subject_id from entry where coalesce(opened_on, :since) <= :since"
                " and case when closed_on is null then coalesce(status, '') <> 'closed' else closed_on > :day end"
            )
            if entry not in known
        }
        for person, old in then.items():
            new = now.get(person)
            for place, group in enumerate(old):
                if person not in whole:
                    count(place, group, "erased")
                elif new is None:
                    count(place, group, "removed")
                else:
                    count(place, group, "stayed" if new[place] == group else "moved out")
        for person, new in now.items():
            for place, group in enumerate(new):
                if person not in whole or person not in then:
                    count(place, group, "late" if person in earlier else "added")
                elif then[person][place] != group:
                    count(place, group, "moved in")
        return counts

    def groups(self, attribute: str) -> tuple[str, ...]:
        """The groups of an attribute that anybody was in."""
        return tuple(group for name, group in self.parts if name == attribute)

    def figures_of_people(self) -> Iterator[tuple[Key, int | None]]:
        """Every figure of the table of people."""
        everybody: Counter[str] = Counter()
        for (attribute, _), parts in self.parts.items():
            if attribute == "sex":
                everybody.update(parts)
        for column in COLUMNS:
            asked = column == "listed" or self.before is not None
            # Who moved between two groups was and is among everybody.
            total = sum(everybody[part] for part in PARTS_OF[column])
            yield ("people", "all", "all", column), total if asked else None
            for (attribute, group), parts in self.parts.items():
                bridge = column in ("listed before", "recorded late", "erased")
                number = sum(parts[part] for part in PARTS_OF[column])
                yield ("people", attribute, group, column), number if asked and not bridge else None

    # --- what happened and what is due ------------------------------------------------------------------------------

    def figures_of_flows(self) -> Iterator[tuple[Key, int | None]]:
        """Items, authorities, reviews, disclosures and requests to platforms of the period."""
        for name, (table, happened, column, attributes) in FLOWS.items():
            inside = f"{happened} <= :day and (:since is null or {happened} > :since)"
            yield (name, "all", "all", column), self.one(f"select count(*) from {table} where {inside}")
            for attribute in attributes:
                source, _, alias = attribute.partition(" as ")
                sql = f"select coalesce({source}, 'not recorded'), count(*) from {table} where {inside} group by 1"
                for group, count in self.rows(sql):
                    yield (name, alias or source, group, column), count

    def figures_of_requests(self) -> Iterator[tuple[Key, int | None]]:
        """Requests of the period: what was asked, how it was answered, and whether in time."""
        inside = (
            "kind <> 'information' and coalesce(received_on, date(recorded_at)) <= :day"
            " and (:since is null or coalesce(received_on, date(recorded_at)) > :since)"
        )
        yield ("requests", "all", "all", "requests"), self.one(f"select count(*) from request where {inside}")
        divided = {
            "kind": "kind",
            "outcome": "case when coalesce(answered_on, '9999') > :day then 'not yet answered'"
            " else coalesce(outcome, 'not recorded') end",
            "time": "case when due_on is null then 'not recorded'"
            " when coalesce(answered_on, '9999') <= :day then case when answered_on <= due_on then 'in time'"
            " else 'late' end when due_on >= :day then 'open and in time' else 'open and late' end",
        }
        for attribute, sql in divided.items():
            for group, count in self.rows(f"select {sql}, count(*) from request where {inside} group by 1"):
                yield ("requests", attribute, group, "requests"), count

    def figures_of_reviews_due(self) -> Iterator[tuple[Key, int | None]]:
        """Entries in use by when their next review is due."""
        sql = f"""
            select case when review_due_on is null then 'not recorded' when review_due_on < :day then 'overdue'
                        when julianday(review_due_on) - julianday(:day) <= 90 then 'within 90 days' else 'later' end,
                   count(*) from entry where {_IN_USE} group by 1"""
        found = dict(self.rows(sql))
        yield ("reviews-due", "all", "all", "entries"), sum(found.values())
        for group, count in found.items():
            yield ("reviews-due", "due", group, "entries"), count

    def figures_of_the_gate(self) -> Iterator[tuple[Key, int | None]]:
        """What whoever proposed records was told in the period, as they wrote it down."""
        period = [each for each in self.told if each[0] <= self.day and (self.since is None or each[0] > self.since)]
        yield ("gate", "all", "all", "records"), len(period)
        for outcome, count in Counter(each[1] for each in period).items():
            yield ("gate", "outcome", outcome, "records"), count
        for code, count in Counter(code for each in period if each[1] == "refused" for code in each[2]).items():
            yield ("gate", "reason to refuse", code, "records"), count

    # --- the office -------------------------------------------------------------------------------------------------

    def figures_of_the_office(self, duties: Mapping[str, str]) -> Iterator[tuple[Key, int | None]]:
        """Categories, verdicts, money, bodies told, requests for information: exact in a release."""
        names = self.rows(
            "select coalesce(title, category) from category"
            " where adopted_on <= :day and coalesce(retired_on, '9999') > :day"
        )
        yield ("categories", "all", "all", "categories"), len(names)
        for (name,) in names:
            yield ("categories", "category", name, "categories"), 1
        counted = Counter(duties.values())
        for verdict in VERDICTS:
            yield ("audit", "verdict", verdict, "controls"), counted[verdict]
        for duty, verdict in duties.items():
            yield ("duties", verdict, duty, "controls"), 1
        for year, purpose, pence in self.rows("select year, purpose, sum(amount_pence) from spend group by 1, 2"):
            if year <= int(self.day[:4]):
                yield ("spend", str(year), purpose, "pounds"), pence // 100
        told = "coalesce(sent_on, date(recorded_at)) <= :day"
        open_ = f"{told} and coalesce(confirmed_on, '9999') > :day"
        for group, where in (
            ("told to delete, correct or restrict", f"{told} and sent_on <= :day"),
            ("not confirmed yet", open_),
            ("not confirmed and past its day", f"{open_} and due_on < :day"),
        ):
            count = self.one(f"select count(distinct recipient) from recall where {where}")
            yield ("recalls", "bodies", group, "bodies"), count
        asked = "kind = 'information' and coalesce(received_on, date(recorded_at)) <= :day"
        yield (
            ("information-requests", "all", "all", "requests"),
            self.one(f"select count(*) from request where {asked}"),
        )
        sql = f"""
            select case when coalesce(answered_on, '9999') > :day then 'not yet answered'
                        else coalesce(outcome, 'not recorded') end, count(*) from request where {asked} group by 1"""
        for group, count in self.rows(sql):
            yield ("information-requests", "answer", group, "requests"), count

    def figures(self, duties: Mapping[str, str]) -> dict[Key, int | None]:
        """Every figure of a release; what is not in it is none at all, which is zero. `duties`: verdicts by duty."""
        return dict(
            [
                *self.figures_of_people(),
                *self.figures_of_flows(),
                *self.figures_of_requests(),
                *self.figures_of_reviews_due(),
                *self.figures_of_the_gate(),
                *self.figures_of_the_office(duties),
            ]
        )

    def two_largest(self, table: str, attribute: str, group: str) -> int:
        """How many rows of a figure are those of the two people with most."""
        name, happened, _, attributes = FLOWS[table]
        source = next((each.partition(" as ")[0] for each in attributes if attribute in (each, each.split()[-1])), "")
        where = f"and coalesce({name}.{source}, 'not recorded') = :grp" if attribute != "all" else ""
        inside = happened.replace("recorded_at", f"{name}.recorded_at")
        sql = f"""
            select coalesce(sum(n), 0) from (
                select count(*) as n from {name} left join entry using (entry_id)
                where {inside} <= :day and (:since is null or {inside} > :since) {where}
                group by coalesce(subject_id, entry_id) order by n desc limit 2)"""
        return self.one(sql, grp=group)

    # --- disparity --------------------------------------------------------------------------------------------------

    def disparity(self, measure: str, by: str) -> Counter[str]:
        """Exact counts by group; whose group is not known is under no group."""
        words = {"W": "White", "M": "Mixed", "A": "Asian", "B": "Black", "O": "Other", "": "", "N": ""}
        counts: Counter[str] = Counter()
        for group, count in self._disparity(measure, by).items():
            name = words[group] if by == "ethnicity_self_group" else _band(group) if by == "age_band" else group
            counts[name] += count
        return counts

    def _disparity(self, measure: str, by: str) -> dict[str, int]:
        columns = {
            "sex": "coalesce(s.sex, '')",
            "ethnicity_self_group": "coalesce(substr(s.ethnicity_self, 1, 1), '')",
            "role": "coalesce(e.role, '')",
            "age_band": "strftime('%Y', :day) - strftime('%Y', s.birth_date)"
            " - (strftime('%m-%d', :day) < strftime('%m-%d', s.birth_date))",
        }
        period = "(:since is null or {0} > :since) and {0} <= :day"
        where = {
            "listed": _IN_USE,
            "entries": _IN_USE,
            "opened": period.format("e.opened_on"),
            "closed": period.format("e.closed_on"),
        }[measure]
        what = "e.entry_id" if measure == "entries" else "e.subject_id"
        sql = (
            f"select {columns[by]}, count(distinct {what}) from entry as e"
            f" left join subject as s on s.subject_id = e.subject_id where {where} group by 1"
        )
        return {str(group): int(count) for group, count in self.rows(sql)}


_IN_USE = (
    "coalesce(opened_on, :day) <= :day"
    " and case when closed_on is not null then closed_on > :day else coalesce(status, '') <> 'closed' end"
)


def _age(age: int | None) -> str:
    if age is None:
        return "not recorded"
    bands = ((16, "under 16"), (18, "16 to 17"), (25, "18 to 24"), (35, "25 to 34"))
    return next((name for most, name in bands if age < most), "35 and over")


def _band(age: str) -> str:
    if not age:
        return ""
    begins = max(each for each in (0, 10, 18, 25, 35) if each <= int(age))
    return {0: "0-9", 10: "10-17", 18: "18-24", 25: "25-34", 35: "over 34"}[begins]


# --- after disclosure control ---------------------------------------------------------------------------------------


def published(number: int, rule: Mapping[str, Any], times: int = 1) -> int | None:
    """What the published rule makes of a count that nothing else concerns: withheld, none, or rounded."""
    base = int(rule["safe_round_base"]) * times
    if 0 < number < int(rule["safe_threshold"]) * times:
        return None
    return (number + base // 2) // base * base


# --- the audit ------------------------------------------------------------------------------------------------------

_ACTIVE = "entry.status = 'active'"
_BORN = "entry join subject using (subject_id)"
_AS_CHILD = "date(birth_date, '+18 years') > opened_on"
_PRIVATE = "item where visibility in ('private', 'persona')"
_ENDED = "date(sent_at) not between starts_on and ends_on"
_ANSWERED_LATE = "coalesce(answered_on, :day) > due_on"
# For each control, how many rows it asks about and how many breach it: by its question, in the words of the pack.
CONTROLS = {
    "OV-02": (f"entry where {_ACTIVE}", f"entry where {_ACTIVE} and (role is null or role = 'other')"),
    "OV-04": ("item", "item where basis not in ('fact', 'assessment')"),
    "OV-05": ("item", "item where source_grade is null or information_grade is null"),
    "OV-06": (
        f"entry where {_ACTIVE}",
        f"entry where {_ACTIVE} and"
        " (select count(distinct source_ref) from item where item.entry_id = entry.entry_id) < 2",
    ),
    "OV-08": ("item", "item where evidence_ref is null"),
    "OV-10": ("entry", f"{_BORN} where date(birth_date, '+1 year') > opened_on"),
    "OV-20": (f"entry where {_ACTIVE}", f"entry where {_ACTIVE} and review_due_on is null"),
    "OV-21": (
        f"entry where {_ACTIVE} and review_due_on is not null",
        f"entry where {_ACTIVE} and review_due_on < :day",
    ),
    "OV-22": ("entry", "entry where delete_due_on > date(opened_on, '+5 years')"),
    "OV-26": (
        "copy",
        "copy where not exists (select 1 from entry where entry.subject_id = copy.subject_id"
        " and status = 'active') and as_of > (select max(closed_on) from entry"
        " where entry.subject_id = copy.subject_id)",
    ),
    "OV-29": (
        f"{_BORN} where {_ACTIVE} and {_AS_CHILD}",
        f"{_BORN} where {_ACTIVE} and {_AS_CHILD} and date(birth_date, '+18 years') < :day and not exists"
        " (select 1 from review where review.entry_id = entry.entry_id"
        " and date(done_at) >= date(birth_date, '+18 years'))",
    ),
    "OV-33": (
        f"{_BORN} where {_AS_CHILD}",
        f"{_BORN} where {_AS_CHILD} and not exists"
        " (select 1 from review where review.entry_id = entry.entry_id and outcome = 'safeguarding')",
    ),
    "OV-34": ("entry", f"{_BORN} where date(birth_date, '+13 years') > opened_on"),
    "OV-38": (_PRIVATE, f"{_PRIVATE} and authority_id is null"),
    "OV-47": (
        "disclosure",
        f"disclosure join agreement using (agreement_id) where {_ENDED}",
    ),
    "OV-49": ("disclosure", "disclosure where not grade_sent"),
    "OV-49b": ("disclosure", "disclosure where not encrypted"),
    "OV-55a": ("assessment", "assessment where review_due_on < :day"),
    "OV-57b": (
        "entry",
        "entry where decided_by = 'automated' and significant and automated_under is null and opened_on < '2026-02-05'",
    ),
    "OV-60a": (
        "request where coalesce(outcome, '') <> 'withdrawn'",
        f"request where coalesce(outcome, '') <> 'withdrawn' and {_ANSWERED_LATE}",
    ),
    "OV-60b": (
        "request where outcome in ('restricted', 'ncnd', 'refused')",
        "request where outcome in ('restricted', 'ncnd', 'refused')"
        " and (coalesce(ground, '') = '' or coalesce(reasons, '') = '')",
    ),
}  # fmt: skip


def audited(recount: Recount) -> dict[str, tuple[int, int]]:
    """For each control how many rows were to be looked at, and how many breach it."""
    return {
        name: (recount.one(f"select count(*) from {asked}"), recount.one(f"select count(*) from {breached}"))
        for name, (asked, breached) in CONTROLS.items()
    }
