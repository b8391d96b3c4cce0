"""A thousand slow connections: the public and staff are still served, and each is cut in the end."""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest

from tests.attempts import Count
from tests.waiting import MINUTES
from tests.web.attacker import KINDS, answer, connect, drip, head, siege
from tests.web.test_server import Browser, Waits, free_port, served, sign_in


@pytest.fixture(scope="module")
def portal(demonstration: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, int]]:
    """The demonstration's portal as a process, with the limits that it has by default."""
    folder = tmp_path_factory.mktemp("siege") / "alpha"
    shutil.copytree(demonstration, folder)
    port = free_port()
    process = served(folder, port)
    yield folder, port
    process.kill()
    process.wait(timeout=MINUTES)


async def _serves(port: int) -> None:
    """A member of the public reads pages, and somebody of the staff signs in and looks at an entry."""
    waits = Waits()
    public = Browser(port, waits)
    for path in ("/", "/figures", "/ask", "/verify"):
        assert (await public.ask("public", path))[0] == 200
    staff = Browser(port, waits)
    token = await sign_in(staff, "P1001")
    status, page = await staff.ask("staff", "/staff/due")
    entry = page.split('href="/staff/entries/')[1].split('"')[0]
    assert status == 200
    asked = {"csrf": token, "reason": "the drill with slow connections"}
    assert (await staff.ask("staff", f"/staff/entries/{entry}", asked))[0] == 303
    assert (await staff.ask("staff", f"/staff/entries/{entry}"))[0] == 200
    assert waits.errors == []


def serves(port: int) -> None:
    asyncio.run(asyncio.wait_for(_serves(port), MINUTES))


@pytest.mark.parametrize("sources", [1, 40])
def test_a_thousand_second_heads(sources: int, portal: tuple[Path, int], attempts: Count) -> None:
    """1,000 connections with half of a second request, from the same address as everybody or from forty others."""
    _, port = portal
    with siege(port) as slow:
        slow.open("half of a second head", 1_000, sources)
        serves(port)
        assert slow.wait_until_cut() == 0
        attempts("slow connections to the portal", slow.sent)
    serves(port)


def test_slow_connections_of_every_kind(portal: tuple[Path, int], attempts: Count) -> None:
    """Whatever a connection waits for, it is not waited for for ever, and others are served meanwhile."""
    with siege(portal[1]) as slow:
        for number, kind in enumerate(KINDS, start=1):
            slow.open(kind, 80, number)
        serves(portal[1])
        assert slow.wait_until_cut() == 0
        attempts("slow connections to the portal", slow.sent)


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_a_thousand_slow_connections_of_every_kind(kind: str, portal: tuple[Path, int], attempts: Count) -> None:
    """The same with a thousand of each kind."""
    with siege(portal[1]) as slow:
        slow.open(kind, 1_000, 2)
        serves(portal[1])
        assert slow.wait_until_cut() == 0
        attempts("slow connections to the portal", slow.sent)


def _drips(port: int, piece: bytes) -> int:
    with connect(port) as connection:
        connection.sendall(head("GET", "/health"))
        assert answer(connection).startswith(b"HTTP/1.1 200")
        if piece != b"\r\n":
            connection.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-First: ")
        return drip(connection, piece)


def test_what_drips_is_cut(portal: tuple[Path, int], attempts: Count) -> None:
    """Behind a whole request comes a byte, a blank line or a line of a head now and then: that is no longer silence."""
    pieces = (b"x", b"\r\n", b"X-Slow: y\r\n")
    with ThreadPoolExecutor(len(pieces)) as pool:
        assert min(pool.map(partial(_drips, portal[1]), pieces)) >= 0
    attempts("slow connections to the portal", len(pieces))


def test_heads_without_an_end_are_refused(portal: tuple[Path, int], attempts: Count) -> None:
    """A head is not kept for as long as somebody sends it: too many bytes or too many lines end the connection."""
    for piece, most in ((b"x" * 8_000, 100), (b"A: b\r\n" * 1_000, 100)):
        with connect(portal[1]) as connection:
            connection.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Long: ")
            assert 0 <= drip(connection, piece, every=0.001) < most
    attempts("slow connections to the portal", 2)
    serves(portal[1])


def test_health_answers_whatever_the_host(portal: tuple[Path, int]) -> None:
    """What looks after the server asks by its address: whether it lives, and whether it can serve."""
    for path, wanted in (("/health", {"alive": True}), ("/ready", {"register": "open"})):
        with connect(portal[1]) as connection:
            connection.sendall(head("GET", path, host="10.1.2.3:8065"))
            told = answer(connection)
        assert told.startswith(b"HTTP/1.1 200"), told
        assert json.loads(told.partition(b"\r\n\r\n")[2]).items() >= wanted.items()
    with connect(portal[1]) as connection:
        connection.sendall(head("GET", "/", host="10.1.2.3"))
        assert answer(connection).startswith(b"HTTP/1.1 400")
