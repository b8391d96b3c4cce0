"""No page grows with the register: not in what it reads, and not in what it shows."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from collections.abc import Iterator
from typing import Any

import pytest

from overt.publication import Answer
from overt.register import Register
from overt.register._databases import SQLiteStore
from overt.web.portal import _paging
from tests.web.conftest import NOW, Site

LISTS = (
    "/staff/recalls",
    "/staff/complaints",
    "/staff/complaints?state=closed",
    "/staff/complaints?state=acknowledge",
    "/staff/information",
    "/staff/information?state=closed",
    "/staff/requests",
    "/staff/due",
)
OVERSIGHT = ("/oversight", "/oversight/ledger", "/oversight/access?days=30", "/oversight/own-visits", "/oversight/gate")
FEW, MANY = 60, 240
DAY = NOW.date()


def fill(register: Register, start: int, end: int) -> None:
    """Work that nobody has done yet, and work that was done: so much of everything that a list shows."""
    store, common = register.store, ("collect", "P1001", b"x" * 32, str(NOW)[:19])
    columns = "opened_seq, change, proposed_by, salt, recorded_at"
    with store.transaction():
        for number in range(start, end):
            day, late = str(DAY - dt.timedelta(days=number % 20)), number % 2 == 1
            seq = -10 * number - 10
            store.run(
                f"insert into recall_version ({columns}, recall_id, recipient, recipient_kind, asks, sent_by, due_on)"
                " values (?, ?, ?, ?, ?, ?, 'council', 'other', 'delete', 'P1001', ?)",
                (seq, *common, f"RC9{number:05}", day),
            )
            for place, (kind, letter) in enumerate((("complaint", "K9"), ("information", "FOI-9"))):
                store.run(
                    f"insert into request_version ({columns}, request_id, kind, received_on, due_on, answered_on,"
                    " outcome) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    (seq + 1 + place, *common, f"{letter}{number:05}", kind, day, None if place == 0 else day,
                     day if late else None, "answered" if late else None),
                )  # fmt: skip
            folder = register.folder / "answers" / f"9{number:05}"
            folder.mkdir(parents=True)
            answer = Answer(folder.name, day, day, day, (), sent_on=day if late else None)
            (folder / "answer.json").write_text(json.dumps(dataclasses.asdict(answer)))
            store.run("insert into erased (seq, erasure_id) values (?, 'E1')", (seq,))


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """How many rows the store gave, query by query."""
    counts: list[int] = []
    rows = SQLiteStore.rows

    def noted(store: SQLiteStore, sql: str, parameters: Any = ()) -> Any:
        result = rows(store, sql, parameters)
        counts.append(len(result))
        return result

    monkeypatch.setattr(SQLiteStore, "rows", noted)
    yield counts
    monkeypatch.undo()


def test_no_page_grows(site: Site, reads: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    """Four times as much of everything: the same number of rows is read, and the page is as long."""
    monkeypatch.setattr(_paging, "MOST_LOOKED_AT", FEW - 5)
    unit, oversight = site.signed_in("P9001"), site.signed_in("I7001")
    measured = []
    for start, end in ((0, FEW * 2), (FEW * 2, MANY * 2)):
        with Register.open(site.folder) as register:
            fill(register, start, end)
        for path in OVERSIGHT:
            oversight.get(path)
        sizes: dict[str, tuple[int, int]] = {}
        for client, paths in ((unit, LISTS), (oversight, OVERSIGHT)):
            for path in paths:
                reads.clear()
                page = client.get(path)
                assert page.status_code == 200, page.text
                sizes[path] = sum(reads), page.text.count("<tr")
        measured.append(sizes)
    before, after = measured
    assert {path for path, (_, rows) in after.items() if path in LISTS and rows != 51} == set()
    grown = {
        path: (before[path], after[path])
        for path in after
        if after[path][0] > before[path][0] or after[path][1] > max(before[path][1], 60)
    }
    assert grown == {}


@pytest.mark.parametrize("path", ["/staff/recalls", "/staff/complaints", "/staff/information?state=closed"])
def test_every_row_is_on_one_page(site: Site, path: str) -> None:
    """The links lead through the whole list, and show no row twice."""
    with Register.open(site.folder) as register:
        fill(register, 0, FEW * 2)
    client, names = site.signed_in("P9001"), []
    address: str | None = path
    while address:
        page = client.get(address, headers={"accept": "application/json"}).json()
        rows = next(value for name, value in page.items() if name in ("recalls", "complaints", "answers"))
        names += [row["number"] for row in rows]
        address = page["pages"]["next"]
    wanted = {"/staff/recalls": FEW * 2}.get(path, FEW)
    ours = [name for name in names if name.lstrip("RCK").startswith("9")]
    assert len(ours) == len(set(ours)) == wanted
