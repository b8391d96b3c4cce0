"""Reads the text of a control: one portable `select`, and which columns decide its answer.

The text is parsed as DuckDB's dialect. It is held to a grammar, its names are resolved by their scopes, and what it
shows is kept free of words about people. None of this asks an engine: engines have a barrier of their own.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.optimizer.pushdown_projections import pushdown_projections
from sqlglot.optimizer.qualify import qualify
from sqlglot.optimizer.scope import traverse_scope
from sqlglot.schema import MappingSchema

from overt.controls._evidence import shown_words
from overt.controls._filled import Columns
from overt.controls._grammar import DIALECT, outside_grammar
from overt.controls._has import read_has, without
from overt.controls._names import Names, resolve
from overt.controls._prepared import Text
from overt.model import TABLES
from overt.refusals import Refusal


def read_text(sql: str, where: str, *, dated: str | None, scoped_by_date: bool) -> tuple[Text | None, list[Refusal]]:
    """The text read, or everything that is wrong with it.

    `scoped_by_date` says that the date decides which rows are in scope, so that it is needed.
    """
    try:
        return _read(sql, where, dated, scoped_by_date)
    except SqlglotError as error:
        found = _first_line(error)
    except RecursionError:
        found = "brackets or selects inside one another, too deep to be read"
    return None, [Refusal("control-not-sql", where, found, "a single select that can be parsed")]


def _read(sql: str, where: str, dated: str | None, scoped_by_date: bool) -> tuple[Text | None, list[Refusal]]:
    statements = [tree for tree in sqlglot.parse(sql, dialect=DIALECT) if tree is not None]
    if len(statements) != 1 or not isinstance(statements[0], exp.Select):
        kinds = ", ".join(tree.key for tree in statements) or "nothing"
        return None, [Refusal("control-not-one-select", where, kinds, "exactly one select")]
    optional, refusals = read_has(statements[0], where)
    if refusals:
        return None, refusals
    # From here on the text is the one for a source that has every column: what a name means is the same in all.
    tree = without(statements[0])
    if not isinstance(tree, exp.Select):
        raise TypeError("a control is one select")
    refusals = [*outside_grammar(tree, where), *_shape(tree, where, dated), *_unqualified(tree, where)]
    if refusals:
        return None, refusals
    names, refusals = resolve(tree, where)
    refusals += shown_words(names, where) if names else []
    if names is None or refusals:
        return None, refusals
    columns = tuple(tree.named_selects)
    decisive = [columns[0], "breach", *([dated] if dated and scoped_by_date else [])]
    try:
        decides = _decides(tree, names, decisive)
    except SqlglotError as error:
        return None, [Refusal("control-unknown-column", where, _first_line(error), "columns of the model")]
    if dated and scoped_by_date:
        # Without the day nobody can say whether the row is in scope: it decides, whatever the text can do without.
        day = tree.selects[columns.index(dated)].unalias()
        optional = _without(optional, {day.table: (day.name,)} if isinstance(day, exp.Column) else {})
    parameters = tuple(sorted({node.name for node in tree.find_all(exp.Placeholder)}))
    return Text(columns[0], columns, *_split(decides, optional), parameters), []


def _without(columns: Columns, others: Columns) -> Columns:
    left = {
        table: tuple(name for name in names if name not in others.get(table, ())) for table, names in columns.items()
    }
    return {table: names for table, names in left.items() if names}


def _split(decides: Columns, optional: Columns) -> tuple[Columns, Columns]:
    """The deciding columns that a source must have, and those that the text can do without.

    A table of which no column must be there need not be there either, unless the text has no other to take rows from.
    """
    needs = {
        table: tuple(name for name in names if name not in optional.get(table, ())) for table, names in decides.items()
    }
    return {table: names for table, names in needs.items() if names or table not in optional} or needs, optional


def _shape(tree: exp.Select, where: str, dated: str | None) -> list[Refusal]:
    columns = tree.named_selects
    refusals = []
    if len(columns) < 3 or columns[-2:] != ["breach", "reason"]:
        refusals.append(
            Refusal("control-shape", where, f"selects {', '.join(columns)}", "key, ids and dates, then breach, reason")
        )
    if len(set(columns)) != len(columns):
        refusals.append(Refusal("control-shape", where, f"selects {', '.join(columns)}", "each column once"))
    if dated and dated not in columns:
        refusals.append(Refusal("control-dated", where, f"dated: {dated}", f"one of {', '.join(columns)}"))
    return refusals


def _unqualified(tree: exp.Select, where: str) -> list[Refusal]:
    bare = sorted({node.name for node in tree.find_all(exp.Column) if not node.table})
    if bare:
        return [Refusal("control-unqualified", where, ", ".join(bare), "table.column for every column")]
    return []


def _decides(tree: exp.Select, names: Names, decisive: Sequence[str]) -> Columns:
    """The columns that decide, by table. A table that is read for the evidence alone is there, without a column."""
    outer = exp.select(*[exp.column(name, "control") for name in dict.fromkeys(decisive)]).from_(
        tree.copy().subquery("control")
    )
    pruned = pushdown_projections(qualify(outer, schema=_schema(), dialect=DIALECT, quote_identifiers=False))
    decides: dict[str, set[str]] = {table.name: set() for table in names.tables}
    for scope in traverse_scope(pruned):
        for source in scope.sources.values():
            if isinstance(source, exp.Table):
                decides.setdefault(source.name, set())
        for column in scope.columns:
            read = scope.sources.get(column.table)
            if isinstance(read, exp.Table):
                decides[read.name].add(column.name)
    return {name: tuple(sorted(columns)) for name, columns in sorted(decides.items())}


@cache
def _schema() -> MappingSchema:
    """The model as sqlglot knows it; made once for all controls."""
    return MappingSchema(
        {name: {column.name: column.kind.value for column in table.columns} for name, table in TABLES.items()},
        dialect=DIALECT,
    )


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0][:200]
