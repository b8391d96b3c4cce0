"""Which values may be shown: an allow-list. Every name here is invented."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from overt.audits.columns import look_like_names, may_show, shape, shown_values, vocabulary
from overt.model import ENCOUNTER, ENTRY, SUBJECT, TABLES
from tests.columns.names import full_names, surnames

CANARIES = {"Zebedee Quagmire": 40, "Philomena Thistlewood": 12}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("Quagmire, Z.", "Aaaaaaaa, A."),
        ("G-104/b", "A-999/a"),
        ("  Zoë ", "Aaa"),
        ("Zoe\u0308", "Aaa"),
        ("٣٤", "99"),
        ("محمد", "aaaa"),
        ("a\u202eb", "a?a"),
        ("x" * 25, "a" * 23 + "…"),
        ("x" * 24, "a" * 24),
        ("x" * 100_000, "a" * 23 + "…"),
        ("", ""),
    ],
)
def test_a_shape_keeps_no_letter_and_no_digit(value: str, expected: str) -> None:
    """Letters and digits of every script become one of three signs."""
    assert shape(value) == expected


@given(st.text(max_size=60))
def test_a_shape_holds_nothing_of_its_value(value: str) -> None:
    """Only signs that are neither letters nor digits stay."""
    looks = shape(value)
    assert len(looks) <= 24
    assert {sign for sign in looks if sign.isalnum()} <= set("Aa9")


def test_the_vocabulary_is_of_the_model_and_of_the_schemes() -> None:
    """Words of codes, of names of columns, of labels, and for unknown; not the words of sentences."""
    assert {"suspect", "active", "borough", "bangladeshi", "tbc", "archived", "susp"} <= vocabulary()
    assert not {"somebody", "smith", "worked"} & vocabulary()


def test_known_words_that_fill_four_fifths_are_shown() -> None:
    """A short form and an accent do not hide a word."""
    shown = shown_values({"Suspect": 60, "Susp.": 20, "VÍCTIM": 5, "Quagmire": 15})
    assert shown.shown == {"Suspect", "Susp.", "VÍCTIM"}
    assert (shown.masked_values, shown.masked_rows, shown.shapes[0].shape) == (1, 15, "Aaaaaaaa")


def test_known_words_in_fewer_rows_are_shapes_with_the_rest() -> None:
    """Of a hundred rows 79 are known."""
    shown = shown_values({"Suspect": 79, "Quagmire": 21})
    assert not shown.values
    assert shown.why == "fewer than four fifths of its rows hold words that Overt knows"


@pytest.mark.parametrize("value", ["Nominal 104", "ref 2024", "12/03/24", "41", "2024-03-01", "", "  ", "N1"])
def test_three_digits_or_no_word_are_not_known(value: str) -> None:
    """A number may identify a person, and so may a date."""
    assert not may_show(value, 1_000)


def test_of_five_thousand_names_none_is_shown() -> None:
    """Nor of surnames that are words of the model: Black, Grant, White."""
    for names in (full_names(5_000), surnames(5_000)):
        counts = Counter(names)
        assert not shown_values(counts).values
        some = dict(counts.most_common(40))
        assert not shown_values(some).values
    letting = sum(may_show(name, 1) for name in full_names(5_000))
    assert letting <= 10


@pytest.mark.parametrize("meaning", [ENTRY.role, ENTRY.unit, ENTRY.submitting_agency, SUBJECT.ethnicity_self])
def test_with_a_meaning_values_of_ten_rows_are_shown(meaning: object) -> None:
    """Of nine they are not."""
    assert may_show("Northside", 10, meaning=meaning)  # type: ignore[arg-type]
    assert not may_show("Northside", 9, meaning=meaning)  # type: ignore[arg-type]
    assert shown_values({"Northside": 10, "Philomena": 9}, meaning=meaning).shown == {"Northside"}  # type: ignore[arg-type]


def test_categories_that_a_person_declared_are_shown() -> None:
    """The same rule, before there is a meaning."""
    assert shown_values({"Northside": 10, "Philomena": 9}, declared=True).shown == {"Northside"}


@pytest.mark.parametrize(
    "meaning",
    [
        column
        for table in TABLES.values()
        for column in table.columns
        if column.free_text or column.role in ("key", "reference", "pseudonym", "pseudonyms", "actor", "document")
    ]
    + [SUBJECT.birth_date],
    ids=lambda column: column.path,
)
def test_of_people_keys_staff_and_words_nothing_is_shown(meaning: object) -> None:
    """However many rows share it, whoever declared it, whatever the mapping names."""
    shown = shown_values(
        {**CANARIES, "suspect": 900},
        meaning=meaning,  # type: ignore[arg-type]
        declared=True,
        named=("Zebedee Quagmire",),
    )
    assert not shown.values
    assert shown.why


def test_more_than_fifty_values_or_long_ones_are_shapes() -> None:
    """A label of a scheme may be long, for every word of it is known."""
    many = {f"team {chr(97 + number // 26)}{chr(97 + number % 26)}": 20 for number in range(51)}
    assert not shown_values(many, meaning=ENTRY.unit).values
    long = "x" * 41
    assert not may_show(long, 100, meaning=ENTRY.unit)
    assert may_show(long[:40], 100, meaning=ENTRY.unit)
    assert not shown_values({"suspect": 500, long: 1}, meaning=ENTRY.role).values
    label = "White - English/Welsh/Scottish/Northern Irish/British"
    assert may_show(label, 1, meaning=ENCOUNTER.ethnicity_self)


def test_words_for_unknown_are_shown_beside_dates() -> None:
    """34 cells of TBC in a column of dates; and none of them in a column of names."""
    dates = {f"{day}/03/2024": 7 for day in range(1, 29)}
    assert shown_values({**dates, "TBC": 34}).shown == {"TBC"}
    assert shown_values({**dates, "TBC": 34}, meaning=ENTRY.review_due_on).shown == {"TBC"}
    assert not shown_values({"Zebedee Quagmire": 60, "Null": 40}).values


def test_a_column_that_mixes_names_among_known_words_shows_no_name() -> None:
    """One fifth are names, each of fewer than ten rows; with the meaning and without."""
    names = dict.fromkeys(list(Counter(full_names(60)))[:30], 4)
    mixed = {"suspect": 300, "victim": 150, "Susp.": 30, **names}
    for meaning in (None, ENTRY.role):
        shown = shown_values(mixed, meaning=meaning)
        assert shown.shown <= {"suspect", "victim", "Susp."}
        assert shown.masked_rows == 120


def test_what_a_person_wrote_into_the_mapping_is_shown() -> None:
    """It is on the page already."""
    assert shown_values({"Nominal 104": 3}, meaning=ENTRY.role, named=("Nominal 104",)).shown == {"Nominal 104"}


@given(
    st.dictionaries(st.text(st.characters(categories=("L", "N", "Zs")), min_size=5, max_size=60), st.integers(1, 99)),
    st.sampled_from([None, ENTRY.role, ENTRY.unit, ENTRY.grounds, SUBJECT.birth_date]),
    st.booleans(),
)
def test_a_masked_value_is_nowhere_in_what_is_returned(
    values: dict[str, int],
    meaning: object,
    declared: bool,
) -> None:
    """Neither as a value nor inside another text; every row is shown or counted as masked."""
    shown = shown_values(values, meaning=meaning, declared=declared)  # type: ignore[arg-type]
    # Hypothesis draws words of this package too, so its own sentences and names of fields are left out.
    text = json.dumps([asdict(each) for each in shown.shapes], ensure_ascii=False)
    for value in values.keys() - shown.shown - {"shape", "values"}:
        if set(value) - set("Aa9 "):
            assert value not in text
    assert sum(each.rows for each in shown.values) + shown.masked_rows == sum(values.values())


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (full_names(200), True),
        ([name.lower() for name in full_names(50)], True),
        ([f"{name.split()[1].upper()}, {name.split()[0]}" for name in full_names(50)], True),
        (["O'Hara, Jean-Luc", "van der Berg, J.", "محمد علي"], True),
        (surnames(100), True),
        ([f"N{number}" for number in range(50)], False),
        (["Suspect", "Victim"], False),
        (["PC 1042", "PS 77"], False),
        (["ABCD", "XYZ"], False),
        ([], False),
    ],
)
def test_names_are_seen_by_their_looks(values: list[str], expected: bool) -> None:
    """Of a column chosen as a key or a person, so that Overt keeps no names."""
    assert look_like_names(values) is expected
