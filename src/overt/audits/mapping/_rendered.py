"""A view of a mapping written for the server that holds the source: with the same meaning, or refused by name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from overt.audits.mapping._mapping import MappedView

DIALECTS = ("postgres", "spark")


@dataclass(frozen=True)
class ServerTable:
    """A table of a server: its name as SQL there, quoted and with its schema, and the server's type of each column."""

    relation: str
    columns: Mapping[str, str]


@dataclass(frozen=True)
class RenderedView:
    """A select for a server.

    `sql` gives the columns of `MappedView.columns` under their names. For a column in which a strict conversion can
    fail, `failing` names one more column of `sql`: a boolean that is true in the rows where it fails, in which the
    value is null. DuckDB stops at such a row, so an audit refuses a mapping that has one, with their number.
    """

    sql: str
    columns: tuple[str, ...]
    failing: Mapping[str, str] = field(default_factory=dict)


def render_view(view: MappedView, dialect: str, tables: Mapping[str, ServerTable], where: str) -> RenderedView:
    """Writes a view for a server, `postgres` or `spark`.

    `tables` are the source's, by their names in lower case as the mapping writes them. Refuses, all at once and with
    their lines, functions, casts and patterns that the engine does not give DuckDB's meaning; the lines count from
    `where`, the name of the mapping.
    """
    raise NotImplementedError
