"""The SQL of a form's choices and of where rows come from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from overt.audits.mapping._numbered import ALL_ROWS
from overt.audits.mapping.form._form import (
    LOWER,
    ROW,
    TRIM,
    Agreed,
    AsItIs,
    Beside,
    Cell,
    Choice,
    Codes,
    Combined,
    Constant,
    Counts,
    Day,
    DayOfTime,
    Figure,
    Formatted,
    Frame,
    Likeness,
    NumberedPeople,
    Pieces,
    Repeated,
    Rows,
    Scalar,
    Step,
    Test,
)
from overt.audits.source._sandbox import literal, quoted_name
from overt.audits.source._texts import LEADING_ZEROS

BRACKETED = r"\(([A-Z][A-Z0-9])\)\s*$"
# Each with SQL for what it makes of `{}`, and how many texts of its own it has.
STEPS = {
    "trim": ("trim({})", 0),
    "lower": ("lower({})", 0),
    "upper": ("upper({})", 0),
    "simple": ("regexp_replace({}, '[^a-z0-9]+', ' ', 'g')", 0),
    "bracketed": (f"regexp_extract({{}}, {literal(BRACKETED)}, 1)", 0),
    "text": ("cast({} as varchar)", 0),
    "or blank": ("coalesce({}, '')", 0),
    "day part": ("left({}, 10)", 0),
    "pattern": ("regexp_replace({}, {}, {})", 2),
    "nullif": ("nullif({}, {})", 1),
    "replace": ("replace({}, {}, {})", 2),
}
PERSON = "person"
NO_ZEROS = Step("pattern", LEADING_ZEROS)
_PLAIN = {ROW, "_table", ALL_ROWS, "part", "n", PERSON, "numbered"}
_WIDTH = 120
_INDENT = "    "


def cell_sql(cell: Cell) -> str:
    """A cell after its steps."""
    sql = ".".join(name_sql(name) for name in (cell.of, cell.name) if name)
    if cell.separator:
        sql = f"string_split({sql}, {literal(cell.separator)})[part.n]"
    for step in cell.steps:
        pattern, texts = STEPS[step.name]
        if len(step.texts) != texts:
            raise ValueError(f"the step {step.name} with {len(step.texts)} texts")
        sql = pattern.format(sql, *map(literal, step.texts))
    return sql


def name_sql(name: str) -> str:
    """A name, in quotation marks unless it is one that Overt gave."""
    return name if name in _PLAIN else quoted_name(name)


def filled_where(cell: Cell) -> str:
    """SQL for the rows in which a cell is filled."""
    return f"{cell_sql(replace(cell, steps=(TRIM,)))} <> ''"


def choice_sql(choice: Choice) -> str:
    """The expression of a choice, on several lines where it is long."""
    return wrapped(_words(choice))


def wrapped(words: Sequence[str], indent: str = _INDENT) -> str:
    """The words on lines that are not too long; no word is broken."""
    lines, line = [], ""
    for word in words:
        if line and len(indent) + len(line) + 1 + len(word) > _WIDTH:
            lines.append(line)
            line = f"{_INDENT}{word}"
        else:
            line = f"{line} {word}" if line else word
    return f"\n{indent}".join([*lines, line])


def _words(choice: Choice) -> list[str]:  # noqa: PLR0911 - one for each choice
    """The expression in parts between which a line may end."""
    match choice:
        case AsItIs(cell):
            return [cell_sql(cell)]
        case Formatted(pattern, cells):
            return [f"format({', '.join([literal(pattern), *map(cell_sql, cells)])})"]
        case Constant(value):
            return [scalar_sql(value)]
        case Codes():
            return _codes(choice)
        case Day():
            return _day(choice)
        case DayOfTime():
            return [_day_of_time(choice)]
        case Combined(parts):
            return [" || ".join(cell_sql(part) if isinstance(part, Cell) else literal(part) for part in parts)]
        case Likeness(cells):
            return _listed("md5(concat_ws(chr(31), ", [cell_sql(cell) for cell in cells], "))")
        case Figure():
            return [_figure(choice)]
        case Agreed():
            return _agreed(choice)


def scalar_sql(value: Scalar | Cell) -> str:
    """A constant, or a cell in the place of one."""
    match value:
        case Cell():
            return cell_sql(value)
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case str():
            return literal(value)


def _listed(start: str, parts: Sequence[str], end: str) -> list[str]:
    """The parts with commas between them, the first behind `start` and the last before `end`."""
    words = [f"{part}," for part in parts[:-1]] + list(parts[-1:])
    words = words or [""]
    words[0] = start + words[0]
    words[-1] += end
    return words


def test_sql(test: Test) -> str:
    """Whether a test holds."""
    subject = cell_sql(test.cell)
    texts = [scalar_sql(text) for text in test.texts]
    if test.how == "filled":
        return f"{subject} <> ''"
    if test.how == "like":
        return f"{subject} like {texts[0]}"
    return f"{subject} = {texts[0]}" if len(texts) == 1 else f"{subject} in ({', '.join(texts)})"


def _codes(codes: Codes) -> list[str]:
    tests = [when.test for when in codes.whens]
    plain = len({test.cell for test in tests}) == 1 and all(test.how == "is" and len(test.texts) == 1 for test in tests)
    words = [f"case {cell_sql(tests[0].cell)}" if plain else "case"]
    for when in codes.whens:
        tested = scalar_sql(when.test.texts[0]) if plain else test_sql(when.test)
        words.append(f"when {tested} then {scalar_sql(when.then)}")
    rest = [] if codes.rest is None else [f"else {scalar_sql(codes.rest)}"]
    return [*words, *rest, "end"]


def _unless(cell: Cell, none: Sequence[str], sql: str) -> str:
    """The expression, and nothing where the cell is one of the words, in whatever letters."""
    if not none:
        return sql
    test = test_sql(Test(replace(cell, steps=(TRIM, LOWER)), "is", tuple(none)))
    return f"case when {test} then null else {sql} end"


def _day(day: Day) -> list[str]:
    forms = ", ".join(map(literal, day.forms))
    called = "try_strptime" if day.lenient else "strptime"
    text = _unless(day.cell, day.none, cell_sql(day.cell))
    last = f"[{forms}])" if len(day.forms) > 1 else f"{forms})"
    start, end = f"{called}({text},", last
    if day.zone:
        start, end = f"timezone('UTC', timezone({literal(day.zone)}, {start}", f"{end}))"
    return [f"cast({start}", f"{end} as {day.type})"]


def _day_of_time(day: DayOfTime) -> str:
    value = cell_sql(day.cell)
    if day.zone:
        value = f"timezone({literal(day.zone)}, cast({value} as timestamptz))"
    sql = f"cast({value} as date)"
    return f"case when {test_sql(day.guard)} then {sql} end" if day.guard else sql


def _figure(figure: Figure) -> str:
    sql = cell_sql(figure.cell)
    for name in figure.types:
        sql = f"{'try_cast' if figure.lenient else 'cast'}({sql} as {name})"
    return _unless(figure.cell, figure.none, sql)


def _agreed(agreed: Agreed) -> list[str]:
    words = _words(agreed.of)
    if agreed.by is not None:
        return _listed("arg_max(", [" ".join(words), " ".join(_words(agreed.by))], ")")
    if agreed.how != "agree":
        return [f"{agreed.how}(", *words, ")"]
    return ["case when count(distinct", *words, ") = 1 then min(", *words, ") end"]


def frame_sql(frame: Frame) -> str:
    """What stands behind `from`."""
    match frame:
        case Rows(table, alias):
            return f"{name_sql(table)} as {name_sql(alias)}" if alias else name_sql(table)
        case Pieces(table, cell):
            split = f"string_split({cell_sql(replace(cell, separator=''))}, {literal(cell.separator)})"
            return f"{name_sql(table)}, unnest(range(1, len({split}) + 1)) as part(n)"
        case Repeated(table, cell, alias, number):
            times = f"range(1, cast({cell_sql(cell)} as bigint) + 1)"
            return f"{name_sql(table)}, unnest({times}) as {name_sql(alias)}({name_sql(number)})"
        case Beside(table, other, key, other_key, all_rows, alias, other_alias):
            join = "left join" if all_rows else "inner join"
            first, second = frame_sql(Rows(table, alias)), frame_sql(Rows(other, other_alias))
            return f"{first} {join} {second} on {cell_sql(key)} = {cell_sql(other_key)}"
        case NumberedPeople(table, cell, alias, apart):
            order = cell_sql(cell)
            own = f", case when {test_sql(Test(Cell(ROW), 'is', apart))} then {ROW} else 0 end" if apart else ""
            ranked = f"dense_rank() over (order by {order}{own})"
            number = f"case when {order} is not null then 'P' || {ranked} end as {PERSON}"
            return f"(select *, {number} from {name_sql(table)}) as {name_sql(alias)}"
        case Counts(name):
            return name_sql(name)


def with_sql(frame: Frame) -> str:
    """What stands before the select: the counts of groups, one below the other."""
    if not isinstance(frame, Counts):
        return ""
    selects = []
    for part in frame.parts:
        items = [
            scalar_sql(value)
            + (f" as {name_sql(name)}" if part is frame.parts[0] and not _is_named(value, name) else "")
            for name, value in zip(frame.names, part, strict=True)
        ]
        selects.append(f"{_INDENT}select {', '.join(items)} from {name_sql(frame.table)}")
    union = f"\n{_INDENT}union all\n"
    return f"with {name_sql(frame.name)} as (\n{union.join(selects)}\n)\n"


def _is_named(value: Scalar | Cell, name: str) -> bool:
    return isinstance(value, Cell) and not value.steps and value.name == name
