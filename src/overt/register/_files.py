"""Holds the files of a register's folder against what is said of them: by leaves, by signatures, by the database."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from overt.encoding import decode
from overt.ledger import (
    CHECKPOINT,
    Checkpoint,
    FolderStore,
    Policy,
    PublicLeaf,
    Reader,
    SignedCheckpoint,
    check,
    open_checkpoint,
    read_leaf,
    read_policy,
    root_of,
)
from overt.lines import first_break, is_torn
from overt.model import ERASURE
from overt.refusals import Refusal, Refusals
from overt.register._archives import archives_of
from overt.register._attempts import ACCESS_FILE, AccessLog
from overt.register._databases import database_file
from overt.register._discrepancy import Discrepancy
from overt.register._duties import DUTIES, duties_of, read_duties
from overt.register._journal import JOURNAL, names_of, read_journal
from overt.register._log import DOCUMENT_FOLDERS
from overt.register._regions import is_uncovered
from overt.register._register import CHARTERS_FOLDER, Register
from overt.register._settings import SETTINGS_FILE, read_settings
from overt.register._shared import PORTAL_FOLDER, STATE_FILE
from overt.register._sqlite_file import file_faults
from overt.register._vouch import POLICY_FILE, differing

_PUBLIC, _SIGNED = "public", "signed/checkpoint"
# The access log of an earlier edition, or of a backup, until a portal takes it in.
_ACCESS = f"{PORTAL_FOLDER}/{ACCESS_FILE}"


def files_at_rest(folder: Path) -> Iterator[Discrepancy]:
    """Faults of files that opening the register would put right or stumble over, as they lie there now."""
    try:
        database = read_settings(folder).database
        if database.startswith("sqlite:///"):
            file = folder / database_file(database)
            if file.is_file():
                yield from (Discrepancy(None, file.name, problem) for problem in file_faults(file))
            else:
                yield Discrepancy(None, file.name, "the file is missing")
    except (Refusal, Refusals) as refusal:
        yield Discrepancy(None, SETTINGS_FILE, first_line(refusal))
    except OSError as error:
        yield Discrepancy(None, SETTINGS_FILE, error.strerror or "it cannot be read")
    yield from _lines_at_rest(folder)


def first_line(refusal: Refusal | Refusals) -> str:
    """A refusal as the fault of a file."""
    first = refusal if isinstance(refusal, Refusal) else refusal.refusals[0]
    return f"{first.where}: {first.found}"


def _lines_at_rest(folder: Path) -> Iterator[Discrepancy]:
    for name in (JOURNAL, DUTIES, _ACCESS):
        if is_torn(folder / name):
            yield Discrepancy(None, name, "its last line was cut short; the next line that is added cuts it away")
    broken = first_break(folder / _ACCESS)
    if broken:
        yield Discrepancy(None, _ACCESS, f"line {broken} was changed, or does not follow the line before it")
    try:
        journal = read_journal(folder / JOURNAL)
    except Refusal as refusal:
        yield Discrepancy(None, JOURNAL, first_line(refusal))
        return
    for erasure in journal.erasures:
        if erasure.erasure_id not in journal.done:
            yield Discrepancy(None, JOURNAL, f"{erasure.erasure_id} was not finished; opening the register finishes it")


def check_files(register: Register, reader: Reader | None = None, now: int | None = None) -> Iterator[Discrepancy]:
    """Every file of the folder that is not as a leaf, a signature or the database says, is missing, or is nobody's.

    `reader` is where the log is published, if not in the folder; `now`, in seconds since 1970, judges cosignatures.
    """
    yield from (Discrepancy(None, name, problem) for name, problem in differing(register))
    yield from _journal(register)
    yield from check_duties(register)
    yield from _access_log(register)
    named = {leaf.digest: leaf for leaf in _public_leaves(register)}
    yield from _documents(register, named)
    yield from _log(register, reader, now)


def _public_leaves(register: Register) -> Iterator[PublicLeaf]:
    for (data,) in register.store.rows("select bytes from leaf where kind = 'public' order by seq"):
        leaf = read_leaf(bytes(data))
        if isinstance(leaf, PublicLeaf):
            yield leaf


# --- erasures.jsonl -------------------------------------------------------------------------------------------------


def _access_log(register: Register) -> Iterator[Discrepancy]:
    """Where the chain of the portal's access log is broken; a register that no portal served has none."""
    if register.store.dialect == "sqlite" and not (register.folder / PORTAL_FOLDER / STATE_FILE).is_file():
        return
    if (register.folder / _ACCESS).is_file():
        # It is looked at as it lies there.
        return
    log = AccessLog(register.folder)
    try:
        broken, first = log.broken_at(), log.first()
    finally:
        log.close()
    if broken:
        yield Discrepancy(None, "access log", f"line {broken} was changed, or does not follow the line before it")
    archives = list(archives_of(register))
    last = max((archive.last for archive in archives), default=1)
    if first > last:
        yield Discrepancy(None, "access log", f"lines {last} to {first - 1} are not there, and in no archive")
    for archive in archives:
        if not archive.is_whole(register.folder):
            yield Discrepancy(None, archive.name, "the archive of the access log is missing, or was changed")


def _journal(register: Register) -> Iterator[Discrepancy]:
    """Each line against the record of its erasure and the leaves it names, and each record against its line."""
    try:
        begun = {erasure.erasure_id: erasure for erasure in read_journal(register.folder / JOURNAL).erasures}
    except Refusal as refusal:
        yield Discrepancy(None, JOURNAL, first_line(refusal))
        return
    size = register.size()
    for version in register.versions("erasure", "x.closed_seq is null"):
        number = str(version.values[ERASURE.erasure_id])
        erasure = begun.pop(number, None)
        if erasure is None:
            problem = f"no line for {number}; `overt register confirm` writes it again"
            yield Discrepancy(version.opened_seq, JOURNAL, problem)
            continue
        values = version.values
        recorded = (values[ERASURE.kind], values[ERASURE.ground], version.proposed_by, values[ERASURE.erased_on])
        if (erasure.kind, erasure.ground, erasure.by, erasure.at[:10]) != recorded:
            yield Discrepancy(version.opened_seq, JOURNAL, f"the line of {number} does not say what its record says")
        named = names_of(str(values["leaves"] or ""), size)
        if not named <= erasure.leaves.keys():
            yield Discrepancy(version.opened_seq, JOURNAL, f"the line of {number} lacks leaves that its record names")
        for seq in sorted(named & erasure.leaves.keys()):
            if decode(erasure.leaves[seq]) not in register.read(seq, seq + 1):
                yield Discrepancy(seq, JOURNAL, f"the line of {number} has another leaf of this number")
    for number in begun:
        yield Discrepancy(None, JOURNAL, f"no record of the erasure {number}")


def check_duties(register: Register) -> Iterator[Discrepancy]:
    """Each line of the journal of duties against the row it is of, and each row against its line."""
    try:
        noted = {duty.version.opened_seq: duty.version for duty in read_duties(register.folder / DUTIES)}
    except Refusal as refusal:
        yield Discrepancy(None, DUTIES, first_line(refusal))
        return
    for version in (duty.version for duty in duties_of(register)):
        line = noted.pop(version.opened_seq, None)
        if line is None:
            yield Discrepancy(version.opened_seq, DUTIES, "no line for this row; `overt register confirm` writes it")
        elif (line.table, line.leaf(), line.salt) != (version.table, version.leaf(), version.salt):
            yield Discrepancy(version.opened_seq, DUTIES, "the line does not match the row")
    for seq in noted:
        yield Discrepancy(seq, DUTIES, "no row of which this line could be; overt register replay puts it back")


# --- documents ------------------------------------------------------------------------------------------------------


def _documents(register: Register, named: dict[str, PublicLeaf]) -> Iterator[Discrepancy]:
    """Each document that a leaf names must be there; in the folders of charters and documents nothing else may be."""
    missing = dict(named)
    for folder in DOCUMENT_FOLDERS:
        for path in sorted(path for path in (register.folder / folder).glob("**/*") if path.is_file()):
            name = path.relative_to(register.folder).as_posix()
            digest = sha256(path.read_bytes()).hexdigest()
            leaf = missing.pop(digest, None) or named.get(digest)
            if leaf is None:
                if not is_uncovered(name):
                    yield Discrepancy(
                        None, name, "no ledger entry names this document: it was changed, or does not belong here"
                    )
            elif folder == CHARTERS_FOLDER and path.name != leaf.name:
                yield Discrepancy(None, name, f"the charter {leaf.name} under another name")
    for leaf in missing.values():
        yield Discrepancy(None, leaf.name, f"the document that a public leaf names ({leaf.kind}) is not there")


# --- the log --------------------------------------------------------------------------------------------------------


@dataclass
class _Noting:
    """A folder's files as they are read, and which were."""

    store: FolderStore
    seen: set[str] = field(default_factory=set)

    def read(self, path: str, limit: int) -> bytes | None:
        self.seen.add(path)
        return self.store.read(path, limit)

    def partial_widths(self, path: str) -> Iterator[int]:
        return self.store.partial_widths(path)


@dataclass(frozen=True)
class _Log:
    """The log of a register, as its keeper checks it."""

    register: Register
    policy: Policy
    reader: Reader | None
    now: int | None

    def faults(self) -> Iterator[Discrepancy]:
        """What was signed last against the leaves, and what is published against both."""
        signed = None
        try:
            signed = self.signed()
            yield from self.head(signed)
        except Refusal as refusal:
            yield Discrepancy(None, _SIGNED, first_line(refusal))
        yield from self.published(signed.checkpoint if signed else None)

    def signed(self) -> SignedCheckpoint:
        """What the key signed last; refuses what no key of the policy signed."""
        path = self.register.folder / _SIGNED
        if not path.is_file():
            raise Refusal(
                "signed-state-missing", _SIGNED, "the file is missing", "the file that records what the key signed last"
            )
        return open_checkpoint(path.read_bytes(), self.policy.keys(), _SIGNED)

    def head(self, signed: SignedCheckpoint) -> Iterator[Discrepancy]:
        """What was signed last, against the leaves."""
        yield from _unknown_signatures(_SIGNED, signed)
        head = signed.checkpoint
        if head.origin != self.register.settings.origin:
            yield Discrepancy(None, _SIGNED, "it is of another log than register.toml names")
        if head.size > self.register.size():
            yield Discrepancy(None, _SIGNED, f"{head.size} leaves were signed; the register has {self.register.size()}")
        elif root_of(self.register, head.size) != head.root:
            yield Discrepancy(None, _SIGNED, f"the first {head.size} leaves are not those that were signed")

    def published(self, signed: Checkpoint | None) -> Iterator[Discrepancy]:
        """What is published: whole, the register's, and no older than what was signed last."""
        folder = self.register.folder / _PUBLIC
        noting = _Noting(FolderStore(folder))
        try:
            checked = check(self.reader or noting, self.policy, leaves=self.register, now=self.now)
        except Refusal as refusal:
            remedy = "; if it is published elsewhere, say where: --log" if refusal.code == "no-checkpoint" else ""
            yield Discrepancy(None, f"{_PUBLIC}/{refusal.where}", refusal.found + remedy)
            return
        yield from (Discrepancy(None, f"{_PUBLIC}/{fault.where}", fault.found) for fault in checked.faults)
        if checked.fault_count > len(checked.faults):
            yield Discrepancy(None, _PUBLIC, f"and {checked.fault_count - len(checked.faults)} more")
        head = checked.checkpoint
        if signed is not None and head is not None and head != signed:
            yield _apart(head, signed)
        if self.reader is None:
            yield from self.files(folder, noting.seen, head.size if head else 0)

    def files(self, folder: Path, seen: set[str], size: int) -> Iterator[Discrepancy]:
        """Files among what is published that belong to no log of this size, and signatures of nobody known."""
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            name = path.relative_to(folder).as_posix()
            if name not in seen and not is_uncovered(f"{_PUBLIC}/{name}"):
                why = f"no part of the log of {size} entries; if a publisher was stopped, publish again or delete it"
                yield Discrepancy(None, f"{_PUBLIC}/{name}", why)
        try:
            signed = open_checkpoint((folder / CHECKPOINT).read_bytes(), self.policy.keys())
        except (OSError, Refusal):
            return  # already told
        yield from _unknown_signatures(f"{_PUBLIC}/{CHECKPOINT}", signed)


def _apart(head: Checkpoint, signed: Checkpoint) -> Discrepancy:
    if head.size < signed.size:
        both = f"{head.size} entries are published, {signed.size} were signed"
        remedy = "run overt ledger publish; where that was done, what is published was rolled back"
        return Discrepancy(None, f"{_PUBLIC}/{CHECKPOINT}", f"{both}: {remedy}")
    return Discrepancy(None, _SIGNED, "it is behind what is published, or another head")


def _unknown_signatures(where: str, signed: SignedCheckpoint) -> Iterator[Discrepancy]:
    """The keeper knows every key that signs for it, so that a garbled signature is not taken for a stranger's."""
    if signed.note.unknown:
        yield Discrepancy(None, where, "a signature by a key that the policy does not name")


def _log(register: Register, reader: Reader | None, now: int | None) -> Iterator[Discrepancy]:
    policy_file = register.folder / POLICY_FILE
    begun = [name for name in (_SIGNED, _PUBLIC, "keys") if (register.folder / name).exists()]
    if not policy_file.is_file():
        if begun:
            yield Discrepancy(None, POLICY_FILE, f"it is not there, and {', '.join(begun)} is")
        return
    try:
        policy = read_policy(policy_file.read_bytes(), POLICY_FILE)
    except (Refusal, Refusals) as refusal:
        yield Discrepancy(None, POLICY_FILE, first_line(refusal))
        return
    yield from _Log(register, policy, reader, now).faults()
