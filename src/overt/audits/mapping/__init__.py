"""How a source's own columns become the model's: read, checked, applied, drafted.

What drafts, checks or describes mappings is loaded when it is first asked for: an audit has no use for it.
"""

from typing import TYPE_CHECKING

from overt.audits.mapping._account import (
    MOST_PAIRS,
    ColumnRead,
    TableRead,
    ValueRead,
    is_coded,
    named_values,
    values_read,
)
from overt.audits.mapping._convert import (
    FAR_REMARK,
    MIDNIGHT_REMARK,
    NO_OFFSET_REMARK,
    PLAUSIBLE_YEARS,
    TRUTH,
    WANTED,
    Conversion,
)
from overt.audits.mapping._failures import affected
from overt.audits.mapping._fill import apply_mapping
from overt.audits.mapping._filled import Filled, filled_from_json, read_filled
from overt.audits.mapping._mapping import (
    FILLED_BY_OVERT,
    MODEL_TABLES,
    MappedView,
    Mapping,
    mapping_of,
    parse_mapping,
    read_mapping,
)
from overt.audits.mapping._notes import lenient_notes, several_notes
from overt.audits.mapping._profile import ColumnFill, ColumnProfile, count_filled, is_profiled, profile_columns
from overt.audits.mapping._repeats import Repeat
from overt.later import later

if TYPE_CHECKING:
    from overt.audits.mapping._by_scheme import SchemeCover, covers
    from overt.audits.mapping._coverage import MappingCheck, check_mapping
    from overt.audits.mapping._differing import Differing, MergedPeople, differing_rows, merged_people
    from overt.audits.mapping._draft import draft_from, draft_mapping, propose
    from overt.audits.mapping._functions_page import functions_page
    from overt.audits.mapping._joined import JoinRead, joins_read

__all__ = [
    "FAR_REMARK",
    "FILLED_BY_OVERT",
    "MIDNIGHT_REMARK",
    "MODEL_TABLES",
    "MOST_PAIRS",
    "NO_OFFSET_REMARK",
    "PLAUSIBLE_YEARS",
    "TRUTH",
    "WANTED",
    "ColumnFill",
    "ColumnProfile",
    "ColumnRead",
    "Conversion",
    "Differing",
    "Filled",
    "JoinRead",
    "MappedView",
    "Mapping",
    "MappingCheck",
    "MergedPeople",
    "Repeat",
    "SchemeCover",
    "TableRead",
    "ValueRead",
    "affected",
    "apply_mapping",
    "check_mapping",
    "count_filled",
    "covers",
    "differing_rows",
    "draft_from",
    "draft_mapping",
    "filled_from_json",
    "functions_page",
    "is_coded",
    "is_profiled",
    "joins_read",
    "lenient_notes",
    "mapping_of",
    "merged_people",
    "named_values",
    "parse_mapping",
    "profile_columns",
    "propose",
    "read_filled",
    "read_mapping",
    "several_notes",
    "values_read",
]

_LATER = dict.fromkeys(("draft_from", "draft_mapping", "propose"), "overt.audits.mapping._draft")
_LATER |= dict.fromkeys(("MappingCheck", "check_mapping"), "overt.audits.mapping._coverage")
_LATER |= dict.fromkeys(("JoinRead", "joins_read"), "overt.audits.mapping._joined")
_LATER["functions_page"] = "overt.audits.mapping._functions_page"

_LATER |= dict.fromkeys(("SchemeCover", "covers"), "overt.audits.mapping._by_scheme")
_LATER |= dict.fromkeys(
    ("Differing", "MergedPeople", "differing_rows", "merged_people"), "overt.audits.mapping._differing"
)

__getattr__ = later(__name__, _LATER)
