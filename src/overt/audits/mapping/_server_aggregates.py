"""What a select works out over several rows, written for a server: aggregates and window functions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from overt.audits.mapping._functions import words
from overt.audits.mapping._server_casts import cast
from overt.audits.mapping._server_sql import WHOLE, Node, NotOnServer, Value, any_of, fails_of

if TYPE_CHECKING:
    from overt.audits.mapping._server_expressions import Expressions

WINDOWS = words("row_number rank dense_rank count count_star sum min max lag lead")
SUMMED = words("count count_star count_if countif min max bool_and bool_or sum string_agg group_concat listagg")


def aggregate(writer: Expressions, node: Node, name: str) -> Value:
    """An aggregate. It fails where a conversion inside it fails in any row of the group."""
    values = [writer.value(child) for child in node["children"]]
    kind = writer.type_of(node)
    where = f" filter (where {writer.plain(node['filter']).sql})" if node.get("filter") else ""
    inner = ", ".join(value.sql for value in values)
    distinct = "distinct " if node.get("distinct") else ""
    fails = any_of(*(value.fails for value in values))
    failing = f"coalesce(bool_or({fails}){where}, false)" if fails else ""
    if name in ("count", "count_star"):
        if not values:
            return Value(f"count(*){where}", "BIGINT")
        return Value(f"count({distinct}{inner}){where}", "BIGINT", failing)
    if name in ("count_if", "countif"):
        both = f" and {writer.plain(node['filter']).sql}" if node.get("filter") else ""
        return Value(f"count(*) filter (where {inner}{both})", "HUGEINT", failing)
    if name in ("min", "max", "bool_and", "bool_or") and len(values) == 1:
        if values[0].base in ("DOUBLE", "FLOAT"):
            raise NotOnServer(f"{name} of floating numbers", "cast them to decimal")
        if values[0].base == "BOOLEAN" and name in ("min", "max"):
            name = "bool_and" if name == "min" else "bool_or"
        return Value(f"{name}({inner}){where}", values[0].type, failing)
    if name == "sum" and values[0].base in WHOLE | {"DECIMAL"}:
        wide = writer.server.cast(inner, kind if kind.startswith("DECIMAL") else "HUGEINT")
        return Value(f"{writer.server.cast(f'sum({distinct}{wide}){where}', kind)}", kind, failing)
    if name in ("string_agg", "group_concat", "listagg") and not distinct:
        return _strings(writer, node, values, where, failing)
    raise NotOnServer(f"the function {name} of {values[0].type.lower()}" if values else f"the function {name}",
                      "use count, sum of whole numbers, min, max or string_agg")  # fmt: skip


def _strings(writer: Expressions, node: Node, values: list[Value], where: str, failing: str) -> Value:
    text = cast(writer.server, values[0], "VARCHAR")
    between = values[1].sql if len(values) > 1 else writer.server.text(",")
    order = ordered(writer, node["order_bys"]["orders"])
    if writer.server.name == "Spark":
        sql = f"listagg({text.sql}, {between}) within group (order by {order}){where}"
        # Spark has an empty text for no row, and DuckDB null.
        sql = f"case when count({text.sql}){where} > 0 then {sql} end"
        return Value(f"({sql})", "VARCHAR", failing)
    return Value(f"string_agg({text.sql}, {between} order by {order}){where}", "VARCHAR", failing)


def ordered(writer: Expressions, orders: list[Node]) -> str:
    """An order, nulls last where nothing else is said, whatever the engine does by itself."""
    return ", ".join(_placed(each, writer.plain(each["expression"])) for each in orders)


def _placed(order: Node, value: Value) -> str:
    down = "desc" if order["type"] == "DESCENDING" else "asc"
    nulls = "first" if order["null_order"] == "NULLS FIRST" else "last"
    return f"{value.sql} {down} nulls {nulls}"


def window(writer: Expressions, node: Node) -> Value:
    """A window function. It fails in all rows that are looked at together, if a conversion fails in one of them."""
    name = str(node["function_name"]).lower()
    if name not in WINDOWS:
        raise NotOnServer(f"the window function {name}", "use row_number, rank, lag, lead, count, sum, min or max")
    default = ("UNBOUNDED_PRECEDING", "CURRENT_ROW_RANGE")
    odd = [node.get(key) for key in ("offset_expr", "default_expr", "filter_expr", "ignore_nulls", "distinct")]
    if (node["start"], node["end"]) != default or any(odd) or node["exclude_clause"] != "NO_OTHER":
        raise NotOnServer(f"{name} over a frame of rows, or with options", "write it without frame and options")
    values = [writer.value(child) for child in node["children"]]
    apart = [writer.value(each) for each in node["partitions"]]
    orders = [(each, writer.value(each["expression"])) for each in node["orders"]]
    inner = ", ".join(each.sql for each in values)
    if name == "sum":
        if values[0].base not in WHOLE:
            raise NotOnServer("sum over of other than whole numbers", "cast to integer")
        inner = writer.server.cast(inner, "HUGEINT")
    partition = f"partition by {', '.join(each.sql for each in apart)}" if apart else ""
    order = f"order by {', '.join(_placed(each, value) for each, value in orders)}" if orders else ""
    kind = values[0].type if name in ("min", "max", "lag", "lead") else "HUGEINT" if name == "sum" else "BIGINT"
    function = "count(*)" if name == "count_star" or (name == "count" and not values) else f"{name}({inner})"
    together = fails_of(apart)
    fails = fails_of([*values, *(value for _, value in orders)])
    if together or fails:
        whole = "" if together else partition
        fails = f"coalesce(bool_or({any_of(together, fails)}) over ({whole}), false)"
    return Value(f"{function} over ({' '.join(filter(None, [partition, order]))})", kind, fails)
