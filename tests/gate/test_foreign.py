"""A pack that Overt does not ship decides at the gate by what stands in one row, and by nothing else."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from overt.controls import Control, Pack, read_pack, shipped_packs
from overt.gate._packs import check_for_gate
from overt.refusals import Refusal

CORE = read_pack(shipped_packs()["core"])


def only(number: str) -> Pack:
    """The pack of somebody who took one control of ours."""
    return replace(CORE, name="mine", digest="0" * 64, controls=(control(number),))


def control(number: str) -> Control:
    return next(each for each in CORE.controls if each.id == number)


def test_shipped_packs_decide() -> None:
    """Each of them is tried against the audit, control by control."""
    check_for_gate(read_pack(folder) for folder in shipped_packs().values())


def test_a_control_of_one_row_decides() -> None:
    """It needs nothing but the row."""
    check_for_gate([only("OV-01")])


@pytest.mark.parametrize("number", ["OV-06", "OV-09", "OV-31", "OV-39"])
def test_a_control_that_compares_does_not(number: str) -> None:
    """Nobody knows whether a decision would see all that it compares with."""
    with pytest.raises(Refusal, match="compares rows") as refused:
        check_for_gate([only(number)])
    assert refused.value.code == "gate-compares-rows"
    assert number in refused.value.where


def test_a_shipped_pack_that_was_changed_is_not_shipped(tmp_path: Path) -> None:
    """The name alone makes nothing of it ours."""
    folder = tmp_path / "core"
    shutil.copytree(shipped_packs()["core"], folder)
    path = next(folder.glob("ov-06-*.sql"))
    path.write_text(path.read_text().replace("fewer sources", "too few sources"))
    with pytest.raises(Refusal):
        check_for_gate([read_pack(folder)])


def test_what_the_audit_alone_asks_may_compare() -> None:
    """A control without an effect at the gate is none of its business."""
    pack = only("OV-31")
    quiet = replace(control("OV-31"), gate=type(control("OV-31").gate).NONE)
    check_for_gate([replace(pack, controls=(quiet,))])
