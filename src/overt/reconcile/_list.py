"""An informal list in its owner's hands: CSV, TSV, Excel or ODS, with names and birth dates in clear.

It is read in memory, row by row, and nothing of it is written anywhere. What cannot be read of a row is said with a
word, never with what stands there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from overt.model import TABLES
from overt.pseudonym import Order, Person, Unreadable, read_birth_date, read_name, read_parts
from overt.refusals import Refusal
from overt.rows import FileReading, Rows, open_rows

ROLES = TABLES["entry"].by_name["role"].codes
# A column of whole names may say in its own heading which comes first: "Surname, first name".
_GIVEN_WORDS = ("forename", "forenames", "firstname", "firstnames", "givenname", "givennames")
_FAMILY_WORDS = ("surname", "lastname", "familyname")
_FAMILY_FIRST = frozenset(
    f"{family}{joint}{given}" for family in _FAMILY_WORDS for given in _GIVEN_WORDS for joint in ("", "and")
)
_BOTH = frozenset(
    f"{given}{joint}{family}" for family in _FAMILY_WORDS for given in _GIVEN_WORDS for joint in ("", "and")
)
_CALLED = {
    "name": frozenset(("name", "fullname", "person", "nominal", "nominalname", "subject", "who"))
    | _BOTH
    | _FAMILY_FIRST,
    "given": frozenset(_GIVEN_WORDS),
    "family": frozenset(_FAMILY_WORDS),
    "born": frozenset(("dob", "dateofbirth", "birthdate", "born", "birthday")),
    "role": frozenset(("role",)),
}


@dataclass(frozen=True)
class ListOptions:
    """Where the list has what. Columns that are not said are known by what they are called: Name, Surname, DOB, Role.

    `roles` gives the model's role for a word that the list uses. `header_row` and `sheet` are for workbooks; without
    the one the names are in the first row that is used.
    """

    name: str = ""
    given: str = ""
    family: str = ""
    born: str = ""
    role: str = ""
    roles: Mapping[str, str] = field(default_factory=dict)
    order: Order = Order.TOLD
    family_first: bool = False
    encoding: str = "utf-8"
    delimiter: str = ""
    sheet: str = ""
    header_row: int | None = None


@dataclass(frozen=True)
class ListRow:
    """One row of the list. `person` is none where the rule cannot read who it is, and `why` says so in a word.

    `number` counts as the owner sees it: the row of the sheet or of the file, the header being the first.
    """

    number: int
    person: Person | None = field(repr=False)
    why: str = ""
    role: str | None = None
    has_unknown_role: bool = False

    @property
    def has_initial(self) -> bool:
        """Whether the first name is one letter, which the rule never takes for a name."""
        return self.person is not None and len(self.person.name.words[0]) == 1

    @property
    def has_one_word(self) -> bool:
        """Return whether the name consists of a single word."""
        return self.person is not None and len(self.person.name.words) == 1


@contextmanager
def open_list(
    path: Path, options: ListOptions, note: Callable[[str], None] = lambda _: None
) -> Iterator[tuple[dict[str, str], Iterator[ListRow]]]:
    """Which column was taken for what, and the rows. Refuses a file that is not in order, as `overt audit` would.

    `note` is told what must be known of how the file was read, such as rows that were left out.
    """
    if options.header_row is not None and options.header_row < 1:
        raise Refusal("list-columns", "--header-row", "the number is less than 1", "a number from 1")
    reading = FileReading(options.encoding, options.delimiter or None, header_row=options.header_row)
    with open_rows(path, reading, sheet=options.sheet or None) as rows:
        for sentence in rows.notes:
            note(sentence)
        columns = _columns(path.name, rows.header, options)
        yield columns, _rows(rows, columns, options)


def people_on(path: Path, options: ListOptions) -> int:
    """How many different people a list has, as far as it can be read; refuses a list of one person.

    Who holds one name against the register asks whether that person is listed. That is a look at a person, which is for
    a request of theirs, with its own record.
    """
    with open_list(path, options) as (_, rows):
        people = len({row.person for row in rows if row.person is not None})
    if people == 1:
        remedy = (
            "where the person asks: overt rights work; a list of an officer's own comes as it is, with all its rows"
        )
        raise Refusal("list-of-one", path.name, "the list has only one person", "a list of several people", remedy)
    return people


def _columns(name: str, header: tuple[str, ...], options: ListOptions) -> dict[str, str]:
    """The column of each part: as said, or by what it is called; refuses what is missing or could be two."""
    names = {part: getattr(options, part) for part in _CALLED}
    absent = [column for column in names.values() if column and column not in header]
    if absent:
        raise Refusal("no-such-column", name, f"no column {absent[0]!r}", ", ".join(header))
    for part, words in _CALLED.items():
        if names[part] or (part in ("given", "family") and names["name"]) or (part == "name" and names["given"]):
            continue
        columns = [column for column in header if _called(column) in words]
        if len(columns) > 1:
            raise Refusal("list-columns", name, f"two columns that could be the {part}", f"--{_OPTION[part]}")
        names[part] = columns[0] if columns else ""
    if names["given"] and names["family"]:
        names["name"] = "" if not options.name else names["name"]
    if not names["name"] and not (names["given"] and names["family"]):
        wanted = "--name COLUMN, or --given COLUMN and --family COLUMN"
        raise Refusal("list-columns", name, "no column has a heading that suggests names", wanted)
    if not names["born"]:
        found_none = "no column that is called like a birth date"
        raise Refusal(
            "list-columns", name, found_none, "--birth-date COLUMN", "without birth dates no one can be matched"
        )
    if names["name"]:
        names["given"] = names["family"] = ""
    return {part: column for part, column in names.items() if column}


def _called(column: str) -> str:
    """A heading as its letters alone."""
    return re.sub(r"[^a-z]", "", column.casefold())


_OPTION = {"name": "name", "given": "given", "family": "family", "born": "birth-date", "role": "role"}


def _rows(
    rows: Rows,
    columns: Mapping[str, str],
    options: ListOptions,
) -> Iterator[ListRow]:
    places = {part: rows.place(column) for part, column in columns.items()}
    known = {_folded(word): role for word, role in options.roles.items()}
    known = {**{role: role for role in ROLES}, **known}
    family_first = options.family_first or _called(columns.get("name", "")) in _FAMILY_FIRST
    for number, cells in rows.rows:
        values = {part: cells[place] for part, place in places.items()}
        role = _folded(values.get("role", ""))
        person, why = None, ""
        try:
            if "name" in values:
                name = read_name(values["name"], family_first=family_first)
            else:
                name = read_parts(values["given"], values["family"])
            person = Person(name, read_birth_date(values["born"], options.order))
        except Unreadable as unreadable:
            why = unreadable.why
        yield ListRow(
            number,
            person,
            why,
            known.get(role),
            bool(role) and role not in known,
        )


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())
