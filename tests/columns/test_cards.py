"""One card for each column: exact counts, and nothing of anybody."""

from __future__ import annotations

import csv
from pathlib import Path

import openpyxl
import pytest

from overt.audits.columns import ColumnCard, column_card, letter_of, looks_like_names
from overt.audits.mapping._profile import profile_table
from overt.model import ENTRY
from tests.columns.names import full_names
from tests.columns.sources import loaded, one_column

CANARIES = ("Zebedee", "Quagmire", "Philomena", "Thistlewood")


def _card(folder: Path, values: list[str], **further: object) -> ColumnCard:
    with one_column(folder, values) as (connection, table):
        return column_card(connection, table, "Value", **further)  # type: ignore[arg-type]


def test_a_card_counts_and_shows_known_words(tmp_path: Path) -> None:
    """Filled, different, kinds, lengths, shapes, values."""
    card = _card(tmp_path, ["Suspect"] * 6 + ["Susp.", "Victim", "", "  "])
    assert (card.rows, card.filled, card.distinct, card.shortest, card.longest) == (10, 8, 3, 5, 7)
    assert card.share == 0.8
    assert card.letter == "B"
    assert [(each.kind, each.rows) for each in card.kinds] == [("texts", 8)]
    assert [(each.shape, each.rows) for each in card.shapes] == [("Aaaaaaa", 6), ("Aaaa.", 1), ("Aaaaaa", 1)]
    assert [(each.value, each.rows) for each in card.values.values] == [("Suspect", 6), ("Susp.", 1), ("Victim", 1)]


@pytest.mark.parametrize("distinct", [3, 200])
def test_no_name_is_on_a_card(tmp_path: Path, distinct: int) -> None:
    """Of few different names and of many."""
    names = ["Zebedee Quagmire", "Philomena Thistlewood", *full_names(distinct)] * 3
    card = _card(tmp_path, names)
    assert not card.values.values
    assert card.values.why
    assert card.names
    assert not any(name in repr(card) for name in (*CANARIES, *full_names(3)))


def test_categories_are_shown_once_they_are_declared_or_have_a_meaning(tmp_path: Path) -> None:
    """Those that ten rows share."""
    values = ["Northside"] * 10 + ["Zebedee Quagmire"]
    assert not _card(tmp_path, values).values.values
    for further in ({"declared": True}, {"meaning": ENTRY.unit}):
        card = _card(tmp_path, values, **further)
        assert [each.value for each in card.values.values] == ["Northside"]
        assert "Quagmire" not in repr(card)
    assert not _card(tmp_path, values, declared=True, meaning=ENTRY.grounds).values.values


@pytest.mark.parametrize(
    ("values", "kinds", "ends"),
    [
        (["5", "41", "7.5"], {"numbers": 3}, ("5", "41")),
        (["5", "10000"], {"numbers": 2}, ("", "")),
        (["1999-01-02", "2024-03-04"], {"dates": 2}, ("1999", "2024")),
        (
            ["13/04/2024", "2024-03-04", "3 March 2024", "TBC"],
            {"texts like dates": 2, "dates": 1, "texts": 1},
            ("", ""),
        ),
        (["yes", "No", "Y"], {"yes or no": 3}, ("", "")),
    ],
)
def test_kinds_and_ranges(tmp_path: Path, values: list[str], kinds: dict[str, int], ends: tuple[str, str]) -> None:
    """Years of dates, and numbers that are nobody's."""
    card = _card(tmp_path, values)
    assert {each.kind: each.rows for each in card.kinds} == kinds
    assert (card.lowest, card.highest) == ends


@pytest.mark.parametrize(
    ("values", "note"),
    [
        (["a", "a"], "the same in every row"),
        (["a", "", "a"], "the same in every filled row"),
        (["a", "b"], "different in every row, so it can number the rows"),
        (["a", "b", ""], "different in every filled row"),
        (["a", "b", "c", "c"], "1 row repeats a value of another, so it is no entry number"),
        (["", ""], "every row is blank"),
    ],
)
def test_what_stands_out_is_noted(tmp_path: Path, values: list[str], note: str) -> None:
    """In one sentence each."""
    assert _card(tmp_path, values).notes == (note,)


def test_a_column_that_decides_another_is_noted_on_both(tmp_path: Path) -> None:
    """From the profiles of the table."""
    path = tmp_path / "units.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["Unit", "Area"])
        writer.writerows((f"Unit {number % 4}", f"Area {number % 4 // 2}") for number in range(100))
    with loaded(tmp_path, path) as (connection, account):
        table = account.tables[0]
        profiles = profile_table(connection, table.name)
        unit, area = (column_card(connection, table, name, profiles=profiles) for name in ("Unit", "Area"))
    assert unit.notes == ("it decides “Area”",)
    assert area.notes == ("“Unit” decides it: where that is the same, this is the same",)


def test_typed_columns_have_cards_too(tmp_path: Path) -> None:
    """Numbers and dates of a workbook or a database."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in [["Score", "Big"], [5, 123456], [7, 1]]:
        sheet.append(row)
    book.save(tmp_path / "list.xlsx")
    with loaded(tmp_path, tmp_path / "list.xlsx") as (connection, account):
        score, big = (column_card(connection, account.tables[0], name) for name in ("Score", "Big"))
    assert (score.lowest, score.highest, big.lowest) == ("5", "7", "")
    assert {each.kind for each in score.kinds} == {"numbers"}


def test_a_long_table_is_sampled_evenly_and_says_so(tmp_path: Path) -> None:
    """Counts of rows stay exact."""
    values = [("Suspect", "Victim", "Witness")[number % 3] for number in range(45_000)]
    card = _card(tmp_path, values)
    assert card.filled == 45_000
    assert 10_000 < card.looked_at < 20_000
    assert 1_000 < card.shaped < 4_000
    assert [each.rows for each in card.values.values] == [15_000] * 3


def test_names_as_a_key_are_seen(tmp_path: Path) -> None:
    """So that Overt keeps none."""
    with one_column(tmp_path, full_names(300)) as (connection, table):
        assert looks_like_names(connection, table, "Value")
        assert not looks_like_names(connection, table, "Number")


def test_letters_of_columns() -> None:
    """As a spreadsheet counts."""
    assert [letter_of(place) for place in (0, 25, 26, 51, 52, 701, 702)] == ["A", "Z", "AA", "AZ", "BA", "ZZ", "AAA"]
