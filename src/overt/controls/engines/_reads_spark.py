"""What Spark would read: every node and expression of the plan that its analyser made, before anything is left out."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from overt.controls.engines._reads import MODEL, words

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

_PLANS = words(
    "Project Filter Join Aggregate Sort Distinct Union SubqueryAlias WithCTE CTERelationDef CTERelationRef Window",
    "OneRowRelation LocalRelation GlobalLimit LocalLimit",
)
_EXPRESSIONS = words(
    "Alias AttributeReference OuterReference Literal Cast AnsiCast Exists ScalarSubquery SortOrder",
    "And Or Not EqualTo EqualNullSafe LessThan LessThanOrEqual GreaterThan GreaterThanOrEqual IsNull IsNotNull In Like",
    "Add Subtract Multiply Divide UnaryMinus Concat CaseWhen If Coalesce NullIf Between",
    "StringTrim StringTrimLeft StringTrimRight StringTrimBoth Lower Upper Length StringReplace Substring",
    "DateAdd DateSub DateDiff AddMonths Md5 Conv CheckOverflow DecimalAggregates",
    "AggregateExpression Count Sum Min Max WindowExpression WindowSpecDefinition SpecifiedWindowFrame",
    "RowNumber Lag Lead UnspecifiedFrame$ CurrentRow$ UnboundedPreceding$ UnboundedFollowing$",
)


def outside(frame: DataFrame) -> list[str]:
    """What the query of an analysed frame would read beside temporary views that are named as tables of the model."""
    plan = frame._jdf.queryExecution().analyzed().toJSON()  # type: ignore[operator]
    return sorted(set(_tree(json.loads(plan))))


def _tree(nodes: list[dict[str, Any]]) -> Iterator[str]:
    """What the nodes of one tree name that may not be there; a tree is written as the list of its nodes, root first."""
    place = 0
    while place < len(nodes):
        node = nodes[place]
        if _name(node) == "View":
            if not _is_of_model(node):
                yield f"the view {_view_name(node)}"
            place = _after(nodes, place)
            continue
        yield from _node(node)
        for value in node.values():
            yield from _inside(value)
        place += 1


def _node(node: dict[str, Any]) -> Iterator[str]:
    name = _name(node)
    if name not in _PLANS | _EXPRESSIONS:
        yield name
    elif name == "AttributeReference" and str(node.get("name")).startswith("_metadata"):
        yield str(node["name"])


def _inside(value: Any) -> Iterator[str]:
    """Trees that stand in a part of a node."""
    if isinstance(value, list):
        if value and isinstance(value[0], dict) and "class" in value[0]:
            yield from _tree(value)
        else:
            for each in value:
                yield from _inside(each)
    elif isinstance(value, dict):
        for each in value.values():
            yield from _inside(each)


def _name(node: dict[str, Any]) -> str:
    return str(node["class"]).rsplit(".", 1)[-1]


def _after(nodes: list[dict[str, Any]], place: int) -> int:
    """The place behind a node and all that is below it."""
    open_nodes = 1
    while open_nodes:
        open_nodes += int(nodes[place]["num-children"]) - 1
        place += 1
    return place


def _is_of_model(view: dict[str, Any]) -> bool:
    identifier = view["desc"]["identifier"]
    return bool(view.get("isTempView")) and identifier.get("table") in MODEL and not identifier.get("database")


def _view_name(view: dict[str, Any]) -> str:
    identifier = view["desc"]["identifier"]
    return ".".join(str(identifier[part]) for part in ("database", "table") if identifier.get(part))
