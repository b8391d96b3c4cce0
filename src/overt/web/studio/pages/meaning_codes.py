"""Which code each value of a column is: those that are spelt alike together, and group schemes by what they cover."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

from overt.audits.mapping.form import LOWER, TRIM, Cell, Codes, ItemForm, Scalar, Test, When
from overt.model import Kind
from overt.web._forms import FormFault, FormField, Input
from overt.web.studio._action import NotTaken
from overt.web.studio.pages.column_values import ASK, LEAVE, UNKNOWN, ColumnValues

_PASTE = FormField(
    "paste", "Or paste a list", Input.WORDS, optional=True, longest=20_000, hint="One a line: value = code"
)
_MOST_LINES = 500
SCHEME = FormField("scheme", "Group scheme", optional=True, longest=60)


class CodeValues:
    """The form of a column's codes."""

    def __init__(self, values: ColumnValues) -> None:
        self.values = values
        self.facts = values.facts

    @cached_property
    def schemes(self) -> list[dict[str, Any]]:
        """The group schemes that have labels of the column, by how many rows they cover."""
        values = self.values
        asked = {name: values.asked[name] for name in ("table", "column", "also", "meaning", "declared")}
        return list(values.ask.engine.ask("schemes", **asked)["schemes"])

    @property
    def fields(self) -> tuple[FormField, ...]:
        """The fields of the form, one for each value, those that are spelt alike together."""
        column = self.values.column
        titles = [(code, code.replace("_", " ").capitalize()) for code in self.values.codes]
        if column.kind is Kind.BOOLEAN and not column.codes:
            titles = [("true", "Yes"), ("false", "No")]
        known = {code for code, _ in titles}
        more = [(UNKNOWN, "Unknown")] if UNKNOWN not in known else []
        choices = (*titles, *more, (LEAVE, "Leave to “anything else”"), (ASK, "Ask the unit"))
        fields = [
            FormField(f"code-{place}", f"{value['value']} ({value['rows']:,} rows)", Input.CHOICE, choices=choices,
                      noun=f"what “{value['value']}” is")
            for place, value in self._in_order()
        ]  # fmt: skip
        rest = FormField("rest", self.rest_label, Input.CHOICE, choices=(*titles, *more), noun="what anything else is")
        return (*fields, *self._apart_fields(), rest, _PASTE)

    def _in_order(self) -> list[tuple[int, dict[str, Any]]]:
        """The values by their places: most rows first, and those that are spelt alike behind the first of them."""
        first = {other: cluster["values"][0] for cluster in self.facts["clusters"] for other in cluster["values"]}
        places = {value["value"]: place for place, value in enumerate(self.facts["values"])}
        return sorted(
            enumerate(self.facts["values"]),
            key=lambda pair: (places[first.get(pair[1]["value"], pair[1]["value"])], pair[0]),
        )

    def _apart_fields(self) -> list[FormField]:
        """A tick for each value that stands together with another, to say that it is not the same."""
        return [
            FormField(f"apart-{number}-{place}", f"“{value}” is not the same", Input.TICK, optional=True)
            for number, cluster in enumerate(self.facts["clusters"])
            for place, value in enumerate(cluster["values"])
            if place
        ]

    def apart(self) -> tuple[tuple[str, str, str], ...]:
        """The pairs of spellings that the form says are not the same, after the column of the model."""
        return tuple(
            (self.values.column.path, cluster["values"][0], value)
            for number, cluster in enumerate(self.facts["clusters"])
            for place, value in enumerate(cluster["values"])
            if place and self.values.ask.form.get(f"apart-{number}-{place}")
        )

    @property
    def rest_label(self) -> str:
        """What is counted under "anything else"."""
        masked, rows = self.facts["masked_values"], self.facts["masked"]["rows"]
        if not masked:
            return "Anything else"
        values = "1 masked value" if masked == 1 else f"{masked:,} masked values"
        return f"Anything else ({values}, {'1 row' if rows == 1 else f'{rows:,} rows'})"

    @property
    def given(self) -> dict[str, str]:
        """What is chosen at first: by the scheme that was asked for, what was chosen before, else the same word."""
        choice = self.values.item.choice if self.values.item else None
        chosen: Mapping[str | int, Scalar | Cell] = {}
        if isinstance(choice, Codes):
            chosen = {text: when.then for when in choice.whens for text in when.test.texts}
        given = {"rest": UNKNOWN}
        if isinstance(choice, Codes) and choice.rest is not None and not isinstance(choice.rest, Cell):
            given["rest"] = _spelt(choice.rest)
        scheme = self._scheme()
        for place, value in enumerate(self.facts["values"]):
            text = value["value"].strip().lower()
            if scheme is not None:
                given[f"code-{place}"] = scheme["codes"].get(value["value"], LEAVE)
            elif text in chosen:
                then = chosen[text]
                given[f"code-{place}"] = UNKNOWN if then is None or isinstance(then, Cell) else _spelt(then)
            elif choice is not None:
                given[f"code-{place}"] = LEAVE
            else:
                given[f"code-{place}"] = value["code"] or ""
        return given

    def _scheme(self) -> dict[str, Any] | None:
        name = self.values.ask.query.get("scheme", "")
        return next((scheme for scheme in self.schemes if scheme["name"] == name), None) if name else None

    def item(self) -> tuple[ItemForm, str]:
        """The column of the model as the form fills it, and what the unit is asked."""
        values, form = self.values, self.values.ask.form
        facts: Sequence[dict[str, Any]] = self.facts["values"]
        codes = {value["value"].strip().lower(): form[f"code-{place}"] for place, value in enumerate(facts)}
        codes |= self._pasted()
        asked = [value["value"] for value in facts if codes[value["value"].strip().lower()] == ASK]
        cell = Cell(values.place.seen.column, steps=(TRIM, LOWER))
        whens = tuple(
            When(Test(cell, "is", (text,)), self._code(code))
            for text, code in codes.items()
            if code not in (LEAVE, ASK)
        )
        rest = self._code(form["rest"])
        if not whens:
            raise NotTaken(FormFault("rest", "Every value is blank, masked or left: choose another meaning"))
        rows = sum(value["rows"] for value in facts if codes[value["value"].strip().lower()] not in (LEAVE, ASK))
        note = (
            f"{values.shown}: {len(whens):,} spellings in {rows:,} of {values.rows:,} rows; "
            f"anything else is {form['rest']}"
        )
        question = f"what do {', '.join(f'“{value}”' for value in asked)} mean?"[:500] if asked else ""
        return ItemForm(values.column.name, Codes(whens, rest), note), question

    def _code(self, code: str) -> Scalar:
        """A code as the mapping writes it; unknown is no value, unless the model has a code for it."""
        column = self.values.column
        if column.kind is Kind.BOOLEAN and code in ("true", "false"):
            return code == "true"
        return None if code == UNKNOWN and UNKNOWN not in column.codes else code

    def _pasted(self) -> dict[str, str]:
        """The codes of a pasted list. Refuses by its line what is no value of the file, and what is no code."""
        lines = self.values.ask.form.get("paste", "").splitlines()
        if len(lines) > _MOST_LINES:
            raise NotTaken(FormFault("paste", f"The list must have {_MOST_LINES} lines or fewer"))
        known = {value["value"].strip().lower() for value in self.facts["values"]}
        found: dict[str, str] = {}
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            value, _, code = (part.strip() for part in line.rpartition("="))
            if value.lower() not in known:
                raise NotTaken(FormFault("paste", f"Line {number}: this value is not in the file, or may not be shown"))
            if code not in (*self.values.codes, UNKNOWN):
                raise NotTaken(FormFault("paste", f"Line {number}: this is no code of {self.values.column.name}"))
            found[value.lower()] = code
        return found


def _spelt(value: Scalar) -> str:
    return {True: "true", False: "false"}.get(value, str(value)) if isinstance(value, bool) else str(value)
