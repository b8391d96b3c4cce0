"""Disparity: differences between groups, as measured with each audit. It is about groups and not about individuals."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from overt.disparities import INSIDE
from overt.pages import Bar, bars, percent
from overt.web._answers import Page
from overt.web._forms import FormField, Input
from overt.web._work import read
from overt.web.portal._action import Action, Answer, Ask, Face
from overt.web.portal.oversight._audits import audits
from overt.web.portal.oversight._measured import BY, MEASURES
from overt.web.portal.oversight._runs import DISPARITY

_WHAT = tuple(
    (f"{name}.{by}", f"{title}, by {BY[by].words}") for name, (title, divisions) in MEASURES.items() for by in divisions
)
_SHOWN = ("group", "count", "population", "rate_per_1000", "relative_rate", "low", "high", "share", "reference")
_QUERY = (
    FormField("audit", "As of", optional=True, longest=6),
    FormField("what", "What is measured", Input.CHOICE, choices=_WHAT, optional=True),
)


def _disparity(ask: Ask) -> Answer:
    done = audits(ask)
    if not done:
        return Page("oversight/disparity.html", {"audits": [], "what": _WHAT, "chosen": None, "found": None})
    wanted = ask.query.get("audit", "")
    run = next((run for run in done if str(run.number) == wanted), done[-1])
    what = ask.query.get("what", _WHAT[0][0])
    measured = (read(run.folder / DISPARITY) or {}).get(what, {"refused": []})
    chosen = {"audit": run.number, "as_of": run.as_of, "what": what, "title": dict(_WHAT)[what]}
    offered = [{"number": run.number, "as_of": run.as_of} for run in reversed(done)]
    data = {"audits": offered, "what": _WHAT, "chosen": chosen, "found": None, "refused": measured.get("refused")}
    if "refused" not in measured:
        tables = [_table(table) for table in measured["tables"]]
        shares = [_shares(f"shares-{place}", table) for place, table in enumerate(tables)]
        # The plots are our own, made when the audit was.
        plots = [Markup(plot) for plot in measured["plots"]]  # noqa: S704
        remarks = {name: measured[name] for name in ("warnings", "notes")}
        by = what.partition(".")[2]
        narrative = [sentence.replace(by, BY[by].words) for sentence in measured["narrative"]]
        data["found"] = {**remarks, "narrative": narrative, "tables": tables, "shares": shares, "plots": plots}
    return Page("oversight/disparity.html", data)


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


ACTIONS = (
    Action(
        "oversight.disparity", Face.OVERSIGHT, "/oversight/disparity", "Differences between groups", _disparity,
        nav="Disparity", query=_QUERY,
    ),
)  # fmt: skip
