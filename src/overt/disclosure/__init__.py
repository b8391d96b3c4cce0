"""Counts made safe for publication: what releases and publishable audits withhold is decided here and nowhere else."""

from overt.disclosure._cells import Cell, Fact, Link, Mark, Rule, SafeCell, SafeRelease, percentage
from overt.disclosure._protect import protect

__all__ = ["Cell", "Fact", "Link", "Mark", "Rule", "SafeCell", "SafeRelease", "percentage", "protect"]
