"""The oversight face: findings, evidence, samples, refusals, the access log. It reads and changes nothing."""

from overt.web._action import Action
from overt.web.oversight._first import ACTIONS as FIRST

ACTIONS: tuple[Action, ...] = (*FIRST,)
