"""The result folder of a disparity: one page that stands alone, the figures for scripts, and the plots as files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from markupsafe import Markup

from overt import __version__
from overt.disparities import _plots as plots
from overt.disparities._adjusted import ASSUMPTIONS as ADJUSTED_ASSUMPTIONS
from overt.disparities._adjusted import adjusted_groups
from overt.disparities._average import averages
from overt.disparities._beside import changes, sensitivities
from overt.disparities._csv import as_csv
from overt.disparities._figure import figure
from overt.disparities._forms import darkness_lines, json_bytes
from overt.disparities._funnel import draw, funnels
from overt.disparities._measure_list import MeasureShape
from overt.disparities._persons import IntervalBasis
from overt.disparities._question import Disparity, TrendStep
from overt.disparities._standard import standardised_rates
from overt.disparities._statements import statements
from overt.disparities._stay_plots import stay_plots
from overt.disparities._stay_words import stays_csv
from overt.disparities._table import INSIDE, RateRow, RateTable
from overt.disparities._trends import ASSUMPTIONS as TREND_ASSUMPTIONS
from overt.disparities._trends import trend_tests
from overt.disparities._words import but, heading, narrative, told
from overt.pages import STYLE, as_bytes, opening, page_environment, percent
from overt.refusals import Refusal
from overt.statistics import Method

TEMPLATES = Path(__file__).with_name("templates")
_SERIES = {
    "trend": (
        "Period",
        "Trend",
        "Each period separately. A dashed box means no data was submitted (not zero). An open symbol means an "
        "incomplete return, or fewer than 10 events.",
    ),
    "sweep": (
        "Threshold",
        "Thresholds",
        "The ratio at each threshold. The threshold decides who is counted.",
    ),
}
_OURS = ("report.html", "disparity.json", "disparity.csv")


def write_report(disparity: Disparity, folder: Path) -> list[Path]:
    """report.html, disparity.json, disparity.csv and plots/*.svg in the folder; the same answer gives the same bytes.

    Refuses a folder that cannot be written to. Files that Overt did not write stay.
    """
    try:
        (folder / "plots").mkdir(parents=True, exist_ok=True)
        for old in (folder / "plots").glob("disparity-*.svg"):
            old.unlink()
        written = []
        for name, content in files(disparity).items():
            (folder / name).write_bytes(content)
            written.append(folder / name)
    except OSError as error:
        fault = error.strerror or type(error).__name__
        raise Refusal("results-not-written", str(folder), fault, "a folder with room to write in") from error
    return written


def files(disparity: Disparity) -> dict[str, bytes]:
    """Path in the folder and content of every file."""
    contents = dict(zip(_OURS, (report(disparity), json_bytes(disparity), as_csv(disparity)), strict=True))
    if disparity.stays:
        contents["disparity-stays.csv"] = stays_csv(disparity.stays)
    return contents | plot_files(disparity)


def plot_files(disparity: Disparity) -> dict[str, bytes]:
    """Path in the folder and content of every plot."""
    drawn = {f"ratios-{place}": plot for place, plot in enumerate(plots.ratios(disparity))}
    for ident, series in (("trend", disparity.trend), ("sweep", disparity.sweep)):
        for place, (_, plot) in enumerate(plots.steps(disparity, series, ident, ident) if series else ()):
            drawn[f"{ident}-{place}"] = plot
    drawn |= {f"funnel-{place}": draw(funnel, f"funnel-{place}") for place, funnel in enumerate(funnels(disparity))}
    drawn |= {f"stays-{place}": plot for place, (_, plot) in enumerate(_stay_plots(disparity))}
    return {f"plots/disparity-{name}.svg": standalone(plot) for name, plot in drawn.items()}


def report(disparity: Disparity) -> bytes:
    """The page: nothing in it is fetched from anywhere and nothing in it runs."""
    environment = page_environment(TEMPLATES)
    environment.filters.update(
        figure=figure,
        sentence=opening,
        percent=percent,
        number=lambda count: f"{count:,}",
        population=lambda value: "–" if value is None else f"{value:,.0f}",
        places=lambda value: "no limit" if value is None else f"{value:.4f}",
    )
    # Our own text, and not escaped for that reason.
    environment.globals["plot_css"] = Markup((TEMPLATES / "plot.css").read_text(encoding="utf-8"))  # noqa: S704
    page = environment.get_template("report.html.j2").render(_context(disparity))
    return as_bytes(page)


def standalone(plot: Markup) -> bytes:
    """A plot as a file of its own, 800 wide, in black on white so that it prints."""
    colours = (
        STYLE.read_text(encoding="utf-8").partition("}")[0].partition("{")[2].replace("color-scheme: light dark;", "")
    )
    style = (TEMPLATES / "plot.css").read_text(encoding="utf-8").partition(".legend")[0]
    texts = (
        "text { paint-order: stroke; stroke: #ffffff; stroke-width: 4px; fill: #0b0c0c; "
        "font: 16px Arial, Helvetica, sans-serif; } .plot-label { font-weight: 700; } .plot-axis { font-size: 14px; } "
        ".plot-hidden { fill: none; stroke: #505a5f; stroke-dasharray: 3 2; }"
    )
    head = '<svg xmlns="http://www.w3.org/2000/svg" width="800"'
    body = str(plot).replace('<svg class="plot" width="100%"', head, 1)
    inside = f"<style>svg {{{colours}; background: #ffffff; }} {style} {texts}</style>"
    return body.replace("</desc>", f"</desc>{inside}", 1).encode()


def _context(disparity: Disparity) -> dict[str, object]:
    drawn = [(ident, plots.steps(disparity, series, ident, ident)) for ident, series in _series(disparity)]
    methods = {row.method for table in disparity.tables for row in table.rows if row.method is not Method.NONE}
    bases = {row.basis for table in disparity.tables for row in table.rows}
    return {
        "found": disparity,
        "title": heading(disparity),
        "sentences": narrative(disparity),
        "labels": [line for account in disparity.read for line in told(account)],
        "plots": plots.ratios(disparity),
        "legend": [(_legend(place), plots.population_words(table)) for place, table in enumerate(disparity.tables)],
        "series": [(_SERIES[i][0], i, _SERIES[i][1], plot, _SERIES[i][2]) for i, plot in drawn],
        "level": f"{disparity.question.level:.0%}",
        "but": lambda row: but(row, disparity.question.level).removeprefix(", "),
        "methods": sorted(methods),
        "inside": INSIDE,
        "by_events": IntervalBasis.EVENTS in bases,
        "by_person": IntervalBasis.BY_PERSON in bases,
        "funnels": [(funnel, draw(funnel, f"funnel-{place}")) for place, funnel in enumerate(funnels(disparity))],
        "averages": [average.told(disparity.question.level) for average in averages(disparity)],
        "standardised": [rate.told(disparity.question.level) for rate in standardised_rates(disparity)],
        "sensitivity": [one.told for one in sensitivities(disparity)],
        "changes": [change.told(disparity.question.level) for change in changes(disparity)],
        "statements": statements(disparity),
        "adjusted": [group.told(disparity.question.level) for group in adjusted_groups(disparity)],
        "adjusted_assumptions": ADJUSTED_ASSUMPTIONS,
        "darkness": darkness_lines(disparity),
        "trend_tests": [test.told(disparity.question.level) for test in trend_tests(disparity)],
        "trend_assumptions": TREND_ASSUMPTIONS,
        "stays": disparity.stays.told if disparity.stays else (),
        "stay_plots": _stay_plots(disparity),
        "two_by_two": [(table, row) for table in disparity.tables for row in table.rows if row.two_by_two],
        "version": __version__,
        "base_name": lambda table: _base_name(disparity, table),
        "rate_name": lambda table: _rate_name(disparity, table),
        "shown_rate": lambda table, row: _shown_rate(disparity, table, row),
    }


def _stay_plots(disparity: Disparity) -> list[tuple[str, Markup]]:
    return stay_plots(disparity.stays, disparity.first.reference) if disparity.stays else []


def _series(disparity: Disparity) -> Sequence[tuple[str, Sequence[TrendStep]]]:
    return [(ident, series) for ident, series in (("trend", disparity.trend), ("sweep", disparity.sweep)) if series]


def _legend(place: int) -> Markup:
    return Markup('<svg width="20" height="20" aria-hidden="true">{mark}</svg>').format(
        mark=plots.mark(50, 10, place, False)
    )


def _base_name(disparity: Disparity, table: RateTable) -> str:
    if table.population != INSIDE:
        return "Population"
    return "Years" if disparity.measure.shape is MeasureShape.EXPOSURE else "Of"


def _rate_name(disparity: Disparity, table: RateTable) -> str:
    if table.population == INSIDE and disparity.measure.shape is not MeasureShape.EXPOSURE:
        return "Share"
    return "Per 1,000 years" if table.population == INSIDE else "Per 1,000"


def _shown_rate(disparity: Disparity, table: RateTable, row: RateRow) -> str:
    if _rate_name(disparity, table) == "Share" and row.rate_per_1000 is not None:
        return percent(row.rate_per_1000 / 1000)
    return figure(row.rate_per_1000)
