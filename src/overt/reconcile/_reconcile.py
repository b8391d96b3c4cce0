"""An informal list compared with a register: who was removed and is still on it, who never was, who has another role.

The pseudonym of each row is computed under every spelling that the rule covers, compared, and forgotten.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from overt.model import ENTRY
from overt.pseudonym import HALF, Match, NameAgreement, PseudonymKey, Spelling
from overt.reconcile._list import ListRow
from overt.refusals import Refusal
from overt.register import Register, check_pseudonym_key, pseudonym_key_of

_EVERY = 500
_ORDER = (NameAgreement.SAME, NameAgreement.FEWER, NameAgreement.OPEN)
_SPELLED = tuple(Spelling)


class ListVerdict(StrEnum):
    """What the register says of a row of the list."""

    REMOVED = "removed"
    OTHER_ROLE = "other role"
    LISTED = "listed"
    ABSENT = "not in the register"
    LOOK = "to be looked at"
    UNREADABLE = "unreadable"


@dataclass
class RegisteredSubject:
    """A subject as the register has them at one moment: the roles of active entries, and whether any was closed."""

    subject_id: str
    roles: set[str] = field(default_factory=set)
    closed: bool = False
    active: bool = False


@dataclass(frozen=True)
class Standing:
    """Who is in the register at a moment, by the first half of their pseudonyms."""

    by_first: dict[str, list[RegisteredSubject]]
    subjects: int

    @classmethod
    def at(cls, register: Register, moment: dt.datetime, leaving: frozenset[str] = frozenset()) -> Standing:
        """From the entries as they stood; those that are `leaving` count as closed."""
        listed_of: dict[str, RegisteredSubject] = {}
        for version in register.as_of("entry", moment):
            values = version.values
            if not values[ENTRY.subject_id]:
                continue
            subject_id = str(values[ENTRY.subject_id])
            subject = listed_of.setdefault(subject_id, RegisteredSubject(subject_id))
            if values[ENTRY.entry_id] in leaving:
                subject.closed = True
            elif values[ENTRY.status] == "active":
                subject.active = True
                if values[ENTRY.role]:
                    subject.roles.add(str(values[ENTRY.role]))
            elif values[ENTRY.status] == "closed":
                subject.closed = True
        by_first: dict[str, list[RegisteredSubject]] = {}
        for subject in listed_of.values():
            by_first.setdefault(subject.subject_id[:HALF], []).append(subject)
        return cls(by_first, len(listed_of))


@dataclass(frozen=True)
class RowVerdict:
    """The verdict on one row. `roles` are those that the register has; no pseudonym goes with it."""

    row: ListRow
    verdict: ListVerdict
    match: Match | None = None
    roles: tuple[str, ...] = ()


@dataclass(frozen=True)
class Counts:
    """How many rows have which verdict, how they were matched, and what the rule cannot see in this list."""

    rows: int
    verdicts: dict[ListVerdict, int]
    matched: dict[tuple[ListVerdict, NameAgreement, Spelling], int]
    unreadable: dict[str, int]
    signs: dict[str, int]


def key_for(register: Register, key: PseudonymKey, as_of: dt.datetime) -> tuple[PseudonymKey, bool]:
    """The generation of a key that the register's pseudonyms had at a moment, and whether the register says so itself.

    Refuses a key that the register does not name.
    """
    key_id = pseudonym_key_of(register, as_of)
    if key_id is None:
        check_pseudonym_key(register, key.id)
        return key, False
    named = key.named(key_id)
    if named is None:
        remedy = "give the key of that name; one that was rotated since has its earlier ones in it"
        raise Refusal("pseudonym-key-other", "the key", f"key {key.id}", f"key {key_id}, as the register says", remedy)
    return named, True


def reconcile(rows: Iterable[ListRow], standing: Standing, key: PseudonymKey) -> Iterator[RowVerdict]:
    """The verdict on each row, in the order of the list."""
    for row in rows:
        if row.person is None:
            yield RowVerdict(row, ListVerdict.UNREADABLE)
            continue
        sought = key.sought(row.person)
        near = [listed for first in sought.firsts for listed in standing.by_first.get(first, ())]
        matches = [(listed, match) for listed in near if (match := sought.match(listed.subject_id))]
        yield _verdict(row, matches)


def _verdict(row: ListRow, matches: list[tuple[RegisteredSubject, Match]]) -> RowVerdict:
    """The best match decides; two subjects that match equally well, or a middle name that differs, are for a person."""
    if not matches:
        return RowVerdict(row, ListVerdict.ABSENT)
    sure = [match for match in matches if match[1].agreement in _ORDER]
    if not sure:
        return RowVerdict(row, ListVerdict.LOOK, matches[0][1])
    best = min(map(_rank, sure))
    alike = [pair for pair in sure if _rank(pair) == best]
    subject, match = alike[0]
    # One who is listed may be the same person under a longer name: nobody is struck off a list for a shorter one.
    if len(alike) > 1 or (not subject.active and any(other.active for other, _ in sure)):
        return RowVerdict(row, ListVerdict.LOOK, match)
    roles = tuple(sorted(subject.roles))
    if not subject.active:
        return RowVerdict(row, ListVerdict.REMOVED if subject.closed else ListVerdict.ABSENT, match)
    differs = row.role is not None and bool(roles) and row.role not in roles
    return RowVerdict(row, ListVerdict.OTHER_ROLE if differs else ListVerdict.LISTED, match, roles)


def _rank(pair: tuple[RegisteredSubject, Match]) -> tuple[int, int]:
    return _ORDER.index(pair[1].agreement), _SPELLED.index(pair[1].spelling)


def tally(results: Iterable[RowVerdict], tell: Callable[[RowVerdict], None], progress: Callable[[int], None]) -> Counts:
    """Counts verdicts; `told` gets each of them for the owner's own file, and nobody keeps them here."""
    rows = 0
    verdicts: Counter[ListVerdict] = Counter()
    matched: Counter[tuple[ListVerdict, NameAgreement, Spelling]] = Counter()
    unreadable: Counter[str] = Counter()
    signs: Counter[str] = Counter()
    for result in results:
        rows += 1
        verdicts[result.verdict] += 1
        if result.match:
            matched[result.verdict, result.match.agreement, result.match.spelling] += 1
        if result.verdict is ListVerdict.UNREADABLE:
            unreadable[result.row.why] += 1
        signs.update(name for name, has in _signs(result).items() if has)
        tell(result)
        if rows % _EVERY == 0:
            progress(rows)
    progress(rows)
    return Counts(rows, dict(verdicts), dict(matched), dict(unreadable), dict(signs))


def _signs(result: RowVerdict) -> dict[str, bool]:
    """What in a row makes its verdict weaker, or keeps the rule from seeing it."""
    person = result.row.person
    unmatched = result.verdict is ListVerdict.ABSENT
    return {
        "initial": unmatched and result.row.has_initial,
        "one-word": unmatched and result.row.has_one_word,
        "first-of-january": bool(result.match and person and (person.born.month, person.born.day) == (1, 1)),
        "unknown-role": result.row.has_unknown_role,
    }
