"""The staff pages: propose, approve, review, disclose. Work is listed by due date; people cannot be searched for.

Nothing is decided here. The gate decides what may be recorded, by whom and with whose approval, and its reasons are
shown with their law. Anyone who opens an entry gives a reason first (`_consult`), and that reason is a record.
"""

from overt.web.portal._action import Action
from overt.web.portal.staff._amend import ACTIONS as AMEND
from overt.web.portal.staff._approve import ACTIONS as APPROVE
from overt.web.portal.staff._authorities import ACTIONS as AUTHORITIES
from overt.web.portal.staff._authority import ACTIONS as AUTHORITY
from overt.web.portal.staff._complaints import ACTIONS as COMPLAINTS
from overt.web.portal.staff._disclose import ACTIONS as DISCLOSE
from overt.web.portal.staff._entries import ACTIONS as ENTRIES
from overt.web.portal.staff._entry import ACTIONS as ENTRY
from overt.web.portal.staff._information import ACTIONS as INFORMATION
from overt.web.portal.staff._observations import ACTIONS as OBSERVATIONS
from overt.web.portal.staff._platforms import ACTIONS as PLATFORMS
from overt.web.portal.staff._proposals import ACTIONS as PROPOSALS
from overt.web.portal.staff._propose import ACTIONS as PROPOSE
from overt.web.portal.staff._recalls import ACTIONS as RECALLS
from overt.web.portal.staff._review import ACTIONS as REVIEW
from overt.web.portal.staff._rights import ACTIONS as RIGHTS
from overt.web.portal.staff._rights_answer import ACTIONS as RIGHTS_ANSWER
from overt.web.portal.staff._rights_change import ACTIONS as RIGHTS_CHANGE
from overt.web.portal.staff._rights_person import ACTIONS as RIGHTS_PERSON
from overt.web.portal.staff._sessions import ACTIONS as SESSIONS
from overt.web.portal.staff._work import ACTIONS as WORK

ACTIONS: tuple[Action, ...] = (
    *WORK, *ENTRIES, *PROPOSE, *PROPOSALS, *APPROVE, *AMEND, *REVIEW, *ENTRY, *DISCLOSE, *AUTHORITY, *AUTHORITIES,
    *PLATFORMS,
    *OBSERVATIONS, *RIGHTS, *SESSIONS, *RIGHTS_PERSON, *RIGHTS_CHANGE, *RIGHTS_ANSWER, *RECALLS, *COMPLAINTS,
    *INFORMATION,
)  # fmt: skip
