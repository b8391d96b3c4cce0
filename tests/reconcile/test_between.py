"""Two controllers compare, and neither shows the other its people. Everybody is invented.

What is promised holds against sides that keep to the protocol and look at all they see, and against anybody on the
wire: docs/reconcile-between-controllers.md.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import random
import re
import socket
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import private_set_intersection.python as psi
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from overt.pseudonym import PseudonymKey
from overt.reconcile import (
    Address,
    Agreement,
    KeeperLearned,
    ListOptions,
    OwnerLearned,
    Tls,
    join,
    people_of_list,
    people_of_register,
    read_agreement,
    serve,
)
from overt.reconcile._channel import MessageKind
from overt.refusals import Refusal, Refusals
from tests.reconcile.conftest import KEY, LATER, People, person
from tests.waiting import MINUTES

TODAY = dt.date(2026, 6, 30)
NAMES = ("Jo", "Ann", "Bo", "Cy", "Di", "Ed", "Flo", "Gus")
TERMS = {
    "name": "Example Force and Example Council, copies",
    "purpose": "who was removed from the register is taken off the council's list",
    "keeper": "Example Force",
    "owner": "Example Council",
    "key": KEY.id,
    "subjects": "removed",
    "owner_learns": "rows",
    "keeper_learns": "nothing",
    "most_rows": 1_000,
    "most_subjects": 5_000,
    "ends_on": TODAY,
}


def agreement(folder: Path, **changes: Any) -> Agreement:
    """An agreement in a file."""
    lines = ['format = "overt-copies-agreement/1"']
    for name, value in {**TERMS, **changes}.items():
        lines.append(f"{name} = {value if isinstance(value, dt.date | int) else json.dumps(value)}")
    path = folder / "agreed.toml"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return read_agreement(path, TODAY)


def names(count: int, start: int = 0) -> list[str]:
    """Invented people, each with a birth date of their own: a row of a list each."""
    made = []
    for number in range(start, start + count):
        born = dt.date(1960, 1, 1) + dt.timedelta(days=number % 18_000)
        made.append(f"{NAMES[number % 8]} Example{''.join('bdfgklmnps'[int(d)] for d in str(number))},{born}")
    return made


def write(path: Path, rows: list[str]) -> Path:
    path.write_text("\n".join(["Name,DOB", *rows, ""]), encoding="utf-8")
    return path


class Wire:
    """What stands between the two and writes down every byte."""

    def __init__(self, port: int) -> None:
        self.sent: dict[str, bytearray] = {"owner": bytearray(), "keeper": bytearray()}
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        self._to = port
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        owner, _ = self._listening.accept()
        keeper = socket.create_connection(("127.0.0.1", self._to))
        pumps = [
            threading.Thread(target=self._pump, args=(owner, keeper, "owner")),
            threading.Thread(target=self._pump, args=(keeper, owner, "keeper")),
        ]
        for each in pumps:
            each.start()
        for each in pumps:
            each.join()

    def _pump(self, source: socket.socket, to: socket.socket, who: str) -> None:
        while True:
            try:
                data = source.recv(65_536)
            except OSError:
                return
            if not data:
                to.close() if who == "keeper" else None
                return
            self.sent[who] += data
            to.sendall(data)

    def frames(self, who: str) -> list[tuple[int, bytes]]:
        """Kind and body of each message."""
        found, data = [], bytes(self.sent[who])
        while data:
            kind, length = struct.unpack(">BI", data[:5])
            # The first message of each side comes before the session has a key.
            end = 5 + length + (0 if not found else 32)
            found.append((kind, data[5 : 5 + length]))
            data = data[end:]
        return found

    def close(self) -> None:
        self._thread.join(timeout=300)
        self._listening.close()


class Session:
    """One session over a wire that is written down."""

    def __init__(
        self, folder: Path, kept: list[str], rows: list[str], agreed: Agreement, file: Path | None = None
    ) -> None:
        self.kept = people_of_list(write(folder / "kept.csv", kept), ListOptions(), agreed, KEY)
        self.path = write(folder / "list.csv", rows)
        self.keeper: list[KeeperLearned | BaseException] = []
        ready: list[int] = []
        started = threading.Event()

        def run() -> None:
            def told(port: int) -> None:
                ready.append(port)
                started.set()

            try:
                self.keeper.append(serve(self.kept, agreed, KEY, Address(port=0, silence=60), ready=told, wait=120))
            except BaseException as error:
                self.keeper.append(error)
                started.set()

        thread = threading.Thread(target=run)
        thread.start()
        started.wait(MINUTES)
        self.wire = Wire(ready[0])
        try:
            address = Address(port=self.wire.port, silence=60)
            self.owner: OwnerLearned
            self.owner, self.read, self.unreadable = join(self.path, ListOptions(), agreed, KEY, address, rows=file)
        finally:
            thread.join(timeout=MINUTES)
            self.wire.close()


def test_the_owner_learns_which_rows_and_the_keeper_nothing(tmp_path: Path) -> None:
    """Under the spellings that the rule covers; the keeper learns how long the padded list is."""
    people = names(50)
    assert people[4] == "Di Examplek,1960-01-05"
    rows = [*names(3), '"EXAMPLEK, Di",1960-01-05', *names(40, 1000), "Exampled Ann,1960-01-02", "no date,"]
    found = Session(tmp_path, people, rows, agreement(tmp_path), file=tmp_path / "delete.csv")
    assert found.owner.rows == (2, 3, 4, 5, 46)
    assert found.unreadable == 1
    assert (tmp_path / "delete.csv").read_text().split() == ["row", "2", "3", "4", "5", "46"]
    assert (tmp_path / "delete.csv").stat().st_mode & 0o777 == 0o600
    assert found.keeper == [KeeperLearned(asked=128, count=None)]
    assert found.owner.keeper_size == 1024


def test_the_count_alone_where_that_was_agreed(tmp_path: Path) -> None:
    """The library gives an owner who may learn the count no rows, and the keeper answers no other request."""
    agreed = agreement(tmp_path, owner_learns="count", keeper_learns="count")
    found = Session(tmp_path, names(50), names(60, 30), agreed)
    assert (found.owner.count, found.owner.rows) == (20, None)
    assert found.keeper == [KeeperLearned(asked=128, count=20)]
    with pytest.raises(Refusal, match="rows-not-agreed"):
        join(found.path, ListOptions(), agreed, KEY, Address(), rows=tmp_path / "rows.csv")


def test_a_register_is_compared_by_its_own_pseudonyms_where_its_key_was_agreed(people: People, tmp_path: Path) -> None:
    """Who was removed and who is listed are different questions; another key than agreed is refused."""
    for name in ("Jo Example", "Ann Example", "Bo Example"):
        people.add(name)
    people.remove("Jo Example")
    removed = agreement(tmp_path)
    elements = people_of_register(people.register, removed, KEY, LATER)
    ours = {name: KEY.subject_id(person(name))[:32] for name in ("Jo Example", "Ann Example", "Bo Example")}
    assert {name for name, first in ours.items() if first in elements} == {"Jo Example"}
    elements = people_of_register(people.register, replace(removed, subjects="listed"), KEY, LATER)
    assert {name for name, first in ours.items() if first in elements} == {"Ann Example", "Bo Example"}
    other = PseudonymKey((bytes(32),))
    with pytest.raises(Refusal, match="register-key-not-agreed"):
        people_of_register(people.register, replace(removed, key=other.id), other, LATER)
    with pytest.raises(Refusal, match="pseudonym-key-other"):
        people_of_register(people.register, removed, other, LATER)


# --- what was sent


@pytest.fixture(scope="module")
def sessions(tmp_path_factory: pytest.TempPathFactory) -> list[Session]:
    """The same people twice, then others of about the same number."""
    made = []
    for place, (kept, rows) in enumerate([(names(200), names(60, 170)), (names(200), names(60, 170)),
                                          (names(900, 5000), names(33, 5880))]):  # fmt: skip
        folder = tmp_path_factory.mktemp(f"s{place}")
        made.append(Session(folder, kept, rows, agreement(folder)))
    return made


def points(session: Session) -> dict[str, set[bytes]]:
    """The points of each message."""
    request, setup, response = psi.Request(), psi.ServerSetup(), psi.Response()
    sent = dict([*session.wire.frames("owner"), *session.wire.frames("keeper")])
    request.ParseFromString(sent[MessageKind.REQUEST])
    setup.ParseFromString(sent[MessageKind.SETUP])
    response.ParseFromString(sent[MessageKind.RESPONSE])
    return {
        "request": set(request.encrypted_elements),
        "setup": set(setup.raw.encrypted_elements),
        "response": set(response.encrypted_elements),
    }


def test_no_name_date_or_pseudonym_is_sent(sessions: list[Session]) -> None:
    """Neither as text nor as bytes, of anybody on either side."""
    for session in sessions:
        sent = bytes(session.wire.sent["owner"] + session.wire.sent["keeper"])
        text = sent.lower()
        assert b"example" not in text
        assert not re.search(rb"19[67]\d-\d\d-\d\d", sent)
        for first in session.kept:
            assert first.encode() not in text
            assert bytes.fromhex(first) not in sent


def test_two_sessions_about_the_same_people_have_nothing_in_common(sessions: list[Session]) -> None:
    """Each has keys of its own, so that nobody sees that a list was asked about again."""
    once, again = points(sessions[0]), points(sessions[1])
    for name, found in once.items():
        assert found
        assert found & again[name] == set()


def test_lengths_tell_the_padded_sizes_and_no_more(sessions: list[Session]) -> None:
    """200 people and 60 rows look like 900 people and 33 rows."""
    lengths = [
        {who: [(kind, len(body)) for kind, body in session.wire.frames(who)] for who in ("owner", "keeper")}
        for session in sessions
    ]
    assert lengths[0] == lengths[1] == lengths[2]


def test_points_look_like_any_others(sessions: list[Session]) -> None:
    """Every element is a point of the curve, and their bytes are spread as those of random points are."""
    together = [point for found in points(sessions[2]).values() for point in found]
    for point in together:
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    ones = sum(int.from_bytes(point[1:], "big").bit_count() for point in together)
    bits = 256 * len(together)
    assert abs(ones - bits / 2) < 5 * (bits / 4) ** 0.5  # five standard deviations


def _hidden(elements: list[str], key: bytes | None = None) -> tuple[Any, Any]:
    """Elements hidden under a key: what an attacker with a dictionary can make."""
    client = psi.client.CreateFromKey(key, True) if key else psi.client.CreateWithNewKey(True)
    return client, client.CreateRequest(elements)


def _dictionary(session: Session) -> list[str]:
    """Everybody whom the keeper has, by pseudonym: the best dictionary there could be."""
    return list(session.kept)


def test_a_dictionary_recovers_nobody_for_who_listens(sessions: list[Session]) -> None:
    """An outsider who even has the pseudonym key, and the whole of both lists to guess from, matches no point."""
    session = sessions[0]
    sent = points(session)
    _, guessed = _hidden(_dictionary(session))
    for found in sent.values():
        assert not found & set(guessed.encrypted_elements)


def test_a_dictionary_recovers_nobody_for_the_owner(sessions: list[Session]) -> None:
    """Beyond the rows it asked about: it has no way to put another name under the keeper's key.

    The attack itself is sound: with the keeper's key, which is never sent, it finds everybody.
    """
    kept, rows = names(200), names(60, 170)
    server = psi.server.CreateWithNewKey(True)
    elements = [KEY.subject_id(_of(row))[:32] for row in kept]
    setup = server.CreateSetupMessage(0.5, 1, elements, psi.DataStructure.RAW)
    client = psi.client.CreateWithNewKey(True)
    asked = [KEY.subject_id(_of(row))[:32] for row in rows]
    response = server.ProcessRequest(client.CreateRequest(asked))
    assert len(client.GetIntersection(setup, response)) == 30
    guesses = client.CreateRequest(elements)
    alone = psi.Response()
    alone.encrypted_elements.extend(guesses.encrypted_elements)
    assert client.GetIntersection(setup, alone) == []
    # The keeper's points under a key of the owner's own making are nobody's either.
    _, other = _hidden(elements)
    assert not set(other.encrypted_elements) & set(setup.raw.encrypted_elements)
    # What a stolen key would do.
    stolen = psi.server.CreateFromKey(server.GetPrivateKeyBytes(), True).ProcessRequest(guesses)
    assert len(client.GetIntersection(setup, stolen)) == 200


def test_a_dictionary_recovers_nobody_for_the_keeper(sessions: list[Session]) -> None:
    """The owner's points are under the owner's key: the keeper cannot tell whom it was asked about."""
    rows = [KEY.subject_id(_of(row))[:32] for row in names(60, 170)]
    client = psi.client.CreateWithNewKey(True)
    request = client.CreateRequest(rows)
    for key in (None, psi.server.CreateWithNewKey(True).GetPrivateKeyBytes()):
        _, guessed = _hidden(rows, key)
        assert not set(guessed.encrypted_elements) & set(request.encrypted_elements)
    _, known = _hidden(rows, client.GetPrivateKeyBytes())
    assert set(known.encrypted_elements) == set(request.encrypted_elements)


def _of(row: str) -> Any:
    name, born = row.split(",")
    return person(name, dt.date.fromisoformat(born))


# --- what is refused


class Strange:
    """A side that does not keep to the protocol, against a keeper that does."""

    def __init__(self, folder: Path, agreed: Agreement) -> None:
        self.told: list[Refusal] = []
        self.result: list[Any] = []
        ready: list[int] = []
        started = threading.Event()
        elements = people_of_list(write(folder / "kept.csv", names(20)), ListOptions(), agreed, KEY)

        def run() -> None:
            def tell(port: int) -> None:
                ready.append(port)
                started.set()

            address = Address(port=0, silence=60)
            try:
                self.result.append(serve(elements, agreed, KEY, address, wait=300, ready=tell, told=self.told.append))
            except Refusal as refusal:
                self.result.append(refusal)

        self.thread = threading.Thread(target=run)
        self.thread.start()
        started.wait(MINUTES)
        self.port = ready[0]

    def say(self, data: bytes) -> bytes:
        """Says something and gives what comes back."""
        before = len(self.told)
        with socket.create_connection(("127.0.0.1", self.port), timeout=60) as connection:
            connection.sendall(data)
            try:
                answer = connection.recv(65_536)
            except OSError:
                answer = b""
        for _ in range(2_400):
            if len(self.told) > before:
                break
            time.sleep(0.05)
        return answer


def frame(kind: int, body: bytes, length: int | None = None) -> bytes:
    return struct.pack(">BI", kind, len(body) if length is None else length) + body


def hello(agreed: Agreement, **changes: Any) -> bytes:
    said = {"protocol": "overt-psi/2", "agreement": agreed.digest, "key": KEY.id, "nonce": "00" * 32, **changes}
    return frame(1, json.dumps(said).encode())


def test_malformed_and_oversized_messages_are_refused_and_the_keeper_waits_on(tmp_path: Path) -> None:
    """None of them learns anything, and the owner who keeps to the protocol is answered after them."""
    agreed = agreement(tmp_path)
    strange = Strange(tmp_path, agreed)
    session = struct.pack(">BI", 3, 2**31)
    wanted = [
        (b"GET / HTTP/1.1\r\n\r\n", "message-malformed"),
        (b"", "connection-lost"),
        (frame(1, b"{", 2**31), "message-too-large"),
        (frame(1, b"not json"), "message-malformed"),
        (frame(1, b"[" * 900), "message-malformed"),
        (frame(3, b"{}"), "message-malformed"),
        (hello(agreed, protocol="other"), "message-malformed"),
        (hello(agreed, agreement="0" * 64), "agreement-other"),
        (hello(agreed, key="0" * 16), "pseudonym-key-other"),
        (hello(agreed, nonce="zz"), "message-malformed"),
        (hello(agreed, nonce=7), "message-malformed"),
        (hello(agreed) + session, "message-malformed"),
        (hello(agreed) + frame(7, b"", 2**31), "message-too-large"),
        (hello(agreed) + frame(7, b"") + bytes(32), "message-malformed"),
    ]
    for data, _ in wanted:
        strange.say(data)
    assert [each.code for each in strange.told] == [code for _, code in wanted]
    path = write(tmp_path / "list.csv", names(5))
    learned, *_ = join(path, ListOptions(), agreed, KEY, Address(port=strange.port))
    strange.thread.join(timeout=300)
    assert learned.count == 5
    assert strange.result == [KeeperLearned(64, None)]


def _requests() -> Iterator[tuple[str, Callable[[Any], None]]]:
    """Requests under the right key that are not what was agreed."""

    def few(request: Any) -> None:
        del request.encrypted_elements[10:]

    def odd(request: Any) -> None:
        del request.encrypted_elements[100:]

    def many(request: Any) -> None:
        client = psi.client.CreateWithNewKey(True)
        some = client.CreateRequest([str(number) for number in range(16_384)])
        request.CopyFrom(some)

    def twice(request: Any) -> None:
        request.encrypted_elements[1] = request.encrypted_elements[0]

    def off(request: Any) -> None:
        request.encrypted_elements[0] = b"\x02" + b"\xff" * 32

    def short(request: Any) -> None:
        request.encrypted_elements[0] = b"\x02"

    def other(request: Any) -> None:
        request.reveal_intersection = False

    for change in (few, odd, many, twice, off, short, other):
        yield change.__name__, change


@pytest.mark.parametrize(("_", "change"), list(_requests()), ids=[name for name, _ in _requests()])
def test_a_request_that_is_not_what_was_agreed_is_not_answered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, _: str, change: Callable[[Any], None]
) -> None:
    """Though it was made under the agreed key: wrong size, points that are none or stand twice, another question."""
    agreed = agreement(tmp_path)
    strange = Strange(tmp_path, agreed)
    real = psi.client.CreateRequest

    def changed(self: Any, elements: list[str]) -> Any:
        request = real(self, elements)
        if len(elements) == 128:
            change(request)
        return request

    monkeypatch.setattr(psi.client, "CreateRequest", changed)
    path = write(tmp_path / "list.csv", names(60))
    with pytest.raises(Refusal, match="connection-lost"):
        join(path, ListOptions(), agreed, KEY, Address(port=strange.port, silence=60))
    monkeypatch.undo()
    for _attempt in range(2_400):
        if strange.told:
            break
        time.sleep(0.05)
    assert strange.told[0].code in ("message-malformed", "message-too-large")
    join(path, ListOptions(), agreed, KEY, Address(port=strange.port, silence=60))
    strange.thread.join(timeout=300)
    assert strange.result == [KeeperLearned(128, None)]


def test_an_altered_message_is_refused_by_the_owner(tmp_path: Path) -> None:
    """Who sits on the wire cannot change what the owner is told."""
    agreed = agreement(tmp_path)
    strange = Strange(tmp_path, agreed)
    listening = socket.create_server(("127.0.0.1", 0))

    def alter() -> None:
        owner, _ = listening.accept()
        keeper = socket.create_connection(("127.0.0.1", strange.port))

        def back() -> None:
            seen = 0
            with contextlib.suppress(OSError):
                while data := keeper.recv(65_536):
                    changed = bytearray(data)
                    if seen < 5_000 <= seen + len(data):
                        changed[5_000 - seen] ^= 1
                    seen += len(data)
                    owner.sendall(changed)

        threading.Thread(target=back, daemon=True).start()
        with contextlib.suppress(OSError):
            while data := owner.recv(65_536):
                keeper.sendall(data)

    threading.Thread(target=alter, daemon=True).start()
    path = write(tmp_path / "list.csv", names(5))
    with pytest.raises(Refusal, match="message-malformed"):
        join(path, ListOptions(), agreed, KEY, Address(port=listening.getsockname()[1], silence=60))
    listening.close()


def test_who_has_another_key_is_not_answered(tmp_path: Path) -> None:
    """Nor does a key that only bears the same name get past the MAC."""
    agreed = agreement(tmp_path)
    other = PseudonymKey((bytes(32),))
    with pytest.raises(Refusal, match="pseudonym-key-other"):
        join(write(tmp_path / "list.csv", names(5)), ListOptions(), agreed, other, Address())
    with pytest.raises(Refusal, match="pseudonym-key-other"):
        serve([], agreed, other, Address())


def test_agreements_are_refused_with_every_fault(tmp_path: Path) -> None:
    """Both sides read the same file; one that ended is no agreement."""
    with pytest.raises(Refusals) as caught:
        agreement(tmp_path, key="short", subjects="all", most_rows=0, purpose=" ", ends_on="tomorrow", more=1)
    assert len(caught.value.refusals) == 6
    with pytest.raises(Refusal, match="agreement-ended"):
        agreement(tmp_path, ends_on=TODAY - dt.timedelta(days=1))
    (tmp_path / "agreed.toml").write_text("= no toml")
    with pytest.raises(Refusal, match="agreement-malformed"):
        read_agreement(tmp_path / "agreed.toml", TODAY)
    with pytest.raises(Refusal, match="file-unreadable"):
        read_agreement(tmp_path / "none.toml", TODAY)


def test_a_list_longer_than_agreed_is_refused(tmp_path: Path) -> None:
    """On either side, before anything is sent: it bounds how many people can be tried."""
    agreed = agreement(tmp_path, most_rows=10, most_subjects=10)
    path = write(tmp_path / "list.csv", names(11))
    with pytest.raises(Refusal, match="list-too-long"):
        join(path, ListOptions(), agreed, KEY, Address())
    with pytest.raises(Refusal, match="list-too-long"):
        people_of_list(path, ListOptions(), agreed, KEY)


def test_nothing_leaves_the_machine_without_tls(tmp_path: Path) -> None:
    """Other addresses than loopback need it, on both sides."""
    agreed = agreement(tmp_path)
    path = write(tmp_path / "list.csv", names(5))
    for host in ("0.0.0.0", "192.0.2.1", "keeper.example"):  # noqa: S104
        with pytest.raises(Refusal, match="tls-needed"):
            join(path, ListOptions(), agreed, KEY, Address(host=host))
        with pytest.raises(Refusal, match="tls-needed"):
            serve([], agreed, KEY, Address(host=host))


def _certificate(folder: Path, name: str) -> tuple[Path, Path]:
    key = ec.generate_private_key(ec.SECP256R1())
    named = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    made = (
        x509.CertificateBuilder()
        .subject_name(named)
        .issuer_name(named)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(dt.datetime(2020, 1, 1, tzinfo=dt.UTC))
        .not_valid_after(dt.datetime(2099, 1, 1, tzinfo=dt.UTC))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    certificate, private = folder / f"{name}.pem", folder / f"{name}.key"
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return certificate, private


def test_over_tls_with_certificates_on_both_sides(tmp_path: Path) -> None:
    """Who has another certificate than agreed is refused; the right one is answered, and the wire shows nothing."""
    agreed = agreement(tmp_path)
    sides = {name: _certificate(tmp_path, name) for name in ("keeper", "owner", "stranger")}
    elements = people_of_list(write(tmp_path / "kept.csv", names(20)), ListOptions(), agreed, KEY)
    ready: list[int] = []
    started, told, result = threading.Event(), [], []
    tls = Tls(*sides["keeper"], sides["owner"][0])

    def run() -> None:
        address = Address("localhost", 0, tls, 60)
        result.append(
            serve(elements, agreed, KEY, address, wait=120, told=told.append,
                  ready=lambda port: (ready.append(port), started.set()))
        )  # fmt: skip

    thread = threading.Thread(target=run)
    thread.start()
    started.wait(MINUTES)
    path = write(tmp_path / "list.csv", names(5))
    with pytest.raises(Refusal, match="connection-lost"):
        stranger = Tls(*sides["stranger"], sides["keeper"][0])
        join(path, ListOptions(), agreed, KEY, Address("localhost", ready[0], stranger, 60))
    with pytest.raises(Refusal, match="connection-lost"):
        wrong = Tls(*sides["owner"], sides["stranger"][0])
        join(path, ListOptions(), agreed, KEY, Address("localhost", ready[0], wrong, 60))
    right = Tls(*sides["owner"], sides["keeper"][0])
    learned, *_ = join(path, ListOptions(), agreed, KEY, Address("localhost", ready[0], right, 5))
    thread.join(timeout=300)
    assert learned.count == 5
    assert result == [KeeperLearned(64, None)]
    assert [each.code for each in told] == ["connection-lost"] * 2
    with pytest.raises(Refusal, match="tls-files"):
        join(path, ListOptions(), agreed, KEY, Address("localhost", 1, replace(right, trusted=path), 5))


# --- at size


def _overt(*arguments: object) -> list[str]:
    return [sys.executable, "-m", "overt.cli", "reconcile", *map(str, arguments)]


@pytest.mark.slow
def test_a_hundred_thousand_people_and_a_thousand_rows_in_under_a_minute(tmp_path: Path) -> None:
    """Between two processes, as users would run them, from the start of the one to the end of the other."""
    _two_processes(tmp_path, 100_000, 1_000, 60)


def test_two_processes(tmp_path: Path) -> None:
    """The same with fewer people."""
    _two_processes(tmp_path, 1_500, 200, MINUTES)


def _two_processes(folder: Path, kept: int, rows: int, seconds: float) -> None:
    agreement(folder, most_rows=rows, most_subjects=kept, ends_on=dt.date(2099, 1, 1))
    found = rows // 10
    mixed = [*names(found, kept // 2), *names(rows - found, kept + 7)]
    random.Random(1).shuffle(mixed)
    write(folder / "removed.csv", names(kept))
    write(folder / "list.csv", mixed)
    given = ("--agreement", folder / "agreed.toml")
    environment = {"OVERT_PSEUDONYM_KEY": KEY.text(), "PATH": ""}
    start = time.monotonic()
    keeper = subprocess.Popen(
        _overt("serve", folder / "removed.csv", *given, "--port", 0, "--json"),
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment,
    )  # fmt: skip
    assert keeper.stderr is not None
    port = next(line for line in keeper.stderr if line.startswith("ready")).strip().rpartition(":")[2]
    owner = subprocess.run(
        _overt("join", folder / "list.csv", *given, "--to", f"127.0.0.1:{port}", "--json"),
        capture_output=True, text=True, check=False, env=environment,
    )  # fmt: skip
    told, _ = keeper.communicate(timeout=MINUTES)
    took = time.monotonic() - start
    assert owner.returncode == 1, owner.stderr
    there = {row for row, each in enumerate(mixed, 2) if each in set(names(found, kept // 2))}
    assert set(json.loads(owner.stdout)["rows"]) == there
    assert json.loads(told)["count"] is None
    assert took < seconds
