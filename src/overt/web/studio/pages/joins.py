"""Joins: which column of one table is the same as which of another, and what of both sides finds its match.

A join is kept with the project, and becomes part of the mapping as soon as a column is chosen that needs it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from overt.audits.mapping.form import (
    BELOW,
    DESCRIBES,
    MANY,
    Join,
    MappingForm,
    with_join,
    without_joins,
)
from overt.web._answers import Page, Sent
from overt.web._forms import FormFault, FormField, Input
from overt.web.studio._action import NotTaken, StudioAction, StudioAsk, Texts
from overt.web.studio._joins import joins_in, place_in, tables_of
from overt.web.studio._kept import MAPPING, SETTINGS, ProjectSettings
from overt.web.studio._meaning import changed_mapping, form_in

_KINDS = (
    (DESCRIBES, "The second describes the first: one row each"),
    (MANY, "The first has many of the second"),
    (BELOW, "The same kind of rows, one below the other"),
)
_TICKS = (
    FormField("trim", "Ignore blanks at the ends", Input.TICK, optional=True),
    FormField("fold", "Ignore upper and lower case", Input.TICK, optional=True),
    FormField("zeros", "Ignore zeros at the beginning", Input.TICK, optional=True),
)
_SEVERAL = FormField("several", "Yes, one row becomes several", Input.TICK, optional=True)
_NUMBER = FormField("number", "Join", longest=4)
Declared = Mapping[str, Any]


def _fields(ask: StudioAsk) -> tuple[FormField, ...]:
    places = tuple(
        (f"{table_at}/{column_at}", f"{table['origin']}: {column[0]}")
        for table_at, table in enumerate(tables_of(ask), start=1)
        for column_at, column in enumerate(table["columns"], start=1)
    )
    left = FormField("left", "Table and column", Input.CHOICE, choices=places, noun="a column on both sides")
    right = FormField("right", "Is the same as", Input.CHOICE, choices=places, noun="a column on both sides")
    kind = FormField("kind", "How they belong together", Input.CHOICE, choices=_KINDS, noun="how they belong together")
    return (left, right, kind, *_TICKS, _SEVERAL)


def _show(ask: StudioAsk) -> Page:
    return _page(ask, {"trim": "yes"})


def _page(ask: StudioAsk, given: Mapping[str, str], tried: dict[str, Any] | None = None) -> Page:
    tables = tables_of(ask)
    alike = len({tuple(name for name, _ in table["columns"]) for table in tables}) == 1
    declared = ask.project.settings.join
    read = _in_mapping(ask, tables)
    known = {pair for settings in declared for pair in _pairs(joins_in(settings, tables))}
    data = {
        "tables": tables,
        "alike": alike and len(tables) > 1,
        "joins": [_seen(ask, number, settings, tables, read) for number, settings in enumerate(declared)],
        "written": [join for join in read if frozenset(join["tables"]) not in known],
        "fields": _fields(ask) if len(tables) > 1 and not alike else (),
        "given": given,
        "tried": tried,
    }
    return Page("studio/joins.html", data)


def _pairs(joins: tuple[Join, ...]) -> set[frozenset[str]]:
    return {frozenset((join.table, join.other)) for join in joins}


def _in_mapping(ask: StudioAsk, tables: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The joins that the mapping makes, with what they match."""
    if len(tables) < 2 or not ask.project.mapping.strip():
        return []
    return list(ask.engine.ask("joins", mapping=ask.project.mapping)["joins"])


def _seen(
    ask: StudioAsk, number: int, settings: Declared, tables: list[dict[str, Any]], read: list[dict[str, Any]]
) -> dict[str, Any]:
    """A join with what it matches and what the mapping makes of it; without its columns it has no counts."""
    joins = joins_in(settings, tables)
    pairs = _pairs(joins)
    used = [join["table"] for join in read if frozenset(join["tables"]) in pairs]
    return {
        "number": number, "names": _names(settings, tables), "kind": dict(_KINDS).get(str(settings["kind"]), ""),
        "check": _check(ask, settings) if joins and joins[0].kind != BELOW else None,
        "below": joins if joins and joins[0].kind == BELOW else (), "used": list(dict.fromkeys(used)),
    }  # fmt: skip


def _names(settings: Declared, tables: list[dict[str, Any]]) -> list[str]:
    names = []
    for side in ("left", "right"):
        at = place_in(tables, str(settings.get(side, "")))
        names.append(
            f"{tables[at[0]]['origin']}: {tables[at[0]]['columns'][at[1]][0]}" if at else "a column that is not there"
        )
    return names


def _check(ask: StudioAsk, settings: Declared) -> dict[str, Any]:
    left, right = ([int(part) - 1 for part in str(settings[side]).split("/")] for side in ("left", "right"))
    ticks = {name: bool(settings.get(name)) for name in ("trim", "fold", "zeros")}
    return ask.engine.ask("join", left=left, right=right, **ticks)


def _stated(ask: StudioAsk) -> dict[str, Any]:
    """The join that the form states. Refuses two columns of one table."""
    form = ask.form
    if form["left"].partition("/")[0] == form["right"].partition("/")[0]:
        raise NotTaken(FormFault("right", "Choose a column of another table"))
    stated: dict[str, Any] = {"left": form["left"], "right": form["right"], "kind": form["kind"]}
    return stated | {name: True for name in ("trim", "fold", "zeros") if form.get(name) == "yes"}


def _try(ask: StudioAsk) -> Page:
    """Shows what a join would match, and keeps nothing."""
    stated = _stated(ask)
    tables = tables_of(ask)
    joins = joins_in(stated, tables)
    tried = {
        "names": _names(stated, tables),
        "check": None if stated["kind"] == BELOW else _check(ask, stated),
        "below": joins if stated["kind"] == BELOW else (),
    }
    return _page(ask, ask.form, tried)


def _add(ask: StudioAsk) -> Sent:
    stated = _stated(ask)
    if stated["kind"] != BELOW:
        _check_once(ask, stated, _check(ask, stated))
    if ask.form.get("several") == "yes":
        stated["several"] = True
    tables = tables_of(ask)
    left, right = _names(stated, tables)

    def change(form: MappingForm) -> MappingForm:
        for join in joins_in(stated, tables):
            form = with_join(form, join)
        return form

    kept = [*map(dict, ask.project.settings.join), stated]
    _keep(ask, f"Joined {left} with {right}", kept, change)
    return Sent(f"{ask.home}joins")


def _check_once(ask: StudioAsk, stated: Declared, check: Mapping[str, Any]) -> None:
    """Refuses a key that repeats on a side that must have it once, unless it is said that rows become several."""
    once = "right" if stated["kind"] == DESCRIBES else "left"
    repeated = check[once]["repeated_keys"]
    if repeated and ask.form.get("several") != "yes":
        keys = "1 key repeats" if repeated == 1 else f"{repeated:,} keys repeat"
        name = check["origins"][1 if once == "right" else 0]
        says = f"{keys} in “{name}”: say that one row becomes several, or choose another column"
        raise NotTaken(FormFault("several", says))


def _remove(ask: StudioAsk) -> Sent:
    tables = tables_of(ask)
    removed = [each for at, each in enumerate(ask.project.settings.join) if str(at) == ask.form["number"]]
    kept = [dict(each) for at, each in enumerate(ask.project.settings.join) if str(at) != ask.form["number"]]
    gone = [join for settings in removed for join in joins_in(settings, tables)]
    words = f"No longer joined: {' with '.join(_names(removed[0], tables))}" if removed else "Removed a join"
    _keep(ask, words, kept, lambda form: without_joins(form, gone))
    return Sent(f"{ask.home}joins")


def _keep(ask: StudioAsk, words: str, kept: list[dict[str, Any]], change: Any) -> None:
    """Keeps the joins of the project and what they make of the mapping, as one entry of the history."""
    before = form_in(ask.project.mapping)
    filled = [f"{view.table}.{item.column}" for view in before.views for item in view.items]

    def edit(now: Texts) -> Texts:
        settings = ProjectSettings.read(now[SETTINGS] or "")
        changed = ProjectSettings.model_validate({**settings.model_dump(), "join": kept})
        texts: dict[str, Any] = {SETTINGS: changed.write()}
        if (now[MAPPING] or "").strip():
            texts[MAPPING] = changed_mapping(ask, now, change)
        return texts

    try:
        ask.change(words[:500], ["join", *filled], edit)
    except ValueError as error:
        remedy = "Change it on the page Mapping"
        raise NotTaken(FormFault("left", "The mapping was written by hand where this join belongs", remedy)) from error


_PATH = "/p/{project}/joins"
ACTIONS = (
    StudioAction(_PATH, _show),
    StudioAction(_PATH, _add, "POST", _fields),
    StudioAction(f"{_PATH}/try", _try, "POST", _fields, page=_PATH),
    StudioAction(f"{_PATH}/remove", _remove, "POST", (_NUMBER,), page=_PATH),
)
