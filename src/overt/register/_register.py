"""A register: a folder with its settings, its charters and the rows that the gate admitted.

Rows are never changed in place. A change closes one version and opens the next, and every version came
in by one leaf, sequenced in the transaction that wrote it: admitted and sequenced are one fact.
"""

from __future__ import annotations

import datetime as dt
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from overt.charter import Charter, check_chain, read_charter
from overt.ledger import PublicLeaf, read_leaf
from overt.model import KEPT_TABLES, Column
from overt.private import close_to_others, private_folder, write_private
from overt.refusals import Refusal
from overt.register._databases import open_store
from overt.register._duties import DUTIES, DUTY_TABLES, check_not_behind, note_duties
from overt.register._guard import check_guard
from overt.register._migrate import migrate
from overt.register._record import Version, moment_text, read_version, version_select
from overt.register._settings import SETTINGS_FILE, RegisterSettings, read_settings
from overt.register._store import Store
from overt.register._vouch import vouch_for_settings
from overt.register._writer import PADDED_TO, Entropy, Writer
from overt.storage import storage_refused

CHARTERS_FOLDER = "charters"
# A clock that goes back by less is put right by a step of a microsecond; by more, something is wrong with it.
CLOCK_TOLERANCE = dt.timedelta(seconds=60)
_STEP = dt.timedelta(microseconds=1)


@dataclass(frozen=True)
class Status:
    """How a register stands: leaves, rows standing now by table, holds waiting, what was erased."""

    name: str
    origin: str
    leaves: int
    last_recorded_at: str | None
    charter: int | None
    rows: dict[str, int]
    waiting: int
    erased: int


class Register:
    """An open register. It is a `Leaves` of `overt.ledger`: what was admitted can be published from it."""

    def __init__(self, folder: Path, settings: RegisterSettings, store: Store, entropy: Entropy = os.urandom) -> None:
        self.folder = folder
        self.settings = settings
        self.store = store
        self.entropy = entropy

    @classmethod
    def create(cls, folder: Path, settings: RegisterSettings, entropy: Entropy = os.urandom) -> Register:
        """A new register in an empty or absent folder. `entropy` gives the random bytes of salts and numbers."""
        with storage_refused(folder):
            if folder.exists() and any(folder.iterdir()):
                raise Refusal("register-folder", str(folder), "the folder is not empty", "a new or empty folder")
            was_there = folder.exists()
            try:
                close_to_others(private_folder(folder))
                private_folder(folder / CHARTERS_FOLDER)
                write_private(folder / SETTINGS_FILE, settings.as_toml().encode())
                return cls._opened(folder, entropy, new=True)
            except BaseException:
                # Half a register would be in the way of the next attempt.
                for path in folder.iterdir() if was_there else ():
                    shutil.rmtree(path) if path.is_dir() else path.unlink()
                if not was_there:
                    shutil.rmtree(folder, ignore_errors=True)
                raise

    @classmethod
    def open(cls, folder: Path, entropy: Entropy = os.urandom, *, finish: bool = True) -> Register:
        """The register in a folder, its tables brought up to date, and an erasure that was cut short finished.

        Without `finish` erasures are left as they are: for a check of what somebody damaged. Refuses a database that
        is missing or damaged, that is older than the journals beside it, or in which something stands between the
        register and its tables.
        """
        with storage_refused(folder):
            return cls._opened(folder, entropy, new=False, finish=finish)

    @classmethod
    def _opened(cls, folder: Path, entropy: Entropy, *, new: bool, finish: bool = True) -> Register:
        from overt.register._erase import finish_erasures  # noqa: PLC0415  it works on registers

        settings = read_settings(folder)
        store = open_store(settings.database, folder, new=new)
        try:
            is_changed = migrate(store, new=new)
            check_guard(store)
            store.forget_samples()
            register = cls(folder, settings, store, entropy)
            if is_changed:
                vouch_for_settings(register)
            if finish:
                check_not_behind(register)
                finish_erasures(register)
                note_duties(register)
        except BaseException:
            store.close()
            raise
        return register

    def close(self) -> None:
        """Lets go of the database."""
        self.store.close()

    def __enter__(self) -> Register:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def size(self) -> int:
        """How many leaves there are."""
        return int(self.store.rows("select coalesce(max(seq) + 1, 0) from leaf")[0][0])

    def begun_at(self) -> str | None:
        """The moment of the first leaf, before which nothing was known here; none of a register without one."""
        rows = self.store.rows("select recorded_at from leaf where seq = 0")
        return _iso(rows[0][0]) if rows else None

    def last_recorded_at(self) -> str | None:
        """The moment of the last leaf; none of a register without one."""
        last = self.store.rows("select recorded_at from leaf order by seq desc limit 1")
        return str(last[0][0]) if last else None

    def records(self) -> int:
        """How many leaves there are but those that stand for nothing."""
        return self.size() - int(self.store.rows("select count(*) from padding_version")[0][0])

    def read(self, start: int, end: int) -> Sequence[bytes]:
        """The leaves from `start` up to `end`."""
        rows = self.store.rows("select bytes from leaf where seq >= ? and seq < ? order by seq", (start, end))
        return [bytes(row[0]) for row in rows]

    def charters(self) -> list[Charter]:
        """Every version of the charter that has its leaf, oldest first; refuses one that is not as it was adopted."""
        leaves = self.store.rows("select bytes from leaf where kind = 'public' order by seq")
        adopted = [leaf for leaf in map(read_leaf, (bytes(row[0]) for row in leaves)) if isinstance(leaf, PublicLeaf)]
        charters = [self._charter(leaf) for leaf in adopted if leaf.kind == "charter"]
        check_chain(charters)
        return charters

    def _charter(self, leaf: PublicLeaf) -> Charter:
        path = self.folder / CHARTERS_FOLDER / leaf.name
        data = path.read_bytes() if path.is_file() else b""
        if sha256(data).hexdigest() != leaf.digest:
            remedy = "put back the file as it was adopted"
            raise Refusal(
                "charter-changed", str(path), "this is not the file whose digest is in the ledger", leaf.digest, remedy
            )
        return _charter_of(data, leaf.name)

    def versions(self, table: str, where: str = "", parameters: Sequence[Any] = ()) -> Iterator[Version]:
        """Versions of the rows of a table; `where` is a condition on `x`, the version."""
        condition = f" where {where}" if where else ""
        for row in self.store.stream(f"{version_select(table)}{condition} order by x.opened_seq", parameters):
            yield read_version(table, row)

    def current(self, column: Column, value: str) -> Iterator[Version]:
        """The current versions of the rows of a column's table that have a value there."""
        return self.versions(column.table, f"x.{column} = ? and x.closed_seq is null", (value,))

    def as_of(self, table: str, moment: dt.datetime) -> Iterator[Version]:
        """The rows of a table as they stood at a moment, whatever happened since but erasure."""
        text = moment_text(moment)
        yield from self.versions(table, STOOD, (text, text))

    def status(self) -> Status:
        """How the register stands now."""
        counts = {
            name: int(self.store.rows(f"select count(*) from {name}_version where closed_seq is null")[0][0])
            for name in KEPT_TABLES
        }
        return Status(
            self.settings.name,
            self.settings.origin,
            self.size(),
            self.last_recorded_at(),
            max((charter.version for charter in self.charters()), default=None),
            {name: count for name, count in counts.items() if count},
            int(self.store.rows("select count(*) from held where outcome is null")[0][0]),
            int(self.store.rows("select count(*) from erased")[0][0]),
        )

    @contextmanager
    def writing(self, now: dt.datetime, *, is_clock_confirmed: bool = False) -> Iterator[Writer]:
        """A transaction of the gate's. Moments never go back, whatever the clock does.

        Refuses a clock more than a minute behind the last record; a smaller step back is put right. Refuses one that is
        further ahead of it than the settings allow, unless somebody has confirmed it. What was written is read back
        before the transaction ends: what is not there as it was written was not admitted.
        """
        with self.store.transaction():
            writer = Writer(self.store, *self._tail(now, is_clock_confirmed=is_clock_confirmed), self.entropy)
            yield writer
            writer.read_back()
            if writer.has_written(DUTY_TABLES):
                self.store.afterwards(DUTIES, self._note_duties)

    def _note_duties(self) -> None:
        # It is recorded and must not be reported as lost: what cannot be noted now is noted when it is opened again.
        with suppress(OSError, Refusal):
            note_duties(self)

    def pad(self) -> None:
        """Fills the last bundle of the log: see `Writer.pad`. Padding is of the moment of the last record.

        So it can be added whatever the clock says, and says nothing of when the log was published.
        """
        with self.store.transaction():
            last = self.store.rows("select seq, kind, recorded_at from leaf order by seq desc limit 1")
            if last and (last[0][0] + 1) % PADDED_TO and last[0][1] == "record":
                with self.writing(dt.datetime.fromisoformat(_iso(last[0][2]))) as writer:
                    writer.pad()

    def check_clock(self, now: dt.datetime) -> None:
        """Refuses a moment at which nothing could be recorded."""
        self._tail(now, is_clock_confirmed=False)

    def _tail(self, now: dt.datetime, *, is_clock_confirmed: bool) -> tuple[int, str, bool]:
        """The next leaf, the moment of this transaction, and whether the clock had to be put right."""
        moment = now.astimezone(dt.UTC).replace(tzinfo=None) if now.tzinfo else now
        rows = self.store.rows("select seq, recorded_at from leaf order by seq desc limit 1")
        if not rows:
            return 0, moment_text(moment), False
        seq, last = rows[0]
        last = dt.datetime.fromisoformat(last) if isinstance(last, str) else last
        if moment - last > dt.timedelta(days=self.settings.clock_ahead_days) and not is_clock_confirmed:
            ahead = f"the clock is {(moment - last).days} days ahead of the last record"
            wanted = f"at most {self.settings.clock_ahead_days} days after {moment_text(last)}"
            remedy = "look at the clock; if it is right: overt register clock REGISTER --confirm --by STAFF"
            raise Refusal("clock-ahead", "the clock", ahead, wanted, remedy)
        if moment > last:
            return seq + 1, moment_text(moment), False
        if last - moment > CLOCK_TOLERANCE:
            behind = f"the clock is {last - moment} behind the last record"
            remedy = "set the clock right; if the last record is the one that is wrong, see docs/refusals.md"
            raise Refusal("clock-behind", "the clock", behind, f"a moment after {moment_text(last)}", remedy)
        return seq + 1, moment_text(last + _STEP), True


STOOD = "x.recorded_at <= ? and (x.closed_at is null or x.closed_at > ?)"


def _iso(moment: str | dt.datetime) -> str:
    return moment if isinstance(moment, str) else moment_text(moment)


@lru_cache(maxsize=64)
def _charter_of(data: bytes, name: str) -> Charter:
    """A version of the charter, cached because a register reads it often."""
    return read_charter(data, name)
