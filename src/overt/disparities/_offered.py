"""Which measures can be asked of a source, by the columns that it fills; no data is read."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from overt.disparities._axes import AXES, axis_title, find_axis
from overt.disparities._measure_list import MEASURES, Measure
from overt.disparities._measures import has_in, missing_columns


@dataclass(frozen=True)
class OfferedMeasure:
    """A measure with the divisions that the columns allow, as names with their titles; or the columns that it lacks."""

    measure: Measure
    divisions: Mapping[str, str]
    lacks: tuple[str, ...] = ()

    @property
    def can_be_asked(self) -> bool:
        """Whether there is nothing that it lacks."""
        return not self.lacks


def offered(filled: Mapping[str, Collection[str]]) -> tuple[OfferedMeasure, ...]:
    """Every measure, for a source that fills these columns, by table."""
    return tuple(_offered(measure, filled) for measure in MEASURES.values())


def _offered(measure: Measure, filled: Mapping[str, Collection[str]]) -> OfferedMeasure:
    has = has_in(filled)
    axes = {name: find_axis(measure.table, name).columns for name in AXES[measure.table]}
    divisions = {name: axis_title(name) for name, columns in axes.items() if any(map(has, columns))}
    lacks = missing_columns(measure, [], has)
    if not lacks and not divisions:
        lacks = ["subject.ethnicity_self, or another column to divide by"]
    return OfferedMeasure(measure, divisions, tuple(lacks))
