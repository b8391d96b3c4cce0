"""The public pages: the register, its figures and changes, requests, and verification. No cookies, no scripts."""

from overt.web.portal._action import Action
from overt.web.portal.public._about import ACTIONS as ABOUT
from overt.web.portal.public._answers import ACTIONS as ANSWERS
from overt.web.portal.public._asking import ACTIONS as ASKING
from overt.web.portal.public._audits import ACTIONS as AUDITS
from overt.web.portal.public._changes import ACTIONS as CHANGES
from overt.web.portal.public._letters import ACTIONS as LETTERS
from overt.web.portal.public._published import ACTIONS as PUBLISHED
from overt.web.portal.public._releases import ACTIONS as RELEASES
from overt.web.portal.public._sharing import ACTIONS as SHARING
from overt.web.portal.public._verifying import ACTIONS as VERIFYING

ACTIONS: tuple[Action, ...] = (
    *ABOUT, *RELEASES, *AUDITS, *ANSWERS, *SHARING, *CHANGES, *LETTERS, *ASKING, *VERIFYING, *PUBLISHED,
)  # fmt: skip
