"""Values become those of the model on a server as they do in DuckDB, and those that cannot are the same ones."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import duckdb
import pytest

from overt.audits.mapping._convert import TYPES
from overt.audits.mapping._convert import convert as convert_in_duckdb
from overt.audits.place._convert import convert
from overt.audits.place._dialect import BLANKS, DIALECTS, Dialect, Family
from overt.audits.source._texts import filled_sql
from overt.model import Kind

TEXTS = [
    None, "", " ", "\t\n", "\u00a0", "\u2003x", "a", " a ", "Ä", "E1", "o'x", "back\\slash", "%", "NULL", "0", "1",
    "-1", "+7", "007", " 12 ", "12.0", "12.000", "12.5", ".5", "5.", "1e3", "1E-3", "1e400", "-1e-400", "1e", "--1",
    "1_000", "1,5", "0x1F", "NaN", "nan", "inf", "Infinity", "9223372036854775807", "9223372036854775808",
    "-9223372036854775808", "99999999999999999999", "0.1", "123456789.125", "1d", "1f", "1.7976931348623157e308",
    "1.8e308", "true", "TRUE", " t ", "Yes", "y", "on", "No", "F", "\ttrue", "2020-02-29", "2021-02-29",
    "2000-02-29", "1900-02-29", "2020-02-30", "2020-04-31", "2020-13-01", "2020-00-10", "2020-01-00", "0001-01-01",
    "0000-01-01", "0004-02-29", "9999-12-31", "10000-01-01", "1582-10-10", " 2020-01-01 ", "2020-1-1", "20200101",
    "01/02/2020", "2020-01-01T", "2020-01-01 10:00", "2020-01-01T10:00:00", "2020-01-01 10:00:00Z",
    "2020-01-01 24:00:00", "2020-01-01 10:00:60", "2020-01-01 10:00:59.1234567Z", "2020-01-01 23:59:59.9999999",
    "2020-01-01 10:00:00+01", "2020-01-01 10:00:00+0130", "2020-01-01 10:00:00-05:30", "2020-01-01 10:00+01",
    "2020-01-01 10:00:00.5", "1900-01-01", "2020-01-01\n", "２０２０-01-01", "infinity", "today", "now", "epoch",
    "2020-01-01 BC", "2020-01-01\u2028", "12\u0085", "1.5\u2029", "2020-01-01 10:00:00\u2028",
]  # fmt: skip

MOMENT, ZONED = "timestamp without time zone", "timestamp with time zone"
NUMBERS = ["0", "1", "-1", "2", "1.5", "-0.25", "1001", "0.0001", "123456.75", "9007199254740991", "-3"]
DAYS = ["2020-02-29", "0001-01-01", "9999-12-31", "1582-10-10", "1900-01-01"]
MOMENTS = ["2020-02-29 00:00:00", "2020-01-01 10:20:30", "1582-10-10 00:00:00", "2020-01-01 10:20:30.25"]

Ask = Callable[[str], list[tuple[Any, ...]]]


@pytest.fixture(scope="module")
def postgres(new_database: Callable[[], str]) -> Iterator[tuple[Ask, Dialect]]:
    psycopg = pytest.importorskip("psycopg")
    with psycopg.connect(new_database(), autocommit=True) as connection:
        connection.execute("set time zone 'UTC'")
        yield lambda sql: connection.execute(sql.encode()).fetchall(), DIALECTS["postgres"]


def texts(dialect: Dialect) -> str:
    """A select of the texts, numbered."""
    literals = ("null" if text is None else dialect.literal(text) for text in TEXTS)
    rows = (f"select {n} as n, {dialect.cast(text, Kind.TEXT)} as v" for n, text in enumerate(literals))
    return " union all ".join(rows)


def in_duckdb(rows: str, value: str, kind: str, model: Kind) -> list[tuple[Any, ...]]:
    """Number, value as text, whether it is bad, and each remark."""
    conversion = convert_in_duckdb(value, kind, model)
    assert conversion is not None
    flags = ", ".join(
        f"coalesce({each}, false)" for each in (conversion.bad or "false", *(c for _, c in conversion.remarks))
    )
    with duckdb.connect() as connection:
        connection.execute("set timezone = 'UTC'")
        shown = f"cast(cast({conversion.sql} as {TYPES[model]}) as varchar)"
        found = connection.execute(f"select n, {shown}, {flags} from ({rows}) order by n").fetchall()
    return [(n, None if bad else text, bad, *rest) for n, text, bad, *rest in found]


def on_server(ask: Ask, dialect: Dialect, rows: str, kind: str, model: Kind) -> list[tuple[Any, ...]]:
    conversion = convert("given.v", kind, model, dialect)
    assert conversion is not None
    flags = ", ".join(
        f"coalesce({each}, false)" for each in (conversion.bad or "false", *(c for _, c in conversion.remarks))
    )
    shown = dialect.cast(dialect.modelled(conversion.sql, model), Kind.TEXT)
    found = ask(f"select given.n, {shown}, {flags} from ({rows}) as given order by given.n")
    return [(int(n), None if bad else text, bool(bad), *map(bool, rest)) for n, text, bad, *rest in found]


def differing(ours: list[tuple[Any, ...]], theirs: list[tuple[Any, ...]], values: list[Any]) -> list[tuple[Any, ...]]:
    return [
        (values[one[0]], one[1:], other[1:]) for one, other in zip(ours, theirs, strict=True) if not same(one, other)
    ]


def same(one: tuple[Any, ...], other: tuple[Any, ...]) -> bool:
    """Whether two answers are one: a number may be written in more ways, and of a bad value nothing is remarked."""
    if one[2] and other[2]:
        return True
    if one[0] != other[0] or one[2:] != other[2:]:
        return False
    try:
        return one[1] == other[1] or float(one[1]) == float(other[1])
    except (TypeError, ValueError):
        return False


def check_texts(ask: Ask, dialect: Dialect, model: Kind) -> None:
    duck = " union all ".join(
        f"select {n} as n, {'null::varchar' if text is None else quoted(text)} as v" for n, text in enumerate(TEXTS)
    )
    ours = on_server(ask, dialect, texts(dialect), dialect.types[Kind.TEXT], model)
    assert differing(ours, in_duckdb(duck, "v", "VARCHAR", model), TEXTS) == []


def quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


@pytest.mark.postgres
@pytest.mark.parametrize("model", list(Kind))
def test_texts_on_postgres(postgres: tuple[Ask, Dialect], model: Kind) -> None:
    check_texts(*postgres, model)


def check_blanks(ask: Ask, dialect: Dialect) -> None:
    """Every character that may be blank, by itself, and beside a letter."""
    each = [chr(number) for number in (*range(1, 0x100), *range(0x1FF0, 0x2070), *map(ord, BLANKS), 0xFEFF, 0x180E)]
    is_filled, ours = dialect.filled("given.v", Family.TEXT), []
    # Sail ends, and with it the connection, on a union of some five hundred selects.
    for start in range(0, len(each), 100):
        part = enumerate(each[start : start + 100], start)
        rows = " union all ".join(f"select {n} as n, {dialect.literal(c)} as v" for n, c in part)
        ours += ask(f"select given.n, {is_filled} from ({rows}) as given order by given.n")
    with duckdb.connect() as connection:
        theirs = [connection.execute(f"select {filled_sql('$1::varchar')}", [c]).fetchone() for c in each]
    assert [each[int(n)] for (n, ours_), row in zip(ours, theirs, strict=True) if row and bool(ours_) != row[0]] == []


@pytest.mark.postgres
def test_blanks_on_postgres(postgres: tuple[Ask, Dialect]) -> None:
    check_blanks(*postgres)


@pytest.mark.postgres
@pytest.mark.parametrize(
    ("values", "theirs", "ours", "models"),
    [
        (NUMBERS, "DOUBLE", "double precision", (Kind.TEXT, Kind.INTEGER, Kind.NUMBER, Kind.BOOLEAN)),
        (["'NaN'", "'infinity'"], "DOUBLE", "double precision", (Kind.INTEGER, Kind.NUMBER, Kind.BOOLEAN)),
        (NUMBERS, "DECIMAL(38,4)", "numeric", (Kind.TEXT, Kind.INTEGER, Kind.NUMBER, Kind.BOOLEAN)),
        (["0", "1", "2", "-1"], "INTEGER", "integer", (Kind.TEXT, Kind.INTEGER, Kind.NUMBER, Kind.BOOLEAN)),
        ([quoted(day) for day in DAYS], "DATE", "date", (Kind.TEXT, Kind.DATE, Kind.TIMESTAMP)),
        (["'infinity'", "'-infinity'"], "DATE", "date", (Kind.DATE, Kind.TIMESTAMP)),
        ([quoted(at) for at in MOMENTS], "TIMESTAMP", MOMENT, (Kind.TEXT, Kind.DATE, Kind.TIMESTAMP)),
        ([quoted(f"{at}+02") for at in MOMENTS], ZONED.upper(), ZONED, (Kind.TEXT, Kind.TIMESTAMP)),
        (["true", "false", "null"], "BOOLEAN", "boolean", (Kind.TEXT, Kind.BOOLEAN)),
    ],
)  # fmt: skip
def test_types_on_postgres(
    postgres: tuple[Ask, Dialect], values: list[str], theirs: str, ours: str, models: tuple[Kind, ...]
) -> None:
    ask, dialect = postgres
    scale = "numeric(38, 4)" if ours == "numeric" else ours
    rows, duck = (
        " union all ".join(f"select {n} as n, cast({value} as {kind}) as v" for n, value in enumerate(values))
        for kind in (scale, theirs)
    )
    for model in models:
        found = on_server(ask, dialect, rows, ours, model)
        assert differing(found, in_duckdb(duck, "v", theirs, model), values) == [], model
