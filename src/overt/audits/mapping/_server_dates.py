"""`strptime` and `strftime` on a server: the forms that DuckDB reads, as patterns of their parts."""

from __future__ import annotations

from collections.abc import Callable

from overt.audits.mapping._server_casts import cast
from overt.audits.mapping._server_sql import Group, NotOnServer, Server, Value, any_of

_MONTHS = (
    "January February March April May June July August September October November December".split()  # noqa: SIM905
)
_DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()  # noqa: SIM905
_FORM_REMEDY = "use %d %m %Y %y %b %B %H %I %M %S %f %g %p and what stands between them"
_PARTS = {
    "d": "([0-9]{1,2})",
    "m": "([0-9]{1,2})",
    "Y": "([0-9]{1,4})",
    "y": "([0-9]{1,2})",
    "H": "([01]?[0-9]|2[0-3])",
    "I": "(0?[1-9]|1[0-2])",
    "M": "([0-5]?[0-9])",
    "S": "([0-5]?[0-9])",
    "f": "([0-9]{1,6})",
    "g": "([0-9]{1,3})",
    "p": "([aApP][mM])",
}
_WHOLE = {
    **dict.fromkeys("dm", "([0-9]{2})"),
    "y": "([0-9]{2})",
    "Y": "([0-9]{4})",
    "H": "([01][0-9]|2[0-3])",
    "I": "(0[1-9]|1[0-2])",
    **dict.fromkeys("MS", "([0-5][0-9])"),
    "f": "([0-9]{6})",
    "g": "([0-9]{3})",
}
_NOT_A_DATE = r"^\s*-?([Ii][Nn][Ff]([Ii][Nn][Ii][Tt][Yy])?|[Ee][Pp][Oo][Cc][Hh])\s*$"


def strptime(server: Server, text: Value, form: str, *, lenient: bool) -> Value:
    """A text read by a form, as a timestamp."""
    pattern, places = _pattern(form)

    def moment(group: Group) -> str:
        def part(name: str, default: str) -> str:
            return group(places[name]) if name in places else default

        year = part("Y", server.text("1900"))
        if "y" in places:
            short = f"lpad({part('y', '')}, 2, '0')"
            year = f"concat(case when {short} < '69' then '20' else '19' end, {short})"
        day = server.day(year, _month(server, part, places), part("d", server.text("1")))
        hour = part("H", server.text("0"))
        if "I" in places:
            twelve, is_late = _number(server, part("I", "")), f"lower({part('p', server.text('am'))}) = 'pm'"
            hour = f"({twelve} % 12 + case when {is_late} then 12 else 0 end)"
        fraction = part("f", part("g", server.text("0")))
        micros = f"lpad({fraction}, 6, '0')" if "f" in places else f"concat(lpad({fraction}, 3, '0'), '000')"
        return server.moment(day, hour, part("M", server.text("0")), part("S", server.text("0")), micros)

    safe = server.parsed(text.sql, pattern, moment)
    lost = f"{text.sql} is not null and ({safe}) is null"
    unsure = f"{lost} and {server.matches(text.sql, _NOT_A_DATE)}"
    if "Y" in places:
        # DuckDB reads the year 0000 as one before Christ.
        zero = server.parsed(text.sql, pattern, lambda group: f"lpad({group(places['Y'])}, 4, '0') = '0000'")
        unsure = any_of(unsure, f"{lost} and coalesce({zero}, false)")
    return Value(f"({safe})", "TIMESTAMP", any_of(text.fails, unsure if lenient else lost))


def _pattern(form: str) -> tuple[str, dict[str, int]]:
    """A pattern that matches what the form reads, and which of its groups holds which part."""
    parts, at = [r"^\s*"], 0
    places: dict[str, int] = {}
    while at < len(form):
        if form[at] != "%":
            parts.append(r"\s*" if form[at] == " " else _literal(form[at]))
            at += 1
            continue
        name = form[at + 1 : at + 2]
        names = {"b": [month[:3] for month in _MONTHS], "B": _MONTHS}.get(name)
        if name in places or (names is None and name not in _PARTS):
            raise NotOnServer(f"the form {form} of dates", _FORM_REMEDY)
        places[name] = len(places) + 1
        at += 2
        # DuckDB takes as many digits as a part can have, though none are left for what follows it.
        whole = form[at : at + 1] == "%" and form[at + 1 : at + 2] in _WHOLE
        parts.append(f"({'|'.join(map(_any_case, names))})" if names else _digits(name, whole=whole))
    return "".join([*parts, r"\s*$"]), places


def _digits(name: str, *, whole: bool) -> str:
    return _WHOLE.get(name, _PARTS[name]) if whole else _PARTS[name]


def _literal(letter: str) -> str:
    if letter.isalpha():
        raise NotOnServer(f"the letter {letter} in a form of dates", _FORM_REMEDY)
    return letter if letter.isdigit() else f"[{letter}]" if letter not in "^\\[]" else f"\\{letter}"


def _any_case(word: str) -> str:
    return "".join(f"[{letter.upper()}{letter.lower()}]" for letter in word)


def _month(server: Server, part: Callable[[str, str], str], places: dict[str, int]) -> str:
    name = next((each for each in ("b", "B") if each in places), None)
    if name is None:
        return part("m", server.text("1"))
    cases = " ".join(f"when '{month[:3].lower()}' then '{number}'" for number, month in enumerate(_MONTHS, start=1))
    return f"case substr(lower({part(name, '')}), 1, 3) {cases} end"


def _number(server: Server, text: str) -> str:
    return server.cast(text, "INTEGER")


def strftime(server: Server, value: Value, form: str) -> Value:
    """A date or timestamp as a text."""
    moment = cast(server, value, "TIMESTAMP").sql
    parts, at = [], 0
    while at < len(form):
        if form[at] != "%":
            parts.append(server.text(form[at]))
            at += 1
            continue
        parts.append(_part(server, moment, form[at + 1 : at + 2], form))
        at += 2
    return Value(f"({' || '.join(parts) or server.text('')})", "VARCHAR", value.fails)


def _part(server: Server, moment: str, name: str, form: str) -> str:
    fields = {"d": "day", "m": "month", "H": "hour", "M": "minute", "S": "second"}
    if name in fields:
        return f"lpad({_field(server, fields[name], moment)}, 2, '0')"
    if name == "Y":
        return f"lpad({_field(server, 'year', moment)}, 4, '0')"
    if name == "y":
        return f"substr(lpad({_field(server, 'year', moment)}, 4, '0'), 3, 2)"
    if name in ("b", "B"):
        return named(server, moment, "month", [month[:3] if name == "b" else month for month in _MONTHS])
    if name == "%":
        return server.text("%")
    raise NotOnServer(f"the form {form} of dates", "use %d %m %Y %y %b %B %H %M %S and what stands between them")


def named(server: Server, moment: str, field: str, names: list[str]) -> str:
    """The English name of a month or weekday."""
    cases = " ".join(f"when {number} then '{name}'" for number, name in enumerate(names, start=1))
    return f"case {part_of(server, field, moment)} {cases} end"


def month_name(server: Server, moment: str) -> str:
    """The month in English."""
    return named(server, moment, "month", _MONTHS)


def day_name(server: Server, moment: str) -> str:
    """The weekday in English."""
    return named(server, moment, "isodow", _DAYS)


def part_of(server: Server, field: str, moment: str) -> str:
    """A part of a date or timestamp as a whole number."""
    if server.name == "PostgreSQL":
        return f"trunc(extract({field} from {moment}))::bigint"
    # Spark counts weekdays from Sunday as 1.
    by_name = {"isodow": f"((dayofweek({moment}) + 5) % 7 + 1)", "dow": f"(dayofweek({moment}) - 1)"}
    return f"cast({by_name.get(field) or f'extract({field} from {moment})'} as bigint)"


def _field(server: Server, field: str, moment: str) -> str:
    return server.cast(part_of(server, field, moment), "VARCHAR")
