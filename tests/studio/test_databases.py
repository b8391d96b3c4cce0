"""A register on a PostgreSQL server with a password: it is audited as files are, and the password is kept nowhere."""

from __future__ import annotations

import io
import os
import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from overt.web.studio._project import Project
from overt.web.studio._source import loaded_tables
from tests.postgres import Server, own_server
from tests.studio import files
from tests.studio.conftest import Browser, canaries_in
from tests.studio.live import family
from tests.studio.test_runs import AUDIT, done
from tests.waiting import until

PASSWORD, OTHER = "hush-hush & 7%", "not-this-one"
MAPPING = """create view entry as
select flag_no as entry_id, nominal_no as subject_id, case lower(role) when 'suspect' then 'suspect' end as role,
    case state when 'Live' then 'active' else 'closed' end as status, team as unit,
    cast(next_check as date) as review_due_on
from flags;
"""


@contextmanager
def guarded_server() -> Iterator[Server]:
    """A server with the register, on which the auditor needs a password and may only read."""
    import psycopg

    with own_server() as started:
        who = "host all overt 127.0.0.1/32 trust\nhost all auditor 127.0.0.1/32 scram-sha-256\n"
        started.put("pg_hba.conf", who.encode())
        with psycopg.connect(started.url, autocommit=True) as connection:
            connection.execute("select pg_reload_conf()")
            connection.execute("create database midshire")
        with psycopg.connect(address(started), autocommit=True) as connection:
            quoted = PASSWORD.replace("'", "''")
            connection.execute(f"create role auditor login password '{quoted}'".encode())
            for statement, rows in files.statements(files.register_rows(), "%s"):
                with connection.cursor() as cursor:
                    cursor.executemany(statement.encode(), rows) if rows else cursor.execute(statement.encode())
            connection.execute("grant select on all tables in schema public to auditor")
        yield started


def address(server: Server, user: str = "overt") -> str:
    """The address of the register for a user."""
    return server.url.replace("overt@", f"{user}@").replace("/postgres", "/midshire")


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with guarded_server() as started:
        yield started


class Onlooker:
    """Another person at the same computer, who reads what the system shows of a process and all that it begins."""

    def __init__(self, process: int) -> None:
        self.seen: set[str] = set()
        self._process = process
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> Onlooker:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        secret = PASSWORD.encode()
        while not self._over.wait(0.1):
            for number in family(self._process):
                for name in ("cmdline", "environ"):
                    with suppress(OSError):
                        if secret in Path(f"/proc/{number}/{name}").read_bytes():
                            self.seen.add(f"{name} of {number}")


def _read(browser: Browser, home: str, **fields: str) -> str:
    """The page of the source when it is no longer being read."""
    assert browser.post(f"{home}source/load", **fields).status_code == 303
    until(lambda: "Stop loading" not in browser.get(f"{home}source").text, "the source", every=0.2)
    return browser.get(f"{home}source").text


def test_the_password_of_a_database_is_kept_nowhere(
    browser: Browser, project: Project, server: Server, tmp_path: Path
) -> None:
    """It reaches the engine and the audit by pipe; no file, process list or ZIP has it, and nobody can find it."""
    home, url = f"/p/{project.ident}/", address(server, "auditor")
    with Onlooker(os.getpid()) as onlooker:
        chosen = browser.post(f"{home}source/database", url=url, password=PASSWORD)
        assert chosen.status_code == 303, chosen.text
        assert "This source has been read: 6 tables" in _read(browser, home)
        project.change("Mapping", ["mapping"], lambda _: {"mapping.sql": MAPPING}, seen=project.history.last)
        browser.studio.passwords.clear()
        # What was read is audited; the server is not asked again.
        assert browser.post(f"{home}audit", **AUDIT).status_code == 303
        assert "See the findings" in done(browser, f"{home}audit/1")
    assert onlooker.seen == set()
    finding = browser.get(f"{home}findings/1/OV-21").text
    assert "Not met for 12 of 48" in finding
    with zipfile.ZipFile(io.BytesIO(browser.get(f"{home}report/1/full/everything.zip").content)) as archive:
        texts = {name: archive.read(name).decode("utf-8", "replace") for name in archive.namelist()}
    assert "--copy" in texts["audit-0001/repeat.txt"]
    assert "PGPASSWORD" in texts["audit-0001/README.txt"]
    everything = "".join(texts.values())
    assert [word for word in ("hush-hush", "auditor") if word in everything] == []
    assert canaries_in(everything) == []
    kept = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert [path.name for path in kept if b"hush-hush" in path.read_bytes()] == []


def test_a_wrong_password_leaves_what_was_read(browser: Browser, project: Project, server: Server) -> None:
    """The page asks for it again; a source that is removed takes its password with it."""
    home = f"/p/{project.ident}/"
    browser.post(f"{home}source/database", url=address(server, "auditor"), password=PASSWORD)
    _read(browser, home)
    page = _read(browser, home, password=OTHER)
    assert "The source was not read" in page
    assert OTHER not in page
    assert loaded_tables(project) is not None
    assert browser.get(f"{home}columns").status_code == 200
    assert "This source has been read" in _read(browser, home, password=PASSWORD)
    browser.post(f"{home}source/remove", name=project.settings.source[0].name)
    assert browser.studio.passwords == {}


def test_two_tabs_are_not_shown_a_password(browser: Browser, project: Project, server: Server) -> None:
    """The page with both versions has every field but that."""
    home = f"/p/{project.ident}/"
    seen = project.history.last
    project.set("Chose another", ["source"], seen=seen, source=())
    project.set("Chose another", ["source", "title"], seen=project.history.last, title="Another")
    both = browser.post(f"{home}source/database", at=seen, url=address(server, "auditor"), password=PASSWORD)
    assert both.status_code == 409
    assert "postgresql://auditor" in both.text
    assert "hush-hush" not in both.text
