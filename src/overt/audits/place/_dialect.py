"""How a server writes what an audit asks of a source's own columns, before the model's tables stand for them.

`Family` is what a type of a server is, whatever that server calls it; a type without one has no bridge to the model.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from enum import StrEnum, auto
from typing import ClassVar

from overt.model import POSTGRES_TYPES, SPARK_TYPES, Kind

# Blanks that a value may stand between, and those that alone make it empty: the same as DuckDB's patterns take.
SPACES = " \t\n\f\r"
BLANKS = SPACES + "\u00a0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))


class Family(StrEnum):
    """What values of a type are."""

    TEXT = auto()
    WRITTEN = auto()  # has a text form, and the model has no kind for it
    WHOLE = auto()
    DECIMAL = auto()
    FLOAT = auto()
    BOOLEAN = auto()
    DATE = auto()
    MOMENT = auto()
    ZONED = auto()


class Dialect(ABC):
    """The SQL of one kind of server. Arguments and results are SQL, but for names and literal texts."""

    types: ClassVar[dict[Kind, str]]
    families: ClassVar[dict[str, Family]]
    # Texts of these types are equal only if their characters are, blanks at the end among them.
    plain_text: ClassVar[frozenset[str]]
    # From here on a fraction is written with an exponent, below the second number too, unlike in DuckDB.
    plain_fractions: tuple[str, str]

    def family(self, server_type: str) -> Family | None:
        """The family of a type as the server's catalogue writes it; `None` where the model has no use for it."""
        # Without its length, and without the schema of an extension.
        return self.families.get(re.sub(r"\(.*?\)|^\w+[.]", "", server_type.lower()).strip())

    @abstractmethod
    def name(self, name: str) -> str:
        """An identifier, between quotes."""

    @abstractmethod
    def literal(self, text: str) -> str:
        """A text, between quotes; whatever is not plain ASCII is written by its number."""

    @abstractmethod
    def matches(self, text: str, pattern: str) -> str:
        """Whether the whole of a text has a form. Patterns here use brackets, groups and counts, and no backslash."""

    @abstractmethod
    def modelled(self, value: str, kind: Kind) -> str:
        """A value as a column of the model; text sorts and compares by code point."""

    @abstractmethod
    def finite(self, value: str, family: Family) -> str:
        """Whether a number, day or moment is one."""

    @abstractmethod
    def as_number(self, value: str, family: Family) -> str:
        """A number, or a text that has the form of one, as the model's; null where it is too large or too small."""

    @abstractmethod
    def read_moment(self, text: str) -> str:
        """A text of a valid form as a moment in UTC."""

    @abstractmethod
    def moment_text(self, value: str) -> str:
        """A moment as `YYYY-MM-DD hh:mm:ss`."""

    @abstractmethod
    def in_utc(self, value: str) -> str:
        """A moment with a zone as the plain moment in UTC."""

    @abstractmethod
    def without_minutes(self, text: str) -> str:
        """A text with noughts for minutes, seconds and what else stands behind a colon, valid as before or not."""

    @abstractmethod
    def type_of(self, value: str) -> str:
        """The server's name of a value's type, as text."""

    def cast(self, value: str, kind: Kind) -> str:
        """A value as the type that stands for a kind."""
        return f"cast({value} as {self.types[kind]})"

    def trimmed(self, text: str, characters: str = SPACES) -> str:
        """A text without those characters at its ends."""
        return f"btrim({text}, {self.literal(characters)})"

    def filled(self, value: str, family: Family | None) -> str:
        """Whether a value is there, and for a text whether it has anything but blanks in it; null for a null text."""
        if family is not Family.TEXT:
            return f"{value} is not null"
        # The first character settles nearly every value.
        return f"(ascii({value}) between 33 and 126 or {self.trimmed(value, BLANKS)} <> '')"

    def year(self, value: str) -> str:
        """The year of a day or moment."""
        return f"extract(year from {value})"


class PostgresDialect(Dialect):
    """PostgreSQL."""

    types = POSTGRES_TYPES
    families: ClassVar[dict[str, Family]] = (
        dict.fromkeys(("text", "character varying", "character", "name", "citext"), Family.TEXT)
        | dict.fromkeys(("uuid", "time without time zone", "json", "jsonb", "enum"), Family.WRITTEN)
        | dict.fromkeys(("smallint", "integer", "bigint"), Family.WHOLE)
        | dict.fromkeys(("real", "double precision"), Family.FLOAT)
        | {
            "numeric": Family.DECIMAL,
            "boolean": Family.BOOLEAN,
            "date": Family.DATE,
            "timestamp without time zone": Family.MOMENT,
            "timestamp with time zone": Family.ZONED,
        }
    )
    plain_text: ClassVar[frozenset[str]] = frozenset(("text", "character varying"))
    plain_fractions = ("1e15", "0")

    def name(self, name: str) -> str:
        return '"' + name.replace('"', '""') + '"'

    def literal(self, text: str) -> str:
        if text.isascii() and text.isprintable() and "\\" not in text:
            return "'" + text.replace("'", "''") + "'"
        return "E'" + "".join(map(_escaped, text)) + "'"

    def matches(self, text: str, pattern: str) -> str:
        return f"{text} ~ '^({pattern})$'"

    def modelled(self, value: str, kind: Kind) -> str:
        return self.cast(value, kind) + (' collate "C"' if kind is Kind.TEXT else "")

    def finite(self, value: str, family: Family) -> str:
        if family in (Family.DATE, Family.MOMENT, Family.ZONED):
            return f"isfinite({value})"
        return f"({value} <> 'NaN' and {value} <> 'Infinity' and {value} <> '-Infinity')"

    def as_number(self, value: str, family: Family) -> str:
        if family is Family.FLOAT:
            return f"{value}::double precision"
        # A cast that leaves the range of the type would stop the whole statement.
        number = f"{value}::numeric"
        inside = f"abs({number}) <= 1.7976931348623157e308 and ({number} = 0 or abs({number}) >= 4.94e-324)"
        short = f"length({value}) <= 400 and " if family is Family.TEXT else ""
        return f"case when {short}true then case when {inside} then {number}::double precision end end"

    def read_moment(self, text: str) -> str:
        # Further digits than six are cut off, as DuckDB does, and not rounded.
        cut = rf"regexp_replace({text}, '([.][0-9]{{6}})[0-9]+', E'\\1')"
        zoned = f"{text} ~ '[0-9]:[0-9.]+(Z|[+-][0-9:]+)$'"
        return (
            f"case when length({text}) = 10 then {text}::timestamp"
            f" else (({cut}) || case when {zoned} then '' else 'Z' end)::timestamptz at time zone 'UTC' end"
        )

    def moment_text(self, value: str) -> str:
        return f"to_char({value}, 'YYYY-MM-DD HH24:MI:SS')"

    def in_utc(self, value: str) -> str:
        return f"({value} at time zone 'UTC')"

    def without_minutes(self, text: str) -> str:
        return f"regexp_replace({text}, ':[0-5][0-9]', ':00', 'g')"

    def type_of(self, value: str) -> str:
        return f"pg_typeof({value})::text"


class SparkDialect(Dialect):
    """Spark and what speaks its SQL, in ANSI mode, in a session whose day is that of UTC."""

    types = SPARK_TYPES
    families: ClassVar[dict[str, Family]] = (
        dict.fromkeys(("string", "varchar", "char"), Family.TEXT)
        | dict.fromkeys(("tinyint", "smallint", "int", "bigint"), Family.WHOLE)
        | dict.fromkeys(("float", "double"), Family.FLOAT)
        | {
            "decimal": Family.DECIMAL,
            "boolean": Family.BOOLEAN,
            "date": Family.DATE,
            "timestamp_ntz": Family.MOMENT,
            "timestamp": Family.ZONED,
        }
    )
    plain_text: ClassVar[frozenset[str]] = frozenset(("string",))
    plain_fractions = ("1e7", "1e-3")

    def name(self, name: str) -> str:
        return "`" + name.replace("`", "``") + "`"

    def literal(self, text: str) -> str:
        return "'" + "".join(map(_escaped, text)) + "'"

    def matches(self, text: str, pattern: str) -> str:
        # Java's `$` stands before a line's end too.
        return rf"{text} rlike '^({pattern})\\z'"

    def modelled(self, value: str, kind: Kind) -> str:
        return self.cast(value, kind)

    def finite(self, value: str, family: Family) -> str:
        if family is not Family.FLOAT:
            return "true"
        return f"(not isnan({value}) and abs({value}) <= 1.7976931348623157e308d)"

    def as_number(self, value: str, family: Family) -> str:
        if family is not Family.TEXT:
            return f"cast({value} as double)"
        number = f"try_cast({value} as double)"
        nothing = f"{number} = 0 and split_part(lower({value}), 'e', 1) rlike '[1-9]'"
        return f"case when {self.finite(number, Family.FLOAT)} and not ({nothing}) then {number} end"

    def read_moment(self, text: str) -> str:
        return f"try_cast(try_cast({text} as timestamp) as timestamp_ntz)"

    def moment_text(self, value: str) -> str:
        return f"date_format({value}, 'yyyy-MM-dd HH:mm:ss')"

    def in_utc(self, value: str) -> str:
        return f"cast({value} as timestamp_ntz)"

    def without_minutes(self, text: str) -> str:
        return f"regexp_replace({text}, ':[0-5][0-9]', ':00')"

    def type_of(self, value: str) -> str:
        return f"typeof({value})"


DIALECTS: dict[str, Dialect] = {"postgres": PostgresDialect(), "spark": SparkDialect()}
"""By the name that an engine gives its dialect."""


def _escaped(character: str) -> str:
    if character in "'\\":
        return f"\\{character}"
    if " " <= character <= "~":
        return character
    number = ord(character)
    return f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"
