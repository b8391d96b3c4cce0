"""The types in a mapping, as DuckDB works them out on empty tables with the columns of the server.

A type of a server that has no counterpart is that of no column that a mapping may read.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import duckdb

from overt.audits.source._sandbox import quoted_name
from overt.controls.engines import text_of, tree_of

Node = dict[str, Any]
# The type of a column that a mapping cannot read on a server: nothing else is of it.
UNREADABLE = "BIT"

_TYPES = {
    "boolean": "BOOLEAN",
    "tinyint": "TINYINT",
    "byte": "TINYINT",
    "smallint": "SMALLINT",
    "short": "SMALLINT",
    "integer": "INTEGER",
    "int": "INTEGER",
    "bigint": "BIGINT",
    "long": "BIGINT",
    "real": "FLOAT",
    "float": "FLOAT",
    "double": "DOUBLE",
    "double precision": "DOUBLE",
    "text": "VARCHAR",
    "string": "VARCHAR",
    "character varying": "VARCHAR",
    "varchar": "VARCHAR",
    "character": "VARCHAR",
    "char": "VARCHAR",
    "bpchar": "VARCHAR",
    "name": "VARCHAR",
    "uuid": "VARCHAR",
    "date": "DATE",
    "timestamp without time zone": "TIMESTAMP",
    "timestamp_ntz": "TIMESTAMP",
    "timestamp with time zone": "TIMESTAMP WITH TIME ZONE",
    "timestamptz": "TIMESTAMP WITH TIME ZONE",
}
_AS_DIALECT = {"postgres": {"timestamp": "TIMESTAMP"}, "spark": {"timestamp": "TIMESTAMP WITH TIME ZONE"}}
_DIGITS = re.compile(r"(?:numeric|decimal)\(([0-9]+), ?([0-9]+)\)")
_MOST_DIGITS = 38
_MADE = {"_row": "BIGINT", "_table": "VARCHAR"}


def duckdb_type(server_type: str, dialect: str) -> str:
    """DuckDB's type for a column, by the name that the server gives its type."""
    name = server_type.strip().lower()
    digits = _DIGITS.fullmatch(name)
    if digits and int(digits[1]) <= _MOST_DIGITS:
        return f"DECIMAL({digits[1]},{digits[2]})"
    plain = re.sub(r"\([0-9, ]*\)", "", name)
    if plain == name == "numeric":
        # Of any number of digits: DuckDB reads such a column as a floating number.
        return "DOUBLE"
    return _AS_DIALECT[dialect].get(plain) or _TYPES.get(plain, UNREADABLE)


class Types:
    """Empty tables as the source has them, of which DuckDB is asked."""

    def __init__(self, tables: Mapping[str, Mapping[str, str]]) -> None:
        self._connection = duckdb.connect()
        for table, columns in tables.items():
            taken = {name.lower() for name in columns}
            made = {name: kind for name, kind in _MADE.items() if name not in taken} | dict(columns)
            listed = ", ".join(f"{quoted_name(name)} {kind}" for name, kind in made.items())
            self._connection.execute(f"create table {quoted_name(table)} ({listed})")

    def close(self) -> None:
        """Forgets the tables."""
        self._connection.close()

    def tree(self, select: str) -> Node:
        """DuckDB's tree of a select, in which a list of forms is one reading after the other."""
        tree: Node = _one_form_each(tree_of(self._connection, select))
        return tree

    def described(self, node: Node) -> list[tuple[str, str]]:
        """The names and types of what a select gives; raises `duckdb.Error` if it cannot be bound."""
        tree = {"error": False, "statements": [{"node": node, "named_param_map": []}]}
        found = self._connection.execute(f"describe {text_of(self._connection, tree)}").fetchall()
        return [(str(name), str(kind)) for name, kind, *_ in found]


def _one_form_each(node: Any) -> Any:
    """`strptime(x, [a, b])` as `coalesce(try_strptime(x, a), strptime(x, b))`, which servers can be asked."""
    if isinstance(node, list):
        return [_one_form_each(part) for part in node]
    if not isinstance(node, dict):
        return node
    node = {key: _one_form_each(value) for key, value in node.items()}
    arguments = node.get("children") or []
    is_reading = node.get("class") == "FUNCTION" and node["function_name"].lower() in ("strptime", "try_strptime")
    if not is_reading or len(arguments) != 2 or arguments[1].get("function_name") != "list_value":
        return node
    *first, last = arguments[1]["children"]
    readings = [{**node, "alias": "", "function_name": "try_strptime", "children": [arguments[0], f]} for f in first]
    readings.append({**node, "alias": "", "children": [arguments[0], last]})
    kept = {key: node[key] for key in ("alias", "query_location") if key in node}
    return {"class": "OPERATOR", "type": "OPERATOR_COALESCE", **kept, "children": readings}
