"""The demonstration: four years of an invented police register kept in the open, and what happens if it cheats.

`Play` acts it out in a new folder, `rewrite_history` goes on with the morning after, `Live` keeps the register in use,
and `tell` makes a story of the facts. Everybody in it is invented, and its keys are worthless: they come from a seed,
so that the same story happens every time.
"""

from overt.demo._cheat import rewrite_history
from overt.demo._live import SIGN_IN_UNITS, SIGN_INS, Live
from overt.demo._play import Play, charter_files
from overt.demo._story import tell

__all__ = [
    "SIGN_INS",
    "SIGN_IN_UNITS",
    "Live",
    "Play",
    "charter_files",
    "rewrite_history",
    "tell",
]
