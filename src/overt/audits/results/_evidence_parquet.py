"""The evidence of one control as Parquet."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Sequence

import pyarrow as pa
import pyarrow.parquet as pq

from overt.audits.results import _words as words
from overt.audits.results._figures import ShownFinding, ShownRun
from overt.controls import Scalar
from overt.pages import cell


def parquet_bytes(run: ShownRun, shown: ShownFinding, names: list[str], columns: list[list[Scalar]]) -> bytes:
    """The rows of one control as a Parquet file that says what they are of."""
    arrays = [_array(values) for values in columns]
    about = {
        "overt.control": shown.control.id,
        "overt.pack": shown.pack,
        "overt.as_of": run.recipe.as_of.isoformat(),
        "overt.synthetic": words.SYNTHETIC if run.synthetic else "no",
    }
    schema = pa.schema([pa.field(name, array.type) for name, array in zip(names, arrays, strict=True)], metadata=about)
    stream = io.BytesIO()
    pq.write_table(pa.Table.from_arrays(arrays, schema=schema), stream, compression="zstd", version="2.6")
    return stream.getvalue()


def _array(values: Sequence[Scalar]) -> pa.Array:
    kind = _kind(values)
    if kind is None:
        return pa.array([None if value is None else cell(value) for value in values], pa.string())
    return pa.array(values, kind)


def _kind(values: Sequence[Scalar]) -> pa.DataType | None:
    """The one type that all values have; `None` where they have none or several, and text must do."""
    kinds = {
        bool: pa.bool_(),
        int: pa.int64(),
        float: pa.float64(),
        dt.date: pa.date32(),
        dt.datetime: pa.timestamp("us"),
    }
    types = {type(value) for value in values if value is not None}
    only = types.pop() if len(types) == 1 else None
    if only is int and any(isinstance(value, int) and abs(value) >= 2**63 for value in values):
        return None
    return kinds.get(only) if only is not None else None
