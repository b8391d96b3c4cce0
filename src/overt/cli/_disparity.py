"""`overt disparity`: counts, rates and intervals by group, against named populations."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from overt.audits import SourceOptions
from overt.cli._extras import disparities
from overt.cli._options import JsonOption, Output, OutputOption, day_option, now, with_options
from overt.cli._output import chosen, say, say_json, say_rows, talk
from overt.cli._source import source_options
from overt.refusals import Refusal

Kind = TypeVar("Kind", bound=StrEnum)


_COUNT, _COMPARE, _METHOD = "What to measure", "Comparison", "Intervals"


@with_options(options=source_options)
def disparity_command(
    *,
    measure: Annotated[
        str,
        typer.Option(
            rich_help_panel=_COUNT,
            help="What to count: listed, entries, opened, closed, encounters, no_further_action, zero_score, "
            "score_at_or_above, single_source, time_to_removal, platform_requests and others.",
        ),
    ],
    by: Annotated[
        str,
        typer.Option(
            rich_help_panel=_COUNT,
            help="Grouping, such as ethnicity_self_group. Separate several with commas to get every combination.",
        ),
    ],
    only: Annotated[
        list[str] | None,
        typer.Option(
            "--only",
            metavar="COLUMN=VALUE",
            rich_help_panel=_COUNT,
            help="Count only rows with this value, as COLUMN=VALUE (repeatable). Values of one column are "
            "alternatives.",
        ),
    ] = None,
    as_of: Annotated[dt.date | None, day_option("--as-of", "Date to count at.", rich_help_panel=_COUNT)] = None,
    since: Annotated[
        dt.date | None,
        day_option("--since", "Start date, for measures counted over a period.", "", rich_help_panel=_COUNT),
    ] = None,
    threshold: Annotated[
        float | None, typer.Option(rich_help_panel=_COUNT, help="Count scores at or above this value.")
    ] = None,
    sweep: Annotated[
        str | None,
        typer.Option(
            metavar="A,B,C|FROM:TO:STEP",
            rich_help_panel=_COUNT,
            help="Calculate the ratio at each of these thresholds: a list, or FROM:TO:STEP.",
        ),
    ] = None,
    outcome: Annotated[
        list[str] | None,
        typer.Option(
            "--outcome",
            rich_help_panel=_COUNT,
            help="Outcome that the score was meant to predict, for error-rate measures (repeatable).",
        ),
    ] = None,
    trend: Annotated[
        str, typer.Option(metavar="PERIOD", rich_help_panel=_COUNT, help="Show a trend by month, quarter or year.")
    ] = "",
    population: Annotated[
        list[str] | None,
        typer.Option(
            "--population",
            metavar="FILE|NAME",
            rich_help_panel=_COMPARE,
            help="Comparison population: a CSV file, FILE:MAPPING.sql, or the name of a population in the register "
            "(repeatable).",
        ),
    ] = None,
    area: Annotated[
        list[str] | None,
        typer.Option("--area", rich_help_panel=_COMPARE, help="Use only this area of the population (repeatable)."),
    ] = None,
    reference: Annotated[
        str | None,
        typer.Option(
            metavar="GROUP",
            rich_help_panel=_COMPARE,
            show_default="White, or else the largest group",
            help="Reference group.",
        ),
    ] = None,
    within: Annotated[
        str,
        typer.Option(
            metavar="unit|force|…",
            rich_help_panel=_COMPARE,
            help="Compare within each of these, such as within each force, each with its own reference group.",
        ),
    ] = "",
    adjust: Annotated[
        bool,
        typer.Option(
            "--adjust",
            rich_help_panel=_COMPARE,
            help="Adjust the ratios of the first column of --by for the others by regression. Needs the extra "
            "regression.",
        ),
    ] = False,
    darkness: Annotated[
        str,
        typer.Option(
            "--darkness",
            metavar="LATITUDE,LONGITUDE,ZONE",
            rich_help_panel=_COMPARE,
            help="Compare who is stopped in daylight with who is stopped in darkness at the same time of the clock, "
            "with dusk calculated for this place, such as 51.51,-0.13,Europe/London. Needs the extra darkness.",
        ),
    ] = "",
    scheme: Annotated[
        list[str] | None,
        typer.Option(
            "--scheme",
            metavar="NAME|FILE.csv",
            rich_help_panel=_COMPARE,
            show_default="the scheme that has the words found",
            help="Scheme by which to read the words for groups (repeatable).",
        ),
    ] = None,
    codes: Annotated[
        str | None,
        typer.Option(
            metavar="LIST", rich_help_panel=_COMPARE, help="Code list for self-defined ethnicity: 18+1 or 16+1."
        ),
    ] = None,
    age_bands: Annotated[
        str, typer.Option(metavar="AGES", rich_help_panel=_COMPARE, help="Lower bounds of the age bands.")
    ] = "0,10,18,25,35",
    interval: Annotated[
        str | None,
        typer.Option(
            metavar="METHOD",
            rich_help_panel=_METHOD,
            show_default="chosen from the size of the counts",
            help="Method for confidence intervals. See docs/formats/disparity.md.",
        ),
    ] = None,
    level: Annotated[
        float, typer.Option(min=0.5, max=0.9999, rich_help_panel=_METHOD, help="Confidence level.")
    ] = 0.95,
    bootstrap: Annotated[
        int,
        typer.Option(
            min=0,
            max=1_000_000,
            rich_help_panel=_METHOD,
            help="Number of bootstrap resamples for percentile intervals.",
        ),
    ] = 0,
    seed: Annotated[int, typer.Option(min=0, rich_help_panel=_METHOD, help="Random seed for resampling.")] = 1,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FOLDER", help="Folder to write report.html, JSON, CSV and charts to."),
    ] = None,
    options: SourceOptions,
    output: OutputOption = Output.TEXT,
    as_json: JsonOption = False,
) -> None:
    """Measure how a register's entries and decisions differ between groups: rates, ratios and confidence intervals.

    Examples:
      overt disparity stops.csv --map mapping.sql --measure encounters
        --by ethnicity_self_group --population residents.csv --as-of 2021-08-31
      overt disparity register/ --measure listed --by ethnicity_self_group,sex
        --population residents.csv --population suspects.csv --out disparity
      overt disparity register/ --measure score_at_or_above --by ethnicity_self_group
        --threshold 250 --sweep 100:450:50

    Bounds are given for missing data. Officer-observed and self-defined ethnicity are always reported separately. The
    figures are exact: apply disclosure control before you publish them.

    A register kept with Overt is counted as it was at the end of the date given with --as-of, and --population can name
    a population of its charter.
    """
    divided = _parts(by)
    divided = (*divided, within) if within and within not in divided else divided
    question = disparities.DisparityQuestion(
        measure=measure,
        by=divided,
        as_of=as_of or now().date(),
        populations=tuple(population or ()),
        areas=tuple(area or ()),
        reference=_reference(reference, divided) if reference else (),
        only=tuple(_only(value) for value in only or ()),
        since=since,
        threshold=threshold,
        sweep=_sweep(sweep) if sweep else (),
        outcomes=tuple(outcome or ()),
        trend=trend,
        codes=_one_of(disparities.CodeList, codes, "--codes") if codes else None,
        age_bands=_bands(age_bands),
        level=level,
        method=_one_of(disparities.Method, interval, "--interval") if interval else None,
        draws=bootstrap,
        seed=seed,
        schemes=tuple(scheme or ()),
        within=within,
        adjust=adjust,
        darkness=darkness,
    )
    with talk.status("Reading the source"):
        disparity = disparities.measure_source(question, options)
    form = chosen(output, as_json)
    if form is Output.JSON:
        say_json(disparities.as_json(disparity))
    elif form is Output.CSV:
        say(disparities.as_csv(disparity).decode().replace("\r\n", "\n").rstrip("\n"))
    elif form is Output.MD:
        rows = disparities.as_json(disparity)["rows"]
        say_rows(
            rows,
            [
                *("group", "count", "population", "rate_per_1000", "relative_rate", "low", "high", "method"),
                *("interval_of", "dispersion"),
            ],
            form,
        )
        warnings = [f"- warning: {warning}" for warning in disparity.warnings]
        say("\n" + "\n".join([*warnings, *(f"- note: {note}" for note in disparity.notes)]))
    else:
        say(disparities.as_text(disparity))
    if out is not None:
        disparities.write_report(disparity, out)
        talk.print(f"Report: {out / 'report.html'}", markup=False)


def _reference(text: str, by: tuple[str, ...]) -> tuple[str, ...]:
    """The reference group; of one division the whole text, since labels have commas in them."""
    return (text.strip(),) if len(by) == 1 else _parts(text)


def _parts(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _only(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name.strip() or not value.strip():
        raise Refusal("disparity-option", "--only", text, "COLUMN=VALUE, such as sex=male")
    return name.strip(), value.strip()


def _sweep(text: str) -> tuple[float, ...]:
    wanted = "numbers separated by commas, or FROM:TO:STEP with at most 200 values"
    try:
        if ":" in text:
            first, last, step = (float(part) for part in text.split(":"))
            many = int((last - first) / step + 1e-9) + 1 if step > 0 else 0
            values = tuple(first + step * place for place in range(many if many <= 200 else 0))
        else:
            values = tuple(float(part) for part in _parts(text))
    except ValueError:
        values = ()
    if not values:
        raise Refusal("disparity-option", "--sweep", text, wanted)
    return values


def _bands(text: str) -> tuple[int, ...]:
    parts = _parts(text)
    if not parts or not all(part.isdigit() for part in parts) or sorted({*map(int, parts)}) != [*map(int, parts)]:
        raise Refusal("disparity-option", "--age-bands", text, "whole numbers in rising order, separated by commas")
    return tuple(map(int, parts))


def _one_of(kind: type[Kind], text: str, where: str) -> Kind:
    try:
        return kind(text)
    except ValueError:
        raise Refusal("disparity-option", where, text, ", ".join(str(member.value) for member in kind)) from None
