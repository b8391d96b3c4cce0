"""What each side brings to the comparison: first halves of pseudonyms under the agreed key, padded to a power of two.

A first half stands for first name, family name and birth date; middle names are not compared between controllers. The
halves themselves are never sent: see `_psi`.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass

from overt.pseudonym import HALF, PseudonymKey
from overt.reconcile._asked import used_up
from overt.reconcile._list import ListRow
from overt.reconcile._reconcile import Standing
from overt.refusals import Refusal

FEWEST_ROWS, FEWEST_SUBJECTS = 64, 1024


@dataclass(frozen=True)
class Owned:
    """The owner's elements with the rows behind each: every spelling, and the spelling as written."""

    rows: dict[str, list[int]]
    as_written: dict[str, list[int]]
    read: int
    unreadable: int

    def within(self, left: int) -> Chosen:
        """What to ask about where the agreement leaves so many elements, padded as far as it leaves room.

        Every spelling, or where these are too many the one as written; refuses a list that is too long even so.
        """
        chosen = self.rows if len(self.rows) <= left else self.as_written
        if not chosen or len(chosen) > left:
            raise used_up(len(chosen), left)
        return Chosen(padded(chosen, FEWEST_ROWS, left), chosen, len(self.rows) - len(chosen))


@dataclass(frozen=True)
class Chosen:
    """The elements of one session in a random order, the rows behind each, and how many spellings were left out.

    Padding has no rows.
    """

    elements: list[str]
    rows: dict[str, list[int]]
    left_out: int


def owned(rows: Iterable[ListRow], key: PseudonymKey, most_rows: int) -> Owned:
    """Every spelling of every row that the rule can read; refuses a list longer than agreed."""
    behind: dict[str, list[int]] = {}
    as_written: dict[str, list[int]] = {}
    read = unreadable = 0
    for row in rows:
        read += 1
        if read > most_rows:
            raise Refusal("list-too-long", "the list", f"more than {most_rows:,} rows", f"{most_rows:,}, as agreed")
        if row.person is None:
            unreadable += 1
            continue
        for first in key.sought(row.person).firsts:
            behind.setdefault(first, []).append(row.number)
        as_written.setdefault(key.subject_id(row.person)[:HALF], []).append(row.number)
    return Owned(behind, as_written, read, unreadable)


def kept(standing: Standing, subjects: str, most_subjects: int) -> list[str]:
    """The people of a register: those who were removed and are not listed, or those who are listed."""
    wanted = [
        first
        for first, people in standing.by_first.items()
        if any(person.active for person in people) == (subjects == "listed")
        and any(e.active or e.closed for e in people)
    ]
    return _checked(wanted, most_subjects)


def kept_from_list(rows: Iterable[ListRow], key: PseudonymKey, most_subjects: int) -> list[str]:
    """The people of the keeper's own list, each by the spelling that stands there."""
    return _checked({key.subject_id(row.person)[:HALF] for row in rows if row.person is not None}, most_subjects)


def padded(elements: Iterable[str], fewest: int, most: int | None = None) -> list[str]:
    """The elements and as many random ones as make the next power of two, or `most`, in a random order."""
    whole = list(elements)
    size = padded_size(len(whole), fewest) if most is None else min(padded_size(len(whole), fewest), most)
    whole += [secrets.token_hex(HALF // 2) for _ in range(size - len(whole))]
    secrets.SystemRandom().shuffle(whole)
    return whole


def padded_size(size: int, fewest: int) -> int:
    """The next power of two, and not less than `fewest`."""
    return max(fewest, 1 << max(size - 1, 0).bit_length())


def _checked(firsts: Iterable[str], most: int) -> list[str]:
    expected = list(firsts)
    if len(expected) > most:
        raise Refusal("list-too-long", "the keeper's people", f"{len(expected):,}", f"{most:,}, as agreed")
    return padded(expected, FEWEST_SUBJECTS)
