"""What is asked of a source, and what it came to."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from overt.disparities._axes import AGE_BANDS
from overt.disparities._darkness import Darkness
from overt.disparities._ethnicity import CodeList
from overt.disparities._labels import LabelAccount
from overt.disparities._measure_list import Measure
from overt.disparities._stay_words import StayTimes
from overt.disparities._submitted import (
    Submitted,
)
from overt.disparities._table import RateTable, Ungrouped
from overt.statistics import LEVEL, Method


@dataclass(frozen=True)
class DisparityQuestion:
    """What is asked. `by` are names of divisions; `populations` are files, FILE:MAPPING.sql or names.

    `since` and the day asked about bound flows. `trend` is a step of time or "", `sweep` are
    thresholds; `reference` is a group in the order of `by`, or empty for the default. `only` may name a
    column more than once: a row has one of the values. `schemes` are names or CSV files of group schemes. `within` is
    one of `by`: each of its groups, as each force, is compared with its own reference group.
    `adjust` asks for ratios of the first of `by` adjusted for the others. `darkness` is a place, as
    LATITUDE,LONGITUDE,ZONE, for the test of daylight against darkness.
    """

    measure: str
    by: tuple[str, ...]
    as_of: dt.date
    populations: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()
    reference: tuple[str, ...] = ()
    only: tuple[tuple[str, str], ...] = ()
    since: dt.date | None = None
    threshold: float | None = None
    sweep: tuple[float, ...] = ()
    outcomes: tuple[str, ...] = ()
    trend: str = ""
    codes: CodeList | None = None
    age_bands: tuple[int, ...] = AGE_BANDS
    level: float = LEVEL
    method: Method | None = None
    draws: int = 0
    seed: int = 1
    schemes: tuple[str, ...] = ()
    within: str = ""
    adjust: bool = False
    darkness: str = ""


@dataclass(frozen=True)
class TrendStep:
    """One period of a trend, or one threshold of a sweep, with its tables in the order of the main ones.

    `tables` is empty where nothing was submitted. `days` of a period lie within the time that the source covers.
    """

    label: str
    submitted: Submitted
    tables: tuple[RateTable, ...]
    missing: Ungrouped
    days: int = 0


@dataclass(frozen=True)
class Disparity:
    """The answer: one table for each population, the first of them the one that was named first.

    `warnings` are what must be read with the figures; `notes` what was taken for granted. `left_out` are in scope and
    in no share, since no outcome that decides it is recorded. `stays` is how long entries stayed, of a time to removal.
    """

    question: DisparityQuestion
    measure: Measure
    register: str
    source_digest: str
    synthetic: bool
    tables: tuple[RateTable, ...]
    missing: Ungrouped
    trend: tuple[TrendStep, ...] = ()
    sweep: tuple[TrendStep, ...] = ()
    warnings: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    read: tuple[LabelAccount, ...] = ()
    left_out: int = 0
    people: int | None = None
    darkness: Darkness | None = None
    stays: StayTimes | None = None

    @property
    def first(self) -> RateTable:
        """The table against the population that was named first."""
        return self.tables[0]
