"""Drafts a mapping by looking at the columns and values of a source, and marks what it guessed."""

from __future__ import annotations

from dataclasses import dataclass, field

import duckdb

from overt.audit.mapping._by_scheme import broad_groups
from overt.audit.mapping._guess import Guess, as_comment
from overt.audit.mapping._guesses import SourceColumn, guess
from overt.audit.mapping._mapping import MODEL_TABLES, parse_mapping
from overt.audit.mapping._numbered import ALL_ROWS
from overt.audit.mapping._profile import profile_table
from overt.audit.mapping._synonyms import names_of, normal, tables_called
from overt.audit.source._account import SourceAccount, SourceTable
from overt.audit.source._sandbox import quoted_name
from overt.model import TABLES

_HEAD = """\
-- A draft of a mapping for {name}: from its columns to the tables of the model.
-- Every line below was guessed from names and values, and says why. To go on:
--   1. Read each guess, and correct or delete it. Delete a column rather than fill it with something else:
--      what is not mapped is reported as "cannot be shown", what is mapped wrongly as a finding.
--   2. Look at what is marked "decide" and at the columns that are not used.
--   3. overt model TABLE says what each column of the model means.
--   4. overt map check SOURCE --map THIS_FILE says which controls can then be answered."""
_SPACE = "    "
_WIDTH = 118
_FEW = 200
_NO_FURTHER_ACTION = "no further action"
_OF_AN_ENCOUNTER = {"legislation", "object_of_search", "tactic", "occurred_at", "occurred_on", "outcome_linked"}


@dataclass
class _Table:
    """A table of the source, under the name a mapping gives it."""

    name: str
    source: str
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

    def add(self, column: str, found: Guess, origin: SourceColumn | None = None) -> None:
        """Takes in a guess, or what keeps it from being made."""
        if found.sql is not None:
            self.items.append((f"{found.sql} as {column}", found.why))
        elif origin is not None:
            self.undecided.append(f"{column} from {origin.shown}: {found.why}")
        if origin is not None:
            self.source.used.add(origin.profile.column)

    def text(self) -> str:
        """The view as SQL."""
        lines = [f"create view {self.table} as", "select"]
        for number, (sql, why) in enumerate(self.items):
            item = f"{_SPACE}{sql}{',' if number < len(self.items) - 1 else ''}"
            remark = f"-- guess ({why})"
            if "\n" in item or len(item) + len(remark) > _WIDTH:
                lines += [f"{_SPACE}{remark}", item]
            else:
                lines.append(f"{item}  {remark}")
        lines += [f"{_SPACE}-- decide: {each}" for each in self.undecided]
        lines.append(f"from {quoted_name(self.source.name) if self.source.name != ALL_ROWS else ALL_ROWS};")
        return "\n".join(lines)


def draft_mapping(connection: duckdb.DuckDBPyConnection, account: SourceAccount) -> str:
    """A mapping that can be read and applied as it stands, with its guesses marked and what it did not use listed.

    `connection` comes from `open_workshop`. Not promised: that a guess is right. A date that can be read in
    two ways, a value that is no code and an ethnicity that may be anyone's view are left to be decided.
    """
    parts = [_HEAD.format(name=as_comment(account.name))]
    taken: set[str] = set()
    tables = _tables(connection, account)
    for table in tables:
        views = _views(connection, table, taken)
        taken |= {view.table for view in views}
        parts += [view.text() for view in views]
        parts.append(_unused(table))
    if not taken:
        view = _rows_as_entries(connection, tables[0])
        parts = [parts[0], view.text(), *map(_unused, tables)]
    text = "\n\n".join(part for part in parts if part) + "\n"
    parse_mapping(text, "draft")
    return text


def _tables(connection: duckdb.DuckDBPyConnection, account: SourceAccount) -> list[_Table]:
    """The tables of the source; those that are alike are taken as one, and the first is looked at."""
    alike = len({tuple(name for name, _ in table.columns) for table in account.tables}) == 1
    if alike:
        return [_table(connection, account.tables[0], ALL_ROWS)]
    return [_table(connection, table, table.name) for table in account.tables]


def _table(connection: duckdb.DuckDBPyConnection, table: SourceTable, name: str) -> _Table:
    source = f"source.{quoted_name(table.name)}"
    columns = []
    for profile, (_, kind) in zip(profile_table(connection, table.name), table.columns, strict=True):
        column = SourceColumn(profile, kind)
        if kind == "VARCHAR" and 0 < profile.distinct <= _FEW:
            rows = connection.execute(
                f"select {column.sql}, count(*) from {source} where trim({column.sql}) <> '' group by 1 order by 1"
            ).fetchall()
            column.values = {str(value): int(count) for value, count in rows}
        columns.append(column)
    return _Table(name, source, columns)


def _views(connection: duckdb.DuckDBPyConnection, table: _Table, taken: set[str]) -> list[_View]:
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
    views = [_view(connection, table, name) for name in MODEL_TABLES if name in chosen]
    return [view for view in views if view.items]


def _likeness(table: _Table, model: str) -> int:
    named = 3 if model in tables_called(table.name) else 0
    matched = _matches(table, model)
    if model == "encounter" and not matched.keys() & _OF_AN_ENCOUNTER:
        return 0
    keyed = 1 if TABLES[model].key.name in matched else 0
    return len(matched) + named + keyed if matched else 0


def _matches(table: _Table, model: str) -> dict[str, SourceColumn]:
    """For each column of the model the column of the source that bears its likeliest name; none is taken twice."""
    found: dict[str, SourceColumn] = {}
    used: set[str] = set()
    for column in TABLES[model].columns:
        for name in names_of(model, column.name):
            match = table.by_name.get(name)
            if match is not None and match.profile.column not in used:
                found[column.name] = match
                used.add(match.profile.column)
                break
    return found


def _view(connection: duckdb.DuckDBPyConnection, table: _Table, model: str) -> _View:
    view = _View(model, table)
    matched = _matches(table, model)
    for column in TABLES[model].columns:
        origin = matched.get(column.name)
        if origin is not None:
            found = guess(connection, table.source, origin, column)
            view.add(column.name, found, origin)
        elif column == TABLES[model].key:
            view.add(column.name, Guess("format('{:08d}', _row)", "no column is named as a number; by row"))
    if model == "encounter":
        _add_encounter(view, matched)
    for name in ("race", "ethnicity", "ethnic group"):
        origin = table.by_name.get(name)
        if origin is not None and "ethnicity_self" in TABLES[model].by_name and origin not in matched.values():
            view.undecided.append(f"{origin.shown}: is it what the person said, or what an officer saw?")
            table.used.add(origin.profile.column)
    return view


def _add_encounter(view: _View, matched: dict[str, SourceColumn]) -> None:
    """What a table of encounters says between the lines: the local day, the broad groups, that nothing came of it."""
    source, filled = view.source, {sql.rpartition(" as ")[2] for sql, _ in view.items}

    def add(column: str, found: Guess) -> None:
        """What the source says itself goes before what can be made of it."""
        if column not in filled:
            view.add(column, found)

    when = matched.get("occurred_at")
    if when is not None and "occurred_at" in filled:
        day = f"cast(timezone('Europe/London', cast({when.sql} as timestamptz)) as date)"
        add("occurred_on", Guess(day, "the day in London; a time in UTC may be of the day before"))
    for name in ("ethnicity_observed", "ethnicity_self"):
        origin, groups = matched.get(name), TABLES["encounter"].by_name[f"{name}_group"].codes
        if origin is not None and (found := broad_groups(origin.sql, origin.values, groups)):
            add(f"{name}_group", found)
    outcome = matched.get("outcome")
    if outcome is not None and any(_NO_FURTHER_ACTION in value.lower() for value in outcome.values):
        nothing = f"{outcome.sql} ilike '%{_NO_FURTHER_ACTION}%'"
        add("no_further_action", Guess(nothing, f"its values say “{_NO_FURTHER_ACTION}”"))
    add("row_count", Guess("1", "each row is one encounter"))
    values = [f"coalesce({column.sql}::varchar, '')" for column in source.columns]
    digest = _lines("md5(concat_ws(chr(31), ", values, ",", "))")
    add("row_digest", Guess(digest, "every value of the row, so that rows that are alike can be seen"))


def _lines(start: str, parts: list[str], between: str, end: str) -> str:
    """The parts one below the other."""
    return start + f"{between}\n{_SPACE}{_SPACE}".join(parts) + end


def _rows_as_entries(connection: duckdb.DuckDBPyConnection, table: _Table) -> _View:
    """What to begin with where nothing is like a table of the model."""
    view = _view(connection, table, "entry")
    sql, why = view.items[0]
    view.items[0] = (sql, f"{why}; nothing is like a table of the model, so each row is taken for an entry")
    count = table.by_name.get("count") or table.by_name.get("number")
    if count is not None:
        several = f"unnest(range(cast({count.shown} as bigint))) as person(number)"
        view.undecided.append(f"does each row stand for as many people as {count.shown} says? Then: from …, {several}")
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
