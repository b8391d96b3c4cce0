"""The public face: what the register is, its figures, its changes, how to ask, how to verify. No cookie, no script."""

from overt.web.portal._action import Action
from overt.web.portal.public._about import ACTIONS as ABOUT
from overt.web.portal.public._asking import ACTIONS as ASKING
from overt.web.portal.public._changes import ACTIONS as CHANGES
from overt.web.portal.public._figures import ACTIONS as FIGURES
from overt.web.portal.public._verifying import ACTIONS as VERIFYING

ACTIONS: tuple[Action, ...] = (*ABOUT, *FIGURES, *CHANGES, *ASKING, *VERIFYING)
