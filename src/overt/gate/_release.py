"""Enters a release that was approved: its public leaf, and each of its cells as a row that controls ask for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

from overt.gate._gate import check_staff
from overt.ledger import public_leaf
from overt.register import Register, row_values

RELEASE_KIND = "release"
ANSWER_KIND = "answer"


@dataclass(frozen=True)
class PublishedCell:
    """One cell of a published table; without a value where it is withheld. `base` is the whole it is a part of."""

    table: str
    cell: str
    value: int | None
    base: int | None = None


def enter_release(
    register: Register, document: bytes, release: str, cells: Iterable[PublishedCell], *, by: str, now: dt.datetime
) -> int:
    """The leaf of a published release, whose digest is that of `document`; entering one again changes nothing."""
    check_staff("--by", by)
    name = f"{release}.json"
    leaf = public_leaf(RELEASE_KIND, sha256(document).hexdigest(), name)
    there = register.store.rows("select seq from leaf where kind = 'public' and bytes = ?", (leaf,))
    if there:
        return int(there[0][0])
    with register.writing(now) as writer:
        seq = writer.publish(RELEASE_KIND, document, name)
        for each in cells:
            values: dict[str, str | int | float | bool | None] = {
                "release_id": release,
                "table_name": each.table,
                "cell": each.cell,
                "value": each.value,
                "base": each.base,
            }
            writer.append("release_cell", row_values("release_cell", values), "collect", by)
    return seq


def enter_answer(register: Register, document: bytes, name: str, by: str, now: dt.datetime) -> int:
    """The leaf of an answer that was sent."""
    check_staff("--by", by)
    with register.writing(now) as writer:
        return writer.publish(ANSWER_KIND, document, name)
