"""What a check of a register says."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Discrepancy:
    """Something that does not fit: which leaf, in which table or file, and what. No value of a record is shown."""

    seq: int | None
    table: str
    found: str
