"""Accepted breaches: an owner, a reason and a last day, or none at all."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest

from overt.audits._accepted import Accepted, read_accepted, write_accepted
from overt.audits._run import Acceptance
from overt.refusals import Refusal, Refusals

DAY = dt.date(2026, 6, 30)
GOOD = """
[[accept]]
control = "OV-46"
owner = "Head of Information Rights"
reason = "Moved to the new system by the end of the year."
expires = 2027-01-31
keys = ["E-9", "E-17"]

[[accept]]
control = "OV-20"
owner = "Head of Information Rights"
reason = "Reviews are being caught up; risk note 14."
expires = 2026-06-30
"""


def read(tmp_path: Path, text: str, as_of: dt.date = DAY, controls: tuple[str, ...] = ("OV-20", "OV-46")) -> Accepted:
    """The acceptances of a file with this text."""
    (tmp_path / "accepted.toml").write_text(text)
    return read_accepted(tmp_path / "accepted.toml", as_of, controls)


def faults(tmp_path: Path, text: str) -> list[str]:
    """What was found wrong with the text, in order."""
    with pytest.raises((Refusal, Refusals)) as raised:
        read(tmp_path, text)
    value = raised.value
    every = value.refusals if isinstance(value, Refusals) else [value]
    assert isinstance(every[0], Refusal)
    assert {each.code for each in every if isinstance(each, Refusal)} == {"acceptance-refused"}
    return [each.found for each in every if isinstance(each, Refusal)]


def test_acceptance_is_found_by_control(tmp_path: Path) -> None:
    """With its keys, or for every row where it names none; nothing for a control it does not name."""
    accepted = read(tmp_path, GOOD)
    assert accepted.for_control("OV-46") == Acceptance(
        "OV-46",
        "Head of Information Rights",
        "Moved to the new system by the end of the year.",
        dt.date(2027, 1, 31),
        ("E-17", "E-9"),
    )
    assert accepted.keys_by_control() == {"OV-46": ("E-17", "E-9"), "OV-20": None}
    assert accepted.for_control("OV-21") is None


def test_acceptance_holds_on_its_last_day_and_not_after(tmp_path: Path) -> None:
    """An expired acceptance is returned as expired, and no longer applied."""
    assert read(tmp_path, GOOD).expired == ()
    later = read(tmp_path, GOOD, dt.date(2026, 7, 1))
    assert [each.control for each in later.expired] == ["OV-20"]
    assert later.for_control("OV-20") is None
    assert later.keys_by_control() == {"OV-46": ("E-17", "E-9")}


def test_no_file_accepts_nothing(tmp_path: Path) -> None:
    """Neither does an empty one."""
    assert read_accepted(None, DAY) == read(tmp_path, "") == Accepted()


def test_every_fault_is_said_at_once(tmp_path: Path) -> None:
    """In the order of the file, so that it can be fixed in one go."""
    text = """
stray = 1
[[accept]]
control = "OV-99"
reason = "because"
expires = "2027-01-31"
colour = "red"
[[accept]]
owner = " "
reason = 7
expires = 2027-01-31T00:00:00
keys = []
[[accept]]
control = "OV-46"
owner = "A"
reason = "long enough to be a reason"
expires = 2027-01-31
keys = ["E-1", "E-1"]
"""
    assert faults(tmp_path, text) == [
        "stray: only [[accept]] and [[loss]] belong here",
        "colour is not a field",
        "owner is missing",
        "the reason is too short",
        "OV-99 is not a control of this audit",
        "expires is not a date",
        "control is missing",
        "owner is missing",
        "reason is missing",
        "expires is not a date",
        "keys is not a list of different texts",
        "keys is not a list of different texts",
    ]


def test_fault_says_the_block_and_its_line(tmp_path: Path) -> None:
    """The second block starts on line 9."""
    with pytest.raises(Refusal, match=r"block 2 \(line 9\): expires is missing"):
        read(tmp_path, GOOD.replace("expires = 2026-06-30\n", ""))


def test_control_accepted_twice_is_refused_unless_one_has_expired(tmp_path: Path) -> None:
    """A renewal may stand beside the one it renews."""
    again = '[[accept]]\ncontrol = "OV-20"\nowner = "B"\nreason = "renewed for a year"\nexpires = 2027-06-30\n'
    assert faults(tmp_path, GOOD + again) == ["OV-20 is accepted 2 times"]
    renewed = read(tmp_path, GOOD + again, dt.date(2026, 7, 1))
    acceptance = renewed.for_control("OV-20")
    assert acceptance is not None
    assert acceptance.owner == "B"
    assert [each.owner for each in renewed.expired] == ["Head of Information Rights"]


@pytest.mark.parametrize("text", ["[[accept", "accept = 3", "[accept]\ncontrol = 'OV-46'", "accept = [1]"])
def test_what_is_no_list_of_acceptances_is_refused(tmp_path: Path, text: str) -> None:
    """Whatever else TOML can say, or is not TOML."""
    assert len(faults(tmp_path, text)) == 1


LOSS = '[[loss]]\ncolumn = "{}"\nreason = "{}"\n'


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (LOSS.format("entry.nothing", "No date was set"), "entry.nothing is not a column of the model"),
        (LOSS.format("entry.role", "short"), "the reason is missing or too short"),
        (LOSS.format("entry.role", "No role was set") * 2, "entry.role for the second time"),
        (LOSS.format("entry.role", "No role was set") + "owner = 'A'\n", "other fields than column and reason"),
        ("loss = 3", "not a list of blocks"),
    ],
)
def test_losses_that_are_intended_need_a_column_and_a_reason(tmp_path: Path, text: str, says: str) -> None:
    assert faults(tmp_path, text) == [says]


def test_unreadable_file_is_refused(tmp_path: Path) -> None:
    """Absent, or not text."""
    (tmp_path / "bytes.toml").write_bytes(b"\xff\xfe\x00")
    for name in ("bytes.toml", "absent.toml"):
        with pytest.raises(Refusal, match="acceptance-refused"):
            read_accepted(tmp_path / name, DAY)


AWKWARD = 'Head of "Rights" \\ Records\x7f, Größe, 12 o’clock'


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    """Whatever the texts hold; what would be refused when it is read is not written."""
    path = tmp_path / "accepted.toml"
    given = (
        Acceptance("OV-46", AWKWARD, f"{AWKWARD} and more", dt.date(2027, 1, 31), ("E-17", 'E"9')),
        Acceptance("OV-20", "Owner", "Reviews are being caught up", dt.date(2026, 6, 30)),
    )
    intended = {"entry.role": f"{AWKWARD}: no role was set"}
    write_accepted(path, given, intended)
    assert read_accepted(path, DAY).intended == intended
    assert set(read_accepted(path, DAY).both) == {
        replace(each, keys=each.keys and tuple(sorted(each.keys))) for each in given
    }
    before = path.read_bytes()
    for wrong in (replace(given[0], reason="short"), replace(given[0], keys=()), replace(given[1], control="OV-46")):
        with pytest.raises((Refusal, Refusals), match="acceptance-refused"):
            write_accepted(path, (given[0], wrong))
    assert path.read_bytes() == before
    assert [entry.name for entry in tmp_path.iterdir()] == ["accepted.toml"]
