"""The register model: the tables and columns that controls speak of.

Nothing else in Overt knows a column name by heart: packs are checked against `TABLES`, cases and
engines build their tables from it, `overt model` prints it.
"""

from overt.model._print import as_json_schema, as_markdown, as_text
from overt.model._table import DUCKDB_TYPES, SYNTHETIC_FILE, Column, Kind, Table
from overt.model._tables import IDENTITY, TABLES, has_own_key

__all__ = [
    "DUCKDB_TYPES",
    "IDENTITY",
    "SYNTHETIC_FILE",
    "TABLES",
    "Column",
    "Kind",
    "Table",
    "as_json_schema",
    "as_markdown",
    "as_text",
    "has_own_key",
]
