"""Who saw data, where it went, and what was put right there."""

from __future__ import annotations

from overt.model import _declare as column
from overt.model._table import Table


class DisclosureTable(Table):
    """The sending of one entry to another body."""

    disclosure_id = column.key("The number of the disclosure.")
    entry_id = column.reference("The entry that was sent.", refers_to="entry", must_exist=True, required=True)
    sent_at = column.timestamp("When it was sent.")
    sent_by = column.actor("Who sent it: a staff reference.")
    recipient = column.body("The body it went to.")
    recipient_kind = column.code(
        "What kind of body that is.", "police council housing school benefits immigration health probation court other"
    )
    agreement_id = column.reference(
        "The sharing agreement it was sent under.", refers_to="agreement", must_exist=True, chartered=True
    )
    purpose = column.phrase("The purpose it was sent for.")
    purpose_kind = column.code(
        "Whether that is a law-enforcement purpose in the sense of DPA 2018 s.31, or another.", "law_enforcement other"
    )
    gateway = column.words("The law that authorises a disclosure for a purpose other than law enforcement.")
    redacted = column.boolean("Whether what the recipient did not need was taken out.")
    encrypted = column.boolean("Whether it was encrypted on the way.")
    grade_sent = column.boolean("Whether the grading and the as-of date went with it.")
    corrects = column.reference("The earlier disclosure that this one corrects or recalls.", refers_to="disclosure")


DISCLOSURE = DisclosureTable()


class CorrectionTable(Table):
    """That data was found wrong and put right, or was erased or restricted, or should not have been sent, and who was
    told of it: a row for each body that was told, and one without a body where nobody was. `overt rights rectify`
    writes it, and `overt rights recall --ask restrict`; without a request it is written by whoever puts the data
    right.
    """

    correction_id = column.key("The number of the row.")
    entry_id = column.reference("The entry whose data it was.", refers_to="entry", must_exist=True, required=True)
    item_id = column.reference("The item that it was, where it was one.", refers_to="item")
    disclosure_id = column.reference(
        "The disclosure that should not have been made, where it is about one.", refers_to="disclosure"
    )
    kind = column.code(
        "What was done; `unlawfully_sent` is that a disclosure was found to be unlawful (DPA 2018 s.38(5)(c)).",
        "rectified erased restricted unlawfully_sent",
        required=True,
    )
    on_date = column.date("The day it was done, or found.")
    request_id = column.reference("The request that asked for it; absent where nobody asked.", refers_to="request")
    recipient = column.body(
        "The organisation that was notified: one that was sent the data, or the authority that it came from."
    )
    told_on = column.date("The day that organisation was notified.")


CORRECTION = CorrectionTable()


class AgreementTable(Table):
    """A sharing agreement with a recipient."""

    agreement_id = column.key("The number of the agreement.", chartered=True)
    recipient = column.body("The body it is with.")
    starts_on = column.date("The first day it is in force.")
    ends_on = column.date("The last day it is in force.")
    purposes = column.phrase("The purposes it allows, separated by spaces.")
    guidance_ref = column.phrase("The guidance given to the recipient.")


AGREEMENT = AgreementTable()


class AccessTable(Table):
    """One line of the access log that DPA 2018 s.62 asks for."""

    access_id = column.key("The number of the line.")
    occurred_at = column.timestamp("When it happened.", required=True)
    actor = column.actor("Who did it: a staff reference.", required=True)
    action = column.code("What was done.", "collect alter consult disclose combine erase", required=True)
    entry_id = column.reference("The entry it was done to.", refers_to="entry")
    recipient = column.body("The body that it was disclosed to.")
    reason = column.words("Why it was done.")
    purpose = column.code(
        "What for, where the law allows one look-up and not another: to investigate an offence, or to decide about "
        "a job, a permit or a title of residence.",
        "investigation administrative_enquiry other",
    )


ACCESS = AccessTable()


class CopyTable(Table):
    """A person on a list outside the register."""

    copy_id = column.key("The number of the line on that list.")
    location = column.body("Where the list lies.")
    owner = column.body("Who keeps it: a staff reference or a body.")
    subject_id = column.pseudonym("The person on it.", refers_to="subject")
    as_of = column.date("The day on which the list was seen to hold the person.")


COPY = CopyTable()


class RecallTable(Table):
    """That a body is to delete, correct or restrict what it had been sent, and whether it confirmed."""

    recall_id = column.key("The number of the recall.")
    request_id = column.reference(
        "The request it follows from; absent where the removal of an entry raised it.",
        refers_to="request",
        must_exist=True,
    )
    recipient = column.body("The organisation that was notified.", required=True)
    recipient_kind = column.code(
        "What kind of body that is; `own` is a list inside the authority.",
        "police council housing school benefits immigration health probation court other own",
    )
    asks = column.code("What it was asked to do.", "delete correct restrict", required=True)
    sent_on = column.date("The day it was told; absent until a notice was written.")
    sent_by = column.actor("Who told it: a staff reference.")
    due_on = column.date("The day by which it must confirm.")
    confirmed_on = column.date("The day it confirmed.")
    confirmed_as = column.code("What it confirmed: that it was done, or that it holds nothing.", "done nothing_held")
    confirmation = column.code("Whether it signed, or its word was taken down.", "signed recorded")
    signed_with = column.label("The key that signed its confirmation, by its name and identifier.")


RECALL = RecallTable()
