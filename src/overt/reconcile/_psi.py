"""Private set intersection between two controllers: what the owner learns, the keeper's people unseen.

The protocol is that of `openmined-psi`: each side hides its elements as points of the curve P-256 under a key that it
makes for this one session. What is sent is docs/reconcile-between-controllers.md, with what it gives away.

1. Both say which agreement and which key they have, and a nonce each; the session's key is made of them.
2. The owner proves that it has the key. The keeper says how many people may still be asked about, and the owner commits
   to how many elements it will send, each of which counts as a person.
3. The owner sends so many elements under its own key, shuffled and padded. The keeper counts them, on the disk.
4. The keeper sends its own elements under its key, sorted and padded, and the owner's under both keys.
5. The owner finds what is in both, and says how many, if that was agreed.
"""

from __future__ import annotations

import datetime as dt
import hmac
import json
import os
import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from overt.encoding import read_json
from overt.pseudonym import PseudonymKey
from overt.reconcile._agreement import Agreement
from overt.reconcile._asked import AskedAccount, used_up
from overt.reconcile._channel import Channel, MessageKind, malformed
from overt.reconcile._elements import FEWEST_SUBJECTS, Owned, padded_size
from overt.refusals import Refusal

PROTOCOL = "overt-psi/2"
POINT = 33
_NONCE = 32
_HELLO_LIMIT = 1_000
_OVERHEAD = 64
_CHUNK = 4_096
# Elements a second that the slower side hides at least: for so long the other is waited for.
_SLOWEST = 500
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class OwnerLearned:
    """What the owner learned: how many elements of its list are the keeper's, and which rows, if that was agreed.

    `left_out` is how many spellings were not asked about, because the agreement did not leave room for them.
    """

    count: int
    rows: tuple[int, ...] | None
    keeper_size: int
    left_out: int = 0


@dataclass(frozen=True)
class KeeperLearned:
    """What the keeper learned: how many elements were asked about, and how many the owner says it found, if agreed."""

    asked: int
    count: int | None


class Keeper:
    """The keeper's side of one session. Its elements are hidden before anybody connects: that takes the time."""

    def __init__(self, agreement: Agreement, key: PseudonymKey, elements: list[str], progress: Progress) -> None:
        self._agreement, self._key = agreement, key
        self.has_answered = False
        self._asked = AskedAccount(agreement)
        # An account that cannot be read is found before anybody connects, and one that is used up.
        if not self._asked.left():
            raise used_up(1, 0)
        self._psi = library()
        self._server = self._psi.server.CreateWithNewKey(agreement.reveals_rows)
        self._secret = self._server.GetPrivateKeyBytes()
        points: list[bytes] = []
        chunks = [elements[start : start + _CHUNK] for start in range(0, len(elements), _CHUNK)]
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            for hidden in pool.map(self._hide, chunks):
                points += hidden
                progress(len(points), len(elements))
        setup = self._psi.ServerSetup()
        # Sorted, so that their order tells nothing of the order they came in.
        setup.raw.encrypted_elements.extend(sorted(points))
        self._setup = setup.SerializeToString()

    def _hide(self, elements: list[str]) -> list[bytes]:
        """The elements as points under this session's key."""
        # The library's objects must not be shared between threads; one with the same key hides alike.
        server = self._psi.server.CreateFromKey(self._secret, self._agreement.reveals_rows)
        message = server.CreateSetupMessage(0.5, 1, elements, self._psi.DataStructure.RAW)
        return list(message.raw.encrypted_elements)

    def welcome(self, channel: Channel) -> None:
        """Makes sure that the other side has the agreed key. Until then it costs next to nothing."""
        agreement = self._agreement
        theirs = _read_hello(channel.receive(MessageKind.HELLO, _HELLO_LIMIT), agreement, self._key)
        mine = secrets.token_bytes(_NONCE)
        channel.send(MessageKind.ANSWER, _hello(agreement, self._key, mine))
        channel.bind(_session_key(self._key, agreement, theirs, mine))
        channel.receive(MessageKind.PROOF, 0)

    def answer(self, channel: Channel, permit: Callable[[], None] = lambda: None) -> KeeperLearned:
        """One session with an owner who was welcomed; `permit` is called before anything is given, and may refuse."""
        agreement = self._agreement
        left = self._asked.left()
        channel.send(MessageKind.LEFT, json.dumps({"left": left}).encode())
        elements = _read_json(channel.receive(MessageKind.COMMIT, _HELLO_LIMIT)).get("asked")
        if type(elements) is not int or not 0 < elements <= left:
            raise malformed("a number of people that the agreement does not leave", f"1 to {left:,}")
        data = channel.receive(MessageKind.REQUEST, elements * (POINT + 4) + _OVERHEAD, elements / _SLOWEST)
        request = _parsed(self._psi.Request, data)
        if request.reveal_intersection != agreement.reveals_rows:
            raise malformed("a request for another kind of answer", f"{agreement.owner_learns}, as agreed")
        if len(request.encrypted_elements) != elements:
            raise malformed(f"{len(request.encrypted_elements):,} elements", f"{elements:,}, as it said before")
        _check_points(request.encrypted_elements)
        with _library_refused():
            response = self._server.ProcessRequest(request)
        permit()
        self._asked.count(elements, dt.datetime.now(dt.UTC))
        self.has_answered = True
        channel.send(MessageKind.SETUP, self._setup)
        channel.send(MessageKind.RESPONSE, response.SerializeToString())
        done = _read_json(channel.receive(MessageKind.DONE, _HELLO_LIMIT))
        count = done.get("count")
        wanted = {"count"} if agreement.keeper_learns == "count" else set()
        if set(done) != wanted or (
            wanted and (type(count) is not int or not 0 <= count <= len(request.encrypted_elements))
        ):
            raise malformed("an end that says something else", "what was agreed")
        return KeeperLearned(len(request.encrypted_elements), count if wanted else None)


def ask(channel: Channel, agreement: Agreement, key: PseudonymKey, mine: Owned) -> OwnerLearned:
    """The owner's side of one session."""
    psi = library()
    nonce = secrets.token_bytes(_NONCE)
    channel.send(MessageKind.HELLO, _hello(agreement, key, nonce))
    theirs = _read_hello(channel.receive(MessageKind.ANSWER, _HELLO_LIMIT), agreement, key)
    channel.bind(_session_key(key, agreement, nonce, theirs))
    channel.send(MessageKind.PROOF, b"")
    left = _read_json(channel.receive(MessageKind.LEFT, _HELLO_LIMIT)).get("left")
    if type(left) is not int or not 0 <= left <= agreement.most_rows:
        raise malformed("no number of people", f"0 to {agreement.most_rows:,}")
    chosen = mine.within(left)
    channel.send(MessageKind.COMMIT, json.dumps({"asked": len(chosen.elements)}).encode())
    client = psi.client.CreateWithNewKey(agreement.reveals_rows)
    channel.send(MessageKind.REQUEST, client.CreateRequest(chosen.elements).SerializeToString())
    size = len(chosen.elements)
    most = padded_size(agreement.most_subjects, FEWEST_SUBJECTS)
    setup = _parsed(
        psi.ServerSetup, channel.receive(MessageKind.SETUP, most * (POINT + 4) + _OVERHEAD, size / _SLOWEST)
    )
    if setup.WhichOneof("data_structure") != "raw":
        raise malformed("a set in another form", "the points themselves")
    _check_size(setup.raw.encrypted_elements, FEWEST_SUBJECTS, most)
    _check_points(setup.raw.encrypted_elements)
    response = _parsed(psi.Response, channel.receive(MessageKind.RESPONSE, size * (POINT + 4) + _OVERHEAD))
    if len(response.encrypted_elements) != size:
        raise malformed("an answer about another number of elements", f"{size:,}")
    _check_points(response.encrypted_elements)
    rows: tuple[int, ...] | None = None
    with _library_refused():
        if agreement.reveals_rows:
            elements = [chosen.elements[place] for place in client.GetIntersection(setup, response)]
            elements = [element for element in elements if element in chosen.rows]
            rows, count = tuple(sorted({row for element in elements for row in chosen.rows[element]})), len(elements)
        else:
            count = client.GetIntersectionSize(setup, response)
    channel.send(MessageKind.DONE, json.dumps({"count": count} if agreement.keeper_learns == "count" else {}).encode())
    return OwnerLearned(count, rows, len(setup.raw.encrypted_elements), chosen.left_out)


def library() -> Any:
    """openmined-psi, which is an extra; refused with how to have it."""
    try:
        import private_set_intersection.python as psi  # noqa: PLC0415  an extra
    except ImportError as error:
        raise Refusal(
            "psi-not-installed", "private set intersection", "it is not installed", "pip install 'overt[psi]'"
        ) from error
    return psi


def _hello(agreement: Agreement, key: PseudonymKey, nonce: bytes) -> bytes:
    greeting = {"protocol": PROTOCOL, "agreement": agreement.digest, "key": key.id, "nonce": nonce.hex()}
    return json.dumps(greeting, sort_keys=True).encode()


def _read_hello(data: bytes, agreement: Agreement, key: PseudonymKey) -> bytes:
    """The other side's nonce; refuses another protocol, agreement or key."""
    greeting = _read_json(data)
    if set(greeting) != {"protocol", "agreement", "key", "nonce"} or greeting["protocol"] != PROTOCOL:
        raise malformed("another protocol", PROTOCOL)
    if greeting["agreement"] != agreement.digest:
        remedy = "both sides need identical files"
        raise Refusal(
            "agreement-other", "the other side", "it has a different agreement", f"SHA-256 {agreement.digest}", remedy
        )
    if greeting["key"] != key.id:
        raise Refusal("pseudonym-key-other", "the other side", "it has a different key", f"key {key.id}, as agreed")
    try:
        nonce = bytes.fromhex(greeting["nonce"])
    except (TypeError, ValueError):
        nonce = b""
    if len(nonce) != _NONCE:
        raise malformed("no nonce", f"{_NONCE} bytes")
    return nonce


def _session_key(key: PseudonymKey, agreement: Agreement, owner: bytes, keeper: bytes) -> bytes:
    """A key that only who has the agreed one can compute, and that no other session has."""
    parts = b"\x1f".join((PROTOCOL.encode(), agreement.digest.encode(), owner, keeper))
    return hmac.digest(key.secrets[-1], parts, "sha256")


def _read_json(data: bytes) -> dict[str, Any]:
    try:
        document = read_json(data.decode())
    except ValueError:
        document = None
    if not isinstance(document, dict):
        raise malformed("this is not a JSON object", "a message of this protocol")
    return document


def _parsed(kind: Any, data: bytes) -> Any:
    message = kind()
    try:
        message.ParseFromString(data)
    except Exception as error:  # the library's own class, which is not ours to import
        raise malformed("bytes that are no such message", kind.__name__) from error
    return message


def _check_size(points: Any, fewest: int, most: int) -> None:
    """A power of two, so that it tells no more than that."""
    size = len(points)
    if not fewest <= size <= most or size & (size - 1):
        raise malformed(f"{size:,} elements", f"a power of two from {fewest:,} to {most:,}")


def _check_points(points: Any) -> None:
    """Different compressed points; whether they lie on the curve the library looks itself."""
    size = len(points)
    if any(len(point) != POINT or point[0] not in (2, 3) for point in points) or len(set(points)) != size:
        raise malformed("elements that are no points, or stand twice", f"{size:,} different points")


class _library_refused:  # noqa: N801  used as a statement
    """What the library finds wrong with a message, without what it says."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None and issubclass(kind, RuntimeError):
            raise malformed("points that are not on the curve", "points of P-256") from None
