"""A trial counts right, leaves terms out without searching again, and gives the same bytes each time."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from overt.watchlists import (
    CorpusOptions,
    Matching,
    Term,
    Trial,
    TrialRequest,
    Where,
    account,
    finding,
    trial_files,
    try_list,
    write_trial,
)
from overt.watchlists._account import mask
from tests.watchlist.conftest import ROWS, listed, write_csv

Tried = Callable[..., Trial]
TERMS = ("shank", "drill", "lamb shank", "shank", "silent")


def test_hits_are_texts_and_rates_are_theirs(tried: Tried) -> None:
    """Counted by hand."""
    overall = account(tried("shank", "drill"))["overall"]
    assert (overall["hits"], overall["true_positives"], overall["false_positives"]) == (6, 2, 4)
    assert (overall["precision"], overall["recall"], overall["false_positive_rate"]) == (2 / 6, 2 / 3, 4 / 5)


def test_groups_and_functions_are_counted_apart(tried: Tried) -> None:
    """And what was not asked for is not there."""
    made = account(tried("shank", "drill"))
    assert made["by_group"]["listeners"]["false_positives"] == 2
    assert made["by_function"]["implicit_h"]["recall"] == 0
    assert made["by_genre"] is None


@pytest.mark.parametrize("left_out", range(len(TERMS)))
def test_leaving_a_term_out_equals_trying_the_list_without_it(tried: Tried, left_out: int) -> None:
    """Though the texts are searched only once."""
    without = account(tried(*TERMS))["per_term"][left_out]["without"]
    again = account(tried(*(term for place, term in enumerate(TERMS) if place != left_out)))["overall"]
    assert without == {key: again[key] for key in without}


@pytest.mark.parametrize("left_out", range(3))
def test_leaving_a_term_out_holds_with_a_threshold(tried: Tried, left_out: int) -> None:
    """A text may be flagged by several together."""
    terms = [Term("shank", weight=0.1), Term("drill", weight=0.2), Term("bring", weight=0.2)]
    without = account(tried(*terms, threshold=0.3))["per_term"][left_out]["without"]
    again = account(tried(*(each for place, each in enumerate(terms) if place != left_out), threshold=0.3))["overall"]
    assert without == {key: again[key] for key in without}


def test_needless_and_silent_terms_are_named(tried: Tried) -> None:
    """One that repeats, one that contains, one that never fires."""
    made = account(tried(*TERMS))
    assert [each["needless"] for each in made["per_term"]] == [
        "decides nothing here", None, "contains another term", "repeats another term", None,
    ]  # fmt: skip
    assert made["per_term"][3]["same_as"] == "T0001"
    assert made["silent_terms"] == ["T0005"]


def test_a_term_that_adds_weight_is_not_needless(tried: Tried) -> None:
    """Though it contains another: only together do they reach the threshold."""
    made = account(tried(Term("shank", weight=1), Term("lamb shank", weight=1), threshold=2))
    assert [each["needless"] for each in made["per_term"]] == [None, None]
    assert made["overall"]["hits"] == 1


def test_categories_are_measured_as_lists_of_their_own(tried: Tried) -> None:
    """Whatever else is on the list."""
    made = account(tried(Term("shank", "blades"), Term("lamb", "blades"), Term("drill", "music")))
    alone = account(tried("drill"))["overall"]
    assert made["by_category"]["music"] == {"terms": 1, **alone}
    assert account(tried("drill"))["by_category"] is None


def test_terms_that_look_like_patterns_are_named(tried: Tried) -> None:
    """They are taken literally unless asked otherwise, which a reader should know."""
    made = account(tried("gays?", "muslim*", "wom[ae]n", r"jew\w*", "c++", "why?!", "#tag", "f**k"))
    assert made["pattern_terms"] == ["T0001", "T0002", "T0003", "T0004", "T0006", "T0008"]


def test_the_curve_ends_at_the_whole_list(tried: Tried) -> None:
    """By chance and most precise first."""
    made = account(tried("shank", "drill", "bring", "radio", "silent"))
    for curve in made["learning_curve"].values():
        assert curve[-1]["recall"] == pytest.approx(made["overall"]["recall"])
        assert curve[-1]["false_positive_rate"] == pytest.approx(made["overall"]["false_positive_rate"])
    assert made["learning_curve"]["most_precise_first"][0]["false_positive_rate"] == 0


def test_other_ways_of_matching_are_measured(tried: Tried) -> None:
    """Each as it would be by itself."""
    made = account(tried("shan", "drill"))
    found = {each["name"]: each["hits"] for each in made["variants"]}
    assert found["as chosen"] == made["overall"]["hits"] == 3
    assert (
        found["substring"]
        == account(tried("shan", "drill", matching=Matching(where=Where.SUBSTRING)))["overall"]["hits"]
        == 6
    )


def test_harmless_sentences_made_of_terms_are_flagged(tried: Tried) -> None:
    """A list of words cannot tell who is quoting; a condition on what is near can."""
    made = account(tried("shank"))
    assert {each["share"] for each in made["templates"]} == {1.0}
    assert {each["kind"] for each in made["templates"]} >= {
        "negation",
        "quotation",
        "counter-speech",
        "lyrics",
        "reclaimed",
    }


def test_disguises_are_counted_of_what_is_found_undisguised(tried: Tried) -> None:
    """Capitals hide nothing, a digit for a letter does."""
    found = {each["kind"]: each["flagged"] for each in account(tried("shank"))["disguises"]}
    assert found["capitals"] == 1
    assert found["digits for letters"] == 0


def test_functions_of_the_corpus_become_probes(tried: Tried) -> None:
    """By the probe in their names."""
    found = {each["function"]: (each["kind"], each["flagged"]) for each in account(tried("shank"))["probes"]}
    assert found["quote_nh"] == ("quotation", 1)
    assert found["lyrics_nh"] == ("lyrics", 0)


def test_the_same_trial_gives_the_same_bytes(tried: Tried, tmp_path: Path) -> None:
    """run.json holds the digest of each."""
    made = account(tried(*TERMS))
    assert trial_files(made) == trial_files(account(tried(*TERMS)))
    write_trial(made, tmp_path / "out")
    assert {path.name for path in (tmp_path / "out").iterdir()} == set(trial_files(made))


def test_the_finding_says_which_terms_have_no_measured_precision(tried: Tried) -> None:
    """What OV-57 can cite: with one silent term it cannot be shown."""
    assert finding(account(tried("shank")))["verdict"] == "met"
    found = finding(account(tried(*TERMS)))
    assert (found["verdict"], found["examined"], found["unknown"]) == ("cannot be shown", 5, 1)
    assert found["terms"][0]["precision"] == 0.5


def test_masked_results_hold_no_term(tried: Tried) -> None:
    """In none of the files."""
    for name, content in trial_files(account(tried("shank", "muslim"), masked=True)).items():
        assert b"shank" not in content and b"muslim" not in content.lower(), name


def test_a_mask_leaves_first_letters() -> None:
    """Of every word."""
    assert mask("two words, #tag 🖕") == "t•• w••••, #t•• 🖕"


def test_no_text_leaves_the_bench(tried: Tried) -> None:
    """No sentence of the corpus stands in any file of the result."""
    for name, content in trial_files(account(tried(*TERMS))).items():
        assert not any(row[0].encode() in content for row in ROWS), name


def test_a_list_that_hits_nothing_is_reported(tried: Tried) -> None:
    """Without a share of nothing."""
    made: Any = account(tried("zebra"))
    assert made["overall"]["precision"] is None
    assert made["at_prevalence"][0]["wrong_of_1000_warnings"] is None
    assert b"3 of the texts are what the list is meant to find" in trial_files(made)["report.html"]


def test_harmless_sentences_alone_give_the_rate_of_false_alarms(tmp_path: Path) -> None:
    """With its limits; nothing is said of recall, of precision or of warnings in use."""
    path = write_csv(
        tmp_path / "c.csv", [[row[0], *row[2:]] for row in ROWS if row[1] == "harmless"], ("text", "a", "b")
    )
    made: Any = account(
        try_list(TrialRequest(listed("drill", "shank"), CorpusOptions((path,), "text", "", {"group": "a"})))
    )
    overall = made["overall"]
    assert (overall["false_positives"], overall["negatives"], overall["positives"]) == (4, 5, 0)
    assert (overall["false_positive_rate"], overall["recall"], overall["precision"]) == (0.8, None, None)
    assert made["intervals"]["of"].startswith("texts, not authors")
    assert overall["false_positive_rate_interval"] == pytest.approx([0.2836, 0.9949], abs=1e-4)
    assert [each["precision"] for each in made["per_term"]] == [None, None]
    assert all(each["wrong_share"] is None for each in made["at_prevalence"])
    assert made["by_group"]["cooks"]["false_positive_rate"] == 0.5
    assert finding(made)["verdict"] == "cannot be shown"
    pages = trial_files(made)
    assert b"these figures are only about false alarms" in pages["verdict.html"]
    assert b"None of the texts: all are harmless" in pages["report.html"]


@pytest.mark.parametrize("sought", [0, 1, 19, 20])
def test_nothing_is_projected_from_few_sought_texts(tmp_path: Path, sought: int) -> None:
    """From twenty on it is; below, the reason stands in the place of the figure."""
    rows = [["drill now", "threat"]] * sought + [["drill song", "harmless"]] * 30 + [["song", "harmless"]] * 30
    path = write_csv(tmp_path / "c.csv", rows, ("text", "label"))
    options = CorpusOptions((path,), "text", "label", {}, positive=("threat",) if sought else ())
    made: Any = account(try_list(TrialRequest(listed("drill"), options)))
    assert [each["wrong_share"] is not None for each in made["at_prevalence"]] == [sought >= 20] * 3
    assert [each["without"] is None for each in made["at_prevalence"]] == [sought >= 20] * 3
    for name in ("report.html", "verdict.html"):
        page = trial_files(made)[name].decode()
        assert ("It is not known how many alerts would be false" in page) == (sought < 20)
        # The unit is a text. Nobody is counted.
        assert not re.search(r"1,000 people|did nothing", page)


def test_the_json_is_as_documented(tried: Tried, corpus: CorpusOptions) -> None:
    """The keys that others build on."""
    made = json.loads(trial_files(account(tried(*TERMS)))["watchlist.json"])
    assert (made["terms"], made["texts"]) == (5, 8)
    assert {"hits", "precision", "recall", "false_positive_rate"} <= set(made["overall"])
    assert len(made["per_term"]) == 5
    assert made["corpus"]["columns"] == {"text": "text", "label": "label", **corpus.by}
