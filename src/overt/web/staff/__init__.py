"""The staff face: propose, approve, review, disclose. Lists are by work that is due; nobody is searched for."""

from overt.web._action import Action
from overt.web.staff._desk_page import ACTIONS as DESK

ACTIONS: tuple[Action, ...] = (*DESK,)
