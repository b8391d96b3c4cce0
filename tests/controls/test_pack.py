"""A pack is refused with every fault it has."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from overt.controls import check_complete, check_pack, find_pack, new_control, read_cases, read_pack
from overt.controls.engines import open_for_cases
from overt.refusals import Refusal, Refusals


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    new_control(tmp_path / "p", "XX-01")
    return tmp_path / "p"


def codes(read: Callable[[], object]) -> list[str]:
    with pytest.raises((Refusal, Refusals)) as caught:
        read()
    error = caught.value
    return sorted({each.code for each in (error.refusals if isinstance(error, Refusals) else [error])})


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_a_new_pack_lints_and_passes(folder: Path) -> None:
    """What `pack new` writes is a pack from which to go on."""
    pack = read_pack(folder)
    assert check_complete(pack) == []
    assert [result.difference for result in check_pack(pack, open_for_cases("duckdb"))] == ["", ""]


def test_new_overwrites_nothing(folder: Path) -> None:
    """An id that is used already is refused."""
    assert codes(lambda: new_control(folder, "XX-01")) == ["pack-file-exists"]
    new_control(folder, "XX-02")
    assert [control.id for control in read_pack(folder).controls] == ["XX-01", "XX-02"]


@pytest.mark.parametrize(
    ("file", "old", "new", "code"),
    [
        ("pack.toml", 'name = "p"', "name = 3", "pack-field"),
        ("pack.toml", 'owner = "Your body"', "", "pack-field"),
        ("pack.toml", "[sources]", "[sourcess]", "pack-field"),
        ("pack.toml", 'name = "p"', "name = ", "pack-not-toml"),
        ("pack.toml", "[thresholds]", '[thresholds]\nx = { value = 2, reason = "" }', "pack-threshold"),
        ("pack.toml", "[thresholds]", '[thresholds]\nx = { reason = "why" }', "pack-threshold"),
        ("pack.toml", "[thresholds]", '[thresholds]\nx = { value = 2, reason = "why" }', "pack-unused-threshold"),
        ("xx-01.sql", "-- id: XX-01", "-- id: one", "control-header"),
        ("xx-01.sql", "-- severity: medium", "-- severity: dire", "control-header"),
        ("xx-01.sql", "-- kind: own policy", "-- kind: law", "control-header"),
        ("xx-01.sql", "-- limits: Says nothing of whether the date is a good one.\n", "", "control-header"),
        ("xx-01.sql", "-- gate: note", "-- gate: note\n-- gate: hold", "control-header"),
        ("xx-01.sql", "-- gate: note", "-- gate: note\n-- mood: fine", "control-header"),
        ("xx-01.sql", "(2018-05-25 ..)", "(2018-13-25 ..)", "control-header"),
        ("xx-01.sql", "-- gate: note", "-- gate: note\n-- in force: 2018-05-25 ..", "control-header"),
        ("xx-01.sql", "-- gate: note", "-- gate: note\n-- dated: closed_on", "control-dated"),
        ("xx-01.sql", "is null end as breach", "< :soon end as breach", "control-unknown-threshold"),
        ("xx-01.cases.md", "| breach |\n| --- | --- |\n| E1 | yes |", "| breach |\n| E1 | yes |", "cases-table"),
        ("xx-01.cases.md", "| E1 | yes |", "| E1 | perhaps |", "cases-expectation"),
        ("xx-01.cases.md", "Given entry", "Given entries", "cases-unknown-table"),
        (
            "xx-01.cases.md",
            "| entry_id | status | review_due_on |",
            "| entry_id | mood | review_due_on |",
            "cases-unknown-column",
        ),
        ("xx-01.cases.md", "| E1 | active | |", "| E1 | active |", "cases-table"),
    ],
)
def test_each_fault_is_named(folder: Path, file: str, old: str, new: str, code: str) -> None:
    """A fault in the frame, a header, a text or a case has a code of its own."""
    change(folder / file, old, new)
    assert code in codes(lambda: [read_cases(folder / "xx-01.cases.md"), read_pack(folder)])


def test_all_faults_at_once(folder: Path) -> None:
    """Nobody has to fix one fault to learn of the next."""
    change(folder / "pack.toml", 'owner = "Your body"', "")
    change(folder / "xx-01.sql", "-- severity: medium", "-- severity: dire")
    change(folder / "xx-01.sql", "from entry", "from entries as entry")
    assert codes(lambda: read_pack(folder)) == ["control-header", "control-not-a-model-table", "pack-field"]


def test_a_control_without_cases_is_refused(folder: Path) -> None:
    """A control never seen to fire is not taken."""
    (folder / "xx-01.cases.md").unlink()
    assert codes(lambda: read_pack(folder)) == ["control-without-cases"]


def test_cases_that_lack_an_unknown_are_refused(folder: Path) -> None:
    """Nor one whose cases never show that it cannot tell."""
    change(folder / "xx-01.cases.md", "| E4 | unknown |", "| E4 | no |")
    assert [refusal.code for refusal in check_complete(read_pack(folder))] == ["cases-incomplete"]


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"x" * 1_000_001])
def test_files_that_are_not_text_are_refused(folder: Path, content: bytes) -> None:
    """Neither another encoding nor a file too large to be a control is read."""
    (folder / "xx-01.sql").write_bytes(content)
    assert codes(lambda: read_pack(folder))[0].startswith("pack-")


def test_no_such_pack(tmp_path: Path) -> None:
    """A name that is neither shipped nor a folder is refused with the command that lists the packs."""
    with pytest.raises(Refusal, match="overt pack list"):
        find_pack(str(tmp_path / "nothing"))


def test_the_digest_covers_every_file(folder: Path) -> None:
    """A changed case is another pack."""
    before = read_pack(folder).digest
    change(folder / "xx-01.cases.md", "Say here why", "Say why")
    assert read_pack(folder).digest != before
