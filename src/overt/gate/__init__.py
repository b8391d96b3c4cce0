"""The one door of a register: nothing else writes.

`Gate.admit` takes proposed records and who proposes them. Each is admitted with its leaf, held for a named
human, or refused with every reason: the charter's rules, and the same control texts that the audit runs.
"""

from overt.gate._adopt import CHARTER_KIND, adopt
from overt.gate._archive import archive_attempts
from overt.gate._bulk import BulkReport, BulkRequest, admit_bulk
from overt.gate._bulk_plan import BulkReason
from overt.gate._bulk_read import BulkForm
from overt.gate._clock import confirm_clock
from overt.gate._gate import Gate, check_staff
from overt.gate._holds import Judgement, Waiting, decide, held_records, waiting
from overt.gate._names import is_staff_reference, names_nobody
from overt.gate._outcome import (
    Admitted,
    Held,
    Outcome,
    Permitted,
    Proposed,
    Reason,
    Refused,
    outcome_as_json,
    reason_from_json,
)
from overt.gate._permits import PERMITTED, check_not_held
from overt.gate._reading import ProposalLine, read_lines, read_proposed
from overt.gate._records_schema import records_schema
from overt.gate._rekey import Rekeyed, name_key, name_proven_key, rekey
from overt.gate._release import (
    ANSWER_KIND,
    RELEASE_KIND,
    PublishedCell,
    PublishedCount,
    enter_answer,
    enter_release,
    entered_releases,
)
from overt.gate._rights_only import LOOK_LINE
from overt.gate._shape import CHANGES, PROPOSABLE
from overt.gate._turn import in_turn

__all__ = [
    "ANSWER_KIND",
    "CHANGES",
    "CHARTER_KIND",
    "LOOK_LINE",
    "PERMITTED",
    "PROPOSABLE",
    "RELEASE_KIND",
    "Admitted",
    "BulkForm",
    "BulkReason",
    "BulkReport",
    "BulkRequest",
    "Gate",
    "Held",
    "Judgement",
    "Outcome",
    "Permitted",
    "ProposalLine",
    "Proposed",
    "PublishedCell",
    "PublishedCount",
    "Reason",
    "Refused",
    "Rekeyed",
    "Waiting",
    "admit_bulk",
    "adopt",
    "archive_attempts",
    "check_not_held",
    "check_staff",
    "confirm_clock",
    "decide",
    "enter_answer",
    "enter_release",
    "entered_releases",
    "held_records",
    "in_turn",
    "is_staff_reference",
    "name_key",
    "name_proven_key",
    "names_nobody",
    "outcome_as_json",
    "read_lines",
    "read_proposed",
    "reason_from_json",
    "records_schema",
    "rekey",
    "waiting",
]
