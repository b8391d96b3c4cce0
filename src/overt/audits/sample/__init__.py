"""Rows drawn by chance for people to judge: draw, take back marks, estimate.

A sample answers what no query can: whether grounds that are there are adequate. It is seeded, so
that anybody can draw it again, and stratified, so that small groups are not missed.
"""

from overt.audits.sample._draw import Sample, draw, read_sample
from overt.audits.sample._estimate import Estimate, estimate, foreseen, foretell
from overt.audits.sample._marks import Marks, mark, marks_text, read_marks, read_worksheet, write_unsettled
from overt.audits.sample._worksheet import MARKS, filled_sheet, write_sample

__all__ = [
    "MARKS",
    "Estimate",
    "Marks",
    "Sample",
    "draw",
    "estimate",
    "filled_sheet",
    "foreseen",
    "foretell",
    "mark",
    "marks_text",
    "read_marks",
    "read_sample",
    "read_worksheet",
    "write_sample",
    "write_unsettled",
]
