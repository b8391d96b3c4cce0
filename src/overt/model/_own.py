"""The tables that a register keeps for its own account; no control reads them."""

from __future__ import annotations

from overt.model import _declare as column
from overt.model._table import Table


class ErasureTable(Table):
    """That something was erased, or lost with a disk: when and on which ground, and nothing of what it was."""

    erasure_id = column.key("The number of the erasure.")
    erased_on = column.date("The day it was erased.")
    kind = column.code("What was erased.", ("entry", "entry and subject", "closed versions", "lost"))
    ground = column.words("The ground for it, in words.")
    leaves = column.label("The numbers of the leaves whose records it destroyed, such as 3-7 12.")


ERASURE = ErasureTable()


class DecisionTable(Table):
    """What a named human decided on a record that the gate had held."""

    decision_id = column.key("The number of the hold it settles.")
    decided_on = column.date("The day of the decision.")
    decided_by = column.actor("Who decided: a staff reference.")
    outcome = column.code("What was decided.", "admitted refused")
    reason = column.words("Why, in words.")


DECISION = DecisionTable()


class PaddingTable(Table):
    """Leaves that stand for nothing, so that nobody can count from outside how many records there are."""

    padding_id = column.key("The number of its leaf.")


PADDING = PaddingTable()
