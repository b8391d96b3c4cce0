"""The values of one column: in which forms its dates are read, and which code each of its values is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from starlette.exceptions import HTTPException

from overt.audits.columns import forms_in_words
from overt.audits.mapping.form import (
    LOWER,
    NO_BLANK,
    TRIM,
    AsItIs,
    Cell,
    Codes,
    Day,
    DayOfTime,
    ItemForm,
    Scalar,
    Test,
    When,
    with_meaning,
)
from overt.model import Column, Kind
from overt.web._answers import Page, Sent
from overt.web._forms import FormFault, FormField, Input
from overt.web.studio._action import NotTaken, StudioAction, StudioAsk
from overt.web.studio._meaning import Place, SourceMeaning, column_named, keep

_PATH = "/p/{project}/meaning/{table}/{number}/{name}"
_DAY, _MONTH, _STOP, _UNKNOWN, _ASK, _LEAVE = "day", "month", "stop", "unknown", "ask", "leave"
_ORDER = FormField(
    "order", "Which comes first?", Input.CHOICE, choices=((_DAY, "The day"), (_MONTH, "The month")), optional=True,
    noun="whether day or month comes first",
)  # fmt: skip
_REST = FormField(
    "rest", "What cannot be read", Input.CHOICE,
    choices=((_STOP, "Stops the audit, with its row"), (_UNKNOWN, "Is unknown")), noun="what to do with the rest",
)  # fmt: skip
_REASON = FormField(
    "reason", "Reason why it is unknown", optional=True, longest=500, hint="It is needed if the rest is unknown"
)
_ZONES = ("Europe/London", "Europe/Dublin", "Europe/Paris", "Europe/Berlin", "America/New_York", "America/Chicago",
          "America/Los_Angeles", "Australia/Sydney")  # fmt: skip
_ZONE = FormField(
    "zone", "Times are", Input.CHOICE, optional=True,
    choices=(("written", "As they are written"), *((zone, f"Of a clock in {zone}") for zone in _ZONES)),
)  # fmt: skip
_PASTE = FormField(
    "paste", "Or paste a list", Input.WORDS, optional=True, longest=20_000, hint="One a line: value = code"
)
_MOST_LINES = 500
_SHORTEST_REASON = 10
_ISO_DAY = "%Y-%m-%d"
_ISO_TIMES = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M")


class _Values:
    """One column of the source and one of the model, with what the engine says of them."""

    def __init__(self, ask: StudioAsk) -> None:
        self.ask = ask
        self.source = SourceMeaning(ask)
        self.place: Place = self.source.place()
        self.column: Column = column_named(ask.path["name"])
        if not (self.is_date or self.codes):
            raise HTTPException(404)
        self.facts = ask.engine.ask("dates", **self._asked) if self.is_date else ask.engine.ask("codes", **self._coded)

    @property
    def is_date(self) -> bool:
        return self.column.kind in (Kind.DATE, Kind.TIMESTAMP)

    @property
    def codes(self) -> tuple[str, ...]:
        """What a value can be: the codes of the column, or yes and no."""
        return self.column.codes or (("true", "false") if self.column.kind is Kind.BOOLEAN else ())

    @property
    def item(self) -> ItemForm | None:
        """How the column is filled now."""
        means = [each.item for each in self.source.meanings(self.place) if each.name == self.column.path]
        return means[0] if means and isinstance(means[0], ItemForm) else None

    @property
    def _asked(self) -> dict[str, Any]:
        return {"table": self.place.seen.table, "column": self.place.seen.column}

    @property
    def _coded(self) -> dict[str, Any]:
        project = self.ask.project
        apart = [list(pair[1:]) for pair in project.choices.apart if pair[0] == self.column.path]
        declared = self.place.key in project.settings.categories
        return {**self._asked, "meaning": self.column.path, "declared": declared, "apart": apart}

    # --- dates ---

    @property
    def forms(self) -> list[dict[str, Any]]:
        """The forms to choose from; of two that differ in day and month alone, the one with the day first."""
        forms = {form["form"]: form for form in self.facts["forms"]}
        return [form for name, form in forms.items() if not (_is_month_first(name) and _swapped(name) in forms)]

    @property
    def is_ambiguous(self) -> bool:
        """Whether some form can be read with the day or with the month first."""
        forms = {form["form"] for form in self.facts["forms"]}
        return any(_swapped(name) in forms for name in forms)

    @property
    def date_fields(self) -> tuple[FormField, ...]:
        forms = [
            FormField(
                f"form-{place}",
                f"{forms_in_words(form['form'])}: {form['rows']:,} rows, such as {form['example']}",
                Input.TICK,
                optional=True,
            )
            for place, form in enumerate(self.forms)
        ]
        none = [
            FormField(f"none-{place}", f"“{word['value']}” means no date: {word['rows']:,} rows", Input.TICK,
                      optional=True)
            for place, word in enumerate(self.facts["words"])
        ]  # fmt: skip
        order = [_ORDER] if self.is_ambiguous else []
        zone = [_ZONE] if self.column.kind is Kind.TIMESTAMP else []
        return (*order, *forms, *none, *zone, _REST, _REASON)

    @property
    def date_given(self) -> dict[str, str]:
        """What is ticked at first: what was chosen, or every form and every word."""
        choice = self.item.choice if self.item else None
        chosen = choice if isinstance(choice, Day) else None
        given = {
            "rest": _STOP,
            "zone": "written",
            "order": self.facts["order"] if self.facts["order"] != "mixed" else "",
        }
        for place, form in enumerate(self.forms):
            if chosen is None or {form["form"], _swapped(form["form"])} & set(chosen.forms):
                given[f"form-{place}"] = "yes"
        for place, word in enumerate(self.facts["words"]):
            if chosen is None or word["value"].strip().lower() in chosen.none:
                given[f"none-{place}"] = "yes"
        if chosen is not None:
            given["rest"] = _UNKNOWN if chosen.lenient else _STOP
            given["zone"] = chosen.zone or "written"
            if any(_is_month_first(form) for form in chosen.forms):
                given["order"] = _MONTH
        return given

    # --- codes ---

    @property
    def code_fields(self) -> tuple[FormField, ...]:
        titles = [(code, code.replace("_", " ").capitalize()) for code in self.codes]
        if self.column.kind is Kind.BOOLEAN and not self.column.codes:
            titles = [("true", "Yes"), ("false", "No")]
        known = {code for code, _ in titles}
        more = [(_UNKNOWN, "Unknown")] if _UNKNOWN not in known else []
        choices = (*titles, *more, (_LEAVE, "Leave to “anything else”"), (_ASK, "Ask the unit"))
        fields = [
            FormField(f"code-{place}", f"{value['value']} ({value['rows']:,} rows)", Input.CHOICE, choices=choices,
                      noun=f"what “{value['value']}” is")
            for place, value in enumerate(self.facts["values"])
        ]  # fmt: skip
        rest = FormField("rest", self.rest_label, Input.CHOICE, choices=(*titles, *more), noun="what anything else is")
        return (*fields, rest, _PASTE)

    @property
    def rest_label(self) -> str:
        """What is counted under "anything else"."""
        masked, rows = self.facts["masked_values"], self.facts["masked"]["rows"]
        if not masked:
            return "Anything else"
        values = "1 masked value" if masked == 1 else f"{masked:,} masked values"
        return f"Anything else ({values}, {'1 row' if rows == 1 else f'{rows:,} rows'})"

    @property
    def code_given(self) -> dict[str, str]:
        """What is chosen at first: what was chosen before, else the code that says the same."""
        choice = self.item.choice if self.item else None
        chosen: Mapping[str | int, Scalar | Cell] = {}
        if isinstance(choice, Codes):
            chosen = {text: when.then for when in choice.whens for text in when.test.texts}
        given = {"rest": _UNKNOWN}
        if isinstance(choice, Codes) and choice.rest is not None and not isinstance(choice.rest, Cell):
            given["rest"] = _spelt(choice.rest)
        for place, value in enumerate(self.facts["values"]):
            text = value["value"].strip().lower()
            if text in chosen:
                then = chosen[text]
                given[f"code-{place}"] = _UNKNOWN if then is None or isinstance(then, Cell) else _spelt(then)
            elif choice is not None:
                given[f"code-{place}"] = _LEAVE
            else:
                given[f"code-{place}"] = value["code"] or ""
        return given


def _spelt(value: Scalar) -> str:
    return {True: "true", False: "false"}.get(value, str(value)) if isinstance(value, bool) else str(value)


def _swapped(form: str) -> str:
    return form.replace("%d", "\0").replace("%m", "%d").replace("\0", "%m")


def _is_month_first(form: str) -> bool:
    return "%d" in form and "%m" in form and form.index("%m") < form.index("%d") and not form.startswith("%Y")


def _show(ask: StudioAsk) -> Page:
    values = _Values(ask)
    data = {
        "place": values.place,
        "title": values.column.in_words,
        "doc": values.column.doc,
        "facts": values.facts,
        "fields": values.date_fields if values.is_date else values.code_fields,
        "given": values.date_given if values.is_date else values.code_given,
    }
    return Page("studio/meaning-dates.html" if values.is_date else "studio/meaning-codes.html", data)


def _fields(ask: StudioAsk) -> tuple[FormField, ...]:
    values = _Values(ask)
    return values.date_fields if values.is_date else values.code_fields


def _save(ask: StudioAsk) -> Sent:
    values = _Values(ask)
    item, asked = _day(values) if values.is_date else _codes(values)
    seen, column = values.place.seen, values.column
    old = values.source.choice(values.place)
    choice = old.model_copy(update={"asked": asked, "reason": ask.form.get("reason", ""), "decided": False})
    keep(
        ask, f"“{seen.column}”: {column.in_words}", [column.path],
        lambda form: with_meaning(form, seen.table, column.table, item),
        columns={values.place.key: choice if choice.asked or choice.reason else None}, field="rest",
    )  # fmt: skip
    return Sent(f"{ask.home}meaning")


def _day(values: _Values) -> tuple[ItemForm, str]:
    form, place = values.ask.form, values.place
    if not values.facts["is_dates"]:
        raise NotTaken(FormFault("rest", "No cell looks like a date: choose another meaning"))
    if not place.is_text:
        return _typed_day(values), ""
    if values.is_ambiguous and "order" not in form:
        raise NotTaken(FormFault("order", "Choose whether day or month comes first"))
    if form["rest"] == _UNKNOWN and len(form.get("reason", "")) < _SHORTEST_REASON:
        raise NotTaken(FormFault("reason", "Say why unreadable dates are unknown, in 10 characters or more"))
    chosen = [each["form"] for number, each in enumerate(values.forms) if f"form-{number}" in form]
    if any("%y" in each for each in chosen):
        first = next(number for number, each in enumerate(values.forms) if "%y" in each["form"])
        raise NotTaken(FormFault(f"form-{first}", "These years have two figures: ask the unit for the century"))
    every = {each["form"] for each in values.facts["forms"]}
    if form.get("order") == _MONTH:
        chosen = [_swapped(each) if _swapped(each) in every else each for each in chosen]
    iso = [_ISO_DAY, *(_ISO_TIMES if values.facts["timed"] else [])] if values.facts["iso"] else []
    if not chosen and not iso:
        raise NotTaken(FormFault("rest", "Choose at least one form of dates"))
    none = [word["value"] for number, word in enumerate(values.facts["words"]) if f"none-{number}" in form]
    zone = form.get("zone", "written")
    blank = place.seen.filled < place.seen.rows
    day = Day(
        Cell(place.seen.column, steps=(TRIM, NO_BLANK) if blank else (TRIM,)),
        (*chosen, *iso),
        tuple(dict.fromkeys(word.strip().lower() for word in none)),
        form["rest"] == _UNKNOWN,
        "date" if values.column.kind is Kind.DATE else "timestamp",
        "" if zone == "written" or values.column.kind is Kind.DATE else zone,
    )
    return ItemForm(values.column.name, day, _day_note(values, day)), ""


def _typed_day(values: _Values) -> ItemForm:
    """A column that the source itself holds as dates or times."""
    seen = values.place.seen
    note = f"“{seen.column}”: {seen.filled:,} dates, as the source has them"
    cell = Cell(seen.column)
    is_day_of_time = values.column.kind is Kind.DATE and values.place.type.startswith("TIMESTAMP")
    return ItemForm(values.column.name, DayOfTime(cell) if is_day_of_time else AsItIs(cell), note)


def _day_note(values: _Values, day: Day) -> str:
    seen = values.place.seen
    parts = [f"“{seen.column}”: filled in {seen.filled:,} of {seen.rows:,} rows, read as {', '.join(day.forms)}"]
    rows = sum(word["rows"] for word in values.facts["words"] if word["value"].strip().lower() in day.none)
    if day.none:
        parts.append(f"{rows:,} rows mean no date ({', '.join(f'“{word}”' for word in day.none)})")
    if day.lenient:
        parts.append(f"what cannot be read is unknown: {values.ask.form.get('reason', '')}")
    return "; ".join(parts)


def _codes(values: _Values) -> tuple[ItemForm, str]:
    form, seen = values.ask.form, values.place.seen
    facts: Sequence[dict[str, Any]] = values.facts["values"]
    codes = {value["value"].strip().lower(): form[f"code-{place}"] for place, value in enumerate(facts)}
    codes |= _pasted(values)
    asked = [value["value"] for value in facts if codes[value["value"].strip().lower()] == _ASK]
    cell = Cell(seen.column, steps=(TRIM, LOWER))
    whens = tuple(
        When(Test(cell, "is", (text,)), _code(values, code))
        for text, code in codes.items()
        if code not in (_LEAVE, _ASK)
    )
    rest = _code(values, form["rest"])
    if not whens:
        raise NotTaken(FormFault("rest", "Every value is blank, masked or left: choose another meaning"))
    rows = sum(value["rows"] for value in facts if codes[value["value"].strip().lower()] not in (_LEAVE, _ASK))
    note = (
        f"“{seen.column}”: {len(whens):,} spellings in {rows:,} of {seen.rows:,} rows; anything else is {form['rest']}"
    )
    question = f"what do {', '.join(f'“{value}”' for value in asked)} mean?"[:500] if asked else ""
    return ItemForm(values.column.name, Codes(whens, rest), note), question


def _code(values: _Values, code: str) -> Scalar:
    """A code as the mapping writes it; unknown is no value, unless the model has a code for it."""
    if values.column.kind is Kind.BOOLEAN and code in ("true", "false"):
        return code == "true"
    return None if code == _UNKNOWN and _UNKNOWN not in values.column.codes else code


def _pasted(values: _Values) -> dict[str, str]:
    """The codes of a pasted list. Refuses by its line what is no value of the file, and what is no code."""
    lines = values.ask.form.get("paste", "").splitlines()
    if len(lines) > _MOST_LINES:
        raise NotTaken(FormFault("paste", f"The list must have {_MOST_LINES} lines or fewer"))
    known = {value["value"].strip().lower() for value in values.facts["values"]}
    found: dict[str, str] = {}
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        value, _, code = (part.strip() for part in line.rpartition("="))
        if value.lower() not in known:
            raise NotTaken(FormFault("paste", f"Line {number}: this value is not in the file, or may not be shown"))
        if code not in (*values.codes, _UNKNOWN):
            raise NotTaken(FormFault("paste", f"Line {number}: this is no code of {values.column.name}"))
        found[value.lower()] = code
    return found


ACTIONS = (
    StudioAction(_PATH, _show),
    StudioAction(_PATH, _save, "POST", _fields),
)
