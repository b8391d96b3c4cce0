"""Strangers who hold a server's connections and never finish what they began. They know HTTP and the address alone."""

from __future__ import annotations

import contextlib
import selectors
import socket
import time
from collections.abc import Iterable

LONGEST = 240.0


def half_heads(port: int, many: int) -> list[socket.socket]:
    """Connections that begin a request and go no further. One that was already cut is among them."""
    return [_opened(port, b"GET /checkpoint HTTP/1.1\r\nHost: 127.0.0.1\r\nX-") for _ in range(many)]


def half_second_heads(port: int, many: int, path: str = "/checkpoint") -> list[socket.socket]:
    """Connections that were answered once, and then begin a second request and go no further."""
    made = []
    for _ in range(many):
        one = _opened(port, f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
        with contextlib.suppress(OSError):
            one.recv(65_536)
            one.sendall(b"GET /checkpoint HTTP/1.1\r\nHo")
        made.append(one)
    return made


def half_bodies(port: int, many: int, path: str = "/add-checkpoint") -> list[socket.socket]:
    """Connections that promise a body and send one byte of it."""
    head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 5000\r\n\r\no"
    return [_opened(port, head.encode()) for _ in range(many)]


def deaf_readers(port: int, many: int, path: str) -> list[socket.socket]:
    """Connections that ask for something large again and again, and never read it."""
    made = []
    for _ in range(many):
        one = socket.socket()
        one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
        one.connect(("127.0.0.1", port))
        with contextlib.suppress(OSError):
            one.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode() * 50)
        made.append(one)
    return made


def endless_head(port: int, most: int = 64 << 20) -> int:
    """Sends header after header until it is cut; gives how many bytes were taken."""
    with _opened(port, b"GET /checkpoint HTTP/1.1\r\nHost: 127.0.0.1\r\n") as one:
        sent, line = 0, b"X-More: " + b"a" * 8_000 + b"\r\n"
        with contextlib.suppress(OSError):
            while sent < most:
                one.sendall(line)
                sent += len(line)
    return sent


def trickle(connections: Iterable[socket.socket], data: bytes = b"a") -> None:
    """Sends one more byte on each, as a caller would who means to look alive."""
    for each in connections:
        with contextlib.suppress(OSError):
            each.sendall(data)


def cut(connections: list[socket.socket], seconds: float = LONGEST, *, trickling: bool = False) -> int:
    """Waits until every connection was cut, and gives how many were; what was answered is read and forgotten."""
    left = set(connections)
    end = time.monotonic() + seconds
    with selectors.DefaultSelector() as selector:
        for each in connections:
            each.setblocking(False)
            selector.register(each, selectors.EVENT_READ)
        while left and time.monotonic() < end:
            for key, _ in selector.select(0.5):
                one = key.fileobj
                assert isinstance(one, socket.socket)
                try:
                    gone = not one.recv(65_536)
                except BlockingIOError:
                    continue
                except OSError:
                    gone = True
                if gone:
                    selector.unregister(one)
                    left.discard(one)
            if trickling:
                trickle(left)
    return len(connections) - len(left)


def close(connections: Iterable[socket.socket]) -> None:
    """Lets go of all of them."""
    for each in connections:
        each.close()


def _opened(port: int, data: bytes) -> socket.socket:
    one = socket.create_connection(("127.0.0.1", port), timeout=60)
    with contextlib.suppress(OSError):
        one.sendall(data)
    return one
