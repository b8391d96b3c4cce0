"""Excel and ODS: each sheet a table, each column of the kind that all its cells have."""

from __future__ import annotations

from pathlib import Path

from overt.audits.source._account import SourceTable
from overt.audits.source._loading import Loaded, Loading, table_name, target
from overt.audits.source._sandbox import literal, quoted_name, read_path
from overt.audits.source._texts import check_texts
from overt.model import TABLES
from overt.rows import Sheet, digest_of, read_sheets


def load_workbook(loading: Loading, path: Path, name: str, stem: str) -> Loaded:
    """Loads every sheet into a table of its name; a sheet that is the only one is named `stem`, as the file is.

    Refuses what `read_sheets` refuses.
    """
    sheets, notes = read_sheets(
        path, name, loading.reading, loading.limits, loading.scratch, waiting=lambda: loading.tell(name, 0)
    )
    tables = []
    for sheet in sheets:
        # A sheet that bears the name of a table of the model is meant to be that table.
        named_by_file = len(sheets) == 1 and table_name(sheet.title) not in TABLES
        table = loading.name_table(stem if named_by_file else sheet.title, sheet.place)
        tables.append(_load_sheet(loading, table, sheet))
        loading.tell(table, tables[-1].rows)
    return Loaded(digest_of(path), tables, notes)


def _load_sheet(loading: Loading, table: str, sheet: Sheet) -> SourceTable:
    if sheet.file is None:
        raise ValueError("a sheet whose rows were not written")
    columns = ", ".join(f"c{number} as {quoted_name(title)}" for number, title in enumerate(sheet.names))
    loading.connection.execute(
        f"create table {target(table)} as select {columns} from read_parquet({literal(read_path(sheet.file))})"
    )
    described = loading.columns_of(table)
    first = sheet.header_row + 1
    row_number = f"rowid + {first}"
    place = sheet.place
    looked = check_texts(loading.connection, place, target(table), described, loading.limits, row_number=row_number)
    sheet.file.unlink()
    return looked.table(table, place, described, first_row=first)
