"""Recognises the choices of the form in the tree of an expression.

Each recogniser is a function from a node to a choice or nothing. None of them looks at every part of a node: whatever
one makes of an expression is written again and its tree compared, so that nothing of it is overlooked.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from overt.audits.mapping.form._form import (
    LOWER,
    TRIM,
    Agreed,
    AsItIs,
    Cell,
    Choice,
    Codes,
    Combined,
    Constant,
    Day,
    DayOfTime,
    Figure,
    Formatted,
    Likeness,
    OfRow,
    Step,
    Test,
    When,
)
from overt.audits.mapping.form._sql import BRACKETED
from overt.audits.mapping.form._tree import Node, called, is_text

_NUMBERS = {"DOUBLE": "double", "BIGINT": "bigint", "INTEGER": "integer"}
NOTHING = object()
"""In the place of a constant where there is none, for null is a constant."""


class Recogniser:
    """Recognises choices; names of columns are spelt as `spelling` says, by their names in small letters."""

    def __init__(self, spelling: Mapping[str, str] | None = None) -> None:
        self._spelling = spelling or {}
        self._recognisers: tuple[Callable[[Node], OfRow | None], ...] = (
            self._constant,
            self._day,
            self._figure,
            self._day_of_time,
            self._as_it_is,
            self._formatted,
            self._likeness,
            self._combined,
            self._codes,
        )

    def choice(self, node: Node) -> Choice | None:
        """The choice that an expression may be; to be written again and compared."""
        return self._agreed(node) or self._of_row(node)

    def cell(self, node: Node) -> Cell | None:
        """A cell of the source with its steps."""
        step = _step(node)
        if step is not None:
            inner = self.cell(step[0])
            return Cell(inner.name, inner.of, (*inner.steps, step[1]), inner.separator) if inner else None
        if node.get("class") == "COLUMN_REF" and len(node["column_names"]) <= 2:
            *of, name = map(str, node["column_names"])
            return Cell(self._spelling.get(name.lower(), name), of[0] if of else "")
        if node.get("type") == "ARRAY_EXTRACT":
            split = called(node["children"][0], "string_split", 2)
            cell = self.cell(split[0]) if split and is_text(split[1]) else None
            return Cell(cell.name, cell.of, (), _text(split[1])) if split and cell and not cell.steps else None
        return None

    def _of_row(self, node: Node) -> OfRow | None:
        return next((choice for each in self._recognisers if (choice := each(node)) is not None), None)

    def _constant(self, node: Node) -> Constant | None:
        value = scalar(node)
        return None if value is NOTHING else Constant(value)

    def _as_it_is(self, node: Node) -> AsItIs | None:
        cell = self.cell(node)
        return AsItIs(cell) if cell else None

    def _formatted(self, node: Node) -> Formatted | None:
        if node.get("class") != "FUNCTION" or node["function_name"] != "format" or len(node["children"]) < 2:
            return None
        pattern, *others = node["children"]
        cells = [self.cell(other) for other in others]
        return Formatted(_text(pattern), _whole(cells)) if is_text(pattern) and all(cells) else None

    def _likeness(self, node: Node) -> Likeness | None:
        arguments = called(node, "md5", 1)
        if not arguments or arguments[0].get("function_name") != "concat_ws":
            return None
        cells = [self.cell(each) for each in arguments[0]["children"][1:]]
        return Likeness(_whole(cells)) if cells and all(cells) else None

    def _combined(self, node: Node) -> Combined | None:
        parts: list[str | Cell] = []
        while (sides := called(node, "||", 2)) is not None:
            part = _text(sides[1]) if is_text(sides[1]) else self.cell(sides[1])
            if part is None:
                return None
            parts.insert(0, part)
            node = sides[0]
        first = _text(node) if is_text(node) else self.cell(node)
        return Combined((first, *parts)) if parts and first is not None else None

    def test(self, node: Node) -> Test | None:
        """A question of a cell."""
        kind = node.get("type")
        if kind in ("COMPARE_EQUAL", "COMPARE_NOTEQUAL"):
            left, right = node["left"], node["right"]
            cell, value = self.cell(left), scalar(right)
            if cell is None or not isinstance(value, str | int) or isinstance(value, bool):
                return None
            if kind == "COMPARE_NOTEQUAL":
                return Test(cell, "filled") if value == "" else None
            return Test(cell, "is", (value,))
        if kind == "COMPARE_IN":
            subject, *others = node["children"]
            cell, values = self.cell(subject), [scalar(other) for other in others]
            texts = tuple(value for value in values if isinstance(value, str | int) and not isinstance(value, bool))
            return Test(cell, "is", texts) if cell and len(texts) == len(values) > 1 else None
        pattern = called(node, "~~", 2)
        cell = self.cell(pattern[0]) if pattern and is_text(pattern[1]) else None
        return Test(cell, "like", (_text(pattern[1]),)) if pattern and cell else None

    def _codes(self, node: Node) -> Codes | None:
        if node.get("class") != "CASE":
            return None
        whens = []
        for check in node["case_checks"]:
            test, then = self.test(check["when_expr"]), self._outcome(check["then_expr"])
            if test is None or then is NOTHING:
                return None
            whens.append(When(test, then))
        rest = self._outcome(node["else_expr"])
        return None if rest is NOTHING else Codes(tuple(whens), rest)

    def _outcome(self, node: Node) -> Any:
        value = scalar(node)
        return value if value is not NOTHING else self.cell(node) or NOTHING

    def _unless(self, node: Node) -> tuple[Node, tuple[str, ...]]:
        """What stands behind the words that mean none, and the words."""
        if node.get("class") == "CASE" and len(node["case_checks"]) == 1:
            check = node["case_checks"][0]
            test = self.test(check["when_expr"])
            if test and test.how == "is" and test.cell.steps == (TRIM, LOWER) and scalar(check["then_expr"]) is None:
                words = tuple(text for text in test.texts if isinstance(text, str))
                return node["else_expr"], words
        return node, ()

    def _day(self, node: Node) -> Day | None:
        name = _cast(node, try_cast=False)
        if name not in ("DATE", "TIMESTAMP"):
            return None
        inner, zone = node["child"], ""
        if (utc := called(inner, "timezone", 2)) and (local := called(utc[1], "timezone", 2)):
            inner, zone = local[1], _text(local[0]) if is_text(local[0]) else ""
        for function in ("strptime", "try_strptime"):
            arguments = called(inner, function, 2)
            if arguments is None:
                continue
            text, none = self._unless(arguments[0])
            cell, forms = self.cell(text), _texts(arguments[1])
            return Day(cell, forms, none, function != "strptime", name.lower(), zone) if cell and forms else None
        return None

    def _figure(self, node: Node) -> Figure | None:
        node, none = self._unless(node)
        types: list[str] = []
        lenient = bool(node.get("try_cast"))
        while (name := _NUMBERS.get(_cast(node, try_cast=lenient))) is not None:
            types.insert(0, name)
            node = node["child"]
        cell = self.cell(node)
        if not types or cell is None or (lenient and len(types) > 1):
            return None
        return Figure(cell, tuple(types), none, lenient)

    def _day_of_time(self, node: Node) -> DayOfTime | None:
        guard = None
        if node.get("class") == "CASE" and len(node["case_checks"]) == 1 and scalar(node["else_expr"]) is None:
            check = node["case_checks"][0]
            guard, node = self.test(check["when_expr"]), check["then_expr"]
            if guard is None:
                return None
        if _cast(node, try_cast=False) != "DATE":
            return None
        inner = node["child"]
        local = called(inner, "timezone", 2)
        if local and is_text(local[0]) and _cast(local[1], try_cast=False) == "TIMESTAMP WITH TIME ZONE":
            cell = self.cell(local[1]["child"])
            return DayOfTime(cell, _text(local[0]), guard) if cell else None
        cell = self.cell(inner)
        return DayOfTime(cell, "", guard) if cell else None

    def _agreed(self, node: Node) -> Agreed | None:
        if (latest := called(node, "arg_max", 2)) is not None:
            of, by = map(self._of_row, latest)
            return Agreed(of, "latest", by) if of and by else None
        for how in ("min", "max"):
            if (arguments := called(node, how, 1)) is not None:
                of = self._of_row(arguments[0])
                return Agreed(of, how) if of else None
        if node.get("class") == "CASE" and len(node["case_checks"]) == 1:
            smallest = called(node["case_checks"][0]["then_expr"], "min", 1)
            of = self._of_row(smallest[0]) if smallest else None
            return Agreed(of) if of else None
        return None


def _step(node: Node) -> tuple[Node, Step] | None:  # noqa: PLR0911 - one for each step
    """The last thing that is done to a cell, and what it is done to."""
    for name in ("trim", "lower", "upper"):
        if arguments := called(node, name, 1):
            return arguments[0], Step(name)
    if (arguments := called(node, "nullif", 2)) and is_text(arguments[1]):
        return arguments[0], Step("nullif", (_text(arguments[1]),))
    if (arguments := called(node, "replace", 3)) and is_text(arguments[1]) and is_text(arguments[2]):
        return arguments[0], Step("replace", (_text(arguments[1]), _text(arguments[2])))
    if arguments := called(node, "regexp_replace", 4):
        return arguments[0], Step("simple")
    if (arguments := called(node, "regexp_replace", 3)) and all(map(is_text, arguments[1:])):
        return arguments[0], Step("pattern", (_text(arguments[1]), _text(arguments[2])))
    if (arguments := called(node, "regexp_extract", 3)) and is_text(arguments[1]) and _text(arguments[1]) == BRACKETED:
        return arguments[0], Step("bracketed")
    if arguments := called(node, "left", 2):
        return arguments[0], Step("day part")
    if node.get("type") == "OPERATOR_COALESCE" and len(node["children"]) == 2:
        return node["children"][0], Step("or blank")
    if _cast(node, try_cast=False) == "VARCHAR":
        return node["child"], Step("text")
    return None


def _cast(node: Node, *, try_cast: bool) -> str:
    """The type that a node casts to; empty if it does not."""
    is_cast = node.get("class") == "CAST" and bool(node["try_cast"]) is try_cast
    return str(node["cast_type"]["id"]) if is_cast else ""


def scalar(node: Node) -> Any:
    """A constant's value, or `NOTHING`."""
    if node.get("class") == "CAST" and node["cast_type"]["id"] == "BOOLEAN" and is_text(node["child"]):
        return {"t": True, "f": False}.get(_text(node["child"]), NOTHING)
    if node.get("class") != "CONSTANT":
        return NOTHING
    if node["value"].get("is_null"):
        return None
    return node["value"]["value"] if node["value"]["type"]["id"] in ("VARCHAR", "INTEGER", "BIGINT") else NOTHING


def _text(node: Node) -> str:
    return str(node["value"]["value"])


def _texts(node: Node) -> tuple[str, ...]:
    """The texts of a constant or of a list of them; nothing if it is another expression."""
    parts = node["children"] if node.get("function_name") == "list_value" else [node]
    return tuple(map(_text, parts)) if all(map(is_text, parts)) else ()


def _whole(cells: list[Cell | None]) -> tuple[Cell, ...]:
    return tuple(cell for cell in cells if cell is not None)
