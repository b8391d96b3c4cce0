"""That one process alone does something with a register, such as serving its portal.

Two locks say so, and the system frees both when the process ends, in whatever way:

1. A lock of the file system on a file in the register's folder. It holds between processes of one machine, and between
   containers that share the folder; on a network's file system as far as that has locks.
2. For a register on PostgreSQL, an advisory lock of the database, kept on a connection of its own. It holds wherever
   the others are. It is lost with that connection: this is noticed at once, nothing is done meanwhile, and the lock is
   asked for again until it is there.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import os
import platform
import select
import threading
from hashlib import sha256
from pathlib import Path
from typing import IO, Any

from overt.encoding import read_json
from overt.machine import LockHeld, lock
from overt.refusals import Refusal
from overt.register._databases import PostgresStore, open_store
from overt.register._settings import read_settings
from overt.register._store import Store

_TRY_AGAIN_SECONDS = 0.5
_LOOK_SECONDS = 5.0


class Hold:
    """The locks of one process; `what` is the file that names what is done, under the register's folder."""

    def __init__(self, folder: Path, what: str) -> None:
        self._path = folder / what
        self._what = what
        self._file = _lock_file(self._path)
        try:
            store = open_store(read_settings(folder).database, folder)
            self._server = _ServerLock(folder, what, store) if isinstance(store, PostgresStore) else None
            if self._server is None:
                store.close()
        except BaseException:
            self._file.close()
            raise

    def check(self) -> None:
        """Refuses when another process may have taken the place of this one."""
        self.check_folder()
        if self._server is not None:
            self._server.check()

    def check_folder(self) -> None:
        """Refuses when another process may write into the same folder."""
        with contextlib.suppress(FileNotFoundError):
            if self._path.stat().st_ino == os.fstat(self._file.fileno()).st_ino:
                return
        remedy = "Stop this process, see that no other serves the register, and start it again."
        raise Refusal("portal-lock-lost", self._what, "the lock file was removed", "the file", remedy)

    def release(self) -> None:
        """Lets another process begin."""
        if self._server is not None:
            self._server.release()
        self._file.close()


def _lock_file(path: Path) -> IO[str]:
    """The file, locked, with who holds it in it; refused while another process holds it."""
    path.parent.mkdir(mode=0o700, exist_ok=True)
    while True:
        file = path.open("a+", encoding="utf-8")
        try:
            lock(file)
        except LockHeld:
            file.seek(0)
            raise _running(path, file.read(500)) from None
        # It may have been taken away between the two steps, and the lock would be of a file that nobody else sees.
        if path.exists() and path.stat().st_ino == os.fstat(file.fileno()).st_ino:
            break
        file.close()
    since = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
    file.truncate(0)
    file.write(json.dumps({"process": os.getpid(), "host": platform.node(), "since": since}) + "\n")
    file.flush()
    return file


def _running(path: Path, written: str) -> Refusal:
    try:
        line = read_json(written)
        who = f" (process {int(line['process'])} on {str(line['host'])[:60]}, since {str(line['since'])[:25]})"
    except (ValueError, KeyError, TypeError):
        who = ""
    remedy = "Stop the other one first, or use it."
    return Refusal(
        "portal-running", str(path.parent.parent), f"another portal serves it{who}", "one process at a time", remedy
    )


class _ServerLock:
    """The lock in the database, on a connection that a thread watches."""

    def __init__(self, folder: Path, what: str, store: Store) -> None:
        self._folder, self._what = folder, what
        self._store: Store | None = store
        self._turn = threading.Lock()
        self._wake, self._woken = os.pipe()
        self._stopped = False
        if not self._lock(store):
            store.close()
            remedy = "Stop the other one first, or use it."
            problem = "another portal serves it, from another folder or machine"
            raise Refusal("portal-running", str(folder), problem, "one process at a time", remedy)
        self._thread = threading.Thread(target=self._watch, name="overt-hold", daemon=True)
        self._thread.start()

    def check(self) -> None:
        """Refuses while the lock is not held. What the server said last is looked at; it is not asked."""
        with self._turn:
            if self._store is not None and not _has_news(self._store, ()):
                return
        problem = "the lock in the database was lost with its connection"
        remedy = "Wait: it is asked for again. If it does not come back, another portal serves the register."
        raise Refusal("portal-lock-lost", self._what, problem, "the lock", remedy)

    def release(self) -> None:
        """Frees the lock."""
        self._stopped = True
        os.write(self._woken, b".")
        self._thread.join()
        os.close(self._woken)
        os.close(self._wake)
        if self._store is not None:
            self._store.close()

    def _watch(self) -> None:
        """Notices that the connection ended, and locks again as soon as the server lets it."""
        while not self._stopped:
            store = self._store
            if store is not None:
                if _has_news(store, (self._wake,), _LOOK_SECONDS) and not self._stopped:
                    self._look(store)
                continue
            with contextlib.suppress(Refusal):
                again = open_store(read_settings(self._folder).database, self._folder)
                if self._lock(again):
                    with self._turn:
                        self._store = again
                    continue
                again.close()
            select.select([self._wake], [], [], _TRY_AGAIN_SECONDS)

    def _look(self, store: Store) -> None:
        """Reads what the server said. The lock counts as lost until it has answered: what was read is no news."""
        with self._turn:
            self._store = None
        if store.answers():
            with self._turn:
                self._store = store
        else:
            store.close()

    def _lock(self, store: Store) -> bool:
        schema = str(store.rows("select current_schema()")[0][0])
        key = int.from_bytes(sha256(f"overt {self._what} {schema}".encode()).digest()[:8], "big", signed=True)
        return bool(store.rows("select pg_try_advisory_lock(?)", (key,))[0][0])


def _has_news(store: Store, also: tuple[int, ...], seconds: float = 0.0) -> bool:
    """Whether the server said something that nobody asked for, as when it ends the connection."""
    connection: Any = store.connection  # type: ignore[attr-defined]
    if connection.closed:
        return True
    ready, _, _ = select.select([connection.fileno(), *also], [], [], seconds)
    return bool(ready)
