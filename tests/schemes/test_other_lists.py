"""Lists that no file of the package was made from: every label is read right, or it is left as it is and said."""

import pytest

from overt.schemes import Band, LineKind, read, read_ages
from overt.schemes._ages import OPEN

# Each list with the group of each label as its own publisher has it; "" is nobody's group.
LISTS = {
    "descent codes of Los Angeles": {
        "A": "Asian", "B": "Black", "C": "Asian", "D": "Asian", "F": "Asian", "G": "Pacific Islander", "H": "Hispanic",
        "I": "American Indian or Alaska Native", "J": "Asian", "K": "Asian", "L": "Asian", "O": "Other",
        "P": "Pacific Islander", "S": "Pacific Islander", "U": "Pacific Islander", "V": "Asian", "W": "White", "X": "",
        "Z": "Asian",
    },
    "arrests, with brackets": {
        "White": "White", "White (Irish)": "White", "White (Any other White background)": "White",
        "Asian (or Asian British)": "Asian", "Asian (Indian)": "Asian", "Black (or Black British)": "Black",
        "Chinese (or other ethnic group)": "Other", "Mixed": "Mixed", "Mixed (White and Asian)": "Mixed",
        "Mixed (White and Black Caribbean)": "Mixed", "Not Stated": "",
    },
    "stops in Scotland": {
        "White Scottish": "White", "White Other British": "White", "White Polish": "White", "Asian - Chinese": "Asian",
        "African": "Black", "Caribbean": "Black", "Black": "Black", "Mixed/Multiple": "Mixed", "Arab": "Other",
        "Not provided": "",
    },
    "stops in Philadelphia": {
        "White - Latino": "White Hispanic", "Black - Latino": "Black Hispanic", "White - Non-Latino": "White",
        "Black - Non-Latino": "Black", "American Indian": "American Indian or Alaska Native", "Asian": "Asian",
        "Unknown": "",
    },
    "police in Toronto": {
        "East/Southeast Asian": "East or Southeast Asian", "Indigenous": "Indigenous", "Latino": "Latino",
        "Middle-Eastern": "Middle Eastern", "South Asian": "South Asian", "Black": "Black", "White": "White",
        "Unknown or Legacy": "",
    },
    "stops in Minneapolis": {
        "Native American": "Native American", "East African": "Black", "Latino": "Hispanic", "Black": "Black",
        "White": "White", "Unknown": "",
    },
    "race and origin of 1977": {
        "White, not of Hispanic origin": "White", "Black, not of Hispanic origin": "Black",
        "Hispanic origin (of any race)": "Hispanic", "Asian or Pacific Islander": "Asian or Pacific Islander",
    },
    "transport police": {
        "White - North European": "White", "White - South European": "White", "Black": "Black", "Asian": "Asian",
        "Chinese, Japanese, or other South East Asian": "Asian", "Arab or North African": "Other", "Unknown": "",
    },
    "codes that no list has": {
        "W1 - White: British": "White", "W8 - White: Gypsy or Irish Traveller": "White", "A4 - Asian: Chinese": "Asian",
        "A9 - Asian: Other": "Asian", "B1 - Black: Caribbean": "Black", "O9 - Other": "Other", "NS - Not Stated": "",
    },
    "words that say too little": {
        "White (mixed)": "Mixed", "Black (mixed)": "Mixed", "Asian (Middle Eastern)": "Other", "Other (White)": "White",
        "White (other than Irish)": "White", "Non-White (Black)": "Black", "White (Asian)": "Mixed",
    },
}  # fmt: skip


@pytest.mark.parametrize("name", LISTS)
def test_no_label_is_read_wrong(name: str) -> None:
    places = read(list(LISTS[name])).places
    read_as = {label: each.group for label, each in places.items() if each.kind is not LineKind.UNPLACED}
    assert read_as == {label: LISTS[name][label] for label in read_as}


def test_a_part_in_brackets_is_a_part() -> None:
    places = read(["Asian", "Asian (Indian)", "White", "White (Any other White background)", "Indian (Asian)"]).places
    assert places["Asian"].kind is LineKind.GROUP
    assert {places[each].kind for each in places if "(" in each} == {LineKind.PART}


def test_nought_and_one_say_no_sex() -> None:
    """Either may be the men."""
    assert {each.kind for each in read(["0", "1"], "sex").places.values()} == {LineKind.UNPLACED}
    assert {each.group for each in read(["1", "2"], "sex").places.values()} == {"male", "female"}


@pytest.mark.parametrize(
    ("label", "low", "high"),
    [
        ("60 plus", 60, OPEN),
        ("40 thru 49", 40, 49),
        ("20 - less than 30", 20, 29),
        ("18-<25", 18, 24),
        ("10 to 17 years (inclusive)", 10, 17),
        ("65 YRS AND UP", 65, OPEN),
    ],
)
def test_bands_of_other_lists_have_their_bounds(label: str, low: int, high: int) -> None:
    assert read_ages([label])[label].band == Band(low, high)


@pytest.mark.parametrize("label", ["Jan-09", "10-Nov", "17-10", "-18", "18-", "20s", "Juvenile", "(17,24]"])
def test_what_is_no_band_is_left_as_it_is(label: str) -> None:
    """ "Jan-09" is what a spreadsheet makes of 1-9; and a band that ends before it begins tells nothing of others."""
    bands = read_ages([label, "10-17"])
    assert bands[label].kind is LineKind.UNPLACED
    assert bands["10-17"].band == Band(10, 17)
