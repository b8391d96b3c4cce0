"""The JSON Schema of `pack.toml`, the header of a pack."""

from __future__ import annotations

from typing import Any

from overt.controls._pack import TEXT_FIELDS


def pack_schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of `pack.toml`, with TOML's dates as texts.

    It holds the shape. What a name, citation or threshold refers to is checked by `overt pack lint`.
    """
    text = {"type": "string"}
    texts = {"type": "object", "additionalProperties": text}
    one_or_more = {"anyOf": [text, {"type": "array", "items": text}]}
    threshold = {
        "type": "object",
        "required": ["value", "reason"],
        "properties": {"value": {"type": ["integer", "number", "string"]}, "reason": {**text, "pattern": r"\S"}},
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:overt:pack:1",
        "title": "The header of a pack, pack.toml",
        "type": "object",
        "required": list(TEXT_FIELDS),
        "additionalProperties": False,
        "properties": {
            **dict.fromkeys(TEXT_FIELDS, text),
            "sources": {**texts, "description": "Sources that are not law, by the name that controls use."},
            "thresholds": {"type": "object", "additionalProperties": threshold},
            "left_out": {**texts, "description": "Questions that no control asks, each with the reason."},
            "variant_of": {**text, "description": "The built-in pack that this one varies."},
            "citations": {"type": "object", "additionalProperties": one_or_more},
            "phrases": texts,
            "controls": {
                "type": "object",
                "additionalProperties": {"type": "object", "additionalProperties": one_or_more},
            },
        },
    }
