"""One person's rights: what is held on them, put right or removed everywhere it went, and proved to them.

Read `_requests` and `_clock` first, then `_find` and `_answer`; `_recall`, `_correct` and `_certificate` for what
happens to copies; `_notices` for whom the charter promises to tell.
"""

from overt.rights._answer import FORMS, ReadDraft, RightsAnswer, draft, final, record, send, write_answer
from overt.rights._certificate import Published, certificate_files, verify_certificate, write_certificate
from overt.rights._certificate_note import Certificate, Confirmed, Erased
from overt.rights._clock import SPANS, Clock, Span, calendar_of, spans
from overt.rights._complaints import (
    Complaint,
    acknowledge,
    close_complaint,
    complaints,
    find_complaint,
    new_complaint,
    tell_progress,
)
from overt.rights._correct import Preview, Told, correctable, notify, preview, read_correction, rectify, remove, tell
from overt.rights._correct_records import Amendment, CaseDesk, sent_to
from overt.rights._decision import GRANTS, GROUNDS, PARTS, RequestDecision, Restriction, choices, sections
from overt.rights._find import Holding, Listing, Requester, find, holding, person_of, read_who
from overt.rights._lookup import LookUp, look_up, work
from overt.rights._no_show import NO_SHOW_DAYS, close_unidentified, may_close_unidentified
from overt.rights._notices import Owed, exempt, give_notice, owed
from overt.rights._recall import Recall, confirm, confirm_signed, read_notice, recalls, write_confirmation
from overt.rights._requests import (
    KINDS,
    MEANS,
    RequestStep,
    RightsRequest,
    ask_identity,
    extend,
    find_request,
    new_request,
    note_identity,
    pause,
    requests,
    resume,
    withdraw,
)
from overt.rights._titles import Titles

__all__ = [
    "FORMS",
    "GRANTS",
    "GROUNDS",
    "KINDS",
    "MEANS",
    "NO_SHOW_DAYS",
    "PARTS",
    "SPANS",
    "Amendment",
    "CaseDesk",
    "Certificate",
    "Clock",
    "Complaint",
    "Confirmed",
    "Erased",
    "Holding",
    "Listing",
    "LookUp",
    "Owed",
    "Preview",
    "Published",
    "ReadDraft",
    "Recall",
    "RequestDecision",
    "RequestStep",
    "Requester",
    "Restriction",
    "RightsAnswer",
    "RightsRequest",
    "Span",
    "Titles",
    "Told",
    "acknowledge",
    "ask_identity",
    "calendar_of",
    "certificate_files",
    "choices",
    "close_complaint",
    "close_unidentified",
    "complaints",
    "confirm",
    "confirm_signed",
    "correctable",
    "draft",
    "exempt",
    "extend",
    "final",
    "find",
    "find_complaint",
    "find_request",
    "give_notice",
    "holding",
    "look_up",
    "may_close_unidentified",
    "new_complaint",
    "new_request",
    "note_identity",
    "notify",
    "owed",
    "pause",
    "person_of",
    "preview",
    "read_correction",
    "read_notice",
    "read_who",
    "recalls",
    "record",
    "rectify",
    "remove",
    "requests",
    "resume",
    "sections",
    "send",
    "sent_to",
    "spans",
    "tell",
    "tell_progress",
    "verify_certificate",
    "withdraw",
    "work",
    "write_answer",
    "write_certificate",
    "write_confirmation",
]
