"""A disclosure: to a recipient of the charter, under its agreement, for one of its purposes."""

from __future__ import annotations

from dataclasses import replace

from overt.pages import day
from overt.web.portal._action import Action, Answer, Ask, Face, Fault, Field, Kind, Sent, Shown
from overt.web.portal.staff._consult import has_said_why
from overt.web.portal.staff._entry import no_such_entry, not_yet, standing
from overt.web.portal.staff._gate_says import faults, logged, number, propose, told

_RECIPIENT = Field("recipient", "Who is it being shared with?", Kind.CHOICE, noun="who it is being shared with")
_PURPOSE = Field("purpose", "What is it being shared for?", Kind.CHOICE, noun="the purpose")
_PURPOSE_KIND = Field(
    "purpose_kind", "Is the purpose law enforcement?", Kind.CHOICE,
    "To prevent, investigate, detect or prosecute offences, to carry out sentences, or to guard against threats to "
    "public security",
    choices=(("law_enforcement", "Yes"), ("other", "No, it is another purpose")),
    noun="whether the purpose is law enforcement",
)  # fmt: skip
_GATEWAY = Field(
    "gateway",
    "Which law authorises it?",
    hint="Only for another purpose. For example, Children Act 2004 s.11",
    optional=True,
    noun="the law that authorises it",
)
_REDACTED = Field("redacted", "Has information they do not need been redacted?", Kind.YES_OR_NO)
_ENCRYPTED = Field("encrypted", "Is it encrypted in transit?", Kind.YES_OR_NO)
_GRADED = Field("grade_sent", "Are the grading and reference date included?", Kind.YES_OR_NO)
_SENT = (_REDACTED, _ENCRYPTED, _GRADED)
_FIELDS = (_RECIPIENT, _PURPOSE, _PURPOSE_KIND, _GATEWAY, *_SENT)
_AT = {
    "disclosure.recipient": "recipient", "disclosure.purpose": "purpose", "disclosure.agreement_id": "recipient",
    "disclosure.recipient_kind": "recipient", "disclosure.purpose_kind": "purpose_kind",
    "disclosure.gateway": "gateway",
}  # fmt: skip


def _form(ask: Ask, wrong: tuple[Fault, ...] = ()) -> Shown:
    """The form; if no agreement is in force, a page that says so, because no recipient could be selected."""
    entry_id, charter = ask.path["entry_id"], ask.desk.charter()
    known = charter.recipients_in_force(ask.today) if charter else {}
    if not known:
        return _no_agreement(ask, wrong)
    recipients = tuple((name, f"{each.title} (until {day(each.ends_on)})") for name, each in known.items())
    purposes = tuple((name, each.title) for name, each in (charter.purposes.items() if charter else ()))
    data = {
        "heading": f"Disclose entry {entry_id}",
        "lead": ["This records the disclosure. Overt does not send anything."],
        "target": f"/staff/entries/{entry_id}/disclose",
        "back": f"/staff/entries/{entry_id}",
        "button": "Record the disclosure",
        "fields": (
            replace(_RECIPIENT, choices=recipients),
            replace(_PURPOSE, choices=purposes),
            *_FIELDS[2:],
        ),
    }
    return Shown("shared/form.html", data, faults=wrong)


def _no_agreement(ask: Ask, wrong: tuple[Fault, ...]) -> Shown:
    charter = ask.desk.charter()
    ended = (
        [f"{each.title}: {day(each.starts_on)} to {day(each.ends_on)}" for each in charter.recipients.values()]
        if charter
        else []
    )
    onward = "To share entries, a new version of the charter must name the organisation and its agreement."
    data = {
        "heading": "You cannot share entries because no agreement is in force",
        "lead": [*ended, onward],
        "fields": (),
        "onward": {"href": f"/staff/entries/{ask.path['entry_id']}", "text": "Back to the entry"},
    }
    return Shown("shared/said.html", data, faults=wrong)


def _page(ask: Ask) -> Answer:
    return not_yet(ask) or _form(ask)


def _disclose(ask: Ask) -> Answer:
    entry_id, form = ask.path["entry_id"], ask.form
    with ask.desk.reading() as register:
        if standing(register, entry_id) is None:
            return no_such_entry()
    if not has_said_why(ask, f"entry {entry_id}"):
        return Sent(f"/staff/entries/{entry_id}")
    if ask.faults:
        return _form(ask, ask.faults)
    charter = ask.desk.charter()
    agreed = charter.recipients.get(form["recipient"]) if charter else None
    disclosure = {
        "disclosure_id": number("D"),
        "entry_id": entry_id,
        "sent_at": ask.now.replace(tzinfo=None).isoformat(sep=" "),
        "sent_by": ask.who.staff,
        "recipient": form["recipient"],
        "recipient_kind": agreed.kind if agreed else None,
        "agreement_id": agreed.agreement if agreed else None,
        "purpose": form["purpose"],
        "purpose_kind": form["purpose_kind"],
        "gateway": form.get("gateway"),
        **{each.name: form[each.name] == "yes" for each in _SENT},
    }
    answer = propose(ask, [("disclosure", disclosure), logged(ask, "disclose", entry_id, f"for {form['purpose']}")])
    return told(answer, "disclosed", _form(ask, faults(answer.reasons, _AT, "recipient")))


ACTIONS = (
    Action("staff.disclose-page", Face.STAFF, "/staff/entries/{entry_id}/disclose", "The form of a disclosure", _page),
    Action("staff.disclose", Face.STAFF, "/staff/entries/{entry_id}/disclose", "Disclose an entry", _disclose,
           method="POST", fields=_FIELDS),
)  # fmt: skip
