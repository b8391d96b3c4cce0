"""JSON lines: one flat object on every line, its keys the columns. An array of such objects is made lines of first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import duckdb

from overt.audits.source._loading import Loaded, Loading, target
from overt.audits.source._sandbox import literal, quoted_name, read_path
from overt.audits.source._texts import check_texts
from overt.rows import DecodedText, JsonLines, ReadingLimits, check_header, json_array, json_lines
from overt.workbooks import column_letter

# Numbers that may become infinite or zero, and those that are rounded, in a line as it stands: the engine gives them as
# it holds them. In a text it may look so as well.
_EXTREME = (
    r"coalesce(bool_or(regexp_matches(json, ':\s*-?([0-9.]+[eE][-+]?[0-9]{3}|[0-9]{300}|[0-9]*[.][0-9]{300})')), false)"
)
_ROUNDED = r"coalesce(bool_or(regexp_matches(json, ':\s*-?[0-9]*[.][0-9]{18}')), false)"
_TEXT, _TRUTH, _WHOLE, _NUMBER, _WIDE, _ODD, _NESTED, _LONG = 1, 2, 4, 8, 16, 32, 64, 128


@dataclass(frozen=True)
class _Objects:
    """The lines of a plain file as DuckDB reads them."""

    connection: duckdb.DuckDBPyConnection
    file: str
    longest: int

    def fetch(self, select: str) -> list[tuple[Any, ...]]:
        """A query over `json`, one object a line."""
        return self.connection.execute(
            f"{select} from read_ndjson_objects({self.file}, maximum_object_size = {self.longest}, "
            "compression = 'uncompressed', hive_partitioning = false, filename = false)"
        ).fetchall()

    def typed(self, types: dict[str, str]) -> str:
        """The columns as a table, each of its type."""
        columns = ", ".join(f"{literal(name)}: {literal(kind)}" for name, kind in types.items())
        return (
            f"read_json({self.file}, columns = {{{columns}}}, format = 'newline_delimited', "
            f"records = true, auto_detect = false, ignore_errors = false, maximum_object_size = {self.longest}, "
            "compression = 'uncompressed', hive_partitioning = false, filename = false)"
        )


def load_jsonl(loading: Loading, text: DecodedText, table: str) -> Loaded:
    """Loads the file into `source.<table>`; a key that a line lacks is null.

    A column is boolean, whole number or number when all its values are; else it is text, and so are
    numbers of more digits than are held exactly. Refuses broken lines, lines that are no object, nested values,
    keys that stand twice in a line, numbers that would become infinite or zero, and blank lines.
    """
    return _load_lines(loading, json_lines(text, loading.scratch), text, table)


def load_json_array(loading: Loading, text: DecodedText, table: str) -> Loaded:
    """Loads a file that is one JSON array of flat objects, as `load_jsonl` does their lines."""
    return _load_lines(loading, json_array(text, loading.scratch), text, table)


def _load_lines(loading: Loading, source: JsonLines, text: DecodedText, table: str) -> Loaded:
    plain, lines = source.path, source.count
    # An object may hold every field at its longest; DuckDB sets this much memory aside only if need be.
    longest = max(2**24, 8 * text.limits.field_characters)
    objects = _Objects(loading.connection, literal(read_path(plain)), longest)
    rounded = False
    try:
        names = check_header(f"{text.name}, keys", _keys(objects, lines, text.limits), text.limits)
        columns, notes = _types(objects, names, text.name)
        extreme, rounded = objects.fetch(f"select {_EXTREME}, {_ROUNDED}")[0]
        if extreme:
            source.check_numbers()
        if columns:
            loading.connection.execute(f"create table {target(table)} as select * from {objects.typed(columns)}")
    except (duckdb.InvalidInputException, duckdb.ConversionException):
        columns = {}
    if not columns:
        raise source.fault()
    looked = check_texts(loading.connection, text.name, target(table), list(columns.items()), text.limits)
    if looked.rows != lines:
        raise source.fault()
    loading.tell(table, lines)
    if rounded:
        notes.append(f"{text.name}: fractions of more than 17 digits were read as the nearest number that can be held")
    return Loaded(text.digest, [looked.table(table, text.name, tuple(columns.items()))], notes)


def _keys(objects: _Objects, lines: int, limits: ReadingLimits) -> list[str]:
    """The keys in the order in which they first stand; none if a line is not a flat object with keys of its own."""
    odd = "json_type(json) <> 'OBJECT' or len(json_keys(json)) <> len(list_distinct(json_keys(json)))"
    comma = r"regexp_matches(json, ',\s*\}\s*$')"
    found = objects.fetch(f"select count(*), count(*) filter (where {odd} or {comma})")[0]
    if found != (lines, 0):
        return []
    inner = "select unnest(json_keys(json)) as name, generate_subscripts(json_keys(json), 1) as place"
    query = f"select name from ({inner}"
    rows = objects.connection.execute(
        f"{query} from read_ndjson_objects({objects.file}, maximum_object_size = {objects.longest}, "
        "compression = 'uncompressed', hive_partitioning = false, filename = false)) "
        f"group by name order by min(place), name limit {limits.columns + 1}"
    ).fetchall()
    return [str(row[0]) for row in rows]


def _types(objects: _Objects, names: list[str], where: str) -> tuple[dict[str, str], list[str]]:
    """The type of each column; none at all where a value is nested or no JSON."""
    if not names:
        return {}, []
    parts = ", ".join(f"coalesce(bit_or({_kind(quoted_name(name))}), 0)" for name in names)
    source = objects.typed(dict.fromkeys(names, "JSON"))
    found = objects.connection.execute(f"select {parts} from {source}").fetchone() or ()
    types: dict[str, str] = {}
    notes = []
    for number, (name, kinds) in enumerate(zip(names, found, strict=True), start=1):
        if kinds & (_NESTED | _ODD):
            return {}, []
        types[name] = _type(kinds)
        if types[name] == "VARCHAR" and kinds and not kinds & (_TEXT | _TRUTH):
            long = (
                "numbers of more than 18 digits" if kinds & _WIDE else "fractions beside numbers of more than 15 digits"
            )
            notes.append(f"{where}, column {column_letter(number)}: {long} were kept as text")
        elif types[name] == "VARCHAR" and kinds & ~_TEXT:
            notes.append(f"{where}, column {column_letter(number)}: values of several types; all were read as text")
    return types, notes


def _kind(value: str) -> str:
    """SQL for the bit of a JSON value's kind.

    Whole numbers that eight bytes cannot hold are wide. Those of more than 15 digits are long: held exactly, but not
    among fractions. A number that became infinite is odd.
    """
    text = f"{value}::varchar"
    number = f"when regexp_matches({text}, '[^-+.0-9eE]') then {_ODD} "
    number += f"when strlen({text}) > 15 and not regexp_matches({text}, '[.eE]') then "
    number += f"case when strlen({text}) > 18 then {_WIDE} else {_LONG} end"
    return (
        f"case when {value} is null then 0 else case json_type({value}) "
        f"when 'VARCHAR' then {_TEXT} when 'BOOLEAN' then {_TRUTH} when 'NULL' then 0 "
        f"when 'OBJECT' then {_NESTED} when 'ARRAY' then {_NESTED} "
        f"when 'DOUBLE' then case {number} else {_NUMBER} end else case {number} else {_WHOLE} end end end"
    )


def _type(kinds: int) -> str:
    if kinds == _TRUTH:
        return "BOOLEAN"
    if kinds and not kinds & ~(_WHOLE | _LONG):
        return "BIGINT"
    if kinds in (_NUMBER, _NUMBER | _WHOLE):
        return "DOUBLE"
    return "VARCHAR"
