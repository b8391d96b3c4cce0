"""Runs one control on one engine and says what came of it."""

from __future__ import annotations

import datetime as dt
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from overt.controls._control import MEMORY_LIMIT, Control, Finding, LawCount, Scalar, Verdict
from overt.controls._filled import EVERYTHING, Filled, lacking
from overt.controls._prepared import Value
from overt.controls.engines import Engine, Note, ReadsOutside, Summary, SummaryQuery, TimeLimit
from overt.model import TABLES

_NAMES = {*TABLES, *(column.name for table in TABLES.values() for column in table.columns)}
_QUOTED = re.compile(r"""["'`]([^"'`]*)["'`]""")


# DuckDB keeps fewer than a million lowest rows in one aggregate.
MOST_ROWS = 999_999


class Evidence(StrEnum):
    """How much of a breach is kept: the counts alone, the lowest keys, or every breaching row, 999,999 at most."""

    NONE = "none"
    KEYS = "keys"
    ROWS = "rows"


@dataclass(frozen=True)
class Settings:
    """Settings that are the same for every control in a run: the date, the thresholds, the evidence, the time limit.

    `limit` is how many rows of evidence a finding carries; `timeout` is in seconds for one control.
    `accepted` gives, by control, the keys whose breach somebody has accepted; `None` is all of them.
    """

    as_of: dt.date
    thresholds: Mapping[str, Value] = field(default_factory=dict)
    evidence: Evidence = Evidence.KEYS
    limit: int = 100
    timeout: float | None = 300
    accepted: Mapping[str, tuple[str, ...] | None] = field(default_factory=dict)

    @property
    def rows_kept(self) -> int:
        """Return the maximum number of evidence rows in a finding. With `rows`, the limit is what fits in memory."""
        return MOST_ROWS if self.evidence is Evidence.ROWS else self.limit


Summarise = Callable[[SummaryQuery, float | None], Summary]
"""Gives the summary of a query within so many seconds, as `Engine.summarise` does."""


def run_control(
    control: Control,
    pack: str,
    engine: Engine,
    settings: Settings,
    filled: Filled = EVERYTHING,
    *,
    summarise: Summarise | None = None,
) -> Finding:
    """The control's answer. A control that the engine cannot run is `failed`, never met and never breached.

    Refuses a control that would read something else than the model. `filled` says which columns the source really
    has: a control that needs another is not run, and one that can do without it is answered without it. `summarise`
    asks the engine otherwise than at once.
    """
    missing = missing_for(control, filled)
    if missing:
        return Finding(control, pack, Verdict.CANNOT_BE_SHOWN, missing=missing, reason="the source does not have it")
    started = time.perf_counter()
    query = _query(control, engine, settings, filled)
    try:
        summary = (summarise or engine.summarise)(query, settings.timeout)
        accepted = _accepted(control, query, summary, engine, settings)
    except ReadsOutside as error:
        raise error.refusal(f"{pack}, {control.id}") from None
    except TimeLimit as error:
        return Finding(control, pack, Verdict.FAILED, reason=f"time limit: {error}")
    except Exception as error:
        # Whatever an engine raises, the answer is the same: this control was not answered.
        return Finding(control, pack, Verdict.FAILED, reason=_without_values(error))
    return Finding(
        control,
        pack,
        _verdict(summary),
        summary.examined,
        summary.breached,
        summary.unknown,
        accepted,
        keys=tuple(_key(control, row) for row in summary.rows[: settings.limit]),
        digest=f"{summary.digest:032x}" if settings.evidence is not Evidence.NONE else None,
        rows=summary.rows,
        law=_law(control, summary, settings),
        by_month=summary.by_month,
        by_unit=summary.by_unit,
        without=lacking(control.optional, filled),
        seconds=time.perf_counter() - started,
    )


def missing_for(control: Control, filled: Filled) -> tuple[str, ...]:
    """The tables and `table.column`s that the control needs and the source does not have."""
    missing = []
    for table, columns in control.needs.items():
        if table not in filled:
            missing.append(table)
        else:
            missing += [f"{table}.{column}" for column in columns if column not in filled[table]]
    return tuple(missing)


def rendered(control: Control, dialect: str, settings: Settings, filled: Filled = EVERYTHING) -> str:
    """The control's text as the engine of `dialect` will be given it, of a source that fills these columns."""
    parameters = {**settings.thresholds, "as_of": settings.as_of}
    prepared = control.prepared
    if dialect == "duckdb" and prepared and prepared.sql == control.sql and not lacking(control.optional, filled):
        select = prepared.filled_in(parameters)
        if select is not None:
            return select
    from overt.controls._compile import render_text  # noqa: PLC0415  the parser takes long to load

    return render_text(control.sql, dialect, parameters, filled)


def _query(control: Control, engine: Engine, settings: Settings, filled: Filled) -> SummaryQuery:
    in_force = control.in_force
    return SummaryQuery(
        control=rendered(control, engine.dialect, settings, filled),
        key=control.key,
        columns=tuple(column for column in control.columns if column != "breach"),
        limit=settings.rows_kept,
        evidence=settings.evidence is not Evidence.NONE,
        dated=control.dated,
        window=(in_force.starts_on, in_force.ends_on) if in_force else None,
        periods=tuple((basis.starts_on, basis.ends_on) for basis in control.basis) if control.dated else (),
        unit="unit" if "unit" in control.columns else None,
        note=_note(control, settings),
    )


def _note(control: Control, settings: Settings) -> Note:
    returns = "counts"
    if settings.evidence is not Evidence.NONE:
        most = f"{settings.rows_kept:,}"
        returns = f"counts, a digest, the lowest keys with their columns ({most} at most), counts by month and by unit"
    return Note(f"{control.id}: {control.title}", tuple(control.reads), returns)


def _verdict(summary: Summary) -> Verdict:
    if summary.examined == 0:
        return Verdict.NOT_APPLICABLE
    if summary.breached:
        return Verdict.BREACHED
    return Verdict.CANNOT_BE_SHOWN if summary.unknown else Verdict.MET


def _key(control: Control, row: Mapping[str, Scalar]) -> str:
    value = row[control.key]
    return "" if value is None else str(value)


def _accepted(control: Control, query: SummaryQuery, summary: Summary, engine: Engine, settings: Settings) -> int:
    if control.id not in settings.accepted or not summary.breached:
        return 0
    keys = settings.accepted[control.id]
    return summary.breached if keys is None else engine.count_breaching(query, keys, settings.timeout)


def _law(control: Control, summary: Summary, settings: Settings) -> tuple[LawCount, ...]:
    """The law on each breaching row's date; where rows have no date of their own, on the date of the audit."""
    if control.dated and summary.periods:
        counted = zip(control.basis, summary.periods, strict=True)
        return tuple(LawCount(basis, breached) for basis, breached in counted if breached)
    return tuple(LawCount(basis, summary.breached) for basis in control.law_on(settings.as_of))


def _without_values(error: Exception) -> str:
    """The first line of what an engine says. What it quotes may be a record's value, unless the model has that name."""
    if isinstance(error, MemoryError) or type(error).__name__ == "OutOfMemoryException":
        return f"{MEMORY_LIMIT}: it fits neither into the memory allowed (--memory) nor on the disk beside it"
    text = str(error).strip() or type(error).__name__
    return _QUOTED.sub(lambda quoted: quoted[0] if quoted[1] in _NAMES else "…", text.splitlines()[0])[:300]
