"""Workbooks that are evidence: whether every program reads one alike.

layout_fault(archive, size)                # .xlsx, .xlsb, .ods: what makes the zip ambiguous
SheetOrder().feed(piece)                   # a sheet of .xlsx; RecordOrder for .xlsb: raise NotAlike
check_compound(path)                       # .xls: raises NotAlike or Damaged
"""

from overt.workbooks._compound import SIGNATURE, check_compound
from overt.workbooks._layout import layout_fault
from overt.workbooks._order import Damaged, NotAlike, SheetOrder, column_letter
from overt.workbooks._records import SHEET_BEGINS, RecordOrder

__all__ = [
    "SHEET_BEGINS",
    "SIGNATURE",
    "Damaged",
    "NotAlike",
    "RecordOrder",
    "SheetOrder",
    "check_compound",
    "column_letter",
    "layout_fault",
]
