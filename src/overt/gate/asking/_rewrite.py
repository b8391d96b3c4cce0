"""Rewrites the texts of controls to ask the same of a few rows with less work.

The audit reads whole tables once; the gate asks a row or two, thousands of times a minute, and what takes its time
is every small table that an engine makes for itself on the way.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import sqlglot
from sqlglot import exp

_JOINS = ("", "INNER", "CROSS", "OUTER")
# A select with one of these gives other rows when rows that it does not ask for are left out.
_OF_SEVERAL = ("with_", "group", "having", "distinct", "limit", "order", "qualify", "laterals")


def rewritten(
    texts: Sequence[tuple[str, str]], dialect: str, empty: Collection[str], alone: Collection[str]
) -> tuple[list[tuple[str, bool] | None], dict[str, str]]:
    """The texts, each with the table that it is about, and what several of them share, by name.

    A text comes back with whether it reads of its table the staged rows alone, which it may do for tables in `alone`.
    It is None if it gives no row, since tables in `empty` have none.
    """
    trees = [sqlglot.parse_one(text, dialect=dialect) for text, _ in texts]
    nothing = set(empty)
    shared = {}
    for name, table in _share(trees, dialect).items():
        shorter = pruned(table, nothing)
        if shorter is None:
            nothing.add(name)
        else:
            shared[name] = _written(shorter, dialect)
    shortened: list[tuple[str, bool] | None] = []
    for tree, (_, about) in zip(trees, texts, strict=True):
        shorter = pruned(tree, nothing)
        of_staged = shorter is not None and about in alone and _read_staged(shorter, about)
        shortened.append(None if shorter is None else (_written(shorter, dialect), of_staged))
    return shortened, shared


def pruned(select: exp.Expr, empty: Collection[str]) -> exp.Expr | None:
    """The select without what tables that have no row cannot give it, or None if it gives no row.

    An inner join of nothing gives nothing, a left join of nothing gives nulls. What is not understood stays.
    """
    if not isinstance(select, exp.Select):
        return select
    empty = set(empty)
    for table in select.ctes:
        shorter = pruned(table.this, empty)
        if shorter is None:
            empty.add(table.alias)
        else:
            table.set("this", shorter)
            empty.discard(table.alias)
    joins = select.args.get("joins") or []
    if "from_" not in select.args or any(not _is_plain(join) for join in joins):
        return select
    for join in [left for left in joins if left.side == "LEFT"]:
        if _gives_nothing(join.this, empty):
            _leave_out(select, join)
    needed = [select.args["from_"].this, *[join.this for join in joins if join.side != "LEFT"]]
    missing = [source for source in needed if _gives_nothing(source, empty)]
    return None if missing and not _is_one_row(select) else select


def _is_plain(join: exp.Join) -> bool:
    return join.side in ("", "LEFT") and join.kind in _JOINS and not join.method and not join.args.get("using")


def _gives_nothing(source: exp.Expr, empty: Collection[str]) -> bool:
    if isinstance(source, exp.Table):
        return source.name in empty and not source.db
    if isinstance(source, exp.Subquery):
        shorter = pruned(source.this, empty)
        if shorter is None:
            return True
        source.set("this", shorter)
    return False


def _is_one_row(select: exp.Select) -> bool:
    """Whether it counts or sums up all rows there are, which gives a row even of none."""
    return not select.args.get("group") and _has_own(select, exp.AggFunc)


def _has_own(select: exp.Select, *kinds: type[exp.Expr]) -> bool:
    """Whether one of these kinds stands in the select itself, and not in one inside it."""
    return any(node.parent_select is select for node in select.find_all(*kinds))


def _leave_out(select: exp.Select, join: exp.Join) -> None:
    """Takes away a left join of nothing: every column of it is null."""
    name = join.this.alias_or_name
    columns = [node for node in select.find_all(exp.Column) if _reaches(node, select)]
    if select.is_star or not all(column.table for column in columns):
        return
    join.pop()
    for column in columns:
        if column.table == name:
            column.replace(exp.alias_(exp.null(), column.name) if column.parent is select else exp.null())


def _reaches(column: exp.Column, select: exp.Select) -> bool:
    """Whether a column may be one of the select's sources. A select in a `from` or a `with` sees none of them."""
    inside = column.parent_select
    while inside is not None and inside is not select:
        if isinstance(inside.parent, exp.CTE) or _is_source(inside.parent):
            return False
        if column.table in [source.alias_or_name for source in _sources(inside)]:
            return False
        inside = inside.parent_select
    return inside is select


def _sources(select: exp.Expr) -> list[exp.Expr]:
    first = select.args.get("from_")
    return [*([first.this] if first else []), *[join.this for join in select.args.get("joins") or []]]


def _is_source(node: exp.Expr | None) -> bool:
    return isinstance(node, exp.Subquery) and isinstance(node.parent, exp.From | exp.Join)


def _read_staged(tree: exp.Expr, table: str) -> bool:
    """Reads the staged rows alone where the text gives a row for each of a table's. Whether it does."""
    if not isinstance(tree, exp.Select) or any(tree.args.get(clause) for clause in _OF_SEVERAL):
        return False
    source = tree.args["from_"].this if tree.args.get("from_") else None
    if (
        not isinstance(source, exp.Table)
        or source.name != table
        or not all(map(_is_plain, tree.args.get("joins") or []))
    ):
        return False
    if _has_own(tree, exp.AggFunc, exp.Window):
        return False
    source.replace(exp.to_table(f"staged_{table}", alias=source.alias_or_name))
    return True


def _share(trees: Sequence[exp.Expr], dialect: str) -> dict[str, exp.Select]:
    """Works out once what several texts ask for of the same rows, such as the age of a person."""
    same_rows: dict[str, list[exp.Subquery]] = {}
    for tree in trees:
        if tree.find(exp.CTE) is None:
            for node in tree.find_all(exp.Subquery):
                if _is_source(node) and node.alias and isinstance(node.this, exp.Select):
                    same_rows.setdefault(_rows_of(node.this).sql(dialect=dialect), []).append(node)
    several = [subqueries for subqueries in same_rows.values() if len(subqueries) > 1]
    return {f"shared_{number}": _together(f"shared_{number}", some, dialect) for number, some in enumerate(several)}


def _rows_of(select: exp.Select) -> exp.Select:
    """The select without what it gives of its rows: those of one group, or else each with all it gives."""
    rows = select.copy()
    if rows.args.get("group"):
        rows.set("expressions", [])
    return rows


def _together(name: str, several: Sequence[exp.Subquery], dialect: str) -> exp.Select:
    """What several selects give of the same rows; each is left with its part of it."""
    columns: dict[str, str] = {}
    for subquery in several:
        for column in subquery.this.expressions:
            columns.setdefault(column.unalias().sql(dialect=dialect), f"c{len(columns)}")
    whole: exp.Select = several[0].this.copy()
    for subquery in several:
        part = ", ".join(
            f"{columns[column.unalias().sql(dialect=dialect)]} as {column.alias_or_name}"
            for column in subquery.this.expressions
        )
        subquery.set("this", sqlglot.parse_one(f"select {part} from {name}", dialect=dialect))
    whole.set(
        "expressions",
        [sqlglot.parse_one(f"{text} as {short_name}", dialect=dialect) for text, short_name in columns.items()],
    )
    return whole


def _written(tree: exp.Expr, dialect: str) -> str:
    return (tree.transform(_spelled_out) if dialect == "sqlite" else tree).sql(dialect=dialect)


def _spelled_out(node: exp.Expr) -> exp.Expr:
    """A column in a list of literals as so many comparisons: SQLite makes a table of the list, for a row or two."""
    if isinstance(node, exp.In) and isinstance(node.this, exp.Column) and node.expressions:
        return exp.paren(
            exp.or_(*[exp.EQ(this=node.this.copy(), expression=literal.copy()) for literal in node.expressions])
        )
    return node
