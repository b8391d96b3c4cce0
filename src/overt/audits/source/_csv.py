"""CSV and TSV as tables: rows that were counted are loaded by DuckDB, or by Python where DuckDB would not take them."""

from __future__ import annotations

from dataclasses import replace

import duckdb

from overt.audits.source._loading import Loaded, Loading, target
from overt.audits.source._sandbox import literal, read_path
from overt.audits.source._texts import check_texts
from overt.refusals import Refusal, Refusals
from overt.rows import DELIMITERS, OTHER_DELIMITERS, DecodedText, Delimited, FileReading, open_delimited

_BATCH = 20_000
_BATCH_CHARACTERS = 2**25


def load_csv(loading: Loading, text: DecodedText, table: str, kind: str, reading: FileReading) -> Loaded:
    """Loads the file into `source.<table>`, every column as text; an empty field is null.

    Refuses whatever is not UTF-8 or the encoding given, a row with more or fewer fields than the
    header, quotes out of place, blank lines between rows, a field over the limit.
    """
    found = _open(loading, text, table, kind, reading)
    columns = tuple((name, "VARCHAR") for name in found.names)
    # Lines over two million bytes or mixed line ends are lawful but beyond DuckDB's reader.
    if found.mixed_line_ends or not _load_fast(loading, found, table):
        found.check_rows()
        _load_slowly(loading, found, table)
    try:
        looked = check_texts(loading.connection, text.name, target(table), columns, text.limits, nul=False)
    except Refusal:
        # A line says more than a row does.
        found.check_rows()
        raise
    loading.tell(table, found.count)
    notes = [f"{text.name}: {note}" for note in found.notes]
    return Loaded(text.digest, [looked.table(table, text.name, columns, first_row=found.first_row)], notes)


def _open(loading: Loading, text: DecodedText, table: str, kind: str, reading: FileReading) -> Delimited:
    """The rows by the delimiter that was given; else by that of the kind of file, or by the only one that fits.

    A delimiter fits if it parts every row into as many fields as there are names, at least two, and the file has no
    other fault.
    """
    delimiter = reading.delimiter or DELIMITERS[kind]

    def counted(rows: int) -> None:
        loading.tell(table, rows)

    try:
        return open_delimited(text, delimiter, reading, loading.scratch, counted=counted)
    except Refusal as refusal:
        if reading.delimiter is not None or refusal.code != "csv-delimiter":
            raise
        fitting = [mark for mark in OTHER_DELIMITERS if mark != delimiter and _fits(text, mark, reading)]
        if len(fitting) != 1:
            raise
    text.begin_again()
    found = open_delimited(text, fitting[0], replace(reading, delimiter=fitting[0]), loading.scratch, counted=counted)
    shown = "a tab" if fitting[0] == "\t" else f"“{fitting[0]}”"
    return replace(found, notes=[*found.notes, f"its fields are parted by {shown}, the only delimiter that fits"])


def _fits(text: DecodedText, delimiter: str, reading: FileReading) -> bool:
    try:
        return len(open_delimited(text.anew(), delimiter, replace(reading, delimiter=delimiter)).names) > 1
    except (Refusal, Refusals):
        return False


def _load_fast(loading: Loading, found: Delimited, table: str) -> bool:
    """Whether DuckDB's reader took the file and found as many rows as were counted."""
    if found.plain is None:
        return False
    columns = ", ".join(f"{literal(name)}: 'VARCHAR'" for name in found.names)
    dialect = found.lines.dialect
    quote = literal('"' if dialect.quoted else "")
    named = str(found.has_names).lower()
    try:
        loading.run(
            f"create table {target(table)} as select * from read_csv({literal(read_path(found.plain))}, "
            f"columns = {{{columns}}}, auto_detect = false, header = {named}, "
            f"delim = {literal(dialect.delimiter)}, quote = {quote}, escape = {quote}, strict_mode = true, "
            "null_padding = false, ignore_errors = false, "
            "hive_partitioning = false, filename = false, compression = 'none', encoding = 'utf-8')",
            table,
            found.count,
        )
    except (duckdb.InvalidInputException, duckdb.ConversionException):
        return False
    rows = loading.connection.execute(f"select count(*) from {target(table)}").fetchone()
    if rows == (found.count,):
        return True
    loading.connection.execute(f"drop table {target(table)}")
    return False


def _load_slowly(loading: Loading, found: Delimited, table: str) -> None:
    """Loads rows through Python's reader, which takes what DuckDB's does not."""
    import pyarrow as pa  # noqa: PLC0415  it takes long to load, and most sources never need it

    loading.create(table, pa.schema([(name, pa.string()) for name in found.names]))
    done = size = 0
    batch: list[list[str]] = []
    for row in found.rows():
        batch.append(row)
        size += sum(map(len, row))
        if len(batch) == _BATCH or size > _BATCH_CHARACTERS:
            done += _append(loading, table, batch)
            batch, size = [], 0
            loading.tell(table, done)
    _append(loading, table, batch)


def _append(loading: Loading, table: str, rows: list[list[str]]) -> int:
    if rows:
        import pyarrow as pa  # noqa: PLC0415  it takes long to load, and most sources never need it

        columns = zip(*rows, strict=True)
        loading.append(table, [pa.array([each or None for each in column], pa.string()) for column in columns])
    return len(rows)
