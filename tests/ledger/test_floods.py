"""Strangers hold the connections of a log's and a witness's server, and honest clients are served all the same."""

from __future__ import annotations

import http.client
import resource
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from overt.ledger import COSIGNATURE, FolderStore, write_key
from overt.web.serving import Patience, _server, make_server
from overt.web.serving._connections import Connections, Wait
from tests.attempts import Count
from tests.ledger import attacker
from tests.ledger.conftest import Log, signer_of
from tests.postgres import free_port

DESCRIPTORS = 1_024
WAIT = 120


def get(port: int, path: str = "checkpoint") -> bytes:
    """What an honest client is answered."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/{path}", timeout=WAIT) as answer:
        return bytes(answer.read())


@contextmanager
def process(*arguments: object) -> Iterator[tuple[int, int]]:
    """`overt ledger …` in a process with 1,024 descriptors, as most systems give; its port and its number."""

    def few() -> None:
        resource.setrlimit(resource.RLIMIT_NOFILE, (DESCRIPTORS, DESCRIPTORS))

    port = free_port()
    command = [sys.executable, "-m", "overt.cli", "ledger", *map(str, arguments), "--port", str(port)]
    environment = {"OVERT_LEDGER_PASSPHRASE": "a long passphrase", "PATH": ""}
    made = subprocess.Popen(command, preexec_fn=few, env=environment, stderr=subprocess.PIPE, text=True)  # noqa: PLW1509
    try:
        _until_it_listens(port)
        yield port, made.pid
    finally:
        made.terminate()
        assert made.stderr is not None
        said = made.stderr.read()
        made.wait(timeout=WAIT)
        assert "Traceback" not in said, said


def _until_it_listens(port: int) -> None:
    end = time.monotonic() + WAIT
    while time.monotonic() < end:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=WAIT).close()
        except ConnectionRefusedError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("the server does not listen")


def descriptors(process_id: int) -> int:
    """How many descriptors a process has open."""
    return len(list(Path(f"/proc/{process_id}/fd").iterdir()))


@pytest.fixture
def published(log: Log) -> Path:
    """The folder of a published log."""
    assert isinstance(log.store, FolderStore)
    return log.store.folder.parent


def test_log_is_served_while_strangers_hold_a_thousand_half_heads(published: Path, attempts: Count) -> None:
    """First heads and second ones: each is cut, the server keeps descriptors, and everybody else is answered."""
    with process("serve", published) as (port, number):
        expected = get(port)
        held = attacker.half_heads(port, 1_000)
        assert get(port) == expected
        more = attacker.half_second_heads(port, 200)
        assert get(port) == expected
        assert descriptors(number) < DESCRIPTORS // 2 + 100
        assert attacker.cut([*held, *more], trickling=True) == 1_200
        assert get(port) == expected
        attacker.close([*held, *more])
    attempts("half heads at the log server", 1_200)


def test_witness_answers_while_strangers_hold_heads_and_bodies(tmp_path: Path, log: Log, attempts: Count) -> None:
    """A body that never ends is cut too; the witness cosigns for a log that asks."""
    signer = signer_of(7, "witness.example/w1", COSIGNATURE)
    write_key(tmp_path / "witness.key", signer, "a long passphrase", bytes)
    arguments = ("witness", tmp_path / "witness.key", "--state", tmp_path / "seen", "--log", log.signers[0].key)
    with process(*arguments) as (port, number):
        held = [*attacker.half_heads(port, 600), *attacker.half_bodies(port, 400)]
        assert descriptors(number) < DESCRIPTORS // 2 + 100
        request = urllib.request.Request(f"http://127.0.0.1:{port}/add-checkpoint", data=b"no request")
        with pytest.raises(urllib.error.HTTPError, match="400"):
            urllib.request.urlopen(request, timeout=WAIT)  # noqa: S310  loopback
        assert attacker.cut(held) == 1_000
        attacker.close(held)
    attempts("half heads and bodies at the witness server", 1_000)


# --- each limit, with small ones --------------------------------------------------------------------------------------


@contextmanager
def served(app: Any, patience: Patience) -> Iterator[int]:
    """An application under limits, in a thread."""
    listening = socket.create_server(("127.0.0.1", 0), backlog=128)
    server = make_server(app, patience)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    try:
        yield int(listening.getsockname()[1])
    finally:
        server.should_exit = True
        thread.join(timeout=WAIT)
        assert not thread.is_alive()
        listening.close()


async def _large(scope: Any, receive: Any, send: Any) -> None:
    """Answers with 16 MiB."""
    if scope["type"] != "http":
        return
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"16777216")]})
    await send({"type": "http.response.body", "body": bytes(16 << 20)})


def test_each_step_is_cut(attempts: Count) -> None:
    """Heads, second heads, bodies, answers that nobody reads, and endless heads."""
    patience = Patience(head_seconds=1, body_seconds=1, idle_seconds=1, reader_seconds=1)

    async def waits(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http" and scope["method"] == "POST":
            while (await receive()).get("more_body"):
                pass
        await _small(scope, receive, send)

    with served(waits, patience) as port:
        held = [
            *attacker.half_heads(port, 20),
            *attacker.half_second_heads(port, 20, "/"),
            *attacker.half_bodies(port, 20, "/"),
        ]
        assert attacker.cut(held, trickling=True) == 60
        assert attacker.endless_head(port) < 8 << 20
        attacker.close(held)
    with served(_large, patience) as port:
        deaf = attacker.deaf_readers(port, 10, "/")
        gone = _until(lambda: sum(_is_gone(each) for each in deaf) == 10)
        attacker.close(deaf)
        assert gone
    attempts("connections held at a server, at each step", 71)


def _is_gone(one: socket.socket) -> bool:
    """Whether the other side has ended a connection whose answer nobody reads."""
    # An aborted connection is reset, which the system tells without anything being read.
    return bool(one.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 1)[0] != 1)


def _until(true: Callable[[], bool]) -> bool:
    end = time.monotonic() + WAIT
    while time.monotonic() < end:
        if true():
            return True
        time.sleep(0.1)
    return False


async def _small(scope: Any, receive: Any, send: Any) -> None:
    if scope["type"] != "http":
        return
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
    await send({"type": "http.response.body", "body": b"ok"})


def test_connection_is_ended_after_its_requests() -> None:
    """A connection that is kept alive has a number of requests; each of them is answered whole."""
    with served(_small, Patience(requests=3)) as port:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=WAIT)
        answers = []
        for _ in range(3):
            connection.request("GET", "/")
            answers.append(connection.getresponse().read())
        assert answers == [b"ok"] * 3
        first = connection.sock
        assert first.recv(1) == b""
        connection.close()


# --- who gives way ----------------------------------------------------------------------------------------------------


class _Connection:
    """A connection as the policy sees it."""

    trusted = False

    def __init__(self, client: str, since: float, wait: Wait = Wait.HEAD) -> None:
        self.client, self._since, self._wait = client, since, wait
        self.is_cut = False

    def waits(self) -> tuple[Wait, float]:
        return self._wait, self._since

    def unread(self) -> int:
        return 0

    def time_out(self, wait: Wait) -> None:
        self.is_cut = True

    def drop(self) -> None:
        self.is_cut = True


def test_longest_waiting_head_of_an_address_gives_way() -> None:
    """Not another address's, and not a request that is being answered."""
    connections = Connections(Patience(most=16, most_of_one=4), lambda: 0.0)
    answering, other = _Connection("a", 0, Wait.BUSY), _Connection("b", 0)
    heads = [_Connection("a", number) for number in range(1, 6)]
    assert all(connections.add(each) for each in (answering, other, *heads))
    assert [each.is_cut for each in heads] == [True, True, False, False, False]
    assert not answering.is_cut
    assert not other.is_cut
    assert len(connections) == 5


def test_all_together_have_a_limit() -> None:
    """From a hundred addresses no more are held than the limit, and the newest is among them."""
    connections = Connections(Patience(most=16), lambda: 0.0)
    many = [_Connection(str(number), number) for number in range(100)]
    for each in many:
        connections.add(each)
    assert len(connections) == 16
    assert not many[-1].is_cut


def test_connections_stay_below_the_descriptors(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever was asked for."""
    monkeypatch.setattr(_server, "descriptors", lambda wanted: 900)
    assert _server.within_descriptors(Patience(most=5_000)).most == 600
    assert _server.within_descriptors(Patience(most=100)).most == 100
