"""The public face: what the register is, its figures, its changes, how to ask, how to verify. No cookie, no script."""

from overt.web._action import Action
from overt.web.public._about import ACTIONS as ABOUT

ACTIONS: tuple[Action, ...] = (*ABOUT,)
