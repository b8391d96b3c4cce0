"""The bench gives the figures that are printed beside the public data."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from overt.watchlists import CorpusOptions, Matching, Term, TermList, TrialRequest, Where, account, read_terms, try_list

pytestmark = pytest.mark.data


def tried(shared: Path, terms: TermList, where: Where = Where.WORD) -> Any:
    """The account of a list on HateCheck."""
    corpus = CorpusOptions(
        (shared / "text-hatecheck" / "test_suite_cases.csv",),
        "test_case",
        "label_gold",
        {"group": "target_ident", "function": "functionality"},
    )
    return account(try_list(TrialRequest(terms, corpus, Matching(where=where))))


def printed(shared: Path) -> Any:
    """What expected.json says of the lists."""
    return json.loads((shared / "text-hatecheck" / "expected.json").read_text(encoding="utf-8"))["watchlist_result"]


def focus_words(shared: Path) -> TermList:
    """The naive list: the focus words of HateCheck's hateful cases, those parted by commas by themselves."""
    with (shared / "text-hatecheck" / "test_suite_cases.csv").open(encoding="utf-8", newline="") as stream:
        hateful = [row["focus_words"] for row in csv.DictReader(stream) if row["label_gold"] == "hateful"]
    words = sorted({word.strip() for each in hateful for word in each.split(",")})
    return TermList("focus words", "0" * 64, tuple(map(Term, words)))


def test_ldnoobw_errs_as_printed(shared_data: Path) -> None:
    """18.5 % of the non-hateful and 7.6 % of the hateful cases, 5.4 % about Muslims and 28.7 % about women."""
    found, expected = tried(shared_data, read_terms(shared_data / "wordlists" / "ldnoobw_en.txt")), printed(shared_data)
    assert (found["terms"], found["texts"]) == (403, 3728)
    assert found["overall"]["false_positive_rate"] == pytest.approx(expected["ldnoobw"]["fpr"], abs=5e-5)
    assert found["overall"]["recall"] == pytest.approx(expected["ldnoobw"]["tpr"], abs=5e-5)
    by_group = {name: round(each["false_positive_rate"], 3) for name, each in found["by_group"].items()}
    assert {name: by_group[name] for name in expected["ldnoobw"]["fpr_by_target"]} == expected["ldnoobw"][
        "fpr_by_target"
    ]


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("ldnoobw", "ldnoobw_en.txt"),
        ("hatebase_ngrams", "hatebase_refined_ngrams.csv"),
        ("toxtrig", "toxtrig_word_based_bias_list.csv"),
    ],
)
def test_every_list_errs_as_printed_between_boundaries(shared_data: Path, name: str, file: str) -> None:
    """The printed figures are of a regular expression with a boundary at both ends, which can be asked for."""
    found = tried(shared_data, read_terms(shared_data / "wordlists" / file), Where.BOUNDARY)["overall"]
    expected = printed(shared_data)[name]
    assert (round(found["false_positive_rate"], 4), round(found["recall"], 4)) == (expected["fpr"], expected["tpr"])


def test_the_26_identity_words_are_found_without_being_told(shared_data: Path) -> None:
    """Those the bias list itself calls harmless, and no other of its 403 terms."""
    terms = read_terms(shared_data / "wordlists" / "toxtrig_word_based_bias_list.csv", category="notes")
    assert {term.category for term in terms.terms} != {"harmless-minority"}
    found = {each["term"] for each in tried(shared_data, terms)["per_term"] if each["identity"]}
    with (shared_data / "wordlists" / "toxtrig_word_based_bias_list.csv").open(encoding="utf-8", newline="") as stream:
        harmless = {row["word"] for row in csv.DictReader(stream) if row["categorization"] == "harmless-minority"}
    assert len(harmless) == 26
    assert found == harmless


def test_the_naive_list_flags_counter_speech(shared_data: Path) -> None:
    """197 focus words: recall 0.71, false-positive rate 0.48, 65 % of quoted and 70 % of referenced counter-speech."""
    terms = focus_words(shared_data)
    assert len(terms.terms) == 197
    found = tried(shared_data, terms)
    assert round(found["overall"]["recall"], 2) == 0.71
    assert round(found["overall"]["false_positive_rate"], 2) == 0.48
    by_function = {name: each["false_positive_rate"] for name, each in found["by_function"].items()}
    assert round(by_function["counter_quote_nh"] * 100) == 65
    assert round(by_function["counter_ref_nh"] * 100) == 70
    assert round(by_function["profanity_nh"] * 100) == 77
    assert by_function["ident_neutral_nh"] == 0
