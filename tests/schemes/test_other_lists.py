"""Lists that no file of the package was made from: every label is read right, or it is left as it is and said."""

import pytest

from overt.schemes import Kind, read

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
    read_as = {label: each.group for label, each in places.items() if each.kind is not Kind.UNPLACED}
    assert read_as == {label: LISTS[name][label] for label in read_as}


def test_a_part_in_brackets_is_a_part() -> None:
    places = read(["Asian", "Asian (Indian)", "White", "White (Any other White background)", "Indian (Asian)"]).places
    assert places["Asian"].kind is Kind.GROUP
    assert {places[each].kind for each in places if "(" in each} == {Kind.PART}
