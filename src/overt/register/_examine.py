"""The whole check of a register's folder, whatever state it is in; and what a keeper vouches for afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from overt.encoding import encode
from overt.ledger import Reader
from overt.lines import BadLine, read_line, whole_lines
from overt.model import ERASURE
from overt.private import write_private
from overt.refusals import Refusal, Refusals
from overt.register._check import UNREADABLE, check_register
from overt.register._discrepancy import Discrepancy
from overt.register._duties import DUTIES, check_not_behind, duties_of, read_duties, write_duties
from overt.register._engine import engine_notes
from overt.register._erase import unfinished_erasures
from overt.register._files import check_duties, check_files, files_at_rest, first_line
from overt.register._journal import JOURNAL, Erasure, as_journal, names_of, read_journal
from overt.register._register import Register
from overt.register._settings import register_absent
from overt.register._vouch import vouch_for_settings

_STOPS = (*UNREADABLE, sa.exc.SQLAlchemyError, KeyError, AttributeError, IndexError, OSError)


@dataclass(frozen=True)
class Examined:
    """What a check saw: how many leaves, everything that does not fit, and what it could not look at.

    `leaves` is none where the register could not be opened.
    """

    leaves: int | None
    discrepancies: tuple[Discrepancy, ...]
    notes: tuple[str, ...] = ()


def examine(folder: Path, reader: Reader | None = None, now: int | None = None) -> Examined:
    """Holds every file of a register's folder, and every row, against what is said of them.

    1. Files are looked at as they lie there, before opening the register puts anything right.
    2. The register is opened. Where that fails for an erasure, it is opened without finishing any.
    3. Rows are held against leaves, the engine's own structures against each other.
    4. Files are held against leaves, signatures and digests; the leaves against what is published.

    `reader` is where the log is published, if not in the folder; `now`, in seconds since 1970, judges cosignatures.
    Refuses only a folder without a register. Whatever else is wrong is a discrepancy.
    """
    if not folder.is_dir() or not any(folder.iterdir()):
        raise register_absent(folder)
    discrepancies = list(_until_it_stops("files", files_at_rest(folder)))  # 1
    discrepancies += _duties_at_rest(folder)
    register, stopped = _opened(folder)  # 2
    discrepancies += stopped
    if register is None:
        return Examined(None, _once(discrepancies))
    with register:
        discrepancies += _until_it_stops("the database", check_register(register))  # 3
        discrepancies += _until_it_stops(JOURNAL, _to_finish(register))
        discrepancies += _until_it_stops("files", check_files(register, reader, now))  # 4
        try:
            return Examined(register.size(), _once(discrepancies), tuple(engine_notes(register.store)))
        except _STOPS as error:
            return Examined(None, _once([*discrepancies, _stopped("the database", error)]))


def _duties_at_rest(folder: Path) -> list[Discrepancy]:
    """Lines that the journal of duties lacks, which opening the register adds; of what cannot be opened, nothing."""
    try:
        with Register.open(folder, finish=False) as register:
            return list(check_duties(register))
    except (Refusal, Refusals, *_STOPS):
        return []


def _to_finish(register: Register) -> Iterator[Discrepancy]:
    """Erasures of which bytes are left that a reader held up."""
    for number in unfinished_erasures(register):
        problem = f"erasure {number} is not finished: bytes are still to be overwritten (overt register tidy)"
        yield Discrepancy(None, JOURNAL, problem)


def _until_it_stops(where: str, checks: Iterator[Discrepancy]) -> Iterator[Discrepancy]:
    """What is found, and in place of an error that it ended there. The words of an error may hold values."""
    try:
        yield from checks
    except (Refusal, Refusals) as refusal:
        yield Discrepancy(None, where, first_line(refusal))
    except _STOPS as error:
        yield _stopped(where, error)


def _stopped(where: str, error: BaseException) -> Discrepancy:
    return Discrepancy(None, where, f"it cannot be read to its end ({type(error).__name__})")


def _opened(folder: Path) -> tuple[Register | None, list[Discrepancy]]:
    faults: list[Discrepancy] = []
    for finish in (True, False):
        try:
            return Register.open(folder, finish=finish), faults
        except (Refusal, Refusals) as refusal:
            faults.append(Discrepancy(None, "the register", f"it cannot be opened: {first_line(refusal)}"))
        except _STOPS as error:
            faults.append(Discrepancy(None, "the register", f"it cannot be opened ({type(error).__name__})"))
    return None, faults


def _once(discrepancies: list[Discrepancy]) -> tuple[Discrepancy, ...]:
    return tuple(dict.fromkeys(discrepancies))


# --- vouching for what was changed ----------------------------------------------------------------------------------


def confirm(folder: Path) -> list[str]:
    """Vouches for the settings files as they are, and writes lines again that `erasures.jsonl` lost.

    Gives the names of the files that this concerned. A damaged journal is kept beside the new one. Before anything,
    the records of erasures are held against their leaves; refuses where they do not fit.
    """
    with Register.open(folder, finish=False) as register:
        faults = [fault for fault in check_register(register) if fault.table in ("erasure", "erased", "leaf")]
        if faults:
            where = f"{faults[0].table}, leaf {faults[0].seq}"
            remedy = "restore the register from a backup"
            raise Refusal("erasures-damaged", where, faults[0].found, "records that match their ledger entries", remedy)
        changed = vouch_for_settings(register)
        if _write_journal(register):
            changed.append(JOURNAL)
        if _write_duties(register):
            changed.append(DUTIES)
    # What is not done yet is finished now.
    Register.open(folder).close()
    return changed


def _write_journal(register: Register) -> bool:
    """The journal made whole, if it was not: what can be read of it, and a line for each record that has none."""
    path = register.folder / JOURNAL
    readable, is_damaged = _readable(path)
    missing = [erasure for erasure in _recorded(register) if erasure.erasure_id not in readable]
    if not is_damaged and not missing:
        return False
    _set_aside(path)
    done = {erasure.erasure_id for erasure in missing}
    part = path.with_name(f".{JOURNAL}.part")
    part.write_bytes(as_journal([*readable.values(), *missing], done))
    part.replace(path)
    return True


def _write_duties(register: Register) -> bool:
    """The journal of duties as the database says it, if it was not so; refuses a database that is the older of them."""
    path = register.folder / DUTIES
    try:
        noted = read_duties(path)
    except Refusal:
        noted = None
    if noted is not None:
        check_not_behind(register)
        if [duty.version.leaf() for duty in noted] == [duty.version.leaf() for duty in duties_of(register)]:
            return False
    _set_aside(path)
    write_duties(register)
    return True


def _set_aside(path: Path) -> None:
    """Keeps a damaged journal beside the new one."""
    if path.exists():
        names = (path.with_name(f"{path.name}.damaged-{number}") for number in range(1, 10_000))
        aside = next(file for file in names if not file.exists())
        write_private(aside, path.read_bytes())


def _readable(path: Path) -> tuple[dict[str, Erasure], bool]:
    """The erasures that can be read of a journal, and whether anything cannot."""
    try:
        return {erasure.erasure_id: erasure for erasure in read_journal(path).erasures}, False
    except Refusal:
        pass
    erasures: dict[str, Erasure] = {}
    for line in whole_lines(path):
        try:
            erasure = Erasure.of(read_line(line))
        except (BadLine, Refusal):
            continue
        erasures.setdefault(erasure.erasure_id, erasure)
    return erasures, True


def _recorded(register: Register) -> Iterator[Erasure]:
    """Each erasure as its record says it."""
    size = register.size()
    for version in register.versions("erasure", "x.closed_seq is null"):
        seqs = sorted(names_of(str(version.values[ERASURE.leaves] or ""), size))
        leaves = {seq: encode(register.read(seq, seq + 1)[0]) for seq in seqs}
        values = version.values
        number, kind, ground = (str(values[name]) for name in (ERASURE.erasure_id, ERASURE.kind, ERASURE.ground))
        yield Erasure(number, kind, ground, version.proposed_by, f"{values[ERASURE.erased_on]}T00:00:00", leaves)
