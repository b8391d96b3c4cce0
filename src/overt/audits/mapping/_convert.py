"""How a value of the source becomes one of the model's kind: strictly, or not at all."""

from __future__ import annotations

from dataclasses import dataclass, replace

from overt.audits.columns._dates import DAY, MOMENT, ZONE
from overt.audits.source._texts import filled_sql
from overt.model import DUCKDB_TYPES, Kind

TYPES = {kind: name.upper() for kind, name in DUCKDB_TYPES.items()}

WANTED = {
    Kind.TEXT: "text",
    Kind.INTEGER: "a whole number",
    Kind.NUMBER: "a number",
    Kind.BOOLEAN: "true or false, yes or no, 1 or 0",
    Kind.DATE: "a date in the form YYYY-MM-DD",
    Kind.TIMESTAMP: "a time in the form YYYY-MM-DD hh:mm:ss, with or without an offset",
}

_WHOLE = {f"{sign}{size}INT" for sign in ("", "U") for size in ("TINY", "SMALL", "BIG", "HUGE")} | {
    "INTEGER",
    "UINTEGER",
}
_FRACTIONS = {"FLOAT", "DOUBLE", "DECIMAL"}
_MOMENTS = {"TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS"}
_ZONED = "TIMESTAMP WITH TIME ZONE"
_AS_TEXT = {"UUID", "TIME", "ENUM", "JSON"}
_EXACT = 2**53

# Programs write 1900-01-01 or 9999-12-31 where there is no date.
PLAUSIBLE_YEARS = (1901, 2150)
FAR_REMARK = (
    f"lie before {PLAUSIBLE_YEARS[0]} or after {PLAUSIBLE_YEARS[1]}; they may mean that there is no date, and were "
    "used unchanged"
)
MIDNIGHT_REMARK = "have no time of day and were taken as midnight UTC"
NO_OFFSET_REMARK = "have no offset and were taken as UTC"

_BLANK = r"\s*"
_NUMBER = r"[+-]?([0-9]+([.][0-9]*)?|[.][0-9]+)([eE][+-]?[0-9]{1,3})?"


@dataclass(frozen=True)
class Conversion:
    """SQL for a value in the model's kind.

    `bad` is SQL for whether a value is there but cannot be turned. A conversion is `cheap` when a view can
    repeat it for every control. `remarks` are what is taken for granted, each with SQL for whether it was.
    """

    sql: str
    bad: str | None = None
    cheap: bool = True
    remarks: tuple[tuple[str, str], ...] = ()


def convert(value: str, source: str, kind: Kind) -> Conversion | None:
    """How to turn SQL `value`, of a DuckDB type, into a kind of the model; `None` where the types have no bridge.

    A value that cannot be turned without loss or guessing is bad: a number with a fraction where a whole
    one is wanted, a date in any form but ISO 8601, a time of day where a date is wanted.
    """
    base = source.split("(", 1)[0].strip()
    if base in ("VARCHAR", "JSON", "ENUM") and kind is not Kind.TEXT:
        found: Conversion | None = _from_text(value if base == "VARCHAR" else f"{value}::varchar", kind)
    else:
        found = _BRIDGES[kind](value, base)
    if found is None or kind not in (Kind.DATE, Kind.TIMESTAMP):
        return found
    far = (FAR_REMARK, f"year({found.sql}) not between {PLAUSIBLE_YEARS[0]} and {PLAUSIBLE_YEARS[1]}")
    return replace(found, remarks=(*found.remarks, far))


def _from_text(text: str, kind: Kind) -> Conversion:
    sql = {
        Kind.INTEGER: _when(
            text, r"[+-]?[0-9]{1,19}([.]0+)?", f"try_cast(regexp_replace({text}, '[.]0+', '') as bigint)"
        ),
        Kind.NUMBER: _when(text, _NUMBER, f"try_cast({text} as double)"),
        Kind.BOOLEAN: f"case lower(trim({text})) {TRUTH} end",
        Kind.DATE: _when(text, DAY, f"try_cast({text} as date)"),
        # As a time with zone, for DuckDB reads a text as a plain time by dropping its offset. It takes no blank after a
        # day then.
        Kind.TIMESTAMP: _when(text, MOMENT, f"timezone('UTC', try_cast({_trimmed(text)} as timestamptz))"),
    }[kind]
    bad = f"{filled_sql(text)} and ({sql}) is null"
    if kind is Kind.NUMBER:
        # Too large a number is infinite, and too small a one nothing.
        nothing = f"({sql}) = 0 and regexp_matches(split_part(lower({text}), 'e', 1), '[1-9]')"
        bad = f"{filled_sql(text)} and (not coalesce(isfinite({sql}), false) or {nothing})"
    remarks: tuple[tuple[str, str], ...] = ()
    if kind is Kind.TIMESTAMP:
        day, zone = _full(text, DAY), f"regexp_matches({text}, ':[0-9.]+{ZONE}')"
        remarks = (
            (MIDNIGHT_REMARK, day),
            (NO_OFFSET_REMARK, f"{filled_sql(text)} and not {day} and not {zone}"),
        )
    return Conversion(sql, bad, False, remarks)


TRUTH = " ".join(
    f"when '{word}' then {truth}"
    for truth, words in (("true", "true yes t y 1"), ("false", "false no f n 0"))
    for word in words.split()
)


def _when(text: str, pattern: str, then: str) -> str:
    return f"case when {_full(text, pattern)} then {then} end"


def _trimmed(text: str) -> str:
    return rf"trim({text}, e' \t\n\f\r')"


def _full(text: str, pattern: str) -> str:
    return f"regexp_full_match({text}, '{_BLANK}{pattern}{_BLANK}')"


def _to_text(value: str, base: str) -> Conversion | None:
    if base == "VARCHAR":
        return Conversion(value)
    if base in _FRACTIONS:
        # A spreadsheet has no whole numbers: 1001 must not become 1001.0 in a reference.
        whole = f"{value} = trunc({value}) and abs({value}) < {_EXACT}"
        return Conversion(f"case when {whole} then {value}::bigint::varchar else {value}::varchar end")
    if base in _WHOLE | _AS_TEXT | {"BOOLEAN", "DATE"}:
        return Conversion(f"{value}::varchar")
    if base in _MOMENTS:
        return Conversion(f"strftime({value}::timestamp, '%Y-%m-%d %H:%M:%S')")
    if base == _ZONED:
        return Conversion(f"strftime(timezone('UTC', {value}), '%Y-%m-%d %H:%M:%S') || '+00:00'")
    return None


def _to_integer(value: str, base: str) -> Conversion | None:
    if base == "BIGINT":
        return Conversion(value)
    if base in _WHOLE:
        wider = base in ("HUGEINT", "UHUGEINT", "UBIGINT")
        sql = f"try_cast({value} as bigint)"
        return Conversion(sql, f"{value} is not null and {sql} is null" if wider else None)
    if base in _FRACTIONS:
        sql = f"case when {value} = trunc({value}) then try_cast({value} as bigint) end"
        return Conversion(sql, f"{value} is not null and ({sql}) is null")
    return None


def _to_number(value: str, base: str) -> Conversion | None:
    if base in ("FLOAT", "DOUBLE"):
        return Conversion(value if base == "DOUBLE" else f"{value}::double", f"not isfinite({value})")
    return Conversion(f"{value}::double") if base in _WHOLE | {"DECIMAL"} else None


def _to_boolean(value: str, base: str) -> Conversion | None:
    if base == "BOOLEAN":
        return Conversion(value)
    sql = f"case {value} when 1 then true when 0 then false end"
    return Conversion(sql, f"{value} is not null and ({sql}) is null") if base in _WHOLE | _FRACTIONS else None


def _to_date(value: str, base: str) -> Conversion | None:
    if base == "DATE":
        return Conversion(value, f"not isfinite({value})")
    if base in _MOMENTS:
        at_midnight = f"isfinite({value}) and try_cast({value} as date)::timestamp = {value}"
        return Conversion(f"try_cast({value} as date)", f"{value} is not null and not ({at_midnight})")
    # On which day a moment with a zone falls depends on a place that the source does not name.
    return None


def _to_timestamp(value: str, base: str) -> Conversion | None:
    if base == "DATE":
        remark = (MIDNIGHT_REMARK, f"{value} is not null")
        return Conversion(f"{value}::timestamp", f"not isfinite({value})", remarks=(remark,))
    if base in _MOMENTS:
        return Conversion(value if base == "TIMESTAMP" else f"{value}::timestamp", f"not isfinite({value})")
    return Conversion(f"timezone('UTC', {value})", f"not isfinite({value})") if base == _ZONED else None


_BRIDGES = {
    Kind.TEXT: _to_text,
    Kind.INTEGER: _to_integer,
    Kind.NUMBER: _to_number,
    Kind.BOOLEAN: _to_boolean,
    Kind.DATE: _to_date,
    Kind.TIMESTAMP: _to_timestamp,
}
