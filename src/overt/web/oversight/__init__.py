"""The oversight face: findings, evidence, samples, refusals, the access log. It reads, and changes nothing.

Whoever looks here is in the access log, and the controller can see it. Nothing here finds the entry of a person.

- `_audits`: findings as of any day, evidence by number, the trend. `_disparity`: how it is spread over groups.
- `_samples`: rows drawn by chance for two reviewers to judge. `_gate`: refusals, holds, and who let what in.
- `_access`: who looked how often, at removed entries, out of hours. `_charter`, `_ledger`: their history and health.
- `_runs`: work that takes long, each in a process of its own (`_worker`, `_measured`), one at a time.
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
