"""Writes a pack of forty controls over one wide table: 36 that ask about a row alone, and four about sets of rows.

    python forty.py FOLDER

The core controls ask about many tables, and most of their work is in joins. Here every peer can express nine tenths
of the controls over the table as it lies, which is what they are made for. The pack is for measuring alone.
"""

from __future__ import annotations

import sys
from pathlib import Path

FILLED = [
    "subject_id",
    "unit",
    "role",
    "status",
    "opened_on",
    "opened_by",
    "approved_by",
    "grounds",
    "purpose",
    "condition",
    "score",
    "band",
    "score_as_of",
    "retention_group",
    "review_due_on",
    "delete_due_on",
    "decided_by",
]

# Title, which entries it asks about, and which of them breach.
ROWS = [
    *[(f"Every entry has a value in {name}", "true", f"entry.{name} is null") for name in FILLED],
    ("Grounds are not blank", "entry.grounds is not null", "trim(entry.grounds) = ''"),
    (
        "Nobody approves an entry of their own",
        "entry.opened_by is not null and entry.approved_by is not null",
        "entry.opened_by = entry.approved_by",
    ),
    ("No entry is from the future", "entry.opened_on is not null", "entry.opened_on > :as_of"),
    (
        "Reviews should not be overdue",
        "entry.status = 'active' and entry.review_due_on is not null",
        "entry.review_due_on < :as_of",
    ),
    (
        "No deletion is overdue",
        "entry.status = 'active' and entry.delete_due_on is not null",
        "entry.delete_due_on < :as_of",
    ),
    (
        "A review comes before the deletion",
        "entry.review_due_on is not null and entry.delete_due_on is not null",
        "entry.review_due_on > entry.delete_due_on",
    ),
    (
        "No entry was closed before it was made",
        "entry.closed_on is not null and entry.opened_on is not null",
        "entry.closed_on < entry.opened_on",
    ),
    ("A closed entry says since when", "entry.status = 'closed'", "entry.closed_on is null"),
    ("An entry in use has no day of closing", "entry.status = 'active'", "entry.closed_on is not null"),
    ("No victim or witness has a score", "entry.role in ('victim', 'witness')", "entry.score is not null"),
    ("No score is zero", "entry.status = 'active' and entry.score is not null", "entry.score = 0"),
    ("A low band is of a low score", "entry.score is not null and entry.band = 'low'", "entry.score > 200"),
    ("A high band is of a high score", "entry.score is not null and entry.band = 'high'", "entry.score < 100"),
    ("No score is older than a year", "entry.score_as_of is not null", "add_days(entry.score_as_of, 365) < :as_of"),
    (
        "A score is not older than its entry",
        "entry.score_as_of is not null and entry.opened_on is not null",
        "entry.score_as_of < entry.opened_on",
    ),
    ("A role is one of five", "entry.role is not null", "entry.role = 'other'"),
    ("A human decided", "entry.decided_by is not null", "entry.decided_by = 'automated'"),
    (
        "Nothing is kept for more than ten years",
        "entry.opened_on is not null and entry.delete_due_on is not null",
        "entry.delete_due_on > add_years(entry.opened_on, 10)",
    ),
    (
        "No entry in use is older than ten years",
        "entry.status = 'active' and entry.opened_on is not null",
        "add_years(entry.opened_on, 10) < :as_of",
    ),
]

# Title, the set that is counted, how it hangs together with an entry, and which entries breach.
SETS = [
    (
        "A person has one entry",
        "select e.subject_id as subject_id, count(*) as entries from entry as e group by e.subject_id",
        "counted.subject_id = entry.subject_id",
        "counted.entries > 1",
    ),
    (
        "No grounds are used for two entries",
        "select e.grounds as grounds, count(*) as entries from entry as e group by e.grounds",
        "counted.grounds = entry.grounds",
        "counted.entries > 1",
    ),
    (
        "Nobody makes more than twenty entries for one unit",
        "select e.unit as unit, e.opened_by as opened_by, count(*) as entries from entry as e"
        " group by e.unit, e.opened_by",
        "counted.unit = entry.unit and counted.opened_by = entry.opened_by",
        "counted.entries > 20",
    ),
    (
        "Nobody approves more than two entries of their own",
        "select e.approved_by as approved_by, count(*) filter (where e.opened_by = e.approved_by) as own"
        " from entry as e group by e.approved_by",
        "counted.approved_by = entry.approved_by",
        "counted.own > 2",
    ),
]

PACK = """name = "forty"
version = "1.0.0"
title = "Forty controls over one table"
jurisdiction = "none"
owner = "bench"
"""

CONTROL = """-- id: FT-{number:02}
-- title: {title}
-- asks: {title}: is it so?
-- kind: benchmark
-- basis: none; for measuring alone
-- severity: low
-- gate: none
-- limits: it means nothing
-- remedy: none
select entry.entry_id, entry.opened_on, entry.unit,
       {breach} as breach,
       'it is not so' as reason
from entry{joined}
where {scope}
"""

# A pack is not read without cases. These are never tried: answers are compared with those of every other contender.
CASES = """# FT-{number:02} {title}
""" + "".join(
    f"""
## {said}

Given entry

| entry_id |
| --- |
| E1 |

Then

| entry_id | breach |
| --- | --- |
| E1 | {word} |
"""
    for said, word in (("Breaches", "yes"), ("Is quiet", "no"), ("Cannot be told", "unknown"))
)


def main() -> None:
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "pack.toml").write_text(PACK)
    texts = [{"title": title, "scope": scope, "breach": breach, "joined": ""} for title, scope, breach in ROWS]
    for title, counted, on, breach in SETS:
        joined = f" join ({counted}) as counted on {on}"
        texts.append({"title": title, "scope": "true", "breach": breach, "joined": joined})
    for number, text in enumerate(texts, start=1):
        (folder / f"ft-{number:02}.sql").write_text(CONTROL.format(number=number, **text))
        (folder / f"ft-{number:02}.cases.md").write_text(CASES.format(number=number, **text))


if __name__ == "__main__":
    main()
