"""Records of a register that the law and standards require, made from its charters and a published release.

Every figure is a published one, with its mark. Fields that neither the charter nor the release can answer are left for
a person to complete.
"""

from overt.publication.records._atrs import atrs
from overt.publication.records._catalogue import as_json_ld, catalogue
from overt.publication.records._dpia import dpia
from overt.publication.records._parts import Record, RecordField, Section, Sources, gather, published_sources
from overt.publication.records._processing import s61
from overt.publication.records._write import RECORDS, as_json, record_files, record_schema, write_record

__all__ = [
    "RECORDS",
    "Record",
    "RecordField",
    "Section",
    "Sources",
    "as_json",
    "as_json_ld",
    "atrs",
    "catalogue",
    "dpia",
    "gather",
    "published_sources",
    "record_files",
    "record_schema",
    "s61",
    "write_record",
]
