"""The JSON Schema of a record that is submitted to the gate."""

from __future__ import annotations

from typing import Any

from overt.gate._shape import CHANGES, PROPOSABLE
from overt.model import TABLES, as_json_schema


def records_schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of one line of a file of records.

    It holds the names and kinds of fields. What the charter and the controls ask of a record is decided by the gate.
    """
    rows: Any = as_json_schema(TABLES[name] for name in PROPOSABLE)
    text = {"type": "string"}
    return {
        "$schema": rows["$schema"],
        "$id": "urn:overt:records:1",
        "title": "A record that is submitted to the gate, one line of records.jsonl",
        "type": "object",
        "required": ["table", "values"],
        "additionalProperties": False,
        "properties": {
            "table": {"enum": list(PROPOSABLE)},
            "action": {"enum": list(CHANGES), "default": "collect"},
            "values": {"type": "object"},
            "bundle": {**text, "description": "Records of one bundle are decided together."},
            "idempotency_key": {**text, "description": "A repeated key returns the first decision."},
        },
        "allOf": [
            {
                "if": {"properties": {"table": {"const": name}}, "required": ["table"]},
                "then": {"properties": {"values": {"$ref": f"#/$defs/{name}"}}},
            }
            for name in PROPOSABLE
        ],
        "$defs": rows["$defs"],
    }
