"""Police encounters one by one, and what the columns of a source hold."""

from __future__ import annotations

from overt.model import _declare as column
from overt.model._table import About, Table


class EncounterTable(Table):
    """One recorded police encounter: a stop and search, or a use of force."""

    about = About.ENCOUNTERS
    as_written = True

    encounter_id = column.key("The number of the encounter; a source without one is numbered by row.")
    subject_id = column.pseudonym(
        "The pseudonym of the person it happened to, where the source has one: it says which encounters are one "
        "person's. A register kept by Overt does not hold it.",
        refers_to="subject",
        kept=False,
    )
    kind = column.label("What was searched or done, as the source writes it.", named=True)
    occurred_at = column.timestamp("When it happened, in UTC.")
    occurred_on = column.date("The local calendar day on which it happened.")
    period = column.label("The month the source says it reports, as yyyy-mm.")
    force = column.place("The police force.")
    unit = column.place("The unit or borough.")
    age_band = column.label("The age band as recorded.", personal=True)
    sex = column.label("The sex as recorded.", personal=True)
    ethnicity_self = column.label(
        "The ethnicity as the person defined it, in the source's own words or codes.", personal=True, named=True
    )
    ethnicity_observed = column.label(
        "The ethnicity as an officer saw it, in the source's own words or codes.", personal=True, named=True
    )
    ethnicity_self_group = column.code(
        "The broad group of the self-defined ethnicity.", "White Mixed Asian Black Other", personal=True
    )
    ethnicity_observed_group = column.code(
        "The broad group of the observed ethnicity.", "White Mixed Asian Black Other", personal=True
    )
    legislation = column.label("The power that was used.")
    object_of_search = column.words("What was looked for.")
    grounds = column.words("Why the person or vehicle was searched, in words.")
    place = column.words("Where it happened, in the source's own words.")
    officer_ref = column.actor("Who did it: a staff reference.")
    copy_asked_on = column.date("The day a copy of the record was asked for.")
    copy_given_on = column.date("The day a copy of the record was given.")
    tactic = column.label("The tactic of force that was used.")
    outcome = column.words("What came of it, in the source's own words.")
    no_further_action = column.boolean("Whether nothing came of it.")
    outcome_linked = column.boolean("Whether what was found is what was looked for.")
    more_than_outer_clothing = column.boolean("Whether more than outer clothing was removed.")
    row_count = column.integer("How many encounters the source's row stands for; 1 in a record file.")
    row_digest = column.digest("A digest of every value of the source's row, so that identical rows can be seen.")


ENCOUNTER = EncounterTable()


class SourceColumnTable(Table):
    """What a column of the source says; Overt fills this table itself when it reads the source."""

    about = About.EITHER
    kept = False

    column_name = column.label("The column, as `table.column` of the source.")
    source_table = column.label("The table of the source.")
    row_count = column.integer("How many rows the table has.")
    filled_count = column.integer("How many of them have a value that is not blank.")
    distinct_count = column.integer("How many different values there are, blanks left out.")
    determined_by = column.label("Another column whose value always fixes this one's.")


SOURCE_COLUMN = SourceColumnTable()
