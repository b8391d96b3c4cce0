"""A register's own log: published from its leaves, proved to a person, held against what was published."""

from __future__ import annotations

import json
import shutil
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from overt.cli import main
from overt.ledger import FolderStore, read_policy, verify, watch
from overt.refusals import Refusal
from overt.register import Register, RegisterLog
from tests.conftest import ROOT
from tests.gate.conftest import CHARTERS, NOW

ORIGIN = "alpha.example/register"
WORDS = "a synthetic passphrase"
AUTHORITY = {
    "authority_id": "A1",
    "kind": "directed_surveillance",
    "granted_on": "2026-10-01",
    "granted_by_rank": "superintendent",
    "urgent": False,
    "expires_on": "2026-12-30",
    "scope": "ab" * 32,
}


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A register with one authority, whose log is begun and published, to be copied."""
    base = tmp_path_factory.mktemp("published")
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setenv("OVERT_LEDGER_PASSPHRASE", WORDS)
        begin(base, monkeypatch)
    return base


@pytest.fixture
def kept(published: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of it."""
    monkeypatch.setenv("OVERT_LEDGER_PASSPHRASE", WORDS)
    shutil.copytree(published, tmp_path, dirs_exist_ok=True)
    return tmp_path / "register"


def begin(base: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder, records = base / "register", base / "records.jsonl"
    records.write_text(json.dumps({"table": "authority", "values": AUTHORITY}) + "\n", encoding="utf-8")
    for arguments in (
        ["register", "init", folder, "--charter", CHARTERS[0], "--by", "P1042", "--decider", "P2001"],
        ["ledger", "init", folder],
        ["admit", folder, records, "--by", "P1042"],
        ["ledger", "publish", folder, "-q"],
    ):
        assert overt(monkeypatch, *arguments) == 0


def overt(monkeypatch: pytest.MonkeyPatch, *arguments: object) -> int:
    """Runs a command in this process; gives what it leaves with."""
    monkeypatch.setattr("sys.argv", ["overt", *map(str, arguments)])
    with pytest.raises(SystemExit) as left:
        main()
    return int(left.value.code or 0)


def tampered(folder: Path, statement: str) -> None:
    with sqlite3.connect(folder / "register.sqlite") as connection:
        connection.execute(statement)
    connection.close()


def test_what_was_admitted_is_published(kept: Path) -> None:
    """Every leaf of the register is an entry of its log, and the charter lies beside the tiles."""
    policy = read_policy((kept / "policy").read_bytes(), "policy")
    seen = watch(FolderStore(kept / "public"), kept / "watcher", policy)
    with Register.open(kept) as register:
        assert (seen.new.origin, seen.new.size) == (ORIGIN, register.size())
    assert [path.read_bytes() for path in (kept / "public/documents").iterdir()] == [CHARTERS[0].read_bytes()]


def test_a_person_can_prove_what_was_recorded(kept: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The two files that are handed out verify with the policy alone; another record does not."""
    assert overt(monkeypatch, "register", "receipt", kept, "authority", "A1", "--out", tmp_path / "person") == 0
    (record,) = (tmp_path / "person").glob("*.json")
    receipt = record.with_name(f"{record.name}.tlog-proof").read_bytes()
    policy = read_policy((kept / "policy").read_bytes(), "policy")
    said = json.loads(record.read_bytes())
    assert {name: said[name] for name in AUTHORITY} == AUTHORITY
    verify(receipt, said, policy)
    with pytest.raises(Refusal):
        verify(receipt, {**said, "granted_on": "2026-09-01"}, policy)


@pytest.mark.parametrize(
    "statement",
    [
        "update authority_version set scope = 'other'",
        "delete from authority_version",
        "update leaf set bytes = (select bytes from leaf where seq = 1) where seq = 2",
    ],
)
def test_a_change_behind_the_gate_is_found(
    kept: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], statement: str
) -> None:
    """Rows are held against leaves, and leaves against what was published."""
    assert overt(monkeypatch, "register", "check", kept) == 0
    tampered(kept, statement)
    capsys.readouterr()
    assert overt(monkeypatch, "register", "check", kept, "--json") == 1
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert found["discrepancies"]


def test_the_log_takes_no_record_beside_the_gate(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A document can be entered in a log of its own; in a register's it is refused, and nothing is added."""
    with Register.open(kept) as register:
        before = register.size()
        with pytest.raises(Refusal, match="entry-beside-the-gate"):
            RegisterLog(register, NOW).enter([b"overt:public:v1 charter " + b"0" * 64 + b" x\n"])
    readme = ROOT / "README.md"
    assert overt(monkeypatch, "ledger", "publish", kept, "--document", f"charter={readme}") == 3
    with Register.open(kept) as register:
        assert register.size() == before


def test_a_key_is_rotated_with_both_signing(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The new key is announced by a leaf, and both keys stand in the policy that the checkpoint satisfies."""
    assert overt(monkeypatch, "ledger", "key", "rotate", kept) == 0
    policy = (kept / "policy").read_text(encoding="utf-8")
    assert policy.count(f"log {ORIGIN}+") == 2
    assert (kept / "public/checkpoint").read_text(encoding="utf-8").count(f"— {ORIGIN} ") == 2
    assert overt(monkeypatch, "register", "check", kept) == 0


def test_a_log_is_begun_once(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A second beginning would be a second history."""
    assert overt(monkeypatch, "ledger", "init", kept) == 3
