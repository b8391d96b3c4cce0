"""What the law and the standards ask to be written down of a register, out of its charters and a published release.

Every figure is one that was published, with its mark; what neither charter nor release says is left to a human.
"""

from overt.publication.records._atrs import atrs
from overt.publication.records._catalogue import as_json_ld, catalogue
from overt.publication.records._dpia import dpia
from overt.publication.records._parts import Field, Record, Section, Sources, gather
from overt.publication.records._processing import s61
from overt.publication.records._write import RECORDS, as_json, record_files, record_schema, write_record

__all__ = [
    "RECORDS",
    "Field",
    "Record",
    "Section",
    "Sources",
    "as_json",
    "as_json_ld",
    "atrs",
    "catalogue",
    "dpia",
    "gather",
    "record_files",
    "record_schema",
    "s61",
    "write_record",
]
