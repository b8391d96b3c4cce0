"""A backup of a register in use, and a register made again of one.

A backup holds what is in the register's folder but for snapshots, which are made again, and says of each file its
digest. The database is copied while others write, as it stood at one moment; documents are copied after it, so that
every document that a leaf names is there, and the journal of erasures last.

What was erased since a backup was made would come back with it, and what was asked since, and who must still delete,
would be forgotten. So a restore takes the newest `erasures.jsonl` and `duties.jsonl` of the register that was lost, and
its published log: see `_replay`. Opening the register erases again.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import shutil
import sqlite3
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from overt.encoding import read_json
from overt.ledger import Reader
from overt.lines import cut_torn_line
from overt.machine import sync
from overt.private import FILE, private_files, private_folder, write_private
from overt.refusals import Refusal
from overt.register._attempts import ACCESS_FILE, AccessLog
from overt.register._databases import database_file
from overt.register._duties import DUTIES, cut_duties, read_duties
from overt.register._erase import SNAPSHOTS_FOLDER
from overt.register._foreign import check_database, check_name, copy_plain_file
from overt.register._journal import JOURNAL, read_journal, refuse_torn
from overt.register._portable import dump, put_on_server
from overt.register._register import Register
from overt.register._replay import Replayed, replay
from overt.register._settings import DEFAULT_DATABASE, SETTINGS_FILE
from overt.register._shared import PORTAL_FOLDER, STATE_FILE
from overt.storage import storage_refused

BACKUP_FILE = "backup.json"
_LEFT_OUT = (SNAPSHOTS_FOLDER,)


@dataclass(frozen=True)
class Backup:
    """What a backup holds: the register, how many leaves it had, and the digest of each file."""

    register: str
    origin: str
    leaves: int
    digests: dict[str, str]


def back_up(register: Register, out: Path) -> Backup:
    """Copies a register into a new folder; it appears whole or not at all. Writers need not stop.

    The backup of a register on a server has its database as a SQLite file too. Refuses a folder that is there or inside
    the register.
    """
    if out.exists() or out.resolve().is_relative_to(register.folder.resolve()):
        raise Refusal(
            "backup-folder", str(out), "the folder exists, or is inside the register", "a new folder elsewhere"
        )
    with private_files(), storage_refused(out):
        return _make(register, out)


def _make(register: Register, out: Path) -> Backup:
    making = out.with_name(f".{out.name}.part")
    shutil.rmtree(making, ignore_errors=True)
    private_folder(making)
    try:
        is_file = register.store.dialect == "sqlite"
        database = database_file(register.settings.database if is_file else DEFAULT_DATABASE)
        leaves = _copy_database(register.folder / database, making / database) if is_file else dump(register, making)
        journals = (DUTIES, JOURNAL)
        for path in sorted(_files(register.folder, database), key=lambda file: (file.name in journals, file)):
            if is_file or path.name != SETTINGS_FILE:
                _copy(register.folder / path, making / path)
        _export_access_log(register, making)
        # What was recorded after the database was copied is not part of the backup either.
        cut_duties(making / DUTIES, leaves)
        # A line that another program is just adding, or that was torn, is not part of the backup.
        cut_torn_line(making / JOURNAL)
        read_journal(making / JOURNAL)
        digests = {str(path): _digest(making / path) for path in sorted(_all(making))}
        backup = Backup(register.settings.name, register.settings.origin, leaves, digests)
        (making / BACKUP_FILE).write_text(json.dumps(asdict(backup), indent=1) + "\n", encoding="utf-8")
        _sync(making)
        making.rename(out)
    except BaseException:
        shutil.rmtree(making, ignore_errors=True)
        raise
    return backup


def _export_access_log(register: Register, making: Path) -> None:
    """Writes the portal's access log into the backup. Sessions and limits are of the moment, and left out."""
    state, lines = register.folder / PORTAL_FOLDER / STATE_FILE, making / PORTAL_FOLDER / ACCESS_FILE
    if lines.is_file() or (register.store.dialect == "sqlite" and not state.is_file()):
        return
    lines.parent.mkdir(parents=True, exist_ok=True)
    log = AccessLog(register.folder)
    try:
        log.export(lines)
    finally:
        log.close()


@dataclass(frozen=True)
class Restored:
    """The backup that a register was made of, and what was put back of what was recorded since."""

    backup: Backup
    replayed: Replayed


def restore(
    backup: Path,
    out: Path,
    erasures: Path | None,
    *,
    duties: Path | None = None,
    log: Reader | None = None,
    now: dt.datetime | None = None,
    database: str | None = None,
) -> Restored:
    """Makes a register of a backup, and erases again whatever `erasures` says was erased, before anybody can read it.

    What `duties` says was asked, told and promised since is put back; with the published `log`, the register's own log
    goes on from it. With `database`, the URL of an empty database on a server, the rows are put there in the end.

    A backup may come from anybody. Nothing outside of it is read, and its database is not opened as a register before
    it is known to hold what a register has and nothing more:

    1. It names plain files inside itself, and nothing is in the way.
    2. They are copied without following a link, and each copy has the digest that the backup says.
    3. The settings name a SQLite file among them, whose schema is a register's: no trigger, no view of somebody's.
    4. Every line of the journals can be read, and each newer one goes on from the backup's own.
    5. Before anything else is recorded, the register goes on to where the log and the journal say it was.

    Refuses a backup that is not so.
    """
    described = read_backup(backup)  # 1
    if out.exists() and any(out.iterdir()):
        raise Refusal("backup-folder", str(out), "the folder is not empty", "a new or empty folder")
    making = out.with_name(f".{out.name}.part")
    shutil.rmtree(making, ignore_errors=True)
    with private_files(), storage_refused(out):
        private_folder(making)
        try:
            for name, digest in described.digests.items():
                copy_plain_file(backup, name, making / name)  # 2
                if _digest(making / name) != digest:
                    raise _damaged(backup, f"missing or changed: {name}")
            check_database(making, set(described.digests))  # 3
            _take_journal(making, erasures)  # 4
            _take_duties(making, duties)
            with Register.open(making, finish=False) as restored:
                replayed = replay(restored, log, now)  # 5
            # Opening it erases again what the journal says; only then does it get its name.
            Register.open(making).close()
            if database is not None:
                put_on_server(making, database)
            _sync(making)
        except BaseException:
            shutil.rmtree(making, ignore_errors=True)
            raise
    if out.exists():
        out.rmdir()
    making.rename(out)
    return Restored(described, replayed)


def _take_duties(making: Path, duties: Path | None) -> None:
    """Puts the newest journal of duties in place of the backup's own; refuses an older one, or one with a bad line."""
    own = making / DUTIES
    read_duties(own)
    if duties is None:
        return
    if not duties.is_file():
        raise Refusal("duties-absent", str(duties), "there is no such file", f"{DUTIES} of the register that was lost")
    # A torn last line was never acknowledged.
    newest = duties.read_bytes()
    newest = newest[: newest.rfind(b"\n") + 1]
    if own.is_file() and not newest.startswith(own.read_bytes()):
        problem, wanted = "it does not go on from the backup's own", f"the newest {DUTIES} of the same register"
        raise Refusal("duties-older", str(duties), problem, wanted)
    write_private(own, newest)
    read_duties(own)


def _take_journal(making: Path, erasures: Path | None) -> None:
    """Puts the newest journal in place of the backup's own; refuses one that is older, or cannot be read."""
    own = making / JOURNAL
    content = own.read_bytes() if own.is_file() else b""
    refuse_torn(content, str(own))
    read_journal(own)
    if erasures is None:
        return
    if not erasures.is_file():
        raise Refusal(
            "erasures-absent", str(erasures), "there is no such file", f"{JOURNAL} of the register that was lost"
        )
    journal = erasures.read_bytes()
    refuse_torn(journal, str(erasures))
    if not journal.startswith(content):
        problem, wanted = "it does not go on from the backup's own", f"the newest {JOURNAL} of the same register"
        raise Refusal("erasures-older", str(erasures), problem, wanted)
    read_journal(erasures)
    own.write_bytes(journal)


def read_backup(backup: Path) -> Backup:
    """What a backup says of itself; refuses a folder that is none."""
    try:
        fields = read_json((backup / BACKUP_FILE).read_bytes())
        digests = {str(name): str(digest) for name, digest in fields["digests"].items()}
        described = Backup(str(fields["register"]), str(fields["origin"]), int(fields["leaves"]), digests)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise Refusal(
            "backup-absent", str(backup), f"no {BACKUP_FILE}", "a folder written by `overt register backup`"
        ) from error
    for name in described.digests:
        check_name(backup, name)
    if SETTINGS_FILE not in described.digests:
        raise _damaged(backup, f"missing or changed: {SETTINGS_FILE}")
    return described


def _damaged(backup: Path, problem: str) -> Refusal:
    return Refusal("backup-damaged", str(backup), problem, "the backup as it was made", "use an older backup")


def _copy_database(source: Path, target: Path) -> int:
    """The database as it stood at one moment; how many leaves it has."""
    target.parent.mkdir(parents=True, exist_ok=True)
    from_, to = sqlite3.connect(source), sqlite3.connect(target)
    try:
        from_.backup(to)
        to.execute("pragma journal_mode = delete")
        fault = to.execute("pragma quick_check").fetchone()[0]
        if fault != "ok":
            raise Refusal("backup-damaged", str(source), "the database is damaged", "a database that is complete")
        return int(to.execute("select coalesce(max(seq) + 1, 0) from leaf").fetchone()[0])
    finally:
        from_.close()
        to.close()


def _files(folder: Path, database: Path) -> Iterator[Path]:
    """Everything in the folder but the database and what is left out; the journal of erasures last."""
    state = f"{PORTAL_FOLDER}/{STATE_FILE}"
    beside = {f"{file}{ending}" for file in (database, state) for ending in ("", "-wal", "-shm", "-journal")}
    for path in _all(folder):
        parts = path.parts
        if str(path) not in beside and parts[0] not in _LEFT_OUT and not any(part.endswith(".part") for part in parts):
            yield path


def _all(folder: Path) -> Iterator[Path]:
    return (path.relative_to(folder) for path in folder.rglob("*") if path.is_file() and not path.is_symlink())


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    # Whatever the register's files were open to, a copy is its owner's alone.
    write_private(target, b"")
    shutil.copyfile(source, target)
    shutil.copystat(source, target)
    target.chmod(FILE)


def _sync(folder: Path) -> None:
    for path in _all(folder):
        sync(folder / path)


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
