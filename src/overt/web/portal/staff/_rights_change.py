"""What a request changes: a correction, an erasure, and organisations that are told to delete or not to use an entry.

`overt.rights` decides all of it and refuses every entry that the search for this very request did not find. The notices
lie in the unit's folder until they are confirmed (`_recalls`).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from overt import rights
from overt.model import CORRECTION
from overt.pages import opening
from overt.register import Register
from overt.web._answers import Page, Sent
from overt.web._forms import FormFault, FormField, Input
from overt.web.portal._action import Action, Answer, Ask, Face
from overt.web.portal.staff._case import (
    attempted,
    case_desk,
    entry_choices,
    home,
    number_of,
    page_or_refusal,
    searched,
)

_ENTRY = FormField("entry", "Which entry?", Input.CHOICE, longest=60, noun="the entry")
_MOST = 3
_PAIRS = tuple(
    (
        FormField(f"field_{place}", "What is wrong?" if place == 1 else "What else is wrong?", Input.CHOICE,
                  optional=place > 1, longest=200, noun=f"what is wrong ({place})"),
        FormField(f"value_{place}", "What is right?",
                  hint="As the register writes it: a code such as witness, or a day such as 2004-05-03. Leave it blank "
                  "if nothing should stand there.", optional=True, longest=2_000, noun=f"what is right ({place})"),
    )
    for place in range(1, _MOST + 1)
)  # fmt: skip
_REASON = FormField(
    "reason", "Why is it corrected?", Input.WORDS, "Recorded. Do not include names.", longest=2_000,
    noun="why it is corrected",
)  # fmt: skip
_CORRECTS = (_ENTRY, *(field for pair in _PAIRS for field in pair), _REASON)
_ENTRIES = FormField(
    "entries", "Which entries?", hint="Their numbers, with blanks between.", longest=2_000, noun="the entries"
)
_GROUND = FormField(
    "ground", "On what ground are they erased?", hint="The provision or decision, which is recorded. No names.",
    longest=400, noun="the ground",
)  # fmt: skip
_SURE = FormField(
    "sure", "I have looked for copies on the lists that officers keep, and want to destroy this", Input.TICK,
    "This cannot be undone. A person who has been erased can no longer be found on a list.", noun="that you are sure",
)  # fmt: skip
_ERASES = (_ENTRIES, _GROUND, _SURE)
_ASKS = FormField(
    "told_to", "What are they told to do?", Input.CHOICE,
    choices=(("restrict", "Keep it, and not use it"), ("delete", "Delete it")), noun="what they are told to do",
)  # fmt: skip
_WHO = FormField("organisation", "Which organisation?", Input.CHOICE, "Leave it blank for every one of them.",
                 optional=True, longest=120, noun="the organisation")  # fmt: skip
_TELLS = (_ENTRY, _ASKS, _WHO)
_AT = {"--set": "value_1", "--reason": "reason", "--entry": "entry", "--ground": "ground", "--ask": "told_to",
       "--recipient": "organisation"}  # fmt: skip


def _on_entries(ask: Ask, make: Callable[[Register, rights.RightsRequest, rights.LookUp], Answer]) -> Answer:
    """A page about the entries that the search found; where nobody has searched, the form to search."""

    def shown(register: Register, request: rights.RightsRequest) -> Answer:
        looked = searched(register, request)
        if looked is None:
            return Sent(f"{home(ask)}/person")
        if not looked.entries:
            lead = ["The search for this request found none that is still in the register."]
            return Page("shared/said.html", {"heading": "There is no entry", "lead": lead, "onward": _back(ask)})
        return make(register, request, looked)

    return page_or_refusal(ask, shown)


def _back(ask: Ask) -> dict[str, str]:
    return {"href": home(ask), "text": f"Request {number_of(ask)}"}


def _of(looked: rights.LookUp) -> FormField:
    return replace(_ENTRY, choices=entry_choices(looked))


# --- correction -----------------------------------------------------------------------------------------------------


def _correct_form(ask: Ask, faults: tuple[FormFault, ...] = ()) -> Answer:
    def make(register: Register, request: rights.RightsRequest, looked: rights.LookUp) -> Answer:
        known = {path: words for entry in looked.entries for path, words in rights.correctable(register, entry)}
        pairs = [(replace(field, choices=tuple(known.items())), value) for field, value in _PAIRS]
        fields = (_of(looked), *(field for pair in pairs for field in pair), _REASON)
        lead = [
            "A correction is a new version of the entry. Every organisation that was sent it is told what to correct, "
            "or to delete it if its agreement has ended. The notices are signed and wait under Recalls.",
        ]
        return Page.of_form(
            f"Correct an entry: request {request.number}", f"{home(ask)}/correct", home(ask), "Correct the entry",
            fields, faults=faults, lead=lead,
        )  # fmt: skip

    return _on_entries(ask, make)


def _correct(ask: Ask) -> Answer:
    if ask.faults:
        return _correct_form(ask, ask.faults)
    named = [(ask.form[field.name], ask.form.get(value.name, "")) for field, value in _PAIRS if field.name in ask.form]

    def change() -> rights.Told:
        amendments = [rights.read_correction(f"{path}={value}") for path, value in named]
        with ask.desk.apart() as register:
            return rights.rectify(
                register, number_of(ask), ask.form["entry"], amendments, reason=ask.form["reason"], desk=case_desk(ask)
            )

    return _after(ask, attempted(change, _AT, "field_1"), _correct_form)


def _after(
    ask: Ask, told: rights.Told | tuple[FormFault, ...], form: Callable[[Ask, tuple[FormFault, ...]], Answer]
) -> Answer:
    if not isinstance(told, rights.Told):
        return form(ask, told)
    return Sent(home(ask), {"recalls": [recall.number for recall in told.recalls], "erasures": list(told.erasures)})


# --- erasure --------------------------------------------------------------------------------------------------------


def _erase_form(ask: Ask, faults: tuple[FormFault, ...] = ()) -> Answer:
    def make(register: Register, request: rights.RightsRequest, looked: rights.LookUp) -> Answer:
        chosen = _chosen(ask) or list(looked.entries)
        counted = attempted(lambda: rights.preview(register, request.number, chosen), {"--entry": "entries"}, "entries")
        preview = counted if isinstance(counted, rights.Preview) else None
        unseen = () if isinstance(counted, rights.Preview) else counted
        data = {
            "heading": f"Erase entries: request {request.number}", "target": f"{home(ask)}/erase", "back": home(ask),
            "button": "Erase", "fields": _ERASES, "given": {"entries": " ".join(chosen)}, "lead": (),
            "preview": preview and {
                "entries": preview.weighed.entries, "items": preview.weighed.items, "chosen": chosen,
                "organisations": list(preview.organisations), "stays": list(preview.stays),
            },
        }  # fmt: skip
        return Page("staff/erase.html", data, faults=faults or unseen)

    return _on_entries(ask, make)


def _chosen(ask: Ask) -> list[str]:
    return re.findall(r"[^\s,;]+", ask.form.get("entries", ""))


def _erase(ask: Ask) -> Answer:
    """Counts what would be destroyed; destroys it once the officer has said that they are sure."""
    if ask.faults:
        return _erase_form(ask, ask.faults)
    if ask.form.get("sure") != "yes":
        return _erase_form(ask, (FormFault("sure", "Read what will be destroyed, and select that you are sure"),))

    def remove() -> rights.Told:
        with ask.desk.apart() as register:
            return rights.remove(register, number_of(ask), _chosen(ask), ask.form["ground"], case_desk(ask))

    return _after(ask, attempted(remove, {**_AT, "--entry": "entries"}, "entries"), _erase_form)


# --- organisations that are told ------------------------------------------------------------------------------------


def _tell_form(ask: Ask, faults: tuple[FormFault, ...] = ()) -> Answer:
    def make(register: Register, request: rights.RightsRequest, looked: rights.LookUp) -> Answer:
        titles, day = rights.Titles(register.charters()), ask.today
        names = dict.fromkeys(
            holder.recipient for entry in looked.entries for holder in rights.sent_to(register, entry)
        )
        organisations = tuple((name, opening(titles.recipient(name, day)).rstrip(".")) for name in names)
        who = replace(_WHO, choices=organisations)
        lead = [
            "The entry stays in the register. Use is restricted under section 47 of the Data Protection Act 2018, or "
            "sharing has stopped because an objection was upheld: the answer to the person names the section.",
            "It was sent to no organisation." if not names else "The notices are signed and wait under Recalls.",
        ]
        fields = (_of(looked), _ASKS, *((who,) if names else ()))
        return Page.of_form(
            f"Restrict or recall an entry: request {request.number}", f"{home(ask)}/recall", home(ask),
            "Record and write the notices", fields, faults=faults, lead=lead,
        )  # fmt: skip

    return _on_entries(ask, make)


def _tell(ask: Ask) -> Answer:
    if ask.faults:
        return _tell_form(ask, ask.faults)
    form = ask.form
    names = [form["organisation"]] if form.get("organisation") else []

    def tell() -> rights.Told:
        with ask.desk.apart() as register:
            return rights.tell(
                register, number_of(ask), form["entry"], form["told_to"], recipients=names, desk=case_desk(ask)
            )

    return _after(ask, attempted(tell, _AT, "entry"), _tell_form)


def restricted_shown(register: Register, request: rights.RightsRequest) -> list[dict[str, object]]:
    """The entries that are no longer used because of a request, each with the day."""
    condition = "x.request_id = ? and x.kind = 'restricted' and x.closed_seq is null"
    rows = register.versions("correction", condition, (request.number,))
    days = {str(row.values[CORRECTION.entry_id]): row.values[CORRECTION.on_date] for row in rows}
    return [{"entry": entry, "on": day} for entry, day in days.items()]


_PATH = "/staff/requests/{request_id}"
ACTIONS = (
    Action("staff.correct-page", Face.STAFF, f"{_PATH}/correct", "The form of a correction", _correct_form),
    Action("staff.correct", Face.STAFF, f"{_PATH}/correct", "Correct an entry for a request", _correct,
           method="POST", fields=_CORRECTS),
    Action("staff.erase-page", Face.STAFF, f"{_PATH}/erase", "What an erasure would destroy", _erase_form),
    Action("staff.erase", Face.STAFF, f"{_PATH}/erase", "Erase entries for a request", _erase,
           method="POST", fields=_ERASES),
    Action("staff.recall-page", Face.STAFF, f"{_PATH}/recall", "The form to restrict or recall an entry", _tell_form),
    Action("staff.recall", Face.STAFF, f"{_PATH}/recall", "Restrict or recall an entry for a request", _tell,
           method="POST", fields=_TELLS),
)  # fmt: skip
