"""Expressions of a mapping's select written for a server, each with whether DuckDB would stop at it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import duckdb

from overt.audits.mapping._functions import AGGREGATES, words
from overt.audits.mapping._server_aggregates import aggregate, window
from overt.audits.mapping._server_casts import cast
from overt.audits.mapping._server_functions import FUNCTIONS
from overt.audits.mapping._server_sql import MOMENTS, WHOLE, ZONED, NotOnServer, Server, Value, any_of
from overt.audits.mapping._server_tree import bare, select_of
from overt.controls.engines import text_of

Node = dict[str, Any]
_COMPARISONS = {
    "COMPARE_EQUAL": "=",
    "COMPARE_NOTEQUAL": "<>",
    "COMPARE_LESSTHAN": "<",
    "COMPARE_GREATERTHAN": ">",
    "COMPARE_LESSTHANOREQUALTO": "<=",
    "COMPARE_GREATERTHANOREQUALTO": ">=",
}
_FOLDED = WHOLE | MOMENTS | {"VARCHAR", "DECIMAL", "BOOLEAN"}
_NUMBERS = WHOLE | {"DECIMAL", "DOUBLE", "FLOAT"}
CHOSEN = words("coalesce ifnull if unnest range generate_series")
_STRICT = "a conversion of a text where rows are chosen, joined or grouped"
_STRICT_REMEDY = "put it into the where of the outermost select, in which none are grouped, or compare the text itself"


@dataclass(frozen=True)
class Output:
    """A column that a select inside another gives; `failing` is the name of the column for where it fails."""

    name: str
    type: str
    failing: str = ""


@dataclass(frozen=True)
class Relation:
    """A table, subquery or function in a from-clause: its alias, and SQL and type of each column by its lower name."""

    alias: str
    columns: dict[str, Value]


@dataclass
class Expressions:
    """Writes the expressions of one select. `type_of` tells DuckDB's type of a node of it.

    `failing_rows` takes the conditions under which a row stands in the result for no other reason than to be counted:
    a strict conversion that decides whether it is one failed there. It is `None` in a select that cannot keep them.
    """

    server: Server
    relations: list[Relation]
    aliases: dict[str, Node]
    type_of: Callable[[Node], str]
    subquery: Callable[[Node], tuple[str, list[Output]]]
    places: list[Node] = field(default_factory=list)
    loud: bool = False
    failing_rows: list[str] | None = None

    def plain(self, node: Node) -> Value:
        """An expression that decides which rows there are: a text that cannot be read would leave no trace there."""
        value = self._loudly(node)
        if value.fails:
            self.places.append(node)
            raise NotOnServer(_STRICT, _STRICT_REMEDY)
        return value

    def deciding(self, node: Node, before: str = "") -> Value:
        """As `plain`, but a row on which a strict conversion fails is kept and counted, if the select can.

        `before` is a condition that decides first; of rows that do not meet it nothing fails.
        """
        if self.failing_rows is None:
            return self.plain(node)
        value = self._loudly(node)
        if value.fails:
            self.failing_rows.append(f"{before}({value.fails})")
        return replace(value, fails="")

    def condition(self, node: Node) -> str:
        """The condition of `where`, its parts from left to right."""
        together = node["type"] == "CONJUNCTION_AND"
        parts, before = [], ""
        for child in node["children"] if together else [node]:
            part = cast(self.server, self.deciding(child, before), "BOOLEAN").sql
            before += f"coalesce({part}, false) and "
            parts.append(part)
        return f"({' and '.join(parts)})"

    def _loudly(self, node: Node) -> Value:
        loud, self.loud = self.loud, True
        self.places.append(node)
        value = self.value(node)
        self.places.pop()
        self.loud = loud
        return value

    def value(self, node: Node) -> Value:
        """An expression, as the type that DuckDB gives it."""
        self.places.append(node)
        kind = self.type_of(node)
        if node["class"] in ("FUNCTION", "CAST") and is_constant(node) and kind.split("(")[0] in _FOLDED:
            written = self._worked_out(node)
        else:
            written = self._written(node)
        self.places.pop()
        if self.loud and written.base in WHOLE and kind in WHOLE:
            # A number that is too large stops the statement, as it stops DuckDB: null would drop the row.
            return Value(self.server.cast(written.sql, kind), kind, written.fails)
        return written if written.base == "INTERVAL" else cast(self.server, written, kind)

    def _written(self, node: Node) -> Value:
        kind = node["class"]
        writers = {
            "COLUMN_REF": self._column,
            "CONSTANT": self._constant,
            "CAST": self._cast,
            "COMPARISON": self._comparison,
            "CONJUNCTION": self._conjunction,
            "OPERATOR": self._operator,
            "CASE": self._case,
            "BETWEEN": self._between,
            "FUNCTION": self._function,
            "WINDOW": lambda each: window(self, each),
            "SUBQUERY": self._subquery,
        }
        if kind not in writers:
            raise NotOnServer(f"a {kind.lower()}", "write it with columns, constants, case, cast and functions")
        return writers[kind](node)

    def _column(self, node: Node) -> Value:
        names = [str(name).lower() for name in node["column_names"]]
        if (
            len(names) == 1
            and not any(names[0] in each.columns for each in self.relations)
            and names[0] in self.aliases
        ):
            return self.value(self.aliases[names[0]])
        for relation in self.relations:
            if names[-1] in relation.columns and (len(names) == 1 or relation.alias == names[-2]):
                found = relation.columns[names[-1]]
                if found.type == "BIT":
                    what = f"the column {names[-1]}, whose type has no counterpart here"
                    raise NotOnServer(what, "convert it in the dialect of the server: -- dialect: postgres or spark")
                return found
        if names[-1] == "_row":
            what = "_row: the rows of a table on a server have no numbers"
            raise NotOnServer(what, "give the table a column _row, or number them by row_number() over (order by …)")
        raise NotOnServer(f"{'.'.join(names)}, which is of the select around this one", "write a join")

    def _constant(self, node: Node) -> Value:
        value, kind = node["value"], self.type_of(node)
        if value.get("is_null"):
            return Value("null", '"NULL"')
        plain = value["value"]
        base = kind.split("(")[0]
        if base == "VARCHAR":
            return Value(self.server.text(str(plain)), kind)
        if base == "BOOLEAN":
            return Value("true" if plain else "false", kind)
        if base == "DECIMAL":
            scale = int(value["type"]["type_info"]["scale"])
            digits = str(abs(int(plain))).rjust(scale + 1, "0")
            sign = "-" if int(plain) < 0 else ""
            whole = f"{sign}{digits[:-scale]}.{digits[-scale:]}" if scale else f"{sign}{digits}"
            return Value(self.server.cast(whole, kind), kind)
        if base in _NUMBERS:
            return Value(self.server.cast(repr(plain), kind), kind)
        raise NotOnServer(f"a constant of the type {kind.lower()}", "write it as a text and cast it")

    def _cast(self, node: Node) -> Value:
        return cast(self.server, self.value(node["child"]), self.type_of(node), lenient=bool(node["try_cast"]))

    def _worked_out(self, node: Node) -> Value:
        """An expression of constants. It is worked out here: PostgreSQL would before any guard."""
        kind = self.type_of(node)
        tree = {"error": False, "statements": [{"node": select_of([node]), "named_param_map": []}]}
        with duckdb.connect() as connection:
            connection.execute("set TimeZone = 'UTC'")
            text = text_of(connection, tree)
            try:
                row = connection.execute(f"select cast(x as varchar) from ({text}) as made(x)").fetchone()
            except duckdb.Error:
                raise NotOnServer("an expression of constants that cannot be worked out", "write its value") from None
        literal = row[0] if row else None
        base = kind.split("(", maxsplit=1)[0]
        if literal is None:
            return Value(self.server.cast("null", kind), kind)
        if base in MOMENTS:
            return Value(f"{'date' if base == 'DATE' else self.server.types[base]} {self.server.text(literal)}", kind)
        if base == "VARCHAR":
            return Value(self.server.text(literal), kind)
        return Value(literal if base == "BOOLEAN" else self.server.cast(literal, kind), kind)

    def _comparison(self, node: Node) -> Value:
        one, other = self._comparable([node["left"], node["right"]])
        fails = any_of(one.fails, other.fails)
        kind = node["type"]
        if kind in _COMPARISONS:
            return Value(f"({one.sql} {_COMPARISONS[kind]} {other.sql})", "BOOLEAN", fails)
        same = self.server.same_or_null(one.sql, other.sql)
        if kind not in ("COMPARE_DISTINCT_FROM", "COMPARE_NOT_DISTINCT_FROM"):
            raise NotOnServer(f"a {kind.lower()}", "write = or is distinct from")
        return Value(same if kind == "COMPARE_NOT_DISTINCT_FROM" else f"(not {same})", "BOOLEAN", fails)

    def _comparable(self, nodes: list[Node]) -> list[Value]:
        """The values as one type; text is read as what stands on the other side, as DuckDB does."""
        values = [self.value(node) for node in nodes]
        kinds = {value.type for value in values} - {'"NULL"', "NULL"}
        if len(kinds) <= 1 or {value.base for value in values} <= _NUMBERS:
            return values
        others = kinds - {"VARCHAR"}
        if len(others) == 1:
            return [cast(self.server, value, next(iter(others))) for value in values]
        if others <= MOMENTS | {ZONED}:
            widest = ZONED if ZONED in others else "TIMESTAMP"
            return [cast(self.server, value, widest) for value in values]
        raise NotOnServer(f"a comparison between {' and '.join(sorted(kinds)).lower()}", "cast both to one type")

    def _conjunction(self, node: Node) -> Value:
        word = "and" if node["type"] == "CONJUNCTION_AND" else "or"
        values = [cast(self.server, self.value(child), "BOOLEAN") for child in node["children"]]
        return Value(f"({f' {word} '.join(each.sql for each in values)})", "BOOLEAN",
                     any_of(*(each.fails for each in values)))  # fmt: skip

    def _operator(self, node: Node) -> Value:
        kind, children = node["type"], node["children"]
        if kind == "OPERATOR_COALESCE":
            return self._coalesced(node)
        if kind in ("COMPARE_IN", "COMPARE_NOT_IN"):
            values = self._comparable(children)
            listed = ", ".join(value.sql for value in values[1:])
            word = "in" if kind == "COMPARE_IN" else "not in"
            return Value(f"({values[0].sql} {word} ({listed}))", "BOOLEAN", any_of(*(each.fails for each in values)))
        if kind == "OPERATOR_TRY":
            raise NotOnServer("try(…)", "write try_cast or try_strptime")
        (value,) = [self.value(child) for child in children]
        if kind == "OPERATOR_NOT":
            truth = cast(self.server, value, "BOOLEAN")
            return Value(f"(not {truth.sql})", "BOOLEAN", truth.fails)
        words = {"OPERATOR_IS_NULL": "is null", "OPERATOR_IS_NOT_NULL": "is not null"}
        if kind not in words:
            raise NotOnServer(f"a {kind.lower().replace('_', ' ')}", "use the dialect of the server")
        return Value(f"({value.sql} {words[kind]})", "BOOLEAN", value.fails)

    def _coalesced(self, node: Node) -> Value:
        kind = self.type_of(node)
        values = [cast(self.server, self.value(child), kind) for child in node["children"]]
        fails, before = [], ""
        for value in values:
            fails.append(f"{before}({value.fails})" if value.fails else "")
            before += f"{value.sql} is null and "
        return Value(f"coalesce({', '.join(value.sql for value in values)})", kind, any_of(*fails))

    def _case(self, node: Node) -> Value:
        """A choice. Of the branches DuckDB works out the one that is chosen, so no other can fail."""
        kind, checks = self.type_of(node), node["case_checks"]
        conditions = [cast(self.server, self.value(check["when_expr"]), "BOOLEAN") for check in checks]
        results = [cast(self.server, self.value(check["then_expr"]), kind) for check in checks]
        otherwise = cast(self.server, self.value(node["else_expr"]), kind)
        whens = [f"when {each.sql} then {result.sql}" for each, result in zip(conditions, results, strict=True)]
        subject = _subject(checks)
        if subject is not None and len(checks) > 1:
            of = self.value(subject)
            kinds = [self.type_of(check["when_expr"]["right"]) for check in checks]
            if set(kinds) == {of.type}:
                constants = [self.value(check["when_expr"]["right"]).sql for check in checks]
                whens = [f"when {each} then {result.sql}" for each, result in zip(constants, results, strict=True)]
                whens = [of.sql, *whens]
        sql = f"case {' '.join(whens)} else {otherwise.sql} end"
        branches = [result.fails or "false" for result in results]
        last = otherwise.fails or "false"
        chosen = ""
        if {*branches, last} != {"false"}:
            parts = [f"when {each.sql} then {fails}" for each, fails in zip(conditions, branches, strict=True)]
            chosen = f"case {' '.join(parts)} else {last} end"
        return Value(f"({sql})", kind, any_of(*(each.fails for each in conditions), chosen))

    def _between(self, node: Node) -> Value:
        value, low, high = self._comparable([node["input"], node["lower"], node["upper"]])
        fails = any_of(value.fails, low.fails, high.fails)
        return Value(f"({value.sql} between {low.sql} and {high.sql})", "BOOLEAN", fails)

    def _subquery(self, node: Node) -> Value:
        sql, outputs = self.subquery(node["subquery"]["node"])
        if any(output.failing for output in outputs):
            raise NotOnServer("a conversion of a text in a subquery of an expression", "write a join")
        kind = node["subquery_type"]
        if kind == "EXISTS":
            return Value(f"(exists ({sql}))", "BOOLEAN")
        if kind == "NOT_EXISTS":
            return Value(f"(not exists ({sql}))", "BOOLEAN")
        if kind == "SCALAR":
            return Value(f"({sql})", outputs[0].type)
        value = self.value(node["child"])
        if (
            kind != "ANY"
            or node["comparison_type"] != "COMPARE_EQUAL"
            or not (value.type == outputs[0].type or {value.base, outputs[0].type} <= WHOLE)
        ):
            raise NotOnServer("a comparison with a subquery of another type", "cast both to one type, and write in")
        return Value(f"({value.sql} in ({sql}))", "BOOLEAN", value.fails)

    def _function(self, node: Node) -> Value:
        name = str(node["function_name"]).lower()
        if name in AGGREGATES:
            return aggregate(self, node, name)
        children = node["children"]
        if name == "if":
            raise NotOnServer("the function if", "write case when … then … else … end")
        write = FUNCTIONS.get(name)
        if write is None:
            raise NotOnServer(f"the function {name}", "write it with other functions, or in the dialect of the server")
        return write(self.server, [self.value(child) for child in children], children)


def is_constant(part: Any) -> bool:
    """Whether an expression reads no column and no row."""
    if isinstance(part, list):
        return all(map(is_constant, part))
    if not isinstance(part, dict):
        return True
    if part.get("class") in ("COLUMN_REF", "WINDOW", "SUBQUERY", "STAR", "LAMBDA"):
        return False
    if part.get("class") == "FUNCTION" and str(part["function_name"]).lower() in AGGREGATES:
        return False
    return all(map(is_constant, part.values()))


def _subject(checks: list[Node]) -> Node | None:
    """What `case x when … when …` compares, if every condition compares the same with a constant."""
    subjects = []
    for check in checks:
        when = check["when_expr"]
        if when.get("type") != "COMPARE_EQUAL" or when["right"]["class"] != "CONSTANT":
            return None
        subjects.append(when["left"])
    same = {bare(each) for each in subjects}
    return subjects[0] if len(same) == 1 else None
