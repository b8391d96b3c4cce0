"""Reads a mapping's text as a form."""

from __future__ import annotations

from collections import defaultdict

import duckdb

from overt.audits.mapping._dialects import dialect_of
from overt.audits.mapping._mapping import open_parser, parse_mapping
from overt.audits.mapping.form._cut import SelectText, cut_view, file_head, statements, without_name
from overt.audits.mapping.form._form import ByHand, Cell, Choice, Frame, ItemForm, MappingForm, ViewForm
from overt.audits.mapping.form._frames import recognise_frame
from overt.audits.mapping.form._recognise import Recogniser
from overt.audits.mapping.form._sql import cell_sql, choice_sql, frame_sql, with_sql
from overt.audits.mapping.form._tree import Node, branches, parse, same
from overt.audits.source._account import SourceAccount

_SHORT = 100


def read_form(text: str, account: SourceAccount | None = None, *, name: str = "mapping.sql") -> MappingForm:
    """The form of a mapping; what is outside the form is kept as it is written.

    Columns are spelt as `account` spells them. Refuses what is no mapping, with every fault at once. A mapping in the
    dialect of a server is kept whole.
    """
    recogniser = Recogniser(_spelling(account))
    with open_parser() as connection:
        views = parse_mapping(text, name, connection)
        dialect = dialect_of(text, name)
        parts, tail = statements(text, dialect)
        head, parts[0] = file_head(parts[0], dialect)
        forms = [
            read_view(connection, part, view.table, recogniser)
            if dialect == "duckdb"
            else ViewForm(view.table, None, kept=part, text=part)
            for part, view in zip(parts, views, strict=True)
        ]
    return MappingForm(tuple(forms), head, tail)


def read_view(connection: duckdb.DuckDBPyConnection, text: str, table: str, recogniser: Recogniser) -> ViewForm:
    """The form of one view, which is kept whole if it is not of the form."""
    try:
        return _view(connection, text, table, recogniser) or ViewForm(table, None, kept=text, text=text)
    except RecursionError:
        # A tree may be deeper than Python can call.
        return ViewForm(table, None, kept=text, text=text)


def recognise_sql(connection: duckdb.DuckDBPyConnection, sql: str) -> Choice | None:
    """The choice that an expression is, or nothing if it is outside the form."""
    tree = parse(connection, f"select {sql}")
    items = tree["select_list"] if tree else []
    return _faithful(connection, [Recogniser().choice(items[0])], items)[0] if len(items) == 1 else None


def _spelling(account: SourceAccount | None) -> dict[str, str]:
    """The names of columns by their small letters, where all tables spell them alike."""
    names: dict[str, set[str]] = defaultdict(set)
    for table in account.tables if account else ():
        for column, _ in table.columns:
            names[column.lower()].add(column)
    return {low: next(iter(spelt)) for low, spelt in names.items() if len(spelt) == 1}


def _view(connection: duckdb.DuckDBPyConnection, text: str, table: str, recogniser: Recogniser) -> ViewForm | None:
    cut = cut_view(text)
    tree = parse(connection, cut.select) if cut else None
    if cut is None or tree is None or (tree["type"] != "SELECT_NODE" and tree["cte_map"]["map"]):
        return None
    nodes = branches(tree)
    if len(nodes) != len(cut.selects):
        return None
    names = [_name(item) for item in nodes[0]["select_list"]]
    forms = [
        _select(connection, select, node, recogniser, table=table, names=names)
        for select, node in zip(cut.selects, nodes, strict=True)
    ]
    known = [form for form in forms if form is not None]
    if not known or len(known) < len(forms):
        return None
    first, *below = known
    return ViewForm(table, first.frame, first.items, first.where, first.by, tuple(below), text=text)


def _select(
    connection: duckdb.DuckDBPyConnection,
    text: SelectText,
    node: Node,
    recogniser: Recogniser,
    *,
    table: str,
    names: list[str],
) -> ViewForm | None:
    """One select as a view of its own; nothing if its rows come from elsewhere than the form knows."""
    items = node["select_list"]
    cut = parse(connection, f"select {_below([item.sql for item in text.items])}")
    if cut is None or not same(cut["select_list"], items) or len(items) != len(names):
        return None
    frame = recognise_frame(node, recogniser)
    groups = node["group_expressions"]
    by = recogniser.cell(groups[0]) if len(groups) == 1 else None
    if frame is None or (groups and by is None):
        return None
    written = parse(connection, f"{with_sql(frame)}select 1 {from_sql(frame, text.where, by)}")
    if written is None or not same(_named(written), _named({**node, "select_list": written["select_list"]})):
        return None
    choices = _faithful(connection, [recogniser.choice(item) for item in items], items)
    forms = tuple(
        ByHand(name, without_name(item.sql, name)) if choice is None else ItemForm(name, choice)
        for name, item, choice in zip(names, text.items, choices, strict=True)
    )
    return ViewForm(table, frame, forms, text.where, by)


def from_sql(frame: Frame, where: str, by: Cell | None) -> str:
    """A select from the word `from` on."""
    clauses = [f"from {frame_sql(frame)}", *([f"where {where}"] if where else [])]
    clauses += [f"group by {cell_sql(by)}"] if by else []
    is_short = sum(map(len, clauses)) < _SHORT and not any(mark in where for mark in ("\n", "--"))
    return (" " if is_short else "\n").join(clauses)


def _faithful(
    connection: duckdb.DuckDBPyConnection, choices: list[Choice | None], items: list[Node]
) -> list[Choice | None]:
    """The choices whose SQL has the same tree as the item that they were recognised in."""
    written = [choice_sql(choice) if choice else "null" for choice in choices]
    trees = (parse(connection, f"select {_below(written)}") or {}).get("select_list") or []
    if len(trees) != len(items):
        return [None] * len(items)
    return [
        choice if same({**tree, "alias": ""}, {**item, "alias": ""}) else None
        for choice, tree, item in zip(choices, trees, items, strict=True)
    ]


def _below(parts: list[str]) -> str:
    """The parts with commas, each on a line of its own, for a comment may end one."""
    return "\n,".join(parts)


def _name(item: Node) -> str:
    """The column of the model that an item gives."""
    return str(item.get("alias") or (item.get("column_names") or [""])[-1]).lower()


def _named(node: Node) -> Node:
    """The select with the names of the columns in its `with`, which a union takes from its first select."""
    named = []
    for entry in node["cte_map"]["map"]:
        query = entry["value"]["query"]
        selects = [
            {**select, "select_list": [{**item, "alias": _name(item) if first else ""} for item in items]}
            for first, select, items in (
                (place == 0, select, select["select_list"]) for place, select in enumerate(branches(query["node"]))
            )
        ]
        named.append({**entry, "value": {**entry["value"], "query": {**query, "node": selects}}})
    return {**node, "cte_map": {"map": named}}
