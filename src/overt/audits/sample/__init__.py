"""Rows drawn by chance for people to judge: draw, take back marks, estimate.

A sample answers what no query can: whether grounds that are there are adequate. It is seeded, so
that anybody can draw it again, and stratified, so that small groups are not missed.
"""

from overt.audits.sample._draw import Sample, draw, read_sample
from overt.audits.sample._estimate import Estimate, estimate, foretell
from overt.audits.sample._marks import Marks, keep_marks, mark, read_marks, write_unsettled
from overt.audits.sample._worksheet import write_sample

__all__ = [
    "Estimate",
    "Marks",
    "Sample",
    "draw",
    "estimate",
    "foretell",
    "keep_marks",
    "mark",
    "read_marks",
    "read_sample",
    "write_sample",
    "write_unsettled",
]
