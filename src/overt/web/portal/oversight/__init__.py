"""The oversight face: findings, evidence, samples, refusals, the access log. It reads, and changes nothing.

Everyone who views these pages is in the access log, and the controller can see it. No page finds a person's entry.

- `_audits`: findings as of any day, evidence by number, the trend. `_disparity`: how it is spread over groups.
- `_samples`: rows drawn at random for two reviewers to judge. `_gate`: refusals, held records, and who admitted which.
- `_access`: who looked how often, at removed entries, out of hours. `_log`: the entries of the log.
- `_rows`: the rows of a finding, and a record with a reason. `_observations`: what oversight asks the unit.
- `_charter`, `_ledger`: their history and health.
- `_runs`: work that takes long, each in a process of its own (`_worker`, `_measured`), one at a time.
"""

from overt.web.portal._action import Action
from overt.web.portal.oversight._access import ACTIONS as ACCESS
from overt.web.portal.oversight._audits import ACTIONS as AUDITS
from overt.web.portal.oversight._charter import ACTIONS as CHARTER
from overt.web.portal.oversight._compare import ACTIONS as COMPARE
from overt.web.portal.oversight._disparity import ACTIONS as DISPARITY
from overt.web.portal.oversight._first import ACTIONS as FIRST
from overt.web.portal.oversight._gate import ACTIONS as GATE
from overt.web.portal.oversight._ledger import ACTIONS as LEDGER
from overt.web.portal.oversight._log import ACTIONS as LOG
from overt.web.portal.oversight._observations import ACTIONS as OBSERVATIONS
from overt.web.portal.oversight._rows import ACTIONS as ROWS
from overt.web.portal.oversight._samples import ACTIONS as SAMPLES

ACTIONS: tuple[Action, ...] = (
    *FIRST, *AUDITS, *ROWS, *COMPARE, *OBSERVATIONS, *DISPARITY, *SAMPLES, *GATE, *ACCESS, *LOG, *CHARTER, *LEDGER,
)  # fmt: skip
