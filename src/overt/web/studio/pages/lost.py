"""Lost and changed: what the mapping makes of every filled cell, so that nothing is lost without being said."""

from __future__ import annotations

import datetime as dt
from typing import Any

from starlette.exceptions import HTTPException

from overt.audits import Accepted, accepted_text, read_accepted
from overt.audits.mapping import ColumnRead
from overt.model import TABLES
from overt.web._answers import Page, Sent
from overt.web._forms import FormFault, FormField
from overt.web.studio._action import NotTaken, StudioAction, StudioAsk, Texts
from overt.web.studio._kept import ACCEPTED
from overt.web.studio._steps import Progress, Step, StepState, waits
from overt.web.studio.pages.answered import answered_of, controls_using

_SHORTEST_REASON = 10
_REASON = FormField(
    "reason",
    "Why these losses are intended",
    hint="For example: “TBC” says that no date was set. The reason stands in the report beside the figures",
    longest=500,
    noun="why these losses are intended",
)
_ONE = "/p/{project}/lost/{column}"


def _show(ask: StudioAsk) -> Page:
    tables = ask.engine.ask_at_length("lost", mapping=ask.project.mapping)["tables"]
    joins = ask.engine.ask("joins", mapping=ask.project.mapping)["joins"]
    intended = _accepted(ask).intended
    used = controls_using(answered_of(ask))
    rows = [_row(column, intended, used) for table in tables for column in table["columns"]]
    data = {
        "tables": tables,
        "joins": joins,
        "unmatched": [said for join in joins for said in join["said"]],
        "columns": rows,
        "warnings": [row for row in rows if row["warning"]],
        "mapped": bool(ask.project.mapping.strip()),
        "lost": sum(row["lost"] for row in rows),
    }
    return Page("studio/lost.html", data)


def _row(column: dict[str, Any], intended: Any, used: dict[str, list[str]]) -> dict[str, Any]:
    """A column as its row shows it, with what it means and the duties that its losses touch."""
    path = f"{column['table']}.{column['column']}"
    read = ColumnRead(column["table"], column["column"], (), column["in_source"], column["in_model"], column["lost"])
    duties = used.get(path, []) if read.is_worth_naming else []
    return {
        **column, "path": path, "title": TABLES[column["table"]].by_name[column["column"]].doc,
        "intended": intended.get(path, ""), "warning": duties if path not in intended else [], "loss": read.loss,
    }  # fmt: skip


def _accepted(ask: StudioAsk) -> Accepted:
    """What the project has accepted, whatever its date."""
    path = ask.project.folder / ACCEPTED
    return read_accepted(path if path.is_file() else None, dt.date.min)


def _show_one(ask: StudioAsk) -> Page:
    row = _asked(ask)
    given = {"reason": row["intended"]}
    return Page("studio/intended.html", {"column": row, "fields": (_REASON,), "given": given})


def _intend(ask: StudioAsk) -> Sent:
    row = _asked(ask)
    reason = ask.form["reason"]
    if len(reason) < _SHORTEST_REASON:
        raise NotTaken(FormFault("reason", "Say why these losses are intended, in 10 characters or more"))
    before = _accepted(ask)

    def edit(_: Texts) -> Texts:
        return {ACCEPTED: accepted_text(before.both, {**before.intended, row["path"]: reason})}

    ask.change(f"Losses of {row['path']} are intended: {reason}"[:500], [f"intended {row['path']}"], edit)
    return Sent(f"{ask.home}lost")


def _asked(ask: StudioAsk) -> dict[str, Any]:
    tables = ask.engine.ask_at_length("lost", mapping=ask.project.mapping)["tables"]
    for column in (column for table in tables for column in table["columns"]):
        if f"{column['table']}.{column['column']}" == ask.path["column"] and column["lost"]:
            return _row(column, _accepted(ask).intended, {})
    raise HTTPException(404)


def _state(ask: StudioAsk) -> StepState:
    waiting = waits(ask, mapped=True)
    if waiting is None and not ask.project.mapping.strip():
        return StepState(Progress.CANNOT_START, "There is no mapping, so nothing is changed")
    return waiting or StepState(Progress.DONE, "What became of every filled cell")


STEP = Step("Lost and changed", "lost", _state)
ACTIONS = (
    StudioAction("/p/{project}/lost", _show),
    StudioAction(_ONE, _show_one),
    StudioAction(_ONE, _intend, "POST", (_REASON,)),
)
