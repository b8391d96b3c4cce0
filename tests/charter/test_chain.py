"""Versions follow one another: nothing is changed in silence, nothing takes effect before its notice."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import pytest

from overt.charter import Charter, charter_places, check_chain, in_force
from overt.refusals import Refusal, Refusals
from tests.charter.charters import NAME, TEXT, charter, edited, line_of, next_version

FIRST = charter()
SECOND_TEXT = next_version(FIRST, TEXT)
SECOND = charter(SECOND_TEXT)


def refusals(charters: Sequence[Charter], text: str | None = None) -> list[Refusal]:
    places = {charters[-1].digest: charter_places(text.encode(), NAME)} if text else None
    try:
        check_chain(charters, places)
    except Refusals as several:
        return several.refusals
    except Refusal as one:
        return [one]
    return []


def test_versions_that_follow_are_a_chain() -> None:
    """In any order, and one version alone as well."""
    check_chain([SECOND, FIRST])
    check_chain([FIRST])
    check_chain([])


NEW_CATEGORY = """[categories.age]
title = "Age"
reason = "Children are protected by other rules."
assessment = "DPIA-2"
adopted_on = 2026-06-29

[assessments.DPIA-2]
kind = "dpia"
signed_on = 2026-05-01
review_due_on = 2027-05-01
officer_consulted_on = 2026-04-01
covers = ["age"]

[assessments.DPIA-1]"""

# What breaks the chain: an edit of the second version, the code, and a text on the line that is named.
BROKEN = {
    "a version is left out": ("version = 2", "version = 3", "charter-version", "version"),
    "another file is named": (FIRST.digest, "0" * 64, "charter-chain-broken", "previous"),
    "another register": ("police.example/register", "police.example/other", "charter-other-register", "origin"),
    "another name": ("Example register", "Other register", "charter-other-register", "name ="),
    "notice is cut short by a day": (
        "effective_on = 2026-06-29",
        "effective_on = 2026-06-28",
        "charter-notice-short",
        "effective_on",
    ),
    "adopted before the one before it": (
        "adopted_on = 2026-06-01",
        "adopted_on = 2026-01-04",
        "charter-dates",
        "adopted_on",
    ),
    "a category is said to be older": (
        "adopted_on = 2026-02-02",
        "adopted_on = 2025-12-02",
        "charter-category-rewritten",
        "adopted_on = 2025-12-02",
    ),
    "a category retires in the past": (
        "adopted_on = 2026-02-02",
        "adopted_on = 2026-02-02\nretired_on = 2026-06-28",
        "charter-category-rewritten",
        "retired_on",
    ),
    "a new category is in use already": (
        "[assessments.DPIA-1]",
        NEW_CATEGORY.replace("2026-06-29", "2026-06-28"),
        "charter-category-backdated",
        "adopted_on = 2026-06-28",
    ),
}


@pytest.mark.parametrize("what", BROKEN)
def test_broken_chain_is_refused_with_its_line(what: str) -> None:
    """One refusal, on the line of the later version that has to be fixed."""
    old, new, code, on_line = BROKEN[what]
    text = edited(old, new, SECOND_TEXT)
    found = refusals([FIRST, charter(text)], text)
    assert [(each.code, each.where) for each in found] == [(code, f"{NAME}, line {line_of(text, on_line)}")]


def test_new_category_from_the_day_of_effect_is_allowed() -> None:
    """It comes with an assessment of its own, after the notice."""
    assert refusals([FIRST, charter(edited("[assessments.DPIA-1]", NEW_CATEGORY, SECOND_TEXT))]) == []


def test_dropped_category_is_refused() -> None:
    """What was recorded in it still has to be explained: it is retired and stays in the charter."""
    text = edited('covers = ["account_handle", "ethnicity"]', 'covers = ["ethnicity"]', SECOND_TEXT)
    text = edited('covers = ["account_handle", "ethnicity"]', 'covers = ["ethnicity"]', text)
    block = text[text.index("[categories.account_handle]") : text.index("[categories.ethnicity]")]
    (found,) = refusals([FIRST, charter(edited(block, "", text))])
    assert found.code == "charter-category-dropped"
    assert found.found == "categories.account_handle of version 1 is gone"


def test_retired_category_does_not_come_back() -> None:
    """What comes back is adopted anew, under a name of its own."""
    retired = edited("adopted_on = 2026-02-02", "adopted_on = 2026-02-02\nretired_on = 2026-06-29", SECOND_TEXT)
    second = charter(retired)
    assert refusals([FIRST, second]) == []
    days = {"adopted_on = ": "adopted_on = 2026-09-01", "effective_on = ": "effective_on = 2026-10-01"}
    kept = charter(next_version(second, retired, days))
    assert refusals([second, kept]) == []
    back = charter(next_version(second, retired.replace("retired_on = 2026-06-29\n", ""), days))
    assert [each.code for each in refusals([second, back])] == ["charter-category-rewritten"]


def test_notice_promised_by_the_version_before_decides() -> None:
    """A version cannot shorten its own notice, only that of the next."""
    text = edited("notice_days = 28", "notice_days = 0", SECOND_TEXT)
    assert refusals([FIRST, charter(text)]) == []
    text = edited("effective_on = 2026-06-29", "effective_on = 2026-06-01", text)
    (found,) = refusals([FIRST, charter(text)])
    assert found.code == "charter-notice-short"
    assert found.wanted == "28 days, as version 1 promised: 2026-06-29 at the earliest"


def test_every_fault_of_the_chain_is_told_at_once() -> None:
    """Of every pair of versions."""
    text = edited("Example register", "Other register", edited(FIRST.digest, "0" * 64, SECOND_TEXT))
    second = charter(text)
    third = charter(next_version(second, text))
    codes = [each.code for each in refusals([third, FIRST, second])]
    assert codes == ["charter-chain-broken", "charter-other-register", "charter-dates"]


def test_without_lines_the_version_and_field_are_named() -> None:
    """Who has no file at hand still learns where."""
    (found,) = refusals([FIRST, charter(edited(FIRST.digest, "0" * 64, SECOND_TEXT))])
    assert found.where == "version 2, previous"
    assert found.wanted == FIRST.digest


@pytest.mark.parametrize(
    ("day", "version"),
    [("2026-02-01", None), ("2026-02-02", 1), ("2026-06-28", 1), ("2026-06-29", 2), ("2050-01-01", 2)],
)
def test_version_in_force_is_the_last_to_have_taken_effect(day: str, version: int | None) -> None:
    """From its first day on; before the first version there is none."""
    found = in_force([SECOND, FIRST], dt.date.fromisoformat(day))
    assert (found.version if found else None) == version
