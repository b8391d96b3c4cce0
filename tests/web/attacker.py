"""What an attacker has: sockets, many addresses, and what anybody can read about HTTP. Nothing of Overt is imported.

All of it goes to loopback.
"""

from __future__ import annotations

import contextlib
import resource
import selectors
import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from tests.waiting import MINUTES

HOST = "127.0.0.1"


def allow_files(count: int) -> None:
    """Lets this process open so many files."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < count:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(count, hard), hard))


def head(method: str, path: str, *lines: str, host: str = HOST) -> bytes:
    """The head of a request."""
    return "\r\n".join([f"{method} {path} HTTP/1.1", f"Host: {host}", *lines, "", ""]).encode()


def answer(connection: socket.socket) -> bytes:
    """One whole answer, by its length; what came, if the connection ended."""
    found = b""
    while b"\r\n\r\n" not in found:
        piece = connection.recv(65_536)
        if not piece:
            return found
        found += piece
    before, _, body = found.partition(b"\r\n\r\n")
    lines = before.lower().split(b"\r\n")
    length = next((int(each.split(b":")[1]) for each in lines if each.startswith(b"content-length:")), 0)
    while len(body) < length:
        piece = connection.recv(65_536)
        if not piece:
            break
        body += piece
    return before + b"\r\n\r\n" + body


def connect(port: int, source: str = HOST) -> socket.socket:
    """A connection from an address of this machine's own."""
    return socket.create_connection((HOST, port), timeout=MINUTES, source_address=(source, 0))


Begin = Callable[[socket.socket], None]


def _half_head(connection: socket.socket) -> None:
    connection.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ")


def _second_head(connection: socket.socket) -> None:
    connection.sendall(head("GET", "/health"))
    answer(connection)
    _half_head(connection)


def _blank_lines(connection: socket.socket) -> None:
    connection.sendall(head("GET", "/health"))
    answer(connection)
    connection.sendall(b"\r\n")


def _half_body(connection: socket.socket) -> None:
    lines = ("Content-Type: application/x-www-form-urlencoded", "Content-Length: 5000")
    connection.sendall(head("POST", "/ask", *lines) + b"kind=")


def _body_behind_an_answer(connection: socket.socket) -> None:
    connection.sendall(head("GET", "/health", "Content-Length: 1000000") + b"x")
    answer(connection)
    connection.sendall(b"x")


def _unread(connection: socket.socket) -> None:
    connection.sendall(head("GET", "/") * 40)


def _nothing(_: socket.socket) -> None:
    pass


def _upgrade(connection: socket.socket) -> None:
    connection.sendall(head("GET", "/health", "Connection: Upgrade", "Upgrade: h2c"))
    connection.sendall(b"x")


KINDS: dict[str, Begin] = {
    "half of a first head": _half_head,
    "half of a second head": _second_head,
    "blank lines behind an answer": _blank_lines,
    "half of a body": _half_body,
    "a body behind an answer": _body_behind_an_answer,
    "answers that nobody reads": _unread,
    "nothing at all": _nothing,
    "an upgrade that never comes": _upgrade,
}


@dataclass
class Siege:
    """Slow connections that are held open; `sent` counts those that were opened."""

    port: int
    held: list[socket.socket] = field(default_factory=list)
    sent: int = 0

    def open(self, kind: str, count: int, sources: int = 1) -> None:
        """Opens connections of a kind from so many addresses in turn; goes on when one is turned away."""
        for number in range(count):
            self.sent += 1
            with contextlib.suppress(OSError):
                self.held.append(connect(self.port, f"127.0.1.{number % sources + 1}" if sources > 1 else HOST))
                KINDS[kind](self.held[-1])

    def wait_until_cut(self, most: int = 0) -> int:
        """Waits until the server has closed all but so many; how many are left in the end."""
        until = time.monotonic() + MINUTES
        with selectors.DefaultSelector() as selector:
            for each in self.held:
                each.setblocking(False)
                selector.register(each, selectors.EVENT_READ)
            left = len(self.held)
            while left > most and time.monotonic() < until:
                for key, _ in selector.select(1.0):
                    if _is_closed(key.fileobj):  # type: ignore[arg-type]
                        selector.unregister(key.fileobj)
                        left -= 1
        return left

    def close(self) -> None:
        """Lets go of all."""
        for each in self.held:
            each.close()
        self.held.clear()


def _is_closed(connection: socket.socket) -> bool:
    try:
        return not connection.recv(1 << 20)
    except BlockingIOError:
        return False
    except OSError:
        return True


@contextlib.contextmanager
def siege(port: int) -> Iterator[Siege]:
    """A siege that ends."""
    allow_files(4_000)
    made = Siege(port)
    try:
        yield made
    finally:
        made.close()


def drip(connection: socket.socket, piece: bytes, every: float = 0.2) -> int:
    """Sends a piece again and again until the server ends the connection; how many it took, or -1 if it never did."""
    until, sent = time.monotonic() + MINUTES, 0
    connection.settimeout(every)
    while time.monotonic() < until:
        try:
            connection.sendall(piece)
            sent += 1
            while connection.recv(65_536):
                pass
            return sent
        except TimeoutError:
            continue
        except OSError:
            return sent
    return -1
