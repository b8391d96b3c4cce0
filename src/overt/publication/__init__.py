"""The public record of a register. Nothing that was withheld can be worked out of what was shown."""

from overt.disclosure import Cell, Link, Mark, Rule, SafeCell, SafeRelease, percentage
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
from overt.publication._document import (
    RELEASE_FILE,
    FigureChange,
    FigureCorrection,
    ReleaseDocument,
    changes,
    read_document,
)
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
from overt.publication._letter import CitedRelease, Letter, read_letter
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
from overt.publication._verify import VerifiedRelease, check_entered, check_files, verify_release
from overt.publication._verify_follow import check_follow
from overt.publication._verify_noise import Mismatch, check_noise, check_noise_since

__all__ = [
    "ANSWERS_FOLDER",
    "EXEMPTIONS",
    "QUESTIONS",
    "RELEASES_FOLDER",
    "RELEASE_FILE",
    "Answer",
    "AnswerQuestion",
    "Cell",
    "CitedRelease",
    "Clarification",
    "Declined",
    "DraftRequest",
    "Exemption",
    "ExemptionKind",
    "Extension",
    "FigureChange",
    "FigureCorrection",
    "Letter",
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
    "changes",
    "check_entered",
    "check_files",
    "check_follow",
    "check_noise",
    "check_noise_since",
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
    "publish_release",
    "published",
    "read_answer",
    "read_document",
    "read_letter",
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
