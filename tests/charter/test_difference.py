"""What grew from one version to the next, in a line and in words."""

from __future__ import annotations

from overt.charter import difference, history
from tests.charter.charters import TEXT, charter, edited, next_version

FIRST = charter()


def second(*edits: tuple[str, str]) -> str:
    text = next_version(FIRST, TEXT)
    for old, new in edits:
        text = edited(old, new, text)
    return text


NEW = """[categories.age]
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


def test_growth_is_one_line() -> None:
    """Sections whose number changed, with both numbers; others with the number of what changed in them."""
    found = difference(FIRST, charter(second(("[assessments.DPIA-1]", NEW), ("value = 15", "value = 13"))))
    assert found.summary() == "categories 2 → 3, assessments 3 → 4, thresholds 1 changed"


def test_every_change_is_told_in_words() -> None:
    """Names that are new, and values as they were and are."""
    found = difference(
        FIRST,
        charter(
            second(
                ("[assessments.DPIA-1]", NEW),
                ("value = 15", "value = 13"),
                ("notice_days = 28", "notice_days = 14"),
                ("Example Police", "Other Police"),
                ("White = 800", "White = 801"),
            )
        ),
    )
    assert found.lines() == [
        "categories 2 → 3",
        "categories: age is new",
        "thresholds.minimum_age.value: 15 → 13",
        "assessments 3 → 4",
        "assessments: DPIA-2 is new",
        "populations.example-2021.groups.White: 800 → 801",
        "notice_days: 28 → 14",
        "register.controller: Example Police → Other Police",
    ]
    assert found.summary().endswith("populations 1 changed, notice days changed, register changed")


def test_retired_category_is_no_longer_counted() -> None:
    """It stays in the charter, and is said to be retired."""
    found = difference(
        FIRST, charter(second(("adopted_on = 2026-02-02", "adopted_on = 2026-02-02\nretired_on = 2026-06-29")))
    )
    assert found.summary() == "categories 2 → 1"
    assert "categories: account_handle is retired" in found.lines()


def test_nothing_but_the_days_changed() -> None:
    """A version that changes nothing says so."""
    assert difference(FIRST, charter(second())).summary() == "no change"
    assert difference(FIRST, charter(second())).lines() == []


def test_recipient_that_is_gone_is_told() -> None:
    """What shrinks is told as what grows is."""
    block = TEXT[TEXT.index("[recipients.example_force]") : TEXT.index("[thresholds")]
    found = difference(FIRST, charter(second((block, ""))))
    assert found.summary() == "recipients 1 → 0"
    assert found.lines() == ["recipients 1 → 0", "recipients: example_force is removed"]


def test_true_is_not_taken_for_one() -> None:
    """Values of different kinds differ, even where Python calls them equal."""
    found = difference(FIRST, charter(second(("value = 15", "value = 15.0"))))
    assert found.lines() == ["thresholds.minimum_age.value: 15 → 15.0"]


def test_history_is_one_line_for_each_version() -> None:
    """The first says what it begins with; the days are those of effect."""
    lines = history([charter(second(("[assessments.DPIA-1]", NEW))), FIRST])
    assert [str(line) for line in lines] == [
        "1  2026-02-02  categories 2, recipients 1, purposes 2, authorities 1, retention 1, thresholds 1, "
        "assessments 3, packs 1, populations 1",
        "2  2026-06-29  categories 2 → 3, assessments 3 → 4",
    ]
    assert history([]) == ()
