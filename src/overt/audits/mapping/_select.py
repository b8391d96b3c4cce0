"""What the select of a mapping may hold, on the tree that DuckDB's own parser makes of it."""

from __future__ import annotations

import difflib
from dataclasses import dataclass, field
from typing import Any

from overt.audits.mapping._casts import holds_undecided
from overt.audits.mapping._forgives import forgives
from overt.audits.mapping._functions import ALLOWED, CLOCKS, NAMED_TYPES, ORDERED, TABLE_FUNCTIONS, TYPES
from overt.model import TABLES
from overt.refusals import Refusal

Node = dict[str, Any]
_NOWHERE = 2**63
_QUERIES = {"SELECT_NODE", "SET_OPERATION_NODE"}
_JOINS = {"REGULAR", "NATURAL", "CROSS", "ASOF", "DEPENDENT"}
_TABLE_REFS = {"BASE_TABLE", "SUBQUERY", "JOIN", "TABLE_FUNCTION", "EXPRESSION_LIST", "EMPTY"}
_EXPRESSIONS = {
    "COLUMN_REF",
    "CONSTANT",
    "FUNCTION",
    "CAST",
    "COMPARISON",
    "CONJUNCTION",
    "OPERATOR",
    "CASE",
    "BETWEEN",
    "WINDOW",
    "SUBQUERY",
    "LAMBDA",
    "STAR",
}


@dataclass
class SelectChecker:
    """Walks the tree of one select and takes down what it may not hold, the tables it reads, and what it forgives."""

    name: str
    line: int
    text: bytes
    faults: list[tuple[int, Refusal]] = field(default_factory=list)
    sources: set[str] = field(default_factory=set)
    lenient: set[str] = field(default_factory=set)

    def check(self, root: Node) -> None:
        """Checks a whole select. Parts are taken from a stack, for a tree may be deeper than Python can call."""
        stack: list[tuple[Any, frozenset[str]]] = [(root, frozenset())]
        while stack:
            node, known = stack.pop()
            if isinstance(node, list):
                stack += [(each, known) for each in node]
                continue
            if not isinstance(node, dict):
                continue
            if node.get("class") == "CONSTANT":
                continue
            inner = self._names_in_force(node, known, stack)
            self._check_node(node, inner)
            if node.get("type") == "TABLE_FUNCTION":
                stack.append((node["function"].get("children"), inner))
                continue
            stack += [(value, inner) for key, value in node.items() if key not in ("cte_map", "cast_type", "sample")]

    def fault(self, node: Node, code: str, found: str, wanted: str, remedy: str = "") -> None:
        """Takes down a fault at the place of the node."""
        at = node.get("query_location", _NOWHERE)
        line = self.line + (self.text.count(b"\n", 0, at) if at < _NOWHERE else 0)
        self.faults.append((line, Refusal(code, f"{self.name}, line {line}", found, wanted, remedy)))

    def _names_in_force(
        self, node: Node, known: frozenset[str], stack: list[tuple[Any, frozenset[str]]]
    ) -> frozenset[str]:
        """The names that `with` gives to what stands in the node; each of them sees those before it."""
        for entry in (node.get("cte_map") or {}).get("map", []):
            stack.append((entry["value"], known))
            known = known | {str(entry["key"]).lower()}
        return known

    def _check_node(self, node: Node, known: frozenset[str]) -> None:
        if "class" in node:
            self._check_expression(node)
        elif str(node.get("type", "")).endswith("_NODE"):
            if node["type"] not in _QUERIES or node.get("setop_type") == "UNION_BY_NAME":
                remedy = "write union all between selects that name their columns alike"
                self.fault(node, "mapping-syntax", f"a {_plain(node)}", "select, with and union", remedy)
            self._check_rows_kept(node)
        elif "alias" in node and "type" in node:
            self._check_table(node, known)

    def _check_rows_kept(self, node: Node) -> None:
        """A mapping that leaves rows out by number would hide them from every control."""
        modifiers = [str(each.get("type", "")) for each in node.get("modifiers") or []]
        if any(each.startswith("LIMIT") for each in modifiers) or node.get("sample"):
            found = "limit, offset or sample, which leaves rows out"
            self.fault(node, "mapping-rows", found, "every row, or a `where` that states which", "write a where")
        picks = any(each.get("distinct_on_targets") for each in node.get("modifiers") or [])
        if picks and "ORDER_MODIFIER" not in modifiers:
            self.fault(node, "mapping-order", "distinct on without an order", "order by", "state which row is kept")

    def _check_table(self, node: Node, known: frozenset[str]) -> None:
        kind = node["type"]
        if node.get("sample") or node.get("at_clause"):
            self.fault(node, "mapping-rows", "a sample, or an older state, of a table", "the whole table")
        near = node.get("ref_type", "REGULAR") not in _JOINS or node.get("ranking_expression")
        if kind not in _TABLE_REFS or near:
            self.fault(node, "mapping-table", f"a {_plain(node)}", "tables of the source, subqueries and joins")
        elif kind == "TABLE_FUNCTION":
            function = str(node["function"].get("function_name", "")).lower()
            if function not in TABLE_FUNCTIONS:
                self.fault(
                    node,
                    "mapping-function",
                    f"the table function {function}",
                    f"tables of the source; of table functions only {', '.join(sorted(TABLE_FUNCTIONS))}",
                    "give the file to overt as part of the source, as one of a folder",
                )
        elif kind == "BASE_TABLE":
            self._check_source(node, known)

    def _check_source(self, node: Node, known: frozenset[str]) -> None:
        name = str(node["table_name"])
        schema = str(node.get("schema_name") or "").lower()
        if node.get("catalog_name") or schema not in ("", "source"):
            found = f"the table {name} of the schema {schema or node['catalog_name']}"
            self.fault(node, "mapping-table", found, "tables of the source, written by their bare names")
        elif schema or name.lower() not in known:
            self.sources.add(name)

    def _check_expression(self, node: Node) -> None:
        kind = node["class"]
        if kind not in _EXPRESSIONS or (kind == "STAR" and node.get("columns")):
            found = "columns(…)" if kind == "STAR" else f"a {_plain(node)}"
            self.fault(node, "mapping-expression", found, "columns, constants, operators, case, cast and functions")
        elif kind in ("FUNCTION", "WINDOW"):
            self._check_function(node)
        elif kind == "CAST":
            self._check_cast(node)
        elif kind == "COLUMN_REF" and len(node["column_names"]) == 1:
            self._check_clock(node, str(node["column_names"][0]))

    def _check_function(self, node: Node) -> None:
        function = str(node.get("function_name", "")).lower()
        foreign = node.get("catalog") or str(node.get("schema") or "main").lower() != "main"
        if foreign or function not in ALLOWED:
            wanted = "functions whose answer depends on their arguments alone"
            remedy = "docs/formats/mapping.md lists them; a file can be given as part of the source"
            self.fault(node, "mapping-function", f"the function {function}", wanted, remedy)
        elif function in ORDERED and node["class"] == "FUNCTION" and not (node.get("order_bys") or {}).get("orders"):
            found = f"the function {function} without an order"
            self.fault(node, "mapping-order", found, f"{function}(… order by …)", "state the order of the rows")

    def _check_cast(self, node: Node) -> None:
        wanted = node["cast_type"]
        name = str((wanted.get("type_info") or {}).get("name", "")).lower()
        if wanted["id"] not in TYPES and not (wanted["id"] == "UNBOUND" and name in NAMED_TYPES):
            self.fault(node, "mapping-type", f"a cast to {name or wanted['id'].lower()}", "a plain type")
        elif holds_undecided(wanted):
            found = f"a cast to a {wanted['id'].lower()} of days or times"
            remedy = "write list_transform(the_list, lambda text: cast(text as date))"
            self.fault(node, "mapping-type", found, "a cast of each text to a day or time", remedy)

    def _check_clock(self, node: Node, name: str) -> None:
        if name.lower() in CLOCKS:
            remedy = f'if the source has such a column, write it with its table: t."{name}"'
            self.fault(node, "mapping-function", f"{name}, which is not in the source", "columns", remedy)


def outputs(node: Node, table: str, checker: SelectChecker, first: bool = True) -> dict[str, bool]:
    """The columns that the select gives the table, and whether each is nothing but null.

    In a union the first select names the columns, and the others give theirs by place.
    """
    if node["type"] == "SET_OPERATION_NODE":
        parts = node.get("children") or [node["left"], node["right"]]
        columns = outputs(parts[0], table, checker, first)
        for part in parts[1:]:
            others = outputs(part, table, checker, first=False).values()
            columns = {name: null and also for (name, null), also in zip(columns.items(), others, strict=False)}
        return columns
    columns = {}
    for place, item in enumerate(node.get("select_list", [])):
        if item["class"] == "STAR":
            wanted = "every column by its name in the model"
            checker.fault(item, "mapping-star", "select *", wanted, 'write: "Their name" as our_name')
            continue
        name = str(item.get("alias") or (item["column_names"][-1] if item["class"] == "COLUMN_REF" else "")).lower()
        if first and table in TABLES:
            _check_column(item, name, columns, checker, table)
        name = name if first else str(place)
        columns[name] = _is_null(item)
        if forgives(item):
            checker.lenient.add(name)
    return columns


def _check_column(item: Node, name: str, columns: dict[str, bool], checker: SelectChecker, table: str) -> None:
    if not name:
        wanted = "as <column of the model> behind it"
        checker.fault(item, "mapping-column", f"an expression of {table} without a name", wanted)
    elif name in columns:
        checker.fault(item, "mapping-column", f"{table}.{name} for the second time", "each column once")
    elif name not in TABLES[table].by_name:
        close = difflib.get_close_matches(name, TABLES[table].by_name, 1)
        remedy = f"did you mean `{close[0]}`? " if close else ""
        found = f"{name}, which is not a column of {table} in the model"
        checker.fault(item, "mapping-column", found, f"columns of {table}", f"{remedy}overt model {table} lists them")


def _is_null(item: Node) -> bool:
    while item["class"] == "CAST":
        item = item["child"]
    return bool(item["class"] == "CONSTANT" and item["value"].get("is_null"))


def _plain(node: Node) -> str:
    return str(node.get("type") or node.get("class")).lower().replace("_", " ")
