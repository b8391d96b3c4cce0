"""The oversight pages: findings, evidence, samples, refusals, the access log. They are read-only.

Every view is recorded in the access log, which the controller can read. Nothing here finds the entry of a person.

- `_audits`: findings as of any date, evidence by number, the trend. `_disparity`: rates by group.
- `_samples`: random samples for two reviewers to judge. `_gate`: refusals, held records, and who decided on them.
- `_access`: how often each user opened entries, removed entries, or entries out of hours. `_charter`, `_ledger`: their
  history and health.
- `_runs`: long tasks, each in a separate process (`_worker`, `_measured`), one at a time.
"""

from overt.web._action import Action
from overt.web.oversight._access import ACTIONS as ACCESS
from overt.web.oversight._audits import ACTIONS as AUDITS
from overt.web.oversight._charter import ACTIONS as CHARTER
from overt.web.oversight._disparity import ACTIONS as DISPARITY
from overt.web.oversight._first import ACTIONS as FIRST
from overt.web.oversight._gate import ACTIONS as GATE
from overt.web.oversight._ledger import ACTIONS as LEDGER
from overt.web.oversight._samples import ACTIONS as SAMPLES

ACTIONS: tuple[Action, ...] = (*FIRST, *AUDITS, *DISPARITY, *SAMPLES, *GATE, *ACCESS, *CHARTER, *LEDGER)
