"""Rows of one number: what is taken where they differ, and which of them are not the same person after all."""

from __future__ import annotations

from typing import Any

from starlette.exceptions import HTTPException

from overt.audits.mapping.form import (
    Agreed,
    Day,
    DayOfTime,
    ItemForm,
    NumberedPeople,
    OfRow,
    cells,
    decided,
    told_apart,
)
from overt.model import ENTRY, SUBJECT
from overt.web._answers import Page, Sent
from overt.web._forms import FormFault, FormField, Input
from overt.web.studio._action import NotTaken, StudioAction, StudioAsk
from overt.web.studio._meaning import Place, SourceMeaning, column_named, effect_of, keep

_ONE = "/p/{project}/meaning/{table}/{number}"
_ROWS, _PEOPLE = f"{_ONE}/{{name}}/rows", f"{_ONE}/people"
_AGREE, _LATEST, _ROW = "agree", "latest-", "row-"


class _Rows:
    """A column of the model that is taken from several rows, and what may decide between these."""

    def __init__(self, ask: StudioAsk) -> None:
        self.ask = ask
        self.source = SourceMeaning(ask)
        self.place: Place = self.source.place()
        self.column = column_named(ask.path["name"])
        view = self.source.form.by_table.get(self.column.table)
        item = view.by_column.get(self.column.name) if view is not None else None
        if not (isinstance(item, ItemForm) and isinstance(item.choice, Agreed)):
            raise HTTPException(404)
        self.choice = item.choice

    @property
    def dates(self) -> list[tuple[str, OfRow]]:
        """The columns of the same table that are read as dates, by which one row is the latest."""
        found: dict[str, OfRow] = {}
        for place in self.source.places:
            for meaning in self.source.meanings(place) if place.table == self.place.table else ():
                item = meaning.item
                choice = item.choice if isinstance(item, ItemForm) else None
                of = choice.of if isinstance(choice, Agreed) else choice
                if isinstance(of, Day | DayOfTime) and not any(cell.of for cell in cells(of)):
                    found.setdefault(place.seen.column, of)
        return list(found.items())

    @property
    def field(self) -> FormField:
        """The choice of what is taken."""
        latest = [(f"{_LATEST}{place}", f"The row with the latest “{name}”") for place, (name, _) in
                  enumerate(self.dates)]  # fmt: skip
        choices = ((_AGREE, "Nothing: it is then unknown"), *latest)
        noun = "what is taken where rows differ"
        return FormField("differ", "What is taken where they differ?", Input.CHOICE, choices=choices, noun=noun)

    @property
    def given(self) -> dict[str, str]:
        """What is taken now."""
        if self.choice.how != "latest":
            return {"differ": _AGREE if self.choice.how == "agree" else ""}
        places = [place for place, (_, of) in enumerate(self.dates) if of == self.choice.by]
        return {"differ": f"{_LATEST}{places[0]}" if places else ""}

    def change(self) -> Any:
        """The change of the mapping that the form asks for."""
        chosen = self.ask.form["differ"]
        table, name = self.column.table, str(self.column.name)
        if chosen == _AGREE:
            return lambda form: decided(form, table, name, "agree")
        _, by = self.dates[int(chosen.removeprefix(_LATEST))]
        return lambda form: decided(form, table, name, "latest", by)


def _show(ask: StudioAsk) -> Page:
    return _page(_Rows(ask))


def _page(rows: _Rows, effect: dict[str, Any] | None = None) -> Page:
    ask = rows.ask
    counted = ask.engine.ask("differing", mapping=ask.project.mapping, column=rows.column.path)
    data = {
        "place": rows.place, "title": rows.column.in_words, "counted": counted["differing"], "fields": (rows.field,),
        "given": {**rows.given, **(ask.form if effect else {})}, "effect": effect,
        "here": f"{ask.home}meaning/{rows.place.path}/{rows.column.path}/rows",
    }  # fmt: skip
    return Page("studio/meaning-rows.html", data)


def _fields(ask: StudioAsk) -> tuple[FormField, ...]:
    return (_Rows(ask).field,)


def _try(ask: StudioAsk) -> Page:
    rows = _Rows(ask)
    return _page(rows, effect_of(ask, rows.column.path, rows.change()))


def _save(ask: StudioAsk) -> Sent:
    rows = _Rows(ask)
    taken = dict(rows.field.choices)[ask.form["differ"]]
    words = f"“{rows.place.seen.column}”, where rows of one number differ: {taken[:1].lower()}{taken[1:]}"
    keep(ask, words, [rows.column.path], rows.change(), field="differ")
    return Sent(f"{ask.home}meaning/{rows.place.path}")


# --- people -----------------------------------------------------------------------------------------------------------


def _numbered(ask: StudioAsk) -> tuple[SourceMeaning, Place, NumberedPeople]:
    """The people who are numbered in the order of the column of the address, or 404."""
    source = SourceMeaning(ask)
    place = source.place()
    for view in source.form.views:
        frame = view.frame
        if isinstance(frame, NumberedPeople) and (frame.table, frame.cell.name) == (
            place.seen.table, place.seen.column,
        ):  # fmt: skip
            return source, place, frame
    raise HTTPException(404)


def _merged(ask: StudioAsk) -> dict[str, Any]:
    return dict(ask.engine.ask("merged", mapping=ask.project.mapping))


def _row_fields(ask: StudioAsk) -> tuple[FormField, ...]:
    """A tick for each row but the first of a person who is written in several ways."""
    _numbered(ask)
    return tuple(
        FormField(f"{_ROW}{row}", f"Row {place} is another person", Input.TICK, optional=True)
        for person in _merged(ask)["shown"]
        for row, place in list(zip(person["rows"], person["places"], strict=True))[1:]
    )


def _show_people(ask: StudioAsk) -> Page:
    _, place, frame = _numbered(ask)
    given = {f"{_ROW}{row}": "yes" for row in frame.apart}
    data = {"place": place, "merged": _merged(ask), "fields": _row_fields(ask), "given": given}
    return Page("studio/meaning-people.html", data)


def _save_people(ask: StudioAsk) -> Sent:
    _, place, frame = _numbered(ask)
    offered = {int(field.name.removeprefix(_ROW)) for field in _row_fields(ask)}
    ticked = {row for row in offered if ask.form.get(f"{_ROW}{row}")}
    rows = tuple(sorted(ticked | (set(frame.apart) - offered)))
    if len(rows) > _MOST_APART:
        first = f"{_ROW}{min(ticked)}" if ticked else ""
        raise NotTaken(FormFault(first, f"At most {_MOST_APART} rows can be told apart: choose another column"))
    told = "no row is told apart" if not rows else f"{len(rows)} rows are persons of their own"
    keep(ask, f"“{place.seen.column}”: {told}", [ENTRY.subject_id.path, SUBJECT.subject_id.path],
         lambda form: told_apart(form, place.seen.table, rows), field=f"{_ROW}{min(offered, default=0)}")  # fmt: skip
    return Sent(f"{ask.home}meaning/{place.path}/people")


_MOST_APART = 200
ACTIONS = (
    StudioAction(_ROWS, _show),
    StudioAction(_ROWS, _save, "POST", _fields),
    StudioAction(f"{_ROWS}/try", _try, "POST", _fields, page=_ROWS),
    StudioAction(_PEOPLE, _show_people),
    StudioAction(_PEOPLE, _save_people, "POST", _row_fields),
)
