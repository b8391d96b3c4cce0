"""The model as a person reads it, and as a program does."""

from __future__ import annotations

from collections.abc import Iterable

from overt.model._table import Kind, Table
from overt.model._tables import TABLES

JSON_TYPES: dict[Kind, dict[str, str]] = {
    Kind.TEXT: {"type": "string"},
    Kind.INTEGER: {"type": "integer"},
    Kind.NUMBER: {"type": "number"},
    Kind.BOOLEAN: {"type": "boolean"},
    Kind.DATE: {"type": "string", "format": "date"},
    Kind.TIMESTAMP: {"type": "string", "format": "date-time"},
}


def as_text(tables: Iterable[Table] | None = None) -> str:
    """The tables for a terminal: name, kind, sentence, codes."""
    lines: list[str] = []
    for table in _or_all(tables):
        lines += [f"{table.name}", f"  {table.doc}"]
        width = max(len(column.name) for column in table.columns)
        for column in table.columns:
            lines.append(f"    {column.name:<{width}}  {column.kind:<9}  {column.doc}")
            if column.codes:
                lines.append(f"    {'':<{width}}  {'':<9}  codes: {', '.join(column.codes)}")
        lines.append("")
    return "\n".join(lines)


def as_markdown(tables: Iterable[Table] | None = None) -> str:
    """The tables as a page."""
    lines = ["# The register model", "", TABLES_NOTE, ""]
    for table in _or_all(tables):
        lines += [f"## {table.name}", "", table.doc, ""]
        lines += ["| column | kind | meaning | codes |", "| --- | --- | --- | --- |"]
        for column in table.columns:
            codes = ", ".join(f"`{code}`" for code in column.codes)
            lines.append(f"| `{column.name}` | {column.kind} | {column.doc} | {codes} |")
        lines.append("")
    return "\n".join(lines)


def as_json_schema(tables: Iterable[Table] | None = None) -> dict[str, object]:
    """A JSON Schema (2020-12) with one definition for a row of each table; every column may be null."""
    definitions: dict[str, object] = {}
    for table in _or_all(tables):
        properties: dict[str, object] = {}
        for column in table.columns:
            shape = JSON_TYPES[column.kind]
            property_: dict[str, object] = {**shape, "type": [shape["type"], "null"], "description": column.doc}
            if column.codes:
                property_["enum"] = [*column.codes, None]
            properties[column.name] = property_
        definitions[table.name] = {
            "type": "object",
            "description": table.doc,
            "properties": properties,
            "additionalProperties": False,
        }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:overt:model:1",
        "title": "The register model of Overt",
        "type": "object",
        "properties": {name: {"type": "array", "items": {"$ref": f"#/$defs/{name}"}} for name in definitions},
        "additionalProperties": False,
        "$defs": definitions,
    }


TABLES_NOTE = (
    "Times are UTC timestamps, dates are dates. The first column of a table names its rows. "
    "A source fills as many tables and columns as it has."
)


def _or_all(tables: Iterable[Table] | None) -> Iterable[Table]:
    return TABLES.values() if tables is None else tables
