"""What the engine can be asked of a source: a look before it is loaded, loading it, its tables, and joins of them.

No value of a record leaves the engine but known words and shapes. What was loaded is written to `loaded.json`, without
any value, so that pages need not ask for it.
"""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import asdict, astuple
from pathlib import Path
from typing import TYPE_CHECKING, Any

from overt import __version__
from overt.audits import ServerOptions, SourceOptions, load
from overt.audits.columns import check_join, shown_row
from overt.audits.source import Peek, PeekTable, PeekText, peek, read_reading, say_doubts
from overt.private import private_file, write_private
from overt.rows import FileReading, Reading
from overt.web.studio._engine_kept import forget

if TYPE_CHECKING:
    from overt.web.studio._engine_asks import EngineState

LOADED, LOADED_FILE, _LOADING = "loaded.duckdb", "loaded.json", "loading.duckdb"
LOOK, _SEEN_FILE = "look", "seen.json"
_SHOWN_COLUMNS = 60


def look(state: EngineState, arguments: dict[str, Any]) -> dict[str, Any]:
    """The tables of a source that is not loaded yet, and the files that cannot be read."""
    kept, key = state.folder / _SEEN_FILE, _options(state, arguments).source_key()
    with suppress(OSError, ValueError, KeyError, TypeError):
        known: dict[str, Any] = json.loads(kept.read_bytes())
        if known.pop("of") == [key, __version__]:
            return known
    seen, reading = _peeked(state, arguments)
    answer = {
        "tables": [_about(table, reading, seen) for table in seen.tables],
        "refused": [{"file": name, "refusal": list(astuple(refusal))} for name, refusal in seen.refused],
    }
    # A large file is not looked through again by the next process.
    with suppress(OSError):
        write_private(kept, json.dumps({"of": [key, __version__], **answer}).encode())
    return answer


def top(state: EngineState, arguments: dict[str, Any]) -> dict[str, Any]:
    """The first rows of one of these tables, masked, and what reading it as it is stated gives."""
    seen, reading = _peeked(state, arguments)
    table = seen.tables[arguments["table"]]
    stated = _stated(table, reading)
    chosen = stated.header_row
    rows = []
    for number, cells in zip(table.numbers, table.first, strict=True):
        doubts = table.doubts(number) if number == chosen else {}
        shown = shown_row(cells[:_SHOWN_COLUMNS], named=number == chosen, doubted=doubts)
        hidden = number in table.hidden_rows
        rows.append({"number": number, "cells": shown, "hidden": hidden, "blank": not any(map(str.strip, cells))})
    text = next((text for text in seen.texts if text.name == table.origin), None)
    return {
        "about": _about(table, reading, seen),
        "rows": rows,
        "names": list(table.names[:_SHOWN_COLUMNS]),
        "doubts": {str(number): say_doubts(number, table.doubts(number)) for number in table.numbers},
        "merged": len(table.merged),
        "hidden_columns": list(table.hidden_columns),
        "below": list(table.below),
        "text": _text(text) if text else None,
    }


def load_source(state: EngineState, arguments: dict[str, Any]) -> dict[str, Any]:
    """Reads the source, whole or not at all; what was loaded before is there until it has been read."""
    state.forget()
    options = _options(state, arguments)
    key = options.source_key()
    part = state.folder / _LOADING
    for path in state.folder.glob(f"{_LOADING}*"):
        path.unlink()
    load(options, part, lambda table, rows: state.progress(table=table, rows=rows))
    (state.folder / LOADED_FILE).unlink(missing_ok=True)
    forget(state)
    part.replace(state.database)
    answer = tables(state, {})
    private_file(state.folder / LOADED_FILE).write_text(json.dumps(answer | {"key": key}), encoding="utf-8")
    return answer


def tables(state: EngineState, _: dict[str, Any]) -> dict[str, Any]:
    """The tables of the loaded source, with their columns, rows and where each comes from."""
    account = state.account
    return {
        "name": account.name,
        "digest": account.digest,
        "notes": list(account.notes),
        "tables": [
            {
                "name": table.name,
                "origin": table.origin,
                "rows": table.rows,
                "blank": table.blank,
                "columns": list(table.columns),
            }
            for table in account.tables
        ],
    }


def join(state: EngineState, arguments: dict[str, Any]) -> dict[str, Any]:
    """What a join of two columns would match, each given by the places of its table and column."""
    account = state.account
    left, right = (account.tables[arguments[side][0]] for side in ("left", "right"))
    on = left.columns[arguments["left"][1]][0], right.columns[arguments["right"][1]][0]
    ticks = {name: bool(arguments[name]) for name in ("trim", "fold", "zeros")}
    check = check_join(state.connection, left, right, on, **ticks)
    return {**asdict(check), "multiplies": check.multiplies, "on": on, "origins": (left.origin, right.origin)}


def _options(state: EngineState, arguments: dict[str, Any]) -> SourceOptions:
    reading = read_reading(Path(arguments["settings"])) if "settings" in arguments else Reading()
    server = ServerOptions(copy=True) if "://" in arguments["location"] else ServerOptions()
    return SourceOptions(
        arguments["location"], reading=reading, memory=state.memory, threads=state.threads, server=server
    )


def _peeked(state: EngineState, arguments: dict[str, Any]) -> tuple[Peek, Reading]:
    """A look at the source, kept until it or its reading changes."""
    options = _options(state, arguments)
    key = options.source_key()
    if state.kept.get(LOOK, ("",))[0] != key:
        state.kept[LOOK] = key, peek(options.location, reading=options.reading, limits=options.limits)
    return state.kept[LOOK][1], options.reading


def _stated(table: PeekTable, reading: Reading) -> FileReading:
    file, _, part = table.origin.partition("#")
    return reading.of(file, part)


def _about(table: PeekTable, reading: Reading, seen: Peek) -> dict[str, Any]:
    """A table as the list of tables shows it, with what is proposed where nothing is stated."""
    stated = _stated(table, reading)
    text = next((text for text in seen.texts if text.name == table.origin), None)
    header = table.header if stated.header_row is None else stated.header_row
    return {
        "origin": table.origin,
        "kind": table.kind,
        "rows": table.rows,
        "columns": table.columns,
        "named": bool(table.names),
        "header": header,
        "stated": stated.header_row is not None,
        "why": table.why,
        "last": stated.last_row,
        "notes": table.looks_like_notes,
        "use": stated.use and not (table.looks_like_notes and table.origin not in reading.files),
        "hidden": table.hidden,
        "encoding": text.encoding if text else None,
        "delimiter": text.delimiter if text else None,
        "quoted": stated.quoted,
        "cut": _counted(table, header, stated),
    }


def _counted(table: PeekTable, header: int | None, stated: FileReading) -> dict[str, int | None]:
    """How many rows stand below the names, and how many above them and below the table are not read."""
    if table.rows is None or table.names:
        return {"rows": table.rows, "above": 0, "below": 0}
    first = 1 if header is None else header
    last = stated.last_row or (table.below[0] - 1 if table.below else table.rows)
    return {"rows": max(0, last - first), "above": max(0, first - 1), "below": max(0, table.rows - last)}


def _text(text: PeekText) -> dict[str, Any]:
    return {
        "encodings": [
            {"name": tried.name, "fault": tried.fault, "characters": list(tried.characters)} for tried in text.encodings
        ],
        "delimiters": [asdict(tried) for tried in text.delimiters],
    }
