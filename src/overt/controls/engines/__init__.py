"""The SQL engines that controls run on, behind one face."""

from overt.controls.engines._base import NO_TABLE, Engine, Note, Statement, Summary, SummaryQuery, TimeLimit, merged
from overt.controls.engines._duckdb import DuckDBEngine, read_out
from overt.controls.engines._duckdb_tree import text_of, tree_of
from overt.controls.engines._open import open_for_cases
from overt.controls.engines._postgres import PostgresEngine
from overt.controls.engines._reads import ReadsOutside, words
from overt.controls.engines._reads_duckdb import Room, Words, scanned
from overt.controls.engines._server import is_server, open_server
from overt.controls.engines._spark import SparkEngine
from overt.controls.engines._sqlite import SQLiteEngine

__all__ = [
    "NO_TABLE",
    "DuckDBEngine",
    "Engine",
    "Note",
    "PostgresEngine",
    "ReadsOutside",
    "Room",
    "SQLiteEngine",
    "SparkEngine",
    "Statement",
    "Summary",
    "SummaryQuery",
    "TimeLimit",
    "Words",
    "is_server",
    "merged",
    "open_for_cases",
    "open_server",
    "read_out",
    "scanned",
    "text_of",
    "tree_of",
    "words",
]
