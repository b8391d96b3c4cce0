"""Each measure on small invented registers, counted by hand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path

import pytest

from overt.disparities import INSIDE, MEASURES, Disparity
from overt.model import TABLES
from overt.refusals import Refusal, Refusals
from tests.disparity.conftest import Ask, population

SUBJECTS = [
    {
        "subject_id": "s1",
        "birth_date": "2010-07-01",
        "sex": "male",
        "ethnicity_self": "B1",
        "ethnicity_observed": "IC3",
    },
    {
        "subject_id": "s2",
        "birth_date": "1990-01-01",
        "sex": "male",
        "ethnicity_self": "B2",
        "ethnicity_observed": "IC1",
    },
    {
        "subject_id": "s3",
        "birth_date": "1970-01-01",
        "sex": "female",
        "ethnicity_self": "W1",
        "ethnicity_observed": "IC1",
    },
    {"subject_id": "s4", "birth_date": "", "sex": "female", "ethnicity_self": "NS", "ethnicity_observed": "IC3"},
]


def _entry(number: int, subject: str, opened: str, closed: str = "", score: object = "") -> dict[str, object]:
    status = "closed" if closed else "active"
    return {
        "entry_id": f"e{number}",
        "subject_id": subject,
        "status": status,
        "opened_on": opened,
        "closed_on": closed,
        "score": score,
        "unit": "North",
    }


ENTRIES = [
    _entry(1, "s1", "2025-01-01", score=0),
    _entry(2, "s1", "2025-02-01", score=5),
    _entry(3, "s2", "2025-01-01", "2026-01-01", score=8),
    _entry(4, "s3", "2025-06-30", score=9),
    _entry(5, "s4", "2026-06-01", score=0),
]
REGISTER = {"subject": SUBJECTS, "entry": ENTRIES}


def _counts(found: Disparity) -> Mapping[str, int]:
    return {row.group: row.count for row in found.first.rows}


def _shares(found: Disparity) -> Mapping[str, tuple[int, float | None]]:
    inside = next(table for table in found.tables if table.population == INSIDE)
    return {row.group: (row.count, row.population) for row in inside.rows}


def test_listed_counts_people_once_and_only_those_listed_on_the_day(ask: Ask) -> None:
    """Two entries are one person; one closed before the day is none, and one on a day before its closing."""
    found = ask(REGISTER, measure="listed", by=("ethnicity_self_group",))
    assert _counts(found) == {"Black": 1, "White": 1}
    assert found.missing.count == 1
    before = ask(REGISTER, measure="listed", by=("ethnicity_self_group",), as_of=dt.date(2025, 12, 31))
    assert _counts(before) == {"Black": 2, "White": 1}


def test_observed_and_self_defined_are_two_measures(ask: Ask) -> None:
    """The same people by either, and neither fills a gap of the other."""
    found = ask(REGISTER, measure="listed", by=("ethnicity_observed",))
    assert _counts(found) == {"IC1": 1, "IC3": 2}
    assert found.missing.count == 0


def test_entries_counts_each_entry(ask: Ask) -> None:
    """One person with two is two."""
    assert _counts(ask(REGISTER, measure="entries", by=("ethnicity_self",))) == {"B1": 2, "W1": 1}


def test_opened_and_closed_count_within_the_period(ask: Ask) -> None:
    """From the first to the last day, both included."""
    period = {"since": dt.date(2025, 6, 30), "as_of": dt.date(2026, 1, 1)}
    assert _counts(ask(REGISTER, measure="opened", by=("sex",), **period)) == {"female": 1}
    assert _counts(ask(REGISTER, measure="closed", by=("sex",), **period)) == {"male": 1}


def test_words_of_releases_are_other_figures(ask: Ask) -> None:
    """“Added” was 25 in a release and 149 here: people who were listed already count here, and there they do not."""
    for name in ("added", "removed"):
        with pytest.raises(Refusal, match="used only in releases"):
            ask(REGISTER, measure=name, by=("sex",))


def test_people_in_several_groups_are_said(ask: Ask) -> None:
    """Nine of 143 people were counted twice by role, and nothing said so."""
    tables = {
        "subject": [{"subject_id": name, "sex": "male"} for name in ("s1", "s2")],
        "entry": [
            {"entry_id": entry, "subject_id": subject, "role": role, "opened_on": "2026-01-10"}
            for entry, subject, role in (("e1", "s1", "suspect"), ("e2", "s1", "victim"), ("e3", "s2", "suspect"))
        ],
    }
    by_role = ask(tables, measure="listed", by=("role",))
    assert _counts(by_role) == {"suspect": 2, "victim": 1}
    assert any("there are 2 people; the groups add up to 3" in each for each in by_role.warnings)
    assert not any("add up" in each for each in ask(tables, measure="listed", by=("sex",)).warnings)


def test_age_is_that_of_the_day(ask: Ask) -> None:
    """Fifteen until the birthday, and unknown where neither birth nor age is recorded."""
    found = ask(REGISTER, measure="listed", by=("age_band",), as_of=dt.date(2026, 6, 30))
    assert _counts(found) == {"10-17": 1, "over 34": 1}
    assert found.missing.count == 1


def test_intersections_divide_by_both(ask: Ask) -> None:
    """Missing in one is missing in the pair."""
    found = ask(REGISTER, measure="listed", by=("ethnicity_self_group", "sex"))
    assert _counts(found) == {"Black, male": 1, "White, female": 1}
    assert found.missing.count == 1


def test_zero_score_is_a_share_of_the_scored(ask: Ask) -> None:
    """A test of the outcome inside the register, which needs no population."""
    found = ask(REGISTER, measure="zero_score", by=("ethnicity_observed_group",))
    assert _shares(found) == {"Black": (2, 3), "White": (0, 1)}


def test_score_threshold_counts_inside_and_against_people(ask: Ask, tmp_path: Path) -> None:
    """The two tables of the lesson: how the list treats those on it, and who is on it."""
    people = population(tmp_path / "people.csv", {"Black": 10, "White": 100})
    found = ask(
        REGISTER, measure="score_at_or_above", threshold=5, by=("ethnicity_observed_group",), populations=(people,)
    )
    assert [table.population for table in found.tables] == ["residents", INSIDE]
    assert _counts(found) == {"White": 1, "Black": 1}
    assert _shares(found) == {"White": (1, 1), "Black": (1, 3)}


def test_single_source_counts_sources_and_not_items(ask: Ask) -> None:
    """Two items from one source are one source; an entry without a named source is not in scope."""
    items = [
        {"item_id": "i1", "entry_id": "e1", "source_ref": "a"},
        {"item_id": "i2", "entry_id": "e1", "source_ref": "a"},
        {"item_id": "i3", "entry_id": "e2", "source_ref": "a"},
        {"item_id": "i4", "entry_id": "e2", "source_ref": "b"},
        {"item_id": "i5", "entry_id": "e4", "source_ref": ""},
    ]
    found = ask({**REGISTER, "item": items}, measure="single_source", by=("ethnicity_self_group",))
    assert _shares(found) == {"Black": (1, 2)}


def test_disclosed_outside_police_counts_entries_once(ask: Ask) -> None:
    """Two disclosures of one entry are one; one to another force is none."""
    sent = [("e1", "school"), ("e1", "housing"), ("e4", "police")]
    rows = [{"disclosure_id": f"d{n}", "entry_id": e, "recipient_kind": k} for n, (e, k) in enumerate(sent)]
    found = ask({**REGISTER, "disclosure": rows}, measure="disclosed_outside_police", by=("ethnicity_observed_group",))
    assert _shares(found) == {"Black": (1, 3), "White": (0, 1)}


def test_time_to_removal_is_reckoned_over_years_at_risk(ask: Ask) -> None:
    """An entry still open has given its time too: leaving it out would make removal look quick."""
    found = ask(REGISTER, measure="time_to_removal", by=("ethnicity_self_group",))
    rows = {row.group: row for row in found.first.rows}
    years = (dt.date(2026, 6, 30) - dt.date(2025, 1, 1)).days + (dt.date(2026, 6, 30) - dt.date(2025, 2, 1)).days + 365
    assert rows["Black"].count == 1
    assert rows["Black"].population == pytest.approx(years / 365.25)
    assert rows["White"].count == 0


def test_errors_of_a_score_divide_by_what_happened(ask: Ask) -> None:
    """False positives among those to whom it did not happen, false negatives among those to whom it did."""
    happened = [{"subject_id": "s2", "kind": "conviction"}, {"subject_id": "s3", "kind": "arrest"}]
    register = {"subject": SUBJECTS, "entry": [{**each, "status": "active", "closed_on": ""} for each in ENTRIES]}
    question = {"threshold": 5, "outcomes": ("conviction",), "by": ("sex",)}
    tables = {**register, "outcome": happened}
    assert _shares(ask(tables, measure="false_positive", **question)) == {"male": (1, 2), "female": (1, 2)}
    assert _shares(ask(tables, measure="false_negative", **question)) == {"male": (0, 1)}
    assert _shares(ask(tables, measure="false_discovery", **question)) == {"male": (1, 2), "female": (1, 1)}
    assert _shares(ask(tables, measure="false_omission", **question)) == {"male": (0, 1), "female": (0, 1)}


def test_platform_requests_by_genre(ask: Ask) -> None:
    """Each request once, and the share that the platform removed of those it answered."""
    rows = [("drill", "removed"), ("drill", "refused"), ("drill", "pending"), ("news", "refused"), ("", "removed")]
    table = [{"request_id": f"p{n}", "genre": g, "outcome": o} for n, (g, o) in enumerate(rows)]
    assert _counts(ask({"platform_request": table}, measure="platform_requests", by=("genre",))) == {
        "drill": 3,
        "news": 1,
    }
    found = ask({"platform_request": table}, measure="platform_removed", by=("genre",))
    assert _shares(found) == {"drill": (1, 2), "news": (0, 1)}


def test_an_encounter_row_counts_for_as_many_as_it_says(ask: Ask) -> None:
    """`row_count` weighs counts and shares alike."""
    rows = [("White", 10, "true"), ("White", 5, "false"), ("Black", 4, "true"), ("Black", 1, "")]
    table = [
        {"encounter_id": f"c{n}", "ethnicity_observed_group": g, "row_count": c, "no_further_action": a}
        for n, (g, c, a) in enumerate(rows)
    ]
    by = ("ethnicity_observed_group",)
    assert _counts(ask({"encounter": table}, measure="encounters", by=by)) == {"White": 15, "Black": 5}
    assert _shares(ask({"encounter": table}, measure="no_further_action", by=by)) == {
        "White": (10, 15),
        "Black": (4, 4),
    }


SEARCHES = [
    ("Black", "false", "true", 20), ("Black", "true", "", 80), ("White", "false", "true", 40),
    ("White", "false", "false", 10), ("White", "true", "", 50),
]  # fmt: skip


def _searches(*columns: str) -> dict[str, list[dict[str, object]]]:
    names = ("ethnicity_observed_group", "no_further_action", "outcome_linked", "row_count")
    return {
        "encounter": [
            {
                "encounter_id": f"c{n}",
                **{name: value for name, value in zip(names, row, strict=True) if name in columns},
            }
            for n, row in enumerate(SEARCHES)
        ]
    }


def test_a_find_rate_is_of_searches_and_not_of_those_that_led_to_something(ask: Ask) -> None:
    """Where nothing came of it nothing was found; without that column the rest is left out, and turns it."""
    by, measure = ("ethnicity_observed_group",), "found_what_was_sought"
    found = ask(_searches(*by, "no_further_action", "outcome_linked", "row_count"), measure=measure, by=by)
    assert _shares(found) == {"White": (40, 100), "Black": (20, 100)}
    assert found.left_out == 0
    found = ask(_searches(*by, "outcome_linked", "row_count"), measure=measure, by=by)
    assert found.left_out == 130
    assert any("130 of 200 in scope (65.0%) are not included" in each for each in found.warnings)
    assert [row.relative_rate for row in found.tables[-1].rows if not row.is_reference] == [None]
    assert all(row.withheld for row in found.tables[-1].rows)


@pytest.mark.parametrize(
    ("white", "shown"),
    [
        # The parts make it up: it is counted once.
        (90, {"White": 90, "Black": 50}),
        # It is too small to hold them: it is added.
        (20, {"White": 110, "Black": 50}),
        # It may hold them or not.
        (100, {"White": 90, "White (or part of it)": 100, "Black": 50}),
    ],
)
def test_a_group_beside_its_parts_in_a_table_of_counts(ask: Ask, white: int, shown: dict[str, int]) -> None:
    """Nobody is counted twice, and where nothing tells whether they are, the figure says so."""
    rows = [("White", white), ("White British", 60), ("White Irish", 30), ("Black", 50)]
    table = [{"encounter_id": f"c{n}", "ethnicity_self": g, "row_count": c} for n, (g, c) in enumerate(rows)]
    found = ask({"encounter": table}, measure="encounters", by=("ethnicity_self_group",))
    assert _counts(found) == shown


def test_a_sweep_counts_at_each_threshold(ask: Ask) -> None:
    """The same statement counts them all, and nothing that is not asked for."""
    found = ask(REGISTER, measure="score_at_or_above", sweep=(1, 6, 100), by=("ethnicity_observed_group",))
    assert [[row.count for row in step.tables[-1].rows] for step in found.sweep] == [[1, 1], [1, 0], [0, 0]]


def test_only_leaves_the_others_out_and_says_how_many(ask: Ask) -> None:
    """A figure of a part is never read as one of the whole."""
    found = ask(REGISTER, measure="listed", by=("ethnicity_observed_group",), only=(("sex", "male"),))
    assert _counts(found) == {"Black": 1}
    assert any("only sex=male; 2 others" in note for note in found.notes)


def test_all_columns_that_are_lacking_are_named_at_once(ask: Ask) -> None:
    """A source that cannot answer is refused and not counted as zero."""
    with pytest.raises(Refusals) as caught:
        ask({"entry": [{"entry_id": "e1"}]}, measure="opened", by=("ethnicity_self", "unit"))
    lacking = {refusal.found.split()[-1] for refusal in caught.value.refusals}
    assert lacking == {"entry.subject_id", "entry.opened_on", "subject.ethnicity_self", "entry.unit"}


@pytest.mark.parametrize(
    ("question", "code"),
    [
        ({"measure": "guilt", "by": ("sex",)}, "disparity-measure-unknown"),
        ({"measure": "listed", "by": ("name",)}, "disparity-by-unknown"),
        ({"measure": "listed", "by": ()}, "disparity-by-unknown"),
        ({"measure": "score_at_or_above", "by": ("sex",)}, "disparity-needs"),
        ({"measure": "listed", "by": ("sex",), "sweep": (1.0,)}, "disparity-needs"),
        ({"measure": "listed", "by": ("sex",), "populations": ("nowhere",)}, "disparity-population-unknown"),
        ({"measure": "listed", "by": ("sex",), "reference": ("other",)}, "disparity-reference"),
        ({"measure": "listed", "by": ("sex",), "as_of": dt.date(1999, 1, 1)}, "disparity-nothing-counted"),
        ({"measure": "listed", "by": ("sex",), "trend": "week"}, "disparity-needs"),
    ],
)
def test_a_question_that_cannot_be_answered_is_refused(ask: Ask, question: dict[str, object], code: str) -> None:
    """With its code, and nothing counted."""
    with pytest.raises(Refusal, match=code):
        ask(REGISTER, **question)


def test_measures_name_columns_that_the_model_has() -> None:
    """Nothing else knows column names by heart: these are checked against it."""
    named = {name for each in MEASURES.values() for name in (*each.needs, *each.dated)}
    for name in named:
        table, _, column = name.partition(".")
        assert column in TABLES[table].by_name, name
