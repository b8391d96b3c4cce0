"""Cells that hold several values, as `Black | White` or `A; B`: recognised by how values are written, never cut up."""

from __future__ import annotations

import re
from collections.abc import Collection

from overt.audits.source._sandbox import literal

SEVERAL = "several"
# Between these a cell holds several values whatever they are; with a stroke only where each is a value of its own.
_SURE = re.compile(r"\s*[;|\n]\s*")
_STROKE = re.compile(r"\s+/\s+|\s*,\s+|\s+&\s+")


def several(values: Collection[str]) -> set[str]:
    """Those of the values of a column that are several values in one cell."""
    alone = {value.strip().casefold() for value in values}
    return {value for value in values if _is_several(value, alone)}


def _is_several(value: str, alone: Collection[str]) -> bool:
    parts = [part for part in _SURE.split(value.strip()) if part]
    if len(parts) > 1:
        return True
    parts = [part.casefold() for part in _STROKE.split(value.strip()) if part]
    return len(parts) > 1 and len(set(parts)) > 1 and all(part in alone for part in parts)


def several_sql(column: str, found: Collection[str]) -> str:
    """SQL for whether a column holds one of these values."""
    return f"trim({column}) in ({', '.join(literal(value.strip()) for value in sorted(found))})"
