"""What is known of a source before the first control is asked of it, wherever it lies."""

from __future__ import annotations

from dataclasses import dataclass

from overt.audits._run import ColumnFill
from overt.audits.mapping import Filled, Mapping
from overt.audits.source import SourceAccount


@dataclass(frozen=True)
class Prepared:
    """A source that was read and mapped.

    `fills` says how complete each column of the source is; `absent` names the tables of the model that
    it does not fill.
    """

    account: SourceAccount
    mapping: Mapping | None
    filled: Filled
    fills: tuple[ColumnFill, ...]
    absent: tuple[str, ...]

    @property
    def notes(self) -> tuple[str, ...]:
        """What a reader of the results must know of how the source was read."""
        unread = tuple(f"{name}: ignored: it contains no table" for name in self.account.unread)
        outside = tuple(f"{name}: ignored: not part of the model" for name in self.filled.outside)
        return (*self.account.notes, *unread, *self.filled.notes, *outside)
