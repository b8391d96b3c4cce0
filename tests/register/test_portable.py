"""A register on PostgreSQL: its backup is a file, for either engine; an account that keeps it only adds."""

from __future__ import annotations

import datetime as dt
import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

from overt.doctor import HealthState, examine_service
from overt.gate import Admitted, Gate, Held, Judgement, Outcome, decide
from overt.refusals import Refusal
from overt.register import (
    JOURNAL,
    Register,
    back_up,
    check_register,
    erase,
    examine,
    grants,
    read_settings,
    restore,
)
from overt.register._schema import METADATA
from overt.register._settings import SETTINGS_FILE
from overt.register._shared import SHARED
from tests.command import overt
from tests.conftest import NewDatabase
from tests.gate.conftest import NOW, listing, open_register

pytestmark = pytest.mark.postgres
LATER = NOW + dt.timedelta(days=1)


def admit(folder: Path, number: int, moment: dt.datetime) -> list[Outcome]:
    with Register.open(folder) as register:
        return Gate(register).admit(listing(number), "P1001", moment)


@pytest.fixture
def folder(tmp_path: Path, new_database: NewDatabase) -> Path:
    """A register of two invented people on a server."""
    open_register(tmp_path / "alpha", new_database()).close()
    for number in range(2):
        assert all(isinstance(each, Admitted) for each in admit(tmp_path / "alpha", number, NOW))
    return tmp_path / "alpha"


def leaves(folder: Path) -> list[bytes]:
    with Register.open(folder) as opened:
        assert list(check_register(opened)) == []
        return list(opened.read(0, opened.size()))


def entries(folder: Path) -> set[str]:
    with Register.open(folder) as opened:
        return {str(each.values["entry_id"]) for each in opened.versions("entry", "x.closed_seq is null")}


def test_a_backup_of_a_server_is_a_file(folder: Path, tmp_path: Path) -> None:
    """Every row fits its leaf; it has no address of the server, and somebody can restore it without one."""
    with Register.open(folder) as register:
        made = back_up(register, tmp_path / "backup")
    assert "postgresql" not in (tmp_path / "backup" / SETTINGS_FILE).read_text(encoding="utf-8")
    restore(tmp_path / "backup", tmp_path / "again", None)
    assert leaves(tmp_path / "again") == leaves(folder)[: made.leaves]
    assert examine(tmp_path / "again").discrepancies == ()


def test_the_drill_on_the_server(folder: Path, tmp_path: Path, new_database: NewDatabase) -> None:
    """Backed up, lost, restored onto another database; what was erased since is erased again, and work goes on."""
    with Register.open(folder) as register:
        back_up(register, tmp_path / "backup")
    with Register.open(folder) as register:
        erase(register, "E1", "DPA 2018 s.47(1)", "P1001", LATER)
    url = new_database()
    done = overt("register", "restore", tmp_path / "backup", "--out", tmp_path / "again", "--database", url,
                 "--erasures", folder / JOURNAL, "--none-published", "--duties", folder / "duties.jsonl")  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert read_settings(tmp_path / "again").database == url
    assert not list((tmp_path / "again").glob("register.sqlite*"))
    assert entries(tmp_path / "again") == {"E0"} == entries(folder)
    assert examine(tmp_path / "again").discrepancies == ()
    assert all(isinstance(each, Admitted) for each in admit(tmp_path / "again", 5, LATER + dt.timedelta(hours=1)))


def test_a_register_moves_from_a_file_to_a_server(tmp_path: Path, new_database: NewDatabase) -> None:
    """By its backup; a database that is in use is refused, and the register stays as it was."""
    open_register(tmp_path / "alpha").close()
    admit(tmp_path / "alpha", 0, NOW)
    with Register.open(tmp_path / "alpha") as register:
        back_up(register, tmp_path / "backup")
    url = new_database()
    restore(tmp_path / "backup", tmp_path / "moved", None, database=url)
    assert leaves(tmp_path / "moved") == leaves(tmp_path / "alpha")
    with pytest.raises(Refusal, match="register-database-used"):
        restore(tmp_path / "backup", tmp_path / "another", None, database=url)
    assert not (tmp_path / "another").exists()


# --- an account with few rights ---


@pytest.fixture
def keeper(folder: Path) -> Iterator[str]:
    """The address of the database for an account that has the rights that `grants` gives."""
    url = read_settings(folder).database
    with psycopg.connect(url, autocommit=True) as owner:
        owner.execute("drop role if exists overt_keeper")
        owner.execute("create role overt_keeper login")
        owner.execute(grants("overt_keeper").encode())
        (folder / SETTINGS_FILE).write_text(
            (folder / SETTINGS_FILE).read_text(encoding="utf-8").replace("overt@", "overt_keeper@"), encoding="utf-8"
        )
        yield read_settings(folder).database
        owner.execute("drop owned by overt_keeper")
        owner.execute("drop role overt_keeper")


def test_an_account_that_keeps_a_register(folder: Path, keeper: str) -> None:
    """It admits, holds and decides, and is told by the doctor to be right; it can neither alter nor delete history."""
    assert all(isinstance(each, Admitted) for each in admit(folder, 7, LATER))
    unapproved = [replace(record, values={**record.values, "approved_by": None} if record.table == "entry" else
                          record.values) for record in listing(8)]  # fmt: skip
    with Register.open(folder) as register:
        gate = Gate(register)
        held, *_ = gate.admit(unapproved, "P1001", LATER + dt.timedelta(minutes=2))
        assert isinstance(held, Held)
        decide(gate, held.hold_id, Judgement("P2001", False, "it has no review"), LATER + dt.timedelta(hours=1))
        before = register.size()
        with pytest.raises(Exception, match=r"permission|storage-forbidden"):
            erase(register, "E7", "DPA 2018 s.47(1)", "P1001", LATER + dt.timedelta(hours=2))
    with psycopg.connect(keeper, autocommit=True) as connection:
        for statement in (
            "delete from leaf", "update leaf set bytes = ''", "truncate leaf", "delete from entry_version",
            "update entry_version set grounds = ''", "update entry_version set recorded_at = now()",
            "insert into erased values (1, 'X')", "drop table leaf", "create table planted (a int)",
        ):  # fmt: skip
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(statement.encode())
    diagnosis = examine_service(folder, LATER, {})
    told = [check for check in diagnosis.checks if check.area == "database"]
    assert all(check.state is HealthState.OK for check in told if "account" in check.found)
    with Register.open(folder, finish=False) as register:
        assert register.size() == before
        assert list(check_register(register)) == []


def test_grants_are_printed() -> None:
    """For the owner of the tables to run; a name that is none is refused."""
    done = overt("register", "grants", "--role", "overt_portal")
    assert done.returncode == 0
    lines = done.stdout.splitlines()
    assert all(
        "delete" not in line for line in lines if "_version" in line or " public.leaf" in line or "attempt" in line
    )
    tables = [*METADATA.tables, *SHARED.tables]
    assert [name for name in tables if not any(re.search(rf'public\."?{name}"? to', line) for line in lines)] == []
    assert overt("register", "grants", "--role", "x; drop table leaf").returncode == 3


def test_an_address_by_a_service_file(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The settings name a service, and no host, account or password."""
    parts = psycopg.conninfo.conninfo_to_dict(read_settings(folder).database)
    service = "\n".join(["[register]", *(f"{name}={value}" for name, value in parts.items())])
    (tmp_path / "services").write_text(f"{service}\n", encoding="utf-8")
    monkeypatch.setenv("PGSERVICEFILE", str(tmp_path / "services"))
    settings = (folder / SETTINGS_FILE).read_text(encoding="utf-8")
    named = settings.replace(read_settings(folder).database, "postgresql:///?service=register")
    (folder / SETTINGS_FILE).write_text(named, encoding="utf-8")
    assert all(isinstance(each, Admitted) for each in admit(folder, 9, LATER))
    shutil.copytree(folder, tmp_path / "copy")
    assert len(leaves(tmp_path / "copy")) > 0
