"""Starts a pack or a control: files that lint and whose cases pass, to be changed from there."""

from __future__ import annotations

from pathlib import Path

from overt.controls._header import ID
from overt.refusals import Refusal

_PACK = """\
name = "{name}"
version = "0.1.0"
title = "What this pack holds a register to, in one line"
jurisdiction = "GB"
owner = "Your body"

[sources]
# report-2024 = "Body, Title, date, address"

[thresholds]
# minimum_sources = { value = 2, reason = "Why this number" }

[left_out]
# XX-99 = "Why no select can answer it"
"""

_SQL = """\
-- id: {id}
-- title: Each active entry has a review date
-- asks: Does each active entry say when it must be reviewed?
-- kind: own policy
-- basis: The rule, its section (2018-05-25 ..)
-- severity: medium
-- gate: note
-- limits: Says nothing of whether the date is a good one.
-- remedy: Set a review date, or close the entry.
select entry.entry_id, entry.opened_on,
       case when entry.status is null then null else entry.review_due_on is null end as breach,
       'no review date is set' as reason
from entry
where entry.status is distinct from 'closed'
"""

_CASES = """\
# {id} Each active entry has a review date

## An active entry without a review date breaches

Say here why, for a reader who knows the law and not the database.

Given entry

| entry_id | status | review_due_on |
| --- | --- | --- |
| E1 | active | |
| E2 | active | 2026-12-31 |
| E3 | closed | |

Then

| entry_id | breach |
| --- | --- |
| E1 | yes |
| E2 | no |

## An entry whose status is missing cannot be judged

Given entry

| entry_id | status | review_due_on |
| --- | --- | --- |
| E4 | | |

Then

| entry_id | breach |
| --- | --- |
| E4 | unknown |
"""


def new_control(folder: Path, control: str) -> list[Path]:
    """The files written: a pack's frame where `folder` has none, a control and its cases. Overwrites nothing."""
    if not ID.fullmatch(control):
        raise Refusal("control-header", "id", control, "two capitals, a dash, two digits and perhaps a letter: AB-01")
    stem = control.lower()
    wanted = {folder / f"{stem}.sql": _SQL, folder / f"{stem}.cases.md": _CASES}
    if not (folder / "pack.toml").exists():
        wanted = {folder / "pack.toml": _PACK, **wanted}
    there = [str(path) for path in wanted if path.exists()]
    if there:
        raise Refusal(
            "pack-file-exists",
            ", ".join(there),
            "a file with this name already exists",
            "an id that is not used yet: --id",
        )
    folder.mkdir(parents=True, exist_ok=True)
    for path, text in wanted.items():
        path.write_text(text.replace("{id}", control).replace("{name}", folder.resolve().name), encoding="utf-8")
    return list(wanted)
