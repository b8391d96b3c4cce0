"""Drafts a mapping by looking at the columns and values of a source, and marks what it guessed."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import duckdb

from overt.audits.mapping._asked import Asked, AskedHere
from overt.audits.mapping._by_scheme import broad_groups
from overt.audits.mapping._dates import day_of_moment, guess_date
from overt.audits.mapping._guess import Guess, as_comment, on_one_line
from overt.audits.mapping._guesses import SourceColumn, guess_codes, guess_plain
from overt.audits.mapping._mapping import MODEL_TABLES, parse_mapping
from overt.audits.mapping._numbered import ALL_ROWS
from overt.audits.source._account import SourceAccount, SourceTable
from overt.audits.source._sandbox import literal, quoted_name
from overt.model import ENCOUNTER, SUBJECT, TABLES, Column, Kind, names_of, normal, tables_called

_HEAD = """\
-- A draft of a mapping for {name}: from its columns to the tables of the model.
-- Every line below is a guess from names and values, and gives its reason. What to do next:
--   1. Read each guess, and correct or delete it. Delete a column rather than fill it with something else:
--      data that is not mapped is reported as "cannot be shown"; data mapped wrongly leads to wrong findings.
--   2. Check the lines marked "decide" and the columns that are not used.
--   3. Run `overt model TABLE` to see what each column of the model means.
--   4. Run `overt map check SOURCE --map THIS_FILE` to see which controls can be answered."""
_SPACE = "    "
_WIDTH = 118
_FEW = 200
_NOTHING_DONE = r"\bno further action\b|\bnfa\b"
# A column of these is never taken for a number of rows, however many different values it has.
_NO_NUMBER = re.compile(
    r"\b(name|surname|forename|alias|nickname|dob|birth|born|address|postcode|phone|email|date|time)\b"
)
_WHOSE_VIEW = tuple(
    map(normal, ("race", "ethnicity", "ethnic group", "race ethnicity", "ethnicity race", "ethnic origin"))
)
_OF_AN_ENCOUNTER = {
    ENCOUNTER.legislation,
    ENCOUNTER.object_of_search,
    ENCOUNTER.tactic,
    ENCOUNTER.occurred_at,
    ENCOUNTER.occurred_on,
    ENCOUNTER.outcome_linked,
}


@dataclass
class _Table:
    """A table of the source, under the name a mapping gives it."""

    name: str
    source: SourceTable
    columns: list[SourceColumn]
    used: set[str] = field(default_factory=set)

    @property
    def by_name(self) -> dict[str, SourceColumn]:
        """Columns by their names in normal form; of two alike, the first."""
        found: dict[str, SourceColumn] = {}
        for column in self.columns:
            found.setdefault(normal(column.profile.column), column)
        return found


@dataclass
class _View:
    """A view while it is drafted: select items and what must be decided."""

    table: str
    source: _Table
    items: list[tuple[str, str]] = field(default_factory=list)
    undecided: list[str] = field(default_factory=list)
    distinct: bool = False

    def add(self, column: str, found: Guess, origin: SourceColumn | None = None) -> None:
        """Takes in a guess, or what keeps it from being made."""
        if found.sql is not None:
            self.items.append((f"{found.sql} as {column}", found.why))
        elif origin is not None:
            self.undecided.append(f"{column} from {origin.shown}: {found.why}")
        if found.left and origin is not None:
            self.undecided.append(f"{column} from {origin.shown}: {found.left}")
        if origin is not None:
            self.source.used.add(origin.profile.column)

    @property
    def number(self) -> str | None:
        """The column of the source, as SQL, that numbers the rows."""
        key = f" as {TABLES[self.table].key.name}"
        return next((sql.removesuffix(key) for sql, _ in self.items if sql.endswith(key) and sql.startswith('"')), None)

    def text(self) -> str:
        """The view as SQL."""
        lines = [f"create view {self.table} as", "select distinct" if self.distinct else "select"]
        if self.distinct:
            lines.insert(0, f"-- {self.table}: a number appears in several rows, so each distinct row is used once.")
        for number, (sql, why) in enumerate(self.items):
            item = f"{_SPACE}{sql}{',' if number < len(self.items) - 1 else ''}"
            remark = on_one_line(f"-- guess ({why})")
            if "\n" in item or len(item) + len(remark) > _WIDTH:
                lines += [f"{_SPACE}{remark}", item]
            else:
                lines.append(f"{item}  {remark}")
        lines += [on_one_line(f"{_SPACE}-- decide: {each}") for each in self.undecided]
        lines.append(f"from {quoted_name(self.source.name) if self.source.name != ALL_ROWS else ALL_ROWS};")
        return "\n".join(lines)


def draft_mapping(connection: duckdb.DuckDBPyConnection, account: SourceAccount, timezone: str | None = None) -> str:
    """What `draft_from` gives of a source that was loaded. `connection` comes from `open_workshop`."""
    return draft_from(AskedHere(connection), account, timezone)


def draft_from(asked: Asked, account: SourceAccount, timezone: str | None = None) -> str:
    """A mapping that can be read and applied as it stands, with its guesses marked and what it did not use listed.

    `timezone` is the place whose day is taken of times with an offset. Not
    promised: that a guess is right. A date that can be read in two ways, a value that is no code and an ethnicity that
    may be anyone's view are left to be decided.
    """
    parts = [_HEAD.format(name=as_comment(account.name))]
    taken: set[str] = set()
    tables = _tables(asked, account)
    for table in tables:
        views = _views(asked, table, taken, timezone)
        taken |= {view.table for view in views}
        parts += [view.text() for view in views]
        parts.append(_unused(table))
    if not taken:
        view = _rows_as_entries(asked, tables[0], timezone)
        parts = [parts[0], view.text(), *map(_unused, tables)]
    text = "\n\n".join(part for part in parts if part) + "\n"
    parse_mapping(text, "draft")
    return text


def _tables(asked: Asked, account: SourceAccount) -> list[_Table]:
    """The tables of the source; those that are alike are taken as one, and the first is looked at."""
    alike = len({tuple(name for name, _ in table.columns) for table in account.tables}) == 1
    if alike:
        return [_table(asked, account.tables[0], ALL_ROWS)]
    return [_table(asked, table, table.name) for table in account.tables]


def _table(asked: Asked, table: SourceTable, name: str) -> _Table:
    profiles = zip(asked.profiles(table), table.columns, strict=True)
    columns = [SourceColumn(profile, kind) for profile, (_, kind) in profiles]
    few = [column for column in columns if column.type == "VARCHAR" and 0 < column.profile.distinct <= _FEW]
    for column, values in zip(few, asked.values(table, few), strict=True):
        column.values = values
    return _Table(name, table, columns)


def _views(asked: Asked, table: _Table, taken: set[str], timezone: str | None) -> list[_View]:
    """The views that the table may fill: the one it is most like, and of entry and subject both."""
    scores = {name: _likeness(table, name) for name in MODEL_TABLES if name not in taken}
    best = max(scores, key=lambda name: scores[name], default=None)
    if best is None or scores[best] < 3:
        return []
    chosen = [best]
    # A list of people is mostly one table: who they are and why they are listed in the same row.
    for one, other in (("entry", "subject"), ("subject", "entry")):
        if best == one and other in scores and len(_matches(table, other)) >= 2:
            chosen.append(other)
    views = [_view(asked, table, name, timezone) for name in MODEL_TABLES if name in chosen]
    return [view for view in views if view.items]


def _likeness(table: _Table, model: str) -> int:
    named = 3 if model in tables_called(table.name) else 0
    matched = _matches(table, model)
    if TABLES[model] is ENCOUNTER and not matched.keys() & _OF_AN_ENCOUNTER:
        return 0
    keyed = 1 if TABLES[model].key.name in matched else 0
    return len(matched) + named + keyed if matched else 0


def _matches(table: _Table, model: str) -> dict[str, SourceColumn]:
    """For each column of the model the column of the source that bears its likeliest name; none is taken twice.

    What numbers the rows of the table has a value of its own in each row; of people alone the rows are put together.
    """
    found: dict[str, SourceColumn] = {}
    used: set[str] = set()
    for column in TABLES[model].columns:
        for name in names_of(model, column.name):
            match = table.by_name.get(name)
            if match is not None and column == TABLES[model].key and not _may_be_key(model, match):
                continue
            if match is not None and match.profile.column not in used:
                found[column.name] = match
                used.add(match.profile.column)
                break
    return found


def _may_be_key(model: str, column: SourceColumn) -> bool:
    return TABLES[model] is SUBJECT or not TABLES[model].has_own_key or _is_number(column)


def _is_number(column: SourceColumn) -> bool:
    """Whether every row has a value of its own."""
    return column.profile.filled == column.profile.rows == column.profile.distinct


def _key(asked: Asked, table: _Table, model: str) -> Guess:
    """What numbers the rows where no column is called so: the first column, if it has one value a row, or the row."""
    first = table.columns[0]
    repeating = [
        f"{match.shown} has {match.profile.distinct} values in {match.profile.rows} rows"
        for name in names_of(model, TABLES[model].key.name)
        if (match := table.by_name.get(name)) is not None and not _is_number(match)
    ]
    why = f"{repeating[0]}, so it numbers nothing; " if repeating else "no column is named as a number; "
    plain = first.type in ("VARCHAR", "BIGINT", "INTEGER") and not _NO_NUMBER.search(normal(first.profile.column))
    if plain and first.profile.rows > 1 and _is_number(first) and first.profile.column not in table.used:
        table.used.add(first.profile.column)
        return Guess(first.sql, f"{why}{first.shown} is the first column and has a different value in each row")
    return Guess(f"format('{{:08d}}', {asked.number(table.source)})", f"{why}by row")


def _guess(asked: Asked, table: SourceTable, column: SourceColumn, model: Column, timezone: str | None) -> Guess:
    """How the source's column fills the model's, checked on every value."""
    if model.codes:
        return guess_codes(column, model)
    if model.kind in (Kind.DATE, Kind.TIMESTAMP) and column.type == "VARCHAR":
        connection, rows = asked.texts(table, column)
        return guess_date(connection, rows, column, model.kind, timezone)
    if model.kind is Kind.DATE and column.type.startswith("TIMESTAMP"):
        return day_of_moment(column, timezone)
    return guess_plain(asked.bad(table, column, model.kind), column, model)


def _view(asked: Asked, table: _Table, model: str, timezone: str | None) -> _View:
    view = _View(model, table)
    matched = _matches(table, model)
    if (
        ENCOUNTER.occurred_on in TABLES[model].by_name.keys() - matched.keys()
        and (when := matched.get(ENCOUNTER.occurred_at))
        and not asked.has_clock(table.source, when)
    ):
        # A day is no time of day, and midnight would be made up.
        matched[ENCOUNTER.occurred_on] = matched.pop(ENCOUNTER.occurred_at)
    key = TABLES[model].key
    for column in TABLES[model].columns:
        origin = matched.get(column.name)
        if origin is not None:
            view.add(column.name, _guess(asked, table.source, origin, column, timezone), origin)
        elif column == key:
            table.used |= {each.profile.column for each in matched.values()}
            view.add(column.name, _key(asked, table, model))
    for column in TABLES[model].columns:
        if column.codes and column.name not in matched and (named := _named_within(table, column)):
            view.add(column.name, *named)
    view.distinct = TABLES[model] is SUBJECT and key.name in matched and not _is_number(matched[key.name])
    if TABLES[model] is ENCOUNTER:
        _add_encounter(asked, view, matched, timezone)
    for name in _WHOSE_VIEW:
        origin = table.by_name.get(name)
        if origin is not None and ENCOUNTER.ethnicity_self in TABLES[model].by_name and origin not in matched.values():
            view.undecided.append(f"{origin.shown}: is it self-defined or officer-observed?")
            table.used.add(origin.profile.column)
    return view


def _named_within(table: _Table, model: Column) -> tuple[Guess, SourceColumn] | None:
    """The one unused column with the model's name among the words of its own, if its values say the same as codes."""
    wanted = f" {normal(model.name)} "
    named = [
        each
        for each in table.columns
        if each.profile.column not in table.used and wanted in f" {normal(each.profile.column)} "
    ]
    if len(named) != 1 or (found := guess_codes(named[0], model)).sql is None:
        return None
    return Guess(found.sql, f"“{model.name}” is in its name, and {found.why}", found.left), named[0]


def _add_encounter(asked: Asked, view: _View, matched: dict[str, SourceColumn], timezone: str | None) -> None:
    """What a table of encounters says between the lines: the day, the broad groups, that nothing came of it."""
    source, filled = view.source, {sql.rpartition(" as ")[2] for sql, _ in view.items}

    def add(column: str, found: Guess | None, origin: SourceColumn | None = None) -> None:
        """What the source says itself goes before what can be made of it."""
        if column not in filled and found is not None:
            view.add(column, found, origin)

    when, day = matched.get(ENCOUNTER.occurred_at), ENCOUNTER.occurred_on
    if when is not None and day not in matched:
        add(day, _guess(asked, source.source, when, day, timezone), when)
    for name, group in (
        (ENCOUNTER.ethnicity_observed, ENCOUNTER.ethnicity_observed_group),
        (ENCOUNTER.ethnicity_self, ENCOUNTER.ethnicity_self_group),
    ):
        if name in matched:
            add(group, broad_groups(matched[name].sql, matched[name].values, group.codes))
    outcome = matched.get(ENCOUNTER.outcome)
    if outcome is not None and any(re.search(_NOTHING_DONE, value.lower()) for value in outcome.values):
        nothing = f"regexp_matches(lower({outcome.sql}), {literal(_NOTHING_DONE)})"
        add(ENCOUNTER.no_further_action, Guess(nothing, "its values say “no further action” or “NFA”"))
    add(ENCOUNTER.row_count, Guess("1", "each row is one encounter"))
    number = view.number
    values = [f"coalesce({column.sql}::varchar, '')" for column in source.columns if column.sql != number]
    digest = _lines("md5(concat_ws(chr(31), ", values, ",", "))")
    left = ", its number left out," if number else ""
    add(ENCOUNTER.row_digest, Guess(digest, f"every value of the row{left} so that rows that are alike can be seen"))


def _lines(start: str, parts: list[str], between: str, end: str) -> str:
    """The parts one below the other."""
    return start + f"{between}\n{_SPACE}{_SPACE}".join(parts) + end


def _rows_as_entries(asked: Asked, table: _Table, timezone: str | None) -> _View:
    """What to begin with where nothing is like a table of the model."""
    view = _view(asked, table, "entry", timezone)
    sql, why = view.items[0]
    view.items[0] = (sql, f"{why}; nothing resembles a table of the model, so each row is treated as an entry")
    count = table.by_name.get("count") or table.by_name.get("number")
    if count is not None:
        several = f"unnest(range(cast({count.shown} as bigint))) as person(number)"
        view.undecided.append(
            f"does each row represent as many people as {count.shown} gives? If so: from …, {several}"
        )
    return view


def _unused(table: _Table) -> str:
    """The columns that no view uses, as comments."""
    unused = [column for column in table.columns if column.profile.column not in table.used]
    if not unused:
        return ""
    lines = [f"-- Not used of {'the source' if table.name == ALL_ROWS else as_comment(table.name)}:"]
    for column in unused:
        profile = column.profile
        values = f"{profile.distinct} {'value' if profile.distinct == 1 else 'values'}"
        said = f"filled in {profile.filled} of {profile.rows} rows, {values}" if profile.filled else "blank throughout"
        lines.append(f"--   {column.shown}: {said}")
    return "\n".join(lines)
