"""What Overt proposes for a source, and the form that it makes of the proposal."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from overt.audits.mapping._mapping import open_parser
from overt.audits.mapping.form._form import (
    TRIM,
    Agreed,
    AsItIs,
    ByHand,
    Cell,
    ItemForm,
    MappingForm,
    Rows,
    ViewForm,
)
from overt.audits.mapping.form._read import recognise_sql
from overt.audits.mapping.form._sql import filled_where


@dataclass(frozen=True)
class Candidate:
    """One way to fill a column of the model from a column of the source.

    `origin` is that column, or empty for what stands in none, such as the number of the row. `sql` is the expression,
    or `None` where a choice is left that only a person can make. `why` is the reason, and `left` what remains to be
    decided. A candidate is `certain` if the column has a name that registers use, every value can be read, and none can
    name a person. `recipe` goes on where `why` ends, for people who write SQL and commands.
    """

    table: str
    column: str
    origin: str
    sql: str | None
    why: str
    left: str = ""
    certain: bool = False
    recipe: str = ""

    @property
    def name(self) -> str:
        """`table.column` of the model."""
        return f"{self.table}.{self.column}"


@dataclass(frozen=True)
class ProposedView:
    """A table of the model, and what it is filled with from a table of the source, named as a mapping names it.

    `person` is the column that numbers people, where rows of one person are put together. `filled` is a column without
    which a row is left out. `asked` are questions that no column of the model has been found for.
    """

    table: str
    source: str
    candidates: tuple[Candidate, ...]
    asked: tuple[str, ...] = ()
    person: str = ""
    filled: str = ""


@dataclass(frozen=True)
class SourceColumnSeen:
    """A column of the source: its table as a mapping names it, how many rows it has, are filled, and are different."""

    table: str
    column: str
    rows: int
    filled: int
    distinct: int


@dataclass(frozen=True)
class Proposal:
    """What is proposed for a source, `name` for people: views to begin with, and every column that was looked at."""

    name: str
    views: tuple[ProposedView, ...]
    columns: tuple[SourceColumnSeen, ...]

    def candidates(self, table: str, column: str) -> tuple[Candidate, ...]:
        """What a column of the source may fill, likeliest first."""
        return tuple(
            candidate
            for view in self.views
            if view.source == table
            for candidate in view.candidates
            if candidate.origin == column
        )

    @property
    def unused(self) -> tuple[SourceColumnSeen, ...]:
        """The columns that no view has a use for."""
        used = {(view.source, candidate.origin) for view in self.views for candidate in view.candidates}
        return tuple(column for column in self.columns if (column.table, column.column) not in used)


def form_of(proposal: Proposal, *, certain: bool = False) -> MappingForm:
    """The form of what is proposed, with the reasons as comments; with `certain`, only of what is certain.

    A candidate without an expression is said above its view.
    """
    with open_parser() as connection:
        views = [_view(connection, view, certain=certain) for view in proposal.views]
    return MappingForm(tuple(view for view in views if view.items), "", "\n")


def _view(connection: duckdb.DuckDBPyConnection, view: ProposedView, *, certain: bool) -> ViewForm:
    items: list[ItemForm | ByHand] = []
    open_questions = [*view.asked]
    for candidate in view.candidates:
        if candidate.sql is not None and (candidate.certain or not candidate.origin or not certain):
            choice = recognise_sql(connection, candidate.sql)
            note = f"guess ({candidate.why}{candidate.recipe})"
            if choice is None:
                items.append(ByHand(candidate.column, candidate.sql, note))
                continue
            if view.person and candidate.origin == view.person:
                choice = AsItIs(Cell(view.person, steps=(TRIM,)))
            elif view.person and not isinstance(choice, Agreed):
                choice, note = Agreed(choice), f"{note}; unknown where rows of one person differ"
            items.append(ItemForm(candidate.column, choice, note))
        asked = f"{candidate.why}{candidate.recipe}" if candidate.sql is None else candidate.left
        if asked and not certain:
            open_questions.append(f"{candidate.column} from “{candidate.origin}”: {asked}")
    by = Cell(view.person, steps=(TRIM,)) if view.person else None
    filled = by or (Cell(view.filled) if view.filled else None)
    lines = [f"{view.table}: one row for each {_what(view)}", *(f"decide: {each}" for each in open_questions)]
    note = "\n".join(" ".join(line.splitlines()) for line in lines)
    where = filled_where(filled) if filled else ""
    return ViewForm(view.table, Rows(view.source), tuple(items), where, by, note=note)


def _what(view: ProposedView) -> str:
    if view.person:
        return f"value of “{view.person}”, which appears in several rows"
    return f"row in which “{view.filled}” is filled" if view.filled else "row"
