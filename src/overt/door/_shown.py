"""What every result is in Python: a table of Arrow, of pandas or of polars, and a piece of page in a notebook."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
from jinja2 import Template
from markupsafe import Markup

from overt.refusals import Refusal
from overt.visible import visible

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl

_MOST_SHOWN = 20


class ShownResult(ABC):
    """A result that is a table. `table` has a row for each thing that was asked."""

    @property
    @abstractmethod
    def table(self) -> pa.Table:
        """The rows, as Arrow. Numbers that are not known are null, never 0."""

    @abstractmethod
    def _said(self) -> tuple[str, tuple[str, ...]]:
        """What the result is, and what is to be said of it in sentences."""

    @abstractmethod
    def _rows(self) -> Sequence[Mapping[str, Any]]:
        """What a notebook shows of the table, by column."""

    def _more(self) -> tuple[str, Sequence[str]]:
        """What can be unfolded below the table, and under which title."""
        return "", ()

    def _plots(self) -> Sequence[Markup]:
        """Drawings of our own, below the table."""
        return ()

    def to_pandas(self) -> pd.DataFrame:
        """The table for pandas; refuses where pandas is not installed."""
        _need("pandas")
        return self.table.to_pandas()

    def to_polars(self) -> pl.DataFrame:
        """The table for polars; refuses where polars is not installed."""
        return _need("polars").from_arrow(self.table)  # type: ignore[no-any-return]

    def _repr_html_(self) -> str:
        title, sentences = self._said()
        rows = self._rows()
        unfolded, more = self._more()
        page = _template().render(
            title=title,
            sentences=sentences,
            rows=rows[:_MOST_SHOWN],
            columns=list(rows[0]) if rows else [],
            left=max(len(rows) - _MOST_SHOWN, 0),
            unfolded=unfolded,
            more=more,
            plots=self._plots(),
        )
        return visible(page)

    def __repr__(self) -> str:
        title, sentences = self._said()
        return f"<overt.{type(self).__name__}: {title}: {' '.join(sentences)}>"


def table_of(rows: Sequence[Mapping[str, Any]], columns: Mapping[str, pa.DataType]) -> pa.Table:
    """Rows as Arrow, with these columns and no others, also where there are no rows."""
    return pa.table(
        {name: pa.array([row.get(name) for row in rows], kind) for name, kind in columns.items()},
        schema=pa.schema(list(columns.items())),
    )


def written(files: Mapping[str, bytes], folder: Path) -> Path:
    """The files in a folder, which is made; other files that lie there stay."""
    try:
        for name, content in files.items():
            place = folder / name
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content)
    except OSError as error:
        fault = error.strerror or type(error).__name__
        raise Refusal("results-not-written", str(folder), fault, "a folder with room to write in") from error
    return folder


def _need(name: str) -> Any:
    try:
        return import_module(name)
    except ModuleNotFoundError as error:
        remedy = f"pip install {name}, or use .table, which is Arrow"
        raise Refusal("table-needs", f"to_{name}()", f"{name} is not installed", name, remedy) from error


@cache
def _template() -> Template:
    from overt.pages import page_environment  # noqa: PLC0415  only a notebook needs pages

    return page_environment(Path(__file__).with_name("templates")).get_template("result.html.j2")
