"""The store keeps what was admitted, as it was admitted, whatever happens."""

from __future__ import annotations

import datetime as dt
import os
import signal
import sqlite3
import subprocess
import sys
import textwrap
import threading
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from overt.gate import Admitted, Gate, Proposed
from overt.refusals import Refusal
from overt.register import Register, Writer, check_register, snapshot
from overt.register._schema import _LISTED, METADATA, kept_columns
from tests.conftest import ROOT
from tests.gate.conftest import NOW, alone, entry, listing, open_register, subject
from tests.waiting import MINUTES

LATER = NOW + dt.timedelta(seconds=1)
# What later changes added to tables of before.
_OTHER_INDEXES = ("held_by_outcome", "held_by_actor", "noted_by_code", "raised_by_entry", "leaf_public")
ADDED = {
    "entry": (
        "automated_under", "mention_on", "approved_on", "attestation_ref", "time_reset_on", "sensitivity_level",
        "submitting_agency", "significant", "explicit_consent",
    ),
    "item": ("consent_ref", "consent_withdrawn_on", "source_authority"),
    "authority": (
        "renews", "provision", "long_term", "commissioner_told_on", "approved_on", "risk_assessed_on", "age_at_grant",
        "against_parent", "notice_on", "confirmed_on", "agreed_by",
    ),
    "disclosure": ("purpose_kind", "gateway"),
    "assessment": ("residual_risk", "commissioner_consulted_on", "reviewed_on", "withdrawn_on"),
    "consequence": ("significant",),
    "outcome": ("kept_by_order_on",),
    "access": ("purpose", "recipient"),
    "request": ("answer_parts", "told_on", "told_withheld_reason", "names_complaint"),
    "encounter": ("grounds", "place", "officer_ref", "copy_asked_on", "copy_given_on"),
}  # fmt: skip


def test_migrations_make_the_tables_of_this_version(register: Register) -> None:
    """What the changes add up to is what the code speaks to."""
    with register.store.engine().connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), METADATA) == []


def to_second_edition_undone(old: sqlite3.Connection) -> None:
    """The tables as they were before logs were padded, bridges published, and erasures named their leaves."""
    for name in ("padding", "published_count"):
        old.execute(f"drop view {name}")
        old.execute(f"drop table {name}_version")
    _without(old, "release_cell", ("counts", "rounded_to"), ("release_id", "table_name", "cell", "value", "base"))
    _without(old, "erasure", ("leaves",), ("erasure_id", "erased_on", "kind", "ground"))
    old.execute("drop table vouched")
    old.execute("drop table inbox")
    for table in ("observation", "observation_note"):
        old.execute(f"drop table {table}")
    for index in (*(index for indexes in _LISTED.values() for index in indexes), *_OTHER_INDEXES):
        old.execute(f"drop index if exists {index}")
    for name in (
        "attestation", "correction", "complaint_way", "decision_safeguard", "processing_record", "data_breach",
    ):  # fmt: skip
        old.execute(f"drop view {name}")
        old.execute(f"drop table {name}_version")
    for name, dropped in ADDED.items():
        left = [each for each in kept_columns(name) if each not in (*dropped, "recorded_at")]
        _without(old, name, dropped, tuple(left))


def _without(old: sqlite3.Connection, table: str, dropped: tuple[str, ...], left: tuple[str, ...]) -> None:
    old.execute(f"drop view {table}")
    for column in dropped:
        old.execute(f"alter table {table}_version drop column {column}")
    listed = ", ".join(f'"{name}"' for name in (*left, "recorded_at"))
    old.execute(f'create view "{table}" as select {listed} from "{table}_version" where closed_seq is null')


def test_register_of_an_earlier_version_is_brought_up_to_date(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As it stood before there were recalls: opened again it has the new tables, and every row fits its leaf."""
    monkeypatch.setattr(Writer, "pad", lambda _: None)
    folder = tmp_path / "alpha"
    # The charters of then did not say what risk remains.
    with open_register(folder, without='residual_risk = "medium"') as register:
        Gate(register).admit(listing(1), "P1001", NOW)
    with sqlite3.connect(folder / "register.sqlite") as old:
        for name in ("request_step", "recall", "notice", "promise"):
            old.execute(f"drop view {name}")
            old.execute(f"drop table {name}_version")
        old.execute("drop table raised")
        to_second_edition_undone(old)
        old.execute("update alembic_version set version_num = '0001'")
    with Register.open(folder) as opened:
        with opened.store.engine().connect() as connection:
            assert compare_metadata(MigrationContext.configure(connection), METADATA) == []
        assert list(check_register(opened)) == []
        assert [each.values["entry_id"] for each in opened.versions("entry")] == ["E1"]


def test_leaves_are_read_as_a_log(gate: Gate, register: Register) -> None:
    """The register gives the ledger its entries in their order."""
    begun = register.size()
    gate.admit(listing(1), "P1001", NOW)
    entries = register.read(begun, register.size())
    assert len(entries) == 4
    assert all(each.startswith(b"overt:record:v1 ") for each in entries)
    assert register.read(0, 1)[0].startswith(b"overt:public:v1 charter ")


def test_snapshot_of_a_moment_has_the_same_bytes_again(gate: Gate, register: Register, tmp_path: Path) -> None:
    """Whatever was recorded since, the same moment gives the same files."""
    gate.admit([*listing(2), *listing(1)], "P1001", NOW)
    first = snapshot(register, NOW, tmp_path / "first")
    changed = {**entry(1).values, "status": "closed", "closed_on": "2021-09-02"}
    gate.admit([Proposed("entry", changed, "alter"), *listing(3)], "P1001", LATER)
    again = snapshot(register, NOW, tmp_path / "again")
    assert first == again
    assert [each.read_bytes() for each in sorted((tmp_path / "first").iterdir())] == [
        each.read_bytes() for each in sorted((tmp_path / "again").iterdir())
    ]
    assert first.rows["entry"] == 2


def test_two_writers_take_turns(gate: Gate, register: Register) -> None:
    """Two programs that admit at once lose nothing and share no leaf."""

    def admit(start: int) -> None:
        with Register.open(register.folder) as mine:
            door = Gate(mine)
            for number in range(start, start + 20):
                door.admit(listing(number), "P1001", NOW)

    begun = register.size()
    threads = [threading.Thread(target=admit, args=(start,)) for start in (100, 200)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert register.size() == begun + 2 * 20 * 4
    assert list(check_register(register)) == []


def test_full_disk_admits_nothing_and_breaks_nothing(gate: Gate, register: Register) -> None:
    """What does not fit is not there, and what was there still is."""
    gate.admit(listing(1), "P1001", NOW)
    before = register.size()
    pages = register.store.rows("pragma page_count")[0][0]
    register.store.rows(f"pragma max_page_count = {pages + 1}")
    with pytest.raises((Refusal, sqlite3.OperationalError)):
        for number in range(2, 2000):
            gate.admit(listing(number), "P1001", NOW + dt.timedelta(seconds=number))
    register.store.rows(f"pragma max_page_count = {pages + 100_000}")
    assert (register.size() - before) % 4 == 0
    assert list(check_register(register)) == []
    assert all(isinstance(each, Admitted) for each in gate.admit(listing(3000), "P1001", NOW + dt.timedelta(days=1)))


_ADMITTING = """
    import datetime as dt, sys
    from pathlib import Path
    from overt.gate import Gate
    from overt.register import Register
    from tests.gate.conftest import NOW, listing

    with Register.open(Path(sys.argv[1])) as register:
        gate = Gate(register)
        for number in range(1, 100_000):
            outcomes = gate.admit(listing(number), "P1001", NOW + dt.timedelta(milliseconds=number))
            print(outcomes[-1].seq, flush=True)
"""


def test_killed_while_admitting_nothing_admitted_is_missing(register: Register) -> None:
    """What was said to be admitted is there after kill -9, and every row fits its leaf."""
    begun = register.size()
    register.close()
    process = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(_ADMITTING), str(register.folder)],
        stdout=subprocess.PIPE,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert process.stdout is not None
    said = [int(process.stdout.readline()) for _ in range(30)]
    process.send_signal(signal.SIGKILL)
    process.wait(timeout=MINUTES)
    said += [int(line) for line in process.stdout.read().split()]
    with Register.open(register.folder) as opened:
        assert opened.size() > max(said)
        assert (opened.size() - begun) % 4 == 0
        assert list(check_register(opened)) == []


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ("update entry_version set grounds = grounds || '.'", "does not match its ledger entry"),
        ("update entry_version set recorded_at = '2021-09-02 09:00:01'", "does not match its ledger entry"),
        ("update item_version set salt = zeroblob(32)", "does not match its ledger entry"),
        ("delete from item_version where item_id = 'I1-0'", "the row is missing and was not erased"),
        ("delete from leaf where seq = 48", "leaves are missing"),
        (
            "update leaf set bytes = (select bytes from leaf where seq = 49) where seq = 48",
            "does not match its ledger entry",
        ),
        ("update entry_version set closed_seq = 50, closed_at = '2021-09-02 09:00:00'", "no later version of its key"),
        ("insert into erased values (48, 'X1')", "the row of an erased record is there"),
        ("update leaf set recorded_at = '2020-01-01 00:00:00' where seq = 50", "another moment"),
    ],
)
def test_tampering_is_found(gate: Gate, register: Register, change: str, found: str) -> None:
    """A row or leaf that somebody changed past the gate no longer fits."""
    gate.admit(listing(1), "P1001", NOW)
    assert list(check_register(register)) == []
    register.store.run(change)
    assert found in " ".join(each.found for each in check_register(register))


def test_changed_charter_is_refused(register: Register) -> None:
    """A charter that is not the one whose digest is in the ledger rules nothing."""
    path = sorted((register.folder / "charters").glob("*.toml"))[0]
    path.write_bytes(path.read_bytes() + b"\n")
    with pytest.raises(Refusal, match="charter-changed"):
        Gate(register)


def test_register_is_made_in_an_empty_folder_only(register: Register, tmp_path: Path) -> None:
    """Nothing is written over."""
    with pytest.raises(Refusal, match="register-folder"):
        Register.create(register.folder, register.settings)
    with pytest.raises(Refusal, match="register-absent"):
        Register.open(tmp_path)


def test_settings_are_refused_with_their_faults(register: Register) -> None:
    """A register does not guess where its rows are."""
    (register.folder / "register.toml").write_text('name = "x"\norigin = "O K"\ncolour = "blue"\n')
    with pytest.raises(Refusal, match="register-settings"):
        Register.open(register.folder)


def test_alone_subject_can_be_corrected(gate: Gate, register: Register) -> None:
    """Two versions, two leaves."""
    gate.admit([alone(subject(1))], "P1001", NOW)
    gate.admit([Proposed("subject", {**subject(1).values, "sex": "female"}, "alter")], "P1001", LATER)
    assert [each.values["sex"] for each in register.versions("subject")] == ["male", "female"]
