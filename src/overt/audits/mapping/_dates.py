"""What a column of dates or times looks like, and how its day is taken: as it is written, unless a time zone is given.

A time without a zone is what a clock on the wall showed, so its day is the one written. A time with an offset is of the
day of its own offset, which is again the one written. Nothing is guessed where values leave a choice.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import duckdb

from overt.audits.columns import means_no_date
from overt.audits.columns._dates import DAY, DateCounts, DateTexts, count_dates
from overt.audits.mapping._convert import TYPES
from overt.audits.mapping._guess import Guess, as_comment
from overt.audits.mapping._guesses import SourceColumn
from overt.audits.mapping.form import NO_BLANK, TRIM, Cell, Day, choice_sql
from overt.audits.source._sandbox import literal
from overt.audits.source._texts import filled_sql
from overt.model import Kind

_ISO = ("%Y-%m-%d", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M")
_MOST_WORDS = 50


@dataclass(frozen=True)
class Search:
    """Where forms of dates are looked for: on which connection, of which place, and in how many values at first."""

    connection: duckdb.DuckDBPyConnection
    timezone: str | None = None
    sample: int = 2_000


def guess_date(search: Search, source: str, column: SourceColumn, kind: Kind) -> Guess:
    """How a column of texts fills one of dates or times, looked at in every value."""
    if column.profile.filled == 0:
        return Guess(None, "it is blank throughout")
    texts = DateTexts(f"trim({column.sql})")
    seen = count_dates(search.connection, source, column.sql, sample=search.sample)
    if seen.others == 0 and seen.words == 0:
        return _iso(column, kind, seen, texts, search.timezone)
    if seen.iso + seen.others < seen.words or (seen.others and not seen.whole):
        return _no_form(kind, seen, texts)
    if len(seen.whole) > 1:
        either = " or ".join(f"strptime(trim({column.sql}), '{form}')::date" for form in seen.whole)
        which = "every value" if seen.others == seen.filled else f"{seen.others} values"
        why = f"{which} can be read in {len(seen.whole)} ways, so find out which is right"
        return Guess(None, why, recipe=f": {either}")
    if seen.whole and "%y" in seen.whole[0]:
        return Guess(None, f"every value reads as {seen.whole[0]}, but the century is missing: give it")
    formed = _with_offsets(column, kind, seen, texts, search.timezone) if seen.zoned else None
    return formed or _formed(search, source, column, kind, seen)


def day_of_moment(column: SourceColumn, timezone: str | None) -> Guess:
    """The day of a column that the source itself types as a time."""
    if column.type != "TIMESTAMP WITH TIME ZONE":
        return Guess(f"cast({column.sql} as date)", "the date of the time, as written")
    if timezone is None:
        recipe = ": draft again with --timezone, or write timezone('Europe/London', …)::date"
        return Guess(None, "its times are absolute, and their date depends on the place", recipe=recipe)
    return Guess(f"cast(timezone({literal(timezone)}, {column.sql}) as date)", f"the date of the time, in {timezone}")


def has_clock(connection: duckdb.DuckDBPyConnection, source: str, column: SourceColumn) -> bool:
    """Whether any value of the column says a time of day."""
    if column.type == "DATE":
        return False
    text = f"regexp_matches({column.sql}::varchar, '[0-9]{{1,2}}[:.][0-9]{{2}}([:. ]|$)')"
    timed = text if column.type == "VARCHAR" else f"{column.sql}::time <> time '00:00'"
    if column.type != "VARCHAR" and not column.type.startswith("TIMESTAMP"):
        return True
    return connection.execute(f"select 1 from {source} where {timed} limit 1").fetchone() is not None


def _no_form(kind: Kind, seen: DateCounts, texts: DateTexts) -> Guess:
    """Why nothing is guessed, and SQL for what can be read; of two forms that fit equally many values, for neither."""
    most = max(seen.forms.values(), default=0)
    best = [form for form, count in seen.forms.items() if count == most > 0]
    said = f"its {seen.filled} values are not dates of one form"
    parts = [f"{seen.iso} read as %Y-%m-%d"] if seen.iso else []
    parts += [f"{most} read as {' or '.join(best)}"] if best else []
    parts += [f"{seen.words} have no digit"] if seen.words else []
    options = [_from_iso(texts)] if seen.iso else []
    options += [f"try_strptime({texts.text}, '{best[0]}')"] if len(best) == 1 else []
    read = f"coalesce({', '.join(options)})" if len(options) > 1 else "".join(options)
    sql = f"cast({read} as {TYPES[kind].lower()})"
    recipe = f"; this reads what it can, and map check counts what it cannot: {sql}" if options else ""
    return Guess(None, f"{said}: {', '.join(parts) or 'none reads as a date'}", recipe=recipe)


def _from_iso(texts: DateTexts) -> str:
    """The day of a text that begins with one in ISO 8601."""
    return f"case when regexp_matches({texts.text}, '^{DAY}') then try_cast(left({texts.text}, 10) as date) end"


def _iso(column: SourceColumn, kind: Kind, seen: DateCounts, texts: DateTexts, timezone: str | None) -> Guess:
    if kind is Kind.TIMESTAMP:
        if timezone is None or seen.zoned == seen.filled:
            return Guess(column.sql, "its name; every value is ISO 8601")
        local = f"timezone('UTC', timezone({literal(timezone)}, cast({texts.text} as timestamp)))"
        moment = f"case when {texts.zoned} then timezone('UTC', cast({texts.text} as timestamptz)) else {local} end"
        return Guess(
            _if_filled(column, texts, moment), f"every value is ISO 8601; those without a zone are of {timezone}"
        )
    if not seen.timed:
        return Guess(column.sql, "its name; every value is ISO 8601")
    written = f"cast(left({texts.text}, 10) as date)"
    if timezone is None or not seen.zoned:
        recipe = "; use --timezone for the date at a place" if seen.zoned else ""
        return Guess(_if_filled(column, texts, written), _as_written(seen), recipe=recipe)
    local = f"cast(timezone({literal(timezone)}, cast({texts.text} as timestamptz)) as date)"
    sql = f"case when {texts.zoned} then {local} else {written} end"
    return Guess(_if_filled(column, texts, sql), f"the date of the time, in {timezone}")


def _as_written(seen: DateCounts) -> str:
    if not seen.zoned:
        return "the date of the time, as written; no value has a time zone"
    return "the date of the time, as written with its own offset"


def _formed(search: Search, source: str, column: SourceColumn, kind: Kind, seen: DateCounts) -> Guess:
    """Values in one other form than ISO 8601, with dates in ISO 8601 or words among them.

    It is strict if each of the words is known to mean that there is no date, or stands in many rows.
    """
    form = seen.whole[0] if seen.whole else ""
    iso = _ISO[: len(_ISO) if seen.timed else 1] if seen.iso else ()
    words = _words(search, source, column) if seen.words else {}
    none = tuple(sorted(word for word, rows in words.items() if means_no_date(word, rows)))
    blank = search.connection.execute(f"select 1 from {source} where trim({column.sql}) = '' limit 1").fetchone()
    cell = Cell(column.profile.column, steps=(TRIM, NO_BLANK) if blank else (TRIM,))
    zone = search.timezone or "" if kind is Kind.TIMESTAMP else ""
    day = Day(cell, (*([form] if form else []), *iso), none, type=TYPES[kind].lower(), zone=zone)
    unread = _unread(search, source, column, day)
    why = _why(seen, form, none)
    if not unread:
        return Guess(choice_sql(day), why)
    rows = "1 row becomes" if unread == 1 else f"{unread:,} rows become"
    left = f"{rows} unknown, for it cannot be read: say what stands there, or have it corrected"
    sql = choice_sql(replace(day, lenient=True))
    return Guess(sql, f"{why}; {rows} unknown", left, recipe=", which map check counts")


def _words(search: Search, source: str, column: SourceColumn) -> dict[str, int]:
    """The most frequent values without a digit, in small letters, and their rows."""
    text = f"lower(trim({column.sql}))"
    rows = search.connection.execute(
        f"select {text}, count(*) from {source} where {filled_sql(column.sql)} and not regexp_matches({text}, '[0-9]')"
        f" group by 1 order by 2 desc, 1 limit {_MOST_WORDS}"
    ).fetchall()
    return {str(word): int(count) for word, count in rows}


def _unread(search: Search, source: str, column: SourceColumn, day: Day) -> int:
    """In how many rows there is something that is neither a date nor one of the words for none."""
    tried = choice_sql(replace(day, lenient=True))
    named = f" and lower(trim({column.sql})) not in ({', '.join(map(literal, day.none))})" if day.none else ""
    row = search.connection.execute(
        f"select count(*) from {source} where {filled_sql(column.sql)} and {tried} is null{named}"
    ).fetchone()
    return int(row[0]) if row else 0


def _with_offsets(column: SourceColumn, kind: Kind, seen: DateCounts, texts: DateTexts, timezone: str | None) -> Guess:
    """Times with an offset, in one other form than ISO 8601, with dates in ISO 8601 or words among them."""
    form = seen.whole[0] if seen.whole else ""
    reading = "try_strptime" if seen.words or seen.iso else "strptime"
    parsed = f"{reading}({texts.bare}, '{form}')"
    if kind is Kind.TIMESTAMP or timezone is not None:
        moment = f"cast(strftime({parsed}, '%Y-%m-%d %H:%M:%S') || {texts.offset} as timestamptz)"
        parsed = f"timezone({literal(timezone if kind is Kind.DATE and timezone else 'UTC')}, {moment})"
    sql = f"cast({parsed} as {TYPES[kind].lower()})"
    if seen.iso:
        sql = f"coalesce({_from_iso(texts)}, {sql})" if form else _from_iso(texts)
    why = _why(seen, form, ())
    left = f"say what the {seen.words} values without a digit are, which become unknown" if seen.words else ""
    return Guess(_if_filled(column, texts, sql), why, left)


def _why(seen: DateCounts, form: str, none: tuple[str, ...]) -> str:
    if not seen.words and not seen.iso:
        offset = ", each on the date given by its own offset" if seen.zoned else ""
        return f"all {seen.filled} values read as {form}, and as nothing else{offset}"
    parts = [f"{seen.iso} of {seen.filled} values read as %Y-%m-%d"] if seen.iso else []
    parts += [f"{seen.others} of {seen.filled} read as {form}, and as nothing else"] if form else []
    if seen.words:
        means = "means" if len(none) == 1 else "mean"
        known = f"; {', '.join(map(as_comment, none))} {means} that there is no date" if none else ""
        parts.append(f"{seen.words} have no digit{known}")
    return "; ".join(parts)


def _if_filled(column: SourceColumn, texts: DateTexts, sql: str) -> str:
    return sql if column.profile.filled == column.profile.rows else f"case when {texts.text} <> '' then {sql} end"
