"""Every write broken in turn: lost, kept though reported lost, torn; and the process killed."""

from __future__ import annotations

import contextlib
import errno
import functools
import itertools
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from overt.ledger import FolderStore, SigningState, _store, check
from overt.ledger._files import write_synced
from overt.refusals import Refusal
from tests.ledger.conftest import Log, MemoryStore, check_log
from tests.waiting import MINUTES

FAULTS = ("lost", "kept", "torn")


class Broken(Exception):
    """What a broken write raises."""


class FaultyStore(MemoryStore):
    """A store in which one write, counted from now, goes wrong."""

    def break_after(self, writes: int, fault: str) -> None:
        self.left, self.fault = writes, fault

    def _write(self, path: str, data: bytes) -> bytes:
        if self.left == 0:
            self.left = -1
            if self.fault == "kept":
                self.resources[path] = data
            elif self.fault == "torn":
                self.resources[path] = data[: len(data) // 2]
            raise Broken
        self.left -= 1
        return data

    left, fault = -1, ""

    def add(self, resources: Sequence[tuple[str, bytes]]) -> list[str]:
        there = []
        for path, data in resources:
            if path in self.resources:
                there += [path] if self.resources[path] != data else []
            else:
                self.resources[path] = self._write(path, data)
        return there

    def replace(self, path: str, data: bytes, expected: bytes | None) -> bool:
        return self.resources.get(path) == expected and super().replace(path, self._write(path, data), expected)


class FaultyState(SigningState):
    """A memory of what was signed in which the next write goes wrong."""

    fault = ""

    def write(self, note: bytes) -> None:
        fault, self.fault = self.fault, ""
        if fault == "lost":
            raise Broken
        super().write(note)
        if fault == "kept":
            raise Broken


@pytest.mark.parametrize("fault", FAULTS)
def test_a_broken_write_to_the_store_loses_nothing(tmp_path: Path, fault: str) -> None:
    """Whichever write of a publication breaks, publishing again makes the whole log."""
    for writes in itertools.count():
        log = Log(FaultyStore(), SigningState(tmp_path / f"{fault}-{writes}"))
        log.add(200)
        log.publish()
        log.add(400, seed=2)
        log.add_document("charter", "categories = 16")
        assert isinstance(log.store, FaultyStore)
        log.store.break_after(writes, fault)
        try:
            log.publish()
        except Broken:
            log.add(100, seed=3)
            log.publish()
            check_log(log)
            continue
        break
    assert writes > 8


@pytest.mark.parametrize("fault", ["lost", "kept"])
def test_a_broken_write_of_what_was_signed_loses_nothing(tmp_path: Path, fault: str) -> None:
    """Nothing is published before the key remembers it."""
    state = FaultyState(tmp_path / "signed")
    log = Log(MemoryStore(), state)
    log.add(200)
    log.publish()
    log.add(400, seed=2)
    state.fault = fault
    with pytest.raises(Broken):
        log.publish()
    assert isinstance(log.store, MemoryStore)
    assert log.policy.open(log.store.resources["checkpoint"]).checkpoint.size == 200
    log.add(100, seed=3)
    log.publish()
    check_log(log)


def test_a_full_disk_is_refused_and_loses_nothing(log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    """At every write in turn; with space again the same call goes on."""
    log.add(600)
    for writes in itertools.count():
        done = itertools.count()

        def fill(
            path: Path, data: bytes, mode: int = 0o644, done: itertools.count[int] = done, last: int = writes
        ) -> None:
            if next(done) >= last:
                raise OSError(errno.ENOSPC, "No space left on device")
            write_synced(path, data, mode)

        with monkeypatch.context() as patched:
            patched.setattr("overt.ledger._store.write_synced", fill)
            patched.setattr("overt.ledger._files.write_synced", fill)
            try:
                log.publish()
            except Refusal as refusal:
                assert refusal.code == "disk-full"
                continue
        break
    assert writes > 8
    check_log(log)


class Killed(BaseException):
    """The end of a process: nothing of it runs any more, not even what it would do in the end."""


class Mortal:
    """Every step that a folder takes, up to the one at which its process is killed."""

    def __init__(self, steps: int) -> None:
        self.steps = steps

    def __call__(self, step: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(step)
        def taken(*arguments: Any, **options: Any) -> Any:
            if self.steps <= 0:
                raise Killed
            self.steps -= 1
            return step(*arguments, **options)

        return taken

    @property
    def is_killed(self) -> bool:
        return self.steps <= 0


def test_killed_at_any_step_it_changes_nothing_that_is_published(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a killed publisher leaves may be another name of a published file: the next writes through none of them."""
    monkeypatch.setattr("overt.ledger._store._AT_ONCE", 1)
    for steps in itertools.count():
        folder = tmp_path / str(steps)
        log = Log(FolderStore(folder / "public"), SigningState(folder / "signed"))
        log.add(200)
        log.publish()
        log.add(300, seed=2)
        mortal = Mortal(steps)
        with monkeypatch.context() as patched:
            for name in ("write_synced", "sync", "make_folder"):
                patched.setattr(f"overt.ledger._store.{name}", mortal(getattr(_store, name)))
            for name in ("hardlink_to", "replace", "unlink"):
                patched.setattr(Path, name, mortal(getattr(Path, name)))
            with contextlib.suppress(Killed):
                log.publish()
        assert check(log.store, log.policy).faults == []
        log.add(37, seed=3)
        log.publish()
        check_log(log)
        if not mortal.is_killed:
            break
    assert steps > 20


_PUBLISHER = """
import sys
from pathlib import Path
from overt.ledger import FolderStore, SigningState, _store, check
from tests.ledger.conftest import Log
folder = Path(sys.argv[1])
log = Log(FolderStore(folder / "public"), SigningState(folder / "signed"))
for batch in range(10_000):
    log.add(37, seed=batch)
    log.publish()
    sys.stdout.write(f"{log.leaves.size()}\\n")
    sys.stdout.flush()
"""


@pytest.mark.parametrize("published", [1, 3, 8])
def test_a_killed_publisher_loses_nothing_it_reported(tmp_path: Path, published: int) -> None:
    """SIGKILL in the middle of its work; what it said was published is, and the next publisher goes on."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, (Path(__file__).parents[2], "src")))}
    process = subprocess.Popen(
        [sys.executable, "-c", _PUBLISHER, str(tmp_path)], stdout=subprocess.PIPE, text=True, env=environment
    )
    assert process.stdout is not None
    reported = [int(process.stdout.readline()) for _ in range(published)]
    # Somewhere inside one of the next publications.
    time.sleep(0.003 * published)
    process.send_signal(signal.SIGKILL)
    reported += [int(line) for line in process.stdout.read().split()]
    process.wait(timeout=MINUTES)
    log = Log(FolderStore(tmp_path / "public"), SigningState(tmp_path / "signed"))
    for batch in range(len(reported) + 2):
        log.add(37, seed=batch)
    assert isinstance(log.store, FolderStore)
    served = log.policy.open((log.store.folder / "checkpoint").read_bytes()).checkpoint
    assert served.size >= reported[-1]
    log.publish()
    check_log(log)
