"""How a value of a server's column becomes one of the model's kind, by the rules of `mapping._convert`: strictly.

What cannot be turned gives null and is counted. None of these expressions stops a statement, whatever the value: on a
server one such value would hide the count of the others.
"""

from __future__ import annotations

from dataclasses import replace

from overt.audits.mapping import FAR_REMARK, MIDNIGHT_REMARK, NO_OFFSET_REMARK, PLAUSIBLE_YEARS, TRUTH, Conversion
from overt.audits.place._dialect import Dialect, Family
from overt.model import Kind

_EXACT = 2**53
_BIGINT = (-(2**63), 2**63 - 1)
_YEAR = "000[1-9]|00[1-9][0-9]|0[1-9][0-9]{2}|[1-9][0-9]{3}"
_FOURTH = "0[48]|[2468][048]|[13579][26]"
_LEAP_YEAR = f"[0-9]{{2}}({_FOURTH})|({_FOURTH})00"
# Only days that exist, so that a cast of what has this form never fails.
DAY = (
    f"(({_YEAR})-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)"
    f"|02-(0[1-9]|1[0-9]|2[0-8]))|({_LEAP_YEAR})-02-29)"
)
_ZONE = "(Z|[+-](0[0-9]|1[0-5])(:?[0-5][0-9])?)"
MOMENT = f"{DAY}([T ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]{{1,9}})?{_ZONE}?)?)?"
_NUMBER = "[+-]?([0-9]+([.][0-9]*)?|[.][0-9]+)([eE][+-]?[0-9]{1,3})?"
_WHOLE = "[+-]?[0-9]{1,19}([.]0+)?"


def convert(value: str, server_type: str, kind: Kind, dialect: Dialect) -> Conversion | None:
    """How to turn SQL `value`, of a type of the server, into a kind of the model; `None` where there is no bridge."""
    family = dialect.family(server_type)
    if family is None:
        return None
    if kind is Kind.TEXT and server_type in dialect.plain_text:
        return Conversion(value)
    if family in (Family.TEXT, Family.WRITTEN) and kind is not Kind.TEXT:
        conversion: Conversion | None = _from_text(f"cast({value} as {dialect.types[Kind.TEXT]})", kind, dialect)
    else:
        conversion = _BRIDGES[kind](value, family, dialect)
    if conversion is None or kind not in (Kind.DATE, Kind.TIMESTAMP):
        return conversion
    first, last = PLAUSIBLE_YEARS
    far = (FAR_REMARK, f"{dialect.year(conversion.sql)} not between {first} and {last}")
    return replace(conversion, remarks=(*conversion.remarks, far))


def _from_text(text: str, kind: Kind, dialect: Dialect) -> Conversion:
    trimmed = dialect.trimmed(text)
    if kind is Kind.BOOLEAN:
        sql = f"case lower({dialect.trimmed(text, ' ')}) {TRUTH} end"
    else:
        form, then = {
            Kind.INTEGER: (_WHOLE, _bigint(f"cast(split_part({trimmed}, '.', 1) as decimal(20, 0))")),
            Kind.NUMBER: (_NUMBER, dialect.as_number(trimmed, Family.TEXT)),
            Kind.DATE: (DAY, f"cast({trimmed} as date)"),
            Kind.TIMESTAMP: (MOMENT, dialect.read_moment(trimmed)),
        }[kind]
        sql = f"case when {dialect.matches(trimmed, form)} then {then} end"
    filled = dialect.filled(text, Family.TEXT)
    remarks: tuple[tuple[str, str], ...] = ()
    if kind is Kind.TIMESTAMP:
        day = dialect.matches(trimmed, f"({_YEAR})-[0-9]{{2}}-[0-9]{{2}}")
        zone = dialect.matches(trimmed, f".*:[0-9.]+{_ZONE}")
        remarks = ((MIDNIGHT_REMARK, day), (NO_OFFSET_REMARK, f"{filled} and not {day} and not {zone}"))
    return Conversion(sql, f"{filled} and ({sql}) is null", False, remarks)


def _bigint(number: str) -> str:
    first, last = _BIGINT
    return f"case when {number} between {first} and {last} then cast({number} as bigint) end"


def _to_text(value: str, family: Family, dialect: Dialect) -> Conversion:
    text = dialect.cast(value, Kind.TEXT)
    if family in (Family.DECIMAL, Family.FLOAT):
        # A spreadsheet has no whole numbers: 1001 must not become 1001.0 in a reference.
        whole = f"{value} = floor({value}) and abs({value}) < {_EXACT}"
        sql = f"case when {whole} then {dialect.cast(f'cast({value} as bigint)', Kind.TEXT)} else {text} end"
        large, small = dialect.plain_fractions
        odd = f"{value} <> 0 and not ({whole}) and (abs({value}) >= {large} or abs({value}) < {small})"
        return Conversion(sql, odd if family is Family.FLOAT else None)
    if family in (Family.MOMENT, Family.ZONED):
        moment = dialect.in_utc(value) if family is Family.ZONED else value
        shown = dialect.moment_text(moment)
        sql = f"{shown} || '+00:00'" if family is Family.ZONED else shown
        return Conversion(sql, f"not {dialect.finite(value, family)} or {dialect.year(moment)} not between 1 and 9999")
    if family is Family.DATE:
        return Conversion(f"substr({dialect.moment_text(value)}, 1, 10)", f"not {dialect.finite(value, family)}")
    return Conversion(text)


def _to_integer(value: str, family: Family, dialect: Dialect) -> Conversion | None:
    if family is Family.WHOLE:
        return Conversion(dialect.cast(value, Kind.INTEGER))
    if family not in (Family.DECIMAL, Family.FLOAT):
        return None
    # 2^63 is a number of floating point, and the greatest whole number below it is not.
    first, last = _BIGINT
    inside = (
        f"{value} >= {first} and {value} < {last + 1}"
        if family is Family.FLOAT
        else f"{value} between {first} and {last}"
    )
    sql = f"case when {inside} then case when {value} = floor({value}) then cast({value} as bigint) end end"
    return Conversion(sql, f"{value} is not null and ({sql}) is null")


def _to_number(value: str, family: Family, dialect: Dialect) -> Conversion | None:
    if family is Family.FLOAT:
        return Conversion(dialect.as_number(value, family), f"not {dialect.finite(value, family)}")
    if family is Family.DECIMAL:
        sql = dialect.as_number(value, family)
        return Conversion(sql, f"{value} is not null and ({sql}) is null")
    return Conversion(dialect.cast(value, Kind.NUMBER)) if family is Family.WHOLE else None


def _to_boolean(value: str, family: Family, dialect: Dialect) -> Conversion | None:
    if family is Family.BOOLEAN:
        return Conversion(value)
    sql = f"case {value} when 1 then true when 0 then false end"
    numbers = (Family.WHOLE, Family.DECIMAL, Family.FLOAT)
    return Conversion(sql, f"{value} is not null and ({sql}) is null") if family in numbers else None


def _to_date(value: str, family: Family, dialect: Dialect) -> Conversion | None:
    if family is Family.DATE:
        return Conversion(value, f"not {dialect.finite(value, family)}")
    if family is Family.MOMENT:
        day = f"cast({value} as date)"
        midnight = f"{dialect.finite(value, family)} and {dialect.cast(day, Kind.TIMESTAMP)} = {value}"
        return Conversion(day, f"{value} is not null and not ({midnight})")
    # On which day a moment with a zone falls depends on a place that the source does not name.
    return None


def _to_timestamp(value: str, family: Family, dialect: Dialect) -> Conversion | None:
    if family not in (Family.DATE, Family.MOMENT, Family.ZONED):
        return None
    bad = f"not {dialect.finite(value, family)}"
    if family is Family.ZONED:
        return Conversion(dialect.in_utc(value), bad)
    remarks = ((MIDNIGHT_REMARK, f"{value} is not null"),) if family is Family.DATE else ()
    return Conversion(dialect.cast(value, Kind.TIMESTAMP), bad, remarks=remarks)


_BRIDGES = {
    Kind.TEXT: _to_text,
    Kind.INTEGER: _to_integer,
    Kind.NUMBER: _to_number,
    Kind.BOOLEAN: _to_boolean,
    Kind.DATE: _to_date,
    Kind.TIMESTAMP: _to_timestamp,
}
