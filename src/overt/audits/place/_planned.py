"""What a server would be asked, before it is asked: for its administrator to read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, cast

import sqlglot
from sqlglot import exp

from overt.audits.mapping import Mapping as MappingFile
from overt.audits.place._catalogue import CATALOGUE
from overt.audits.place._fillings import VIEW_TYPES
from overt.audits.place._options import ServerOptions
from overt.audits.place._prepare import prepare_in_place
from overt.audits.place._register import SNAPSHOT, InPlaceRegister, opened, proved, take_snapshot, told
from overt.audits.source import shown_url
from overt.controls import Control, Settings, run_control
from overt.controls.engines import Engine, Note, Statement

IF_NEEDED = (
    "the values of a coded column, if some are none of its codes",
    "the key that stands most often, if a key repeats",
    "columns that fix others, if a control asks about the source's columns",
    "each count of a table again without its blank rows, if it has any",
)
"""What is asked beside the statements of a plan, for it depends on their answers."""
# These read names and types and no row, and everything else rests on them.
_RUN = (SNAPSHOT, CATALOGUE, VIEW_TYPES)


def plan_in_place(
    location: str,
    options: ServerOptions,
    mapping: MappingFile | None,
    controls: Iterable[tuple[str, Control]],
    settings: Settings,
    *,
    profile: bool,
) -> list[dict[str, object]]:
    """Every statement of an audit in its order, with what it is for, what it reads and what it returns.

    Only the catalogue is asked, the types of what a mapping returns, and questions that read no table. Counts that a
    statement repeats are written as 0. Refuses what can be refused without reading a row.
    """
    url, options = options.of(location)
    shown = shown_url(location)
    with opened(url) as engine:
        proved(engine, shown)
        with _written_down(engine) as answer:
            state = take_snapshot(engine, options)
            placed = prepare_in_place(
                engine, location, options, mapping, snapshot=state, profile=profile, timeout=settings.timeout
            )
            engine.views.update(placed.views)
            # Of breaches that there may be the evidence is asked for as well.
            answer[0] = 1
            for pack, control in controls:
                run_control(control, pack, engine, settings, placed.prepared.filled.columns)
            answer[0] = 0
            InPlaceRegister(engine, placed, placed.snapshot, {}, settings.timeout, shown).check_unchanged()
            return [told(statement, placed.origins) for statement in engine.statements]


@contextmanager
def _written_down(engine: Engine) -> Iterator[list[int]]:
    """Lets the engine keep its statements and run none but those of the catalogue; the number is what it answers."""
    ask, answer = engine.fetch, [0]

    def fetch(sql: str, timeout: float | None = None, note: Note | None = None) -> list[tuple[Any, ...]]:
        if note is None or note.what in _RUN:
            return ask(sql, timeout, note)
        engine.statements.append(Statement(sql, note))
        query = cast("exp.Query", sqlglot.parse_one(sql, dialect=engine.dialect))
        return [(answer[0],) * len(query.selects)]

    engine.fetch = fetch  # type: ignore[method-assign]
    engine.reads_outside = lambda control, statement: []  # type: ignore[method-assign]
    yield answer
