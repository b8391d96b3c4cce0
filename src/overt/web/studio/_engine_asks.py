"""What the engine can be asked, by name: each a function from its state and plain arguments to a plain answer.

To add one: write the function in the package that knows the matter (`overt.audits.…`), call it here or in a module
beside this, and add its row to `ASKS`. An answer is JSON, and holds no value that may not be shown.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from overt.audits.mapping import parse_mapping
from overt.audits.source import SourceAccount, open_locked, read_account
from overt.refusals import Refusal, Refusals
from overt.web.studio import _engine_columns, _engine_meaning, _engine_source, _engine_words
from overt.web.studio._kept import MAPPING

# What goes through every row of a large source may take longer on a busy computer.
_SECONDS, _ALL_ROWS = 10.0, 60.0


class EngineStopped(Exception):
    """Somebody stopped the request."""


class EngineState:
    """What the engine holds between requests. `folder` is the project's folder for work that can be made again."""

    def __init__(self, folder: Path, memory: str, threads: int | None) -> None:
        self.folder = folder
        self.memory = memory
        self.threads = threads
        self.kept: dict[str, Any] = {}
        self._stopping = threading.Event()
        self._say: Callable[[dict[str, Any]], None] = lambda _: None
        self._connection: duckdb.DuckDBPyConnection | None = None
        self._account: SourceAccount | None = None

    @property
    def database(self) -> Path:
        """The file of the loaded source."""
        return self.folder / _engine_source.LOADED

    @property
    def is_loaded(self) -> bool:
        """Whether a source was loaded."""
        return self._connection is not None or read_account(self.database) is not None

    @property
    def account(self) -> SourceAccount:
        """What was loaded; refuses if nothing was."""
        self._open()
        assert self._account is not None  # noqa: S101  `_open` refuses
        return self._account

    @property
    def connection(self) -> duckdb.DuckDBPyConnection:
        """The loaded source, read-only; bare names are its tables. Refuses if there is none."""
        self._open()
        assert self._connection is not None  # noqa: S101  `_open` refuses
        return self._connection

    def forget(self) -> None:
        """Closes the loaded source and drops all that was kept of it, so that another can be loaded.

        What was seen of the files themselves stays: it has their names, sizes and times for a key.
        """
        if self._connection is not None:
            self._connection.close()
        self._connection = self._account = None
        self.kept = {name: seen for name, seen in self.kept.items() if name == _engine_source.LOOK}

    def progress(self, **facts: Any) -> None:
        """Says how far the request is. Ends it if somebody stopped it."""
        if self._stopping.is_set():
            raise EngineStopped
        self._say(facts)

    # --- for the loop ---

    def begin(self, say: Callable[[dict[str, Any]], None]) -> None:
        """A request begins; `say` takes its progress."""
        self._stopping.clear()
        self._say = say

    def stop(self) -> None:
        """Ends the request that is running as soon as it can be."""
        self._stopping.set()
        if self._connection is not None:
            with suppress(duckdb.Error):
                self._connection.interrupt()

    def _open(self) -> None:
        if self._connection is not None:
            return
        account = read_account(self.database)
        if account is None:
            raise Refusal("studio-no-source", "the project", "no source has been read yet", "", "choose a source first")
        self._account = account
        self._connection = open_locked(
            self.database, account.held_files, memory=self.memory, threads=self.threads, of_source=True
        )


@dataclass(frozen=True)
class EngineAsk:
    """One thing that the engine can be asked; without `seconds` it may take as long as it takes."""

    answer: Callable[[EngineState, dict[str, Any]], dict[str, Any]]
    seconds: float | None = _SECONDS


def _mapped(state: EngineState, arguments: dict[str, Any]) -> dict[str, Any]:
    """The columns of the model that a mapping fills, by table, as its text says; no source is needed."""
    views = parse_mapping(arguments["text"], MAPPING) if arguments["text"].strip() else ()
    return {"columns": {view.table: sorted(set(view.columns) - view.blank) for view in views}}


def _load(state: EngineState, arguments: dict[str, Any]) -> dict[str, Any]:
    """Reads the source, and works out what pages will ask of it, so that none of them waits for that.

    Where that fails or is stopped, the source is read all the same: the page that asks works it out, or says why not.
    """
    answer = _engine_source.load_source(state, arguments)
    with suppress(EngineStopped, Refusal, Refusals, duckdb.Error):
        _engine_columns.look_at_columns(state)
        _engine_meaning.proposal(state, {})
    return answer


ASKS: dict[str, EngineAsk] = {
    "look": EngineAsk(_engine_source.look, 90),
    "top": EngineAsk(_engine_source.top, 90),
    "load": EngineAsk(_load, None),
    "tables": EngineAsk(_engine_source.tables),
    "join": EngineAsk(_engine_source.join, _ALL_ROWS),
    "proposal": EngineAsk(_engine_meaning.proposal, None),
    "dates": EngineAsk(_engine_meaning.dates, _ALL_ROWS),
    "codes": EngineAsk(_engine_meaning.codes, _ALL_ROWS),
    "schemes": EngineAsk(_engine_meaning.schemes),
    "names": EngineAsk(_engine_meaning.names),
    "differing": EngineAsk(_engine_meaning.differing),
    "merged": EngineAsk(_engine_meaning.merged),
    "mapped": EngineAsk(_mapped),
    "cards": EngineAsk(_engine_columns.cards, _ALL_ROWS),
    "card": EngineAsk(_engine_columns.card, _ALL_ROWS),
    "undecided": EngineAsk(_engine_columns.undecided),
    "counts": EngineAsk(_engine_columns.counts, _ALL_ROWS),
    "filled": EngineAsk(_engine_columns.filled),
    "key_rows": EngineAsk(_engine_columns.key_rows, _ALL_ROWS),
    "table_rows": EngineAsk(_engine_columns.table_rows),
    "lost": EngineAsk(_engine_columns.lost, None),
    "word_list": EngineAsk(_engine_words.word_list, 90),
    "word_texts": EngineAsk(_engine_words.word_texts, 90),
    "word_labels": EngineAsk(_engine_words.word_labels, 90),
    "joins": EngineAsk(_engine_columns.joins, _ALL_ROWS),
    "effect": EngineAsk(_engine_columns.effect, _ALL_ROWS),
}
