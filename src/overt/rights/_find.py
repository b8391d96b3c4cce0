"""Finds the entries of the person who asks, by the pseudonym computed here from what they gave.

What they gave stands in a file of the officer's, or is typed in; it goes into the letter and nowhere else.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from overt.encoding import read_toml
from overt.model import ACCESS, ENTRY, SUBJECT, that_refer_to
from overt.pseudonym import (
    HALF,
    WHY_NO_DATE,
    WHY_NOT,
    NameAgreement,
    Order,
    Person,
    PseudonymKey,
    Unreadable,
    orders,
    read_birth_date,
    read_name,
)
from overt.refusals import Refusal, raise_all
from overt.register import Register, check_pseudonym_key

_FIELDS: dict[str, type | tuple[type, ...]] = {"name": str, "born": (str, dt.date), "address": list, "handles": list}
_LONGEST = 200


@dataclass(frozen=True)
class Requester:
    """The person who asks, as they wrote it. It is never shown, and never kept."""

    name: str = field(repr=False)
    born: str = field(repr=False)
    handles: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    address: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True)
class Listing:
    """An entry that may be the person's. `sure` says that the whole name and birth date, or an account, agree."""

    entry_id: str
    sure: bool
    agrees: str


def read_who(data: bytes, where: str) -> Requester:
    """Who asks, from TOML: name, born, and perhaps address and handles. What stands in it is never repeated."""
    try:
        fields = read_toml(data.decode())
    except ValueError:
        raise Refusal(
            "who-malformed", where, "the file is not TOML in UTF-8", 'name = "…" and born = 2004-05-03'
        ) from None
    refusals = [
        Refusal("who-malformed", where, f"{name} is missing", "name and born") for name in ("name", "born")
        if name not in fields
    ]  # fmt: skip
    unknown = sum(name not in _FIELDS for name in fields)
    if unknown:
        refusals.append(Refusal("who-malformed", where, f"{unknown} field(s) too many", ", ".join(_FIELDS)))
    refusals += [
        Refusal(
            "who-malformed", f"{where}, {name}", "the field has the wrong type", "see docs/guides/asking-and-removal.md"
        )
        for name, kind in _FIELDS.items()
        if name in fields and not isinstance(fields[name], kind)
    ]
    raise_all(refusals)
    try:
        handles = tuple((str(account["platform"]), str(account["handle"])) for account in fields.get("handles", []))
        address = tuple(_line(line) for line in fields.get("address", []))
        return Requester(_line(fields["name"]), str(fields["born"]), handles, address)
    except (KeyError, TypeError, ValueError):
        wanted = "lines of text, and for each handle its platform and handle"
        raise Refusal("who-malformed", where, "a part cannot be read", wanted) from None


def _line(text: object) -> str:
    if not isinstance(text, str) or not text.strip() or len(text) > _LONGEST or not text.isprintable():
        raise ValueError
    return text.strip()


def person_of(who: Requester, where: str = "the person") -> Person:
    """The name and birth date of who asks, as pseudonyms are made of them; refuses what cannot be read."""
    try:
        return Person(read_name(who.name), read_birth_date(who.born))
    except Unreadable as error:
        raise _unreadable(where, error, who.born) from None


def _unreadable(where: str, error: Unreadable, born: str = "") -> Refusal:
    if error.why in WHY_NO_DATE:
        problem = f"the birth date cannot be read: {WHY_NO_DATE[error.why]}"
        return Refusal(
            "who-unreadable", f"{where}, born", problem, "year, month and day: 1999-12-31", _remedy(error, born)
        )
    wanted = 'a name and handles that can be read; a name may be written "Family, Given"'
    return Refusal("who-unreadable", where, f"it cannot be read: {WHY_NOT[error.why]}", wanted)


def _remedy(error: Unreadable, born: str) -> str:
    """How to write a birth date so that it can be read. The date itself is not repeated: the example is another."""
    if error.why == "two-digit-year":
        return "write the year with four digits, the month and the day: 1999-12-31"
    if error.why != "no-order":
        return "write the year, the month and the day: 1999-12-31"
    possible = orders(born)
    if possible == (Order.DAY_FIRST,):
        return "it can only be day, month, year: turn it round, as 31/12/1999 becomes 1999-12-31"
    if possible == (Order.MONTH_FIRST,):
        return "it can only be month, day, year: as 12/31/1999 becomes 1999-12-31"
    if possible:
        return (
            "it can be read in two ways, so ask the person: 03/04/1999 is 1999-04-03 if the day stands first, "
            "and 1999-03-04 if the month does"
        )
    return "it is a day in no order: ask the person, and write it as 1999-12-31"


def find(register: Register, key: PseudonymKey, who: Requester, where: str = "the person") -> list[Listing]:
    """The entries that stand now and may be the person's, under every spelling that the rule covers.

    The same table is read to its end for every person. What is not sure is another spelling or another middle
    name: a human has to look. Refuses a name, birth date or handle that cannot be read, without repeating it.
    """
    sought = key.sought(person_of(who, where))
    try:
        accounts = {key.handle_id(platform, handle): "an account" for platform, handle in who.handles}
    except Unreadable as error:
        raise _unreadable(where, error) from None
    check_pseudonym_key(register, key.id)
    firsts = {*sought.firsts, *(account[:HALF] for account in accounts)}
    marks = ", ".join("?" * len(firsts))
    rows = register.store.rows(
        f"select entry_id, subject_id from entry where substr(subject_id, 1, {HALF}) in ({marks}) order by entry_id",
        tuple(sorted(firsts)),
    )
    listings = []
    for entry_id, subject_id in rows:
        if subject_id in accounts:
            listings.append(Listing(entry_id, sure=True, agrees=accounts[subject_id]))
            continue
        match = sought.match(subject_id)
        if match:
            listings.append(Listing(entry_id, match.agreement is NameAgreement.SAME, match.agreement.value))
    return listings


@dataclass(frozen=True)
class Holding:
    """All that is held under one entry, table by table, as it stands now."""

    entry: Mapping[str, Any] = field(repr=False)
    rows: Mapping[str, tuple[Mapping[str, Any], ...]] = field(repr=False)

    @property
    def entry_id(self) -> str:
        """The number of the entry."""
        return str(self.entry[ENTRY.entry_id])


# The access log says who looked at an entry, and is no part of what is held under it.
_OF_ENTRY = tuple(column for name, column in that_refer_to(ENTRY.name) if name != ACCESS.name)
_OF_SUBJECT = tuple(column for name, column in that_refer_to(SUBJECT.name) if column.kept and name != ENTRY.name)


def holding(register: Register, entry_id: str) -> Holding:
    """What is held under an entry; refuses one that is not there."""
    entry = next((version.values for version in register.current(ENTRY.entry_id, entry_id)), None)
    if entry is None:
        raise Refusal("entry-absent", "--entry", "this register has no such entry", "the number of an entry")
    sought = [(column, entry_id) for column in _OF_ENTRY]
    sought += [(column, str(entry[ENTRY.subject_id])) for column in (SUBJECT.subject_id, *_OF_SUBJECT)]
    rows = {column.table: tuple(row.values for row in register.current(column, value)) for column, value in sought}
    return Holding(entry, rows)
