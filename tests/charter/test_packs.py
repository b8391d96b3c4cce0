"""What a charter says of packs is held against the packs."""

from __future__ import annotations

import datetime as dt

import pytest

from overt.charter import PackFacts, charter_places, check_against_packs
from overt.refusals import Refusal, Refusals
from tests.charter.charters import NAME, TEXT, charter, edited, line_of

CORE = PackFacts("1.0.0", "2" * 64, {"minimum_age": 13, "earliest_birth": dt.date(1905, 1, 1), "rate": 1.25})


def refusals(text: str, packs: dict[str, PackFacts]) -> list[Refusal]:
    try:
        check_against_packs(charter(text), packs, charter_places(text.encode(), NAME))
    except Refusals as several:
        return several.refusals
    except Refusal as one:
        return [one]
    return []


def test_charter_that_agrees_with_its_packs_passes() -> None:
    """Version, digest, names and kinds of thresholds."""
    check_against_packs(charter(), {"core": CORE, "other": PackFacts("9", "3" * 64, {})})


@pytest.mark.parametrize(
    ("old", "new", "code", "on_line"),
    [
        ("[packs.core]", "[packs.cor]", "charter-pack-unknown", "[packs.cor]"),
        ('version = "1.0.0"', 'version = "1.0.1"', "charter-pack-differs", 'version = "1.0.1"'),
        ('digest = "2222', 'digest = "3222', "charter-pack-differs", "digest"),
        (
            "[thresholds.minimum_age]",
            "[thresholds.minimum_aeg]",
            "charter-threshold-unknown",
            "[thresholds.minimum_aeg]",
        ),
        ("value = 15", "value = 15.5", "charter-threshold-kind", "value = 15.5"),
        ("value = 15", 'value = "15"', "charter-threshold-kind", "value ="),
        ("value = 15", "value = 2026-01-01", "charter-threshold-kind", "value ="),
    ],
)
def test_what_is_not_so_is_refused_with_its_line(old: str, new: str, code: str, on_line: str) -> None:
    """One refusal for one fault."""
    text = edited(old, new)
    found = refusals(text, {"core": CORE})
    assert [(each.code, each.where) for each in found] == [(code, f"{NAME}, line {line_of(text, on_line)}")]


def test_whole_number_will_do_for_a_number() -> None:
    """And a day for a day."""
    assert refusals(TEXT.replace("minimum_age]\nvalue = 15", "rate]\nvalue = 2"), {"core": CORE}) == []
    day = TEXT.replace("minimum_age]\nvalue = 15", "earliest_birth]\nvalue = 1910-01-01")
    assert refusals(day, {"core": CORE}) == []


def test_all_faults_are_told_at_once() -> None:
    """Of the packs and of the thresholds."""
    text = edited("value = 15", 'value = "x"', edited('version = "1.0.0"', 'version = "2"'))
    assert [each.code for each in refusals(text, {"core": CORE})] == ["charter-pack-differs", "charter-threshold-kind"]


def test_near_pack_is_offered() -> None:
    """A slip of the pen is answered with the name."""
    (found,) = refusals(edited("[packs.core]", "[packs.croe]"), {"core": CORE})
    assert found.wanted == "core?"
