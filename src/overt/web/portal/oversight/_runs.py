"""Tasks that oversight starts: an audit as of a day, a check of every row, a sample. One task runs at a time.

Each runs in its own process, so that staff can keep working, and is numbered and kept: who requested it and when, its
progress and its result. Only counts and numbers of records are kept in the register's folder, under `portal/oversight`.
The rows of evidence are in `snapshots`, which an erasure deletes.

A lock held by the process shows whether a task is running: when the process ends, for any reason, the lock is free.
"""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import count
from pathlib import Path
from typing import IO, Any

from overt.machine import LockHeld, lock
from overt.private import private_folder, write_private
from overt.refusals import Refusal
from overt.register import SNAPSHOTS_FOLDER
from overt.web.portal._desk import Desk

_FOLDER = Path("portal") / "oversight"
_BEGINNING = {"stage": "starting", "done": 0, "of": 0}
_TRIES, _TRIES_AT_THE_END, _PAUSE = 30, 1_200, 0.05
_WORKER = "overt.web.portal.oversight._worker"
ASKED, PROGRESS, ANSWER, REFUSED, DISPARITY = (
    "asked.json", "progress.json", "answer.json", "refused.json", "disparity.json",
)  # fmt: skip


class What(StrEnum):
    """What can be asked for."""

    AUDIT = "audit"
    CHECK = "check"
    SAMPLE = "sample"


class State(StrEnum):
    """The state of a task. `stopped`: the process ended before the task did, for example with the portal."""

    AT_WORK = "at work"
    DONE = "done"
    REFUSED = "refused"
    STOPPED = "stopped"


@dataclass(frozen=True)
class OversightRun:
    """One task; `answer` is set when it is done, `refusals` when it was refused."""

    number: int
    folder: Path = field(repr=False)
    asked: Mapping[str, Any]
    state: State
    progress: Mapping[str, Any]
    answer: Mapping[str, Any]
    refusals: tuple[Mapping[str, str], ...] = ()

    @property
    def what(self) -> What:
        """What was asked for."""
        return What(self.asked["what"])

    @property
    def as_of(self) -> str:
        """The day that an audit judges by."""
        return str(self.asked.get("as_of", ""))

    def head(self) -> dict[str, Any]:
        """What a page says of it."""
        request = {name: self.asked.get(name) for name in ("what", "as_of", "asked_by", "asked_at")}
        return {"number": self.number, "state": self.state.value, **request, "progress": dict(self.progress)}


def runs(desk: Desk, what: What | None = None) -> list[OversightRun]:
    """Every task, oldest first; of one kind, if it is given."""
    every = [_read(desk, folder) for folder in _folders(desk)]
    return [run for run in every if what is None or run.what is what]


def find_run(desk: Desk, number: str, what: What | None = None) -> OversightRun | None:
    """The task with a number, as given in an address."""
    if not (number.isascii() and number.isdecimal() and len(number) <= 6):
        return None
    folder = _home(desk) / f"{int(number):04}"
    run = _read(desk, folder) if (folder / ASKED).is_file() else None
    return run if run and (what is None or run.what is what) else None


def begin(desk: Desk, what: What, request: Mapping[str, Any], *, wait: float = 0.0) -> OversightRun:
    """Starts a task, and waits up to `wait` seconds for its end. Refuses a second task while one is running."""
    home = _home(desk)
    private_folder(home)
    with _alone(home) as held:
        number = max((int(folder.name) for folder in home.glob("[0-9]*")), default=0) + 1
        folder = home / f"{number:04}"
        private_folder(folder)
        write(folder / ASKED, {"what": what.value, **request, **_places(desk)})
        process = subprocess.Popen(  # noqa: S603  our own module, and a folder that we named
            [sys.executable, "-m", _WORKER, str(folder)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=(held.fileno(),),
        )
    # Its end has to be collected, or it would stay in the process table.
    threading.Thread(target=process.wait, daemon=True).start()
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(timeout=wait)
    return _read(desk, folder)


def at_work(desk: Desk) -> bool:
    """Whether a task is running."""
    home = _home(desk)
    if not (home / "lock").is_file():
        return False
    with (home / "lock").open("w", encoding="utf-8") as stream:
        try:
            lock(stream)
        except LockHeld:
            return True
    return False


def evidence(run: OversightRun) -> Path:
    """The result folder of an audit, which exists until something is erased."""
    return Path(run.asked["register"]) / SNAPSHOTS_FOLDER / f"oversight-{run.number:04}"


def write(path: Path, value: object) -> None:
    """A file that appears whole."""
    half = path.with_suffix(".half")
    write_private(half, json.dumps(value, ensure_ascii=False).encode())
    half.replace(path)


def read(path: Path) -> Any:
    """What such a file holds; nothing if it is not there."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None


def _home(desk: Desk) -> Path:
    return desk.folder / _FOLDER


def _folders(desk: Desk) -> list[Path]:
    return sorted(folder for folder in _home(desk).glob("[0-9]*") if (folder / ASKED).is_file())


def _places(desk: Desk) -> dict[str, str]:
    given_places = {"register": desk.folder, "ledger": desk.config.ledger, "policy": desk.config.policy}
    return {name: str(path.absolute()) for name, path in given_places.items() if path is not None}


@contextlib.contextmanager
def _alone(home: Path) -> Iterator[IO[str]]:
    with (home / "lock").open("w", encoding="utf-8") as stream:
        for tried in count():
            try:
                lock(stream)
                break
            except LockHeld:
                # A page that checks holds the lock for an instant; a process that is done holds it until it has ended.
                if tried + 1 >= (_TRIES_AT_THE_END if _is_done(home) else _TRIES):
                    remedy = "wait for it to finish, then try again"
                    wanted = "one task at a time"
                    raise Refusal("audit-under-way", "oversight", "another task is running", wanted, remedy) from None
                time.sleep(_PAUSE)
        yield stream


def _is_done(home: Path) -> bool:
    """Whether the newest task has left its result."""
    newest = max(home.glob("[0-9]*"), default=None)
    return newest is not None and any((newest / name).is_file() for name in (ANSWER, REFUSED))


def _read(desk: Desk, folder: Path) -> OversightRun:
    request = read(folder / ASKED)
    answer, refused = read(folder / ANSWER), read(folder / REFUSED)
    if answer is not None:
        state = State.DONE
    elif refused is not None:
        state = State.REFUSED
    else:
        newest = _folders(desk)[-1] == folder
        state = State.AT_WORK if newest and at_work(desk) else State.STOPPED
        # It may have ended between the two looks.
        answer = read(folder / ANSWER)
        state = State.DONE if answer is not None else state
    progress = read(folder / PROGRESS) or _BEGINNING
    return OversightRun(int(folder.name), folder, request, state, progress, answer or {}, tuple(refused or ()))
