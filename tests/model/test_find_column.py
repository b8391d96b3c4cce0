"""A column is found by the words that a data protection officer would type."""

from __future__ import annotations

import pytest

from overt.model import TABLES, find_column
from overt.model._questions import ASKED

QUESTIONS = {
    "when was it last reviewed": "review.done_at",
    "last review date": "review.done_at",
    "next review": "entry.review_due_on",
    "when should we look at it again": "entry.review_due_on",
    "date added to the matrix": "entry.opened_on",
    "when was the nominal added": "entry.opened_on",
    "who put this person on the list": "entry.opened_by",
    "who signed off the entry": "entry.approved_by",
    "is the record still live": "entry.status",
    "live or archived": "entry.status",
    "suspect or victim": "entry.role",
    "date of birth": "subject.birth_date",
    "DOB": "subject.birth_date",
    "how old": "subject.birth_date",
    "gender": "subject.sex",
    "self-defined ethnicity": "subject.ethnicity_self",
    "ethnicity as seen by the officer": "subject.ethnicity_observed",
    "borough": "entry.unit",
    "harm score": "entry.score",
    "RAG rating": "entry.band",
    "why are they on the list": "entry.grounds",
    "justification for inclusion": "entry.grounds",
    "when must it be deleted": "entry.delete_due_on",
    "retention date": "entry.delete_due_on",
    "MoPI group": "entry.retention_group",
    "when were they taken off": "entry.closed_on",
    "reason for removal": "entry.closed_reason",
    "who was it shared with": "disclosure.recipient",
    "when was it shared with the council": "disclosure.sent_at",
    "what was it shared for": "disclosure.purpose",
    "was the email encrypted": "disclosure.encrypted",
    "sharing agreement number": "disclosure.agreement_id",
    "where did the intelligence come from": "item.origin",
    "reliability of the source": "item.source_grade",
    "which social media platform": "item.platform",
    "RIPA authority number": "authority.authority_id",
    "when does the authority expire": "authority.expires_on",
    "who has viewed the record": "access.actor",
    "date of the subject access request": "request.received_on",
    "when was the request answered": "request.answered_on",
    "what was found in the search": "encounter.outcome",
    "when was the ICO told of the breach": "data_breach.notified_at",
    "was the person told they are on it": "notice.given_on",
    "DPIA signed": "assessment.signed_on",
}


@pytest.mark.parametrize(("words", "expected"), QUESTIONS.items())
def test_plain_words_find_the_column(words: str, expected: str) -> None:
    """Among the first three, so that it is on the page without scrolling."""
    assert expected in [hit.column.path for hit in find_column(words)[:3]]


def test_most_questions_find_it_first() -> None:
    """The first is what somebody in a hurry takes."""
    first = [find_column(words)[0].column.path == expected for words, expected in QUESTIONS.items()]
    assert sum(first) >= 0.75 * len(first)


def test_a_search_in_one_table_stays_there() -> None:
    """Whatever fits better elsewhere."""
    assert {hit.column.table for hit in find_column("when was it reviewed", table="entry")} == {"entry"}


@pytest.mark.parametrize("words", ["", "   ", "the of and", "xyzzy", "'; drop table entry", "\u202e"])
def test_words_that_fit_nothing_find_nothing_wrong(words: str) -> None:
    """And do no harm."""
    assert all(hit.score > 0 for hit in find_column(words))


def test_a_column_says_what_is_asked_of_it() -> None:
    """Each question finds its own column among the first five."""
    assert {column.path for table in TABLES.values() for column in table.columns} >= ASKED.keys()
    columns = [column for table in TABLES.values() for column in table.columns if column.asked]
    assert len(columns) > 60
    for column in columns:
        for question in column.asked:
            assert column in [hit.column for hit in find_column(question)[:5]], question
