"""What an owner may ask about is counted, and strangers neither end the keeper nor hold it. Everybody is invented."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from overt.reconcile import Address, Agreement, ListOptions, join, people_of_list, serve
from overt.refusals import Refusal
from tests.attempts import Count
from tests.reconcile import attacker
from tests.reconcile.conftest import KEY
from tests.reconcile.test_between import _of, agreement, names, write

SECRET = KEY.secrets[-1]
WAIT = 300


class Running:
    """A keeper in a thread: its port, whom it refused, and what came of it."""

    def __init__(self, folder: Path, agreed: Agreement, people: int) -> None:
        self.agreed, self.told, self.result = agreed, list[Refusal](), list[Any]()
        kept = write(folder / "kept.csv", names(people))
        elements = people_of_list(kept, ListOptions(), agreed, KEY)
        started = threading.Event()
        self.port = 0

        def ready(port: int) -> None:
            self.port = port
            started.set()

        def run() -> None:
            try:
                address = Address(port=0, silence=60)
                self.result.append(serve(elements, agreed, KEY, address, wait=WAIT, ready=ready, told=self.told.append))
            except Refusal as refusal:
                self.result.append(refusal)
            started.set()

        self.thread = threading.Thread(target=run, daemon=True)
        self.thread.start()
        assert started.wait(WAIT)

    def owner(self) -> attacker.Owner:
        """Somebody with the agreed key."""
        return attacker.Owner(self.port, self.agreed.path, SECRET, KEY.id)

    def end(self) -> Any:
        """What came of it."""
        self.thread.join(timeout=WAIT)
        assert not self.thread.is_alive()
        return self.result[0]


@contextmanager
def keeper(folder: Path, agreed: Agreement, people: int = 2_000) -> Iterator[Running]:
    """A keeper that is brought to its end by an owner of one person, if nobody else does."""
    running = Running(folder, agreed, people)
    yield running
    if running.thread.is_alive():
        with suppress(OSError, ConnectionError):
            one = running.owner()
            if one.greet():
                one.ask(["ff" * 16])
            one.close()
    running.thread.join(timeout=WAIT)


def elements(count: int, start: int = 0) -> list[str]:
    """What stands for invented people in a session."""
    return [KEY.subject_id(_of(row))[:32] for row in names(count, start)]


def asked(agreed: Agreement) -> int:
    """How many people the account on the disk says were asked about."""
    account = agreed.path.with_name(f"{agreed.path.name}.asked") / "account.json"
    if not account.is_file():
        return 0
    return sum(each["asked"] for each in json.loads(account.read_bytes())["sessions"])


def test_an_owner_learns_of_no_more_people_than_agreed(tmp_path: Path, attempts: Count) -> None:
    """However it parts them into sessions, whatever it says before, and whatever it calls padding."""
    agreed = agreement(tmp_path, most_rows=100)
    learned: list[str] = []
    tried = [
        (1_024, None),
        (128, None),
        (101, None),
        (128, 100),
        (100, 64),
        (64, 100),
        (60, None),
        (41, None),
        (40, None),
    ]
    for many, committed in tried:
        running = Running(tmp_path, agreed, 2_000)
        one = running.owner()
        left = one.greet()
        assert left == 100 - len(learned)
        with suppress(OSError, ConnectionError):
            learned += one.ask(elements(many, len(learned)), committed)
        one.close()
        if not running.result:
            # It waits on; another is answered, if there is room for one.
            assert left
        assert asked(agreed) == len(learned)
        assert len(learned) <= 100
    assert len(learned) == 100
    with pytest.raises(Refusal, match="agreement-used-up"):
        serve([], agreed, KEY, Address(port=0))
    attempts("sessions that ask about more people than agreed", len(tried))


def test_it_is_counted_before_it_is_answered(tmp_path: Path, attempts: Count) -> None:
    """Whoever breaks off as soon as the answer begins has asked all the same."""
    agreed = agreement(tmp_path, most_rows=100)
    for number in range(3):
        with keeper(tmp_path, agreed) as running:
            one = running.owner()
            assert one.greet() == 100 - 30 * number
            one.commit(elements(30))
            assert one.receive()[0] == attacker.SETUP
            assert asked(agreed) == 30 * (number + 1)
            one.close()
            assert running.end().code == "connection-lost"
    attempts("sessions broken off while they are answered", 3)


def test_two_keepers_share_the_account(tmp_path: Path) -> None:
    """Of two sessions at once of 60 people each, of 100 that were agreed, one is answered."""
    agreed = agreement(tmp_path, most_rows=100)
    first, second = Running(tmp_path, agreed, 2_000), Running(tmp_path, agreed, 2_000)
    owners = [first.owner(), second.owner()]
    assert [one.greet() for one in owners] == [100, 100]
    found = []
    for one in owners:
        one.commit(elements(60))
    for one in owners:
        try:
            found.append(one.receive()[0])
        except (OSError, ConnectionError):
            found.append(0)
        one.close()
    assert sorted(found) == [0, attacker.SETUP]
    assert asked(agreed) == 60


def test_an_honest_list_is_asked_about_as_far_as_there_is_room(tmp_path: Path) -> None:
    """Every spelling where there is room, the one as written where there is not, and then nothing."""
    path = write(tmp_path / "list.csv", names(60))
    for most, left_out, used in ((200, 0, 128), (100, 60, 64), (60, 60, 60)):
        folder = tmp_path / str(most)
        folder.mkdir()
        agreed = agreement(folder, most_rows=most)
        running = Running(folder, agreed, 50)
        learned, *_ = join(path, ListOptions(), agreed, KEY, Address(port=running.port))
        assert len(learned.rows or ()) == 50
        assert learned.left_out == left_out
        assert running.end().asked == used == asked(agreed)
    agreed = agreement(tmp_path, most_rows=100)
    with keeper(tmp_path, agreed, 50) as running:
        one = running.owner()
        one.greet()
        one.ask(elements(50))
        one.close()
        running.end()
    with keeper(tmp_path, agreed, 50) as running, pytest.raises(Refusal, match="agreement-used-up"):
        join(path, ListOptions(), agreed, KEY, Address(port=running.port))


@pytest.mark.parametrize("content", [b"", b"{", b'{"format": "overt-copies-asked/1"}', b"[]", b'{"sessions": []}'])
def test_an_account_that_cannot_be_read_is_no_empty_account(tmp_path: Path, content: bytes) -> None:
    """Nothing is answered then."""
    agreed = agreement(tmp_path, most_rows=100)
    folder = tmp_path / "agreed.toml.asked"
    folder.mkdir()
    (folder / "account.json").write_bytes(content)
    with pytest.raises(Refusal, match="asked-unreadable"):
        serve([], agreed, KEY, Address(port=0))


def test_strangers_neither_end_the_keeper_nor_hold_it(tmp_path: Path, attempts: Count) -> None:
    """A thousand who say nothing, half of something or nonsense, and stay; then the owner is answered."""
    agreed = agreement(tmp_path)
    running = Running(tmp_path, agreed, 20)
    held = attacker.strangers(running.port, 1_000)
    more = threading.Thread(target=lambda: held.extend(attacker.strangers(running.port, 200)))
    more.start()
    learned, *_ = join(write(tmp_path / "list.csv", names(5)), ListOptions(), agreed, KEY, Address(port=running.port))
    assert learned.count == 5
    assert running.end().asked == 64
    more.join(timeout=WAIT)
    for each in held:
        each.close()
    attempts("strangers at the door of a comparison", 1_000)


def test_a_slow_stranger_with_a_right_hello_holds_nobody(tmp_path: Path) -> None:
    """It costs no turn: that is given to who has proved the key."""
    agreed = agreement(tmp_path)
    running = Running(tmp_path, agreed, 20)
    slow = []
    for _ in range(30):
        one = running.owner()
        said = {"protocol": attacker.PROTOCOL, "agreement": one.digest, "key": KEY.id, "nonce": "00" * 32}
        one.send(attacker.HELLO, json.dumps(said).encode())
        slow.append(one)
    learned, *_ = join(write(tmp_path / "list.csv", names(5)), ListOptions(), agreed, KEY, Address(port=running.port))
    assert learned.count == 5
    running.end()
    for one in slow:
        one.close()
