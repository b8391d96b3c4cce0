"""An export with names becomes one without: row by row, into a file that appears whole or not at all.

What is not said to be safe is looked at: a column that is called like what names people, or whose values have the
shape of names, addresses or free words, is refused unless it is dropped, replaced or kept by name.
"""

from __future__ import annotations

import csv
import gzip
import io
import os
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, BinaryIO, cast

from overt.machine import BINARY
from overt.pseudonym._dates import WHY_NO_DATE, Order, read_birth_date
from overt.pseudonym._key import Person, PseudonymKey
from overt.pseudonym._name import WHY_NOT, Unreadable, read_name, read_parts
from overt.pseudonym._shapes import NAME_SHAPE, SHAPES
from overt.refusals import Refusal, raise_all
from overt.rows import TEXT_KINDS, FileReading, Rows, open_rows

_NAMING = frozenset(
    (
        "name", "names", "surname", "forename", "forenames", "firstname", "lastname", "fullname", "alias", "aliases",
        "nickname", "aka", "email", "mail", "phone", "telephone", "tel", "mobile", "address", "postcode", "handle",
        "username", "street", "nino", "passport", "photo", "image", "mother", "father", "parent", "guardian",
    )
)  # fmt: skip
_OF_THINGS = frozenset(("file", "table", "unit", "force", "category", "column", "platform", "list"))
_WORDS = re.compile(r"[A-Za-z][a-z]*|[A-Z]+")
_SHAPE = re.compile("|".join(SHAPES.values()))
_NAME = re.compile(rf"{NAME_SHAPE}|\b(?:PC|PS|DC|DS|DI|DCI|Sgt|Insp|Cllr)\.? [A-Z][a-z]")
_MANY_WORDS, _LONG = 6, 40
_MEMORY = 100_000
_TOLD = 20
_EVERY = 5_000
_WRITTEN = (".csv", ".csv.gz", ".tsv", ".tsv.gz")


@dataclass(frozen=True)
class Columns:
    """What each column of an export is. A person has `name`, or `given` and `family`; and `born`, the birth date.

    `handles` gives the platform of each column of handles. What is in none of these passes through, if it looks safe.
    """

    born: str
    name: str = ""
    given: str = ""
    family: str = ""
    handles: Mapping[str, str] = field(default_factory=dict)
    replace: Sequence[str] = ()
    drop: Sequence[str] = ()
    keep: Sequence[str] = ()
    order: Order = Order.TOLD
    family_first: bool = False
    subject: str = "subject_id"

    @property
    def naming(self) -> tuple[str, ...]:
        """The columns that hold the name."""
        return (self.name,) if self.name else (self.given, self.family)

    def person(self, names: Sequence[str], born: str) -> Person:
        """Whom a row is about; Unreadable when that cannot be told."""
        name = read_name(names[0], family_first=self.family_first) if self.name else read_parts(names[0], names[1])
        return Person(name, read_birth_date(born, self.order))


@dataclass(frozen=True)
class Applied:
    """What was done: rows, how many of them have no pseudonym and why, and what became of each column."""

    rows: int
    without: dict[str, int]
    columns: dict[str, str]
    key: str


def apply(
    export: Path,
    out: Path,
    key: PseudonymKey,
    columns: Columns,
    *,
    encoding: str = "utf-8",
    delimiter: str = "",
    leave_empty: bool = False,
    progress: Callable[[int], None] = lambda _: None,
) -> Applied:
    """Writes `export` to `out` with pseudonyms for people; nothing is left of it where anything is refused.

    Refuses a file that is not in order, columns that are not there or look as if they named people, and rows whose name
    or birth date cannot be read, unless `leave_empty` says that those have no pseudonym.
    """
    _check_names(columns)
    if out.exists():
        raise Refusal("out-is-there", str(out), "something with this name already exists", "a name that is not in use")
    if not out.name.lower().endswith(_WRITTEN):
        raise Refusal("source-kind-unknown", str(out), "Overt does not read this type of file", ", ".join(_WRITTEN))
    with open_rows(export, FileReading(encoding, delimiter or None), kinds=TEXT_KINDS) as rows:
        # Each column must be dealt with by its name.
        rows.check_named()
        plan = _Plan(rows, columns, key, leave_empty)
        with _whole(out) as stream:
            mark = "\t" if ".tsv" in out.name.lower() else rows.delimiter if delimiter else ","
            writer = csv.writer(stream, delimiter=mark, lineterminator="\r\n")
            writer.writerow(plan.header)
            done = 0
            for done, (number, row) in enumerate(rows.rows, start=1):
                writer.writerow(plan.turn(number, row))
                if done % _EVERY == 0:
                    progress(done)
            raise_all(plan.faults())
    progress(done)
    return Applied(done, dict(plan.without), plan.columns, key.id)


class _Plan:
    """What becomes of each column, and what was seen in those that pass through."""

    def __init__(self, rows: Rows, columns: Columns, key: PseudonymKey, leave_empty: bool) -> None:
        self.without: Counter[str] = Counter()
        self._name, self._said, self._key, self._leave_empty = rows.name, columns, key, leave_empty
        self._naming = [rows.place(name) for name in columns.naming]
        self._born = rows.place(columns.born)
        handles = {rows.place(name): platform for name, platform in columns.handles.items()}
        replaced = {rows.place(name) for name in columns.replace}
        dropped = {rows.place(name) for name in columns.drop}
        places_kept = {rows.place(name) for name in columns.keep}
        self.columns: dict[str, str] = {}
        self._turns: list[tuple[int, Callable[[str], str] | None]] = []
        self._looked_at: list[int] = []
        for place, name in enumerate(rows.header):
            if place in self._naming:
                self.columns[name] = "a pseudonym instead"
            elif place in dropped:
                self.columns[name] = "dropped"
            elif place in handles or place in replaced:
                self.columns[name] = "a reference instead"
                turn = self._handle(handles[place]) if place in handles else self._reference
                self._turns.append((place, turn))
            else:
                is_born = place == self._born
                self.columns[name] = "as a day" if is_born else "kept" if place in places_kept else "passed through"
                self._turns.append((place, None))
                if not is_born and place not in places_kept:
                    self._looked_at.append(place)
        self.header = [columns.subject, *(rows.header[place] for place, _ in self._turns)]
        if self.header.count(columns.subject) > 1:
            raise Refusal("header-twice", rows.name, f"a column {columns.subject!r} is there", "another name: --as")
        self._headers = rows.header
        self._seen: dict[int, tuple[int, str]] = {
            place: (0, "is called like what names people")
            for place in self._looked_at
            if _is_naming(rows.header[place])
        }
        self._harmless: dict[int, set[str]] = {place: set() for place in self._looked_at}
        self._people: dict[tuple[str, ...], tuple[str, str]] = {}
        self._unreadable: list[tuple[int, str]] = []

    def turn(self, number: int, row: list[str]) -> list[str]:
        """A row without names."""
        subject, born = self._subject(number, row)
        for place in self._looked_at:
            value = row[place]
            harmless = self._harmless[place]
            if value not in harmless and place not in self._seen:
                shape = _shape_of(value)
                if shape:
                    self._seen[place] = (number, f"has a value that looks like {shape}")
                elif len(harmless) < _MEMORY:
                    harmless.add(value)
        turned = [subject]
        for place, turn in self._turns:
            value = born if place == self._born else row[place]
            turned.append(turn(value) if turn and value.strip() else value)
        return turned

    def faults(self) -> list[Refusal]:
        """All that stands against the file that was made."""
        refusals = []
        for place, (number, shape) in sorted(self._seen.items()):
            where = f"{self._name}, column {self._headers[place]!r}" + (f", row {number}" if number else "")
            remedy = (
                "give --drop, --replace or, if you checked that it names no one, --keep with the name of the column"
            )
            if not number and self._said.name:
                parts = "if it is part of the name, give --given and --family instead of --name"
                remedy = f"{parts}; else {remedy}"
            refusals.append(Refusal("column-names-people", where, shape, "no column that names a person", remedy))
        if self._unreadable:
            shown = ", ".join(f"{number} ({_why(why)})" for number, why in self._unreadable[:_TOLD])
            more = self.without.total() - _TOLD
            fault = f"no person in row {shown}" + (f" and {more:,} more" if more > 0 else "")
            remedy = "fix the rows; or give --leave-empty, and they have no pseudonym"
            if any(why == "no-order" for _, why in self._unreadable):
                remedy = f"state which comes first with --dates day-first or --dates month-first; otherwise {remedy}"
            refusals.append(Refusal("person-unreadable", self._name, fault, "a name and a birth date", remedy))
        return refusals

    def _subject(self, number: int, row: list[str]) -> tuple[str, str]:
        """The pseudonym and the birth date as a day, as far as there are any."""
        cells = (*(row[place] for place in self._naming), row[self._born])
        known = self._people.get(cells)
        if known is not None:
            return known
        try:
            person = self._said.person(cells[:-1], cells[-1])
        except Unreadable as unreadable:
            self.without[unreadable.why] += 1
            if not self._leave_empty and len(self._unreadable) < _TOLD:
                self._unreadable.append((number, unreadable.why))
            return "", self._day(cells[-1])
        replaced = self._key.subject_id(person), person.born.isoformat()
        if len(self._people) < _MEMORY:
            self._people[cells] = replaced
        return replaced

    def _day(self, text: str) -> str:
        try:
            return read_birth_date(text, self._said.order).isoformat()
        except Unreadable:
            return ""

    def _handle(self, platform: str) -> Callable[[str], str]:
        def turn(value: str) -> str:
            try:
                return self._key.handle_id(platform, value)
            except Unreadable:
                return self._key.reference(value)

        return turn

    def _reference(self, value: str) -> str:
        return self._key.reference(value)


def _check_names(columns: Columns) -> None:
    if bool(columns.name) == bool(columns.given or columns.family) or bool(columns.given) != bool(columns.family):
        wanted = "--name, or --given and --family"
        raise Refusal(
            "name-columns",
            "the columns of the name",
            "the columns of the name are missing, or given in both ways",
            wanted,
        )
    names = [*columns.naming, columns.born, *columns.handles, *columns.replace, *columns.keep]
    twice = sorted({name for name in names if names.count(name) > 1})
    clash = sorted({*columns.drop} & {*columns.naming, *columns.handles, *columns.replace, *columns.keep})
    if twice or clash:
        fault = f"said twice: {', '.join(twice or clash)}"
        raise Refusal("name-columns", "the columns", fault, "one use for each column")


def _is_naming(header: str) -> bool:
    words = [word.lower() for word in _WORDS.findall(header)]
    squeezed = "".join(words)
    return (bool(_NAMING & {*words, squeezed}) or squeezed.endswith("name")) and not _OF_THINGS & set(words)


def _shape_of(value: str) -> str:
    """Which shape a value has, if it may name or reach somebody."""
    if value.isdigit() and len(value) < 9:
        return ""
    if _SHAPE.search(value):
        return next(word for word, shape in SHAPES.items() if re.search(shape, value))
    if _NAME.search(value):
        return "a name"
    if len(value) > _LONG and value.count(" ") + 1 > _MANY_WORDS:
        return "free words"
    return ""


def _why(word: str) -> str:
    return WHY_NOT.get(word) or WHY_NO_DATE[word]


@contextmanager
def _whole(out: Path) -> Iterator[IO[str]]:
    """A text file that takes its name when all of it is on the disk; readable by its owner alone until then."""
    part = out.with_name(f".{out.name}.part")
    out.parent.mkdir(parents=True, exist_ok=True)
    try:
        # One that lies there may be open to others.
        part.unlink(missing_ok=True)
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | BINARY, 0o600)
        with os.fdopen(descriptor, "wb") as stored:
            packed = out.name.lower().endswith(".gz")
            # No name and no time of day in the header: the same export gives the same bytes.
            stream = gzip.GzipFile("", "wb", 6, stored, 0) if packed else stored
            text = io.TextIOWrapper(cast(BinaryIO, stream), encoding="utf-8", newline="", write_through=False)
            yield text
            text.flush()
            text.detach()
            if packed:
                stream.close()
            stored.flush()
            os.fsync(stored.fileno())
        part.replace(out)
    except BaseException as error:
        part.unlink(missing_ok=True)
        if isinstance(error, OSError) and error.errno in (28, 122):
            raise Refusal("disk-full", str(out), "there is no space left on the disk", "free space") from error
        raise
