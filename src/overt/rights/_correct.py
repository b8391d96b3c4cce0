"""Correction and removal: the register is put right, and every body that was sent the entry is told.

What is told goes first: a recall that was recorded and an erasure that was cut short can both be finished by the same
command, while an organisation that was forgotten can no longer be found once the entry is gone.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from overt.gate import Proposed
from overt.model import CORRECTION, DISCLOSURE, ENTRY, ITEM, Kind, Table
from overt.refusals import Refusal, raise_all
from overt.register import KEPT_TABLES, Register, Weighed, copies_of, erase, untold_recalls, weigh
from overt.rights._correct_records import Amendment, CaseDesk, corrected, correction_records, logged, sent_to, whom
from overt.rights._find import holding
from overt.rights._letter_entry import field_words
from overt.rights._lookup import checked, look_up, stands
from overt.rights._recall import (
    ASKS,
    CopyHolder,
    Recall,
    RecallNotice,
    bodies,
    check_outside,
    plan,
    proposed,
    recalls,
    write_notices,
)
from overt.rights._requests import RightsRequest, check_reason, step
from overt.rights._requests import admit as admit_all
from overt.rights._titles import Titles

_CORRECTABLE = ("entry", "subject", "item")
# Whom a row is about is no field that can be put right: that is another person's entry.
_FIXED = frozenset((ENTRY.entry_id, ENTRY.subject_id, ITEM.item_id))


@dataclass(frozen=True)
class Told:
    """What was done, and which bodies were told of it with which files."""

    request: str
    recalls: tuple[Recall, ...]
    notices: tuple[Path, ...]
    erasures: tuple[str, ...] = ()
    bytes_left: int = 0


@dataclass(frozen=True)
class Preview:
    """What an erasure for a request would destroy, who would be told, and which entries of the person would stay."""

    weighed: Weighed
    organisations: tuple[str, ...]
    stays: tuple[str, ...]


def read_correction(text: str) -> Amendment:
    """A correction from `entry.role=witness`, `subject.birth_date=2004-05-03` or `item.I17-1.basis=fact`.

    Nothing behind the sign of equality makes the field absent. The value is never repeated.
    """
    path, equals, value = text.partition("=")
    table, _, rest = path.strip().partition(".")
    key, _, column = rest.rpartition(".")
    known = table in _CORRECTABLE and bool(key) == (table == "item") and column in KEPT_TABLES[table].by_name
    if not equals or not known or column in _FIXED or column == Table.recorded_at:
        wanted = "entry.COLUMN=VALUE, subject.COLUMN=VALUE or item.ITEM.COLUMN=VALUE, of the model's columns"
        raise Refusal("correction-malformed", "--set", "this field cannot be corrected", wanted)
    return Amendment(table, key or None, column, _typed(KEPT_TABLES[table].by_name[column].kind, value))


def correctable(register: Register, entry_id: str) -> list[tuple[str, str]]:
    """Every field under an entry that can be corrected: its path, as `read_correction` takes it, and what it is called.

    Nothing of what stands in the fields is told.
    """
    held = holding(register, entry_id)
    rows = [("entry", None), ("subject", None), *(("item", str(row[ITEM.item_id])) for row in held.rows["item"])]
    fields = []
    for table, key in rows:
        for column in KEPT_TABLES[table].columns:
            if column not in _FIXED and column.name != Table.recorded_at:
                path = Amendment(table, key, column.name, None).path
                fields.append((path, field_words(path)))
    return fields


def _typed(kind: Kind, value: str) -> Any:
    if not value:
        return None
    try:
        if kind is Kind.INTEGER:
            return int(value)
        if kind is Kind.NUMBER:
            return float(value)
    except ValueError:
        raise Refusal("correction-malformed", "--set", "the value has the wrong type", f"a {kind.value}") from None
    return value == "true" if kind is Kind.BOOLEAN else value


def rectify(
    register: Register, number: str, entry_id: str, corrections: Sequence[Amendment], *, reason: str, desk: CaseDesk
) -> Told:
    """Opens new versions of the rows that were wrong, and tells every body that was sent the entry.

    A body that may still be sent it is told what to correct, and the sending is recorded; any other is told to delete
    it. Refuses what the gate refuses, with all its reasons; nothing is changed then.
    """
    check_outside(register, desk.out)
    request = _to_change(register, number)
    look_up(register, request).check([entry_id])
    reasons = check_reason(reason, "--reason")
    if not corrections:
        raise Refusal("correction-malformed", "--set", "there is nothing to correct", "at least one field")
    held = holding(register, entry_id)
    rows = corrected({"entry": (held.entry,), **held.rows}, corrections)
    entry = next((row for table, row in rows if table == "entry"), dict(held.entry))
    planned, names = whom(register, request, held, str(entry[ENTRY.role]), corrections=corrections, desk=desk)
    fields = sorted({f"{correction.table}.{correction.column}" for correction in corrections})
    records = [Proposed(table, row, "alter", bundle=number) for table, row in rows]
    records += [
        step(request, "rectified", desk.day, desk.by, reason=f"{', '.join(fields)}: {reasons}"),
        logged(request, "alter", entry_id, desk, 0),
    ]
    for item_id, bodies_told in names.items():
        records += correction_records(
            request, "rectified", entry_id, bodies_told, desk, item_id=item_id, after=len(records)
        )
    told_by_ask = {asks: {notice.recall.recipient for notice in planned if notice.recall.asks == asks} for asks in ASKS}
    # Who must delete it is sent no more of it, though it is told as the authority that an item came from.
    correct = told_by_ask["correct"] - told_by_ask["delete"]
    first = [disclosure for disclosure in held.rows["disclosure"] if disclosure[DISCLOSURE.corrects] is None]
    sent = [disclosure for disclosure in first if disclosure[DISCLOSURE.recipient] in correct]
    for place, disclosure in enumerate(sent, start=1):
        again = {**disclosure, DISCLOSURE.corrects: disclosure[DISCLOSURE.disclosure_id]}
        again |= {DISCLOSURE.disclosure_id: f"{number}-D{len(request.steps)}-{place}"}
        # A notice of correction holds what was put right and nothing else.
        again |= {DISCLOSURE.sent_at: desk.now.isoformat(), DISCLOSURE.sent_by: desk.by, DISCLOSURE.redacted: True}
        records += [Proposed("disclosure", again, bundle=number), logged(request, "disclose", entry_id, desk, place)]
    notices = _tell(register, planned, records, desk)
    return Told(number, tuple(notice.recall for notice in planned), notices)


def preview(register: Register, number: str, entry_ids: Sequence[str]) -> Preview:
    """What `remove` would do: counted, and nothing of it done. Refuses what `remove` refuses of these entries."""
    request = _to_change(register, number)
    standing = _theirs(register, request, entry_ids)
    weighed = weigh(register, standing)
    titles, today = Titles(register.charters()), dt.datetime.now(dt.UTC).date()
    stays = tuple(entry_id for entry_id in look_up(register, request).entries if entry_id not in standing)
    return Preview(weighed, tuple(titles.recipient(recipient, today) for recipient in weighed.recipients), stays)


def remove(register: Register, number: str, entry_ids: Sequence[str], ground: str, desk: CaseDesk) -> Told:
    """Erases entries and tells every body that was ever sent one of them, or keeps a copy.

    1. The notices are written and signed, while it is still known what was sent.
    2. The recalls and the numbers of the erasures are recorded.
    3. The entries are erased, each by the register's own erasure.

    Cut short anywhere, the same command goes on. Refuses an empty ground, and an entry that the request's look-up did
    not find.
    """
    check_outside(register, desk.out)
    request = _to_change(register, number)
    if not ground.strip():
        raise Refusal("erasure-without-ground", "--ground", "nothing", "the provision or decision it rests on")
    waiting = waiting_erasures(register, request)
    standing = _theirs(register, request, entry_ids)
    copies = (copy for entry_id in standing for copy in copies_of(register.store, entry_id))
    asked_of = [(body, "delete") for body in bodies(copies)]
    planned = plan(register, request, asked_of, desk.day, desk.days, goes_on=bool(waiting))
    added = [f"X{register.entropy(8).hex()}" for _ in standing[len(waiting) :]]
    steps = [step(request, "erased", desk.day, desk.by, after=place, erasure_id=new) for place, new in enumerate(added)]
    notices = _tell(register, planned, steps, desk)  # 1, 2
    numbers = (*waiting, *added)
    left = 0
    for entry_id, erasure in zip(standing, numbers, strict=False):
        left = erase(register, entry_id, ground, desk.by, desk.now, number=erasure).bytes_left  # 3
    return Told(number, tuple(notice.recall for notice in planned), notices, numbers, left)


def tell(
    register: Register, number: str, entry_id: str, asks: str, *, recipients: Sequence[str], desk: CaseDesk
) -> Told:
    """Tells bodies to delete an entry, or not to use it, that stays in the register; all of them if none is named."""
    check_outside(register, desk.out)
    request = _to_change(register, number)
    look_up(register, request).check([entry_id])
    if asks not in ("delete", "restrict"):
        raise Refusal("recall-asks", "--ask", asks, "delete or restrict; to correct, use `overt rights rectify`")
    every = sent_to(register, entry_id)
    names = {holder.recipient for holder in every}
    faults = [
        Refusal("recall-recipient", "--recipient", name, ", ".join(sorted(names)) or "the entry was not sent to anyone")
        for name in recipients
        if name not in names
    ]
    raise_all(faults)
    asked_of = [(body, asks) for body in every if not recipients or body.recipient in recipients]
    planned = plan(register, request, asked_of, desk.day, desk.days)
    records = [step(request, "recalled", desk.day, desk.by)]
    if asks == "restrict":
        records += correction_records(request, "restricted", entry_id, [body.recipient for body, _ in asked_of], desk)
    notices = _tell(register, planned, records, desk)
    return Told(number, tuple(notice.recall for notice in planned), notices)


def restricted_for(register: Register, request: RightsRequest) -> tuple[str, ...]:
    """The entries that are no longer used because a request asked for that."""
    condition = "x.request_id = ? and x.kind = 'restricted' and x.closed_seq is null"
    rows = register.versions("correction", condition, (request.number,))
    return tuple(dict.fromkeys(str(version.values[CORRECTION.entry_id]) for version in rows))


def notify(register: Register, desk: CaseDesk) -> Told:
    """Writes the notices of all recalls that removals raised, and records that the bodies were told."""
    check_outside(register, desk.out)
    recall_by_number = {recall.number: recall for recall in recalls(register)}
    planned = []
    for number, lines in untold_recalls(register.store).items():
        raised = recall_by_number[number]
        body = CopyHolder(raised.recipient, raised.kind, lines)
        planned.append(RecallNotice(body, replace(raised, sent_on=desk.day), is_recorded=False))
    if not planned:
        return Told("", (), ())
    notices = write_notices(register, planned, desk.signers, desk.out)
    try:
        admit_all(register, [proposed(notice.recall, desk.by, "alter") for notice in planned], desk.by, desk.now)
    except Refusal:
        for path in notices:
            path.unlink(missing_ok=True)
        raise
    return Told("", tuple(notice.recall for notice in planned), tuple(notices))


def _to_change(register: Register, number: str) -> RightsRequest:
    """A request under which something may be changed; refuses one for access, which asks what is held and no more."""
    request = checked(register, number)
    if request.kind == "access":
        remedy = "take in a request for what the person asks: overt rights new --kind"
        raise Refusal(
            "request-for-access",
            number,
            "this is a request for access",
            "a request for a correction, erasure or restriction",
            remedy,
        )
    return request


def _theirs(register: Register, request: RightsRequest, entry_ids: Sequence[str]) -> list[str]:
    """The entries named that are still there; refuses one that the request's look-up did not find.

    Where an erasure was cut short the same command names entries that are gone already. It is no longer known whose
    they were, and nothing of them can be touched.
    """
    named = list(dict.fromkeys(entry_ids))
    standing = [entry_id for entry_id in named if stands(register, entry_id)] if request.erasures else named
    look_up(register, request).check(standing)
    return standing


def _tell(
    register: Register, planned: Sequence[RecallNotice], records: Sequence[Proposed], desk: CaseDesk
) -> tuple[Path, ...]:
    """Write the notices and record that they were sent.

    Refuse what the gate refuses, after deleting the new notices again.
    """
    notices = write_notices(register, planned, desk.signers, desk.out)
    new = [proposed(notice.recall, desk.by) for notice in planned if not notice.is_recorded]
    try:
        if records or new:
            admit_all(register, [*records, *new], desk.by, desk.now)
    except Refusal:
        for path, notice in zip(notices, planned, strict=True):
            if not notice.is_recorded:
                path.unlink(missing_ok=True)
        raise
    return tuple(notices)


def waiting_erasures(register: Register, request: RightsRequest) -> list[str]:
    """Erasures that were recorded and not carried out."""
    done = {row[0] for row in register.store.rows("select erasure_id from erasure")}
    return [erasure_id for erasure_id in request.erasures if erasure_id not in done]
