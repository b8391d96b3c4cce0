"""Keeps a server answering while others hold its connections: what each connection may take, and which one gives way.

It wraps uvicorn for small servers that face strangers, such as a log and a witness. Nothing here knows what is served.

1. Every step of a request has a time limit, the head of a second request on a connection as well as that of the first:
   the head, the body, and the answer with its reading.
2. A head has a size limit, and a connection a number of requests.
3. There are fewer connections than descriptors, so that files can always be opened, and a client address has a part of
   them. Where all are taken, the connection that has waited longest for a head gives way to the new one, so that an
   honest client, who sends its head at once, is served in the middle of a flood.
"""

from __future__ import annotations

import ipaddress
import socket
import struct
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

from overt.machine import descriptors
from overt.refusals import Refusal

# How many connections may be taken in before the first of them is looked at.
_BACKLOG = 128
_TICKS_A_SECOND = 10
# To end a connection at once: lingering is on, for no time.
# Whoever is given IPv6 is given a network of this size, and may use every address of it.
_ONE_CLIENT = 64
_AT_ONCE = struct.pack("ii", 1, 0)


@dataclass(frozen=True)
class Limits:
    """What one connection may take, in seconds, bytes and requests, and how many there may be.

    `connections` is lowered to half of the descriptors that the process may have. An address has a quarter of them.
    """

    head_seconds: float = 10
    body_seconds: float = 30
    answer_seconds: float = 300
    head_bytes: int = 64 << 10
    requests: int = 1_000
    connections: int = 512

    @property
    def of_one_address(self) -> int:
        """How many connections one address may have."""
        return max(self.connections // 4, 1)

    def within_descriptors(self) -> Limits:
        """The limits with no more connections than half of the descriptors of this process."""
        most = descriptors()
        if most is None or most // 2 >= self.connections:
            return self
        return Limits(**{**self.__dict__, "connections": max(most // 2, 1)})


class Step(IntEnum):
    """What a connection is doing, in the order in which connections give way."""

    HEAD = 0
    BODY = 1
    ANSWER = 2


@dataclass
class Held:
    """One connection: its address, its step and since when, the bytes of its head, and its requests so far."""

    connection: Any
    address: str
    since: float
    step: Step = Step.HEAD
    head_bytes: int = 0
    requests: int = 0
    cycle: Any = field(default=None, repr=False)

    def look(self, now: float) -> None:
        """Notes a new step. The step of a connection is that of its newest request."""
        cycle = self.connection.cycle
        waits = cycle is None or cycle.response_complete
        step = Step.HEAD if waits else Step.BODY if cycle.more_body else Step.ANSWER
        if step is not self.step or cycle is not self.cycle:
            self.since, self.step, self.cycle, self.head_bytes = now, step, cycle, 0


class Guard:
    """All connections of one server. `clock` gives seconds that only go up."""

    def __init__(self, limits: Limits, clock: Callable[[], float]) -> None:
        self.limits = limits
        self._clock = clock
        self._held: dict[Any, Held] = {}

    def __len__(self) -> int:
        return len(self._held)

    def begin(self, connection: Any, address: str) -> None:
        """Takes a connection in; where its address or the server has no room, another gives way."""
        now = self._clock()
        same = [held for held in self._held.values() if held.address == address]
        if len(same) >= self.limits.of_one_address:
            self._make_room(same, now)
        elif len(self._held) >= self.limits.connections:
            self._make_room(list(self._held.values()), now)
        self._held[connection] = Held(connection, address, now)

    def end(self, connection: Any) -> None:
        """A connection is gone."""
        self._held.pop(connection, None)

    def holds(self, connection: Any) -> bool:
        """Whether a connection is still there and was not cut."""
        return connection in self._held

    def received(self, connection: Any, size: int) -> bool:
        """Whether these bytes may be taken: the head of a request is not too large."""
        held = self._held.get(connection)
        if held is None:
            return False
        held.look(self._clock())
        if held.step is not Step.HEAD:
            return True
        held.head_bytes += size
        # Bytes of a body may stand in the same piece as the end of its head.
        if held.head_bytes - size > self.limits.head_bytes:
            self._cut(held)
            return False
        return True

    def answered(self, connection: Any) -> None:
        """One request was answered; the last that a connection may have ends it."""
        held = self._held.get(connection)
        if held is not None:
            held.look(self._clock())
            held.requests += 1
            if held.requests >= self.limits.requests:
                connection.transport.close()

    def sweep(self) -> None:
        """Cuts every connection whose step has taken too long."""
        now = self._clock()
        longest = {
            Step.HEAD: self.limits.head_seconds,
            Step.BODY: self.limits.body_seconds,
            Step.ANSWER: self.limits.answer_seconds,
        }
        for held in list(self._held.values()):
            held.look(now)
            if now - held.since > longest[held.step]:
                self._cut(held)

    def _make_room(self, among: list[Held], now: float) -> None:
        for held in among:
            held.look(now)
        self._cut(min(among, key=lambda held: (held.step, held.since)))

    def _cut(self, held: Held) -> None:
        cycle, transport = held.connection.cycle, held.connection.transport
        if cycle is not None:
            # The application writes to nobody from here on.
            cycle.disconnected = True
            cycle.message_event.set()
        # What the client has not read would be waited for, here or in the system, if the connection ended in order.
        with suppress(OSError):
            transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE)
        transport.abort()
        self.end(held.connection)


def run(app: Any, host: str, port: int, limits: Limits | None = None) -> None:
    """Serves until it is stopped; refuses an address that is taken."""
    listening = _listen(host, port)
    try:
        make_server(app, limits).run(sockets=[listening])
    finally:
        listening.close()


def make_server(app: Any, limits: Limits | None = None, **options: Any) -> Any:
    """A uvicorn server under limits, ready to be run; `options` are further settings of uvicorn."""
    import asyncio  # noqa: PLC0415  only a server needs it
    import time  # noqa: PLC0415

    import uvicorn  # noqa: PLC0415  an extra
    from uvicorn.protocols.http.auto import AutoHTTPProtocol  # noqa: PLC0415

    guard = Guard((limits or Limits()).within_descriptors(), time.monotonic)

    class Guarded(AutoHTTPProtocol):  # type: ignore[misc, valid-type]
        """One connection, which tells the guard what it does."""

        def connection_made(self, transport: Any) -> None:
            guard.begin(self, _client_of(transport))
            super().connection_made(transport)

        def data_received(self, data: bytes) -> None:
            if guard.received(self, len(data)):
                super().data_received(data)

        def on_response_complete(self) -> None:
            if guard.holds(self):
                super().on_response_complete()
                guard.answered(self)

        def connection_lost(self, exc: Exception | None) -> None:
            guard.end(self)
            super().connection_lost(exc)

    class GuardedServer(uvicorn.Server):
        """Looks through its connections once a second."""

        async def on_tick(self, counter: int) -> bool:
            if counter % _TICKS_A_SECOND == 0:
                guard.sweep()
                # What was cut is let go before the next is taken in.
                await asyncio.sleep(0)
            return await super().on_tick(counter)

    settings: dict[str, Any] = {
        "log_level": "warning",
        "access_log": False,
        "server_header": False,
        "proxy_headers": False,
        "ws": "none",
        "timeout_keep_alive": 5,
        "timeout_graceful_shutdown": 10,
        "backlog": _BACKLOG,
        **options,
    }
    return GuardedServer(uvicorn.Config(_until_gone(app), http=Guarded, **settings))


def _until_gone(app: Any) -> Any:
    """The application, which may end in any way once its caller is gone: there is nobody to answer and no fault."""

    async def wrapped(scope: Any, receive: Any, send: Any) -> None:
        is_gone = False

        async def receive_or_gone() -> Any:
            nonlocal is_gone
            message = await receive()
            is_gone = is_gone or message["type"] == "http.disconnect"
            return message

        try:
            await app(scope, receive_or_gone, send)
        except Exception:
            if not is_gone:
                raise

    return wrapped


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=_BACKLOG)
    except OSError as error:
        raise Refusal(
            "address-in-use", f"{host}:{port}", error.strerror or "the port is not free", "a free port"
        ) from error


def one_client(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> str:
    """Who has this address. Whoever has one address of IPv6 has 2**64 of them, so that these are one."""
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    # An IPv4 caller of a server that listens on IPv6.
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(ipaddress.ip_network((address, _ONE_CLIENT), strict=False))


def _client_of(transport: Any) -> str:
    peer = transport.get_extra_info("peername")
    text = str(peer[0]) if isinstance(peer, tuple) and peer else ""
    try:
        return one_client(ipaddress.ip_address(text.partition("%")[0]))
    except ValueError:
        return text
