"""Cuts the text of a mapping into what can be changed on its own, so that all else is kept to the byte.

A view is cut at its semicolon, a select at `select`, `from`, `where`, `group by` and `union all`, and its list at the
commas that stand outside of brackets. A comment belongs to what follows it; behind a comma, to what it stands beside.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlglot.tokenizer_core import Token

_OPEN, _CLOSE = {"L_PAREN", "L_BRACKET", "L_BRACE"}, {"R_PAREN", "R_BRACKET", "R_BRACE"}
_REST_OF_LINE = re.compile(r"[ \t]*(--[^\n]*)?(?=\n|$)")
_HEAD_ENDS = re.compile(r"\n[ \t]*\n(?=(?:[ \t]*--[^\n]*\n)*\s*\Z)")


@dataclass(frozen=True)
class ItemText:
    """One item of a select list: what stands before it, its SQL, and what stands beside it behind the comma."""

    before: str
    sql: str
    after: str

    @property
    def text(self) -> str:
        """The item without its comma."""
        return self.before + self.sql + self.after


@dataclass(frozen=True)
class SelectText:
    """One select: up to and with the word `select`, its items, then all from the word `from` on."""

    start: str
    items: tuple[ItemText, ...]
    end: str
    where: str = ""

    @property
    def text(self) -> str:
        """The select as it was."""
        return self.start + joined(self.items) + self.end


@dataclass(frozen=True)
class ViewText:
    """The text of one view: `create view … as` with the comments above it, its selects, and what is between them."""

    head: str
    selects: tuple[SelectText, ...]
    between: tuple[str, ...]
    end: str

    @property
    def select(self) -> str:
        """The selects, without what stands around them."""
        parts = [self.selects[0].text]
        for text, select in zip(self.between, self.selects[1:], strict=True):
            parts += [text, select.text]
        return "".join(parts)

    @property
    def text(self) -> str:
        """The view as it was."""
        return self.head + self.select + self.end


def joined(items: tuple[ItemText, ...]) -> str:
    """The items with the commas between them."""
    return "".join(
        item.before + item.sql + ("," if place < len(items) - 1 else "") + item.after
        for place, item in enumerate(items)
    )


def statements(text: str, dialect: str) -> tuple[list[str], str]:
    """The text up to and with each semicolon, and what stands behind the last statement."""
    found, start, last = [], 0, 0
    for token in _tokens(text, dialect=dialect):
        if token.token_type.name == "SEMICOLON":
            if last > start:
                found.append(text[start : token.end + 1])
                start = token.end + 1
        else:
            last = token.end + 1
    if last > start:
        found.append(text[start:last])
        start = last
    return found, text[start:]


def file_head(statement: str, dialect: str) -> tuple[str, str]:
    """The comments at the head of a file, up to the last blank line before its first view, and the rest."""
    first = _tokens(statement, dialect=dialect)[0].start
    match = _HEAD_ENDS.search(statement[:first])
    return (statement[: match.end()], statement[match.end() :]) if match else ("", statement)


def cut_view(text: str) -> ViewText | None:
    """A view's text in its parts; nothing where a select is not of the plain form that can be cut."""
    tokens = [token for token in _tokens(text, dialect="duckdb") if token.token_type.name != "SEMICOLON"]
    # `create view NAME as`, which the mapping's own reader has checked.
    if len(tokens) < 6 or tokens[3].text.lower() != "as":
        return None
    head, body = text[: tokens[4].start], tokens[4:]
    ends = _at_top(body, {"UNION"})
    starts = [0, *(place + 2 for place in ends)]
    stops = [*ends, len(body)]
    if any(place + 1 >= len(body) or body[place + 1].token_type.name != "ALL" for place in ends):
        return None
    selects, between = [], []
    for start, stop in zip(starts, stops, strict=True):
        select = _cut_select(text, body[start:stop])
        if select is None:
            return None
        selects.append(select)
    for stop, start in zip(stops, starts[1:], strict=False):
        between.append(text[body[stop - 1].end + 1 : body[start].start])
    return ViewText(head, tuple(selects), tuple(between), text[body[-1].end + 1 :])


def _cut_select(text: str, tokens: list[Token]) -> SelectText | None:
    if not tokens:
        return None
    first, from_ = _at_top(tokens, {"SELECT"}), _from(tokens)
    if len(first) != 1 or from_ is None or from_ <= first[0] + 1:
        return None
    words = tokens[first[0] + 1 : from_]
    if words[0].token_type.name in ("DISTINCT", "ALL"):
        return None
    commas = _at_top(words, {"COMMA"})
    start = tokens[first[0]].end + 1
    items: list[ItemText] = []
    for number, comma in enumerate([*commas, len(words)]):
        own = words[commas[number - 1] + 1 if number else 0 : comma]
        if not own:
            return None
        end = own[-1].end + 1
        is_last = comma == len(words)
        behind = end if is_last else words[comma].end + 1
        beside = "" if is_last else text[end : words[comma].start]
        match = _REST_OF_LINE.match(text, behind)
        stop = match.end() if match else behind
        items.append(ItemText(text[start : own[0].start], text[own[0].start : end] + beside, text[behind:stop]))
        start = stop
    last = tokens[-1].end + 1
    where = _clause(text, tokens, "WHERE", from_)
    return SelectText(text[tokens[0].start : tokens[first[0]].end + 1], tuple(items), text[start:last], where)


def _clause(text: str, tokens: list[Token], name: str, from_: int) -> str:
    """The text of `where`, up to `group by` or the end."""
    places = [place for place in _at_top(tokens, {name, "GROUP_BY"}) if place > from_]
    starts = [place for place in places if tokens[place].token_type.name == name]
    if not starts:
        return ""
    stops = [place for place in places if place > starts[0]]
    stop = tokens[stops[0] - 1].end + 1 if stops else tokens[-1].end + 1
    return text[tokens[starts[0]].end + 1 : stop].strip()


def _from(tokens: list[Token]) -> int | None:
    """The `from` of the select; that of `is distinct from` is another."""
    places = _at_top(tokens, {"FROM"})
    return next((place for place in places if tokens[place - 1].token_type.name != "DISTINCT"), None)


def _at_top(tokens: list[Token], names: set[str]) -> list[int]:
    """Where tokens of these names stand outside of brackets."""
    found, depth = [], 0
    for place, token in enumerate(tokens):
        name = token.token_type.name
        depth += (name in _OPEN) - (name in _CLOSE)
        if depth == 0 and name in names:
            found.append(place)
    return found


def without_name(sql: str, column: str) -> str:
    """An item's SQL without the name that it gives its column."""
    tokens = _tokens(sql, dialect="duckdb")
    if len(tokens) > 2 and tokens[-2].token_type.name == "ALIAS":
        return sql[: tokens[-2].start].rstrip()
    is_column = len(tokens) == 1 or tokens[-2].token_type.name == "DOT"
    if is_column or tokens[-1].text.lower() != column:
        return sql[: tokens[-1].end + 1]
    return sql[: tokens[-1].start].rstrip()


def renamed(sql: str, change: Callable[[str], str], *, before: str = "") -> str:
    """SQL with each column changed that stands in quotation marks, or counts rows; it must stand behind `before`."""
    parts, last = [], 0
    tokens = _tokens(sql, dialect="duckdb") if sql else []
    for place, token in enumerate(tokens):
        text = sql[token.start : token.end + 1]
        is_last = place + 1 == len(tokens) or tokens[place + 1].token_type.name not in ("DOT", "L_PAREN")
        if not is_last or not (token.token_type.name == "IDENTIFIER" or text == "_row"):
            continue
        is_alone = place == 0 or tokens[place - 1].token_type.name != "DOT"
        start = token.start - len(before)
        if is_alone if not before else sql[max(start, 0) : token.start] == before:
            parts += [sql[last:start], change(text)]
            last = token.end + 1
    return "".join([*parts, sql[last:]])


def _tokens(text: str, dialect: str) -> list[Token]:
    import sqlglot  # noqa: PLC0415  an audit of a file that is mapped needs no parser

    return sqlglot.tokenize(text, dialect=dialect)
