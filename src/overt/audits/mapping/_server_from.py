"""The from-clause of a mapping's select written for a server: tables, selects, joins, rows of a list or a number."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from overt.audits.mapping._server_casts import cast
from overt.audits.mapping._server_expressions import Expressions, Output, Relation, is_constant
from overt.audits.mapping._server_sql import NotOnServer, Server, Value, any_of
from overt.audits.mapping._server_tree import STAR, select_of
from overt.audits.mapping._server_types import Types, duckdb_type

Node = dict[str, Any]
_JOINS = {"INNER": "join", "LEFT": "left join", "RIGHT": "right join", "FULL": "full join"}


@dataclass(frozen=True)
class ServerTable:
    """A table of a server: its name as SQL there, quoted and with its schema, and the server's type of each column."""

    relation: str
    columns: Mapping[str, str]


@dataclass(frozen=True)
class Sources:
    """Writes from-clauses over the tables of the source. `query` writes a select that stands inside one."""

    server: Server
    dialect: str
    tables: Mapping[str, ServerTable]
    types: Types
    query: Callable[..., tuple[str, list[Output]]]

    def written(self, node: Node, ctes: dict[str, Node], writer: Expressions) -> str:
        """A from-clause; its relations are put to the writer."""
        kind = node["type"]
        if kind == "EMPTY":
            return ""
        if kind == "BASE_TABLE":
            return self._table(node, ctes, writer)
        alias = str(node.get("alias") or "overt_select").lower()
        if kind == "SUBQUERY":
            sql, outputs = self.query(node["subquery"]["node"], ctes, names=renamed(node.get("column_name_alias")))
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
        left = self.written(node["left"], ctes, writer)
        if node["right"]["type"] == "TABLE_FUNCTION":
            if node["join_type"] != "INNER" or node.get("condition") or node.get("using_columns"):
                raise NotOnServer("a join with a table function on a condition", "write a comma and where")
            return left + self._beside(node["right"], writer)
        before = len(writer.relations)
        right = self.written(node["right"], ctes, writer)
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

    def _beside(self, node: Node, writer: Expressions) -> str:
        """`unnest(…)`, `range(…)` or `generate_series(…)` beside a table: more rows for each of its rows."""
        function = node["function"]
        name = outer = str(function["function_name"]).lower()
        if name == "unnest" and function["children"][0]["class"] == "FUNCTION":
            function = function["children"][0]
            name = str(function["function_name"]).lower()
        alias = str(node.get("alias") or outer).lower()
        column = str((node.get("column_name_alias") or [outer])[0]).lower()
        if name in ("range", "generate_series"):
            return self._series(name, function["children"], alias, column, writer)
        if name == "list_value" and all(map(is_constant, function["children"])):
            return self._list(function, alias, column, writer)
        raise NotOnServer(f"the table function {name}", "write unnest(range(…)), or unnest of a list of constants")

    def _series(self, name: str, bounds: list[Node], alias: str, column: str, writer: Expressions) -> str:
        """A row for each whole number. One row where a bound cannot be read, which is counted by it."""
        if len(bounds) > 2:
            raise NotOnServer(f"{name} with a step", "write it without, and multiply")
        before = len(writer.failing_rows or ())
        numbers = [cast(self.server, writer.deciding(each), "BIGINT").sql for each in bounds]
        failing = any_of(*(writer.failing_rows or ())[before:])
        one = self.server.cast("1", "BIGINT")
        first = numbers[0] if len(numbers) > 1 else self.server.cast("0", "BIGINT")
        last = f"({numbers[-1]}{' - 1' if name == 'range' else ''})"
        if failing:
            first, last = (f"case when {failing} then {one} else {each} end" for each in (first, last))
        at, named = self.server.quoted(alias), self.server.quoted(column)
        writer.relations.append(Relation(alias, {column: Value(f"{at}.{named}", "BIGINT")}))
        if self.server.name == "PostgreSQL":
            return f"\ncross join lateral generate_series({first}, {last}) as {at}({named})"
        return f"\nlateral view explode(case when {first} <= {last} then sequence({first}, {last}) end) {at} as {named}"

    def _list(self, function: Node, alias: str, column: str, writer: Expressions) -> str:
        """A row for each constant of a list."""
        [(_, kind)] = self.types.described(select_of([{**function, "alias": ""}]))
        kind = kind.removesuffix("[]")
        if not function["children"] or (kind.endswith(("]", ")")) and not kind.startswith("DECIMAL")):
            raise NotOnServer(f"unnest of a list of {kind.lower()}", "list texts or numbers, or write (values …)")
        rows = [self.query(select_of([item]), {}, kinds=[kind], names=[column])[0] for item in function["children"]]
        writer.relations.append(self._derived(alias, [Output(column, kind)]))
        return f"\ncross join ({' union all '.join(rows)}) as {self.server.quoted(alias)}"


def _of_any_digits(sql: str) -> Value:
    """A `numeric` of PostgreSQL without a number of digits; one that no floating number holds counts as failing."""
    held = f"case when abs({sql}) < 1e15 then ({sql})::double precision end"
    lost = f"{sql} is not null and not coalesce((({held})::numeric = {sql}), false)"
    return Value(f"({held})", "DOUBLE", lost)


def renamed(aliases: list[str] | None) -> list[str] | None:
    """The names that a select's columns are given from outside it."""
    return [str(name).lower() for name in aliases] if aliases else None
