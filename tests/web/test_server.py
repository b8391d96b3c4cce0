"""The server as a process: many at once, killed in the middle, stopped in order. Everybody in it is invented."""

from __future__ import annotations

import asyncio
import json
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from overt.register import AccessLog, Register, check_register
from tests.waiting import MINUTES, until

BENCH = Path(__file__).resolve().parents[2] / "bench" / "web"
sys.path.insert(0, str(BENCH))

from load import Browser, Waits, load, sign_in  # noqa: E402  it lies beside the bench


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def served(folder: Path, port: int) -> subprocess.Popen[bytes]:
    """The demonstration's portal, once it answers."""
    process = subprocess.Popen(
        [sys.executable, "-m", "overt.cli", "demo", "--serve", "--out", str(folder), "--port", str(port)],
        stdout=subprocess.DEVNULL, stderr=(folder / "server.log").open("ab"),
    )  # fmt: skip
    end = time.monotonic() + MINUTES
    while time.monotonic() < end:
        with socket.socket() as one:
            if one.connect_ex(("127.0.0.1", port)) == 0:
                return process
        assert process.poll() is None, (folder / "server.log").read_text()
        time.sleep(0.05)
    process.kill()
    raise AssertionError("the portal does not answer")


@pytest.fixture
def alpha(demonstration: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(demonstration, tmp_path / "alpha"))


@pytest.fixture
def running(alpha: Path) -> Iterator[tuple[Path, int, subprocess.Popen[bytes]]]:
    port = free_port()
    process = served(alpha, port)
    yield alpha, port, process
    process.kill()
    process.wait(timeout=MINUTES)


def test_readers_and_staff_at_once(running: tuple[Path, int, subprocess.Popen[bytes]]) -> None:
    """A small load without an error; what was acknowledged is in the register. bench/web measures a large one."""
    folder, port, _ = running
    looked, read = 0, 0

    def enough() -> bool:
        nonlocal looked, read
        waits = asyncio.run(load(port, readers=20, staff=3, seconds=4, recorders=1))
        assert waits.errors == []
        read, looked = read + len(waits.seconds["public"]), looked + len(waits.seconds["staff write"])
        return read > 20 and looked > 0

    until(enough, "a small load")
    with Register.open(folder / "register") as register:
        looks = list(register.versions("access", "x.action = 'consult'"))
    assert len(looks) == looked


def test_killed_in_the_middle_nothing_acknowledged_is_lost(running: tuple[Path, int, subprocess.Popen[bytes]]) -> None:
    """kill -9 while four people write: every look that was answered is in the register, and the register is whole."""
    folder, port, process = running
    acknowledged: list[str] = []

    async def look(name: str, until: float) -> None:
        browser = Browser(port, Waits())
        token = await sign_in(browser, "P1001")
        path = f"/staff/entries/{entry_id}"
        number = 0
        while time.monotonic() < until:
            number += 1
            reason = f"the drill, {name} look {number}"
            status, _ = await browser.ask("", path, {"csrf": token, "reason": reason})
            if status == 303:
                acknowledged.append(reason)
            if status == 0:
                return

    async def all_of_them() -> None:
        await asyncio.gather(*(look(name, time.monotonic() + MINUTES) for name in ("north", "south", "east", "west")))

    with Register.open(folder / "register") as register:
        entry_id = register.store.rows("select entry_id from entry where status = 'active' limit 1")[0][0]

    def kill() -> None:
        while len(acknowledged) < 60:
            time.sleep(0.01)
        process.send_signal(signal.SIGKILL)

    killer = threading.Thread(target=kill, daemon=True)
    killer.start()
    asyncio.run(all_of_them())
    process.wait(timeout=MINUTES)
    assert len(acknowledged) >= 60
    with Register.open(folder / "register") as register:
        reasons = {str(each.values["reason"]) for each in register.versions("access", "x.action = 'consult'")}
        assert list(check_register(register)) == []
    assert set(acknowledged) <= reasons
    journal = AccessLog(folder / "register")
    assert len(list(journal.read(lambda each: each.action == "staff.look"))) >= len(acknowledged)
    assert journal.broken_at() is None
    # It opens again where it stopped.
    again = served(folder, port)
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/ready") as answer:
        assert json.load(answer)["register"] == "open"
    again.send_signal(signal.SIGTERM)
    # What was begun is finished; then the signal takes its course.
    assert again.wait(timeout=MINUTES) == -signal.SIGTERM
    lines = [json.loads(line) for line in (folder / "server.log").read_text().splitlines() if line.startswith("{")]
    assert [each["event"] for each in lines if each["event"] != "request"][-1] == "stopped"
