"""Backups that somebody prepared: they name other files, or hold a database that is more than a register."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from overt.gate import Gate
from overt.refusals import Refusal
from overt.register import back_up, restore
from tests.attempts import Count
from tests.gate.conftest import NOW, listing, open_register


@pytest.fixture(scope="module")
def backed_up(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A register and its backup, to be copied."""
    folder = tmp_path_factory.mktemp("backed-up")
    with open_register(folder / "register") as register:
        Gate(register).admit(listing(1), "P1001", NOW)
        back_up(register, folder / "backup")
    return folder


@pytest.fixture
def backup(backed_up: Path, tmp_path: Path) -> Path:
    shutil.copytree(backed_up, tmp_path, dirs_exist_ok=True)
    return tmp_path / "backup"


def signed_again(backup: Path, **more: str) -> None:
    """The account of the backup made to fit what is there now, as whoever sends it can."""
    account = json.loads((backup / "backup.json").read_text())
    paths = [each for each in backup.rglob("*") if each.is_file() and each.name != "backup.json"]
    digests = {str(each.relative_to(backup)): hashlib.sha256(each.read_bytes()).hexdigest() for each in paths}
    account["digests"] = {**digests, **more}
    (backup / "backup.json").write_text(json.dumps(account))


def database(backup: Path, name: str) -> None:
    settings = (backup / "register.toml").read_text().replace("sqlite:///register.sqlite", name)
    (backup / "register.toml").write_text(settings)


def planted(backup: Path, statement: str) -> None:
    with sqlite3.connect(backup / "register.sqlite") as connection:
        connection.execute(statement)
    connection.close()


def linked(backup: Path, name: str, make: Callable[[Path, Path], None]) -> None:
    path, other = backup / name, backup.parent / "elsewhere"
    other.write_bytes(path.read_bytes())
    path.unlink()
    make(path, other)


OTHER = "create table other (a)"
HOSTILE: dict[str, Callable[[Path], None]] = {
    "an absolute database": lambda b: database(b, f"sqlite:////{str(b.parent / 'other.sqlite').lstrip('/')}"),
    "a database above": lambda b: database(b, "sqlite:///../other.sqlite"),
    "a database by a folder and back": lambda b: database(b, "sqlite:///charters/../../other.sqlite"),
    "a database that is not listed": lambda b: database(b, "sqlite:///nowhere.sqlite"),
    "no database": lambda b: database(b, "sqlite:///charters"),
    "a server": lambda b: database(b, "postgresql://somebody@127.0.0.1:1/other"),
    "a URI": lambda b: database(b, "sqlite:///file:other.sqlite?mode=rw"),
    "a trigger": lambda b: planted(b, "create trigger t after insert on leaf begin delete from erased; end"),
    "a view": lambda b: planted(b, "create view people as select * from entry_version"),
    "a changed view": lambda b: planted(b, "drop view entry"),
    "another table": lambda b: planted(b, OTHER),
    "an unknown version": lambda b: planted(b, "update alembic_version set version_num = '9999'"),
    "a symbolic link": lambda b: linked(b, "register.toml", lambda path, other: path.symlink_to(other)),
    "a hard link": lambda b: linked(b, "register.toml", lambda path, other: path.hardlink_to(other)),
    "a journal to be played back": lambda b: (b / "register.sqlite-journal").write_bytes(b"x") and None,
    "a torn journal of erasures": lambda b: (b / "erasures.jsonl").write_bytes(b'{"erasure_id": "X') and None,
    "an unreadable journal of erasures": lambda b: (b / "erasures.jsonl").write_bytes(b'{"a": 1}\n') and None,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_backup_is_refused(backup: Path, tmp_path: Path, name: str, attempts: Count) -> None:
    """Nothing is restored, and a database elsewhere keeps its bytes."""
    other = tmp_path / "other.sqlite"
    with sqlite3.connect(other) as connection:
        connection.execute(OTHER)
    connection.close()
    before = other.read_bytes()
    HOSTILE[name](backup)
    signed_again(backup)
    with pytest.raises(Refusal):
        restore(backup, tmp_path / "again", None)
    assert not (tmp_path / "again").exists()
    assert other.read_bytes() == before
    attempts("hostile backups", 1)


@pytest.mark.parametrize("name", ["../secret", "/etc/hostname", "charters/../../secret", "a\\b", "C:x", "./x", ""])
def test_names_outside_of_a_backup_are_refused(backup: Path, tmp_path: Path, name: str, attempts: Count) -> None:
    """Whatever digest it gives for them."""
    (tmp_path / "secret").write_bytes(b"secret")
    signed_again(backup, **{name: hashlib.sha256(b"secret").hexdigest()})
    with pytest.raises(Refusal, match="backup-damaged"):
        restore(backup, tmp_path / "again", None)
    attempts("hostile backups", 1)


def test_a_linked_folder_and_a_pipe_are_refused(backup: Path, tmp_path: Path, attempts: Count) -> None:
    """Neither is followed, and the pipe holds nobody up."""
    signed_again(backup)
    (backup / "charters").rename(tmp_path / "moved")
    (backup / "charters").symlink_to(tmp_path / "moved", target_is_directory=True)
    with pytest.raises(Refusal, match="backup-damaged"):
        restore(backup, tmp_path / "again", None)
    (backup / "charters").unlink()
    (tmp_path / "moved").rename(backup / "charters")
    (backup / "register.toml").unlink()
    os.mkfifo(backup / "register.toml")
    with pytest.raises(Refusal, match="backup-damaged"):
        restore(backup, tmp_path / "again", None)
    attempts("hostile backups", 2)
