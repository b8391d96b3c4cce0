"""The demonstration: four years of an invented police register kept in the open, and what happens if it cheats.

`demonstrate` plays it in a new folder and gives the facts; `tell` makes a story of them. Everybody in it is invented,
and its keys are worthless: they come from a seed, so that the same story happens every time.
"""

from overt.demo._demonstrate import demonstrate
from overt.demo._facts import Breach, Facts, Fork, Places, Said
from overt.demo._play import charter_files
from overt.demo._story import tell

__all__ = ["Breach", "Facts", "Fork", "Places", "Said", "charter_files", "demonstrate", "tell"]
