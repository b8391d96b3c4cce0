"""The public pages: the register, its figures and changes, requests, and verification. No cookies, no scripts."""

from overt.web.portal._action import Action
from overt.web.portal.public._about import ACTIONS as ABOUT
from overt.web.portal.public._asking import ACTIONS as ASKING
from overt.web.portal.public._changes import ACTIONS as CHANGES
from overt.web.portal.public._figures import ACTIONS as FIGURES
from overt.web.portal.public._verifying import ACTIONS as VERIFYING

ACTIONS: tuple[Action, ...] = (*ABOUT, *FIGURES, *CHANGES, *ASKING, *VERIFYING)
