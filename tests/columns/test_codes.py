"""Values that become codes, and spellings that stand together."""

from __future__ import annotations

from pathlib import Path

import pytest

from overt.audits.columns import check_join, code_of, code_table, gather
from overt.model import ENTRY, REVIEW
from tests.columns.sources import loaded, one_column


def _gathered(*values: str, **further: object) -> list[tuple[str, ...]]:
    counts = {value: 100 - place for place, value in enumerate(values)}
    return [cluster.values for cluster in gather(counts, **further)]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "values",
    [
        ("Northside crew", "NORTHSIDE  CREW", "crew, Northside", "Nórthside crew"),
        ("Northside", "Northsidde"),
        ("Northside crew", "Nortside crww"),
        ("Tower Hamlets", "Tower Hamets"),
    ],
)
def test_alike_spellings_stand_together(values: tuple[str, ...]) -> None:
    """Case, accents, punctuation, blanks and order of words; one slip, or two in a longer text."""
    assert _gathered(*values) == [values]


@pytest.mark.parametrize(
    "values",
    [
        ("Housing A", "Housing B"),
        ("Housing 1", "Housing 2"),
        ("Unit 12", "Unit 21"),
        ("A+", "A-"),
        ("IC1", "IC3"),
        ("Hull", "Hill"),
        ("Northside", "Southside"),
        ("male", "female"),
        ("Moat", "Mott"),
    ],
)
def test_values_that_may_mean_something_else_stay_apart(values: tuple[str, ...]) -> None:
    """A digit, a word of one letter, a short word, another first letter, more slips."""
    assert _gathered(*values) == []


def test_words_for_the_same_code_stand_together() -> None:
    """Only where the meaning is known; and nothing is joined to them by a slip."""
    assert _gathered("Live", "Open", "Archived") == []
    assert _gathered("Live", "Open", "Archived", meaning=ENTRY.status) == [("Live", "Open")]
    (cluster,) = gather({"Suspect": 9, "susp.": 4}, meaning=ENTRY.role)
    assert cluster.why == "the same code"


def test_retain_and_remain_are_proposed_and_no_code_is_set() -> None:
    """A cluster never sets a code by itself."""
    assert code_of("remain", REVIEW.outcome) == ""
    assert code_of("Retain", REVIEW.outcome) == "retain"


def test_a_refusal_to_join_is_remembered() -> None:
    """In whatever order the pair is written, and whoever else stands there."""
    assert _gathered("Northside", "Northsidde", "northside", apart=[("Northsidde", "Northside")]) == [
        ("Northside", "northside")
    ]


def test_more_than_five_hundred_values_are_not_gathered() -> None:
    """Nor is one value."""
    assert gather({f"Northside {chr(97 + n % 26)}{chr(97 + n // 26)}x": 1 for n in range(501)}) == ()
    assert gather({"Northside": 3}) == ()


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("active", "active"),
        (" Active ", "active"),
        ("Nominal live", ""),
        ("LIVE", "active"),
        ("TBC", "unknown"),
        ("x", ""),
    ],
)
def test_a_code_is_set_where_the_value_plainly_says_it(value: str, expected: str) -> None:
    """And unknown where it says that nothing is known."""
    assert code_of(value, ENTRY.status) == expected


def test_a_table_of_codes_shows_known_words_and_places_the_rest(tmp_path: Path) -> None:
    """Sorted by rows; the rows of masked values are named."""
    values = ["Suspect"] * 30 + ["susp"] * 5 + ["N/K"] * 11 + ["Zebedee Quagmire", "Philomena", "Philomena"]
    with one_column(tmp_path, values) as (connection, table):
        found = code_table(connection, table, "Value", meaning=ENTRY.role)
    assert [(each.value, each.rows, each.code) for each in found.values] == [
        ("Suspect", 30, "suspect"),
        ("N/K", 11, "unknown"),
        ("susp", 5, "suspect"),
    ]
    assert [each.values for each in found.clusters] == [("Suspect", "susp")]
    assert (found.filled, found.distinct, found.masked_values) == (49, 5, 2)
    assert (found.masked.rows, found.masked.places) == (3, (48, 49, 50))
    assert not any(name in repr(found) for name in ("Zebedee", "Quagmire", "Philomena"))


def test_a_table_of_many_values_shows_none(tmp_path: Path) -> None:
    """And says why."""
    with one_column(tmp_path, [f"Northside {number}" for number in range(60)] * 12) as (connection, table):
        found = code_table(connection, table, "Value", meaning=ENTRY.unit)
    assert (found.values, found.masked_values, found.masked.rows) == ((), 60, 720)
    assert found.why == "the column has more than 50 different values"


def test_a_join_says_what_matches_and_what_is_left(tmp_path: Path) -> None:
    """By rows of the files, on both sides."""
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "list.csv").write_text("Ref,Name\nG1,Zebedee\n g2 ,Philomena\n003,Zebedee\n,Nobody\n", encoding="utf-8")
    (folder / "reviews.csv").write_text("Entry,Done\nG1,2024\nG1,2025\nG2,2025\n3,2025\nG9,2025\n", encoding="utf-8")
    with loaded(tmp_path, folder) as (connection, account):
        left, right = account.by_name["list"], account.by_name["reviews"]
        plain = check_join(connection, left, right, ("Ref", "Entry"))
        ticked = check_join(connection, left, right, ("Ref", "Entry"), fold=True, zeros=True)
    assert (plain.left.rows, plain.left.matched, plain.left.unmatched.places) == (3, 1, (3, 4))
    assert (plain.right.rows, plain.right.matched, plain.right.unmatched.places) == (5, 2, (4, 5, 6))
    assert (plain.right.repeated_keys, plain.right.repeating.places, plain.left.repeated_keys) == (1, (2, 3), 0)
    assert (plain.joined, plain.multiplies) == (2, True)
    assert (plain.with_trim, plain.with_fold, plain.with_zeros) == (1, 2, 2)
    assert (ticked.left.matched, ticked.right.unmatched.places) == (3, (6,))
    assert "Zebedee" not in repr(ticked)
