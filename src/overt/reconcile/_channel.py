"""Messages between the two sides: each of a known kind and a bounded length, bound to the session by a MAC.

A frame is its kind (1 byte), the length of its body (4 bytes, big-endian), the body, and HMAC-SHA-256 over all of that,
over who sends it and over its number. The session's key comes of the agreed pseudonym key and of both sides' nonces, so
that only who has the key can take part, and no frame can be altered, repeated or moved to another session. This hides
nothing: between machines the connection is TLS.
"""

from __future__ import annotations

import hmac
import ipaddress
import socket
import ssl
import struct
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path

from overt.refusals import Refusal

MAC_SIZE = 32
# Bytes a second, below which a large message is not waited for.
SLOWEST = 16 << 10
_BACKLOG = 64
_HEAD = struct.Struct(">BI")


class MessageKind(IntEnum):
    """The kinds of messages."""

    HELLO = 1
    ANSWER = 2
    REQUEST = 3
    SETUP = 4
    RESPONSE = 5
    DONE = 6
    PROOF = 7
    LEFT = 8
    COMMIT = 9


@dataclass(frozen=True)
class Tls:
    """The files of a TLS connection: an own certificate and its key, and whom of the others to believe."""

    certificate: Path
    key: Path
    trusted: Path

    def context(self, *, server: bool) -> ssl.SSLContext:
        """TLS 1.3 with certificates on both sides."""
        purpose = ssl.Purpose.CLIENT_AUTH if server else ssl.Purpose.SERVER_AUTH
        try:
            context = ssl.create_default_context(purpose, cafile=str(self.trusted))
            context.load_cert_chain(self.certificate, self.key)
        except (OSError, ssl.SSLError) as error:
            where = "--tls-cert, --tls-key, --tls-trust"
            raise Refusal("tls-files", where, "the certificate or key cannot be used", "PEM files") from error
        context.minimum_version = ssl.TLSVersion.TLSv1_3
        context.verify_mode = ssl.CERT_REQUIRED
        return context


class Channel:
    """One connection. Before `bind` a frame has no MAC; afterwards one without the right MAC is refused.

    A whole message has to come, or go, within `seconds` and the time that its length takes at the slowest rate that is
    waited for, so that a byte now and then holds nobody.
    """

    def __init__(self, connection: socket.socket, me: str, other: str, seconds: float) -> None:
        self._connection = connection
        self.seconds = seconds
        self._me, self._other = me.encode(), other.encode()
        self._key = b""
        self._sent = self._received = 0

    def __enter__(self) -> Channel:
        return self

    def __exit__(self, *_: object) -> None:
        self.cut()

    def cut(self) -> None:
        """Ends the connection, whoever waits for it; safe from another thread."""
        with suppress(OSError):
            self._connection.shutdown(socket.SHUT_RDWR)
        self._connection.close()

    def bind(self, key: bytes) -> None:
        """From here on every frame has a MAC under the session's key."""
        self._key = key

    def send(self, kind: MessageKind, body: bytes) -> None:
        """Sends one message."""
        frame = _HEAD.pack(kind, len(body)) + body
        if self._key:
            frame += self._mac(self._me, self._sent, frame)
            self._sent += 1
        with _broken_off():
            # The limit is for all of it together.
            self._connection.settimeout(self.seconds + len(frame) / SLOWEST)
            self._connection.sendall(frame)

    def receive(self, kind: MessageKind, most: int, patience: float = 0.0) -> bytes:
        """The body of the next message; refuses one of another kind, longer than `most` bytes, or with a wrong MAC.

        `patience` is how many seconds more the other side may need to make it.
        """
        until = time.monotonic() + self.seconds + patience
        head = self._read(_HEAD.size, until)
        kind_byte, length = _HEAD.unpack(head)
        if kind_byte != kind:
            raise _refused("a message of another kind", f"{kind.name.lower()}")
        if length > most:
            raise Refusal(
                "message-too-large", "the other side", f"{kind.name.lower()} of {length:,} bytes", f"{most:,}"
            )
        until += length / SLOWEST
        body = self._read(length, until)
        if self._key:
            mac = self._mac(self._other, self._received, head + body)
            self._received += 1
            if not hmac.compare_digest(mac, self._read(MAC_SIZE, until)):
                raise _refused("a message that was altered, or of another session", "its MAC under the agreed key")
        return body

    def _mac(self, who: bytes, number: int, frame: bytes) -> bytes:
        return hmac.digest(self._key, who + struct.pack(">Q", number) + frame, "sha256")

    def _read(self, length: int, until: float) -> bytes:
        parts, left = [], length
        while left:
            with _broken_off():
                self._connection.settimeout(max(until - time.monotonic(), 0.001))
                part = self._connection.recv(min(left, 2**20))
            if not part:
                raise Refusal(
                    "connection-lost",
                    "the other side",
                    "it closed the connection",
                    "the rest of a message",
                    "start again",
                )
            parts.append(part)
            left -= len(part)
        return b"".join(parts)


def _refused(fault: str, wanted: str) -> Refusal:
    return Refusal("message-malformed", "the other side", fault, wanted, "check that both sides use the same version")


@contextmanager
def _broken_off() -> Iterator[None]:
    try:
        yield
    except (OSError, ssl.SSLError) as error:
        raise Refusal(
            "connection-lost",
            "the other side",
            "it did not respond, or closed the connection",
            "a response",
            "start again",
        ) from error


def malformed(fault: str, wanted: str) -> Refusal:
    """A message whose content is not in order."""
    return _refused(fault, wanted)


def listen(host: str, port: int, tls: Tls | None) -> socket.socket:
    """Open a listening socket. Refuse any address other than loopback unless TLS is configured."""
    _check_reach(host, tls)
    try:
        return socket.create_server((host, port), backlog=_BACKLOG)
    except OSError as error:
        raise Refusal(
            "address-in-use", f"{host}:{port}", error.strerror or "the port is not free", "a free port"
        ) from error


def accepted(connection: socket.socket, context: ssl.SSLContext | None, seconds: float) -> Channel:
    """A connection that came in, as the keeper's side of a channel; with TLS its handshake is done."""
    connection.settimeout(seconds)
    with _broken_off():
        wrapped = context.wrap_socket(connection, server_side=True) if context else connection
        return Channel(wrapped, "keeper", "owner", seconds)


def connect(host: str, port: int, tls: Tls | None, seconds: float) -> Channel:
    """Connect to the register holder (`keeper`) as the list holder (`owner`)."""
    _check_reach(host, tls)
    context = tls.context(server=False) if tls else None
    try:
        connection = socket.create_connection((host, port), timeout=seconds)
    except OSError as error:
        raise Refusal(
            "connection-lost",
            f"{host}:{port}",
            "there is no answer",
            "the register holder, running `overt reconcile serve`",
        ) from error
    with _broken_off():
        wrapped = context.wrap_socket(connection, server_hostname=host) if context else connection
        return Channel(wrapped, "owner", "keeper", seconds)


def _check_reach(host: str, tls: Tls | None) -> None:
    try:
        is_loopback = host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        is_loopback = False
    if not is_loopback and tls is None:
        remedy = "give --tls-cert, --tls-key and --tls-trust, or use a tunnel to loopback"
        raise Refusal(
            "tls-needed",
            host,
            "the address is on another machine and the connection would not be encrypted",
            "127.0.0.1, or TLS",
            remedy,
        )
