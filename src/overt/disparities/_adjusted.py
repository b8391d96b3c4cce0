"""Ratios of the groups of the first division, adjusted for the others by a regression model whose formula is shown."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from overt.disparities._bounds import BoundLimits
from overt.disparities._figure import figure
from overt.disparities._measure_list import MeasureShape
from overt.disparities._persons import IntervalBasis
from overt.disparities._question import Disparity, DisparityQuestion
from overt.disparities._table import INSIDE, RateTable
from overt.pages import p_words
from overt.refusals import Refusal
from overt.statistics import Counted, adjusted, adjusted_ratios

ASSUMPTIONS = (
    "The model takes the ratio between two groups to be the same in every combination of the other divisions, and "
    "adjusts only for the divisions that it names: what is not recorded is not adjusted for. If a division is itself "
    "decided by the same practice, such as the reason recorded for a stop, adjusting for it can hide a difference. An "
    "adjusted ratio describes the counts and does not explain them."
)


@dataclass(frozen=True)
class AdjustedGroup:
    """One group's adjusted ratio beside the crude one, or in `why` the reason why there is none.

    `of` is "rates" or "odds". `bounds` hold the ratio whichever group those without one belong to.
    """

    group: str
    population: str
    reference: str
    of: str
    formula: str
    ratio: float | None = None
    low: float | None = None
    high: float | None = None
    p_value: float | None = None
    p_adjusted: float | None = None
    crude: float | None = None
    dispersion: float | None = None
    degrees: int | None = None
    cells: int | None = None
    silent: int | None = None
    bounds: BoundLimits | None = None
    must_be_bounded: bool = False
    of_events: bool = False
    why: str = ""

    def told(self, level: float) -> str:
        """The ratio in words, with the formula."""
        begun = f"{self.group} compared with {self.reference}, {self.population}, {self.formula}"
        if self.ratio is None or self.p_value is None or self.p_adjusted is None:
            return f"{begun}: no ratio is given, since {self.why}."
        events = ", events, not people" if self.of_events else ""
        limits = f"{level:.0%} interval {figure(self.low)} to {figure(self.high)}{events}"
        p_values = f"p {p_words(self.p_value)}, adjusted for the number of groups {p_words(self.p_adjusted)}"
        sentence = (
            f"{begun}: ratio of {self.of} {figure(self.ratio)} ({limits}; dispersion {figure(self.dispersion)}, "
            f"{p_values}); crude {figure(self.crude)}. {self.cells} combinations took part"
        )
        sentence += f", and {self.silent} say nothing of it." if self.silent else "."
        if self.must_be_bounded and self.bounds:
            limits = f"{figure(self.bounds.low)} to {figure(self.bounds.high)}"
            sentence += f" Depending on which groups the rows without one belong to, the ratio could be {limits}."
        return sentence


def check_adjustment(question: DisparityQuestion) -> None:
    """Refuses to adjust where there is nothing to adjust for."""
    if question.adjust and len(question.by) < 2:
        raise Refusal(
            "disparity-needs",
            "--adjust",
            f"--by has {len(question.by)} division",
            "the groups to compare and one or two divisions to adjust for, such as ethnicity_self_group,sex",
        )


def adjusted_groups(disparity: Disparity) -> tuple[AdjustedGroup, ...]:
    """One for each population and group, with p-values adjusted for all of them. Refuses without the extra."""
    if not disparity.question.adjust:
        return ()
    try:
        groups = [one for table in disparity.tables if table.has_rates for one in _of_table(disparity, table)]
    except ModuleNotFoundError as error:
        remedy = "pip install 'overt[regression]'"
        found = f"{error.name} is not installed"
        raise Refusal("disparity-needs-extra", "--adjust", found, "", remedy) from None
    p_values = iter(adjusted([one.p_value for one in groups if one.p_value is not None]))
    return tuple(one if one.p_value is None else replace(one, p_adjusted=next(p_values)) for one in groups)


def _of_table(disparity: Disparity, table: RateTable) -> Iterator[AdjustedGroup]:
    question = disparity.question
    shares = table.population == INSIDE and disparity.measure.shape is not MeasureShape.EXPOSURE
    left = "log odds" if shares else "log(count / people)" if table.population != INSIDE else "log(count / years)"
    reference = str(next((row.parts[0] for row in table.rows if row.is_reference), ""))
    sums: dict[str, Counted] = {}
    for row in table.rows:
        had = sums.get(str(row.parts[0]), Counted(0, 0))
        sums[str(row.parts[0])] = Counted(had.count + row.count, had.population + (row.population or 0))
    base = AdjustedGroup(
        "",
        table.population,
        reference,
        "odds" if shares else "rates",
        f"{left} = {' + '.join(('intercept', *question.by))}",
        must_be_bounded=table.missing.must_be_shown,
        of_events=any(row.basis is IntervalBasis.EVENTS for row in table.rows),
    )
    names = [name for name in sums if name != reference]
    why = _why_none(table)
    cells = [(tuple(map(str, row.parts)), Counted(row.count, row.population or 0.0)) for row in table.rows]
    model = why or adjusted_ratios(cells, reference, shares=shares, level=question.level)
    if isinstance(model, str):
        yield from (replace(base, group=name, why=model) for name in names)
        return
    ratios = {one.group: one for one in model.ratios}
    for name in names:
        one = ratios.get(name)
        if one is None:
            yield replace(base, group=name, why="none of this group, or all of them, are counted")
            continue
        yield replace(
            base,
            group=name,
            ratio=one.ratio,
            low=one.low,
            high=one.high,
            p_value=one.p_value,
            crude=_crude(sums[name], sums[reference], shares),
            dispersion=model.dispersion,
            degrees=model.degrees,
            cells=model.cells,
            silent=model.silent,
            bounds=_bounds(one.ratio, sums[name], sums[reference], table.missing.count, shares),
        )


def _why_none(table: RateTable) -> str:
    if any(row.withheld for row in table.rows):
        return "a figure in one of the combinations is withheld"
    if any(row.count and not row.population for row in table.rows):
        return "some are counted where the population has no number"
    return ""


def _crude(group: Counted, reference: Counted, shares: bool) -> float | None:
    if not reference.count or not group.population:
        return None
    if not shares:
        return group.rate / reference.rate
    rest = (group.population - group.count) * reference.count
    return group.count * (reference.population - reference.count) / rest if rest else None


def _bounds(ratio: float, group: Counted, reference: Counted, missing: int, shares: bool) -> BoundLimits | None:
    """The ratio if all without a group were counted on the one side, or on the other."""
    if not missing:
        return None
    up, down = (group.count + missing) / group.count, reference.count / (reference.count + missing)
    if shares:
        of_group, of_reference = group.population - group.count, reference.population - reference.count
        up = max(up, (of_reference + missing) / of_reference)
        down = min(down, of_group / (of_group + missing))
    return BoundLimits(ratio * down, ratio * up)
