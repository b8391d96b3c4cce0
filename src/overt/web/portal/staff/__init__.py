"""The staff face: propose, approve, review, disclose. Lists are by work that is due; nobody is searched for.

Nothing here decides: what may be recorded, by whom and approved by whom, the gate says, and its reasons are shown with
their law. Whoever opens an entry says why first (`_consult`), and that is a record.
"""

from overt.web.portal._action import Action
from overt.web.portal.staff._approve import ACTIONS as APPROVE
from overt.web.portal.staff._authority import ACTIONS as AUTHORITY
from overt.web.portal.staff._disclose import ACTIONS as DISCLOSE
from overt.web.portal.staff._entry import ACTIONS as ENTRY
from overt.web.portal.staff._platforms import ACTIONS as PLATFORMS
from overt.web.portal.staff._propose import ACTIONS as PROPOSE
from overt.web.portal.staff._review import ACTIONS as REVIEW
from overt.web.portal.staff._rights import ACTIONS as RIGHTS
from overt.web.portal.staff._work import ACTIONS as WORK

ACTIONS: tuple[Action, ...] = (
    *WORK, *PROPOSE, *APPROVE, *REVIEW, *ENTRY, *DISCLOSE, *AUTHORITY, *PLATFORMS, *RIGHTS,
)  # fmt: skip
