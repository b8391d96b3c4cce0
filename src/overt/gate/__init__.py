"""The one door of a register: nothing else writes.

`Gate.admit` takes proposed records and who proposes them. Each is admitted with its leaf, held for a named
human, or refused with every reason: the charter's rules, and the same control texts that the audit runs.
"""

from overt.gate._adopt import adopt
from overt.gate._gate import Gate
from overt.gate._outcome import Admitted, Held, Outcome, Proposed, Reason, Refused, outcome_as_json

__all__ = ["Admitted", "Gate", "Held", "Outcome", "Proposed", "Reason", "Refused", "adopt", "outcome_as_json"]
