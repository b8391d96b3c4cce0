"""Enters a release that was approved: its public leaf, and each of its cells as a row that controls ask for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256

from overt.gate._gate import check_staff
from overt.ledger import PublicLeaf, public_leaf, read_leaf
from overt.model import PUBLISHED_COUNT, RELEASE_CELL
from overt.register import Register, row_values

RELEASE_KIND = "release"
ANSWER_KIND = "answer"


@dataclass(frozen=True)
class PublishedCell:
    """One cell of a published table; without a value where it is withheld. `base` is the whole it is a part of;
    `counts` and `rounded_to` are as the model has them."""

    table: str
    cell: str
    value: int | None
    base: int | None = None
    counts: str = "people"
    rounded_to: int | None = None


@dataclass(frozen=True)
class PublishedCount:
    """How one number of people became the next, exactly, as the model's table `published_count` has it."""

    count_id: str
    series: str
    from_on: dt.date
    to_on: dt.date
    numbers: Mapping[str, int]
    source: str


def enter_release(
    register: Register,
    document: bytes,
    release: str,
    cells: Iterable[PublishedCell],
    counts: Iterable[PublishedCount] = (),
    *,
    by: str,
    now: dt.datetime,
) -> int:
    """The leaf of a published release, whose digest is that of `document`; entering one again changes nothing."""
    check_staff("--by", by)
    name = f"{release}.json"
    leaf = public_leaf(RELEASE_KIND, sha256(document).hexdigest(), name)
    with register.store.transaction():
        there = register.store.rows("select seq from leaf where kind = 'public' and bytes = ?", (leaf,))
        return int(there[0][0]) if there else _enter(register, document, release, cells, counts, by=by, now=now)


def _enter(
    register: Register,
    document: bytes,
    release: str,
    cells: Iterable[PublishedCell],
    counts: Iterable[PublishedCount],
    *,
    by: str,
    now: dt.datetime,
) -> int:
    with register.writing(now) as writer:
        seq = writer.publish(RELEASE_KIND, document, f"{release}.json")
        for cell in cells:
            values: dict[str, str | int | float | bool | None] = {
                RELEASE_CELL.release_id: release,
                RELEASE_CELL.table_name: cell.table,
                RELEASE_CELL.cell: cell.cell,
                RELEASE_CELL.value: cell.value,
                RELEASE_CELL.base: cell.base,
                RELEASE_CELL.counts: cell.counts,
                RELEASE_CELL.rounded_to: cell.rounded_to,
            }
            writer.append(RELEASE_CELL.name, row_values(RELEASE_CELL.name, values), "collect", by)
        for count in counts:
            numbers: dict[str, str | int | float | bool | None] = {
                PUBLISHED_COUNT.count_id: count.count_id,
                PUBLISHED_COUNT.series: count.series,
                PUBLISHED_COUNT.from_on: str(count.from_on),
                PUBLISHED_COUNT.to_on: str(count.to_on),
                PUBLISHED_COUNT.rounded_to: 1,
                PUBLISHED_COUNT.source: count.source,
                **count.numbers,
            }
            writer.append(PUBLISHED_COUNT.name, row_values(PUBLISHED_COUNT.name, numbers), "collect", by)
    return seq


def entered_releases(register: Register) -> dict[str, str]:
    """The digest of each release that has its leaf, by the release's number."""
    rows = register.store.rows("select bytes from leaf where kind = 'public' order by seq")
    leaves = (read_leaf(bytes(row[0])) for row in rows)
    return {
        leaf.name.removesuffix(".json"): leaf.digest
        for leaf in leaves
        if isinstance(leaf, PublicLeaf) and leaf.kind == RELEASE_KIND
    }


def enter_answer(register: Register, document: bytes, name: str, by: str, now: dt.datetime) -> int:
    """The leaf of an answer that was sent."""
    check_staff("--by", by)
    with register.writing(now) as writer:
        return writer.publish(ANSWER_KIND, document, name)
