"""One person's rights: what is held on them, put right or removed everywhere it went, and proved to them.

Read `_requests` and `_clock` first, then `_find` and `_answer`; `_recall`, `_correct` and `_certificate` for what
happens to copies; `_notices` for whom the charter promises to tell.
"""

from overt.rights._answer import FORMS, Answer, draft, send, write_answer
from overt.rights._certificate import Certificate, Confirmed, Erased, verify_certificate, write_certificate
from overt.rights._clock import EXTENDABLE_FROM, Clock, add_months
from overt.rights._correct import (
    Correction,
    Desk,
    Preview,
    Told,
    notify,
    preview,
    read_correction,
    rectify,
    remove,
    tell,
)
from overt.rights._decision import PARTS, SECTIONS, Decision, Restriction
from overt.rights._find import Holding, Listing, Who, find, holding, person_of, read_who
from overt.rights._lookup import LookUp, look_up, work
from overt.rights._notices import Owed, exempt, give_notice, owed
from overt.rights._recall import (
    CONFIRMS,
    Recall,
    confirm,
    confirm_signed,
    read_notice,
    recalls,
    write_confirmation,
)
from overt.rights._requests import (
    KINDS,
    MEANS,
    Request,
    Step,
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

__all__ = [
    "CONFIRMS",
    "EXTENDABLE_FROM",
    "FORMS",
    "KINDS",
    "MEANS",
    "PARTS",
    "SECTIONS",
    "Answer",
    "Certificate",
    "Clock",
    "Confirmed",
    "Correction",
    "Decision",
    "Desk",
    "Erased",
    "Holding",
    "Listing",
    "LookUp",
    "Owed",
    "Preview",
    "Recall",
    "Request",
    "Restriction",
    "Step",
    "Told",
    "Who",
    "add_months",
    "ask_identity",
    "confirm",
    "confirm_signed",
    "draft",
    "exempt",
    "extend",
    "find",
    "find_request",
    "give_notice",
    "holding",
    "look_up",
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
    "rectify",
    "remove",
    "requests",
    "resume",
    "send",
    "tell",
    "verify_certificate",
    "withdraw",
    "work",
    "write_answer",
    "write_certificate",
    "write_confirmation",
]
