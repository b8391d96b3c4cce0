"""Adopts a version of the charter: a public leaf, and its categories, assessments and agreements as rows.

The rows are what controls ask for. A version rules from the day it takes effect, which lies at least its
notice period ahead.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from overt.charter import Charter, check_chain, promise_rows, read_charter, way_rows
from overt.gate._gate import check_staff
from overt.model import AGREEMENT, ASSESSMENT, CATEGORY, COMPLAINT_WAY, PROMISE
from overt.refusals import Refusal
from overt.register import CHARTERS_FOLDER, Register, Writer, identity, row_values

CHARTER_KIND = "charter"


def adopt(register: Register, data: bytes, by: str, now: dt.datetime) -> Charter:
    """The charter in `data`, adopted; adopting one again changes nothing.

    Refuses a charter with faults, of another register, or that does not follow the versions before it.
    """
    check_staff("--by", by)
    charter = read_charter(data)
    _check_ours(register, charter)
    with register.store.transaction():
        _adopt(register, charter, data, by, now)
    return charter


def _adopt(register: Register, charter: Charter, data: bytes, by: str, now: dt.datetime) -> None:
    earlier = register.charters()
    if charter.digest in {version.digest for version in earlier}:
        return
    check_chain([*earlier, charter])
    name = f"{charter.version:04}.toml"
    with register.writing(now) as writer:
        # Without its leaf the file counts for nothing, so that it may be there first.
        _put(register.folder / CHARTERS_FOLDER / name, data)
        writer.publish(CHARTER_KIND, data, name)
        for table, values in _rows(charter):
            _write(register, writer, table, values, by)
        _promise(register, writer, charter, by)


def _check_ours(register: Register, charter: Charter) -> None:
    if charter.register.origin != register.settings.origin:
        problem = f"the charter of {charter.register.origin}"
        raise Refusal("charter-of-another-register", "register.origin", problem, register.settings.origin)


def _rows(charter: Charter) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, assessment in charter.assessments.items():
        yield (
            ASSESSMENT.name,
            {
                ASSESSMENT.assessment_id: name,
                ASSESSMENT.kind: assessment.kind,
                ASSESSMENT.signed_on: _day(assessment.signed_on),
                ASSESSMENT.review_due_on: _day(assessment.review_due_on),
                ASSESSMENT.officer_consulted_on: _day(assessment.officer_consulted_on),
                ASSESSMENT.residual_risk: assessment.residual_risk,
                ASSESSMENT.commissioner_consulted_on: _day(assessment.commissioner_consulted_on),
                ASSESSMENT.reviewed_on: _day(assessment.reviewed_on),
            },
        )
    for name, category in charter.categories.items():
        yield (
            CATEGORY.name,
            {
                CATEGORY.category: name,
                CATEGORY.title: category.title,
                CATEGORY.adopted_on: _day(category.adopted_on),
                CATEGORY.retired_on: _day(category.retired_on),
                CATEGORY.sensitive: category.sensitive,
                CATEGORY.assessment_id: category.assessment,
                CATEGORY.reason: category.reason,
            },
        )
    for name, recipient in charter.recipients.items():
        yield (
            AGREEMENT.name,
            {
                AGREEMENT.agreement_id: recipient.agreement,
                AGREEMENT.recipient: name,
                AGREEMENT.starts_on: _day(recipient.starts_on),
                AGREEMENT.ends_on: _day(recipient.ends_on),
                AGREEMENT.purposes: " ".join(recipient.purposes),
                AGREEMENT.guidance_ref: recipient.guidance,
            },
        )


def _write(register: Register, writer: Writer, table: str, values: dict[str, Any], by: str) -> None:
    whole = row_values(table, values)
    column = identity(table)[0]
    standing = list(register.versions(table, f"x.{column} = ? and x.closed_seq is null", (whole[column],)))
    if not standing:
        writer.append(table, whole, "collect", by)
    elif standing[0].values != whole:
        writer.append(table, whole, "alter", by, standing[0].opened_seq)


def _promise(register: Register, writer: Writer, charter: Charter, by: str) -> None:
    """What held until now of promises and ways to complain ends when this version takes effect; its own then begins."""
    last = str(charter.effective_on - dt.timedelta(days=1))
    for table, rows in ((PROMISE, promise_rows(charter)), (COMPLAINT_WAY, way_rows(charter))):
        for standing in list(register.versions(table.name, "x.closed_seq is null and x.ends_on is null")):
            _write(register, writer, table.name, {**standing.values, table.ends_on: last}, by)
        for values in rows:
            _write(register, writer, table.name, {**values, table.starts_on: str(values[table.starts_on])}, by)


def _day(day: dt.date | None) -> str | None:
    return day.isoformat() if day else None


def _put(path: Path, data: bytes) -> None:
    """The file is whole on the disk when this returns."""
    part = path.with_name(f".{path.name}.part")
    with part.open("wb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())
    part.replace(path)
