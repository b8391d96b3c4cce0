"""A server that ends loses no request of a connection that it has taken, and waits for none that does not come."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from overt.web.serving import listen, make_server
from tests.waiting import until

REQUEST = b"GET / HTTP/1.1\r\nhost: register.example\r\n\r\n"


async def app(scope: Any, receive: Any, send: Any) -> None:
    if scope["type"] == "http":
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
        await send({"type": "http.response.body", "body": b"ok"})


class Ending:
    """A server on loopback in a thread of its own."""

    def __init__(self) -> None:
        self.socket = listen("127.0.0.1", 0)
        self.server = make_server(app, lifespan="off")
        self.thread = threading.Thread(target=self.server.run, kwargs={"sockets": [self.socket]}, daemon=True)
        self.thread.start()
        until(lambda: self.server.started, "the server")

    def connect(self) -> socket.socket:
        """A connection that the server has taken."""
        before = len(self.server.server_state.connections)
        connection = socket.create_connection(self.socket.getsockname(), timeout=10)
        until(lambda: len(self.server.server_state.connections) > before, "the connection", every=0.01)
        return connection

    def end(self) -> None:
        self.server.should_exit = True


@pytest.fixture
def ending() -> Iterator[Ending]:
    started = Ending()
    yield started
    started.end()
    started.thread.join(20)
    started.socket.close()


def read(connection: socket.socket) -> bytes:
    """Everything until the server closes."""
    found = b""
    while part := connection.recv(4096):
        found += part
    return found


@pytest.mark.parametrize("begun", [b"", REQUEST[:20]])
def test_a_request_on_its_way_is_answered(ending: Ending, begun: bytes) -> None:
    """On a connection that was just taken, or whose head has begun; the answer says that it is the last."""
    connection = ending.connect()
    connection.sendall(begun)
    time.sleep(0.05)
    ending.end()
    until(lambda: not ending.server.servers or not ending.server.servers[0].is_serving(), "the end", every=0.01)
    connection.sendall(REQUEST[len(begun) :])
    found = read(connection).lower()
    assert found.startswith(b"http/1.1 200 ")
    assert b"connection: close" in found


def test_a_connection_that_was_answered_ends_at_once(ending: Ending) -> None:
    """Its client may send another request at any time, and knows that it may have to send it again."""
    connection = ending.connect()
    connection.sendall(REQUEST)
    assert b"200" in connection.recv(4096)
    began = time.monotonic()
    ending.end()
    assert read(connection) == b""
    assert time.monotonic() - began < 1


def test_a_connection_that_asks_nothing_is_not_waited_for_long(ending: Ending) -> None:
    """A moment, and not the seconds that an answer may take."""
    connection = ending.connect()
    began = time.monotonic()
    ending.end()
    assert read(connection) == b""
    ending.thread.join(20)
    assert time.monotonic() - began < 5
