"""`overt disparity`: counts, rates and intervals by group, against named populations."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from importlib import import_module
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from overt.cli._output import JsonOption, Output, OutputOption, chosen, say, say_json, say_rows, talk
from overt.cli._source import (
    DelimiterOption,
    EncodingOption,
    HeaderRowOption,
    MapOption,
    MemoryOption,
    SheetOption,
    SourceArgument,
    ThreadsOption,
    source_options,
)
from overt.periods import read_day
from overt.refusals import Refusal

Kind = TypeVar("Kind", bound=StrEnum)


def disparity_command(
    source: SourceArgument,
    measure: Annotated[
        str,
        typer.Option(
            help="What to count: listed, entries, opened, closed, encounters, no_further_action, zero_score, "
            "score_at_or_above, single_source, time_to_removal, platform_requests …"
        ),
    ],
    by: Annotated[
        str,
        typer.Option(help="What to divide it by, as in ethnicity_self_group; several with commas for intersections."),
    ],
    mapping: MapOption = None,
    population: Annotated[
        list[str] | None,
        typer.Option(
            "--population",
            metavar="FILE|NAME",
            help="A population as CSV, FILE:MAPPING.sql, or a name in the register; again for several side by side.",
        ),
    ] = None,
    area: Annotated[
        list[str] | None, typer.Option("--area", help="Only this area of the populations (repeatable).")
    ] = None,
    reference: Annotated[
        str | None, typer.Option(help="The group that others are compared with; White, or the largest, if not given.")
    ] = None,
    within: Annotated[
        str,
        typer.Option(
            metavar="unit|force|…", help="Compare within each of these, as each force with its own reference group."
        ),
    ] = "",
    only: Annotated[
        list[str] | None,
        typer.Option(
            "--only", metavar="COLUMN=VALUE", help="Count only these (repeatable; of one column, either value)."
        ),
    ] = None,
    as_of: Annotated[
        str | None, typer.Option("--as-of", metavar="YYYY-MM-DD", help="The day to count by; today if not given.")
    ] = None,
    since: Annotated[
        str | None, typer.Option(metavar="YYYY-MM-DD", help="The first day of what is counted over a period.")
    ] = None,
    threshold: Annotated[float | None, typer.Option(help="The score at or above which is counted.")] = None,
    sweep: Annotated[
        str | None, typer.Option(metavar="A,B,C|FROM:TO:STEP", help="Thresholds to go through, and the ratio at each.")
    ] = None,
    outcome: Annotated[
        list[str] | None, typer.Option("--outcome", help="For errors of a score: the outcome it was to foretell.")
    ] = None,
    trend: Annotated[str, typer.Option(help="Divide time into month, quarter or year.")] = "",
    scheme: Annotated[
        list[str] | None,
        typer.Option(
            "--scheme",
            metavar="NAME|FILE.csv",
            help="Read the words for groups by this scheme; by default, by the one that has them (repeatable).",
        ),
    ] = None,
    codes: Annotated[str | None, typer.Option(help="Count self-defined codes in this list: 18+1 or 16+1.")] = None,
    age_bands: Annotated[str, typer.Option(help="The ages at which bands begin.")] = "0,10,18,25,35",
    interval: Annotated[
        str | None, typer.Option(help="One method in place of the counts' choice: the formats page lists them.")
    ] = None,
    level: Annotated[float, typer.Option(min=0.5, max=0.9999, help="The level of intervals.")] = 0.95,
    bootstrap: Annotated[int, typer.Option(min=0, max=1_000_000, help="Resamples for percentile limits.")] = 0,
    seed: Annotated[int, typer.Option(min=0, help="The same seed resamples alike.")] = 1,
    out: Annotated[Path | None, typer.Option("--out", help="A folder for report.html, JSON, CSV and plots.")] = None,
    encoding: EncodingOption = "",
    delimiter: DelimiterOption = "",
    sheet: SheetOption = None,
    header_row: HeaderRowOption = None,
    memory: MemoryOption = "530MiB",
    threads: ThreadsOption = None,
    output: OutputOption = Output.TEXT,
    as_json: JsonOption = False,
) -> None:
    """Measure how what a register does is spread over groups: rates, ratios, intervals, bounds for what is missing.

    Examples:
      overt disparity stops.csv --map mapping.sql --measure encounters
        --by ethnicity_self_group --population residents.csv --as-of 2021-08-31
      overt disparity register/ --measure listed --by ethnicity_self_group,sex
        --population residents.csv --population suspects.csv --out disparity
      overt disparity register/ --measure score_at_or_above --by ethnicity_self_group
        --threshold 250 --sweep 100:450:50

    A register that Overt keeps is taken as it stood at the end of the day of
    --as-of; NAME is a population of its charter.

    Observed and self-defined ethnicity are two measures. Figures are exact:
    make them safe before you publish them.
    """
    _need_statistics()
    # Statistics take half a second to import, which other commands should not wait for.
    from overt import disparities as disparity  # noqa: PLC0415

    divided = _parts(by)
    divided = (*divided, within) if within and within not in divided else divided
    question = disparity.Question(
        measure=measure,
        by=divided,
        as_of=read_day(as_of, "--as-of") if as_of else dt.datetime.now(dt.UTC).date(),
        populations=tuple(population or ()),
        areas=tuple(area or ()),
        reference=_reference(reference, divided) if reference else (),
        only=tuple(_only(each) for each in only or ()),
        since=read_day(since, "--since") if since else None,
        threshold=threshold,
        sweep=_sweep(sweep) if sweep else (),
        outcomes=tuple(outcome or ()),
        trend=trend,
        codes=_one_of(disparity.CodeList, codes, "--codes") if codes else None,
        age_bands=_bands(age_bands),
        level=level,
        method=_one_of(disparity.Method, interval, "--interval") if interval else None,
        draws=bootstrap,
        seed=seed,
        schemes=tuple(scheme or ()),
        within=within,
    )
    options = source_options(source, mapping, encoding, delimiter, sheet, header_row, memory, threads)
    with talk.status("reading the source"):
        found = disparity.measure_source(question, options)
    form = chosen(output, as_json)
    if form is Output.JSON:
        say_json(disparity.as_json(found))
    elif form is Output.CSV:
        say(disparity.as_csv(found).decode().replace("\r\n", "\n").rstrip("\n"))
    elif form is Output.MD:
        rows = disparity.as_json(found)["rows"]
        say_rows(
            rows,
            [
                *("group", "count", "population", "rate_per_1000", "relative_rate", "low", "high", "method"),
                *("interval_of", "dispersion"),
            ],
            form,
        )
        said = [*("warning: " + each for each in found.warnings), *("note: " + each for each in found.notes)]
        say("\n" + "\n".join(f"- {each}" for each in said))
    else:
        say(disparity.as_text(found))
    if out is not None:
        disparity.write_report(found, out)
        talk.print(f"Report: {out / 'report.html'}", markup=False)


def _need_statistics() -> None:
    try:
        import_module("overt.disparities")
    except ModuleNotFoundError as error:
        remedy = "pip install 'overt[stats]'"
        raise Refusal(
            "disparity-needs-extra", "overt disparity", f"{error.name} is not installed", "", remedy
        ) from None


def _reference(text: str, by: tuple[str, ...]) -> tuple[str, ...]:
    """The reference group; of one division the whole text, since labels have commas in them."""
    return (text.strip(),) if len(by) == 1 else _parts(text)


def _parts(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _only(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name.strip() or not value.strip():
        raise Refusal("disparity-option", "--only", text, "COLUMN=VALUE, as in sex=male")
    return name.strip(), value.strip()


def _sweep(text: str) -> tuple[float, ...]:
    wanted = "numbers with commas, or FROM:TO:STEP with at most 200 of them"
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
        raise Refusal("disparity-option", "--age-bands", text, "rising whole numbers with commas")
    return tuple(map(int, parts))


def _one_of(kind: type[Kind], text: str, where: str) -> Kind:
    try:
        return kind(text)
    except ValueError:
        raise Refusal("disparity-option", where, text, ", ".join(str(each.value) for each in kind)) from None
