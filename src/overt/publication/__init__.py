"""Figures made safe for publication. Nothing that was withheld can be worked out of what was shown."""

from overt.publication._protect import Cell, Link, Mark, Rule, SafeCell, SafeRelease, percentage, protect

__all__ = ["Cell", "Link", "Mark", "Rule", "SafeCell", "SafeRelease", "percentage", "protect"]
