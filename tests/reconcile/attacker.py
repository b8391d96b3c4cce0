"""An owner who does not keep to the protocol, and strangers without the key. They know what they were given.

Written from docs/reconcile-between-controllers.md: frames, the session's key, and the agreed key where it is an owner.
"""

from __future__ import annotations

import contextlib
import hmac
import json
import os
import socket
import struct
from hashlib import sha256
from pathlib import Path
from typing import Any

import private_set_intersection.python as psi

PROTOCOL = "overt-psi/2"
HELLO, ANSWER, REQUEST, SETUP, RESPONSE, DONE, PROOF, LEFT, COMMIT = range(1, 10)


class Owner:
    """One session of an owner who has the agreed key, and says what it likes."""

    def __init__(self, port: int, agreement: Path, secret: bytes, key_name: str) -> None:
        self.connection = socket.create_connection(("127.0.0.1", port), timeout=120)
        self.digest = sha256(agreement.read_bytes()).hexdigest()
        self.secret, self.key_name = secret, key_name
        self.key, self.sent, self.received = b"", 0, 0
        self.client: Any = psi.client.CreateWithNewKey(True)

    def greet(self) -> int:
        """Proves the key; gives how many people the keeper says are left."""
        nonce = os.urandom(32)
        said = {"protocol": PROTOCOL, "agreement": self.digest, "key": self.key_name, "nonce": nonce.hex()}
        self.send(HELLO, json.dumps(said).encode())
        theirs = bytes.fromhex(json.loads(self.receive()[1])["nonce"])
        self.key = hmac.digest(
            self.secret, b"\x1f".join((PROTOCOL.encode(), self.digest.encode(), nonce, theirs)), "sha256"
        )
        self.send(PROOF, b"")
        return int(json.loads(self.receive()[1])["left"])

    def ask(self, people: list[str], committed: int | None = None) -> list[str]:
        """Asks about people after saying that it will ask about so many; gives those whom the keeper has."""
        self.commit(people, committed)
        setup, response = psi.ServerSetup(), psi.Response()
        setup.ParseFromString(self.receive()[1])
        response.ParseFromString(self.receive()[1])
        found = [people[place] for place in self.client.GetIntersection(setup, response)]
        self.send(DONE, b"{}")
        return found

    def commit(self, people: list[str], committed: int | None = None) -> None:
        """Says how many and sends them, without waiting for the answer."""
        self.send(COMMIT, json.dumps({"asked": len(people) if committed is None else committed}).encode())
        self.send(REQUEST, self.client.CreateRequest(people).SerializeToString())

    def send(self, kind: int, body: bytes) -> None:
        frame = struct.pack(">BI", kind, len(body)) + body
        if self.key:
            frame += hmac.digest(self.key, b"owner" + struct.pack(">Q", self.sent) + frame, "sha256")
            self.sent += 1
        self.connection.sendall(frame)

    def receive(self) -> tuple[int, bytes]:
        """Kind and body of the next message; an error where the keeper hung up."""
        kind, length = struct.unpack(">BI", self._read(5))
        body = self._read(length)
        if self.key:
            self._read(32)
        return kind, body

    def _read(self, length: int) -> bytes:
        made = b""
        while len(made) < length:
            part = self.connection.recv(length - len(made))
            if not part:
                raise ConnectionError("the keeper hung up")
            made += part
        return made

    def close(self) -> None:
        self.connection.close()


def strangers(port: int, many: int) -> list[socket.socket]:
    """Connections of people without the key, who say nothing, half of something, or something else."""
    said = [b"", b"\x01\x00\x00\x01\x00{", b"GET / HTTP/1.1\r\n\r\n", b"\x01\x00\x00\x00\x02{}", b"\x16\x03\x01"]
    made = []
    for number in range(many):
        try:
            one = socket.create_connection(("127.0.0.1", port), timeout=120)
        except OSError:
            # The keeper has ended.
            break
        with contextlib.suppress(OSError):
            one.sendall(said[number % len(said)])
        made.append(one)
    return made
