"""What Spark would read: every node of the tree that its parser made, then of the plan that its analyser made of it.

The parser's tree comes first, for to analyse a text is to look for what it names, and to work some of it out: files,
tables, functions that read the environment. Nothing is run, not even a command, which Spark would run while analysing.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from overt.controls.engines._reads import MODEL, words

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

_PLANS = words("Project Filter Join Aggregate Sort Distinct Union SubqueryAlias Window OneRowRelation")
_EXPRESSIONS = words(
    "Alias Literal Cast SortOrder And Or Not EqualTo EqualNullSafe LessThan LessThanOrEqual GreaterThan",
    "GreaterThanOrEqual IsNull IsNotNull In Like Add Subtract Multiply Divide Remainder UnaryMinus Concat CaseWhen",
    "Between If Exists WindowExpression WindowSpecDefinition SpecifiedWindowFrame UnspecifiedFrame$ CurrentRow$",
    "UnboundedPreceding$ UnboundedFollowing$",
)
# Some functions have words of their own in the grammar, so that the parser knows them already.
_KNOWN = words(
    "Coalesce NullIf StringTrim StringTrimLeft StringTrimRight StringTrimBoth Lower Upper Length StringReplace",
    "Substring DateAdd DateDiff AddMonths Year MakeDate MakeDTInterval TimeAdd",
)
_UNRESOLVED = words(
    "UnresolvedWith UnresolvedRelation UnresolvedAttribute UnresolvedFunction UnresolvedAlias UnresolvedHaving"
)
_RESOLVED = words(
    "WithCTE CTERelationDef CTERelationRef AttributeReference OuterReference AggregateExpression Count Sum Min Max",
    "RowNumber Lag Lead With CommonExpressionDef CommonExpressionRef TypedNullLiteral",
    # Literal rows of a statement; a control's own are refused in the parser's tree.
    "LocalRelation",
)
_PARSED = _PLANS | _EXPRESSIONS | _KNOWN | _UNRESOLVED
_ANALYSED = _PLANS | _EXPRESSIONS | _KNOWN | _RESOLVED
_FUNCTIONS = words(
    "count sum min max row_number lag lead coalesce nullif trim ltrim rtrim lower upper length replace substr",
    "substring date_add add_months datediff concat between year make_date make_dt_interval",
)


def outside(session: SparkSession, control: str, statement: str) -> list[str]:
    """What the control would read beside temporary views that are named as tables of the model."""
    from pyspark.errors import PySparkException  # noqa: PLC0415  an extra

    _make_active(session)
    state: Any = session._jsparkSession.sessionState()
    skip: Any = session._jvm.org.apache.spark.sql.execution.CommandExecutionMode.SKIP()  # type: ignore[union-attr]
    try:
        # By itself the control is one whole select, whatever stands around it later.
        found = list(_tree(_nodes(state.sqlParser().parsePlan(control)), _PARSED))
        if found:
            return sorted(set(found))
        plan = state.sqlParser().parsePlan(statement)
        analysed = _nodes(state.executePlan(plan, skip).analyzed())
    except PySparkException as error:
        return [f"something that is not there, or is not one select ({error.getCondition() or 'not analysed'})"]
    return sorted(set(_tree(analysed, _ANALYSED)))


def _make_active(session: SparkSession) -> None:
    """The parser goes by the settings of the active session: those of another would put variables into a text."""
    found: Any = session
    found._get_j_spark_session_class(found._jvm).setActiveSession(found._jsparkSession)


def _nodes(plan: Any) -> list[dict[str, Any]]:
    nodes: list[dict[str, Any]] = json.loads(plan.toJSON())
    return nodes


def _tree(nodes: list[dict[str, Any]], allowed: frozenset[str]) -> Iterator[str]:
    """What the nodes of one tree name that may not be there; a tree is written as the list of its nodes, root first."""
    place = 0
    while place < len(nodes):
        node = nodes[place]
        if _kind(node) == "View":
            if not _is_of_model(node):
                yield f"the view {_view_name(node)}"
            place = _after(nodes, place)
            continue
        yield from _unlisted(node, allowed)
        for value in node.values():
            yield from _inside(value, allowed)
        place += 1


def _unlisted(node: dict[str, Any], allowed: frozenset[str]) -> Iterator[str]:
    kind = _kind(node)
    if kind not in allowed:
        yield kind
    elif kind == "UnresolvedRelation" and len(_parts(node.get("multipartIdentifier"))) != 1:
        yield f"the relation {node.get('multipartIdentifier')}"
    elif kind == "UnresolvedFunction" and ".".join(_parts(node.get("nameParts"))).lower() not in _FUNCTIONS:
        yield f"the function {node.get('nameParts')}"
    elif kind == "AttributeReference" and str(node.get("name")).startswith("_metadata"):
        yield str(node["name"])


def _parts(written: Any) -> list[str]:
    """The parts of a name, which Spark writes as a list, or as the text of one."""
    if isinstance(written, str):
        return [each.strip() for each in written.strip("[]").split(",")]
    return [str(each) for each in written or []]


def _inside(value: Any, allowed: frozenset[str]) -> Iterator[str]:
    """Trees that stand in a part of a node."""
    if isinstance(value, list):
        if value and isinstance(value[0], dict) and "class" in value[0]:
            yield from _tree(value, allowed)
        else:
            for each in value:
                yield from _inside(each, allowed)
    elif isinstance(value, dict):
        for each in value.values():
            yield from _inside(each, allowed)


def _kind(node: dict[str, Any]) -> str:
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
