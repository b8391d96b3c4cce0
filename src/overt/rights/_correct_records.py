"""The records that a correction, an erasure or a restriction proposes, and whom it concerns."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from overt.charter import Charter, in_force
from overt.gate import Proposed
from overt.ledger import Signer
from overt.model import ITEM
from overt.refusals import Refusal
from overt.register import RECALL_DAYS, Register, copies_of, identity
from overt.rights._find import Holding
from overt.rights._recall import CopyHolder, RecallNotice, bodies, plan, set_line
from overt.rights._requests import RightsRequest, whole


@dataclass(frozen=True)
class CaseDesk:
    """Who does it, when, with which keys notices are signed, where they go, and how long a body has to confirm."""

    by: str
    now: dt.datetime
    signers: Sequence[Signer]
    out: Path
    days: int = RECALL_DAYS

    @property
    def day(self) -> dt.date:
        """The day."""
        return self.now.date()


@dataclass(frozen=True)
class Amendment:
    """A field and what it is to be: of the entry, of the person, or of one item."""

    table: str
    key: str | None
    column: str
    value: Any

    @property
    def path(self) -> str:
        """As notices write it."""
        return ".".join(part for part in (self.table, self.key, self.column) if part)


def sent_to(register: Register, entry_id: str) -> list[CopyHolder]:
    return bodies(copies_of(register.store, entry_id))


def _asked_of(charter: Charter | None, body: CopyHolder, role: str, day: dt.date) -> str:
    """Whether a body may still be sent the entry, and so can be told how to correct it."""
    agreed = charter.recipients.get(body.recipient) if charter else None
    may = agreed is not None and agreed.starts_on <= day <= agreed.ends_on and role in agreed.roles
    return "correct" if may or body.kind == "own" else "delete"


def corrected(
    rows: Mapping[str, Sequence[Mapping[str, Any]]], corrections: Sequence[Amendment]
) -> list[tuple[str, dict[str, Any]]]:
    """The rows that change, whole, with their new values."""
    changed: dict[tuple[str, str], dict[str, Any]] = {}
    for change in corrections:
        key = identity(change.table)[0]
        matching = [row for row in rows[change.table] if change.key is None or row[key] == change.key]
        if not matching:
            raise Refusal("correction-row", "--set", f"no such {change.table} under the entry", "a row of the entry")
        row = changed.setdefault((change.table, str(matching[0][key])), dict(matching[0]))
        row[change.column] = change.value
    return [(table, row) for (table, _), row in changed.items()]


def whom(
    register: Register,
    request: RightsRequest,
    held: Holding,
    role: str,
    *,
    corrections: Sequence[Amendment],
    desk: CaseDesk,
) -> tuple[list[RecallNotice], dict[str | None, list[str]]]:
    """Who is told of corrections, with the lines that each needs; and the names of those told, by item.

    1. Every body that was sent the entry is told of all of them, or to delete it.
    2. An authority that an item came from is told of what it supplied, and of nothing else (s.48(7)).
    """
    charter = in_force(register.charters(), desk.day)
    asked_of = [(body, _asked_of(charter, body, role, desk.day)) for body in sent_to(register, held.entry_id)]  # 1
    sources = _sources(held.rows["item"], corrections, charter)  # 2
    correct = {body.recipient for body, asks in asked_of if asks == "correct"}
    sources = [source for source in sources if source.recipient not in correct]
    supplied = {item[ITEM.item_id]: item[ITEM.source_authority] for item in held.rows["item"]}
    notices: list[RecallNotice] = []
    names: dict[str | None, list[str]] = {correction.key: [] for correction in corrections}
    planned = plan(register, request, [*asked_of, *((source, "correct") for source in sources)], desk.day, desk.days)
    for place, notice in enumerate(planned):
        name, is_source = notice.recall.recipient, place >= len(asked_of)
        theirs = [change for change in corrections if not is_source or supplied.get(change.key) == name]
        lines = tuple(set_line(change.path, change.value) for change in theirs)
        notices.append(replace(notice, changes=lines) if notice.recall.asks == "correct" else notice)
        for key in {change.key: None for change in theirs}:
            names[key].append(name)
    return notices, names


def _sources(
    items: Sequence[Mapping[str, Any]], corrections: Sequence[Amendment], charter: Charter | None
) -> list[CopyHolder]:
    """The authorities that items which are put right came from (s.48(7)), and by what each finds what it supplied."""
    keys = {correction.key for correction in corrections if correction.table == "item"}
    lines: dict[str, list[str]] = {}
    for item in items:
        if item[ITEM.item_id] in keys and (item[ITEM.source_authority] or "").strip():
            line = f"supplied {item[ITEM.item_id]} source {item[ITEM.source_ref] or 'unknown'}"
            lines.setdefault(item[ITEM.source_authority], []).append(line)
    known = charter.recipients if charter else {}
    return [
        CopyHolder(name, known[name].kind if name in known else "other", tuple(lines_of))
        for name, lines_of in sorted(lines.items())
    ]


def correction_records(
    request: RightsRequest,
    kind: str,
    entry_id: str,
    names: Iterable[str],
    desk: CaseDesk,
    *,
    item_id: str | None = None,
    after: int = 0,
) -> list[Proposed]:
    """The rows of a correction: one for each organisation told, or one without an organisation if none is."""
    rows = []
    for place, name in enumerate(dict.fromkeys(names) or [None], start=after + 1):
        values = whole(
            "correction",
            correction_id=f"{request.number}-C{len(request.steps)}-{place}",
            entry_id=entry_id,
            item_id=item_id,
            kind=kind,
            on_date=str(desk.day),
            request_id=request.number,
            recipient=name,
            told_on=str(desk.day) if name else None,
        )
        rows.append(Proposed("correction", values, bundle=request.number, of_rights=True))
    return rows


def logged(request: RightsRequest, action: str, entry_id: str, desk: CaseDesk, place: int) -> Proposed:
    values = whole(
        "access",
        access_id=f"{request.number}-{action}-{len(request.steps)}-{place}",
        occurred_at=desk.now.isoformat(),
        actor=desk.by,
        action=action,
        entry_id=entry_id,
        reason=f"request {request.number} was carried out",
    )
    return Proposed("access", values, bundle=request.number)
