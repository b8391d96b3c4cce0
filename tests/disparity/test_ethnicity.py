"""The lists in which ethnicity is written, and what is lost from one to another."""

from __future__ import annotations

import pytest

from overt.disparity._axes import band_of, find_axis
from overt.disparity._ethnicity import WORDS, CodeList, code_of, group_of, is_unknown, list_of, losses, to_list
from overt.model import TABLES
from overt.refusals import Refusal


def test_the_lists_are_those_of_the_model() -> None:
    """18+1 and the observed codes, in the model's order."""
    subject = TABLES["subject"].by_name
    assert set(WORDS[CodeList.EIGHTEEN]) == set(subject["ethnicity_self"].codes)
    assert set(WORDS[CodeList.OBSERVED]) == set(subject["ethnicity_observed"].codes)


def test_the_older_list_has_chinese_elsewhere_and_two_codes_fewer() -> None:
    """16+1: no W3, O2 and A4, and Chinese is O1."""
    assert set(WORDS[CodeList.EIGHTEEN]) ^ set(WORDS[CodeList.SIXTEEN]) == {"W3", "O2", "A4", "O1"}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Black or Black British - African (B2)", "B2"),
        ("Black/African/Caribbean/Black British - Caribbean", "B1"),
        ("White - English/Welsh/Scottish/Northern Irish/British", "W1"),
        ("Mixed/Multiple ethnic groups - Any other Mixed/Multiple ethnic background", "M9"),
        ("Chinese or other ethnic group - Chinese (O1)", "O1"),
        ("Asian/Asian British - Chinese", "A4"),
        ("IC3", "IC3"),
        ("Hispanic", None),
    ],
)
def test_wordings_are_read_as_their_codes(text: str, code: str | None) -> None:
    """The published wordings of both lists, with and without a code behind them."""
    assert code_of(text) == code


def test_every_code_has_a_broad_group_except_not_stated() -> None:
    """And what is in no list stays as the source writes it."""
    groups = {group_of(code) for codes in WORDS.values() for code in codes if not is_unknown(code)}
    assert groups == {"White", "Mixed", "Asian", "Black", "Other"}
    assert group_of("WHITE HISPANIC") == "White"
    assert group_of("Hispanic") == "Hispanic"


def test_not_stated_is_no_group() -> None:
    """Neither are NS, IC9, blank and the words for it."""
    words = ("", " ", "NS", "IC9", "Not Stated (NS)", "Other ethnic group - Not stated", "Don't know", "Not reported")
    assert all(is_unknown(each) for each in words)


def test_going_to_the_older_list_names_what_is_lost() -> None:
    """Travellers, Arab people and where Chinese people are counted: each only where somebody is touched."""
    assert {to_list(code, CodeList.SIXTEEN) for code in ("W3", "O2", "A4")} == {"W9", "O9", "O1"}
    lost = [each.says for each in losses({"W1", "W3", "A4"}, "16+1")]
    assert len(lost) == 2
    assert "Gypsy or Irish Traveller" in lost[0]
    assert losses({"W1", "B1"}, "16+1") == ()


def test_observed_codes_cannot_tell_mixed() -> None:
    """An officer has no code for it, and the loss says so."""
    assert any("no code for Mixed" in each.says for each in losses({"IC1", "IC3"}, "groups"))


def test_which_list_is_told_by_its_own_codes() -> None:
    """O1 is in the older one alone; observed codes are never taken for self-defined ones."""
    assert list_of({"W1", "O1"}) is CodeList.SIXTEEN
    assert list_of({"W1", "O2", "NS"}) is CodeList.EIGHTEEN
    assert list_of({"IC1", "IC9"}) is CodeList.OBSERVED
    assert list_of({"W1", "IC3"}) is None


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
