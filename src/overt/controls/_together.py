"""How the rows of several controls lie over one another: what makes their counts parts of the same whole.

Controls that look at the same kind of row tell, together, more than each alone: what one examines and the next does
not is a number of rows too. So the rows of a table are counted by *pattern*: what each control says of a row. Any
figure of any of these controls is a sum of patterns, and the breaches of a month or a unit are patterns within it.

A control that returns the same key more than once has no pattern, since it does not count rows of one table; its
figures stand alone.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

from overt.controls._control import Control, Finding
from overt.controls._execute import Settings, rendered
from overt.controls._filled import Filled
from overt.controls.engines import Engine, SummaryQuery
from overt.model import TABLES

QUIET, BREACHED, UNKNOWN = 1, 2, 3
# So many controls share one number: two bits for each, in one integer of 64 bits.
_IN_ONE = 30
_TABLE_OF = {table.key.name: table.name for table in TABLES.values() if table.key}


@dataclass(frozen=True)
class Spread:
    """The breaches of some controls by month and period, or by unit.

    `controls` are those that have it. `parts` gives, by the controls that a row breaches and its label, how many rows.
    A label is a unit, or a month and the number of the stretch of days in it, as in "2018-05|0"; none where the row has
    no date or no unit. `boundaries` are the first days of every stretch but the first: provisions change on them.
    """

    name: str
    controls: tuple[int, ...]
    parts: Mapping[tuple[frozenset[int], str | None], int] = field(repr=False)
    boundaries: tuple[dt.date, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """As one process gives it to another."""
        return {
            "name": self.name,
            "controls": self.controls,
            "parts": [[sorted(breached), label, count] for (breached, label), count in self.parts.items()],
            "boundaries": [str(day) for day in self.boundaries],
        }

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> Self:
        """What `as_json` gave."""
        parts = {(frozenset(breached), label): count for breached, label, count in given["parts"]}
        days = tuple(dt.date.fromisoformat(day) for day in given["boundaries"])
        return cls(given["name"], tuple(given["controls"]), parts, days)


@dataclass(frozen=True)
class Together:
    """The controls that look at rows of one key, by their places among the findings, and the patterns of these rows.

    A pattern says what each control makes of a row; a control that does not examine it is not named. `table` is the
    table of the model whose rows these are, where every row of it is counted.
    """

    key: str
    controls: tuple[int, ...]
    patterns: Mapping[frozenset[tuple[int, int]], int] = field(repr=False)
    spreads: tuple[Spread, ...] = ()
    table: str | None = None

    def as_json(self) -> dict[str, Any]:
        """As one process gives it to another."""
        return {
            "key": self.key,
            "controls": self.controls,
            "patterns": [[sorted(pattern), count] for pattern, count in self.patterns.items()],
            "spreads": [each.as_json() for each in self.spreads],
            "table": self.table,
        }

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> Self:
        """What `as_json` gave."""
        patterns = {frozenset((place, said) for place, said in pattern): count for pattern, count in given["patterns"]}
        spreads = tuple(map(Spread.of, given["spreads"]))
        return cls(given["key"], tuple(given["controls"]), patterns, spreads, given["table"])


def rows_together(
    findings: Sequence[Finding], engine: Engine, settings: Settings, filled: Filled, rows: Mapping[str, int]
) -> Iterator[Together]:
    """The patterns of all rows that the controls of these findings examined. Raises what the engine raises."""
    by_key: dict[str, list[int]] = {}
    for place, finding in enumerate(findings):
        if finding.examined:
            by_key.setdefault(finding.control.key, []).append(place)
    for key, places in by_key.items():
        yield _together(key, places, _Asking(findings, engine, settings, filled), rows)


@dataclass(frozen=True)
class _Asking:
    findings: Sequence[Finding]
    engine: Engine
    settings: Settings
    filled: Filled

    def control(self, place: int) -> Control:
        return self.findings[place].control

    def source(self, place: int) -> str:
        """`from … where …` of one control's rows in scope."""
        control, in_force = self.control(place), self.control(place).in_force
        text = rendered(control, self.engine.dialect, self.settings, self.filled)
        window = (in_force.starts_on, in_force.ends_on) if in_force else None
        query = SummaryQuery(text, control.key, (), 0, evidence=False, dated=control.dated, window=window)
        return f"from ({query.control}) as control where {self.engine.scope(query) or 'true'}"

    def fetch(self, sql: str) -> list[tuple[object, ...]]:
        shadows = ", ".join(f"{name} as ({text})" for name, text in self.engine.views.items())
        return self.engine.fetch(f"with {shadows} {sql}" if shadows else sql, self.settings.timeout)


def _together(key: str, places: list[int], asking: _Asking, rows: Mapping[str, int]) -> Together:
    table = _TABLE_OF.get(key)
    table = table if table is not None and key in asking.filled.get(table, ()) else None
    found = _patterns(key, places, asking, table)
    once = [place for place in places if _agrees(asking.findings[place], place, found)]
    patterns: dict[frozenset[tuple[int, int]], int] = {}
    for pattern, count in found.items():
        kept = frozenset(each for each in pattern if each[0] in once)
        patterns[kept] = patterns.get(kept, 0) + count
    whole = table if table is not None and sum(patterns.values()) == rows.get(table) else None
    return Together(key, tuple(once), patterns, tuple(_spreads(once, asking)), whole)


def _patterns(key: str, places: list[int], asking: _Asking, table: str | None) -> dict[frozenset[tuple[int, int]], int]:
    groups = [places[start : start + _IN_ONE] for start in range(0, len(places), _IN_ONE)]
    parts = []
    for column, group in enumerate(groups):
        for at, place in enumerate(group):
            unit = 4**at
            case = (
                f"max(case when control.breach then {BREACHED * unit} when control.breach is null "
                f"then {UNKNOWN * unit} else {QUIET * unit} end)"
            )
            values = ", ".join(case if each == column else "0" for each in range(len(groups)))
            text = asking.engine.as_text(f"control.{key}")
            parts.append(f"select {text}, {values} {asking.source(place)} group by {text}")
    if table is not None:
        text = asking.engine.as_text(f"control.{key}")
        zeros = ", ".join("0" for _ in groups)
        parts.append(f"select {text}, {zeros} from (select {key} from {table}) as control group by {text}")
    names = [f"v{column}" for column in range(len(groups))]
    sums = ", ".join(f"sum({name}) as {name}" for name in names)
    by_key = f"select k, {sums} from ({_union(parts, ['k', *names])}) as one group by k"
    found: dict[frozenset[tuple[int, int]], int] = {}
    sql = f"select {', '.join(names)}, count(*) from ({by_key}) as rows_by_key group by {', '.join(names)}"
    for *said_of, count in asking.fetch(sql):
        pattern = frozenset(
            (place, said)
            for value, group in zip(said_of, groups, strict=True)
            for at, place in enumerate(group)
            if (said := int(str(value)) >> (2 * at) & 3)
        )
        found[pattern] = found.get(pattern, 0) + int(str(count))
    return found


def _union(parts: Iterable[str], names: Sequence[str]) -> str:
    """The parts one after the other, with names for their columns that every engine takes."""
    nothing = ", ".join(f"null as {name}" if name == "k" else f"0 as {name}" for name in names)
    return " union all ".join([f"select {nothing} where 1 = 0", *parts])


def _agrees(finding: Finding, place: int, found: Mapping[frozenset[tuple[int, int]], int]) -> bool:
    """Whether the patterns count what the control counted: they do not where it returns a key twice."""
    counted = dict.fromkeys((QUIET, BREACHED, UNKNOWN), 0)
    for pattern, count in found.items():
        said = dict(pattern).get(place)
        if said:
            counted[said] += count
    breached, unknown = finding.breached or 0, finding.unknown or 0
    return (counted[BREACHED], counted[UNKNOWN], sum(counted.values())) == (breached, unknown, finding.examined)


def _spreads(places: Sequence[int], asking: _Asking) -> Iterable[Spread]:
    """Breaches by month for each column of dates, and by unit."""
    breached = [place for place in places if asking.findings[place].breached]
    dated: dict[str, list[int]] = {}
    for place in breached:
        if (column := asking.control(place).dated) is not None and asking.findings[place].by_month:
            dated.setdefault(column, []).append(place)
    for column, group in dated.items():
        days = sorted({day for place in group for day in _boundaries(asking.control(place))})
        label = f"{_month(asking, column)} || '|' || {_stretch(asking, column, days)}"
        yield Spread(column, tuple(group), _spread(group, label, asking), tuple(days))
    with_units = [place for place in breached if asking.findings[place].by_unit]
    if with_units:
        yield Spread("unit", tuple(with_units), _spread(with_units, asking.engine.as_text("control.unit"), asking))


def _month(asking: _Asking, column: str) -> str:
    return asking.engine.month(f"control.{column}")


def _boundaries(control: Control) -> Iterable[dt.date]:
    """The first days of stretches in which the same provisions are in force."""
    for basis in control.basis:
        if basis.starts_on:
            yield basis.starts_on
        if basis.ends_on:
            yield basis.ends_on + dt.timedelta(days=1)


def _stretch(asking: _Asking, column: str, days: Sequence[dt.date]) -> str:
    cases = " ".join(
        f"when control.{column} < {asking.engine.day(day)} then '{place}'" for place, day in enumerate(days)
    )
    return f"case {cases} else '{len(days)}' end" if cases else "'0'"


def _spread(group: Sequence[int], label: str, asking: _Asking) -> dict[tuple[frozenset[int], str | None], int]:
    found: dict[tuple[frozenset[int], str | None], int] = {}
    parts = [
        f"select {asking.engine.as_text(f'control.{asking.control(place).key}')}, {2**at}, {label} "
        f"{asking.source(place)} and control.breach"
        for at, place in enumerate(group[:60])
    ]
    nothing = "select null as k, 0 as v, null as label where 1 = 0"
    by_key = (
        f"select k, sum(v) as v, max(label) as label from ({' union all '.join([nothing, *parts])}) as one group by k"
    )
    sql = f"select v, label, count(*) from ({by_key}) as rows_by_key group by v, label"
    for value, name, count in asking.fetch(sql):
        breached = frozenset(place for at, place in enumerate(group[:60]) if int(str(value)) >> at & 1)
        key = breached, None if name is None else str(name)
        found[key] = found.get(key, 0) + int(str(count))
    return found
