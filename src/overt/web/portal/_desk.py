"""The register as a portal uses it: many readers at once, and one writer at a time.

Each reader has its own connection. Writers take turns at one gate, which is created again after another charter is
adopted. A record is on the disk before its admission is reported.
"""

from __future__ import annotations

import datetime as dt
import queue
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path

from overt.charter import Charter, in_force
from overt.gate import Gate, Outcome, Proposed
from overt.ledger import FolderStore, Policy, Reader, read_policy, read_published
from overt.publication import RELEASES_FOLDER, ReleaseDocument, published
from overt.register import Register, RegisterLog
from overt.verification import Publications
from overt.web.portal._config import PortalConfig
from overt.web.portal._leaving import is_given_up, reading_for_a_client
from overt.web.portal._shares import THREADS, current_share


class Desk:
    """The register in a folder; `now` is the clock of all that is recorded."""

    def __init__(self, folder: Path, config: PortalConfig, now: Callable[[], dt.datetime]) -> None:
        self.folder = folder
        self.config = config
        self.now = now
        self._turn = threading.RLock()
        self._writer = Register.open(folder)
        self._gate = Gate(self._writer)
        self._looked_at = self._writer.size()
        # A place without a reader is for one that is opened when it is needed. The last used are used first.
        self._readers: dict[str, queue.LifoQueue[Register | None]] = {}
        for share, many in THREADS.items():
            self._readers[share] = queue.LifoQueue()
            for _ in range(many):
                self._readers[share].put(None)
        self._within: ContextVar[Register | None] = ContextVar("overt_reader", default=None)
        self._releases: tuple[object, list[ReleaseDocument]] = (None, [])
        self._publications: tuple[object, Publications] | None = None
        self._publications_turn = threading.Lock()

    def close(self) -> None:
        """Closes every connection, after the current writer has finished."""
        with self._turn:
            self._writer.close()
        for readers in self._readers.values():
            while not readers.empty():
                reader = readers.get_nowait()
                if reader is not None:
                    reader.close()

    @contextmanager
    def reading(self) -> Iterator[Register]:
        """The register for reading; everything read inside the context is of one moment, also by a call inside it."""
        within = self._within.get()
        if within is not None:
            # Each thread has one reader: a second would wait for itself.
            yield within
            return
        share = current_share()
        register = self._reader(share)
        token = self._within.set(register)
        try:
            with reading_for_a_client(register.store), register.store.reading():
                yield register
        finally:
            self._within.reset(token)
            self._give_back(share, register)

    @contextmanager
    def writing(self) -> Iterator[Gate]:
        """The gate, for one at a time."""
        with self._turn:
            self._open_writer_again()
            self._look_for_charters()
            yield self._gate

    @contextmanager
    def apart(self) -> Iterator[Register]:
        """The register on a connection of its own, for functions that go to the gate by themselves."""
        with Register.open(self.folder) as register:
            yield register

    def admit(self, records: Iterable[Proposed], actor: str) -> list[Outcome]:
        """The gate's outcomes for records proposed now."""
        with self.writing() as gate:
            return gate.admit(records, actor, self.now())

    def charters(self) -> Sequence[Charter]:
        """Every version of the charter, the oldest first."""
        with self._turn:
            self._open_writer_again()
            self._look_for_charters()
            return self._gate.charters

    def title(self) -> str:
        """The register's name as last seen; neither queries the database nor waits for a turn."""
        known = self._gate.charters
        return known[-1].register.name if known else "A register"

    def charter(self) -> Charter | None:
        """The charter in force today."""
        return in_force(self.charters(), self.now().date())

    def releases(self) -> list[ReleaseDocument]:
        """Every published release, the oldest first; read again only when a file of one has changed."""
        files = sorted((self.folder / RELEASES_FOLDER).glob("*/*.json"))
        seen = [(path, status.st_mtime_ns, status.st_size) for path in files for status in (path.stat(),)]
        last, documents = self._releases
        if seen != last:
            with self.reading() as register:
                documents = published(register)
            self._releases = (seen, documents)
        return documents

    def publications(self) -> Publications:
        """Everything that is published, made once for each published ledger and day, since it reads tables whole.

        Refuses where nothing has been published yet.
        """
        log = self.log()
        seen = read_published(log), self.now().date()
        with self._publications_turn:
            if self._publications is None or self._publications[0] != seen:
                with self.reading() as register:
                    self._publications = seen, Publications(register, log, seen[1])
            return self._publications[1]

    def log(self) -> Reader:
        """The published log."""
        if self.config.ledger is not None:
            return FolderStore(self.config.ledger)
        return RegisterLog(self._writer, self.now()).store

    def policy(self) -> Policy | None:
        """The trust policy of the log; `None` if nothing has been published yet."""
        path = self.config.policy or RegisterLog(self._writer, self.now()).policy
        return read_policy(path.read_bytes(), path.name) if path.is_file() else None

    def policy_text(self) -> bytes:
        """The policy as a file for download; empty if nothing has been published yet."""
        path = self.config.policy or RegisterLog(self._writer, self.now()).policy
        return path.read_bytes() if path.is_file() else b""

    def _reader(self, share: str) -> Register:
        """A working reader of a share: one whose server has been restarted is closed and replaced."""
        place = self._readers[share].get()
        try:
            if place is not None and not place.store.answers():
                place.close()
                place = None
            return place if place is not None else Register.open(self.folder)
        except BaseException:
            self._readers[share].put(None)
            raise

    def _give_back(self, share: str, register: Register) -> None:
        """A reader whose connection ended, or was told to stop, goes no further: its place is for another."""
        if is_given_up() and not register.store.is_lost():
            register.close()
            self._readers[share].put(None)
        else:
            self._readers[share].put(None if register.store.is_lost() else register)

    def _open_writer_again(self) -> None:
        """Another connection and gate, if the writer's was lost."""
        if not self._writer.store.answers():
            self._writer = Register.open(self.folder)
            self._gate = Gate(self._writer)
            self._looked_at = self._writer.size()

    def _look_for_charters(self) -> None:
        """Creates the gate again if a charter has been adopted since."""
        size = self._writer.size()
        new = self._writer.store.rows("select 1 from leaf where seq >= ? and kind = 'public'", (self._looked_at,))
        if new:
            self._gate = Gate(self._writer)
        self._looked_at = size
