"""One column: what it means, among all that a column can tell, and what follows from the choice."""

from __future__ import annotations

from collections.abc import Mapping

from overt.audits.mapping.form import (
    TRIM,
    Agreed,
    AsItIs,
    Candidate,
    Cell,
    Figure,
    ItemForm,
    MappingForm,
    Meaning,
    cells,
    in_pieces,
    numbered_people,
    one_entry_a_key,
    one_entry_a_row,
    with_meaning,
    with_sisters,
    without,
)
from overt.model import ENTRY, SUBJECT, TABLES, Column, Kind, Role, find_column
from overt.web._answers import Page, Sent
from overt.web._forms import FormFault, FormField, Input
from overt.web.studio._action import NotTaken, StudioAction, StudioAsk
from overt.web.studio._kept import ColumnChoice
from overt.web.studio._meaning import Place, SourceMeaning, column_named, keep
from overt.web.studio.pages.answered import more_with
from overt.web.studio.pages.meaning import details_of, guessed, meant, says_more

_ONE = "/p/{project}/meaning/{table}/{number}"
_UNUSED, _ASK, _SISTER = "unused", "ask", "also-"
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
_MEANING = "what the column means"
_PEOPLE = FormField("people", "Number the people in the order of this column", Input.TICK, optional=True)
_ONE_KEY, _ONE_ROW = "key", "row"
_KEY = FormField(
    "key", "What are rows with the same number?", Input.CHOICE, optional=True,
    choices=(
        (_ONE_KEY, "One entry, and each row is a fact about it"),
        (_ONE_ROW, "Entries of their own, which are then numbered by their row"),
    ),
)  # fmt: skip
_Q = FormField("q", "Search in plain words", optional=True, hint="For example: when was it last reviewed")
_TABLES = tuple((name, name.replace("_", " ").capitalize()) for name, table in TABLES.items() if table.kept)
_ABOUT = FormField("about", "It tells about", Input.CHOICE, choices=_TABLES, optional=True)
_KEYS = {Role.KEY, Role.REFERENCE, Role.PSEUDONYM, Role.ACTOR}


def _is_agreed(meaning: Meaning) -> bool:
    """Whether it is taken from all rows of one number."""
    return isinstance(meaning.item, ItemForm) and isinstance(meaning.item.choice, Agreed)


def _column(ask: StudioAsk) -> Page:
    source = SourceMeaning(ask)
    place = source.place()
    candidates = source.proposal.candidates(place.seen.table, place.seen.column)
    means = source.meanings(place)
    offered = _offered(ask, candidates)
    first = candidates[0].name if candidates and not means else ""
    fields = (_choice(offered, more_with(ask, offered)), *_more_fields(ask, source, place, offered))
    return Page(
        "studio/meaning-column.html",
        {
            "place": place,
            "means": [{**meant(each.name), "differ": _is_agreed(each)} for each in means],
            "numbered": source.numbers_people(place),
            "candidates": guessed(source, place),
            "choice": source.choice(place),
            "fields": fields,
            "given": {"meaning": first, "cell": "one"},
            "repeats": _repeats(place) and ENTRY.entry_id in offered,
            "tables": _TABLES,
            "doc": {column.in_words: column.doc for column in offered if says_more(column)},
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
    # Left open where people are numbered by the column, which then means nothing itself.
    return FormField(
        "meaning", "What does it mean?", Input.CHOICE, choices=tuple(choices), optional=True, noun=_MEANING
    )


def _more_fields(
    ask: StudioAsk, source: SourceMeaning, place: Place, offered: tuple[Column, ...]
) -> tuple[FormField, ...]:
    fields = [_SEPARATOR] if place.is_text and any(_may_be_several(column) for column in offered) else []
    fields += _sister_fields(source, place) if any(map(_has_many, offered)) else []
    fields += [_KEY] if _repeats(place) and ENTRY.entry_id in offered else []
    of_people = any(column.role is Role.PSEUDONYM for column in offered)
    numbered = [_PEOPLE] if place.is_text and place.seen.distinct and (of_people or _has_names(ask, place)) else []
    return (*fields, *numbered, _REASON)


def _has_names(ask: StudioAsk, place: Place) -> bool:
    """Whether a column of texts looks like names of people."""
    asked = {"table": place.seen.table, "column": place.seen.column}
    return place.is_text and bool(ask.engine.ask("names", **asked)["names"])


def _has_many(column: Column) -> bool:
    """Whether an entry may have many of them."""
    return column.table != "entry" and ENTRY.entry_id in TABLES[column.table].by_name


def _may_be_several(column: Column) -> bool:
    """Whether a cell may hold several of them."""
    return _has_many(column) and column.kind is Kind.TEXT


def _repeats(place: Place) -> bool:
    """Whether several rows have the same value."""
    return place.seen.distinct < place.seen.filled


def _sister_fields(source: SourceMeaning, place: Place) -> list[FormField]:
    """The columns that differ from this one in a number alone, such as “Grounds 1” and “Grounds 2”."""
    return [
        FormField(
            f"{_SISTER}{sister.number}",
            f"“{sister.seen.column}” means the same: filled in {sister.seen.filled:,} of {sister.seen.rows:,} rows",
            Input.TICK,
            optional=True,
        )
        for sister in source.sisters(place)
    ]


def _fields(ask: StudioAsk) -> tuple[FormField, ...]:
    source = SourceMeaning(ask)
    every = tuple(column for table in TABLES.values() if table.kept for column in table.columns if column.kept)
    return (_choice(every, {}), _SEPARATOR, *_sister_fields(source, source.place()), _KEY, _PEOPLE, _REASON)


def _choose(ask: StudioAsk) -> Sent:
    source = SourceMeaning(ask)
    place = source.place()
    chosen = ask.form.get("meaning", "")
    onward = f"{ask.home}meaning"
    if ask.form.get("people"):
        _number_people(ask, place)
    elif not chosen:
        raise NotTaken(FormFault("meaning", f"Select {_MEANING}"))
    elif chosen in (_UNUSED, _ASK):
        _leave(ask, source, place, ask.form.get("reason", ""))
    else:
        column = column_named(chosen)
        _check_free(source, place, column)
        _check_names(ask, place, column)
        sisters = _sisters(ask, source, place, column)
        if column == ENTRY.entry_id and _repeats(place):
            _number_entries(ask, place, column)
        elif details_of(column) and (place.is_text or column.codes):
            also = ",".join(str(sister.number) for sister in sisters)
            onward = f"{onward}/{place.path}/{chosen}{f'?also={also}' if also else ''}"
        else:
            _take(ask, source, place, column, sisters)
    return Sent(onward)


def _number_people(ask: StudioAsk, place: Place) -> None:
    """Numbers people in the order of a column of names."""
    keep(
        ask, f"“{place.seen.column}”: people are numbered in its order, and its names are left out",
        [SUBJECT.subject_id.path, ENTRY.subject_id.path],
        lambda form: numbered_people(form, place.seen.table, place.seen.column),
        columns={place.key: None},
    )  # fmt: skip


def _sisters(ask: StudioAsk, source: SourceMeaning, place: Place, column: Column) -> tuple[Place, ...]:
    """The columns that mean the same, as ticked. Refuses them where a row can have only one."""
    ticked = tuple(sister for sister in source.sisters(place) if ask.form.get(f"{_SISTER}{sister.number}"))
    if ticked and not _has_many(column):
        says = "Only what an entry has several of can stand in several columns"
        raise NotTaken(FormFault(f"{_SISTER}{ticked[0].number}", says))
    return ticked


def _take(ask: StudioAsk, source: SourceMeaning, place: Place, column: Column, sisters: tuple[Place, ...]) -> None:
    """Takes a column as it is, with its sisters, or the values in its cells."""
    shown = f"“{place.seen.column}”"
    separator = ask.form.get("cell", "one")
    if separator != "one":
        if sisters or not (place.is_text and _may_be_several(column)):
            raise NotTaken(FormFault("cell", "Several values in one cell can only be rows of another table"))
        cell = Cell(place.seen.column, separator=separator)
        keep(ask, f"{shown}: {column.in_words}, several in one cell", [column.path],
             lambda form: in_pieces(form, place.seen.table, column.table, column.name, cell),
             columns={place.key: None})  # fmt: skip
    elif sisters:
        _take_sisters(ask, source.in_order(place, sisters), column)
    else:
        item = _plain_item(place, column)
        keep(ask, f"{shown}: {column.in_words}", [column.path],
             lambda form: with_meaning(form, place.seen.table, column.table, item),
             columns={place.key: None})  # fmt: skip


def _number_entries(ask: StudioAsk, place: Place, column: Column) -> None:
    """Numbers the entries by a column whose values repeat, or by their rows."""
    shown, seen = f"“{place.seen.column}”", place.seen
    if "key" not in ask.form:
        says = f"{seen.filled:,} rows are {seen.distinct:,} entries: choose what rows with the same number are"
        raise NotTaken(FormFault("key", says))
    if ask.form["key"] == _ONE_ROW:
        choice = ColumnChoice(decided=True, reason="Its values repeat, so each row is an entry with its own number")
        keep(ask, f"{shown} repeats: entries are numbered by their row", [column.path],
             lambda form: one_entry_a_row(form, seen.table), columns={place.key: choice})  # fmt: skip
        return
    item = _plain_item(place, column)
    keep(ask, f"{shown}: {column.in_words}, one for each value", [column.path],
         lambda form: one_entry_a_key(with_meaning(form, seen.table, "entry", item)),
         columns={place.key: None})  # fmt: skip


def _take_sisters(ask: StudioAsk, places: tuple[Place, ...], column: Column) -> None:
    """Takes several columns for one of the model, each for a row of its own."""
    columns = [(Cell(place.seen.column), _plain_item(place, column)) for place in places]
    shown = ", ".join(f"“{place.seen.column}”" for place in places)
    keep(ask, f"{shown}: {column.in_words}, each in a row of its own", [column.path],
         lambda form: with_sisters(form, places[0].seen.table, column.table, columns),
         columns={place.key: None for place in places})  # fmt: skip


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
    if item is None or (isinstance(item, ItemForm) and item.kind == "I2"):
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


ACTIONS = (
    StudioAction(_ONE, _column, query=(_Q, _ABOUT)),
    StudioAction(_ONE, _choose, "POST", _fields),
    StudioAction(f"{_ONE}/remove", _remove, "POST", (FormField("name", "Meaning", noun="a meaning"),), page=_ONE),
)
