"""Several processes at one address: killed at random, replaced without a lost request, their server stopped under load.

What was acknowledged is in the register, and the access log and the ledger are whole, whoever was killed when.
"""

from __future__ import annotations

import http.client
import json
import os
import random
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from overt.register import AccessLog, Register, check_register
from tests.conftest import NewDatabase
from tests.gate.conftest import open_register
from tests.postgres import own_server
from tests.waiting import MINUTES, until
from tests.web.test_server import free_port

SETTINGS = "form_posts_per_minute = 100000\nconnections_per_client = 1000\n"


class Load:
    """Clients that make requests of the public, each a record, and read pages; each has a connection of its own."""

    def __init__(self, port: int, many: int = 4) -> None:
        self.port = port
        self.acknowledged: list[str] = []
        self.failures: list[str] = []
        self.served_at = 0.0
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._client, daemon=True) for _ in range(many)]

    def __enter__(self) -> Load:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join(MINUTES)

    def ask(self, method: str, path: str, form: str = "") -> tuple[int, str, str]:
        """Status, location and body."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            headers = {"content-type": "application/x-www-form-urlencoded"} if form else {}
            connection.request(method, path, form or None, headers)
            answer = connection.getresponse()
            return answer.status, answer.getheader("location") or "", answer.read().decode("utf-8", "replace")
        finally:
            connection.close()

    def _client(self) -> None:
        token = ""
        while not self._stop.is_set():
            try:
                if not token:
                    match = re.search(r'name="token" value="([^"]+)"', self.ask("GET", "/ask")[2])
                    token = match[1] if match else ""
                    # A form that comes back at once was filled in by a program.
                    time.sleep(1.1)
                    continue
                status, location, _ = self.ask("POST", "/ask", f"token={token}&kind=access")
                if status == 303:
                    self.acknowledged.append(location.partition("reference=")[2])
                    self.served_at = time.monotonic()
                else:
                    self.failures.append(f"POST {status}")
                status, _, _ = self.ask("GET", "/figures")
                self.failures += [f"GET {status}"] if status >= 500 else []
            except (OSError, http.client.HTTPException) as error:
                self.failures.append(type(error).__name__)
            time.sleep(0.02)


@contextmanager
def serving(folder: Path, port: int, processes: int = 2) -> Iterator[subprocess.Popen[bytes]]:
    """`overt serve` with several processes, once each answers; its log is beside the register."""
    (folder / "portal.toml").write_text(SETTINGS, encoding="utf-8")
    log = folder.with_name("server.log").open("ab")
    words = ["serve", str(folder), "--port", str(port), "--processes", str(processes)]
    keeper = subprocess.Popen([sys.executable, "-m", "overt.cli", *words], stdout=log, stderr=log)
    try:
        until(lambda: ready(port), "the portal to serve")
        yield keeper
    finally:
        keeper.send_signal(signal.SIGTERM)
        keeper.wait(MINUTES)


def ready(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/ready")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def children(process: subprocess.Popen[bytes]) -> list[int]:
    """The processes that a keeper began and that still run."""
    stats = (path.read_text() for path in Path("/proc").glob("[0-9]*/stat") if os.access(path, os.R_OK))
    parts = (text.rpartition(")") for text in stats)
    return [
        int(head.split()[0])
        for head, _, rest in parts
        if rest.split()[1] == str(process.pid) and rest.split()[0] != "Z"
    ]


def assert_whole(folder: Path, load: Load) -> None:
    """Every request that was acknowledged is a record, once; rows and leaves agree, and the access log is one chain."""
    with Register.open(folder) as register:
        numbers = [str(version.values["request_id"]) for version in register.versions("request")]
        assert list(check_register(register)) == []
    assert len(numbers) == len(set(numbers))
    assert set(load.acknowledged) <= set(numbers)
    log = AccessLog(folder)
    assert log.broken_at() is None
    kept = sum(1 for _ in log.read(lambda attempt: attempt.action == "public.ask" and attempt.status == 303))
    assert kept >= len(load.acknowledged)
    log.close()


def killed_for(folder: Path, seconds: float, seed: int = 1) -> Load:
    """Load, while one of two processes after another is killed."""
    chance, port = random.Random(seed), free_port()
    with serving(folder, port) as keeper, Load(port) as load:
        until(lambda: len(load.acknowledged) > 5, "the first requests")
        end, kills = time.monotonic() + seconds, 0
        while time.monotonic() < end:
            time.sleep(chance.uniform(0.2, 1.5))
            running = children(keeper)
            if running:
                os.kill(chance.choice(running), signal.SIGKILL)
                kills += 1
        before = len(load.acknowledged)
        until(lambda: len(load.acknowledged) > before + 5, "requests after the last kill")
        assert kills
    return load


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    open_register(tmp_path / "alpha").close()
    return tmp_path / "alpha"


def test_processes_killed_at_random(folder: Path) -> None:
    """For some seconds; the nightly test does it for two minutes on each engine. The log says which process ended."""
    assert_whole(folder, killed_for(folder, 5))
    assert "of the server ended (signal SIGKILL)" in folder.with_name("server.log").read_text(encoding="utf-8")


@pytest.mark.slow
@pytest.mark.postgres
@pytest.mark.parametrize("engine", ["sqlite", "postgres"])
def test_processes_killed_at_random_for_two_minutes(engine: str, tmp_path: Path, new_database: NewDatabase) -> None:
    """Access log and ledger are whole."""
    open_register(tmp_path / "beta", *([new_database()] if engine == "postgres" else [])).close()
    assert_whole(tmp_path / "beta", killed_for(tmp_path / "beta", 120))


def test_a_rolling_restart_loses_no_request(folder: Path) -> None:
    """Each process is replaced while requests come in; with settings that cannot be read, none is."""
    port = free_port()
    with serving(folder, port) as keeper, Load(port) as load:
        until(lambda: len(load.acknowledged) > 5, "the first requests")
        first = set(children(keeper))
        keeper.send_signal(signal.SIGHUP)
        until(lambda: len(children(keeper)) == 2 and not first & set(children(keeper)), "other processes")
        before = len(load.acknowledged)
        until(lambda: len(load.acknowledged) > before + 5, "requests afterwards")
        renewed = set(children(keeper))
        (folder / "portal.toml").write_text("nonsense = 1\n", encoding="utf-8")
        keeper.send_signal(signal.SIGHUP)
        time.sleep(2)
        assert ready(port)
        assert renewed & set(children(keeper))
        (folder / "portal.toml").write_text(SETTINGS, encoding="utf-8")
    assert load.failures == []
    assert_whole(folder, load)


@pytest.mark.postgres
def test_the_server_is_stopped_under_load(tmp_path: Path) -> None:
    """It is away for some seconds; five seconds after it is back records are made again, and none is lost."""
    with own_server() as server:
        open_register(tmp_path / "alpha", f"{server.url.rpartition('/')[0]}/alpha").close()
        folder, port = tmp_path / "alpha", free_port()
        with serving(folder, port), Load(port) as load:
            for how in ("fast", "immediate"):
                before = len(load.acknowledged)
                until(lambda before=before: len(load.acknowledged) > before + 5, "requests")
                server.stop(how)
                time.sleep(1)
                server.start()
                back = time.monotonic()
                count = len(load.acknowledged)
                until(lambda count=count: len(load.acknowledged) > count, "a request after the restart")
                assert load.served_at - back < 5
        assert_whole(folder, load)
    assert json.loads(next(line for line in (tmp_path / "server.log").read_text().splitlines() if line.startswith("{")))
