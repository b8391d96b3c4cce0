"""`overt.synth`: a register in which every person is invented, with faults that are known."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from overt.door._given import Given
from overt.door._shown import ShownResult, table_of
from overt.synthetic import AnswerKey, generate

_COLUMNS = {"control": pa.string(), "breached": pa.int64(), "digest": pa.string()}


class SyntheticRegister(ShownResult, os.PathLike[str]):
    """A folder that `overt.audit` takes, the day to audit it by, and how many breaches of each control were planted."""

    def __init__(self, folder: Path, key: AnswerKey) -> None:
        self.folder, self.key = folder, key

    def __fspath__(self) -> str:
        return str(self.folder)

    @property
    def as_of(self) -> dt.date:
        """The day to audit it by."""
        return self.key.as_of

    @property
    def table(self) -> pa.Table:
        """The answer key: a row for each control of which a breach was planted."""
        rows = [
            {"control": control, "breached": answer.breached, "digest": answer.digest}
            for control, answer in sorted(self.key.answers.items())
        ]
        return table_of(rows, _COLUMNS)

    def _said(self) -> tuple[str, tuple[str, ...]]:
        title = f"The synthetic register {self.key.kind}, {self.key.rows:,} entries"
        return title, (f"Every person in it is invented. Audit it as of {self.as_of}.",)

    def _rows(self) -> Sequence[Mapping[str, Any]]:
        return [{name: row[name] for name in ("control", "breached")} for row in self.table.to_pylist()]


def synth(kind: str, out: Given | None = None, *, rows: int | None = None, seed: int = 1) -> SyntheticRegister:
    """Makes a register whose planted breaches reproduce published counts, in a new folder.

    `kind` is one of those that `overt synth --help` names; the folder has its name if `out` is not given. `rows` is
    the number of entries, the published one if not given; the same `seed` makes the same bytes. Raises
    `overt.Refusal` for a kind that there is not and a folder that is already there.
    """
    folder = Path(out) if out is not None else Path(kind)
    return SyntheticRegister(folder, generate(kind, folder, rows=rows, seed=seed))
