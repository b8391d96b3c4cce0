"""Casts of texts in a mapping, with one meaning whichever edition of DuckDB runs them.

DuckDB 1 reads the day of `2024-01-05 25:00` and of `2024-01-05 and so on`, and DuckDB 2 the time of
`2024-01-05 10:00 PM` without its last word. Here a text is read if both read it alike, and else it is one that cannot
be read: a strict cast stops at it and `try_cast` makes it null. What is not a text is cast as ever.
"""

from __future__ import annotations

from typing import Any

import duckdb

from overt.audits.source._sandbox import literal
from overt.controls.engines import text_of, tree_of

Node = dict[str, Any]
_DAY = r"[-+]?[0-9]{1,5}[-/ \\][0-9]{1,2}[-/ \\][0-9]{1,2}( \([Bb][Cc]\))?"
_SECONDS = r":[0-5]?[0-9]([.][0-9]*)?"
_CLOCK = rf"(([01]?[0-9]|2[0-3]):[0-5]?[0-9]({_SECONDS}{{zone}})?|24:00(:00([.]0*)?)?)"
_OFFSET = r"(Z|[-+][0-9]{2}(:?[0-9]{2}(:[0-9]{2})?)?)"
_WORD = "[-+]?[A-Za-z]+"


def _moment(zone: str) -> str:
    return rf"\s*({_DAY}\s*|{_DAY}(T| +){_CLOCK.format(zone=zone)} *|{_WORD}\s*)?"


_WRITTEN = rf"({_OFFSET}| UTC)?"
_TIME_OF_DAY = rf"\s*(({_DAY}(T| +))?{_CLOCK.format(zone=_WRITTEN)} *)?"
_READ = {
    "DATE": _moment(_WRITTEN),
    "TIMESTAMP": _moment(_WRITTEN),
    "TIMESTAMP_S": _moment(_WRITTEN),
    "TIMESTAMP_MS": _moment(_WRITTEN),
    # DuckDB 1 takes the offset off, DuckDB 2 leaves it out.
    "TIMESTAMP_NS": _moment(""),
    # DuckDB 1 reads what follows a row that names its zone in that zone too.
    "TIMESTAMP WITH TIME ZONE": _moment(_WRITTEN),
    "TIME": _TIME_OF_DAY,
    "TIME WITH TIME ZONE": _TIME_OF_DAY,
    # Other whole numbers may be written in base 16 or 2 on both.
    **dict.fromkeys(("HUGEINT", "UHUGEINT"), "[^xXbBoO]*"),
}
_NAMED = {"timestamptz": "TIMESTAMP WITH TIME ZONE"}
# In a list or structure a text is converted by DuckDB alone.
_CONTAINERS = frozenset(("LIST", "ARRAY", "STRUCT", "MAP"))
_NO_TEXTS = frozenset(("strptime", "try_strptime", "timezone", "date_trunc", "make_date", "make_timestamp", "last_day"))
_TEXTS = "^(VARCHAR|JSON|ENUM)"
_VALUE, _CAST, _FAILING = "overt_value", "overt_cast", "overt_failing"


def with_one_meaning(connection: duckdb.DuckDBPyConnection, select: str) -> str:
    """The select with every cast that the editions of DuckDB do not agree on held to what both read."""
    tree = tree_of(connection, select)
    if tree["error"]:
        return select
    casts = [node for node in _casts(tree["statements"][0]["node"]) if _pattern(node) and not _is_no_text(node)]
    for node in casts:
        _hold(connection, node)
    return text_of(connection, tree) if casts else select


def holds_undecided(kind: Node) -> bool:
    """Whether a type of the parser's tree is a list or structure with a type in it whose texts must be looked at."""
    if kind["id"] not in _CONTAINERS:
        return False
    stack: list[Any] = [kind]
    while stack:
        node = stack.pop()
        if isinstance(node, dict):
            if node.get("id") in _READ or str(node.get("name", "")).lower() in _NAMED:
                return True
            stack += node.values()
        elif isinstance(node, list):
            stack += node
    return False


def _casts(root: Node) -> list[Node]:
    """Every cast, those inside others after them."""
    found, stack = [], [root]
    while stack:
        node: Any = stack.pop()
        if isinstance(node, list):
            stack += node
        elif isinstance(node, dict) and node.get("class") != "CONSTANT":
            if node.get("class") == "CAST":
                found.append(node)
            stack += node.values()
    return found


def _pattern(node: Node) -> str | None:
    """The form of a text that the cast may read; `None` for a cast on which there is nothing to decide."""
    kind = node["cast_type"]
    name = str((kind.get("type_info") or {}).get("name", "")).lower()
    return _READ.get(_NAMED.get(name, str(kind["id"])))


def _is_no_text(node: Node) -> bool:
    """Whether the text says itself that what is cast is none."""
    child = node["child"]
    if child["class"] == "CAST":
        return str(child["cast_type"]["id"]) in _READ
    return child["class"] == "FUNCTION" and str(child["function_name"]).lower() in _NO_TEXTS


def _hold(connection: duckdb.DuckDBPyConnection, node: Node) -> None:
    """Makes the cast a choice: a text of another form is marked, so that no edition reads it."""
    text = f"cast({_VALUE} as varchar)"
    condition = (
        f"regexp_matches(typeof({_VALUE}), {literal(_TEXTS)})"
        f" and not regexp_full_match(trim({text}, '\"'), {literal(_pattern(node) or '')})"
    )
    # The engine knows the type beforehand, and leaves the choice out where there is none.
    parsed = tree_of(connection, f"select case when {condition} then {_FAILING} else {_CAST} end, '! ' || {text}")
    choice, marked = parsed["statements"][0]["node"]["select_list"]
    cast, value = {**node, "alias": ""}, node["child"]
    failing = {**cast, "child": _with(marked, {_VALUE: value})}
    choice = _with(choice, {_VALUE: value, _CAST: cast, _FAILING: failing})
    kept = {"alias": node["alias"], "query_location": node["query_location"]}
    node.clear()
    node.update({**choice, **kept})


def _with(node: Any, parts: dict[str, Node]) -> Any:
    """A tree with expressions in place of the columns of these names."""
    if isinstance(node, list):
        return [_with(part, parts) for part in node]
    if not isinstance(node, dict):
        return node
    if node.get("class") == "COLUMN_REF" and node["column_names"][0] in parts:
        return parts[node["column_names"][0]]
    return {key: _with(value, parts) for key, value in node.items()}
