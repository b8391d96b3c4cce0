"""Mappings in the dialect of a server: parsed by sqlglot, and held to a list of what may stand in them.

Such a text runs as it is written, without its comments, on a server of that dialect and nowhere else. Its tables are
named before it by `with`, so that it reads those of the source alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.tokenizer_core import Token, TokenType

from overt.audits.mapping._dialect_words import (
    BEFORE_A_BRACKET,
    FUNCTIONS,
    LENIENT,
    NILADIC,
    ORDERED,
    PARTS,
    TYPES,
)
from overt.audits.mapping._dialects import NAMES
from overt.model import TABLES
from overt.refusals import Refusal


@dataclass
class OwnSelect:
    """A select in the dialect of a server, and what is wrong with it."""

    dialect: str
    name: str
    table: str
    line: int
    text: str
    faults: list[tuple[int, Refusal]] = field(default_factory=list)
    sources: set[str] = field(default_factory=set)
    columns: dict[str, bool] = field(default_factory=dict)
    lenient: set[str] = field(default_factory=set)

    def check(self) -> None:
        """Reads the select and takes down what may not be in it."""
        try:
            trees = sqlglot.parse(self.text, dialect=self.dialect)
            tokens = sqlglot.tokenize(self.text, dialect=self.dialect)
        except SqlglotError:
            self.fault(0, "mapping-syntax", "something that does not parse", f"a select of {NAMES[self.dialect]}")
            return
        if len(trees) != 1 or not isinstance(trees[0], exp.Query):
            self.fault(0, "mapping-syntax", "something that is not a select", "a select")
            return
        tree = trees[0]
        self._check_words(tokens)
        for node in tree.walk():
            self._check_part(node)
        self._check_tables(tree)
        self._check_order(tree)
        self._outputs(tree)

    def fault(self, line: int, code: str, found: str, wanted: str, remedy: str = "") -> None:
        """Takes down a fault in a line of the select."""
        at = self.line + max(line - 1, 0)
        self.faults.append((at, Refusal(code, f"{self.name}, line {at}", found, wanted, remedy)))

    def _check_words(self, tokens: list[Token]) -> None:
        """Functions by the words that stand before brackets, and words that are functions without them."""
        wanted = "functions whose answer depends on their arguments alone"
        before: Token | None = None
        for token, after in zip(tokens, [*tokens[1:], None], strict=True):
            word = token.text.lower()
            called = after is not None and after.token_type is TokenType.L_PAREN
            quoted = token.token_type in (TokenType.IDENTIFIER, TokenType.STRING)
            is_word = quoted or re.fullmatch(r"\w+", word) is not None
            is_alias = before is not None and before.token_type is TokenType.ALIAS
            member = before is not None and before.token_type is TokenType.DOT
            if called and is_word and not is_alias and token.token_type is not TokenType.NUMBER:
                allowed = word in FUNCTIONS[self.dialect] or (word in BEFORE_A_BRACKET and not quoted)
                if not allowed or (quoted and word not in FUNCTIONS[self.dialect]) or member:
                    shown = word if not quoted else "in quotation marks"
                    self.fault(token.line, "mapping-function", f"the function {shown}", wanted,
                               "docs/formats/mapping.md lists them")  # fmt: skip
            elif word in NILADIC and not quoted and not member and not is_alias:
                self.fault(token.line, "mapping-function", f"{word}, which is not in the source", wanted,
                           f'if the source has such a column, write it with its table: t."{word}"')  # fmt: skip
            before = token

    def _check_part(self, node: exp.Expr) -> None:
        kind = type(node).__name__
        if isinstance(node, exp.Limit | exp.Offset | exp.Fetch | exp.TableSample):
            self.fault(_line(node), "mapping-rows", "limit, offset or sample, which leaves rows out",
                       "every row, or a `where` that states which", "write a where")  # fmt: skip
        elif isinstance(node, exp.DataType):
            if getattr(node.this, "name", "") not in TYPES:
                self.fault(_line(node), "mapping-type", f"a cast to {node.sql(self.dialect).lower()}", "a plain type")
        elif not isinstance(node, exp.Func) and kind not in PARTS:
            wanted = "columns, constants, operators, case, cast and functions in a select"
            self.fault(_line(node), "mapping-expression", f"a {_plain(kind)}", wanted)

    def _check_tables(self, tree: exp.Query) -> None:
        for table in tree.find_all(exp.Table):
            if not isinstance(table.this, exp.Identifier):
                continue
            name = table.name.lower()
            if table.args.get("db") or table.args.get("catalog"):
                found = f"the table {table.name} of the schema {table.db or table.catalog}"
                wanted = "tables of the source, written by their bare names"
                self.fault(_line(table), "mapping-table", found, wanted)
            elif name not in _names_in_force(table):
                self.sources.add(name)

    def _check_order(self, tree: exp.Query) -> None:
        for select in tree.find_all(exp.Select):
            distinct = select.args.get("distinct")
            if distinct is not None and distinct.args.get("on") and not select.args.get("order"):
                self.fault(_line(select), "mapping-order", "distinct on without an order", "order by",
                           "state which row is kept")  # fmt: skip
        for node in tree.find_all(exp.Func):
            name = node.sql_name().lower() if not isinstance(node, exp.Anonymous) else node.name.lower()
            aliases = {"group_concat": "string_agg", "array_agg": "array_agg"}
            if aliases.get(name, name) not in ORDERED[self.dialect]:
                continue
            if node.find(exp.Order) is None and not isinstance(node.parent, exp.WithinGroup):
                self.fault(_line(node), "mapping-order", f"the function {aliases.get(name, name)} without an order",
                           "an order by within it", "state the order of the rows")  # fmt: skip

    def _outputs(self, tree: exp.Query) -> None:
        """The columns of the model that the select gives; in a union the first select names them."""
        selects = list(_branches(tree))
        for place, item in enumerate(selects[0].selects):
            if isinstance(item, exp.Star) or (isinstance(item, exp.Column) and isinstance(item.this, exp.Star)):
                self.fault(_line(item), "mapping-star", "select *", "every column by its name in the model")
                continue
            name = item.alias_or_name.lower()
            if name not in TABLES[self.table].by_name or name in self.columns:
                found = f"{name or 'an expression without a name'}, which is not a column of {self.table}, or is twice"
                remedy = f"overt model {self.table} lists them"
                self.fault(_line(item), "mapping-column", found, f"each column of {self.table} once, by as", remedy)
                continue
            same = [select.selects[place] for select in selects if place < len(select.selects)]
            self.columns[name] = all(isinstance(_bare(each), exp.Null) for each in same)
            if any(_is_lenient(each) for each in same):
                self.lenient.add(name)


def placed(select: str, dialect: str, columns: tuple[str, ...], relations: dict[str, str]) -> str:
    """The select with the tables that it reads named before it."""
    quote = "`" if dialect == "spark" else '"'
    kept = "as not materialized" if dialect == "postgres" else "as"
    heads = [f"{quote}{name}{quote} {kept} (select * from {relation} as given)" for name, relation in relations.items()]
    names = ", ".join(f"{quote}{name}{quote}" for name in columns)
    head = f"with {', '.join(heads)}\n" if heads else ""
    return f"{head}select {names} from (\n{select}\n) as mapped({names})"


def _names_in_force(table: exp.Table) -> set[str]:
    """The names that `with` gives to what stands around a table; a name is not in force in its own select."""
    names: set[str] = set()
    inner: exp.Expr = table
    node = table.parent
    while node is not None:
        with_ = node.args.get("with_") or node.args.get("with")
        if isinstance(with_, exp.With) and inner is not with_:
            names |= {cte.alias.lower() for cte in with_.expressions}
        if isinstance(node, exp.With):
            names |= {cte.alias.lower() for cte in node.expressions[: node.expressions.index(inner)]}
        inner, node = node, node.parent
    return names


def _branches(tree: exp.Expr) -> Iterator[exp.Select]:
    if isinstance(tree, exp.SetOperation):
        yield from _branches(tree.left)
        yield from _branches(tree.right)
    elif isinstance(tree, exp.Subquery):
        yield from _branches(tree.this)
    elif isinstance(tree, exp.Select):
        yield tree


def _bare(item: exp.Expr) -> exp.Expr:
    while isinstance(item, exp.Alias | exp.Cast | exp.Paren):
        item = item.this
    return item


def _is_lenient(item: exp.Expr) -> bool:
    return any(
        isinstance(node, exp.TryCast) or (isinstance(node, exp.Func) and _written(node) in LENIENT)
        for node in item.walk()
    )


def _written(node: exp.Func) -> str:
    return node.name.lower() if isinstance(node, exp.Anonymous) else node.sql_name().lower()


def _line(node: exp.Expr) -> int:
    """The line of the first word of a part of which sqlglot keeps the place."""
    lines = [part.meta["line"] for part in node.walk() if "line" in part.meta]
    return min(lines, default=0)


def _plain(kind: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", kind).lower()
