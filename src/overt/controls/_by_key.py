"""Whether a control can be asked part by part, where the rows of one key always lie in one part.

The tables that carry the key are parted by it; every other table is whole in each part. A control may be asked so if
the rows it gives of the parts are together those that it gives of the whole. That is decided from its text, select by
select, and no is the answer wherever the text does not show it.

A select of parted rows keeps them parted as long as it joins other parted rows by the key, and counts or numbers rows
only within one key. Through a left join the key of the other side may be null, so that it can be joined by and not
counted by.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import sqlglot
from sqlglot import exp
from sqlglot.optimizer.scope import Scope

from overt.controls._filled import EVERYTHING, tables_with
from overt.controls._grammar import DIALECT
from overt.controls._has import without
from overt.controls._names import Names, resolve

Carried = tuple[str, str]


@dataclass(frozen=True)
class _Place:
    """Where the rows of a select lie: whole in each part or, if `parted`, in the part of the key in `columns`."""

    parted: bool
    columns: frozenset[str] = frozenset()


class _Across(Exception):
    """The select looks across parts; why."""


@lru_cache(maxsize=1024)
def across_parts(sql: str, key: str) -> str:
    """Why a control must be run on the whole register and not on parts by `key`; empty where it need not."""
    tree = without(sqlglot.parse_one(sql, dialect=DIALECT), EVERYTHING)
    names, refusals = resolve(tree.assert_is(exp.Select), "")
    if names is None:
        raise ValueError(str(refusals[0]))
    try:
        place = _Places(names, key).of(names.scopes[-1])
    except _Across as across:
        return str(across)
    return "" if place.parted else f"it reads no table that has {key}"


class _Places:
    """The place of every select of a text."""

    def __init__(self, names: Names, key: str) -> None:
        self._names = names
        self._key = key
        self._tables = tables_with(key)

    def of(self, scope: Scope) -> _Place:
        """The place of the rows that a select gives. Raises `_Across`."""
        if isinstance(scope.expression, exp.SetOperation):
            return self._together(scope)
        parted, carried = self._joined(scope)
        for inside in scope.subquery_scopes:
            if self.of(inside).parted:
                raise _Across(f"a condition looks up other rows by more than {self._key}")
        if parted:
            _check_counted(scope.expression, carried, self._key)
        return _Place(parted, _given(scope.expression, carried))

    def _together(self, scope: Scope) -> _Place:
        query = scope.expression
        first, second = scope.set_operation_scopes
        one, other = self.of(first), self.of(second)
        if one.parted != other.parted:
            raise _Across("it puts rows of parted and of whole tables into one list")
        pairs = zip(_names_of(first), _names_of(second), strict=True)
        columns = frozenset(name for name, same in pairs if name in one.columns and same in other.columns)
        if one.parted and query.args.get("distinct") and not columns:
            raise _Across(f"it removes rows that are alike, of more than one {self._key}")
        return _Place(one.parted, columns)

    def _joined(self, scope: Scope) -> tuple[bool, frozenset[Carried]]:
        """Whether the rows of a select's `from` are parted, and the columns in which each has its key."""
        query = scope.expression
        parted, carried, perhaps = False, frozenset[Carried](), frozenset[Carried]()
        if query.args.get("from_") is None:
            return parted, carried
        for join in (None, *(query.args.get("joins") or ())):
            alias = (query.args["from_"] if join is None else join).this.alias_or_name
            other = self._source(scope.selected_sources[alias][1])
            columns = frozenset((alias, name) for name in other.columns)
            side = join.side.upper() if join is not None else ""
            if not other.parted and (not parted or side in ("", "LEFT")):
                continue
            if not parted and side == "":
                parted, carried, perhaps = True, columns, columns
                continue
            if side not in ("", "LEFT") or not parted:
                raise _Across(f"it keeps rows of {alias}, or without {alias}, in each part")
            if join is None or not _equal(join.args.get("on"), perhaps, columns):
                raise _Across(f"it joins {alias} by more than {self._key}")
            perhaps |= columns
            if side == "":
                carried |= columns
        return parted, carried

    def _source(self, source: exp.Table | Scope) -> _Place:
        if isinstance(source, Scope):
            return self.of(source)
        parted = source.name in self._tables
        return _Place(parted, frozenset({self._key} if parted else ()))


def _names_of(scope: Scope) -> list[str]:
    return scope.expression.named_selects if isinstance(scope.expression, exp.Query) else []


def _equal(condition: exp.Expr | None, some: frozenset[Carried], others: frozenset[Carried]) -> bool:
    """Whether a condition demands that a key of some rows equals one of the others."""
    for part in _demanded(condition):
        if isinstance(part, exp.EQ) and isinstance(part.this, exp.Column) and isinstance(part.expression, exp.Column):
            sides = {(side.table, side.name) for side in (part.this, part.expression)}
            if sides & some and sides & others:
                return True
    return False


def _demanded(condition: exp.Expr | None) -> Iterator[exp.Expr]:
    if isinstance(condition, exp.And | exp.Paren):
        for part in condition.iter_expressions():
            yield from _demanded(part)
    elif condition is not None:
        yield condition


def _check_counted(query: exp.Expr, carried: frozenset[Carried], key: str) -> None:
    """Raises `_Across` where parted rows are counted, numbered or made one beyond their key."""
    group = query.args.get("group")
    if group is not None:
        if not _any_carried(group.expressions, carried):
            raise _Across(f"it counts rows of more than one {key} together")
    elif any(_is_own(node, query) and not isinstance(node.parent, exp.Window) for node in query.find_all(exp.AggFunc)):
        raise _Across("it counts all rows together")
    for window in query.find_all(exp.Window):
        if _is_own(window, query) and not _any_carried(window.args.get("partition_by") or [], carried):
            raise _Across(f"it compares rows of more than one {key}")
    if query.args.get("distinct") and not _given(query, carried):
        raise _Across(f"it removes rows that are alike, of more than one {key}")


def _is_own(node: exp.Expr, query: exp.Expr) -> bool:
    """Whether a node is the select's own, and not of a select inside it."""
    return node.parent_select is query


def _any_carried(columns: list[exp.Expr], carried: frozenset[Carried]) -> bool:
    return any(isinstance(column, exp.Column) and (column.table, column.name) in carried for column in columns)


def _given(query: exp.Expr, carried: frozenset[Carried]) -> frozenset[str]:
    """The names under which a select gives columns that carry the key."""
    return frozenset(
        column.alias_or_name
        for column in query.expressions
        if isinstance(bare := column.unalias(), exp.Column) and (bare.table, bare.name) in carried
    )
