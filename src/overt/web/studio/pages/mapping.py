"""Mapping: the SQL that the choices made, and the way to write it by hand."""

from __future__ import annotations

from dataclasses import replace

from overt.audits.mapping.form import ItemForm, MappingForm, read_form
from overt.refusals import Refusal
from overt.web._answers import Page, Plain, Sent
from overt.web._forms import FormFault, FormField, Input
from overt.web.studio._action import NotTaken, StudioAction, StudioAsk
from overt.web.studio._kept import MAPPING
from overt.web.studio._meaning import column_named, form_in

_PATH = "/p/{project}/mapping"
_LONGEST = 2**20
_SQL = FormField("sql", "Mapping", Input.WORDS, longest=_LONGEST, noun="a mapping")


def _show(ask: StudioAsk) -> Page:
    text = ask.project.mapping
    return _page(text, text)


def _page(kept: str, typed: str, checked: str = "") -> Page:
    form = form_in(kept)
    return Page(
        "studio/mapping.html",
        {
            "lines": list(enumerate(kept.splitlines(), start=1)),
            "views": [_view(form, number) for number in range(len(form.views))],
            "fields": (replace(_SQL, label="Write the mapping by hand"),),
            "given": {"sql": typed},
            "checked": checked,
        },
    )


def _view(form: MappingForm, number: int) -> dict[str, object]:
    """A view and its columns, each from the form or written by hand."""
    view = form.views[number]
    items = [
        {
            "title": column_named(f"{view.table}.{item.column}").in_words,
            "by_hand": not isinstance(item, ItemForm),
        }
        for item in view.items
    ]
    return {"table": view.table, "items": items, "kept": view.kept is not None}


def _check(ask: StudioAsk) -> Page:
    """Reads what was typed, and changes nothing."""
    typed = _typed(ask)
    count = len(_read(typed).views)
    said = "1 table of the model is filled" if count == 1 else f"{count} tables of the model are filled"
    return _page(ask.project.mapping, typed, f"Nothing is wrong with it: {said}. It is not used yet.")


def _use(ask: StudioAsk) -> Sent:
    typed = _typed(ask)
    form = _read(typed)
    keys = [f"{view.table}.{item.column}" for view in form.views for item in view.items]
    ask.change("Wrote the mapping by hand", ["mapping", *keys], lambda _: {MAPPING: typed})
    return Sent(f"{ask.home}mapping")


def _upload(ask: StudioAsk) -> Sent:
    if len(ask.uploads) != 1:
        raise NotTaken(FormFault("file", "Choose one mapping"))
    (upload,) = ask.uploads
    if upload.size > _LONGEST:
        raise NotTaken(FormFault("file", "A mapping has at most 1 MiB"))
    try:
        text = upload.part.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        problem, remedy = "there is a byte that is not UTF-8", "save it as UTF-8"
        raise Refusal("encoding-not-utf8", upload.name, problem, "UTF-8", remedy) from None
    read_form(text, name=upload.name)
    ask.change(f"Took the mapping {upload.name}", ["mapping"], lambda _: {MAPPING: text})
    return Sent(f"{ask.home}mapping")


def _typed(ask: StudioAsk) -> str:
    return ask.form["sql"].rstrip("\n") + "\n"


def _read(text: str) -> MappingForm:
    return read_form(text, name=MAPPING)


def _download(ask: StudioAsk) -> Plain:
    return Plain(ask.project.mapping.encode("utf-8"), "application/sql; charset=utf-8", MAPPING)


ACTIONS = (
    StudioAction(_PATH, _show),
    StudioAction(_PATH, _use, "POST", (_SQL,)),
    StudioAction(f"{_PATH}/check", _check, "POST", (_SQL,), page=_PATH),
    StudioAction(f"{_PATH}/file", _upload, "POST", (), uploads=True, page=_PATH),
    StudioAction(f"{_PATH}.sql", _download),
)
