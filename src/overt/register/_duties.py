"""`duties.jsonl`: what the register owes to people and has promised them, beside the database and apart from it.

A backup is older than the register that was lost. What was asked since, which bodies were told to delete, and what the
charter promised would be gone with the disk, and the same numbers would be given to other requests. So every version
of these rows has a line of its own, with the leaf and the salt it was recorded under. None of them names an entry or a
person. `replay` puts them back.

The database rules: lines are added once it has committed, and whatever a stop left out is added when the register is
opened. A line `{"from": 518}` says that the register went on from leaf 518 when it was put back: of the lines above it,
those of that leaf and of later ones stand no longer.
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from overt.ledger import SALT_SIZE
from overt.lines import BadLine, append_line, cut_torn_line, last_line, read_line, read_objects, whole_lines, written
from overt.machine import lock
from overt.model import ERASURE, KEPT_TABLES, RECALL, Kind
from overt.private import private_file
from overt.refusals import Refusal
from overt.register._record import Cell, Version, moment_text
from overt.register._schema import kept_columns

if TYPE_CHECKING:
    from overt.register._register import Register

DUTIES = "duties.jsonl"
# What is owed to people, and what the charter lays down; none of it is about anybody's entry.
DUTY_TABLES = (
    "request",
    "request_step",
    "recall",
    "erasure",
    "assessment",
    "category",
    "agreement",
    "promise",
    "complaint_way",
)
_FIELDS = {"table": str, "seq": int, "recorded_at": str, "change": str, "by": str, "salt": str, "values": dict}
_FOUND_BY, _FROM = "found_by", "from"
_KINDS: dict[Kind, tuple[type, ...]] = {Kind.INTEGER: (int,), Kind.NUMBER: (int, float), Kind.BOOLEAN: (bool,)}
_REMEDY = (
    "put back the file from a copy; in a register that was not lost, `overt register confirm` keeps the damaged file "
    "beside it and writes the lines again from the database"
)


@dataclass(frozen=True)
class Duty:
    """One version of a row that must outlive the disk.

    `found_by` are the lines by which a body finds its copy, of a recall of which no notice was written yet.
    """

    version: Version
    found_by: tuple[str, ...] = ()

    def as_line(self) -> bytes:
        """Its line of the journal."""
        version = self.version
        fields: dict[str, Any] = {
            "table": version.table,
            "seq": version.opened_seq,
            "recorded_at": version.recorded_at,
            "change": version.change,
            "by": version.proposed_by,
            "salt": base64.b64encode(version.salt).decode(),
            "values": {name: value for name, value in version.values.items() if value is not None},
        }
        return written(fields | ({_FOUND_BY: list(self.found_by)} if self.found_by else {}))

    @classmethod
    def of(cls, fields: Mapping[str, Any], where: str) -> Duty:
        """A duty from the object of its line; refuses whatever the register could not have written."""
        lines = fields.get(_FOUND_BY, [])
        if set(fields) - {_FOUND_BY} != set(_FIELDS) or not _are_typed(fields, lines):
            raise _damaged(where, "not a version of a row that is kept here")
        table = fields["table"]
        salt = _salt(fields["salt"])
        values = fields["values"]
        columns = KEPT_TABLES[table].by_name if table in DUTY_TABLES else {}
        fits = all(name in columns and _fits(columns[name], value) for name, value in values.items())
        if salt is None or not columns or not fits:
            raise _damaged(where, "a table, a column or a value that it cannot have")
        if fields["change"] not in ("collect", "alter") or not _is_moment(fields["recorded_at"]) or fields["seq"] < 0:
            raise _damaged(where, "a leaf, a moment or a kind of change that it cannot have")
        whole: dict[str, Cell] = {**dict.fromkeys(kept_columns(table)), **values}
        version = Version(table, fields["seq"], fields["recorded_at"], fields["change"], fields["by"], whole, salt)
        return cls(version, tuple(lines))


def _are_typed(fields: Mapping[str, Any], lines: object) -> bool:
    typed = all(isinstance(fields[name], kind) and not isinstance(fields[name], bool) for name, kind in _FIELDS.items())
    return typed and isinstance(lines, list) and all(isinstance(line, str) for line in lines)


def _salt(text: str) -> bytes | None:
    try:
        salt = base64.b64decode(text, validate=True)
    except (ValueError, binascii.Error):
        return None
    return salt if len(salt) == SALT_SIZE else None


def _fits(column: Any, value: object) -> bool:
    if isinstance(value, bool) and column.kind is not Kind.BOOLEAN:
        return False
    if not isinstance(value, _KINDS.get(column.kind, (str,))):
        return False
    if column.kind is Kind.DATE:
        return _is_day(str(value))
    if column.kind is Kind.TIMESTAMP:
        return _is_moment(str(value))
    return not column.codes or value in column.codes


def _is_day(text: str) -> bool:
    try:
        return str(dt.date.fromisoformat(text)) == text
    except ValueError:
        return False


def _is_moment(text: str) -> bool:
    try:
        return moment_text(dt.datetime.fromisoformat(text)) == text
    except ValueError:
        return False


# --- reading --------------------------------------------------------------------------------------------------------


def read_duties(path: Path) -> list[Duty]:
    """What the journal in a file says stands, in the order of its leaves; refuses a line that cannot be read.

    Lines that stand no longer are left out. A torn last line is not read: it is added again.
    """
    standing: list[Duty] = []
    for line in _every(path):
        if isinstance(line, int):
            while standing and standing[-1].version.opened_seq >= line:
                standing.pop()
        elif standing and standing[-1].version.opened_seq >= line.version.opened_seq:
            raise _damaged(f"{path}, leaf {line.version.opened_seq}", "a line behind that of a later leaf")
        else:
            standing.append(line)
    return standing


def erasures_noted(path: Path) -> set[str]:
    """The numbers of all erasures that were ever recorded, also those whose leaf was lost and is another's now."""
    duties = [duty for duty in _every(path) if isinstance(duty, Duty)]
    return {str(duty.version.values[ERASURE.erasure_id]) for duty in duties if duty.version.table == "erasure"}


def _every(path: Path) -> Iterator[Duty | int]:
    """Each line: a duty, or the leaf from which the register went on."""
    try:
        for number, fields in read_objects(path):
            yield _read(fields, f"{path}, line {number}")
    except BadLine as bad:
        raise _damaged(f"{path}, line {bad.number}", str(bad)) from None


def _last_seq(path: Path) -> int:
    """The leaf of the last line, -1 of an empty file. No line stands that names a later one."""
    line = last_line(path)
    if line is None:
        return -1
    try:
        duty = _read(read_line(line), f"{path}, the last line")
    except BadLine as bad:
        raise _damaged(f"{path}, the last line", str(bad)) from None
    return duty - 1 if isinstance(duty, int) else duty.version.opened_seq


def _read(fields: dict[str, Any], where: str) -> Duty | int:
    if set(fields) == {_FROM} and isinstance(fields[_FROM], int) and fields[_FROM] >= 0:
        return int(fields[_FROM])
    return Duty.of(fields, where)


def _damaged(where: str, problem: str) -> Refusal:
    return Refusal("duties-damaged", where, problem, "a line as Overt wrote it", _REMEDY)


# --- writing --------------------------------------------------------------------------------------------------------


def note_duties(register: Register) -> None:
    """Adds whatever the database has and the journal lacks; on the disk when this returns."""
    path = register.folder / DUTIES
    if not _since(register, _last_seq(path)):
        return
    with private_file(path).open("rb") as held:
        # Another process may be adding the same.
        lock(held, wait=True)
        cut_torn_line(path)
        append_duties(path, _since(register, _last_seq(path)))


def append_duties(path: Path, duties: Iterable[Duty]) -> None:
    """Adds a line for each; on the disk when this returns."""
    lines = [duty.as_line() for duty in duties]
    if lines:
        append_line(path, b"\n".join(lines))


def go_on_from(path: Path, seq: int) -> None:
    """Says that the register went on from a leaf: what stands of that leaf or a later one stands no longer."""
    append_line(path, written({_FROM: seq}))


def write_duties(register: Register) -> None:
    """Writes the journal anew, from the database."""
    path = register.folder / DUTIES
    part = path.with_name(f".{DUTIES}.part")
    part.unlink(missing_ok=True)
    append_duties(private_file(part), duties_of(register))
    part.replace(path)


def duties_of(register: Register, since: int = 0) -> list[Duty]:
    """What the database says must be in the journal, from the leaf `since` on."""
    return _since(register, since - 1)


def cut_duties(path: Path, size: int) -> None:
    """Leaves out the last lines that are of leaves which a copy of `size` leaves has not."""
    if not path.is_file():
        return
    lines = list(whole_lines(path))
    every = list(_every(path))
    while every and isinstance(last := every[-1], Duty) and last.version.opened_seq >= size:
        every.pop()
    path.write_bytes(b"".join(line + b"\n" for line in lines[: len(every)]))


def check_not_behind(register: Register) -> None:
    """Refuses a database that lacks what the journal beside it says was recorded: it was put back from a copy."""
    path = register.folder / DUTIES
    last = _last_seq(path)
    size = register.size()
    if last >= size:
        problem = f"it has {size} leaves, and {DUTIES} names leaf {last}: it was put back from an older copy"
        wanted, remedy = "all that was recorded, before anything else is", "overt register replay REGISTER --log LOG"
        raise Refusal("register-behind", str(register.folder), problem, wanted, remedy)


def _since(register: Register, last: int) -> list[Duty]:
    versions = [version for name in DUTY_TABLES for version in register.versions(name, "x.opened_seq > ?", (last,))]
    untold: dict[str, tuple[str, ...]] = {}
    if any(version.table == "recall" for version in versions):
        rows = register.store.rows("select recall_id, found_by from raised where found_by is not null")
        untold = {str(number): tuple(json.loads(lines)) for number, lines in rows}
    return [
        Duty(version, untold.get(str(version.values[RECALL.recall_id]), ()) if _is_untold(version) else ())
        for version in sorted(versions, key=lambda version: version.opened_seq)
    ]


def _is_untold(version: Version) -> bool:
    return version.table == "recall" and version.values[RECALL.sent_on] is None
