"""A source while it is loaded: where to, under which limits, and what has come of it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from overt.audits.source._account import Limits, Progress, SourceFile, SourceTable
from overt.audits.source._blank import set_blank_rows_aside
from overt.audits.source._sandbox import quoted_name
from overt.audits.source._total_rows import note_total_rows
from overt.controls.engines import read_out
from overt.refusals import Refusal
from overt.rows import Reading

if TYPE_CHECKING:
    import pyarrow as pa


# How often, in seconds, a long statement is asked how far it is.
_LOOK = 0.2


@dataclass
class Loaded:
    """What one file or server gave: its digest, its tables, and what to tell about them."""

    digest: str
    tables: list[SourceTable]
    notes: list[str] = field(default_factory=list)
    synthetic: bool = False


@dataclass
class Loading:
    """An open database and what is put into its schema `source`. `scratch` is a folder for passing use."""

    connection: duckdb.DuckDBPyConnection
    reading: Reading
    limits: Limits
    scratch: Path
    progress: Progress | None
    tables: list[SourceTable] = field(default_factory=list)
    files: list[SourceFile] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    synthetic: bool = False
    _origins: dict[str, str] = field(default_factory=dict)

    def name_table(self, text: str, origin: str) -> str:
        """A table name made of the text. Refuses one that is taken."""
        name = table_name(text)
        if name in self._origins:
            raise Refusal(
                "source-table-twice",
                origin,
                f"its table would be named {name}, as that of {self._origins[name]}",
                "names that differ in more than case and punctuation",
                "rename one of the two",
            )
        if len(self._origins) >= self.limits.tables:
            raise Refusal(
                "source-too-many-tables", origin, "there are too many tables", f"at most {self.limits.tables}"
            )
        self._origins[name] = origin
        return name

    def add(self, loaded: Loaded) -> None:
        """Takes in what a file or server gave."""
        for table in loaded.tables:
            self.tables.append(table)
            notes = set_blank_rows_aside(self.connection, table), note_total_rows(self.connection, table)
            loaded.notes += [note for note in notes if note]
        self.notes += loaded.notes
        self.synthetic = self.synthetic or loaded.synthetic

    def tell(self, table: str, rows: int) -> None:
        """Says how many rows of a table have been read."""
        if self.progress is not None:
            self.progress(table, rows)

    def run(self, sql: str, table: str, rows: int) -> None:
        """Runs a statement that reads so many rows into a table, saying how far it is; ends it when it is stopped."""
        if self.progress is None:
            self.connection.execute(sql)
            return
        with ThreadPoolExecutor(1) as pool:
            work = pool.submit(self.connection.execute, sql)
            try:
                while not wait([work], _LOOK).done:
                    # In hundredths, and less than none before it begins.
                    self.tell(table, int(rows * max(0.0, self.connection.query_progress()) / 100))
            except BaseException:
                self.connection.interrupt()
                raise
        work.result()

    def columns_of(self, table: str) -> tuple[tuple[str, str], ...]:
        """Names and types of a table's columns."""
        rows = self.connection.execute(f"describe {target(table)}").fetchall()
        return tuple((str(row[0]), str(row[1])) for row in rows)

    def create(self, table: str, schema: pa.Schema) -> None:
        """An empty table with the columns of the schema."""
        read_out(self.connection)
        self.connection.register("rows_read", schema.empty_table())
        self.connection.execute(f"create table {target(table)} as select * from rows_read")
        self.connection.unregister("rows_read")

    def append(self, table: str, columns: Sequence[pa.Array]) -> None:
        """Puts rows behind those that the table has."""
        import pyarrow as pa  # noqa: PLC0415  it takes long to load, and most sources never need it

        names = [f"c{number}" for number in range(len(columns))]
        read_out(self.connection)
        self.connection.register("rows_read", pa.Table.from_arrays(list(columns), names))
        self.connection.execute(f"insert into {target(table)} select * from rows_read")
        self.connection.unregister("rows_read")


def target(table: str) -> str:
    """The table of the source as SQL names it."""
    return f"source.{quoted_name(table)}"


def table_name(text: str) -> str:
    """The name of a table made of that of a file or sheet: in lower case, `_` for all but letters and digits."""
    return re.sub(r"\W+", "_", text.lower()).strip("_") or "table"
