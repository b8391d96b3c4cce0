"""What a table and a column are."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property


class Kind(StrEnum):
    """What a column holds; each engine has one type for each kind."""

    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DATE = "date"
    TIMESTAMP = "timestamp"


SYNTHETIC_FILE = "SYNTHETIC.txt"
"""A file of this name in a folder of tables says that everybody in them is invented."""
# The types of DuckDB, in which sources are read, registers are counted and examples are written.
DUCKDB_TYPES = {
    Kind.TEXT: "varchar",
    Kind.INTEGER: "bigint",
    Kind.NUMBER: "double",
    Kind.BOOLEAN: "boolean",
    Kind.DATE: "date",
    Kind.TIMESTAMP: "timestamp",
}


@dataclass(frozen=True)
class Column:
    """One column: its name, kind, meaning in one sentence, and its codes where it has a list.

    `free_text` says that a source can write anything there, about anybody: it is never shown in evidence, nor is
    anything that is worked out of it. `may_name` says that it should hold a reference, a body or a label, and that a
    source may have written a name there: it is never shown, but may decide what is.
    """

    name: str
    kind: Kind
    doc: str
    codes: tuple[str, ...] = ()
    free_text: bool = False
    may_name: bool = False


@dataclass(frozen=True)
class Table:
    """One table: the first column is its key."""

    name: str
    doc: str
    columns: tuple[Column, ...]

    @property
    def key(self) -> Column:
        """The column that names a row."""
        return self.columns[0]

    @cached_property
    def by_name(self) -> dict[str, Column]:
        """Columns by their names."""
        return {column.name: column for column in self.columns}


def text(name: str, doc: str, codes: str = "") -> Column:
    """A text column; `codes` are its allowed values, separated by spaces."""
    return Column(name, Kind.TEXT, doc, tuple(codes.split()))


def words(name: str, doc: str, codes: str = "") -> Column:
    """A column of free text; its codes, if it has any, are not what a source keeps to."""
    return Column(name, Kind.TEXT, doc, tuple(codes.split()), free_text=True)


def naming(name: str, doc: str, codes: str = "") -> Column:
    """A text column that should hold a reference, a body or a label, and may hold a person's name."""
    return Column(name, Kind.TEXT, doc, tuple(codes.split()), may_name=True)


def integer(name: str, doc: str) -> Column:
    """A whole number."""
    return Column(name, Kind.INTEGER, doc)


def number(name: str, doc: str) -> Column:
    """A number that may have a fraction."""
    return Column(name, Kind.NUMBER, doc)


def boolean(name: str, doc: str) -> Column:
    """Yes, no, or not known."""
    return Column(name, Kind.BOOLEAN, doc)


def date(name: str, doc: str) -> Column:
    """A calendar day."""
    return Column(name, Kind.DATE, doc)


def timestamp(name: str, doc: str) -> Column:
    """A moment, in UTC and without a zone."""
    return Column(name, Kind.TIMESTAMP, doc)


def table(name: str, doc: str, *columns: Column) -> Table:
    """A table of the model; every table also says when the register learned of the row."""
    return Table(name, doc, (*columns, timestamp("recorded_at", "When the register learned of this row.")))
