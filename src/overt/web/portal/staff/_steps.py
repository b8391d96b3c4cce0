"""The questions of a proposal, one per page: what each asks, and which columns its answers fill."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from overt.ages import is_below
from overt.charter import Charter
from overt.model import ENTRY, ITEM, REVIEW, SUBJECT
from overt.web._forms import Choices, FormField, Input

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
# A reason about the one is shown with the question about the other.
_TOGETHER = {SUBJECT.subject_id.path: ENTRY.subject_id.path, REVIEW.rationale.path: REVIEW.outcome.path}
_VISIBILITY = {
    "open": "Anyone (open)", "private": "Only people allowed to see it (private)",
    "persona": "An officer using a false online identity (persona)",
}  # fmt: skip


@dataclass(frozen=True)
class ProposalStep:
    """One page: its name in the address, its fields, all of one table, and whether this draft needs it."""

    name: str
    title: str
    fields: tuple[FormField, ...]
    needed: Callable[[Draft], bool] = lambda _: True

    @property
    def table(self) -> str:
        """The table that its answers go to; none if they go to no table."""
        return self.fields[0].path.partition(".")[0]

    @property
    def columns(self) -> frozenset[str]:
        """The columns that it asks for, as reasons name them."""
        paths = {field.path for field in self.fields if field.path}
        return frozenset(paths | {_TOGETHER[path] for path in paths & _TOGETHER.keys()})


def is_new(draft: Draft) -> bool:
    """Whether the person is not in the register yet."""
    return bool(draft["person"].get("known") == "no")


def is_child(draft: Draft) -> bool:
    """Whether the person is under eighteen on the day of the entry, as far as was said."""
    born = draft["subject"].get(SUBJECT.birth_date)
    if not born or not is_new(draft):
        return False
    return is_below(_ADULT, dt.date.fromisoformat(born), dt.date.fromisoformat(draft[ENTRY.opened_on]))


def _one(name: str, title: str, field: FormField, needed: Callable[[Draft], bool] = lambda _: True) -> ProposalStep:
    return ProposalStep(name, title, (field,), needed)


ABOUT = (
    _one("person", "Who is the entry about?", FormField.of(
        SUBJECT.subject_id, "The person’s pseudonym",
        "The 64-character code from the evidence store. Do not enter a name, handle or address.", longest=64)),
    _one("known", "Is the person in the register?", FormField(
        "known", "Is this person already in the register?", Input.YES_OR_NO,
        "The evidence store shows this with the pseudonym.")),
    _one("birth", "Date of birth", FormField.of(
        SUBJECT.birth_date, "What is the person’s date of birth?",
        "For example, 27 3 2001. There are extra safeguards for children.", optional=True, noun="the date of birth"),
        is_new),
    _one("sex", "Sex", FormField.of(
        SUBJECT.sex, "What is the person’s sex, as recorded?",
        "Used for statistics only. It is not shown with the entry.", optional=True, noun="the person’s sex"), is_new),
    _one("ethnicity", "Ethnicity", FormField.of(
        SUBJECT.ethnicity_self, "What is the person’s ethnicity, as they defined it?",
        "Used for statistics only. It is not shown with the entry. Leave blank if the person was not asked.",
        words=_ETHNICITY, optional=True, noun="the person’s ethnicity"), is_new),
    _one("role", "The person’s role", FormField.of(
        ENTRY.role, "What is the person’s role?", choices=(), noun="the person’s role")),
    _one("purpose", "Purpose", FormField.of(
        ENTRY.purpose, "What is the purpose of the entry?", choices=(), noun="the purpose of the entry")),
    _one("grounds", "Grounds", FormField.of(
        ENTRY.grounds, "What are the grounds for listing this person?",
        "Write this for this person; do not reuse standard text. Do not include names: refer to reports by number.",
        noun="the grounds for listing this person")),
    _one("unit", "Unit", FormField.of(
        ENTRY.unit, "Which unit or borough is making the entry?", longest=80, noun="the unit or borough")),
    _one("condition", "Condition", FormField.of(
        ENTRY.condition, "If the entry includes sensitive data, which condition do you rely on?",
        "Leave blank if it includes none.", optional=True, noun="the condition")),
    _one("significance", "What it means for the person", FormField.of(
        ENTRY.significant,
        "Does being listed have an adverse legal effect on the person, or affect them significantly?",
        "Leave blank if you do not know.", optional=True)),
    _one("retention", "Retention", FormField.of(
        ENTRY.retention_group, "Which retention group is it in?", choices=(), noun="the retention group")),
    _one("review", "Next review", FormField.of(
        ENTRY.review_due_on, "When will this entry be reviewed?", "For example, 27 3 2026", noun="the review date")),
    _one("delete", "Deletion", FormField.of(
        ENTRY.delete_due_on, "By when must it be deleted?", "For example, 27 3 2026", noun="the deletion date")),
    ProposalStep("safeguarding", "Safeguarding", (
        FormField.of(REVIEW.done_by, "Who made the safeguarding decision?", "A staff reference", longest=60,
                     noun="who made the decision"),
        FormField.of(REVIEW.rationale, "What was decided?", "Do not include names: refer to notes by number.",
                     noun="what was decided")),
        is_child),
)  # fmt: skip
PER_ITEM = (
    ProposalStep("item-what", "What is recorded?", (
        FormField.of(ITEM.category, "Which category of data is it?", choices=(), noun="the category of data"),
        FormField.of(ITEM.basis, "Is it a fact or an assessment?", noun="fact or assessment"))),
    ProposalStep("item-source", "Where did it come from?", (
        FormField.of(ITEM.origin, "What type of source is it?", noun="the type of source"),
        FormField.of(ITEM.platform, "Which platform, if any?", optional=True, longest=100, noun="the platform"),
        FormField.of(ITEM.source_ref, "The number of the source", "For example, SRC-1234. Do not enter a handle.",
                     longest=120),
        FormField.of(ITEM.source_authority, "Which other authority supplied it?",
                     "It will be told if the item is corrected. Leave blank if no other authority supplied it.",
                     optional=True, longest=120, noun="the other authority"),
        FormField.of(ITEM.visibility, "Who could see the source?", words=_VISIBILITY, noun="who could see the source"),
        FormField.of(ITEM.authority_id, "The authorisation it was collected under", "If the source was not public",
                     optional=True, longest=120),
        FormField.of(ITEM.collected_on, "When was it collected?", noun="the date it was collected"))),
    ProposalStep("item-evidence", "What is the evidence reference?", (
        FormField.of(ITEM.evidence_ref, "The number in the evidence store", "For example, EVD-1234", longest=120),
        FormField.of(ITEM.evidence_sha256, "The SHA-256 digest of the evidence", "64 characters", longest=64),
        FormField.of(ITEM.consent_ref, "The number of the consent, if the item relies on consent",
                     "For example, EVD-1234", optional=True, longest=120))),
    ProposalStep("item-grading", "How is the item graded?", (
        FormField.of(ITEM.source_grade, "Source", choices=(
            ("1", "1: reliable"), ("2", "2: untested"), ("3", "3: not reliable"))),
        FormField.of(ITEM.information_grade, "Information", choices=(
            ("A", "A: known directly"), ("B", "B: known indirectly, but corroborated"), ("C", "C: known indirectly"),
            ("D", "D: not known"), ("E", "E: suspected to be false"))),
        FormField.of(ITEM.handling, "Handling", choices=(("P", "P: lawful sharing permitted"),
            ("C", "C: lawful sharing permitted with conditions"))))),
)  # fmt: skip
STEPS = {step.name: step for step in (*ABOUT, *PER_ITEM)}


def chartered(charter: Charter | None, day: dt.date) -> dict[str, Choices]:
    """What the charter offers for the fields that it decides on."""
    if charter is None:
        return {}
    return {
        ENTRY.role: tuple((role, role.capitalize()) for role in charter.roles),
        ENTRY.purpose: tuple((name, purpose.title) for name, purpose in charter.purposes.items()),
        ENTRY.retention_group: tuple((name, f"{name.replace('_', ' ').capitalize()}: {group.limit_years} years at most")
                                     for name, group in charter.retention.items()),
        ITEM.category: tuple((name, kind.title) for name, kind in charter.categories_in_force(day).items()),
    }  # fmt: skip
