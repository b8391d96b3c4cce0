"""In which forms the dates of a column are read, which words mean no date, and of which century a short year is."""

from __future__ import annotations

from typing import Any

from overt.audits.columns import forms_in_words
from overt.audits.mapping.form import NO_BLANK, TRIM, AsItIs, Cell, Day, DayOfTime, ItemForm, Step
from overt.model import Kind
from overt.web._forms import FormFault, FormField, Input
from overt.web.studio._action import NotTaken
from overt.web.studio.pages.column_values import REASON, STOP, UNKNOWN, ColumnValues

_DAY, _MONTH = "day", "month"
_ORDER = FormField(
    "order", "Which comes first?", Input.CHOICE, choices=((_DAY, "The day"), (_MONTH, "The month")), optional=True,
    noun="whether day or month comes first",
)  # fmt: skip
_REST = FormField(
    "rest", "What cannot be read", Input.CHOICE,
    choices=((STOP, "Stops the audit, with its row"), (UNKNOWN, "Is unknown")), noun="what to do with the rest",
)  # fmt: skip
_ZONES = ("Europe/London", "Europe/Dublin", "Europe/Paris", "Europe/Berlin", "America/New_York", "America/Chicago",
          "America/Los_Angeles", "Australia/Sydney")  # fmt: skip
_ZONE = FormField(
    "zone", "Times are", Input.CHOICE, optional=True,
    choices=(("written", "As they are written"), *((zone, f"Of a clock in {zone}") for zone in _ZONES)),
)  # fmt: skip
_1900, _2000, _TURNS = "1900", "2000", "turns"
_CENTURY = FormField(
    "century", "Of which century are years in two figures?", Input.CHOICE, optional=True, noun="the century",
    choices=((_1900, "All of them 1900 to 1999"), (_2000, "All of them 2000 to 2099"),
             (_TURNS, "Of both: the first year of the 1900s is given below")),
)  # fmt: skip
_TURN = FormField(
    "turn", "First year of the 1900s", optional=True, longest=2,
    hint="Two figures. With 30, the year 29 is 2029 and the year 30 is 1930",
)  # fmt: skip
_SHORTEST_REASON = 10
_ISO_DAY = "%Y-%m-%d"
_ISO_TIMES = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M")
# A year in two figures behind a day and a month, in whatever order, so that no year in front is taken for one.
_BEFORE = r"^(\s*[0-9]{1,2}[-/. ][0-9A-Za-z]{1,9}[-/. ])"
_BEHIND = r"(\s.*)?$"


class DateValues:
    """The form of a column's dates."""

    def __init__(self, values: ColumnValues) -> None:
        self.values = values
        self.facts = values.facts

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
    def has_short_years(self) -> bool:
        """Whether some form has years in two figures."""
        return any("%y" in form["form"] for form in self.facts["forms"])

    @property
    def has_times(self) -> bool:
        """Whether some row has a time of day."""
        return bool(self.facts["timed"]) or any("%M" in form["form"] for form in self.facts["forms"])

    @property
    def fields(self) -> tuple[FormField, ...]:
        """The fields of the form."""
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
        century = [_CENTURY, _TURN] if self.has_short_years else []
        zone = [_ZONE] if self.values.column.kind is Kind.TIMESTAMP and self.has_times else []
        return (*order, *forms, *century, *none, *zone, _REST, REASON)

    @property
    def given(self) -> dict[str, str]:
        """What is ticked at first: what was chosen, or every form and every word."""
        choice = self.values.item.choice if self.values.item else None
        chosen = choice if isinstance(choice, Day) else None
        given = {
            "rest": STOP,
            "zone": "written",
            "order": self.facts["order"] if self.facts["order"] != "mixed" else "",
        }
        read = {name.replace("%Y", "%y") for name in chosen.forms} if chosen is not None else set()
        for place, form in enumerate(self.forms):
            names = {form["form"], _swapped(form["form"])}
            if chosen is None or names & (read if "%y" in form["form"] else set(chosen.forms)):
                given[f"form-{place}"] = "yes"
        for place, word in enumerate(self.facts["words"]):
            if chosen is None or word["value"].strip().lower() in chosen.none:
                given[f"none-{place}"] = "yes"
        if chosen is not None:
            given |= _century_given(chosen.cell)
            given["rest"] = UNKNOWN if chosen.lenient else STOP
            given["zone"] = chosen.zone or "written"
            if any(_is_month_first(form) for form in chosen.forms):
                given["order"] = _MONTH
        return given

    def item(self) -> ItemForm:
        """The column of the model as the form fills it. Refuses what is not decided."""
        values, form = self.values, self.values.ask.form
        if not self.facts["is_dates"]:
            raise NotTaken(FormFault("rest", "No cell looks like a date: choose another meaning"))
        if not values.place.is_text:
            return self._typed()
        if self.is_ambiguous and "order" not in form:
            raise NotTaken(FormFault("order", "Choose whether day or month comes first"))
        if form["rest"] == UNKNOWN and len(form.get("reason", "")) < _SHORTEST_REASON:
            raise NotTaken(FormFault("reason", "Say why unreadable dates are unknown, in 10 characters or more"))
        chosen = [each["form"] for number, each in enumerate(self.forms) if f"form-{number}" in form]
        every = {each["form"] for each in self.facts["forms"]}
        if form.get("order") == _MONTH:
            chosen = [_swapped(each) if _swapped(each) in every else each for each in chosen]
        years = self._years() if any("%y" in each for each in chosen) else ()
        chosen = list(dict.fromkeys(each.replace("%y", "%Y") for each in chosen))
        iso = [_ISO_DAY, *(_ISO_TIMES if self.facts["timed"] else [])] if self.facts["iso"] else []
        if not chosen and not iso:
            raise NotTaken(FormFault("rest", "Choose at least one form of dates"))
        none = [word["value"] for number, word in enumerate(self.facts["words"]) if f"none-{number}" in form]
        zone = form.get("zone", "written")
        is_date = values.column.kind is Kind.DATE
        blank = (NO_BLANK,) if values.filled < values.rows else ()
        day = Day(
            Cell(values.place.seen.column, steps=(TRIM, *years, *blank)),
            (*chosen, *iso),
            tuple(dict.fromkeys(word.strip().lower() for word in none)),
            form["rest"] == UNKNOWN,
            "date" if is_date else "timestamp",
            "" if zone == "written" or is_date else zone,
        )
        return ItemForm(values.column.name, day, self._note(day))

    def _years(self) -> tuple[Step, ...]:
        """How years in two figures become years in four."""
        form = self.values.ask.form
        century, turn = form.get("century", ""), form.get("turn", "")
        if not century:
            raise NotTaken(FormFault("century", "Choose of which century years in two figures are"))
        if century == _TURNS and not (turn.isascii() and turn.isdecimal() and 1 <= int(turn) <= 99):
            raise NotTaken(FormFault("turn", "Enter the first year of the 1900s in two figures, such as 30"))
        if century != _TURNS:
            return (_with_century(century[:2], "[0-9]{2}"),)
        first = int(turn)
        return (_with_century("19", _between(first, 99)), _with_century("20", _between(0, first - 1)))

    def _typed(self) -> ItemForm:
        """A column that the source itself holds as dates or times."""
        values, seen = self.values, self.values.place.seen
        note = f"{values.shown}: {values.filled:,} dates, as the source has them"
        cell = Cell(seen.column)
        is_day_of_time = values.column.kind is Kind.DATE and values.place.type.startswith("TIMESTAMP")
        return ItemForm(values.column.name, DayOfTime(cell) if is_day_of_time else AsItIs(cell), note)

    def _note(self, day: Day) -> str:
        values = self.values
        parts = [f"{values.shown}: filled in {values.filled:,} of {values.rows:,} rows, read as {', '.join(day.forms)}"]
        if century := _century_given(day.cell).get("century"):
            turn = _century_given(day.cell).get("turn")
            turned = f"years in two figures from {turn} are of the 1900s, the others of the 2000s"
            parts.append(turned if century == _TURNS else f"years in two figures are of the {century}s")
        rows = sum(word["rows"] for word in self.facts["words"] if word["value"].strip().lower() in day.none)
        if day.none:
            parts.append(f"{rows:,} rows mean no date ({', '.join(f'“{word}”' for word in day.none)})")
        if day.lenient:
            parts.append(f"what cannot be read is unknown: {values.ask.form.get('reason', '')}")
        return "; ".join(parts)


def _with_century(century: str, years: str) -> Step:
    return Step("pattern", (f"{_BEFORE}({years}){_BEHIND}", rf"\1{century}\2\3"))


def _between(first: int, last: int) -> str:
    """A pattern for the two-figure numbers from `first` to `last`."""
    parts = []
    for ten in range(first // 10, last // 10 + 1):
        low, high = max(first, 10 * ten) % 10, min(last, 10 * ten + 9) % 10
        parts.append(f"{ten}{low}" if low == high else f"{ten}[{low}-{high}]")
    return "|".join(parts)


def _century_given(cell: Cell) -> dict[str, str]:
    """The century that a cell's steps say."""
    steps = [step.texts for step in cell.steps if step.name == "pattern" and step.texts[0].startswith(_BEFORE)]
    if not steps:
        return {}
    if len(steps) == 1:
        return {"century": _1900 if "19" in steps[0][1] else _2000}
    first = steps[0][0].removeprefix(f"{_BEFORE}(")
    figures = [sign for sign in first if sign.isdigit()][:2]
    return {"century": _TURNS, "turn": "".join(figures)}


def _swapped(form: str) -> str:
    return form.replace("%d", "\0").replace("%m", "%d").replace("\0", "%m")


def _is_month_first(form: str) -> bool:
    return "%d" in form and "%m" in form and form.index("%m") < form.index("%d") and not form.startswith("%Y")
