"""Recalls: the notices that organisations are sent, and what they confirm."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from overt import rights
from overt.ledger import read_vkey
from overt.model import RECALL
from overt.refusals import Refusal
from overt.register import Register
from overt.web._answers import Page, Plain, Sent
from overt.web._forms import FormFault, FormField, Input
from overt.web.portal._action import Action, Answer, Ask, Face
from overt.web.portal._paging import PAGE_FIELDS
from overt.web.portal.staff import _queries as queries
from overt.web.portal.staff._case import attempted, case_desk, notices_folder

_CONFIRMS = FormField(
    "confirms", "What did they confirm?", Input.CHOICE,
    choices=(("done", "They have done what was asked"), ("nothing_held", "They hold nothing")),
    noun="what they confirmed",
)  # fmt: skip
_ON = FormField("on", "When?", Input.DATE, "For example, 27 3 2026", noun="the date")
_NOTE = FormField("note", "The signed reply", Input.FILE, "The file that ends in .note", noun="the signed reply")
_KEY = FormField(
    "key", "The organisation’s own key", hint="The line that it gave you, such as council.example+1a2b3c4d+AQ…",
    longest=400, noun="the organisation’s key",
)  # fmt: skip
_NONE = Page("shared/said.html", {"heading": "There is no such unconfirmed recall"}, 404)
_PATH = "/staff/recalls/{number}"


def shown(recall: rights.Recall, titles: rights.Titles, today: dt.date) -> dict[str, object]:
    """A recall as pages list it."""
    return {
        "number": recall.number, "request": recall.request, RECALL.asks: recall.asks,
        "organisation": titles.recipient(recall.recipient, today),
        RECALL.sent_on: recall.sent_on, RECALL.due_on: recall.due_on, "late": recall.is_overdue(today),
        RECALL.confirmed_on: recall.confirmed_on, RECALL.confirmed_as: recall.confirmed_as,
        RECALL.confirmation: recall.confirmation,
    }  # fmt: skip


def _recalls(ask: Ask, faults: tuple[FormFault, ...] = ()) -> Page:
    with ask.desk.reading() as register:
        numbers, page = queries.unconfirmed_recalls(register.store, ask.query)
        waiting = queries.count_unwritten_notices(register.store)
        recalls = {recall.number: recall for recall in rights.recalls(register, numbers=numbers)}
        titles = rights.Titles(register.charters())
    rows = [shown(recalls[number], titles, ask.today) for number in numbers]
    pages, can_write = page.ways("/staff/recalls"), bool(ask.config.unit.signers)
    data = {"recalls": rows, "waiting": waiting, "can_write": can_write, "pages": pages}
    return Page("staff/recalls.html", data, faults=faults)


def _notify(ask: Ask) -> Answer:
    """Writes the notices of recalls that a removal raised."""

    def write() -> rights.Told:
        with ask.desk.apart() as register:
            return rights.notify(register, case_desk(ask))

    told = attempted(write, {}, "recalls")
    if not isinstance(told, rights.Told):
        return _recalls(ask, told)
    return Sent("/staff/recalls", {"written": len(told.notices)})


def _found(register: Register, number: str) -> rights.Recall | None:
    return next(iter(rights.recalls(register, numbers=[number])), None)


def _recall(ask: Ask, faults: tuple[FormFault, ...] = ()) -> Answer:
    with ask.desk.reading() as register:
        recall = _found(register, ask.path["number"])
        titles = rights.Titles(register.charters())
    if recall is None or (recall.confirmed_on and not faults):
        return _NONE
    data = {
        "recall": shown(recall, titles, ask.today), "notice": _notice_file(ask, recall.number) is not None,
        "reply_fields": (_CONFIRMS, _ON), "signed_fields": (_NOTE, _KEY), "fields": (_CONFIRMS, _ON, _NOTE, _KEY),
    }  # fmt: skip
    return Page("staff/recall.html", data, faults=faults)


def _confirm(ask: Ask) -> Answer:
    if ask.faults:
        return _recall(ask, ask.faults)
    on = dt.date.fromisoformat(ask.form["on"])

    def note() -> rights.Recall:
        with ask.desk.apart() as register:
            return rights.confirm(
                register, ask.path["number"], ask.form["confirms"], on, by=ask.who.staff, now=ask.now
            )  # fmt: skip

    return _confirmed(ask, attempted(note, {"--on": "on"}, "confirms"))


def _confirm_signed(ask: Ask) -> Answer:
    """Records a reply that the organisation signed: which key signed it is on the certificate."""
    if ask.faults:
        return _recall(ask, ask.faults)

    def note() -> rights.Recall:
        keys = [read_vkey(ask.form["key"], "the key")]
        with ask.desk.apart() as register:
            if f"\nrecall {ask.path['number']}\n".encode() not in ask.files["note"]:
                raise Refusal(
                    "recall-absent", "the reply", "it does not confirm this recall", "the reply to its notice"
                )
            return rights.confirm_signed(
                register, ask.files["note"], keys, "the reply", by=ask.who.staff, now=ask.now
            )  # fmt: skip

    return _confirmed(ask, attempted(note, {"the key": "key"}, "note"))


def _confirmed(ask: Ask, recall: rights.Recall | tuple[FormFault, ...]) -> Answer:
    if not isinstance(recall, rights.Recall):
        return _recall(ask, recall)
    path = _notice_file(ask, recall.number)
    if path is not None:
        path.unlink(missing_ok=True)
    return Sent("/staff/recalls", {"recall": recall.number})


def _notice(ask: Ask) -> Answer:
    """The signed notice, to be sent to the organisation."""
    with ask.desk.reading() as register:
        recall = _found(register, ask.path["number"])
    path = _notice_file(ask, recall.number) if recall else None
    if path is None:
        return Page("shared/said.html", {"heading": "There is no notice of this recall here"}, 404)
    return Plain(path.read_bytes(), "text/plain; charset=utf-8", path.name)


def _notice_file(ask: Ask, number: str) -> Path | None:
    """The notice of a recall of the register, if it lies here; a number is never part of a pattern or a path."""
    if ask.config.unit.notices is None or not ask.config.unit.signers:
        return None
    folder = notices_folder(ask)
    if not folder.is_dir():
        return None
    return next((path for path in folder.glob("*.note") if path.name.startswith(f"{number}-")), None)


ACTIONS = (
    Action("staff.recalls", Face.STAFF, "/staff/recalls", "Unconfirmed recalls", _recalls, nav="Recalls",
           query=PAGE_FIELDS),
    Action("staff.notify", Face.STAFF, "/staff/recalls", "Write the notices of recalls", _notify, method="POST"),
    Action("staff.confirm-page", Face.STAFF, _PATH, "A recall, and the form of its confirmation", _recall),
    Action("staff.confirm", Face.STAFF, _PATH, "Record that a recall was confirmed", _confirm,
           method="POST", fields=(_CONFIRMS, _ON)),
    Action("staff.confirm-signed", Face.STAFF, f"{_PATH}/signed", "Record a signed confirmation", _confirm_signed,
           method="POST", fields=(_NOTE, _KEY)),
    Action("staff.notice", Face.STAFF, f"{_PATH}/notice", "Download the notice of a recall", _notice),
)  # fmt: skip
