"""The page about the register: its charter in words, and the history of what can be recorded."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from markupsafe import Markup

from overt.charter import Charter, history, in_force
from overt.pages import number, opening, svg
from overt.register import CHARTERS_FOLDER
from overt.web._answers import Page, Plain
from overt.web.portal._action import Action, Answer, Ask, Face
from overt.web.portal._tables import QUERY, SortColumn, SortRow, SortTable, with_tables
from overt.web.portal.public._sharing import recipients_table

_LINE = 10
_TOP = 26


def _about(ask: Ask) -> Answer:
    charters = list(ask.desk.charters())
    ruling = in_force(charters, ask.today) or (charters[-1] if charters else None)
    if ruling is None:
        return Page("shared/said.html", {"heading": "No charter has been adopted yet", "lead": [_NO_CHARTER]})
    oldest_first = sorted(ruling.categories.items(), key=lambda named: (named[1].adopted_on, named[1].title))
    told = recipients_table(ruling, ask.today)
    counts = [(charter, len(charter.categories_in_force(charter.effective_on))) for charter in charters]
    return with_tables(
        ask,
        "public/about.html",
        {
            "charter": ruling,
            "told": tuple(ruling.recipients_in_force(ask.today).values()),
            "not_told": tuple(body for body in ruling.recipients.values() if not body.in_force(ask.today)),
            "today": ask.today,
            "rules": ruling.effective_on <= ask.today,
            "categories": [{"name": name, **category.__dict__} for name, category in oldest_first],
            "in_force": len(ruling.categories_in_force(ask.today)),
            "counts": [{"version": old.version, "from": old.effective_on, "categories": n} for old, n in counts],
            "history": history(charters),
            "picture": _picture(ruling, counts, ask.today),
        },
        [_history_table(charters), _categories_table(ruling), told],
    )


def _history_table(charters: Sequence[Charter]) -> SortTable:
    columns = (SortColumn("on", "In force from", "day"), SortColumn("summary", "What changed"))
    lines = history(list(charters))
    rows = tuple(SortRow({"on": line.effective_on, "summary": opening(line.summary)}) for line in lines)
    return SortTable("history", "How the categories have changed", columns, rows)


def _categories_table(charter: Charter) -> SortTable:
    columns = (
        SortColumn("title", "Category"), SortColumn("reason", "Why it is recorded"),
        SortColumn("from", "In force from", "day"), SortColumn("until", "No longer used from", "day"),
        SortColumn("sensitive", "Sensitive"),
    )  # fmt: skip
    kinds = sorted(charter.categories.values(), key=lambda kind: (kind.adopted_on, kind.title))
    rows = tuple(
        SortRow(
            {
                "title": kind.title, "reason": opening(kind.reason), "from": kind.adopted_on, "until": kind.retired_on,
                "sensitive": "Sensitive" if kind.sensitive else "",
            }
        )
        for kind in kinds
    )  # fmt: skip
    return SortTable("categories", "Categories of data", columns, rows)


_NO_CHARTER = "Nothing can be recorded until a charter is in force: the gate refuses every record."


def _picture(charter: Charter, counts: Sequence[tuple[Charter, int]], today: dt.date) -> Markup:
    """One line for each category, from the day it could be recorded: new lines show how the register grew."""
    ordered = sorted(charter.categories.values(), key=lambda category: (category.adopted_on, category.title))
    first = min(category.adopted_on for category in ordered)
    span = max((today - first).days, 1)

    def place(day: dt.date) -> float:
        return 100 * min(max((day - first).days, 0), span) / span

    body = []
    for row, category in enumerate(ordered):
        start, end = place(category.adopted_on), place(category.retired_on or today)
        body.append(
            Markup(
                '<rect class="plot-bar" x="{x}%" y="{y}" width="{width}%" height="6"><title>{title}</title></rect>'
            ).format(x=number(start), y=_TOP + row * _LINE, width=number(max(end - start, 0.4)), title=category.title)
        )
    for version, count in counts:
        x = place(version.effective_on)
        anchor = "start" if x < 85 else "end"
        body.append(
            Markup('<text class="plot-label" x="{x}%" y="16" text-anchor="{anchor}">{words}</text>').format(
                x=number(x), anchor=anchor, words=str(count)
            )
        )
    height = _TOP + len(ordered) * _LINE
    axis = Markup('<text class="plot-axis" x="{x}" y="{y}" text-anchor="{anchor}">{words}</text>')
    body.append(axis.format(x="0", y=height + 16, anchor="start", words=f"{first:%B %Y}"))
    body.append(axis.format(x="100%", y=height + 16, anchor="end", words=f"{today:%B %Y}"))
    summary = ", then ".join(f"{count} from {version.effective_on:%B %Y}" for version, count in counts)
    return svg("categories", "Categories of data that can be recorded", summary, height + 24, body)


def _charter_file(ask: Ask) -> Answer:
    wanted = ask.path["version"]
    known = {f"{charter.version:04}": charter for charter in ask.desk.charters()}
    if wanted not in known:
        return Page("shared/said.html", {"heading": "There is no such version of the charter"}, 404)
    name = f"{wanted}.toml"
    return Plain((ask.desk.folder / CHARTERS_FOLDER / name).read_bytes(), "application/toml", name)


ACTIONS = (
    Action("public.about", Face.PUBLIC, "/", "About this register", _about, nav="About", cached=True, query=QUERY),
    Action("public.charter", Face.PUBLIC, "/charters/{version}", "A version of the charter, as adopted", _charter_file),
)
