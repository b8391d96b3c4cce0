"""Resolves every name in a control's text by its scope: each table, and each column with the table that it is of.

What a name means is decided where it stands. A name that `with` gives in one subquery means nothing in another.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.optimizer.scope import Scope, traverse_scope

from overt.controls._grammar import shown
from overt.model import TABLES, Column
from overt.refusals import Refusal

Source = exp.Table | Scope


@dataclass(frozen=True)
class Names:
    """The scopes of a text, the innermost first, and what each of its columns is read from."""

    scopes: tuple[Scope, ...]
    sources: Mapping[int, Source]
    homes: Mapping[int, Scope]
    """By column, the select in whose `from` its table stands."""

    def source(self, column: exp.Column) -> Source:
        """The table of the model, or the select, that the column is of."""
        return self.sources[id(column)]

    @property
    def tables(self) -> Iterator[exp.Table]:
        """Every place at which a table of the model is read."""
        for scope in self.scopes:
            for _, source in scope.selected_sources.values():
                if isinstance(source, exp.Table):
                    yield source


def resolve(tree: exp.Select, where: str) -> tuple[Names | None, list[Refusal]]:
    """The names of the text, or a refusal for each that its scope does not give.

    Nothing may be left over: a table or a column that no scope has counted is refused as well.
    """
    refusals = _given_names(tree, where)
    try:
        scopes = tuple(traverse_scope(tree))
        for scope in scopes:
            refusals += _tables(scope, where)
    except SqlglotError as error:
        return None, [
            *refusals,
            Refusal("control-scope", where, str(error).splitlines()[0][:200], "unambiguous names"),
        ]
    counted = {id(node) for scope in scopes for node, _ in scope.selected_sources.values()}
    lost = [node for node in tree.find_all(exp.Table, exp.Subquery) if not counted & {id(node), id(node.this)}]
    refusals += [Refusal("control-scope", where, shown(node), "a table in `from` or `join`") for node in lost]
    if refusals:
        return None, refusals
    sources, homes, refusals = _columns(tree, scopes, where)
    return (None, refusals) if refusals else (Names(scopes, sources, homes), [])


def model_column(source: exp.Table, name: str) -> Column:
    """The column of the model that a name is."""
    return TABLES[source.name].by_name[name]


def _given_names(tree: exp.Select, where: str) -> list[Refusal]:
    """Names that the text gives to selects: each once, and none that is a table of the model."""
    refusals = []
    seen: set[str] = set()
    for each in tree.find_all(exp.CTE, exp.Subquery):
        name = each.alias
        if name in TABLES:
            refusals.append(Refusal("control-misleading-alias", where, f"{name}, for a select", "another name"))
        elif isinstance(each, exp.CTE) and name in seen:
            refusals.append(Refusal("control-scope", where, f"{name} is given by `with` twice", "each name only once"))
        if isinstance(each, exp.CTE):
            seen.add(name)
    return refusals


def _tables(scope: Scope, where: str) -> list[Refusal]:
    refusals = []
    for alias, (node, source) in scope.selected_sources.items():
        if not isinstance(node, exp.Table):
            continue
        if isinstance(source, exp.Table) and source.name not in TABLES:
            wanted = "a table of the model, or of a `with` that is in scope here: see `overt model`"
            refusals.append(Refusal("control-not-a-model-table", where, source.name, wanted))
        elif alias != node.name and (alias in TABLES or alias in scope.cte_sources):
            refusals.append(Refusal("control-misleading-alias", where, f"{node.name} as {alias}", "another alias"))
    return refusals


def _columns(
    tree: exp.Select, scopes: tuple[Scope, ...], where: str
) -> tuple[dict[int, Source], dict[int, Scope], list[Refusal]]:
    sources: dict[int, Source] = {}
    homes: dict[int, Scope] = {}
    refusals: list[Refusal] = []
    for scope in scopes:
        for column in scope.find_all(exp.Column):
            home = _home(scope, column.table)
            if home is None:
                found = f"{column.table}.{column.name}: {column.table} is not in scope there"
                refusals.append(Refusal("control-scope", where, found, "a table of the same `from`"))
                continue
            sources[id(column)] = source = home.selected_sources[column.table][1]
            homes[id(column)] = home
            if column.name not in _offered(source):
                found = f"{column.table}.{column.name}"
                refusals.append(Refusal("control-unknown-column", where, found, "columns of the model"))
    if not refusals:
        lost = [column for column in tree.find_all(exp.Column) if id(column) not in sources]
        refusals += [Refusal("control-scope", where, shown(column), "a column in a select") for column in lost]
    return sources, homes, list({str(each): each for each in refusals}.values())


def _home(scope: Scope | None, alias: str) -> Scope | None:
    """The select that an alias is of. Only a select inside an expression sees the tables of the one around it."""
    while scope is not None and alias not in scope.selected_sources:
        scope = scope.parent if scope.is_subquery or scope.is_set_operation else None
    return scope


def _offered(source: Source) -> list[str]:
    """The columns that a table or a select gives; a name that a select gives twice is nobody's."""
    if isinstance(source, exp.Table):
        return list(TABLES[source.name].by_name)
    names = source.expression.named_selects if isinstance(source.expression, exp.Query) else []
    return [name for name in names if names.count(name) == 1]
