"""Reads a mapping: `create view` statements from the source's tables to the model's.

The text is checked on the tree that DuckDB's own parser makes of it, so there is no second parser to
mislead, and what is run is the `select` that was checked.
"""

from __future__ import annotations

import difflib
import hashlib
import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
from sqlglot.dialects.duckdb import DuckDB
from sqlglot.errors import SqlglotError

from overt.audits.mapping._functions import ALLOWED, CLOCKS, NAMED_TYPES, ORDERED, TABLE_FUNCTIONS, TYPES
from overt.model import TABLES
from overt.refusals import Refusal, raise_all

FILLED_BY_OVERT = "source_column"
MODEL_TABLES = tuple(name for name in TABLES if name != FILLED_BY_OVERT)

_LONGEST_FILE = 2**20
_NOWHERE = 2**63
# Possessive throughout, for a text of comments can be parted in countless ways.
_GAP = r"(?:\s|--[^\n]*+(?:\n|$)|/\*(?:[^*]|\*(?!/))*+\*/)"
_NAME = r'(?P<name>"(?:[^"]|"")+"|\w+)'
_CREATE_VIEW = re.compile(rf"{_GAP}*+create{_GAP}++view{_GAP}++{_NAME}{_GAP}++as\b", re.IGNORECASE | re.DOTALL)
_STATEMENT_WORDS = {"create", "or", "replace", "temp", "temporary", "recursive", "materialized", "view", "if", "not"}
_QUERIES = {"SELECT_NODE", "SET_OPERATION_NODE"}
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
_CREATE_ONLY = "create view <table of the model> as select …: a bare name, no list of columns, no other words"

Node = dict[str, Any]


@dataclass(frozen=True)
class MappedView:
    """One view: the table of the model it fills, with which columns, by which select over which source tables.

    `blank` are columns that are nothing but null, which fill nothing; `lenient` those in which a value that
    cannot be read becomes null.
    """

    table: str
    columns: tuple[str, ...]
    select: str
    line: int
    sources: tuple[str, ...]
    blank: frozenset[str] = frozenset()
    lenient: tuple[str, ...] = ()


@dataclass(frozen=True)
class Mapping:
    """A mapping that keeps the rules; `digest` is SHA-256 of its bytes."""

    name: str
    digest: str
    views: tuple[MappedView, ...]
    text: str = ""

    @property
    def by_table(self) -> dict[str, MappedView]:
        """Views by the tables they fill."""
        return {view.table: view for view in self.views}


def read_mapping(path: Path) -> Mapping:
    """The mapping in the file. Refuses, all at once, whatever is not a view over the source's own tables.

    Not promised: that the source has those tables and columns, which is seen when it is applied.
    """
    try:
        data = path.read_bytes()
        text = data.decode("utf-8-sig")
    except OSError:
        raise Refusal(
            "mapping-absent", str(path), "no such file", "a mapping", "run `overt map new` to draft one"
        ) from None
    except UnicodeDecodeError as error:
        where = f"{path.name}, byte {error.start}"
        raise Refusal(
            "encoding-not-utf8", where, "there is a byte that is not UTF-8", "UTF-8", "save it as UTF-8"
        ) from None
    if len(data) > _LONGEST_FILE:
        raise Refusal("mapping-too-long", path.name, f"{len(data)} bytes", f"at most {_LONGEST_FILE}")
    return Mapping(path.name, hashlib.sha256(data).hexdigest(), parse_mapping(text, path.name), text)


def parse_mapping(text: str, name: str) -> tuple[MappedView, ...]:
    """The views of a mapping's text."""
    faults: list[Refusal] = []
    views: dict[str, MappedView] = {}
    with duckdb.connect() as connection:
        for start, statement in _statements(text, name):
            line = text.count("\n", 0, start) + 1
            view = _read_statement(connection, statement, name, line, faults)
            if view is None:
                continue
            if view.table in views:
                found = f"a second view for {view.table}"
                remedy = "write one view, with union all between its parts"
                faults.append(
                    Refusal("mapping-view-twice", f"{name}, line {line}", found, "one view for each table", remedy)
                )
            views.setdefault(view.table, view)
    raise_all(faults)
    if not views:
        remedy = "overt map new drafts a mapping from a source"
        raise Refusal("mapping-empty", name, "the file has no view", "at least one `create view` statement", remedy)
    return tuple(views.values())


def _statements(text: str, name: str) -> list[tuple[int, str]]:
    """The statements and where each begins: at its first word, comments before it left out."""
    try:
        tokens = DuckDB().tokenize(text)
    except SqlglotError:
        found = "a text or comment that is not closed"
        raise Refusal(
            "mapping-syntax", name, found, "SQL in DuckDB's dialect", "check for a missing quotation mark"
        ) from None
    # DuckDB takes a second for every thousand comments or so, squared; blanks cost it nothing.
    text = _without_comments(text, [(token.start, token.end + 1) for token in tokens])
    found_statements = []
    start: int | None = None
    for token in tokens:
        if token.token_type.name == "SEMICOLON":
            if start is not None:
                found_statements.append((start, text[start : token.start]))
            start = None
        elif start is None:
            start = token.start
    if start is not None:
        found_statements.append((start, text[start:]))
    return found_statements


def _without_comments(text: str, tokens: list[tuple[int, int]]) -> str:
    """The text with blanks for what stands between its words, so that every word keeps its place."""
    parts, before = [], 0
    for start, end in [*tokens, (len(text), len(text))]:
        parts.append(re.sub(r"[^\s]", " ", text[before:start]))
        parts.append(text[start:end])
        before = end
    return "".join(parts)


def _read_statement(
    connection: duckdb.DuckDBPyConnection, statement: str, name: str, line: int, faults: list[Refusal]
) -> MappedView | None:
    """The view that the statement makes, or `None`; what is wrong with it is put to the faults."""
    where = f"{name}, line {line}"
    head = _CREATE_VIEW.match(statement)
    if head is None:
        faults.append(Refusal("mapping-statement", where, _first_words(statement), _CREATE_ONLY))
        return None
    table = head["name"].strip('"').lower()
    if table not in MODEL_TABLES:
        faults.append(_not_a_model_table(where, table))
    select = statement[head.end() :].strip()
    answer = connection.execute("select json_serialize_sql($1::varchar)", [select]).fetchone() or ("",)
    tree: Node = json.loads(answer[0])
    if tree["error"] or len(tree["statements"]) != 1:
        said = str(tree.get("error_message", "not one statement")).splitlines()[0]
        at = line + statement.count("\n", 0, head.end() + int(tree.get("position") or 0))
        found = said if tree.get("error_type") == "parser" else "something that is not a select"
        faults.append(Refusal("mapping-syntax", f"{name}, line {at}", found, "a select in DuckDB's dialect"))
        return None
    offset = len(statement[: head.end()]) + len(statement[head.end() :]) - len(statement[head.end() :].lstrip())
    checker = _Checker(name, line + statement.count("\n", 0, offset), select.encode())
    node = tree["statements"][0]["node"]
    checker.check(node)
    columns = _output(node, table, checker)
    faults += [fault for _, fault in sorted(checker.faults, key=lambda each: each[0])]
    if table not in MODEL_TABLES:
        return None
    blank = frozenset(column for column, is_null in columns.items() if is_null)
    lenient = tuple(sorted(checker.lenient))
    return MappedView(table, tuple(columns), select, line, tuple(sorted(checker.sources)), blank, lenient)


def _first_words(statement: str) -> str:
    words = re.sub(_GAP + "++", " ", statement, flags=re.DOTALL).split()[:5]
    known: list[str] = []
    for word in words:
        if known and word.lower() not in _STATEMENT_WORDS:
            break
        known.append(word.lower())
    return f"a statement that begins with “{' '.join(known)}”"


def _not_a_model_table(where: str, table: str) -> Refusal:
    if table == FILLED_BY_OVERT:
        found = f"a view named {FILLED_BY_OVERT}, which Overt fills itself"
        return Refusal("mapping-view-name", where, found, "a table that the source can fill", "delete the view")
    close = difflib.get_close_matches(table, MODEL_TABLES, 1)
    remedy = f"did you mean `{close[0]}`? " if close else ""
    return Refusal(
        "mapping-view-name",
        where,
        f"a view named {table}, which is not a table of the model",
        "a view named after the table of the model that it fills",
        f"{remedy}overt model lists the tables",
    )


@dataclass
class _Checker:
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
        if kind not in _TABLE_REFS or node.get("ref_type") == "POSITIONAL":
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

    def _check_clock(self, node: Node, name: str) -> None:
        if name.lower() in CLOCKS:
            remedy = f'if the source has such a column, write it with its table: t."{name}"'
            self.fault(node, "mapping-function", f"{name}, which is not in the source", "columns", remedy)


def _output(node: Node, table: str, checker: _Checker, first: bool = True) -> dict[str, bool]:
    """The columns that the select gives the table, and whether each is nothing but null.

    In a union the first select names the columns, and the others give theirs by place.
    """
    if node["type"] == "SET_OPERATION_NODE":
        parts = node.get("children") or [node["left"], node["right"]]
        columns = _output(parts[0], table, checker, first)
        for part in parts[1:]:
            others = _output(part, table, checker, first=False).values()
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
        if _forgives(item):
            checker.lenient.add(name)
    return columns


def _check_column(item: Node, name: str, columns: dict[str, bool], checker: _Checker, table: str) -> None:
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


def _forgives(item: Node) -> bool:
    """Whether some part of the expression turns what it cannot read into null."""
    stack: list[Any] = [item]
    while stack:
        node = stack.pop()
        if isinstance(node, dict):
            if (
                node.get("try_cast")
                or node.get("type") == "OPERATOR_TRY"
                or node.get("function_name") == "try_strptime"
            ):
                return True
            stack += node.values()
        elif isinstance(node, list):
            stack += node
    return False


def _plain(node: Node) -> str:
    return str(node.get("type") or node.get("class")).lower().replace("_", " ")
