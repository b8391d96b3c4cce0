"""Who is listed, why, and what becomes of the listing."""

from __future__ import annotations

from overt.model import _declare as column
from overt.model._table import Table

ROLES = "suspect convicted victim witness associate other"
ETHNICITY_18_PLUS_1 = "W1 W2 W3 W9 M1 M2 M3 M9 A1 A2 A3 A4 A9 B1 B2 B9 O2 O9 NS"
ETHNICITY_OBSERVED = "IC1 IC2 IC3 IC4 IC5 IC6 IC9"


class SubjectTable(Table):
    """A person in the register, known by a pseudonym and never by name."""

    subject_id = column.pseudonym("The pseudonym of the person.")
    birth_date = column.date("The date of birth.", personal=True)
    age_recorded = column.integer(
        "The age in whole years as it was written down, where no date of birth is held.", personal=True
    )
    sex = column.code("The sex as recorded.", "female male other unknown", personal=True)
    ethnicity_self = column.code(
        "The ethnicity as the person defined it, in the Home Office 18+1 codes.",
        ETHNICITY_18_PLUS_1,
        under_audit=True,
        personal=True,
    )
    ethnicity_observed = column.code(
        "The ethnicity as an officer saw it; never merged with the self-defined one.",
        ETHNICITY_OBSERVED,
        under_audit=True,
        personal=True,
    )
    died_on = column.date("The day the person died.")


SUBJECT = SubjectTable()


class EntryTable(Table):
    """One person's listing in the register."""

    part_of = "subject"

    entry_id = column.key("The register's own number of the entry.")
    subject_id = column.pseudonym("The person who is listed.", refers_to="subject", required=True)
    unit = column.place("The unit or borough that made the entry.")
    role = column.code("The part the person is said to have, in the sense of DPA 2018 s.38(3).", ROLES)
    status = column.code("Whether the entry is in use.", "active closed", required=True)
    opened_on = column.date("The day the entry was made.")
    opened_by = column.actor("Who made the entry: a staff reference.")
    approved_by = column.actor("Who approved the entry: a staff reference.")
    approved_on = column.date("The day the entry was approved.")
    attestation_ref = column.document("The document in which the person who approved it attests that it may be made.")
    grounds = column.words("Why the person is listed, in words.")
    purpose = column.phrase("The law-enforcement purpose the entry serves (DPA 2018 s.31).")
    condition = column.code(
        "The condition relied on for sensitive processing (DPA 2018 Sch 8), or the person's consent (s.35(4)).",
        "statutory justice vital_interests safeguarding manifestly_public legal_claims judicial fraud archiving "
        "consent",
        under_audit=True,
        named=True,
    )
    score = column.number("A score the register gives the person; read only to be audited.")
    band = column.code("The band the register puts the score in.", "low medium high")
    score_as_of = column.date("The day the score was worked out.")
    retention_group = column.label("The retention group of the entry, as the controller's schedule names it.")
    review_due_on = column.date("The day by which the entry must be reviewed.")
    delete_due_on = column.date("The day by which the entry must be deleted.")
    time_reset_on = column.date("The day on which the time that it may be kept was reset, where the law allows it.")
    sensitivity_level = column.label("How sensitive the entry is, in the controller's own levels.")
    submitting_agency = column.body("The body that submitted the entry to a register that several share.")
    decided_by = column.label("What decided that the person be listed.", "human automated")
    closed_on = column.date("The day the entry was closed or the person removed.")
    closed_reason = column.words("Why the entry was closed.")
    automated_under = column.label("The provision that lets a machine alone decide, with a person to turn to.")
    mention_on = column.date("The day the entry was marked with what became of the case, where the law has it marked.")
    significant = column.boolean(
        "Whether the decision to list the person had an adverse legal effect on them or affected them significantly."
    )
    explicit_consent = column.boolean("Whether the person explicitly consented to a decision by a machine alone.")


ENTRY = EntryTable()


class ItemTable(Table):
    """One fact or assessment recorded under an entry, in one category, from one source."""

    part_of = "entry"

    item_id = column.key("The register's own number of the item.")
    entry_id = column.reference("The entry the item supports.", refers_to="entry", must_exist=True, required=True)
    category = column.label("The category of data it falls in.", refers_to="category")
    basis = column.code("Whether it is a fact or a personal assessment (DPA 2018 s.38(2)).", "fact assessment")
    origin = column.code(
        "What kind of source it came from.",
        "social_media message police_record arrest intelligence partner victim witness self_admission observation",
        of_source=True,
    )
    platform = column.label("The online platform it came from, if it did.", of_source=True)
    source_ref = column.document("The source it came from; two items from one source share it.", of_source=True)
    evidence_ref = column.document("The document in the controller's evidence store that supports it.", of_source=True)
    evidence_sha256 = column.digest("The SHA-256 digest of that document.")
    source_grade = column.code(
        "Source evaluation: 1 to 3 under 3x5x2, A to E under 5x5x5.",
        "1 2 3 A B C D E",
        under_audit=True,
        of_source=True,
    )
    information_grade = column.code(
        "Information assessment: A to E under 3x5x2, 1 to 5 under 5x5x5.",
        "A B C D E 1 2 3 4 5",
        under_audit=True,
        of_source=True,
    )
    handling = column.code("Handling: P or C under 3x5x2, 1 to 5 under 5x5x5.", "P C 1 2 3 4 5", under_audit=True)
    visibility = column.code("How the source could be seen.", "open private persona", of_source=True)
    authority_id = column.reference(
        "The authority it was collected under.", refers_to="authority", must_exist=True, of_source=True
    )
    collected_on = column.date("The day it was collected.")
    recorded_by = column.actor("Who recorded it: a staff reference.")
    consent_ref = column.document("The document that shows the person's consent, where the item rests on consent.")
    consent_withdrawn_on = column.date("The day the person withdrew that consent.")
    source_authority = column.body(
        "The other authority it came from, which is told where it was wrong and is put right (DPA 2018 s.48(7)).",
        of_source=True,
    )


ITEM = ItemTable()


class ReviewTable(Table):
    """A review of an entry."""

    part_of = "entry"

    review_id = column.key("The number of the review.")
    entry_id = column.reference("The entry that was reviewed.", refers_to="entry", must_exist=True, required=True)
    done_at = column.timestamp("When it was done.")
    done_by = column.actor("Who did it: a staff reference.")
    outcome = column.code(
        "What was decided; `safeguarding` is a recorded safeguarding decision about a child.",
        "retain amend remove safeguarding",
    )
    rationale = column.words("The reason, in words.")


REVIEW = ReviewTable()


class DecisionSafeguardTable(Table):
    """A safeguard that the person had when a machine alone decided to list them."""

    safeguard_id = column.key("The number of the row.")
    entry_id = column.reference(
        "The entry that the machine decided on.", refers_to="entry", must_exist=True, required=True
    )
    kind = column.code(
        "What was done: the person was told of the decision (`information`), could state their view "
        "(`representations`), could have a person look at it (`human_intervention`) or could contest it "
        "(`contest`), as DPA 2018 s.50C lists them; or asked that it be decided again (`reconsideration_asked`), "
        "and it was (`reconsidered`).",
        "information representations human_intervention contest reconsideration_asked reconsidered",
        required=True,
    )
    on_date = column.date("The day it was done.")


DECISION_SAFEGUARD = DecisionSafeguardTable()


class TermHitTable(Table):
    """A keyword or hashtag that pointed at an entry."""

    hit_id = column.key("The number of the hit.")
    entry_id = column.reference(
        "The entry made or changed because of it.", refers_to="entry", must_exist=True, required=True
    )
    term = column.phrase("The term.")
    occurred_at = column.timestamp("When it happened.")
    decided_by = column.actor("The named person who decided: a staff reference.")


TERM_HIT = TermHitTable()


class OutcomeTable(Table):
    """What happened to a person in the criminal process."""

    subject_id = column.pseudonym("The person.", refers_to="subject")
    kind = column.code(
        "What happened.", "arrest charge caution no_further_action dismissal acquittal conviction serious_offence"
    )
    on_date = column.date("The day it happened.")
    kept_by_order_on = column.date("The day a prosecutor or a court ordered that the data be kept all the same.")

    identity = (subject_id, kind, on_date)


OUTCOME = OutcomeTable()


class ConsequenceTable(Table):
    """Something done to a person because of an entry."""

    consequence_id = column.key("The number of the consequence.")
    subject_id = column.pseudonym("The person.", refers_to="subject")
    kind = column.label("What it was: a service denied, an order made.", named=True)
    body = column.body("The body that did it.")
    on_date = column.date("The day it took effect.")
    significant = column.boolean("Whether it had an adverse legal effect on the person or significantly affected them.")
    notified_on = column.date("The day the person was told.")


CONSEQUENCE = ConsequenceTable()
