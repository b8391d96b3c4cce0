"""Labels typed here: what is read, what is left as it is, and why."""

from __future__ import annotations

from pathlib import Path

import pytest

from overt.refusals import Refusal, Refusals
from overt.schemes import Band, LineKind, band_label, find_scheme, nest, parents, read, read_ages, shipped

CENSUS = (
    "Asian, Asian British or Asian Welsh: Indian",
    "Asian, Asian British or Asian Welsh: Chinese",
    "Black, Black British, Black Welsh, Caribbean or African: Other Black",
    "Mixed or Multiple ethnic groups: White and Asian",
    "White: English, Welsh, Scottish, Northern Irish or British",
    "White: Other White",
    "Other ethnic group: Arab",
)


def _groups(*labels: str, attribute: str = "ethnicity") -> list[str]:
    reading = read(labels, attribute)
    return [place.group or str(place.kind) for place in map(reading.place, labels)]


def test_every_scheme_has_its_source_and_its_date() -> None:
    """And every label of it is read as it says, in the list of all of its labels."""
    for scheme in shipped():
        assert scheme.title, scheme.name
        assert scheme.source, scheme.name
        assert scheme.date, scheme.name


def test_a_census_table_is_read_by_its_headings() -> None:
    """The commas inside a label end nothing."""
    assert _groups(*CENSUS) == ["Asian", "Asian", "Black", "Mixed", "White", "White", "Other"]


@pytest.mark.parametrize(
    ("label", "group"),
    [
        ("WHITE & BLACK CARIBBEAN (MIXED", "Mixed"),
        ("White/Black African", "Mixed"),
        ("Other Black", "Black"),
        ("Other White", "White"),
        ("Asian/Asian Brit-any oth Asian b/g", "Asian"),
        ("15. Chinese or Other ethnic group: Chinese", "Other"),
        ("Other ethnic groups Chinese", "Other"),
        ("Asian or Asian British - Chinese", "Asian"),
        ("White\u2009\u2013 Irish", "White"),
        ("  white ", "White"),
        ("Caribbean or Black: Other Caribbean or Black", "Black"),
        ("Hispanic or Latino: White alone", "Hispanic"),
        ("Estimate!!Total:!!Not Hispanic or Latino:!!White alone", "White"),
        ("WHITE HISPANIC", "White Hispanic"),
        ("Black - Non-Hispanic", "Black"),
        ("W1 - White British", "White"),
        ("Neither Aboriginal nor Torres Strait Islander origin", "Non-Indigenous"),
    ],
)
def test_a_label_is_read_whole(label: str, group: str) -> None:
    """Never by its first word."""
    assert _groups(label) == [group]


@pytest.mark.parametrize(
    "label",
    [
        "Chinese",
        "A1",
        "B",
        "White Unspecified",
        "Other - Asian",
        "Black/White",
        "White/Other",
        "Asian or Black",
        "White something",
        "Whitehall",
        "Middle Eastern",
        "All other groups combined",
        "Both",
    ],
)
def test_what_leaves_a_choice_is_left_as_it_is(label: str) -> None:
    """No scheme has it, or two have it differently."""
    assert read([label]).place(label).kind is LineKind.UNPLACED


@pytest.mark.parametrize(
    "label",
    [
        *("", " ", "--", "?", "NULL", "n/a", "N/A", "Unknown", "UNKNOWN / REFUSED", "Refused", "Prefer not to say"),
        *("Not stated", "Not Known / Not Provided", "Declined to answer", "Other ethnic group - Not stated", "nan"),
        *("Z - Not Stated", "Not Stated (NS)", "Other/Unknown", "NOT LISTED", "Ethnicity not recorded"),
    ],
)
def test_words_for_nothing_known_are_no_group(label: str) -> None:
    """Whatever the column is."""
    assert read([label, "White", "Black"]).place(label).kind is LineKind.UNKNOWN


@pytest.mark.parametrize("label", ["Total", "All people", "Total: All usual residents", "All categories: Ethnic group"])
def test_a_total_is_no_group(label: str) -> None:
    """In counts and in populations."""
    assert read([label, "White", "Black"]).place(label).kind is LineKind.TOTAL


def test_the_list_decides_what_a_letter_means() -> None:
    """A is White British in a health list, and Asian in an American one; a list that is not known is not read."""
    assert _groups("A", "C", "D", "H", "J", "M", "N", "S")[:2] == ["White", "White"]
    assert _groups("W", "B", "H", "O", "A", "N")[4] == "Asian"
    assert read(["W", "B", "H", "A", "M", "O", "I"]).place("M").kind is LineKind.UNPLACED
    assert {place.kind for place in read(["W", "B", "H", "A", "Y", "O", "I"]).places.values()} == {LineKind.UNPLACED}
    assert read(["A", "B", "C"]).place("C").kind is LineKind.UNPLACED
    assert read(["H", "N", "U"]).place("N").kind is LineKind.UNPLACED


def test_a_label_that_names_its_census_is_read_by_it() -> None:
    """Chinese was in Other in 2001, and is in Asian since 2011."""
    older, newer = "Chinese - ethnic category 2001 census", "Asian/Asian British: Chinese - NI ethnic cat 2011 census"
    assert _groups(older, newer) == ["Other", "Asian"]


def test_the_list_decides_where_chinese_is() -> None:
    """With Arab or Travellers beside it the list is of 2011 or later; with neither, it may be either."""
    older = ("White British", "Indian", "Pakistani", "Black African", "Chinese", "Any other ethnic group")
    assert read(older).place("Chinese").kind is LineKind.UNPLACED
    newer = (*older, "Gypsy or Irish Traveller", "Arab")
    assert read(newer).place("Chinese").group == "Asian"
    assert read(("White", "Black (or Black British)", "Chinese", "Mixed", "Other")).place("Chinese").group == "Chinese"


def test_a_bare_part_is_not_read_in_a_list_that_is_mostly_unknown() -> None:
    """Indian is no Asian in a list of which nothing else is known."""
    labels = ("Indian", "Nepalese", "Indonesian", "Thai", "Sri Lankan", "Klingon")
    assert read(labels).place("Indian").kind is LineKind.UNPLACED


def test_a_named_total_is_a_group_beside_one_other() -> None:
    """White and Non-White divide everybody; White, Black and Non-White do not."""
    assert read(["Hispanic", "Not Hispanic"]).place("Not Hispanic").kind is LineKind.GROUP
    assert read(["White", "Black", "Minority ethnic"]).place("Minority ethnic").kind is LineKind.TOTAL


def test_several_people_in_a_cell_are_several() -> None:
    """Of one group, or of two."""
    reading = read(["Black | White", "White|White", "Black"])
    assert reading.place("Black | White").kind is LineKind.SEVERAL
    assert read(["Black / White", "Black", "White"]).place("Black / White").kind is LineKind.SEVERAL
    assert read(["Latin American / Hispanic", "White"]).place("Latin American / Hispanic").kind is LineKind.UNPLACED
    assert (reading.place("White|White").kind, reading.place("White|White").group) == (LineKind.SEVERAL, "White")


def test_sex_is_read_whatever_its_case() -> None:
    """Letters and words of several lists; what two lists have differently stays."""
    assert _groups("Male", "male", "F", "Women", "non-binary", attribute="sex") == [
        *("male", "male", "female", "female", "other")
    ]
    assert read(["X"], "sex").place("X").kind is LineKind.UNPLACED


def test_a_scheme_of_the_users_own_decides(tmp_path: Path) -> None:
    """What it has, it decides; what it has not, is left as it is."""
    path = tmp_path / "own.csv"
    path.write_text("# title: Our list\nlabel,group,kind\nBlue,Sea,group\nChinese,Asian,part\nrefused,,unknown\n")
    reading = read(["Blue", "Chinese", "refused", "Red"], "ethnicity", find_scheme(str(path), "ethnicity"))
    assert [reading.place(each).group for each in ("Blue", "Chinese", "Red")] == ["Sea", "Asian", ""]
    assert reading.place("refused").kind is LineKind.UNKNOWN
    assert reading.schemes == ("Our list",)


@pytest.mark.parametrize(
    "text", ["", "label,group\nA,B\n", "label,group,kind\nA,,group\n", "label,group,kind\nA,B,sort\n", '"label\n']
)
def test_a_file_that_is_no_scheme_is_refused(tmp_path: Path, text: str) -> None:
    """With its line."""
    path = tmp_path / "own.csv"
    path.write_text(text)
    with pytest.raises((Refusal, Refusals), match="scheme-file"):
        find_scheme(str(path), "ethnicity")


def test_a_name_that_is_no_scheme_is_refused() -> None:
    """With the names that are."""
    with pytest.raises(Refusal, match="census-2021-england-wales"):
        find_scheme("census", "ethnicity")


def test_a_band_between_two_fives_is_told_by_its_neighbours() -> None:
    """20-30 ends with 29 beside 30-40, with 30 beside "over 30", and alone is not read."""
    assert read_ages(["20-30", "30-40"])["20-30"].band == Band(20, 29)
    assert read_ages(["20-30", "over 30"])["20-30"].band == Band(20, 30)
    assert read_ages(["20-30"])["20-30"].kind is LineKind.UNPLACED
    assert read_ages(["18-24"])["18-24"].band == Band(18, 24)


def test_bands_that_nest_are_brought_together_and_those_that_cross_are_named() -> None:
    """Single years into a band; 15-19 crosses 10-17."""
    years = [Band(age, age) for age in range(10, 18)]
    nested = nest([Band(10, 17)], years)
    assert set(nested.bands.values()) == {Band(10, 17)}
    assert (nested.crossing, nested.torn) == ((), ())
    assert nest([Band(10, 17)], years[1:]).torn == (Band(10, 17),)
    assert nest([Band(10, 17)], [Band(15, 19)]).crossing == ((Band(10, 17), Band(15, 19)),)
    assert parents([Band(0, 15), Band(0, 4), Band(5, 15)]) == {Band(0, 15): [Band(0, 4), Band(5, 15)]}
    assert [band_label(each) for each in (Band(0, 9), Band(10, 17), Band(35, 200))] == ["under 10", "10-17", "over 34"]
