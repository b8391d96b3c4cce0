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
from overt.audits.mapping._server_casts import cast
from overt.audits.mapping._server_expressions import Expressions, Output, Relation
from overt.audits.mapping._server_sql import SERVERS, NotOnServer, Server, Value
from overt.audits.mapping._server_tree import (
    NOWHERE,
    STAR,
    bare,
    bound,
    conditions_of,
    expressions_of,
    from_only,
    has_aggregate,
    select_of,
    with_aliases,
)
from overt.audits.mapping._server_types import Types, duckdb_type
from overt.refusals import Refusal, raise_all

Node = dict[str, Any]
FAILING = "overt_failed_"
_PLACE = "overt_place"
_JOINS = {"INNER": "join", "LEFT": "left join", "RIGHT": "right join", "FULL": "full join"}
_SETS = {"UNION": "union", "EXCEPT": "except", "INTERSECT": "intersect"}


@dataclass(frozen=True)
class ServerTable:
    """A table of a server: its name as SQL there, quoted and with its schema, and the server's type of each column."""

    relation: str
    columns: Mapping[str, str]


@dataclass(frozen=True)
class RenderedView:
    """A select for a server.

    `sql` gives the columns of `MappedView.columns` under their names. For a column in which a strict conversion can
    fail, `failing` names one more column of `sql`: a boolean that is true in the rows where it fails, in which the
    value is null. DuckDB stops at such a row, so an audit refuses a mapping that has one, with their number. Values
    that DuckDB reads and the server does not, such as `0x1F` as a number, are among them.
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

    def view(self) -> RenderedView:
        """The whole select."""
        node = self.types.tree(self.view_.select)["statements"][0]["node"]
        names = list(self.view_.columns)
        try:
            sql, outputs = self.query(node, {}, names=names)
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
        self, node: Node, ctes: dict[str, Node], *, kinds: list[str] | None = None, names: list[str] | None = None
    ) -> tuple[str, list[Output]]:
        """A select or a union, and the columns it gives: of these kinds and under these names, where they are set."""
        own = dict(ctes)
        head = []
        for entry in (node.get("cte_map") or {}).get("map", []):
            sql, outputs = self.query(entry["value"]["query"]["node"], own, names=_renamed(entry["value"]["aliases"]))
            own[str(entry["key"]).lower()] = {**entry, "outputs": outputs}
            head.append(f"{self.server.quoted(str(entry['key']).lower())} as (\n{sql}\n)")
        if node["type"] == "SET_OPERATION_NODE":
            sql, outputs = self._set(node, own, kinds, names)
        else:
            sql, outputs = self._select(node, own, kinds, names)
        return (f"with {', '.join(head)}\n{sql}" if head else sql), outputs

    def _set(
        self, node: Node, ctes: dict[str, Node], kinds: list[str] | None, names: list[str] | None
    ) -> tuple[str, list[Output]]:
        if node["setop_type"] not in _SETS:
            raise NotOnServer(f"a {node['setop_type'].lower().replace('_', ' ')}", "write union all")
        described = self.types.described(bound(node, ctes))
        kinds = kinds or [kind for _, kind in described]
        names = names or [_safe(name, place) for place, (name, _) in enumerate(described)]
        children = node.get("children") or [node["left"], node["right"]]
        parts = [self.query(part, ctes, kinds=kinds, names=names) for part in children]
        failing = {output.name for _, outputs in parts for output in outputs if output.failing}
        word = _SETS[node["setop_type"]] + (" all" if node["setop_all"] else "")
        outputs = [Output(name, kind, FAILING + name if name in failing else "")
                   for name, kind in zip(names, kinds, strict=True)]  # fmt: skip
        selects = [self._flagged(sql, found, outputs) for sql, found in parts]
        return f"\n{word}\n".join(f"({each})" for each in selects), outputs

    def _flagged(self, sql: str, found: list[Output], outputs: list[Output]) -> str:
        """A part of a union with the same columns for failures as the others."""
        if [bool(each.failing) for each in found] == [bool(each.failing) for each in outputs]:
            return sql
        flags = [
            f"{self.server.quoted(own.failing) if own.failing else 'false'} as {self.server.quoted(each.failing)}"
            for own, each in zip(found, outputs, strict=True)
            if each.failing
        ]
        columns = [self.server.quoted(each.name) for each in outputs]
        return f"select {', '.join([*columns, *flags])} from ({sql}) as overt_part"

    def _select(
        self, node: Node, ctes: dict[str, Node], kinds: list[str] | None, names: list[str] | None
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
        kinds_by_node.update(self._kinds(node, ctes))
        from_sql = self._from(node["from_table"], ctes, writer)
        items = self._items(node["select_list"], writer)
        names = names or [_safe(name, place) for place, (name, _) in enumerate(items)]
        kinds = kinds or [value.type for _, value in items]
        values = [cast(self.server, value, kind) for (_, value), kind in zip(items, kinds, strict=True)]
        outputs = [Output(name, kind, FAILING + name if value.fails else "")
                   for name, kind, value in zip(names, kinds, values, strict=True)]  # fmt: skip
        listed = [f"{value.sql} as {self.server.quoted(name)}" for name, value in zip(names, values, strict=True)]
        listed += [f"({value.fails}) as {self.server.quoted(output.failing)}"
                   for output, value in zip(outputs, values, strict=True) if output.failing]  # fmt: skip
        tail = f"\nfrom {from_sql}" if from_sql else ""
        if node.get("where_clause"):
            tail += f"\nwhere {writer.plain(node['where_clause']).sql}"
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
        order = writer.ordered(modifiers["ORDER_MODIFIER"]["orders"])
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

    def _from(self, node: Node, ctes: dict[str, Node], writer: Expressions) -> str:
        """A from-clause; its relations are put to the writer."""
        kind = node["type"]
        if kind == "EMPTY":
            return ""
        if kind == "BASE_TABLE":
            return self._table(node, ctes, writer)
        alias = str(node.get("alias") or "overt_select").lower()
        if kind == "SUBQUERY":
            sql, outputs = self.query(node["subquery"]["node"], ctes, names=_renamed(node.get("column_name_alias")))
            writer.relations.append(self._derived(alias, outputs))
            return f"(\n{sql}\n) as {self.server.quoted(alias)}"
        if kind == "EXPRESSION_LIST":
            return self._rows(node, ctes, alias, writer)
        if kind == "JOIN":
            return self._join(node, ctes, writer)
        raise NotOnServer(f"the table function {node.get('function', {}).get('function_name', kind)} at this place",
                          "write it last, after a comma: from …, unnest(range(…)) as name(column)")  # fmt: skip

    def _table(self, node: Node, ctes: dict[str, Node], writer: Expressions) -> str:
        name = str(node["table_name"]).lower()
        alias = str(node.get("alias") or name).lower()
        if node.get("column_name_alias"):
            raise NotOnServer("a table whose columns are renamed", "rename them by as in a select")
        if name in ctes and not node.get("schema_name"):
            writer.relations.append(self._derived(alias, ctes[name]["outputs"]))
            return f"{self.server.quoted(name)} as {self.server.quoted(alias)}"
        table, columns = self.tables[name], {}
        if len({column.lower() for column in table.columns}) < len(table.columns):
            raise NotOnServer(f"the table {name}, in which names differ by case alone", "make a view with other names")
        for column, server_type in table.columns.items():
            kind = duckdb_type(server_type, self.dialect)
            sql = f"{self.server.quoted(alias)}.{self.server.quoted(column)}"
            same = self.server.types.get(kind) == server_type.lower() and kind != "VARCHAR"
            value = sql if same or kind == "BIT" else self.server.column(sql, kind)
            columns[column.lower()] = Value(value, kind)
            if server_type.lower() == "numeric":
                columns[column.lower()] = _of_any_digits(sql)
        columns.setdefault("_table", Value(self.server.text(name), "VARCHAR"))
        writer.relations.append(Relation(alias, columns))
        return f"{table.relation} as {self.server.quoted(alias)}"

    def _derived(self, alias: str, outputs: list[Output]) -> Relation:
        at = self.server.quoted(alias)
        columns = {}
        for output in outputs:
            fails = f"{at}.{self.server.quoted(output.failing)}" if output.failing else ""
            columns[output.name] = Value(f"{at}.{self.server.quoted(output.name)}", output.type,
                                         f"coalesce({fails}, false)" if fails else "")  # fmt: skip
        return Relation(alias, columns)

    def _rows(self, node: Node, ctes: dict[str, Node], alias: str, writer: Expressions) -> str:
        described = self.types.described({**select_of([STAR]), "from_table": node})
        outputs = [Output(name.lower(), kind) for name, kind in described]
        rows = []
        for row in node["values"]:
            sql, found = self.query(select_of(row), ctes, kinds=[kind for _, kind in described],
                                    names=[each.name for each in outputs])  # fmt: skip
            if any(each.failing for each in found):
                raise NotOnServer("a strict conversion among constant rows", "write the value itself")
            rows.append(sql)
        writer.relations.append(self._derived(alias, outputs))
        return f"({' union all '.join(rows)}) as {self.server.quoted(alias)}"

    def _join(self, node: Node, ctes: dict[str, Node], writer: Expressions) -> str:
        left = self._from(node["left"], ctes, writer)
        if node["right"]["type"] == "TABLE_FUNCTION":
            if node["join_type"] != "INNER" or node.get("condition") or node.get("using_columns"):
                raise NotOnServer("a join with a table function on a condition", "write a comma and where")
            return left + self._series(node["right"], writer)
        before = len(writer.relations)
        right = self._from(node["right"], ctes, writer)
        if node["ref_type"] == "CROSS":
            return f"{left}\ncross join {right}"
        if node["ref_type"] != "REGULAR" or node["join_type"] not in _JOINS:
            raise NotOnServer(f"a {node['ref_type'].lower()} {node['join_type'].lower()} join", "write join … on …")
        if node.get("using_columns"):
            pairs = [self._pair(str(name).lower(), writer, before) for name in node["using_columns"]]
            if node["join_type"] in ("RIGHT", "FULL"):
                raise NotOnServer("using in a right or full join", "write on, and coalesce")
            condition = " and ".join(pairs)
        else:
            condition = writer.plain(node["condition"]).sql
        return f"{left}\n{_JOINS[node['join_type']]} {right} on {condition}"

    def _pair(self, name: str, writer: Expressions, before: int) -> str:
        """The equality of a column of `using`; a bare name means the left one of the two."""
        one, other = (
            next(each.columns[name] for each in part if name in each.columns)
            for part in (writer.relations[:before], writer.relations[before:])
        )
        if one.type != other.type or one.fails or other.fails:
            raise NotOnServer(f"using ({name}) of {one.type.lower()} and {other.type.lower()}", "write on, and cast")
        return f"{one.sql} = {other.sql}"

    def _series(self, node: Node, writer: Expressions) -> str:
        """`unnest(range(…))` beside a table: a row for each whole number."""
        function = node["function"]
        name = str(function["function_name"]).lower()
        if name == "unnest" and function["children"][0]["class"] == "FUNCTION":
            function = function["children"][0]
            name = str(function["function_name"]).lower()
        if name not in ("range", "generate_series"):
            raise NotOnServer(f"the table function {name}", "write unnest(range(…))")
        bounds = [cast(self.server, writer.plain(each), "BIGINT") for each in function["children"]]
        if len(bounds) > 2:
            raise NotOnServer(f"{name} with a step", "write it without, and multiply")
        if any(each.fails for each in bounds):
            raise NotOnServer("a strict conversion in a table function", "write try_cast")
        first = bounds[0].sql if len(bounds) > 1 else self.server.cast("0", "BIGINT")
        last = f"({bounds[-1].sql}{' - 1' if name == 'range' else ''})"
        alias = str(node.get("alias") or name).lower()
        column = str((node.get("column_name_alias") or [name])[0]).lower()
        at, named = self.server.quoted(alias), self.server.quoted(column)
        writer.relations.append(Relation(alias, {column: Value(f"{at}.{named}", "BIGINT")}))
        if self.server.name == "PostgreSQL":
            return f"\ncross join lateral generate_series({first}, {last}) as {at}({named})"
        return f"\nlateral view explode(case when {first} <= {last} then sequence({first}, {last}) end) {at} as {named}"

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


def _of_any_digits(sql: str) -> Value:
    """A `numeric` of PostgreSQL without a number of digits; one that no floating number holds counts as failing."""
    held = f"case when abs({sql}) < 1e15 then ({sql})::double precision end"
    lost = f"{sql} is not null and not coalesce((({held})::numeric = {sql}), false)"
    return Value(f"({held})", "DOUBLE", lost)


def _safe(name: str, place: int) -> str:
    return name.lower() or f"overt_column_{place}"


def _renamed(aliases: list[str] | None) -> list[str] | None:
    return [str(name).lower() for name in aliases] if aliases else None
