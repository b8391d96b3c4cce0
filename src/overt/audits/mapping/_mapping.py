"""Reads a mapping: `create view` statements from the source's tables to the model's.

The text is checked on the tree that DuckDB's own parser makes of it, so there is no second parser to
mislead, and what is run is the `select` that was checked.
"""

from __future__ import annotations

import difflib
import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

import duckdb

from overt.audits.mapping._dialects import NAMES, dialect_of
from overt.audits.mapping._select import SelectChecker, outputs
from overt.controls.engines import tree_of
from overt.model import TABLES
from overt.refusals import Refusal, raise_all

FILLED_BY_OVERT = "source_column"
MODEL_TABLES = tuple(name for name in TABLES if name != FILLED_BY_OVERT)

_LONGEST_FILE = 2**20
# Possessive throughout, for a text of comments can be parted in countless ways.
_GAP = r"(?:\s|--[^\n]*+(?:\n|$)|/\*(?:[^*]|\*(?!/))*+\*/)"
_NAME = r'(?P<name>"(?:[^"]|"")+"|\w+)'
_CREATE_VIEW = re.compile(rf"{_GAP}*+create{_GAP}++view{_GAP}++{_NAME}{_GAP}++as\b", re.IGNORECASE | re.DOTALL)
_STATEMENT_WORDS = {"create", "or", "replace", "temp", "temporary", "recursive", "materialized", "view", "if", "not"}
_CREATE_ONLY = (
    "create view TABLE as select …: the bare name of a table of the model, no list of columns, no other words"
)


@dataclass(frozen=True)
class MappedView:
    """One view: the table of the model it fills, with which columns, by which select over which source tables.

    `blank` are columns that are nothing but null, which fill nothing; `lenient` those in which a value that
    cannot be read becomes null. The statement begins in `line` and its select in `select_line`, which
    is written in `dialect`: `duckdb`, `postgres` or `spark`.
    """

    table: str
    columns: tuple[str, ...]
    select: str
    line: int
    sources: tuple[str, ...]
    blank: frozenset[str] = frozenset()
    lenient: tuple[str, ...] = ()
    select_line: int = 1
    dialect: str = "duckdb"


@dataclass(frozen=True)
class Mapping:
    """A mapping that keeps the rules; `digest` is SHA-256 of its bytes."""

    name: str
    digest: str
    views: tuple[MappedView, ...]
    text: str = ""

    @property
    def by_table(self) -> dict[str, MappedView]:
        """Views by the tables they fill."""
        return {view.table: view for view in self.views}

    @property
    def sources(self) -> frozenset[str]:
        """The tables of the source that it reads, in lower case."""
        return frozenset(name.lower() for view in self.views for name in view.sources)


def read_mapping(path: Path) -> Mapping:
    """The mapping in the file. Refuses, all at once, whatever is not a view over the source's own tables.

    Not promised: that the source has those tables and columns, which is seen when it is applied.
    """
    try:
        data = path.read_bytes()
        text = data.decode("utf-8-sig")
    except OSError:
        raise Refusal(
            "mapping-absent", str(path), "there is no such file", "a mapping", "run `overt map new` to draft one"
        ) from None
    except UnicodeDecodeError as error:
        where = f"{path.name}, byte {error.start}"
        raise Refusal(
            "encoding-not-utf8", where, "there is a byte that is not UTF-8", "UTF-8", "save it as UTF-8"
        ) from None
    if len(data) > _LONGEST_FILE:
        raise Refusal("mapping-too-long", path.name, f"{len(data)} bytes", f"at most {_LONGEST_FILE}")
    return Mapping(path.name, hashlib.sha256(data).hexdigest(), parse_mapping(text, path.name), text)


def open_parser() -> duckdb.DuckDBPyConnection:
    """A connection that is used to parse and nothing else; more threads than one slow it down thirty times."""
    return duckdb.connect(config={"threads": 1})


def mapping_of(text: str, name: str) -> Mapping:
    """The mapping with this text. Refuses, all at once, whatever is not a view over the source's own tables."""
    return Mapping(name, hashlib.sha256(text.encode()).hexdigest(), parse_mapping(text, name), text)


def parse_mapping(text: str, name: str, connection: duckdb.DuckDBPyConnection | None = None) -> tuple[MappedView, ...]:
    """The views of a mapping's text; `connection` comes from `open_parser`, or one is opened."""
    if connection is None:
        with open_parser() as own:
            return parse_mapping(text, name, own)
    faults: list[Refusal] = []
    views: dict[str, MappedView] = {}
    dialect = dialect_of(text, name)
    for start, statement in _statements(text, name, dialect):
        line = text.count("\n", 0, start) + 1
        try:
            view = _read_statement(connection, statement, name, line, faults, dialect=dialect)
        except RecursionError:
            found, remedy = "brackets inside one another, too deep to be read", "nest expressions less deeply"
            faults.append(Refusal("mapping-syntax", f"{name}, line {line}", found, "a select that can be read", remedy))
            continue
        if view is None:
            continue
        if view.table in views:
            found = f"a second view for {view.table}"
            remedy = "write one view, with union all between its parts"
            faults.append(
                Refusal("mapping-view-twice", f"{name}, line {line}", found, "one view for each table", remedy)
            )
        views.setdefault(view.table, view)
    raise_all(faults)
    if not views:
        remedy = "overt map new drafts a mapping from a source"
        raise Refusal("mapping-empty", name, "the file has no view", "at least one `create view` statement", remedy)
    return tuple(views.values())


def _statements(text: str, name: str, dialect: str) -> list[tuple[int, str]]:
    """Return the statements and the position of the first token of each, ignoring leading comments."""
    # The parser takes long to load, and a source that needs no mapping does without.
    import sqlglot  # noqa: PLC0415
    from sqlglot.errors import SqlglotError  # noqa: PLC0415

    try:
        tokens = sqlglot.tokenize(text, dialect=dialect)
    except SqlglotError:
        found = "a text or comment that is not closed"
        raise Refusal(
            "mapping-syntax",
            name,
            found,
            f"SQL in the dialect of {NAMES[dialect]}",
            "check for a missing quotation mark",
        ) from None
    # DuckDB takes a second for every thousand comments or so, squared; blanks cost it nothing.
    text = _without_comments(text, [(token.start, token.end + 1) for token in tokens])
    found_statements = []
    start: int | None = None
    for token in tokens:
        if token.token_type.name == "SEMICOLON":
            if start is not None:
                found_statements.append((start, text[start : token.start]))
            start = None
        elif start is None:
            start = token.start
    if start is not None:
        found_statements.append((start, text[start:]))
    return found_statements


def _without_comments(text: str, tokens: list[tuple[int, int]]) -> str:
    """The text with blanks for what stands between its words, so that every word keeps its place."""
    parts, before = [], 0
    for start, end in [*tokens, (len(text), len(text))]:
        parts.append(re.sub(r"[^\s]", " ", text[before:start]))
        parts.append(text[start:end])
        before = end
    return "".join(parts)


def _read_statement(
    connection: duckdb.DuckDBPyConnection, statement: str, name: str, line: int, faults: list[Refusal], *, dialect: str
) -> MappedView | None:
    """The view that the statement makes, or `None`; what is wrong with it is put to the faults."""
    where = f"{name}, line {line}"
    head = _CREATE_VIEW.match(statement)
    if head is None:
        faults.append(Refusal("mapping-statement", where, _first_words(statement), _CREATE_ONLY))
        return None
    table = head["name"].strip('"').lower()
    if table not in MODEL_TABLES:
        faults.append(_not_a_model_table(where, table))
    select = statement[head.end() :].strip()
    offset = len(statement[: head.end()]) + len(statement[head.end() :]) - len(statement[head.end() :].lstrip())
    select_line = line + statement.count("\n", 0, offset)
    if dialect != "duckdb":
        from overt.audits.mapping._own_dialect import OwnSelect  # noqa: PLC0415  loads the parser

        own = OwnSelect(dialect, name, table, select_line, select)
        if table in MODEL_TABLES:
            own.check()
        faults += [fault for _, fault in sorted(own.faults, key=lambda each: each[0])]
        columns, sources, lenient = own.columns, own.sources, own.lenient
    else:
        tree = tree_of(connection, select)
        if tree["error"] or len(tree["statements"]) != 1:
            said = str(tree.get("error_message", "not one statement")).splitlines()[0]
            at = line + statement.count("\n", 0, head.end() + int(tree.get("position") or 0))
            found = said if tree.get("error_type") == "parser" else "something that is not a select"
            faults.append(Refusal("mapping-syntax", f"{name}, line {at}", found, "a select in DuckDB's dialect"))
            return None
        checker = SelectChecker(name, select_line, select.encode())
        node = tree["statements"][0]["node"]
        checker.check(node)
        columns, sources, lenient = outputs(node, table, checker), checker.sources, checker.lenient
        faults += [fault for _, fault in sorted(checker.faults, key=lambda each: each[0])]
    if table not in MODEL_TABLES:
        return None
    blank = frozenset(column for column, is_null in columns.items() if is_null)
    return MappedView(
        table,
        tuple(columns),
        select,
        line,
        tuple(sorted(sources)),
        blank,
        tuple(sorted(lenient)),
        select_line,
        dialect,
    )


def _first_words(statement: str) -> str:
    words = re.sub(_GAP + "++", " ", statement, flags=re.DOTALL).split()[:5]
    known: list[str] = []
    for word in words:
        if known and word.lower() not in _STATEMENT_WORDS:
            break
        known.append(word.lower())
    return f"a statement that begins with “{' '.join(known)}”"


def _not_a_model_table(where: str, table: str) -> Refusal:
    if table == FILLED_BY_OVERT:
        found = f"a view named {FILLED_BY_OVERT}, which Overt fills itself"
        return Refusal("mapping-view-name", where, found, "a table that the source can fill", "delete the view")
    close = difflib.get_close_matches(table, MODEL_TABLES, 1)
    remedy = f"did you mean `{close[0]}`? " if close else ""
    return Refusal(
        "mapping-view-name",
        where,
        f"a view named {table}, which is not a table of the model",
        "a view named after the table of the model that it fills",
        f"{remedy}overt model lists the tables",
    )
