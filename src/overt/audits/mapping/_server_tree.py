"""The tree that DuckDB's parser makes of a select: its expressions, the names in it, and selects made of its parts."""

from __future__ import annotations

import json
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from overt.audits.mapping._functions import AGGREGATES
from overt.audits.mapping._server_sql import Node

NOWHERE = 2**63


def select_of(items: list[Node]) -> Node:
    """A select of expressions, in the form of DuckDB's tree."""
    nowhere = {"type": "EMPTY", "alias": "", "sample": None, "query_location": NOWHERE}
    return {
        "type": "SELECT_NODE",
        "modifiers": [],
        "cte_map": {"map": []},
        "select_list": items,
        "from_table": nowhere,
        "where_clause": None,
        "group_expressions": [],
        "group_sets": [],
        "aggregate_handling": "STANDARD_HANDLING",
        "having": None,
        "sample": None,
        "qualify": None,
    }


STAR: Node = {"class": "STAR", "type": "STAR", "alias": "", "query_location": NOWHERE, "relation_name": "",
               "exclude_list": [], "replace_list": [], "columns": False, "expr": None, "qualified_exclude_list": [],
               "rename_list": []}  # fmt: skip


def bound(node: Node, ctes: dict[str, Node]) -> Node:
    """The node with the selects that `with` has named around it."""
    own = {str(entry["key"]).lower(): entry for entry in (node.get("cte_map") or {}).get("map", [])}
    entries = [{"key": each["key"], "value": each["value"]} for each in {**ctes, **own}.values()]
    return {**node, "cte_map": {"map": entries}}


def from_only(node: Node, ctes: dict[str, Node]) -> Node:
    """A select of everything that the from-clause of the node gives."""
    items = [STAR] if node["from_table"]["type"] != "EMPTY" else [ONE]
    return bound({**select_of(items), "from_table": node["from_table"]}, ctes)


ONE: Node = {"class": "CONSTANT", "type": "VALUE_CONSTANT", "alias": "", "query_location": NOWHERE,
              "value": {"type": {"id": "INTEGER", "type_info": None}, "is_null": False, "value": 1}}  # fmt: skip


def with_aliases(node: Node, columns: set[str]) -> Node:
    """The select with each name of another of its columns replaced by that column, and `group by all` written out."""
    known = {name.lower() for name in columns}
    aliases: dict[str, Node] = {}
    node = dict(node)

    def replaced(part: Any) -> Any:
        if isinstance(part, list):
            return [replaced(each) for each in part]
        if not isinstance(part, dict) or part.get("class") == "SUBQUERY":
            return part
        if part.get("class") == "COLUMN_REF" and len(part["column_names"]) == 1:
            name = str(part["column_names"][0]).lower()
            if name not in known and name in aliases:
                return {**deepcopy(aliases[name]), "alias": part.get("alias", "")}
        return {key: replaced(value) for key, value in part.items()}

    items = []
    for item in node["select_list"]:
        made = replaced(item)
        items.append(made)
        if item.get("alias"):
            aliases[str(item["alias"]).lower()] = made
    node["select_list"] = items
    groups = replaced(node.get("group_expressions") or [])
    if node.get("aggregate_handling") == "FORCE_AGGREGATES":
        groups = [deepcopy(item) for item in items if not has_aggregate(item)]
    node["group_expressions"] = [_by_place(each, items) for each in groups]
    for key in ("where_clause", "having", "modifiers"):
        node[key] = replaced(node.get(key))
    return node


def _by_place(node: Node, items: list[Node]) -> Node:
    """What a number in `group by` stands for."""
    if node["class"] == "CONSTANT" and isinstance(node["value"].get("value"), int):
        return deepcopy(items[int(node["value"]["value"]) - 1])
    return node


def expressions_of(part: Any) -> Iterator[Node]:
    if isinstance(part, list):
        for each in part:
            yield from expressions_of(each)
    elif isinstance(part, dict):
        if "class" in part and part["class"] != "STAR":
            yield part
        for key, value in part.items():
            if key != "subquery":
                yield from expressions_of(value)


def conditions_of(table: Node) -> Iterator[Node]:
    """The expressions of a from-clause, but those of selects in it."""
    if table["type"] == "JOIN":
        yield from conditions_of(table["left"])
        yield from conditions_of(table["right"])
        if table.get("condition"):
            yield table["condition"]
    elif table["type"] == "TABLE_FUNCTION":
        for child in table["function"]["children"]:
            name = str(child.get("function_name", "")).lower()
            yield from child["children"] if name in ("range", "generate_series") else [child]


def has_aggregate(part: Any) -> bool:
    if isinstance(part, list):
        return any(map(has_aggregate, part))
    if not isinstance(part, dict):
        return False
    if part.get("class") == "FUNCTION" and str(part["function_name"]).lower() in AGGREGATES:
        return True
    return any(has_aggregate(value) for key, value in part.items() if key != "subquery")


def bare(part: Any) -> str:
    """An expression without its places and names."""

    def stripped(each: Any) -> Any:
        if isinstance(each, list):
            return [stripped(inner) for inner in each]
        if not isinstance(each, dict):
            return each
        return {key: stripped(value) for key, value in each.items() if key not in ("query_location", "alias")}

    return json.dumps(stripped(part), sort_keys=True)
