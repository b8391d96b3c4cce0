"""What the controller decided, wrote down and stated about the register."""

from __future__ import annotations

from overt.model import _declare as column
from overt.model._table import About, Table


class CategoryTable(Table):
    """A kind of data that may be recorded."""

    category = column.label("The name of the category.")
    title = column.words("What it is, in words.")
    adopted_on = column.date("The day it came into use.")
    retired_on = column.date("The day it went out of use.")
    sensitive = column.boolean("Whether it is sensitive in the sense of DPA 2018 s.35(8).")
    assessment_id = column.reference("The impact assessment that covers it.", refers_to="assessment", chartered=True)
    reason = column.words("Why it is recorded.")


CATEGORY = CategoryTable()


class AssessmentTable(Table):
    """An impact assessment or policy document."""

    assessment_id = column.key("The number of the document.", chartered=True)
    kind = column.code(
        "Data protection (DPIA) or equality (EIA) impact assessment, or appropriate policy document (APD).",
        "dpia eia apd",
    )
    signed_on = column.date("The day it was signed.")
    review_due_on = column.date("The day by which it must be reviewed.")
    officer_consulted_on = column.date("The day the data protection officer was consulted.")
    residual_risk = column.code("The risk to people that is left after the measures that it names.", "low medium high")
    commissioner_consulted_on = column.date("The day the Information Commissioner was consulted (DPA 2018 s.65).")
    reviewed_on = column.date("The day it was last reviewed.")
    withdrawn_on = column.date("The day from which it is no longer kept.")


ASSESSMENT = AssessmentTable()


class ProcessingRecordTable(Table):
    """A version of the record of processing that DPA 2018 s.61 asks for; what does not occur is written as none."""

    record_id = column.key("The number of the version.")
    starts_on = column.date("The day from which it describes the processing.")
    ended_on = column.date("The day the processing that it describes ended; absent while it goes on.")
    controller = column.words("The controller and any joint controller, and how they are reached.")
    officer = column.words("The data protection officer, and how they are reached.")
    purposes = column.words("The purposes of the processing.")
    recipients = column.words("The categories of recipients.")
    subject_categories = column.words("The categories of people.")
    data_categories = column.words("The categories of data.")
    profiling = column.words("The use of profiling.")
    transfers = column.words("The categories of transfers abroad.")
    legal_basis = column.words("The legal basis.")
    retention = column.words("The time limits for erasure.")
    security = column.words("The security measures, in general.")
    condition = column.words("The condition relied on for sensitive processing (s.42(4)(a)).")
    lawfulness = column.words("How sensitive processing is lawful (s.42(4)(b)).")
    policy_followed = column.words("Whether sensitive data is kept and erased as the policy says (s.42(4)(c)).")


PROCESSING_RECORD = ProcessingRecordTable()


class DataBreachTable(Table):
    """A breach of security in which personal data was lost, changed, disclosed or seen without authority."""

    breach_id = column.key("The number of the data breach.")
    aware_at = column.timestamp("When the controller became aware of it.")
    risk = column.code("How likely it is to put people's rights at risk.", "unlikely risk high")
    notified_at = column.timestamp("When the Information Commissioner was notified.")
    delay_reason = column.words("Why the notification came late.")
    facts = column.words("What happened.")
    effects = column.words("What came of it.")
    action = column.words("What was done about it.")
    subjects_told_on = column.date("The day the people concerned were told.")
    exemption = column.phrase("The provision that lets the controller not tell them, or restrict what they are told.")


DATA_BREACH = DataBreachTable()


class ClaimTable(Table):
    """A public statement that something was done: a consultation held, a safeguard in place."""

    about = About.EITHER

    claim_id = column.key("The number of the claim.", chartered=True)
    kind = column.code(
        "What it is about; `time_limit_procedure` is that measures see that time limits are observed.",
        "consultation safeguard statistic time_limit_procedure",
    )
    stated = column.words("What was said.")
    evidence_ref = column.document("The document that shows it.")


CLAIM = ClaimTable()


class SpendTable(Table):
    """Money spent on the register."""

    about = About.EITHER

    year = column.integer("The financial year, by its first calendar year.")
    purpose = column.phrase("What it was spent on.")
    amount_pence = column.integer("The amount in pence.")

    identity = (year, purpose)


SPEND = SpendTable()


class AttestationTable(Table):
    """What the head of an agency attested, or reported, about the register for a year."""

    attestation_id = column.key("The number of the document.")
    kind = column.code("Whether compliance was attested or figures were reported.", "attestation figures")
    year = column.integer("The calendar year that it is for.")
    done_on = column.date("The day it was given.")
    document_ref = column.document("The document.")


ATTESTATION = AttestationTable()
