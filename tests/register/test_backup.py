"""Backup and restore: a register in use is copied whole, and what was erased since stays erased."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

import pytest

from overt.demo import Play, charter_files
from overt.gate import Gate, Proposed, adopt
from overt.ledger import LeafList
from overt.refusals import Refusal
from overt.register import Register, back_up, check_register, erase, restore
from tests.command import overt

NOW = dt.datetime(2021, 1, 4, 9, tzinfo=dt.UTC)


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A register of invented people with a few quarters of work in it, to be copied."""
    folder = tmp_path_factory.mktemp("played")
    play = Play(folder / "play", 3, lambda _: None)
    with play:
        play.adopt(dt.date(2020, 8, 3)) if not play.gate.charters else None
        adopt(play.register, charter_files()[0], "P9001", dt.datetime(2020, 8, 3, 9, tzinfo=dt.UTC))
        play.name_key(dt.date(2020, 8, 3))
        play.gate = Gate(play.register, [play.core])
        play.quarter(0, dt.date(2020, 12, 31))
    return folder


@pytest.fixture
def register(played: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    shutil.copytree(played, tmp_path, dirs_exist_ok=True)
    return tmp_path / "play" / "register"


def entries(folder: Path) -> set[str]:
    with Register.open(folder) as opened:
        return {str(each.values["entry_id"]) for each in opened.versions("entry", "x.closed_seq is null")}


def leaves(folder: Path) -> list[bytes]:
    with Register.open(folder) as opened:
        return list(opened.read(0, opened.size()))


def test_a_backup_is_the_register_as_it_stood(register: Path, tmp_path: Path) -> None:
    """Every leaf and row, every document; made while a writer has the register open and goes on afterwards."""
    with Register.open(register) as opened:
        made = back_up(opened, tmp_path / "backup")
        Gate(opened).admit([Proposed("claim", {"claim_id": "C1", "kind": "safeguard", "stated": "x"})], "P1001", NOW)
    restore(tmp_path / "backup", tmp_path / "again", None)
    assert leaves(tmp_path / "again") == leaves(register)[: made.leaves]
    assert entries(tmp_path / "again") == entries(register)
    with Register.open(tmp_path / "again") as opened:
        assert list(check_register(opened)) == []
        assert [each.version for each in opened.charters()] == [1]
    assert isinstance(LeafList(leaves(register)), LeafList)


def test_what_was_erased_since_stays_erased(register: Path, tmp_path: Path) -> None:
    """The drill: back up, erase, lose the disk, restore with the journal. The person does not come back."""
    gone = sorted(entries(register))[0]
    with Register.open(register) as opened:
        back_up(opened, tmp_path / "backup")
        erase(opened, gone, "Data Protection Act 2018, s.47: no longer necessary", "P9001", NOW)
    journal = tmp_path / "erasures.jsonl"
    shutil.copy(register / "erasures.jsonl", journal)
    shutil.rmtree(register)
    restore(tmp_path / "backup", register, journal)
    assert gone not in entries(register)
    for path in [each for each in register.rglob("*") if each.is_file()]:
        assert gone.encode() not in path.read_bytes(), path
    with Register.open(register) as opened:
        assert list(check_register(opened)) == []
        assert opened.status().erased > 0


def test_a_changed_backup_is_refused(register: Path, tmp_path: Path) -> None:
    """One byte of one file, or a file gone: nothing is restored."""
    with Register.open(register) as opened:
        back_up(opened, tmp_path / "backup")
    settings = tmp_path / "backup" / "register.toml"
    settings.write_bytes(settings.read_bytes() + b"\n")
    with pytest.raises(Refusal, match=r"backup-damaged: .*register\.toml"):
        restore(tmp_path / "backup", tmp_path / "again", None)
    settings.unlink()
    with pytest.raises(Refusal, match="backup-damaged"):
        restore(tmp_path / "backup", tmp_path / "again", None)
    assert not (tmp_path / "again").exists()


def test_an_older_journal_is_refused(register: Path, tmp_path: Path) -> None:
    """A journal that lacks what the backup's own says would let people come back."""
    first, second = sorted(entries(register))[:2]
    with Register.open(register) as opened:
        erase(opened, first, "no purpose left", "P9001", NOW)
        older = (register / "erasures.jsonl").read_bytes()
        erase(opened, second, "no purpose left", "P9001", NOW)
        back_up(opened, tmp_path / "backup")
    (tmp_path / "older.jsonl").write_bytes(older)
    with pytest.raises(Refusal, match="erasures-older"):
        restore(tmp_path / "backup", tmp_path / "again", tmp_path / "older.jsonl")
    with pytest.raises(Refusal, match="erasures-absent"):
        restore(tmp_path / "backup", tmp_path / "again", tmp_path / "nowhere.jsonl")


def test_folders_that_are_there_are_refused(register: Path, tmp_path: Path) -> None:
    """Neither a backup nor a register is written over anything, and no backup into the register itself."""
    with Register.open(register) as opened:
        for out in (register / "backup", tmp_path):
            with pytest.raises(Refusal, match="backup-folder"):
                back_up(opened, out)
        back_up(opened, tmp_path / "backup")
    with pytest.raises(Refusal, match="backup-folder"):
        restore(tmp_path / "backup", register, None)
    with pytest.raises(Refusal, match="backup-absent"):
        restore(register, tmp_path / "again", None)


def test_commands(register: Path, tmp_path: Path) -> None:
    """A restore must be told what was erased since, or that nothing was."""
    assert overt("register", "backup", register, "--out", tmp_path / "b").returncode == 0
    asked = ["register", "restore", tmp_path / "b", "--out", tmp_path / "again"]
    refused = overt(*asked)
    assert refused.returncode == 3
    assert "erasures-unsaid" in refused.stderr
    refused = overt(*asked, "--none-erased")
    assert refused.returncode == 3
    assert "duties-unsaid" in refused.stderr
    told = overt(*asked, "--none-erased", "--none-owed")
    assert "0 do not match their rows" in told.stdout
