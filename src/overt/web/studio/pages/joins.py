"""Joins: which column of one table is the same as which of another, and what of both finds its match."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from overt.web._answers import Page, Sent
from overt.web._forms import FormFault, FormField, Input
from overt.web.studio._action import NotTaken, StudioAction, StudioAsk
from overt.web.studio._source import loaded_tables

_KINDS = (
    ("describes", "The second describes the first: one row each"),
    ("many", "The first has many of the second"),
    ("below", "The same kind of rows, one below the other"),
)
_TICKS = (
    FormField("trim", "Ignore blanks at the ends", Input.TICK, optional=True),
    FormField("fold", "Ignore upper and lower case", Input.TICK, optional=True),
    FormField("zeros", "Ignore zeros at the beginning", Input.TICK, optional=True),
)
_SEVERAL = FormField("several", "Yes, one row becomes several", Input.TICK, optional=True)
_NUMBER = FormField("number", "Join", longest=4)


def _tables(ask: StudioAsk) -> list[dict[str, Any]]:
    loaded = loaded_tables(ask.project)
    return [] if loaded is None else list(loaded["tables"])


def _fields(ask: StudioAsk) -> tuple[FormField, ...]:
    places = tuple(
        (f"{table_at}/{column_at}", f"{table['name']}: {column[0]}")
        for table_at, table in enumerate(_tables(ask), start=1)
        for column_at, column in enumerate(table["columns"], start=1)
    )
    left = FormField("left", "Table and column", Input.CHOICE, choices=places, noun="a column on both sides")
    right = FormField("right", "Is the same as", Input.CHOICE, choices=places, noun="a column on both sides")
    kind = FormField("kind", "How they belong together", Input.CHOICE, choices=_KINDS, noun="how they belong together")
    return (left, right, kind, *_TICKS, _SEVERAL)


def _show(ask: StudioAsk) -> Page:
    tables = _tables(ask)
    joins = [_seen(ask, number, join, tables) for number, join in enumerate(ask.project.settings.join)]
    fields = _fields(ask) if len(tables) > 1 else ()
    return Page("studio/joins.html", {"tables": tables, "joins": joins, "fields": fields, "given": {"trim": "yes"}})


def _seen(ask: StudioAsk, number: int, join: Mapping[str, Any], tables: list[dict[str, Any]]) -> dict[str, Any]:
    """A join with what it matches; one whose columns are not there any more has no counts."""
    sides = [_place(tables, str(join.get(side, ""))) for side in ("left", "right")]
    check = None if None in sides or join["kind"] == "below" else _check(ask, join)
    names = [_name(tables, at) for at in sides]
    return {"number": number, "names": names, "kind": dict(_KINDS).get(str(join["kind"]), ""), "check": check}


def _name(tables: list[dict[str, Any]], at: tuple[int, int] | None) -> str:
    if at is None:
        return "a column that is not there"
    table = tables[at[0]]
    return f"{table['name']}: {table['columns'][at[1]][0]}"


def _check(ask: StudioAsk, join: Mapping[str, Any]) -> dict[str, Any]:
    left, right = ([int(part) - 1 for part in str(join[side]).split("/")] for side in ("left", "right"))
    ticks = {name: bool(join.get(name)) for name in ("trim", "fold", "zeros")}
    return ask.engine.ask("join", left=left, right=right, **ticks)


def _place(tables: list[dict[str, Any]], text: str) -> tuple[int, int] | None:
    table, _, column = text.partition("/")
    if not (table.isdecimal() and column.isdecimal()):
        return None
    at = int(table) - 1, int(column) - 1
    return at if 0 <= at[0] < len(tables) and 0 <= at[1] < len(tables[at[0]]["columns"]) else None


def _add(ask: StudioAsk) -> Sent:
    form = ask.form
    if form["left"].partition("/")[0] == form["right"].partition("/")[0]:
        raise NotTaken(FormFault("right", "Choose a column of another table"))
    join: dict[str, Any] = {"left": form["left"], "right": form["right"], "kind": form["kind"]}
    join |= {name: True for name in ("trim", "fold", "zeros") if form.get(name) == "yes"}
    if form["kind"] != "below":
        check = _check(ask, join)
        repeated = check["right"]["repeated_keys"]
        if form["kind"] == "describes" and repeated and form.get("several") != "yes":
            keys = "1 key repeats" if repeated == 1 else f"{repeated:,} keys repeat"
            says = f"{keys} in “{check['between'][1]}”: say that one row becomes several, or choose another column"
            raise NotTaken(FormFault("several", says))
    if form.get("several") == "yes":
        join["several"] = True
    kept = [*map(dict, ask.project.settings.join), join]
    ask.project.set("Joined two tables", ["join"], seen=ask.seen, join=kept)
    return Sent(f"{ask.home}joins")


def _remove(ask: StudioAsk) -> Sent:
    number = ask.form["number"]
    kept = [dict(join) for at, join in enumerate(ask.project.settings.join) if str(at) != number]
    ask.project.set("Removed a join", ["join"], seen=ask.seen, join=kept)
    return Sent(f"{ask.home}joins")


_PATH = "/p/{project}/joins"
ACTIONS = (
    StudioAction(_PATH, _show),
    StudioAction(_PATH, _add, "POST", _fields),
    StudioAction(f"{_PATH}/remove", _remove, "POST", (_NUMBER,), page=_PATH),
)
