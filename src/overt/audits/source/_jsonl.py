"""JSON lines: one flat object on every line, its keys the columns. An array of such objects is made lines of first."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from overt.audits.source._account import Limits, SourceTable
from overt.audits.source._bytes import Text
from overt.audits.source._headers import check_header
from overt.audits.source._loading import Loaded, Loading, target
from overt.audits.source._sandbox import literal, quoted_name, read_path
from overt.audits.source._texts import check_texts
from overt.encoding import NameTwice, Nested, NotHeld, read_json
from overt.refusals import Refusal
from overt.workbooks import column_letter

_LONGEST_LINE = 64  # times the longest field
# An array is read whole, where lines are read in pieces.
_LONGEST_ARRAY = 2**27
_BLANKS = re.compile(r"[ \t\r\n]*")
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


@dataclass(frozen=True)
class _Lines:
    """A plain file with an object on every line, and what each is called in the file that was given."""

    path: Path
    name: str
    count: int
    limits: Limits
    each: str = "line"


def load_jsonl(loading: Loading, text: Text, table: str) -> Loaded:
    """Loads the file into `source.<table>`; a key that a line lacks is null.

    A column is boolean, whole number or number when all its values are; else it is text, and so are
    numbers of more digits than are held exactly. Refuses broken lines, lines that are no object, nested values,
    keys that stand twice in a line, numbers that would become infinite or zero, and blank lines.
    """
    plain, lines = _read_once(text, loading.scratch)
    return _load_lines(loading, _Lines(plain, text.name, lines, text.limits), text, table)


def load_json_array(loading: Loading, text: Text, table: str) -> Loaded:
    """Loads a file that is one JSON array of flat objects, as `load_jsonl` does their lines."""
    plain = loading.scratch / "objects.jsonl"
    lines = _array_as_lines(text, plain)
    return _load_lines(loading, _Lines(plain, text.name, lines, text.limits, "object"), text, table)


def _load_lines(loading: Loading, source: _Lines, text: Text, table: str) -> Loaded:
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
            _check_extreme(source)
        if columns:
            loading.connection.execute(f"create table {target(table)} as select * from {objects.typed(columns)}")
    except (duckdb.InvalidInputException, duckdb.ConversionException):
        columns = {}
    if not columns:
        raise _find_fault(source)
    rows = check_texts(loading.connection, text.name, target(table), list(columns.items()), text.limits)
    if rows != lines:
        raise _find_fault(source)
    loading.tell(table, rows)
    if rounded:
        notes.append(f"{text.name}: fractions of more than 17 digits were read as the nearest number that can be held")
    return Loaded(text.digest, [SourceTable(table, text.name, rows, tuple(columns.items()))], notes)


def _read_once(text: Text, scratch: Path) -> tuple[Path, int]:
    """The text as a plain UTF-8 file and how many lines it has, those at the end that are blank left out."""
    plain = scratch / "plain.txt"
    lines = blank_ends = 0
    any_text = False
    # DuckDB's reader takes no byte order mark.
    copy = None if text.as_stored and not _marked(text.path) else plain.open("wb")
    try:
        for piece in text:
            if copy is not None:
                copy.write(piece)
            body = piece.rstrip(b" \t\r\n")
            if body:
                any_text = True
                lines += blank_ends + body.count(b"\n")
                blank_ends = 0
            blank_ends += piece.count(b"\n", len(body))
    finally:
        if copy is not None:
            copy.close()
    if not any_text:
        raise Refusal("source-empty", text.name, "the file has no text", "a JSON object on each line")
    return (text.path if copy is None else plain), lines + 1


def _array_as_lines(text: Text, plain: Path) -> int:
    """Writes the objects of the array as lines and says how many they are. Refuses what is no array of objects."""
    data = bytearray()
    for piece in text:
        data += piece
        if len(data) > _LONGEST_ARRAY:
            remedy = "write one object on each line, without an array around them, and name the file .jsonl"
            wanted = f"at most {_LONGEST_ARRAY} bytes in one array"
            raise Refusal("json-array-too-long", text.name, "the array is too large", wanted, remedy)
    whole, decoder = data.decode("utf-8"), json.JSONDecoder()
    at, count = _next(whole, _next(whole, 0) + 1), 0
    with plain.open("w", encoding="utf-8", newline="\n") as stream:
        while not whole.startswith("]", at):
            where = f"{text.name}, object {count + 1}"
            if not whole.startswith("{", at):
                raise _broken(where, "a value that is not an object, or an array that ends too early")
            try:
                _, end = decoder.raw_decode(whole, at)
            except RecursionError:
                raise _nested(where) from None
            except ValueError:
                raise _broken(where, "the object is incomplete") from None
            # Texts in JSON hold no line ends as they are, so these stand between names and values.
            stream.write(whole[at:end].replace("\n", " ").replace("\r", " ") + "\n")
            count, at = count + 1, _next(whole, end)
            if whole.startswith(",", at):
                at = _next(whole, at + 1)
                if whole.startswith("]", at):
                    raise _broken(where, "a comma behind the last object")
            elif not whole.startswith("]", at):
                raise _broken(where, "no comma between two objects, or an array that ends too early")
    if _next(whole, at + 1) < len(whole):
        raise _broken(text.name, "something behind the array")
    if not count:
        raise Refusal("source-empty", text.name, "the array has no objects", "flat objects in the array")
    return count


def _next(text: str, at: int) -> int:
    """Where the next character stands that is no blank of JSON."""
    found = _BLANKS.match(text, at)
    return found.end() if found else at


def _marked(path: Path) -> bool:
    with path.open("rb") as stream:
        return stream.read(3) == codecs.BOM_UTF8


def _keys(objects: _Objects, lines: int, limits: Limits) -> list[str]:
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


def _find_fault(source: _Lines) -> Refusal:
    """The refusal of the first line that is wrong, where one is known to be."""
    found = "no object with keys, or lines too long to read"
    return next(_faults(source), None) or _broken(source.name, found)


def _faults(source: _Lines) -> Iterator[Refusal]:
    longest = _LONGEST_LINE * source.limits.field_characters
    with source.path.open(encoding="utf-8-sig", newline="\n") as stream:
        for number, line in enumerate(iter(lambda: stream.readline(longest), ""), start=1):
            fault = _line_fault(line, f"{source.name}, {source.each} {number}", source.limits)
            if fault is not None:
                yield fault


def _check_extreme(source: _Lines) -> None:
    for fault in _faults(source):
        if fault.code == "number-not-held":
            raise fault


def _line_fault(line: str, where: str, limits: Limits) -> Refusal | None:
    try:
        # Whole numbers of any length are kept as text.
        found = read_json(line.strip(" \t\r\n"), str)
    except NameTwice:
        remedy = "find out which of the two is right, and keep that one"
        return Refusal("json-key-twice", where, "a key appears twice in one object", "each key once", remedy)
    except NotHeld as fault:
        remedy = "if it is not an amount, write it as text in quotation marks; otherwise check where it comes from"
        return Refusal("number-not-held", where, str(fault), "numbers that can be stored exactly", remedy)
    except Nested:
        return _nested(where)
    except ValueError:
        return _broken(where, "the line is not one complete JSON value" if line.strip() else "a blank line")
    return _object_fault(found, where, limits)


def _object_fault(found: Any, where: str, limits: Limits) -> Refusal | None:
    if not isinstance(found, dict):
        return _broken(where, "a value that is not an object")
    if any(isinstance(value, dict | list) for value in found.values()):
        return _nested(where)
    if any(isinstance(value, str) and len(value) > limits.field_characters for value in found.values()):
        return _too_long(where, limits)
    try:
        json.dumps(found, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return _broken(where, "a text with half a character (a lone surrogate)")
    return None


def _too_long(where: str, limits: Limits) -> Refusal:
    found, wanted = (f"{each} {limits.field_characters} characters" for each in ("a text of more than", "at most"))
    return Refusal(
        "field-too-long", where, found, wanted, "check that line. The text may have been cut or joined wrongly"
    )


def _broken(where: str, found: str) -> Refusal:
    return Refusal(
        "json-broken",
        where,
        found,
        "flat JSON objects, one on each line or all in one array",
        "export the file again as JSON lines (one object on each line), and name it .jsonl",
    )


def _nested(where: str) -> Refusal:
    remedy = "write nested values as columns, or as tables of their own, before giving the file"
    return Refusal(
        "json-nested", where, "there is an object or a list inside the object", "text, numbers, true or false", remedy
    )
