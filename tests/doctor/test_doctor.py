"""`overt doctor` finds what is wrong with a register in service, says what to do, and changes nothing."""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from overt.doctor import Diagnosis, DoctorLimits, HealthState, examine_service
from overt.register import Register, back_up
from tests.command import overt
from tests.conftest import NewDatabase
from tests.gate.conftest import CHARTERS, open_register
from tests.web.organisation import organisation

PASSPHRASE = "a synthetic passphrase"  # noqa: S105  of a test
NOW = dt.datetime.now(dt.UTC)


@pytest.fixture(autouse=True)
def this_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    """A run of all tests may come here long after it read this file."""
    monkeypatch.setitem(globals(), "NOW", dt.datetime.now(dt.UTC))


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A register of today whose log is published, to be copied."""
    folder = tmp_path_factory.mktemp("published") / "register"
    words = {"OVERT_LEDGER_PASSPHRASE": PASSPHRASE}
    for arguments in (
        ["register", "init", folder, "--charter", CHARTERS[0], "--by", "P1042", "--decider", "P2001"],
        ["ledger", "init", folder],
        ["ledger", "publish", folder, "-q"],
    ):
        done = overt(*arguments, **words)
        assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def folder(published: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(published, tmp_path / "register"))


def found(diagnosis: Diagnosis, area: str, *states: HealthState) -> list[str]:
    """What was found of an area, in one of these states."""
    return [check.found for check in diagnosis.checks if check.area == area and check.state in states]


BAD = (HealthState.WARNING, HealthState.FAULT)


def contents(folder: Path) -> dict[str, bytes]:
    """Every file but those that SQLite puts beside its own."""
    files = (path for path in folder.rglob("*") if path.is_file() and not path.name.endswith(("-wal", "-shm")))
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def test_a_register_that_is_well(folder: Path, tmp_path: Path) -> None:
    """Nothing needs attention, exit status 0, and no file is other than before."""
    with Register.open(folder) as register:
        back_up(register, tmp_path / "backups" / "today")
    before = contents(folder)
    words = {"OVERT_LEDGER_PASSPHRASE": PASSPHRASE}
    done = overt("doctor", folder, "--backups", tmp_path / "backups", "--json", **words)
    told = json.loads(done.stdout)
    assert (done.returncode, told["needs_attention"]) == (0, False), done.stdout
    assert {check["area"] for check in told["checks"]} >= {
        "configuration", "database", "keys", "clock", "ledger", "witnesses", "backups", "disk", "identity provider"
    }  # fmt: skip
    assert all(check["remedy"] for check in told["checks"] if check["state"] != "ok")
    assert contents(folder) == before


def test_what_is_unpublished_and_since_when(folder: Path) -> None:
    """The number of entries, the moment of the oldest, and the command; late only after the limit."""
    with Register.open(folder) as register, register.writing(NOW) as writer:
        writer.publish("note", b"a document", "a document")
    soon = examine_service(folder, NOW + dt.timedelta(hours=1), {})
    assert "not published" in found(soon, "ledger", HealthState.OK)[0]
    late = examine_service(folder, NOW + dt.timedelta(hours=30), {})
    (told,) = found(late, "ledger", *BAD)
    assert told.startswith("1 of 257 ledger entries are not published")
    assert f"{NOW.day} {NOW:%B %Y} at {NOW:%H:%M} UTC" in told
    limits = DoctorLimits(unpublished_hours=48)
    assert not found(examine_service(folder, NOW + dt.timedelta(hours=30), {}, limits=limits), "ledger", *BAD)
    done = overt("doctor", folder)
    assert "To fix:" in done.stdout


def test_a_register_behind_its_log(folder: Path) -> None:
    """A database that was put back by hand is older than what was published."""
    database = folder / "register.sqlite"
    with sqlite3.connect(database) as connection:
        connection.execute("delete from leaf where seq > 100")
    connection.close()
    (told,) = found(examine_service(folder, NOW, {}), "ledger", HealthState.FAULT)
    assert "it is an older copy" in told


def test_keys(folder: Path) -> None:
    """A key that others may read, that does not open, that nobody trusts, or that is gone."""
    key = next((folder / "keys").glob("*.key"))
    key.chmod(0o644)
    diagnosis = examine_service(folder, NOW, {}, log_passphrase=PASSPHRASE)
    assert os.name != "posix" or "other accounts" in found(diagnosis, "keys", HealthState.WARNING)[0]
    key.chmod(0o600)
    assert found(examine_service(folder, NOW, {}, log_passphrase=PASSPHRASE[1:]), "keys", HealthState.FAULT)
    assert not found(examine_service(folder, NOW, {}, log_passphrase=PASSPHRASE), "keys", *BAD)
    other = (folder / "policy").read_text(encoding="utf-8").replace("log alpha", "# log alpha")
    with_other = overt("ledger", "key", "new", folder / "other.key", "--name", "alpha.example/register",
                       OVERT_LEDGER_PASSPHRASE=PASSPHRASE)  # fmt: skip
    (folder / "other.key").rename(folder / "keys" / "009.key")
    assert "nobody trusts it" in found(examine_service(folder, NOW, {}), "keys", HealthState.FAULT)[0]
    (folder / "keys" / "009.key").unlink()
    (folder / "policy").write_text(f"log {with_other.stdout.strip()}\n{other}", encoding="utf-8")
    key.unlink()
    assert "no key to sign" in found(examine_service(folder, NOW, {}), "keys", HealthState.FAULT)[0]


def test_a_witness_that_does_not_cosign(folder: Path, tmp_path: Path) -> None:
    """A quorum that is not there makes readers refuse the log."""
    made = overt("ledger", "key", "new", tmp_path / "w.key", "--name", "witness.example/w1", "--witness",
                 OVERT_LEDGER_PASSPHRASE=PASSPHRASE)  # fmt: skip
    policy = (folder / "policy").read_text(encoding="utf-8").replace("quorum none", "")
    policy += f"witness w1 {made.stdout.strip()} http://127.0.0.1:9\nquorum w1\n"
    (folder / "policy").write_text(policy, encoding="utf-8")
    diagnosis = examine_service(folder, NOW, {})
    assert "has not cosigned" in found(diagnosis, "witnesses", HealthState.WARNING)[0]
    assert "quorum" in found(diagnosis, "witnesses", HealthState.FAULT)[0]
    assert any("policy" in told for told in found(diagnosis, "configuration", HealthState.WARNING))


def test_the_clock(folder: Path) -> None:
    """One that is behind the last record, or a year ahead of it."""
    for moment in (NOW - dt.timedelta(days=1), NOW + dt.timedelta(days=400)):
        assert found(examine_service(folder, moment, {}), "clock", HealthState.FAULT)


def test_backups_that_are_old_or_of_another_register(folder: Path, tmp_path: Path) -> None:
    """Only those of this register count, and only while they are young."""
    backups = tmp_path / "backups"
    backups.mkdir()
    assert (
        "has no backup" in found(examine_service(folder, NOW, {}, backups=backups), "backups", HealthState.WARNING)[0]
    )
    with Register.open(folder) as register:
        back_up(register, backups / "one")
    assert found(examine_service(folder, NOW, {}, backups=backups), "backups", HealthState.OK)
    later = examine_service(folder, NOW + dt.timedelta(days=9), {}, backups=backups)
    assert "older than 7 days" in found(later, "backups", HealthState.WARNING)[0]
    described = json.loads((backups / "one" / "backup.json").read_text())
    (backups / "one" / "backup.json").write_text(json.dumps({**described, "origin": "other.example"}))
    assert found(examine_service(folder, NOW, {}, backups=backups), "backups", HealthState.WARNING)


def test_settings_that_cannot_be_read(folder: Path) -> None:
    """Each fault of portal.toml and register.toml is told; a folder without a register is refused."""
    (folder / "portal.toml").write_text('hosts = ["register.example"]\nnonsense = 1\n', encoding="utf-8")
    assert "nonsense" in found(examine_service(folder, NOW, {}), "configuration", HealthState.FAULT)[0]
    (folder / "portal.toml").write_text('hosts = ["register.example"]\n', encoding="utf-8")
    assert "without https" in " ".join(found(examine_service(folder, NOW, {}), "configuration", HealthState.WARNING))
    (folder / "register.toml").write_text("name = 1\n", encoding="utf-8")
    assert found(examine_service(folder, NOW, {}), "configuration", HealthState.FAULT)


def test_the_first_run(tmp_path: Path) -> None:
    """Where there is no register yet, the steps are told in order; a folder with something else in it is told."""
    done = overt("doctor", tmp_path / "register")
    assert done.returncode == 1
    assert (
        done.stdout.index("overt charter new")
        < done.stdout.index("overt register init")
        < done.stdout.index("portal.toml")
    )
    (tmp_path / "file").touch()
    assert "holds no register" in overt("doctor", tmp_path).stdout


def test_a_trigger_and_tables_of_an_older_version(folder: Path) -> None:
    """What stands before a table is a fault; tables that are to be brought up to date are told and left alone."""
    database = folder / "register.sqlite"
    with sqlite3.connect(database) as connection:
        connection.execute("create trigger t after insert on leaf begin select 1; end")
    connection.close()
    assert "trigger" in found(examine_service(folder, NOW, {}), "database", HealthState.FAULT)[0]
    with sqlite3.connect(database) as connection:
        connection.execute("drop trigger t")
        connection.execute("update alembic_version set version_num = '0030'")
    connection.close()
    assert "version 0030" in found(examine_service(folder, NOW, {}), "database", HealthState.WARNING)[0]
    with sqlite3.connect(database) as connection:
        assert connection.execute("select version_num from alembic_version").fetchone() == ("0030",)
    connection.close()
    database.unlink()
    assert found(examine_service(folder, NOW, {}), "database", HealthState.FAULT)


@pytest.fixture
def with_provider(folder: Path) -> Iterator[tuple[Path, dict[str, str]]]:
    """A portal whose people sign in at a provider on loopback."""
    with organisation() as provider:
        text = (
            'hosts = ["register.example"]\nsecure = true\n'
            f'[openid]\nissuer = "{provider.issuer}"\nclient_id = "overt"\nsecret_env = "S"\n'
            '[openid.roles]\nrecorders = "recorder"\n'
        )
        (folder / "portal.toml").write_text(text, encoding="utf-8")
        yield folder, {"S": "a-secret-of-the-tests"}


def test_the_identity_provider(with_provider: tuple[Path, dict[str, str]]) -> None:
    """It is asked for what it says of itself and for its keys; one that does not answer is a fault."""
    folder, environment = with_provider
    diagnosis = examine_service(folder, NOW, environment)
    assert found(diagnosis, "identity provider", HealthState.OK), diagnosis
    assert found(examine_service(folder, NOW, {}), "configuration", HealthState.FAULT)
    text = (folder / "portal.toml").read_text(encoding="utf-8")
    issuer = text.partition('issuer = "')[2].partition('"')[0]
    (folder / "portal.toml").write_text(text.replace(issuer, "http://127.0.0.1:9"), encoding="utf-8")
    told = found(examine_service(folder, NOW, environment), "identity provider", HealthState.FAULT)
    assert "provider-unreachable" in told[0]


@pytest.mark.postgres
def test_on_postgresql(tmp_path: Path, new_database: NewDatabase) -> None:
    """The server and its clock are looked at, and an account that owns the tables can change history."""
    open_register(tmp_path / "alpha", new_database()).close()
    diagnosis = examine_service(tmp_path / "alpha", NOW, {})
    assert found(diagnosis, "database", HealthState.OK)[0].startswith("PostgreSQL ")
    assert "can change and delete" in found(diagnosis, "database", HealthState.NOTE)[0]
