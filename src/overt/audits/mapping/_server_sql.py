"""How PostgreSQL and Spark write what a mapping is made of: names, texts, types, patterns, dates.

Everything is written so that no setting of the server changes its meaning, and so that no value stops the statement.
On Spark the session is one in UTC with ANSI mode, which is asked for before a mapping is run.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import duckdb

from overt.audits.mapping._functions import words

Group = Callable[[int], str]
WHOLE = words("TINYINT SMALLINT INTEGER BIGINT HUGEINT UTINYINT USMALLINT UINTEGER UBIGINT")
MOMENTS = frozenset(("DATE", "TIMESTAMP"))
ZONED = "TIMESTAMP WITH TIME ZONE"


@dataclass(frozen=True)
class Value:
    """An expression on the server, of a type by DuckDB's name.

    `fails` is SQL for whether DuckDB would stop at the row, or read a value that the server cannot; it is never null.
    """

    sql: str
    type: str
    fails: str = ""

    @property
    def base(self) -> str:
        """The type without its digits."""
        return self.type.split("(", 1)[0]


class NotOnServer(Exception):
    """What a server does not give DuckDB's meaning, and what to write instead."""

    def __init__(self, what: str, remedy: str = "") -> None:
        super().__init__(what)
        self.what, self.remedy = what, remedy


def any_of(*conditions: str) -> str:
    """SQL for whether one of the conditions holds, or an empty text for none."""
    return " or ".join(dict.fromkeys(f"({each})" for each in conditions if each))


@cache
def letters(function: str) -> tuple[str, str]:
    """The letters that DuckDB's `lower` or `upper` changes, and what each becomes, by place."""
    query = (
        f"select string_agg(chr(i), '' order by i), string_agg({function}(chr(i)), '' order by i) "
        f"from (select i::int as i from range(1, 125280) t(i)) where i not between 55296 and 57343 "
        f"and {function}(chr(i)) <> chr(i)"
    )
    with duckdb.connect() as connection:
        before, after = connection.execute(query).fetchone() or ("", "")
    return str(before), str(after)


@cache
def blanks() -> str:
    """The characters that DuckDB's `trim` takes off."""
    query = (
        "select string_agg(chr(i::int), '' order by i) from range(1, 65536) t(i) "
        "where i not between 55296 and 57343 and trim(chr(i::int)) = ''"
    )
    with duckdb.connect() as connection:
        return str((connection.execute(query).fetchone() or ("",))[0])


class Server(ABC):
    """What differs between engines."""

    name: str
    types: dict[str, str]

    @abstractmethod
    def quoted(self, name: str) -> str:
        """A name."""

    @abstractmethod
    def text(self, value: str) -> str:
        """A literal text."""

    @abstractmethod
    def matches(self, text: str, pattern: str) -> str:
        """Whether a text matches a pattern that all engines read alike."""

    @abstractmethod
    def parsed(self, text: str, pattern: str, then: Callable[[Group], str]) -> str:
        """SQL made of the groups of a pattern; null where the text does not match."""

    @abstractmethod
    def day(self, year: str, month: str, day: str) -> str:
        """A date of texts of digits; null where there is no such day."""

    @abstractmethod
    def moment(self, day: str, hour: str, minute: str, second: str, micros: str) -> str:
        """A timestamp of a date and texts of digits that are in their ranges; `micros` has six."""

    @abstractmethod
    def minutes(self, number: str) -> str:
        """An interval of so many minutes."""

    @abstractmethod
    def in_utc(self, zoned: str) -> str:
        """A moment with a zone as the plain moment in UTC."""

    @abstractmethod
    def zoned(self, moment: str) -> str:
        """A plain moment in UTC as one with a zone."""

    @abstractmethod
    def at_place(self, zone: str, moment: str) -> str:
        """A plain moment in UTC as clocks in a zone show it."""

    @abstractmethod
    def same_or_null(self, one: str, other: str) -> str:
        """Whether two values are the same, null being a value."""

    @abstractmethod
    def day_text(self, day: str) -> str:
        """A date in ISO 8601."""

    @abstractmethod
    def moment_text(self, moment: str) -> str:
        """A timestamp in ISO 8601 with a blank, with the digits of its fraction that are not nought at the end."""

    @abstractmethod
    def rounded(self, value: str, places: int) -> str:
        """A decimal number rounded half away from nought."""

    @abstractmethod
    def column(self, sql: str, kind: str) -> str:
        """A column of the source that holds DuckDB's type."""

    def cast(self, sql: str, kind: str) -> str:
        """A cast that cannot fail."""
        base, _, digits = kind.partition("(")
        return f"cast({sql} as {self.types[base]}{'(' + digits if digits else ''})"

    def folded(self, function: str, text: str) -> str:
        """`lower` or `upper` of a text as DuckDB has them: letter by letter."""
        before, after = letters(function)
        whole = f"translate({text}, {self.text(before)}, {self.text(after)})"
        return f"case when octet_length({text}) = char_length({text}) then {function}({text}) else {whole} end"


_NUMBERS = {
    "BOOLEAN": "boolean",
    "TINYINT": "smallint",
    "SMALLINT": "smallint",
    "UTINYINT": "smallint",
    "INTEGER": "integer",
    "USMALLINT": "integer",
    "BIGINT": "bigint",
    "UINTEGER": "bigint",
    "DATE": "date",
}


class Postgres(Server):
    """PostgreSQL 15 and later, of which UTF-8 is the encoding."""

    name = "PostgreSQL"
    types = _NUMBERS | {
        "HUGEINT": "numeric",
        "UBIGINT": "numeric",
        "DECIMAL": "numeric",
        "DOUBLE": "double precision",
        "FLOAT": "real",
        "VARCHAR": "text",
        "TIMESTAMP": "timestamp",
        "TIMESTAMP WITH TIME ZONE": "timestamptz",
    }

    def quoted(self, name: str) -> str:
        """A name."""
        return '"' + name.replace('"', '""') + '"'

    def text(self, value: str) -> str:
        """A literal text, which no setting reads otherwise."""
        escaped = value.replace("'", "''")
        return f"'{escaped}'" if "\\" not in value else "e'" + escaped.replace("\\", "\\\\") + "'"

    def matches(self, text: str, pattern: str) -> str:
        """By `~`, whose classes are those of the collation, which is C."""
        return f"({text} ~ {self.text(pattern)})"

    def parsed(self, text: str, pattern: str, then: Callable[[Group], str]) -> str:
        """The pattern is tried once, in a select of its own."""
        tried = f"regexp_match({text}, {self.text(pattern)}) as part"
        return f"(select {then(lambda number: f'parts.part[{number}]')} from (select {tried}) as parts)"

    def day(self, year: str, month: str, day: str) -> str:
        """`make_date` of what it takes, and of nothing else."""
        y, m, d = (f"({part})::integer" for part in (year, month, day))
        leap = f"{y} % 4 = 0 and ({y} % 100 <> 0 or {y} % 400 = 0)"
        days = f"case when {m} = 2 then 28 + ({leap})::integer when {m} in (4, 6, 9, 11) then 30 else 31 end"
        there = f"{y} >= 1 and {m} between 1 and 12 and {d} between 1 and {days}"
        return f"case when {there} then make_date({y}, {m}, {d}) end"

    def moment(self, day: str, hour: str, minute: str, second: str, micros: str) -> str:
        """The day and the time of it."""
        seconds = f"({second} || '.' || {micros})::double precision"
        return f"(({day}) + make_time(({hour})::integer, ({minute})::integer, {seconds}))"

    def minutes(self, number: str) -> str:
        """By a function."""
        return f"make_interval(mins => {number})"

    def in_utc(self, zoned: str) -> str:
        """Whatever the setting `TimeZone`."""
        return f"timezone('UTC', {zoned})"

    def zoned(self, moment: str) -> str:
        """Whatever the setting `TimeZone`."""
        return f"timezone('UTC', {moment})"

    def at_place(self, zone: str, moment: str) -> str:
        """By way of a moment with a zone."""
        return f"timezone({self.text(zone)}, {self.zoned(moment)})"

    def same_or_null(self, one: str, other: str) -> str:
        """As the standard has it."""
        return f"({one} is not distinct from {other})"

    def day_text(self, day: str) -> str:
        """Whatever the setting `DateStyle`."""
        return f"to_char({day}, 'YYYY-MM-DD')"

    def moment_text(self, moment: str) -> str:
        """Whatever the setting `DateStyle`."""
        return f"rtrim(rtrim(to_char({moment}, 'YYYY-MM-DD HH24:MI:SS.US'), '0'), '.')"

    def rounded(self, value: str, places: int) -> str:
        """As PostgreSQL rounds `numeric`."""
        return f"round(({value})::numeric, {places})"

    def column(self, sql: str, kind: str) -> str:
        """Texts are compared by code point."""
        return f'(({sql})::text collate "C")' if kind == "VARCHAR" else self.cast(sql, kind)


class Spark(Server):
    """Spark 4 and what speaks its dialect."""

    name = "Spark"
    types = _NUMBERS | {
        "HUGEINT": "decimal(38, 0)",
        "UBIGINT": "decimal(20, 0)",
        "DECIMAL": "decimal",
        "DOUBLE": "double",
        "FLOAT": "float",
        "VARCHAR": "string",
        "TIMESTAMP": "timestamp_ntz",
        "TIMESTAMP WITH TIME ZONE": "timestamp",
    }

    def quoted(self, name: str) -> str:
        """A name."""
        return "`" + name.replace("`", "``") + "`"

    def text(self, value: str) -> str:
        """A literal text: two quotes would end one string and begin the next."""
        return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"

    def matches(self, text: str, pattern: str) -> str:
        """By `rlike`."""
        return f"({text} rlike {self.text(pattern)})"

    def parsed(self, text: str, pattern: str, then: Callable[[Group], str]) -> str:
        """Each group is taken by itself."""
        made = then(lambda number: f"regexp_extract({text}, {self.text(pattern)}, {number})")
        return f"case when {self.matches(text, pattern)} then {made} end"

    def day(self, year: str, month: str, day: str) -> str:
        """`try_cast` of the day in ISO 8601."""
        y, m, d = f"lpad({year}, 4, '0')", f"lpad({month}, 2, '0')", f"lpad({day}, 2, '0')"
        return f"case when {y} <> '0000' then try_cast(concat({y}, '-', {m}, '-', {d}) as date) end"

    def moment(self, day: str, hour: str, minute: str, second: str, micros: str) -> str:
        """`try_cast` of the moment in ISO 8601."""
        h, m, s = (f"lpad(cast({part} as string), 2, '0')" for part in (hour, minute, second))
        time = f"{h}, ':', {m}, ':', {s}, '.', {micros}"
        return f"try_cast(concat(cast({day} as string), ' ', {time}) as timestamp_ntz)"

    def minutes(self, number: str) -> str:
        """By a function."""
        return f"make_dt_interval(0, 0, {number})"

    def in_utc(self, zoned: str) -> str:
        """By a cast, in a session of UTC."""
        return self.cast(zoned, "TIMESTAMP")

    def zoned(self, moment: str) -> str:
        """By a cast, in a session of UTC."""
        return self.cast(moment, ZONED)

    def at_place(self, zone: str, moment: str) -> str:
        """By a function."""
        return f"convert_timezone('UTC', {self.text(zone)}, {moment})"

    def same_or_null(self, one: str, other: str) -> str:
        """By Spark's own operator."""
        return f"({one} <=> {other})"

    def day_text(self, day: str) -> str:
        """As a cast has it."""
        return f"cast({day} as string)"

    def moment_text(self, moment: str) -> str:
        """As a cast has it."""
        return f"cast({moment} as string)"

    def rounded(self, value: str, places: int) -> str:
        """As Spark rounds decimals."""
        return f"round({value}, {places})"

    def column(self, sql: str, kind: str) -> str:
        """Texts are compared by their bytes."""
        return self.cast(sql, kind)


Node = dict[str, Any]
Write = Callable[[Server, list[Value], list[Node]], Value]


def constant(node: Node) -> Any:
    """The value of a constant; raises `NotOnServer` for what is worked out of rows."""
    while node["class"] == "CAST" and not node["try_cast"]:
        node = node["child"]
    if node["class"] != "CONSTANT" or node["value"].get("is_null"):
        raise NotOnServer("a form or pattern that is no constant", "write it as a text")
    return node["value"]["value"]


def fails_of(values: list[Value]) -> str:
    """Whether one of the values fails."""
    return any_of(*(value.fails for value in values))


SERVERS: dict[str, Server] = {"postgres": Postgres(), "spark": Spark()}
