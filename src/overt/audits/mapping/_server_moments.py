"""The functions of dates and times on each engine."""

from __future__ import annotations

from collections.abc import Callable

from overt.audits.mapping import _server_dates as dates
from overt.audits.mapping._server_casts import cast
from overt.audits.mapping._server_sql import (
    MOMENTS,
    WHOLE,
    ZONED,
    Node,
    NotOnServer,
    Server,
    Value,
    Write,
    any_of,
    constant,
    fails_of,
)


def _moment(server: Server, value: Value, *, day_only: bool = False) -> Value:
    if value.base == ZONED:
        value = cast(server, value, "TIMESTAMP")
    if value.base not in MOMENTS:
        raise NotOnServer(f"a date function of {value.type.lower()}", "cast it to date or timestamp")
    return cast(server, value, "DATE") if day_only else value


def _part(field: str) -> Write:
    def write(server: Server, values: list[Value], _: list[Node]) -> Value:
        moment = _moment(server, values[-1])
        if field in ("hour", "minute", "second"):
            moment = cast(server, moment, "TIMESTAMP")
        return Value(dates.part_of(server, field, moment.sql), "BIGINT", fails_of(values))

    return write


_PARTS = {
    **{name: name for name in ("year", "month", "day", "hour", "minute", "quarter", "week")},
    **dict.fromkeys(("dayofweek", "weekday", "dow"), "dow"),
    **{"isodow": "isodow", "dayofmonth": "day", "dayofyear": "doy", "doy": "doy", "weekofyear": "week"},
}


def _named_part(server: Server, values: list[Value], nodes: list[Node]) -> Value:
    name = str(constant(nodes[0])).lower()
    if name not in _PARTS:
        raise NotOnServer(f"the part {name} of a date", f"use {', '.join(sorted(set(_PARTS)))}")
    return _part(_PARTS[name])(server, values[1:], nodes[1:])


def _truncated(server: Server, values: list[Value], nodes: list[Node]) -> Value:
    name = str(constant(nodes[0])).lower()
    if name not in ("year", "quarter", "month", "week", "day"):
        raise NotOnServer(f"date_trunc to {name}", "use year, quarter, month, week or day")
    moment = cast(server, _moment(server, values[1]), "TIMESTAMP")
    cut = f"date_trunc('{name}', {moment.sql})"
    return Value(server.cast(cut, "TIMESTAMP"), "TIMESTAMP", fails_of(values))


def _difference(server: Server, values: list[Value], nodes: list[Node]) -> Value:
    name = str(constant(nodes[0])).lower()
    one, other = (_moment(server, value, day_only=True) for value in values[1:])
    if name == "day":
        sql = f"({other.sql} - {one.sql})" if server.name == "PostgreSQL" else f"datediff({other.sql}, {one.sql})"
    elif name in ("month", "year", "quarter"):
        (y1, y2), (m1, m2) = ([dates.part_of(server, field, each.sql) for each in (one, other)]
                              for field in ("year", "quarter" if name == "quarter" else "month"))  # fmt: skip
        units = {"year": 0, "quarter": 4, "month": 12}[name]
        sql = f"(({y2} - {y1}) * {units} + {m2} - {m1})" if units else f"({y2} - {y1})"
    else:
        raise NotOnServer(f"date_diff in {name}", "use year, quarter, month or day")
    return Value(server.cast(sql, "BIGINT"), "BIGINT", fails_of(values[1:]))


def _last_day(server: Server, values: list[Value], _: list[Node]) -> Value:
    day = _moment(server, values[0], day_only=True)
    sql = f"last_day({day.sql})"
    if server.name == "PostgreSQL":
        sql = f"(date_trunc('month', ({day.sql})::timestamp) + interval '1 month' - interval '1 day')::date"
    return Value(sql, "DATE", day.fails)


def _made_date(server: Server, values: list[Value], _: list[Node]) -> Value:
    if len(values) != 3 or any(value.base not in WHOLE for value in values):
        raise NotOnServer("make_date of other than three whole numbers", "write the year, the month and the day")
    parts = [f"case when {value.sql} between 0 and 9999 then {server.cast(value.sql, 'VARCHAR')} end"
             for value in values]  # fmt: skip
    safe = server.day(*(f"({part})" for part in parts))
    there = " and ".join(f"{value.sql} is not null" for value in values)
    return Value(f"({safe})", "DATE", any_of(fails_of(values), f"{there} and ({safe}) is null"))


def _interval(unit: str) -> Write:
    def write(server: Server, values: list[Value], _: list[Node]) -> Value:
        if values[0].base not in WHOLE:
            raise NotOnServer(f"an interval of {values[0].type.lower()}", "cast it to integer")
        number = server.cast(values[0].sql, "INTEGER")
        if server.name == "PostgreSQL":
            return Value(f"make_interval({unit} => {number})", "INTERVAL", values[0].fails)
        made = {"years": "make_ym_interval({0}, 0)", "months": "make_ym_interval(0, {0})",
                "weeks": "make_dt_interval({0} * 7)", "days": "make_dt_interval({0})",
                "hours": "make_dt_interval(0, {0})", "mins": "make_dt_interval(0, 0, {0})"}  # fmt: skip
        return Value(made[unit].format(number), "INTERVAL", values[0].fails)

    return write


def _read_by_form(*, lenient: bool) -> Write:
    def write(server: Server, values: list[Value], nodes: list[Node]) -> Value:
        return dates.strptime(server, cast(server, values[0], "VARCHAR"), str(constant(nodes[1])), lenient=lenient)

    return write


def _written_by_form(server: Server, values: list[Value], nodes: list[Node]) -> Value:
    place = 0 if values[0].base in MOMENTS | {ZONED} else 1
    return dates.strftime(server, _moment(server, values[place]), str(constant(nodes[1 - place])))


def _name_of(write_name: Callable[[Server, str], str]) -> Write:
    def write(server: Server, values: list[Value], _: list[Node]) -> Value:
        return Value(f"({write_name(server, _moment(server, values[0]).sql)})", "VARCHAR", values[0].fails)

    return write


def _at_zone(server: Server, values: list[Value], nodes: list[Node]) -> Value:
    zone, moment = str(constant(nodes[0])), values[1]
    if zone != "UTC" and "/" not in zone:
        # Engines take short names, such as BST, for different zones.
        raise NotOnServer(f"the zone {zone}", "name a place, such as Europe/London, or UTC")
    if moment.base == ZONED:
        utc = server.in_utc(moment.sql)
        sql = utc if zone == "UTC" else server.at_place(zone, utc)
        return Value(sql, "TIMESTAMP", moment.fails)
    if moment.base != "TIMESTAMP":
        raise NotOnServer(f"a zone for a {moment.type.lower()}", "cast it to timestamp")
    sql = moment.sql if zone == "UTC" else _absolute(server, zone, moment.sql)
    return Value(server.zoned(sql), ZONED, moment.fails)


def _absolute(server: Server, zone: str, local: str) -> str:
    """What clocks in a zone show, in UTC.

    An hour that they show twice is the later one, and one that they skip is read by the offset before it, as DuckDB
    does; servers differ. Each offset is the one of a day before or after.
    """
    day = server.minutes("1440")
    before, after = (
        f"({server.at_place(zone, moment)} - {moment})" for moment in (f"({local} - {day})", f"({local} + {day})")
    )
    later = f"({local} - {after})"
    return f"(case when {server.at_place(zone, later)} = {local} then {later} else {local} - {before} end)"


MOMENT_FUNCTIONS: dict[str, Write] = {
    **{name: _part(field) for name, field in _PARTS.items() if name not in ("dow", "doy")},
    **dict.fromkeys(("date_part", "datepart"), _named_part),
    **dict.fromkeys(("date_trunc", "datetrunc"), _truncated),
    **dict.fromkeys(("date_diff", "datediff"), _difference),
    "last_day": _last_day,
    "make_date": _made_date,
    "monthname": _name_of(dates.month_name),
    "dayname": _name_of(dates.day_name),
    **{f"to_{unit}": _interval(unit) for unit in ("years", "months", "weeks", "days", "hours")},
    "to_minutes": _interval("mins"),
    "strptime": _read_by_form(lenient=False),
    "try_strptime": _read_by_form(lenient=True),
    "strftime": _written_by_form,
    "timezone": _at_zone,
}
