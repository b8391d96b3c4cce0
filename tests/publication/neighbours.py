"""Invented registers, and the same registers without one whole person: what differential privacy compares.

Knows the published model of a register and nothing of how figures are counted. A person is taken out with everything
that is recorded of them: all entries, and their items, reviews, disclosures, accesses, recalls and requests.
"""

from __future__ import annotations

import datetime as dt
import json
import random
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from overt.model import TABLES, Kind

Row = dict[str, Any]
Rows = dict[str, list[Row]]
FIRST, LAST = dt.date(2021, 1, 1), dt.date(2021, 12, 31)
_TYPES = {
    Kind.TEXT: pa.string(),
    Kind.INTEGER: pa.int64(),
    Kind.NUMBER: pa.float64(),
    Kind.BOOLEAN: pa.bool_(),
    Kind.DATE: pa.date32(),
    Kind.TIMESTAMP: pa.timestamp("us"),
}
_OF_ENTRY = ("item", "review", "disclosure", "access", "term_hit", "notice")
_OF_PERSON = ("subject", "entry", "outcome", "copy", "consequence")


def invented(draw: random.Random, people: int, most: int = 4) -> Rows:
    """A register in which some have one entry and some have many things; a few entries name nobody."""
    rows: Rows = {name: [] for name in TABLES}
    for number in range(people):
        add_person(rows, draw, f"p{number}", [draw.randint(0, most) for _ in range(4)], draw.randint(1, 3))
    for number in range(draw.randint(0, 2)):
        add_person(rows, draw, None, [draw.randint(0, 3) for _ in range(4)], 1, name=f"nobody{number}")
    return rows


def add_person(
    rows: Rows, draw: random.Random, subject: str | None, many: list[int], entries: int, *, name: str | None = None
) -> None:
    """A person with entries, and of items, reviews, disclosures and requests so `many` for each entry."""
    who = subject or name or ""
    if subject:
        rows["subject"].append(
            {
                "subject_id": subject,
                "birth_date": _day(draw, 1960, 2010) if draw.random() < 0.9 else None,
                "sex": draw.choice(["female", "male", None]),
                "ethnicity_self": draw.choice(["W1", "B1", "A1", "NS", None]),
                "ethnicity_observed": draw.choice(["IC1", "IC3", None]),
            }
        )
    for place in range(entries):
        entry = f"{who}-e{place}"
        opened = _day(draw, 2020, 2021)
        closed = opened + dt.timedelta(days=draw.randint(1, 400)) if draw.random() < 0.3 else None
        rows["entry"].append(
            {
                "entry_id": entry,
                "subject_id": subject,
                "role": draw.choice(["suspect", "victim", "witness", None]),
                "status": "closed" if closed else "active",
                "opened_on": opened,
                "closed_on": closed,
                "review_due_on": _day(draw, 2021, 2022) if draw.random() < 0.8 else None,
            }
        )
        items, reviews, disclosures, requests = many
        rows["item"] += [
            {
                "item_id": f"{entry}-i{number}",
                "entry_id": entry,
                "visibility": draw.choice(["open", "private", None]),
                "origin": draw.choice(["arrest", "social_media", None]),
                "collected_on": _day(draw, 2021, 2021),
            }
            for number in range(items)
        ]
        rows["review"] += [
            {
                "review_id": f"{entry}-r{number}",
                "entry_id": entry,
                "outcome": draw.choice(["retain", "remove", None]),
                "done_at": _moment(draw),
            }
            for number in range(reviews)
        ]
        rows["disclosure"] += [
            {
                "disclosure_id": f"{entry}-d{number}",
                "entry_id": entry,
                "recipient_kind": draw.choice(["police", "council", "school"]),
                "sent_at": _moment(draw),
            }
            for number in range(disclosures)
        ]
        for number in range(requests):
            request = f"{entry}-q{number}"
            kind = draw.choice(["access", "erasure"])
            rows["request"].append(
                {"request_id": request, "kind": kind, "received_on": _day(draw, 2021, 2021), "of": who}
            )
            rows["recall"].append(
                {"recall_id": f"{request}-N1", "request_id": request, "recipient": f"body {draw.randint(1, 9)}",
                 "sent_on": _day(draw, 2021, 2021), "of": who}
            )  # fmt: skip


def without(rows: Rows, subject: str) -> Rows:
    """The register without this person."""
    entries = {each["entry_id"] for each in rows["entry"] if each["subject_id"] == subject}
    made = {name: list(found) for name, found in rows.items()}
    for name in _OF_PERSON:
        made[name] = [each for each in made.get(name, []) if each.get("subject_id") != subject]
    for name in _OF_ENTRY:
        made[name] = [each for each in made.get(name, []) if each.get("entry_id") not in entries]
    # The register does not say whose a request is; who made it knows.
    for name in ("request", "recall"):
        made[name] = [each for each in made.get(name, []) if each.get("of") != subject]
    return made


def write(rows: Rows, folder: Path, office: bytes) -> Path:
    """The register as a snapshot has it; `office` is office.json beside it."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name, found in rows.items():
        table = TABLES.get(name)
        if found and table is not None:
            schema = pa.schema([(column.name, _TYPES[column.kind]) for column in table.columns])
            columns = [
                pa.array([row.get(each.name) for row in found], schema.field(each.name).type) for each in table.columns
            ]
            pq.write_table(pa.table(columns, schema=schema), folder / f"{name}.parquet")
    (folder / "snapshot.json").write_text(json.dumps({"as_of": "2021-12-31 00:00:00", "leaves": 1, "root": "00"}))
    (folder / "office.json").write_bytes(office)
    return folder


def read(folder: Path) -> Rows:
    """The rows of a snapshot."""
    return {path.stem: pq.read_table(path).to_pylist() for path in folder.glob("*.parquet")}


def distance(one: dict[str, int], other: dict[str, int]) -> int:
    """By how much two answers to one question differ, all numbers taken together."""
    return sum(abs(one.get(group, 0) - other.get(group, 0)) for group in {*one, *other})


def people(rows: Rows) -> Iterable[str]:
    """Everybody who is named."""
    return [each["subject_id"] for each in rows["subject"]]


def _day(draw: random.Random, first: int, last: int) -> dt.date:
    start = dt.date(first, 1, 1)
    return start + dt.timedelta(days=draw.randrange((dt.date(last, 12, 31) - start).days + 1))


def _moment(draw: random.Random) -> dt.datetime:
    return dt.datetime.combine(_day(draw, 2021, 2021), dt.time(12))
