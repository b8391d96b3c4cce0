"""What a table and a column are, and what a column knows of its values."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property
from typing import Any, ClassVar, Self, cast

from overt.model._questions import ASKED

SYNTHETIC_FILE = "SYNTHETIC.txt"
"""A file of this name in a folder of tables says that everybody in them is invented."""


class Kind(StrEnum):
    """What a column holds; each engine has one type for each kind."""

    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DATE = "date"
    TIMESTAMP = "timestamp"


# The types of DuckDB, in which sources are read, registers are counted and examples are written.
DUCKDB_TYPES = {
    Kind.TEXT: "varchar",
    Kind.INTEGER: "bigint",
    Kind.NUMBER: "double",
    Kind.BOOLEAN: "boolean",
    Kind.DATE: "date",
    Kind.TIMESTAMP: "timestamp",
}
# Those of the other engines; text has no length there either.
POSTGRES_TYPES = {
    Kind.TEXT: "text",
    Kind.INTEGER: "bigint",
    Kind.NUMBER: "double precision",
    Kind.BOOLEAN: "boolean",
    Kind.DATE: "date",
    Kind.TIMESTAMP: "timestamp",
}
SPARK_TYPES = {
    Kind.TEXT: "string",
    Kind.INTEGER: "bigint",
    Kind.NUMBER: "double",
    Kind.BOOLEAN: "boolean",
    Kind.DATE: "date",
    Kind.TIMESTAMP: "timestamp_ntz",
}


class Role(StrEnum):
    """What a value stands for: this decides what it may look like, and where it may be shown."""

    KEY = "key"
    REFERENCE = "reference"
    PSEUDONYM = "pseudonym"
    PSEUDONYMS = "pseudonyms"
    ACTOR = "actor"
    BODY = "body"
    DOCUMENT = "document"
    PLACE = "place"
    GROUP = "group"
    WORDS = "words"
    PHRASE = "phrase"
    LABEL = "label"
    CODE = "code"
    DIGEST = "digest"
    DAY = "day"
    MOMENT = "moment"
    FIGURE = "figure"
    YES_OR_NO = "yes or no"


class About(StrEnum):
    """What the rows of a table are about; figures and populations stand beside either, and tell of nobody alone."""

    REGISTER = "register"
    ENCOUNTERS = "encounters"
    EITHER = "either"


# Where the meaning of a column goes into detail.
_ENDS = re.compile(r"[:;,(]")
FREE_TEXT = frozenset((Role.WORDS, Role.PHRASE))
# These should hold a reference or an organisation, and a source may have written a name there.
MAY_NAME = frozenset((Role.ACTOR, Role.BODY, Role.DOCUMENT, Role.PSEUDONYMS))


@dataclass(frozen=True, eq=False, repr=False)
class Column(str):
    """One column. As text it is its own name, so it stands wherever the name is wanted: `row[ENTRY.review_due_on]`.

    `codes` are its values where it has a list. `refers_to` is the table whose key it holds; where it `must_exist`, the
    gate refuses a row whose reference leads nowhere. The gate refuses a row without a value that is `required`: it
    would not say what it is about. `chartered` says of a key that the charter or a publication gives it, as a word
    that need not have a digit. `under_audit` says that controls ask whether its codes are right, so that an audit
    leaves other values as they are. `personal` is a characteristic of a person, recorded to monitor how a register
    treats groups. `of_source` tells where data came from, which an answer to the person may have to hold back. `named`
    says that a source may write a person's name although the role does not suggest it. What is not `kept` exists only
    in what is audited: a register kept by Overt does not hold it.
    """

    name: str
    kind: Kind
    role: Role
    doc: str
    codes: tuple[str, ...] = ()
    refers_to: str = ""
    must_exist: bool = False
    required: bool = False
    chartered: bool = False
    under_audit: bool = False
    personal: bool = False
    of_source: bool = False
    named: bool = False
    kept: bool = True
    table: str = ""

    def __new__(cls, name: str, *_: object, **__: object) -> Self:
        return super().__new__(cls, name)

    @property
    def path(self) -> str:
        """The column as a control's text names it: `entry.review_due_on`."""
        return f"{self.table}.{self.name}"

    @property
    def in_words(self) -> str:
        """The column in words, as people choose it: `Entry: the day by which the entry must be reviewed`."""
        words = _ENDS.split(self.doc, maxsplit=1)[0].strip().rstrip(".")
        return f"{self.table.replace('_', ' ').capitalize()}: {words[:1].lower()}{words[1:]}"

    @property
    def asked(self) -> tuple[str, ...]:
        """Questions that the column answers, in plain words."""
        return tuple(ASKED[self.path].split("; ")) if self.path in ASKED else ()

    @property
    def free_text(self) -> bool:
        """Whether a source can write anything there, about anybody.

        It is never shown in evidence, nor is anything that is worked out of it.
        """
        return self.role in FREE_TEXT

    @property
    def may_name(self) -> bool:
        """Whether it should hold a reference, a body or a label, and a source may have written a name there.

        It is never shown, but may decide what is.
        """
        return self.named or self.role in MAY_NAME


@dataclass(frozen=True, eq=False)
class Declared:
    """What is said of a column before it has its name, which is that of the attribute it is declared as."""

    meaning: dict[str, Any]


class Table:
    """One table: a subclass declares its columns as attributes, and its docstring says what a row is.

    `identity` are the columns that name one row together: the first column, unless the subclass says otherwise.
    `part_of` is the table whose row this row is part of: a change here can make that row breach a control. A table
    `as_written` holds the words and codes of its source, which follow no list of the model. What is not `kept` exists
    only in what is audited.
    """

    name: ClassVar[str] = ""
    doc: ClassVar[str] = ""
    columns: tuple[Column, ...] = ()
    identity: tuple[Column, ...] = ()
    about: ClassVar[About] = About.REGISTER
    part_of: ClassVar[str] = ""
    as_written: ClassVar[bool] = False
    kept: ClassVar[bool] = True
    recorded_at = Column("recorded_at", Kind.TIMESTAMP, Role.MOMENT, "When the register learned of this row.")

    def __init_subclass__(cls) -> None:
        cls.name = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", cls.__name__.removesuffix("Table")).lower()
        cls.doc = " ".join((cls.__doc__ or "").split())
        waiting = {name: value for name, value in vars(cls).items() if isinstance(value, Declared)}
        columns = {declared: Column(name, table=cls.name, **declared.meaning) for name, declared in waiting.items()}
        cls.recorded_at = replace(cls.recorded_at, table=cls.name)
        cls.columns = (*columns.values(), cls.recorded_at)
        cls.identity = tuple(columns[part] for part in cast("tuple[Declared, ...]", cls.identity)) or cls.columns[:1]
        for column in columns.values():
            setattr(cls, column.name, column)

    @property
    def key(self) -> Column:
        """The first column, which names a row or is the first of those that do."""
        return self.columns[0]

    @property
    def has_own_key(self) -> bool:
        """Whether the first column alone names one row."""
        return len(self.identity) == 1

    @property
    def own_columns(self) -> tuple[Column, ...]:
        """The columns that a record fills: all but `recorded_at`, which the register gives."""
        return tuple(column for column in self.columns if column != Table.recorded_at)

    @property
    def required(self) -> tuple[Column, ...]:
        """The columns without which a row says nothing of whom or of what it is about: first those that name it."""
        return tuple(dict.fromkeys((*self.identity, *(column for column in self.columns if column.required))))

    @cached_property
    def by_name(self) -> dict[str, Column]:
        """Columns by their names."""
        return {column.name: column for column in self.columns}

    def as_kept(self) -> Self:
        """The table with the columns that a register kept by Overt holds."""
        if all(column.kept for column in self.columns):
            return self
        stored = type(self)()
        stored.columns = tuple(column for column in self.columns if column.kept)
        return stored
