"""Three informal lists that officers keep outside the register, with people who were removed still on them.

Names are spelled as people write them down. The expected matches are written here by hand, so that the result of
`overt reconcile` can be compared with them. All names are invented.
"""

from __future__ import annotations

import csv
import datetime as dt
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import openpyxl

from overt.demo._people import Invented, invent
from overt.model import SYNTHETIC_FILE
from overt.pseudonym import Order
from overt.reconcile import ListOptions

REMOVED = 40
_SYNTHETIC = """SYNTHETIC. Everybody on these lists is invented: their names are put together from syllables, and nobody
bears them. The names stand here and nowhere else in this folder. answer-key.json says what was planted, by row.
"""


@dataclass(frozen=True)
class Written:
    """How somebody stands on a list: given and family name, both in one field, and the birth date, if there is one."""

    given: str
    family: str
    whole: str
    born: dt.date | None
    short_year: bool = False


@dataclass(frozen=True)
class InformalRow:
    """One row of a list, what the register must say of it, and what was done to the name, in words."""

    written: Written
    role: str
    verdict: str
    spelling: str
    who: int = -1


@dataclass(frozen=True)
class InformalList:
    """A list, whose it is, how it is read, and its rows; `first_row` is the number of the first below the header."""

    name: str
    title: str
    options: ListOptions
    first_row: int
    rows: list[InformalRow] = field(default_factory=list)


def _plain(who: Invented) -> Written:
    return Written(who.forenames, who.family, f"{who.forenames} {who.family}", who.born)


def _as(given: str, family: str, who: Invented, whole: str = "", **more: bool) -> Written:
    return Written(given, family, whole or f"{given} {family}", who.born, **more)


def _initials(who: Invented) -> str:
    return f"{who.given} {who.middle[0]}."


def _typed_wrong(who: Invented) -> str:
    return who.family[:3] + who.family[4] + who.family[3] + who.family[5:]


def _exchanged(who: Invented) -> dt.date:
    return who.born.replace(month=who.born.day, day=who.born.month)


Spell = Callable[[Invented], Written]
Fits = Callable[[Invented], bool]
_ANY: Fits = lambda who: who.family.isascii() and who.given.isascii() and "-" not in who.family  # noqa: E731


@dataclass(frozen=True)
class Respelt:
    """A way to write a name, how often it is planted, on which list, and whether the rule covers it."""

    words: str
    place: int
    count: int
    fits: Fits
    spell: Spell
    verdict: str = "removed"


_COVERED = (
    Respelt("the family name first, with a comma", 0, 4, _ANY,
             lambda p: _as(p.forenames, p.family, p, f"{p.family}, {p.forenames}")),
    Respelt("the middle name left out", 0, 4, lambda p: bool(p.middle), lambda p: _as(p.given, p.family, p)),
    Respelt("an apostrophe as a blank", 0, 3, lambda p: "’" in p.family,
             lambda p: _as(p.forenames, p.family.replace("’", " "), p)),
    Respelt("accents left out", 1, 4, lambda p: not p.given.isascii(),
             lambda p: _as(p.forenames.translate(str.maketrans("áéíó", "aeio")), p.family, p)),
    Respelt("a hyphen as a blank", 1, 3, lambda p: "-" in p.family,
             lambda p: _as(p.forenames, p.family.replace("-", " "), p)),
    Respelt("the middle name as an initial", 1, 3, lambda p: bool(p.middle), lambda p: _as(_initials(p), p.family, p)),
    Respelt("capitals, a title and a nickname", 2, 4, _ANY,
             lambda p: _as(p.forenames, p.family, p, f"MR {p.forenames.upper()} \"Smiler\" {p.family.upper()}")),
    Respelt("the family name first, without a comma", 2, 4, _ANY,
             lambda p: _as(p.forenames, p.family, p, f"{p.family.upper()} {p.forenames}")),
    Respelt("ü as ue", 2, 3, lambda p: "ü" in p.family, lambda p: _as(p.forenames, p.family.replace("ü", "ue"), p)),
)  # fmt: skip
_ABSENT, _UNREADABLE = "not in the register", "unreadable"
_NOT_COVERED = (
    Respelt("the first name as an initial", 0, 1, _ANY, lambda p: _as(f"{p.given[0]}.", p.family, p), _ABSENT),
    Respelt("a year of two digits", 0, 1, _ANY, lambda p: _as(p.forenames, p.family, p, short_year=True), _UNREADABLE),
    Respelt("no birth date", 1, 1, _ANY, lambda p: Written(p.forenames, p.family, "", None), _UNREADABLE),
    Respelt("a typing error", 1, 1, lambda p: _ANY(p) and _typed_wrong(p) != p.family,
             lambda p: _as(p.forenames, _typed_wrong(p), p), _ABSENT),
    Respelt("half of a double family name", 1, 1, lambda p: "-" in p.family,
             lambda p: _as(p.forenames, p.family.partition("-")[0], p), _ABSENT),
    Respelt("a short name", 2, 1, _ANY, lambda p: _as(p.given[:3], p.family, p), _ABSENT),
    Respelt("day and month exchanged", 2, 1, lambda p: _ANY(p) and p.born.day <= 12 and p.born.day != p.born.month,
             lambda p: Written(p.forenames, p.family, f"{p.forenames} {p.family}", _exchanged(p)), _ABSENT),
    Respelt("another family name", 2, 1, _ANY, lambda p: _as(p.forenames, "Brestollivar", p), _ABSENT),
)  # fmt: skip


@dataclass(frozen=True)
class Planted:
    """The three lists. Everything about who is on them is gone when they are written, but for the answer key."""

    lists: tuple[InformalList, ...]

    @property
    def covered(self) -> int:
        """How many of the removed people the rule can find."""
        return len({row.who for copy in self.lists for row in copy.rows if row.who >= 0 and row.verdict == "removed"})

    def not_covered(self) -> list[str]:
        """How those are written whom it cannot."""
        return [row.spelling for copy in self.lists for row in copy.rows if row.who >= 0 and row.verdict != "removed"]


def plant(removed: Sequence[Invented], listed: Sequence[tuple[Invented, str]], chance: Random) -> Planted:
    """Lists with `REMOVED` of the removed, some of the listed, some in another role, and some who never were listed."""
    day_first = ListOptions(order=Order.DAY_FIRST)
    lists = (
        InformalList("north-desk.csv", "the north desk's list", day_first, 2),
        InformalList("youth-office.xlsx", "the youth office's list", ListOptions(header_row=3), 4),
        InformalList("wall.csv", "the list on the wall", ListOptions(name="Nominal", delimiter=";"), 2),
    )
    left, who = list(removed), 0
    for spelling in (*_NOT_COVERED, *_COVERED):
        for _ in range(spelling.count):
            person = next(person for person in left if spelling.fits(person))
            left.remove(person)
            role = "suspect"
            lists[spelling.place].rows.append(
                InformalRow(spelling.spell(person), role, spelling.verdict, spelling.words, who)
            )
            # A few stand on a second list, written as they should be.
            if spelling.verdict == "removed" and who % 8 == 0:
                lists[(spelling.place + 1) % 3].rows.append(
                    InformalRow(_plain(person), role, "removed", "as it should be", who)
                )
            who += 1
    for place, (person, role) in enumerate(listed):
        other = "victim" if role != "victim" else "suspect"
        is_other = place % 7 == 6
        verdict = "other role" if is_other else "listed"
        lists[place % 3].rows.append(
            InformalRow(_plain(person), other if is_other else role, verdict, "as it should be")
        )
    for copy, rows in zip(lists, _lookalikes(left, chance), strict=True):
        copy.rows.extend(rows)
    for copy in lists:
        chance.shuffle(copy.rows)
    return Planted(lists)


def _lookalikes(left: Sequence[Invented], chance: Random) -> Iterator[list[InformalRow]]:
    """People who were never listed, some of whom share much with somebody who was."""
    twin, namesake, other = left[0], left[1], next(person for person in left[2:] if person.middle)
    strangers = [invent(chance, dt.date(1990, 2, 1) + dt.timedelta(days=37 * place)) for place in range(9)]
    rows = [InformalRow(_plain(person), "suspect", _ABSENT, "never listed") for person in strangers]
    sibling = Invented(strangers[0].given, "", twin.family, twin.born)
    later = Invented(namesake.given, namesake.middle, namesake.family, namesake.born + dt.timedelta(days=400))
    middle = Invented(other.given, strangers[1].given, other.family, other.born)
    yield [*rows[:3], InformalRow(_plain(sibling), "suspect", _ABSENT, "a twin of somebody who was removed")]
    yield [*rows[3:6], InformalRow(_plain(middle), "suspect", "to be looked at", "another middle name")]
    yield [*rows[6:], InformalRow(_plain(later), "suspect", _ABSENT, "a namesake of somebody who was removed")]


def write_lists(planted: Planted, folder: Path) -> None:
    """The three files as their owners keep them, and what was planted in them, by row and without names."""
    folder.mkdir()
    (folder / SYNTHETIC_FILE).write_text(_SYNTHETIC, encoding="utf-8")
    north, youth, wall = planted.lists
    with (folder / north.name).open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows(
            [["Name", "DOB", "Role"], *([row.written.whole, _figures(row.written), row.role] for row in north.rows)]
        )
    book = openpyxl.Workbook()
    sheet = book.active
    for line in (["Youth office: ask about these (synthetic)"], [], ["Forename", "Surname", "Date of birth", "Role"]):
        sheet.append(line)
    for row in youth.rows:
        sheet.append([row.written.given, row.written.family, row.written.born, row.role])
    book.save(folder / youth.name)
    with (folder / wall.name).open("w", encoding="utf-8", newline="") as stream:
        lines = [[row.written.whole, _words(row.written), row.role] for row in wall.rows]
        csv.writer(stream, delimiter=";").writerows([["Nominal", "Born", "Role"], *lines])
    key = {
        copy.name: [
            {"row": number, "verdict": row.verdict, "spelling": row.spelling}
            for number, row in enumerate(copy.rows, copy.first_row)
        ]
        for copy in planted.lists
    }
    text = json.dumps({"synthetic": True, "removed_people": REMOVED, "lists": key}, indent=1, ensure_ascii=False)
    (folder / "answer-key.json").write_text(text + "\n", encoding="utf-8")


def _figures(written: Written) -> str:
    if written.born is None:
        return ""
    return written.born.strftime("%d/%m/%y" if written.short_year else "%d/%m/%Y")


def _words(written: Written) -> str:
    return "" if written.born is None else f"{written.born.day} {written.born:%B %Y}"
