"""JSON lines: one flat object on every line. An array of such objects is made lines of first.

DuckDB reads what an audit asks of them, and `JsonLines.fault` finds the line that is wrong. Every other door takes
their objects one by one, each held to the same.
"""

from __future__ import annotations

import codecs
import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from overt.encoding import NameTwice, NestedTooDeeply, NotHeld, read_json
from overt.refusals import Refusal
from overt.rows._bytes import DecodedText
from overt.rows._reading import ReadingLimits

_LONGEST_LINE = 64  # times the longest field
# An array is read whole, where lines are read in pieces.
_LONGEST_ARRAY = 2**27
_BLANKS = re.compile(r"[ \t\r\n]*")


@dataclass(frozen=True)
class JsonLines:
    """A plain file with so many objects, one on every line, and what each is called in the file that was given."""

    path: Path
    name: str
    count: int
    limits: ReadingLimits
    each: str = "line"

    def fault(self) -> Refusal:
        """The refusal of the first line that is wrong, where one is known to be."""
        why = "no object with keys, or lines too long to read"
        return next(self._faults(), None) or _broken(self.name, why)

    def check_numbers(self) -> None:
        """Refuses the first number that would become infinite or zero."""
        for fault in self._faults():
            if fault.code == "number-not-held":
                raise fault

    def _faults(self) -> Iterator[Refusal]:
        longest = _LONGEST_LINE * self.limits.field_characters
        with self.path.open(encoding="utf-8-sig", newline="\n") as stream:
            for number, line in enumerate(iter(lambda: stream.readline(longest), ""), start=1):
                try:
                    _object(line, f"{self.name}, {self.each} {number}", self.limits)
                except Refusal as fault:
                    yield fault


def json_lines(text: DecodedText, scratch: Path) -> JsonLines:
    """The text as a plain UTF-8 file of lines, those at the end that are blank left out."""
    plain, count = _read_once(text, scratch)
    return JsonLines(plain, text.name, count, text.limits)


def json_array(text: DecodedText, scratch: Path) -> JsonLines:
    """The objects of a JSON array as the lines of a file. Refuses what is no array of objects."""
    plain = scratch / "objects.jsonl"
    return JsonLines(plain, text.name, _array_as_lines(text, plain), text.limits, "object")


def json_objects(text: DecodedText) -> Iterator[tuple[int, dict[str, Any]]]:
    """The objects with the numbers of their lines, from 1; whole numbers are given as text, digit for digit.

    Refuses broken lines, lines that are no object, nested values, keys that stand twice in a line, numbers that would
    become infinite or zero, blank lines between objects, and texts over the limit.
    """
    longest = _LONGEST_LINE * text.limits.field_characters
    blank = number = 0
    with io.TextIOWrapper(text.reopen(), encoding="utf-8", newline="\n") as stream:
        for number, line in enumerate(iter(lambda: stream.readline(longest), ""), start=1):
            if not line.strip(" \t\r\n"):
                blank = blank or number
                continue
            if blank:
                raise _broken(f"{text.name}, line {blank}", _BLANK)
            yield number, _object(line, f"{text.name}, line {number}", text.limits)
    if number == 0 or blank == 1:
        raise Refusal("source-empty", text.name, "the file has no text", "a JSON object on each line")


def _read_once(text: DecodedText, scratch: Path) -> tuple[Path, int]:
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


def _array_as_lines(text: DecodedText, plain: Path) -> int:
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
    blanks = _BLANKS.match(text, at)
    return blanks.end() if blanks else at


def _marked(path: Path) -> bool:
    with path.open("rb") as stream:
        return stream.read(3) == codecs.BOM_UTF8


_BLANK = "a blank line"


def _object(line: str, where: str, limits: ReadingLimits) -> dict[str, Any]:
    """The object of a line; refuses a line that is none as it should be."""
    try:
        # Whole numbers of any length are kept as text.
        read_value = read_json(line.strip(" \t\r\n"), str)
    except NameTwice:
        remedy = "find out which of the two is right, and keep that one"
        raise Refusal("json-key-twice", where, "a key appears twice in one object", "each key once", remedy) from None
    except NotHeld as fault:
        remedy = "if it is not an amount, write it as text in quotation marks; otherwise check where it comes from"
        wanted = "numbers that can be stored exactly"
        raise Refusal("number-not-held", where, str(fault), wanted, remedy) from None
    except NestedTooDeeply:
        raise _nested(where) from None
    except ValueError:
        raise _broken(where, "the line is not one complete JSON value" if line.strip() else _BLANK) from None
    if not isinstance(read_value, dict):
        raise _broken(where, "a value that is not an object")
    if any(isinstance(value, dict | list) for value in read_value.values()):
        raise _nested(where)
    if any(isinstance(value, str) and len(value) > limits.field_characters for value in read_value.values()):
        raise _too_long(where, limits)
    if any("\0" in text for text in (*read_value, *read_value.values()) if isinstance(text, str)):
        raise Refusal("nul-byte", where, "a value contains a NUL character", "text", "export the file again without it")
    try:
        json.dumps(read_value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise _broken(where, "a text with half a character (a lone surrogate)") from None
    return read_value


def _too_long(where: str, limits: ReadingLimits) -> Refusal:
    fault, wanted = (f"{start} {limits.field_characters} characters" for start in ("a text of more than", "at most"))
    return Refusal(
        "field-too-long", where, fault, wanted, "check that line. The text may have been cut or joined wrongly"
    )


def _broken(where: str, fault: str) -> Refusal:
    return Refusal(
        "json-broken",
        where,
        fault,
        "flat JSON objects, one on each line or all in one array",
        "export the file again as JSON lines (one object on each line), and name it .jsonl",
    )


def _nested(where: str) -> Refusal:
    remedy = "write nested values as columns, or as tables of their own, before giving the file"
    return Refusal(
        "json-nested", where, "there is an object or a list inside the object", "text, numbers, true or false", remedy
    )
