"""Expressions of mappings on every engine: what DuckDB makes of each row, and what the server does."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from functools import cache
from typing import Any

import duckdb

from overt.audits.mapping._casts import with_one_meaning
from overt.audits.mapping._mapping import MappedView
from overt.audits.mapping._server_from import ServerTable
from overt.audits.mapping._server_view import RenderedView, render_view

# Of each column its type for DuckDB, and on each server.
COLUMNS = {
    "n": ("INTEGER", "integer", "int"),
    "t": ("VARCHAR", "text", "string"),
    "u": ("VARCHAR", "text", "string"),
    "i": ("INTEGER", "integer", "int"),
    "k": ("BIGINT", "bigint", "bigint"),
    "c": ("DECIMAL(10,2)", "numeric(10,2)", "decimal(10,2)"),
    "f": ("DOUBLE", "double precision", "double"),
    "b": ("BOOLEAN", "boolean", "boolean"),
    "d": ("DATE", "date", "date"),
    "s": ("TIMESTAMP", "timestamp without time zone", "timestamp_ntz"),
}
_TEXTS = (
    None, "", " ", "abc", "ABC", " a b ", "Zürich", "ŁÓDŹ", "ß", "İ", "ΑΣ", "😀 x", "a-b-c", "a;b", "NFA: no action",
    "12", " 12 ", "-3", "+7", "12.0", "12.5", "-12.5", "0.005", "99999999999", "x12", "1,000", "12abc",
    "2024-02-29", "2023-02-29", " 2024-1-5 ", "2024/01/05", "2024-01-05 10:11:12", "2024-01-05T10:11:12.5",
    "2024-01-05 10:11", "2024-13-01", "2024-01-05 25:00:00", "29/02/2024", "31/04/2024", "1/2/2020", "01/02/20",
    "05 Jan 2024", "5-MAR-2024", "5 March 2024", "1/2/2020 10:05", "1/2/2020 12:05 AM", "1/2/2020 1:05:06 pm",
    "2024-07-05T23:30:00Z", "2024-07-05 00:30:00+01:00", "2024-01-05 10:11:12.25-0530", "1905-07-05 23:30:00+00",
    "20240229", "2024229", "unknown", "true", "FALSE", "Yes", "n", "1", "0", "maybe", "a\nb", "tab\there", "it's",
    "back\\slash", "100%", "x" * 300, "na\u00efve", "\u00a0nbsp\u00a0", "{}", "$1", "30", "0012", "1.5e", "--", "(x)",
)  # fmt: skip
_NUMBERS = (None, 0, 1, -1, 7, -7, 2, 12345, -12345, 2147483647)
_DECIMALS = (None, "0.00", "1.50", "-1.50", "2.50", "0.05", "-0.05", "12345.67", "1.00", "-99.99")
_FLOATS = (None, 0.0, 0.5, 1.5, -1.5, 2.5, 1e10, -3.75, 100.25)
_DAYS = (None, "2024-02-29", "2023-12-31", "2024-01-01", "1970-01-01", "1905-03-31", "1582-10-04", "2024-10-31",
         "2099-12-31", "2021-01-03")  # fmt: skip
_TIMES = (None, "00:00:00", "23:59:59", "10:11:12.5", "00:00:00.000001", "12:00:00")


def rows() -> list[tuple[Any, ...]]:
    """Argument rows: every text, and each kind of number, day and time beside some of them."""
    made = []
    for number, text in enumerate(_TEXTS):
        day = _DAYS[number % len(_DAYS)]
        time = _TIMES[number % len(_TIMES)]
        decimal = _DECIMALS[number % len(_DECIMALS)]
        made.append((
            number, text, _TEXTS[(number * 7 + 3) % len(_TEXTS)], _NUMBERS[number % len(_NUMBERS)],
            _NUMBERS[(number * 3 + 1) % len(_NUMBERS)], None if decimal is None else Decimal(decimal),
            _FLOATS[number % len(_FLOATS)], (None, True, False)[number % 3],
            None if day is None else dt.date.fromisoformat(day),
            None if day is None or time is None else dt.datetime.fromisoformat(f"{day} {time}"),
        ))  # fmt: skip
    return made


@cache
def in_duckdb() -> duckdb.DuckDBPyConnection:
    """The rows as the table `rows_here`."""
    connection = duckdb.connect()
    listed = ", ".join(f"{name} {kinds[0]}" for name, kinds in COLUMNS.items())
    connection.execute(f"create table rows_here ({listed})")
    connection.executemany(f"insert into rows_here values ({', '.join('?' for _ in COLUMNS)})", rows())
    return connection


def answered(select: str) -> list[tuple[Any, ...]]:
    """What a select of a mapping gives there."""
    return in_duckdb().execute(with_one_meaning(in_duckdb(), select)).fetchall()


def rendered(select: str, dialect: str, relation: str) -> RenderedView:
    """A select over `rows_here` for a server; its columns are named as in the select."""
    place = {"postgres": 1, "spark": 2}[dialect]
    table = ServerTable(relation, {name: kinds[place] for name, kinds in COLUMNS.items()})
    names = [str(row[0]).lower() for row in in_duckdb().execute(f"describe {select}").fetchall()]
    view = MappedView("entry", tuple(names), select, 1, ("rows_here",))
    return render_view(view, dialect, {"rows_here": table}, "m.sql")


def compare(expressions: list[str], dialect: str, relation: str, ask: Callable[[str], list[tuple[Any, ...]]]) -> None:
    """Holds each expression's values and failures on the server to DuckDB's, row by row."""
    unlike = []
    items = ", ".join(f"{expression} as x{place}" for place, expression in enumerate(expressions))
    view = rendered(f"select n, {items} from rows_here", dialect, relation)
    names = [*view.columns, *view.failing.values()]
    answers = {row[0]: dict(zip(names, row, strict=True)) for row in ask(view.sql)}
    for place, expression in enumerate(expressions):
        # Apart, for DuckDB works what they share out before `try` sees it.
        values = answered(f"select n, t, try({expression}) from rows_here order by n")
        known = answered(f"select try(({expression}) is null) from rows_here order by n")
        for (number, text, value), (is_null,) in zip(values, known, strict=True):
            there, flag = answers[number], view.failing.get(f"x{place}")
            answer, failed = there[f"x{place}"], bool(flag and there[flag])
            if failed != (is_null is None) or (is_null is not None and plain(answer) != plain(value)):
                unlike.append(f"{expression} of {text!r} in row {number}: {answer!r} {failed}, not {value!r} {is_null}")
    assert not unlike, "\n".join(unlike[:30])


def plain(value: Any) -> Any:
    """A value as every engine gives it."""
    if isinstance(value, dt.datetime):
        return value.replace(tzinfo=None)
    if isinstance(value, Decimal | int) and not isinstance(value, bool):
        return Decimal(value)
    return value
