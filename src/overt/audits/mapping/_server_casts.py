"""Casts on a server with DuckDB's answers: what DuckDB reads is read alike, and what it does not read is counted.

DuckDB's casts of texts take more forms than a person would write: `0x1F` for a number, `2020-01-02 and so on` for a
date. A value in a form that is not reproduced here is never nulled silently: it counts as one on which the expression
fails, though `try_cast` would have read it.
"""

from __future__ import annotations

from overt.audits.mapping._server_sql import MOMENTS, WHOLE, ZONED, Group, NotOnServer, Server, Value, any_of

_DAY = r"^\s*([0-9]{1,4})([-/ \\])([0-9]{1,2})([-/ \\])([0-9]{1,2})"
_TIME = r"([01]?[0-9]|2[0-3]):([0-5]?[0-9])(:([0-5]?[0-9])([.]([0-9]{0,9}))?(Z|([-+])([0-9]{2})(:?([0-5][0-9]))?)?)?"
_MOMENT = rf"{_DAY}((T| +){_TIME})?$"
_ONLY_DAY = rf"{_DAY}(\s*|(T| +){_TIME})$"
_BOUND = r"[-/ \\]"
# What DuckDB reads besides: years of other than four digits, before Christ, and words.
_OTHER_DAYS = (
    rf"^\s*(-[0-9]+|[0-9]{{5,}}|0+){_BOUND}[0-9]{{1,2}}{_BOUND}[0-9]{{1,2}}($|[^0-9])"
    rf"|^\s*[0-9]+{_BOUND}[0-9]{{1,2}}{_BOUND}[0-9]{{1,2}} *\([Bb][Cc]\)"
    r"|^\s*-?[Ii][Nn][Ff]([Ii][Nn][Ii][Tt][Yy])?\s*$|^\s*[Ee][Pp][Oo][Cc][Hh]\s*$"
)
_OTHER_MOMENTS = rf"{_DAY}(T| +)([01]?[0-9]|2[0-4]):"
# An offset leads out of the years that all engines have.
_EDGE_YEARS = rf"^\s*(0{{0,3}}1|9999){_BOUND}[0-9]{{1,2}}{_BOUND}[0-9]{{1,2}}(T| +)[0-9:.]+[-+]"
_NUMBER = r"^\s*[-+]?([0-9]{1,18}([.][0-9]{0,18})?|[.][0-9]{1,18})\s*$"
_FLOATING = r"^\s*[-+]?([0-9]{1,99}([.][0-9]{0,99})?|[.][0-9]{1,99})([eE][-+]?[0-9]{1,2})?\s*$"
_OTHER_NUMBERS = (
    r"^\s*[-+]*(0[xXbB][0-9a-fA-F_]+|([0-9][0-9_]*([.][0-9_]*)?|[.][0-9_]+)([eE][-+]?[0-9_.]+)?"
    r"|[Nn][Aa][Nn]|[Ii][Nn][Ff]([Ii][Nn][Ii][Tt][Yy])?)\s*$"
)
_TRUTH = {"true": ("true", "t", "yes", "y", "1"), "false": ("false", "f", "no", "n", "0")}
_LIMITS = {
    "TINYINT": (-(2**7), 2**7 - 1),
    "SMALLINT": (-(2**15), 2**15 - 1),
    "INTEGER": (-(2**31), 2**31 - 1),
    "BIGINT": (-(2**63), 2**63 - 1),
    "UTINYINT": (0, 2**8 - 1),
    "USMALLINT": (0, 2**16 - 1),
    "UINTEGER": (0, 2**32 - 1),
    "UBIGINT": (0, 2**64 - 1),
    "HUGEINT": (1 - 10**37, 10**37 - 1),
}


def cast(server: Server, value: Value, to: str, *, lenient: bool = False) -> Value:
    """The value as another of DuckDB's types; raises `NotOnServer` where it would not be the same."""
    base = to.split("(", 1)[0]
    if value.type == to:
        return value
    if value.base == "VARCHAR":
        return _from_text(server, value, to, base, lenient=lenient)
    if value.type in ("NULL", '"NULL"') or value.sql == server.cast("null", value.type):
        return Value(server.cast("null", to), to)
    if base == "VARCHAR":
        return Value(_to_text(server, value), to, value.fails)
    if base in WHOLE | {"DECIMAL"} and value.base in WHOLE | {"DECIMAL", "DOUBLE", "FLOAT"}:
        return _to_exact(server, value, to, base, lenient=lenient)
    plain = {
        **dict.fromkeys([(whole, "DOUBLE") for whole in (*WHOLE, "DECIMAL", "FLOAT")], server.cast(value.sql, to)),
        ("DATE", "TIMESTAMP"): server.cast(value.sql, to),
        ("TIMESTAMP", "DATE"): server.cast(value.sql, to),
        ("TIMESTAMP", ZONED): server.zoned(value.sql),
        ("DATE", ZONED): server.zoned(server.cast(value.sql, "TIMESTAMP")),
        (ZONED, "TIMESTAMP"): server.in_utc(value.sql),
        (ZONED, "DATE"): server.cast(server.in_utc(value.sql), "DATE"),
        **dict.fromkeys([(whole, "BOOLEAN") for whole in WHOLE], f"({value.sql} <> 0)"),
        **dict.fromkeys(
            [("BOOLEAN", whole) for whole in WHOLE],
            server.cast(f"case when {value.sql} then 1 when not ({value.sql}) then 0 end", to),
        ),
    }
    sql = plain.get((value.base, base))
    if sql is None:
        raise NotOnServer(f"a cast of {value.type.lower()} to {to.lower()}", "cast to text, numbers, dates or boolean")
    return Value(sql, to, value.fails)


def together(server: Server, values: list[Value], to: str) -> list[Value]:
    """The values as one type, as DuckDB casts them before it compares or chooses."""
    return [cast(server, value, to) for value in values]


def _read(server: Server, value: Value, to: str, safe: str, unsure: str, *, lenient: bool) -> Value:
    """A reading that may give null: strictly none of what is there, leniently what can be judged."""
    lost = f"{value.sql} is not null and ({safe}) is null"
    return Value(f"({safe})", to, any_of(value.fails, f"{lost} and {unsure}" if lenient else lost))


def _from_text(server: Server, value: Value, to: str, base: str, *, lenient: bool) -> Value:
    text = value.sql
    if base == "BOOLEAN":
        lowered = f"lower({text})"
        cases = [f"when {lowered} in ({', '.join(map(server.text, words))}) then {truth}"
                 for truth, words in _TRUTH.items()]  # fmt: skip
        return _read(server, value, to, f"case {' '.join(cases)} end", "false", lenient=lenient)
    if base in MOMENTS | {ZONED}:
        safe = _day_or_moment(server, text, base)
        unsure = server.matches(text, _OTHER_DAYS)
        if base == "DATE":
            safe = f"case when not {unsure} then {safe} end"
        other, plain = server.matches(text, _OTHER_MOMENTS), server.matches(text, _MOMENT)
        edge = f" or {server.matches(text, _EDGE_YEARS)}" if base == ZONED else ""
        unsure = f"({unsure} or ({other} and not {plain}){edge})"
        return _read(server, value, to, safe, f"coalesce({unsure}, false)", lenient=lenient)
    number = server.matches(text, _NUMBER)
    unsure = f"{server.matches(text, _OTHER_NUMBERS)} and not {number}"
    trimmed = f"btrim({text}, e' \\t\\n\\x0b\\f\\r')" if server.name == "PostgreSQL" else f"trim({text})"
    if base == "DOUBLE":
        floating = server.matches(text, _FLOATING)
        safe = f"case when {floating} then {server.cast(trimmed, 'DOUBLE')} end"
        unsure = f"{server.matches(text, _OTHER_NUMBERS)} and not {floating}"
    elif base in WHOLE | {"DECIMAL"}:
        exact = Value(f"case when {number} then {server.cast(trimmed, 'DECIMAL(38, 18)')} end", "DECIMAL(38,18)")
        safe = _to_exact(server, exact, to, base, lenient=True).sql
    else:
        raise NotOnServer(f"a cast of text to {to.lower()}", "cast to text, numbers, dates or boolean")
    return _read(server, value, to, safe, f"coalesce({unsure}, false)", lenient=lenient)


def _day_or_moment(server: Server, text: str, base: str) -> str:
    def day(group: Group) -> str:
        return f"case when {group(2)} = {group(4)} then {server.day(group(1), group(3), group(5))} end"

    def moment(group: Group) -> str:
        hour, minute, second = (_digits(group(number)) for number in (8, 9, 11))
        micros = f"substr(concat(coalesce({group(13)}, ''), '000000'), 1, 6)"
        return server.moment(day(group), hour, minute, second, micros)

    def absolute(group: Group) -> str:
        hours, minutes = (server.cast(_digits(group(number)), "INTEGER") for number in (16, 18))
        sign = f"case {group(15)} when '-' then -1 when '+' then 1 else 0 end"
        ahead = server.minutes(f"({sign} * ({hours} * 60 + {minutes}))")
        return server.zoned(f"(case when not {server.matches(text, _EDGE_YEARS)} then {moment(group)} - {ahead} end)")

    if base == "DATE":
        return server.parsed(text, _ONLY_DAY, day)
    return server.parsed(text, _MOMENT, absolute if base == ZONED else moment)


def _digits(group: str) -> str:
    return f"coalesce(nullif({group}, ''), '0')"


def _to_exact(server: Server, value: Value, to: str, base: str, *, lenient: bool) -> Value:
    """A whole number or a decimal: rounded half away from nought, a floating number half to even."""
    places = int(to.rstrip(")").split(",")[1]) if base == "DECIMAL" else 0
    if value.base in ("DOUBLE", "FLOAT"):
        if base == "DECIMAL":
            raise NotOnServer("a cast of double to decimal", "cast the text or the whole number to decimal")
        least, most = (server.cast(repr(limit), "DOUBLE") for limit in _within_double(base))
        whole = server.cast(_half_to_even(value.sql) if server.name == "Spark" else f"round({value.sql})", to)
        within = f"case when {value.sql} between {least} and {most} then {whole} end"
        return _read(server, value, to, within, "false", lenient=lenient)
    rounded = value.sql if value.base in WHOLE and places == 0 else server.rounded(value.sql, places)
    digits = int(to.split("(")[1].split(",", maxsplit=1)[0]) if base == "DECIMAL" else 0
    low, high = (1 - 10**digits, 10**digits - 1) if digits else _LIMITS[base]
    lowest, highest = (str(low), str(high)) if not places else (_scaled(low, places), _scaled(high, places))
    if value.base in WHOLE and base in WHOLE and _fits(value.base, base):
        return Value(server.cast(value.sql, to), to, value.fails)
    safe = f"case when {rounded} between {lowest} and {highest} then {server.cast(rounded, to)} end"
    return _read(server, value, to, safe, "false", lenient=lenient)


def _half_to_even(number: str) -> str:
    """A floating number rounded; servers that speak Spark's dialect do not agree on `rint`."""
    above = f"{number} - floor({number})"
    up = f"{above} > 0.5 or ({above} = 0.5 and floor({number}) % 2 <> 0)"
    return f"(floor({number}) + case when {up} then 1 else 0 end)"


def _scaled(limit: int, places: int) -> str:
    digits = str(abs(limit)).rjust(places + 1, "0")
    return f"{'-' if limit < 0 else ''}{digits[:-places]}.{digits[-places:]}"


def _within_double(base: str) -> tuple[float, float]:
    low, high = _LIMITS[base]
    return float(low), float(high) if float(high) <= high else float(high) - 1024.0


def _fits(base: str, wider: str) -> bool:
    (low, high), (lowest, highest) = _LIMITS[base], _LIMITS[wider]
    return lowest <= low and high <= highest


def _to_text(server: Server, value: Value) -> str:
    if value.base in WHOLE | {"DECIMAL"}:
        return server.cast(value.sql, "VARCHAR")
    if value.base == "BOOLEAN":
        return f"case when {value.sql} then 'true' when not ({value.sql}) then 'false' end"
    if value.base == "DATE":
        return server.day_text(value.sql)
    if value.base == "TIMESTAMP":
        return server.moment_text(value.sql)
    if value.base == ZONED:
        return f"({server.moment_text(server.in_utc(value.sql))} || '+00')"
    raise NotOnServer(f"a cast of {value.type.lower()} to text", "cast to decimal, date or timestamp first")
