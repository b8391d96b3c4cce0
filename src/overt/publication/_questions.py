"""The questions that people ask about a register, and which figures of a release answer them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from overt.disclosure import Mark
from overt.publication._document import ReleaseDocument
from overt.publication._safe import ALL
from overt.publication._table import ReleaseRow, ReleaseTable
from overt.refusals import Refusal


@dataclass(frozen=True)
class AnswerQuestion:
    """One question; its answer are the columns of the rows of one table. Without a table no figure can answer it."""

    name: str
    asks: str
    table: str | None
    attributes: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()


def _by(name: str, words: str) -> AnswerQuestion:
    return AnswerQuestion(name, f"How many of the people listed, by {words}?", "people", (ALL, name), ("listed",))


# Whether a certain person is listed is asked without a name: no answer depends on one.
IS_LISTED = AnswerQuestion("is-listed", "Is a particular person listed?", None)
_ALL_QUESTIONS = (
    AnswerQuestion("people", "How many people are listed?", "people", (ALL,), ("listed",)),
    AnswerQuestion("changes", "How many people were added and removed?", "people", (ALL,), ("added", "removed")),
    _by("role", "role"),
    _by("age", "age"),
    _by("sex", "sex"),
    _by("ethnicity", "ethnicity as the person defined it"),
    _by("observed", "ethnicity as an officer saw it"),
    AnswerQuestion("categories", "How many categories of data are recorded, and which ones?", "categories"),
    AnswerQuestion("sources", "How many items were recorded, by visibility and type of source?", "sources"),
    AnswerQuestion("authorities", "How many covert authorisations were granted, by type?", "authorities"),
    AnswerQuestion("reviews", "How many reviews were completed, by outcome?", "reviews"),
    AnswerQuestion("reviews-due", "How many entries are overdue for review?", "reviews-due"),
    AnswerQuestion(
        "disclosures", "How often were entries shared with other organisations, by type of organisation?", "disclosures"
    ),
    AnswerQuestion(
        "platform-requests",
        "What content were online platforms asked to remove, and how did they respond?",
        "platform-requests",
    ),
    AnswerQuestion(
        "requests",
        "What requests did people make about themselves, how were they answered, and were they on time?",
        "requests",
    ),
    AnswerQuestion(
        "information-requests",
        "How many requests for information were received, and how were they answered?",
        "information-requests",
    ),
    AnswerQuestion("refusals", "How many records did the gate refuse, and why?", "gate"),
    AnswerQuestion("audit", "What did the audit find?", "audit"),
    AnswerQuestion("recalls", "Has every organisation told to delete an entry confirmed that it has?", "recalls"),
    AnswerQuestion("spend", "What was spent on the register?", "spend"),
    IS_LISTED,
    AnswerQuestion("other", "Something that no published figure answers", None),
)
QUESTIONS = {question.name: question for question in _ALL_QUESTIONS}


def find_question(name: str) -> AnswerQuestion:
    """The question of that name; refuses another."""
    if name not in QUESTIONS:
        raise Refusal("question-unknown", "--question", name, ", ".join(QUESTIONS))
    return QUESTIONS[name]


def rows_of(question: AnswerQuestion, document: ReleaseDocument) -> tuple[ReleaseTable, list[ReleaseRow]]:
    """The table and rows of a release that answer a question, cut down to the columns asked for.

    Refuses a question about what the release was published without.
    """
    table = next((shown for shown in document.tables if shown.name == question.table), None)
    columns = question.columns or (table.columns if table else ())
    attributes = {row.attribute for row in table.rows} if table else set()
    if table is None or not {*columns} <= {*table.columns} or not {*question.attributes} <= attributes:
        problem = f"release {document.release} was published without it"
        wanted = "a figure that could be made safe"
        raise Refusal("answer-left-out", question.name, problem, wanted, "refuse the question under s.40(2)")
    places = [table.columns.index(column) for column in columns]
    rows = [
        ReleaseRow(row.attribute, row.group, tuple(row.figures[place] for place in places))
        for row in table.rows
        if not question.attributes or row.attribute in question.attributes
    ]
    return ReleaseTable(table.name, table.title, table.note, columns, tuple(rows), table.protected), rows


def numbers(question: AnswerQuestion, document: ReleaseDocument) -> Iterator[ReleaseRow]:
    """The rows with at least one number: what a refusal could no longer keep back."""
    try:
        rows = rows_of(question, document)[1]
    except Refusal:
        return
    for row in rows:
        if any(figure.mark in (Mark.SHOWN, Mark.ZERO) for figure in row.figures):
            yield row
