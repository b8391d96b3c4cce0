"""One record under a wrong clock must not close a register for a year."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from typer.testing import CliRunner

from overt.cli._app import command_line
from overt.gate import Admitted, BulkRequest, Gate, admit_bulk, adopt, confirm_clock, name_key
from overt.refusals import Refusal
from overt.register import Register, RegisterSettings, check_register, erase, read_settings
from tests.gate.conftest import CHARTERS, KEY, NOW, ORIGIN, listing
from tests.gate.test_bulk import as_tables

YEAR = dt.timedelta(days=365)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A register with the bound that is set if nobody sets another, and one entry."""
    made = tmp_path / "alpha"
    settings = RegisterSettings("Alpha, a replay (synthetic)", ORIGIN, clock_ahead_days=3_650)
    with Register.create(made, settings) as register:
        for data, day in zip(CHARTERS, ((2020, 8, 1), (2021, 7, 1)), strict=False):
            adopt(register, data.read_bytes(), "P1001", dt.datetime(*day, tzinfo=dt.UTC))
        name_key(register, KEY.id, "P1001", dt.datetime(2021, 7, 1, 1, tzinfo=dt.UTC))
        assert isinstance(Gate(register).admit(listing(1), "P1001", NOW)[0], Admitted)
    text = (made / "register.toml").read_text()
    (made / "register.toml").write_text(text.replace("clock_ahead_days = 3650\n", ""))
    return made


def test_a_clock_a_year_ahead_is_refused_everywhere(folder: Path, tmp_path: Path) -> None:
    """By the gate, in bulk and by an erasure, before anything is written, the intent of an erasure included."""
    assert read_settings(folder).clock_ahead_days == 31
    source = as_tables(tmp_path / "legacy", listing(2))
    with Register.open(folder) as register:
        gate, before = Gate(register), register.size()
        with pytest.raises(Refusal, match="clock-ahead: the clock: the clock is 365 days ahead"):
            gate.admit(listing(2), "P1001", NOW + YEAR)
        with pytest.raises(Refusal, match="clock-ahead"):
            admit_bulk(gate, BulkRequest((source,), "P1001"), lambda: NOW + YEAR)
        with pytest.raises(Refusal, match="clock-ahead"):
            erase(register, "E1", "DPA 2018 s.47(1)", "P1001", NOW + YEAR)
        assert register.size() == before
        assert not (folder / "erasures.jsonl").exists()
        assert not list(folder.glob("bulk-*"))
        assert isinstance(gate.admit(listing(2), "P1001", NOW + dt.timedelta(days=30))[0], Admitted)


def test_a_long_pause_is_confirmed_by_a_named_human(folder: Path) -> None:
    """It is a record itself, and from then on records go in again."""
    with Register.open(folder) as register:
        with pytest.raises(Refusal, match="staff-reference"):
            confirm_clock(register, "Ann Example", NOW + YEAR)
        confirm_clock(register, "P1001", NOW + YEAR)
        (line,) = register.versions("access")
        assert (line.values["actor"], line.values["reason"]) == (
            "P1001",
            "the clock was confirmed after a long time without a record",
        )
        register.check_clock(NOW + YEAR + dt.timedelta(days=1))
        with pytest.raises(Refusal, match="clock-behind"):
            confirm_clock(register, "P1001", NOW)
        assert list(check_register(register)) == []


def test_the_command_shows_the_clock_and_confirms_it(folder: Path) -> None:
    """The register stood still since 2021; a machine of today is years ahead."""
    run = CliRunner()
    app = command_line("register")
    shown = run.invoke(app, ["register", "clock", str(folder)])
    assert (shown.exit_code, "clock-ahead" in shown.output) == (0, True) or "clock-ahead" in shown.output
    done = run.invoke(app, ["register", "clock", str(folder), "--confirm", "--by", "P1001"])
    assert "The clock was confirmed in ledger entry" in done.output
    again = run.invoke(app, ["register", "clock", str(folder)])
    assert "clock-ahead" not in again.output


def test_an_erasure_that_was_cut_short_is_finished_after_any_time(folder: Path) -> None:
    """And one that a restored backup brings back: the bound holds for new records alone."""
    with Register.open(folder) as register:
        erase(register, "E1", "DPA 2018 s.47(1)", "P1001", NOW + dt.timedelta(days=1))
        confirm_clock(register, "P1001", NOW + YEAR)
    journal = (folder / "erasures.jsonl").read_text().splitlines()
    (folder / "erasures.jsonl").write_text(journal[0] + "\n")
    with Register.open(folder) as register:
        assert list(register.versions("entry")) == []
    assert '"done"' in (folder / "erasures.jsonl").read_text()


@pytest.mark.parametrize("given", ["0", "-1", "true", '"31"', "99999999"])
def test_a_bound_that_is_none_is_refused(folder: Path, given: str) -> None:
    """A setting that would switch the bound off by accident."""
    with (folder / "register.toml").open("a") as stream:
        stream.write(f"clock_ahead_days = {given}\n")
    with pytest.raises(Refusal, match=r"register-settings: .*clock_ahead_days"):
        read_settings(folder)
