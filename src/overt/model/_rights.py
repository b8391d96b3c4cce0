"""What people ask, what they are told, and what they were promised."""

from __future__ import annotations

from overt.model import _declare as column
from overt.model._table import Table


class RequestTable(Table):
    """A request by a person or the public for information, correction or erasure, or a complaint."""

    request_id = column.key("The number of the request.")
    kind = column.code(
        "What was asked; `complaint` is a complaint to the controller (DPA 2018 s.164A).",
        "access rectification erasure restriction objection information complaint",
    )
    received_on = column.date("The day it came in.")
    due_on = column.date("The day by which it must be answered.")
    answered_on = column.date("The day it was answered.")
    outcome = column.code(
        "How it was answered; `unidentified` is a request whose maker was asked for proof of identity and gave none.",
        "answered partly restricted ncnd refused withdrawn unidentified",
    )
    ground = column.phrase("The section or exemption relied on.")
    reasons = column.words("The recorded reasons.")
    answer_parts = column.label(
        "What the answer gave of what the law lists, separated by spaces: receipt, designation, criteria, basis, "
        "documents."
    )
    told_on = column.date("The day the person was told that access is restricted, or that the request is refused.")
    told_withheld_reason = column.words("Why the person was not told of a restriction (DPA 2018 s.45(6)), as recorded.")
    names_complaint = column.boolean("Whether the answer names the right to complain to the controller.")


REQUEST = RequestTable()


class RequestStepTable(Table):
    """What was done with a request on the way to its answer; who asked, and with which document, is never recorded."""

    step_id = column.key("The number of the step.")
    request_id = column.reference("The request it belongs to.", refers_to="request", must_exist=True, required=True)
    kind = column.code(
        "What was done; a complaint is `acknowledged`, and its maker is told of its `progress`.",
        "identity_asked identity paused resumed extended recalled rectified erased acknowledged progress",
        required=True,
    )
    means = column.code(
        "How the identity was checked; the document is not kept.", "known in_person document representative"
    )
    done_on = column.date("The day it was done.")
    done_by = column.actor("Who did it: a staff reference.")
    reason = column.words("Why the clock was stopped or the period extended, in words.")
    erasure_id = column.reference("The erasure that was carried out for the request.", refers_to="erasure")


REQUEST_STEP = RequestStepTable()


class NoticeTable(Table):
    """That somebody was told of an entry, or the recorded reason why nobody was."""

    notice_id = column.key("The number of the notice.")
    entry_id = column.reference("The entry it is about.", refers_to="entry", must_exist=True, required=True)
    given_on = column.date("The day it was given; absent where an exemption is relied on.")
    told = column.code("Who was told.", "person parent both")
    exemption = column.phrase("The provision that lets the controller tell nobody.")
    reasons = column.words("The recorded reasons for it.")
    recorded_by = column.actor("Who recorded it: a staff reference.")


NOTICE = NoticeTable()


class PromiseTable(Table):
    """What the charter promises the people who are listed."""

    promise_id = column.key("The number of the promise.")
    kind = column.code("What is promised.", "notice_before_entry notice_after_entry")
    days = column.integer("How many days before the entry at least, or after it at most.")
    child_told = column.code("Who is told of an entry about a child.", "person parent both")
    starts_on = column.date("The first day it holds.")
    ends_on = column.date("The last day it holds.")


PROMISE = PromiseTable()


class ComplaintWayTable(Table):
    """A way in which a person can complain to the controller."""

    way_id = column.key("The number of the way.")
    kind = column.code(
        "Whether it is electronic, such as a form on a page, or another, such as a letter.", "electronic other"
    )
    starts_on = column.date("The first day on which it is open.")
    ends_on = column.date("The last day on which it is open.")


COMPLAINT_WAY = ComplaintWayTable()
