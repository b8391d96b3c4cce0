"""`overt.open_register`: a register that Overt keeps, to be read."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

import pyarrow as pa

from overt.door._given import Day, Given, day
from overt.door._shown import ShownResult, table_of
from overt.refusals import Refusal
from overt.register import KEPT_TABLES, Register, examine, kept_columns

_COLUMNS = {"table": pa.string(), "rows": pa.int64()}


class OpenRegister(ShownResult, os.PathLike[str]):
    """A register that is open for reading. `table` counts the rows that stand now, by table of the model.

    It is a path too, so that `overt.audit` and `overt.disparity` take it. Nothing can be written through it: that is
    for the gate.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._register = Register.open(folder, finish=False)

    def __fspath__(self) -> str:
        return str(self.folder)

    def __enter__(self) -> OpenRegister:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Lets go of the register."""
        self._register.close()

    @property
    def name(self) -> str:
        """What the register is called."""
        return self._register.status().name

    @property
    def table(self) -> pa.Table:
        """How many rows of each table stand now."""
        rows = self._register.status().rows
        return table_of([{"table": name, "rows": count} for name, count in rows.items()], _COLUMNS)

    def rows(self, table: str, as_of: Day = None) -> pa.Table:
        """The rows of a table of the model as they stood at the end of a day, each value as text.

        Personal data are in them as the register has them: pseudonyms, and no names.
        """
        if table not in KEPT_TABLES:
            raise Refusal(
                "table-unknown", f"rows({table!r})", "this is not a table of a register", ", ".join(KEPT_TABLES)
            )
        last = dt.datetime.combine(day(as_of, "as_of"), dt.time.max, dt.UTC)
        values = [dict(version.values) for version in self._register.as_of(table, last)]
        columns = dict.fromkeys(kept_columns(table), pa.string())
        return table_of([{name: None if v is None else str(v) for name, v in row.items()} for row in values], columns)

    def check(self) -> pa.Table:
        """What does not fit: rows against their leaves, files against what is said of them. Empty where all fits."""
        discrepancies = examine(self.folder).discrepancies
        columns = {"seq": pa.int64(), "table": pa.string(), "found": pa.string()}
        rows = [{name: getattr(discrepancy, name) for name in columns} for discrepancy in discrepancies]
        return table_of(rows, columns)

    def _said(self) -> tuple[str, tuple[str, ...]]:
        status = self._register.status()
        last = status.last_recorded_at or "never"
        waiting = f" {status.waiting:,} holds are waiting." if status.waiting else ""
        state = f"{status.leaves:,} leaves of its log; last recorded {last}.{waiting}"
        return f"The register {status.name}", (state,)

    def _rows(self) -> Sequence[Mapping[str, Any]]:
        return [row for row in self.table.to_pylist() if row["rows"]]


def open_register(folder: Given) -> OpenRegister:
    """Opens a register that Overt keeps, to read it. Raises `overt.Refusal` where there is none.

    Use it with `with`, or close it.
    """
    return OpenRegister(Path(folder))
