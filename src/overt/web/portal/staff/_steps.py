"""The questions of a proposal, one per page: what each asks, and which columns its answers fill."""

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


_VISIBILITY = {
    "open": "Anyone (open)", "private": "Only people allowed to see it (private)",
    "persona": "An officer using a false online identity (persona)",
}  # fmt: skip


def _one(name: str, title: str, table: str, field: Field, needed: Callable[[Draft], bool] = lambda _: True) -> Step:
    return Step(name, title, table, (field,), needed)


ABOUT = (
    _one("person", "Who is the entry about?", "subject", Field(
        "subject_id", "The person’s pseudonym", longest=64,
        hint="The 64-character code from the evidence store. Do not enter a name, handle or address.")),
    _one("known", "Is the person in the register?", "person", Field(
        "known", "Is this person already in the register?", Kind.YES_OR_NO,
        "The evidence store shows this with the pseudonym.")),
    _one("birth", "Date of birth", "subject", Field(
        "birth_date", "What is the person’s date of birth?", Kind.DATE,
        "For example, 27 3 2001. There are extra safeguards for children.", optional=True, noun="the date of birth"),
        is_new),
    _one("sex", "Sex", "subject", Field(
        "sex", "What is the person’s sex, as recorded?", Kind.CHOICE,
        "Used for statistics only. It is not shown with the entry.",
        _codes("subject", "sex"), optional=True, noun="the person’s sex"), is_new),
    _one("ethnicity", "Ethnicity", "subject", Field(
        "ethnicity_self", "What is the person’s ethnicity, as they defined it?", Kind.CHOICE,
        "Used for statistics only. It is not shown with the entry. Leave blank if the person was not asked.",
        _codes("subject", "ethnicity_self", _ETHNICITY), optional=True, noun="the person’s ethnicity"), is_new),
    _one("role", "The person’s role", "entry", Field(
        "role", "What is the person’s role?", Kind.CHOICE, noun="the person’s role")),
    _one("purpose", "Purpose", "entry", Field(
        "purpose", "What is the purpose of the entry?", Kind.CHOICE, noun="the purpose of the entry")),
    _one("grounds", "Grounds", "entry", Field(
        "grounds", "What are the grounds for listing this person?", Kind.WORDS,
        "Write this for this person; do not reuse standard text. Do not include names: refer to reports by number.",
        noun="the grounds for listing this person")),
    _one("unit", "Unit", "entry", Field(
        "unit", "Which unit or borough is making the entry?", longest=80, noun="the unit or borough")),
    _one("condition", "Condition", "entry", Field(
        "condition", "If the entry includes sensitive data, which condition do you rely on?", Kind.CHOICE,
        "Leave blank if it includes none.", _codes("entry", "condition"), optional=True, noun="the condition")),
    _one("significance", "What it means for the person", "entry", Field(
        "significant", "Does being listed have an adverse legal effect on the person, or affect them significantly?",
        Kind.YES_OR_NO, "Leave blank if you do not know.", optional=True)),
    _one("retention", "Retention", "entry", Field(
        "retention_group", "Which retention group is it in?", Kind.CHOICE, noun="the retention group")),
    _one("review", "Next review", "entry", Field(
        "review_due_on", "When will this entry be reviewed?", Kind.DATE, "For example, 27 3 2026",
        noun="the review date")),
    _one("delete", "Deletion", "entry", Field(
        "delete_due_on", "By when must it be deleted?", Kind.DATE, "For example, 27 3 2026",
        noun="the deletion date")),
    Step("safeguarding", "Safeguarding", "review", (
        Field("done_by", "Who made the safeguarding decision?", hint="A staff reference", longest=60,
              noun="who made the decision"),
        Field("rationale", "What was decided?", Kind.WORDS, "Do not include names: refer to notes by number.",
              noun="what was decided")),
        is_child),
)  # fmt: skip
ITEM = (
    Step("item-what", "What is recorded?", "item", (
        Field("category", "Which category of data is it?", Kind.CHOICE, noun="the category of data"),
        Field("basis", "Is it a fact or an assessment?", Kind.CHOICE, choices=_codes("item", "basis"),
              noun="fact or assessment"))),
    Step("item-source", "Where did it come from?", "item", (
        Field("origin", "What type of source is it?", Kind.CHOICE, choices=_codes("item", "origin"),
              noun="the type of source"),
        Field("platform", "Which platform, if any?", optional=True, longest=100, noun="the platform"),
        Field("source_ref", "The number of the source", hint="For example, SRC-1234. Do not enter a handle.",
              longest=120),
        Field("source_authority", "Which other authority supplied it?",
              hint="It will be told if the item is corrected. Leave blank if no other authority supplied it.",
              optional=True, longest=120, noun="the other authority"),
        Field("visibility", "Who could see the source?", Kind.CHOICE, choices=_codes("item", "visibility", _VISIBILITY),
              noun="who could see the source"),
        Field("authority_id", "The authorisation it was collected under", hint="If the source was not public",
              optional=True, longest=120),
        Field("collected_on", "When was it collected?", Kind.DATE, noun="the date it was collected"))),
    Step("item-evidence", "What is the evidence reference?", "item", (
        Field("evidence_ref", "The number in the evidence store", hint="For example, EVD-1234", longest=120),
        Field("evidence_sha256", "The SHA-256 digest of the evidence", hint="64 characters", longest=64),
        Field("consent_ref", "The number of the consent, if the item relies on consent", hint="For example, EVD-1234",
              optional=True, longest=120))),
    Step("item-grading", "How is the item graded?", "item", (
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
