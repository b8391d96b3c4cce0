"""No page grows with the register: whatever a page asks of a large table, it asks by an index."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from overt.register._databases import SQLiteStore
from overt.web.portal import Face, all_actions
from tests.web.conftest import Site, csrf

# The tables that have a row for each entry or more. All others are of a work list, which `test_no_page_grows`
# fills, or stay small: charters, runs.
LARGE = ("entry", "item", "review", "access", "disclosure", "subject", "leaf", "padding")
TABLES = re.compile(
    rf"\b((?:{'|'.join(LARGE[:6])})_version|leaf|padding_version)(?:\s+(?:as\s+)?(\w+))?", re.IGNORECASE
)
WORDS = frozenset("where join left inner on order group limit indexed not union".split())  # noqa: SIM905
# Made once for each published ledger and day; from then on nothing is read.
ONCE = {"/published.json"}
SCAN = re.compile(r"SCAN (\w+)(?! USING INDEX)\b")


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[tuple[Path, str, Any]]]:
    """Every query that is asked of the store meanwhile."""
    queries: list[tuple[Path, str, Any]] = []
    rows, stream = SQLiteStore.rows, SQLiteStore.stream

    def noted_rows(store: SQLiteStore, sql: str, parameters: Any = ()) -> Any:
        queries.append((store.path, sql, tuple(parameters)))
        return rows(store, sql, parameters)

    def noted_stream(store: SQLiteStore, sql: str, parameters: Any = ()) -> Any:
        queries.append((store.path, sql, tuple(parameters)))
        return stream(store, sql, parameters)

    monkeypatch.setattr(SQLiteStore, "rows", noted_rows)
    monkeypatch.setattr(SQLiteStore, "stream", noted_stream)
    yield queries
    monkeypatch.undo()


def scans(queries: list[tuple[Path, str, Any]]) -> set[str]:
    """The queries that read a whole large table, by their text."""
    whole = set()
    # Whoever asked has closed its connection by now.
    stores = {path: SQLiteStore(path) for path, _, _ in queries}
    for path, sql, parameters in queries:
        # The newest row of all is the first that a table gives from its end.
        if sql.lstrip().lower().startswith(("select", "with")) and not sql.endswith(" order by seq desc limit 1"):
            plan = stores[path].connection.execute(f"explain query plan {sql}", parameters).fetchall()
            # A table is named in the plan as in the query.
            named = {table for match in TABLES.finditer(sql) for table in match.groups() if table} - WORDS
            if any(match[1] in named for step in plan if (match := SCAN.match(str(step[3])))):
                whole.add(" ".join(sql.split()))
    for store in stores.values():
        store.close()
    return whole


def test_every_page_asks_by_an_index(site: Site, asked: list[tuple[Path, str, Any]]) -> None:
    """Every page that takes nothing but an address, of each face; the plan of each query is the engine's own."""
    clients = {Face.PUBLIC: site.client(), Face.STAFF: site.signed_in("P9001"), Face.OVERSIGHT: site.signed_in("I7001")}
    recorder = site.signed_in("P1001")
    offenders: dict[str, set[str]] = {}
    for action in all_actions(site.config):
        takes_nothing = "{" not in action.path and all(field.optional for field in action.query)
        if action.method != "GET" or not takes_nothing:
            continue
        client = clients.get(action.face, clients[Face.PUBLIC])
        if action.path in ONCE:
            client.get(action.path)
        asked.clear()
        if client.get(action.path).status_code == 403:
            recorder.get(action.path)
        if whole := scans(list(asked)):
            offenders[action.path] = whole
    assert offenders == {}


def test_an_entry_is_opened_by_an_index(site: Site, asked: list[tuple[Path, str, Any]]) -> None:
    """So is what belongs to it, and the reason that is recorded."""
    staff = site.signed_in("P1001")
    page = staff.get("/staff/due").text
    path = re.search(r'href="(/staff/entries/[A-Z0-9]+)"', page)
    assert path
    asked.clear()
    assert staff.post(path[1], data={"csrf": csrf(staff), "reason": "the review of this week"}).status_code == 303
    assert staff.get(path[1]).status_code == 200
    assert len(asked) > 5
    assert scans(list(asked)) == set()
