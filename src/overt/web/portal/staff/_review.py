"""A review: retain, amend or remove, with the rationale.

The review, the entry's new version and the log entry are recorded together or not at all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from overt.model import ENTRY, REVIEW
from overt.register import moment_text
from overt.web._answers import Page, Sent
from overt.web._forms import FormFault, FormField
from overt.web.portal._action import Action, Answer, Ask, Face
from overt.web.portal.staff._consult import has_said_why
from overt.web.portal.staff._entry import no_such_entry, not_yet, standing
from overt.web.portal.staff._gate_says import faults, logged, number, page_after, propose

_OUTCOMES = (
    ("retain", "Retain: it is still needed and accurate"),
    ("amend", "Amend: something needs correcting"),
    ("remove", "Remove: it is no longer needed"),
)
_OUTCOME = FormField.of(REVIEW.outcome, "What did you decide?", choices=_OUTCOMES, noun="what you decided")
_RATIONALE = FormField.of(
    REVIEW.rationale, "Why?", "Do not include names: refer to reports by number.", noun="your reasons"
)
_NEXT = FormField.of(
    ENTRY.review_due_on,
    "When is the next review due?",
    "If it is retained or amended. For example, 27 3 2026.",
    optional=True,
    noun="the date of the next review",
)
_GROUNDS = FormField.of(
    ENTRY.grounds,
    "New grounds",
    "Only if you are changing the grounds. Leave blank to keep the current text.",
    optional=True,
)
_ROLE = FormField.of(ENTRY.role, "New role", "Only if you are changing the role.", choices=(), optional=True)
_FIELDS = (_OUTCOME, _RATIONALE, _NEXT, _GROUNDS, _ROLE)
_CHANGES = {ENTRY.grounds, ENTRY.role}


def _form(ask: Ask, wrong: tuple[FormFault, ...] = ()) -> Page:
    entry_id = ask.path[ENTRY.entry_id]
    charter = ask.desk.charter()
    roles = tuple((role, role.capitalize()) for role in (charter.roles if charter else ()))
    role = replace(_ROLE, choices=roles)
    fields = (_OUTCOME, _RATIONALE, _NEXT, _GROUNDS, role)
    here = f"/staff/entries/{entry_id}"
    return Page.of_form(f"Review entry {entry_id}", f"{here}/review", here, "Record the review", fields, faults=wrong)


def _page(ask: Ask) -> Answer:
    return not_yet(ask) or _form(ask)


def _review(ask: Ask) -> Answer:
    entry_id, form = ask.path[ENTRY.entry_id], ask.form
    with ask.desk.reading() as register:
        entry = standing(register, entry_id)
        if entry is None:
            return no_such_entry()
    if not has_said_why(ask, f"entry {entry_id}"):
        return Sent(f"/staff/entries/{entry_id}")
    wrong = (*ask.faults, *_contradictions(form.get(REVIEW.outcome, ""), form))
    if wrong:
        return _form(ask, wrong)
    outcome = form[REVIEW.outcome]
    later: dict[str, object]
    if outcome == "remove":
        later = {ENTRY.status: "closed", ENTRY.closed_on: str(ask.today), ENTRY.closed_reason: "removed by review"}
    else:
        later = {name: form[name] for name in (ENTRY.review_due_on, *_CHANGES) if name in form}
    review: dict[str, object] = {
        REVIEW.review_id: number("R"), REVIEW.entry_id: entry_id, REVIEW.done_at: moment_text(ask.now),
        REVIEW.done_by: ask.who.staff, REVIEW.outcome: outcome, REVIEW.rationale: form[REVIEW.rationale],
    }  # fmt: skip
    rows = [("review", review), ("entry", {**entry, **later}), logged(ask, "alter", entry_id, f"review: {outcome}")]
    answer = propose(ask, rows, altered=frozenset(("entry",)))
    form_again = _form(ask, faults(answer.reasons, _FIELDS, REVIEW.outcome))
    if outcome == "remove":
        return page_after(answer, "removed", form_again, entry_id)
    return page_after(answer, "reviewed", form_again)


def _contradictions(outcome: str, form: Mapping[str, str]) -> list[FormFault]:
    is_changed = bool(_CHANGES & form.keys())
    wrong = []
    if outcome in ("retain", "amend") and ENTRY.review_due_on not in form:
        wrong.append(FormFault(ENTRY.review_due_on, "Enter the date of the next review"))
    if outcome == "retain" and is_changed:
        wrong.append(FormFault(REVIEW.outcome, "Select Amend, or leave the grounds and role unchanged"))
    if outcome == "amend" and not is_changed:
        wrong.append(FormFault(ENTRY.grounds, "Enter new grounds or a new role"))
    return wrong


ACTIONS = (
    Action("staff.review-page", Face.STAFF, "/staff/entries/{entry_id}/review", "The form to review an entry", _page),
    Action("staff.review", Face.STAFF, "/staff/entries/{entry_id}/review", "Review an entry", _review,
           method="POST", fields=_FIELDS),
)  # fmt: skip
