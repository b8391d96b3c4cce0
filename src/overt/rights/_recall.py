"""Recalls: every organisation that was sent an entry is told to delete, correct or restrict it, and must confirm.

A recall is a row of the register without entry or person, so that it outlives an erasure. What the organisation needs
to find its copy is only in the notice: a signed file that is handed over and not kept.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from overt.gate import Proposed
from overt.ledger import OpenNote, Signer, VerifierKey, open_note, read_note, sign_note
from overt.model import RECALL
from overt.private import private_folder, write_private
from overt.refusals import Refusal
from overt.register import Register, found_by
from overt.rights._requests import RightsRequest, admit, whole
from overt.rights._titles import Titles

NOTICE, CONFIRMATION = "overt-recall/1", "overt-recall-confirmation/1"
ASKS = ("delete", "correct", "restrict")
CONFIRMS = ("done", "nothing_held")
_LIMIT = 100_000


@dataclass(frozen=True)
class Recall:
    """One body that was told, and what it answered.

    `request` is empty and `sent_on` none where a removal raised the recall and no notice of it was written yet.
    """

    number: str
    request: str
    recipient: str
    kind: str
    asks: str
    sent_on: dt.date | None
    due_on: dt.date
    confirmed_on: dt.date | None = None
    confirmed_as: str | None = None
    confirmation: str | None = None
    signed_with: str | None = None
    leaf: int | None = None

    def is_overdue(self, day: dt.date) -> bool:
        """Whether it is open past its date."""
        return self.confirmed_on is None and self.due_on < day


@dataclass(frozen=True)
class CopyHolder:
    """A body that has a copy, and the lines by which it finds the copy."""

    recipient: str
    kind: str
    found_by: tuple[str, ...]


def recalls(register: Register, request: str | None = None, *, numbers: Sequence[str] | None = None) -> list[Recall]:
    """The recalls of a request, or with these numbers, or all of them, in the order in which they were sent."""
    condition, parameters = "x.closed_seq is null", [request] if request else []
    if request:
        condition += " and x.request_id = ?"
    if numbers is not None:
        condition, parameters = (
            f"{condition} and x.recall_id in ({', '.join('?' * len(numbers))})",
            [*parameters, *numbers],
        )
    rows = register.versions("recall", condition, parameters) if numbers != [] else ()
    return sorted((_recall(row.values, row.opened_seq) for row in rows), key=lambda recall: _place(recall.number))


def bodies(rows: Iterable[tuple[str, str, Mapping[str, Any]]]) -> list[CopyHolder]:
    """Group the disclosures by recipient, in alphabetical order."""
    lines_by_holder: dict[str, tuple[str, dict[str, None]]] = {}
    for recipient, kind, values in rows:
        lines = lines_by_holder.setdefault(recipient, (kind, {}))[1]
        lines[found_by(values)] = None
    return [CopyHolder(name, kind, tuple(lines)) for name, (kind, lines) in sorted(lines_by_holder.items())]


@dataclass(frozen=True)
class RecallNotice:
    """A body, what it is asked, and the recall that says so; `is_recorded` that the register has it already.

    `changes` are the lines that say how to correct it.
    """

    body: CopyHolder
    recall: Recall
    is_recorded: bool
    changes: tuple[str, ...] = ()


def plan(
    register: Register,
    request: RightsRequest,
    asked_of: Sequence[tuple[CopyHolder, str]],
    on: dt.date,
    days: int,
    *,
    goes_on: bool = False,
) -> list[RecallNotice]:
    """A recall for each body and what it is asked.

    Where an erasure that was cut short `goes_on`, the recalls that were recorded for it are those meant.
    """
    known = recalls(register, request.number)
    there = {(recall.recipient, recall.asks): recall for recall in known} if goes_on else {}
    last = max((_place(recall.number)[1] for recall in known), default=0)
    notices = []
    for body, asks in asked_of:
        recall, is_recorded = there.get((body.recipient, asks)), True
        if recall is None:
            last, is_recorded = last + 1, False
            due = on + dt.timedelta(days=days)
            recall = Recall(f"{request.number}-N{last}", request.number, body.recipient, body.kind, asks, on, due)
        notices.append(RecallNotice(body, recall, is_recorded))
    return notices


def proposed(recall: Recall, by: str, change: str = "collect") -> Proposed:
    """The row of a recall that is sent, for the gate."""
    return Proposed("recall", _row(recall, by), change, bundle=recall.request, of_rights=True)


def write_notices(
    register: Register, notices: Sequence[RecallNotice], signers: Sequence[Signer], out: Path
) -> list[Path]:
    """The signed notices, one file for each body; refuses a folder inside the register's, where they would stay.

    The notice of a recall that was recorded before was written before it, and is not written again.
    """
    check_outside(register, out)
    private_folder(out)
    paths = []
    for notice in notices:
        path = out / f"{notice.recall.number}-{_file_name(notice.recall.recipient)}.note"
        paths.append(path)
        if notice.is_recorded and path.is_file():
            continue
        text = _notice(register, notice)
        sent_on = notice.recall.sent_on
        assert sent_on is not None  # noqa: S101 - a notice is of the day on which it is written
        moment = dt.datetime.combine(sent_on, dt.time(), dt.UTC)
        part = path.with_name(f".{path.name}.part")
        write_private(part, sign_note(text, signers, int(moment.timestamp())))
        part.replace(path)
    return paths


def check_outside(register: Register, out: Path) -> None:
    """Refuses a folder that is part of the register's store."""
    if out.resolve().is_relative_to(register.folder.resolve()):
        remedy = "choose a folder of the officer's, and empty it when the letters have gone out"
        raise Refusal("out-in-register", str(out), "the folder is inside the register", "a folder outside it", remedy)


def _notice(register: Register, notice: RecallNotice) -> bytes:
    recall, sent_on = notice.recall, notice.recall.sent_on
    assert sent_on is not None  # noqa: S101 - a notice is of the day on which it is written
    titles = Titles(register.charters())
    about = titles.at(sent_on).register
    lines = [
        NOTICE,
        f"register {register.settings.origin}",
        f"name {about.name}",
        f"controller {about.controller}",
        f"recall {recall.number}",
        f"recipient {recall.recipient}",
        f"title {titles.recipient(recall.recipient, sent_on)}",
        f"asks {recall.asks}",
        f"sent {recall.sent_on}",
        f"due {recall.due_on}",
        *notice.body.found_by,
        *notice.changes,
        f"note {_DO[recall.asks]}",
        "note Do the same with every copy, and tell everyone you have shared it with.",
        f"note Confirm to {about.contact} by the due date. Quote the number of this recall.",
    ]
    return ("\n".join(_plain(line) for line in lines) + "\n").encode()


_DO = {
    "delete": "Delete the information sent to you in the disclosures listed above, or the listed lines of any copy.",
    "correct": "Correct the information sent to you in the disclosures listed above, or supplied by you: the lines "
    "that begin with set say how.",
    "restrict": "Keep the information sent to you in the disclosures listed above, but do not use it for any purpose "
    "until we contact you.",
}


def read_notice(data: bytes, keys: Sequence[VerifierKey], where: str) -> dict[str, str]:
    """What a notice says, its signature verified; refuses one that no key given signed, and what is no notice."""
    return _read(data, keys, where, NOTICE)


def write_confirmation(notice: bytes, confirms: str, signer: Signer, now: dt.datetime, where: str) -> bytes:
    """What a body sends back: that it did what a notice asks, or that it holds nothing, signed with its own key.

    Whether the notice is genuine is checked with `read_notice`, by who has the register's key.
    """
    fields = _fields(read_note(notice, where).text, where, NOTICE)
    if confirms not in CONFIRMS:
        raise Refusal("recall-confirms", "--as", confirms, ", ".join(CONFIRMS))
    lines = [CONFIRMATION, *(f"{name} {fields[name]}" for name in ("register", "recall", "recipient", "asks"))]
    text = "\n".join([*lines, f"confirms {confirms}", f"on {now.date()}", ""])
    return sign_note(text.encode(), [signer], int(now.timestamp()))


def confirm(
    register: Register,
    number: str,
    confirms: str,
    on: dt.date,
    *,
    by: str,
    now: dt.datetime,
    signed_with: str | None = None,
) -> Recall:
    """Records that a body confirmed a recall, and the key that it signed with, if it signed.

    Refuses a second confirmation, and a day before the recall was sent.
    """
    recall = next(iter(recalls(register, numbers=[number])), None)
    if recall is None:
        raise Refusal(
            "recall-absent", number, "there is no such recall notice", "a number listed by `overt rights recalls`"
        )
    if recall.confirmed_on:
        raise Refusal("recall-confirmed", number, f"confirmed on {recall.confirmed_on}", "an open recall notice")
    if confirms not in CONFIRMS:
        raise Refusal("recall-confirms", "--as", confirms, ", ".join(CONFIRMS))
    if recall.sent_on is None:
        remedy = "overt rights notify REGISTER --out FOLDER writes it; send it to the body"
        raise Refusal(
            "recall-untold", number, "the notice has not been written yet", "a recall notice that was sent", remedy
        )
    if not recall.sent_on <= on <= now.date():
        raise Refusal("request-day", "--on", str(on), f"a day from {recall.sent_on} to {now.date()}")
    how = "signed" if signed_with else "recorded"
    confirmed = replace(recall, confirmed_on=on, confirmed_as=confirms, confirmation=how, signed_with=signed_with)
    row = _row(confirmed, _sender(register, number))
    (outcome,) = admit(register, [Proposed("recall", row, "alter", of_rights=True)], by, now)
    return replace(confirmed, leaf=outcome.seq)


def confirm_signed(
    register: Register, data: bytes, keys: Sequence[VerifierKey], where: str, *, by: str, now: dt.datetime
) -> Recall:
    """Records a confirmation that a body signed, and with which key.

    1. One of the keys given signed it, which is none of the register's own.
    2. It is about this register and a recall of it, sent to this very body and asking just that.
    """
    note = _opened(data, keys, where, CONFIRMATION)  # 1
    fields = _fields(note.text, where, CONFIRMATION)
    if any(signature.name == register.settings.origin for signature in note.signed_by):
        wanted = "a key of the organisation's own, which it gave you"
        raise Refusal("recall-own-key", where, "it is signed with the register's own key", wanted)
    recall = next(iter(recalls(register, numbers=[fields["recall"]])), None)
    same = recall and (fields["register"], fields["recipient"], fields["asks"]) == (
        register.settings.origin,
        _plain(recall.recipient),
        recall.asks,
    )
    if not same:  # 2
        raise Refusal(
            "recall-absent",
            where,
            "it does not confirm a recall notice of this register",
            "the reply to a notice from this register",
        )
    try:
        on = dt.date.fromisoformat(fields["on"])
    except ValueError:
        raise _malformed(where, CONFIRMATION) from None
    key = " ".join(map(str, note.signed_by))
    return confirm(register, fields["recall"], fields["confirms"], on, by=by, now=now, signed_with=key)


def _read(data: bytes, keys: Sequence[VerifierKey], where: str, kind: str) -> dict[str, str]:
    return _fields(_opened(data, keys, where, kind).text, where, kind)


def _opened(data: bytes, keys: Sequence[VerifierKey], where: str, kind: str) -> OpenNote:
    if len(data) > _LIMIT:
        raise _malformed(where, kind)
    return open_note(data, keys, where)


_WANTED = {
    NOTICE: ("register", "recall", "recipient", "asks", "sent", "due"),
    CONFIRMATION: ("register", "recall", "recipient", "asks", "confirms", "on"),
}


def _fields(text: bytes, where: str, kind: str) -> dict[str, str]:
    lines = text.decode().splitlines()
    if lines[:1] != [kind]:
        raise _malformed(where, kind)
    pairs = [line.partition(" ")[::2] for line in lines[1:]]
    fields = {name: value for name, value in pairs if name in _WANTED[kind]}
    names = [name for name, _ in pairs if name in _WANTED[kind]]
    if sorted(names) != sorted(_WANTED[kind]):
        raise _malformed(where, kind)
    return fields


def _malformed(where: str, kind: str) -> Refusal:
    return Refusal("recall-malformed", where, f"not {kind}", "a file as described in docs/formats/recall.md")


def _sender(register: Register, number: str) -> str:
    (row,) = register.versions("recall", "x.recall_id = ? and x.closed_seq is null", (number,))
    return str(row.values[RECALL.sent_by])


def _row(recall: Recall, by: str) -> dict[str, Any]:
    return whole(
        "recall",
        recall_id=recall.number,
        request_id=recall.request or None,
        recipient=recall.recipient,
        recipient_kind=recall.kind,
        asks=recall.asks,
        sent_on=str(recall.sent_on) if recall.sent_on else None,
        sent_by=by,
        due_on=str(recall.due_on),
        confirmed_on=str(recall.confirmed_on) if recall.confirmed_on else None,
        confirmed_as=recall.confirmed_as,
        confirmation=recall.confirmation,
        signed_with=recall.signed_with,
    )


def _recall(values: Mapping[str, Any], leaf: int) -> Recall:
    confirmed_on, sent_on = values[RECALL.confirmed_on], values[RECALL.sent_on]
    return Recall(
        values[RECALL.recall_id],
        values[RECALL.request_id] or "",
        values[RECALL.recipient],
        values[RECALL.recipient_kind] or "other",
        values[RECALL.asks],
        dt.date.fromisoformat(sent_on) if sent_on else None,
        dt.date.fromisoformat(values[RECALL.due_on]),
        dt.date.fromisoformat(confirmed_on) if confirmed_on else None,
        values[RECALL.confirmed_as],
        values[RECALL.confirmation],
        values[RECALL.signed_with],
        leaf,
    )


def _place(number: str) -> tuple[str, int]:
    request, _, place = number.rpartition("-N")
    return request, int(place) if place.isdecimal() else 0


def _plain(line: str) -> str:
    """One line of a note, whatever stood in it."""
    return " ".join(line.split())


def set_line(path: str, value: object) -> str:
    """The line of a notice that says what a field is to be."""
    return f"set {path} {json.dumps(value, ensure_ascii=True)}"


def _file_name(text: str) -> str:
    return "".join(sign if (sign.isascii() and sign.isalnum()) or sign in "_-" else "-" for sign in text)[:60]
