"""The police's own lists of ethnicity: from one to the other, and in the model."""

from __future__ import annotations

import pytest

from overt.disparities._axes import band_of, find_axis
from overt.disparities._ethnicity import CodeList, losses, to_list
from overt.model import TABLES
from overt.refusals import Refusal
from overt.schemes import LineKind, find_scheme, read


def _codes(name: str) -> list[str]:
    return [line.label for line in find_scheme(name, "ethnicity").lines]


def test_the_lists_are_those_of_the_model() -> None:
    """18+1 and the observed codes."""
    subject = TABLES["subject"].by_name
    assert set(_codes("home-office-18+1")) == set(subject["ethnicity_self"].codes)
    assert set(_codes("identity-codes")) - {"IC0"} == set(subject["ethnicity_observed"].codes)


def test_the_older_list_has_chinese_elsewhere_and_two_codes_fewer() -> None:
    """16+1: no W3, O2 and A4, and Chinese is O1."""
    assert set(_codes("home-office-18+1")) ^ set(_codes("home-office-16+1")) == {"W3", "O2", "A4", "O1"}


@pytest.mark.parametrize("name", ["home-office-18+1", "home-office-16+1", "identity-codes"])
def test_every_code_has_a_broad_group_except_not_stated(name: str) -> None:
    """In the list of all codes."""
    reading = read(_codes(name))
    for code, place in reading.places.items():
        is_unknown = code in ("NS", "IC9", "IC0")
        assert place.kind is (LineKind.UNKNOWN if is_unknown else LineKind.PART), code
        assert place.group in ({""} if is_unknown else {"White", "Mixed", "Asian", "Black", "Other"}), code


def test_going_to_the_older_list_names_what_is_lost() -> None:
    """Travellers, Arab people and where Chinese people are counted: each only where somebody is touched."""
    assert {to_list(code, CodeList.SIXTEEN) for code in ("W3", "O2", "A4")} == {"W9", "O9", "O1"}
    lost = losses({"W1", "W3", "A4"}, CodeList.SIXTEEN)
    assert len(lost) == 2
    assert "Gypsy or Irish Traveller" in lost[0]
    assert losses({"W1", "B1"}, CodeList.SIXTEEN) == ()


def test_ethnicity_without_whose_word_is_refused() -> None:
    """What an officer saw and what a person said are two measures."""
    with pytest.raises(Refusal, match="disparity-whose-ethnicity"):
        find_axis("entry", "ethnicity")


@pytest.mark.parametrize(
    ("age", "band"), [(9, "under 10"), (10, "10-17"), (17, "10-17"), (34, "25-34"), (35, "over 34")]
)
def test_ages_fall_in_the_bands_that_are_published(age: int, band: str) -> None:
    """As data.police.uk writes them."""
    assert band_of(age) == band
