"""The values of one column: in which forms its dates are read, and which code each of its values is."""

from __future__ import annotations

from typing import Any

from overt.audits.mapping.form import ItemForm
from overt.web._answers import Page, Sent
from overt.web._forms import FormField
from overt.web.studio._action import StudioAction, StudioAsk
from overt.web.studio._kept import Choices
from overt.web.studio._meaning import effect_of, keep
from overt.web.studio.pages.column_values import ALSO, ColumnValues
from overt.web.studio.pages.meaning import says_more
from overt.web.studio.pages.meaning_codes import SCHEME, CodeValues
from overt.web.studio.pages.meaning_dates import DateValues

_PATH = "/p/{project}/meaning/{table}/{number}/{name}"


def _form_of(values: ColumnValues) -> DateValues | CodeValues:
    return DateValues(values) if values.is_date else CodeValues(values)


def _show(ask: StudioAsk) -> Page:
    return _page(ColumnValues(ask))


def _page(values: ColumnValues, effect: dict[str, Any] | None = None) -> Page:
    form = _form_of(values)
    data = {
        "place": values.place,
        "places": values.places,
        "here": f"{values.ask.home}meaning/{values.place.path}/{values.column.path}",
        "also": f"?also={values.also}" if values.also else "",
        "title": values.column.in_words,
        "doc": values.column.doc if says_more(values.column) else "",
        "facts": values.facts,
        "fields": form.fields,
        "given": {**form.given, **(values.ask.form if effect else {})},
        "effect": effect,
        "schemes": form.schemes if isinstance(form, CodeValues) else (),
    }
    return Page("studio/meaning-dates.html" if values.is_date else "studio/meaning-codes.html", data)


def _fields(ask: StudioAsk) -> tuple[FormField, ...]:
    return _form_of(ColumnValues(ask)).fields


def _try(ask: StudioAsk) -> Page:
    """Shows what the choices would make of the column, and keeps nothing."""
    values = ColumnValues(ask)
    item, _ = _item(values)
    return _page(values, effect_of(ask, values.column.path, values.change(item)))


def _save(ask: StudioAsk) -> Sent:
    values = ColumnValues(ask)
    item, asked = _item(values)
    form = _form_of(values)
    apart = form.apart() if isinstance(form, CodeValues) else ()
    old = values.source.choice(values.place)
    choice = old.model_copy(update={"asked": asked, "reason": ask.form.get("reason", ""), "decided": False})

    def told_apart(choices: Choices) -> Choices:
        return choices.model_copy(update={"apart": tuple(dict.fromkeys((*choices.apart, *apart)))})

    keep(
        ask, f"{values.shown}: {values.column.in_words}", [values.column.path], values.change(item),
        columns={values.place.key: choice if choice.asked or choice.reason else None}, field="rest",
        alter=told_apart if apart else None,
    )  # fmt: skip
    here = f"{ask.home}meaning/{values.place.path}/{values.column.path}"
    return Sent(here if apart else f"{ask.home}meaning")


def _item(values: ColumnValues) -> tuple[ItemForm, str]:
    """The column of the model as the form fills it, and what the unit is asked."""
    form = _form_of(values)
    return (form.item(), "") if isinstance(form, DateValues) else form.item()


ACTIONS = (
    StudioAction(_PATH, _show, query=(ALSO, SCHEME)),
    StudioAction(_PATH, _save, "POST", _fields, query=(ALSO,)),
    StudioAction(f"{_PATH}/try", _try, "POST", _fields, query=(ALSO,), page=_PATH),
)
