"""A view of a mapping written for the server that holds the source: with the same meaning, or refused by name.

DuckDB's own parser reads the select and DuckDB's binder tells the types. Each part is then written for the server by
the tables of functions and casts beside this file; nothing is passed on that is not in them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import duckdb

from overt.audits.mapping._dialects import NAMES, other_dialect
from overt.audits.mapping._mapping import MappedView
from overt.audits.mapping._numbered import ALL_ROWS
from overt.audits.mapping._own_dialect import placed
from overt.audits.mapping._server_aggregates import ordered
from overt.audits.mapping._server_casts import cast
from overt.audits.mapping._server_expressions import Expressions, Output, Relation
from overt.audits.mapping._server_from import ServerTable, Sources, renamed
from overt.audits.mapping._server_sql import SERVERS, NotOnServer, Server, Value, any_of
from overt.audits.mapping._server_tree import (
    NOWHERE,
    bare,
    bound,
    conditions_of,
    expressions_of,
    from_only,
    has_aggregate,
    with_aliases,
)
from overt.audits.mapping._server_types import Types, duckdb_type
from overt.refusals import Refusal, raise_all

Node = dict[str, Any]
FAILING = "overt_failed_"
_PLACE = "overt_place"
_ROW = Output("", "BOOLEAN", "overt_row_failed")
_SETS = {"UNION": "union", "EXCEPT": "except", "INTERSECT": "intersect"}


@dataclass(frozen=True)
class RenderedView:
    """A select for a server.

    `sql` gives the columns of `MappedView.columns` under their names. For a column in which a strict conversion can
    fail, `failing` names one more column of `sql`: a boolean that is true in the rows where it fails, in which the
    value is null. DuckDB stops at such a row, so an audit refuses a mapping that has one, with their number. Values
    that DuckDB reads and the server does not, such as `0x1F` as a number, are among them. Under the empty name stands
    the column for rows on which a condition fails: they are in the result for no other reason than to be counted.
    """

    sql: str
    columns: tuple[str, ...]
    failing: Mapping[str, str] = field(default_factory=dict)


def render_view(view: MappedView, dialect: str, tables: Mapping[str, ServerTable], where: str) -> RenderedView:
    """Writes a view for a server, `postgres` or `spark`; one that is in that dialect stays as it is written.

    `tables` are the source's, by their names in lower case as the mapping writes them. Refuses, with its line, what
    the engine does not give DuckDB's meaning, and tables and columns that the source does not have; the line is one
    of the mapping called `where`.
    """
    known = dict(tables)
    if ALL_ROWS not in known and len(known) == 1:
        known[ALL_ROWS] = next(iter(known.values()))
    faults = [_absent(view, name, tables, where) for name in view.sources if name.lower() not in known]
    raise_all(faults)
    used = {name.lower(): known[name.lower()] for name in view.sources}
    if view.dialect == dialect:
        relations = {name: table.relation for name, table in used.items()}
        return RenderedView(placed(view.select, dialect, view.columns, relations), view.columns)
    if view.dialect != "duckdb":
        raise other_dialect(view.dialect, where, NAMES[dialect])
    types = Types({
        name: {column: duckdb_type(kind, dialect) for column, kind in table.columns.items()}
        for name, table in used.items()
    })  # fmt: skip
    try:
        return _Writer(view, SERVERS[dialect], dialect, used, types, where).view()
    finally:
        types.close()


def _absent(view: MappedView, name: str, tables: Mapping[str, ServerTable], where: str) -> Refusal:
    found = f"the source does not have the table {name}"
    return Refusal("mapping-source", f"{where}, line {view.line}", found, ", ".join(sorted(tables)[:20]))


@dataclass
class _Writer:
    view_: MappedView
    server: Server
    dialect: str
    tables: Mapping[str, ServerTable]
    types: Types
    where: str
    places: list[Node] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.sources = Sources(self.server, self.dialect, self.tables, self.types, self.query)

    def view(self) -> RenderedView:
        """The whole select."""
        node = self.types.tree(self.view_.select)["statements"][0]["node"]
        names = list(self.view_.columns)
        try:
            sql, outputs = self.query(node, {}, names=names, top=True)
        except NotOnServer as error:
            raise self._refusal(error) from None
        except duckdb.Error as error:
            found = str(error).splitlines()[0]
            wanted = "columns of the source, in expressions that fit together"
            remedy = "write a subquery that refers to the select around it as a join"
            raise Refusal("mapping-source", f"{self.where}, line {self.view_.line}", found, wanted, remedy) from None
        return RenderedView(sql, self.view_.columns, {each.name: each.failing for each in outputs if each.failing})

    def _refusal(self, error: NotOnServer) -> Refusal:
        placed = [each["query_location"] for each in self.places if each.get("query_location", NOWHERE) < NOWHERE]
        line = self.view_.select_line + (self.view_.select.encode().count(b"\n", 0, placed[-1]) if placed else 0)
        wanted = f"what {self.server.name} gives the meaning that DuckDB gives it"
        remedy = f"{error.remedy or 'write it otherwise'}; or write the mapping with -- dialect: {self.dialect}"
        return Refusal("mapping-not-on-server", f"{self.where}, line {line}", error.what, wanted, remedy)

    def query(
        self,
        node: Node,
        ctes: dict[str, Node],
        *,
        kinds: list[str] | None = None,
        names: list[str] | None = None,
        top: bool = False,
    ) -> tuple[str, list[Output]]:
        """A select or a union, and the columns it gives: of these kinds and under these names, where they are set.

        One whose rows are those of the view, at the `top`, may have one more for rows that are only to be counted.
        """
        own = dict(ctes)
        head = []
        for entry in (node.get("cte_map") or {}).get("map", []):
            sql, outputs = self.query(entry["value"]["query"]["node"], own, names=renamed(entry["value"]["aliases"]))
            own[str(entry["key"]).lower()] = {**entry, "outputs": outputs}
            head.append(f"{self.server.quoted(str(entry['key']).lower())} as (\n{sql}\n)")
        if node["type"] == "SET_OPERATION_NODE":
            sql, outputs = self._set(node, own, kinds, names, top=top)
        else:
            sql, outputs = self._select(node, own, kinds, names, top=top)
        return (f"with {', '.join(head)}\n{sql}" if head else sql), outputs

    def _set(
        self, node: Node, ctes: dict[str, Node], kinds: list[str] | None, names: list[str] | None, *, top: bool
    ) -> tuple[str, list[Output]]:
        if node["setop_type"] not in _SETS:
            raise NotOnServer(f"a {node['setop_type'].lower().replace('_', ' ')}", "write union all")
        described = self.types.described(bound(node, ctes))
        kinds = kinds or [kind for _, kind in described]
        names = names or [_safe(name, place) for place, (name, _) in enumerate(described)]
        children = node.get("children") or [node["left"], node["right"]]
        top = top and node["setop_type"] == "UNION"
        parts = [self.query(part, ctes, kinds=kinds, names=names, top=top) for part in children]
        failing = {output.name for _, outputs in parts for output in outputs if output.failing}
        word = _SETS[node["setop_type"]] + (" all" if node["setop_all"] else "")
        outputs = [Output(name, kind, FAILING + name if name in failing else "")
                   for name, kind in zip(names, kinds, strict=True)]  # fmt: skip
        outputs += [_ROW] if "" in failing else []
        selects = [self._flagged(sql, found, outputs) for sql, found in parts]
        return f"\n{word}\n".join(f"({each})" for each in selects), outputs

    def _flagged(self, sql: str, found: list[Output], outputs: list[Output]) -> str:
        """A part of a union with the same columns for failures as the others."""
        own = {each.name for each in found if each.failing}
        if own == {each.name for each in outputs if each.failing}:
            return sql
        flags = [
            f"{self.server.quoted(each.failing) if each.name in own else 'false'} as {self.server.quoted(each.failing)}"
            for each in outputs
            if each.failing
        ]
        columns = [self.server.quoted(each.name) for each in outputs if each.name]
        return f"select {', '.join([*columns, *flags])} from ({sql}) as overt_part"

    def _select(
        self, node: Node, ctes: dict[str, Node], kinds: list[str] | None, names: list[str] | None, *, top: bool
    ) -> tuple[str, list[Output]]:
        if node["type"] != "SELECT_NODE" or node.get("qualify") or len(node.get("group_sets") or []) > 1:
            raise NotOnServer("qualify or grouping sets", "write a select around it, with where")
        node = with_aliases(node, {name for name, _ in self.types.described(from_only(node, ctes))})
        sources: list[Relation] = []
        kinds_by_node: dict[int, str] = {}
        writer = Expressions(
            self.server, sources, {}, lambda each: kinds_by_node[id(each)],
            lambda each: self.query(each, ctes), self.places,
        )  # fmt: skip
        if top and not _sums_up(node):
            writer.failing_rows = []
        kinds_by_node.update(self._kinds(node, ctes))
        from_sql = self.sources.written(node["from_table"], ctes, writer)
        condition = writer.condition(node["where_clause"]) if node.get("where_clause") else ""
        failing_rows = any_of(*(writer.failing_rows or ()))
        items = self._items(node["select_list"], writer)
        names = names or [_safe(name, place) for place, (name, _) in enumerate(items)]
        kinds = kinds or [value.type for _, value in items]
        values = [cast(self.server, value, kind) for (_, value), kind in zip(items, kinds, strict=True)]
        outputs = [Output(name, kind, FAILING + name if value.fails else "")
                   for name, kind, value in zip(names, kinds, values, strict=True)]  # fmt: skip
        listed = [f"{value.sql} as {self.server.quoted(name)}" for name, value in zip(names, values, strict=True)]
        listed += [f"({value.fails}) as {self.server.quoted(output.failing)}"
                   for output, value in zip(outputs, values, strict=True) if output.failing]  # fmt: skip
        if failing_rows:
            outputs.append(_ROW)
            listed.append(f"({failing_rows}) as {self.server.quoted(_ROW.failing)}")
        tail = f"\nfrom {from_sql}" if from_sql else ""
        if condition:
            tail += f"\nwhere {any_of(condition, failing_rows)}"
        if node.get("group_expressions"):
            groups = [self._group(each, node["select_list"], writer) for each in node["group_expressions"]]
            tail += f"\ngroup by {', '.join(groups)}"
        if node.get("having"):
            tail += f"\nhaving {writer.plain(node['having']).sql}"
        return self._modified(node, listed, tail, outputs, writer), outputs

    def _modified(self, node: Node, listed: list[str], tail: str, outputs: list[Output], writer: Expressions) -> str:
        """The select with `distinct`. An order of rows decides nothing but which of them `distinct on` keeps."""
        modifiers = {each["type"]: each for each in node.get("modifiers") or []}
        distinct = modifiers.get("DISTINCT_MODIFIER")
        separator = ",\n       "
        if distinct is None:
            return f"select {separator.join(listed)}{tail}"
        targets = distinct.get("distinct_on_targets")
        if not targets:
            return f"select distinct {separator.join(listed)}{tail}"
        keys = ", ".join(writer.plain(each).sql for each in targets)
        order = ordered(writer, modifiers["ORDER_MODIFIER"]["orders"])
        place = f"row_number() over (partition by {keys} order by {order}) as {_PLACE}"
        columns = [self.server.quoted(name) for each in outputs for name in (each.name, each.failing) if name]
        inner = f"select {separator.join([*listed, place])}{tail}"
        return f"select {', '.join(columns)} from (\n{inner}\n) as overt_kept where {_PLACE} = 1"

    def _group(self, node: Node, items: list[Node], writer: Expressions) -> str:
        """A column by which rows are grouped: by its place, if it is one of the select."""
        same = [place for place, item in enumerate(items, start=1) if bare(item) == bare(node)]
        return str(same[0]) if same and not writer.plain(node).fails else writer.plain(node).sql

    def _items(self, items: list[Node], writer: Expressions) -> list[tuple[str, Value]]:
        found: list[tuple[str, Value]] = []
        for item in items:
            if item["class"] != "STAR":
                name = item.get("alias") or (item["column_names"][-1] if item["class"] == "COLUMN_REF" else "")
                found.append((str(name).lower(), writer.value(item)))
                continue
            left_out = {str(name).lower() for name in item.get("exclude_list") or []}
            if item.get("replace_list") or item.get("rename_list") or len(writer.relations) != 1:
                raise NotOnServer("* of a join, or with replace", "name the columns")
            (relation,) = writer.relations
            for name, value in relation.columns.items():
                if name not in left_out | {"_row", "_table"} and value.type != "BIT":
                    found.append((name, value))
        return found

    def _kinds(self, node: Node, ctes: dict[str, Node]) -> dict[int, str]:
        """DuckDB's type of every expression of a select but those of selects inside it."""
        roots = [node["select_list"], node.get("where_clause"), node.get("group_expressions"), node.get("having"),
                 node.get("modifiers"), list(conditions_of(node["from_table"]))]  # fmt: skip
        parts = [each for root in roots for each in expressions_of(root)]
        grouped = [each for each in parts if has_aggregate(each)]
        plain = [each for each in parts if not has_aggregate(each)]
        found: dict[int, str] = {}
        # The from-clause of a condition has all its tables in sight.
        for nodes, groups in ((plain, []), (grouped, node.get("group_expressions") or [])):
            if not nodes:
                continue
            asked = {**from_only(node, ctes), "select_list": [{**each, "alias": ""} for each in nodes]}
            asked |= {"group_expressions": groups, "group_sets": [list(range(len(groups)))] if groups else []}
            kinds = [kind for _, kind in self.types.described(asked)]
            found.update({id(each): kind for each, kind in zip(nodes, kinds, strict=True)})
        return found


def _safe(name: str, place: int) -> str:
    return name.lower() or f"overt_column_{place}"


def _sums_up(node: Node) -> bool:
    """Whether a row of the result is made of several, or stands for several."""
    chosen = any(each.get("distinct_on_targets") for each in node.get("modifiers") or [])
    return chosen or bool(node.get("group_expressions")) or has_aggregate(node["select_list"])
