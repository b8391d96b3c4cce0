"""Whatever a register publishes tells of a small number no more than its releases do.

Two registers differ in one person listed, one erased, one who asked for their data, one sending and one record that the
gate refused. Their releases withhold or round these, and say the same. So everything else that the public can get of
either must say the same as well: every page, file and endpoint of the portal, the ledger, the statutory records.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from overt.gate import Admitted, Gate, Proposed
from overt.ledger import ED25519, make_signer, publish
from overt.publication import document_of, new_answer, send, write_reply
from overt.publication._answer import folder_of_answer
from overt.publication.records import RECORDS, gather, record_files
from overt.register import Register, RegisterLog, erase
from overt.rights import new_request
from overt.web.portal import Face, PortalConfig, ServerLog, all_actions, portal
from tests.attempts import Count
from tests.gate.conftest import ORIGIN, disclosure, entry, open_register
from tests.publication import crawler
from tests.publication.conftest import EARLIER, FIRST, SECOND, fill, release

LATER = SECOND + dt.timedelta(hours=1)
HOST = "register.example"
PAGES = [
    each.path for each in all_actions(PortalConfig())
    if each.face is Face.PUBLIC and each.method == "GET" and "{" not in each.path
]  # fmt: skip


@dataclass(frozen=True)
class Many:
    """How much of each there is in one of the registers."""

    people: int
    erased: int
    requests: int
    sent: int
    refused: int


def _grow(register: Register, first: int, many: Many, now: dt.datetime) -> None:
    """People, sendings, requests, refusals and erasures before a release."""
    people = range(first, first + many.people)
    fill(register, people, now, str((now - dt.timedelta(days=1)).date()))
    outcomes = Gate(register).admit([disclosure(first + each) for each in range(many.sent)], "P1001", now)
    assert all(isinstance(each, Admitted) for each in outcomes)
    Gate(register).admit([_bad(first + each) for each in range(many.refused)], "P1001", now)
    for _ in range(many.requests):
        new_request(register, "access", now.date(), by="P1001", now=now)
    for number in list(people)[-many.erased :]:
        erase(register, f"E{number}", "s.47(1): no ground was left (synthetic)", "P1001", now)


def _bad(number: int) -> Proposed:
    """An entry that the gate refuses: nobody wrote down the role."""
    return entry(number + 500, role=None)


def _everything(folder: Path, first: Many, second: Many) -> dict[str, str]:
    """What the public can get of a register with two releases, an answer and a published ledger."""
    with open_register(folder) as register:
        for many, begin, before, now in ((first, 1, EARLIER, FIRST), (second, 200, SECOND - _HOUR, SECOND)):
            _grow(register, begin, many, before)
            release(register, now)
        answer = new_answer(register, ["people", "requests"], SECOND.date(), SECOND.date(), by="P1001", now=SECOND)
        write_reply(register, answer, folder_of_answer(register, answer.number), SECOND.date())
        send(register, answer.number, by="P1001", now=SECOND)
        signer = make_signer(ORIGIN, ED25519, bytes(32))
        log = RegisterLog(register, LATER)
        log.write_policy([signer.key])
        publish(log.leaves(), log.store, [signer], now=int(LATER.timestamp()), state=log.state, documents=log.document)
        records = gather(register, None, SECOND.date())
        found = {
            f"records/{name}": crawler.without_random(content.decode())
            for kind in RECORDS for name, content in record_files(kind, records).items()
        }  # fmt: skip
        assert document_of(register, "0002").cells
    config = PortalConfig(hosts=(HOST,), synthetic=True, cache_seconds=0.0)
    app = portal(folder, config, lambda: LATER, log=ServerLog(lambda: LATER, io.StringIO()))
    with TestClient(app, base_url=f"http://{HOST}", follow_redirects=False) as client:
        return found | crawler.everything(client, [*PAGES, "/openapi.json", "/health", "/ready"])


_HOUR = dt.timedelta(hours=1)
# Each number lies on the same side of the rule as its neighbour: withheld, or rounded to the same.
ONE = (
    Many(people=69, erased=1, requests=1, sent=20, refused=1),
    Many(people=19, erased=2, requests=2, sent=2, refused=2),
)
OTHER = Many(70, erased=2, requests=2, sent=21, refused=2), Many(people=20, erased=3, requests=3, sent=3, refused=3)


@pytest.fixture
def both(tmp_path: Path) -> Iterator[tuple[dict[str, str], dict[str, str]]]:
    """What the public can get of the two."""
    yield _everything(tmp_path / "one", *ONE), _everything(tmp_path / "other", *OTHER)


def test_nothing_public_tells_registers_apart_whose_releases_are_the_same(
    both: tuple[dict[str, str], dict[str, str]], attempts: Count
) -> None:
    """Every public page, file and endpoint, held to the releases' rules by what it says of a neighbour."""
    one, other = both
    assert one.keys() == other.keys()
    differing = {name: _first_difference(one[name], other[name]) for name in one if one[name] != other[name]}
    attempts("public pages, files and endpoints read of two registers", len(one))
    assert differing == {}


def _first_difference(one: str, other: str) -> tuple[str, str]:
    place = next((at for at, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1]), 0)
    return one[max(place - 60, 0) : place + 40], other[max(place - 60, 0) : place + 40]
