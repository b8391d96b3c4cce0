"""The public pages: the register, its figures and changes, requests, and verification. No cookies, no scripts."""

from overt.web._action import Action
from overt.web.public._about import ACTIONS as ABOUT
from overt.web.public._asking import ACTIONS as ASKING
from overt.web.public._changes import ACTIONS as CHANGES
from overt.web.public._figures import ACTIONS as FIGURES
from overt.web.public._verifying import ACTIONS as VERIFYING

ACTIONS: tuple[Action, ...] = (*ABOUT, *FIGURES, *CHANGES, *ASKING, *VERIFYING)
