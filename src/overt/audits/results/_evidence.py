"""The evidence of each breached control: its lowest rows, as Parquet and as CSV."""

from __future__ import annotations

from collections.abc import Sequence

from overt.audits.results import _words as words
from overt.audits.results._figures import ShownFinding, ShownRun
from overt.controls import Scalar
from overt.pages import csv_bytes

FOLDER = "evidence"
MARK = "synthetic"


def evidence_files(run: ShownRun) -> dict[str, bytes]:
    """Path in the folder and content of each evidence file; none where evidence is off or withheld."""
    files: dict[str, bytes] = {}
    for shown in run.findings:
        rows = evidence_rows(shown)
        if not rows:
            continue
        # It takes long to load, and an audit that keeps no rows does without.
        from overt.audits.results._evidence_parquet import parquet_bytes  # noqa: PLC0415

        names, columns = _columns(rows, run.synthetic)
        stem = f"{FOLDER}/{shown.evidence_name}"
        files[f"{stem}.csv"] = csv_bytes(names, zip(*columns, strict=True))
        files[f"{stem}.parquet"] = parquet_bytes(run, shown, names, columns)
    return files


def evidence_rows(shown: ShownFinding) -> Sequence[dict[str, Scalar]]:
    """The rows of a finding's evidence; the bare keys where no more was kept."""
    return shown.rows or [{shown.control.key: key} for key in shown.keys]


def _columns(rows: Sequence[dict[str, Scalar]], synthetic: bool) -> tuple[list[str], list[list[Scalar]]]:
    names = list(dict.fromkeys(name for row in rows for name in row))
    columns = [[row.get(name) for row in rows] for name in names]
    if synthetic:
        # A copied file keeps no folder around it, so each row says that it is made up.
        return [*names, MARK], [*columns, [words.SYNTHETIC] * len(rows)]
    return names, columns


def _parquet(run: ShownRun, shown: ShownFinding, names: list[str], columns: list[list[Scalar]]) -> bytes:
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
