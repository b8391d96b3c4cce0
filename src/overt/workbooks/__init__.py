"""Workbooks that are evidence: read alike by every program, and no larger inside than was agreed.

check_zip_workbook(stream, size, most)     # .xlsx, .xlsb, .ods: raises NotAlike, Damaged or TooLarge
check_compound(path)                       # .xls: raises NotAlike or Damaged
"""

from overt.workbooks._check import TooLarge, check_zip_workbook
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
    "TooLarge",
    "check_compound",
    "check_zip_workbook",
    "column_letter",
    "layout_fault",
]
