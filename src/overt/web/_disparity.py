"""A measured disparity as pages show it: plots, tables with their bounds, and what must be read with them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from overt.disparities import INSIDE, Disparity, as_json, ratio_plots
from overt.pages import Bar, bars, percent

_SHOWN = ("group", "count", "population", "rate_per_1000", "relative_rate", "low", "high", "share", "reference")


def kept(result: Disparity) -> dict[str, Any]:
    """What is kept of a disparity for its page, as JSON."""
    data = as_json(result)
    words = {name: data[name] for name in ("narrative", "warnings", "notes")}
    compared = any(row.relative_rate and not row.is_reference for table in result.tables for row in table.rows)
    plots = [str(plot) for plot in ratio_plots(result)] if compared else []
    return {**words, "tables": data["benchmarks"], "plots": plots}


def shown(measured: Mapping[str, Any], words: Mapping[str, str]) -> dict[str, Any]:
    """What the page shows of what was kept; in its sentences `words` stand for names of columns."""
    tables = [_table(table) for table in measured["tables"]]
    narrative = measured["narrative"]
    for name, text in words.items():
        narrative = [sentence.replace(name, text) for sentence in narrative]
    return {
        "narrative": narrative,
        "warnings": measured["warnings"],
        "notes": measured["notes"],
        "tables": tables,
        "shares": [_shares(f"shares-{place}", table) for place, table in enumerate(tables)],
        # The plots are our own, made when it was measured.
        "plots": [Markup(plot) for plot in measured["plots"]],  # noqa: S704
    }


def _table(table: dict[str, Any]) -> dict[str, Any]:
    inside = table["population"] == INSIDE
    bounds = {bound["group"]: bound for bound in table["bounds"] or []}
    rows = [{**{name: row[name] for name in _SHOWN}, "bound": bounds.get(row["group"])} for row in table["rows"]]
    return {
        **{name: table[name] for name in ("population", "year", "area", "reference", "missing", "notes")},
        "rows": rows,
        "inside": inside,
        "rates": any(row["rate_per_1000"] is not None for row in rows),
    }


def _shares(ident: str, table: dict[str, Any]) -> Markup:
    """A bar for each group: its share of the total, or within the register its own rate."""
    drawn = []
    for row in table["rows"]:
        share = row["rate_per_1000"] / 1000 if table["inside"] and row["rate_per_1000"] is not None else row["share"]
        share = share if share is not None and share <= 1 else None
        figure = f"{row['count']:,}" + (f" ({percent(share)})" if share is not None else "")
        drawn.append(Bar(row["group"], "", figure, share))
    title = "The share of each group" if table["inside"] else "Each group’s share of the total"
    return bars(ident, title, "; ".join(f"{bar.label}: {bar.value}" for bar in drawn), drawn)
