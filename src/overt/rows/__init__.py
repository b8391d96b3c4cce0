"""Files of rows, each format read strictly by one reader and held to one set of limits, by whatever door it comes in.

with open_rows(path, FileReading(encoding="windows-1252")) as rows:   # delimited text or a workbook, as text
    rows.header, rows.rows

`open_delimited`, `json_lines`, `open_parquet` and `read_sheets` are the same readers for who loads their rows into a
database: what is taken and what is refused is decided here alone.
"""

from overt.rows._bytes import ENCODINGS, DecodedText, digest_of, first_bytes, inflated, is_encoding
from overt.rows._csv import OTHER_DELIMITERS, Delimited, open_delimited
from overt.rows._headers import check_header
from overt.rows._jsonl import JsonLines, json_array, json_lines, json_objects
from overt.rows._kinds import DELIMITERS, KINDS, RowsFile, file_of, kind_of, stem_of
from overt.rows._open import TEXT_KINDS, WORKBOOK_KINDS, Row, Rows, open_rows
from overt.rows._parquet import ParquetRows, nul_in_text, open_parquet, parquet_broken, text_too_long
from overt.rows._reading import READING_FILE, FileReading, Reading, ReadingLimits, shown_name
from overt.rows._workbook import Sheet, SheetTop, look_at_sheets, read_sheets, sheet_cells

__all__ = [
    "DELIMITERS",
    "ENCODINGS",
    "KINDS",
    "OTHER_DELIMITERS",
    "READING_FILE",
    "TEXT_KINDS",
    "WORKBOOK_KINDS",
    "DecodedText",
    "Delimited",
    "FileReading",
    "JsonLines",
    "ParquetRows",
    "Reading",
    "ReadingLimits",
    "Row",
    "Rows",
    "RowsFile",
    "Sheet",
    "SheetTop",
    "check_header",
    "digest_of",
    "file_of",
    "first_bytes",
    "inflated",
    "is_encoding",
    "json_array",
    "json_lines",
    "json_objects",
    "kind_of",
    "look_at_sheets",
    "nul_in_text",
    "open_delimited",
    "open_parquet",
    "open_rows",
    "parquet_broken",
    "read_sheets",
    "sheet_cells",
    "shown_name",
    "stem_of",
    "text_too_long",
]
