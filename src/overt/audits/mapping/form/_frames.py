"""Recognises where the rows of a select come from; as with choices, what is read is written again and compared."""

from __future__ import annotations

from overt.audits.mapping.form._form import (
    Beside,
    Cell,
    Counts,
    Frame,
    NumberedPeople,
    Pieces,
    Repeated,
    Rows,
    Scalar,
)
from overt.audits.mapping.form._recognise import NOTHING, Recogniser, scalar
from overt.audits.mapping.form._sql import PERSON
from overt.audits.mapping.form._tree import Node, branches, called, is_text


def recognise_frame(select: Node, recogniser: Recogniser) -> Frame | None:
    """The frame that a select may have; to be written again and compared."""
    named = select["cte_map"]["map"]
    table = select["from_table"]
    if named:
        return _counts(named, table, recogniser) if len(named) == 1 else None
    if table["type"] == "BASE_TABLE":
        return Rows(str(table["table_name"]), str(table["alias"]))
    if table["type"] == "SUBQUERY":
        return _numbered(table, recogniser)
    if table["type"] != "JOIN" or table["left"]["type"] != "BASE_TABLE":
        return None
    name, right = str(table["left"]["table_name"]), table["right"]
    if right["type"] == "BASE_TABLE":
        return _beside(name, table, recogniser)
    return _several(name, right, recogniser) if right["type"] == "TABLE_FUNCTION" else None


def _several(name: str, function: Node, recogniser: Recogniser) -> Frame | None:
    """Several rows of one: the values in a cell, or as many as a cell says."""
    numbers = called(function["function"], "unnest", 1)
    limits = called(numbers[0], "range", 2) if numbers else None
    more = called(limits[1], "+", 2) if limits else None
    if more is None or len(function["column_name_alias"]) != 1:
        return None
    if (length := called(more[0], "len", 1)) and (split := called(length[0], "string_split", 2)) and is_text(split[1]):
        cell = recogniser.cell(split[0])
        return Pieces(name, Cell(cell.name, cell.of, (), str(split[1]["value"]["value"]))) if cell else None
    if more[0].get("class") != "CAST":
        return None
    cell = recogniser.cell(more[0]["child"])
    return Repeated(name, cell, str(function["alias"]), str(function["column_name_alias"][0])) if cell else None


def _beside(name: str, join: Node, recogniser: Recogniser) -> Frame | None:
    condition = join["condition"] or {}
    if condition.get("type") != "COMPARE_EQUAL":
        return None
    key, other_key = recogniser.cell(condition["left"]), recogniser.cell(condition["right"])
    if key is None or other_key is None:
        return None
    left, right = join["left"], join["right"]
    all_rows, alias, other_alias = join["join_type"] == "LEFT", str(left["alias"]), str(right["alias"])
    return Beside(name, str(right["table_name"]), key, other_key, all_rows, alias, other_alias)


def _numbered(table: Node, recogniser: Recogniser) -> Frame | None:
    inner = table["subquery"]["node"]
    items = inner.get("select_list", [])
    if inner["type"] != "SELECT_NODE" or len(items) != 2 or items[1].get("alias") != PERSON:
        return None
    if items[1].get("class") != "CASE" or inner["from_table"]["type"] != "BASE_TABLE":
        return None
    check = items[1]["case_checks"][0]
    cell = recogniser.cell((check["when_expr"].get("children") or [{}])[0])
    if cell is None:
        return None
    apart = _apart(check["then_expr"], recogniser)
    return NumberedPeople(str(inner["from_table"]["table_name"]), cell, str(table["alias"]), apart)


def _apart(number: Node, recogniser: Recogniser) -> tuple[int, ...]:
    """The rows that are persons of their own, in the number that a person is given."""
    ranked = (number.get("children") or [{}])[-1]
    orders = ranked.get("orders") or []
    own = orders[1]["expression"] if len(orders) == 2 else {}
    test = recogniser.test(own["case_checks"][0]["when_expr"]) if own.get("class") == "CASE" else None
    return tuple(text for text in test.texts if isinstance(text, int)) if test is not None else ()


def _counts(named: list[Node], table: Node, recogniser: Recogniser) -> Frame | None:
    selects = branches(named[0]["value"]["query"]["node"])
    if len(selects) < 2 or any(each["from_table"].get("type") != "BASE_TABLE" for each in selects):
        return None
    if str(table.get("table_name", "")).lower() != str(named[0]["key"]).lower():
        return None
    first = selects[0]["select_list"]
    names = tuple(str(item.get("alias") or item.get("column_names", [""])[-1]) for item in first)
    parts: list[tuple[Scalar | Cell, ...]] = []
    for select in selects:
        values = [_value(item, recogniser) for item in select["select_list"]]
        if NOTHING in values or len(values) != len(names):
            return None
        parts.append(tuple(values))
    if not all(names):
        return None
    return Counts(str(named[0]["key"]), str(selects[0]["from_table"]["table_name"]), names, tuple(parts))


def _value(item: Node, recogniser: Recogniser) -> Scalar | Cell:
    value = scalar(item)
    return value if value is not NOTHING else recogniser.cell(item) or NOTHING
