"""Overt in Python: what the commands do, as functions that give tables.

`import overt` gives all of it; `docs/python.md` says what is promised. Each function refuses what its command refuses,
by `overt.Refusal`, and nothing that it reads leaves the machine or is kept beyond the result.
"""

from overt.door._audit import Audit, audit
from overt.door._disparity import MeasuredDisparity, disparity
from overt.door._register import OpenRegister, open_register
from overt.door._synth import SyntheticRegister, synth
from overt.door._verify import Verification, verify
from overt.door._watchlist import TriedList, watchlist

__all__ = [
    "Audit",
    "MeasuredDisparity",
    "OpenRegister",
    "SyntheticRegister",
    "TriedList",
    "Verification",
    "audit",
    "disparity",
    "open_register",
    "synth",
    "verify",
    "watchlist",
]
