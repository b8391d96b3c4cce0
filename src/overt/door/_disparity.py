"""`overt.disparity`: how what a register does is spread over groups."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import pyarrow as pa
from markupsafe import Markup

from overt import disparities as measuring
from overt.audits import FileReading, Reading
from overt.door._given import Day, Given, Machine, Source, day, some, source_options
from overt.door._progress import progress
from overt.door._shown import ShownResult, table_of, written

_COLUMNS = {
    "benchmark": pa.string(),
    "group": pa.string(),
    "count": pa.int64(),
    "population": pa.float64(),
    "rate_per_1000": pa.float64(),
    "rate_low": pa.float64(),
    "rate_high": pa.float64(),
    "rate_cover": pa.string(),
    "relative_rate": pa.float64(),
    "low": pa.float64(),
    "high": pa.float64(),
    "cover": pa.string(),
    "method": pa.string(),
    "interval_of": pa.string(),
    "share": pa.float64(),
    "representation_index": pa.float64(),
    "reference": pa.bool_(),
    "withheld": pa.string(),
    "no_interval": pa.string(),
}


class MeasuredDisparity(ShownResult):
    """Counts, rates for each 1,000 of the population, and ratios to the reference group, with their intervals.

    `table` has a row for each population and group. `cover` says whether an interval holds the truth in about its
    level, in more, or whether that is not known; a figure that what is not known could turn is `withheld`, with the
    reason. These figures say how the counts are spread over groups; they do not say why, and tell of no person.
    """

    def __init__(self, disparity: measuring.Disparity) -> None:
        self.found = disparity

    @cached_property
    def json(self) -> dict[str, Any]:
        """The whole answer; docs/formats/disparity.md has the fields."""
        return measuring.as_json(self.found)

    @cached_property
    def table(self) -> pa.Table:
        """A row for each population and group."""
        rows = [{**row, "benchmark": table["population"]} for table in self.json["benchmarks"] for row in table["rows"]]
        return table_of(rows, _COLUMNS)

    @property
    def narrative(self) -> tuple[str, ...]:
        """What the numbers say, in sentences made from them."""
        return tuple(self.json["narrative"])

    @property
    def warnings(self) -> tuple[str, ...]:
        """Warnings to read with the figures."""
        return self.found.warnings

    @property
    def plots(self) -> dict[str, bytes]:
        """The drawings, by name, each an SVG file that stands alone."""
        return {Path(name).stem: content for name, content in measuring.plot_files(self.found).items()}

    def save(self, folder: Given) -> Path:
        """Writes report.html, disparity.json, disparity.csv and the plots."""
        return written(measuring.report_files(self.found), Path(folder))

    def _said(self) -> tuple[str, tuple[str, ...]]:
        title = f"{measuring.heading(self.found)}, as of {self.found.question.as_of}"
        return title, (*(f"Warning: {warning}." for warning in self.warnings), self.narrative[-1])

    def _rows(self) -> Sequence[Mapping[str, Any]]:
        return [
            {
                "population": table.population,
                "group": row.group,
                "count": f"{row.count:,}",
                "per 1,000": measuring.figure(row.rate_per_1000),
                "ratio": measuring.figure(row.relative_rate),
                "interval": measuring.interval_words(row, self.found.question.level),
            }
            for table in self.found.tables
            for row in table.rows
        ]

    def _more(self) -> tuple[str, Sequence[str]]:
        return "In sentences", self.narrative[:-1]

    def _plots(self) -> Sequence[Markup]:
        ratios = (drawn for name, drawn in self.plots.items() if name.startswith("disparity-ratios"))
        return [Markup(drawn.decode("utf-8")) for drawn in ratios]  # noqa: S704  each is a drawing of our own


def disparity(
    source: Source,
    measure: str,
    by: str | Iterable[str],
    *,
    mapping: Given | None = None,
    populations: str | Iterable[str] | None = None,
    areas: str | Iterable[str] | None = None,
    reference: str | Iterable[str] | None = None,
    within: str = "",
    only: Mapping[str, str | Iterable[str]] | None = None,
    as_of: Day = None,
    since: Day = None,
    threshold: float | None = None,
    sweep: Iterable[float] = (),
    outcomes: str | Iterable[str] | None = None,
    trend: str = "",
    schemes: str | Iterable[str] | None = None,
    level: float = 0.95,
    bootstrap: int = 0,
    seed: int = 1,
    reading: Reading | FileReading | None = None,
    memory: str = "530MiB",
    threads: int | None = None,
    show_progress: bool = True,
) -> MeasuredDisparity:
    """Measures how what a register does is spread over groups: rates, ratios, intervals, bounds for what is missing.

    `source` and `mapping` are those of `overt.audit`. `measure` and `by` are named in docs/formats/disparity.md;
    `populations` are CSV files, `FILE:MAPPING.sql`, or names in the register. `level` is that of intervals, from 0.5
    to 0.9999; `bootstrap` the number of resamples. `only` keeps rows by column and value. Raises `overt.Refusal` where
    the question cannot be asked of the source.
    """
    divided = some(by)
    question = measuring.DisparityQuestion(
        measure=measure,
        by=(*divided, within) if within and within not in divided else divided,
        as_of=day(as_of, "as_of"),
        populations=some(populations),
        areas=some(areas),
        reference=some(reference),
        only=tuple((name, value) for name, values in (only or {}).items() for value in some(values)),
        since=day(since, "since") if since is not None else None,
        threshold=threshold,
        sweep=tuple(sweep),
        outcomes=some(outcomes),
        trend=trend,
        level=level,
        draws=bootstrap,
        seed=seed,
        schemes=some(schemes),
        within=within,
    )
    with tempfile.TemporaryDirectory(prefix="overt-") as folder, progress(show_progress) as bar:
        options = source_options(source, mapping, Path(folder), reading, Machine(memory, threads))
        bar.show("reading the source and counting")
        return MeasuredDisparity(measuring.measure_source(question, options))
