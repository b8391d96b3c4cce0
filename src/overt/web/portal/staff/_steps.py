"""The questions of a proposal, one a page: what each asks, and of which table's columns its answers are."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from overt.ages import is_below
from overt.charter import Charter
from overt.model import TABLES
from overt.web.portal._action import Field, Kind

Choices = tuple[tuple[str, str], ...]
Draft = dict[str, Any]
_ADULT = 18
_ETHNICITY = {
    "W1": "White: English, Welsh, Scottish, Northern Irish or British", "W2": "White: Irish",
    "W3": "White: Gypsy or Irish Traveller", "W9": "Any other White background",
    "M1": "Mixed: White and Black Caribbean", "M2": "Mixed: White and Black African", "M3": "Mixed: White and Asian",
    "M9": "Any other Mixed background", "A1": "Asian: Indian", "A2": "Asian: Pakistani", "A3": "Asian: Bangladeshi",
    "A4": "Asian: Chinese", "A9": "Any other Asian background", "B1": "Black: Caribbean", "B2": "Black: African",
    "B9": "Any other Black background", "O2": "Arab", "O9": "Any other background", "NS": "Not stated",
}  # fmt: skip


@dataclass(frozen=True)
class Step:
    """One page: its name in the address, the table its answers go to, its fields, and whether this draft needs it."""

    name: str
    title: str
    table: str
    fields: tuple[Field, ...]
    needed: Callable[[Draft], bool] = lambda _: True

    @property
    def columns(self) -> frozenset[str]:
        """The columns that it asks for, as reasons name them."""
        found = {f"{self.table}.{each.name}" for each in self.fields}
        with_them = {"subject.subject_id": "entry.subject_id", "review.rationale": "review.outcome"}
        return frozenset(found | {also for name, also in with_them.items() if name in found})


def is_new(draft: Draft) -> bool:
    """Whether the person is not in the register yet."""
    return bool(draft["person"].get("known") == "no")


def is_child(draft: Draft) -> bool:
    """Whether the person is under eighteen on the day of the entry, as far as was said."""
    born = draft["subject"].get("birth_date")
    if not born or not is_new(draft):
        return False
    return is_below(_ADULT, dt.date.fromisoformat(born), dt.date.fromisoformat(draft["opened_on"]))


def _codes(table: str, column: str, words: Mapping[str, str] | None = None) -> Choices:
    known = words or {}
    spelt = {each: known.get(each, each.replace("_", " ").capitalize()) for each in TABLES[table].by_name[column].codes}
    return tuple(spelt.items())


def _one(name: str, title: str, table: str, field: Field, needed: Callable[[Draft], bool] = lambda _: True) -> Step:
    return Step(name, title, table, (field,), needed)


ABOUT = (
    _one("person", "Who is it about?", "subject", Field(
        "subject_id", "The person’s pseudonym", longest=64,
        hint="The 64 signs that the evidence store gives. Never a name, a handle or an address.")),
    _one("known", "Is the person in the register?", "person", Field(
        "known", "Is this pseudonym in use in the register already?", Kind.YES_OR_NO,
        "The evidence store tells you when it gives the pseudonym.")),
    _one("birth", "Date of birth", "subject", Field(
        "birth_date", "What is the person’s date of birth?", Kind.DATE,
        "As 27 3 2001. Children are protected by other rules.", optional=True), is_new),
    _one("sex", "Sex", "subject", Field(
        "sex", "What is the person’s sex, as recorded?", Kind.CHOICE,
        "For statistics alone; it is shown nowhere beside the entry.",
        _codes("subject", "sex"), optional=True), is_new),
    _one("ethnicity", "Ethnicity", "subject", Field(
        "ethnicity_self", "What is the person’s ethnicity, as they defined it?", Kind.CHOICE,
        "For statistics alone; it is shown nowhere beside the entry. Leave it empty if nobody asked.",
        _codes("subject", "ethnicity_self", _ETHNICITY), optional=True), is_new),
    _one("role", "The person’s part", "entry", Field("role", "Which part does the person have?", Kind.CHOICE)),
    _one("purpose", "Purpose", "entry", Field("purpose", "Which purpose does the entry serve?", Kind.CHOICE)),
    _one("grounds", "Grounds", "entry", Field(
        "grounds", "Why does the person have to be listed?", Kind.WORDS,
        "In words of its own. Name nobody: refer to reports by their numbers.")),
    _one("unit", "Unit", "entry", Field("unit", "Which unit or borough makes the entry?", longest=80)),
    _one("condition", "Condition", "entry", Field(
        "condition", "Which condition is relied on, if it holds sensitive data?", Kind.CHOICE,
        "Leave it empty if it holds none.", _codes("entry", "condition"), optional=True)),
    _one("significance", "What it means for the person", "entry", Field(
        "significant", "Does being listed have an adverse legal effect on the person, or affect them significantly?",
        Kind.YES_OR_NO, "Leave it empty if you do not know.", optional=True)),
    _one("retention", "How long", "entry", Field("retention_group", "Which retention group is it in?", Kind.CHOICE)),
    _one("review", "Next review", "entry", Field(
        "review_due_on", "When is it to be reviewed?", Kind.DATE, "As 27 3 2026")),
    _one("delete", "Deletion", "entry", Field(
        "delete_due_on", "By when must it be deleted?", Kind.DATE, "As 27 3 2026")),
    Step("safeguarding", "Safeguarding", "review", (
        Field("done_by", "Who decided how the child is to be safeguarded?", hint="A staff reference", longest=60),
        Field("rationale", "What was decided?", Kind.WORDS, "Name nobody: refer to notes by their numbers.")),
        is_child),
)  # fmt: skip
ITEM = (
    Step("item-what", "What is recorded?", "item", (
        Field("category", "Which kind of data is it?", Kind.CHOICE),
        Field("basis", "Is it a fact or an assessment?", Kind.CHOICE, choices=_codes("item", "basis")))),
    Step("item-source", "Where did it come from?", "item", (
        Field("origin", "What kind of source is it?", Kind.CHOICE, choices=_codes("item", "origin")),
        Field("platform", "Which platform, if any?", optional=True, longest=100),
        Field("source_ref", "The number of the source", hint="As SRC-1234: never a handle", longest=120),
        Field("source_authority", "Which other authority supplied it?",
              hint="It is told if the item is put right. Leave it empty if it came from nobody else.",
              optional=True, longest=120),
        Field("visibility", "How could the source be seen?", Kind.CHOICE, choices=_codes("item", "visibility")),
        Field("authority_id", "The authority it was collected under", hint="If it was not open to anyone",
              optional=True, longest=120),
        Field("collected_on", "When was it collected?", Kind.DATE))),
    Step("item-evidence", "Where is the evidence?", "item", (
        Field("evidence_ref", "Its number in the evidence store", hint="As EVD-1234", longest=120),
        Field("evidence_sha256", "Its SHA-256 digest", hint="64 signs", longest=64),
        Field("consent_ref", "The number of the consent, if the item rests on consent", hint="As EVD-1234",
              optional=True, longest=120))),
    Step("item-grading", "How good is it?", "item", (
        Field("source_grade", "Source", Kind.CHOICE, choices=(
            ("1", "1: reliable"), ("2", "2: untested"), ("3", "3: not reliable"))),
        Field("information_grade", "Information", Kind.CHOICE, choices=(
            ("A", "A: known directly"), ("B", "B: known indirectly, but corroborated"), ("C", "C: known indirectly"),
            ("D", "D: not known"), ("E", "E: suspected to be false"))),
        Field("handling", "Handling", Kind.CHOICE, choices=(("P", "P: lawful sharing permitted"),
            ("C", "C: lawful sharing permitted with conditions"))))),
)  # fmt: skip
STEPS = {each.name: each for each in (*ABOUT, *ITEM)}


def chartered(charter: Charter | None, day: dt.date) -> dict[str, Choices]:
    """What the charter offers for the fields that it decides on."""
    if charter is None:
        return {}
    return {
        "role": tuple((each, each.capitalize()) for each in charter.roles),
        "purpose": tuple((name, each.title) for name, each in charter.purposes.items()),
        "retention_group": tuple((name, f"{name.replace('_', ' ').capitalize()}: {each.limit_years} years at most")
                                 for name, each in charter.retention.items()),
        "category": tuple((name, each.title) for name, each in charter.categories_in_force(day).items()),
    }  # fmt: skip
