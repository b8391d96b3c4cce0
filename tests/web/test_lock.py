"""Several portals of one register: each knows every session, all add to one access log, and none forks it."""

from __future__ import annotations

import datetime as dt
import gzip
import json
import shutil
import signal
import sqlite3
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest

from overt.gate import archive_attempts
from overt.lines import written
from overt.refusals import Refusal
from overt.register import AccessLog, LoggedAttempt, Register, SharedStore, examine
from overt.web.portal import PortalConfig, portal
from tests.conftest import NewDatabase
from tests.gate.conftest import open_register
from tests.waiting import MINUTES
from tests.web.conftest import Site, csrf
from tests.web.test_server import free_port, served

ATTEMPT = LoggedAttempt("2024-09-04T09:30:00+00:00", "anyone", (), "public", "public.ask", "GET", "allowed", 200)


@pytest.fixture
def second(site: Site) -> Iterator[Site]:
    """Another portal of the same register, as another process would be."""
    made = Site(site.folder, site.config, site.clock)
    yield made
    made.close()


def test_a_session_is_known_to_every_process(site: Site, second: Site) -> None:
    """Who signed in at one works at the other, with the draft that they left, and is signed out of both at once."""
    here = site.signed_in("P1001")
    there = second.client()
    there.cookies.update(here.cookies)
    assert there.get("/staff").status_code == 200
    assert here.post("/staff/propose", data={"csrf": csrf(here)}).status_code == 303
    assert there.get("/staff/propose/person").status_code == 200
    controller = second.signed_in("P9001")
    assert "P1001" in controller.get("/staff/sessions").text
    controller.post("/staff/sessions", data={"csrf": csrf(controller), "role": "recorder"})
    assert here.get("/staff").status_code == 303


def test_limits_are_counted_together(make_site: Callable[..., Site]) -> None:
    """Wrong passwords given to one process count for the other."""
    site = make_site(signin_posts_per_minute=4)
    second = Site(site.folder, site.config, site.clock)
    statuses = []
    for portal_of in (site, second, site, second, site):
        client = portal_of.client()
        sent = {"csrf": csrf(client), "staff": "P1001", "password": "wrong"}
        statuses.append(client.post("/sign-in", data=sent).status_code)
    second.close()
    assert statuses == [422, 422, 422, 422, 429]


def test_a_form_of_one_process_is_taken_by_another(site: Site, second: Site) -> None:
    """A guest's cookie and a public form's token are of the portal, and not of the process."""
    client = site.client()
    token = csrf(client)
    there = second.client()
    there.cookies.update(client.cookies)
    assert there.post("/sign-in", data={"csrf": token, "staff": "P1001", "password": "P1001"}).status_code == 303


def test_nobody_reads_a_session_out_of_the_database(site: Site) -> None:
    """Neither the number of a cookie nor what is in a draft stands there; what was changed opens nothing."""
    staff = site.signed_in("P1001")
    staff.post("/staff/propose", data={"csrf": csrf(staff)})
    number = next(iter(staff.cookies.jar)).value
    path = site.folder / "portal" / "state.sqlite"
    with sqlite3.connect(path) as connection:
        rows = connection.execute("select digest, sealed from portal_session").fetchall()
    assert rows
    assert number is not None
    assert all(number not in str(row) and b"entry_id" not in row[1] for row in rows)
    with sqlite3.connect(path) as connection:
        connection.execute("update portal_session set sealed = zeroblob(100)")
    assert staff.get("/staff").status_code == 303


def test_two_logs_are_one_chain(site: Site) -> None:
    """Whoever adds goes on from the last line, whoever wrote that."""
    one, two = AccessLog(site.folder), AccessLog(site.folder)

    def add(log: AccessLog) -> None:
        for _ in range(20):
            log.add(ATTEMPT, ATTEMPT)

    threads = [threading.Thread(target=add, args=(log,)) for log in (one, two)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(list(one.read())) == 80
    assert one.broken_at() is None
    newest = one.page(size=3)
    assert [number for number, _ in newest] == [80, 79, 78]
    assert [number for number, _ in one.page(before=78, size=1)] == [77]
    assert one.page(who="nobody") == []


@pytest.mark.postgres
def test_a_chain_on_postgresql(tmp_path: Path, new_database: NewDatabase) -> None:
    """The same in the database of the register."""
    open_register(tmp_path / "alpha", new_database()).close()
    one, two = AccessLog(tmp_path / "alpha"), AccessLog(tmp_path / "alpha")
    for log in (one, two, one):
        log.add(ATTEMPT, ATTEMPT)
    assert (len(list(two.read())), two.broken_at()) == (6, None)
    assert SharedStore(tmp_path / "alpha").secret() == SharedStore(tmp_path / "alpha").secret()


def test_the_log_of_an_earlier_edition_is_taken_in(site: Site) -> None:
    """Its lines as they were, once; a file with other lines than the database has is refused."""
    site.close()
    (site.folder / "portal" / "state.sqlite").unlink()
    file = site.folder / "portal" / "access.jsonl"
    old = AccessLog(site.folder)
    old.add(ATTEMPT, ATTEMPT, ATTEMPT)
    old.export(file)
    (site.folder / "portal" / "state.sqlite").unlink()
    lines = file.read_bytes()
    log = AccessLog(site.folder)
    assert (len(list(log.read())), log.broken_at(), file.exists()) == (3, None, False)
    # It was stopped between taking it in and clearing it away.
    file.write_bytes(lines)
    assert len(list(AccessLog(site.folder).read())) == 3
    file.write_bytes(lines + written({"at": "2024-09-05", "before": "x"}) + b"\n")
    with pytest.raises(Refusal, match="access-log-changed"):
        portal(site.folder, PortalConfig())


def test_a_log_of_which_lines_were_taken_out_goes_on(site: Site) -> None:
    """Oversight can still sign in and see by the check where the chain is broken: it is not fixed, nor hidden."""
    for _ in range(4):
        site.client().get("/changes")
    with sqlite3.connect(site.folder / "portal" / "state.sqlite") as connection:
        connection.execute("delete from portal_attempt where number = 2")
    assert site.signed_in("I7001").get("/oversight").status_code == 200
    assert site.app_journal().broken_at() == 2


def test_what_a_line_says_is_what_its_columns_say(site: Site) -> None:
    """A list by staff reference is read by a column: one that was changed is found."""
    for _ in range(3):
        site.client().get("/changes")
    with sqlite3.connect(site.folder / "portal" / "state.sqlite") as connection:
        connection.execute("update portal_attempt set who = 'P0000' where number = 3")
    assert site.app_journal().broken_at() == 3


def test_a_portal_that_was_killed_is_followed_by_another(demonstration: Path, tmp_path: Path) -> None:
    """Beside a first process a second serves too; each line of both is there."""
    alpha = Path(shutil.copytree(demonstration, tmp_path / "alpha"))
    first, second = served(alpha, free_port()), served(alpha, free_port())
    first.send_signal(signal.SIGKILL)
    first.wait(timeout=MINUTES)
    second.send_signal(signal.SIGTERM)
    second.wait(timeout=MINUTES)
    assert AccessLog(alpha / "register").broken_at() is None
    assert "Traceback" not in (alpha / "server.log").read_text()
    assert json.loads((alpha / "server.log").read_text().splitlines()[0])["event"] == "started"


def test_old_lines_are_archived_and_the_ledger_names_them(site: Site) -> None:
    """The chain goes on across the archive; one that was changed, or lines that are in none, are found."""
    log = site.app_journal()
    old = [replace(ATTEMPT, at=f"2023-0{month}-01T09:30:00+00:00") for month in range(1, 7)]
    log.add(*old, ATTEMPT)
    with Register.open(site.folder) as register:
        archive = archive_attempts(register, dt.date(2024, 1, 1), by="P9001", now=site.clock.now())
        assert archive is not None
        assert (archive.first, archive.last, log.first()) == (1, 6, 6)
        assert archive_attempts(register, dt.date(2024, 1, 1), by="P9001", now=site.clock.now()) is None
    assert site.client().get("/changes").status_code == 200
    assert (log.broken_at(), len(list(log.read()))) == (None, 3)
    assert [fault for fault in examine(site.folder).discrepancies if "access" in fault.table] == []
    lines = gzip.decompress((site.folder / "portal" / "archive" / archive.name).read_bytes()).splitlines()
    assert sha256(lines[-1]).hexdigest() == archive.last_line
    (site.folder / "portal" / "archive" / archive.name).write_bytes(b"changed")
    assert "archive" in str([fault.found for fault in examine(site.folder).discrepancies])
    log.forget_before(8)
    assert "in no archive" in str([fault.found for fault in examine(site.folder).discrepancies])
