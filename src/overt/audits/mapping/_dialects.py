"""In which SQL a mapping is written: DuckDB's, or that of the server it is for."""

from __future__ import annotations

import re

from overt.refusals import Refusal

NAMES = {"postgres": "PostgreSQL", "spark": "Spark", "duckdb": "DuckDB"}
_HEAD = re.compile(r"\s*--[ \t]*dialect:[ \t]*(\S+)[ \t]*$", re.MULTILINE)
_PASSED_OVER = re.compile(r"(?:\s|--[^\n]*+(?:\n|$))*+")


def dialect_of(text: str, name: str) -> str:
    """The dialect that the comments at the head of a mapping name; DuckDB's, if none. Refuses an unknown one."""
    head = _PASSED_OVER.match(text)
    found = _HEAD.search(head.group() if head else "")
    dialect = found[1].lower() if found else "duckdb"
    if dialect not in NAMES:
        raise Refusal("mapping-dialect", name, f"the dialect {dialect}", "duckdb, postgres or spark")
    return dialect


def other_dialect(written: str, where: str, engine: str) -> Refusal:
    """The refusal of a mapping in the dialect of another engine than it is to run on."""
    found, wanted = f"a mapping in the dialect of {NAMES[written]}", f"DuckDB's dialect, or that of {engine}"
    remedy = "write one for this engine, or audit the source on the server it is written for"
    return Refusal("mapping-other-dialect", where, found, wanted, remedy)
