"""Standardised rates: what each group's rate would be if it were spread over ages, or areas, as all people are.

The strata are those that groups are compared within; the standard is the people of all groups of the same population in
each, so that it is never another country's. A group that is younger than others has more stops than they at equal
treatment of every age; its standardised rate has not.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from overt.disparities._axes import axis_title
from overt.disparities._bounds import THOUSAND
from overt.disparities._figure import figure
from overt.disparities._persons import IntervalBasis
from overt.disparities._question import Disparity
from overt.disparities._table import RateRow, RateTable
from overt.disparities._within import group_of, tables_within
from overt.statistics import Counted, Standardised, standardised, standardised_ratio

_FEW = "fewer than 10 are counted in all"


@dataclass(frozen=True)
class StandardisedRate:
    """A group's rate for each thousand, standardised over `within`, beside its crude one, and the ratio of both.

    `why` says why there is no rate, `no_interval` why a rate has no limits. `empty` strata have nobody of the group.
    """

    group: str
    population: str
    reference: str
    within: str
    rate_per_1000: float | None = None
    low: float | None = None
    high: float | None = None
    crude_per_1000: float | None = None
    ratio: float | None = None
    ratio_low: float | None = None
    ratio_high: float | None = None
    empty: int = 0
    is_reference: bool = False
    why: str = ""
    no_interval: str = ""

    def told(self, level: float) -> str:
        """The rate in words."""
        begun = f"{self.group}, {self.population}, standardised by {axis_title(self.within)}"
        if self.rate_per_1000 is None:
            return f"{begun}: no rate is given, since {self.why}."
        empty = f"; {self.empty} parts have no one of this group" if self.empty else ""
        sentence = f"{begun}: {figure(self.rate_per_1000)} per 1,000 (crude {figure(self.crude_per_1000)}{empty})"
        if self.is_reference or self.ratio is None:
            return f"{sentence}."
        limits = f"no interval: {self.no_interval}" if self.no_interval else "no limit on one side"
        if self.ratio_low is not None and self.ratio_high is not None:
            limits = f"{level:.0%} interval {figure(self.ratio_low)} to {figure(self.ratio_high)}"
        return f"{sentence}, {figure(self.ratio)} times that of {self.reference} ({limits})."


def standardised_rates(disparity: Disparity) -> tuple[StandardisedRate, ...]:
    """One for each population and group, where groups are compared within something and people are known in it."""
    question = disparity.question
    return tuple(
        rate
        for table, place in tables_within(disparity)
        if table.has_rates
        for rate in _of_table(table, place, question.within, question.level)
    )


def _of_table(table: RateTable, place: int, within: str, level: float) -> Iterator[StandardisedRate]:
    strata = sorted({str(row.parts[place]) for row in table.rows})
    standard = dict.fromkeys(strata, 0.0)
    groups: dict[str, dict[str, RateRow]] = {}
    names = {row.parts: group_of(row, place) for row in table.rows}
    for row in table.rows:
        standard[str(row.parts[place])] += row.population or 0.0
        groups.setdefault(names[row.parts], {})[str(row.parts[place])] = row
    rates = {group: _rate(rows, strata, standard, level) for group, rows in groups.items()}
    for group, rows in groups.items():
        reference = next((names[row.against] for row in rows.values() if row.against in names), "")
        base = StandardisedRate(group, table.population, table.reference, within, is_reference=group == reference)
        found, against = rates[group], rates.get(reference)
        if isinstance(found, str):
            yield replace(base, why=found)
            continue
        of = standardised_ratio(found, against) if isinstance(against, Standardised) else (None, None, None)
        lacks = next((row.no_interval for row in rows.values() if row.no_interval), "")
        if not lacks and any(row.basis is IntervalBasis.EVENTS for row in rows.values()):
            lacks = "it is not known whose the events are"
        base = replace(
            base,
            rate_per_1000=found.rate * THOUSAND,
            crude_per_1000=found.crude * THOUSAND,
            ratio=of[0],
            empty=found.empty,
            no_interval=lacks,
        )
        if not lacks:
            limits = found.low * THOUSAND, found.high * THOUSAND
            base = replace(base, low=limits[0], high=limits[1], ratio_low=of[1], ratio_high=of[2])
        yield base


def _rate(
    rows: Mapping[str, RateRow], strata: Sequence[str], standard: Mapping[str, float], level: float
) -> Standardised | str:
    """The standardised rate of one group, or why there is none."""
    if any(row.withheld for row in rows.values()):
        return "a figure in one of the parts is withheld"
    if any(row.count and not row.population for row in rows.values()):
        return "some are counted where the population has no number"
    cells = [
        Counted(row.count, row.population or 0.0, row.dispersion or 1.0) if (row := rows.get(name)) else Counted(0, 0.0)
        for name in strata
    ]
    return standardised(cells, [standard[name] for name in strata], level) or _FEW
