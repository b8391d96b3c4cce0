"""The public record of a register. Nothing that was withheld can be worked out of what was shown."""

from overt.disclosure import Cell, Link, Mark, Rule, SafeCell, SafeRelease, percentage, protect
from overt.publication._answer import (
    ANSWERS_FOLDER,
    Answer,
    Clarification,
    Declined,
    Extension,
    covering,
    decline,
    folder_of_answer,
    needed_release,
    new_answer,
    open_answer,
    read_answer,
)
from overt.publication._asked import (
    ThreadEvent,
    answers,
    choose_questions,
    days_taken,
    outcome_of,
    state_of,
    take_in,
    thread,
)
from overt.publication._clock import calendar_of, due_on, is_working_day, working_days_left
from overt.publication._document import FigureChange, FigureCorrection, ReleaseDocument, read_document
from overt.publication._drafting import draft
from overt.publication._drafts import (
    RELEASES_FOLDER,
    DraftRequest,
    ReleaseDraft,
    document_of,
    drafts,
    folder_of,
    published,
    snapshot_of,
)
from overt.publication._exemptions import EXEMPTIONS, Exemption, ExemptionKind
from overt.publication._more_time import (
    ask_clarification,
    extend_answer,
    is_long,
    note_clarification,
    write_wait_letter,
)
from overt.publication._questions import QUESTIONS, AnswerQuestion
from overt.publication._release import approve, publish_release
from overt.publication._reply import reply_files, reply_paper, rule_words, write_reply
from overt.publication._send import send
from overt.publication._site import blocks_of, cause_words, cell_words, site_files, title_of, write_site
from overt.publication._site import words as group_words
from overt.publication._table import ReleaseFigure, ReleaseRow, ReleaseTable
from overt.publication._verify import VerifiedRelease, verify_release
from overt.publication._verify_noise import Mismatch

__all__ = [
    "ANSWERS_FOLDER",
    "EXEMPTIONS",
    "QUESTIONS",
    "RELEASES_FOLDER",
    "Answer",
    "AnswerQuestion",
    "Cell",
    "Clarification",
    "Declined",
    "DraftRequest",
    "Exemption",
    "ExemptionKind",
    "Extension",
    "FigureChange",
    "FigureCorrection",
    "Link",
    "Mark",
    "Mismatch",
    "ReleaseDocument",
    "ReleaseDraft",
    "ReleaseFigure",
    "ReleaseRow",
    "ReleaseTable",
    "Rule",
    "SafeCell",
    "SafeRelease",
    "ThreadEvent",
    "VerifiedRelease",
    "answers",
    "approve",
    "ask_clarification",
    "blocks_of",
    "calendar_of",
    "cause_words",
    "cell_words",
    "choose_questions",
    "covering",
    "days_taken",
    "decline",
    "document_of",
    "draft",
    "drafts",
    "due_on",
    "extend_answer",
    "folder_of",
    "folder_of_answer",
    "group_words",
    "is_long",
    "is_working_day",
    "needed_release",
    "new_answer",
    "note_clarification",
    "open_answer",
    "outcome_of",
    "percentage",
    "protect",
    "publish_release",
    "published",
    "read_answer",
    "read_document",
    "reply_files",
    "reply_paper",
    "rule_words",
    "send",
    "site_files",
    "snapshot_of",
    "state_of",
    "take_in",
    "thread",
    "title_of",
    "verify_release",
    "working_days_left",
    "write_reply",
    "write_site",
    "write_wait_letter",
]
