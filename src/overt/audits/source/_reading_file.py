"""The file of a reading: how each file and sheet of a source is read, as TOML that a person can write.

[reading]                                  # of every file of which nothing else is said
encoding = "windows-1252"

[reading."gangs.xlsx#Gangs list Q2"]       # a sheet of a workbook
header_row = 4
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import MISSING, fields, replace
from pathlib import Path
from typing import Any

from overt.encoding import read_toml, toml_text
from overt.refusals import Refusal, nearest, raise_all
from overt.rows import ENCODINGS, FileReading, Reading, is_encoding

LARGEST_FILE = 10_000_000
_KINDS = {"encoding": str, "delimiter": str, "quoted": bool, "header_row": int, "last_row": int, "use": bool}
_KIND_WORDS = {str: "a text in quotation marks", bool: "true or false", int: "a whole number"}
# A project of the studio says more in the same file, which is no matter of reading.
_PROJECT_MARK, _JOINS = "format", "join"
_LineOf = Mapping[tuple[str, ...], int]


def read_reading(path: Path, options: Reading | None = None) -> Reading:
    """The reading that a TOML file states; `options` are what else was said of all files.

    A key that is not said of a sheet is taken from its file, else from `[reading]`, else from the `options`. A file
    with `format` is that of a project: only its readings are read. Refuses, all at once and with their lines, keys that
    are not known and values of another kind; and what both the file and the options say.
    """
    text = _text(path)
    try:
        content = read_toml(text)
    except ValueError as error:
        raise _fault(path, "", f"not TOML: {error}", '[reading."file.csv"] blocks') from error
    lines = _lines(text)
    known = {"reading", _JOINS}
    faults = [
        _fault(path, lines.get((name,), 0), f"{name} is not known here", "[reading] blocks alone")
        for name in ([] if _PROJECT_MARK in content else content.keys() - known)
    ]
    blocks = content.get("reading", {})
    if not isinstance(blocks, dict):
        raise _fault(path, lines.get(("reading",), 0), "reading is not a table", '[reading."file.csv"]')
    own = {name: value for name, value in blocks.items() if not isinstance(value, dict)}
    files = {name: value for name, value in blocks.items() if isinstance(value, dict)}
    options = options or Reading()
    faults += [fault for name, value in own.items() if (fault := _key_fault(path, lines, ("reading", name), value))]
    for file, block in files.items():
        places = ((("reading", file, name), value) for name, value in block.items())
        faults += [fault for place, value in places if (fault := _key_fault(path, lines, place, value))]
    raise_all(faults)
    _check_once(path, own, options.default)
    default = _made(path, lines, ("reading",), options.default, own)
    made: dict[str, FileReading] = {}
    # A file stands before its sheets, which take from it what is not said of them.
    for file in sorted(files):
        whole = next((made[name] for name in reversed(made) if file.startswith(f"{name}#")), default)
        made[file] = _made(path, lines, ("reading", file), whole, files[file])
    return Reading(default, made, options.sheets, str(path))


def write_reading(reading: Reading) -> str:
    """The TOML that `read_reading` reads back.

    Raises `ValueError` for a file or sheet that leaves open what is stated of all, for which TOML has no word.
    """
    parts = []
    if stated := _stated(reading.default, FileReading()):
        parts.append(f"[reading]\n{stated}")
    for name in sorted(reading.files):
        file = name.partition("#")[0]
        beneath = reading.files.get(file, reading.default) if file != name else reading.default
        parts.append(f"[reading.{toml_text(name)}]\n{_stated(reading.files[name], beneath)}")
    return "\n".join(parts)


def reading_schema() -> dict[str, Any]:
    """The JSON Schema of the file of a reading."""
    row = {"type": "integer"}
    keys = {
        "encoding": {"type": "string"},
        "delimiter": {"anyOf": [{"const": "tab"}, {"type": "string", "minLength": 1, "maxLength": 1}]},
        "quoted": {"type": "boolean"},
        "header_row": {**row, "minimum": 0},
        "last_row": {**row, "minimum": 1},
        "use": {"type": "boolean"},
    }
    of_file = {"type": "object", "properties": keys, "additionalProperties": False}
    of_all = {"type": "object", "properties": keys, "additionalProperties": of_file}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:overt:reading:1",
        "title": "How each file and sheet of a source is read",
        "type": "object",
        "properties": {"reading": of_all, _JOINS: {"type": "array"}},
        "additionalProperties": False,
    }


def _stated(reading: FileReading, beneath: FileReading) -> str:
    lines = []
    for part in fields(FileReading):
        value = getattr(reading, part.name)
        if value == getattr(beneath, part.name):
            continue
        if value is None:
            raise ValueError(f"{part.name} is stated of all files and left open of one")
        lines.append(f"{part.name} = {toml_text(value) if isinstance(value, str) else str(value).lower()}\n")
    return "".join(lines)


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise _fault(path, 0, "larger than any list of files", f"at most {LARGEST_FILE:,} bytes")
        return path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError as error:
        raise _fault(path, 0, "there is no such file", "a TOML file") from error
    except (OSError, UnicodeDecodeError) as error:
        raise _fault(path, 0, "cannot be read as UTF-8 text", "a TOML file") from error


def _lines(text: str) -> dict[tuple[str, ...], int]:
    """The line on which each table and key of the file stands, so far as it is written in the usual way."""
    found: dict[tuple[str, ...], int] = {}
    table: tuple[str, ...] = ()
    for number, line in enumerate(text.split("\n"), start=1):
        try:
            content: Any = tomllib.loads(line)
        except (tomllib.TOMLDecodeError, RecursionError):
            continue
        path: list[str] = []
        while isinstance(content, dict | list) and len(content) == 1:
            if isinstance(content, list):
                content = content[0]
                continue
            name, content = next(iter(content.items()))
            path.append(name)
        if not path:
            continue
        if line.lstrip().startswith("["):
            table = tuple(path)
            found.setdefault(table, number)
        else:
            found.setdefault((*table, *path), number)
    return found


def _key_fault(path: Path, lines: _LineOf, place: tuple[str, ...], value: object) -> Refusal | None:
    name, line = place[-1], lines.get(place, 0)
    if name not in _KINDS:
        remedy = nearest(name, _KINDS, f"the keys are {', '.join(_KINDS)}")
        return _fault(path, line, f"{name} is not a key of a reading", ", ".join(_KINDS), remedy)
    if type(value) is not _KINDS[name]:
        return _fault(path, line, f"{name} is not {_KIND_WORDS[_KINDS[name]]}", _KIND_WORDS[_KINDS[name]])
    return None


def _check_once(path: Path, own: Mapping[str, object], options: FileReading) -> None:
    plain = {part.name: part.default for part in fields(FileReading) if part.default is not MISSING}
    twice = [name for name in own if getattr(options, name) != plain[name]]
    if twice:
        option = f"--{twice[0].replace('_', '-')}"
        raise _fault(path, "", f"[reading] and {option} both state {twice[0]}", "one of the two", f"leave out {option}")


def _made(
    path: Path,
    lines: _LineOf,
    place: tuple[str, ...],
    beneath: FileReading,
    stated: dict[str, Any],
) -> FileReading:
    line = lines.get(place, 0)
    stated = {**stated}
    if "delimiter" in stated:
        stated["delimiter"] = {"tab": "\t"}.get(stated["delimiter"], stated["delimiter"])
    if "encoding" in stated and not is_encoding(stated["encoding"]):
        raise _fault(path, line, "Overt does not know this encoding", ", ".join(ENCODINGS))
    try:
        return replace(beneath, **stated)
    except ValueError:
        wanted = "header_row from 0, and last_row at or below it"
        raise _fault(path, line, "these numbers are no rows of a table", wanted) from None


def _fault(path: Path, where: int | str, found: str, wanted: str = "", remedy: str = "") -> Refusal:
    place = f"line {where}" if isinstance(where, int) and where else str(where or "")
    return Refusal("reading-refused", f"{path.name}, {place}" if place else path.name, found, wanted, remedy)
