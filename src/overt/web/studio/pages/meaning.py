"""Meaning: what each column of the source says in the words of the model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from overt.audits.columns import forms_in_words
from overt.audits.mapping.form import (
    ROW_NUMBER,
    TRIM,
    AsItIs,
    Candidate,
    Cell,
    Figure,
    ItemForm,
    MappingForm,
    cells,
    in_pieces,
    numbered_people,
    with_meaning,
    without,
)
from overt.model import ENTRY, SUBJECT, TABLES, Column, Kind, Role, find_column
from overt.web._answers import Page, Sent
from overt.web._forms import FormFault, FormField, Input
from overt.web.studio._action import NotTaken, StudioAction, StudioAsk
from overt.web.studio._kept import ColumnChoice
from overt.web.studio._meaning import Place, SourceMeaning, column_named, keep
from overt.web.studio._steps import Progress, Step, StepState, waits
from overt.web.studio.pages.answered import more_with

_ALL = "/p/{project}/meaning"
_ONE = "/p/{project}/meaning/{table}/{number}"
_UNUSED, _ASK = "unused", "ask"
_LONGEST_REASON = 500
_REASON = FormField(
    "reason", "Reason, or what to ask the unit", optional=True, longest=_LONGEST_REASON,
    hint="Optional. It is kept in the project and stands in the list of questions",
)  # fmt: skip
_SEPARATORS = (
    ("one", "One value"), (";", "Values with a semicolon between them"), (",", "Values with a comma between them"),
    ("|", "Values with a stroke between them"), ("/", "Values with a slash between them"),
)  # fmt: skip
_SEPARATOR = FormField("cell", "What does a cell hold?", Input.CHOICE, choices=_SEPARATORS, optional=True)
_PEOPLE = FormField("people", "Number the people in the order of this column", Input.TICK, optional=True)
_Q = FormField("q", "Search in plain words", optional=True, hint="For example: when was it last reviewed")
_TABLES = tuple((name, name.replace("_", " ").capitalize()) for name, table in TABLES.items() if table.kept)
_ABOUT = FormField("about", "It tells about", Input.CHOICE, choices=_TABLES, optional=True)
_KEYS = {Role.KEY, Role.REFERENCE, Role.PSEUDONYM, Role.ACTOR}


def _overview(ask: StudioAsk) -> Page:
    source = SourceMeaning(ask)
    undecided: list[dict[str, Any]] = []
    decided: list[dict[str, Any]] = []
    unused: list[dict[str, Any]] = []
    for place in source.places:
        means, choice = source.meanings(place), source.choice(place)
        row = {
            "place": place,
            "means": [_meant(each.name) for each in means],
            "choice": choice,
            "guess": guessed[0] if (guessed := _guessed(source, place)) else None,
        }
        (decided if means else unused if choice.decided else undecided).append(row)
    data = {"undecided": undecided, "decided": decided, "unused": unused, "certain": len(source.certain)}
    return Page("studio/meaning.html", data)


def _says_more(column: Column) -> bool:
    """Whether the model says more of a column than the words by which it is chosen."""
    return not column.in_words.casefold().endswith(column.doc.rstrip(".").casefold())


def _meant(name: str) -> dict[str, Any]:
    """What a column means, in words; `details` is what its page of values is called, if it has one."""
    return {"name": name, "words": column_named(name).in_words, "details": _details(column_named(name))}


def _guessed(source: SourceMeaning, place: Place) -> list[dict[str, str]]:
    """What a column may mean, each with its reason and what is left to decide, in words for people."""
    return [
        {
            "words": column_named(each.name).in_words,
            "why": forms_in_words(each.why),
            "left": forms_in_words(each.left),
        }
        for each in source.proposal.candidates(place.seen.table, place.seen.column)
        if each.why
    ]


def _accept(ask: StudioAsk) -> Sent:
    source = SourceMeaning(ask)
    certain = source.certain
    if certain:
        count = "1 guess" if len(certain) == 1 else f"{len(certain)} guesses"
        names = ", ".join(candidate.name for candidate in certain)
        keep(ask, f"Accepted {count}: {names}", [candidate.name for candidate in certain], source.with_certain)
    return Sent(f"{ask.home}meaning")


def _questions(ask: StudioAsk) -> Page:
    """The open questions, as a text to copy."""
    source = SourceMeaning(ask)
    lines = []
    for place in source.places:
        choice = source.choice(place)
        if choice.asked:
            lines.append(f"- “{place.seen.column}”: {choice.asked}")
        elif not source.meanings(place) and not choice.decided:
            guess = next(iter(source.proposal.candidates(place.seen.table, place.seen.column)), None)
            left = forms_in_words(guess.left or (guess.why if guess.sql is None else "")) if guess else ""
            lines.append(f"- “{place.seen.column}”: {left or 'what does this column mean?'}")
    lines += [f"- {question}" for view in source.proposal.views for question in view.asked]
    text = "\n".join([f"Questions about {source.proposal.name}:", *dict.fromkeys(lines)])
    return Page("studio/questions.html", {"text": text if lines else "", "rows": min(len(lines) + 3, 40)})


def _column(ask: StudioAsk) -> Page:
    source = SourceMeaning(ask)
    place = source.place()
    candidates = source.proposal.candidates(place.seen.table, place.seen.column)
    means = source.meanings(place)
    offered = _offered(ask, candidates)
    first = candidates[0].name if candidates and not means else ""
    fields = (_choice(offered, more_with(ask, offered)), *_more_fields(ask, place, offered))
    return Page(
        "studio/meaning-column.html",
        {
            "place": place,
            "means": [_meant(each.name) for each in means],
            "candidates": _guessed(source, place),
            "choice": source.choice(place),
            "fields": fields,
            "given": {"meaning": first, "cell": "one"},
            "tables": _TABLES,
            "doc": {column.in_words: column.doc for column in offered if _says_more(column)},
        },
    )


def _offered(ask: StudioAsk, candidates: tuple[Candidate, ...]) -> tuple[Column, ...]:
    """The columns of the model to choose from: guesses, what was searched for, and those of the table chosen."""
    found = {candidate.name: column_named(candidate.name) for candidate in candidates}
    about, words = ask.query.get("about", ""), ask.query.get("q", "")
    if words:
        hits = (hit.column for hit in find_column(words, table=about))
        found |= {column.path: column for column in hits if TABLES[column.table].kept}
    elif about:
        found |= {column.path: column for column in TABLES[about].own_columns if column.kept}
    if "meaning" in ask.form and "." in ask.form["meaning"]:
        found[ask.form["meaning"]] = column_named(ask.form["meaning"])
    return tuple(found.values())


def _adds(duties: int) -> str:
    return f" ({duties} more {'duty' if duties == 1 else 'duties'})" if duties > 0 else ""


def _choice(offered: tuple[Column, ...], more: Mapping[str, int]) -> FormField:
    """The choice among columns of the model, each with how many more duties it would let be answered."""
    choices = [(column.path, f"{column.in_words}{_adds(more.get(column.path, 0))}") for column in offered]
    choices += [(_UNUSED, "It is not used"), (_ASK, "Ask the unit")]
    return FormField(
        "meaning", "What does it mean?", Input.CHOICE, choices=tuple(choices), noun="what the column means"
    )


def _more_fields(ask: StudioAsk, place: Place, offered: tuple[Column, ...]) -> tuple[FormField, ...]:
    fields = [_SEPARATOR] if place.is_text and any(_may_be_several(column) for column in offered) else []
    of_people = any(column.role is Role.PSEUDONYM for column in offered)
    numbered = [_PEOPLE] if place.is_text and place.seen.distinct and (of_people or _has_names(ask, place)) else []
    return (*fields, *numbered, _REASON)


def _has_names(ask: StudioAsk, place: Place) -> bool:
    """Whether a column of texts looks like names of people."""
    asked = {"table": place.seen.table, "column": place.seen.column}
    return place.is_text and bool(ask.engine.ask("names", **asked)["names"])


def _may_be_several(column: Column) -> bool:
    """Whether a cell may hold several of them: what an entry has many of."""
    table = TABLES[column.table]
    return column.table != "entry" and ENTRY.entry_id in table.by_name and column.kind is Kind.TEXT


def _fields(_: StudioAsk) -> tuple[FormField, ...]:
    every = tuple(column for table in TABLES.values() if table.kept for column in table.columns if column.kept)
    return (_choice(every, {}), _SEPARATOR, _PEOPLE, _REASON)


def _details(column: Column) -> str:
    """What the page of a column's values says of it: its codes, its dates, or nothing if it has no such page."""
    if column.codes or column.kind is Kind.BOOLEAN:
        return "codes"
    return "dates" if column.kind in (Kind.DATE, Kind.TIMESTAMP) else ""


def _choose(ask: StudioAsk) -> Sent:
    source = SourceMeaning(ask)
    place = source.place()
    chosen, reason = ask.form["meaning"], ask.form.get("reason", "")
    shown = f"“{place.seen.column}”"
    if ask.form.get("people"):
        keep(
            ask, f"{shown}: people are numbered in its order, and its names are left out",
            [SUBJECT.subject_id.path, ENTRY.subject_id.path],
            lambda form: numbered_people(form, place.seen.table, place.seen.column),
        )  # fmt: skip
        return Sent(f"{ask.home}meaning")
    if chosen in (_UNUSED, _ASK):
        _leave(ask, source, place, reason)
        return Sent(f"{ask.home}meaning")
    column = column_named(chosen)
    _check_free(source, place, column)
    _check_names(ask, place, column)
    if _details(column) and not (place.type != "VARCHAR" and not column.codes):
        return Sent(f"{ask.home}meaning/{place.path}/{chosen}")
    separator = ask.form.get("cell", "one")
    if separator != "one":
        if not (place.is_text and _may_be_several(column)):
            raise NotTaken(FormFault("cell", "Several values in one cell can only be rows of another table"))
        cell = Cell(place.seen.column, separator=separator)
        keep(ask, f"{shown}: {column.in_words}, several in one cell", [chosen],
             lambda form: in_pieces(form, place.seen.table, column.table, column.name, cell),
             columns={place.key: None})  # fmt: skip
        return Sent(f"{ask.home}meaning")
    item = _plain_item(place, column)
    keep(ask, f"{shown}: {column.in_words}", [chosen],
         lambda form: with_meaning(form, place.seen.table, column.table, item), columns={place.key: None})  # fmt: skip
    return Sent(f"{ask.home}meaning")


def _leave(ask: StudioAsk, source: SourceMeaning, place: Place, reason: str) -> None:
    """Keeps that a column is not used, which takes back what it meant, or that the unit is asked about it."""
    shown = f"“{place.seen.column}”"
    if ask.form["meaning"] == _ASK:
        choice = ColumnChoice(asked=reason or "what does this column mean?")
        keep(ask, f"{shown}: ask the unit", [place.key], columns={place.key: choice})
        return
    means = source.meanings(place)

    def change(form: MappingForm) -> MappingForm:
        for meaning in means:
            form = without(form, meaning.table, meaning.item.column)
        return form

    keys = [place.key, *(meaning.name for meaning in means)]
    choice = ColumnChoice(decided=True, reason=reason)
    keep(ask, f"{shown}: not used", keys, change if means else None, columns={place.key: choice})


def _plain_item(place: Place, column: Column) -> ItemForm:
    """How a column that needs no list fills one of the model."""
    seen = place.seen
    note = f"“{seen.column}”: filled in {seen.filled:,} of {seen.rows:,} rows"
    cell = Cell(seen.column, steps=(TRIM,) if place.is_text else ())
    if column.kind in (Kind.NUMBER, Kind.INTEGER) and place.is_text:
        types = ("double",) if column.kind is Kind.NUMBER else ("double", "bigint")
        return ItemForm(column.name, Figure(Cell(seen.column, steps=(TRIM,)), types), note)
    return ItemForm(column.name, AsItIs(cell), note)


def _check_free(source: SourceMeaning, place: Place, column: Column) -> None:
    """Refuses a column of the model that another column of the source fills."""
    view = source.form.by_table.get(column.table)
    item = view.by_column.get(column.name) if view else None
    if item is None or (isinstance(item, ItemForm) and item.choice == ROW_NUMBER):
        return
    read = {cell.name for cell in cells(item.choice)} if isinstance(item, ItemForm) else set()
    if place.seen.column not in read:
        what = column.in_words
        raise NotTaken(FormFault("meaning", f"Another column already is “{what}”. Remove that meaning first"))


def _check_names(ask: StudioAsk, place: Place, column: Column) -> None:
    """Refuses names of people as numbers."""
    if column.role in _KEYS and _has_names(ask, place):
        instead = "ask the unit for staff references" if column.role is Role.ACTOR else "number the people"
        says = f"“{place.seen.column}” looks like names of people: choose another column or {instead}"
        raise NotTaken(FormFault("meaning", says, "Overt keeps no names"))


def _remove(ask: StudioAsk) -> Sent:
    source = SourceMeaning(ask)
    place = source.place()
    column = column_named(ask.form["name"])
    if column.path not in {each.name for each in source.meanings(place)}:
        raise NotTaken(FormFault("name", "This column does not mean that any more"))
    words = f"“{place.seen.column}”: no longer {column.in_words}"
    keep(ask, words, [column.path], lambda form: without(form, column.table, column.name), field="name")
    return Sent(f"{ask.home}meaning/{place.path}")


def _state(ask: StudioAsk) -> StepState:
    """How far the mapping is, from what is kept alone."""
    waiting = waits(ask)
    if waiting is not None:
        return waiting
    project = ask.project
    asked = sum(1 for choice in project.choices.columns.values() if choice.asked)
    if not project.mapping.strip():
        if waits(ask, mapped=True) is None:
            return StepState(Progress.DONE, "The source has tables of the register model, which need no mapping")
        return StepState(Progress.NOT_STARTED, "Say what each column means")
    return StepState(Progress.NEEDS_DECISION if asked else Progress.DONE, "", asked)


STEP = Step("Meaning", "meaning", _state)
ACTIONS = (
    StudioAction(_ALL, _overview),
    StudioAction(f"{_ALL}/accept", _accept, "POST", page=_ALL),
    StudioAction(f"{_ALL}/questions", _questions),
    StudioAction(_ONE, _column, query=(_Q, _ABOUT)),
    StudioAction(_ONE, _choose, "POST", _fields),
    StudioAction(f"{_ONE}/remove", _remove, "POST", (FormField("name", "Meaning", noun="a meaning"),), page=_ONE),
)
