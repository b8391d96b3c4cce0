"""A disclosure: to a recipient of the charter, under its agreement, for one of its purposes."""

from __future__ import annotations

from dataclasses import replace

from overt.model import DISCLOSURE, ENTRY
from overt.pages import day
from overt.register import moment_text
from overt.web._answers import Page, Sent
from overt.web._forms import FormFault, FormField, Input
from overt.web.portal._action import Action, Answer, Ask, Face
from overt.web.portal.staff._consult import has_said_why
from overt.web.portal.staff._entry import no_such_entry, not_yet, standing
from overt.web.portal.staff._gate_says import faults, logged, number, page_after, propose

_RECIPIENT = FormField.of(
    DISCLOSURE.recipient, "Who is it being shared with?", choices=(), noun="who it is being shared with"
)
_PURPOSE = FormField.of(DISCLOSURE.purpose, "What is it being shared for?", choices=(), noun="the purpose")
_PURPOSE_KIND = FormField.of(
    DISCLOSURE.purpose_kind, "Is the purpose law enforcement?",
    "To prevent, investigate, detect or prosecute offences, to carry out sentences, or to guard against threats to "
    "public security",
    words={"law_enforcement": "Yes", "other": "No, it is another purpose"},
    noun="whether the purpose is law enforcement",
)  # fmt: skip
_GATEWAY = FormField.of(
    DISCLOSURE.gateway,
    "Which law authorises it?",
    "Only for another purpose. For example, Children Act 2004 s.11",
    kind=Input.TEXT,
    optional=True,
    noun="the law that authorises it",
)
_REDACTED = FormField.of(DISCLOSURE.redacted, "Has information they do not need been redacted?")
_ENCRYPTED = FormField.of(DISCLOSURE.encrypted, "Is it encrypted in transit?")
_GRADED = FormField.of(DISCLOSURE.grade_sent, "Are the grading and reference date included?")
_SENT = (_REDACTED, _ENCRYPTED, _GRADED)
_FIELDS = (_RECIPIENT, _PURPOSE, _PURPOSE_KIND, _GATEWAY, *_SENT)


def _form(ask: Ask, wrong: tuple[FormFault, ...] = ()) -> Page:
    """The form; if no agreement is in force, a page that says so, because no recipient could be selected."""
    entry_id, charter = ask.path[ENTRY.entry_id], ask.desk.charter()
    known = charter.recipients_in_force(ask.today) if charter else {}
    if not known:
        return _no_agreement(ask, wrong)
    recipients = tuple((name, f"{body.title} (until {day(body.ends_on)})") for name, body in known.items())
    purposes = tuple((name, purpose.title) for name, purpose in (charter.purposes.items() if charter else ()))
    fields = (replace(_RECIPIENT, choices=recipients), replace(_PURPOSE, choices=purposes), *_FIELDS[2:])
    lead = ["This records the disclosure. Overt does not send anything."]
    here, heading = f"/staff/entries/{entry_id}", f"Disclose entry {entry_id}"
    return Page.of_form(heading, f"{here}/disclose", here, "Record the disclosure", fields, faults=wrong, lead=lead)


def _no_agreement(ask: Ask, wrong: tuple[FormFault, ...]) -> Page:
    charter = ask.desk.charter()
    known = charter.recipients.values() if charter else ()
    ended = [f"{body.title}: {day(body.starts_on)} to {day(body.ends_on)}" for body in known]
    onward = "To share entries, a new version of the charter must name the organisation and its agreement."
    data = {
        "heading": "You cannot share entries because no agreement is in force",
        "lead": [*ended, onward],
        "fields": (),
        "onward": {"href": f"/staff/entries/{ask.path[ENTRY.entry_id]}", "text": "Back to the entry"},
    }
    return Page("shared/said.html", data, faults=wrong)


def _page(ask: Ask) -> Answer:
    return not_yet(ask) or _form(ask)


def _disclose(ask: Ask) -> Answer:
    entry_id, form = ask.path[ENTRY.entry_id], ask.form
    with ask.desk.reading() as register:
        if standing(register, entry_id) is None:
            return no_such_entry()
    if not has_said_why(ask, f"entry {entry_id}"):
        return Sent(f"/staff/entries/{entry_id}")
    if ask.faults:
        return _form(ask, ask.faults)
    charter = ask.desk.charter()
    agreed = charter.recipients.get(form[DISCLOSURE.recipient]) if charter else None
    disclosure: dict[str, object] = {
        DISCLOSURE.disclosure_id: number("D"),
        DISCLOSURE.entry_id: entry_id,
        DISCLOSURE.sent_at: moment_text(ask.now),
        DISCLOSURE.sent_by: ask.who.staff,
        DISCLOSURE.recipient: form[DISCLOSURE.recipient],
        DISCLOSURE.recipient_kind: agreed.kind if agreed else None,
        DISCLOSURE.agreement_id: agreed.agreement if agreed else None,
        DISCLOSURE.purpose: form[DISCLOSURE.purpose],
        DISCLOSURE.purpose_kind: form[DISCLOSURE.purpose_kind],
        DISCLOSURE.gateway: form.get(DISCLOSURE.gateway),
        **{field.name: form[field.name] == "yes" for field in _SENT},
    }
    line = logged(ask, "disclose", entry_id, f"for {form[DISCLOSURE.purpose]}")
    answer = propose(ask, [("disclosure", disclosure), line])
    return page_after(answer, "disclosed", _form(ask, faults(answer.reasons, _FIELDS, DISCLOSURE.recipient)))


ACTIONS = (
    Action("staff.disclose-page", Face.STAFF, "/staff/entries/{entry_id}/disclose", "The form of a disclosure", _page),
    Action("staff.disclose", Face.STAFF, "/staff/entries/{entry_id}/disclose", "Disclose an entry", _disclose,
           method="POST", fields=_FIELDS),
)  # fmt: skip
