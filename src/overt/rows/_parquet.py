"""Parquet in batches, each text held to what texts of every other kind of file are held to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from overt.refusals import Refusal
from overt.rows._headers import check_header
from overt.rows._reading import ReadingLimits
from overt.workbooks import column_letter

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True)
class ParquetRows:
    """A Parquet file: the names and types of its columns, and its rows."""

    path: Path
    name: str
    schema: pa.Schema
    limits: ReadingLimits

    def batches(self, size: int, columns: Sequence[str] | None = None) -> Iterator[pa.RecordBatch]:
        """Some columns, or all, in batches of so many rows. Refuses texts over the limit and NUL, by row and column."""
        import pyarrow.parquet as pq  # noqa: PLC0415  it takes long to load, and most files never need it

        with _whole(self.name), pq.ParquetFile(self.path) as file:
            done = 0
            for batch in file.iter_batches(size, columns=None if columns is None else list(columns)):
                for name, column in zip(batch.schema.names, batch.columns, strict=True):
                    self._check(column, self.schema.names.index(name) + 1, done)
                done += batch.num_rows
                yield batch

    def _check(self, column: pa.Array, number: int, before: int) -> None:
        import pyarrow as pa  # noqa: PLC0415
        import pyarrow.compute as pc  # noqa: PLC0415

        kind = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
        if not (pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind)):
            return
        column = column.cast(pa.large_string())
        lengths = pc.utf8_length(column)
        if (pc.max(lengths).as_py() or 0) > self.limits.field_characters:
            row = pc.index(pc.greater(lengths, self.limits.field_characters), True).as_py()
            raise text_too_long(self.name, before + row + 1, number, self.limits)
        nul = pc.match_substring(column, "\0")
        if pc.any(nul).as_py():
            raise nul_in_text(self.name, before + pc.index(nul, True).as_py() + 1, number)


def open_parquet(path: Path, name: str, limits: ReadingLimits) -> ParquetRows:
    """The file. Refuses one that is damaged or cut short, and column names that are blank or stand twice."""
    import pyarrow.parquet as pq  # noqa: PLC0415  it takes long to load, and most files never need it

    with _whole(name):
        schema = pq.read_schema(path)
    check_header(name, schema.names, limits)
    return ParquetRows(path, name, schema, limits)


@contextmanager
def _whole(name: str) -> Iterator[None]:
    import pyarrow as pa  # noqa: PLC0415

    try:
        yield
    except (pa.ArrowException, OSError) as error:
        raise parquet_broken(name, error) from None


def parquet_broken(name: str, error: Exception) -> Refusal:
    """The refusal of a file that is no whole Parquet file."""
    return Refusal(
        "parquet-broken",
        name,
        f"the file cannot be read to its end ({type(error).__name__})",
        "a complete Parquet file that is not encrypted",
        "download or export the file again",
    )


def text_too_long(name: str, row: int, column: int, limits: ReadingLimits) -> Refusal:
    """The refusal of a text over the limit, by its row and column."""
    return Refusal(
        "field-too-long",
        f"{name}, row {row}, column {column_letter(column)}",
        f"a text of more than {limits.field_characters} characters",
        f"at most {limits.field_characters} characters",
        "check that row. Often an earlier quotation mark was never closed",
    )


def nul_in_text(name: str, row: int | None, column: int) -> Refusal:
    """The refusal of a text that holds a NUL character."""
    where = f"{name}, row {row}, column {column_letter(column)}"
    return Refusal("nul-byte", where, "a value contains a NUL character", "text", "export the file again without it")
