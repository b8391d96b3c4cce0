"""Which plots the report shows, and the table of figures behind each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from markupsafe import Markup

from overt.audits.results import _plots as plots
from overt.audits.results import _words as words
from overt.audits.results._figures import Figure, FigureMark, FillShown, LabelledFigure, ShownFinding, ShownRun
from overt.controls import Verdict
from overt.pages import clip, data_address, day, percent, picture

MOST_BARS = 40
MOST_SERIES = 6
MOST_MONTHS = 72
MOST_UNITS = 10
MOST_COLUMNS = 60
PROFILE, _OVER_TIME = "completeness", "over-time"


@dataclass(frozen=True)
class Drawing:
    """One plot and the words over it; `picture` is the address of the same as a file of its own, `name` its name."""

    caption: str
    svg: Markup
    name: str = ""
    picture: str = ""


@dataclass(frozen=True)
class Chart:
    """Plots that answer one question, and the same figures as a table: a name first, then figures."""

    ident: str
    heading: str
    intro: str
    drawings: list[Drawing]
    header: tuple[str, ...]
    lines: Sequence[tuple[str, ...]]

    @property
    def says_its_figures(self) -> bool:
        """Whether every figure stands beside its bar, so that paper does without the table."""
        return bool(self.drawings) and self.ident != _OVER_TIME


def charts(run: ShownRun) -> list[Chart]:
    """The plots there is something to draw for."""
    drawn = [chart for chart in (_by_control(run), _over_time(run), _by_unit(run), _completeness(run)) if chart]
    return [replace(chart, drawings=_with_pictures(run, chart)) for chart in drawn]


def charts_of(run: ShownRun, finding: ShownFinding) -> list[Chart]:
    """What there is to draw of one finding: its breaches over time, and by unit."""
    alone = replace(run, findings=(finding,))
    return [chart for chart in (_over_time(alone), _by_unit(alone)) if chart]


def _with_pictures(run: ShownRun, chart: Chart) -> list[Drawing]:
    source = f"Source: {clip(run.register, 80)}, as of {day(run.recipe.as_of)}. Overt {run.version}."
    return [
        replace(
            drawing,
            name=f"{chart.ident}-{place}",
            picture=data_address(picture(drawing.svg, drawing.caption or chart.heading, source)),
        )
        for place, drawing in enumerate(chart.drawings, start=1)
    ]


def _by_control(run: ShownRun) -> Chart | None:
    findings = sorted(
        (
            finding
            for finding in run.findings
            if (finding.breached.is_some or finding.unknown.is_some) and finding.verdict is not Verdict.MET
        ),
        key=lambda finding: (-(finding.share or 0), -finding.breached.order, finding.name),
    )
    if not findings:
        return None
    drawn = findings[:MOST_BARS]
    items = [_control_bar(run, finding) for finding in drawn]
    left = (
        f" The {len(findings) - len(drawn)} with the smallest shares are only in the table."
        if findings[MOST_BARS:]
        else ""
    )
    hatched = " The hatched part is unknown." if any(column.hatched for column in items) else ""
    description = f"{len(items)} controls, by the share of examined rows that breach, largest first."
    return Chart(
        "by-control",
        "Breaches by control",
        f"The solid part of each bar is the share of the rows examined that breach.{hatched}{left}",
        [Drawing("", plots.bars("p-control", "Breaches by control", description, items, "of rows examined"))],
        ("Control", "Examined", "Breached", "Unknown", "Share in breach"),
        [
            (
                f"{finding.name} {finding.control.title}",
                str(finding.examined),
                str(finding.breached),
                str(finding.unknown),
                percent(finding.share) or "–",
            )
            for finding in findings
        ],
    )


def _control_bar(run: ShownRun, shown: ShownFinding) -> plots.Bar:
    base, unknown = shown.examined.value, shown.unknown.value
    small = run.recipe.publishable and (base or 0) < 100
    hatched = unknown / base if unknown and base and not small else 0.0
    share = shown.share if shown.share is not None or not hatched or shown.breached.is_some else 0.0
    if shown.breached.is_some:
        of = f"{shown.breached} of {shown.examined}"
        value = f"{of} ({percent(shown.share)})" if shown.share is not None else of
        value = f"all but fewer than 15 of {shown.examined}" if shown.breached.nearly_all else value
    else:
        value = f"{shown.unknown} of {shown.examined} unknown"
    return plots.Bar(clip(shown.name, 40), clip(shown.control.title, 48), value, share, hatched)


def _over_time(run: ShownRun) -> Chart | None:
    series = _series(run, "by_month")
    if not series:
        return None
    named = [cell.label for finding in series for cell in finding.by_month]
    spans = _months(min(named), max(named))
    years = len(spans) > MOST_MONTHS
    if years:
        spans = list(dict.fromkeys(span[:4] for span in spans))
    step = "year" if years else "month"
    table = [_spread(shown.by_month, spans, 4 if years else 7) for shown in series]
    drawn = [_columns(place, *pair, step) for place, pair in enumerate(zip(series, table, strict=True))]
    intro = (
        f"Breaching rows by {step} of the row’s own date, for the {_controls(len(series))} with the most serious "
        f"breaches that have dates. Each chart has its own scale. A {step} with no bar has no breaches."
        f"{' A dashed outline marks a suppressed count.' if run.recipe.publishable else ''}"
    )
    # One column says nothing that the words do not.
    single = len(spans) == 1
    return Chart(
        _OVER_TIME,
        "Breaches over time",
        f"All breaching rows that have a date fall in {words.month(spans[0])}." if single else intro,
        [] if single else drawn,
        (step.capitalize(), *(finding.name for finding in series)),
        [(words.month(row[0].label), *(str(cell.breached) for cell in row)) for row in zip(*table, strict=True)],
    )


def _columns(place: int, shown: ShownFinding, cells: Sequence[LabelledFigure], step: str) -> Drawing:
    peak = max(cells, key=lambda cell: cell.breached.order)
    most = f"{peak.breached} in {words.month(peak.label)}"
    return Drawing(
        f"{shown.name} {shown.control.title} (most: {most})",
        plots.columns(
            f"p-time-{place}",
            f"{shown.name} over time",
            f"Breaching rows by {step} of their own date, at most {most}.",
            cells,
            first=words.month(cells[0].label),
            last=words.month(cells[-1].label),
        ),
    )


def _by_unit(run: ShownRun) -> Chart | None:
    series = _series(run, "by_unit")
    if not series:
        return None
    drawings = []
    units: dict[str, None] = {}
    for place, shown in enumerate(series):
        ordered = sorted(shown.by_unit, key=lambda cell: (-cell.breached.order, cell.label))
        cells, left = ordered[:MOST_UNITS], max(len(ordered) - MOST_UNITS, 0)
        most = max(cell.breached.order for cell in cells) or 1
        items = [
            plots.Bar(clip(_unit(cell.label), 60), "", str(cell.breached), _length(cell.breached, most))
            for cell in cells
        ]
        more = f", and {left:,} more with fewer" if left else ""
        drawings.append(
            Drawing(
                f"{shown.name} {shown.control.title}{more}",
                plots.bars(f"p-unit-{place}", f"{shown.name} by unit", "Breaching rows by unit, most first.", items),
            )
        )
        units.update(dict.fromkeys(cell.label for cell in cells))
    return Chart(
        "by-unit",
        "Breaches by unit",
        f"Breaching rows by the unit that made the entry, for the {_controls(len(series))} with the most serious "
        "breaches that name one. Larger units have more rows that could breach, so this is not a ranking.",
        drawings,
        ("Unit", *(finding.name for finding in series)),
        [
            (clip(_unit(label), 60), *(str(_at(finding.by_unit, label)) for finding in series))
            for label in sorted(units)
        ],
    )


def _completeness(run: ShownRun) -> Chart | None:
    if not run.fills:
        return None
    ordered = sorted(run.fills, key=_emptiest_first)
    drawn = ordered[:MOST_COLUMNS]
    # The name of the table tells nothing where there is only one.
    alone = len({fill.table for fill in ordered}) == 1
    names = [fill.column if alone else fill.name for fill in drawn]
    items = [
        plots.Bar(clip(name, 60), "", _fill_value(fill), fill.share) for name, fill in zip(names, drawn, strict=True)
    ]
    blank = sum(fill.filled.value == 0 and bool(fill.rows.value) for fill in ordered)
    throughout = f" {blank:,} of {len(ordered):,} {'is' if blank == 1 else 'are'} blank throughout." if blank else ""
    left = f" The chart and the table show the {MOST_COLUMNS} least complete." if len(ordered) > MOST_COLUMNS else ""
    return Chart(
        PROFILE,
        "Completeness of the source",
        f"The share of rows in which each column of the source holds a value, least complete first.{throughout}{left}",
        [
            Drawing(
                "",
                plots.bars(
                    "p-fill", "Completeness by column", f"{len(items)} columns, least complete first.", items, "filled"
                ),
            )
        ],
        ("Column of the source", "Rows", "Filled", "Share"),
        [
            (clip(name, 80), str(fill.rows), str(fill.filled), percent(fill.share) or "–")
            for name, fill in zip(names, drawn, strict=True)
        ],
    )


def _emptiest_first(fill: FillShown) -> tuple[float, str]:
    return (fill.share if fill.share is not None else float(fill.filled.nearly_all), fill.name)


def _fill_value(fill: FillShown) -> str:
    if fill.filled.value == 0 and fill.rows.value:
        return "blank throughout"
    if fill.filled.nearly_all:
        return "all but fewer than 15 rows"
    return percent(fill.share) if fill.share is not None else f"{fill.filled} of {fill.rows}"


def _series(run: ShownRun, breakdown: str) -> list[ShownFinding]:
    """The most serious breaches that have the breakdown."""
    breached = [
        finding for finding in run.findings if finding.verdict is Verdict.BREACHED and getattr(finding, breakdown)
    ]
    return sorted(breached, key=words.gravest_first)[:MOST_SERIES]


def _months(first: str, last: str) -> list[str]:
    """Every month from the first to the last, so that one with none is seen as a gap."""
    start, end = (int(label[:4]) * 12 + int(label[5:7]) - 1 for label in (first, last))
    return [f"{at // 12:04d}-{at % 12 + 1:02d}" for at in range(start, end + 1)]


def _spread(cells: Sequence[LabelledFigure], spans: Sequence[str], length: int) -> list[LabelledFigure]:
    """One cell for each span, adding up those that fall in it; a withheld one withholds its span."""
    figures: dict[str, list[Figure]] = {}
    for cell in cells:
        figures.setdefault(cell.label[:length], []).append(cell.breached)
    return [LabelledFigure(span, _sum(figures.get(span, []))) for span in spans]


def _sum(figures: Sequence[Figure]) -> Figure:
    withheld = next((figure for figure in figures if figure.value is None), None)
    if withheld:
        return withheld
    mark = next((figure.mark for figure in figures), FigureMark.EXACT)
    return Figure(mark, sum(figure.value or 0 for figure in figures))


def _unit(label: str) -> str:
    return label or "(no unit recorded)"


def _at(cells: Sequence[LabelledFigure], label: str) -> Figure:
    return next((cell.breached for cell in cells if cell.label == label), Figure(FigureMark.EXACT, 0))


def _length(figure: Figure, most: int) -> float | None:
    return None if figure.value is None else figure.value / most


def _controls(count: int) -> str:
    return "control" if count == 1 else f"{count} controls"
