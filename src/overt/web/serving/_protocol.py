"""One HTTP connection: uvicorn's own protocol, with what it lacks against slow and greedy clients.

uvicorn has a limit for an idle connection, and none for the head of a request, for a response that is not read, for the
length of a head, or for the connections of one client. Its limit on all connections refuses everyone.
"""

from __future__ import annotations

import socket
import struct
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from overt.web.serving._clients import Clients, client_of
from overt.web.serving._connections import Connections, Wait

_LONGEST_HEAD = 64 << 10
_MOST_HEADERS = 200
# Lingering is on, for no time: the connection ends at once, whatever its client has not read.
_AT_ONCE = struct.pack("ii", 1, 0)
# How long a server that ends waits for a request that is on its way on a connection that it has taken.
_LAST_SECONDS = 1.0


PHRASES = {400: "Bad Request", 408: "Request Timeout", 503: "Service Unavailable"}
"""What may be answered before there is a request."""


class HeadTooLarge(Exception):
    """The head of a request is longer than any browser's."""


class CarefulProtocol(HttpToolsProtocol):
    """A connection that knows what it waits for. Its server gives `connections_`, `clients_` and `error_body`."""

    connections_: Connections
    clients_: Clients

    def error_body(self, status: int) -> tuple[bytes, str]:
        """The body and the media type of an error that is answered before there is a request."""
        raise NotImplementedError

    def connection_made(self, transport: Any) -> None:
        """Begins, if there is room."""
        super().connection_made(transport)
        host = self.client[0] if self.client else ""
        self.caller = _Caller(self, client_of(host), self.clients_.trusts(host))
        self._heard = self.connections_.clock()
        self._in_head = self._got_bytes = False
        self._head_size = self._requests = 0
        self._is_last = False
        if not self.connections_.add(self.caller):
            transport.write(self._error(503))
            transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        """Ends."""
        self.connections_.remove(self.caller)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Takes bytes; refuses a head that is too long."""
        if self.transport.is_closing():
            return
        if not self._answering and not self._got_bytes:
            self._got_bytes, self._heard = True, self.connections_.clock()
        waiting = not self._answering
        self._head_size += len(data)
        super().data_received(data)
        if waiting and not self._answering and self._head_size > _LONGEST_HEAD and not self.transport.is_closing():
            self.transport.write(self._error(400))
            self.transport.close()

    # --- what the parser tells ---

    def on_message_begin(self) -> None:
        """A request begins."""
        self._in_head = True
        super().on_message_begin()

    def on_header(self, name: bytes, value: bytes) -> None:
        """A line of the head. Lines behind a body are left out: no proxy has looked at them."""
        if not self._in_head:
            return
        if len(self.headers) >= _MOST_HEADERS:
            raise HeadTooLarge
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """The head is whole."""
        self._in_head, self._head_size = False, 0
        super().on_headers_complete()
        if self._is_last:
            self.cycle.keep_alive = False
        self._heard = self.connections_.clock()

    def on_response_complete(self) -> None:
        """An answer is written; another request may wait behind it. After the last that is allowed it ends."""
        super().on_response_complete()
        self._heard, self._got_bytes, self._head_size = self.connections_.clock(), False, 0
        self._requests += 1
        if self._requests >= self.connections_.patience.requests:
            self.transport.close()

    def shutdown(self) -> None:
        """The server ends: so does the connection, after the request that is under way.

        One that was just taken has its request on the way. To close it now would lose that request, since no other
        process can take it.
        """
        if self._answering or (self.cycle is not None and not self._got_bytes):
            super().shutdown()
            return
        self._is_last = True
        self.loop.call_later(_LAST_SECONDS, self._end_unless_answering)

    def _end_unless_answering(self) -> None:
        if not self._answering:
            self.transport.close()

    # --- what it waits for ---

    @property
    def _answering(self) -> bool:
        return self.cycle is not None and not self.cycle.response_complete

    def waits(self) -> tuple[Wait, float]:
        """What it waits for, and since when."""
        if self.transport.get_write_buffer_size():
            return Wait.READER, self._heard
        if self._answering:
            return (Wait.BODY if self.cycle.more_body and not self.pipeline else Wait.BUSY), self._heard
        first = self.cycle is None
        return (Wait.HEAD if first or self._got_bytes else Wait.IDLE), self._heard

    def time_out(self, wait: Wait) -> None:
        """Ends it; tells a client that has sent part of a request."""
        if wait is Wait.HEAD and self._got_bytes:
            self.transport.write(self._error(408))
        self.transport.close()

    def _error(self, status: int) -> bytes:
        """A whole answer, for a connection of which no request can be taken."""
        body, media_type = self.error_body(status)
        head = (
            f"HTTP/1.1 {status} {PHRASES[status]}\r\ncontent-type: {media_type}\r\n"
            f"content-length: {len(body)}\r\ncache-control: no-store\r\nx-content-type-options: nosniff\r\n"
            "connection: close\r\n\r\n"
        )
        return head.encode() + body


class _Caller:
    """A connection as `Connections` sees it."""

    def __init__(self, protocol: CarefulProtocol, client: str, trusted: bool) -> None:
        self.client = client
        self.trusted = trusted
        self._protocol = protocol
        self.waits: Callable[[], tuple[Wait, float]] = protocol.waits
        self.time_out: Callable[[Wait], None] = protocol.time_out

    def unread(self) -> int:
        """How many bytes were not taken yet."""
        return int(self._protocol.transport.get_write_buffer_size())

    def drop(self) -> None:
        """Ends it at once."""
        transport = self._protocol.transport
        with suppress(OSError):
            transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE)
        transport.abort()
